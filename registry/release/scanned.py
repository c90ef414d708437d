"""Whether a deep scan read everything, by what it says that it left out."""

from __future__ import annotations

from collections.abc import Iterable

from ...schemas.finding import Message

# The sentences of a scan that take away nothing of what can be published. Any other one does, also one that is new:
# what is not known to be harmless is taken for a gap. Links and devices hold no content of their own in a repository.
HARMLESS = frozenset(
    {
        "Symbolic links, not followed: {count}",
        "Pipes, sockets or devices, not opened: {count}",
        "Names changed for their control characters or length: {count}",
        "Git does not trust this folder: files that it ignores were scanned too; next: add it to Git's safe.directory",
        "Git is not installed: files that it ignores were scanned too",
        "The program reuse is not installed, so compliance was not judged; next: pip install 'publiccode-registry[audit]'",
        "The program reuse gave no answer ({reason}), so compliance was not judged",
        "The program reuse gave no answer, so compliance was not judged",
        "The program reuse took longer than {seconds} seconds, so compliance was not judged",
        "Paths, copyright lines or names of licences left out of the lists: {count}",
        "What REUSE.toml says of files was not read, which reuse alone does",
    }
)


def gap(messages: Iterable[Message]) -> Message | None:
    """The first sentence by which something was left unread; None where all was read."""
    return next((said for said in messages if said.template not in HARMLESS), None)

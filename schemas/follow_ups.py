"""What the reference validator reports besides, as a consequence of a finding that we have.

Its decoder drops a whole section when one key in it is unknown or of a wrong type, and then misses the section's mandatory
keys; a video that is no web address is on no known site either. People are better served without these sentences; who
compares validators needs them, so that the format `jsonl` carries them, marked as what they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from .document import Document
from .faults import NOWHERE
from .finding import Finding, Severity, message
from .nodes import Path, key_text
from .standard import Format
from .structure import Branch, structure, tree


def follow_ups(document: Document, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The consequences of `findings` (all those of `document`) by the reference, each once."""
    table = structure(document)
    found: dict[tuple[str, int], Finding] = {}
    for path in (*(one.path for one in table.mistyped), *(one.path for one in table.unknown)):
        for finding in _dropped(document, path):
            found.setdefault((finding.key, finding.line), finding)
    bad = {finding.key: finding for finding in findings if finding.rule in ("url-format", "language-known")}
    for video in table.of_format(Format.VIDEO):
        key = key_text(video.path)
        if key in bad:
            found[key, video.place[0]] = _follow_up("video-host", key, video.place)
    if any(key.startswith("description.") for key in bad if bad[key].rule == "language-known"):
        place = document.place(("description",))
        found["description", place[0]] = _follow_up("language-known", "description", place)
    return tuple(found.values())


def _dropped(document: Document, path: Path) -> Iterator[Finding]:
    """The mandatory keys that the reference misses when what stands at `path` cannot be decoded."""
    known = tree("0").keys.get(str(path[0]))
    if known is None:
        return
    if path[0] == "description" and len(path) > 1:
        yield _follow_up("key-required", "description", document.place(("description",)))
        return
    if len(path) == 1 and known.key.required and not known.keys:
        yield _follow_up("key-required", known.key.path, document.place(path))
    yield from _required(document, known)


def _required(document: Document, section: Branch) -> Iterator[Finding]:
    """The mandatory keys directly below a section, at their places; at the section's, where they have none."""
    name = section.key.path
    for key, below in section.keys.items():
        if below.key.required:
            place = document.place((name, key))
            yield _follow_up("key-required", f"{name}.{key}", document.place((name,)) if place == NOWHERE else place)


def _follow_up(rule: str, key: str, place: tuple[int, int]) -> Finding:
    return Finding(rule, Severity.ERROR, key, message("the reference validator reports this place as well"), *place)

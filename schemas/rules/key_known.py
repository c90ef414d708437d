"""Every key is one that the standard defines, spelt as there.

Keys are case-sensitive: `landingUrl` fails where `landingURL` is meant. Keys of other projects fail too, at any
depth, and so do country sections other than the Italian one (`tw`, `de`) and keys that begin with `x-`. The
standard's text does not speak about unknown keys; the reference validator refuses them (one per file, we list all),
and we follow it, so that slips of the pen do not pass silently. The entry stays usable. All country sections are
deprecated since 0.7.

Repair: correct the spelling as suggested, or remove the key. Where the keys of a `tw` section belong says the rule
taiwan-section.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Message, Severity, message
from ..nodes import key_text
from ..structure import Unknown, shown, structure
from ..suggestions import nearest

ID, SEVERITY = "key-known", Severity.ERROR
MOST_SUGGESTIONS = 30  # comparing words costs more than all the rest
# Words for the same thing that real files have, far from the standard's own by their letters.
_OTHER_WORDS = {
    "url": "uri", "homepage": "landingURL", "website": "landingURL", "license": "legal", "organization": "organisation",
    "localization": "localisation", "mail": "email", "telephone": "phone", "documentationURL": "documentation",
    "version": "softwareVersion", "languages": "availableLanguages", "repository": "url",
}  # fmt: skip


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each unknown key, however deep."""
    for number, unknown in enumerate(structure(document).unknown):
        name = str(unknown.path[-1])
        near = _OTHER_WORDS.get(name, "")
        if near not in unknown.known:
            near = nearest(name, unknown.known) if number < MOST_SUGGESTIONS else ""
        yield Finding(
            ID,
            SEVERITY,
            key_text(unknown.path),
            message("the standard has no key {name} here", name=shown(name)),
            *unknown.place,
            help=_help(unknown, name, near),
        )


def _help(unknown: Unknown, name: str, near: str) -> Message:
    if near:
        return message("Did you mean {near}?", near=near)
    if len(unknown.path) == 1 and len(name) == 2 and name.isascii() and name.isalpha():
        return message(
            "Remove the country section: they are deprecated. Name laws and standards that the software meets under "
            "supports, and the administration under organisation."
        )
    if not unknown.known:
        return message("Remove the key.")
    return message("Remove the key, or use one of: {known}.", known=", ".join(unknown.known))

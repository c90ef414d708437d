"""Pictures are of a kind that catalogues show: logos SVG, SVGZ or PNG; screenshots PNG or JPG.

By the ending of the file's name, in any case; `.jpeg` fails for screenshots as in the reference. A logo that ends in
`.png` must also begin as a PNG does; screenshots are not opened. Judged together with the look-up of the rule
file-found, on a checkout; web addresses are not judged, as in the reference when it is offline. Pixel sizes are not
judged: version 0.7 relaxed them.

Repair: convert the picture, and name the new file; for a `.jpeg` it is enough to rename it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate, Named
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import Found
from .file_found import named_files

ID, SEVERITY = "image-format", Severity.ERROR
_LOGO, _SCREENSHOT = (".svg", ".svgz", ".png"), (".png", ".jpg")


def endings(found: Found) -> tuple[str, ...]:
    """The endings that a picture may have at this place; empty where the file is no picture."""
    if found.key.path in ("logo", "monochromeLogo"):
        return _LOGO
    return _SCREENSHOT if found.key.path.endswith("screenshots[]") else ()


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each picture of another kind, and for each PNG that is none."""
    if candidate.named_files is None:
        return
    for found in named_files(document):
        allowed, state = endings(found), candidate.named_files.get(found.text)
        if not allowed or state is None:
            continue
        if not found.text.lower().endswith(allowed):
            text = message("{path} does not end in one of: {known}", path=found.shown, known=", ".join(allowed))
        elif state is Named.BROKEN_IMAGE and allowed is _LOGO:
            text = message("{path} ends in .png, but its content is not a PNG", path=found.shown)
        else:
            continue
        help_text = message("Convert the picture to one of: {known}.", known=", ".join(allowed))
        yield found.finding(ID, SEVERITY, text, help_text)

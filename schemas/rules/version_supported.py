"""publiccodeYmlVersion names a version that exists and is in force.

Passes: `"0"` (recommended since 0.7: any version before 1.0) and 0.2, 0.3, 0.4, 0.5, 0.7 with or without their third
number. All of them are judged by the rules of 0.7, which the standard's promise of compatibility allows.

Fails: 0.1 (its keys had other names), 0.6 (it changed nothing in the standard, and the reference validator refuses
it), 1.0 (not released), anything else. The rest of the file is then not judged, as nobody can say by which table;
hence the finding is about the whole file.

Repair: write `publiccodeYmlVersion: "0"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..nodes import Kind
from ..standard import SUPPORTED
from ..structure import shown

ID, SEVERITY = "version-supported", Severity.ERROR
KEY = "publiccodeYmlVersion"


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the version is a text that is no supported version."""
    node = document.node((KEY,))
    if node is None or node.kind is not Kind.TEXT or not node.text or node.text in SUPPORTED:
        return
    if _is(node.text, "0.1"):
        text = message("version {version} is too old: its keys had other names", version=shown(node.text))
    elif _is(node.text, "0.6"):
        text = message(
            "version {version} changed nothing in the standard and is not accepted", version=shown(node.text)
        )
    elif _is(node.text, "1"):
        text = message("version {version} is not released yet", version=shown(node.text))
    else:
        text = message("there is no version {version}", version=shown(node.text))
    yield Finding(
        ID,
        SEVERITY,
        KEY,
        text,
        help=message('Write publiccodeYmlVersion: "0" with straight quotes and check again; the rest was not checked.'),
    )


def _is(version: str, wanted: str) -> bool:
    return version == wanted or version.startswith(f"{wanted}.")

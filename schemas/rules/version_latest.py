"""publiccodeYmlVersion is "0", the form recommended since version 0.7.

`"0.7"` and `"0.7.0"` pass as well. A warning for 0.2 to 0.5: these files are judged by the rules of 0.7, which is
compatible with them.

Repair: write `publiccodeYmlVersion: "0"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import LATEST
from ..structure import structure

ID, SEVERITY = "version-latest", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the version is supported but not the latest."""
    found = structure(document).at("publiccodeYmlVersion")
    if found is not None and found.text not in LATEST:
        yield found.finding(
            ID,
            SEVERITY,
            message("{version} is not the latest version; the file is read as 0.7", version=found.shown),
            message('Write publiccodeYmlVersion: "0".'),
        )

"""legal.license names the licence whose text lies in the repository.

Compared is what the licence files beside publiccode.yml hold (`LICENSE`, `COPYING`, `EUPL`, the files in `LICENSES`)
with the declaration. Warned about: the text of another licence, of another version, or of a near relative with
other conditions (`BSD-3-Clause-Clear` and `BSD-3-Clause`); texts of several licences of which nothing says which one
is the software's.

Not warned about: a text that several declarations share (that of the GPL says nothing of later versions, so
`GPL-3.0-only` and `GPL-3.0-or-later` both agree with it), translations, texts of what the software uses. Silent where
nobody looked beside the file, where no text was recognised, and where the declaration is no SPDX expression. It is no
legal advice: which of the two is meant, only the owner of the rights can say.

Repair: where the text is right, write its id as `legal.license`; where the declaration is right, replace the file by
the unaltered text of that licence.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from ..structure import Found, structure

ID, SEVERITY = "license-agrees", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the files are those of another licence than the one that is declared."""
    found, files = declaration(document), candidate.license_files
    if found is None or files is None:
        return
    from ..licensing.objections import other_license

    told = other_license(found.text.strip(), files)
    if told is not None:
        yield found.finding(ID, SEVERITY, *told)


def declaration(document: Document) -> Found | None:
    """The place of legal.license, where something stands there."""
    found = structure(document).at("legal.license")
    return found if found is not None and found.text.strip() else None

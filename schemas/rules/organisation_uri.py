"""organisation.uri and fundedBy[].uri identify an administration by a URL or URN.

Passes: an address with a host (https://…) or a URN by RFC 2141, such as `urn:oid:2.16.886.101.20003` in Taiwan or
`urn:x-italian-pa:pcm` in Italy. Bare codes (`pcm`, `1`) fail.

The reference looks codes of `urn:x-italian-pa:` up in Italy's register (23,735 codes). The register is no part of the
standard, and we check the shape only: letters, digits, `_`, `-`. Where the operator names a register of codes
(`--italian-codes FILE`), a code must be in it. The same holds for `codiceIPA` of the Italian section.

Repair: write the official identifier as a URN, or a lasting web address of the administration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..addresses import is_uri
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "organisation-uri", Severity.ERROR
IPA = "urn:x-italian-pa:"
_IPA_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each identifier that is none."""
    for found in structure(document).of_format(Format.URI):
        if not is_uri(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is neither a web address nor a URN", value=found.shown),
                message("Write a web address or URN of the administration, such as urn:oid:2.16.886.101.20003."),
            )
        elif found.text.lower().startswith(IPA) and not _is_code(found.text[len(IPA) :], candidate):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is no code of an Italian administration", value=found.shown),
                message("Write urn:x-italian-pa: and the code, as in urn:x-italian-pa:pcm."),
            )
    for found in structure(document).of_format(Format.IPA_CODE):
        if not _is_code(found.text, candidate):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is no code of an Italian administration", value=found.shown),
                message("Write organisation.uri: urn:x-italian-pa: and the code instead."),
            )


def _is_code(code: str, candidate: Candidate) -> bool:
    codes = candidate.italian_codes
    return bool(_IPA_CODE.match(code)) and (codes is None or code.lower() in codes)

"""Addresses are of the web: https:// or http://.

The standard asks for http(s) in `url` “preferably”, and the reference takes any scheme (`ssh://`, `git://`, `ftp://`)
there, in `isBasedOn`, in the addresses of logos and screenshots, and in identifiers that are no URN. A browser opens
none of these, and a harvester fetches none. A warning; dangerous schemes such as `javascript:` are an error of the
rule url-format.

Passes: `https://git.example/agency/software`. Warned about: `ssh://git@git.example/agency/software`, a logo at
`ftp://…` or written out as `data:image/png;…`.

Repair: write the address under which a browser shows the repository or the picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..addresses import is_http_url, is_url, is_urn, scheme
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure
from .url_format import DANGEROUS, NEVER

ID, SEVERITY = "url-scheme", Severity.WARNING
_WEB = ("http", "https")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each address that is none of the web, where another rule does not refuse it."""
    for found in structure(document).of_format(Format.URL, Format.PATH, Format.URI, Format.SUPPORTS):
        kind, text = found.key.format, found.text
        if not is_url(text) or scheme(text) in _WEB or scheme(text) in (NEVER if kind is Format.URL else DANGEROUS):
            continue
        if kind is Format.PATH and (scheme(text) == "file" or len(scheme(text)) == 1):  # path-relative says so
            continue
        if kind in (Format.URI, Format.SUPPORTS) and (is_urn(text) or is_http_url(text) or text.startswith("alias:")):
            continue
        yield found.finding(
            ID,
            SEVERITY,
            message("this address begins with {scheme}:, not with https:", scheme=scheme(text)),
            message("Write the address that a browser opens: https://…"),
        )

"""Where an address belongs, an address stands.

`url` and `isBasedOn` need a scheme and what it names; `landingURL`, `roadmap`, `documentation`, `apiDocumentation`
and a contractor's `website` need http or https with a host; `videos` likewise. An empty text fails.

The reference lets `javascript:…`, `data:…`, `file:…`, `blob:…`, `about:…` and `mailto:…` pass as `url` and under
`isBasedOn`. Such an address is no repository and is dangerous in a link, so that here it fails; `javascript:` and
`vbscript:` fail wherever an address may stand, in logos, screenshots and identifiers too. The address of SSH
(`git@host:path`) is no URL and fails in both.

Repair: write the whole address as the browser shows it, with https://, without spaces around it; instead of
`git@git.example:agency/software` write `https://git.example/agency/software`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..addresses import is_http_url, is_url, scheme
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "url-format", Severity.ERROR
DANGEROUS = ("javascript", "vbscript")
NEVER = (*DANGEROUS, "data", "file", "blob", "about", "mailto")


def runs(text: str) -> bool:
    """Whether a browser would run `text` as a program where it is an address.

    As browsers read it: control characters and blanks before it are left away, and tabs and line breaks in it (WHATWG URL
    standard, section 4.4).
    """
    start = re.sub(r"[\t\n\r]", "", text[:500]).lstrip("".join(map(chr, range(0x21)))).lower()
    return start.startswith(tuple(f"{name}:" for name in DANGEROUS))


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that is not the address it should be."""
    whole = message("Write the whole address as the browser shows it: https://…, without spaces before or after it.")
    for found in structure(document).of_format(Format.URL):
        if not is_url(found.text):
            yield found.finding(ID, SEVERITY, message("“{value}” is not a URL", value=found.shown), whole)
        elif scheme(found.text) in NEVER:
            text = message("“{value}” is not the address of a repository", value=found.shown)
            yield found.finding(ID, SEVERITY, text, whole)
    for found in structure(document).of_format(Format.PATH, Format.URI, Format.SUPPORTS):
        if runs(found.text):
            text = message("“{value}” would run as a program in a reader's browser", value=found.shown)
            yield found.finding(ID, SEVERITY, text, whole)
    for found in structure(document).of_format(Format.HTTP_URL, Format.VIDEO):
        if not is_http_url(found.text):
            if found.text:
                text, help_text = message("“{value}” is not a web address (http or https)", value=found.shown), whole
            else:
                text, help_text = message("the address is empty"), message("Write the address, or remove the key.")
            yield found.finding(ID, SEVERITY, text, help_text)

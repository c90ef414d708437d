"""What is to be said of texts that people often write where a licence expression is asked for. Written by us."""

from __future__ import annotations

import re

from ..finding import Message, message

LONGEST = 500  # characters that are looked at

_PATTERNS = (
    (
        re.compile(r"\beupl(?:[-\s]*v?[0-9.]+)?(?:\+|[-\s]*or[-\s]*later\b)", re.IGNORECASE),
        message(
            "The EUPL has its own clause on later versions (article 13): its id takes no -or-later, and EUPL-1.2 alone is enough."
        ),
    ),
    (
        re.compile(r"\A\W*unlicensed\W*\Z", re.IGNORECASE),
        message("UNLICENSED is how npm writes that all rights are reserved. It is not the Unlicense."),
    ),
    (
        re.compile(
            r"\A\W*see (?:the )?(?:licen[sc]e|copying|file)\b|\bin (?:the )?licen[sc]e(?:\.\w+)?(?: file)?\W*\Z",
            re.IGNORECASE,
        ),
        message("This refers to a file. Write the identifier of the licence that stands there."),
    ),
    (
        re.compile(r"\A\W*(?:none|noassertion)\W*\Z", re.IGNORECASE),
        message(
            "NONE and NOASSERTION belong in SPDX documents about other people's software; its owner names the licence."
        ),
    ),
    (
        re.compile(
            r"\b(?:proprietary|commercial license|all rights reserved|closed source)\b"
            r"|版權所有|保留所有權利|專有|proprietari[ao]\b|propriétaire|proprietär",
            re.IGNORECASE,
        ),
        message(
            "This names no licence under which others may use the software. A licence of one's own is written LicenseRef-…"
        ),
    ),
    (
        re.compile(r"\A\W*[A-Za-z0-9.-]+-exception(?:-[0-9.]+)?\W*\Z", re.IGNORECASE),
        message("An exception stands behind a licence: GPL-2.0-only WITH Classpath-exception-2.0."),
    ),
)


def remark(text: str) -> Message | None:
    """The explanation that goes with a text that is no expression; None where there is none of ours."""
    if len(text) > LONGEST:
        return None
    return next((said for pattern, said in _PATTERNS if pattern.search(text)), None)

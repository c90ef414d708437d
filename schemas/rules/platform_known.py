"""Platforms are named as the standard names them, one in each item.

The standard lists `web`, `windows`, `mac`, `linux`, `ios` and `android` and lets any other text pass, and so does the
reference. A catalogue that is asked for `web` does not find 網頁, nor `web，linux` in one item. A warning for a label of a
listed platform in some language, for one in other letters (`Web`), and for several in one text.

Repair: write the suggested word; write each platform in an item of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import structure
from ..vocabularies import labels, value_called

ID, SEVERITY = "platform-known", Severity.WARNING
_SEPARATOR = re.compile("[、，；]|[,;] ")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each platform that is written in another way, and for each text that names several."""
    for found in structure(document).all_at("platforms[]"):
        near = value_called("platforms", found.text)
        if found.text in labels("platforms"):
            continue
        if near:
            text = message("{value} is what the standard calls {near}", value=found.shown, near=near)
            yield found.finding(ID, SEVERITY, text, message("Write {near}.", near=near))
        elif _SEPARATOR.search(found.text):
            text = message("{value} names several platforms in one item", value=found.shown)
            yield found.finding(ID, SEVERITY, text, message("Write each platform in an item of its own."))

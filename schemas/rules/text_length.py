"""Texts are as long as the standard allows: shortDescription at most 150 characters, longDescription 150 to 10,000,
genericName at most 35.

Characters are counted as people see them (grapheme clusters, Unicode Annex 29): a Chinese character is one, and so is
an emoji made of several code points. White space counts, also the line break that a block with `>` or `|` keeps at
its end; `>-` and `|-` leave it away. The limits are the same in every language.

Repair: shorten the text, or write more of it; the message says how long it is now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import structure

ID, SEVERITY = "text-length", Severity.ERROR
MOST = 20_001  # characters counted at most
# Latin, punctuation, kana without its combining marks, Chinese, full-width forms: each code point is a character, only
# CR LF are one together (Unicode Annex 29, GB3).
_SIMPLE = re.compile(r"[\u0000-\u02ff\u2010-\u2027\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uff00-\uff60]*\Z")
# Two regional indicators are one flag (GB12). Among many, \X looks back to the first of them each time: a text of nothing
# but flags took seconds.
_FLAG = re.compile(r"[\U0001F1E6-\U0001F1FF]{2}")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that is too short or too long."""
    limited = (found for key, places in structure(document).groups() if key.longest for found in places)
    for found in limited:
        shortest, longest = found.key.shortest, found.key.longest
        # No text has more characters than code points, nor fewer than its beginning: most need not be counted to the end.
        if len(found.text) <= longest and (not shortest or characters(found.text[: 2 * shortest]) > shortest):
            continue
        name, length = found.key.path.rpartition(".")[2], characters(found.text)
        if length >= MOST:
            text = message(
                "{name} has more than {length} characters, at most {most} are allowed",
                name=name,
                length=MOST - 1,
                most=longest,
            )
        elif length > longest:
            text = message(
                "{name} has {length} characters, at most {most} are allowed", name=name, length=length, most=longest
            )
        elif length < shortest:
            text = message(
                "{name} has {length} characters, at least {least} are needed", name=name, length=length, least=shortest
            )
        else:
            continue
        if length < shortest:
            help_text = message("Write more: what the software does, for whom, and what it needs.")
        else:
            help_text = message("Shorten the text; details belong in longDescription or the documentation.")
        yield found.finding(ID, SEVERITY, text, help_text)


def characters(text: str) -> int:
    """The number of grapheme clusters in `text`, counted up to MOST."""
    if text.isascii() or _SIMPLE.match(text):
        return min(len(text) - text.count("\r\n"), MOST)
    import regex  # loaded only where it is needed: it takes longer than all the rules

    return sum(1 for _ in islice(regex.finditer(r"\X", _FLAG.sub("a", text)), MOST))

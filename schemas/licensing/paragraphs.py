"""A licence file as people read it: paragraphs, headings and list items instead of lines, each knowing its lines."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .found import Lines

MOST_LINES = 10_000
LONGEST_LINE = 20_000  # characters that are looked at; no paragraph of a licence is longer
LONGEST_PARAGRAPH = 20_000

_TAG = re.compile(r"<!--|-->|</?(?!https?:)[A-Za-z][^<>]{0,200}>")
_ADDRESS = re.compile(r"<(?=https?://)|(?<=\S)>")
_LEADER = re.compile(r"\s{0,200}(?:/\*+|\*+/?(?!\w)|//+|--(?=\s)|>+|%+|;+|dnl\b|rem\b)\s{0,200}", re.IGNORECASE)
_CLOSER = re.compile(r"\*{1,9}/\s{0,200}\Z")
_STARRED = re.compile(r"(?: {2,20}|\t{1,9})?\*\s")
_HASHES = re.compile(r"\s{0,200}(#{1,6})\s{0,200}")
_MARKS = re.compile(r"[*_`]{1,3}(?=\w)|(?<=[\w.,;:)])[*_`]{1,3}")
_ITEM = re.compile(r"[-+*•·–—]\s|\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE)
_UNDERLINE = re.compile(r"\s{0,20}(=|-|~|\+|\^){3,}\s*\Z")
_RULE = re.compile(r"[\W_]*\Z")
_SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[0-9)\]\"'”’]))[.!?][\"')\]”’]{0,3}\s+(?=[^\W\d_a-zß-öø-ÿ]|[\"'(\[“‘])|[。！？；]\s*"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, joined by blanks, without the marks of comments, Markdown and HTML.

    `level`: 1–6 of a heading, else 0. `item`: whether it stands in a list. `starts`: where each of its lines begins in `text`.
    """

    text: str
    first: int
    starts: tuple[int, ...]
    level: int = 0
    item: bool = False

    def lines(self, start: int, end: int) -> Lines:
        """The lines of the characters from `start` to before `end`."""
        return (
            self.first + bisect_right(self.starts, start) - 1,
            self.first + bisect_right(self.starts, max(start, end - 1)) - 1,
        )

    @property
    def last(self) -> int:
        """Its last line."""
        return self.first + len(self.starts) - 1

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Its sentences, each with where it begins; a full stop after a short word (“v. 1.2”, “U.S.C.”) ends none."""
        begin = 0
        for end in _SENTENCE_END.finditer(self.text):
            yield begin, self.text[begin : end.end()]
            begin = end.end()
        if begin < len(self.text):
            yield begin, self.text[begin:]


def paragraphs(lines: Sequence[str], among: Collection[int] | None = None) -> list[Paragraph]:
    """The paragraphs of a file's `lines`; of those only whose numbers are in `among` (from 1), the rest counts as blank."""
    lines = lines[:MOST_LINES]
    cleaned = [_clean(line) if among is None or number in among else ("", 0) for number, line in enumerate(lines, 1)]
    found: list[Paragraph] = []
    run: list[str] = []
    length = 0
    for index, (text, level) in enumerate(cleaned):
        underlined = bool(text) and not run and index + 1 < len(lines) and _is_underline(cleaned, lines, index)
        # A comment of several lines that all begin with # is no row of headings.
        if level and not run and not _beside_hashes(cleaned, index):
            found.append(Paragraph(text, index + 1, (0,), level))
        elif underlined:
            found.append(Paragraph(text, index + 1, (0,), 1 if lines[index + 1].strip().startswith("=") else 2))
        else:
            blank = not text or _RULE.match(text) is not None
            if blank or _ITEM.match(text) or length > LONGEST_PARAGRAPH:
                _close(run, index, found)
                length = 0
            if not blank:
                run.append(text)
                length += len(text)
    _close(run, len(lines), found)
    return found


def _close(run: list[str], after: int, found: list[Paragraph]) -> None:
    if run:
        starts, at = [], 0
        for text in run:
            starts.append(at)
            at += len(text) + 1
        item = _ITEM.match(run[0]) is not None
        found.append(Paragraph(" ".join(run), after - len(run) + 1, tuple(starts), 0, item))
        run.clear()


def _clean(line: str) -> tuple[str, int]:
    """The line without marks, and the level of a Markdown heading or 0."""
    text = line[:LONGEST_LINE]
    if not text or text.isspace():
        return "", 0
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\ufeff", "")
    if "<" in text or ">" in text:
        text = _ADDRESS.sub(" ", _TAG.sub(" ", text))
    # “* text” is an item of a list; with one blank before it stands in a comment of C.
    leader = None if _STARRED.match(text) else _LEADER.match(text)
    text = text[leader.end() :] if leader else text
    hashes = _HASHES.match(text)
    level = len(hashes[1]) if hashes else 0
    text = _CLOSER.sub("", _MARKS.sub("", text[hashes.end() :] if hashes else text))
    return " ".join(text.split()), level


def _beside_hashes(cleaned: Sequence[tuple[str, int]], index: int) -> bool:
    return any(
        0 <= beside < len(cleaned) and cleaned[beside][1] == cleaned[index][1] == 1 for beside in (index - 1, index + 1)
    )


def _is_underline(cleaned: Sequence[tuple[str, int]], lines: Sequence[str], index: int) -> bool:
    return (
        len(cleaned[index][0]) <= 120
        and _UNDERLINE.match(lines[index + 1][:LONGEST_LINE]) is not None
        and len(lines[index + 1].strip()) * 3 >= len(cleaned[index][0])
    )

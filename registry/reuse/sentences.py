"""A text that asks for something → its sentences, one for each thing that is asked; East Asian and Western writing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .contract import Headings, numbering, says_terms

MOST = 200
LONGEST = 600  # characters; a longer one is cut at its commas

# 壹、 一、 （一） (1) 1. 1.2.3 1) a. A) ① • - * § 1, with or without # of Markdown before it.
_CHINESE_NUMBERS = "一二三四五六七八九十百零〇壹貳參肆伍陸柒捌玖拾甲乙丙丁戊己庚辛"
_POINT = re.compile(
    rf"^\s*(?:#{{1,6}}\s+|>\s*)*(?:[{_CHINESE_NUMBERS}]{{1,4}}[、.．]|[（(][{_CHINESE_NUMBERS}0-9a-zA-Z]{{1,4}}[）)]|第[{_CHINESE_NUMBERS}0-9]{{1,4}}[條条章節节項项款]"
    r"|(?:[0-9]{1,3}\.)+[0-9]{0,3}\)?(?=\s|[^\W\d])|[0-9]{1,3}[)、．](?!\d)|[a-zA-Z][.)](?=\s)|[ivxIVX]{1,5}[.)](?=\s)|[①-⑳❶-❿㈠-㈩]|[•‧·●○◦▪■□◆◇➢➤✓✔–—*+-](?=\s|[^\W\d_]))\s*"
)
_HEADING = re.compile(r"^\s*#{1,6}\s+|^\s*[|=_*~-]{3,}\s*$")
_END = re.compile(r"[。；！？]+[」』”’）)]*|[.!?;]+[\"”’)]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|no|nos|nr|art|arts|par|sec|fig|approx|incl|min|max|mr|mrs|ms|dr|prof|st|co|corp|inc|ltd|u\.s|u\.k|e\.u|z\.b|d\.h|bzw|ca|usw|abs|p\.ex|es|ecc|bijv|m\.b\.t|vol|v)"
    r"|\b[a-zA-Z]|(?:^|\s)[0-9]{1,3})\.$",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[，,、：:]")
_EAST = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SPACE = re.compile(r"\s+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences in their order; `left` is how many more the text has; `contract`: those that are terms of a contract."""

    sentences: tuple[str, ...]
    left: int = 0
    contract: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Paragraph:
    """What stands between two breaks, and how it is numbered."""

    body: str
    numbering: str


def sentences(text: str, most: int = MOST) -> Sentences:
    """The sentences of `text`: its points, and what stands between full stops; each once, without its number.

    A line that goes on in the next one (as PDFs and mails have them) is joined with it.
    """
    found: dict[str, bool] = {}
    headings = Headings()
    for paragraph in _paragraphs(unicodedata.normalize("NFC", text)):
        under = headings.read(paragraph.body, paragraph.numbering)
        for sentence in _cut(paragraph.body):
            if len(_LETTER.findall(sentence)) > 1:
                found.setdefault(sentence, under or says_terms(sentence))
    listed = tuple(found)[:most]
    terms = frozenset(number for number, sentence in enumerate(listed) if found[sentence])
    return Sentences(listed, max(0, len(found) - most), terms)


def _paragraphs(text: str) -> list[_Paragraph]:
    """Lines joined to paragraphs: a new one begins after an empty line, at a point, at and after a heading or a table's cell."""
    paragraphs: list[_Paragraph] = []
    open_line = ""  # the last line, where it may go on
    longest = max((len(line) for line in text.splitlines()), default=0)
    for line in text.splitlines():
        stripped = line.strip()
        heading = bool(_HEADING.match(line))
        point = _POINT.match(line)
        body = _SPACE.sub(" ", line[point.end() :] if point else _HEADING.sub("", line)).strip(" |*_`")
        # A title that ends with a remark in brackets is no part of the heading after it.
        title = open_line.endswith((")", "）")) and body[:1].isupper()
        if open_line and stripped and not (point or heading or title) and _goes_on(open_line, longest):
            last = paragraphs[-1]
            glue = "" if _EAST.match(body[:1]) and _EAST.match(last.body[-1:]) else " "
            last.body = last.body.removesuffix("-") + ("" if last.body.endswith("-") else glue) + body
        elif body:
            paragraphs.append(_Paragraph(body, numbering(point.group()) if point else ""))
        open_line = "" if heading or not stripped else line.rstrip()
    return paragraphs


def _goes_on(line: str, longest: int) -> bool:
    """Whether a line was broken because it was full, not because what it says is over."""
    if _END.search(line[-3:]) or line.endswith((":", "：")):
        return False
    width = sum(2 if _EAST.match(char) else 1 for char in line)
    return width >= 50 or len(line) >= longest * 0.7


def _cut(paragraph: str) -> list[str]:
    pieces, start = [], 0
    for end in _END.finditer(paragraph):
        if end.group().startswith(".") and _ABBREVIATION.search(
            paragraph, max(start, end.start() - 12), end.start() + 1
        ):
            continue
        pieces.append(paragraph[start : end.end()].strip())
        start = end.end()
    pieces.append(paragraph[start:].strip())
    return [part for piece in pieces if piece for part in _shortened(piece)]


def _shortened(sentence: str) -> list[str]:
    """A sentence of a bearable length: a longer one in parts, cut at a comma where there is one."""
    parts = []
    while len(sentence) > LONGEST:
        commas = [comma.end() for comma in _COMMA.finditer(sentence, LONGEST // 2, LONGEST)]
        end = commas[-1] if commas else LONGEST
        parts.append(sentence[:end].strip())
        sentence = sentence[end:].strip()
    return [*parts, sentence] if sentence else parts

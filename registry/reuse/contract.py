"""Which paragraphs of a tender are terms of the contract (payment, warranty, award …) and not something that a system does.

Told by the heading that a paragraph stands under, and by what only contracts say; `contract.json` holds both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_LONGEST_HEADING = 60  # as wide as on paper: an East Asian character is two
_EAST = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ENDS = re.compile(r"[。；！？.;!?]\s*$")
_NUMBER = re.compile(r"[0-9]{1,2}\s+(?=[^\W\d_])")
_BETWEEN = re.compile(r"[及與和、，,／/&：:（）() ]+")
_AND = re.compile(r"\s*(?:,|/|&|:|;|\band\b|\bor\b)\s*")


def says_terms(sentence: str) -> bool:
    """Whether `sentence` says what only contracts say."""
    return any(pattern.search(sentence) for pattern in _sentences())


class Headings:
    """The headings that the paragraph being read stands under: those of an outline, by how they are numbered."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []

    def read(self, body: str, numbering: str) -> bool:
        """Whether this paragraph is, or stands under, a heading of contract terms; `numbering` is how it is numbered ("" not)."""
        heading = _looks_like_heading(body)
        if heading and not numbering and (number := _NUMBER.match(body)):
            numbering, body = "1", body[number.end() :]
        kinds = [kind for kind, _ in self._open]
        if numbering in kinds and (numbering or heading):
            # The next point of an outline ends what stood under the one before it.
            del self._open[kinds.index(numbering) :]
        if heading:
            self._open.append((numbering, _is_terms(body)))
        return any(terms for _, terms in self._open)


def numbering(point: str) -> str:
    """How a point is numbered, whatever its number: 壹、 and 貳、 are alike, and so are 1.1 and 2.10."""
    kind = re.sub(r"[0-9０-９]+", "1", point.strip())
    kind = re.sub("[壹貳參肆伍陸柒捌玖拾]+", "壹", kind)
    kind = re.sub("[一二三四五六七八九十百零〇]+", "一", kind)
    kind = re.sub("[甲乙丙丁戊己庚辛]", "甲", kind)
    kind = re.sub("[①-⑳❶-❿㈠-㈩]", "①", kind)
    kind = re.sub("[a-z]+", "a", re.sub("[A-Z]+", "A", kind))
    return kind.rstrip(".．")


def _looks_like_heading(body: str) -> bool:
    width = sum(2 if _EAST.match(char) else 1 for char in body)
    return width <= _LONGEST_HEADING and not _ENDS.search(body)


def _is_terms(heading: str) -> bool:
    """Whether every part of a heading is one of contract terms."""
    said = heading.strip().rstrip(":：").casefold()
    if _EAST.search(said):
        begin = said.partition("：")[0].partition(":")[0]
        parts = [part for part in _BETWEEN.split(begin) if part]
        return begin in _chinese() or (bool(parts) and all(part in _chinese() for part in parts))
    parts = [part for part in _AND.split(said.partition(":")[0]) if part]
    return bool(_english().fullmatch(said)) or (bool(parts) and all(_english().fullmatch(part) for part in parts))


@cache
def _data() -> Mapping[str, Mapping[str, str]]:
    data: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("contract.json").read_text("utf-8"))
    return data


@cache
def _chinese() -> frozenset[str]:
    return frozenset(_data()["headings"]["zh"].split())


@cache
def _english() -> re.Pattern[str]:
    return re.compile(_data()["headings"]["en"])


@cache
def _sentences() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _data()["sentences"].values())

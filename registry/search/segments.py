"""The plain words of a query, cut into what belongs together: Chinese is typed without spaces, and "open data" is one thing.

Concepts are found first; what is left of a run of Chinese is cut at little words and at words that nearly every entry could
be called, such as 系統. A pair of characters that crosses a cut need not be in an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from .concepts import find, in_run, words_of
from .text import is_east_asian, split

FILE = Path(__file__).parent / "weak_words.yml"
# A run that is no longer is a name or a word, whatever characters it has: 和平 is not 和 and 平.
_LONGEST_UNCUT = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """Folded words or one piece of an East Asian run; the `concept` that they name, or empty; `weak` ones do not decide."""

    parts: tuple[str, ...]
    concept: str = ""
    weak: bool = False

    @property
    def is_run(self) -> bool:
        """Whether it is a piece of an East Asian run."""
        return is_east_asian(self.parts[0])


@dataclass(frozen=True, slots=True)
class _Weak:
    words: frozenset[tuple[str, ...]]
    longest: int
    han: Mapping[str, tuple[str, ...]]  # by first character, longest first


def segments(text: str) -> tuple[Segment, ...]:
    """The segments of `text` in order, each once. Where all would be weak, none is."""
    parts = _rejoined(split(text))
    found: list[Segment] = []
    place = 0
    spans = {span.first: span for span in find(parts) if not is_east_asian(parts[span.first])}
    while place < len(parts):
        span = spans.get(place)
        if is_east_asian(parts[place]):
            found.extend(_of_run(parts[place]))
            place += 1
        elif span:
            words = tuple(parts[span.first : span.last + 1])
            found.append(Segment(words, span.concept, weak=words in _weak().words))
            place = span.last + 1
        else:
            words = _weak_at(parts, place)
            found.append(Segment(words or (parts[place],), weak=bool(words)))
            place += len(words) or 1
    kept = tuple(dict.fromkeys(found))
    if all(segment.weak for segment in kept):
        return tuple(dict.fromkeys(Segment(segment.parts, segment.concept) for segment in kept))
    return kept


def _rejoined(parts: list[str]) -> list[str]:
    """`parts` with East Asian runs put together where a word of a concept goes across the space that was typed between them."""
    joined: list[str] = []
    for part in parts:
        before = joined[-1] if joined else ""
        both_runs = is_east_asian(before) and is_east_asian(part)
        if both_runs and any(start < len(before) < end for start, end, _ in in_run(before + part)):
            joined[-1] = before + part
        else:
            joined.append(part)
    return joined


def is_weak(words: tuple[str, ...]) -> bool:
    """Whether the folded `words` are in the table of weak words."""
    return words in _weak().words


def _weak_at(parts: list[str], place: int) -> tuple[str, ...]:
    weak = _weak()
    for count in range(weak.longest, 0, -1):
        words = tuple(parts[place : place + count])
        if len(words) == count and words in weak.words:
            return words
    return ()


def _of_run(run: str) -> Iterator[Segment]:
    place = 0
    for span in find([run]):
        yield from _without_concept(run[place : span.start], within=True)
        word = (run[span.start : span.end],)
        yield Segment(word, span.concept, weak=word in _weak().words)
        place = span.end
    yield from _without_concept(run[place:], within=place > 0)


def _without_concept(run: str, within: bool) -> Iterator[Segment]:
    """The segments of a piece of a run; `within`: it stands beside a concept, so that one character alone is no word."""
    place = start = 0
    cut_short = within or len(run) > _LONGEST_UNCUT
    while place < len(run):
        word = _weak_word(run, place, cut_short)
        if not word:
            place += 1
            continue
        yield from _piece(run[start:place], within or bool(start))
        yield Segment((word,), weak=True)
        place = start = place + len(word)
    yield from _piece(run[start:], within or bool(start))


def _weak_word(run: str, place: int, cut_short: bool) -> str:
    for word in _weak().han.get(run[place], ()):
        if not run.startswith(word, place):
            continue
        rest = len(run) - place - len(word)
        # A little word of one character is one only where whole words are on both of its sides, or the run ends.
        if len(word) > 1 or (cut_short and place != 1 and rest != 1):
            return word
    return ""


def _piece(run: str, within: bool) -> Iterator[Segment]:
    if run:
        yield Segment((run,), weak=within and len(run) == 1)


@cache
def _weak() -> _Weak:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lines: Iterable[str] = yaml.load(FILE.read_text(encoding="utf-8"), loader).values()  # noqa: S506 - both are safe loaders
    words = {tuple(split(word)) for line in lines for word in words_of(line)}
    han: dict[str, list[str]] = {}
    for parts in words:
        if len(parts) == 1 and is_east_asian(parts[0]):
            han.setdefault(parts[0][0], []).append(parts[0])
    return _Weak(
        frozenset(words),
        max(map(len, words)),
        {first: tuple(sorted(found, key=lambda word: (-len(word), word))) for first, found in han.items()},
    )

"""Why an entry answers a query, and in which words: told from the query and the entry alone, alike for every engine.

What is told is what the planner looks for, in its order: the word itself, its stem, a concept it names, its beginning, a slip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from whoosh import query as tree  # type: ignore[import-untyped]

from ...schemas.finding import Message, message
from . import IndexEntry, Text
from .concepts import Span, broader, close, find, nearest, only_asked
from .language import is_plain, parse, text_of
from .planning import MOST_SPLIT, SHORTEST_PREFIX, SHORTEST_SIMILAR, covers
from .segments import Segment, segments
from .text import Placed, is_east_asian, joined, located, split, stem, stems

WORD, STEM, CONCEPT, BROADER, BEGINNING, SLIP, PHRASE = (
    "word",
    "stem",
    "concept",
    "broader",
    "beginning",
    "slip",
    "phrase",
)
_ORDER = (PHRASE, WORD, STEM, CONCEPT, BEGINNING, SLIP, BROADER)
FIELDS: Mapping[str, Message] = {
    "name": message("name"),
    "summary": message("short description"),
    "feature": message("features"),
    "label": message("categories"),
    "publisher": message("publisher"),
    "technologies": message("technologies"),
    "description": message("description"),
}
"""The fields of an entry in the order of their worth, as they are called to a reader."""

_HOW: Mapping[str, Message] = {
    PHRASE: message("“{asked}” stands so, word for word, in: {fields}"),
    WORD: message("“{asked}” stands in: {fields}"),
    STEM: message("“{asked}” stands in another form, “{found}”, in: {fields}"),
    CONCEPT: message("“{asked}” means the same as “{found}” in: {fields}"),
    BROADER: message("“{asked}” is more than “{found}”, but akin to it, in: {fields}"),
    BEGINNING: message("“{found}”, which begins with “{asked}”, stands in: {fields}"),
    SLIP: message("“{found}”, which is nearly “{asked}”, stands in: {fields}"),
}
_MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """The characters `start` to `end` of a text answer the word `asked` of the query, in the way `how`."""

    start: int
    end: int
    asked: str
    how: str


@dataclass(frozen=True, slots=True)
class Match:
    """How one word of the query (`asked`, as typed) is answered: the best way (`how`), the words there (`found`), the fields."""

    asked: str
    how: str
    found: tuple[str, ...]
    fields: tuple[str, ...]
    concept: str = ""

    def message(self, say: Callable[[Message], str] = str) -> Message:
        """The match as a sentence; `say` translates the names of the fields that it holds."""
        return Message(
            _HOW[self.how].template,
            (
                ("asked", self.asked),
                ("found", ", ".join(self.found[:3])),
                ("fields", ", ".join(say(FIELDS[field]) for field in self.fields)),
            ),
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry stands where it stands: `matches` of the words that it has, `missing` words, and what decided between equals."""

    matches: tuple[Match, ...]
    missing: tuple[str, ...]
    standing: tuple[Message, ...]

    def messages(self, say: Callable[[Message], str] = str) -> tuple[Message, ...]:
        """All of it as sentences; see `Match.message`."""
        missing = (message("not found: {words}", words=", ".join(self.missing)),) if self.missing else ()
        return (*(match.message(say) for match in self.matches), *missing, *self.standing)


@dataclass(frozen=True, slots=True)
class _Wanted:
    asked: str
    segment: Segment | None  # None for a phrase
    parts: tuple[str, ...]
    wholes: frozenset[str] = frozenset()  # the words and their neighbours in the query, written as one


def explain(text: str, entry: IndexEntry) -> Explanation:
    """Why `entry` answers the query `text`: engine-independent, and never an exception whatever was typed."""
    wanted = _wanted(text)
    matches = []
    missing = []
    for each in wanted:
        match = _match(each, entry)
        if match:
            matches.append(match)
        elif not (each.segment and each.segment.weak):
            missing.append(each.asked)
    return Explanation(tuple(matches), tuple(missing), tuple(_standing(entry)))


def marks(text: str, within: Text) -> tuple[Mark, ...]:
    """Which characters of `within` answer the query `text`, in order and without overlaps; to show them highlighted.

    What is only akin to a word of the query is told by `explain` and not marked: nobody sees why "map" would mark an address.
    """
    wanted, placed = _wanted(text), located(within.text)
    named = _named(placed, within.language) if any(map(_concept, wanted)) else []
    found = [mark for each in wanted for mark in _marks(each, placed, within, named) if mark.how != BROADER]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (_ORDER.index(each.how), each.start - each.end, each.start)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return tuple(sorted(kept, key=lambda mark: mark.start))


def texts_of(entry: IndexEntry) -> Iterator[tuple[str, Text]]:
    """All texts of `entry` with the field that holds each."""
    fields: tuple[tuple[str, Iterable[Text]], ...] = (
        ("name", entry.names),
        ("summary", entry.summaries),
        ("feature", entry.features),
        ("label", entry.labels),
        ("publisher", entry.publishers),
        ("technologies", entry.technologies),
        ("description", entry.descriptions),
    )
    for field, texts in fields:
        for text in texts:
            yield field, text


@lru_cache(maxsize=256)  # a page of results asks the same for each of its texts
def _wanted(text: str) -> tuple[_Wanted, ...]:
    """The words and phrases that the query asks for anywhere or in a field of text; what it excludes is not among them."""
    root, _ = parse(text)
    plain: list[str] = []
    phrases: list[str] = []
    for node in _asked(root):
        if isinstance(node, tree.Phrase):
            phrases.append(text_of(node))
        elif is_plain(node) or node.fieldname in FIELDS or isinstance(node, tree.Prefix):
            plain.append(text_of(node))
    whole = " ".join(plain)
    parts = split(whole)
    wholes = joined(parts) if len(parts) <= MOST_SPLIT else {}
    found = []
    for segment in segments(whole):
        own = frozenset(text for places, text in wholes.items() if covers(places, parts, segment))
        found.append(_Wanted(_as_typed(segment, whole), segment, segment.parts, own))
    return (*found, *(_Wanted(phrase, None, tuple(split(phrase))) for phrase in dict.fromkeys(phrases)))


def _asked(node: tree.Query | None) -> Iterator[tree.Query]:
    if isinstance(node, tree.And | tree.Or):
        for child in node.subqueries:
            yield from _asked(child)
    elif node is not None and not isinstance(node, tree.Not) and (not node.fieldname or node.fieldname in FIELDS):
        yield node


def _as_typed(segment: Segment, whole: str) -> str:
    """The words of `segment` as they stand in the query."""
    placed = located(whole)
    count = len(segment.parts)
    for place, each in enumerate(placed):
        if segment.is_run:
            start = each.text.find(segment.parts[0]) if is_east_asian(each.text) else -1
            if start >= 0:
                return whole[each.starts[start] : each.end_of(start + len(segment.parts[0]))]
        elif tuple(other.text for other in placed[place : place + count]) == segment.parts:
            last = placed[place + count - 1]
            return whole[each.starts[0] : last.end_of(len(last.text))]
    return " ".join(segment.parts)


def _match(wanted: _Wanted, entry: IndexEntry) -> Match | None:
    best: dict[str, dict[str, None]] = {}
    words: dict[str, dict[str, None]] = {}
    for field, text in texts_of(entry):
        placed = located(text.text)
        named = _named(placed, text.language) if _concept(wanted) else []
        for mark in (*_marks(wanted, placed, text, named), *(_put_together(wanted, placed) if field == "name" else ())):
            best.setdefault(mark.how, {})[field] = None
            words.setdefault(mark.how, {})[text.text[mark.start : mark.end]] = None
    for how in _ORDER:
        if how in best:
            concept = wanted.segment.concept if wanted.segment and how in (CONCEPT, BROADER) else ""
            return Match(wanted.asked, how, tuple(words[how])[:_MOST_FOUND], tuple(best[how]), concept)
    return None


def _marks(wanted: _Wanted, placed: list[Placed], text: Text, named: list[Span]) -> Iterator[Mark]:
    if wanted.segment is None or len(wanted.parts) > 1:
        yield from _rows(wanted, placed)
    if wanted.segment is None:
        return
    if wanted.segment.is_run:
        yield from _in_runs(wanted, placed)
    elif len(wanted.parts) == 1:
        yield from _words(wanted, placed, text.language)
    yield from _concepts(wanted, placed, named)


def _rows(wanted: _Wanted, placed: list[Placed]) -> Iterator[Mark]:
    count = len(wanted.parts)
    for place in range(len(placed) - count + 1):
        row = placed[place : place + count]
        start = row[0].text.find(wanted.parts[0]) if is_east_asian(wanted.parts[0]) else 0
        if start >= 0 and all(map(_is_part, wanted.parts, (each.text for each in row))):
            last = row[-1]
            end = start + len(wanted.parts[0]) if count == 1 and is_east_asian(last.text) else len(last.text)
            yield Mark(row[0].starts[min(start, len(row[0].starts) - 1)], last.end_of(end), wanted.asked, PHRASE)


def _put_together(wanted: _Wanted, placed: list[Placed]) -> Iterator[Mark]:
    """The words of a name that are written as one in the query, or the other way round: "openzaak" and "Open Zaak"."""
    if wanted.segment is None or wanted.segment.is_run:
        return
    asked = {*wanted.parts, *wanted.wholes}
    for (first, last), whole in joined([each.text for each in placed]).items():
        if whole in asked:
            yield Mark(placed[first].starts[0], placed[last].end_of(len(placed[last].starts)), wanted.asked, STEM)
    for each in placed:
        if each.text in wanted.wholes:
            yield Mark(each.starts[0], each.end_of(len(each.starts)), wanted.asked, STEM)


def _is_part(part: str, word: str) -> bool:
    return part in word if is_east_asian(part) else part == word


def _in_runs(wanted: _Wanted, placed: list[Placed]) -> Iterator[Mark]:
    run = wanted.parts[0]
    for each in placed:
        start = each.text.find(run)
        while start >= 0 and is_east_asian(each.text):
            yield Mark(each.starts[start], each.end_of(start + len(run)), wanted.asked, WORD)
            start = each.text.find(run, start + len(run))


def _words(wanted: _Wanted, placed: list[Placed], language: str) -> Iterator[Mark]:
    word = wanted.parts[0]
    # Of a word that names a concept the other forms are found as the concept.
    named = wanted.segment and wanted.segment.concept and not only_asked(word)
    marked = frozenset() if named else frozenset(stems(word))
    for each in placed:
        if is_east_asian(each.text):
            continue
        how = _how(word, marked, each.text, language)
        if how:
            yield Mark(each.starts[0], each.end_of(len(each.starts)), wanted.asked, how)


def _how(word: str, marked: frozenset[str], other: str, language: str) -> str:
    if other == word:
        return WORD
    if stem(other, language) in marked:
        return STEM
    if len(word) >= SHORTEST_PREFIX and word.isalpha() and other.startswith(word):
        return BEGINNING
    if len(word) >= SHORTEST_SIMILAR and word.isascii() and word.isalpha() and _one_slip(word, other):
        return SLIP
    return ""


def _one_slip(one: str, other: str) -> bool:
    """Whether one insertion, removal, replacement or swap of neighbours makes `one` of `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, rest_other = one[start:], other[start:]
    return (
        rest[1:] == rest_other[1:]
        or rest[1:] == rest_other
        or rest == rest_other[1:]
        or (len(rest) > 1 and rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:])
    )


def _named(placed: list[Placed], language: str) -> list[Span]:
    """The concepts that a text of these words names."""
    return find([each.text for each in placed], language)


def _concept(wanted: _Wanted) -> str:
    """The concept that is asked for, where there is one."""
    segment = wanted.segment
    if segment and not segment.concept and len(segment.parts) == 1:
        return nearest(segment.parts[0])
    return segment.concept if segment else ""


def _concepts(wanted: _Wanted, placed: list[Placed], named: list[Span]) -> Iterator[Mark]:
    concept = _concept(wanted)
    for span in named if concept else ():
        if span.concept == concept:
            how = CONCEPT
        elif concept in broader(span.concept) or span.concept in close(concept):
            how = BROADER
        else:
            continue
        first, last = placed[span.first], placed[span.last]
        yield Mark(
            first.starts[min(span.start, len(first.starts) - 1)],
            last.end_of(span.end if is_east_asian(last.text) else len(last.starts)),
            wanted.asked,
            how,
        )


def _standing(entry: IndexEntry) -> Iterator[Message]:
    """What breaks ties, see `plan.STANDING`."""
    if "valid" in entry.facets.get("validity", ()):
        yield message("its file is valid, which puts it before equals")
    if entry.activity >= 20:
        yield message(
            "its development is active ({activity} of 100), which puts it before equals", activity=entry.activity
        )


def decided_by(text: str) -> tuple[str, ...]:
    """The words of the query `text` by which entries are found, as typed; empty where it has no others, or signs and fields."""
    root, dropped = parse(text)
    nodes = root.subqueries if isinstance(root, tree.And) else [root]
    if dropped or root is None or not all(map(is_plain, nodes)):
        return ()
    wanted = _wanted(text)
    decide = tuple(dict.fromkeys(each.asked for each in wanted if not (each.segment and each.segment.weak)))
    return decide if "".join(split(" ".join(decide))) != "".join(split(text)) else ()

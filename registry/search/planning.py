"""From the tree of a query to a plan that any engine can run. What a hit is worth is decided here and nowhere else.

A word is looked for as it stands, by its stem in each language, as a beginning, and by the concept it names; weak words only
add to what the others find. Names and whole phrases are worth most; how an entry stands (valid, active) breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from whoosh import query as tree  # type: ignore[import-untyped]

from .analysis import BOUNDARY
from .concepts import BROADER_MARK, MARK, broader, close, nearest, only_asked
from .language import YEARS, dates_of, is_plain, render, text_of, value_of
from .plan import (
    LENIENT_FIELDS,
    WEIGHTS,
    All,
    Any,
    Everything,
    Once,
    Phrase,
    Plan,
    Prefix,
    Similar,
    Term,
)
from .segments import Segment, is_weak, segments
from .text import bigrams, is_east_asian, joined, split, stems, tokens

# In longer queries every word must be whole and right: their number is what makes a search slow.
MOST_LENIENT = 4
MOST_STEMMED = 12
MOST_BEGINNINGS = 8
MOST_ANYWHERE = 2
MOST_SPLIT = 6
STEM = 0.6
PREFIX = 0.2
SIMILAR = 0.3
CONCEPT = 0.9
CLOSE = 0.5
BROADER = 0.15
WEAK = 0.2
PHRASE = 2.0
WHOLE_NAME = 6.0
EACH_WORD = 40.0
EACH_CONCEPT = 80.0
PUBLISHER = 80.0
OF_PUBLISHER = 160.0
"""What each word of a query is worth where not all need to be there: an entry that has more of them comes before one that has
a single one often."""
MOST_PUBLISHERS = 15
"""So many parts of a query are tried for the whole name of a publisher."""
SHORTEST_PREFIX = 3
SLIP_FIELDS = ("name", "summary", "publisher", "description")
"""Where slips are looked for."""
SHORTEST_SIMILAR = 5
WORD_FIELDS = ("name", "publisher")


class Planner:
    """Turns a tree into a plan.

    Counts the deciding words of its outermost group, those of them that name concepts, and all words that are long enough for
    a slip of the pen. With `any_word` one of the deciding words is enough, and of a longer run of Chinese one pair of
    characters; with `meant` as well, one of those that name a concept.
    """

    def __init__(self, forgive: bool = False, any_word: bool = False, meant: bool = False) -> None:
        self.forgive = forgive
        self.any_word = any_word
        self.meant = meant
        self.words = 0
        self.deciding = 0
        self.concepts = 0
        self.long_words = 0
        self._lenient = True
        self._stemmed = 0
        self._beginnings = 0

    def plan(self, node: tree.Query) -> Plan:
        """The plan of `node`."""
        self._lenient = _count(node) <= MOST_LENIENT
        return self._plan(node, self.any_word)

    def _plan(self, node: tree.Query, any_word: bool = False) -> Plan:
        if isinstance(node, tree.Or):
            parts = tuple(self._part(child) for child in _distinct(node.subqueries))
            self.words = self.concepts = 0  # one of them is enough already
            return Any(parts)
        if not isinstance(node, tree.And):
            return self._group([node], any_word)
        plain = [child for child in node.subqueries if is_plain(child)]  # "ordre du jour du conseil" has a word twice
        return self._group([*plain, *_distinct([child for child in node.subqueries if not is_plain(child)])], any_word)

    def _part(self, node: tree.Query) -> Plan:
        return self._exactly(node) if isinstance(node, tree.Not) else self._plan(node)

    def _group(self, nodes: list[tree.Query], any_word: bool) -> Plan:
        """All of `nodes`; its plain words may stand anywhere, and are worth more in a row."""
        plain: list[str] = []
        parts: list[Plan] = []
        without: list[Plan] = []
        for node in nodes:
            if isinstance(node, tree.Not):
                without.append(self._exactly(node.query))
            elif isinstance(node, tree.And | tree.Or):
                parts.append(self._plan(node))
            elif isinstance(node, tree.Term) and node.fieldname in WORD_FIELDS:
                words, better = self._words([node.text], _weights(node.fieldname))
                parts.append(_all(words, [], better))
            elif is_plain(node):
                plain.append(node.text)
            else:
                parts.append(self._exactly(node))
        words, better = self._words(plain, WEIGHTS)
        deciding = [segment for segment in segments(" ".join(plain)) if not segment.weak]
        self.words = sum(map(_size, deciding))
        self.deciding = len(deciding)
        self.concepts = sum(1 for segment in deciding if segment.concept)
        if any_word and words:
            alternatives, more = self._alternatives(words, deciding)
            words = [_any(alternatives)]
            better += more
        return _all(words + parts, without, better)

    def _alternatives(self, words: list[Plan], deciding: list[Segment]) -> tuple[list[Plan], list[Plan]]:
        """The plans of which one is enough, and what is worth more; if `meant`, a word that names no concept is not enough by
        itself, unless a name has it."""
        # The same plan again: once for how well a word fits, once for that it is there at all.
        pairs = list(zip(words, deciding, strict=True))
        better: list[Plan] = []
        better += [Once(word, EACH_CONCEPT if each.concept else EACH_WORD) for word, each in pairs[:MOST_LENIENT]]
        named = [word for word, segment in pairs if segment.concept]
        if not self.meant or not named:
            return words, better
        others = [(word, segment) for word, segment in pairs if not segment.concept]
        in_names = [
            _in_a_row(row_of(" ".join(segment.parts)), {"name": WEIGHTS["name"]})
            for _, segment in others
            if sum(map(len, segment.parts)) > 1
        ][:MOST_LENIENT]
        return named + in_names, better + [word for word, _ in others][:MOST_STEMMED]

    def _words(self, texts: list[str], fields: Mapping[str, float]) -> tuple[list[Plan], list[Plan]]:
        """What each word of `texts` that decides matches in `fields`, and what is worth more: weak words, and all in a row."""
        text = " ".join(texts)
        found = segments(text)
        much = self._stemmed >= MOST_STEMMED
        few = self._lenient and len(found) <= MOST_LENIENT
        row = row_of(text)
        # In a row twice: as the words of the one segment there is, and as all words. They are looked for once.
        alone = len(found) == 1 and not much and len(row) > 1 and row == row_of(" ".join(found[0].parts))
        words = [self._segment(segment, fields, few, alone) for segment in found if not segment.weak]
        if much:
            return words, []
        if "name" in fields:
            words = _with_joined(words, [segment for segment in found if not segment.weak], split(text), fields["name"])
        better: list[Plan] = [
            self._literal(segment, {field: weight * WEAK for field, weight in fields.items()}, stemmed=False)
            for segment in found
            if segment.weak and (len(segment.parts[0]) > 1 or not segment.is_run)
        ][:MOST_LENIENT]
        if len(row) > 1 and len(found) <= MOST_STEMMED:
            twice = alone and not found[0].weak
            better.append(_in_a_row(row, {field: weight * (1 + twice) for field, weight in fields.items()}))
        if row and "name" in fields and len(found) <= MOST_STEMMED:
            better.append(Phrase("name", (BOUNDARY, *tokens(text), BOUNDARY), fields["name"] * WHOLE_NAME))
        if fields is WEIGHTS:
            better += self._of_publisher(found, words)
        return words, better

    def _of_publisher(self, found: Sequence[Segment], words: Sequence[Plan]) -> list[Plan]:
        """What entries are worth whose publisher a part of the query names, and more if they have what the others ask for.

        `words` are the plans of those of `found` that decide.
        """
        named = _publishers(found)
        if not named:
            return []
        better: list[Plan] = [Once(_any([plan for _, plan in named]), PUBLISHER)]
        if self.any_word:
            deciding = [segment for segment in found if not segment.weak]
            for segment, word in list(zip(deciding, words, strict=True))[:MOST_LENIENT]:
                others = [plan for part, plan in named if segment not in part]
                if others:
                    better.append(Once(All((_any(others), word)), OF_PUBLISHER))
        return better

    def _segment(self, segment: Segment, fields: Mapping[str, float], few: bool, alone: bool) -> Plan:
        if segment.is_run or len(segment.parts) > 1:
            any_part = self._any_part(segment)
            literal = [self._literal(segment, fields, stemmed=True, any_part=any_part, in_a_row=not alone)]
        else:
            word = segment.parts[0]
            literal = self._word(word, fields, few, stemmed=not segment.concept or only_asked(word))
        concept = segment.concept
        if self.forgive and few and not concept and len(segment.parts) == 1:
            concept = nearest(segment.parts[0])
        return _any([*literal, *(_named(concept, fields, self.any_word and not self.meant) if concept else ())])

    def _any_part(self, segment: Segment) -> bool:
        """Whether one word of `segment`, or one pair of its characters, is enough; runs that name a concept stay whole."""
        return self.any_word and (not segment.concept or not (self.meant or segment.is_run))

    def _word(self, word: str, fields: Mapping[str, float], few: bool, stemmed: bool) -> list[Plan]:
        """`word` in all its forms; of one that names a concept the other forms name it too, and a stem alone may not."""
        parts = self._word_or_stems(word, fields, stemmed)
        if few and len(word) >= SHORTEST_PREFIX and word.isalpha():
            parts += [Prefix(field, word, fields[field] * PREFIX) for field in LENIENT_FIELDS if field in fields]
        if few and len(word) >= SHORTEST_SIMILAR and word.isascii() and word.isalpha():
            self.long_words += 1
            if self.forgive:
                parts += [Similar(field, word, fields[field] * SIMILAR) for field in SLIP_FIELDS if field in fields]
        return parts

    def _word_or_stems(self, word: str, fields: Mapping[str, float], stemmed: bool = True) -> list[Plan]:
        """`word` as it stands, and the stems of the first MOST_STEMMED words of the query."""
        self._stemmed += 1
        if self._stemmed > MOST_STEMMED and len(fields) > 1:
            return [Term(field, word, fields[field]) for field in SLIP_FIELDS if field in fields]
        parts: list[Plan] = [Term(field, word, weight) for field, weight in fields.items()]
        if stemmed and self._stemmed <= MOST_STEMMED:
            for stem in stems(word):
                parts += [Term(field, stem, weight * STEM) for field, weight in fields.items()]
        return parts

    def _literal(
        self,
        segment: Segment,
        fields: Mapping[str, float],
        stemmed: bool,
        any_part: bool = False,
        in_a_row: bool = True,
    ) -> Plan:
        """The words of `segment` as they stand (or their stems), worth more in a row; of a run all pairs of characters, or any."""
        if segment.is_run:
            run = segment.parts[0]
            if len(run) == 1:
                self._beginnings += 1
                if self._beginnings > MOST_BEGINNINGS:
                    return Everything()
                return _any([Prefix(field, run, weight) for field, weight in fields.items()])
            pairs = list(dict.fromkeys(bigrams(run)[:-1]))
            plans = [
                _any([Term(field, pair, weight / len(pairs)) for field, weight in fields.items()]) for pair in pairs
            ]
        else:
            plans = [
                _any(
                    self._word_or_stems(word, fields)
                    if stemmed
                    else [Term(field, word, weight) for field, weight in fields.items()]
                )
                for word in segment.parts
            ]
        row = row_of(" ".join(segment.parts))
        if any_part and len(row) > 1:
            strong = [plan for plan, word in zip(plans, segment.parts, strict=False) if not is_weak((word,))]
            plans = [_any(plans if segment.is_run or not strong else strong)]
        return _all(plans, [], [_in_a_row(row, fields)] if in_a_row and len(row) > 1 else [])

    def _exactly(self, node: tree.Query) -> Plan:
        """What `node` matches without any leniency but the stems of a single word: for negations, values, phrases, beginnings."""
        if isinstance(node, tree.And | tree.Or):
            parts = [self._exactly(child) for child in node.subqueries if not isinstance(child, tree.Not)]
            without = [self._exactly(child.query) for child in node.subqueries if isinstance(child, tree.Not)]
            if isinstance(node, tree.And):
                return _all(parts, without, [])
            return _any(parts + [_all([], [plan], []) for plan in without])
        if isinstance(node, tree.Not):
            return _all([], [self._exactly(node.query)], [])
        if node.fieldname in YEARS:
            return _any([_in_a_row(row_of(date), {"since": 1.0}) for date in dates_of(node.fieldname, text_of(node))])
        fields = _weights(node.fieldname)
        text = value_of(node.fieldname, text_of(node))
        row = row_of(text)
        # One letter of Latin script begins too many words to look them all up.
        if isinstance(node, tree.Prefix) and (len(row[-1]) > 1 or is_east_asian(row[-1])):
            before = [_any([Term(field, token, weight) for field, weight in fields.items()]) for token in row[:-1]]
            self._beginnings += 1
            return _all([*before, _beginning(row[-1], fields, self._beginnings > MOST_ANYWHERE)], [], [])
        if is_plain(node) and len(row) == 1 and not is_east_asian(row[0]):
            return _any(self._word_or_stems(row[0], fields))
        rows = dict.fromkeys((row, row_of(_unspaced(text))))
        return _any([_in_a_row(row, fields) for row in rows])


def row_of(text: str) -> tuple[str, ...]:
    """The tokens of `text` as they stand in a row within a longer text, where its last character does not stand alone."""
    parts = split(text)
    row = tuple(tokens(text))
    return row[:-1] if parts and is_east_asian(parts[-1]) and len(parts[-1]) > 1 else row


def _count(node: tree.Query) -> int:
    """How many words and phrases `node` has that decide."""
    if isinstance(node, tree.And | tree.Or):
        words = [child.text for child in node.subqueries if is_plain(child)]
        others = sum(_count(child) for child in node.subqueries if not is_plain(child))
        return others + sum(1 for segment in segments(" ".join(words)) if not segment.weak)
    return 1


def _distinct(nodes: list[tree.Query]) -> list[tree.Query]:
    """`nodes`, each once."""
    return list({render(node): node for node in reversed(nodes)}.values())[::-1]


def _beginning(start: str, fields: Mapping[str, float], many: bool) -> Plan:
    """Words that begin with `start`; of two letters of Latin script, or of `many` beginnings, those of names."""
    short = (many or (len(start) < SHORTEST_PREFIX and not is_east_asian(start))) and len(fields) > 1
    return _any([Prefix(field, start, fields[field]) for field in (("name",) if short else fields)])


def _weights(field: str | None) -> Mapping[str, float]:
    return {field: WEIGHTS.get(field, 1.0)} if field else WEIGHTS


def _with_joined(words: list[Plan], deciding: list[Segment], parts: list[str], weight: float) -> list[Plan]:
    """`words`, each also answered by a name that has it and its neighbours as one word: "parking guide" by ParkingGuide."""
    if len(parts) > MOST_SPLIT:
        return words
    wholes = joined(parts)
    return [
        _any(
            [
                word,
                *(Term("name", whole, weight) for places, whole in wholes.items() if covers(places, parts, segment)),
            ]
        )
        for word, segment in zip(words, deciding, strict=True)
    ]


def covers(places: tuple[int, int], parts: list[str], segment: Segment) -> bool:
    """Whether one of the `parts` of a query from the first to the last of `places` is of `segment`."""
    first, last = places
    return any(part in segment.parts for part in parts[first : last + 1])


def _publishers(found: Sequence[Segment]) -> list[tuple[Sequence[Segment], Plan]]:
    """The parts of a query that something else stands beside, each with the plan that it is the whole name of a publisher."""
    parts: list[Sequence[Segment]] = []
    for first in range(len(found)):
        for last in range(first, len(found)):
            part = found[first : last + 1]
            if len(part) < len(found) and not all(segment.weak for segment in part):
                parts.append(part)
        if len(parts) > MOST_PUBLISHERS:
            return []
    names = [tokens(_unspaced(" ".join(" ".join(segment.parts) for segment in part))) for part in parts]
    return [
        (part, Phrase("publisher", (BOUNDARY, *name, BOUNDARY), 1.0)) for part, name in zip(parts, names, strict=True)
    ]


def _size(segment: Segment) -> int:
    """How many words may match alone where any word is enough."""
    return max(1, len(segment.parts[0]) - 1) if segment.is_run else len(segment.parts)


def _named(concept: str, fields: Mapping[str, float], wide: bool) -> Iterable[Plan]:
    """Entries that name `concept` in any language, below them those of its kinds; if `wide`, of what it is a kind of as well."""
    for field, weight in fields.items():
        if wide:
            yield from (Term(field, MARK + each, weight * BROADER) for each in broader(concept))
        yield Term(field, MARK + concept, weight * CONCEPT)
        yield from (Term(field, MARK + each, weight * CLOSE) for each in close(concept))
        yield Term(field, BROADER_MARK + concept, weight * BROADER)


def _unspaced(text: str) -> str:
    """`text` without the spaces between East Asian characters: people type them freely, texts rarely have them."""
    words = text.split()
    gaps = ["" if is_east_asian(before[-1]) and is_east_asian(after[0]) else " " for before, after in pairwise(words)]
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


def _in_a_row(row: tuple[str, ...], fields: Mapping[str, float]) -> Plan:
    if len(row) > 1:
        return _any([Phrase(field, row, weight * PHRASE) for field, weight in fields.items()])
    if is_east_asian(row[0]) and len(row[0]) == 1:
        return _any([Prefix(field, row[0], weight) for field, weight in fields.items()])
    return _any([Term(field, row[0], weight * PHRASE) for field, weight in fields.items()])


def _any(parts: Sequence[Plan]) -> Plan:
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _all(parts: list[Plan], without: list[Plan], better: list[Plan]) -> Plan:
    if len(parts) == 1 and not without and not better:
        return parts[0]
    return All(tuple(parts) or (Everything(),), tuple(without), tuple(better))

"""Which licence texts stand in a file: `matches(text)`.

Two steps: a table of hashed runs of four words names the texts that may be there, then each of these is
compared word by word. The one that explains most of the file and lacks least is taken, its words are set aside, and the rest is
looked at again: so files of several licences come apart. Near relatives (BSD with two or three clauses, MIT and JSON)
are told apart by what is missing and by what is left unexplained.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress

from .families import family
from .found import Means
from .text_data import RUN, Gram, Template, Texts, grams, hashes, texts, word_hash
from .words import Text

UNKNOWN = 0xFFFF  # the number of a word that no licence has
ROUNDS = 16  # licences in a file, at most
EFFORT = 150_000  # words to look at again for further licences: bounds the time for long files
REST = 20  # words that are left and may be one more licence
CANDIDATES = 8  # texts compared word by word, for each of them
LIKELY = 0.9  # of the best candidate's score or words; what has less is compared where that one is not there
MISSING = 0.5  # what a missing word costs in the table, of what an explained one gains
SURE = 0.8  # coverage from which a text is one, whatever stands beside it
TINY, SURE_OF_TINY = 60, 0.9  # the same for texts of so few words that their phrases stand in others too
PART_WORDS, PART_OF_FILE = 60, 0.85  # a beginning or an abridged text: hardly anything else stands in the file
MISSING_OF_PART = 0.05
HEAD = 8  # runs of words that make a text's beginning
CLOSE = 0.9  # of the best score: a near relative
# A text that lacks so many words is one with names filled in; where a common licence scores hardly less and leaves no more of
# the file unexplained, that is meant.
FILLED_IN, ALIKE, UNEXPLAINED = 6, 10, 3
WHOLE_FILE, LESS = 0.97, 0.92  # of a file's words: what begins the longer text, and what else might explain it
APART = 40  # words that no text explains: between two of its copies, not amid it
LEAST_STRETCH = (15, 60)  # words of a text that stand together: a fifth of it, within these
_APART = re.compile(rb"\x00{%d,}" % APART)
_GAP = re.compile(
    rb"(?<=\x01)\x00{1,3}(?=\x01)"
)  # words between two explained runs that belong to them: a name filled in
# Of texts that fit about equally well the first is meant: the others are rare relatives.
COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "EUPL-1.2", "AGPL-3.0-only", "GPL-3.0-only", "GPL-2.0-only",
    "LGPL-3.0-only", "LGPL-2.1-only", "MPL-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "EPL-2.0", "EPL-1.0", "MPL-1.1",
    "EUPL-1.1", "OSL-3.0", "OFL-1.1", "Zlib", "0BSD",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A licence text in a file.

    `coverage`: the share of it that is there; `missing`: the number of its words that are not; `covered`: for each word of the
    file whether (1) the text explains it. `begins`: the word with which its own first sentence begins; what stands before and
    is explained is a notice or a title (0 where that sentence is not there). `rivals`: licences of other families of which as much
    may stand there, of a text that is not whole. `translated`: it is in another language than the SPDX list has it in.
    """

    license: str
    language: str
    coverage: float
    missing: int
    covered: bytes
    begins: int = 0
    rivals: tuple[str, ...] = ()
    means: Means = Means.TEXT
    translated: bool = False


@dataclass(frozen=True, slots=True)
class _Fit:
    """A template beside a file: words it needs, words of the file that it explains, words of its own that were seen."""

    number: int
    match: Match
    needed: int
    explained: int
    seen: int

    @property
    def is_sure(self) -> bool:
        return self.match.coverage >= (SURE if self.needed > TINY else SURE_OF_TINY)

    def is_part(self, of_file: int) -> bool:
        """Whether hardly anything but a part of the text, and not of its appendix alone, stands in a file of so many words."""
        present = self.needed - self.match.missing
        return not self.is_sure and self.explained >= of_file * PART_OF_FILE and present * 2 >= self.explained

    @property
    def score(self) -> float:
        """Words explained less what is missing; neither copies in the file nor phrases that a licence repeats count twice."""
        return min(self.explained, self.seen) - self.match.missing * (1 if self.is_sure else MISSING_OF_PART)

    def order(self) -> tuple[bool, float, tuple[int, int, str]]:
        """For sorting, the best first."""
        return not self.is_sure, -self.score, _rank(self.match.license)


def translated(text: Text) -> list[Match]:
    """The translations in a file of which we have the texts: the EUPL 1.2 in the languages of the Union."""
    if "eupl" not in text.words:
        return []
    return [replace(match, translated=True) for match in _matches(text, texts("eupl"))]


def matches(text: Text) -> list[Match]:
    """The texts of the SPDX list in a file, the one that explains most of it first."""
    return _matches(text, texts())


def _matches(text: Text, known: Texts) -> list[Match]:
    numbers = {word: known.vocabulary.get(word_hash(word), UNKNOWN) for word in set(text.words)}
    words = [numbers[word] for word in text.words]
    places: Sequence[int] = range(len(words))
    found: list[Match] = []
    for _ in range(min(ROUNDS, 1 + EFFORT // (len(words) + 1))):
        best = _best(known, words)
        if best is None:
            break
        found.append(replace(best, covered=_spread(places, best.covered, len(text.words)), begins=places[best.begins]))
        # Of each stretch that is explained one unknown word stays, so that the words around it are no run.
        kept = [not (covered and before) for covered, before in zip(best.covered, b"\0" + best.covered, strict=False)]
        words = [
            UNKNOWN if covered else word for word, covered in compress(zip(words, best.covered, strict=True), kept)
        ]
        places = list(compress(places, kept))
        if len(words) - words.count(UNKNOWN) < REST:
            break
    return found


def explains_more(text: Text, match: Match, license_: str) -> Match | None:
    """The text of `license_`, which the file names, where it explains no word less of the file than `match` does."""
    known = texts()
    numbers = [known.vocabulary.get(word_hash(word), UNKNOWN) for word in text.words]
    named = [number for number, template in enumerate(known.templates) if license_ in template.licenses]
    fits = _fits(known, named, grams(numbers))
    best = max(fits, key=lambda fit: fit.explained, default=None)
    if best is None or best.match.covered.count(1) < match.covered.count(1):
        return None
    return best.match


def _spread(places: Sequence[int], covered: bytes, size: int) -> bytes:
    spread = bytearray(size)
    for place in compress(places, covered):
        spread[place] = 1
    return bytes(spread)


def _best(known: Texts, words: list[int]) -> Match | None:
    """The text that explains most of what is left of a file, where one is there."""
    runs = grams(words)
    if not runs:
        return None
    for candidates in _candidates(known, set(runs), len(words) - words.count(UNKNOWN)):
        fits = _fits(known, candidates, runs)
        parts = [fit for fit in fits if fit.is_part(len(words))]
        sure = [fit for fit in fits if fit.is_sure and not _is_beginning(fit, parts, len(words))]
        if sure or parts:
            enough = [fit for fit in parts if fit.explained >= PART_WORDS]
            return _best_of(known, sure + enough, runs).match if sure or enough else None
    return None


def _is_beginning(fit: _Fit, parts: Iterable[_Fit], of_file: int) -> bool:
    """Whether a longer text that was cut off explains the whole file, and this one but its beginning."""
    return fit.explained < of_file * LESS and any(part.explained >= of_file * WHOLE_FILE for part in parts)


def _best_of(known: Texts, fits: list[_Fit], runs: list[Gram]) -> _Fit:
    """The best; of near relatives the one that fits best where the text stands, because others may lend words elsewhere."""
    best = min(fits, key=_Fit.order)
    if not best.is_sure:
        return _likeliest_part(best, fits)
    close = {fit.number: fit for fit in fits if fit.is_sure and fit.score >= best.score * CLOSE}
    if len(close) < 2:
        return best
    first, last = max(stretches(best.match.covered), key=lambda stretch: stretch[1] - stretch[0])
    around = sorted(_fits(known, close, runs[max(first - APART, 0) : last + APART]), key=_Fit.order)
    there = around[0]
    if there.match.missing >= FILLED_IN:
        alike = (fit for fit in around if fit.score >= there.score - ALIKE)
        common = (fit for fit in alike if fit.explained >= there.explained - UNEXPLAINED)
        there = min(common, key=lambda fit: _rank(fit.match.license))
    return close[there.number]


def _likeliest_part(best: _Fit, fits: Iterable[_Fit]) -> _Fit:
    """Of the texts of which as much may stand there the likeliest, with those of another kind as its rivals (of a common one only
    common ones)."""
    alike = [fit for fit in fits if not fit.is_sure and fit.explained >= best.explained - UNEXPLAINED]
    best = min(alike, key=lambda fit: (fit.match.license not in COMMON, fit.match.missing, _rank(fit.match.license)))
    kind = family(best.match.license)
    others = {fit.match.license for fit in alike if family(fit.match.license) is not kind}
    rivals = tuple(sorted(others & set(COMMON) if best.match.license in COMMON else others))
    return replace(best, match=replace(best.match, rivals=rivals))


def _rank(identifier: str) -> tuple[int, int, str]:
    """For sorting: the common licences first."""
    return (COMMON.index(identifier) if identifier in COMMON else len(COMMON), len(identifier), identifier)


def _candidates(known: Texts, there: set[Gram], of_file: int) -> Iterator[list[int]]:
    """The numbers of the templates that may be there, by the table alone: the likeliest first, then some more."""
    places = map(known.table.__getitem__, known.table.keys() & set(hashes(there)))
    counts = Counter(
        chain.from_iterable(known.holders[known.starts[place] : known.starts[place + 1]] for place in places)
    )
    sizes = {number: len(known.templates[number].words) for number in counts}
    present = {number: count / known.runs[number] * sizes[number] for number, count in counts.items()}
    explained = {number: min(words, of_file) for number, words in present.items()}
    scores = {number: words - MISSING * (sizes[number] - present[number]) for number, words in explained.items()}
    best = sorted(scores, key=lambda number: (-scores[number], number))[: CANDIDATES * 2]
    most = sorted(explained, key=lambda number: (-explained[number], number))[:CANDIDATES]
    likely = [number for number in best if scores[number] >= max(scores[best[0]] * LIKELY - TINY, 0)]
    likely += [number for number in most if explained[number] >= explained[most[0]] * LIKELY]
    likely = list(dict.fromkeys(likely))
    yield likely
    yield [number for number in best if scores[number] > 0 and number not in likely]


def _fits(known: Texts, numbers: Iterable[int], runs: list[Gram]) -> list[_Fit]:
    there = set(runs)
    return [_fit(number, known.templates[number], runs, there) for number in numbers]


def _fit(number: int, template: Template, runs: list[Gram], there: set[Gram]) -> _Fit:
    """How well a template fits."""
    own = grams(template.words)
    seen = _covered(own, there)
    core = int.from_bytes(template.core, "little")
    needed = core.bit_count()
    present = (seen & core).bit_count()
    explained = _covered(runs, set(own))
    covered = _GAP.sub(lambda gap: b"\1" * len(gap.group()), explained.to_bytes(len(runs) + RUN - 1, "little"))
    covered = _without_scattered(covered, max(LEAST_STRETCH[0], min(LEAST_STRETCH[1], needed // 5)))
    beginning = set(own[template.core.find(1) :][:HEAD])
    begins = next((place for place, run in enumerate(runs) if run in beginning), 0)
    coverage = present / needed if needed else 0.0
    match = Match(template.license, template.language, coverage, needed - present, covered, begins)
    return _Fit(number, match, needed, min(explained.bit_count(), covered.count(1)), seen.bit_count())


def stretches(covered: bytes) -> Iterator[tuple[int, int]]:
    """Where a text stands in a file: the first and the last word of each of its copies."""
    begin = 0
    for gap in (*_APART.finditer(covered), None):
        end = gap.start() if gap else len(covered)
        stretch = covered[begin:end]
        if 1 in stretch:
            yield begin + stretch.find(1), begin + stretch.rfind(1)
        begin = gap.end() if gap else end


def _without_scattered(covered: bytes, least: int) -> bytes:
    """Without the stretches of fewer words: phrases that other texts have too."""
    kept = bytearray(len(covered))
    for first, last in stretches(covered):
        if covered.count(1, first, last + 1) >= least:
            kept[first : last + 1] = covered[first : last + 1]
    return bytes(kept)


def _covered(runs: list[Gram], known: set[Gram]) -> int:
    """The words that stand in one of the known runs, a byte each."""
    begun = int.from_bytes(bytes(map(known.__contains__, runs)), "little")
    return begun | begun << 8 | begun << 16 | begun << 24

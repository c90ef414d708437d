"""Which licence texts stand in a file: `matches(text)`.

`texts.bin` holds the texts of the SPDX list as sequences of numbers of words, and the words as hashes: enough to recognise a
text, not to read one. Two steps: a table of hashed runs of four words names the texts that may be there, then each of these is
compared word by word. The one that explains most of the file and lacks least is taken, its words are set aside, and the rest is
looked at again: so files of several licences come apart. Near relatives (BSD with two or three clauses, MIT and JSON)
are told apart by what is missing and by what is left unexplained.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, pairwise
from pathlib import Path

from .words import Text

DATA = Path(__file__).with_name("texts.bin")
MAGIC = b"SPDXTEXTS1\n"
RUN = 4  # words
UNKNOWN = 0xFFFF  # the number of a word that no licence has
SHORT = 400  # words; of a longer text every fourth run stands in the table
SAMPLED = 0x30000  # a run is sampled where these bits of its hash are 0
ROUNDS = 16  # licences in a file, at most
CANDIDATES = 8  # texts compared word by word, for each of them
LIKELY = 0.6  # of the best candidate's words; a text with fewer waits for the next round
MISSING = 0.5  # what a missing word costs, of what an explained one gains
SURE = 0.8  # coverage from which a text is one, whatever stands beside it
PARTLY = 0.1  # coverage from which a text is the beginning or a part of one, where enough words stand there
PART_WORDS = 60
GAP = 3  # words between two explained runs that belong to them: a name filled in
# Of texts that fit equally well the first is meant: the others are rare relatives.
COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "EUPL-1.2", "AGPL-3.0-only", "GPL-3.0-only", "GPL-2.0-only",
    "LGPL-3.0-only", "LGPL-2.1-only", "MPL-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "EPL-2.0", "OFL-1.1", "Zlib", "0BSD",
)  # fmt: skip

Gram = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A licence text: the ids whose text it is, its language, its words, and which of them may be missing (True: not)."""

    licenses: tuple[str, ...]
    language: str
    words: Sequence[int]
    core: bytes

    @property
    def license(self) -> str:
        """The id to name: `-only` of those that differ in what a notice adds; see `identify`."""
        return self.licenses[0]


@dataclass(frozen=True, slots=True)
class Match:
    """A licence text in a file: the share of it that is there, and the numbers of the file's words that it explains."""

    license: str
    language: str
    coverage: float
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """All licence texts.

    `table`: hash of a run → its number n; `holders[starts[n] : starts[n + 1]]` are the numbers of the templates that have it.
    """

    vocabulary: dict[int, int]
    templates: tuple[Template, ...]
    table: dict[int, int]
    starts: Sequence[int]
    holders: Sequence[int]
    runs: tuple[int, ...]  # of each template, in the table


def word_hash(word: str) -> int:
    """The hash by which a word is known."""
    return zlib.crc32(word.encode("utf-8", "replace"))


def grams(words: Sequence[int]) -> list[Gram]:
    """All runs of words."""
    return list(zip(*(words[start:] for start in range(RUN)), strict=False))


def hashes(runs: Iterable[Gram]) -> list[int]:
    """The hashes of runs, 32 bits."""
    return [(a * 0x9E3779B1 + b * 0x85EBCA6B + c * 0xC2B2AE35 + d * 0x27D4EB2F) & 0xFFFFFFFF for a, b, c, d in runs]


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _bytes(kind: str, numbers: Iterable[int]) -> bytes:
    return _little_endian(array(kind, numbers)).tobytes()


def _numbers(kind: str, content: memoryview) -> array[int]:
    return _little_endian(array(kind, content.tobytes()))


def packed(templates: Sequence[Template], vocabulary: Sequence[int]) -> bytes:
    """The content of `texts.bin`."""
    holders: dict[int, list[int]] = {}
    for number, template in enumerate(templates):
        runs = grams(template.words)
        core = {run for place, run in enumerate(runs) if all(template.core[place : place + RUN])}
        short = sum(template.core) <= SHORT
        for found in {found for found in hashes(core) if short or not found & SAMPLED}:
            holders.setdefault(found, []).append(number)
    header = json.dumps(
        [[template.licenses, template.language, len(template.words), spans(template.core)] for template in templates]
    ).encode()
    ordered = sorted(holders)
    parts = (
        header,
        _bytes("I", vocabulary),
        _bytes("H", chain.from_iterable(template.words for template in templates)),
        _bytes("I", ordered),
        _bytes("I", accumulate((len(holders[found]) for found in ordered), initial=0)),
        _bytes("H", chain.from_iterable(holders[found] for found in ordered)),
    )
    return MAGIC + zlib.compress(_bytes("I", map(len, parts)) + b"".join(parts), 9)


def spans(core: bytes) -> list[tuple[int, int]]:
    """The ranges of words that may be missing."""
    found: list[tuple[int, int]] = []
    for place, needed in enumerate(core):
        if not needed:
            begins = found.pop()[0] if found and found[-1][1] == place else place
            found.append((begins, place + 1))
    return found


@cache
def texts() -> Texts:
    """The texts, loaded once."""
    content = memoryview(zlib.decompress(memoryview(DATA.read_bytes())[len(MAGIC) :]))
    sizes = _numbers("I", content[:24])
    ends = list(accumulate(sizes, initial=24))
    header, vocabulary, words, ordered, starts, holders = (content[begin:end] for begin, end in pairwise(ends))
    sequence = _numbers("H", words)
    templates = []
    place = 0
    for licenses, language, length, optional in json.loads(header.tobytes()):
        core = bytearray(b"\1" * length)
        for begin, end in optional:
            core[begin:end] = bytes(end - begin)
        templates.append(Template(tuple(licenses), language, sequence[place : place + length], bytes(core)))
        place += length
    holding = _numbers("H", holders)
    runs = [0] * len(templates)
    for number in holding:
        runs[number] += 1
    hashed = _numbers("I", vocabulary)
    return Texts(
        dict(zip(hashed, range(len(hashed)), strict=True)),
        tuple(templates),
        dict(zip(_numbers("I", ordered), range(len(ordered) // 4), strict=True)),
        _numbers("I", starts),
        holding,
        tuple(runs),
    )


def matches(text: Text) -> list[Match]:
    """The licence texts in a file, the one that explains most of it first."""
    known = texts()
    numbers = {word: known.vocabulary.get(word_hash(word), UNKNOWN) for word in set(text.words)}
    words = [numbers[word] for word in text.words]
    found: list[Match] = []
    for _ in range(ROUNDS):
        best = _best(known, words)
        if best is None:
            break
        found.append(best)
        for place in best.words:
            words[place] = UNKNOWN
    return found


def _best(known: Texts, words: list[int]) -> Match | None:
    """The text that explains most of what is left of a file, where one is there."""
    runs = grams(words)
    there = set(runs)
    compared = [_compared(known.templates[number], runs, there) for number in _candidates(known, there)]
    ranked = sorted(
        ((score, match) for score, match in compared if _is_there(match, len(words))),
        key=lambda pair: (-pair[0], _rank(pair[1].license)),
    )
    return ranked[0][1] if ranked else None


def _rank(identifier: str) -> tuple[int, int, str]:
    return (COMMON.index(identifier) if identifier in COMMON else len(COMMON), len(identifier), identifier)


def _is_there(match: Match, of_file: int) -> bool:
    if match.coverage >= SURE:
        return True
    return match.coverage >= PARTLY and len(match.words) >= max(PART_WORDS, of_file * 0.5)


def _candidates(known: Texts, there: set[Gram]) -> list[int]:
    """The numbers of the templates that may be there, by the table alone."""
    counts: dict[int, int] = {}
    for found in known.table.keys() & set(hashes(there)):
        place = known.table[found]
        for number in known.holders[known.starts[place] : known.starts[place + 1]]:
            counts[number] = counts.get(number, 0) + 1
    explained: dict[int, float] = {}
    scores: dict[int, float] = {}
    for number, count in counts.items():
        template = known.templates[number]
        share = count / known.runs[number]
        size = len(template.words)
        if share >= PARTLY / 2:
            explained[number] = share * size
            scores[number] = share * size - MISSING * (1 - share) * size
    most = max(explained.values(), default=0) * LIKELY
    likely = sorted(scores, key=lambda number: -scores[number])[: CANDIDATES // 2]
    likely += sorted(explained, key=lambda number: -explained[number])[: CANDIDATES // 2]
    return [number for number in dict.fromkeys(likely) if explained[number] >= most or scores[number] > 0]


def _compared(template: Template, runs: list[Gram], there: set[Gram]) -> tuple[float, Match]:
    """How well a template fits (words explained less what is missing), and the match that it would be."""
    own = grams(template.words)
    seen = bytearray(len(template.words))
    for place, run in enumerate(own):
        if run in there:
            seen[place : place + RUN] = b"\1\1\1\1"
    needed = sum(template.core)
    present = sum(map(int.__and__, seen, template.core))
    explained, bridged = _explained(runs, set(own))
    match = Match(template.license, template.language, present / needed if needed else 0.0, explained)
    return len(explained) - bridged - MISSING * (needed - present), match


def _explained(runs: list[Gram], own: set[Gram]) -> tuple[tuple[int, ...], int]:
    """The numbers of the words that stand in a run of the template, with short gaps between such runs; the words in the gaps."""
    covered: list[int] = []
    bridged = 0
    end = -GAP - 1
    for place, run in enumerate(runs):
        if run in own:
            begin = end if place - end <= GAP else place
            bridged += max(place - begin, 0)
            covered.extend(range(begin, place + RUN))
            end = place + RUN
    return tuple(covered), bridged

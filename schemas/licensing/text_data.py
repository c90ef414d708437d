"""The data of the licence texts: `texts.bin`, those of the SPDX list, and `eupl.bin`, the EUPL in the other languages of the Union.

A text is a sequence of numbers of words, a word its hash: enough to recognise a text, not to read one. `table` names the
texts in which a run of four words stands. Both files are made by `deploy/license_texts.py`.
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

FOLDER = Path(__file__).parent
MAGIC = b"SPDXTEXTS1\n"
RUN = 4  # words
SHORT = 400  # words; of a longer text every fourth run stands in the table
SAMPLED = 0x30000  # a run is sampled where these bits of its hash are 0

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
    """The content of a file of texts."""
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
def texts(name: str = "texts") -> Texts:
    """The texts of a file of this folder, loaded once."""
    packed_texts = memoryview((FOLDER / f"{name}.bin").read_bytes())
    content = memoryview(zlib.decompress(packed_texts[len(MAGIC) :]))
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

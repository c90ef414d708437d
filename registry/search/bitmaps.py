"""Sets of entries as whole numbers: bit n stands for the n-th entry.

Python works on such a number a machine word at a time: what two sets of thousands of entries share, and how many that is, costs
a microsecond. A loop over the entries costs hundreds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

_FLAGS = bytes.maketrans(b"01", b"\0\1")
_FEW = 24


def bits_of(numbers: Sequence[int]) -> int:
    """The set of `numbers`, the greatest of which comes last.

    >>> bin(bits_of([0, 1, 4]))
    '0b10011'
    """
    if not numbers:
        return 0
    found = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def numbers_of(bits: int) -> list[int]:
    """The numbers of the set `bits`, ascending.

    >>> numbers_of(0b10011)
    [0, 1, 4]
    """
    if bits.bit_count() > _FEW:
        flags = f"{bits:b}"[::-1].encode().translate(_FLAGS)
        return list(compress(range(len(flags)), flags))
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found

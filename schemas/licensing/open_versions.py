"""Whether later versions are allowed: what a text of the GPL's family leaves open, and how such a licence is named then.

`identify` and verdicts name such a text `GPL-3.0-only`, the id of the SPDX list that promises least. People are told
`GPL-3.0`, for the text is the same in both cases.
"""

from __future__ import annotations

from collections.abc import Iterable

from .expression import ExpressionError, parse_expression
from .families import base
from .found import Identification, Means

_TEXTS = (Means.TEXT, Means.STRUCTURE)


def leaves_open(said: Identification) -> bool:
    """Whether a file has a text of the GPL's family, and no word about later versions."""
    return said.concluded.endswith("-only") and not any(part.means is Means.TAG for part in said.parts)


def text_name(said: Identification) -> str:
    """What a file says, without `-only` where it does not say so."""
    return base(said.concluded) if leaves_open(said) else said.concluded


def part_name(license_: str, means: Means) -> str:
    """The licence of a part: a text alone tells of no versions."""
    return base(license_) if means in _TEXTS and license_.endswith("-only") else license_


def is_open(concluded: str, declared: str, said: Iterable[Identification]) -> bool:
    """Whether `concluded`, told by files that say `said`, leaves later versions open.

    Not where it is what is declared (`declared`, normalised), for then the declaration says it.
    """
    if not concluded.endswith("-only") or concluded in _ids(declared):
        return False
    return any(leaves_open(one) and one.concluded == concluded for one in said)


def _ids(expression: str) -> tuple[str, ...]:
    try:
        return parse_expression(expression).licenses
    except ExpressionError:
        return ()

"""What people write for a licence, and which SPDX expressions they certainly mean by it.

One expression: there is one reading, which `publiccode fix` writes and tells. Several: the owner of the rights has to say.
What is less than certain, such as a name within a sentence or one wrong letter, is found by `guesses.py` alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ..vocabularies import licenses
from .expression import ExpressionError, parse_expression
from .mentions import Mention, mentions, with_later
from .successors import renewed

LONGEST = 500  # characters of a text in which names are looked for
_LICENSE_WORD = (
    r"licen[sc]es?|lincense|lisence|licenza|licencia|licença|lizenz|licentie|licens|authori[sz]ation"
    r"|公[眾共](?:授權|許可)(?:條款|證)?|授權(?:條款|合約|協議|條例)?|許可(?:證|協議)?|许可(?:证|协议)?|條款|宣告"
)
_SPACES = re.compile(r"[\s_'\"“”„‟‘’‚`´«»‹›「」『』《》〈〉【】\[\]{}<>*‐‑‒–—―−\u200b-\u200f\u2060\ufeff-]+")
_OPERATOR = re.compile(r"(?<=[\s)])(?:and|or|with)(?=[\s(])", re.IGNORECASE)
# Words beside a name that change nothing.
_NOISE = re.compile(
    rf"(?<![A-Za-z])(?:the|spdx|identifier|osi|approved|software|standard|licensed|released|under|terms|of|universal|international"
    rf"|version|v|public)(?![A-Za-z])|(?:{_LICENSE_WORD})(?![A-Za-z])|國際|通用|[台臺]灣|版本?|公[眾共]|[\s,;:./()、。，；：（）|=!]+",
    re.IGNORECASE,
)
_SHORT = {
    "gnu": ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
    "python": ("PSF-2.0", "Python-2.0"),
    "creative commons": ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"),
    "創用cc": ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"),
    "創用 cc": ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"),
    "cc": ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"),
    "bsl": ("BSL-1.0", "BUSL-1.1"),
    "mit": ("MIT",),
    "isc": ("ISC",),
}


def meant(text: str) -> tuple[str, ...]:
    """The SPDX expressions that `text` certainly stands for, the likeliest first; empty where nobody can tell.

    Names (MIT License, 創用 CC 姓名標示 4.0 國際), other separators (EUPL_1.2), addresses, operators in lower case. Nothing but
    the one licence may stand there.
    """
    if len(text) > LONGEST:
        return ()
    exact = _with_capital_operators(text)
    if exact:
        return exact
    bare = _NOISE.sub(" ", tidy(text)).strip().lower()
    if bare in _SHORT and "http" not in text:
        return _SHORT[bare]
    return _whole_id(text) or _one_name(unicodedata.normalize("NFKC", text))


def tidy(text: str) -> str:
    """The text with plain letters, and single spaces for hyphens, quotes and blanks."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _with_capital_operators(text: str) -> tuple[str, ...]:
    wide = text.replace("\u3000", " ").replace("\xa0", " ")
    try:
        written = parse_expression(_OPERATOR.sub(lambda match: match[0].upper(), wide))
    except ExpressionError:
        return ()
    return renewed(written)


def _whole_id(text: str) -> tuple[str, ...]:
    """An id with an ending that it does not take: EUPL-1.2-or-later, MIT-only."""
    match = re.match(r"\s*([A-Za-z0-9.-]+?)-(or-later|only)\s*\Z", text)
    entry = licenses().get(match[1].lower()) if match else None
    if match is None or entry is None or re.search(r"-(?:only|or-later)\Z", entry[0]) or entry[1].get("deprecated"):
        return ()
    return with_later((entry[0],)) if match[2] == "or-later" else (entry[0],)


def _one_name(text: str) -> tuple[str, ...]:
    named = mentions(text, prose=False)
    if _NOISE.sub(" ", tidy(rest(text, named))).strip():
        return ()
    found = common([one.ids for one in named if not one.exception])
    exceptions = [one.ids[0] for one in named if one.exception]
    if len(exceptions) > 1 or (exceptions and named[-1].exception is False):
        return ()
    return with_exception(found, exceptions[0]) if exceptions else found


def rest(text: str, named: Sequence[Mention]) -> str:
    """What is left of a text without the names."""
    left, at = [], 0
    for one in named:
        left.append(text[at : one.start])
        if one.exception:
            left[-1] = re.sub(r"(?:\bwith|\bw/|\+)(?: the)?\s*\Z", "", left[-1], flags=re.IGNORECASE)
        at = one.end
    left.append(text[at:])
    return " ".join(left)


def with_exception(ids: Iterable[str], exception: str) -> tuple[str, ...]:
    """The licences with the exception behind them; those that have one already are left out."""
    return tuple(f"{one} WITH {exception}" for one in ids if " WITH " not in one)


def common(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The ids that all names may stand for: “GPL v3 (GPLv3+)” is GPL-3.0-or-later."""
    if not groups:
        return ()
    return tuple(one for one in groups[0] if all(one in group for group in groups[1:]))

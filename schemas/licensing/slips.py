"""What people write for a licence, and which SPDX ids they may have meant.

Written by us from real files. One id: there is one reading, which `publiccode fix` writes and tells. Several: the owner of
the rights has to say.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ..vocabularies import licenses
from .expression import ExpressionError, parse_expression

_SLIPS = {
    "mit": ("MIT",),
    "expat": ("MIT",),
    "apache": ("Apache-2.0",),
    "apache 2": ("Apache-2.0",),
    "apache software 2": ("Apache-2.0",),
    "asl 2": ("Apache-2.0",),
    "bsd": ("BSD-2-Clause", "BSD-3-Clause"),
    "bsd 2 clause": ("BSD-2-Clause",),
    "bsd 3 clause": ("BSD-3-Clause",),
    "simplified bsd": ("BSD-2-Clause",),
    "new bsd": ("BSD-3-Clause",),
    "gpl": ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
    "gpl 2": ("GPL-2.0-only", "GPL-2.0-or-later"),
    "gpl 3": ("GPL-3.0-only", "GPL-3.0-or-later"),
    "lgpl": ("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
    "lgpl 2.1": ("LGPL-2.1-only", "LGPL-2.1-or-later"),
    "lgpl 3": ("LGPL-3.0-only", "LGPL-3.0-or-later"),
    "agpl": ("AGPL-3.0-only", "AGPL-3.0-or-later"),
    "agpl 3": ("AGPL-3.0-only", "AGPL-3.0-or-later"),
    "eupl": ("EUPL-1.2", "EUPL-1.1"),
    "eupl 1.1 or later": ("EUPL-1.2", "EUPL-1.1+"),
    "eupl 1.2 or later": ("EUPL-1.2", "EUPL-1.2+"),
    "european union public 1.1": ("EUPL-1.1",),
    "european union public 1.2": ("EUPL-1.2",),
    "mpl": ("MPL-2.0",),
    "mpl 2": ("MPL-2.0",),
    "mozilla public 2": ("MPL-2.0",),
    "cc0": ("CC0-1.0",),
    "cc0 1": ("CC0-1.0",),
    "cc by 4": ("CC-BY-4.0",),
    "ogdl": ("OGDL-Taiwan-1.0",),
    "open government data 1": ("OGDL-Taiwan-1.0",),
    "政府資料開放授權條款 第1版": ("OGDL-Taiwan-1.0",),
    "政府資料開放授權條款": ("OGDL-Taiwan-1.0",),
    "public domain": ("CC0-1.0", "Unlicense"),
}
_FAMILIES = {
    "gnu affero general public": "agpl",
    "affero general public": "agpl",
    "gnu lesser general public": "lgpl",
    "gnu general public": "gpl",
    "european union public": "eupl",
    "gnu agpl": "agpl",
    "gnu lgpl": "lgpl",
    "gnu gpl": "gpl",
}
_NOISE = re.compile(r"\b(?:licen[cs]e|version|the|international|universal|v(?=[0-9.]))\b|(?<=[a-z])v(?=[0-9])")
_OPERATOR = re.compile(r"(?<=[\s)])(?:and|or|with)(?=[\s(])", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;_/()\"'-]+")


def meant(text: str) -> tuple[str, ...]:
    """The SPDX ids that `text` may stand for, the likeliest first; empty where nobody can tell."""
    if len(text) > 100:
        return ()
    text = unicodedata.normalize("NFKC", text)  # ＭＩＴ
    words = _form(text)
    for name, short in _FAMILIES.items():
        words = words.replace(name, short)
    if words in _SLIPS:
        return _SLIPS[words]
    # The right id with other separators (“Apache 2.0”, “EUPL_1.2”), or operators in lower case.
    exact = _forms().get(words) or _with_capital_operators(text)
    return (exact,) if exact else ()


def _with_capital_operators(text: str) -> str:
    try:
        return parse_expression(_OPERATOR.sub(lambda match: match[0].upper(), text)).text
    except ExpressionError:
        return ""


def _form(text: str) -> str:
    """Lower case, without words that every name has, separators as spaces, `3.0` as `3`."""
    lowered = re.sub(r"\bv\.?\s*(?=[0-9])", " ", text.lower())
    words = _SEPARATORS.sub(" ", _NOISE.sub(" ", lowered)).strip()
    return re.sub(r"\b([0-9]+)\.0\b", r"\1", words)


@cache
def _forms() -> dict[str, str]:
    return {_form(identifier): identifier for identifier, entry in licenses().values() if not entry.get("deprecated")}

"""Ids that the SPDX list deprecates, and how the same licence is written today. Written by us from the list's notes.

Several successors: the old id leaves open what only the owner of the rights can say, mostly whether later versions are
allowed as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import product

from ..vocabularies import exceptions, licenses
from .expression import Expression, ExpressionError, Joined, Term, Tree, parse_expression

MOST = 12  # expressions that are offered for one

# With the exception in the id, which says nothing of later versions.
_EXCEPTIONS_INSIDE = {
    "GPL-2.0-with-GCC-exception": "GCC-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "Font-exception-2.0",
    "GPL-3.0-with-GCC-exception": "GCC-exception-3.1",
    "GPL-3.0-with-autoconf-exception": "Autoconf-exception-3.0",
}
# The texts of eCos and wxWindows name "version 2 … or any later version"; the rest are other names of one text.
_RENAMED = {
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause-Views",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "Nunit": "zlib-acknowledgement",
    "StandardML-NJ": "SMLNJ",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
}


def is_deprecated(identifier: str) -> bool:
    """Whether the list has this licence or exception, and deprecates it."""
    entry = licenses().get(identifier.lower()) or exceptions().get(identifier.lower())
    return bool(entry and entry[1].get("deprecated"))


def successors(identifier: str, later: bool = False) -> tuple[str, ...]:
    """How a deprecated licence id is written today, `-only` first; `later`: a `+` follows it.

    Empty where the list names none (Net-SNMP is a pile of several licences), or the id is not deprecated.
    """
    found = _successors().get(identifier, ())
    if later:
        return tuple(text for text in found if text.endswith("-or-later"))
    return found


@cache
def _successors() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {old: (new,) for old, new in _RENAMED.items()}
    for old, exception in _EXCEPTIONS_INSIDE.items():
        version = old.partition("-with-")[0]
        table[old] = (f"{version}-only WITH {exception}", f"{version}-or-later WITH {exception}")
    for identifier, entry in licenses().values():
        base = identifier.removesuffix("+")
        if entry.get("deprecated") and f"{base}-or-later".lower() in licenses():
            endings = ("-or-later",) if identifier.endswith("+") else ("-only", "-or-later")
            table[identifier] = tuple(base + ending for ending in endings)
    return table


def renewed(expression: Expression) -> tuple[str, ...]:
    """All expressions that `expression` may be today, the likeliest first, with its brackets.

    Itself where nothing in it is deprecated. Empty where one of its ids has no successor, or there are too many to choose from.
    """
    choices = []
    for word in re.findall(r"[^\s()]+", expression.text):
        if not is_deprecated(word) and not is_deprecated(word.removesuffix("+")):
            continue
        new = successors(word) if is_deprecated(word) else successors(word.removesuffix("+"), later=True)
        choices.append([(word, text) for text in new])
    choices = [list(pairs) for pairs in dict.fromkeys(map(tuple, choices))]
    count = 1
    for pairs in choices:
        count *= len(pairs)
    if not 0 < count <= MOST:
        return ()
    written = (_rewritten(expression.text, dict(pairs)) for pairs in product(*choices))
    return tuple(filter(None, written))


def _rewritten(text: str, new: Mapping[str, str]) -> str:
    text = re.sub(r"[^\s()]+", lambda word: new.get(word[0], word[0]), text)
    try:
        return parse_expression(text).text
    except ExpressionError:  # an exception behind an id that holds one already
        return ""


def canonical(tree: Tree) -> str:
    """The expression with today's ids, `-only` where that is open; each AND within an OR in brackets, others only where needed."""
    if isinstance(tree, Term):
        return _term(tree)
    flat: list[str] = []
    for part in tree.parts:
        if isinstance(part, Joined) and part.operator != tree.operator:
            flat.append(f"({canonical(part)})")
        else:
            flat.append(canonical(part))
    return f" {tree.operator} ".join(flat)


def _term(term: Term) -> str:
    new = successors(term.license, term.later)
    if new and not (term.exception and " WITH " in new[0]):
        text = new[0]
    else:  # "-or-later+" says twice what it says
        text = term.license + "+" * (term.later and not term.license.endswith("-or-later"))
    return f"{text} WITH {term.exception}" if term.exception else text

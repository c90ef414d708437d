"""What a text that is no licence expression may mean, where `slips.meant` is not certain: suggestions, never more.

Licences named within a sentence or a list, expressions of names, one wrong letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice, product

from ..vocabularies import exceptions, licenses
from .expression import ExpressionError, parse_expression
from .mentions import mentions
from .slips import LONGEST, common, meant, rest, tidy, with_exception
from .successors import MOST, successors

_OPERATORS = re.compile(r"(\(|\)|(?<![^\s()])(?:AND|OR|WITH)(?![^\s()]))", re.IGNORECASE)
_MOST_PARTS = 8  # names of a list, parts of an expression
_EITHER = re.compile(r"/|\||\b(?:or|either|oder|ou|dual(?:ly)?|choice|o|oppure)\b|或|擇一|任選|任一", re.IGNORECASE)
# Who adds or takes away rights has another licence than the one named; who refers to a file, or to none, names none.
_NOT_THAT = re.compile(
    r"commons clause|non ?commercial|not for (?:commercial|profit)|evaluation|(?:academic|educational|research|internal) use"
    r"|compatible|incompatible|exception|additional (?:terms|restrictions|conditions)"
    r"|非商業|禁止商業|不得(?:作為)?商|uso non commerciale|nicht kommerziell|pas commerciale?",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\A\W*(?:unlicensed|none|noassertion|proprietary|all rights reserved|see (?:the )?(?:licen[sc]e|copying|file)\b.*)\W*\Z"
    r"|[A-Za-z0-9]+Ref-",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = (
    "apache", "affero", "general", "public", "lesser", "mozilla", "eclipse", "european", "union", "creative", "commons",
    "attribution", "license", "licence", "version", "clause", "simplified", "boost", "software", "artistic", "international",
    "government", "database", "documentation", "unlicense",
)  # fmt: skip
_SHORTEST_WORD = 5  # letters from which on a word is compared letter by letter


def guesses(text: str) -> tuple[str, ...]:
    """Expressions that `text` may mean, the likeliest first, at most twelve; empty where nobody can tell."""
    if len(text) > LONGEST or _NONE.search(text):
        return ()
    found = _parts_of_expression(text) or _near(text) or _named(text) or _named(_spelt(text))
    return tuple(islice(dict.fromkeys(found), MOST))


def _parts_of_expression(text: str) -> tuple[str, ...]:
    """An expression whose parts are names or nearly ids: `EUPL v1.2 or (GPLv3 and MTI)`."""
    parts = [part for part in _OPERATORS.split(text) if part.strip()]
    if not 1 < len(parts) <= 4 * _MOST_PARTS:
        return ()
    choices: list[Sequence[str]] = []
    for part in parts:
        options = (part.upper(),) if _OPERATORS.fullmatch(part) else _of_part(part.strip())
        if not options:
            return ()
        choices.append(options)
    return tuple(filter(None, (_normal(" ".join(one)) for one in islice(product(*choices), 4 * MOST))))


def _of_part(part: str) -> tuple[str, ...]:
    right = _normal(part)
    if right:
        return (right,)
    exception = exceptions().get(part.lower())
    if exception:
        return (exception[0],)
    if "exception" in part.lower():
        return tuple(name for low, (name, _) in exceptions().items() if _one_edit(part.lower(), low))
    return meant(part) or _near(part)


def _normal(text: str) -> str:
    try:
        return parse_expression(text).text
    except ExpressionError:
        return ""


def _near(text: str) -> tuple[str, ...]:
    """Ids, and readings of short names, that one wrong letter makes of `text`."""
    word = "-".join(tidy(text).lower().split())
    if not 3 <= len(word) <= 40:
        return ()
    found = [one for form, ids in _ids_by_form().items() if _one_edit(word, form) for one in ids]
    newest_first = sorted(found, reverse=True) if re.search(r"[0-9]", word) and len(found) > 2 else found
    return tuple(newest_first)


@cache
def _ids_by_form() -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {
        low: (identifier,) for low, (identifier, entry) in licenses().items() if not entry.get("deprecated")
    }
    short = (
        "gpl-3.0",
        "gpl-2.0",
        "agpl-3.0",
        "lgpl-3.0",
        "lgpl-2.1",
        "gplv3",
        "gplv2",
        "agplv3",
        "lgplv3",
        "eupl",
        "apache",
        "bsd-3",
    )
    return forms | {name: meant(name) or _today(name) for name in short}


def _today(name: str) -> tuple[str, ...]:
    return successors(licenses()[name][0])


def _one_edit(word: str, other: str) -> bool:
    """Whether one letter more, less or another, or two letters exchanged, make `other` of `word`; the first of three stays."""
    if abs(len(word) - len(other)) > 1 or (len(other) < _SHORTEST_WORD and word[0] != other[0]):
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, wanted = word[start:], other[start:]
    if len(other) < _SHORTEST_WORD:  # of so few letters another one makes another word
        return sorted(word) == sorted(other) and left[2:] == wanted[2:]
    return (
        left[1:] == wanted[1:]
        or left[1:] == wanted
        or left == wanted[1:]
        or (left[2:] == wanted[2:] and left[:2] == wanted[1::-1])
    )


def _spelt(text: str) -> str:
    """The text with words of licences' names that have one wrong letter put right."""

    def right(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in _WORDS:
            return match[0]
        return next((known for known in _WORDS if _one_edit(word, known)), match[0])

    return re.sub(rf"[A-Za-z]{{{_SHORTEST_WORD - 1},20}}", right, text)


def _named(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", text)
    named = mentions(text, prose=False)
    if _NOT_THAT.search(tidy(rest(text, named))):
        return ()
    added = [one.ids[0] for one in named if one.exception]
    groups = list(dict.fromkeys(one.ids for one in named if one.ids and not one.exception))
    if not groups or len(groups) > _MOST_PARTS:
        return ()
    same = common(groups)
    if same:
        return (*with_exception(same, added[0]), *same) if len(added) == 1 else same
    return _joined(groups, "OR" if _EITHER.search(rest(text, named)) else "AND")


def _joined(groups: Sequence[tuple[str, ...]], likelier: str) -> tuple[str, ...]:
    """Several licences: which of them holds for what is not said. All together, one to choose, or each by itself."""
    others = ("AND", "OR") if likelier == "AND" else ("OR", "AND")
    together = list(islice(product(*groups), 4))
    joined = [f" {operator} ".join(dict.fromkeys(one)) for operator in others for one in together]
    return (*joined[:MOST], *_each(groups)) if len(groups) == 2 else (*joined[: MOST // 2], *_each(groups))


def _each(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return [one for group in groups for one in group]

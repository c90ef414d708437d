"""Where a text names licences, and which ids each name may stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..vocabularies import exceptions, licenses
from .license_addresses import ADDRESS, at_address
from .names import CC_CONDITIONS, CC_PREFIX, LATER_WORDS, LICENSE_WORD, NAMES, ONLY_WORDS, Name
from .successors import is_deprecated, successors

LONGEST = 500  # characters of a text in which names are looked for
_LONGEST_NAME = 16  # words; longer names of the SPDX list have not more that tell them apart

_SPACES = re.compile(r"[\s_'\"“”„‟‘’‚`´«»‹›「」『』《》〈〉【】\[\]{}<>*‐‑‒–—―−\u200b-\u200f\u2060\ufeff-]+")
_BEFORE, _AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_LICENSE = rf"(?:[ (]{{0,2}}(?:public )?(?:{LICENSE_WORD})\)?){{0,2}}"
_VERSION = (
    r"(?:[ ,:()]{0,3}(?:(?:versione?|versión|versão|version|versie|release|ver\.?|v\.?|第) ?)?"
    r"(?P<v>[0-9]{1,2}(?: 0(?![.0-9])|(?:\.[0-9]{1,2}){0,2})|[一二三四])(?![0-9])(?: ?版本?)?)?"
)
_LATER = rf"(?:[ ,()]{{0,3}}(?:(?P<later>{LATER_WORDS})|(?P<only>{ONLY_WORDS}){_AFTER})(?: ?(?:versions?|version[ie]|版本|版))?)?"
_VERSION_FIRST = r"(?:(?:version|v) ?(?P<first>[0-9](?:\.[0-9])?)(?P<plus>\+| or (?:any )?later)?(?: only)? of the )?"
_CHINESE_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a licence in a text from `start` to `end`; `ids` it may stand for, likeliest first. Of an exception: one id."""

    start: int
    end: int
    ids: tuple[str, ...]
    exception: bool = False


def plain(text: str) -> str:
    """The text with plain letters, and single spaces for hyphens, quotes and blanks. Web addresses are left out."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", ADDRESS.sub(" ", text))).strip()


def addresses(text: str) -> list[tuple[str, ...]]:
    """The ids of the licences at the web addresses that stand in the text; of none where an address is another one."""
    return [at_address(match[0]) for match in ADDRESS.finditer(unicodedata.normalize("NFKC", text))]


def mentions(words: str) -> list[Mention]:
    """All licences and exceptions that `words`, a text as `plain` leaves it, names: from left to right, none in another."""
    if len(words) > LONGEST:
        return []
    found = sorted(
        (*_listed(words), *_named(words), *_creative_commons(words)),
        key=lambda one: (one.start, -one.end, not one.ids, len(one.ids)),
    )
    kept: list[Mention] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _named(words: str) -> Iterator[Mention]:
    for name, pattern in _patterns():
        for match in pattern.finditer(words):
            yield Mention(match.start(), match.end(), _ids(name, match))


@cache
def _patterns() -> tuple[tuple[Name, re.Pattern[str]], ...]:
    return tuple(
        (
            name,
            re.compile(
                # Between the name and its version: “(GPL)”. Digits may follow a name at once: GPLv3, BSD3.
                rf"{_BEFORE}{_VERSION_FIRST}(?:{name.pattern})(?![A-Za-z]{{2}})(?!(?!v ?\.?[0-9])[A-Za-z])"
                rf"{_LICENSE}(?: \((?:[al]?gpl|eupl|mpl|epl)\))?{_VERSION}{_LICENSE}{_LATER}",
                0 if name.exact_case else re.IGNORECASE,
            ),
        )
        for name in NAMES
    )


def _ids(name: Name, match: re.Match[str]) -> tuple[str, ...]:
    version = match["v"] or match["first"] or ""
    version = _CHINESE_DIGITS.get(version, version).replace(" ", ".")
    later, only = bool(match["later"] or match["plus"]), bool(match["only"])
    ids = name.any_version
    if version:
        ids = tuple(_versions(name.base, version, name.gnu)) or _of_one_version(name, version)
    if name.gnu:
        ending = "-or-later" if later else "-only" if only else ""
        return tuple(one for one in ids if one.endswith(ending))
    return with_later(ids) if later else ids


def with_later(ids: tuple[str, ...]) -> tuple[str, ...]:
    """What “or later” may mean for licences that have no such ids; the EUPL has its own clause, and nothing stands above 1.2."""
    if ids[:1] == ("EUPL-1.1",):
        return "EUPL-1.2", "EUPL-1.1+"
    return tuple(one for identifier in ids for one in (identifier, identifier + "+"))


def _of_one_version(name: Name, version: str) -> tuple[str, ...]:
    """Of a licence that has one version, its only id, where that is the one that was written (or it has none)."""
    numbers = [re.search(r"-([0-9]+(?:\.[0-9]+)*)\Z", one) for one in name.any_version]
    if len(name.any_version) == 1 and numbers[0] is None:
        return name.any_version
    return tuple(
        one
        for one, number in zip(name.any_version, numbers, strict=True)
        if number and _same_version(number[1], version)
    )


def _versions(base: str, version: str, gnu: bool) -> Iterator[str]:
    for written in dict.fromkeys((version, version + ".0", version.removesuffix(".0"))):
        for ending in ("-only", "-or-later") if gnu else ("",):
            entry = licenses().get(f"{base}-{written}{ending}".lower())
            if entry and not is_deprecated(entry[0]):
                yield entry[0]


def _same_version(one: str, other: str) -> bool:
    return one.removesuffix(".0") == other.removesuffix(".0")


def _creative_commons(words: str) -> Iterator[Mention]:
    for match in _cc_pattern().finditer(words):
        given = [
            name
            for name, pattern in CC_CONDITIONS.items()
            if re.search(rf"{_BEFORE}(?:{pattern}){_AFTER}", match["cc"], re.IGNORECASE)
        ]
        base = "-".join(("CC", *given))
        versions = [match["v"].replace(" ", ".")] if match["v"] else ["4.0", "3.0"]
        ids = tuple(dict.fromkeys(one for version in versions for one in _versions(base, version, gnu=False)))
        if ids:
            yield Mention(match.start(), match.end(), ids)


@cache
def _cc_pattern() -> re.Pattern[str]:
    condition = "|".join(CC_CONDITIONS.values())
    return re.compile(
        rf"{_BEFORE}(?:{CC_PREFIX})(?: ?(?:{LICENSE_WORD}))?"
        rf"(?P<cc>(?:[ ,/(:、]{{0,3}}(?:{condition}){_AFTER}){{1,4}})\)?"
        rf"(?:{_LICENSE}[ ,]{{0,2}}(?:國際|international|internazionale|internacional))?{_VERSION}"
        r"(?:[ ,]{0,2}(?:國際版?|international|internazionale|internacional|unported|generic|tw|[台臺]灣|taiwan)(?![A-Za-z]))?"
        rf"{_LICENSE}",
        re.IGNORECASE,
    )


def _listed(words: str) -> Iterator[Mention]:
    """Ids and full names of the list, word by word."""
    spans = [match.span() for match in re.finditer(r"[A-Za-z0-9.+]*[A-Za-z0-9+]", words)]
    texts = [words[start:end].lower() for start, end in spans]
    for first in range(len(spans)):
        for last in range(min(first + _LONGEST_NAME, len(spans)) - 1, first - 1, -1):
            key = " ".join(texts[first : last + 1])
            start, end = spans[first][0], spans[last][1]
            if key in _list_forms():
                yield Mention(start, end, _list_forms()[key])
            elif key in _exception_forms():
                yield Mention(start, end, (_exception_forms()[key],), exception=True)


def form(text: str) -> str:
    """The words of an id or a name in small letters."""
    return " ".join(re.findall(r"[a-z0-9.+]*[a-z0-9+]", plain(text).lower()))


@cache
def _list_forms() -> dict[str, tuple[str, ...]]:
    """Ids that are no words of a language, and full names."""
    forms: dict[str, tuple[str, ...]] = {}
    for identifier, entry in licenses().values():
        today = (successors(identifier) or (identifier,)) if entry.get("deprecated") else (identifier,)
        names = [identifier] if re.search(r"[-0-9]", identifier) else []
        # Names of deprecated ids (GNU … v3.0 only) are those of their successors.
        for name in names if entry.get("deprecated") else [*names, entry["name"]]:
            words = form(name)
            if " " in words or re.search(r"[0-9]", words):
                forms[words] = (*forms.get(words, ()), *(one for one in today if one not in forms.get(words, ())))
    return forms


@cache
def _exception_forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for identifier, entry in exceptions().values():
        if not entry.get("deprecated"):
            forms |= {form(identifier): identifier, form(entry["name"]): identifier}
    return forms | {
        "classpath exception": "Classpath-exception-2.0",
        "cpe": "Classpath-exception-2.0",
        "classpath": "Classpath-exception-2.0",
        "gcc runtime library exception": "GCC-exception-3.1",
        "llvm exception": "LLVM-exception",
        "llvm exceptions": "LLVM-exception",
        "font exception": "Font-exception-2.0",
        "ecos exception": "eCos-exception-2.0",
    }

"""Which licences a piece of text names, by id, name, abbreviation or address, and where.

Names are compared word by word, without regard to case, accents and marks, so that `EUPL-1.2`, “EUPL v. 1.2” and “European Union
Public Licence (EUPL), version 1.2” are one. What the names are stands in `names.json` and `addresses.json`, written by us, and
in the SPDX list. A name without its version (“the GPL”) names no licence.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..vocabularies import licenses

FOLDER = Path(__file__).parent
_WORD = re.compile(r"[㐀-鿿]|[^\W\d_㐀-鿿]+|[0-9]+(?:\.[0-9]+){0,3}|\+")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\"'\[\]{}|\\^`，。；、）」』]{4,300}", re.IGNORECASE)
_PATH = re.compile(r"\bLICEN[CS]ES/([A-Za-z0-9.+-]{1,80})", re.IGNORECASE)
_AHEAD = 34  # words after "GNU General Public License" in which its notice may tell the version
_SCOPE = 16  # words after a version in which "or any later" may stand


class Word(NamedTuple):
    """A word of a text, in its plain form."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A licence that is named: its SPDX id, from which character to before which; `address` if by an address."""

    license: str
    start: int
    end: int
    address: bool = False
    ids: tuple[str, ...] = ()


class _Node:
    __slots__ = ("family", "license", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.license = ""
        self.family = ""


def words(text: str) -> list[Word]:
    """The words of `text`; numbers with their points, each Chinese character by itself."""
    return [Word(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def mentions(text: str) -> list[Mention]:
    """The licences that `text` names, in order; none inside another."""
    return [mention for mention in named_in(text) if mention.license]


def named_in(text: str) -> list[Mention]:
    """The same, and those named without their version, with the `ids` they may be."""
    addresses = [
        Mention(license_of_address(match[0].rstrip(".,;:!?*_")), match.start(), match.end(), True)
        for match in _ADDRESS.finditer(text)
    ]
    text = _blank(text, addresses)
    paths = [Mention(_of_path(match[1]), match.start(), match.end(), True) for match in _PATH.finditer(text)]
    named = _names(_blank(text, paths))
    return sorted((m for m in (*addresses, *paths, *named) if m.license or m.ids), key=lambda mention: mention.start)


def license_of_address(address: str) -> str:
    """The SPDX id of the licence whose text or summary stands at `address`; empty where we cannot tell."""
    for pattern, template in _address_patterns():
        match = pattern.search(address)
        if match:
            found = _listed(match.expand(template).rstrip("-"))
            if found:
                return found
    return ""


def plain(text: str) -> str:
    """The words of `text` in their plain form, single blanks between."""
    return " ".join(word.form for word in words(text))


@cache
def read(name: str) -> Any:
    """The content of a data file of this folder; shared, not to be changed."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def _some(kind: str) -> frozenset[str]:
    """Words of one kind that stand beside names."""
    return frozenset(read("names")["words"][kind].split())


def _plain(word: str) -> str:
    if not word.isascii():
        word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    word = word.casefold()
    return "license" if word in ("licence", "licenses", "licences") else word


def _blank(text: str, covered: Sequence[Mention]) -> str:
    """`text` with blanks where an address stands, which is no name."""
    parts, at = [], 0
    for mention in covered:
        parts += [text[at : mention.start], " " * (mention.end - mention.start)]
        at = mention.end
    return "".join([*parts, text[at:]])


def _of_path(name: str) -> str:
    """The licence of a file named as REUSE names its licence files."""
    return _listed(re.sub(r"\.(?:txt|md|rst|html?)\Z", "", name.rstrip("."), flags=re.IGNORECASE))


@cache
def _address_patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.IGNORECASE), template) for pattern, template in read("addresses")]


def _listed(text: str) -> str:
    """The SPDX id whose words are those of `text`; deprecated ids of the GNU family as -only."""
    found = _ids().get(" ".join(_with_point(word.form) for word in words(text)), "")
    return _current(found)


def _with_point(form: str) -> str:
    return form.removesuffix(".0") if form[:1].isdigit() else form


@cache
def _ids() -> dict[str, str]:
    """The words of each id, and of each id without a point (`EUPL-12`, `lgpl-2-1`), which addresses have."""
    found: dict[str, str] = {}
    for identifier, entry in licenses().values():
        forms = [_with_point(word.form) for word in words(identifier)]
        for form in (" ".join(forms), " ".join(forms).replace(".", " "), " ".join(forms).replace(".", "")):
            if not entry.get("deprecated"):
                found[form] = identifier
            else:
                found.setdefault(form, identifier)
    return found


def _current(identifier: str) -> str:
    """The id that replaces a deprecated one of the GNU family."""
    if identifier + "-only" in _spelled():
        return identifier + "-only"
    if identifier.endswith("+") and identifier[:-1] + "-or-later" in _spelled():
        return identifier[:-1] + "-or-later"
    return identifier


@cache
def _spelled() -> frozenset[str]:
    return frozenset(identifier for identifier, _ in licenses().values())


@cache
def _tree() -> _Node:
    """All names as a tree of words: what ends at a node is a licence, or a family whose version follows."""
    root = _Node()
    # Where a deprecated id has the same name as its successor, the successor is meant.
    for identifier, entry in sorted(licenses().values(), key=lambda known: not known[1].get("deprecated")):
        for name in (identifier, entry["name"]):
            _plant(root, name).license = _current(identifier)
    data = read("names")
    for name, identifier in data["licenses"].items():
        _plant(root, name).license = identifier
    for family, entry in data["families"].items():
        for name in entry["names"]:
            _plant(root, name).family = family
    for name in ("BSD", "BSD License", "BSD-style"):
        _plant(root, name).family = "BSD"
    for family, name in _creative_commons(data["creative-commons"]):
        _plant(root, name).family = family
    return root


def _creative_commons(data: Any) -> Iterator[tuple[str, str]]:
    """The names of CC-BY, CC-BY-SA … in each language, with and without “Creative Commons” before."""
    for language in data["languages"]:
        for elements in data["combinations"]:
            names = [""]
            for element in elements.split("-"):
                names = [f"{name} {word}" for name in names for word in language[element]]
            for name in names:
                yield f"CC-{elements.upper()}", name
                for before in data["before"]:
                    yield f"CC-{elements.upper()}", f"{before} {name}"


def _plant(root: _Node, name: str) -> _Node:
    node = root
    for word in words(name.removeprefix("The ")):
        node = node.next.setdefault(word.form, _Node())
    return node


def _names(text: str) -> list[Mention]:
    found: list[Mention] = []
    all_words = words(text)
    at = 0
    while at < len(all_words):
        node, last, best = _tree(), at, (at, "", "")
        while last < len(all_words) and (step := node.next.get(all_words[last].form)):
            node, last = step, last + 1
            if node.license or node.family:
                best = (last, node.license, node.family)
        after, license_, family = best
        if license_ and all_words[after - 1].form != "only":
            license_, after = _with_scope(license_, all_words, after)
        elif family and not license_:
            license_, after = _of_family(family, all_words, at, after) or ("", after)
        if license_ and _counts(text, all_words, at, after, license_):
            found.append(Mention(license_, all_words[at].start, all_words[after - 1].end))
            at = after
        elif family and not license_ and not family.startswith("CC-"):
            found.append(Mention("", all_words[at].start, all_words[after - 1].end, ids=_any_version(family)))
            at += 1
        else:
            at += 1 if after == at or not license_ else after - at
    return found


def _of_family(family: str, all_words: Sequence[Word], at: int, after: int) -> tuple[str, int] | None:
    """The licence of a family by the version beside its name, and after which word that ends."""
    entry = read("names")["families"].get(family, {"ahead": False})
    number, end = _version(all_words, at, after, bool(entry.get("ahead")))
    version = _known_version(family, number)
    if not version:
        default = entry.get("default")
        return (f"{family}-{default}", after) if default and not number else None
    return _with_scope(_current(f"{family}-{version}"), all_words, end)


@cache
def _any_version(family: str) -> tuple[str, ...]:
    return tuple(identifier for identifier, _ in licenses().values() if identifier.startswith(f"{family}-"))


def _known_version(family: str, number: str) -> str:
    return next((v for v in (number, f"{number}.0") if number and f"{family}-{v}" in _spelled()), "")


def _version(all_words: Sequence[Word], at: int, after: int, ahead: bool) -> tuple[str, int]:
    """The number that follows within a few words that say “version”; or stands before: “version 3 of the …”."""
    end = after
    while (
        end < len(all_words)
        and end - after < 6
        and (all_words[end].form in _some("glue") or _abbreviates(all_words[end].form))
    ):
        end += 1
    if end < len(all_words) and all_words[end].form[0].isdigit():
        return all_words[end].form, end + 1
    for back in range(max(at - 5, 0), at - 1):
        if all_words[back].form in _some("version") and all_words[back + 1].form[0].isdigit():
            return all_words[back + 1].form, after
    if ahead:
        for far in range(after, min(after + _AHEAD, len(all_words) - 1)):
            if all_words[far].form in _some("version") and all_words[far + 1].form[0].isdigit():
                return all_words[far + 1].form, far + 2
    return "", after


def _abbreviates(form: str) -> bool:
    """`(GPL)` between the long name and the version."""
    return form in _tree().next and bool(_tree().next[form].family)


def _with_scope(license_: str, all_words: Sequence[Word], after: int) -> tuple[str, int]:
    """“or later” behind a GNU licence makes it `-or-later`."""
    if not license_.endswith("-only"):
        return license_, after
    if after < len(all_words) and all_words[after].form == "+":
        return license_.removesuffix("-only") + "-or-later", after + 1
    for far in range(after, min(after + _SCOPE, len(all_words))):
        form = all_words[far].form
        if form in _some("only"):
            return license_, far + 1
        if form in _some("later"):
            return license_.removesuffix("-only") + "-or-later", far + 1
        if form in _tree().next and _tree().next[form].family:
            break
    return license_, after


def _counts(text: str, all_words: Sequence[Word], at: int, after: int, license_: str) -> bool:
    """Whether a name of one plain word (MIT, Fair, Glide) is meant as a licence; longer ones always are."""
    if after < len(all_words) and all_words[after].form.startswith("compatib"):
        return False
    if after - at > 1 or any(char.isdigit() for char in text[all_words[at].start : all_words[at].end]):
        return True
    before = at - 1 - (at > 0 and all_words[at - 1].form in _some("article"))
    alone = after == len(all_words) and all(word.form in _some("article") for word in all_words[:at])
    if alone or (before >= 0 and all_words[before].form in _some("beside")):
        return True
    if after < len(all_words) and all_words[after].form in _some("beside"):
        return True
    return license_.isupper() and text[all_words[at].start : all_words[at].end] == license_

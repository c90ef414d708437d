"""The names of licences as one tree of words: those of the SPDX list, and those of `names.json`, written by us.

`licenses`: a name → the ids it stands for. `families`: licences with versions (`of` in the ids, where that is not the key); `any`
are the ids that may be meant where none is given, `default` says that the first of these is, `ahead` that the version may stand
further on in the sentence. `creative-commons`: the words of the conditions. In a name `[a|b|]` is a choice. `words`: words that
stand beside names, by kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from ..vocabularies import exceptions, licenses
from .prose import read, words
from .successors import is_deprecated, successors


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for.

    `ids`, the likeliest first, where no version is given; `family`: what stands before the version in the ids. `is_certain`: the
    ids are one licence. `spelling`: how an id of one word is written, for many are words of a language.
    """

    ids: tuple[str, ...]
    family: str = ""
    is_certain: bool = True
    ahead: bool = False
    exception: bool = False
    spelling: str = ""


class Node:
    """A word of names; what ends there is `name`."""

    __slots__ = ("name", "next")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.name: Name | None = None


@cache
def some(kind: str) -> frozenset[str]:
    """Words of one kind that stand beside names."""
    return frozenset(read("names")["words"][kind].split())


@cache
def names() -> Node:
    """All names, by their words."""
    root = Node()
    for identifier, exception in exceptions().values():
        if not exception.get("deprecated"):
            for name in (identifier, exception["name"]):
                _plant(root, name, Name((identifier,), exception=True))
    data = read("names")
    for written, identifier in data["exceptions"].items():
        _plant(root, written, Name((identifier,), exception=True))
    _plant_list(root)
    for family, entry in data["families"].items():
        any_version = _today(entry.get("any", ()))
        name = Name(any_version, entry.get("of", family), bool(entry.get("default")), bool(entry.get("ahead")))
        for written in entry["names"]:
            _plant(root, written, name)
    for written, ids in data["licenses"].items():
        found = tuple(ids.split())
        _plant(root, written, Name(found, is_certain=_is_one(found)))
    for written, name in _creative_commons(data["creative-commons"]):
        _plant(root, written, name)
    return root


def _plant_list(root: Node) -> None:
    """Ids and full names of the list; the names of deprecated ids are those of their successors."""
    found: dict[str, tuple[str, ...]] = {}
    spelled: dict[str, str] = {}
    for identifier, entry in licenses().values():
        deprecated = bool(entry.get("deprecated"))
        ids = (successors(identifier) or (identifier,)) if deprecated else (identifier,)
        for written in (identifier,) if deprecated else (identifier, entry["name"]):
            form = " ".join(word.form for word in words(written.removeprefix("The ")))
            before = found.get(form, ())
            found[form] = (*before, *(one for one in ids if one not in before))
            if " " not in form and written == identifier:
                spelled[form] = identifier
    for form, ids in found.items():
        _plant(root, form, Name(ids, is_certain=_is_one(ids), spelling=spelled.get(form, "")))


def _is_one(ids: tuple[str, ...]) -> bool:
    """Whether ids are one licence, whatever they say of later versions."""
    return len({one.removesuffix("-only").removesuffix("-or-later") for one in ids}) == 1


def _today(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(new for one in ids for new in (successors(one) if is_deprecated(one) else (one,)))


def _creative_commons(data: Any) -> Iterator[tuple[str, Name]]:
    """The names of CC-BY, CC-BY-SA … in each language; without “Creative Commons” before only with a version behind."""
    for elements in data["combinations"]:
        family = f"CC-{elements.upper()}"
        ids = tuple(f"{family}-{version}" for version in ("4.0", "3.0"))
        for language in data["languages"]:
            for chosen in product(*(language[element] for element in elements.split("-"))):
                conditions = " ".join(chosen)
                yield from ((f"{before} {conditions}", Name(ids, family, False)) for before in data["before"])
                if language["by"] != ["BY"]:
                    yield conditions, Name((), family, False)


def _plant(root: Node, written: str, name: Name) -> None:
    for spelling in spellings(written):
        node = root
        for word in words(spelling.removeprefix("The ")):
            node = node.next.setdefault(word.form, Node())
        node.name = name


def spellings(written: str) -> Iterator[str]:
    """All spellings of a name with choices.

    >>> list(spellings("[GNU |]GPL"))
    ['GNU GPL', 'GPL']
    """
    parts = re.split(r"\[([^\]]*)\]", written)
    yield from map("".join, product(*(part.split("|") if place % 2 else (part,) for place, part in enumerate(parts))))

"""What a licence asks of whoever reuses the software, in our own words: for the licences that administrations use. No legal advice.

`descriptions.json` is written by us from the licences' own texts: `terms` are the sentences that several licences share,
`licenses` which of them each one has, with what is particular to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .prose import read


@dataclass(frozen=True, slots=True)
class Description:
    """A licence in short, in one language.

    `may`, `must` and `limits` are sentences, each with the word by which it is known in every language; `limits` is what
    the licence does not give. `suits` says for whom it is made.
    """

    summary: str
    may: tuple[tuple[str, str], ...]
    must: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, str], ...]
    suits: str


def described() -> tuple[str, ...]:
    """The ids that have a description."""
    return tuple(_by_id())


def description(identifier: str, language: str) -> Description | None:
    """The description of an SPDX id, spelled as the list does; in English where `language` has none. None: there is none."""
    told = _by_id().get(identifier)
    if told is None:
        return None
    may, limits = list(told["may"]), list(told["not"])
    # The two forms of a GNU licence have one text: what tells them apart is the owner's word.
    if identifier.endswith("-or-later"):
        may.append("later-version")
    elif identifier.endswith("-only"):
        limits.append("no-later-version")
    return Description(
        _said(told["summary"], language),
        _terms(may, language),
        _terms(told["must"], language),
        _terms(limits, language),
        _said(told["suits"], language),
    )


def _terms(words: list[str], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, _said(read("descriptions")["terms"][word], language)) for word in words)


def _said(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


@cache
def _by_id() -> Mapping[str, Mapping[str, Any]]:
    return {identifier: told for told in read("descriptions")["licenses"] for identifier in told["ids"]}

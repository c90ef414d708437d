"""An answer about compatibility as programs take it, with its sentences in a language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .answers import TITLES, Compatibility, Pair, Statement
from .sources import SOURCES


def told(found: Compatibility, language: str = "en") -> dict[str, Any]:
    """The whole answer. `decided_by` is null where no licences were compared; `reason` then says why."""
    return {
        "inbound": found.inbound,
        "outbound": found.outbound,
        "use": str(found.use),
        "answer": str(found.answer),
        "title": TITLES[found.answer].in_language(language),
        "reason": found.reason.in_language(language),
        "because": _because(found, language),
        "disagree": found.disagree,
        "choice": found.choice or None,
        "decided_by": found.decisive and _pair(found.decisive, language),
        "statements": _statements(found.statements, language),
        "as_asked": _statements(found.decisive.as_asked if found.decisive else (), language),
        "wrong": found.wrong or None,
        "suggestions": list(found.suggestions),
        "pairs": [_pair(one, language) for one in found.pairs],
    }


def _because(found: Compatibility, language: str) -> str | None:
    """The words of the source that decides, where the reason is about versions only."""
    decisive = found.decisive
    if decisive is None or not decisive.as_asked or decisive.because is None:
        return None
    return decisive.because.in_language(language)


def _pair(pair: Pair, language: str) -> dict[str, Any]:
    return {
        "inbound": pair.inbound,
        "outbound": pair.outbound,
        "taken_as": pair.taken_as or None,
        "answer": str(pair.answer),
        "title": TITLES[pair.answer].in_language(language),
        "disagree": pair.disagree,
        "reason": pair.reason.in_language(language),
    }


def _statements(statements: Iterable[Statement], language: str) -> list[dict[str, Any]]:
    return [
        {
            "source": one.source,
            "source_title": SOURCES[one.source].name.in_language(language),
            "answer": str(one.answer),
            "title": TITLES[one.answer].in_language(language),
            "rule": one.rule,
            "place": one.place or None,
            "reason": one.reason.in_language(language),
            "address": one.address or SOURCES[one.source].address,
        }
        for one in statements
    ]

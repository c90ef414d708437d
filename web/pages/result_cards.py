"""The results of a search, each with what a reuser wants to know at a glance; one query more where some are said to be used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.facets import NOT_SPDX, above, beside, named_licenses
from ...registry.following import index_entry
from ...registry.outlines import Outline
from ...registry.search.explaining import Explanation, explain
from ...registry.usage import Use, users_of
from ...schemas.licensing.families import Family, family
from ..saying import say
from .summary import told_in_list


def cards(session: Session, found: Sequence[Outline], language: str) -> list[dict[str, Any]]:
    """What a list of results tells of these entries, in their order, for a page in `language`."""
    used = [entry.id for entry in found if entry.has_uses]
    users = users_of(session, used) if used else {}
    return [
        {
            **told_in_list(entry, language),
            "license_families": families_of(entry.license_declared),
            "activity": entry.activity,
            "users": _counted(users.get(entry.id, ())),
        }
        for entry in found
    ]


def explanation(session: Session, entry: Entry, query: str) -> list[str]:
    """Why `entry` answers `query`, in sentences; for one entry at a time, when a reader asks."""
    return [say(told) for told in _explained(session, entry, query).messages(say)]


def has_all_words(session: Session, entry: Entry, query: str) -> bool:
    """Whether no word of `query` is missing in `entry`."""
    return not _explained(session, entry, query).missing


def _explained(session: Session, entry: Entry, query: str) -> Explanation:
    known = beside(session, [entry.software.id], above(session))
    return explain(query, index_entry(entry, known))


def _counted(users: Sequence[Use]) -> dict[str, int]:
    """How many others use it: confirmed, and only claimed."""
    others = [use.kind for use in users if not use.own]
    return {kind: others.count(kind) for kind in (CONFIRMED, CLAIMED)}


@lru_cache(maxsize=1_000)
def families_of(declared: str) -> list[str]:
    """The kinds of the licences that an expression names, each once; none for what nobody can sort."""
    kinds = (family(one) for one in named_licenses(declared) if one != NOT_SPDX)
    return [str(kind) for kind in dict.fromkeys(kinds) if kind is not Family.UNKNOWN]

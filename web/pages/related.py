"""What an entry is related to, as its page tells it: its family tree, its neighbours, similar systems with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry, Relatives
from ...registry.family import Family, Kin, family
from ...registry.grounds import Reason
from ...registry.models import Software
from ...registry.neighbours import dependencies, dependents, known_dependencies, suite_members
from ...registry.similar import Similar, similar
from ..saying import say
from . import Parts
from .audit_kept import Kept
from .summary import link, summary

MOST_SIMILAR = 6
MOST_KEPT = 500
"""Entries whose neighbours are kept: some 10 kB each."""


class Around:
    """What stands around each entry, kept as long as nothing is written: most of the cost of an entry's page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept = Kept[dict[str, Any]](MOST_KEPT)

    def get(self, session: Session, entry: Entry, language: str) -> dict[str, Any]:
        """`relatives` and `related` of an entry's page in `language`; for reading only."""
        state = (catalogue.newest_event(session), self._parts.index.cursor(), request.script_root)
        key = (entry.software.id, language, state)
        return self._kept.get(key) or self._kept.put(key, self._made(session, entry, language), 1)

    def _made(self, session: Session, entry: Entry, language: str) -> dict[str, Any]:
        only_valid = self._parts.settings.show_only_valid
        relatives = catalogue.relatives(session, entry)
        kin = [*relatives.variants, *(other for _, other in relatives.upstream if other)]
        named = _links(session, kin, only_valid, language)
        return {
            "relatives": {
                "upstream": [
                    {"url": url, "software": named.get(other.id) if other else None}
                    for url, other in relatives.upstream
                ],
                "variants": [named[other.id] for other in relatives.variants if other.id in named],
                "technical_forks": [_outside(copy.url) for copy in relatives.copies],
                "parts": [_outside(part.url) for part in relatives.parts],
            },
            "related": _related(session, self._parts, entry, relatives, language),
        }


def _outside(url: str) -> dict[str, str]:
    return {"url": url, "why": url_for("why.why", url=url)}


def _links(session: Session, kin: Iterable[Software], only_valid: bool, language: str) -> dict[UUID, dict[str, str]]:
    """How those of these that are shown are named and linked."""
    found = catalogue.entries(session, list(dict.fromkeys(one.id for one in kin)))
    return {one.software.id: link(one, language) for one in found if catalogue.is_shown(one, only_valid)}


def _related(session: Session, parts: Parts, entry: Entry, relatives: Relatives, language: str) -> dict[str, Any]:
    """The family as nested places, the neighbours, and the similar systems; empty lists where there is nothing."""
    only_valid = parts.settings.show_only_valid
    alone = not (relatives.upstream or relatives.variants or relatives.copies)
    tree = Family() if alone else family(session, entry, only_valid)
    needed = known_dependencies(session, entry, only_valid)
    named = _links(session, (*_entries(tree.roots), *needed.values()), False, language)  # all of them are shown
    members = suite_members(session, parts.index, entry, only_valid)
    likes = similar(
        session, parts.index, entry, MOST_SIMILAR, family=tree.keys, only_valid=only_valid, language=language
    )
    return {
        "family": [_place(kin, named) for kin in tree.roots],
        "family_cut": tree.cut,
        "dependencies": [
            {
                "kind": one.kind,
                "name": one.name,
                "versions": one.versions,
                "optional": one.optional,
                "software": named[needed[one.name].id] if one.name in needed else None,
            }
            for one in dependencies(entry.values)
        ],
        "named_by": [link(other, language) for other in dependents(session, parts.index, entry, only_valid)],
        "suites": [
            {"name": suite, "software": [link(other, language) for other in others]}
            for suite, others in members.items()
            if others
        ],
        "similar": [_similar(one, entry, language) for one in likes],
    }


def related_extra(data: Mapping[str, Any], entry_slug: str) -> dict[str, Any]:
    """What the template needs besides: entries by the names of dependencies, and where all are compared."""
    slugs = [entry_slug, *(one["software"]["slug"] for one in data["similar"])][:4]
    return {
        "dependency_links": {one["name"]: one["software"] for one in data["dependencies"] if one["software"]},
        "compare_all": url_for("compare.compare", software=slugs) if len(slugs) > 1 else "",
    }


def _entries(places: Sequence[Kin]) -> Iterator[Any]:
    for kin in places:
        if kin.software is not None:
            yield kin.software
        yield from _entries(kin.below)


def _place(kin: Kin, named: Mapping[UUID, dict[str, str]]) -> dict[str, Any]:
    return {
        "kind": kin.kind,
        "url": kin.url,
        "software": named.get(kin.software.id) if kin.software else None,
        "again": kin.again,
        "below": [_place(one, named) for one in kin.below],
    }


def _similar(one: Similar, entry: Entry, language: str) -> dict[str, Any]:
    return {
        "software": summary(one.entry, language),
        "reasons": [_reason(reason, language) for reason in one.reasons],
        "compare": url_for("compare.compare", software=[entry.software.slug, one.entry.software.slug]),
    }


def _reason(reason: Reason, language: str) -> dict[str, str]:
    """A reason as a sentence; what it lists is written in `language`, where that is not the page's."""
    return {
        "text": say(reason.said(language)),
        "listed": reason.listed(language),
        "language": reason.language if reason.language != language else "",
    }

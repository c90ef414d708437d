"""What an entry is related to, as its page tells it: its family tree, its neighbours, similar systems with the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry, Relatives
from ...registry.family import Family, Kin, family
from ...registry.neighbours import dependencies, dependents, known_dependencies, suite_members
from ...registry.similar import Similar, similar
from ..presenting import say
from . import Parts
from .summary import link, summary

MOST_SIMILAR = 6


def related(session: Session, parts: Parts, entry: Entry, relatives: Relatives, language: str) -> dict[str, Any]:
    """The family as nested places, the neighbours, and the similar systems; empty lists where there is nothing."""
    only_valid = parts.settings.show_only_valid
    alone = not (relatives.upstream or relatives.variants or relatives.copies)
    tree = Family() if alone else family(session, entry)
    needed = known_dependencies(session, entry)
    named = {
        other.software.id: link(other, language)
        for other in catalogue.entries(session, [*{one.id for one in (*_entries(tree.roots), *needed.values())}])
    }
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
        "reasons": [say(reason.said(language)) for reason in one.reasons],
        "compare": url_for("compare.compare", software=[entry.software.slug, one.entry.software.slug]),
    }

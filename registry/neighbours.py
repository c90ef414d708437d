"""What stands beside an entry: the software it needs, who needs it, and the suite that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from .catalogue import Entry, entries, is_shown, shown_condition
from .facets import technology
from .models import Software
from .search import Request, SearchIndex
from .search.text import tokens
from .store import slugify

MOST_DEPENDENCIES = 60
MOST_TOLD = 24
"""Entries that name it, and entries of its suite."""
_KINDS = ("open", "proprietary", "hardware")


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that a file names under dependsOn. `kind`: open, proprietary or hardware; `versions` as the file gives them."""

    kind: str
    name: str
    versions: str
    optional: bool


def dependencies(values: Mapping[str, Any]) -> tuple[Dependency, ...]:
    """What a file names under dependsOn, in its order, the first MOST_DEPENDENCIES; what is of another form is left out."""
    named = values.get("dependsOn")
    found = (
        _dependency(kind, one)
        for kind in _KINDS
        for one in _list(named.get(kind) if isinstance(named, Mapping) else None)
        if isinstance(one, Mapping) and _text(one.get("name"))
    )
    return tuple(found)[:MOST_DEPENDENCIES]


def known_dependencies(session: Session, entry: Entry, only_valid: bool = False) -> dict[str, Software]:
    """The entries that an entry's file names under dependsOn, by the name that it gives them; one query.

    A name is that of an entry where both are made of the same words, or where it is an entry's address. Where two entries
    have the name nobody knows which is meant, and neither is told.
    """
    names = [one.name for one in dependencies(entry.values)]
    keys = {address_key(name): name for name in names if "/" in name}
    plain = {name: (tokens(name), tokens(technology(name))) for name in names}  # as written, and without a version
    slugs = {
        f"{slug}{end}"
        for name in names
        for slug in (slugify(name), slugify(technology(name)))
        if slug
        for end in ("", "-2")
    }
    if not keys and not slugs:
        return {}
    query = select(Software).where(
        shown_condition(only_valid), or_(col(Software.key).in_(keys), col(Software.slug).in_(slugs))
    )
    others = [software for software in session.exec(query) if software.id != entry.software.id]
    found = {}
    for name in names:
        meant = [one for one in others if keys.get(one.key) == name] or [
            one for one in others if tokens(one.name) in plain[name]
        ]
        if len(meant) == 1:
            found[name] = meant[0]
    return found


def dependents(session: Session, index: SearchIndex, entry: Entry, only_valid: bool = False) -> tuple[Entry, ...]:
    """The entries whose files name this one under dependsOn, by the same rule; the index finds them, their files decide."""
    name = tokens(entry.software.name)
    return tuple(
        other
        for other in _found(session, index, "technology", technology(entry.software.name), only_valid)
        if other.software.id != entry.software.id
        and any(
            name in (tokens(one.name), tokens(technology(one.name)))
            or ("/" in one.name and address_key(one.name) == entry.software.key)
            for one in dependencies(other.values)
        )
    )[:MOST_TOLD]


def suites(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The suites that a file says its software belongs to."""
    return tuple(dict.fromkeys(filter(None, (_text(one) for one in _list(values.get("applicationSuite"))))))


def suite_members(
    session: Session, index: SearchIndex, entry: Entry, only_valid: bool = False
) -> dict[str, tuple[Entry, ...]]:
    """For each suite of an entry the other entries of it: their files name the same suite, or it is their own name."""
    found = {}
    for suite in suites(entry.values)[:3]:
        wanted = tokens(suite)
        found[suite] = tuple(
            other
            for other in _found(session, index, "name", suite, only_valid)
            if other.software.id != entry.software.id
            and wanted in [tokens(other.software.name), *map(tokens, suites(other.values))]
        )[:MOST_TOLD]
    return found


def _found(session: Session, index: SearchIndex, field: str, words: str, only_valid: bool) -> Iterator[Entry]:
    """The shown entries with these words in a row in a field of the index; none where there is no index."""
    phrase = words.replace('"', " ").strip()
    if not tokens(phrase):
        return
    result = index.search(Request(f'{field}:"{phrase}"', limit=2 * MOST_TOLD))
    if result.reading == "exact":
        yield from (other for other in entries(session, result.ids) if is_shown(other, only_valid))


def _dependency(kind: str, said: Mapping[str, Any]) -> Dependency:
    exact, least, most = (_text(said.get(key)) for key in ("version", "versionMin", "versionMax"))
    bounds = [f"≥ {least}" if least else "", f"≤ {most}" if most else ""]
    return Dependency(
        kind, _text(said.get("name")), exact or ", ".join(filter(None, bounds)), said.get("optional") is True
    )


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value).strip()[:500] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""

"""The family tree of an entry: what it is based on, its variants and theirs, the copies that repositories hold of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from ..schemas.addresses import without_user
from ..schemas.candidate import address_key
from .catalogue import Entry, shown_condition
from .columns import may_hold
from .models import CodeHosting, Reach, Relation, RepositoryRecord, Software

MOST_KIN = 40
"""Places in one tree; whoever is above the entry goes first."""
DEEPEST = 5
"""Generations above the entry, and below the topmost."""
_MOST_NAMED = 20  # addresses of one file


@dataclass(frozen=True, slots=True)
class Kin:
    """One place in the tree, with those below it.

    `kind`: `self` for the entry itself, `entry` for another one of the catalogue, `named` for an address that is only named,
    `technical-fork` and `alias` for a repository that holds a copy. `software` is None for the last three. `again`: it stands
    elsewhere in the tree as well, and what is below it stands there.
    """

    kind: str
    url: str
    software: Software | None = None
    below: tuple[Kin, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The trees in which an entry stands, one for each of its topmost ancestors; none where it stands alone.

    `cut`: there are more relatives than are told. `keys` are the normalised addresses of all that are.
    """

    roots: tuple[Kin, ...] = ()
    cut: bool = False
    keys: frozenset[str] = frozenset()


@dataclass
class _Known:
    """What was found out so far.

    `shown`: which entries are told; `above` and `below`: key → keys, in the order in which they are told.
    """

    shown: ColumnElement[bool]
    software: dict[str, Software] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)
    copies: dict[str, list[RepositoryRecord]] = field(default_factory=dict)
    cut: bool = False

    def add(self, software: Software) -> None:
        """Keeps an entry and the addresses that its file names as upstreams."""
        self.software[software.key] = software
        named = [key for key in dict.fromkeys(software.based_on) if key and key != software.key]
        self.above[software.key] = named[:_MOST_NAMED]
        self.cut = self.cut or len(named) > _MOST_NAMED


def family(session: Session, entry: Entry, only_valid: bool = False) -> Family:
    """The family of an entry: few queries, whatever its size; cycles end where they began. No tombstones.

    What `only_valid` hides is an address that is only named.
    """
    known = _Known(shown_condition(only_valid))
    known.add(entry.software)
    based_on = entry.values.get("isBasedOn")
    for url in based_on if isinstance(based_on, list) else [based_on]:
        if isinstance(url, str) and url.strip():
            known.urls.setdefault(address_key(url), without_user(url.strip())[:2000])
    roots = _ancestors(session, known, entry.software.key)
    _descendants(session, known, roots)
    known.copies = _copies(session, list(known.software))
    built = _Tree(known, entry.software.key)
    trees = tuple(filter(None, (built.place(key, 0) for key in roots)))
    alone = len(trees) == 1 and trees[0].kind == "self" and not trees[0].below
    return Family(() if alone else trees, known.cut or built.cut, frozenset(built.seen))


def _ancestors(session: Session, known: _Known, own: str) -> list[str]:
    """Keeps who is above the entry; gives the topmost: of whom nobody is known that they are based on."""
    level, order = [own], [own]
    for _ in range(DEEPEST):
        new = [
            key
            for key in dict.fromkeys(above for key in level for above in known.above.get(key, ()))
            if key not in order
        ]
        if len(order) + len(new) > MOST_KIN:
            known.cut, new = True, new[: MOST_KIN - len(order)]
        if not new:
            break
        order += new
        for software in session.exec(select(Software).where(col(Software.key).in_(new), known.shown)):
            known.add(software)
        level = [key for key in new if key in known.software]
    found = set(order)
    for key in order:
        for above in known.above.get(key, ()):
            if above in found:
                known.below.setdefault(above, []).append(key)
    topmost = [key for key in order if found.isdisjoint(known.above.get(key, ()))]
    return topmost or [order[-1]]  # all of them in a circle: begin anywhere above


def _descendants(session: Session, known: _Known, roots: Sequence[str]) -> None:
    """Keeps the variants of whoever is known, generation by generation; one query for each."""
    asked: set[str] = set()
    level = [*roots, *(key for key in (*known.software, *known.below) if key not in roots)]
    for _ in range(DEEPEST):
        level = [key for key in dict.fromkeys(level) if key not in asked]
        left = MOST_KIN - len(known.software)
        if not level or left <= 0:
            known.cut = known.cut or bool(level)
            return
        asked.update(level)
        found = _variants(session, level, known, left + 1)
        if len(found) > left:
            known.cut, found = True, found[:left]
        for software in found:
            known.add(software)
            for above in software.based_on:
                if above in asked and above != software.key:
                    known.below.setdefault(above, []).append(software.key)
        level = [software.key for software in found]
    known.cut = known.cut or bool(level and _variants(session, level, known, 1))


def _variants(session: Session, keys: Sequence[str], known: _Known, limit: int) -> list[Software]:
    """The shown variants of these addresses that are not known yet, by their slugs; at most `limit`."""
    query = (
        select(Software)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .where(
            RepositoryRecord.relation == Relation.VARIANT,
            known.shown,
            or_(*(may_hold(Software.based_on, key) for key in keys)),
            col(Software.key).not_in(known.software),
        )
        .order_by(col(Software.slug))
    )
    wanted = set(keys)
    found = []
    for software in session.exec(query.limit(20 * limit)):  # an address may begin like another: look exactly
        if wanted.intersection(software.based_on):
            found.append(software)
            if len(found) == limit:
                break
    return found


def _copies(session: Session, keys: Sequence[str]) -> dict[str, list[RepositoryRecord]]:
    """Technical forks and aliases that can be seen today, by the address that their file names."""
    query = (
        select(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(
            col(RepositoryRecord.declared_key).in_(keys),
            col(RepositoryRecord.relation).in_([Relation.TECHNICAL_FORK, Relation.ALIAS]),
            RepositoryRecord.reach != Reach.GONE,
            RepositoryRecord.file_path != "",
            col(CodeHosting.listed),
        )
        .order_by(col(RepositoryRecord.url))
        .limit(MOST_KIN)
    )
    found: dict[str, list[RepositoryRecord]] = {}
    for record in session.exec(query):
        found.setdefault(record.declared_key, []).append(record)
    return found


class _Tree:
    """Builds the places of a tree; `seen` are the addresses that have one."""

    def __init__(self, known: _Known, own: str) -> None:
        self._known, self._own = known, own
        self._left = MOST_KIN
        self.seen: set[str] = set()
        self.cut = False

    def place(self, key: str, depth: int) -> Kin | None:
        """The place of an address; None where the tree is full."""
        if self._left <= 0 or depth > 2 * DEEPEST:
            self.cut = True
            return None
        self._left -= 1
        software = self._known.software.get(key)
        kind = "self" if key == self._own else "entry" if software else "named"
        url = software.url if software else self._known.urls.get(key, key)
        if key in self.seen:
            return Kin(kind, url, software, again=True)
        self.seen.add(key)
        below = [self.place(child, depth + 1) for child in self._children(key)]
        below += [self._copy(copy) for copy in self._known.copies.get(key, ())]
        return Kin(kind, url, software, tuple(filter(None, below)))

    def _children(self, key: str) -> list[str]:
        """The entry's own line first, so that it stands in a tree that is cut."""
        children = list(dict.fromkeys(self._known.below.get(key, ())))
        line = _above(self._known.above, self._own)
        return sorted(children, key=lambda child: child not in line)

    def _copy(self, record: RepositoryRecord) -> Kin | None:
        if self._left <= 0:
            self.cut = True
            return None
        self._left -= 1
        self.seen.add(record.key)
        return Kin("alias" if record.relation == Relation.ALIAS else "technical-fork", record.url)


def _above(above: Mapping[str, Sequence[str]], own: str) -> set[str]:
    """The entry and everybody above it."""
    found, level = {own}, [own]
    while level:
        level = [key for one in level for key in above.get(one, ()) if key not in found]
        found.update(level)
    return found

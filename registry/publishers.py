"""The list of publishers and where they keep code: publishers.yml, read and written to the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import yaml
from sqlmodel import col, select

from ..schemas.candidate import address_key
from .models import CodeHosting, Publisher, Relation, RepositoryRecord, Software
from .proposals import hand_over
from .store import Change

_KEYS = {"id", "name", "names", "uri", "parent", "orgs", "repos", "exclude", "systems", "catalogues"}
LIMIT = 5 * 1024 * 1024
MAX_DEPTH = 10
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # makes nothing but text, lists and mappings


class UnusableFile(ValueError):
    """A file cannot be imported; `problems` names each place and what is expected there. Nothing was imported."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class PublishersError(UnusableFile):
    """publishers.yml cannot be used."""


@dataclass(frozen=True, slots=True)
class ListedPublisher:
    """One entry of publishers.yml."""

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    uri: str = ""
    parent: str = ""
    orgs: tuple[str, ...] = ()
    repos: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    systems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Systems of several repositories: the address of the one that stands for the system → the addresses of the others."""
    catalogues: Mapping[str, str] = field(default_factory=dict)
    """Other catalogues as sources: address → kind."""


def read_publishers(content: bytes) -> list[ListedPublisher]:
    """The entries of a publishers.yml: a list of `id`, `name`, `orgs`, `repos`, optionally `names`, `uri`, `parent`, `exclude`.

    `systems` is a list of `main` and `parts`; `catalogues` a list of `url` and `kind`.

    Raises:
        PublishersError: with every problem at once.

    """
    if len(content) > LIMIT:
        raise PublishersError([f"the file has {len(content)} bytes; at most {LIMIT} are read"])
    try:
        check_events(content)
        root = yaml.compose(content, Loader=LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise PublishersError([f"no readable YAML: {error}"]) from error
    problems: list[str] = []
    data = _plain(root, problems) if root is not None else None
    if not isinstance(data, list) or not data:
        raise PublishersError(["the file must be a list of publishers, each beginning with `- id:`"])
    listed = [entry for number, item in enumerate(data, 1) if (entry := _entry(item, number, problems))]
    _check_references(listed, problems)
    if problems:
        raise PublishersError(problems)
    return listed


def check_events(content: bytes) -> None:
    """Refuses, before anything is built of it, YAML with aliases or nested deeper than MAX_DEPTH.

    Raises:
        ValueError, yaml.YAMLError: with the line.

    """
    depth = 0
    for event in yaml.parse(content, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("the file uses YAML aliases (*name); write each value out")
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise ValueError(f"line {line}: more than {MAX_DEPTH} levels stand one inside the other")


def _plain(node: yaml.Node, problems: list[str]) -> Any:
    """The node as list, dict and text; a key that stands twice is a problem, not the last one's silent victory."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, problems) for child in node.value]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    values: dict[str, Any] = {}
    for key, child in node.value:
        name = str(key.value)
        if name in values:
            problems.append(f"line {key.start_mark.line + 1}: the key {name!r} stands twice")
        values[name] = _plain(child, problems)
    return values


def _entry(item: Any, number: int, problems: list[str]) -> ListedPublisher | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or not item["id"].strip():
        problems.append(f"publisher {number}: has no `id`")
        return None
    place = f"publisher {item['id']!r}"
    problems += [
        f"{place}: unknown key {key!r}; known are {', '.join(sorted(_KEYS))}" for key in item if key not in _KEYS
    ]
    texts = {key: item.get(key) or "" for key in ("name", "uri", "parent")}
    problems += [f"{place}: `{key}` must be a text" for key, value in texts.items() if not isinstance(value, str)]
    if not texts["name"]:
        problems.append(f"{place}: has no `name`")
    names = item.get("names") or {}
    if not isinstance(names, Mapping) or not all(isinstance(name, str) for name in names.values()):
        problems.append(f"{place}: `names` must map languages to texts")
        names = {}
    lists = {key: item.get(key) or [] for key in ("orgs", "repos", "exclude")}
    for key, values in lists.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            problems.append(f"{place}: `{key}` must be a list of addresses")
            lists[key] = []
    systems = _systems(item.get("systems") or [], place, problems)
    catalogues = _catalogues(item.get("catalogues") or [], place, problems)
    addresses = [*lists["orgs"], *lists["repos"], *systems, *(url for parts in systems.values() for url in parts)]
    addresses += [url for url in catalogues if "://" in url]
    problems += [f"{place}: {problem}" for url in addresses if (problem := _problem(url))]
    return ListedPublisher(
        id=item["id"].strip(),
        name=str(texts["name"]).strip(),
        names=dict(names),
        uri=str(texts["uri"]).strip(),
        parent=str(texts["parent"]).strip(),
        orgs=tuple(lists["orgs"]),
        repos=tuple(lists["repos"]),
        exclude=tuple(lists["exclude"]),
        systems=systems,
        catalogues=catalogues,
    )


def _systems(written: Any, place: str, problems: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in written if isinstance(written, list) else [None]:
        system = item if isinstance(item, Mapping) else {}
        main, parts = system.get("main"), system.get("parts")
        lists = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
        if not isinstance(main, str) or not lists or set(system) != {"main", "parts"}:
            problems.append(f"{place}: each of `systems` has a `main` (an address) and `parts` (a list of addresses)")
            continue
        found[main] = tuple(parts or ())
    return found


def _catalogues(written: Any, place: str, problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in written if isinstance(written, list) else [None]:
        catalogue = item if isinstance(item, Mapping) else {}
        url, kind = catalogue.get("url"), catalogue.get("kind")
        if not isinstance(url, str) or not isinstance(kind, str) or set(catalogue) != {"url", "kind"}:
            problems.append(f"{place}: each of `catalogues` has a `url` and a `kind`")
            continue
        found[url] = kind
    return found


def _problem(url: str) -> str:
    """What is wrong with an address; empty where nothing is. A password in it is not repeated."""
    try:
        parts = urlsplit(url.strip())
        web = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and len(url) <= 2000
        if web and "@" in parts.netloc:
            return f"the address at {parts.hostname} holds a user name or password, which would be stored and shown; take it out"
    except ValueError:
        web = False
    return "" if web else f"{url[:200]!r} is not an http(s) address"


def _check_references(listed: list[ListedPublisher], problems: list[str]) -> None:
    parents = {entry.id: entry.parent for entry in listed}
    counts = Counter(entry.id for entry in listed)
    problems += [f"publisher {name!r}: this `id` stands {count} times" for name, count in counts.items() if count > 1]
    for entry in listed:
        if entry.parent and entry.parent not in parents:
            problems.append(f"publisher {entry.id!r}: parent {entry.parent!r} is not in the list")
        above, steps = entry.parent, 0
        while above in parents and above != entry.id and steps <= len(parents):
            above, steps = parents[above], steps + 1
        if above == entry.id or steps > len(parents):
            problems.append(f"publisher {entry.id!r}: is its own parent, directly or through others")
    owners: dict[str, str] = {}
    for entry in listed:
        parts = [url for parts in entry.systems.values() for url in parts]
        for url in (*entry.orgs, *entry.repos, *parts, *entry.catalogues):
            if owners.setdefault(address_key(url), entry.id) != entry.id:
                problems.append(
                    f"publisher {entry.id!r}: {url} stands at publisher {owners[address_key(url)]!r} already"
                )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: counts of publishers and code hostings; `held` are addresses that accepted proposals keep."""

    publishers: int
    code_hostings: int
    added: int
    unlisted: int
    held: int = 0


def import_publishers(change: Change, listed: Iterable[ListedPublisher]) -> Imported:
    """Makes the database's publishers and code hostings those of the list.

    Who is no longer in the list stays known, is harvested no more, and its entries become tombstones (`unlisted`) until
    the list names it again. What came by an accepted proposal stays listed, see `hand_over`.
    """
    entries = list(listed)
    session = change.session
    known = {publisher.identifier: publisher for publisher in session.exec(select(Publisher)).all()}
    added = unlisted = 0
    for entry in entries:
        publisher = known.get(entry.id)
        if publisher is None:
            publisher = Publisher(identifier=entry.id, slug="", name=entry.name)
            publisher.slug = change.slug("publisher", publisher.id, entry.id)
            known[entry.id] = publisher
            added += 1
        publisher.name, publisher.names, publisher.uri, publisher.listed = (
            entry.name,
            dict(entry.names),
            entry.uri,
            True,
        )
        session.add(publisher)
    session.flush()
    for entry in entries:
        known[entry.id].parent_id = known[entry.parent].id if entry.parent else None
    hostings = {hosting.key: hosting for hosting in session.exec(select(CodeHosting)).all()}
    kept: set[str] = set()
    for entry in entries:
        for values in _hostings(entry):
            kept.add(_host(change, hostings, known[entry.id].id, values))
    names = {entry.id for entry in entries}
    for identifier, publisher in known.items():
        if identifier not in names:
            publisher.listed = False
            session.add(publisher)
    session.flush()
    held = hand_over(change, kept)
    for key, hosting in hostings.items():
        if key not in kept and key not in held and hosting.listed:
            hosting.listed = False
            session.add(hosting)
            unlisted += 1
            for group in _groups_around(hosting, hostings):  # which shows it from now on
                group.full_listing_at = None
                session.add(group)
    session.flush()
    follow_list(change)
    return Imported(len(entries), len(kept), added, unlisted, len(held))


def _groups_around(hosting: CodeHosting, hostings: Mapping[str, CodeHosting]) -> Iterator[CodeHosting]:
    parts = hosting.key.split("/")
    above = ("/".join(parts[:length]) for length in range(1, len(parts)))
    yield from (hostings[key] for key in above if key in hostings and hostings[key].kind == "group")


def _hostings(entry: ListedPublisher) -> Iterator[dict[str, Any]]:
    """The code hostings of a publisher, as values of their columns."""
    parts = {address_key(part): address_key(main) for main, parts in entry.systems.items() for part in parts}
    repositories = [*entry.repos, *entry.systems, *(part for parts in entry.systems.values() for part in parts)]
    for url in entry.orgs:
        yield {"url": url, "kind": "group", "exclude": list(entry.exclude)}
    for url in dict.fromkeys(repositories):
        yield {"url": url, "kind": "repository", "part_of": parts.get(address_key(url), "")}
    for url, kind in entry.catalogues.items():
        yield {"url": url, "kind": "catalogue", "driver": kind}


def _host(change: Change, hostings: dict[str, CodeHosting], publisher: UUID, values: Mapping[str, Any]) -> str:
    url = str(values["url"]).strip()
    key = address_key(url)
    hosting = hostings.get(key) or CodeHosting(publisher_id=publisher, url=url, key=key)
    told = {"driver": "", "part_of": "", "exclude": [], **values, "url": url}
    if hosting.exclude != told["exclude"]:
        hosting.full_listing_at = None  # what was left out may be in it now
    for name, value in {**told, "publisher_id": publisher, "listed": True}.items():
        setattr(hosting, name, value)
    hostings[key] = hosting
    change.session.add(hosting)
    return key


def is_excluded(url: str, exclude: Iterable[str]) -> bool:
    """Whether a publisher's `exclude` leaves a repository of a group out: addresses or names, with `*` for any part.

    >>> is_excluded("https://github.com/gov/Student-1", ["student-*"])
    True
    """
    key = address_key(url)
    return any(
        fnmatchcase(key, address_key(pattern))
        if "/" in pattern
        else fnmatchcase(key.rpartition("/")[2], pattern.lower())
        for pattern in map(str.strip, exclude)
    )


def follow_list(change: Change) -> None:
    """Entries of unlisted code hostings become tombstones; those that are listed again come back."""
    rows = change.session.exec(
        select(Software, CodeHosting, RepositoryRecord)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
    ).all()
    groups = {one.key: one for one in change.session.exec(select(CodeHosting).where(CodeHosting.kind == "group"))}
    for entry, owner, repository in rows:
        hosting = owner
        if not owner.listed and (group := _listed_group(owner, groups)) is not None:
            hosting = group  # which contains the repository, and shows it from now on
            repository.code_hosting_id = hosting.id
            change.session.add(repository)
        listed = hosting.listed and not is_excluded(repository.url, hosting.exclude)
        if not listed and (other := _alias(change, entry)) is not None:
            entry.repository_id = other.id  # the same software answers at another address that is listed
        elif not listed and not entry.deactivated:
            entry.deactivated, entry.deactivated_at = "unlisted", change.at
        elif listed and entry.deactivated == "unlisted":
            entry.deactivated, entry.deactivated_at = "", None
        if listed:
            entry.publisher_id = hosting.publisher_id
        change.session.add(entry)


def _listed_group(hosting: CodeHosting, groups: Mapping[str, CodeHosting]) -> CodeHosting | None:
    return next((group for group in _groups_around(hosting, groups) if group.listed), None)


def _alias(change: Change, entry: Software) -> RepositoryRecord | None:
    """Another listed address of the entry's repository."""
    query = (
        select(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(
            RepositoryRecord.declared_key == entry.key,
            RepositoryRecord.relation == Relation.ALIAS,
            col(CodeHosting.listed),
        )
        .order_by(col(RepositoryRecord.url))
    )
    found = change.session.exec(query).first()
    if found is not None:
        found.relation = Relation.ORIGINAL
        change.session.add(found)
    return found

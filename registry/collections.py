"""Curated collections of software: a YAML file for each, read and kept, and tied to the entries that are here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from .catalogue import Entry, entries, entries_of, is_shown
from .columns import may_hold
from .erased import without_erased
from .models import Collection, Software
from .publishers import LOADER, UnusableFile, check_events
from .store import Change, slugify

LIMIT = 1024 * 1024
LONGEST_TITLE, LONGEST_TEXT, LONGEST_NOTE, MOST_ITEMS = 200, 20_000, 1_000, 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}(?: [^<>]{0,100})?/?>", re.ASCII)
_AT_ONCE = 500


class CollectionError(UnusableFile):
    """The file of a collection cannot be used."""


@dataclass(frozen=True, slots=True)
class Item:
    """One software of a collection: its address as it is written, normalised, and why it is in it, by language."""

    address: str
    key: str
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedCollection:
    """What a file says: title and text (Markdown) by language, items in the curator's order."""

    slug: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, a line each; nothing where all was so before. `missing`: addresses without an entry here."""

    changes: tuple[str, ...]
    missing: tuple[str, ...]


def read_collection(content: bytes) -> ListedCollection:
    """The collection in a YAML file with `slug`, `title`, `text` and `items`; each item has an `address` and may have a `note`.

    Title, text and note are texts by language.

    Raises:
        CollectionError: with every problem at once.

    """
    if len(content) > LIMIT:
        raise CollectionError([f"the file has {len(content)} bytes; at most {LIMIT} are read"])
    try:
        check_events(content)
        root = yaml.compose(content, Loader=LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise CollectionError([f"no readable YAML: {error}"]) from error
    return _Reading().collection(root)


class _Reading:
    """Reads the nodes of one file; keeps what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def collection(self, root: yaml.Node | None) -> ListedCollection:
        if not isinstance(root, yaml.MappingNode):
            raise CollectionError(["the file must begin with `slug:`, `title:`, `text:` and `items:`"])
        keys = self._mapping(root, {"slug", "title", "text", "items"}, "the collection")
        slug = self._text(keys.get("slug"), "slug", 80, root)
        if slug and slugify(slug) != slug:
            self._wrong(
                keys["slug"], f"the slug {slug!r} cannot stand in an address; write {slugify(slug) or 'letters'!r}"
            )
        titles = self._texts(keys.get("title"), "title", LONGEST_TITLE, root)
        texts = self._texts(keys.get("text"), "text", LONGEST_TEXT, root, lines=True)
        items = tuple(self._items(keys.get("items"), root))
        if self.problems:
            raise CollectionError(self.problems)
        return ListedCollection(slug, titles, texts, items)

    def _wrong(self, node: yaml.Node, problem: str) -> None:
        self.problems.append(f"line {node.start_mark.line + 1}: {problem}")

    def _mapping(self, node: yaml.MappingNode, known: set[str], what: str) -> dict[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self._wrong(key, f"the key {name!r} stands twice")
            elif known and name not in known:
                self._wrong(key, f"{what}: unknown key {name!r}; known are {', '.join(sorted(known))}")
            found[name] = value
        return found

    def _text(self, node: yaml.Node | None, what: str, most: int, above: yaml.Node, lines: bool = False) -> str:
        if node is None:
            self._wrong(above, f"`{what}` is missing")
            return ""
        said = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
        said = said if lines else " ".join(said.split())
        if not said:
            self._wrong(node, f"`{what}` must be a text")
        elif len(said) > most:
            self._wrong(node, f"`{what}` has {len(said)} characters; at most {most} are kept")
        return said

    def _texts(
        self, node: yaml.Node | None, what: str, most: int, above: yaml.Node, lines: bool = False
    ) -> dict[str, str]:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self._wrong(node or above, f"`{what}` must map languages to texts, as in {what}: {{zh-Hant: …, en: …}}")
            return {}
        found = self._mapping(node, set(), what)
        for tag in found:
            if not _LANGUAGE.fullmatch(tag):
                self._wrong(node, f"`{what}`: {tag!r} is no language tag, such as zh-Hant or en")
        chinese = sorted(tag for tag in found if tag.casefold().startswith("zh-"))
        if chinese and "zh" in found:
            self._wrong(
                found["zh"], f"`{what}`: zh stands beside {', '.join(chinese)}; write zh-Hant or zh-Hans for it"
            )
        return {tag: self._text(value, f"{what}.{tag}", most, node, lines) for tag, value in found.items()}

    def _items(self, node: yaml.Node | None, above: yaml.Node) -> Iterator[Item]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._wrong(node or above, "`items` must be a list, each beginning with `- address:`")
            return
        if len(node.value) > MOST_ITEMS:
            self._wrong(node, f"`items` has {len(node.value)} items; at most {MOST_ITEMS} are kept")
            return
        seen: dict[str, int] = {}
        for child in node.value:
            if not isinstance(child, yaml.MappingNode):
                self._wrong(child, "each of `items` is an `address`, with a `note` where there is something to say")
                continue
            keys = self._mapping(child, {"address", "note"}, "an item")
            address = self._text(keys.get("address"), "address", 2000, child)
            if address and not _is_web(address):
                self._wrong(
                    keys["address"], f"{address[:200]!r} is not an http(s) address without user name or password"
                )
                continue
            key = address_key(address)
            line = child.start_mark.line + 1
            if address and seen.setdefault(key, line) != line:
                self._wrong(child, f"{address} stands in line {seen[key]} already")
            notes = self._texts(keys["note"], "note", LONGEST_NOTE, child) if "note" in keys else {}
            yield Item(address, key, notes)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return web and address.isprintable() and " " not in address


def html_in(listed: ListedCollection) -> tuple[str, ...]:
    """What looks like HTML in the texts; Markdown is rendered, HTML is shown as it is written."""
    texts = [
        *listed.titles.values(),
        *listed.texts.values(),
        *(note for item in listed.items for note in item.notes.values()),
    ]
    return tuple(dict.fromkeys(found for text in texts for found in _HTML.findall(text)))


def import_collection(change: Change, listed: ListedCollection) -> Imported:
    """Makes the kept collection the one of the file. What is not in the catalogue is kept, and shown once it is there.

    Persons who were taken out of the registry before are taken out of its texts, and what stands at an address that names one.
    """
    session = change.session
    without = without_erased(session)
    items_left = (item for item in listed.items if not _names_person(item.address, without))
    listed = replace(
        listed,
        titles=_cleaned(listed.titles, without),
        texts=_cleaned(listed.texts, without),
        items=tuple(replace(item, notes=_cleaned(item.notes, without)) for item in items_left),
    )
    kept = session.exec(select(Collection).where(Collection.slug == listed.slug)).first()
    items = [{"address": item.address, "key": item.key, "notes": dict(item.notes)} for item in listed.items]
    changes = _changes(kept, listed) if kept else [f"new: {listed.slug}, {len(items)} items"]
    if kept is None:
        kept = Collection(slug=listed.slug, at=change.at, by=change.actor)
    if changes:
        kept.titles, kept.texts, kept.items = dict(listed.titles), dict(listed.texts), items
        kept.at, kept.by, kept.removed_at = change.at, change.actor, None
        session.add(kept)
        session.flush()
    found = found_entries(session, [item.key for item in listed.items])
    return Imported(tuple(changes), tuple(item.address for item in listed.items if item.key not in found))


def _changes(kept: Collection, listed: ListedCollection) -> list[str]:
    changes = ["shown again"] if kept.removed_at else []
    for what, old, new in (("title", kept.titles, listed.titles), ("text", kept.texts, listed.texts)):
        tags = [tag for tag in {**old, **new} if old.get(tag) != new.get(tag)]
        changes += [f"{what}: {', '.join(tags)}"] if tags else []
    before, now = {item["key"]: item for item in kept.items}, {item.key: item for item in listed.items}
    changes += [f"added: {item.address}" for key, item in now.items() if key not in before]
    changes += [f"taken out: {item['address']}" for key, item in before.items() if key not in now]
    for key, item in now.items():
        if key in before and (before[key]["notes"], before[key]["address"]) != (dict(item.notes), item.address):
            changes.append(f"note or spelling: {item.address}")
    if [key for key in before if key in now] != [key for key in now if key in before]:
        changes.append("another order")
    return changes


def remove_collection(change: Change, slug: str) -> bool:
    """Takes a collection down; False where none is shown at this slug. Its slug stays its own, and an import shows it again."""
    kept = collection(change.session, slug)
    if kept is None:
        return False
    kept.removed_at = change.at
    change.session.add(kept)
    return True


def collection(session: Session, slug: str) -> Collection | None:
    """The collection at `/collections/<slug>`; None where there is none, or no more."""
    query = select(Collection).where(Collection.slug == slug, col(Collection.removed_at).is_(None))
    return session.exec(query).first()


def collections(session: Session) -> list[Collection]:
    """All that are shown, by slug."""
    query = select(Collection).where(col(Collection.removed_at).is_(None)).order_by(col(Collection.slug))
    return list(session.exec(query))


def collections_with(session: Session, entry: Entry) -> list[Collection]:
    """The collections that have this entry."""
    keys = {entry.software.key, entry.repository.key, *entry.repository.aliases}
    found: dict[str, Collection] = {}
    for key in sorted(keys):
        query = select(Collection).where(col(Collection.removed_at).is_(None), may_hold(Collection.items, key))
        for kept in session.exec(query):
            if any(item["key"] in keys for item in kept.items):
                found[kept.slug] = kept
    return [found[slug] for slug in sorted(found)]


def found_entries(session: Session, keys: Sequence[str], only_valid: bool = False) -> dict[str, Entry]:
    """The shown entries of these normalised addresses, by address: what a file names, else what stands at the repository."""
    ids: dict[str, Any] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        query = select(Software.key, Software.id).where(col(Software.key).in_(part), Software.deactivated == "")
        ids |= dict(session.exec(query).all())
    by_id = {entry.software.id: entry for entry in entries(session, list(ids.values()))}
    found = {key: by_id[identity] for key, identity in ids.items()}
    found |= entries_of(session, [key for key in keys if key not in found])
    return {key: entry for key, entry in found.items() if is_shown(entry, only_valid)}


def shown_counts(session: Session, listed: Sequence[Collection], only_valid: bool = False) -> dict[str, int]:
    """How many items of each collection are entries that are shown, by slug."""
    keys = list(dict.fromkeys(item["key"] for kept in listed for item in kept.items))
    found = found_entries(session, keys, only_valid)
    return {kept.slug: sum(item["key"] in found for item in kept.items) for kept in listed}


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of all collections (`without` gives a text without them); names what held one."""
    for kept in change.session.exec(select(Collection).order_by(col(Collection.slug))).all():
        before = (kept.titles, kept.texts, kept.items, kept.by)
        titles, texts = _cleaned(kept.titles, without), _cleaned(kept.texts, without)
        # An address that names the person leads nowhere without the name: its item goes.
        items = [
            {**item, "notes": _cleaned(item["notes"], without)}
            for item in kept.items
            if not _names_person(item["address"], without)
        ]
        if (titles, texts, items, by := without(kept.by)) != before:
            kept.titles, kept.texts, kept.items, kept.by = titles, texts, items, by
            change.session.add(kept)
            change.log("collection", kept.id, "person erased", None, None)
            yield f"the collection {kept.slug}"


def _names_person(address: str, without: Callable[[str], str]) -> bool:
    """Whether an address is made of the name of a person, such as /jane-doe/."""
    words = " ".join(re.split(r"[-_./+:]+", unquote(address)))
    return without(words) != words


def _cleaned(texts: Mapping[str, str], without: Callable[[str], str]) -> dict[str, str]:
    return {tag: without(text) for tag, text in texts.items()}

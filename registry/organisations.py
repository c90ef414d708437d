"""Which publisher a written name means: by name in any language, by its id or by its official identifier."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from .models import Publisher
from .persons import ERASED, ERASED_EMAIL, ERASED_URL, folded
from .search.text import split

LONGEST_NAME = 200  # characters of an organisation's name
MOST_NAMES = 500  # of one file: a hostile one must not fill the table, nor take long


def one_line(text: str, most: int) -> str:
    """`text` in one line of at most `most` characters, without what could steer a terminal or begin another line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:most].strip()


@lru_cache(10_000)
def same_name(name: str) -> str:
    """A name in the form in which two spellings of it are equal: width, capitals, accents, variants of Chinese characters."""
    return " ".join(split(name)) or folded(name)


def named_users(values: Any) -> list[str]:
    """The first organisations that a file names under `usedBy`, each once; not those from which a person was taken out."""
    named = values.get("usedBy") if isinstance(values, dict) else None
    listed = named if isinstance(named, list) else [named]
    found: dict[str, str] = {}
    for text in listed[:MOST_NAMES]:
        name = one_line(text[:1000], LONGEST_NAME) if isinstance(text, str) else ""
        if name and not any(mark in name for mark in (ERASED, ERASED_EMAIL, ERASED_URL)):
            found.setdefault(same_name(name), name)
    return list(found.values())


class Organisations:
    """All publishers by what they may be called. A name of several publishers means none of them."""

    def __init__(self, publishers: Iterable[Publisher]) -> None:
        self.by_id: dict[UUID, Publisher] = {}
        self._named: dict[str, set[UUID]] = {}
        self._exact: dict[str, UUID] = {}
        for one in publishers:
            self.by_id[one.id] = one
            for name in {one.name, *one.names.values()}:
                self._named.setdefault(same_name(name), set()).add(one.id)
            for exact in filter(None, (one.identifier, one.slug, one.uri)):
                self._exact.setdefault(exact.casefold().rstrip("/"), one.id)

    @classmethod
    def known(cls, session: Session) -> Organisations:
        """Those of the database; those that are no longer listed too."""
        return cls(session.exec(select(Publisher)))

    def called(self, name: str) -> UUID | None:
        """The publisher of this name or official identifier; None where there is none, or several."""
        found = self._named.get(same_name(name), set())
        if len(found) == 1:
            return next(iter(found))
        return self._exact.get(name.strip().casefold().rstrip("/")) if not found else None

    def names(self) -> list[str]:
        """All names, for who looks for one that is spelled nearly so."""
        return sorted({name for one in self.by_id.values() for name in (one.name, *one.names.values(), one.identifier)})

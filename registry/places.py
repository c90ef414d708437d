"""Which repository a look was at: hosts rename and move repositories, and give a name that became free to another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import col, select

from ..schemas.candidate import Repository, address_key
from .models import CodeHosting, FactsRecord, Reach, RepositoryRecord
from .store import Change

if TYPE_CHECKING:
    from .observations import Look

_VOLATILE = ("stars", "forks")
"""Facts that change every day and say little: a change of these alone is not kept."""


class Places:
    """The records of the repositories that some looks were at, read at once and made where there are none.

    A repository is known by its host's own id, else by its address. Under a new address it keeps its record, and the old
    address becomes an alias. An address that another repository has now is that one's: the former owner's record gives it up.
    """

    def __init__(self, change: Change, hosting: CodeHosting, looks: Sequence[Look]) -> None:
        self._change, self._hosting = change, hosting
        ids = {look.repository.host_id for look in looks if look.repository and look.repository.host_id}
        keys = {address_key(look.url) for look in looks} | {look.place for look in looks if look.place}
        found = [*self._where("host_id", ids), *self._where("key", keys)]
        self._by_id = {record.host_id: record for record in found if record.host_id}
        self._by_key = {record.key: record for record in found}
        self._facts = self._newest_facts([record.id for record in found])
        self._owners = self._hostings({record.code_hosting_id for record in found})
        for look in looks:
            host_id = look.repository.host_id if look.repository else ""
            if (
                look.place not in self._by_key
                and address_key(look.url) not in self._by_key
                and (not host_id or host_id not in self._by_id)
            ):
                self._new(look, address_key(look.url), None)
        change.session.flush()  # all new ones at once

    def _where(self, column: str, values: Iterable[str]) -> list[RepositoryRecord]:
        wanted = sorted(values)
        if not wanted:
            return []
        query = select(RepositoryRecord).where(col(getattr(RepositoryRecord, column)).in_(wanted))
        return list(self._change.session.exec(query))

    def _newest_facts(self, repositories: Sequence[UUID]) -> dict[UUID, FactsRecord]:
        query = (
            select(FactsRecord).where(col(FactsRecord.repository_id).in_(repositories)).order_by(col(FactsRecord.at))
        )
        return {record.repository_id: record for record in self._change.session.exec(query)} if repositories else {}

    def of(self, look: Look) -> RepositoryRecord:
        """The record of the repository that `look` was at."""
        host_id = look.repository.host_id if look.repository else ""
        if look.repository is None and look.place in self._by_key:
            return self._by_key[look.place]  # whoever has the address now was not meant
        key = address_key(look.url)
        at_address = self._by_key.get(key)
        record = self._by_id.get(host_id) if host_id else at_address
        if record is None:
            if at_address is not None and at_address.host_id in ("", host_id):
                record = at_address  # known by its address alone until now
            else:
                record = self._new(look, key, at_address)
                self._change.session.flush()
        elif record.key != key:
            self._move(record, key, at_address)
        record.url = look.url
        if not self._stays(record, look):
            record.code_hosting_id = self._hosting.id
        if host_id:
            self._by_id[host_id] = record
        return record

    def _hostings(self, ids: Iterable[UUID]) -> dict[UUID, CodeHosting]:
        query = select(CodeHosting).where(col(CodeHosting.id).in_(sorted(ids, key=str)))
        return {hosting.id: hosting for hosting in self._change.session.exec(query)}

    def _stays(self, record: RepositoryRecord, look: Look) -> bool:
        """Whether the repository stays with the code hosting that it belongs to, although another one shows it as well."""
        owner = self._owners.get(record.code_hosting_id)
        if owner is None or owner.id == self._hosting.id or not owner.listed:
            return False
        if self._hosting.kind == "catalogue":  # an agency's own list goes before
            return owner.kind != "catalogue"
        contains = owner.kind == "group" and record.key.startswith(f"{owner.key}/")
        return self._hosting.kind == "group" and (contains or owner.kind == "repository")

    def _new(self, look: Look, key: str, at_address: RepositoryRecord | None) -> RepositoryRecord:
        if at_address is not None:
            self._give_up(at_address)
        record = RepositoryRecord(
            code_hosting_id=self._hosting.id,
            url=look.url,
            key=key,
            reach=Reach.UNKNOWN,
            reach_since=self._change.at,
        )
        self._change.session.add(record)
        self._by_key[key] = record
        return record

    def _move(self, record: RepositoryRecord, key: str, at_address: RepositoryRecord | None) -> None:
        if at_address is not None:
            self._give_up(at_address)
        self._by_key.pop(record.key, None)
        if "#" not in record.key and record.key not in record.aliases:
            record.aliases = [*record.aliases, record.key]
        record.aliases = [alias for alias in record.aliases if alias != key]
        record.key = key
        self._by_key[key] = record
        self._change.session.add(record)
        self._change.session.flush()

    def _give_up(self, record: RepositoryRecord) -> None:
        """Another repository has this one's address: until it is seen elsewhere, it is kept under its host's id."""
        self._by_key.pop(record.key, None)
        record.key = f"{record.key}#{record.host_id or record.id}"
        self._change.session.add(record)
        self._change.session.flush()

    def keep_facts(self, record: RepositoryRecord, repository: Repository) -> None:
        """Keeps what the host tells besides, where it differs from what it told before; what it does not tell stays known."""
        if not repository.facts:
            return
        newest = self._facts.get(record.id)
        before = newest.facts if newest else {}
        facts = {**before, **repository.facts}
        if any(facts.get(name) != before.get(name) for name in facts if name not in _VOLATILE):
            self._facts[record.id] = FactsRecord(repository_id=record.id, at=self._change.at, facts=facts)
            self._change.session.add(self._facts[record.id])


def describe(record: RepositoryRecord, repository: Repository) -> None:
    """What the host says of the repository, on its record."""
    record.archived, record.empty = repository.archived, repository.empty
    record.default_branch = repository.default_branch or record.default_branch
    record.host_id = repository.host_id or record.host_id
    moved_to = repository.facts.get("moved_to")
    if isinstance(moved_to, str) and (alias := address_key(moved_to)) not in {record.key, *record.aliases}:
        record.aliases = [*record.aliases, alias]

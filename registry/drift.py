"""Drift: how far a variant stands from the software that its file names under isBasedOn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ..schemas.candidate import Repository, address_key
from ..schemas.finding import Message, message
from ..schemas.versions import compare_versions
from .activity import newest_facts
from .catalogue import Entry, entries, entry_at
from .models import DriftRecord, Relation, RepositoryRecord, Software
from .store import Change
from .stored import message_to_json

MOST_UPSTREAMS = 5
"""Addresses of one file's isBasedOn that are asked."""
_AT_ONCE = 500
# "At most once a day", without skipping every second day where the harvest begins a little earlier than yesterday.
_PAUSE = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known of a variant and one upstream. `behind` and `ahead` are commits, None where the host does not tell.

    A release is `{"name": …, "at": …}`, the time empty where it is not known, the whole empty where there is none known.
    `message`: why something is not known.
    """

    behind: int | None = None
    ahead: int | None = None
    own_release: Mapping[str, str] = field(default_factory=dict)
    upstream_release: Mapping[str, str] = field(default_factory=dict)
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant and one of its upstreams; the releases as they are known without asking anybody.

    `upstream_declared` is what the upstream's own file says, for want of anything better: files are brought up to date late.
    """

    software_id: UUID
    repository: Repository
    upstream: str
    own_release: Mapping[str, str]
    upstream_release: Mapping[str, str] = field(default_factory=dict)
    upstream_declared: Mapping[str, str] = field(default_factory=dict)


class Standing(StrEnum):
    """What a record says: the variant is behind, it is not, or that is not known."""

    BEHIND = "behind"
    LEVEL = "level"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind: `commits`, or `days` between the two newest releases, or only `number`: of the release, which is lower."""

    standing: Standing
    commits: int = 0
    days: int = 0
    number: bool = False


def lag(record: DriftRecord) -> Lag:
    """What the record says, by the surest of what it knows: commits, then days of releases, then their numbers."""
    if record.behind is not None:
        return Lag(Standing.BEHIND, commits=record.behind) if record.behind else Lag(Standing.LEVEL)
    own, upstream = record.own_release, record.upstream_release
    released, newer = _day(own.get("at")), _day(upstream.get("at"))
    if released and newer:
        return Lag(Standing.BEHIND, days=(newer - released).days) if newer > released else Lag(Standing.LEVEL)
    order = compare_versions(own.get("name", ""), upstream.get("name", ""))
    if order is None:
        return Lag(Standing.UNKNOWN)
    return Lag(Standing.BEHIND, number=True) if order < 0 else Lag(Standing.LEVEL)


def lag_text(record: DriftRecord | None) -> Message:
    """The same as a sentence about the variant."""
    if record is None:
        return message("The upstream has not been asked yet.")
    found = lag(record)
    if found.standing is Standing.UNKNOWN:
        return message("How far it is behind is not known.")
    if found.standing is Standing.LEVEL:
        if record.behind is not None:
            return message("It has all commits of its upstream.")
        return message("Its newest release is not older than that of its upstream.")
    if found.number:
        return message("Its newest release has a lower number than that of its upstream.")
    if found.days:
        return message(
            "The newest release of its upstream is later than its own; days between them: {days}.", days=found.days
        )
    return message("Commits of its upstream that it lacks: {count}.", count=found.commits)


def due(session: Session, at: datetime) -> list[Variant]:
    """The shown variants whose upstreams were not asked today: each pair once, addresses of the web only."""
    rows = session.exec(
        select(Software.id)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .where(Software.deactivated == "", RepositoryRecord.relation == Relation.VARIANT)
        .order_by(col(Software.slug))
    ).all()
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        asked = {
            (record.software_id, record.upstream): record.at
            for one in newest_drift(session, part).values()
            for record in one
        }
        told = newest_facts(session, part)
        for entry in entries(session, part):
            own = _own_release(told[entry.software.id].facts if entry.software.id in told else {}, entry.values)
            for url in upstreams(entry):
                last = asked.get((entry.software.id, url))
                if last is None or at - last >= _PAUSE:
                    repository = _repository(entry.repository)
                    found.append(Variant(entry.software.id, repository, url, own, *_known_releases(session, url)))
    return found


def upstreams(entry: Entry) -> list[str]:
    """The addresses of the web that an entry's file names under isBasedOn, less its own; each once, the first few."""
    named = entry.values.get("isBasedOn")
    own = {entry.software.key, entry.repository.key, *entry.repository.aliases}
    found: dict[str, str] = {}
    for url in named if isinstance(named, list) else [named]:
        if isinstance(url, str) and len(url) <= 2000 and url.strip().lower().startswith(("http://", "https://")):
            found.setdefault(address_key(url), url.strip())
    return [url for key, url in found.items() if key not in own][:MOST_UPSTREAMS]


def record_drift(change: Change, results: Iterable[tuple[UUID, str, Comparison]]) -> int:
    """Keeps what was found out about these variants and upstreams; gives how many records tell something new.

    What stays the same keeps its first record and one more, whose time moves on: when it was last looked at. Where nobody
    answered, what was known stays, with the reason.
    """
    session, new = change.session, 0
    for software_id, upstream, found in results:
        query = select(DriftRecord).where(DriftRecord.software_id == software_id, DriftRecord.upstream == upstream)
        last = session.exec(query.order_by(col(DriftRecord.at).desc()).limit(2)).all()
        record = DriftRecord(
            software_id=software_id,
            upstream=upstream,
            at=change.at,
            behind=found.behind,
            ahead=found.ahead,
            own_release=dict(found.own_release),
            upstream_release=dict(found.upstream_release),
            message=message_to_json(found.message) if found.message else None,
        )
        if last and found.message and found.behind is None and not found.upstream_release:
            record.behind, record.ahead = last[0].behind, last[0].ahead
            record.upstream_release = dict(last[0].upstream_release)
        same = [_told(one) == _told(record) for one in last]
        if same == [True, True]:
            last[0].at = change.at
            session.add(last[0])
        else:
            session.add(record)
        new += not (same and same[0])
    return new


def newest_drift(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[DriftRecord]]:
    """The newest record of each upstream of these entries (at most 500)."""
    newest: dict[tuple[UUID, str], DriftRecord] = {}
    for record in session.exec(
        select(DriftRecord).where(col(DriftRecord.software_id).in_(ids)).order_by(col(DriftRecord.at))
    ):
        newest[record.software_id, record.upstream] = record
    found: dict[UUID, list[DriftRecord]] = {}
    for (software_id, _), record in newest.items():
        found.setdefault(software_id, []).append(record)
    return found


def drift(session: Session, entry: Entry) -> list[tuple[str, DriftRecord | None]]:
    """The upstreams that the entry's file names today, each with its newest record (None: not asked yet)."""
    if entry.repository.relation != Relation.VARIANT:
        return []
    known = {
        record.upstream: record for record in newest_drift(session, [entry.software.id]).get(entry.software.id, [])
    }
    return [(url, known.get(url)) for url in upstreams(entry)]


def variants(session: Session, publisher_id: UUID | None = None) -> list[tuple[Entry, str, DriftRecord | None]]:
    """The shown variants of a publisher (None: of all) with each of their upstreams, those that are furthest behind first."""
    query = (
        select(Software.id)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .where(Software.deactivated == "", RepositoryRecord.relation == Relation.VARIANT)
        .order_by(col(Software.slug))
    )
    if publisher_id is not None:
        query = query.where(Software.publisher_id == publisher_id)
    ids = session.exec(query).all()
    found: list[tuple[Entry, str, DriftRecord | None]] = []
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        newest = newest_drift(session, part)
        for entry in entries(session, part):
            known = {record.upstream: record for record in newest.get(entry.software.id, [])}
            found += [(entry, url, known.get(url)) for url in upstreams(entry)]
    return sorted(found, key=_how_far)


def _how_far(row: tuple[Entry, str, DriftRecord | None]) -> tuple[int, int, int]:
    """Behind before unknown before level; by commits, then by days, then by number alone."""
    if row[2] is None:
        return (2, 0, 0)
    found = lag(row[2])
    if found.standing is not Standing.BEHIND:
        return (2 if found.standing is Standing.UNKNOWN else 3, 0, 0)
    return (1 if found.number else 0, -found.commits, -found.days)


def _repository(record: RepositoryRecord) -> Repository:
    return Repository(
        record.url,
        record.head_commit,
        record.default_branch,
        record.archived,
        host_id=record.host_id,
        state=record.state,
    )


def _own_release(facts: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """The variant's newest release: as its host tells it, else as its file does."""
    return _release_of(facts) or _declared(values)


def _declared(values: Mapping[str, Any]) -> dict[str, str]:
    version, day = values.get("softwareVersion"), values.get("releaseDate")
    if not isinstance(version, str) or not version.strip():
        return {}
    return {"name": version.strip()[:100], "at": day if isinstance(day, str) and _day(day) else ""}


def _known_releases(session: Session, url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The newest release of an upstream that is in the catalogue: as its host told its harvest, and as its file says."""
    found = entry_at(session, url)
    if found is None or found.software.deactivated:
        return {}, {}
    told = newest_facts(session, [found.software.id]).get(found.software.id)
    return _release_of(told.facts) if told else {}, _declared(found.values)


def _release_of(facts: Mapping[str, Any]) -> dict[str, str]:
    for name in ("newest_release", "newest_tag"):
        told = facts.get(name)
        if isinstance(told, Mapping) and isinstance(told.get("name"), str) and told["name"]:
            return {"name": told["name"][:100], "at": told["at"] if _day(told.get("at")) else ""}
    return {}


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _told(record: DriftRecord) -> tuple[object, ...]:
    return (record.behind, record.ahead, record.own_release, record.upstream_release, record.message)

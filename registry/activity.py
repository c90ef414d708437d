"""The activity index: how much is done on a software's repository, point by point, and why. See docs/activity.md.

`activity` is a pure function of what the host and the file tell and of the moment; `record_activity` keeps its answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeGuard, cast
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..schemas.candidate import Facts
from ..schemas.finding import Message, message
from .models import ActivityRecord, AssessmentRecord, FactsRecord, RepositoryRecord, Software
from .store import Change
from .stored import message_to_json

LAST_CHANGE, WEEKS, PEOPLE, NEWEST_RELEASE, RELEASE_RATE, MAINTENANCE = 25, 30, 20, 15, 5, 5
"""The most points that each measure gives; together 100."""
LEAST_KNOWN = 50
"""There is no index where what is known could give fewer points than that."""
_LIST = 100  # commits whose times hosts tell: `recent_commits`
_AT_ONCE = 500  # entries in one query: the engines bound the number of its parameters
_CLOCKS = timedelta(days=1)  # how far a host's clock may be ahead of ours

# Between two lines of these the share grows or falls in a straight line; before the first and after the last it stays.
_DAYS_SINCE_CHANGE = ((30, 1.0), (90, 0.8), (180, 0.6), (365, 0.3), (730, 0.0))
_WEEKS_WORKED = ((0, 0.0), (4, 0.25), (12, 0.5), (26, 0.75), (48, 1.0))
_PERSONS = ((0, 0.0), (1, 0.25), (2, 0.5), (3, 0.65), (5, 0.8), (10, 1.0))
_DAYS_SINCE_RELEASE = ((90, 1.0), (180, 0.85), (365, 0.6), (730, 0.25), (1095, 0.0))
_RELEASES_A_YEAR = ((0, 0.0), (1, 0.5), (2, 0.75), (4, 1.0))


@dataclass(frozen=True, slots=True)
class Point:
    """One measure: what was measured, as a sentence with the figure and its date; the points it got of the most possible.

    `got` is None where the measure is not known: it is left out of the index, and `told` says what is missing.
    """

    measure: str
    told: Message
    got: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Activity:
    """`index`: the points got of those that were possible where something is known, 0..100; None: too little is known."""

    index: int | None
    points: tuple[Point, ...]

    @property
    def known(self) -> int:
        """The most points that what is known could give."""
        return sum(point.most for point in self.points if point.got is not None)


@dataclass(frozen=True, slots=True)
class InFile:
    """What a publiccode.yml says of releases and maintenance; empty or None where it does not, or in no readable form."""

    version: str = ""
    release_date: date | None = None
    status: str = ""
    maintenance: str = ""
    contract_until: date | None = None


def read_in_file(values: Mapping[str, Any]) -> InFile:
    """What the values of a file say of releases and maintenance; of several contracts the one that runs longest."""
    maintenance = values.get("maintenance")
    told: Mapping[str, Any] = maintenance if isinstance(maintenance, Mapping) else {}
    contractors = told.get("contractors")
    ends = [
        end
        for one in (contractors if isinstance(contractors, list) else [])
        if isinstance(one, Mapping) and (end := _day(one.get("until")))
    ]
    return InFile(
        version=_word(values.get("softwareVersion")),
        release_date=_day(values.get("releaseDate")),
        status=_word(values.get("developmentStatus")),
        maintenance=_word(told.get("type")),
        contract_until=max(ends, default=None),
    )


def activity(facts: Facts, *, archived: bool, at: datetime, in_file: InFile = InFile()) -> Activity:
    """The activity of a repository at the moment `at`.

    A fact of an unexpected form counts as not told, and so does a time in the future.
    """
    if archived:
        told = message("The owner has archived the repository; nothing else is counted.")
        return Activity(0, (Point("archived", told, 0, 100),))
    at = at.astimezone(UTC)
    commits = _commits(facts, at)
    changed = max(commits, default=None) if commits else _moment(facts.get("pushed_at"), at)
    # How many weeks ago each commit was; a last push long ago tells as well that there was none since.
    weeks = None if commits is None else [_weeks_ago(moment, at) for moment in commits]
    if weeks is None and changed is not None and _weeks_ago(changed, at) >= 52:
        weeks = []
    release = _newest_release(facts, in_file, at)
    points = (
        _last_change(changed, at),
        _weeks(facts, weeks, min(commits, default=at) if commits else at),
        _people(facts, weeks),
        _release(facts, release, in_file, at),
        _release_rate(facts, release, at),
        _maintenance(in_file, at),
    )
    known = sum(point.most for point in points if point.got is not None)
    got = sum(point.got or 0 for point in points)
    return Activity(math.floor(100 * got / known + 0.5) if known >= LEAST_KNOWN else None, points)


def _last_change(changed: datetime | None, at: datetime) -> Point:
    if changed is None:
        return Point("last-change", message("The host does not tell when the last change was."), None, LAST_CHANGE)
    told = message("The last change was on {date}.", date=changed.date())
    return Point("last-change", told, _points(LAST_CHANGE, _share(_DAYS_SINCE_CHANGE, _days(changed, at))), LAST_CHANGE)


def _weeks(facts: Facts, ages: list[int] | None, oldest: datetime) -> Point:
    if ages is None:
        return Point("weeks", message("The host does not tell the times of the commits."), None, WEEKS)
    weeks = len({age for age in ages if age < 52})
    told = message("Commits in {count} of the last 52 weeks.", count=weeks)
    total = facts.get("commits")
    cut = len(ages) >= _LIST and (not _is_count(total) or total > len(ages))
    if cut and max(ages) < 51:
        # A hundred commits in less than a year: what was before is not told, and must not count against who works most.
        weeks += 51 - max(ages)
        told = message(
            "The newest {count} commits are all later than {date}; the weeks before that, which are not told, count as worked in.",
            count=len(ages),
            date=oldest.date(),
        )
    return Point("weeks", told, _points(WEEKS, _share(_WEEKS_WORKED, weeks)), WEEKS)


def _people(facts: Facts, ages: list[int] | None) -> Point:
    lately = None if ages is None else sum(age < 52 for age in ages)
    if lately == 0:
        return Point("people", message("Nobody changed anything in the last 52 weeks."), 0, PEOPLE)
    authors = facts.get("recent_authors")
    if lately is None or not _is_count(authors):
        return Point("people", message("The host does not tell how many persons made the changes."), None, PEOPLE)
    # The persons of the newest 100 commits; where the year has fewer commits, it cannot have had more persons.
    persons = min(authors, lately)
    told = message("Different authors in the last 52 weeks: at most {count}.", count=persons)
    if lately == len(ages or ()):
        told = message("Different authors of the newest commits: {count}.", count=persons)
    return Point("people", told, _points(PEOPLE, _share(_PERSONS, persons)), PEOPLE)


def _release(facts: Facts, release: tuple[datetime, str] | None, in_file: InFile, at: datetime) -> Point:
    if release is None:
        if facts.get("releases") == 0 and not facts.get("newest_tag") and not in_file.version:
            return Point("newest-release", message("There is no release."), 0, NEWEST_RELEASE)
        return Point("newest-release", message("It is not known when the newest release was."), None, NEWEST_RELEASE)
    moment, name = release
    told = (
        message("The newest release, {name}, is of {date}.", name=name, date=moment.date())
        if name
        else message("The newest release is of {date}, as the file says.", date=moment.date())
    )
    share = _share(_DAYS_SINCE_RELEASE, _days(moment, at))
    return Point("newest-release", told, _points(NEWEST_RELEASE, share), NEWEST_RELEASE)


def _release_rate(facts: Facts, release: tuple[datetime, str] | None, at: datetime) -> Point:
    count, created = facts.get("releases"), _moment(facts.get("created_at"), at)
    if not _is_count(count) or created is None or (count and release is None):
        return Point("release-rate", message("It is not known how often there are releases."), None, RELEASE_RATE)
    if not count:
        # Many projects make tags and no releases of the host's kind: that is not told to be none.
        known = None if facts.get("newest_tag") else 0
        return Point("release-rate", message("The host counts no releases."), known, RELEASE_RATE)
    years = max(1.0, _days(created, at) / 365.25)
    # Many releases long ago say nothing about today.
    fresh = _share(_DAYS_SINCE_RELEASE, _days(release[0], at)) if release else 0.0
    told = message("Releases since {date}: {count}.", count=count, date=created.date())
    return Point(
        "release-rate", told, _points(RELEASE_RATE, _share(_RELEASES_A_YEAR, count / years) * fresh), RELEASE_RATE
    )


def _maintenance(in_file: InFile, at: datetime) -> Point:
    """What the publisher promises; little, because it is a promise."""
    until = in_file.contract_until
    if in_file.status == "obsolete":
        told, got = message("The file says that the software is obsolete."), 0
    elif in_file.maintenance == "none":
        told, got = message("The file says that nobody maintains the software."), 0
    elif in_file.maintenance == "internal":
        told, got = message("The file says that the publisher maintains the software itself."), 5
    elif in_file.maintenance == "community":
        told, got = message("The file says that a community maintains the software."), 3
    elif in_file.maintenance == "contract" and until is None:
        told, got = message("The file names a contract for the maintenance, and no end of it."), 2
    elif in_file.maintenance == "contract" and until is not None and until >= at.date():
        told, got = message("The contract for the maintenance runs until {date}.", date=until), 5
    elif in_file.maintenance == "contract":
        told, got = message("The contract for the maintenance ended on {date}.", date=until), 0
    else:
        return Point("maintenance", message("The file does not say who maintains the software."), None, MAINTENANCE)
    return Point("maintenance", told, got, MAINTENANCE)


def _newest_release(facts: Facts, in_file: InFile, at: datetime) -> tuple[datetime, str] | None:
    """The newest release whose day is known, and its name; of the host's releases and tags and the file's date the latest."""
    known: list[tuple[datetime, str]] = []
    for told in (facts.get("newest_release"), facts.get("newest_tag")):
        if isinstance(told, Mapping) and (moment := _moment(told.get("at"), at)):
            known.append((moment, _word(told.get("name"))))
    if in_file.release_date:
        moment = datetime(in_file.release_date.year, in_file.release_date.month, in_file.release_date.day, tzinfo=UTC)
        # Readers east of Greenwich may have released today what is still tomorrow here.
        if moment - _CLOCKS <= at:
            known.append((moment, ""))
    return max(known, key=lambda one: one[0], default=None)


def _commits(facts: Facts, at: datetime) -> list[datetime] | None:
    """The times of the newest commits; None where the host did not tell them."""
    told = facts.get("recent_commits")
    if not isinstance(told, list):
        return None
    found = [moment for text in told[:_LIST] if (moment := _moment(text, at))]
    return found if found or not told else None


def _moment(text: object, at: datetime) -> datetime | None:
    """A time as hosts tell it; None where it is none, or in the future: commits can be given any date."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment - _CLOCKS <= at else None


def _day(text: object) -> date | None:
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _word(text: object) -> str:
    return text.strip()[:100] if isinstance(text, str) else ""


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _weeks_ago(moment: datetime, at: datetime) -> int:
    """Weeks from Monday to Sunday: of those that began at another hour, two commits could fall in one today and in two tomorrow."""
    return max(0, (at.toordinal() - 1) // 7 - (moment.toordinal() - 1) // 7)


def _days(since: datetime, at: datetime) -> float:
    return max(0.0, (at - since) / timedelta(days=1))


def _share(lines: Sequence[tuple[float, float]], value: float) -> float:
    """Where `value` lies on the broken line through these pairs."""
    if value <= lines[0][0]:
        return lines[0][1]
    for (left, low), (right, high) in pairwise(lines):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return lines[-1][1]


def _points(most: int, share: float) -> int:
    return math.floor(most * share + 0.5)


def record_activity(change: Change, at: datetime) -> int:
    """Computes the activity of every shown entry; where the index or what a measure got changed, a new record is kept.

    Gives the number of these. Where only figures and dates moved, the newest record tells the new ones.
    """
    session, written = change.session, 0
    shown = session.exec(select(Software.id).where(Software.deactivated == "").order_by(col(Software.id))).all()
    for start in range(0, len(shown), _AT_ONCE):
        part = shown[start : start + _AT_ONCE]
        before = newest_activity(session, part)
        told = newest_facts(session, part)
        rows = session.exec(
            select(Software.id, RepositoryRecord.archived, AssessmentRecord.values)
            .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
            .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
            .where(col(Software.id).in_(part))
        )
        for software_id, archived, values in rows:
            facts = cast(Facts, told[software_id].facts if software_id in told else {})
            found = activity(facts, archived=archived, at=at, in_file=read_in_file(values or {}))
            points = [_to_json(point) for point in found.points]
            last = before.get(software_id)
            if last is None or (last.index, _given(last.points)) != (found.index, _given(points)):
                session.add(ActivityRecord(software_id=software_id, at=at, index=found.index, points=points))
                written += 1
            elif last.points != points:
                last.points = points  # the same points for newer figures: what the page tells is of today
                session.add(last)
        session.flush()

    return written


def newest_activity(session: Session, ids: Sequence[UUID]) -> dict[UUID, ActivityRecord]:
    """The newest record of each of these entries (at most 500); none for those never computed."""
    newest = (
        select(ActivityRecord.software_id, func.max(ActivityRecord.at).label("at"))
        .where(col(ActivityRecord.software_id).in_(ids))
        .group_by(col(ActivityRecord.software_id))
        .subquery()
    )
    query = select(ActivityRecord).join(
        newest, (col(ActivityRecord.software_id) == newest.c.software_id) & (col(ActivityRecord.at) == newest.c.at)
    )
    return {record.software_id: record for record in session.exec(query)}


def activity_history(session: Session, software_id: UUID, limit: int = 1000) -> list[ActivityRecord]:
    """The newest records of an entry, the oldest of them first."""
    query = select(ActivityRecord).where(ActivityRecord.software_id == software_id)
    return list(session.exec(query.order_by(col(ActivityRecord.at).desc()).limit(limit)))[::-1]


def newest_facts(session: Session, ids: Sequence[UUID]) -> dict[UUID, FactsRecord]:
    """What the host told last about the repository of each of these entries (at most 500), by the entry's id."""
    newest = (
        select(Software.id.label("software_id"), FactsRecord.repository_id, func.max(FactsRecord.at).label("at"))  # type: ignore[attr-defined]
        .join(FactsRecord, col(FactsRecord.repository_id) == col(Software.repository_id))
        .where(col(Software.id).in_(ids))
        .group_by(col(Software.id), col(FactsRecord.repository_id))
        .subquery()
    )
    query = select(newest.c.software_id, FactsRecord).join(
        newest, (col(FactsRecord.repository_id) == newest.c.repository_id) & (col(FactsRecord.at) == newest.c.at)
    )
    return dict(session.exec(query).all())


def _given(points: Sequence[Mapping[str, Any]]) -> list[tuple[str, int | None]]:
    return [(point["measure"], point["got"]) for point in points]


def _to_json(point: Point) -> dict[str, Any]:
    return {
        "measure": point.measure,
        "told": message_to_json(point.told),
        "got": point.got,
        "most": point.most,
    }

"""The activity index: what it separates, that more is never less, what it tells, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from publiccode.registry.activity import (
    LEAST_KNOWN,
    Activity,
    InFile,
    Point,
    activity,
    activity_history,
    read_in_file,
    record_activity,
)
from publiccode.registry.models import ActivityRecord, FactsRecord, RepositoryRecord, Software
from publiccode.registry.store import Store
from publiccode.schemas.candidate import Facts
from publiccode.schemas.finding import Message

from ..looks import World, software

NOTHING = InFile()
AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://git.yunwu.example/open/petition"


def ago(days: float) -> str:
    return (AT - timedelta(days=days)).isoformat()


def index(facts: Facts, in_file: InFile = NOTHING, archived: bool = False) -> int | None:
    return activity(facts, archived=archived, at=AT, in_file=in_file).index


def facts(**told: Any) -> Facts:
    return cast(Facts, told)


WEEKLY = facts(
    recent_commits=[ago(7 * week + day) for week in range(49) for day in (0, 3)],
    commits=900,
    recent_authors=5,
    newest_release={"name": "v3.2", "at": ago(40)},
    releases=24,
    created_at=ago(6 * 365),
    pushed_at=ago(0),
)
MUNICIPAL = facts(
    recent_commits=[ago(days) for days in (45, 47, 80, 120, 125, 170, 200, 230, 260, 300, 340, 400, 500)],
    commits=160,
    recent_authors=2,
    newest_release={"name": "2025.12", "at": ago(170)},
    releases=5,
    created_at=ago(4 * 365),
)
DORMANT = facts(
    recent_commits=[ago(740 + day) for day in range(100)],
    commits=2000,
    recent_authors=14,
    newest_release={"name": "v9", "at": ago(731)},
    releases=60,
    created_at=ago(9 * 365),
    stars=50_000,
)


def test_the_index_separates_projects() -> None:
    internal = InFile(maintenance="internal")
    assert index(WEEKLY, internal) == 96
    assert index(MUNICIPAL, internal) == 66
    assert index(DORMANT, internal) == 10
    assert index(DORMANT, InFile(status="obsolete")) == 5
    assert index(WEEKLY, internal, archived=True) == 0


def test_every_point_is_told_with_its_figure_and_date() -> None:
    found = activity(
        MUNICIPAL, archived=False, at=AT, in_file=InFile(maintenance="contract", contract_until=date(2027, 3, 1))
    )
    assert [(point.measure, str(point.told), point.got, point.most) for point in found.points] == [
        ("last-change", "The last change was on 2026-04-17.", 24, 25),
        ("weeks", "Commits in 9 of the last 52 weeks.", 12, 30),
        ("people", "Different authors in the last 52 weeks: at most 2.", 10, 20),
        ("newest-release", "The newest release, 2025.12, is of 2025-12-13.", 13, 15),
        ("release-rate", "Releases since 2022-06-02: 5.", 2, 5),
        ("maintenance", "The contract for the maintenance runs until 2027-03-01.", 5, 5),
    ]
    assert found.index == 66
    assert sum(point.got or 0 for point in found.points) == 66


def test_what_is_not_known_is_left_out_and_told() -> None:
    known = facts(recent_commits=[ago(3)], recent_authors=1)
    found = activity(known, archived=False, at=AT)
    assert [(str(point.told), point.got) for point in found.points] == [
        ("The last change was on 2026-05-29.", 25),
        ("Commits in 1 of the last 52 weeks.", 2),
        ("Different authors of the newest commits: 1.", 5),
        ("It is not known when the newest release was.", None),
        ("It is not known how often there are releases.", None),
        ("The file does not say who maintains the software.", None),
    ]
    assert (found.known, found.index) == (75, 43)


def test_too_little_known_gives_no_index() -> None:
    found = activity(facts(pushed_at=ago(3)), archived=False, at=AT, in_file=InFile(maintenance="internal"))
    assert (found.known, found.index) == (30, None)
    assert found.known < LEAST_KNOWN
    assert activity(facts(), archived=False, at=AT).index is None


def test_an_old_last_push_tells_that_nobody_worked_since() -> None:
    found = activity(facts(pushed_at=ago(1000)), archived=False, at=AT)
    assert [point.got for point in found.points] == [0, 0, 0, None, None, None]
    assert found.index == 0


def test_a_hundred_commits_of_a_few_weeks_are_no_flat_line() -> None:
    busy = facts(recent_commits=[ago(day / 5) for day in range(100)], commits=15_000, recent_authors=15)
    weeks = activity(busy, archived=False, at=AT).points[1]
    assert (weeks.got, str(weeks.told)) == (
        30,
        "The newest 100 commits are all later than 2026-05-12; the weeks before that, which are not told, count as worked in.",
    )
    all_there_is = activity({**busy, "commits": 100}, archived=False, at=AT).points[1]
    assert (all_there_is.got, str(all_there_is.told)) == (8, "Commits in 4 of the last 52 weeks.")


@pytest.mark.parametrize(
    ("in_file", "got"),
    [
        (InFile(maintenance="internal"), 5),
        (InFile(maintenance="community"), 3),
        (InFile(maintenance="none"), 0),
        (InFile(maintenance="internal", status="obsolete"), 0),
        (InFile(maintenance="contract"), 2),
        (InFile(maintenance="contract", contract_until=AT.date()), 5),
        (InFile(maintenance="contract", contract_until=AT.date() - timedelta(days=1)), 0),
        (InFile(maintenance="magic"), None),
    ],
)
def test_what_the_file_says_of_maintenance(in_file: InFile, got: int | None) -> None:
    assert activity(facts(), archived=False, at=AT, in_file=in_file).points[-1].got == got


def test_a_file_is_read_whatever_stands_in_it() -> None:
    values = {
        "softwareVersion": " 2.1 ",
        "releaseDate": "2026-02-28",
        "developmentStatus": "stable",
        "maintenance": {
            "type": "contract",
            "contractors": [{"until": "2026-12-31"}, {"until": "2027-06-30"}, {"until": "soon"}, "x", {}],
        },
    }
    assert read_in_file(values) == InFile("2.1", date(2026, 2, 28), "stable", "contract", date(2027, 6, 30))
    wrong: dict[str, Any] = {"softwareVersion": 2, "releaseDate": ["x"], "developmentStatus": {}, "maintenance": "x"}
    assert read_in_file(wrong) == InFile()
    assert read_in_file({"maintenance": {"contractors": {}}}) == InFile()


def test_a_release_date_of_the_file_counts_where_no_release_is_told_later() -> None:
    told = activity(facts(), archived=False, at=AT, in_file=InFile(release_date=date(2026, 5, 1))).points[3]
    assert told == Point(
        "newest-release",
        Message("The newest release is of {date}, as the file says.", (("date", "2026-05-01"),)),
        15,
        15,
    )
    planned = InFile(release_date=date(2027, 1, 1))
    assert activity(facts(), archived=False, at=AT, in_file=planned).points[3].got is None


def test_no_release_is_known_only_where_nothing_speaks_of_one() -> None:
    none = facts(releases=0, created_at=ago(900))
    assert [point.got for point in activity(none, archived=False, at=AT).points[3:5]] == [0, 0]
    tagged = facts(releases=0, created_at=ago(900), newest_tag={"name": "v1"})
    assert [point.got for point in activity(tagged, archived=False, at=AT).points[3:5]] == [None, None]
    named = activity(none, archived=False, at=AT, in_file=InFile(version="1.0"))
    assert named.points[3].got is None


@pytest.mark.parametrize("text", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "yesterday", "", None, 5, ["x"]])
def test_times_that_are_none_or_in_the_future_are_not_told(text: object) -> None:
    told = facts(pushed_at=text, recent_commits=[text], newest_release={"name": "x", "at": text}, releases=2)
    found = activity({**told, "created_at": cast(str, text)}, archived=False, at=AT)
    assert [point.got for point in found.points] == [None] * 6


def test_stars_do_not_count() -> None:
    assert index({**MUNICIPAL, "stars": 10**9, "forks": 10**6}) == index(MUNICIPAL)


days = st.floats(0, 1500)
commit_days = st.lists(days, max_size=98)
counts = st.integers(0, 200)
files = st.builds(
    InFile,
    maintenance=st.sampled_from(["", "internal", "community", "contract", "none"]),
    release_date=st.none() | st.dates(date(2020, 1, 1), date(2026, 5, 31)),
    contract_until=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


@st.composite
def told(draw: st.DrawFn) -> Facts:
    some: dict[str, Any] = {
        "recent_commits": sorted((ago(day) for day in draw(commit_days)), reverse=True),
        "recent_authors": draw(counts),
        "commits": draw(st.integers(0, 10_000)),
        "pushed_at": ago(draw(days)),
        "created_at": ago(draw(st.floats(1500, 4000))),
        "releases": draw(counts),
        "newest_release": {"name": "v1", "at": ago(draw(days))},
        "newest_tag": {"name": "v1", "at": ago(draw(days))},
    }
    kept = draw(st.sets(st.sampled_from(sorted(some))))
    return cast(Facts, {name: value for name, value in some.items() if name in kept})


def at_least(more: Activity, less: Activity) -> bool:
    return more.index is None or less.index is None or more.index >= less.index


@given(told(), files)
def test_the_index_is_what_its_points_say(known: Facts, in_file: InFile) -> None:
    found = activity(known, archived=False, at=AT, in_file=in_file)
    assert all(point.got is None or 0 <= point.got <= point.most for point in found.points)
    assert sum(point.most for point in found.points) == 100
    if found.index is None:
        assert found.known < LEAST_KNOWN
    else:
        got = sum(point.got or 0 for point in found.points)
        assert abs(found.index - 100 * got / found.known) <= 0.5


@given(told(), files, st.sampled_from(["pushed_at", "newest_release", "newest_tag"]), days, days)
def test_later_is_never_less(known: Facts, in_file: InFile, name: str, one: float, other: float) -> None:
    def at(day: float) -> Activity:
        value: Any = ago(day) if name == "pushed_at" else {"name": "v1", "at": ago(day)}
        return activity(cast(Facts, {**known, name: value}), archived=False, at=AT, in_file=in_file)

    assert at_least(at(min(one, other)), at(max(one, other)))


@given(told(), files, st.sampled_from(["recent_authors", "commits", "releases"]), counts, counts)
def test_more_is_never_less(known: Facts, in_file: InFile, name: str, one: int, other: int) -> None:
    def of(count: int) -> Activity:
        return activity(cast(Facts, {**known, name: count}), archived=False, at=AT, in_file=in_file)

    if name == "releases" and min(one, other) == 0:
        return  # none at all is another statement: where tags exist, it is left out
    assert at_least(of(max(one, other)), of(min(one, other)))


@given(told(), files, commit_days, days)
def test_one_more_commit_is_never_less(known: Facts, in_file: InFile, others: list[float], day: float) -> None:
    def of(all_days: list[float]) -> Activity:
        commits = sorted((ago(one) for one in all_days), reverse=True)
        return activity({**known, "recent_commits": commits}, archived=False, at=AT, in_file=in_file)

    if others:
        assert at_least(of([*others, day]), of(others))


@given(st.lists(st.floats(0, 400), min_size=100, max_size=100), st.integers(1, 20))
def test_one_more_commit_of_a_full_list_is_never_less(all_days: list[float], authors: int) -> None:
    def of(kept: list[float]) -> int | None:
        return index(facts(recent_commits=[ago(day) for day in kept], recent_authors=authors, commits=5000))

    newest = sorted(all_days)
    more, less = of([0.0, *newest[:-1]]), of(newest)
    assert more is not None
    assert less is not None
    assert more >= less


@given(told(), files, st.floats(0, 1000))
def test_time_alone_never_raises_the_index(known: Facts, in_file: InFile, later: float) -> None:
    last = known.get("recent_commits") or [known.get("pushed_at", "")]
    if not last[0]:
        return
    now = activity(known, archived=False, at=AT, in_file=in_file)
    then = activity(known, archived=False, at=AT + timedelta(days=later), in_file=in_file)
    assert at_least(now, then)


@given(told(), files)
def test_nothing_for_two_years_is_near_the_floor(known: Facts, in_file: InFile) -> None:
    old = {
        name: value for name, value in known.items() if name in ("recent_authors", "commits", "releases", "created_at")
    }
    old |= {"pushed_at": ago(731), "newest_release": {"name": "v1", "at": ago(731)}}
    in_file = InFile(maintenance=in_file.maintenance, contract_until=in_file.contract_until)
    found = index(cast(Facts, old), in_file)
    assert found is not None
    assert found <= 10


def tell(store: Store, at: datetime, told_by_host: Facts) -> None:
    with store.writing("harvest", at) as change:
        repository = change.session.exec(select(RepositoryRecord)).one()
        change.session.add(FactsRecord(repository_id=repository.id, at=at, facts=dict(told_by_host)))


def compute(store: Store, at: datetime) -> int:
    with store.writing("harvest", at) as change:
        return record_activity(change, at)


def test_only_what_changed_is_kept(world: World, store: Store) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    assert compute(store, AT) == 1
    assert compute(store, AT + timedelta(days=1)) == 0
    tell(store, AT + timedelta(days=2), WEEKLY)
    tell(store, AT + timedelta(days=3), MUNICIPAL)
    assert compute(store, AT + timedelta(days=3)) == 1
    assert compute(store, AT + timedelta(days=3)) == 0
    with store.reading() as session:
        entry = session.exec(select(Software)).one()
        history = activity_history(session, entry.id)
        assert [(record.at, record.index) for record in history] == [(AT, None), (AT + timedelta(days=3), 66)]
        assert history[1].points[0] == {
            "measure": "last-change",
            "told": {"template": "The last change was on {date}.", "values": {"date": "2026-04-17"}},
            "got": 24,
            "most": 25,
        }


def test_the_same_points_for_newer_figures_make_no_new_record(world: World, store: Store) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    for day in range(3):
        tell(store, AT + timedelta(days=day), {**WEEKLY, "recent_commits": [ago(-day), *WEEKLY["recent_commits"]]})
        assert compute(store, AT + timedelta(days=day)) == (1 if day == 0 else 0)
    with store.reading() as session:
        record = session.exec(select(ActivityRecord)).one()
        assert (record.at, record.points[0]["told"]["values"]["date"]) == (AT, "2026-06-03")


def test_a_tombstone_gets_no_more_records(world: World, store: Store) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    with store.writing("test", AT) as change:
        entry = change.session.exec(select(Software)).one()
        entry.deactivated = "gone"
        change.session.add(entry)
    assert compute(store, AT) == 0
    with store.reading() as session:
        assert session.exec(select(ActivityRecord)).all() == []

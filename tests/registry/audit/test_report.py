"""The report as a value: what is in it for each scope, and what changed since an earlier moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from publiccode.registry.audit.between import catalogue_begins, with_moved
from publiccode.registry.audit.changes import Changes
from publiccode.registry.audit.conclusions import conclude, end_waiver, software_named, withdraw_conclusion
from publiccode.registry.audit.lines import Line, Spoken
from publiccode.registry.audit.past import end_of_day, state_at
from publiccode.registry.audit.report import Kind, Report, Scope, ScopeError, narrow, report
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.store import Store
from publiccode.schemas.licensing.families import Family
from publiccode.schemas.licensing.found import Identification, Means, Part
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.schemas.vocabularies import licenses

from ...audited import APRIL, CITY, GITHUB, MARCH, NAMES, TAIPEI, audit, identify, publishers, small_method
from ...looks import World, software

BEFORE, AFTER = MARCH + timedelta(hours=1), APRIL + timedelta(hours=1)


@pytest.fixture
def audited(store: Store) -> World:
    world = World(store)
    audit(world, small_method())
    return world


def told(world: World, scope: Scope = Scope(), at: datetime = AFTER, since: datetime | None = BEFORE) -> Report:  # noqa: B008
    with world.store.reading() as session:
        before = state_at(session, since) if since else None
        return report(state_at(session, at), before, scope, TAIPEI, catalogue_begins(session))


def spoken(told: tuple[Spoken, ...]) -> list[tuple[str, str]]:
    return [(one.line.entry.slug, one.violation.rule) for one in told]


def names(lines: tuple[Line, ...]) -> list[str]:
    return [line.entry.slug for line in lines]


def test_each_scope_has_its_entries(audited: World) -> None:
    office = ["hyperlink-https-evil-example", "forms", "帳本-ledger"]
    ministry = ["atlas", "open-text"]
    assert names(told(audited).lines) == [*office, "b-bells-b", *ministry]
    assert names(told(audited, Scope(Kind.BELOW, "mist")).lines) == [*office, *ministry]
    assert names(told(audited, Scope(Kind.PUBLISHER, "mist")).lines) == ministry
    assert names(told(audited, Scope(Kind.PUBLISHER, "mist-office")).lines) == office
    assert names(told(audited, Scope(Kind.SOFTWARE, "forms")).lines) == ["forms"]


@pytest.mark.parametrize(
    "scope", [Scope(Kind.PUBLISHER, "none"), Scope(Kind.BELOW, "none"), Scope(Kind.SOFTWARE, "none")]
)
def test_what_there_was_not_has_no_report(audited: World, scope: Scope) -> None:
    with pytest.raises(ScopeError, match=r"showed no .* none at that moment"):
        told(audited, scope)


def test_an_entry_has_no_report_of_before_it_came(audited: World) -> None:
    with pytest.raises(ScopeError):
        told(audited, Scope(Kind.SOFTWARE, "open-text"), BEFORE, None)


def test_totals_count_each_entry_once_by_its_verdict(audited: World) -> None:
    now = told(audited)
    assert now.verdicts == (("agree", 3), ("mismatch", 1), ("no-text", 1), ("unknown", 1))
    assert now.further == (("content-license", 1), ("host-differs", 1))
    assert (now.compared, now.troubled) == (6, 4)
    assert dict(now.families) == {"permissive": 2, "content": 1, "strong-copyleft": 1, "unknown": 1, "weak-copyleft": 1}
    before = told(audited, at=BEFORE, since=None)
    assert before.verdicts == (("agree", 2), ("mismatch", 1), ("no-text", 1), ("restriction-added", 1))
    assert before.changes == Changes()
    assert not before.changes


def test_what_was_not_compared_counts_as_declared(audited: World) -> None:
    declared = {"eupl": "EUPL-1.2", "small": "mit or Apache-2.0", "none": "who knows"}
    urls = {name: f"{CITY}{name}" for name in declared}
    city = publishers()[2]
    audited.list(*publishers()[:2], replace(city, repos=(*NAMES[5:], *urls.values())))
    for name, license_ in declared.items():
        audited.finds(urls[name], software(urls[name], name, legal={"license": license_}))
    lines = {line.entry.slug: line for line in told(audited, at=audited.now + timedelta(hours=1), since=None).lines}
    assert [(lines[name].code, lines[name].ids, lines[name].family) for name in declared] == [
        ("not-compared", ("EUPL-1.2",), "weak-copyleft"),
        ("not-compared", ("MIT", "Apache-2.0"), "permissive"),
        ("not-compared", (), "unknown"),
    ]


def test_a_waived_rule_is_apart_until_its_last_day_is_over(audited: World) -> None:
    for day, waived in ((date(2026, 4, 20), True), (date(2026, 4, 21), False)):
        rules = {one.rule: one for one in told(audited, at=end_of_day(day, TAIPEI)).rules}
        mismatch = rules["license-mismatch"]
        found = (names(tuple(one.line for one in mismatch.open)), names(tuple(one.line for one in mismatch.waived)))
        assert found == (([], ["帳本-ledger"]) if waived else (["帳本-ledger"], []))


def test_changes_between_two_moments(audited: World) -> None:
    found = told(audited).changes
    assert names(found.added) == ["open-text"]
    assert found.removed == ()
    assert spoken(found.new) == [
        ("b-bells-b", "license-review"),
        ("b-bells-b", "license-text-unknown"),
        ("open-text", "license-review"),
    ]
    assert spoken(found.resolved) == [("forms", "license-not-spdx")]
    assert spoken(found.settled) == [("b-bells-b", "license-restriction-added")]
    assert (found.unweighed, found.otherwise) == ((), ())
    assert [(one.line.entry.slug, one.conclusion.license, one.conclusion.by) for one in found.concluded] == [
        ("b-bells-b", "LicenseRef-MIT-NC", "Lin Yu")
    ]
    assert found.conclusions_ended == ()
    said = [(one.now.entry.slug, one.before.codes, one.now.codes) for one in found.verdicts]
    assert said == [
        ("forms", ("agree", "not-spdx"), ("agree",)),
        ("b-bells-b", ("restriction-added",), ("unknown",)),
    ]
    assert [(one.line.entry.slug, one.waiver.number) for one in found.waived] == [("帳本-ledger", 1)]
    assert found.waivers_ended == ()
    assert found.method == (("license_list", "3.29.0", "3.30.0"),)


def test_a_waiver_that_ended_and_an_entry_that_went(audited: World) -> None:
    audited.later(days=1)
    with audited.store.writing("Lin Yu", audited.now) as change:
        end_waiver(change, 1, TAIPEI)
    audited.list(*publishers("Bureau of Mist")[:2])
    found = told(audited, at=audited.now + timedelta(hours=1), since=AFTER).changes
    assert [(one.line.entry.slug, one.waiver.number) for one in found.waivers_ended] == [("帳本-ledger", 1)]
    assert names(found.removed) == ["b-bells-b"]
    assert (found.new, found.resolved, found.verdicts, found.method) == ((), (), (), ())


def test_publishers_are_called_as_they_were(audited: World) -> None:
    office = Scope(Kind.PUBLISHER, "mist-office")
    called = [told(audited, office, at, None).publisher for at in (BEFORE, AFTER)]
    assert [owner.name for owner in called if owner] == ["Office of Mist", "Bureau of Mist"]


def test_a_conclusion_that_ended_is_told_with_why(audited: World) -> None:
    bells = CITY + "bells"
    audited.later(days=1)
    content = software(bells, "<b>Bells</b>", legal={"license": "MIT"})
    audited.finds(bells, content, head="b" * 40, files={"LICENSE": b"MIT text"})
    follow_licenses(audited.store, small_method(), audited.now)
    found = told(audited, at=audited.now + timedelta(hours=1), since=AFTER).changes
    ended = [
        (one.line.entry.slug, one.conclusion.number, one.conclusion.ended_because) for one in found.conclusions_ended
    ]
    assert ended == [("b-bells-b", 1, "files-changed")]
    assert found.concluded == ()
    assert spoken(found.resolved) == [("b-bells-b", "license-review"), ("b-bells-b", "license-text-unknown")]
    assert found.settled == ()


def test_a_conclusion_given_and_withdrawn_in_between_is_told_as_both(audited: World) -> None:
    audited.later(days=1)
    with audited.store.writing("Chen Hua", audited.now) as change:
        made = conclude(change, software_named(change.session, "atlas"), "EUPL-1.2", "It is the same text.")
        number = made.number
    audited.later(hours=1)
    with audited.store.writing("Lin Yu", audited.now) as change:
        withdraw_conclusion(change, number, TAIPEI)
    found = told(audited, at=audited.now + timedelta(hours=1), since=AFTER).changes
    assert [(one.conclusion.by, one.conclusion.number) for one in found.concluded] == [("Chen Hua", number)]
    assert [one.conclusion.ended_because for one in found.conclusions_ended] == ["withdrawn:Lin Yu"]


def test_what_another_policy_does_not_weigh_is_not_called_resolved(audited: World) -> None:
    audited.later(days=1)
    content = dict(small_method().policy_content)
    content["verdicts"] = {code: level for code, level in content["verdicts"].items() if code != "no-text"}
    follow_licenses(audited.store, replace(small_method(), policy_content=content), audited.now)
    found = told(audited, at=audited.now + timedelta(hours=1), since=AFTER).changes
    assert spoken(found.unweighed) == [("hyperlink-https-evil-example", "no-license-text")]
    assert (found.resolved, found.settled, found.otherwise) == ((), (), ())


def test_what_newer_texts_find_is_not_called_resolved(audited: World) -> None:
    audited.later(days=1)
    ledger = GITHUB + "ledger"

    def other(content: bytes, name: str = "") -> Identification:
        said = identify(content, name)
        return Identification("MIT", parts=(Part("MIT", Means.TEXT, 1.0),)) if b"GPL" in content else said

    follow_licenses(audited.store, replace(small_method(), identify=other, texts="texts-2"), audited.now)
    found = told(audited, at=audited.now + timedelta(hours=1), since=AFTER).changes
    assert spoken(found.otherwise) == [("帳本-ledger", "license-mismatch")]
    assert [one.now.entry.url for one in found.verdicts] == [ledger]
    assert (found.resolved, found.settled, found.unweighed) == ((), (), ())


def test_an_entry_that_another_publisher_has_now_moved(audited: World) -> None:
    audited.later(days=1)
    ministry, office, city = publishers("Bureau of Mist")
    audited.list(replace(ministry, repos=NAMES[3:4]), office, replace(city, repos=NAMES[4:]))
    audited.finds(NAMES[4], software(NAMES[4], "Open Text", legal={"license": "CC-BY-4.0"}), head="c" * 40)
    at = audited.now + timedelta(hours=1)
    for scope in (Scope(Kind.PUBLISHER, "mist"), Scope(Kind.BELOW, "mist"), Scope(Kind.PUBLISHER, "city"), Scope()):
        with audited.store.reading() as session:
            ids = {one.slug: one.id for one in state_at(session, at).publishers.values()}
            only: dict[str, Any] = (
                {"publisher": ids[scope.name], "below": scope.kind is Kind.BELOW} if scope.name else {}
            )
            before, now = (state_at(session, moment, **only) for moment in (AFTER, at))
            if only:
                before, now = with_moved(session, before, now)
            found = report(now, before, scope, TAIPEI, catalogue_begins(session))
        moves = [
            (one.now.entry.slug, *(side.entry.publisher.slug for side in (one.before, one.now)))
            for one in found.changes.moved
        ]
        assert moves == [("open-text", "mist", "city")], scope
        assert (found.changes.added, found.changes.removed, found.changes.new) == ((), (), ()), scope


def test_the_beginning_of_the_catalogue_is_no_change(audited: World) -> None:
    found = told(audited, since=MARCH - timedelta(days=1)).changes
    assert found.begins == MARCH
    assert (found.added, found.new, found.method) == ((), (), ())
    assert [one.waiver.number for one in found.waived] == [1]
    assert told(audited).changes.begins is None


def test_publishers_are_counted_with_all_below_them(audited: World) -> None:
    rows = [
        (one.publisher.slug, one.depth, one.entries, one.errors, one.warnings, one.waived)
        for one in told(audited).owners
    ]
    assert rows == [
        ("city", 0, 1, 0, 1, 0),
        ("mist", 0, 5, 0, 2, 1),
        ("mist-office", 1, 3, 0, 1, 1),
    ]
    for scope, shown in ((Kind.BELOW, ["mist", "mist-office"]), (Kind.PUBLISHER, ["mist"])):
        assert [one.publisher.slug for one in told(audited, Scope(scope, "mist")).owners] == shown
    assert [one.publisher.slug for one in told(audited, Scope(Kind.BELOW, "mist-office")).owners] == ["mist-office"]


def test_a_part_of_a_report_counts_its_lines_alone(audited: World) -> None:
    whole = told(audited)
    part = narrow(whole, [line for line in whole.lines if line.entry.slug == "forms"], {"publisher": "mist-office"})
    assert names(part.lines) == ["forms"]
    assert part.verdicts == (("agree", 1),)
    assert (part.rules, part.narrowed) == ((), (("publisher", "mist-office"),))
    assert spoken(part.changes.resolved) == [("forms", "license-not-spdx")]
    assert (part.changes.new, part.changes.concluded, part.changes.method) == ((), (), whole.changes.method)
    assert narrow(whole, whole.lines, {}) is whole


def test_a_report_of_the_past_does_not_change_with_the_list(audited: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(audited)
    assert before.rules
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.is_osi", lambda identifier: False)
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.is_fsf", lambda identifier: False)
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.for_content", lambda identifier: False)
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.family", lambda identifier: Family.NON_FREE)
    after = told(audited)
    assert (after.rules, after.families, after.changes) == (before.rules, before.families, before.changes)
    today = load_policy("osi").record()
    assert today["meant"] == {"family:non-free": sorted({identifier for identifier, _ in licenses().values()})}

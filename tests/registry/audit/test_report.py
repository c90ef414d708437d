"""The report as a value: what is in it for each scope, and what changed since an earlier moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from publiccode.registry.audit.changes import changes
from publiccode.registry.audit.conclusions import end_waiver
from publiccode.registry.audit.lines import Line
from publiccode.registry.audit.past import end_of_day, state_at
from publiccode.registry.audit.report import Kind, Report, Scope, ScopeError, report
from publiccode.registry.store import Store
from publiccode.schemas.licensing.families import Family
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.schemas.vocabularies import licenses

from ...audited import APRIL, MARCH, TAIPEI, audit, publishers, small_method
from ...looks import World

BEFORE, AFTER = MARCH + timedelta(hours=1), APRIL + timedelta(hours=1)


@pytest.fixture
def audited(store: Store) -> World:
    world = World(store)
    audit(world, small_method())
    return world


def told(world: World, scope: Scope = Scope(), at: datetime = AFTER, since: datetime | None = BEFORE) -> Report:  # noqa: B008
    with world.store.reading() as session:
        before = state_at(session, since) if since else None
        return report(state_at(session, at), before, scope, TAIPEI)


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
    assert before.changes == changes((), (), None, None)
    assert not before.changes


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
    assert [(one.line.entry.slug, one.violation.rule) for one in found.new] == [
        ("b-bells-b", "license-review"),
        ("b-bells-b", "license-text-unknown"),
        ("open-text", "license-review"),
    ]
    assert [(one.line.entry.slug, one.violation.rule) for one in found.resolved] == [
        ("forms", "license-not-spdx"),
        ("b-bells-b", "license-restriction-added"),
    ]
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

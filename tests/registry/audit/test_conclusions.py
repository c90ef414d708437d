"""What auditors decide: conclusions and waivers, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from publiccode.registry.audit.conclusions import (
    AuditError,
    all_conclusions,
    all_waivers,
    auditor,
    conclude,
    end_waiver,
    in_force,
    software_named,
    waive,
    waivers_of,
    why_ended,
    withdraw_conclusion,
)
from publiccode.registry.audit.reasons import WAIVER_REASONS, WaiverReason
from publiccode.registry.models import AssessmentRecord, LicenseConclusion, LicenseWaiver

from ...looks import software
from .conftest import FIRST, TAIPEI, AuditWorld


@pytest.fixture
def audited(world: AuditWorld) -> AuditWorld:
    """A world with one entry."""
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"MIT text"})
    return world


def conclusion(world: AuditWorld, concluded: str = "MIT", reason: str = "Read by me.", name: str = "first") -> None:
    with world.store.writing("Lin Yu", world.now) as change:
        conclude(change, software_named(change.session, name), concluded, reason)


def waiver(world: AuditWorld, **changes: str) -> None:
    told = {"rule": "mismatch", "reason": "cannot-fix", "until": "2026-06-30", "remark": "Nobody is left.", **changes}
    with world.store.writing("Lin Yu", world.now) as change:
        waive(change, software_named(change.session, "first"), **told, rules={"mismatch", "no-text"}, zone=TAIPEI)


def conclusions(world: AuditWorld) -> list[LicenseConclusion]:
    with world.store.reading() as session:
        return [one for _, one in all_conclusions(session)][::-1]


def waivers(world: AuditWorld) -> list[LicenseWaiver]:
    with world.store.reading() as session:
        return list(waivers_of(session, world.id_of(FIRST)))


def test_a_conclusion_is_kept_with_what_it_was_about(audited: AuditWorld) -> None:
    conclusion(audited, " mit OR Apache-2.0 ", "Read\nby  me.", FIRST)
    kept = conclusions(audited)[0]
    assert kept.model_dump(exclude={"id", "software_id", "files"}) == {
        "number": 1,
        "at": audited.now,
        "by": "Lin Yu",
        "license": "MIT OR Apache-2.0",
        "reason": "Read by me.",
        "ended_at": None,
        "ended_because": "",
    }
    assert str(why_ended(kept)) == ""


@pytest.mark.parametrize("concluded", ["NOASSERTION", "LicenseRef-Yunwu", "EUPL-1.2", "GPL-2.0-or-later"])
def test_what_can_be_concluded(audited: AuditWorld, concluded: str) -> None:
    conclusion(audited, concluded)
    assert [one.license for one in conclusions(audited)] == [concluded]


@pytest.mark.parametrize("concluded", ["", "MIT License", "EUPL", "MIT OR", "NONE"])
def test_what_is_no_licence_is_refused(audited: AuditWorld, concluded: str) -> None:
    with pytest.raises(AuditError, match="is neither an SPDX expression nor NOASSERTION"):
        conclusion(audited, concluded)
    assert conclusions(audited) == []


def test_what_may_be_meant_is_named(audited: AuditWorld) -> None:
    with pytest.raises(AuditError, match=r"next: conclude AGPL-3\.0-only or AGPL-3\.0-or-later"):
        conclusion(audited, "AGPL v3")


def test_nothing_is_concluded_about_what_nobody_has_read(audited: AuditWorld) -> None:
    with audited.store.writing("test", audited.now) as change:
        entry = software_named(change.session, "first")
        change.session.get_one(AssessmentRecord, entry.shown_assessment_id).commit = ""  # as another catalogue gives it
    with pytest.raises(AuditError, match="first is known from another catalogue only: nobody has read its repository"):
        conclusion(audited)
    assert conclusions(audited) == []


def test_reasons_and_entries_must_be_there(audited: AuditWorld) -> None:
    for reason in (" \n ", "x" * 1001):
        with pytest.raises(AuditError, match="a reason of 1 to 1000 characters is needed"):
            conclusion(audited, reason=reason)
    for name in ("second", "https://code.yunwu.example/second"):
        with pytest.raises(AuditError, match=f"the catalogue shows no entry '{name}'"):
            conclusion(audited, name=name)


@pytest.mark.parametrize(
    ("concluded", "next_step"),
    [
        ("gpl-3.0", "replaced GPL-3.0, and .*; next: conclude GPL-3.0-only or GPL-3.0-or-later"),
        ("MIT OR LGPL-2.1+", r"replaced LGPL-2.1\+, and .*; next: conclude MIT OR LGPL-2.1-or-later"),
        ("BSD-2-Clause-NetBSD", "; next: conclude BSD-2-Clause$"),
        ("Net-SNMP", "; next: conclude what the licence file says, with ids of today"),
    ],
)
def test_an_id_that_spdx_replaced_is_refused_with_those_of_today(
    audited: AuditWorld, concluded: str, next_step: str
) -> None:
    with pytest.raises(AuditError, match=next_step):
        conclusion(audited, concluded)
    assert conclusions(audited) == []


@pytest.mark.parametrize(
    "reason",
    [
        "Asked lin@yunwu.example.",
        "見 Lin.Yu+audit@mail.gov.tw小姐來信",
        "Ｌｉｎ＠ｙｕｎｗｕ．ｅｘａｍｐｌｅ confirmed",
        "<林@例子.台灣>",
        "a@b.xn--p1ai",
        "see mailto:x@y.example?subject=licence",
    ],
)
def test_no_e_mail_address_is_published(audited: AuditWorld, reason: str) -> None:
    with pytest.raises(
        AuditError, match="the reason has an e-mail address; it is shown to everybody: write it without"
    ):
        conclusion(audited, reason=reason)
    assert conclusions(audited) == []


@pytest.mark.parametrize("reason", ["As jquery@3.5.1 has it.", "Signed-off by @lin at 12@noon", "v1.2@HEAD"])
def test_what_is_no_e_mail_address_may_stand_in_a_reason(audited: AuditWorld, reason: str) -> None:
    conclusion(audited, reason=reason)
    assert [one.reason for one in conclusions(audited)] == [reason]


def test_who_decides_has_a_name_in_one_line(audited: AuditWorld) -> None:
    forged = "Lin\n  2  2026-03-01\x1b[2J\u202eYu"
    with audited.store.writing(forged, audited.now) as change:
        first = software_named(change.session, "first")
        conclude(change, first, "MIT", "Read by me.")
        told = {"rule": "mismatch", "reason": "cannot-fix", "until": "2026-06-30", "remark": "Nobody is left."}
        waive(change, first, **told, rules={"mismatch"}, zone=TAIPEI)
        end_waiver(change, 1, TAIPEI)
        withdraw_conclusion(change, 1, TAIPEI)
    name = "Lin 2 2026-03-01 [2J Yu"
    assert [(one.by, str(why_ended(one))) for one in conclusions(audited)] == [(name, f"{name} withdrew it.")]
    assert [(one.by, one.ended_by) for one in waivers(audited)] == [(name, name)]
    for missing in ("", " \n\x07", "x" * 201):
        with pytest.raises(AuditError, match="the name of who decides is needed, 1 to 200 characters"):
            auditor(missing)
        with audited.store.writing(missing, audited.now) as change:
            first = software_named(change.session, "first")
            with pytest.raises(AuditError, match="the name of who decides is needed"):
                conclude(change, first, "MIT", "Read by me.")
            with pytest.raises(AuditError, match="the name of who decides is needed"):
                waive(change, first, **told, rules={"mismatch"}, zone=TAIPEI)


def test_the_day_on_which_a_conclusion_ended_is_told_in_the_zone(audited: AuditWorld) -> None:
    audited.now = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # the 2nd in Taipei
    conclusion(audited)
    with audited.store.writing("Chen", audited.now) as change:
        withdraw_conclusion(change, 1, TAIPEI)
        with pytest.raises(AuditError, match="conclusion 1 ended on 2026-03-02: Chen withdrew it"):
            withdraw_conclusion(change, 1, TAIPEI)


def test_one_conclusion_is_in_force(audited: AuditWorld) -> None:
    conclusion(audited, "MIT")
    audited.later(hours=1)
    conclusion(audited, "Apache-2.0")
    told = [(one.number, one.license, one.ended_at, str(why_ended(one))) for one in conclusions(audited)]
    assert told == [(2, "Apache-2.0", None, ""), (1, "MIT", audited.now, "A newer conclusion replaced it.")]
    audited.later(hours=1)
    with audited.store.writing("Chen", audited.now) as change:
        withdraw_conclusion(change, 2, TAIPEI)
    assert str(why_ended(conclusions(audited)[0])) == "Chen withdrew it."
    with audited.store.writing("Chen", audited.now) as change:
        with pytest.raises(AuditError, match="conclusion 2 ended on 2026-03-01: Chen withdrew it"):
            withdraw_conclusion(change, 2, TAIPEI)
        with pytest.raises(AuditError, match="there is no conclusion 3"):
            withdraw_conclusion(change, 3, TAIPEI)
    with audited.store.reading() as session:
        assert [(slug, one.number) for slug, one in all_conclusions(session)] == [("first", 1), ("first", 2)]


def test_a_waiver_holds_until_the_end_of_its_day_in_the_zone(audited: AuditWorld) -> None:
    waiver(audited, until="2026-03-31")
    kept = waivers(audited)[0]
    assert kept.model_dump(exclude={"id", "software_id"}) == {
        "number": 1,
        "at": audited.now,
        "by": "Lin Yu",
        "rule": "mismatch",
        "reason": "cannot-fix",
        "remark": "Nobody is left.",
        "until": "2026-03-31",
        "ended_at": None,
        "ended_by": "",
    }
    moments = [
        (datetime(2026, 3, 1, 7, 59, tzinfo=UTC), False),
        (audited.now, True),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=TAIPEI), True),
        (datetime(2026, 4, 1, 0, 0, 0, tzinfo=TAIPEI), False),
    ]
    assert [in_force(kept, moment, TAIPEI) for moment, _ in moments] == [held for _, held in moments]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rule": "misprint"}, "there is no rule 'misprint'; the rules are mismatch, no-text"),
        ({"reason": "because"}, "'because' is no reason for a waiver; the reasons are cannot-fix, repair-announced, "),
        ({"until": "31.12.2026"}, "'31.12.2026' is no day; write it as YYYY-MM-DD"),
        ({"until": "2026-W53-1"}, "'2026-W53-1' is no day"),
        ({"until": "20261201"}, "'20261201' is no day"),
        ({"until": "２０２６-12-01"}, "is no day"),
        ({"until": "2026-02-28"}, r"a waiver ends between today \(2026-03-01\) and 2028-03-01; 2026-02-28 does not"),
        ({"until": "2028-03-02"}, "2028-03-02 does not lie there"),
        ({"remark": ""}, "a remark of 1 to 1000 characters is needed"),
        ({"remark": "Ask lin@yunwu.example"}, "the remark has an e-mail address; it is shown to everybody"),
    ],
)
def test_what_cannot_be_waived(audited: AuditWorld, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AuditError, match=said):
        waiver(audited, **changes)
    assert waivers(audited) == []


def test_today_is_the_instances_today(audited: AuditWorld) -> None:
    audited.now = datetime(2028, 2, 28, 16, 30, tzinfo=UTC)  # the 29th in Taipei
    waiver(audited, until="2030-02-28")
    with pytest.raises(AuditError, match="2028-02-28 does not lie there"):
        waiver(audited, until="2028-02-28")


def test_a_newer_waiver_of_the_same_rule_replaces_the_older(audited: AuditWorld) -> None:
    waiver(audited)
    waiver(audited, rule="no-text")
    audited.later(hours=1)
    waiver(audited, until="2026-12-31")
    told = [(one.number, one.rule, one.until, one.ended_at, one.ended_by) for one in waivers(audited)]
    assert told == [
        (3, "mismatch", "2026-12-31", None, ""),
        (2, "no-text", "2026-06-30", None, ""),
        (1, "mismatch", "2026-06-30", audited.now, "Lin Yu"),
    ]
    audited.later(hours=1)
    with audited.store.writing("Chen", audited.now) as change:
        end_waiver(change, 3, TAIPEI)
        with pytest.raises(AuditError, match="waiver 3 ended on 2026-03-01"):
            end_waiver(change, 3, TAIPEI)
        with pytest.raises(AuditError, match="there is no waiver 4"):
            end_waiver(change, 4, TAIPEI)
    audited.later(days=200)
    with audited.store.writing("Chen", audited.now) as change, pytest.raises(AuditError, match="ended on 2026-06-30"):
        end_waiver(change, 2, TAIPEI)
    with audited.store.reading() as session:
        assert [(slug, one.number) for slug, one in all_waivers(session)] == [("first", n) for n in (1, 2, 3)]


def test_every_reason_has_a_sentence() -> None:
    assert list(WAIVER_REASONS) == list(WaiverReason)

"""`publiccode audit`: what its commands print, and with which exit code they end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from publiccode.harvesters.run import Harvest
from publiccode.registry.audit.conclusions import conclude, software_named
from publiccode.registry.audit.followed import Followed
from publiccode.registry.audit.reasons import WaiverReason
from publiccode.registry.backups import backup, restore
from publiccode.registry.columns import now
from publiccode.registry.erasure import Erased, erase
from publiccode.registry.models import Event, LicenseConclusion, LicenseVerdictRecord, LicenseWaiver
from publiccode.registry.settings import Settings
from publiccode.web.cli import cli
from publiccode.web.commands.harvest import _Progress

from ...looks import World, software
from .conftest import FIRST, SECOND, told_by_another

EUPL = b"SPDX-License-Identifier: EUPL-1.2\nLicensed under the EUPL\n"


@pytest.fixture
def audited(world: World) -> World:
    world.publish(FIRST, SECOND)
    world.finds(FIRST, software(FIRST, "First"))
    world.finds(SECOND, software(SECOND, "Second", legal={"license": "JSON"}))
    return world


def run(world: World, tmp_path: Path, *arguments: str, policy: str = "osi") -> Result:
    environment = {
        "PUBLICCODE_DATA": str(tmp_path),
        "PUBLICCODE_DATABASE_URL": world.store.url,
        "PUBLICCODE_LICENSE_POLICY": policy,
    }
    return CliRunner().invoke(cli, ["audit", *arguments], env=environment)


def test_evaluate_tells_what_is_new_and_what_is_resolved(audited: World, tmp_path: Path) -> None:
    done = run(audited, tmp_path, "evaluate", "--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["entries"], told["judged"], told["method_changed"]) == (0, 2, 2, True)
    assert {"software": "first", "rule": "no-license-text"} in told["new"]
    assert {one["rule"] for one in told["new"] if one["software"] == "second"} >= {"no-license-text"}
    again = run(audited, tmp_path, "evaluate")
    assert (again.exit_code, again.stdout) == (
        0,
        "Licences: 2 entries, 0 compared again, 0 with a new verdict; 0 new violations, 0 resolved.\n",
    )


def test_a_policy_that_is_not_there_is_told_before_anything(audited: World, tmp_path: Path) -> None:
    done = run(audited, tmp_path, "evaluate", policy="nowhere.yml")
    assert done.exit_code == 2
    assert "PUBLICCODE_LICENSE_POLICY: " in done.output


def test_conclude_waive_withdraw_and_list(audited: World, tmp_path: Path) -> None:
    run(audited, tmp_path, "evaluate")
    concluded = run(audited, tmp_path, "conclude", FIRST, "EUPL-1.2", "--reason", "Confirmed.", "--by", "Lin Yu")
    assert (concluded.exit_code, concluded.output) == (
        0,
        "Conclusion 1: first is under EUPL-1.2.\nDeclared: EUPL-1.2. Verdict: agree.\n",
    )
    waiving = ("--reason", "cannot-fix", "--until", "2999-01-01", "--remark", "Nobody is left.", "--by", "Lin Yu")
    refused = run(audited, tmp_path, "waive", "second", "no-license-text", *waiving)
    assert refused.exit_code == 2
    assert "a waiver ends between today" in refused.output
    assert run(audited, tmp_path, "conclude", "third", "MIT", "--reason", "x", "--by", "Lin Yu").exit_code == 2
    listed = json.loads(run(audited, tmp_path, "list", "--format", "json").stdout)
    assert [(one["kind"], one["number"], one["license"], one["in_force"]) for one in listed] == [
        ("conclusion", 1, "EUPL-1.2", True)
    ]
    ended = run(audited, tmp_path, "withdraw", "conclusion", "1", "--by", "Chen")
    assert (ended.exit_code, ended.output) == (0, "The conclusion 1 is withdrawn.\n")
    assert run(audited, tmp_path, "list").output == "There are none in force.\n"
    assert "(Lin Yu; ended: Chen withdrew it.)" in run(audited, tmp_path, "list", "--all").output
    with audited.store.reading() as session:
        first = [one.codes for one in session.exec(select(LicenseVerdictRecord)) if one.declared == "EUPL-1.2"]
    assert sorted(first) == [["agree"], ["no-text"], ["no-text"]]


def test_waivers(audited: World, tmp_path: Path) -> None:
    day = f"{now():%Y}-12-31"
    waiving = ("--reason", "cannot-fix", "--until", day, "--remark", "Nobody is left.", "--by", "Lin Yu")
    run(audited, tmp_path, "evaluate")
    done = run(audited, tmp_path, "waive", FIRST, "no-license-text", *waiving)
    assert (done.exit_code, done.output) == (
        0,
        f"Waiver 1: no-license-text is waived for first until the end of {day}.\n",
    )
    assert (
        f"no-license-text until {day} (cannot-fix): Nobody is left.  (Lin Yu)" in run(audited, tmp_path, "list").output
    )
    assert run(audited, tmp_path, "withdraw", "waiver", "1", "--by", "Chen").exit_code == 0
    assert run(audited, tmp_path, "withdraw", "waiver", "1", "--by", "Chen").exit_code == 2


def test_what_an_entry_does_not_violate_is_not_waived(audited: World, tmp_path: Path) -> None:
    waiving = (
        "--reason",
        "cannot-fix",
        "--until",
        f"{now():%Y}-12-31",
        "--remark",
        "Nobody is left.",
        "--by",
        "Lin Yu",
    )
    refused = run(audited, tmp_path, "waive", FIRST, "license-mismatch", *waiving)
    assert (refused.exit_code, "first was not compared yet; next: publiccode audit evaluate" in refused.output) == (
        2,
        True,
    )
    run(audited, tmp_path, "evaluate")
    refused = run(audited, tmp_path, "waive", FIRST, "license-mismatch", *waiving)
    assert refused.exit_code == 2
    assert refused.output.endswith(
        "first does not violate license-mismatch of the policy osi; it violates no-license-text\n"
    )
    assert run(audited, tmp_path, "list", "--all").output == "There are none.\n"


def test_what_another_catalogue_told_of_is_not_waived(audited: World, tmp_path: Path) -> None:
    waiving = ("--reason", "cannot-fix", "--until", f"{now():%Y}-12-31", "--remark", "None.", "--by", "Lin Yu")
    audited.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"MIT"})
    run(audited, tmp_path, "evaluate")
    audited.later(days=1)
    told_by_another(audited, FIRST)
    refused = run(audited, tmp_path, "waive", FIRST, "no-license-text", *waiving)
    assert refused.exit_code == 2
    assert refused.output.endswith(
        "another catalogue told of first, and the repository itself has not been asked: there is nothing to waive; "
        "next: publiccode why first\n"
    )
    assert run(audited, tmp_path, "list", "--all").output == "There are none.\n"


def test_evaluate_tells_what_fell_silent_and_why(audited: World, tmp_path: Path) -> None:
    run(audited, tmp_path, "evaluate")
    run(audited, tmp_path, "conclude", FIRST, "EUPL-1.2", "--reason", "Confirmed.", "--by", "Lin Yu")
    policy = tmp_path / "own.yml"
    lists = "{allowed: [family: permissive], otherwise: allowed}"
    policy.write_text(f"name: own\ncode: {lists}\ncontent: {lists}\nverdicts: {{}}\n", "utf-8")
    done = run(audited, tmp_path, "evaluate", policy=str(policy))
    assert done.exit_code == 0, done.output
    assert "settled   no-license-text              first by an auditor\n" in done.stdout
    assert "unweighed no-license-text              second: the policy no longer weighs it\n" in done.stdout
    assert "0 resolved, 1 settled by an auditor, 2 no longer weighed by the policy.\n" in done.stdout


def test_a_harvest_tells_which_conclusions_ended(capsys: pytest.CaptureFixture[str]) -> None:
    audited = Followed(entries=1, judged=1, changed=1, ended=[("first", 1, "files-changed")])
    _Progress(0, "text", dry=False).summary(Harvest(uuid4()), {}, audited)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "ended     conclusion 1                 first: The licence files changed.",
        "Licences: 1 entries, 1 compared again, 1 with a new verdict; 0 new violations, 0 resolved, 1 conclusions ended.",
    ]


def test_the_command_offers_all_reasons(audited: World, tmp_path: Path) -> None:
    done = run(audited, tmp_path, "waive", FIRST, "no-license-text", "--reason", "because")
    assert (done.exit_code, ", ".join(f"'{reason}'" for reason in WaiverReason) in done.output) == (2, True)


def test_who_decides_must_have_a_name_and_writes_no_lines_of_its_own(audited: World, tmp_path: Path) -> None:
    concluding = ("conclude", FIRST, "MIT", "--reason", "Read by me.", "--by")
    waiving = ("--reason", "cannot-fix", "--until", f"{now():%Y}-12-31", "--remark", "Nobody is left.", "--by")
    for command in (concluding, ("waive", FIRST, "no-license-text", *waiving), ("evaluate", "--by")):
        refused = run(audited, tmp_path, *command, " ")
        assert refused.exit_code == 2
        assert refused.output.endswith("the name of who decides is needed, 1 to 200 characters; it stands in reports\n")
    run(audited, tmp_path, *concluding, "Lin\nconclusion     9  2026-03-01  first  MIT: forged")
    run(audited, tmp_path, "withdraw", "conclusion", "1", "--by", "Chen\x1b[2J\nwaiver")
    listed = run(audited, tmp_path, "list", "--all").output
    assert len(listed.splitlines()) == 1
    assert listed.endswith("(Lin conclusion 9 2026-03-01 first MIT: forged; ended: Chen [2J waiver withdrew it.)\n")
    with audited.store.reading() as session:
        actors = set(session.exec(select(Event.actor).where(Event.entity == "license_conclusion")))
    assert actors == {"Lin conclusion 9 2026-03-01 first MIT: forged", "Chen [2J waiver"}


def test_nothing_is_withdrawn_where_the_policy_cannot_be_read(audited: World, tmp_path: Path) -> None:
    run(audited, tmp_path, "conclude", FIRST, "MIT", "--reason", "Read by me.", "--by", "Lin Yu")
    withdrawing = ("withdraw", "conclusion", "1", "--by", "Chen")
    refused = run(audited, tmp_path, *withdrawing, policy="nowhere.yml")
    assert (refused.exit_code, "PUBLICCODE_LICENSE_POLICY: " in refused.output) == (2, True)
    with audited.store.reading() as session:
        assert session.exec(select(LicenseConclusion)).one().ended_at is None
    assert run(audited, tmp_path, *withdrawing).exit_code == 0


def test_the_list_tells_days_in_the_zone(audited: World, tmp_path: Path) -> None:
    with audited.store.writing("Lin Yu", datetime(2026, 3, 1, 16, 30, tzinfo=UTC)) as change:
        conclude(change, software_named(change.session, "first"), "MIT", "Read by me.")
    assert run(audited, tmp_path, "list").output == (
        "conclusion     1  2026-03-02  first  MIT: Read by me.  (Lin Yu)\n"
    )
    told = json.loads(run(audited, tmp_path, "list", "--format", "json").stdout)
    assert told[0]["at"] == "2026-03-01T16:30:00+00:00"


def test_days_of_other_forms_are_refused(audited: World, tmp_path: Path) -> None:
    waiving = ("--reason", "cannot-fix", "--remark", "Nobody is left.", "--by", "Lin Yu")
    for day in ("2026-W53-1", "2026-W53", "20261201", "2026-12-1"):
        refused = run(audited, tmp_path, "waive", FIRST, "no-license-text", *waiving, "--until", day)
        assert (refused.exit_code, f"{day!r} is no day; write it as YYYY-MM-DD" in refused.output) == (2, True)
        refused = run(audited, tmp_path, "report", "--as-of", day)
        assert (refused.exit_code, "--as-of must be a day: YYYY-MM-DD" in refused.output) == (2, True)


def test_an_id_that_spdx_replaced_is_refused(audited: World, tmp_path: Path) -> None:
    refused = run(audited, tmp_path, "conclude", FIRST, "gpl-3.0", "--reason", "Read.", "--by", "Lin Yu")
    assert refused.exit_code == 2
    assert refused.output.endswith("next: conclude GPL-3.0-only or GPL-3.0-or-later\n")


def test_an_erased_person_stands_in_no_remark_and_in_no_event(audited: World, tmp_path: Path) -> None:
    run(audited, tmp_path, "conclude", FIRST, "MIT", "--reason", "Asked Zebedeus Quux.", "--by", "Lin Yu")
    with audited.store.writing("Lin Yu") as change:
        kept = change.session.exec(select(LicenseConclusion)).one()
        change.session.add(
            LicenseWaiver(
                number=1,
                software_id=kept.software_id,
                at=change.at,
                by="Lin Yu",
                rule="no-license-text",
                reason="cannot-fix",
                remark="Says zebedeus quux",
                until="2026-12-31",
            )
        )
    told = erase(audited.store, "Zebedeus Quux", "Chen")
    assert told == Erased([], ["the reason of conclusion 1", "the remark of waiver 1"])
    with audited.store.reading() as session:
        assert [one.reason for one in session.exec(select(LicenseConclusion))] == ["Asked (erased)."]
        assert [one.remark for one in session.exec(select(LicenseWaiver))] == ["Says (erased)"]
        events = [str((event.before, event.after)) for event in session.exec(select(Event))]
        erased = session.exec(select(Event.entity).where(Event.kind == "person erased").order_by(Event.entity)).all()
    assert [event for event in events if "quux" in event.casefold()] == []
    assert erased == ["license_conclusion", "license_waiver"]


def test_a_restored_backup_brings_nobody_back_who_was_erased_since(audited: World, tmp_path: Path) -> None:
    said = "Zebedeus Quux confirmed, in his letter of May; seen by 林小雨小姐."
    run(audited, tmp_path, "conclude", FIRST, "MIT", "--reason", said, "--by", "Lin Yu")
    settings = Settings(data=tmp_path, database_url=audited.store.url)
    archive = tmp_path / "backup.tar.gz"
    backup(settings, audited.store, archive)
    for person in ("zebedeus quux", "林小雨"):
        erase(audited.store, person, "Chen")
    done = restore(settings, archive, replace=True)
    assert (done.erased[-1], done.known_erasures) == ("the reason of conclusion 1", True)
    with audited.store.reading() as session:
        kept = session.exec(select(LicenseConclusion.reason)).one()
    assert kept == "(erased) confirmed, in his letter of May; seen by (erased)小姐."


def test_a_backup_brings_the_audit_back(audited: World, tmp_path: Path) -> None:
    run(audited, tmp_path, "evaluate")
    run(audited, tmp_path, "conclude", FIRST, "MIT", "--reason", "Read by me.", "--by", "Lin Yu")
    settings = Settings(data=tmp_path, database_url=audited.store.url)
    archive = tmp_path / "backup.tar.gz"
    backup(settings, audited.store, archive)
    other = Settings(data=tmp_path / "other")
    restore(other, archive)
    listed = CliRunner().invoke(cli, ["audit", "list", "--format", "json"], env={"PUBLICCODE_DATA": str(other.data)})
    assert listed.stdout == run(audited, tmp_path, "list", "--format", "json").stdout
    assert json.loads(listed.stdout)[0]["license"] == "MIT"

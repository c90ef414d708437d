"""The verdicts follow what is known: once for each change, and only where something is told anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from publiccode.registry.audit.conclusions import conclude, software_named, waive
from publiccode.registry.audit.verdicts import Followed, concluded_by, follow_licenses
from publiccode.registry.models import AuditMethod, Event, LicenseVerdictRecord, Reach
from publiccode.schemas.licensing.found import Identification
from publiccode.schemas.licensing.verdict import FoundFile, LicenseVerdict

from ...looks import software
from .conftest import FIRST, SECOND, TAIPEI, AuditWorld, judge, told_by_another

SLUG, OTHER = "first", "second"


def both(world: AuditWorld) -> None:
    """Two entries: the first agrees, the second has another text."""
    world.publish(FIRST, SECOND)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"}, license_detected="EUPL-1.2")
    world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"MIT text", "LICENSES/MIT.txt": b"MIT text"})


def methods(world: AuditWorld) -> Sequence[AuditMethod]:
    with world.store.reading() as session:
        written = select(Event.entity_id).where(Event.entity == "audit_method").order_by(col(Event.sequence))
        return [session.get_one(AuditMethod, UUID(identity)) for identity in session.exec(written)]


def test_each_entry_is_judged_once(world: AuditWorld) -> None:
    both(world)
    done = world.follow()
    assert done == Followed(entries=2, judged=2, changed=2, new=[(OTHER, "mismatch")], method_changed=True)
    assert sorted(world.identifier.asked) == ["LICENSE", "LICENSE", "LICENSES/MIT.txt"]
    world.later(hours=1)
    assert world.follow() == Followed(entries=2)
    assert len(world.verdicts(FIRST)) == 1
    verdict = world.verdicts(SECOND)[0].model_dump(exclude={"id", "software_id", "assessment_id", "inputs"})
    said = {
        "concluded": "MIT",
        "also": [],
        "parts": [{"license": "MIT", "means": "text", "coverage": 1.0, "language": "en", "lines": [[1, 1]]}],
        "remarks": [],
        "left_over": [],
        "left_over_share": 0.0,
    }
    file_hash = world.verdicts(SECOND)[0].found[0]["hash"]
    assert verdict == {
        "number": 2,
        "at": world.now.replace(hour=8),
        "declared": "EUPL-1.2",
        "normalized": "EUPL-1.2",
        "found": [
            {"path": path, "hash": file_hash, "target": "", "identification": said}
            for path in ("LICENSE", "LICENSES/MIT.txt")
        ],
        "host": "",
        "host_at": None,
        "concluded": "MIT",
        "conclusion_id": None,
        "codes": ["mismatch"],
    }
    assert (world.verdicts(FIRST)[0].host, world.verdicts(FIRST)[0].host_at) == ("EUPL-1.2", world.now.replace(hour=8))


def test_equal_texts_are_identified_once(world: AuditWorld) -> None:
    urls = [f"https://code.yunwu.example/s{number}" for number in range(5)]
    world.publish(*urls)
    for url in urls:
        world.finds(url, software(url), files={"LICENSE": b"EUPL-1.2 text"})
    assert world.follow().judged == 5
    assert world.identifier.asked == ["LICENSE"]


def test_what_changed_is_judged_again(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(days=1)
    world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"EUPL-1.2 text"})
    assert world.follow() == Followed(entries=2, judged=1, changed=1, resolved=[(OTHER, "mismatch")])
    world.later(days=1)
    world.finds(SECOND, software(SECOND, "Second, with another description"), files={"LICENSE": b"EUPL-1.2 text"})
    assert world.follow() == Followed(entries=2)
    world.later(days=1)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"}, license_detected="MIT")
    assert world.follow() == Followed(entries=2, judged=1, changed=1)
    assert [(one.codes, one.host) for one in world.verdicts(FIRST)] == [
        (["agree", "host-differs"], "MIT"),
        (["agree"], "EUPL-1.2"),
    ]
    world.later(days=1)
    world.finds(FIRST, software(FIRST, "First", legal={"license": "MIT"}), files={}, license_detected="MIT")
    assert world.follow() == Followed(entries=2, judged=1, changed=1, new=[(SLUG, "no-text")])


def test_no_licence_declared_is_an_empty_declaration(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, legal=None))
    world.follow()
    assert [one.declared for one in world.verdicts(FIRST)] == [""]


def test_other_texts_judge_all_again_and_write_only_what_is_new(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(days=1)
    world.identifier.asked.clear()
    assert world.follow(texts="two") == Followed(entries=2, judged=2, method_changed=True)
    assert len(world.identifier.asked) == 3
    assert len(world.verdicts(FIRST)) == len(world.verdicts(SECOND)) == 1
    world.later(days=1)
    assert world.follow() == Followed(entries=2)
    assert [(one.texts, one.at.day) for one in methods(world)] == [("one", 1), ("two", 2)]


def test_another_policy_tells_what_is_new_and_what_is_resolved(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(days=1)
    done = world.follow(policy_content={"forbidden": ["EUPL-1.2"]})
    assert done == Followed(
        entries=2, new=[(SLUG, "license-forbidden")], resolved=[(OTHER, "mismatch")], method_changed=True
    )
    world.later(days=1)
    assert world.follow() == Followed(entries=2)
    assert [one.policy_content for one in methods(world)] == [
        {"forbidden": ["mismatch", "no-text"]},
        {"forbidden": ["EUPL-1.2"]},
    ]


def test_a_policy_that_is_no_longer_read_tells_all_anew(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(days=1)
    with world.store.writing("older version", world.now) as change:
        change.session.add(AuditMethod(at=world.now, **{**world.method.record(), "policy_content": {"format": 0}}))
    world.later(days=1)
    assert world.follow() == Followed(entries=2, new=[(OTHER, "mismatch")], method_changed=True)


def test_a_conclusion_stands_in_for_the_texts_until_they_change(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(hours=1)
    with world.store.writing("Lin Yu", world.now) as change:
        conclude(change, software_named(change.session, OTHER), "EUPL-1.2", "Told by the publisher.")
    assert world.follow() == Followed(entries=2, judged=1, changed=1, resolved=[(OTHER, "mismatch")])
    verdict = world.verdicts(SECOND)[0]
    assert (verdict.codes, verdict.concluded, verdict.conclusion_id is not None) == (["agree"], "EUPL-1.2", True)
    assert verdict.found == world.verdicts(SECOND)[1].found  # the evidence stays
    world.later(hours=1)
    world.finds(
        SECOND,
        software(SECOND, "Second, unchanged in what matters"),
        files={"LICENSE": b"MIT text", "LICENSES/MIT.txt": b"MIT text"},
    )
    assert world.follow() == Followed(entries=2)
    world.later(hours=1)
    world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"Apache-2.0 text"})
    assert world.follow() == Followed(
        entries=2, judged=1, changed=1, new=[(OTHER, "mismatch")], ended=[(OTHER, 1, "files-changed")]
    )
    assert [one.codes for one in world.verdicts(SECOND)] == [["mismatch"], ["agree"], ["mismatch"]]


def test_a_conclusion_ends_with_the_declaration_it_was_about(world: AuditWorld) -> None:
    both(world)
    with world.store.writing("Lin Yu", world.now) as change:
        conclude(change, software_named(change.session, OTHER), "MIT", "Read by me.")
    world.later(hours=1)
    world.finds(
        SECOND,
        software(SECOND, "Second", legal={"license": "MIT"}),
        files={"LICENSE": b"MIT text", "LICENSES/MIT.txt": b"MIT text"},
    )
    assert world.follow().ended == [(OTHER, 1, "declaration-changed")]
    assert [one.conclusion_id for one in world.verdicts(SECOND)] == [None]


def test_a_conclusion_that_differs_from_the_declaration_says_how() -> None:
    found = [FoundFile("LICENSE", "a" * 64, Identification())]
    told = concluded_by(judge, "EUPL-1.2", found, "", "MIT")
    assert (told.codes, told.concluded, told.found) == (("mismatch",), "MIT", tuple(found))
    unknown = concluded_by(judge, "EUPL-1.2", found, "", "NOASSERTION")
    assert (unknown.codes, unknown.concluded) == (("unknown",), "NOASSERTION")


def test_what_is_waived_is_told_apart(world: AuditWorld) -> None:
    both(world)
    with world.store.writing("Lin Yu", world.now) as change:
        entry = software_named(change.session, OTHER)
        waive(change, entry, "mismatch", "cannot-fix", "2026-03-02", "Nobody is left.", rules={"mismatch"}, zone=TAIPEI)
    done = world.follow()
    assert (done.new, done.waived) == ([], [(OTHER, "mismatch")])


def test_tombstones_are_left_alone_and_judged_when_they_return(world: AuditWorld) -> None:
    both(world)
    world.follow()
    for _ in range(2):
        world.later(days=2)
        world.fails(SECOND, Reach.MISSING)
    assert world.follow(texts="two").entries == 1
    world.later(days=1)
    world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"EUPL-1.2 text"})
    assert world.follow() == Followed(entries=2, judged=1, changed=1, resolved=[(OTHER, "mismatch")])


def test_a_run_that_was_stopped_goes_on(world: AuditWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publiccode.registry.audit.verdicts._AT_ONCE", 1)
    both(world)

    def stop(looked_at: int, total: int) -> None:
        assert (looked_at, total) == (1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow_licenses(world.store, world.method, world.now, tell=stop)
    assert (len(world.verdicts(FIRST)), len(world.verdicts(SECOND)), methods(world)) == (1, 0, [])
    world.later(minutes=1)
    done = world.follow()
    assert (done.judged, done.method_changed) == (1, True)


def test_one_entry_alone_leaves_the_method_for_a_whole_run(world: AuditWorld) -> None:
    both(world)
    done = follow_licenses(world.store, world.method, world.now, only=[world.id_of(SECOND)])
    assert (done.judged, [len(world.verdicts(url)) for url in (FIRST, SECOND)], methods(world)) == (1, [0, 1], [])


def test_the_newest_verdict_stays_the_newest_when_the_clock_goes_back(world: AuditWorld) -> None:
    both(world)
    world.follow()
    world.later(days=-1)
    world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"EUPL-1.2 text"})
    world.follow(texts="two")
    assert [one.codes for one in world.verdicts(SECOND)] == [["agree"], ["mismatch"]]
    assert world.follow() == Followed(entries=2)
    assert [one.texts for one in methods(world)] == ["one", "two"]


def test_two_runs_at_once_write_one_verdict(world: AuditWorld) -> None:
    both(world)
    inner = world.method.identify

    def meanwhile(content: bytes, name: str) -> Identification:
        if world.method.identify is meanwhile:
            world.method = replace(world.method, identify=inner)
            follow_licenses(world.store, world.method, world.now)
        return inner(content, name)

    world.method = replace(world.method, identify=meanwhile)
    follow_licenses(world.store, world.method, world.now)
    with world.store.reading() as session:
        assert len(session.exec(select(LicenseVerdictRecord)).all()) == 2


def test_a_conclusion_made_while_an_entry_is_judged_is_not_overwritten(world: AuditWorld) -> None:
    both(world)
    inner = world.method.judge

    def meanwhile(declared: str, files: Sequence[FoundFile], host: str = "") -> LicenseVerdict:
        if world.method.judge is meanwhile:
            world.method = replace(world.method, judge=inner)
            with world.store.writing("Lin Yu", world.now) as change:
                conclude(change, software_named(change.session, OTHER), "EUPL-1.2", "Told by the publisher.")
            follow_licenses(world.store, world.method, world.now, only=[world.id_of(SECOND)])
        return inner(declared, files, host)

    world.method = replace(world.method, judge=meanwhile)
    done = follow_licenses(world.store, world.method, world.now)
    assert [(one.codes, one.concluded) for one in world.verdicts(SECOND)] == [(["agree"], "EUPL-1.2")]
    assert done == Followed(entries=2, judged=1, changed=1, method_changed=True)


def test_what_changed_meanwhile_is_judged_in_the_same_run(world: AuditWorld) -> None:
    both(world)
    inner = world.method.judge

    def meanwhile(declared: str, files: Sequence[FoundFile], host: str = "") -> LicenseVerdict:
        if world.method.judge is meanwhile:
            world.method = replace(world.method, judge=inner)
            world.finds(SECOND, software(SECOND, "Second"), files={"LICENSE": b"EUPL-1.2 text"})
        return inner(declared, files, host)

    world.method = replace(world.method, judge=meanwhile)
    done = follow_licenses(world.store, world.method, world.now)
    assert done == Followed(entries=2, judged=2, changed=2, method_changed=True)
    assert [one.codes for one in world.verdicts(SECOND)] == [["agree"]]


@pytest.mark.parametrize("texts", ["one", "two"])
def test_what_a_stopped_run_found_is_told_by_the_next(
    world: AuditWorld, monkeypatch: pytest.MonkeyPatch, texts: str
) -> None:
    both(world)
    world.follow()
    world.later(days=1)
    for url in (FIRST, SECOND):
        world.finds(url, software(url), files={"LICENSE": b"Apache-2.0 text"} if url == FIRST else {})
    monkeypatch.setattr("publiccode.registry.audit.verdicts._AT_ONCE", 1)

    def stop(looked_at: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow_licenses(world.store, replace(world.method, texts=texts), world.now, tell=stop)
    done = world.follow(texts=texts)
    assert (done.judged, done.new, done.resolved) == (
        1,
        [(SLUG, "mismatch"), (OTHER, "no-text")],
        [(OTHER, "mismatch")],
    )
    assert world.follow() == Followed(entries=2)  # once


def test_two_whole_runs_at_once_write_one_method(world: AuditWorld) -> None:
    both(world)
    others: list[Followed] = []

    def meanwhile(looked_at: int, total: int) -> None:
        if not others:
            others.append(follow_licenses(world.store, world.method, world.now))

    done = follow_licenses(world.store, world.method, world.now, tell=meanwhile)
    assert (done.new, others[0].new, len(methods(world))) == ([(OTHER, "mismatch")], [(OTHER, "mismatch")], 1)


def test_what_another_catalogue_tells_is_not_judged(world: AuditWorld) -> None:
    world.publish(FIRST)
    told_by_another(world, FIRST)
    assert world.follow() == Followed(method_changed=True)
    assert world.verdicts(FIRST) == []
    world.later(days=1)
    world.finds(FIRST, software(FIRST), files={})
    assert world.follow().judged == 1
    assert [one.codes for one in world.verdicts(FIRST)] == [["no-text"]]


def test_what_was_judged_under_a_clock_that_ran_ahead_is_written_again(world: AuditWorld) -> None:
    both(world)
    right = world.now
    world.later(days=1000)
    world.follow()
    world.now = right + timedelta(days=1)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"MIT text"})
    done = world.follow()
    assert (done.judged, done.changed, done.method_changed) == (2, 2, False)
    assert [one.at for one in methods(world)] == [right + timedelta(days=1000), world.now]
    assert [[(one.at, one.codes) for one in world.verdicts(url)] for url in (FIRST, SECOND)] == [
        [(world.now, ["mismatch", "host-differs"]), (right + timedelta(days=1000), ["agree"])],
        [(world.now, ["mismatch"]), (right + timedelta(days=1000), ["mismatch"])],
    ]
    assert world.follow() == Followed(entries=2)

"""Whatever happens later, what was known at a moment stays what was known."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.registry.audit.conclusions import AuditError, conclude, end_waiver, software_named, waive
from publiccode.registry.audit.method import method
from publiccode.registry.audit.past import state_at
from publiccode.registry.audit.report import Scope, report
from publiccode.registry.audit.verdicts import follow_licenses, newest_verdict
from publiccode.registry.erasure import erase
from publiccode.registry.models import Reach
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.schemas.licensing.verdict import FoundFile, LicenseVerdict

from ...looks import software
from .conftest import TAIPEI, AuditWorld, told_by_another
from .test_past import written

URLS = [f"https://code.yunwu.example/s{number}" for number in range(3)]
LICENSES = ["EUPL-1.2", "MIT", "NOASSERTION"]
PERSON = "林小雨"  # who stands in each file

number = st.integers(0, len(URLS) - 1)
license_ = st.sampled_from(LICENSES)
STEPS = st.one_of(
    st.tuples(st.just("finds"), number, number, license_, license_, st.sampled_from(["", "MIT"])),
    st.tuples(st.just("breaks"), number),
    st.tuples(st.just("without"), number),
    st.tuples(st.just("by another"), number),
    st.tuples(st.just("answers"), number, st.sampled_from([Reach.MISSING, Reach.UNKNOWN])),
    st.tuples(st.just("publishers"), st.integers(0, 5), st.sets(number, min_size=1)),
    st.tuples(st.just("follow"), st.sampled_from(["one", "two"]), st.sampled_from(["osi", "eu"])),
    st.tuples(st.just("follow, interrupted"), st.sampled_from(["three", "four"]), number, license_),
    st.tuples(st.just("ruleset"), st.sampled_from(["a", "b"])),
    st.tuples(st.just("conclude"), number, license_),
    st.tuples(st.just("waive"), number, st.sampled_from(["cannot-fix", "wrong-finding"])),
    st.tuples(st.just("end waiver"), st.integers(1, 3)),
    st.tuples(st.just("erase")),
    st.tuples(st.just("clock back"), st.sampled_from([1, 40, 4000])),
)
BEGINNING = [
    ("finds", 0, 0, "MIT", "MIT", ""),
    ("follow", "one", "osi"),
    ("conclude", 0, "EUPL-1.2"),
    ("waive", 0, "cannot-fix"),
]
PAUSES = st.sampled_from([0.001, 1, 3600, 30 * 3600])


def carry_out(world: AuditWorld, step: tuple[Any, ...]) -> None:
    match step:
        case ("finds", where, named, declared, text, host):
            file = software(URLS[named], f"System {named} {declared}", legal={"license": declared})
            files = {} if text == "NOASSERTION" else {"LICENSE": f"SPDX-License-Identifier: {text}\n".encode()}
            world.finds(URLS[where], file, files=files, **({"license_detected": host} if host else {}))
        case ("breaks" | "without" as how, where):
            world.finds(URLS[where], b"name: [" if how == "breaks" else None)
        case ("by another", where):
            told_by_another(world, URLS[where])
        case ("answers", where, answer):
            world.fails(URLS[where], answer)
        case ("publishers", variant, listed):
            world.list(*publishers(variant, [URLS[at] for at in sorted(listed)]))
        case ("follow", texts, policy):
            world.follow(texts=texts, policy=policy, policy_content=load_policy(policy).record())
        case ("follow, interrupted", texts, where, concluded):
            follow_interrupted(world, texts, lambda: carry_out(world, ("conclude", where, concluded)))
        case ("ruleset", name):
            world.ruleset = name
        case ("erase",):
            erase(world.store, PERSON, "officer", at=world.now)
        case ("clock back", hours):
            world.later(hours=-hours)
        case (kind, *rest):
            with world.store.writing("Lin Yu", world.now) as change:
                decide(change, kind, rest)


def follow_interrupted(world: AuditWorld, texts: str, write: Callable[[], None]) -> None:
    """The verdicts follow, and somebody else writes and follows while the first entry is judged."""
    calm = world.method

    def meanwhile(declared: str, files: Sequence[FoundFile], host: str = "") -> LicenseVerdict:
        if world.method.judge is meanwhile:
            world.method = replace(calm, texts=texts)
            write()
            follow_licenses(world.store, world.method, world.now)
        return calm.judge(declared, files, host)

    world.follow(texts=texts, judge=meanwhile)
    world.method = replace(calm, texts=texts)


def decide(change: Any, kind: str, rest: list[Any]) -> None:
    try:
        if kind == "conclude":
            conclude(change, software_named(change.session, URLS[rest[0]]), rest[1], f"{PERSON} said so.")
        elif kind == "waive":
            chosen = software_named(change.session, URLS[rest[0]])
            until = change.at.astimezone(TAIPEI).date().replace(month=6, day=30)
            rule = "license-mismatch"
            waive(change, chosen, rule, rest[1], str(until), f"{PERSON} asks.", rules={rule}, zone=TAIPEI)
        else:
            end_waiver(change, rest[0], TAIPEI)
    except AuditError:
        return  # nothing was changed


def publishers(variant: int, urls: list[str]) -> list[ListedPublisher]:
    """A ministry, with an office below it or not, that share the addresses in one way or another."""
    half = len(urls) // 2 if variant % 2 else 0
    return [
        ListedPublisher("ministry", f"Ministry {variant}", repos=tuple(urls[:half])),
        ListedPublisher("office", "Office", parent="ministry" if variant < 3 else "", repos=tuple(urls[half:])),
    ]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(STEPS, PAUSES), min_size=3, max_size=12))
def test_what_was_known_stays_what_was_known(steps: list[tuple[tuple[Any, ...], float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "registry.sqlite").write_bytes(empty())
        store = Store(f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        try:
            world = AuditWorld(store)
            world.method = method("osi", TAIPEI)
            world.list(*publishers(1, URLS))
            known: dict[datetime, str] = {}
            for step, pause in [*((step, 1.0) for step in BEGINNING), *steps]:
                world.later(seconds=pause)
                carry_out(world, step)
                # What a clock that ran ahead dated is told of its own moments only until the clock is right again.
                known = {moment: told for moment, told in known.items() if moment < world.now}
                known[world.now] = state(world, world.now)
            world.later(seconds=1)
            world.follow()
            assert {moment: state(world, moment) for moment in known} == known
            assert_the_newest_is_told(world)
        finally:
            store.close()


@cache
def empty() -> bytes:
    """A database with its tables; made once, for that takes as long as all the rest."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        upgrade(store)
        store.compact()
        store.close()
        return (Path(folder) / "registry.sqlite").read_bytes()


def state(world: AuditWorld, at: datetime) -> str:
    """What was known, and what the policy said; what auditors wrote may be erased."""
    with world.store.reading() as session:
        then = state_at(session, at)
        told = report(then, None, Scope(), TAIPEI)
        said = [[line.entry.slug, line.codes, line.family, line.level] for line in told.lines]
        rules = [[one.rule, one.level, len(one.open), len(one.waived)] for one in told.rules]
        return written(then, without=("reason", "remark")) + json.dumps([said, rules])


def assert_the_newest_is_told(world: AuditWorld) -> None:
    """Whatever the clock did: after a run a report of now tells the verdicts and the method of today."""
    with world.store.reading() as session:
        now = state_at(session, world.now)
        told = {entry.software_id: entry.verdict and entry.verdict.id for entry in now.entries if entry.commit}
        newest = {identity: newest_verdict(session, identity) for identity in told}
        assert told == {identity: verdict and verdict.id for identity, verdict in newest.items()}
        assert now.method
        assert (now.method.texts, now.method.policy_content) == (world.method.texts, world.method.policy_content)

"""Whatever happens later, what was known at a moment stays what was known."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.registry.audit.conclusions import AuditError, conclude, end_waiver, software_named, waive
from publiccode.registry.audit.past import state_at
from publiccode.registry.models import Reach
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from ...looks import software
from .conftest import TAIPEI, AuditWorld
from .test_past import written

URLS = [f"https://code.yunwu.example/s{number}" for number in range(3)]
LICENSES = ["EUPL-1.2", "MIT", "NOASSERTION"]

number = st.integers(0, len(URLS) - 1)
license_ = st.sampled_from(LICENSES)
STEPS = st.one_of(
    st.tuples(st.just("finds"), number, number, license_, license_, st.sampled_from(["", "MIT"])),
    st.tuples(st.just("breaks"), number),
    st.tuples(st.just("without"), number),
    st.tuples(st.just("answers"), number, st.sampled_from([Reach.MISSING, Reach.UNKNOWN])),
    st.tuples(st.just("publishers"), st.integers(0, 5), st.sets(number, min_size=1)),
    st.tuples(st.just("follow"), st.sampled_from(["one", "two"]), st.sampled_from(["mismatch", "no-text"])),
    st.tuples(st.just("ruleset"), st.sampled_from(["a", "b"])),
    st.tuples(st.just("conclude"), number, license_),
    st.tuples(st.just("waive"), number, st.sampled_from(["cannot-fix", "wrong-finding"])),
    st.tuples(st.just("end waiver"), st.integers(1, 3)),
)
BEGINNING = [
    ("finds", 0, 0, "MIT", "MIT", ""),
    ("follow", "one", "mismatch"),
    ("conclude", 0, "EUPL-1.2"),
    ("waive", 0, "cannot-fix"),
]
PAUSES = st.sampled_from([0.001, 1, 3600, 30 * 3600])


def carry_out(world: AuditWorld, step: tuple[Any, ...]) -> None:
    match step:
        case ("finds", where, named, declared, text, host):
            file = software(URLS[named], f"System {named} {declared}", legal={"license": declared})
            files = {} if text == "NOASSERTION" else {"LICENSE": f"{text} text".encode()}
            world.finds(URLS[where], file, files=files, **({"license_detected": host} if host else {}))
        case ("breaks", where):
            world.finds(URLS[where], b"name: [")
        case ("without", where):
            world.finds(URLS[where], None)
        case ("answers", where, answer):
            world.fails(URLS[where], answer)
        case ("publishers", variant, listed):
            world.list(*publishers(variant, [URLS[at] for at in sorted(listed)]))
        case ("follow", texts, forbidden):
            world.follow(texts=texts, policy_content={"forbidden": [forbidden]})
        case ("ruleset", name):
            world.ruleset = name
        case (kind, *rest):
            with world.store.writing("Lin Yu", world.now) as change:
                decide(change, kind, rest)


def decide(change: Any, kind: str, rest: list[Any]) -> None:
    try:
        if kind == "conclude":
            conclude(change, software_named(change.session, URLS[rest[0]]), rest[1], "Read by me.")
        elif kind == "waive":
            chosen = software_named(change.session, URLS[rest[0]])
            waive(change, chosen, "mismatch", rest[1], "2026-06-30", "So.", rules={"mismatch"}, zone=TAIPEI)
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


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(STEPS, PAUSES), min_size=3, max_size=12))
def test_what_was_known_stays_what_was_known(steps: list[tuple[tuple[Any, ...], float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        try:
            upgrade(store)
            world = AuditWorld(store)
            world.list(*publishers(1, URLS))
            known = {}
            for step, pause in [*((step, 1.0) for step in BEGINNING), *steps]:
                world.later(seconds=pause)
                carry_out(world, step)
                known[world.now] = state(world, world.now)
            assert {moment: state(world, moment) for moment in known} == known
        finally:
            store.close()


def state(world: AuditWorld, at: datetime) -> str:
    with world.store.reading() as session:
        return written(state_at(session, at))

"""The clauses of OpenChain, judged by facts alone: held, held in part, declared, missing, or nothing for a catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from publiccode.registry.openchain import openchain
from publiccode.registry.openchain.declared import ends
from publiccode.registry.openchain.facts import Archived, Body, ProgramFacts, Review, Sboms, Waived
from publiccode.registry.openchain.lines import State
from publiccode.registry.openchain.table import CLAUSES
from publiccode.registry.release.facts import Declared

DAY = date(2026, 11, 26)
ISO = "openchain-5230"


def declared(kind: str, **value: str) -> Declared:
    return Declared(kind, value, datetime(2026, 3, 1, tzinfo=UTC), "Lin Yu")


def body(identifier: str, *told: Declared) -> Body:
    return Body(identifier, identifier.title(), {}, {one.kind: one for one in told})


NOTHING = ProgramFacts("yunwu", "yunwu", "Yunwu", {}, DAY, bodies=(body("yunwu"),))
WHOLE = replace(
    NOTHING,
    bodies=(
        body(
            "yunwu",
            declared("open-source-policy", evidence="https://yunwu.example/policy"),
            declared("open-source-roles", value="Open source office"),
            declared("open-source-scope", value="All software of the city"),
            declared("license-contact", value="oss@yunwu.example"),
            declared("contribution-policy", evidence="https://yunwu.example/contributing"),
            declared(ISO, on="2026-01-05", evidence="https://yunwu.example/openchain"),
            declared("openchain-18974", on="2026-01-05"),
        ),
    ),
    entries=2,
    review=Review("osi", 2, {"warning": 1}, (Waived("Forms", "license-mismatch", "2027-01-31"),), 1),
    sboms=Sboms(2, 0, 2, 2, 40, 0, date(2026, 6, 1), date(2026, 7, 1), (90, 70), {"yes": 1, "conditions": 1}),
    archived={"audit": Archived(2, 0, DAY, whole=True), "compliance": Archived(2, 2, DAY)},
    licenses=3,
    described=3,
    declared={"compliance-report": 2, "security-scan": 1},
    contributing=2,
    looked=2,
    reachable=2,
    scanned=2,
)


def states(facts: ProgramFacts) -> dict[str, str]:
    return {line.clause: str(line.state) for line in openchain(facts).lines}


def told(facts: ProgramFacts, clause: str) -> list[str]:
    line = next(line for line in openchain(facts).lines if line.clause == clause)
    return [
        *map(str, line.told),
        *(f"{one.subject}: {one.said}" for one in line.more),
        f"-> {line.next}",
        *line.see,
        *line.proof,
    ]


def test_nothing_known_is_missing_and_says_what_to_do() -> None:
    found = openchain(NOTHING)
    assert [line.clause for line in found.lines] == [clause.id for clause in CLAUSES]
    assert states(NOTHING) == {clause.id: "elsewhere" if clause.id == "3.1.3" else "missing" for clause in CLAUSES}
    assert [line.clause for line in found.missing if not str(line.next)] == []


def test_everything_known_is_held_or_declared() -> None:
    kinds = (
        "declared declared elsewhere declared held declared held held partly held declared declared declared declared"
    )
    assert list(states(WHOLE).values()) == kinds.split()
    assert openchain(WHOLE).count(State.HELD) == 4
    assert told(WHOLE, "3.2.2") == [
        "Compared with their licence files: 2 of 2 entries.",
        "Entries with rules that are neither resolved nor waived: 0 with errors, 1 with warnings.",
        "Conclusions of auditors in force: 1; waivers in force: 1.",
        "Scanned file by file: 2 of 2 entries.",
        "Forms: license-mismatch is waived until 2027-01-31",
        "-> ",
        "audit",
    ]
    assert told(WHOLE, "3.3.1") == [
        "Entries with one that can be read: 2 of 2.",
        "Packages in them: 40; without a stated licence: 0.",
        "Made between 2026-06-01 and 2026-07-01.",
        "Scores: from 70 to 90 of 100, in the middle 70; with all minimum elements: 2 of 2.",
        "-> ",
        "software",
    ]
    assert told(WHOLE, "3.6.1") == [
        "Declared by the agency, as of 2026-01-05; recorded on 2026-03-01 by Lin Yu.",
        "This catalogue did not examine it.",
        "-> ",
        "https://yunwu.example/openchain",
    ]


@pytest.mark.parametrize(
    ("on", "last"),
    [
        ("2025-05-26", "2026-11-26"),
        ("2024-08-31", "2026-02-28"),
        ("2022-08-31", "2024-02-29"),
        ("no day", "2027-09-01"),
    ],
)
def test_a_conformance_counts_for_eighteen_months(on: str, last: str) -> None:
    assert ends(declared(ISO, on=on)).isoformat() == last


@pytest.mark.parametrize(("on", "state"), [("2025-05-26", "declared"), ("2025-05-25", "missing")])
def test_an_old_conformance_no_longer_counts(on: str, state: str) -> None:
    facts = replace(NOTHING, bodies=(body("yunwu", declared(ISO, on=on)),))
    assert (states(facts)["3.6.1"], states(facts)["3.6.2"]) == ("declared", state)
    again = "-> Have the programme examined again, and declare the new day: `publiccode audit declare openchain-5230`."
    assert told(facts, "3.6.2")[-1] == ("-> " if state == "declared" else again)


def test_what_some_bodies_declare_is_not_declared_by_all() -> None:
    bodies = (
        body("yunwu"),
        body("health", declared(ISO, on="2026-01-05"), declared("license-contact", value="office")),
    )
    facts = replace(NOTHING, below=True, bodies=bodies)
    assert {states(facts)[clause] for clause in ("3.2.1", "3.6.1", "3.6.2")} == {"partly-declared"}
    assert told(facts, "3.2.1") == [
        "Declared by 1 of 2 bodies.",
        "Health: Declared by the agency: office; recorded on 2026-03-01 by Lin Yu.",
        "-> Where it holds, have it recorded: `publiccode audit declare license-contact --publisher yunwu`.",
    ]
    old = replace(facts, bodies=(bodies[1], body("yunwu", declared(ISO, on="2020-01-05"))))
    assert told(old, "3.6.2") == [
        "Not older than 18 months: 1 of 2 bodies.",
        "Health: Declared as of 2026-01-05; it counts until 2027-07-05 (18 months).",
        "Yunwu: Declared as of 2020-01-05; it counted until 2021-07-05 (18 months).",
        "-> Have the programme examined again, and declare the new day: `publiccode audit declare openchain-5230`.",
    ]


@pytest.mark.parametrize(
    ("change", "clause", "state", "step"),
    [
        ({"review": replace(WHOLE.review, open={"error": 1})}, "3.2.2", "partly", "Repair each, conclude or waive it"),
        ({"review": replace(WHOLE.review, compared=1)}, "3.2.2", "partly", "Compare the others"),
        ({"review": Review()}, "3.2.2", "missing", "Compare them"),
        ({"sboms": replace(WHOLE.sboms, entries=1)}, "3.3.1", "partly", "Write a bill of materials at each build"),
        ({"sboms": replace(WHOLE.sboms, unstated=3)}, "3.3.1", "partly", "Mend what they lack"),
        (
            {"sboms": replace(WHOLE.sboms, oldest=date(2025, 1, 1))},
            "3.3.1",
            "held",
            "The oldest is more than a year old",
        ),
        ({"sboms": Sboms(unread=1)}, "3.3.1", "missing", "Write a bill of materials at each build"),
        ({"sboms": Sboms()}, "3.4.1", "partly", "Have bills of materials collected for all entries"),
        ({"archived": {}}, "3.4.1", "partly", "Keep the reports of today"),
        ({"described": 2}, "3.1.5", "partly", "Complete the compliance report"),
        ({"bodies": NOTHING.bodies}, "3.5.1", "partly", "Write CONTRIBUTING.md"),
    ],
)
def test_what_lacks_is_not_held(change: dict[str, object], clause: str, state: str, step: str) -> None:
    line = next(line for line in openchain(replace(WHOLE, **change)).lines if line.clause == clause)  # type: ignore[arg-type]
    assert str(line.state) == state
    assert str(line.next).startswith(step)

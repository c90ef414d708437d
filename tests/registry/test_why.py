"""Why an address is shown or not: the steps, in words, with the next one to take."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlmodel import select

from publiccode.registry.audit.conclusions import conclude, software_named, waive
from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.columns import now
from publiccode.registry.models import CodeHosting, Outcome, Reach
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.steps import Reader
from publiccode.registry.why import outcome_text, why
from publiccode.web.commands.why import command
from publiccode.web.demo.agencies import LICENSES

from ..looks import BEGIN, World, software

URL = "https://git.yunwu.example/open/petition"
FORK = "https://git.qinglan.example/copies/petition"


def told(world: World, url: str) -> list[tuple[str, str, str]]:
    with world.store.reading() as session:
        return [(step.state, str(step.text), str(step.next)) for step in why(session, url)]


def test_an_address_that_nobody_listed(world: World) -> None:
    assert told(world, URL) == [
        (
            "problem",
            f"No publisher names {URL} in the list of publishers.",
            "Ask the operator to add the address to publishers.yml, under the publisher that answers for it.",
        ),
        ("problem", "The catalogue has no entry for this address.", ""),
    ]


def test_an_address_that_is_fine_however_it_is_written(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    expected = [
        ("ok", "雲霧市政府 names this address in the list of publishers.", ""),
        ("ok", "The file was read and the entry was added.", ""),
        ("ok", "publiccode.yml is valid; warnings: 0.", ""),
        ("ok", "The catalogue shows it as “陳情系統”.", ""),
    ]
    assert told(world, URL) == expected
    assert told(world, "HTTP://www.Git.Yunwu.example/open/petition.git/") == expected


def test_a_broken_file_tells_what_to_repair(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, categories=["parking-lots"]))
    steps = told(world, URL)
    assert steps[2] == (
        "problem",
        "publiccode.yml is not valid; errors: 1.",
        "Repair the errors named here; each says what to write instead.",
    )
    with world.store.reading() as session:
        english = why(session, URL)[2].to_json()
        chinese = why(session, URL)[2].to_json("zh-Hant")
    assert english["details"] == []
    [finding] = english["findings"]
    assert finding == {
        "rule": "value-listed",
        "severity": "error",
        "key": "categories[0]",
        "message": "parking-lots is not in the list of values",
        "line": 2,
        "column": 3,
        "help": "Choose a category of the standard's list, or write other.",
    }
    assert chinese["findings"] == [
        finding | {"message": "parking-lots 不在可用值清單中", "help": "請從標準的分類清單中選擇，或填寫 other。"}
    ]


def test_the_command_prints_every_step_with_what_to_repair(world: World, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, categories=["parking-lots"]))
    environment = {"PUBLICCODE_DATA": str(tmp_path), "PUBLICCODE_DATABASE_URL": world.store.url}
    strict = environment | {"PUBLICCODE_SHOW_ONLY_VALID": "true"}
    told = CliRunner().invoke(command, [URL], env=environment).output.splitlines()
    assert told == [
        "2026-03-01 16:00 ok       City of Yunwu names this address in the list of publishers.",
        "2026-03-01 16:00 ok       The file was read and the entry was added.",
        "2026-03-01 16:00 problem  publiccode.yml is not valid; errors: 1.",
        " " * 26 + "publiccode.yml:2:3: error: categories[0]: parking-lots is not in the list of values [value-listed]",
        " " * 26 + "  help: Choose a category of the standard's list, or write other.",
        " " * 26 + "next: Repair the errors named here; each says what to write instead.",
        "2026-03-01 16:00 ok       The catalogue shows it as “陳情系統”.",
    ]
    assert CliRunner().invoke(command, [URL], env=strict).output.splitlines()[-2:] == [
        "2026-03-01 16:00 problem  The entry “陳情系統” is in no list and no search: this registry shows only valid files.",
        " " * 26 + "next: Make the file valid; the entry follows at the next harvest.",
    ]


def test_a_technical_fork_leads_to_the_original(world: World) -> None:
    world.publish(URL, FORK)
    world.finds(URL, software(URL))
    world.finds(FORK, software(URL))
    with world.store.reading() as session:
        last = why(session, FORK)[-1]
    assert (last.state, str(last.text), last.software) == (
        "note",
        "It is linked from the entry “陳情系統”.",
        "陳情系統",
    )


def test_equal_looks_are_told_once(world: World) -> None:
    world.publish(URL)
    for _ in range(3):
        world.fails(URL, Reach.UNKNOWN)
        world.later(days=1)
    with world.store.reading() as session:
        steps = why(session, URL)
    assert [str(step.text) for step in steps] == [
        "雲霧市政府 names this address in the list of publishers.",
        "The host did not give a usable answer. The entry stays as it was.",
        "The catalogue has no entry for this address.",
    ]
    assert [str(detail) for detail in steps[1].details] == [
        f"{URL} answered 503.",
        "The same at 3 looks, the last on 2026-03-03 08:00 UTC.",
    ]


def test_a_tombstone_says_so(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.fails(URL, Reach.MISSING)
    world.later(days=2)
    world.fails(URL, Reach.MISSING)
    assert told(world, URL)[-1] == ("problem", "The entry is a tombstone: its repository is gone.", "")


def test_a_renamed_repository_is_found_at_its_other_address(world: World) -> None:
    renamed = "https://git.yunwu.example/open/陳情"
    world.publish(URL, FORK)
    world.finds(FORK, software(FORK, name="停車管理"), moved_to="https://git.qinglan.example/copies/parking")
    world.finds(URL, software(URL), moved_to=renamed)
    assert told(world, renamed)[-1] == ("ok", "The catalogue shows it as “陳情系統”.", "")
    assert told(world, renamed.removesuffix("情"))[-1] == (
        "problem",
        "The catalogue has no entry for this address.",
        "",
    )


def test_the_first_step_says_since_when(world: World) -> None:
    def since() -> tuple[str, datetime | None]:
        with world.store.reading() as session:
            step = why(session, URL)[0]
        return str(step.text), step.at

    named = "雲霧市政府 names this address in the list of publishers."
    world.publish(URL)
    world.later(days=1)
    world.publish(URL, names={"en": "Yunwu City"})
    assert since() == (named, BEGIN)
    world.publish(FORK)
    world.later(days=1)
    assert since() == (
        "雲霧市政府 named this address, but the list of publishers no longer does.",
        BEGIN + timedelta(days=1),
    )
    world.publish(URL)
    assert since() == (named, BEGIN + timedelta(days=2))
    world.later(days=1)
    world.list(ListedPublisher("qinglan", "青嵐縣政府", {}, repos=(URL,)))
    moved = ("青嵐縣政府 names this address in the list of publishers.", BEGIN + timedelta(days=3))
    assert since() == moved
    world.later(days=1)
    with world.store.writing("test", world.now) as change:
        change.session.exec(select(CodeHosting).where(CodeHosting.url == URL)).one().exclude = ["*-test"]
    assert since() == moved


def test_a_strict_registry_says_that_it_shows_only_valid_files(world: World) -> None:
    world.publish(URL, FORK)
    world.finds(URL, software(URL, categories=["parking-lots"]))
    world.finds(FORK, software(FORK))
    with world.store.reading() as session:
        strict, lenient = why(session, URL, Reader(only_valid=True))[-1], why(session, URL)[-1]
        valid = why(session, FORK, Reader(only_valid=True))[-1]
    assert (strict.state, str(strict.text), str(strict.next), strict.at, strict.software) == (
        "problem",
        "The entry “陳情系統” is in no list and no search: this registry shows only valid files.",
        "Make the file valid; the entry follows at the next harvest.",
        BEGIN,
        "陳情系統",
    )
    assert str(lenient.text) == str(valid.text) == "The catalogue shows it as “陳情系統”."


def test_what_others_wrote_is_cut(world: World) -> None:
    world.list(ListedPublisher("yunwu", "府" * 900, {}, repos=(URL,)))
    shown = "府" * 199 + "…"
    assert told(world, URL)[0][1] == f"{shown} names this address in the list of publishers."
    world.finds(URL, software(URL, name="名" * 90_000, categories=["c" * 90_000]))
    with world.store.reading() as session:
        assert max(len(str(step.to_json())) for step in why(session, URL)) < 2000
    address = "https://x.example/" + "y" * 900_000
    assert told(world, address)[0][1] == f"No publisher names {address[:199]}… in the list of publishers."


@pytest.mark.parametrize(
    "url", ["", "   ", "http://[", "https://", "\x00", "x" * 5000, "x/" * 50_000, "\ud800", "javascript:alert(1)"]
)
def test_nonsense_gets_an_answer(world: World, url: str) -> None:
    assert told(world, url)


@pytest.mark.parametrize(
    "page", ["/blob/main/publiccode.yml", "/-/tree/main", "/src/branch/main/README.md", "/tree/main"]
)
def test_a_page_within_a_repository_is_the_repository(page: str, world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    assert told(world, URL + page) == told(world, URL)


def test_names_and_times_are_the_readers(world: World) -> None:
    english = {"localisedName": "Petitions", "shortDescription": "x", "longDescription": "y" * 150, "features": ["z"]}
    world.publish(URL, names={"en": "City of Yunwu"})
    world.finds(URL, software(URL, description={"en": english}))
    for _ in range(2):
        world.later(hours=10)
        world.same(URL)
    with world.store.reading() as session:
        steps = why(session, URL, Reader("en", ZoneInfo("Asia/Taipei")))
    assert str(steps[0].text) == "City of Yunwu names this address in the list of publishers."
    assert [str(detail) for detail in steps[2].details] == ["The same at every look until 2026-03-02 12:00 CST."]
    assert str(steps[-1].text) == "The catalogue shows it as “Petitions”."


def test_every_outcome_has_words() -> None:
    for outcome in Outcome:
        state, text, _ = outcome_text(outcome)
        assert state in {"ok", "note", "problem"}
        assert str(text).endswith(".")


def first(world: World, url: str) -> tuple[str, str]:
    with world.store.reading() as session:
        step = why(session, url)[0]
    return step.state, str(step.text)


def test_who_names_an_address_that_a_group_contains(world: World) -> None:
    group = "https://github.com/gov"
    world.list(ListedPublisher("yunwu", "雲霧市政府", orgs=(group,), exclude=("student-*",)))
    assert first(world, f"{group}/petition") == (
        "problem",
        "雲霧市政府 names https://github.com/gov, but its list has not shown this address yet.",
    )
    assert first(world, f"{group}/student-1") == (
        "problem",
        "雲霧市政府 leaves this repository out of https://github.com/gov on purpose.",
    )
    assert first(world, "https://github.com/government/petition") == (
        "problem",
        "No publisher names https://github.com/government/petition in the list of publishers.",
    )
    assert first(world, group) == ("ok", "雲霧市政府 names this address in the list of publishers.")


def steps_of_licence(world: World, url: str) -> list[dict[str, Any]]:
    with world.store.reading() as session:
        return [
            {name: step.to_json()[name] for name in ("state", "text", "details", "next", "audited")}
            for step in why(session, url)
            if "icence" in step.text.template
        ]


def test_how_the_licence_stands_beside_its_text(world: World) -> None:
    agreeing, differing, settled = (
        f"https://git.yunwu.example/open/{name}" for name in ("agrees", "differs", "settled")
    )
    text = (LICENSES / "MIT.txt").read_bytes()
    world.publish(agreeing, differing, settled, FORK)
    for url, declared in ((agreeing, "MIT"), (differing, "EUPL-1.2"), (settled, "Apache-2.0")):
        world.finds(url, software(url, url.rpartition("/")[2], legal={"license": declared}), files={"LICENSE": text})
    assert steps_of_licence(world, agreeing) == []  # nothing was compared yet
    judge = method("osi", UTC)
    follow_licenses(world.store, judge, world.now)
    assert steps_of_licence(world, agreeing) == [
        {
            "state": "ok",
            "text": "Licence compared: the licence files say what publiccode.yml declares.",
            "details": ["Declared is MIT, and so it stands in LICENSE."],
            "next": "",
            "audited": "agrees",
        }
    ]
    mismatch = {
        "state": "problem",
        "text": "Licence compared: the licence files say something else than publiccode.yml declares.",
        "details": [
            "Declared is EUPL-1.2; LICENSE holds the text of MIT.",
            "The policy osi counts it as an error (`license-mismatch`).",
            (
                "The check of the file gives a warning at most, for the file itself meets the standard; "
                "the policy says what this catalogue expects of a licence."
            ),
        ],
        "next": "The owner of the rights decides which of the two is meant: correct legal.license, or put the text of the "
        "declared licence into the licence file.",
        "audited": "differs",
    }
    assert steps_of_licence(world, differing) == [mismatch]
    until = f"{now().year + 1}-03-31"
    with world.store.writing("an auditor") as change:
        differs, other = (software_named(change.session, name) for name in ("differs", "settled"))
        waive(
            change,
            differs,
            "license-mismatch",
            "repair-announced",
            until,
            "Promised.",
            rules=["license-mismatch"],
            zone=UTC,
        )
        conclude(change, other, "Apache-2.0", "The publisher confirmed it.")
    follow_licenses(world.store, judge)
    assert steps_of_licence(world, differing) == [
        mismatch
        | {
            "state": "note",
            "next": "",
            "details": [*mismatch["details"][:2], f"Until {until} it is waived (`license-mismatch`)."],
        }
    ]
    assert steps_of_licence(world, settled) == [
        {
            "state": "ok",
            "text": "Licence compared: an auditor concluded Apache-2.0.",
            "details": ["An auditor concluded Apache-2.0, as it is declared; the licence files say MIT."],
            "next": "",
            "audited": "settled",
        }
    ]

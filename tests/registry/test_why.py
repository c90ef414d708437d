"""Why an address is shown or not: the steps, in words, with the next one to take."""

import pytest

from publiccode.registry.models import Outcome, Reach
from publiccode.registry.why import outcome_text, why

from ..looks import World, software

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
        details = [str(detail) for step in why(session, URL) for detail in step.details]
    assert len(details) == 1
    assert details[0].startswith("publiccode.yml:2: categories[0]: ")


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


@pytest.mark.parametrize("url", ["", "   ", "http://[", "https://", "\x00", "x" * 5000, "javascript:alert(1)"])
def test_nonsense_gets_an_answer(world: World, url: str) -> None:
    assert told(world, url)


def test_every_outcome_has_words() -> None:
    for outcome in Outcome:
        state, text, _ = outcome_text(outcome)
        assert state in {"ok", "note", "problem"}
        assert str(text).endswith(".")

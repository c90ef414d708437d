"""What is known already of an address that is to be proposed: each kind in one sentence, with the next step."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from publiccode.registry.decisions import reject
from publiccode.registry.duplicates import Asked, Duplicate, duplicates
from publiccode.registry.erasure import erase
from publiccode.registry.models import Reach
from publiccode.registry.proposals import Offer, propose
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.steps import Reader

from ..looks import World, software

BASE = "https://git.yunwu.example/open/"
URL = BASE + "petition"
NEW = "https://code.qinglan.example/it/petition"


def values(content: bytes) -> Any:
    return yaml.safe_load(content)


def known(world: World, asked: Asked) -> list[Duplicate]:
    with world.store.reading() as session:
        return duplicates(session, asked, Reader("en"))


def told(world: World, asked: Asked) -> list[tuple[str, bool, str, str]]:
    return [(one.kind, one.stops, str(one.text), str(one.next)) for one in known(world, asked)]


ENTRY = (
    "entry",
    True,
    "The catalogue shows this software already, as “陳情系統”.",
    "Nothing is to be proposed: a change of its publiccode.yml is read at the next harvest.",
)


def test_nothing_is_known_of_a_new_address(world: World) -> None:
    assert told(world, Asked(NEW, values=values(software(NEW)), content=software(NEW))) == []


def test_an_entry_however_its_address_is_written(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL), moved_to=BASE + "renamed")
    for url in (URL, "http://www.GIT.yunwu.example/open/Petition.git/", BASE + "renamed"):
        (found,) = known(world, Asked(url))
        assert (found.kind, found.stops, str(found.text), str(found.next), found.software) == (*ENTRY, "陳情系統")
    assert told(world, Asked(NEW, moved_to=URL)) == [ENTRY]


def test_an_address_that_is_listed_without_an_entry(world: World) -> None:
    world.publish(URL)
    expected = (
        "listed",
        True,
        "City of Yunwu is listed with this address already.",
        "Nothing is to be proposed: see what the harvests found there.",
    )
    assert told(world, Asked(URL)) == [expected]
    world.finds(URL, None)
    assert told(world, Asked(URL)) == [expected]
    assert known(world, Asked(URL))[0].url == URL


def test_an_address_within_a_listed_group(world: World) -> None:
    world.list(ListedPublisher("yunwu", "雲霧市政府", orgs=("https://git.yunwu.example/open",)))
    assert told(world, Asked(URL)) == [
        (
            "group",
            False,
            "雲霧市政府 is listed with the group https://git.yunwu.example/open, to which this address belongs.",
            "See what the harvests found there; propose the address only where they leave it out.",
        )
    ]


def test_tombstones_stop_only_what_is_listed_still(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.fails(URL, Reach.MISSING)
    world.later(days=2)
    world.fails(URL, Reach.MISSING)
    assert told(world, Asked(URL)) == [
        (
            "tombstone",
            True,
            "The entry is a tombstone: its repository is gone.",
            "Its address is still listed: as soon as it answers with its file, the entry is shown again.",
        )
    ]
    world.publish(BASE + "other")
    assert told(world, Asked(URL))[0][:2] == ("tombstone", False)


def test_an_address_that_was_proposed(world: World) -> None:
    propose(world.store, Offer(NEW))
    assert [(one.kind, one.stops, str(one.text), one.proposal) for one in known(world, Asked(NEW + ".git"))] == [
        ("proposed", True, "This address is proposed already, with the number 1.", 1)
    ]
    with world.store.writing("Lin Yu") as change:
        reject(change, 1, "a private project")
    assert told(world, Asked(NEW)) == [
        (
            "rejected",
            False,
            "This address was proposed with the number 1 and rejected: a private project",
            "Propose it again where the reason no longer holds.",
        )
    ]


def test_technical_forks_are_led_to_the_original(world: World) -> None:
    (unknown,) = known(world, Asked(NEW, values=values(software(URL))))
    assert (unknown.kind, unknown.stops, unknown.instead, unknown.software) == ("technical-fork", True, URL, "")
    assert str(unknown.text) == (
        f"The file names another repository: {URL}. This one counts as a copy of it (a technical fork) and gets no entry of its "
        "own."
    )
    world.publish(URL)
    world.finds(URL, software(URL))
    content = software(URL)
    fork, mirror = known(world, Asked(NEW, values=values(content), content=content))
    assert (fork.kind, fork.instead, fork.software, mirror.kind, mirror.stops) == (
        *("technical-fork", "", "陳情系統"),
        *("mirror", False),
    )
    assert f"{URL}, which is here already as “陳情系統”" in str(fork.text)


@pytest.mark.parametrize("named", [URL, URL.replace("https", "HTTP") + ".git/", URL + "?x#y"])
def test_the_own_address_is_no_fork_however_it_is_written(world: World, named: str) -> None:
    assert told(world, Asked(URL, values={"url": named})) == []


def test_a_repository_that_moved_may_name_either_address(world: World) -> None:
    assert told(world, Asked(URL, moved_to=NEW, values={"url": NEW})) == []
    assert told(world, Asked(URL, moved_to=NEW, values={"url": URL})) == []


def test_a_variant_is_told_its_upstream(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    variant = values(software(NEW, isBasedOn=[URL, "https://elsewhere.example/x", NEW]))
    assert told(world, Asked(NEW, values=variant)) == [
        (
            "variant",
            False,
            "The file is based on “陳情系統”: it will be shown as a variant of it, and each links to the other.",
            "Nothing is to be done about this.",
        )
    ]


def test_a_copy_of_a_file_is_recognised_after_an_erasure_too(world: World) -> None:
    content = software(NEW)
    world.publish(URL)
    world.finds(URL, content)
    asked = Asked(NEW, values=values(content), content=content)
    expected = (
        "mirror",
        False,
        f"The very same file stands at {URL}: one of the two is a copy.",
        "Propose the address at which the software is developed; a copy needs no entry of its own.",
    )
    assert told(world, asked) == [expected]
    erase(world.store, "林小雨", "Lin Yu")
    assert told(world, asked) == [expected]
    world.publish(BASE + "other")
    assert told(world, asked) == []


@pytest.mark.parametrize(
    "hostile",
    [
        {"url": "x" * 500_000},
        {"url": ["a"]},
        {"url": "https://user:secret@git.yunwu.example/x"},
        {"url": "https://\x1b[31m.example/\u202e"},
        {"isBasedOn": [f"https://a.example/{number}" for number in range(3_000)]},
        {"isBasedOn": {"a": "b"}, "url": None},
        {},
    ],
)
def test_hostile_values_are_bounded(world: World, hostile: dict[str, Any]) -> None:
    found = known(world, Asked(NEW, values=hostile, content=b"x"))
    said = str([(str(one.text), str(one.next)) for one in found])
    assert len(said) < 1_000
    assert "secret" not in said + str([one.instead for one in found])
    assert "\x1b" not in said
    assert "\u202e" not in said

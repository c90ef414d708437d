"""Proposed addresses: kept once, within bounds; accepted, rejected, taken out; what an import leaves standing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from publiccode.registry import proposals as module
from publiccode.registry.decisions import Accepted, DecisionError, accept, lines_for_list, reject, remove
from publiccode.registry.erasure import Erased, erase
from publiccode.registry.models import CodeHosting, Event, Proposal, Software
from publiccode.registry.proposals import Offer, ProposalsFull, named_publisher, propose
from publiccode.registry.publishers import Imported, ListedPublisher, import_publishers, read_publishers
from publiccode.registry.store import StorageError, Store
from publiccode.registry.why import why

from ..looks import BEGIN, World, software

URL = "https://git.yunwu.example/open/petition"
OTHER = "https://git.yunwu.example/open/forms"
THIRD = "https://git.yunwu.example/open/third"
YUNWU = ListedPublisher("yunwu", "雲霧市政府", {"en": "City of Yunwu"}, repos=(OTHER,))
BRUME = ListedPublisher("brume", "Comune di Brume")


def status(world: World, number: int) -> str:
    with world.store.reading() as session:
        return session.exec(select(Proposal.status).where(Proposal.number == number)).one()


def listed(world: World) -> dict[str, bool]:
    with world.store.reading() as session:
        return {hosting.url: hosting.listed for hosting in session.exec(select(CodeHosting))}


def imported(world: World, *entries: ListedPublisher) -> Imported:
    with world.store.writing("import", world.now) as change:
        return import_publishers(change, entries)


def accepted(world: World, number: int, publisher: str = "yunwu", group: bool = False) -> Accepted:
    with world.store.writing("Lin Yu", world.now) as change:
        return accept(change, number, publisher, group)


def test_an_address_is_kept_once_while_it_waits(world: World) -> None:
    assert propose(world.store, Offer(URL, "雲霧市政府", "please"), BEGIN) == (1, True)
    assert propose(world.store, Offer("http://www.Git.yunwu.example/open/petition.git/"), BEGIN) == (1, False)
    assert propose(world.store, Offer(OTHER), BEGIN) == (2, True)
    with world.store.writing("Lin Yu") as change:
        reject(change, 1, "a test")
    assert propose(world.store, Offer(URL), BEGIN) == (3, True)


def test_many_at_once_get_numbers_of_their_own(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        same = list(pool.map(lambda _: propose(world.store, Offer(URL)), range(16)))
        each = list(pool.map(lambda number: propose(world.store, Offer(f"{URL}-{number}")), range(16)))
    assert sorted(same) == [(1, False)] * 15 + [(1, True)]
    assert sorted(each) == [(number, True) for number in range(2, 18)]


def test_a_proposal_is_an_event_without_its_remark(world: World) -> None:
    propose(world.store, Offer(URL, "Chen Yu's office", "ask Chen Yu", {"outcome": "no-file"}), BEGIN)
    world.list(YUNWU)
    world.later(days=1)
    accepted(world, 1)
    with world.store.reading() as session:
        events = session.exec(select(Event).where(Event.entity == "proposal").order_by(col(Event.sequence))).all()
        kept = session.exec(select(Proposal)).one()
    assert [(event.actor, event.kind) for event in events] == [
        ("a reader of /register", "created"),
        ("Lin Yu", "changed"),
    ]
    assert events[1].after == {
        "status": "accepted",
        "decided_at": (BEGIN + timedelta(days=1)).isoformat(),
        "decided_by": "Lin Yu",
    }
    assert "Chen Yu" not in str([event.model_dump() for event in events])
    assert (kept.remark, kept.publisher, kept.judged) == ("", "Chen Yu's office", {"outcome": "no-file"})


def test_a_person_is_taken_out_of_what_strangers_wrote(world: World) -> None:
    propose(world.store, Offer(URL, "Office of CHEN YU", "ask Chen Yu"))
    propose(world.store, Offer(OTHER, "Yunwu", "please"))
    told = erase(world.store, "Chen Yu", "Lin Yu")
    assert told == Erased([], ["the publisher of proposal 1", "the remark of proposal 1"])
    with world.store.reading() as session:
        assert [(one.publisher, one.remark) for one in module.proposals(session)] == [
            ("Office of (erased)", "ask (erased)"),
            ("Yunwu", "please"),
        ]


def test_too_many_are_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 2)
    assert [propose(world.store, Offer(f"{URL}-{number}"))[0] for number in range(2)] == [1, 2]
    with pytest.raises(ProposalsFull):
        propose(world.store, Offer(OTHER))
    assert propose(world.store, Offer(f"{URL}-1")) == (2, False)
    with world.store.writing("Lin Yu") as change:
        reject(change, 1, "a test")
    assert propose(world.store, Offer(OTHER)) == (3, True)


def test_a_database_that_cannot_be_written_keeps_nothing(world: World, tmp_path: Path) -> None:
    world.store.close()
    file = tmp_path / "registry.sqlite"
    store = Store(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(StorageError, match="readonly"):
        propose(store, Offer(URL))
    store.close()


def test_an_accepted_address_is_listed_and_survives_imports_until_the_file_names_it(world: World) -> None:
    world.list(YUNWU, BRUME)
    propose(world.store, Offer(URL))
    assert accepted(world, 1) == Accepted(URL, "yunwu", "repository")
    assert listed(world) == {URL: True, OTHER: True}
    world.finds(URL, software(URL))
    assert imported(world, YUNWU, BRUME) == Imported(2, 1, 0, 0, 1)
    assert (listed(world), status(world, 1)) == ({URL: True, OTHER: True}, "accepted")
    # The file names it: from then on it is the file's.
    assert imported(world, ListedPublisher("yunwu", "雲霧市政府", repos=(OTHER, URL)), BRUME) == Imported(2, 2, 0, 0)
    assert status(world, 1) == "listed"
    assert imported(world, YUNWU, BRUME) == Imported(2, 1, 0, 1)
    assert (listed(world), status(world, 1)) == ({URL: False, OTHER: True}, "listed")
    with world.store.reading() as session:
        assert session.exec(select(Software.deactivated)).one() == "unlisted"


def test_what_keeps_an_address_goes_with_its_publisher(world: World) -> None:
    world.list(YUNWU, BRUME)
    propose(world.store, Offer(URL))
    accepted(world, 1, "brume")
    assert imported(world, YUNWU) == Imported(1, 1, 0, 1)
    assert (listed(world), status(world, 1)) == ({URL: False, OTHER: True}, "removed")
    imported(world, YUNWU, BRUME)
    assert listed(world)[URL] is False


def test_an_accepted_address_is_taken_out_and_comes_back(world: World) -> None:
    world.list(YUNWU)
    propose(world.store, Offer(URL))
    accepted(world, 1)
    world.finds(URL, software(URL))
    with world.store.writing("Lin Yu", world.now) as change:
        assert remove(change, URL + ".git") == URL
    with world.store.reading() as session:
        assert session.exec(select(Software.deactivated)).one() == "unlisted"
    assert (listed(world)[URL], status(world, 1)) == (False, "removed")
    assert propose(world.store, Offer(URL)) == (2, True)
    accepted(world, 2)
    with world.store.reading() as session:
        assert session.exec(select(Software.deactivated)).one() == ""


def test_what_the_file_names_is_not_taken_out_by_hand(world: World) -> None:
    world.list(YUNWU)
    with world.store.writing("Lin Yu") as change, pytest.raises(DecisionError) as caught:
        remove(change, OTHER)
    assert str(caught.value) == (
        f"no accepted proposal keeps {OTHER}; what publishers.yml names is taken out there: change the file and import it"
    )


def test_decisions_that_cannot_be_carried_out(world: World) -> None:
    world.list(YUNWU, BRUME)
    for url in (URL, OTHER, THIRD):
        propose(world.store, Offer(url))
    accepted(world, 1)
    with world.store.writing("Chen", world.now) as change:
        for number, publisher, text in [
            (1, "yunwu", "proposal 1 was decided on 2026-03-01 by Lin Yu: accepted"),
            (9, "yunwu", "there is no proposal 9; next: publiccode proposals list --status all"),
            (2, "brume", f"{OTHER} is listed under 'yunwu' already; next: reject the proposal"),
            (
                3,
                "nobody",
                (
                    "no publisher 'nobody' is listed; next: publiccode publishers list, or add it to publishers.yml and import "
                    "that first"
                ),
            ),
        ]:
            with pytest.raises(DecisionError) as caught:
                accept(change, number, publisher)
            assert str(caught.value) == text
        for reason in ("", " \n", "x" * 501):
            with pytest.raises(DecisionError, match="a reason of 1 to 500 characters is needed"):
                reject(change, 3, reason)
        assert accept(change, 2, "yunwu") == Accepted(OTHER, "yunwu", "repository")
        assert reject(change, 3, "a\x1b[31m private\nproject").reason == "a [31m private project"
        with pytest.raises(DecisionError, match="proposal 3 was decided on 2026-03-01 by Chen: rejected"):
            reject(change, 3, "again")
    assert [status(world, number) for number in (1, 2, 3)] == ["accepted", "listed", "rejected"]


def test_a_group_is_listed_as_one(world: World) -> None:
    world.list(YUNWU)
    propose(world.store, Offer("https://git.yunwu.example/team"))
    propose(world.store, Offer(URL))
    propose(world.store, Offer("https://github.com/yunwu", judged={"outcome": "group"}))
    assert accepted(world, 3) == Accepted("https://github.com/yunwu", "yunwu", "group")
    done = [accepted(world, 1, group=True), accepted(world, 2)]
    text = lines_for_list(done)
    assert text == (f"- id: yunwu\n  orgs:\n    - https://git.yunwu.example/team\n  repos:\n    - {URL}")
    named = read_publishers(text.replace("- id: yunwu", "- id: yunwu\n  name: Y").encode())
    assert named == [ListedPublisher("yunwu", "Y", orgs=("https://git.yunwu.example/team",), repos=(URL,))]
    with world.store.reading() as session:
        kinds = dict(session.exec(select(CodeHosting.url, CodeHosting.kind)).all())
    assert {url for url, kind in kinds.items() if kind == "group"} == {
        "https://git.yunwu.example/team",
        "https://github.com/yunwu",
    }


def test_the_publisher_that_a_reader_means(world: World) -> None:
    world.list(YUNWU, BRUME)
    with world.store.reading() as session:
        found = [named_publisher(session, text) for text in ("city  of yunwu", "雲霧市政府", "BRUME", "Nobody", " ")]
        assert [one.identifier if one else "" for one in found] == ["yunwu", "yunwu", "brume", "", ""]


def test_why_tells_of_the_newest_proposal(world: World) -> None:
    def told() -> list[tuple[str, str, str]]:
        with world.store.reading() as session:
            return [(step.state, str(step.text), str(step.next)) for step in why(session, URL)][:2]

    world.list(YUNWU)
    propose(world.store, Offer(URL), BEGIN)
    nobody = f"No publisher names {URL} in the list of publishers."
    assert told() == [
        (
            "note",
            "The address was proposed with the number 1 and waits for the operator's decision.",
            "Wait for the decision.",
        ),
        ("problem", nobody, ""),
    ]
    with world.store.writing("Lin Yu", world.now) as change:
        reject(change, 1, "a private project")
    assert told()[0] == (
        "problem",
        "The proposal 1 was rejected: a private project",
        "Propose the address again where the reason no longer holds.",
    )
    propose(world.store, Offer(URL), BEGIN)
    accepted(world, 2)
    assert told() == [
        ("ok", "The proposal 2 was accepted.", ""),
        ("ok", "雲霧市政府 names this address in the list of publishers.", ""),
    ]

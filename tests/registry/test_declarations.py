"""What agencies declare: recorded, replaced, ended, refused; taken out again with a person who is erased."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from publiccode.registry.actors import ActorError
from publiccode.registry.declarations import (
    KINDS,
    DeclarationError,
    all_declarations,
    declare,
    in_force,
    publisher_named,
    withdraw,
)
from publiccode.registry.erasure import erase
from publiccode.registry.models import Declaration, Event, Publisher, Software

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"


@pytest.fixture
def petition(world: World) -> World:
    world.publish(URL)
    world.finds(URL, software(URL, "Petition"))
    return world


def recorded(world: World, kind: str, by: str = "Lin Yu", publisher: bool = False, **said: str) -> None:
    with world.store.writing(by, world.now) as change:
        subject = (
            change.session.exec(select(Publisher)).one() if publisher else change.session.exec(select(Software)).one()
        )
        declare(change, subject, kind, said)


def kept(world: World) -> list[tuple[int, str, dict[str, Any], str, bool]]:
    with world.store.reading() as session:
        return [(row.number, row.kind, row.value, row.by, row.ended_at is None) for row, _ in all_declarations(session)]


def test_a_newer_declaration_ends_the_former(petition: World) -> None:
    recorded(petition, "security-scan", tool="OWASP ZAP", on="2026-01-02")
    recorded(petition, "accessibility", value="AA")
    recorded(petition, "security-scan", tool="CodeQL", on="2026-02-02", evidence="https://a.example/report")
    newer = {"tool": "CodeQL", "on": "2026-02-02", "evidence": "https://a.example/report"}
    assert kept(petition) == [
        (1, "security-scan", {"tool": "OWASP ZAP", "on": "2026-01-02"}, "Lin Yu", False),
        (2, "accessibility", {"value": "AA"}, "Lin Yu", True),
        (3, "security-scan", newer, "Lin Yu", True),
    ]


def test_an_agency_declares_about_itself(petition: World) -> None:
    recorded(petition, "openchain-5230", publisher=True, on="2026-01-02")
    recorded(petition, "license-contact", publisher=True, value="oss@yunwu.example")
    recorded(petition, "license-contact", value="https://yunwu.example/licences")
    with petition.store.reading() as session:
        entry, publisher = session.exec(select(Software)).one(), session.exec(select(Publisher)).one()
        assert [row.kind for row in in_force(session, [publisher])] == ["license-contact", "openchain-5230"]
        assert [row.value for row in in_force(session, [entry])] == [{"value": "https://yunwu.example/licences"}]
        assert publisher_named(session, publisher.identifier) == publisher
        with pytest.raises(DeclarationError, match="there is no publisher 'nobody'"):
            publisher_named(session, "nobody")


def test_a_declaration_is_withdrawn_once(petition: World) -> None:
    recorded(petition, "no-sensitive-data")
    with petition.store.writing("Chen", petition.now) as change:
        assert withdraw(change, 1).ended_by == "Chen"
    for number, refusal in ((1, "declaration 1 ended on "), (2, "there is no declaration 2")):
        with petition.store.writing("Chen", petition.now) as change, pytest.raises(DeclarationError, match=refusal):
            withdraw(change, number)
    assert [one[-1] for one in kept(petition)] == [False]


@pytest.mark.parametrize(
    ("kind", "said", "refusal"),
    [
        ("looks-good", {}, "there is no kind 'looks-good'; the kinds are security-scan, "),
        ("security-scan", {"tool": "ZAP"}, "security-scan needs more; next: --on"),
        ("security-scan", {"tool": "ZAP", "on": "2.1.2026"}, "is no day; write it as YYYY-MM-DD"),
        ("security-scan", {"tool": "ZAP", "on": "2099-01-02"}, "still to come"),
        ("security-scan", {"tool": "x" * 201, "on": "2026-01-02"}, "the tool has more than 200 characters"),
        ("security-scan", {"tool": "ask lin@a.example", "on": "2026-01-02"}, "the tool has an e-mail address"),
        ("accessibility", {"value": "AAAA"}, "is one of A, AA, AAA, not 'AAAA'"),
        ("maintenance-tier", {"value": "5"}, "is one of 0, 1, 2, 3, 4"),
        ("no-sensitive-data", {"evidence": "javascript:alert(1)"}, "is no http"),
        ("no-sensitive-data", {"evidence": "https://user@a.example/"}, "the address at a.example names somebody"),
        ("openchain-5230", {"on": "2026-01-02"}, "is declared about a publisher; next: --publisher"),
    ],
)
def test_what_is_refused_is_not_recorded(petition: World, kind: str, said: dict[str, str], refusal: str) -> None:
    with pytest.raises(DeclarationError, match=refusal):
        recorded(petition, kind, "Lin Yu", False, **said)
    assert kept(petition) == []


def test_nobody_declares_nothing(petition: World) -> None:
    with pytest.raises(DeclarationError, match="the name of who records this is needed"):
        recorded(petition, "contract", by="  ")


def test_every_kind_can_be_declared_about_something() -> None:
    assert all(kind.about and str(kind.title) for kind in KINDS.values())


def test_the_log_holds_no_private_text(petition: World) -> None:
    recorded(petition, "license-contact", value="Zebedeus Quux, zeb@yunwu.example")
    with petition.store.reading() as session:
        events = session.exec(select(Event).where(Event.entity == "declaration")).all()
    columns = ["at", "ended_at", "id", "kind", "number", "publisher_id", "software_id"]
    assert [sorted(event.after or {}) for event in events] == [columns]


def test_erasure_reaches_names_contacts_and_addresses(petition: World) -> None:
    recorded(
        petition,
        "license-contact",
        by="Zebedeus Quux",
        value="Zebedeus Quux, Office of Lamps",
        evidence="https://yunwu.example/people/Zebedeus%20Quux",
    )
    done = erase(petition.store, "Zebedeus Quux", "Chen")
    assert done.texts == [
        *(f"the {part} of declaration 1" for part in ("value", "evidence", "by")),
        "who wrote, in 1 places of the log",
    ]
    with petition.store.reading() as session:
        row = session.exec(select(Declaration)).one()
        assert {event.actor for event in session.exec(select(Event))} == {"test", "harvest", "(erased)", "Chen"}
    assert row.value["value"] == "(erased), Office of Lamps"
    assert "Zebedeus" not in repr((row.value, row.by))
    with pytest.raises(ActorError, match="that of a person who was taken out"):
        recorded(petition, "accessibility", by="Zebedeus Quux", value="AA")
    with pytest.raises(ActorError, match="has an e-mail address"):
        recorded(petition, "accessibility", by="zeb@yunwu.example", value="AA")
    assert len(kept(petition)) == 1
    with pytest.raises(DeclarationError, match="the value names a person who was taken out"):
        recorded(petition, "license-contact", value="Zebedeus Quux")

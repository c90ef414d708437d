"""Who uses what: claims of files, declarations, confirmations, what remains of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from publiccode.registry.claims import follow_all
from publiccode.registry.declaring import (
    Declaration,
    UsageError,
    confirm,
    declare,
    near_names,
    software_named,
    statement,
    statements_of,
    to_confirm,
    withdraw,
)
from publiccode.registry.erasure import erase
from publiccode.registry.models import Event, Software, Usage
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.usage import everybody, statements, users_of, uses_of

from ..looks import World, software

URL, OTHER = "https://git.yunwu.example/open/petition", "https://git.yunwu.example/open/forms"
QINGLAN = ListedPublisher("qinglan", "青嵐縣臺溪鎮公所", {"en": "Township of Taixi"}, uri="urn:oid:2.16.886.1")


@pytest.fixture
def petition(world: World) -> World:
    """A city with two systems, and a township that publishes nothing."""
    world.list(ListedPublisher("yunwu", "雲霧市政府", {"en": "City of Yunwu"}, repos=(URL, OTHER)), QINGLAN)
    world.finds(OTHER, software(OTHER, "Forms"))
    return world


def names(world: World, *users: str) -> None:
    """The file now names these users."""
    world.finds(URL, software(URL, usedBy=list(users) or None), head=f"{world.now:%Y%m%d%H%M%S}".ljust(40, "0"))
    world.later(days=1)


def used(world: World, slug: str = "陳情系統") -> list[tuple[Any, ...]]:
    """Every use of an entry: name, publisher, kind, whether declared, named, no longer named."""
    with world.store.reading() as session:
        entry = session.exec(select(Software).where(Software.slug == slug)).one()
        uses = users_of(session, [entry.id])[entry.id]
    return [(use.name, use.publisher, use.kind, use.declared, use.named, use.unnamed) for use in uses]


def say(world: World, user: str, url: str = URL, **more: str) -> int:
    with world.store.writing("Lin Yu", world.now) as change:
        return declare(change, software_named(change.session, url), Declaration(user, **more))[0].number


def confirmed(world: World, number: int) -> None:
    with world.store.writing("Chen", world.now) as change:
        confirm(change, statement(change.session, number))


def withdrawn(world: World, number: int, reason: str = "not in use") -> None:
    with world.store.writing("Chen", world.now) as change:
        withdraw(change, statement(change.session, number), reason)


def test_whom_a_file_names_is_claimed_and_tied_to_publishers(petition: World) -> None:
    names(
        petition,
        "青岚县台溪镇公所",
        "City of Yunwu",
        "  Somewhere\u0007 Else  ",
        "somewhere else",
        "URN:OID:2.16.886.1",
        "",
    )
    assert used(petition) == [
        ("Somewhere Else", "", "claimed", False, True, False),
        ("雲霧市政府", "yunwu", "claimed", False, True, False),
        ("青嵐縣臺溪鎮公所", "qinglan", "claimed", False, True, False),
    ]
    with petition.store.reading() as session:
        entry = session.exec(select(Software.id).where(Software.slug == "陳情系統")).one()
        forms = session.exec(select(Software.id).where(Software.slug == "forms")).one()
        assert uses_of(session, [entry, forms]) == {entry: frozenset({"claimed"}), forms: frozenset()}
        assert [use.name for use in everybody(session)] == ["Somewhere Else", "青嵐縣臺溪鎮公所"]


def test_the_publisher_itself_is_no_other_user(petition: World) -> None:
    names(petition, "雲霧市政府")
    with petition.store.reading() as session:
        entry = session.exec(select(Software.id).where(Software.slug == "陳情系統")).one()
        assert uses_of(session, [str(entry), entry]) == {entry: frozenset()}
        assert [use.own for use in users_of(session, [entry])[entry]] == [True]
        assert everybody(session) == []


def test_a_name_that_leaves_the_file_ends_its_claim_and_comes_back(petition: World) -> None:
    names(petition, "Eastbay", "Westbay")
    confirmed(petition, 1)
    names(petition, "Northbay")
    assert used(petition) == [
        ("Eastbay", "", "confirmed", False, False, True),
        ("Northbay", "", "claimed", False, True, False),
    ]
    names(petition, "WESTBAY", "Eastbay")
    assert used(petition) == [
        ("Eastbay", "", "confirmed", False, True, False),
        ("WESTBAY", "", "claimed", False, True, False),
    ]
    with petition.store.reading() as session:  # nothing was deleted
        assert [row.number for _, row, _ in statements(session, everything=True)] == [1, 2, 3, 4]


def test_a_claim_that_was_withdrawn_is_not_made_again(petition: World) -> None:
    names(petition, "Eastbay")
    withdrawn(petition, 1)
    names(petition, "Eastbay", "Westbay")
    assert used(petition) == [("Westbay", "", "claimed", False, True, False)]


def test_a_look_that_changes_nothing_writes_nothing(petition: World) -> None:
    names(petition, "Eastbay")
    with petition.store.reading() as session:
        before = len(session.exec(select(Event)).all())
    petition.same(URL)
    with petition.store.writing("test", petition.now) as change:
        assert follow_all(change) == 0
    with petition.store.reading() as session:
        entities = [event.entity for event in session.exec(select(Event)).all()[before:]]
    assert "usage" not in entities


def test_who_becomes_a_publisher_is_tied_and_files_of_before_are_read(petition: World) -> None:
    names(petition, "Eastbay", "雲霧市政府")
    say(petition, "Westbay")
    with petition.store.writing("test", petition.now) as change:  # as in a database of before
        change.session.delete(change.session.exec(select(Usage).where(Usage.number == 2)).one())
    petition.list(
        ListedPublisher("yunwu", "雲霧市政府", repos=(URL, OTHER)),
        ListedPublisher("east", "Eastbay"),
        ListedPublisher("west", "West", {"en": "Westbay"}),
    )
    with petition.store.writing("test", petition.now) as change:
        assert follow_all(change) == 3
    assert sorted(used(petition)) == [
        ("Eastbay", "east", "claimed", False, True, False),
        ("West", "west", "claimed", True, False, False),
        ("雲霧市政府", "yunwu", "claimed", False, True, False),
    ]


def test_a_name_of_two_publishers_is_neither(petition: World) -> None:
    petition.list(
        ListedPublisher("yunwu", "雲霧市政府", repos=(URL, OTHER)),
        ListedPublisher("a", "Human Resources"),
        ListedPublisher("b", "HR", {"en": "Human Resources"}),
    )
    names(petition, "Human Resources")
    assert used(petition) == [("Human Resources", "", "claimed", False, True, False)]


def test_a_tie_outlives_a_second_publisher_of_the_name(petition: World) -> None:
    yunwu, first = ListedPublisher("yunwu", "雲霧市政府", repos=(URL, OTHER)), ListedPublisher("a", "Town")
    petition.list(yunwu, first)
    names(petition, "Town")
    confirmed(petition, 1)
    petition.list(yunwu, first, ListedPublisher("b", "Town"))
    with petition.store.writing("test", petition.now) as change:
        assert follow_all(change) == 0
    assert used(petition) == [("Town", "a", "confirmed", False, True, False)]


def test_what_was_withdrawn_is_not_claimed_under_another_name(petition: World) -> None:
    names(petition, "Township of Taixi")
    withdrawn(petition, 1)
    names(petition, "青嵐縣臺溪鎮公所")
    assert used(petition) == []


def test_names_without_end_end_somewhere(petition: World) -> None:
    for look in range(3):
        names(petition, *(f"Office {look}-{number}" for number in range(500)))
    with petition.store.reading() as session:
        assert len(statements(session, everything=True)) == 1_000


def test_a_declaration_and_a_claim_of_one_organisation_are_one_line(petition: World) -> None:
    names(petition, "Township of Taixi")
    number = say(petition, "qinglan", version="2.1", since="2025-03", purpose="陳情", contact="it@taixi.example")
    assert used(petition) == [("青嵐縣臺溪鎮公所", "qinglan", "claimed", True, True, False)]
    with petition.store.writing("Chen", petition.now) as change:
        entry = software_named(change.session, "陳情系統")
        assert confirm(change, to_confirm(change.session, entry, "青嵐縣台溪鎮公所")).number == number
    assert used(petition) == [("青嵐縣臺溪鎮公所", "qinglan", "confirmed", True, True, False)]
    with petition.store.reading() as session:
        entry = software_named(session, URL)
        [use] = users_of(session, [entry.id])[entry.id]
        assert (use.version, use.since, use.purpose, use.numbers) == ("2.1", "2025-03", "陳情", (1, 2))
        with pytest.raises(UsageError, match=r"is confirmed already \(statement 2\)"):
            to_confirm(session, entry, "qinglan")
        assert [row.number for row in statements_of(session, entry, "qinglan")] == [2, 1]


def test_a_newer_declaration_replaces_the_former(petition: World) -> None:
    names(petition)
    first = say(petition, "Eastbay", version="1")
    confirmed(petition, first)
    with pytest.raises(UsageError, match=r"declared the same before \(statement 1, confirmed\)"):
        say(petition, "EASTBAY", version="1")
    assert say(petition, "Eastbay", version="2") == 2
    assert used(petition) == [("Eastbay", "", "claimed", True, False, False)]
    with petition.store.reading() as session:
        rows = [(row.version, row.withdrawn_because) for _, row, _ in statements(session, everything=True)]
    assert rows == [("1", "replaced by a newer declaration"), ("2", "")]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (Declaration(""), "the organisation that uses the software is needed"),
        (Declaration(" \u0007 "), "the organisation that uses the software is needed"),
        (Declaration("x@y.example"), "the user has an e-mail address"),
        (Declaration("E", since="2025-13"), "--since '2025-13' is no year, month or day"),
        (Declaration("E", since="２０２５"), "is no year, month or day"),
        (Declaration("E", since="2027"), "--since 2027 is still to come"),
        (Declaration("E", version="v" * 101), "the version has more than 100 characters"),
        (Declaration("E", purpose="ask lin@yunwu.example"), "the purpose has an e-mail address"),
        (Declaration("E", evidence="javascript:alert(1)"), "is no http(s) address"),
        (Declaration("E", evidence="https://a:b@x.example/"), "holds a user name or password"),
        (Declaration("E", evidence="https://[x"), "is no http(s) address"),
        (Declaration("E", evidence="https://x.example/?by=a%40b.example"), "has an e-mail address, and is shown"),
    ],
)
def test_what_cannot_be_declared(petition: World, said: Declaration, problem: str) -> None:
    names(petition)
    with pytest.raises(UsageError) as caught, petition.store.writing("Lin", petition.now) as change:
        declare(change, software_named(change.session, URL), said)
    assert problem in str(caught.value)
    assert used(petition) == []


def test_what_cannot_be_confirmed_or_withdrawn(petition: World) -> None:
    names(petition, "Eastbay")
    say(petition, "Westbay")
    withdrawn(petition, 2, "moved on")
    names(petition)
    with petition.store.writing("Lin", petition.now) as change:
        for number, problem in (
            (1, "statement 1 ended: the software's file no longer names Eastbay"),
            (2, f"statement 2 was withdrawn on {petition.now - timedelta(days=1):%Y-%m-%d}: moved on"),
        ):
            with pytest.raises(UsageError, match=problem):
                confirm(change, statement(change.session, number))
            with pytest.raises(UsageError, match=problem):
                withdraw(change, statement(change.session, number), "x")
        with pytest.raises(UsageError, match="there is no statement 9"):
            statement(change.session, 9)
        with pytest.raises(UsageError, match="nothing says that 'Eastbay' uses 陳情系統; known to use it: nobody"):
            statements_of(change.session, software_named(change.session, URL), "Eastbay")
    with (
        pytest.raises(UsageError, match="the name of who does this is needed"),
        petition.store.writing(" ", petition.now) as change,
    ):
        declare(change, software_named(change.session, URL), Declaration("E"))


def test_slips_are_answered_with_what_is_near(petition: World) -> None:
    names(petition)
    with petition.store.reading() as session:
        for slip, near in (("form", "forms"), ("https://git.yunwu.example/open/petitions", "陳情系統")):
            with pytest.raises(UsageError) as caught:
                software_named(session, slip)
            assert str(caught.value).split("; ")[1].startswith(f"did you mean {near}")
        with pytest.raises(UsageError, match=r"shows no entry 'zzqq'; next: publiccode search$"):
            software_named(session, "zzqq")
        assert near_names(session, "Township of Taixy") == ["Township of Taixi"]
        assert near_names(session, "Township of Taixi") == []


def test_no_event_holds_what_people_wrote(petition: World) -> None:
    names(petition, "Mario Rossi Srl")
    say(petition, "Ada Brun", purpose="by Ada Brun", contact="Ada Brun", evidence="https://ada.example/")
    confirmed(petition, 2)
    withdrawn(petition, 2, "Ada Brun left")
    with petition.store.reading() as session:
        events = session.exec(select(Event).where(Event.entity == "usage").order_by(col(Event.sequence))).all()
        told = [(event.kind, sorted(event.after or {})) for event in events]
        assert told == [
            ("created", sorted(_CREATED)),
            ("created", sorted(_CREATED)),
            ("changed", ["confirmed_at", "kind"]),
            ("changed", ["withdrawn_at"]),
        ]


_CREATED = (
    *("id", "number", "software_id", "publisher_id", "since", "kind", "source"),
    *("declared_at", "confirmed_at", "unnamed_at", "withdrawn_at"),
)


def test_a_person_is_taken_out(petition: World) -> None:
    names(petition, "Studio Ada Brun", "Eastbay")
    number = say(petition, "Westbay", contact="Ada Brun, ada@brun.example", purpose="shown by ADA BRUN")
    with petition.store.writing("Ada Brun", petition.now) as change:
        confirm(change, statement(change.session, number))
    done = erase(petition.store, "Ada Brun", "Chen", at=petition.now)
    assert done.texts == [
        "the name of statement 1 about use",
        "the purpose of statement 3 about use",
        "the contact of statement 3 about use",
        "the confirmed_by of statement 3 about use",
        "who wrote, in 1 places of the log",
    ]
    with petition.store.reading() as session:
        rows = {row.number: row for _, row, _ in statements(session, everything=True)}
        assert (rows[1].name, rows[3].contact, rows[3].purpose) == (
            "Studio (erased)",
            "(erased), ada@brun.example",
            "shown by (erased)",
        )
    assert [use[0] for use in used(petition)] == ["Westbay", "Eastbay"]


def test_a_person_who_was_declared_as_user_is_none_any_more(petition: World) -> None:
    names(petition)
    say(petition, "Ada Brun", evidence="https://a.example/1")
    erase(petition.store, "Ada Brun", "Chen", at=petition.now)
    assert used(petition) == []
    names(petition, "post erased@erased.invalid")
    assert used(petition) == []
    for words in ({"user": "ADA BRUN"}, {"user": "Eastbay", "contact": "Ada Brun"}):
        with pytest.raises(UsageError, match="names a person who was taken out of this registry"):
            say(petition, **words)


def test_a_publisher_of_a_long_name_can_declare(petition: World) -> None:
    petition.list(
        ListedPublisher("yunwu", "雲霧市政府", repos=(URL, OTHER)), ListedPublisher("long", "Office of " + "x" * 300)
    )
    names(petition)
    say(petition, "long")
    assert [use[1] for use in used(petition)] == ["long"]


def test_a_file_of_many_names_is_read_to_a_point(petition: World) -> None:
    names(petition, *(f"Office {number}" for number in range(600)))
    assert len(used(petition)) == 500
    names(petition, "x" * 100_000)
    assert [use[0] for use in used(petition)] == ["x" * 200]

"""Taking a person out: of what is stored, and of what comes later."""

from pathlib import Path

from sqlmodel import select

from publiccode.registry.erasure import Erasures, erase
from publiccode.registry.models import AssessmentRecord, Event, StoredFile
from publiccode.schemas.document import parse

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"


def everything(world: World) -> str:
    """All the database's text, as it lies on disk."""
    world.store.compact()
    path = Path(world.store.url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob("registry.sqlite*")).decode("utf-8", "replace")


def test_the_person_is_in_the_file_alone(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    assert everything(world).count("lin@yunwu.example") == 1


def test_erasing_leaves_nothing_on_disk_and_the_file_valid(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, legal={"license": "EUPL-1.2", "mainCopyrightOwner": "林小雨"}))
    with world.store.writing("Chen", world.now) as change:
        assert erase(change, " LIN@yunwu.example ", "asked by the person") == [URL]
    text = everything(world)
    for trace in ("lin@yunwu.example", "林小雨", "+886-2-5550-1234"):
        assert trace not in text
    with world.store.reading() as session:
        file = session.exec(select(StoredFile)).one()
        assert file.erased_at == world.now
        contact = {"name": "(erased)", "email": "erased@erased.invalid", "phone": "(erased)"}
        kept = parse(file.content).values
        assert kept is not None
        assert kept["maintenance"]["contacts"] == [contact]
        values = session.exec(select(AssessmentRecord.values)).one()
        assert values is not None
        assert values["legal"]["mainCopyrightOwner"] == "(erased)"
        assert session.exec(select(Event.actor).where(Event.entity == "erasure")).all() == ["Chen"] * 3


def test_a_later_file_comes_without_the_person(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    with world.store.writing("Chen", world.now) as change:
        erase(change, "林小雨")
    newer = software(URL, name="新陳情系統")
    with world.store.reading() as session:
        redacted = Erasures(session).redact(newer)
    assert "林小雨" not in redacted.decode()
    assert "lin@yunwu.example" not in redacted.decode()
    assert "新陳情系統" in redacted.decode()


def test_a_name_that_cannot_be_found_as_written_empties_the_file(world: World) -> None:
    world.publish(URL)
    content = software(URL).replace("林小雨".encode(), b'"\\u6797\\u5C0F\\u96E8"')
    world.finds(URL, content)
    with world.store.writing("Chen", world.now) as change:
        assert erase(change, "林小雨") == [URL]
    with world.store.reading() as session:
        assert session.exec(select(StoredFile.content)).one() == b"# erased\n"


def test_nobody_found_is_told_and_remembered(world: World) -> None:
    world.publish(URL)
    with world.store.writing("Chen", world.now) as change:
        assert erase(change, "林小雨") == []
    with world.store.reading() as session:
        assert "林小雨" not in Erasures(session).redact(software(URL)).decode()

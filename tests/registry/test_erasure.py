"""Taking a person out: of what is stored, and of what comes later."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from publiccode.registry.erasure import Erasures, erase
from publiccode.registry.following import follow, reindex
from publiccode.registry.models import AssessmentRecord, Event, Software, StoredFile
from publiccode.registry.search import Request
from publiccode.registry.search.engines import open_index
from publiccode.registry.store import StorageError
from publiccode.schemas.document import parse

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"
OTHER = "https://git.yunwu.example/open/parking"
MARIO, MAIL = "Mario Rossi", "mario@comune.example"


def path(world: World) -> Path:
    return Path(world.store.url.removeprefix("sqlite:///"))


def everything(world: World) -> str:
    """All the database's text, as it lies on disk."""
    world.store.compact()
    return b"".join(file.read_bytes() for file in path(world).parent.glob("registry.sqlite*")).decode(
        "utf-8", "replace"
    )


def contacts(*entries: Any) -> dict[str, Any]:
    return {"type": "internal", "contacts": list(entries)}


def values(content: bytes) -> dict[str, Any]:
    return dict(parse(content).values or {})


def stored(world: World) -> dict[str, Any]:
    """What the only stored file says."""
    with world.store.reading() as session:
        return values(session.exec(select(StoredFile.content)).one())


def assessed(world: World) -> dict[str, Any]:
    """What the only assessment keeps of its file."""
    with world.store.reading() as session:
        return dict(session.exec(select(AssessmentRecord.values)).one() or {})


def later(world: World, content: bytes) -> bytes:
    """What a later harvest keeps of this file."""
    with world.store.reading() as session:
        return Erasures(session).redact(content)


def test_the_person_is_in_the_file_alone(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    assert everything(world).count("lin@yunwu.example") == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"contact": [{"name": MARIO, "email": MAIL}]}, {}),
        ({"Contacts": {"name": MARIO}, "it": {"contact": MARIO, "x": "y"}}, {"it": {"x": "y"}}),
        ({"maintenance": {"type": "contract", "contractors": {"name": MARIO}}}, {"maintenance": {"type": "contract"}}),
        ({"maintenance": [{"contacts": MARIO}]}, {}),
        (
            {"maintenance": {"contractors": [{"name": "Srl", "until": "2030-01-01", "e-mail": MAIL, MARIO: MAIL}]}},
            {"maintenance": {"contractors": [{"name": "Srl", "until": "2030-01-01"}]}},
        ),
        ({"roadmap": {"mail": MAIL, "Phone": "1", "note": MAIL}}, {"roadmap": {"note": MAIL}}),
    ],
)
def test_no_person_stands_in_what_is_read_from_a_file(world: World, written: Any, kept: Any) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, **{"maintenance": None} | written))
    usual = values(software(URL, maintenance=None))
    assert assessed(world) == usual | kept


def test_erasing_leaves_nothing_on_disk_and_the_file_valid(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, legal={"license": "EUPL-1.2", "mainCopyrightOwner": "林小雨"}))
    assert erase(world.store, " LIN@yunwu.example ", "Chen", "asked by the person", world.now).addresses == [URL]
    text = everything(world)
    for trace in ("lin@yunwu.example", "林小雨", "+886-2-5550-1234"):
        assert trace not in text
    contact = {"name": "(erased)", "email": "erased@erased.invalid", "phone": "(erased)"}
    assert stored(world)["maintenance"]["contacts"] == [contact]
    assert assessed(world)["legal"] == {"license": "EUPL-1.2", "mainCopyrightOwner": "(erased)"}
    with world.store.reading() as session:
        assert session.exec(select(StoredFile.erased_at)).one() == world.now
        assert session.exec(select(Event.actor).where(Event.entity == "erasure")).all() == ["Chen"]


@pytest.mark.parametrize("asked", [MARIO, MAIL])
@pytest.mark.parametrize(
    "maintenance",
    [
        contacts({"name": MARIO, "mail": MAIL}),
        contacts({"name": MARIO, "e-mail": MAIL, "matrix": "@rossi.m:comune.example"}),
        contacts({"name": MARIO, "email": f"{MAIL} (office)"}),
        contacts(f"{MARIO} <{MAIL}>"),
        contacts(f"'{MAIL}' ({MARIO})"),
        contacts(f"Contact: {MARIO}, {MAIL}"),
        contacts({MARIO: MAIL}),
        {"type": "internal", "contacts": {"name": MARIO, "email": MAIL}},
        {"type": "internal", "contacts": {MARIO: MAIL, "Anna Bianchi": "anna@comune.example"}},
        {"type": "internal", "contacts": f"{MARIO} {MAIL}"},
        {"type": "contract", "contractors": {"name": MARIO, "email": MAIL, "until": "2030-01-01"}},
    ],
)
def test_every_shape_of_contacts(world: World, maintenance: Any, asked: str) -> None:
    if asked == MARIO and isinstance(maintenance.get("contacts"), str):
        maintenance = maintenance | {"contacts": f"{MARIO}, {MAIL}"}
    content = software(URL, maintenance=maintenance)
    world.publish(URL)
    world.finds(URL, content)
    assert erase(world.store, asked, "Chen").addresses == [URL]
    text, redacted = everything(world), later(world, content).decode()
    for trace in (MARIO, MAIL, "rossi.m"):
        assert trace not in text
        assert trace not in redacted
    assert stored(world)["maintenance"]["type"] == maintenance["type"]
    assert ("Anna Bianchi" in text) == ("Anna Bianchi" in content.decode())


def test_findings_lose_the_person_in_key_and_message(world: World) -> None:
    contractors = [{"name": MARIO, "until": "2030-01-01", "website": MARIO}]
    world.publish(URL)
    world.finds(URL, software(URL, maintenance=contacts({MARIO: "x", "name": "M"}) | {"contractors": contractors}))
    assert erase(world.store, MARIO, "Chen").addresses == [URL]
    with world.store.reading() as session:
        findings = session.exec(select(AssessmentRecord.findings)).one()
    told = {finding["rule"]: (finding["key"], finding["message"]["values"]) for finding in findings}
    assert told["key-known"] == ("maintenance.contacts[0].(erased)", {"name": "(erased)"})
    assert told["url-format"] == ("maintenance.contractors[0].website", {"value": "(erased)"})


def test_a_person_in_prose_and_in_an_unreadable_file_is_found_too(world: World) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, b"# ask MARIO  ROSSI\n" + software(URL, organisation={"name": "Ufficio di Mario Rossi"}))
    world.finds(OTHER, b"name: [\n# Mario Rossi wrote this\n")
    assert erase(world.store, MARIO, "Chen").addresses == [OTHER, URL]
    with world.store.reading() as session:
        contents = sorted(session.exec(select(StoredFile.content)).all())
    assert contents[0].startswith(b"# ask (erased)\n")
    assert contents[1] == b"name: [\n# (erased) wrote this\n"
    assert values(contents[0])["organisation"] == {"name": "Ufficio di (erased)"}
    assert later(world, b"name: [\ncontacts:\n- name: 'mario rossi'\n") == b"name: [\ncontacts:\n- name: '(erased)'\n"


def test_a_name_in_a_chinese_sentence(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, roadmap="請洽林小雨小姐，或寫信到lin@yunwu.example。"))
    assert erase(world.store, "林小雨", "Chen").addresses == [URL]
    assert stored(world)["roadmap"] == "請洽(erased)小姐，或寫信到erased@erased.invalid。"


def test_other_words_stay_as_they_are(world: World) -> None:
    content = software(
        URL,
        name="Li",
        maintenance=contacts({"name": "Li", "email": "li@c.example", "role": "stable"}, {"name": "Liang"}),
        description={"en": {"shortDescription": "Li of Liguria, a stable tool", "longDescription": "ali@c.example"}},
        legal={"license": "LiLiQ-R-1.1"},
    )
    world.publish(URL)
    world.finds(URL, content)
    assert erase(world.store, "li@c.example", "Chen").addresses == [URL]
    expected = values(content)
    expected["maintenance"] = contacts(
        {"name": "(erased)", "email": "erased@erased.invalid", "role": "(erased)"}, {"name": "Liang"}
    )
    assert stored(world) == expected
    assert assessed(world) == expected | {"maintenance": {"type": "internal"}}


def test_names_that_are_also_keys_or_values_of_the_standard_break_nothing(world: World) -> None:
    entry = [{"name": "Legal", "email": "legal@c.example"}, {"name": "communications", "email": "legal@c.example"}]
    addresses = {"landingURL": "https://legal.c.example/communications", "logo": "img/legal.svg"}
    content = software(URL, maintenance=contacts(*entry), usedBy=["Legal"], **addresses)
    world.publish(URL)
    world.finds(URL, content)
    assert erase(world.store, "legal@c.example", "Chen").addresses == [URL]
    gone = {"name": "(erased)", "email": "erased@erased.invalid"}
    assert stored(world) == values(content) | {"maintenance": contacts(gone, gone), "usedBy": ["(erased)"]}


def test_another_person_with_the_same_phone_stays(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, maintenance=contacts({"name": MARIO, "email": MAIL, "phone": "+39 06 1"})))
    assert erase(world.store, MAIL, "Chen").addresses == [URL]
    anna = software(OTHER, maintenance=contacts({"name": "Anna Bianchi", "email": "a@c.example", "phone": "+39 06 1"}))
    assert later(world, anna) == anna


def test_a_later_file_comes_without_the_person(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    erase(world.store, "林小雨", "Chen")
    redacted = values(later(world, software(URL, name="新陳情系統")))
    gone = {"name": "(erased)", "email": "erased@erased.invalid", "phone": "(erased)"}
    assert redacted == values(software(URL, name="新陳情系統", maintenance=contacts(gone)))


def test_who_was_asked_for_by_name_is_found_by_the_e_mail_as_well(world: World) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL, maintenance=contacts({"name": MARIO, "email": MAIL})))
    world.finds(OTHER, software(OTHER, maintenance=contacts({"name": "M. R.", "email": MAIL})))
    assert erase(world.store, MARIO, "Chen").addresses == [OTHER, URL]
    assert "M. R." not in everything(world)


def test_a_name_that_cannot_be_found_as_written_empties_the_file(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL).replace("林小雨".encode(), b'"\\u6797\\u5C0F\\u96E8"'))
    assert erase(world.store, "林小雨", "Chen").addresses == [URL]
    with world.store.reading() as session:
        assert session.exec(select(StoredFile.content)).one() == b"# erased\n"


def test_nobody_found_is_told_and_remembered(world: World) -> None:
    assert erase(world.store, "林小雨", "Chen").addresses == []
    assert "林小雨" not in later(world, software(URL)).decode()


def test_the_index_forgets_the_person_of_an_entry_that_broke_since(world: World, tmp_path: Path) -> None:
    texts = {"en": {"shortDescription": "Written by Zebedeus Quux", "features": ["x"]}}
    world.publish(URL)
    world.finds(URL, software(URL, description=texts, maintenance=contacts({"name": "Zebedeus Quux"})))
    world.finds(URL, b"name: [")
    followed, rebuilt = (open_index("tantivy", tmp_path / name) for name in ("followed", "rebuilt"))
    for index in (followed, rebuilt):
        assert follow(world.store, index) == 1
        assert index.search(Request("Zebedeus")).total == 1
    assert erase(world.store, "Zebedeus Quux", "Chen").addresses == [URL]
    with world.store.reading() as session:
        entry = session.exec(select(Software)).one()
        kinds = session.exec(select(Event.kind).where(Event.entity_id == str(entry.id))).all()
    assert kinds[-1] == "person erased"
    assert (follow(world.store, followed), reindex(world.store, rebuilt)) == (1, 1)
    for index in (followed, rebuilt):
        assert index.search(Request("Zebedeus")).total == 0


def test_a_reader_keeps_the_person_on_disk_and_that_is_told(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    reader = sqlite3.connect(path(world), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM stored_file").fetchone()
    erase(world.store, "林小雨", "Chen")
    with pytest.raises(StorageError) as told:
        world.store.compact()
    assert str(told.value) == (
        f"{path(world)} is being read by others: what was overwritten stays in the write-ahead log until the readers "
        "end; wait for them or stop them, then run erase again."
    )
    reader.close()
    assert "林小雨" not in everything(world)


def test_the_files_are_looked_through_before_the_database_is_locked(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    statements: list[str] = []
    event.listen(world.store.engine, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
    assert erase(world.store, "林小雨", "Chen").addresses == [URL]
    locked = statements.index("BEGIN IMMEDIATE")
    looking = [number for number, statement in enumerate(statements) if "DISTINCT assessment.file_hash" in statement]
    assert looking
    assert max(looking) < locked

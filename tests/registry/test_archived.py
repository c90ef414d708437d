"""Archived reports: kept once, for good; a person who is erased is taken out of them, and that is told."""

from __future__ import annotations

import json

import pytest
from sqlmodel import col, select

from publiccode.registry.archived import ArchiveError, Which, content_of, erased, keep, listed, numbered
from publiccode.registry.erasure import erase, erase_again
from publiccode.registry.models import ErasureRecord, Event, StoredFile
from publiccode.registry.retention import prune

from ..looks import World
from .test_erasure import everything

NAME = "Seán O'Brien"
HTML = '<h1>Report</h1><p title="by Se&aacute;n O&#39;Brien">Concluded by Seán O&#39;Brien, Board of O&#x27;Brien &amp; Sons</p>\n'
JSON = json.dumps({"by": NAME, "text": f'said "{NAME}"', "other": "Chen"}, ensure_ascii=False, indent=2) + "\n"
CSV = f'\ufeffname,by\r\n"a, ""b""","{NAME}"\r\n'


def archive(
    world: World, form: str, content: str, by: str = "Lin Yu", kind: str = "audit", language: str = "en"
) -> tuple[int, bool]:
    with world.store.writing(by, world.now) as change:
        kept = keep(change, Which(kind, "publisher", "yunwu", form, language), content.encode(), world.now)
        return kept.row.number, kept.new


def contents(world: World) -> dict[int, str]:
    with world.store.reading() as session:
        found = {row.number: content_of(session, row) for row in listed(session)}
        return {number: file.content.decode() for number, file in sorted(found.items()) if file}


def marked(world: World) -> list[int]:
    with world.store.reading() as session:
        rows = listed(session)
        hashes = erased(session, rows)
        return sorted(row.number for row in rows if row.file_hash in hashes)


def test_the_same_content_is_not_kept_twice(world: World) -> None:
    assert archive(world, "html", "one") == (1, True)
    assert archive(world, "html", "one") == (1, False)
    assert archive(world, "html", "two") == (2, True)
    assert archive(world, "html", "one") == (3, True)  # it was so again
    assert archive(world, "html", "one", language="zh-Hant") == (4, True)
    with world.store.reading() as session:
        assert [row.number for row in listed(session)] == [4, 3, 2, 1]
        assert [row.number for row in listed(session, "publisher", ["nobody"])] == []
        assert len(session.exec(select(StoredFile)).all()) == 2
        first = numbered(session, 1)
        assert first is not None
        assert (first.size, first.by, first.as_of) == (3, "Lin Yu", world.now)
        assert numbered(session, 9) is None


def test_who_archives_is_named(world: World) -> None:
    with pytest.raises(ArchiveError, match="the name of who archives is needed"):
        archive(world, "html", "one", by=" ")


def test_pruning_leaves_what_is_archived(world: World) -> None:
    archive(world, "html", "one")
    world.later(days=4000)
    prune(world.store, 1, 1, world.now)
    assert contents(world) == {1: "one"}


def test_a_person_is_taken_out_of_every_form(world: World) -> None:
    for form, text in (("html", HTML), ("json", JSON), ("csv", CSV), ("text", f"by {NAME}\nnobody\n")):
        archive(world, form, text)
    archive(world, "spdx-json", JSON.replace("Seán", "Se\\u00e1n"), kind="sbom")
    archive(world, "html", "<p>nobody</p>", language="zh-Hant")
    found = erase(world.store, NAME, "officer", at=world.now)
    assert found.texts == [f"archived report {number}" for number in range(1, 6)]
    assert marked(world) == [1, 2, 3, 4, 5]
    clean = contents(world)
    assert clean[1] == (
        '<h1>Report</h1><p title="by (erased)">Concluded by (erased), Board of O&#x27;Brien &amp; Sons</p>\n'
    )
    assert json.loads(clean[2]) == {"by": "(erased)", "text": 'said "(erased)"', "other": "Chen"}
    assert clean[3] == '\ufeffname,by\r\n"a, ""b""",(erased)\r\n'
    assert clean[4] == "by (erased)\nnobody\n"
    assert json.loads(clean[5]) == json.loads(clean[2])
    assert clean[6] == "<p>nobody</p>"
    assert "Brien" not in everything(world).replace("Board of O&#x27;Brien", "")
    with world.store.reading() as session:
        events = session.exec(select(Event).where(Event.entity == "archived_report", Event.kind == "person erased"))
        assert len(events.all()) == 5
        first = numbered(session, 1)
        assert first is not None
        assert first.size == len(HTML.encode())
    assert erase(world.store, NAME, "officer").texts == []


def test_who_archived_is_taken_out_too(world: World) -> None:
    archive(world, "html", "one", by=NAME)
    assert erase(world.store, NAME, "officer").texts == [
        "the name of who archived report 1",
        "who wrote, in 2 places of the log",
    ]
    with world.store.reading() as session:
        assert [row.by for row in listed(session)] == ["(erased)"]


def test_a_form_that_cannot_be_edited_is_emptied_with_its_twin(world: World) -> None:
    archive(world, "html", f"<p>{NAME}</p>", kind="compliance")
    archive(world, "odt", "packed 1", kind="compliance")
    archive(world, "html", "<p>nobody</p>", kind="readiness")
    archive(world, "odt", "packed 2", kind="readiness")
    archive(world, "odt", "packed 3", kind="audit")
    found = erase(world.store, NAME, "officer", at=world.now)
    assert found.texts == [
        "archived report 1",
        "archived report 2, which was emptied",
        "archived report 5, which was emptied",
    ]
    assert contents(world) == {1: "<p>(erased)</p>", 2: "", 3: "<p>nobody</p>", 4: "packed 2", 5: ""}


def test_a_person_known_by_the_digest_alone_is_taken_out(world: World) -> None:
    erase(world.store, NAME, "officer", at=world.now)
    with world.store.reading() as session:
        known = session.exec(select(ErasureRecord).order_by(col(ErasureRecord.digest))).all()
    archive(world, "html", HTML)
    archive(world, "json", JSON)
    found = erase_again(world.store, known, "restore")
    assert found.texts == ["archived report 1", "archived report 2"]
    assert "Seán" not in "".join(contents(world).values())


def test_nobody_is_said_to_be_found_where_nobody_is(world: World) -> None:
    archive(world, "odt", "packed", kind="compliance")
    archive(world, "html", "<p>nobody</p>", kind="compliance")
    assert erase(world.store, NAME, "officer").texts == []
    assert contents(world) == {1: "packed", 2: "<p>nobody</p>"}

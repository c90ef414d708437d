"""Curated collections: their file, what an import does, what is not in the catalogue."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from publiccode.registry.catalogue import entry_at
from publiccode.registry.collections import (
    CollectionError,
    Imported,
    collection,
    collections,
    collections_with,
    found_entries,
    import_collection,
    read_collection,
    remove_collection,
)
from publiccode.registry.erasure import erase
from publiccode.registry.models import Collection, Event, Reach

from ..looks import World, software

URL, OTHER = "https://git.yunwu.example/open/petition", "https://git.yunwu.example/open/forms"
KIT = f"""
slug: starter-kit
title: {{zh-Hant: 入門套件, en: Starter kit}}
text:
  en: |
    Begin with **these**, says Ada Brun.
items:
  - address: {URL}.git
    note: {{en: Petitions}}
  - address: {OTHER}
"""


def kept(world: World, text: str = KIT) -> Imported:
    with world.store.writing("Lin Yu", world.now) as change:
        return import_collection(change, read_collection(text.encode()))


@pytest.fixture
def petition(world: World) -> World:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL))
    return world


def test_an_import_tells_what_changed_and_what_is_missing(petition: World) -> None:
    assert kept(petition) == Imported(("new: starter-kit, 2 items",), (OTHER,))
    petition.later(days=1)
    assert kept(petition) == Imported((), (OTHER,))
    changed = KIT.replace("Starter kit", "Kit").replace("Petitions", "To petition").replace(OTHER, OTHER + "2")
    assert kept(petition, changed) == Imported(
        (
            "title: en",
            f"added: {OTHER}2",
            f"taken out: {OTHER}",
            f"note or spelling: {URL}.git",
        ),
        (OTHER + "2",),
    )
    head, _, items = KIT.partition("items:\n")
    first, second = items.strip("\n").split("\n  - ")[0], items.strip("\n").split("\n  - ")[1]
    kept(petition)
    assert kept(petition, f"{head}items:\n  - {second}\n{first}\n").changes == ("another order",)


def test_an_entry_knows_its_collections(petition: World) -> None:
    kept(petition)
    with petition.store.reading() as session:
        entry = entry_at(session, URL)
        assert entry is not None
        assert [one.slug for one in collections_with(session, entry)] == ["starter-kit"]
        found = found_entries(session, ["git.yunwu.example/open/petition", "git.yunwu.example/open/forms"])
        assert [entry.software.slug for entry in found.values()] == ["陳情系統"]
    petition.finds(OTHER, software(OTHER, "Forms"))
    assert kept(petition).missing == ()
    petition.fails(OTHER, Reach.MISSING)
    petition.later(days=2)
    petition.fails(OTHER, Reach.MISSING)
    assert kept(petition).missing == (OTHER,)  # a tombstone


def test_what_is_taken_down_comes_back_with_an_import(petition: World) -> None:
    kept(petition)
    with petition.store.writing("Lin", petition.now) as change:
        assert (remove_collection(change, "starter-kit"), remove_collection(change, "none")) == (True, False)
        assert collections(change.session) == []
        assert collection(change.session, "starter-kit") is None
    assert kept(petition).changes == ("shown again",)
    with petition.store.reading() as session:
        events = session.exec(select(Event).where(Event.entity == "collection").order_by(col(Event.sequence))).all()
        assert [sorted(event.after or {}) for event in events] == [
            ["at", "id", "removed_at", "slug"],
            ["removed_at"],
            ["removed_at"],
        ]


def test_a_person_is_taken_out(petition: World) -> None:
    kept(petition)
    assert erase(petition.store, "Ada Brun", "Chen").texts == ["the collection starter-kit"]
    with petition.store.reading() as session:
        [row] = session.exec(select(Collection)).all()
        assert row.texts == {"en": "Begin with **these**, says (erased)."}
    assert kept(petition).changes == ()  # the same file does not bring the person back


def test_who_imported_is_taken_out_and_what_stands_at_a_persons_address(petition: World) -> None:
    listed = read_collection((KIT + "  - address: https://git.example/ada-brun/x\n").encode())
    with petition.store.writing("Ada Brun", petition.now) as change:
        import_collection(change, listed)
    erase(petition.store, "Ada Brun", "Chen")
    with petition.store.reading() as session:
        [row] = session.exec(select(Collection)).all()
        assert row.by == "(erased)"
        assert "ada-brun" not in str(row.items)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[]", ["the file must begin with `slug:`, `title:`, `text:` and `items:`"]),
        (
            "slug: Some Kit\ntitle: Kit\nitems: []\nmore: 1\n",
            [
                "line 4: the collection: unknown key 'more'; known are items, slug, text, title",
                "line 1: the slug 'Some Kit' cannot stand in an address; write 'some-kit'",
                "line 2: `title` must map languages to texts, as in title: {zh-Hant: …, en: …}",
                "line 1: `text` must map languages to texts, as in text: {zh-Hant: …, en: …}",
                "line 3: `items` must be a list, each beginning with `- address:`",
            ],
        ),
        (
            KIT + f"  - address: {URL}\n  - {{note: {{en: x}}}}\n  - one\n  - address: ftp://x.example/\n"
            "  - address: https://x.example/\n    note: {'no language': x}\n",
            [
                f"line 11: {URL} stands in line 8 already",
                "line 12: `address` is missing",
                "line 13: each of `items` is an `address`, with a `note` where there is something to say",
                "line 14: 'ftp://x.example/' is not an http(s) address without user name or password",
                "line 16: `note`: 'no language' is no language tag, such as zh-Hant or en",
            ],
        ),
        (
            KIT + "  - address: https://x.example/\n    note: {zh: x, zh-Hant: y}\n",
            ["line 12: `note`: zh stands beside zh-Hant; write zh-Hant or zh-Hans for it"],
        ),
        (KIT.replace("title", "title: &a x\ntext: *a\ntitle"), None),
        ("[" * 50, None),
        ("slug: [", None),
    ],
)
def test_what_cannot_be_imported(text: str, problems: list[str] | None) -> None:
    with pytest.raises(CollectionError) as caught:
        read_collection(text.encode())
    if problems is None:
        assert caught.value.problems[0].startswith("no readable YAML: ")
    else:
        assert caught.value.problems == problems

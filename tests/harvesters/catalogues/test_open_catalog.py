"""Entries of an open-catalog-api, page by page, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from publiccode.harvesters.catalogues import CATALOGUES, Entry
from publiccode.harvesters.catalogues.normalised import unused
from publiccode.harvesters.errors import HostUnavailable
from publiccode.schemas.candidate import Candidate, RepositoryFile

from .servers import documents, open_catalog, served, told

YAML = "name:   Permessi  # così\r\nurl: https://git.comune.example/permessi\nlegal: {license: EUPL-1.2}\n"


def read(software: list[Any], path: str = "", usual: int = 25) -> tuple[list[Entry], list[str], str]:
    with served(open_catalog(software, usual)) as (server, http):
        entries = list(CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url + path))
        return entries, server.asked, server.url


def test_an_entry_whole() -> None:
    row = {
        "id": "0a6b…/è",
        "url": "https://git.comune.example/permessi",
        "aliases": ["https://old.comune.example/permessi", "http://git.comune.example/permessi.git", 7],
        "publiccodeYml": YAML,
        "active": True,
        "vitality": "90,85",
        "createdAt": "2024-01-01T00:00:00Z",
        "updatedAt": "2026-05-04T10:00:00+02:00",
    }
    (entry,), _, url = read([row])
    assert entry == Entry(
        url="https://git.comune.example/permessi",
        source_id="0a6b…/è",
        page=f"{url}/v1/software/0a6b%E2%80%A6%2F%C3%A8",
        candidate=Candidate(RepositoryFile("publiccode.yml", YAML.encode())),
        original=json.dumps(row, ensure_ascii=False).encode(),
        modified_at=datetime(2026, 5, 4, 8, tzinfo=UTC),
        other_urls=("https://old.comune.example/permessi", "http://git.comune.example/permessi.git"),
        quirks=(unused("aliases", "7"),),
    )


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/software", "/v1/software/"])
def test_every_page_is_read_from_each_form_of_the_address(path: str) -> None:
    software = [{"id": str(number), "url": f"https://git.example/{number}"} for number in range(205)]
    entries, asked, _ = read(software, path)
    assert [entry.source_id for entry in entries] == [row["id"] for row in software]
    assert asked == [
        "/v1/software?page[size]=100",
        "/v1/software?page[after]=MTAw&page[size]=100",
        "/v1/software?page[after]=MjAw&page[size]=100",
    ]


def test_parameters_of_the_address_are_kept() -> None:
    _, asked, _ = read([], "/v1/software?from=2026-01-01T00:00:00Z&page[size]=10")
    assert asked == ["/v1/software?page[size]=10&from=2026-01-01T00:00:00Z"]


def test_what_was_deactivated_is_left_out() -> None:
    software = [
        {"id": "1", "url": "https://git.example/a", "active": False},
        {"id": "2", "url": "https://git.example/b"},
    ]
    for path in ("", "/v1/software?all=true"):
        entries, _, _ = read(software, path)
        assert [entry.source_id for entry in entries] == ["2"]


def test_bad_records_stop_nothing() -> None:
    software: list[Any] = [
        None,
        ["a"],
        {},
        {"id": 12, "url": ["x"], "publiccodeYml": {"name": "a"}, "aliases": "x", "updatedAt": "yesterday"},
        {"id": "3", "url": "no address", "publiccodeYml": ""},
        {"id": "4", "url": "https://git.example/d", "publiccodeYml": "a" * 100_001},
        {"id": "5", "url": "https://git.example/e", "publiccodeYml": ": : not YAML"},
        {"id": "6", "url": "https://user:secret@git.example/f", "updatedAt": 99999999999999},
    ]
    entries, _, _ = read(software)
    assert [(entry.url, entry.source_id, told(entry)) for entry in entries[2:]] == [
        ("", "", ["The record names no address of code."]),
        (
            "",
            "12",
            [
                "The record names no address of code.",
                "The field publiccodeYml could not be used: “{'name': 'a'}”.",
                "The field updatedAt could not be used: “yesterday”.",
            ],
        ),
        ("", "3", ["The field url could not be used: “no address”."]),
        (
            "https://git.example/d",
            "4",
            ["The field publiccodeYml has more than 100000 characters and was not read."],
        ),
        ("https://git.example/e", "5", []),
        (
            "https://git.example/f",
            "6",
            [
                "A user's name was taken out of the address in url.",
                "The field updatedAt could not be used: “99999999999999”.",
            ],
        ),
    ]
    assert [told(entry) for entry in entries[:2]] == [
        ["The record 1 cannot be read."],
        ["The record 2 cannot be read."],
    ]
    assert [entry.candidate is not None for entry in entries] == [False] * 6 + [True, False]


def test_half_a_character_is_no_file() -> None:
    body = b'{"data":[{"id":"1","url":"https://git.example/a","publiccodeYml":"name: \\ud800"}],"links":{}}'
    with served(documents({"/v1/software?page[size]=100": body})) as (server, http):
        (entry,) = CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url)
    assert (entry.candidate, told(entry)) == (None, ["The field publiccodeYml could not be used: “name: ?”."])


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("?page[size]=100", "leads from page to page without end"),
        ("https://elsewhere.example/v1/software", "leads to another host for its next page"),
        ("//elsewhere.example/", "leads to another host for its next page"),
        ("http://[", "leads to another host for its next page"),
    ],
)
def test_links_that_lead_astray(link: str, reason: str) -> None:
    page = {"data": [{"id": "1", "url": "https://git.example/a"}], "links": {"next": link}}
    with served(lambda _: (200, json.dumps(page).encode())) as (server, http):
        entries = CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url)
        assert next(entries).source_id == "1"
        with pytest.raises(HostUnavailable, match=reason):
            next(entries)


@pytest.mark.parametrize("links", [None, [], "next", {"next": None}, {"next": {}}])
def test_no_next_page(links: object) -> None:
    page = {"links": links, "data": [{"id": "1", "url": "https://git.example/a"}]}
    with served(lambda _: (200, json.dumps(page).encode())) as (server, http):
        assert len(list(CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url))) == 1


def test_what_came_before_a_fault_stands() -> None:
    pages = {
        "/v1/software?page[size]=100": b'{"data":[{"id":"1","url":"https://git.example/a"}],"links":{"next":"?page[after]=x"}}',
        "/v1/software?page[after]=x": b'{"title":"can\'t get Software","status":500',
    }
    with served(documents(pages)) as (server, http):
        entries = CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url)
        assert next(entries).source_id == "1"
        with pytest.raises(HostUnavailable, match="is no valid JSON"):
            next(entries)


def test_the_licence_is_told_and_the_file_stays() -> None:
    yaml = 'publiccodeYmlVersion: "0"\ndescription:\n  zh_TW: {}\n  it: {}\nlegal:\n  license: GPL v3\n'
    (entry,), _, _ = read([{"id": "1", "url": "https://git.example/a", "publiccodeYml": yaml}])
    assert entry.candidate is not None
    assert entry.candidate.file.content == yaml.encode()
    assert told(entry) == [
        "The licence “GPL v3” may mean GPL-3.0-only, GPL-3.0-or-later; it is left as written.",
        "The language “zh_TW” is read as zh-Hant.",
    ]

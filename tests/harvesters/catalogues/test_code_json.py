"""Inventories in the form of code.json."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from publiccode.harvesters.catalogues import Entry
from publiccode.harvesters.errors import HostUnavailable

from .servers import entries_of, told, values_of

RELEASE = {
    "name": "Harbor Tide Board",
    "version": 1.10,
    "organization": "Office of Piers",
    "description": "Shows tides and berths of a public harbor.",
    "repositoryURL": "https://git.harbor.example/tide-board",
    "homepageURL": "https://tides.harbor.example/",
    "vcs": "git",
    "laborHours": 1200,
    "status": "Production",
    "tags": ["tides", "harbor", "Tides"],
    "permissions": {
        "licenses": [{"name": "Apache License, Version 2.0", "URL": "https://www.apache.org/licenses/LICENSE-2.0"}],
        "usageType": "openSource",
    },
    "contact": {"name": "Kim Quay", "email": "kim@harbor.example", "phone": "555-0100"},
    "date": {"created": "2020-02-02", "lastModified": "2026-01-15", "metadataLastUpdated": "2026-02-01T12:00:00Z"},
}


def read(*releases: Any, agency: object = "DOH", key: str = "releases") -> list[Entry]:
    body = {"version": "2.0.0", "agency": agency, "measurementType": {"method": "modules"}, key: releases}
    return entries_of("code-json", json.dumps(body).encode())


def changed(**values: Any) -> Entry:
    return read({**RELEASE, **values})[0]


@pytest.mark.parametrize("key", ["releases", "projects"])
def test_a_release_whole(key: str) -> None:
    (entry,) = read(RELEASE, key=key)
    assert (entry.url, entry.other_urls, entry.source_id, entry.page) == (
        "https://git.harbor.example/tide-board",
        (),
        "git.harbor.example/tide-board",
        "",
    )
    assert entry.modified_at == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert json.loads(entry.original) == RELEASE
    assert told(entry) == ["The licence “https://www.apache.org/licenses/LICENSE-2.0” is read as Apache-2.0."]
    assert values_of(entry) == {
        "publiccodeYmlVersion": "0",
        "name": "Harbor Tide Board",
        "url": "https://git.harbor.example/tide-board",
        "landingURL": "https://tides.harbor.example/",
        "softwareVersion": "1.1",
        "releaseDate": "2026-01-15",
        "developmentStatus": "stable",
        "organisation": {"name": "Office of Piers"},
        "description": {
            "en": {"shortDescription": "Shows tides and berths of a public harbor.", "features": ["tides", "harbor"]}
        },
        "legal": {"license": "Apache-2.0"},
        "maintenance": {
            "contacts": [{"name": "Kim Quay", "email": "kim@harbor.example", "phone": "555-0100"}],
        },
    }


def test_a_version_is_kept_as_it_was_written() -> None:
    body = b'{"releases": [{"name": "a", "repositoryURL": "https://git.example/a", "version": 1.10}]}'
    (entry,) = entries_of("code-json", body)
    assert values_of(entry)["softwareVersion"] == "1.10"
    assert entry.original == b'{"name": "a", "repositoryURL": "https://git.example/a", "version": 1.10}'


def test_the_agency_where_a_release_names_no_organization() -> None:
    assert values_of(changed(organization=None))["organisation"] == {"name": "DOH"}
    (entry,) = read({**RELEASE, "organization": ""}, agency=None)
    assert "organisation" not in values_of(entry)


SEVERAL = (
    "The licence “MIT, Apache-2.0” may name MIT, Apache-2.0; which of them holds for what is not said, so it is left as "
    "written."
)


@pytest.mark.parametrize(
    ("licenses", "written", "quirks"),
    [
        ([{"name": "MIT"}], "MIT", []),
        ([{"URL": "https://opensource.org/licenses/MIT", "name": ""}], "MIT", ["https://opensource.org/licenses/MIT"]),
        ([{"URL": "https://spdx.org/licenses/EUPL-1.2.html"}], "EUPL-1.2", ["https://spdx.org/licenses/EUPL-1.2.html"]),
        (["MIT"], "MIT", []),
        ([], None, []),
        (None, None, []),
        (7, "7", ["The licence “7” is none that is known; it is left as written."]),
        ([{"name": None}], None, []),
        (
            [{"name": "MIT"}, {"name": "Apache-2.0"}],
            "MIT, Apache-2.0",
            [SEVERAL],
        ),
    ],
)
def test_licences(licenses: object, written: str | None, quirks: list[str]) -> None:
    entry = changed(permissions={"licenses": licenses, "usageType": "openSource"})
    assert values_of(entry).get("legal", {}).get("license") == written
    quirks = [f"The licence “{text}” is read as {written}." if text.startswith("https:") else text for text in quirks]
    assert told(entry) == quirks


def test_what_is_not_open_source_is_told() -> None:
    entry = changed(repositoryURL="", permissions={"licenses": None, "usageType": "exemptByNationalSecurity"})
    assert (entry.url, told(entry)) == (
        "",
        [
            "The record names no address of code.",
            "The field permissions.usageType says “exemptByNationalSecurity”, which is not open source.",
        ],
    )


def test_what_cannot_be_used_is_told() -> None:
    entry = changed(
        status="Paused",
        homepageURL="see intranet",
        contact={"email": "mailto:not an address"},
        date={"lastModified": "last week"},
        permissions={},
    )
    assert told(entry) == [
        "The field contact.email could not be used: “not an address”.",
        "The field homepageURL could not be used: “see intranet”.",
        "The field date.lastModified could not be used: “last week”.",
        "The field status could not be used: “Paused”.",
    ]
    assert not values_of(entry).keys() & {"maintenance", "landingURL", "releaseDate", "developmentStatus"}


def test_bad_records_stop_nothing() -> None:
    entries = read(
        None, "x", {}, {"repositoryURL": {"a": 1}, "contact": [], "date": "x", "permissions": 3}, RELEASE, RELEASE
    )
    assert [told(entry)[0] for entry in entries[:4]] == [
        "The record 1 cannot be read.",
        "The record 2 cannot be read.",
        "The record names no address of code.",
        "The record names no address of code.",
    ]
    assert [entry.url for entry in entries[4:]] == ["https://git.harbor.example/tide-board"] * 2
    assert len({entry.source_id for entry in entries}) == 6


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b'{"releases": {}}', b'{"releases": [1,]}', b'{"releases": []} x'])
def test_no_inventory(body: bytes) -> None:
    with pytest.raises(HostUnavailable):
        entries_of("code-json", body)

"""Addresses and licence ids of strangers: what is written is taken by the validator, or is not written."""

from __future__ import annotations

import pytest
from spdx_tools.spdx.validation.uri_validators import validate_download_location, validate_url

from publiccode.registry.sbom_writing.addresses import (
    download_location,
    package_purl,
    page_of,
    repository_purl,
    web_address,
)
from publiccode.registry.sbom_writing.bill import Extract
from publiccode.registry.sbom_writing.extracts import Extracts

COMMIT = "c" * 40
ADDRESSES = {
    "https://code.city.org/a/b": (f"git+https://code.city.org/a/b@{COMMIT}", "https://code.city.org/a/b"),
    "http://code.city.org:8443/a": (f"git+http://code.city.org:8443/a@{COMMIT}", "http://code.city.org:8443/a"),
    "https://git.gov.taipei/a": ("https://git.gov.taipei/a", "https://git.gov.taipei/a"),
    "https://code.city.org/陳 情?x=1#y": (
        f"git+https://code.city.org/%E9%99%B3%20%E6%83%85@{COMMIT}",
        "https://code.city.org/%E9%99%B3%20%E6%83%85?x=1",
    ),
    "https://user:secret@code.city.org/a": ("", ""),
    "https://127.0.0.1:3000/a": ("", ""),
    "https://localhost/a": ("", ""),
    "https://政府.org/a": ("", ""),
    "https://xn--abc.org/a": ("", ""),
    "https://[::1/a": ("", ""),
    "javascript:alert(1)": ("", ""),
    "git@code.city.org:a/b": ("", ""),
    "https://code.city.org/" + "a" * 2_000: ("", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_are_taken_by_the_validator_or_left_out(address: str) -> None:
    location, web = download_location(address, COMMIT), web_address(address)
    assert (location, web) == ADDRESSES[address]
    assert not location or validate_download_location(location) == []
    assert not web or validate_url(web) == []


def test_purls_stand_for_hosts_that_have_a_kind() -> None:
    assert repository_purl("https://github.com/City/App.git", COMMIT) == f"pkg:github/city/app@{COMMIT}"
    assert repository_purl("https://bitbucket.org/city/app", "HEAD") == "pkg:bitbucket/city/app"
    assert [
        repository_purl(one, COMMIT)
        for one in ("https://code.city.org/a/b", "https://github.com/a", "https://github.com//")
    ] == [
        "",
        "",
        "",
    ]
    assert package_purl("pkg:npm/%40a/b@1?x=y#z") == "pkg:npm/%40a/b@1?x=y#z"
    assert [
        package_purl(one) for one in ("npm/a", "pkg:npm", "pkg:npm/a b", "pkg:npm/a\n", "pkg:npm/" + "a" * 2_000)
    ] == [""] * 5
    assert (page_of("", "a"), page_of("https://c.org", "陳情")) == ("", "https://c.org/software/%E9%99%B3%E6%83%85")


def test_references_get_one_id_for_each_text() -> None:
    extracts = Extracts()
    texts = {"LicenseRef-a": "one", "LicenseRef-A": "two", "DocumentRef-x:LicenseRef-a": ""}

    def put(said: str, text: str = "") -> str:
        return extracts.put(said, lambda ref: (ref, text or texts[ref], f"of {ref}"))

    assert put("MIT") == "MIT"
    assert put("MIT OR LicenseRef-a") == "MIT OR LicenseRef-a"
    assert put("LicenseRef-a", "another") == "LicenseRef-a-2"
    assert put("LicenseRef-A") == "LicenseRef-A-3"
    assert put("LicenseRef-a AND DocumentRef-x:LicenseRef-a") == "LicenseRef-a AND LicenseRef-x-a"
    assert put("GPL-3.0-only WITH AdditionRef-x") == "NOASSERTION"
    assert extracts.all == [
        Extract("LicenseRef-a", "LicenseRef-a", "one", "of LicenseRef-a"),
        Extract("LicenseRef-a-2", "LicenseRef-a", "another", "of LicenseRef-a"),
        Extract("LicenseRef-A-3", "LicenseRef-A", "two", "of LicenseRef-A"),
        Extract("LicenseRef-x-a", "DocumentRef-x:LicenseRef-a", "NOASSERTION", "of DocumentRef-x:LicenseRef-a"),
    ]

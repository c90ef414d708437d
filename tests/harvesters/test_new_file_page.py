"""Where each kind of host begins a new file."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from publiccode.harvesters.hosts.new_file_page import LONGEST, kind_of_host, new_file_page


@pytest.mark.parametrize(
    ("kind", "path", "file", "text"),
    [
        ("github", "/gov/x/new/main", "filename", "value"),
        ("gitlab", "/gov/x/-/new/main", "file_name", "content"),
        ("gitea", "/gov/x/_new/main/", "filename", "value"),
    ],
)
def test_hosts_that_begin_a_file(kind: str, path: str, file: str, text: str) -> None:
    content = 'name: "陳情 & #1+2"\n- %20\n'
    parts = urlsplit(new_file_page("https://host.example/gov/x.git", kind, "main", "publiccode.yml", [content]))
    assert (parts.netloc, parts.path) == ("host.example", path)
    assert parse_qs(parts.query) == {file: ["publiccode.yml"], text: [content]}


def test_branches_are_quoted() -> None:
    page = new_file_page("https://github.com/gov/x", "github", "feature/a b?c#d", "publiccode.yml", [])
    assert page == "https://github.com/gov/x/new/feature/a%20b%3Fc%23d?filename=publiccode.yml"


def test_of_the_texts_the_first_that_fits_an_address_is_taken() -> None:
    def page(*texts: str) -> str:
        return new_file_page("https://github.com/gov/x", "github", "main", "publiccode.yml", texts)

    assert page("字" * 1000, "a" * 10) == page("a" * 10)
    assert page("字" * 1000, "a" * LONGEST) == page()
    assert len(page("a" * 7_000)) <= LONGEST


@pytest.mark.parametrize(("kind", "branch"), [("git", "main"), ("", "main"), ("github", "")])
def test_no_page(kind: str, branch: str) -> None:
    assert new_file_page("https://host.example/gov/x", kind, branch, "publiccode.yml", ["a"]) == ""


def test_kinds_of_host() -> None:
    kinds = {"git.gov.example": "gitlab"}
    assert [
        kind_of_host(url, kinds, driver)
        for url, driver in [
            ("https://github.com/gov/x", ""),
            ("https://www.github.com/gov/x", ""),
            ("https://user@git.gov.example/x", "github"),
            ("https://gitea.gov.example/x", ""),
            ("https://code.gov.example/x", "gitea"),
            ("https://code.gov.example/x", ""),
            ("https://[", "github"),
        ]
    ] == ["github", "github", "gitlab", "gitea", "gitea", "", ""]

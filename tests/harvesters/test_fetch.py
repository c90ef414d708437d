"""Which repository an address means, however it was copied from a browser."""

from __future__ import annotations

import pytest

from publiccode.harvesters.fetch import is_file_address, is_group_address, repository_address


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/italia/design/", "https://github.com/italia/design"),
        ("https://github.com/italia/design.git", "https://github.com/italia/design.git"),
        ("https://github.com/italia/design/blob/main/publiccode.yml?plain=1#L3", "https://github.com/italia/design"),
        ("https://github.com/italia/design/issues/7", "https://github.com/italia/design"),
        ("https://raw.githubusercontent.com/o/r/main/publiccode.yml?token=x", "https://github.com/o/r"),
        ("HTTPS://www.github.com//o//r//pulls", "https://www.github.com/o/r"),
        ("https://gitlab.com/a/b/c/-/tree/main", "https://gitlab.com/a/b/c"),
        ("https://gitlab.agency.example/a/b/-/raw/main/publiccode.yml", "https://gitlab.agency.example/a/b"),
        ("https://codeberg.org/a/b/src/branch/main/publiccode.yml", "https://codeberg.org/a/b"),
        ("https://bitbucket.org/a/b/src/main/publiccode.yml", "https://bitbucket.org/a/b"),
        ("https://git.agency.example/open/raw", "https://git.agency.example/open/raw"),
        ("https://git.agency.example/open/raw/raw/branch/main/x", "https://git.agency.example/open/raw"),
        ("https://git.agency.example/cgit/x.git/tree/publiccode.yml", "https://git.agency.example/cgit/x.git"),
        ("https://git.agency.example:8443/a/b?x=1", "https://git.agency.example:8443/a/b"),
        ("https://user:secret@git.agency.example/a/b", "https://git.agency.example/a/b"),
        ("https://files.agency.example/x/publiccode.yml", "https://files.agency.example/x/publiccode.yml"),
        ("https://git.agency.example/", "https://git.agency.example"),
    ],
)
def test_an_address_leads_to_its_repository(url: str, repository: str) -> None:
    assert repository_address(url) == repository
    assert repository_address(repository) == repository


def test_groups_and_files_are_told_apart() -> None:
    groups = ["https://github.com/italia", "https://codeberg.org/a/", "https://gitlab.com/a", "https://github.com/a/b"]
    assert [is_group_address(url) for url in groups] == [True, True, False, False]
    files = ["https://a.example/x/publiccode.YML", "https://a.example/x.yaml?y", "https://a.example/x?y=z.yml"]
    assert [is_file_address(url) for url in files] == [True, True, False]

"""Keys, tokens, passwords and numbers of persons: found, masked, and not seen where there are none."""

from __future__ import annotations

import pytest

from publiccode.harvesters.scan.exposed import Exposed, exposed, harmless, masked_path, without_addresses
from publiccode.harvesters.scan.national_ids import is_number_of_a_person

from . import planted


def found(text: str, path: str = "src/settings.py", emails: int = 10) -> list[Exposed]:
    return list(exposed(text.encode(), path, emails))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (planted.KEY, "private-key"),
        (repr(planted.KEY), "private-key"),
        (f"key = '{planted.AWS}'", "aws-key"),
        (f"aws_secret_access_key={planted.letters(40)}", "aws-secret"),
        (planted.GOOGLE, "google-key"),
        (f"git clone https://x:{planted.GITHUB}", "github-token"),
        (planted.GITLAB, "gitlab-token"),
        (planted.SLACK, "slack-token"),
        (f"Bearer {planted.JWT}", "jwt"),
        (f"url = https://bob:{planted.PASSWORD}@db.yunwu.example/x", "password-in-address"),
        (f"DB_PASSWORD = '{planted.PASSWORD}'", "password"),
        (f'"clientSecret": "{planted.letters(32)}"', "password"),
        (f"id {planted.NATIONAL}。", "national-id"),
        (planted.RESIDENT, "national-id"),
        (planted.OLD_RESIDENT, "national-id"),
    ],
)
def test_what_must_not_be_published_is_found_and_masked(text: str, rule: str) -> None:
    places = found(f"first line\n{text}\n")
    assert [(place.rule, place.line, place.low) for place in places][:1] == [(rule, 2, False)]
    assert all(secret not in place.masked for place in places for secret in planted.ALL)
    assert all(len(place.masked) <= 12 for place in places)


@pytest.mark.parametrize(
    "text",
    [
        'if "-----BEGIN PRIVATE KEY-----" not in text: raise ValueError("no PRIVATE KEY-----")',
        "AKIAIOSFODNN7EXAMPLE",
        "password = getpass.getpass('Password: ')",
        "password = 'changeme'; token = 'your-token-here'",
        "SECRET_KEY = os.environ['SECRET_KEY']",
        "password: ${DB_PASSWORD}",
        'secretName: "my-app-secret"',
        "'token_url': 'https://login.yunwu.example/oauth2/token'",
        "PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']",
        "postgresql://user:password@localhost/db  mysql://root:${PASS}@db/x",
        "A123456789 is on every form",
        "F131104094 has a wrong digit",
        "sha512-F131104093+x/A800000014==",
        "key = 'sort-order-2'",
        "eyJub3QiOiJqd3QifQ.eyJ",
    ],
)
def test_what_is_none_is_not_told(text: str) -> None:
    assert found(text) == []


def test_settings_need_no_quotes() -> None:
    text = f"password: {planted.PASSWORD}\ntoken: abcdefgh-ijkl\n"
    assert [(one.rule, one.line) for one in found(text, "deploy/app.yml")] == [("password", 1)]
    assert found(text, "src/app.txt") == []


@pytest.mark.parametrize("path", ["tests/a.py", "src/test_a.py", "docs/use.md", "web/examples/a.env", "app.test.js"])
def test_examples_and_tests_weigh_less(path: str) -> None:
    assert [one.low for one in found(planted.AWS, path)] == [True]


def test_many_addresses_in_a_file_are_a_list_of_persons() -> None:
    people = "\n".join(f"name{number}@yunwu.gov.tw, 0912-345-{number:03}" for number in range(12))
    assert found(people, "data/people.csv") == [
        Exposed("e-mail-list", "data/people.csv", 1, "", False, 12),
        Exposed("phone-list", "data/people.csv", 1, "", False, 12),
    ]
    assert [one.low for one in found(people, "AUTHORS")] == [True, True]
    assert found(people.replace("yunwu.gov.tw", "example.org"), "data/people.csv", 13) == []


def test_one_rule_tells_so_many_places_of_a_file() -> None:
    assert len(found("\n".join("ghp_" + planted.letters(36) for _ in range(50)))) == 20


def test_check_digits_of_all_letters() -> None:
    right = sum(is_number_of_a_person(f"B{number:09}") for number in range(100_000_000, 100_001_000))
    assert right == 100  # one in ten


def test_what_is_kept_holds_nothing() -> None:
    texts = [
        "© 2026 City",
        f"© 2026 {planted.AWS}",
        f"keys/{planted.GITHUB}.txt",
        "src/password.py",
        f"LicenseRef {planted.NATIONAL}",
    ]
    assert harmless(texts) == ["© 2026 City", "src/password.py"]


def test_paths_are_told_with_what_they_show_masked() -> None:
    path = f"keys/{planted.GITHUB}/{planted.NATIONAL} Jane/a.txt"
    assert masked_path(path).startswith("keys/ghp_…")
    assert masked_path(path).endswith("/a.txt")
    assert not [secret for secret in planted.ALL if secret in masked_path(path)]
    assert masked_path("src/password.py") == "src/password.py"


def test_copyright_lines_of_several_holders_lose_their_addresses_alone() -> None:
    line = "Copyright 2020 A <a@yunwu.gov.tw>, B <b@yunwu.gov.tw>"
    assert harmless([without_addresses(line)]) == ["Copyright 2020 A, B"]
    assert without_addresses("Copyright 2020 A <a@yunwu.gov.tw>") == "Copyright 2020 A <a@yunwu.gov.tw>"

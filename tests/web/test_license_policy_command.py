"""`publiccode license policy`: what is printed, with which code it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publiccode.web.cli import cli


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["license", "policy", *arguments], input=stdin, standalone_mode=False)


def test_rulings_for_people() -> None:
    done = run("--policy", "tw", "MIT AND CC-BY-4.0", "OGDL-Taiwan-1.0", "CC-BY-4.0", "MIT License")
    assert done.return_value == 1
    assert done.output.splitlines() == [
        "MIT AND CC-BY-4.0: allowed (the OSI approved MIT)",
        "OGDL-Taiwan-1.0: forbidden (the policy names OGDL-Taiwan-1.0)",
        "CC-BY-4.0: needs a review (CC-BY-4.0 is of the family content)",
        "MIT License: ✗ (“MIT License” is no SPDX licence expression; Did you mean MIT?)",
    ]


def test_nothing_forbidden_ends_with_0() -> None:
    assert run("--policy", "tw", "MIT", "CC-BY-4.0").return_value == 0
    assert run("--policy", "tw", "--content", "OGDL-Taiwan-1.0").return_value == 0


def test_rulings_for_programs() -> None:
    done = run("--format", "jsonl", "--policy", "eu", "-", stdin="agpl-3.0 OR json\n")
    assert done.return_value == 0
    assert json.loads(done.output) == {
        "input": "agpl-3.0 OR json",
        "policy": "eu",
        "for": "code",
        "normalized": "AGPL-3.0-only OR JSON",
        "ruling": "allowed",
        "license": "AGPL-3.0-only",
        "families": {"AGPL-3.0-only": "network-copyleft", "JSON": "non-free"},
        "suggestions": ["AGPL-3.0-only OR JSON", "AGPL-3.0-or-later OR JSON"],
        "reason": "the OSI approved AGPL-3.0-only",
    }
    done = run("--format", "json", "--policy", "eu", "MIT", "no")
    assert [(one["input"], one["ruling"]) for one in json.loads(done.output)] == [("MIT", "allowed"), ("no", None)]
    assert done.return_value == 1


def test_a_line_is_one_answer_however_long_it_is() -> None:
    long = "MIT OR " * 4000 + "MIT"
    done = run("--format", "jsonl", "-", stdin=f"MIT\n{long}\nISC")
    told = [json.loads(line) for line in done.output.splitlines()]
    assert [(one["input"][:7], one["ruling"]) for one in told] == [
        ("MIT", "allowed"),
        ("MIT OR ", None),
        ("ISC", "allowed"),
    ]
    assert done.return_value == 1


def test_the_policy_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.yml"
    own.write_text(
        "name: own\ncode: {allowed: [MIT, {osi: true}], otherwise: review}\n"
        "content: {otherwise: review}\nverdicts: {unknown: note}\n",
        "utf-8",
    )
    monkeypatch.setenv("PUBLICCODE_LICENSE_POLICY", str(own))
    done = run("--list")
    assert done.return_value == 0
    assert done.output.splitlines() == [
        "own",
        "code:",
        "  allowed: MIT, osi: true",
        "  otherwise: review",
        "content:",
        "  otherwise: review",
        "rulings:",
        "  forbidden: error",
        "  review: warning",
        "  discouraged: note",
        "verdicts:",
        "  unknown: note",
    ]
    assert json.loads(run("--list", "--format", "json").output) == json.loads(run("--list", "--format", "jsonl").output)


def test_what_cannot_be_used_ends_with_2() -> None:
    for arguments, said in (
        (("--policy", "no", "MIT"), "there is no policy 'no'"),
        ((), "name expressions, or --list"),
        (("--list", "MIT"), "name expressions, or --list"),
    ):
        done = run(*arguments)
        assert said in str(done.exception)
        assert getattr(done.exception, "exit_code", None) == 2

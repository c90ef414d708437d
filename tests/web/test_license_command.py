"""`publiccode license parse`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from publiccode.web.cli import cli
from publiccode.web.commands.license import COMMANDS

ROOT = Path(__file__).parents[2]


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["license", "parse", *arguments], input=stdin, standalone_mode=False)
    if done.exception:
        raise done.exception
    return int(done.return_value), done.output


def test_one_object_for_each_expression() -> None:
    code, out = run("--format", "jsonl", "--", "mit or GPL-3.0", "AGPL-3", "")
    assert code == 1
    first, second, third = map(json.loads, out.splitlines())
    assert first == {
        "input": "mit or GPL-3.0",
        "valid": True,
        "normalized": "MIT OR GPL-3.0-only",
        "problem": None,
        "suggestions": ["MIT OR GPL-3.0-only", "MIT OR GPL-3.0-or-later"],
        "findings": [
            {"message": "the operator or is written OR; many tools refuse it otherwise"},
            {
                "message": "SPDX deprecates GPL-3.0, because it does not say whether later versions are allowed as well; only the "
                "owner of the rights can say which is meant: GPL-3.0-only, GPL-3.0-or-later. Until then it is read as GPL-3.0-only"
            },
        ],
        "licenses": ["MIT", "GPL-3.0-only"],
        "exceptions": [],
        "deprecated": ["GPL-3.0"],
        "osi": True,
        "fsf": True,
    }
    assert second == {
        "input": "AGPL-3",
        "valid": False,
        "normalized": None,
        "problem": "unknown-license",
        "suggestions": ["AGPL-3.0-only", "AGPL-3.0-or-later"],
        "findings": [
            {
                "message": "AGPL-3 is no SPDX licence identifier",
                "help": "Which one do you mean? AGPL-3.0-only, AGPL-3.0-or-later",
            }
        ],
        "licenses": [],
        "exceptions": [],
        "deprecated": [],
        "osi": None,
        "fsf": None,
    }
    assert (third["input"], third["valid"], third["problem"]) == ("", False, "empty")


def test_one_list() -> None:
    code, out = run("--format", "json", "MIT", "SSPL-1.0")
    assert code == 0
    assert [(one["normalized"], one["osi"]) for one in json.loads(out)] == [("MIT", True), ("SSPL-1.0", False)]


def test_for_people() -> None:
    code, out = run("MIT", "eupl-1.2", "MIT License")
    assert code == 1
    assert out == (
        "MIT\n"
        "eupl-1.2 → EUPL-1.2\n"
        "MIT License: ✗\n"
        "  “MIT License” is no SPDX licence expression\n"
        "  help: Did you mean MIT?\n"
    )
    assert "您" not in run("--language", "zh-Hant", "MIT")[1]
    assert "MIT License" in run("--language", "zh-Hant", "MIT License")[1]


def test_what_could_steer_a_terminal_is_shown_as_a_mark() -> None:
    assert "\x1b" not in run("MIT\x1b[2J")[1]


def test_lines_of_standard_input() -> None:
    code, out = run(
        "--format", "jsonl", "ISC", "-", stdin="MIT\r\n\xff\nMIT 授權條款\n".encode() + b"x" * 30_000 + b"\nISC"
    )
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [one["input"] for one in answers] == ["ISC", "MIT", "ÿ", "MIT 授權條款", "x" * 10_000, "ISC"]
    assert answers[3]["suggestions"] == ["MIT"]
    assert answers[4]["problem"] == "too-long"


def test_an_expression_is_needed() -> None:
    done = CliRunner().invoke(cli, ["license", "parse"])
    assert (done.exit_code, "Missing argument" in done.output) == (2, True)
    assert CliRunner().invoke(cli, ["license", "nothing"]).exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_the_group_lists_its_commands(name: str) -> None:
    done = CliRunner().invoke(cli, ["license", "--help"])
    assert f"  {name} " in done.output


def test_needs_nothing_but_the_base_install() -> None:
    program = (
        "import sys\n"
        "from publiccode.web.cli import main\n"
        "try:\n    main(['license', 'parse', 'MIT', 'EUPL v1.2'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'flask', 'sqlalchemy', 'urllib3', 'tantivy', 'dulwich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

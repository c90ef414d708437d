"""`publiccode validate` from outside: what it prints, how it ends, what silences it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from publiccode.web.cli import main
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.demo.git_server import GitServer

from ..harvesters.fault_server import FaultServer, answer
from ..harvesters.test_checkout import git, serve_repository
from ..invalid import VALID, changed


class Done(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


Run = Callable[..., Done]
OLD = changed('publiccodeYmlVersion: "0"', 'publiccodeYmlVersion: "0.5"')
BROKEN = changed("EUPL-1.2", "EUPL")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str, stdin: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main(["validate", *words])
        out, err = capsys.readouterr()
        return Done(int(str(ended.value.code)), out, err)

    return invoke


def write(name: str, text: str = VALID) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")


def test_a_finding_is_printed_with_its_line(run: Run) -> None:
    write("publiccode.yml", BROKEN)
    done = run("publiccode.yml")
    assert (done.exit_code, done.output) == (
        1,
        (
            "publiccode.yml:17:3: error: legal.license: EUPL is no SPDX licence identifier [license-known]\n"
            "   17 |   license: EUPL\n"
            "      |   ^\n"
            "  help: Which one do you mean? EUPL-1.2, EUPL-1.1\n"
            "publiccode.yml: not valid, but usable; findings: 1\n"
        ),
    )


def test_a_folder_stands_for_its_files(run: Run) -> None:
    write("a/publiccode.yml")
    write("b/publiccode.yaml", BROKEN)
    done = run(".", "--format", "jsonl")
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert [(one["file"], one["valid"]) for one in answers] == [
        ("a/publiccode.yml", True),
        ("b/publiccode.yaml", False),
    ]
    assert done.exit_code == 1


def test_a_folder_without_any_file_is_told(run: Run) -> None:
    write("empty/.gitlab-ci.yml", "a: b")
    done = run("empty")
    assert (done.exit_code, done.output) == (
        2,
        "Error: there is no publiccode.yml in empty or below it; next: publiccode new empty\n",
    )


def test_a_misspelt_name_and_other_names(run: Run) -> None:
    write("x/publicode.yml", BROKEN)
    done = run("x")
    assert (done.exit_code, done.output) == (
        2,
        "Error: there is no publiccode.yml in x, but publicode.yml; next: rename it\n",
    )
    assert "[license-known]" in run("x", "--any-name").output


@pytest.mark.parametrize("name", ["ftp://a.example/x", "git@git.agency.example:city/lamp.git", "file:///etc/passwd"])
def test_an_address_that_is_not_fetched(run: Run, name: str) -> None:
    done = run(name)
    told = f"Error: {name} is neither a file nor an address that begins with https://\n"
    assert (done.exit_code, done.output) == (2, told)


def test_a_long_standard_input(run: Run) -> None:
    assert "the file is larger than 1048576 bytes" in run("-", stdin="#" * 2_000_000).output


def test_warnings_are_silenced_by_option_and_by_file_but_errors_never(run: Run) -> None:
    write("publiccode.yml", OLD)
    assert "[version-latest]" in run(".").output
    silent = "publiccode.yml: valid; findings: 0\n"
    assert run(".", "--ignore", "version-latest").output == silent
    assert run(".", "--select", "key-deprecated,text-blank").output == silent
    assert "[version-latest]" in run(".", "--select", "version-latest").output
    write(".publiccode.toml", '[validate]\nignore = ["version-latest"]\n')
    assert run("publiccode.yml").output == silent
    assert "[version-latest]" in run("-", stdin=OLD).output
    write("publiccode.yml", BROKEN)
    assert "[license-known]" in run(".", "--select", "text-blank").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--ignore", "license-known"],
            "Error: the rule license-known finds errors, which cannot be silenced; warnings can\n",
        ),
        (["--ignore", "nonsense"], "Error: there is no rule nonsense; next: publiccode validate --list-rules\n"),
        (["--select", "a,b"], "Error: there is no rule a; next: publiccode validate --list-rules\n"),
        (
            ["--italian-codes", "none.csv"],
            "Error: none.csv cannot be read: [Errno 2] No such file or directory: 'none.csv'\n",
        ),
    ],
)
def test_what_cannot_be_asked(run: Run, words: list[str], told: str) -> None:
    write("publiccode.yml")
    done = run(".", *words)
    assert (done.exit_code, done.output) == (2, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[validate]\nignore = ["url-format"]\n',
            "the rule url-format finds errors, which cannot be silenced; warnings can",
        ),
        ("[validate]\nignore = [7]\n", 'only [validate] with ignore = ["rule-id", …] is known'),
        ("[validate]\nselect = []\n", 'only [validate] with ignore = ["rule-id", …] is known'),
        ("[other]\n", 'only [validate] with ignore = ["rule-id", …] is known'),
    ],
)
def test_a_configuration_that_makes_no_sense(run: Run, text: str, told: str) -> None:
    write("x/publiccode.yml")
    write("x/.publiccode.toml", text)
    done = run("x")
    assert (done.exit_code, done.output) == (2, f"Error: x/.publiccode.toml: {told}\n")


def test_a_configuration_that_cannot_be_read(run: Run) -> None:
    write("publiccode.yml")
    write(".publiccode.toml", "ignore = [")
    done = run(".")
    assert done.exit_code == 2
    assert done.output.startswith("Error: .publiccode.toml cannot be read: ")


def test_a_configuration_that_would_take_all_memory(run: Run) -> None:
    write("publiccode.yml")
    write(".publiccode.toml", "a" + ".a" * 100_000 + " = 1")
    assert run(".").output == "Error: .publiccode.toml cannot be read: this is more than is read\n"


def test_named_files_and_tags_are_looked_up_unless_told_otherwise(run: Run) -> None:
    git(Path(), "init")
    git(Path(), "remote", "add", "origin", "https://git.agency.example/city/fork")
    git(Path(), "commit", "--allow-empty", "-m", "x", day="2025-01-01")
    git(Path(), "tag", "1.0")
    git(Path(), "tag", "-a", "-m", "x", "2.0", day="2026-01-01")
    text = changed("platforms:", 'softwareVersion: "1.0"\nlogo: logo.svg\nplatforms:')
    write("publiccode.yml", text)
    rules = re.findall(r"\[([a-z-]+)\]", run(".").output)
    assert rules == ["technical-fork", "version-behind", "file-found", "license-text-found"]
    assert run(".", "--no-files").output == "publiccode.yml: valid; findings: 0\n"
    assert run("-", stdin=text).output == "publiccode.yml: valid; findings: 0\n"


def test_licence_files_are_compared_in_a_checkout_and_where_they_are(run: Run) -> None:
    write("publiccode.yml", VALID)
    assert run(".").output == "publiccode.yml: valid; findings: 0\n"  # no checkout: nobody knows what lies elsewhere
    git(Path(), "init")
    assert re.findall(r"\[([a-z-]+)\]", run(".").output) == ["license-text-found"]
    write("LICENSE", (LICENSES / "MIT.txt").read_text("utf-8"))
    done = run(".")
    assert "warning: legal.license: EUPL-1.2 is declared, the licence files say MIT (LICENSE:1-18)" in done.output
    assert done.exit_code == 0
    assert run(".", "--no-files").output == "publiccode.yml: valid; findings: 0\n"
    write("LICENSE", (LICENSES / "EUPL-1.2.txt").read_text("utf-8"))
    assert run(".").output == "publiccode.yml: valid; findings: 0\n"


def test_a_file_alone_loads_no_licence_text(tmp_path: Path) -> None:
    (tmp_path / "publiccode.yml").write_text(VALID, "utf-8")
    code = (
        "import sys; from pathlib import Path; from publiccode.web.checking import Asked, check_file; "
        "check_file(Path(sys.argv[1]), Asked()); "
        "print([name for name in sys.modules if name.endswith(('.identify', '.texts', '.verdict', '.families'))])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "publiccode.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout == "[]\n"


def test_notices_tell_of_the_next_version(run: Run) -> None:
    text = changed("legal:", "intendedAudience:\n  scope:\n    - government\nlegal:")
    write("publiccode.yml", text)
    assert run(".").output == "publiccode.yml: valid; findings: 0\n"
    assert "[version-1-ready]" in run(".", "--notices").output
    assert run(".", "--notices", "--ignore", "version-1-ready").output == "publiccode.yml: valid; findings: 0\n"


def test_a_register_of_italian_codes_is_used_where_it_is_named(run: Run) -> None:
    write("publiccode.yml", changed("platforms:", "organisation:\n  uri: urn:x-italian-pa:nowhere\nplatforms:"))
    write("codes.csv", "PCM\nC_H501\n")
    assert run(".").exit_code == 0
    assert "no code of an Italian administration" in run(".", "--italian-codes", "codes.csv").output
    write("codes.csv", "PCM,Presidenza\nNowhere,x\n")
    assert run(".", "--italian-codes", "codes.csv").exit_code == 0


def test_the_rules_are_listed_in_both_languages(run: Run) -> None:
    english, chinese = run("--list-rules").output, run("--list-rules", "--lang", "zh-Hant").output
    assert "license-known        error    legal.license is an SPDX licence expression.\n" in english
    assert english.count("\n") == chinese.count("\n") >= 42
    assert re.search("license-known +error +.*[\u4e00-\u9fff]", chinese)


def test_many_files_are_checked_on_all_cores_in_order(run: Run) -> None:
    for number in range(230):
        write(f"r{number:03}/publiccode.yml", BROKEN if number == 101 else VALID)
    done = run(".", "--format", "jsonl")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in answers] == [f"r{number:03}/publiccode.yml" for number in range(230)]
    assert [one["file"] for one in answers if not one["valid"]] == ["r101/publiccode.yml"]
    assert done.exit_code == 1


def test_an_address_of_a_repository_and_of_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with GitServer(serve_repository(tmp_path, BROKEN)) as server:
        monkeypatch.setenv("PUBLICCODE_ALLOWED_PRIVATE", server.authority)
        done = run(f"{server.url}/city/lamplight.git")
        assert done.exit_code == 1
        assert "[license-known]" in done.output
        assert "[technical-fork]" in done.output
        none = run(f"{server.url}/city/empty.git")
        assert (none.exit_code, none.output) == (
            2,
            f"Error: {server.url}/city/empty.git has no publiccode.yml at its root; next: publiccode new\n",
        )
    files = {"/raw/main/publiccode.yml": answer("200 OK", VALID.encode()), "/none.yml": answer("404 Not Found")}
    with FaultServer(files) as host:
        monkeypatch.setenv("PUBLICCODE_ALLOWED_PRIVATE", host.authority)
        url = f"{host.url}/blob/main/publiccode.yml"
        assert run(url).output == f"{url}: valid; findings: 0\n"
        assert run(f"{host.url}/none.yml").exit_code == 3


def test_an_address_inside_the_network_is_refused(run: Run) -> None:
    done = run("http://127.0.0.1:9/publiccode.yml")
    assert done.exit_code == 3
    assert "127.0.0.1" in done.output

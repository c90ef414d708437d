"""`publiccode new`: what is taken over, what is asked, what is written, and how it ends."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.document import parse
from publiccode.schemas.validator import assess
from publiccode.web.commands.new import command
from publiccode.web.demo.agencies import LICENSES

LONG = (
    "Sign-off covers the whole life of an official document, from its arrival to the archive, with drafts and approvals. "
    * 2
)
PACKAGE = {
    "name": "sign-off",
    "description": "Signs documents",
    "license": "MIT",
    "repository": "https://git.agency.example/records/sign-off",
}
TAGS = "Write a language tag by BCP 47, such as zh-Hant, zh-TW, en or it."
COMPLETE = {
    "name": "Sign-off",
    "url": "https://git.agency.example/records/sign-off",
    "platforms[0]": "web",
    "developmentStatus": "stable",
    "softwareType": "standalone/web",
    "description.en.shortDescription": "Signs documents",
    "description.en.longDescription": LONG.strip(),
    "description.en.features[0]": "Signs, and files",
    "legal.license": "EUPL-1.2",
    "maintenance.type": "internal",
    "maintenance.contacts[0].name": "Alex Example",
    "localisation.localisationReady": "true",
    "localisation.availableLanguages[0]": "en",
}


def run(*arguments: str | Path, answers: str = "") -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    done = CliRunner().invoke(command, [str(word) for word in arguments], input=answers, standalone_mode=False)
    if isinstance(done.exception, click.ClickException):
        return done.exception.exit_code, done.stdout, done.exception.format_message()
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.stdout, done.stderr


def settings(values: dict[str, str]) -> list[str]:
    return [f"--set={key}={value}" for key, value in values.items()]


def findings(file: Path) -> list[str]:
    return [
        f"{finding.key}: {finding.message}"
        for finding in assess(Candidate(RepositoryFile("publiccode.yml", file.read_bytes()))).findings
    ]


def package(folder: Path) -> Path:
    (folder / "package.json").write_text(json.dumps(PACKAGE), "utf-8")
    return folder / "publiccode.yml"


def test_without_answers_the_file_says_what_is_missing(tmp_path: Path) -> None:
    file = package(tmp_path)
    assert run(tmp_path) == (
        1,
        (
            "Taken over from what the repository shows:\n"
            "  name: sign-off\n"
            "  url: https://git.agency.example/records/sign-off\n"
            "  description:\n"
            "    en:\n"
            "      shortDescription: Signs documents\n"
            "The metadata of the repository names MIT. It is not taken over: write it if the owner of the rights agrees.\n"
            "\n"
            f"{file}: not valid, but usable; findings: 9\n"
            "Still missing: platforms, developmentStatus, softwareType, description.en.longDescription, description.en.features, "
            "legal.license, maintenance.type, localisation.localisationReady, localisation.availableLanguages\n"
            f"Next: complete the lines of {file} that begin with #, then run: publiccode validate {file}\n"
        ),
        "",
    )
    text = file.read_text("utf-8")
    assert "\n  # license: " in text
    assert "MIT" not in text


def test_a_complete_file(tmp_path: Path) -> None:
    file = tmp_path / "publiccode.yml"
    assert run(tmp_path, *settings(COMPLETE)) == (
        0,
        f"\n{file}: valid; findings: 0\nNext: read {file} once more, and commit it at the root of the repository.\n",
        "",
    )
    assert findings(file) == []
    assert "#" not in file.read_text("utf-8")


def test_standard_output_holds_the_file_alone(tmp_path: Path) -> None:
    package(tmp_path)
    code, out, err = run(tmp_path, "--output", "-", *settings({"legal.license": "EUPL-1.2"}))
    assert code == 1
    assert parse(out.encode()).value(("legal", "license")) == "EUPL-1.2"
    assert err.splitlines()[0] == "Taken over from what the repository shows:"
    assert err.splitlines()[-1].startswith("Next: complete the lines of publiccode.yml that begin with #, ")
    assert list(tmp_path.iterdir()) == [tmp_path / "package.json"]


def test_questions_are_asked_until_the_rules_are_content(tmp_path: Path) -> None:
    file = package(tmp_path)
    answers = [
        "web, linux、web",
        "4",  # the fourth of the list
        "Standalone/Web",
        "too short",
        LONG,
        "Signs, and files; Finds；",
        "AGPL-3",
        "agpl-3.0-only",
        "internal",
        "Alex Example",
        "perhaps",
        "yes",
        "zh_TW",
        "zh-Hant, en",
    ]
    code, out, _ = run(tmp_path, "--input", answers="\n".join(answers) + "\n")
    assert findings(file) == []
    assert code == 0
    values = parse(file.read_bytes()).values
    assert values == {
        "publiccodeYmlVersion": "0",
        "name": "sign-off",
        "url": "https://git.agency.example/records/sign-off",
        "platforms": ["web", "linux"],
        "developmentStatus": "stable",
        "softwareType": "standalone/web",
        "description": {
            "en": {
                "shortDescription": "Signs documents",
                "longDescription": LONG.strip(),
                "features": ["Signs, and files", "Finds"],
            }
        },
        "legal": {"license": "agpl-3.0-only"},
        "maintenance": {"type": "internal", "contacts": [{"name": "Alex Example"}]},
        "localisation": {"localisationReady": True, "availableLanguages": ["zh-Hant", "en"]},
    }
    said = out.splitlines()
    more = "Write more: what the software does, for whom, and what it needs."
    assert f"longDescription has 9 characters, at least 150 are needed. {more}" in said
    assert "AGPL-3 is no SPDX licence identifier. Which one do you mean? AGPL-3.0-only, AGPL-3.0-or-later" in said
    assert "  4  stable       Stable" in said
    license_ = said.index("Licence")
    assert said[license_ + 2].startswith("The metadata of the repository names MIT. It is not taken over: ")
    assert said[license_ + 3] == "legal.license: AGPL-3"


def test_enter_leaves_out_and_a_contract_needs_its_end(tmp_path: Path) -> None:
    package(tmp_path)
    code, out, _ = run(tmp_path, "--input", answers="\n" * 6 + "contract\nExample Ltd.\n31.12.2027\n2027-12-31\n\n\n")
    values = parse((tmp_path / "publiccode.yml").read_bytes()).values or {}
    assert code == 1
    assert values["maintenance"] == {
        "type": "contract",
        "contractors": [{"name": "Example Ltd.", "until": "2027-12-31"}],
    }
    assert (
        "“31.12.2027” is not a date of the form YYYY-MM-DD. Write year, month and day with hyphens, as in 2027-12-31."
        in out
    )
    assert out.splitlines()[-2] == (
        "Still missing: platforms, developmentStatus, softwareType, description.en.longDescription, description.en.features, "
        "legal.license, localisation.localisationReady, localisation.availableLanguages"
    )


def test_in_chinese(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "--lang", "zh-Hant", "--input", answers="公文簽核通\n" + "\n" * 12)
    text = (tmp_path / "publiccode.yml").read_text("utf-8")
    assert code == 1
    assert "\n名稱\n" in out
    assert "  4  stable       穩定版\n" in out
    assert "name: 公文簽核通\n" in text
    assert "  zh-Hant:\n    # shortDescription: 請用一句話說明這是什麼軟體" in text


def test_an_end_of_the_answers_keeps_what_was_answered(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "--input", answers="Sign-off\n")
    file = tmp_path / "publiccode.yml"
    assert code == 130
    assert parse(file.read_bytes()).values == {
        "publiccodeYmlVersion": "0",
        "name": "Sign-off",
        "description": {"en": None},
        "legal": None,
        "maintenance": None,
        "localisation": None,
    }
    assert "\nStopped at url. What is known so far goes into the file.\n" in out
    assert out.splitlines()[-2].startswith("Still missing: url, platforms, ")


def test_answers_are_numbers_values_and_names(tmp_path: Path) -> None:
    answers = ["公文簽核通", "", "網頁；Linux、Haiku", "穩定版", "4", *[""] * 4, "無人維護", "maybe", "是", "zh-Hant"]
    code, out, _ = run(tmp_path, "--lang", "zh-Hant", "--input", answers="\n".join(answers) + "\n")
    values = parse((tmp_path / "publiccode.yml").read_bytes()).values or {}
    assert code == 1
    assert values["platforms"] == ["web", "linux", "Haiku"]
    assert (values["developmentStatus"], values["softwareType"]) == ("stable", "standalone/web")
    assert values["maintenance"] == {"type": "none"}
    assert values["localisation"] == {"localisationReady": True, "availableLanguages": ["zh-Hant"]}
    assert "\nlocalisation.localisationReady (true/false): maybe\n" in out
    objection = next(line for line in out.splitlines() if "maybe" in line and "(true/false)" not in line)
    assert "。請" in objection
    assert ". " not in objection


def test_a_licence_text_tells_the_licence_where_it_leaves_no_doubt(tmp_path: Path) -> None:
    shutil.copy(LICENSES / "EUPL-1.2.txt", tmp_path / "LICENSE")
    _, out, _ = run(tmp_path)
    note = "legal.license: EUPL-1.2 is what the text in LICENSE says. Take it out where the owner of the rights says otherwise."
    assert "  legal:\n    license: EUPL-1.2\n" in out
    assert note in out
    assert parse((tmp_path / "publiccode.yml").read_bytes()).value(("legal", "license")) == "EUPL-1.2"
    _, out, _ = run(tmp_path, "--force", "--set", "legal.license=MIT")
    assert note not in out
    assert parse((tmp_path / "publiccode.yml").read_bytes()).value(("legal", "license")) == "MIT"


def test_a_text_of_the_gpl_names_both_and_writes_none(tmp_path: Path) -> None:
    shutil.copy(LICENSES / "AGPL-3.0-or-later.txt", tmp_path / "LICENSE")
    _, out, _ = run(tmp_path)
    assert "Write the one that the owner of the rights has chosen: AGPL-3.0-only, AGPL-3.0-or-later." in out
    assert parse((tmp_path / "publiccode.yml").read_bytes()).value(("legal", "license")) is None


def test_a_codemeta_that_names_a_licence_counts_more_than_the_text(tmp_path: Path) -> None:
    shutil.copy(LICENSES / "MIT.txt", tmp_path / "LICENSE")
    codemeta = tmp_path / "named.json"
    codemeta.write_text('{"name": "Sign-off", "license": "https://spdx.org/licenses/EUPL-1.2"}', "utf-8")
    _, out, _ = run(tmp_path, "--from", codemeta)
    assert "is what the text" not in out
    assert parse((tmp_path / "publiccode.yml").read_bytes()).value(("legal", "license")) == "EUPL-1.2"


def test_codemeta_that_is_named_tells_the_licence_too(tmp_path: Path) -> None:
    package(tmp_path)
    codemeta = tmp_path / "other.json"
    codemeta.write_text('\ufeff{"name": "Sign-off", "license": "https://spdx.org/licenses/EUPL-1.2"}', "utf-8")
    run(tmp_path, "--from", codemeta)
    values = parse((tmp_path / "publiccode.yml").read_bytes()).values or {}
    assert (values["name"], values["url"]) == ("Sign-off", PACKAGE["repository"])
    assert values["legal"] == {"license": "EUPL-1.2"}


@pytest.mark.parametrize(
    ("language", "keys"),
    [("it", ["it"]), ("en", ["en"]), ("", ["en"])],
)
def test_the_language_of_the_description(language: str, keys: list[str], tmp_path: Path) -> None:
    package(tmp_path)
    run(tmp_path, "--language", language)
    description = parse((tmp_path / "publiccode.yml").read_bytes()).value(("description",))
    assert description == {keys[0]: {"shortDescription": "Signs documents"}}


def test_a_language_without_a_description_is_begun(tmp_path: Path) -> None:
    run(tmp_path, "--language", "it")
    assert "\ndescription:\n  it:\n    # shortDescription: " in (tmp_path / "publiccode.yml").read_text("utf-8")


def test_other_findings_are_told_as_the_validator_does(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, *settings(COMPLETE | {"logo": "logo.svg"}))
    assert code == 1
    file = tmp_path / "publiccode.yml"
    assert out.splitlines() == [
        "",
        f"{file}:4:1: error: logo: there is no file logo.svg in the repository [file-found]",
        "  help: Commit the file, or correct the path; upper and lower case count.",
        f"{file}: not valid, but usable; findings: 1",
        f"Next: correct {file}, then run: publiccode validate {file}",
    ]


@pytest.mark.parametrize("name", ["publiccode.yml", "publiccode.yaml"])
def test_an_existing_file_is_kept(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", "utf-8")
    assert run(tmp_path) == (
        2,
        "",
        f"{tmp_path / name} is there already; next: publiccode fix {tmp_path / name}, or --force to write it anew",
    )
    assert (tmp_path / name).read_text("utf-8") == "mine"
    assert run(tmp_path, "--force", *settings(COMPLETE))[0] == 0
    assert findings(tmp_path / "publiccode.yml") == []


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("mine", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "publiccode.yml").symlink_to(tmp_path / "outside")
    assert run(folder)[0] == 2
    assert run(folder, "--force")[0] == 1
    assert (tmp_path / "outside").read_text("utf-8") == "mine"
    assert not (folder / "publiccode.yml").is_symlink()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "legal.license"], "--set legal.license: write KEY=VALUE, as in legal.license=EUPL-1.2"),
        (
            ["--set", "legal.license=AGPL-3"],
            "--set legal.license: AGPL-3 is no SPDX licence identifier. Which one do you mean? AGPL-3.0-only, AGPL-3.0-or-later",
        ),
        (
            ["--set", "description.tw.shortDescription=x", "--set", "releaseDate=soon"],
            (
                "--set releaseDate: “soon” is not a date of the form YYYY-MM-DD. "
                "Write year, month and day with hyphens, as in 2027-12-31."
            ),
        ),
        (
            ["--set", "platforms=web"],
            "--set platforms: this is a list or a section; name one text in it, as in platforms[0]",
        ),
        (
            ["--language", "english"],
            f"--language english: “english” is not a language tag. {TAGS}",
        ),
        (
            ["--language", "tw"],
            "--language tw: tw is a valid language tag, but probably not the one that is meant. Did you mean zh-Hant?",
        ),
        (["--from", "{folder}/list.json"], "{folder}/list.json tells nothing in the terms of CodeMeta"),
        (["--from", "{folder}/half.json"], "{folder}/half.json is no JSON: Expecting value: line 1 column 10 (char 9)"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_written(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]", "utf-8")
    (tmp_path / "half.json").write_text('{"name": ', "utf-8")
    code, _, err = run(tmp_path, *(word.format(folder=tmp_path) for word in arguments))
    assert (code, err) == (2, said.format(folder=tmp_path))
    assert not (tmp_path / "publiccode.yml").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing")[0] == 2
    code, _, err = run(tmp_path, "--output", tmp_path / "no" / "folder.yml")
    assert (code, err) == (
        3,
        f"{tmp_path}/no/folder.yml could not be written: No such file or directory; next: name another --output",
    )


def test_nothing_in_the_repository_steers_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# a\x1b[2J\u202eb\n\nIt signs \x9b31m documents for you.\n", "utf-8")
    _, out, _ = run(tmp_path)
    assert not any(letter in out for letter in "\x1b\x9b\u202e")


def test_a_terminal_is_asked_and_a_pipe_is_not(tmp_path: Path) -> None:
    """The one thing that a runner in this process cannot show: a real terminal."""
    program = "from publiccode.web.commands.new import command; command.main(standalone_mode=False)"
    words = [sys.executable, "-c", program, str(tmp_path)]
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True):
        os.close(theirs)
        os.write(ours, "公文簽核通\n".encode() + b"\n" * 11)
        out = b""
        try:
            while piece := os.read(ours, 4096):
                out += piece
        except OSError:  # how Linux says that the other side has closed
            pass
        os.close(ours)
    assert b"Enter leaves a question out" in out
    file = tmp_path / "publiccode.yml"
    assert parse(file.read_bytes()).value(("name",)) == "公文簽核通"
    file.unlink()
    done = subprocess.run([*words, "--lang=zh-Hant"], input=b"x\n", capture_output=True, check=True)
    assert b"Enter leaves" not in done.stdout
    assert file.exists()

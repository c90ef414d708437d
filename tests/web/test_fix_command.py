"""`publiccode fix`: what is written, what is printed, with which code it ends."""

import resource
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from publiccode.schemas.fixes import repairs
from publiccode.web.commands.fix import command

FILE = (Path(__file__).parents[1] / "fixes" / "nothing_to_repair.yml").read_text("utf-8")
SLIPS = FILE.replace("license: EUPL-1.2", "license: MIT License # as in LICENSE").replace("- en\n", "- en_GB\n")
REPAIRED = FILE.replace("license: EUPL-1.2", "license: MIT # as in LICENSE").replace("- en\n", "- en-GB\n")
CHOICE = FILE.replace("EUPL-1.2", "GPL v3")


class Done(NamedTuple):
    """How a run ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def run(*arguments: str, stdin: bytes = b"") -> Done:
    result = CliRunner().invoke(command, arguments, input=stdin, standalone_mode=False)
    out, err = result.stdout_bytes.decode(), result.stderr
    if isinstance(result.exception, click.ClickException):  # the command line prints these
        return Done(result.exception.exit_code, out, f"{err}Error: {result.exception.format_message()}\n")
    assert result.exception is None
    return Done(result.return_value, out, err)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "publiccode.yml"
    path.write_text(SLIPS, "utf-8")
    return path


def told(path: object) -> str:
    return (
        f"{path}:16: legal.license: wrote “MIT” instead of “MIT License” [license-known]\n"
        f"{path}:22: localisation.availableLanguages[0]: wrote “en-GB” instead of “en_GB” [language-known]\n"
        f"{path}: repairs: 2; the file is valid\n"
    )


def test_a_file_is_repaired_in_its_place_with_its_rights(file: Path) -> None:
    file.chmod(0o640)
    done = run(str(file))
    assert done == (0, told(file), "")
    assert file.read_text("utf-8") == REPAIRED
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_second_time_changes_nothing(file: Path) -> None:
    run(str(file))
    before = file.stat()
    done = run(str(file))
    assert done == (0, f"{file}: repairs: 0; the file is valid\n", "")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_folder_stands_for_its_file(file: Path) -> None:
    assert run(str(file.parent)).out == told(file)


def test_diff_is_a_patch_and_writes_nothing(file: Path) -> None:
    done = run("--diff", str(file))
    assert (done.code, done.err) == (0, told(file))
    assert done.out == (
        f"--- a{file}\n+++ b{file}\n"
        "@@ -13,10 +13,10 @@\n     features:\n       - Map of all lamps\n legal:\n"
        "-  license: MIT License # as in LICENSE\n+  license: MIT # as in LICENSE\n"
        " maintenance:\n   type: none\n localisation:\n   localisationReady: true\n   availableLanguages:\n"
        "-    - en_GB\n+    - en-GB\n"
    )
    assert file.read_text("utf-8") == SLIPS


def test_a_patch_keeps_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "publiccode.yml"
    file.write_bytes(FILE.replace("EUPL-1.2", "mit").replace("\n", "\r\n").encode().rstrip())
    patch = run("--diff", str(file)).out
    assert "-  license: mit\r\n+  license: MIT\r\n" in patch
    file.write_bytes(FILE.replace("    - en\n", "    - en_GB").encode())
    assert run("--diff", str(file)).out.endswith(
        "-    - en_GB\n\\ No newline at end of file\n+    - en-GB\n\\ No newline at end of file\n"
    )


def test_check_names_what_would_be_changed_and_writes_nothing(file: Path) -> None:
    right = file.with_name("right.yml")
    right.write_text(FILE, "utf-8")
    done = run("--check", str(right), str(file))
    assert done == (1, f"{file}: this file would be changed; next: publiccode fix\n", "")
    assert file.read_text("utf-8") == SLIPS
    done = run("--check", str(right))
    assert done == (0, "", "")


def test_standard_input_goes_to_standard_output() -> None:
    done = run("-", stdin=SLIPS.encode())
    assert done == (0, REPAIRED, told("publiccode.yml"))


def test_what_cannot_be_read_goes_to_standard_output_as_it_is() -> None:
    done = run("-", stdin=b"name: [\n")
    assert (done.code, done.out) == (1, "name: [\n")
    assert "publiccode.yml:1:7: error: " in done.err
    assert "\n  help: " in done.err
    assert done.err.endswith("publiccode.yml: repairs: 0; errors that remain: 1; see: publiccode validate\n")


def test_choices_are_left_with_the_commands_that_make_them(file: Path) -> None:
    named = file.rename(file.with_name("my file.yml"))
    named.write_text(CHOICE, "utf-8")
    done = run(str(named))
    assert (done.code, named.read_text("utf-8")) == (1, CHOICE)
    assert done.out == (
        f"{named}:16: legal.license: “GPL v3” may mean several licences; only the owner of the rights can say which "
        "[license-known]\n"
        f"  publiccode fix --set legal.license=GPL-3.0-only '{named}'\n"
        f"  publiccode fix --set legal.license=GPL-3.0-or-later '{named}'\n"
        f"{named}: repairs: 0; errors that remain: 1; see: publiccode validate\n"
    )


def test_a_choice_is_made(file: Path) -> None:
    file.write_text(CHOICE, "utf-8")
    done = run("--set", "legal.license=GPL-3.0-only", "--set", "description.en.localisedName=a=b", str(file))
    assert (done.code, done.out) == (
        0,
        (
            f"{file}: legal.license: wrote “GPL-3.0-only”\n{file}: description.en.localisedName: wrote “a=b”\n"
            f"{file}: repairs: 2; the file is valid\n"
        ),
    )
    assert file.read_text("utf-8") == CHOICE.replace("GPL v3", "GPL-3.0-only").replace(
        "  en:\n", "  en:\n    localisedName: a=b\n"
    )


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            "legal.licence=MIT",
            "{file}: legal.licence: the standard has no such key; here it has: license, mainCopyrightOwner",
        ),
        ("legal.license", "--set legal.license: write KEY=VALUE, as in legal.license=EUPL-1.2"),
    ],
)
def test_a_setting_that_makes_no_sense(file: Path, setting: str, said: str) -> None:
    done = run("--set", setting, str(file))
    assert done == (2, "", f"Error: {said.format(file=file)}\n")
    assert file.read_text("utf-8") == SLIPS


@pytest.mark.parametrize(("option", "value"), [("--set", "name=x"), ("--remove", "name")])
def test_decisions_are_about_one_file_only(option: str, value: str, file: Path) -> None:
    done = run(option, value, str(file), str(file))
    assert done == (2, "", f"Error: {option} is for one file; named are 2\n")
    assert file.read_text("utf-8") == SLIPS


def test_unknown_keys_are_left_with_the_commands_that_take_them_out(file: Path) -> None:
    content = FILE + "tw:\n  oid: 2.16.886.101.20003\nx our key: 1 # ours\n"
    file.write_text(content, "utf-8")
    done = run(str(file))
    assert (done.code, file.read_text("utf-8")) == (1, content)
    assert done.out == (
        f"{file}:23: tw: the standard has no such key [key-known]\n"
        f"  publiccode fix --remove tw {file}\n"
        f"{file}:25: x our key: the standard has no such key [key-known]\n"
        f"  publiccode fix --remove 'x our key' {file}\n"
        f"{file}: repairs: 0; errors that remain: 2; see: publiccode validate\n"
    )
    done = run("--remove", "tw", "--remove", "x our key", "--set", "name=Lamps", str(file))
    assert done == (
        0,
        (
            f"{file}: tw: removed this key\n{file}: x our key: removed this key\n{file}: name: wrote “Lamps”\n"
            f"{file}: repairs: 3; the file is valid\n"
        ),
        "",
    )
    assert file.read_text("utf-8") == FILE.replace("Lamplight", "Lamps", 1)


def test_a_key_that_would_steer_or_mislead_a_terminal_gets_no_command(file: Path) -> None:
    file.write_text(FILE + '"ours\\nrm x": 1\n"\\e[2J": 2\n', "utf-8")
    assert run(str(file)).out == (
        f"{file}:23: ours⏎rm x: the standard has no such key [key-known]\n"
        f"{file}:24: \N{REPLACEMENT CHARACTER}[2J: the standard has no such key [key-known]\n"
        f"{file}: repairs: 0; errors that remain: 2; see: publiccode validate\n"
    )


def test_an_address_is_no_file() -> None:
    done = run("https://git.agency.example/x")
    said = "is an address; only files on this machine can be repaired, such as those of a Git clone"
    assert done == (2, "", f"Error: https://git.agency.example/x {said}\n")


def test_a_key_that_is_not_there_is_not_removed(file: Path) -> None:
    done = run("--remove", "tw", str(file))
    assert done == (2, "", f"Error: {file}: tw: there is no such place in the file\n")
    assert file.read_text("utf-8") == SLIPS


@pytest.mark.parametrize("option", ["--check", "--diff", "--lang=en"])
def test_a_folder_without_a_file_is_no_success(option: str, tmp_path: Path) -> None:
    done = run(option, str(tmp_path))
    said = f"there is no publiccode.yml in {tmp_path} or below it; next: publiccode new {tmp_path}"
    assert done == (2, "", f"Error: {said}\n")


def test_nothing_is_written_where_one_file_cannot_be_read(file: Path) -> None:
    missing = file.with_name("missing.yml")
    done = run(str(file), str(missing))
    assert done == (2, "", f"Error: {missing} cannot be read: No such file or directory\n")
    assert file.read_text("utf-8") == SLIPS


def test_a_link_is_not_written_through(file: Path) -> None:
    link = file.with_name("link.yml")
    link.symlink_to(file.name)
    done = run(str(link))
    assert done == (
        2,
        "",
        f"Error: {link} is a link; name the file that it leads to: {file.name}\n",
    )
    assert (link.is_symlink(), file.read_text("utf-8")) == (True, SLIPS)


def test_a_file_that_is_too_large_is_told(file: Path) -> None:
    file.write_bytes(b"#" * 1_048_577)
    done = run(str(file))
    assert done == (2, "", f"Error: {file} is larger than 1048576 bytes and was not read\n")


def test_a_write_that_fails_leaves_the_file_and_nothing_else(file: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # as on a full disk
    try:
        done = run(str(file))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    said = "could not be written: File too large; it is as it was. Next: make room, or give the right to write in its folder"
    assert done == (3, "", f"Error: {file} {said}\n")
    assert file.read_text("utf-8") == SLIPS
    assert list(file.parent.iterdir()) == [file]


def test_what_a_terminal_would_obey_is_shown_as_a_mark(file: Path) -> None:
    file.write_text(FILE.replace("EUPL-1.2", '"MIT\\e[2J License"').replace("- en\n", '- "en_\\u202eGB"\n'), "utf-8")
    output = run(str(file)).out
    assert "\x1b" not in output
    assert "\u202e" not in output


def test_messages_in_chinese_are_those_of_the_repairs(file: Path) -> None:
    repaired = repairs(SLIPS.encode())
    assert run("--lang", "zh-Hant", "--diff", str(file)).err == "".join(
        f"{line}\n"
        for line in (
            *(repair.printed(str(file), "zh-Hant") for repair in repaired.repairs),
            f"{file}: {repaired.summary.in_language('zh-Hant')}",
        )
    )

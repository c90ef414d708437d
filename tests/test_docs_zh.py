"""The Chinese manual: its guide for agencies has the English one's blocks and tables; its commands and links work."""

import re
import shlex
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from publiccode.web.cli import cli

ROOT = Path(__file__).parents[1]
CHINESE = ROOT / "docs" / "zh-Hant"
MANUAL = CHINESE / "validate.md"


def blocks(document: Path, language: str = r"\w*") -> list[str]:
    """The fenced blocks of a document in order, with fences and indentation."""
    found = re.finditer(rf"^( *)```{language}\n.*?^\1```$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [match[0] for match in found]


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return re.sub(r"^( *)```\w*\n.*?^\1```$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def first_columns(document: Path) -> list[list[str]]:
    """The first column of each table, without its heading, which is translated, and without where its links lead."""
    text = re.sub(r"\]\([^)]*\)", "]", prose(document))
    tables = re.findall(r"^\|.*\n\|[-|]+\n((?:\|.*(?:\n|$))+)", text, re.MULTILINE)
    return [[row.split("|")[1].strip() for row in rows.splitlines()] for rows in tables]


def headings(document: Path) -> list[str]:
    """The marks of a document's headings, `#` for the first level."""
    return re.findall(r"^(#+) ", prose(document), re.MULTILINE)


def test_guide_has_the_blocks_of_the_english_one() -> None:
    assert blocks(CHINESE / "agencies.md") == blocks(ROOT / "docs" / "agencies.md") != []


def test_guide_has_the_tables_and_sections_of_the_english_one() -> None:
    english, chinese = ROOT / "docs" / "agencies.md", CHINESE / "agencies.md"
    assert first_columns(chinese) == first_columns(english) != []
    assert headings(chinese) == headings(english) != []


@pytest.mark.parametrize("document", sorted(CHINESE.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """To a file that exists or to a heading of the same document."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", prose(document)) if "://" not in link]
    titles = {title.replace(" ", "-").lower() for title in re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)}
    missing = [
        link
        for link in links
        if (unquote(link[1:]) not in titles if link[0] == "#" else not (CHINESE / link.partition("#")[0]).is_file())
    ]
    assert links != []
    assert missing == []


@cache
def options(command: str) -> frozenset[str]:
    """The options that `publiccode COMMAND --help` tells; without a command those of `publiccode --help`."""
    told = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert told.exit_code == 0, command
    return frozenset(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", told.output))


def command_lines() -> list[str]:
    """Each line `publiccode …` of the manual's blocks, and each command in the middle of a sentence."""
    fenced = "\n".join([*blocks(MANUAL, "sh"), *blocks(MANUAL, "console")])
    lines = re.findall(r"^(?:\$ | {2})?(publiccode [a-z-].*)$", fenced, re.MULTILINE)
    return [*lines, *re.findall(r"`(publiccode [^`]+)`", prose(MANUAL))]


def test_commands_of_the_manual_have_options_that_help_tells() -> None:
    unknown = []
    for line in command_lines():
        words = shlex.split(line, comments=True)[1:]
        command = "" if words[0].startswith("-") else words[0]
        unknown += [(line, word) for word in words if re.match("--?[a-z]", word) and word not in options(command)]
    assert {line.split()[1] for line in command_lines()} == {"validate", "fix", "new", "--version"}
    assert unknown == []


def test_options_in_the_prose_are_known() -> None:
    """`--option` alone, or `validate --option` without the command's own name."""
    known = options("validate") | options("fix") | options("new")
    named = {word for code in re.findall(r"`([^`]+)`", prose(MANUAL)) for word in re.findall(r"(?<!\S)--[a-z-]+", code)}
    assert named != set()
    assert named - known == set()


def test_the_manual_shows_what_the_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is checked, repaired and checked again; each output stands in the manual whole."""
    (sample,) = blocks(MANUAL, "yaml")
    monkeypatch.chdir(tmp_path)
    Path("publiccode.yml").write_text(sample.removeprefix("```yaml\n").removesuffix("```"), "utf-8")
    sessions = []
    for block in blocks(MANUAL, "console"):
        commands = re.findall(r"^\$ publiccode (.*)$", block, re.MULTILINE)
        told = [f"$ publiccode {line}\n{CliRunner().invoke(cli, shlex.split(line)).output}" for line in commands]
        sessions.append(f"```console\n{''.join(told)}```")
    assert sessions == blocks(MANUAL, "console") != []

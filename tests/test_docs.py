"""Every setting, command, rule and host is documented, and what the documents promise is there."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from publiccode.harvesters.hosts import HOSTS
from publiccode.registry.settings import PREFIX, Settings, settings_table
from publiccode.schemas.rules import NOTICES, RULES
from publiccode.web.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]


def documents() -> dict[str, str]:
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
    return {path.name: path.read_text("utf-8") for path in paths}


def test_settings_are_documented() -> None:
    assert settings_table(Settings) in documents()["settings.md"]
    assert f"{PREFIX}DATA" in documents()["settings.md"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    assert "Example: " in done.output
    assert f"publiccode {name}" in done.output


def test_every_command_stands_in_the_manual() -> None:
    text = documents()["commands.md"]
    assert [name for name in COMMANDS if f"publiccode {name}" not in text] == []


def test_every_rule_has_a_manual_page_and_examples() -> None:
    for rule in (*RULES, *NOTICES):
        assert len((rule.__doc__ or "").strip()) > 80, rule.ID
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.ID)
        assert str(vars(rule)["__name__"]).rpartition(".")[2] == rule.ID.replace("-", "_")
        assert list((ROOT / "tests" / "examples" / rule.ID / "pass").glob("*.yml")), rule.ID
        assert list((ROOT / "tests" / "examples" / rule.ID / "fail").glob("*.yml")), rule.ID


def test_every_host_is_documented() -> None:
    for kind in HOSTS:
        assert f"`{kind}`" in documents()["settings.md"]


def test_files_that_the_documents_name_exist() -> None:
    missing = [
        (document, name)
        for document, text in documents().items()
        for name in re.findall(r"`((?:schemas|registry|harvesters|web|tests|docs|deploy|bench)/[\w/.-]+\.\w+)`", text)
        if not (ROOT / name).exists() and "<" not in name
    ]
    # Named as not there yet, or as the place for the next one.
    planned = {"harvesters/jobs.py", "harvesters/deliver.py", "registry/exports/__init__.py"}
    assert [pair for pair in missing if pair[1] not in planned] == []

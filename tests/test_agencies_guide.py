"""The guide for agencies: its snippets are the ones that are tested, its tables are complete, its commands run."""

import re
import shlex
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import yaml

from .test_agencies import GUIDE, JOB, ROOT, VALID, WITH_WARNING, hooks, job, load, run, validate, write
from .test_agencies import repository as repository  # the fixture


def blocks(language: str) -> list[str]:
    """The fenced blocks of docs/agencies.md, in order."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for _, text in found]


def snippets(key: str) -> list[Any]:
    """The YAML blocks that have `key` at the top."""
    return [snippet for snippet in map(yaml.safe_load, blocks("yaml")) if key in snippet]


def published() -> tuple[str, str]:
    """This project's address and version."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return load("publiccode.yml")["url"], f"v{version}"


def test_every_snippet_is_of_a_kind_that_is_tested() -> None:
    kinds = [sum(key in yaml.safe_load(block) for key in ("repos", "jobs", JOB)) for block in blocks("yaml")]
    assert kinds == [1] * len(kinds)
    assert [len(snippets(key)) for key in ("repos", "jobs", JOB)] == [1, 2, 2]


def test_snippet_for_pre_commit(repository: Path) -> None:
    ((source,),) = [snippet["repos"] for snippet in snippets("repos")]
    assert (source["repo"], source["rev"]) == published()
    assert [hook["id"] for hook in source["hooks"]] == list(hooks())
    write(repository, VALID)
    for hook in source["hooks"]:
        words = [*shlex.split(hooks()[hook["id"]]["entry"]), *hook.get("args", []), "publiccode.yml"]
        assert run(words, repository)[0] == 0


def test_snippets_for_github() -> None:
    address, version = published()
    for snippet in snippets("jobs"):
        steps = [step for job in snippet["jobs"].values() for step in job["steps"]]
        (ours,) = [step for step in steps if step["uses"] == f"{address.removeprefix('https://github.com/')}@{version}"]
        assert ours["with"].keys() <= load("action.yml")["inputs"].keys()
        uploaded = [step["with"]["sarif_file"] for step in steps if "upload-sarif" in step["uses"]]
        assert uploaded == [value for name, value in ours["with"].items() if name == "sarif"]


def test_snippets_for_gitlab() -> None:
    address, version = published()
    included, installed = snippets(JOB)
    for snippet in (included, installed):
        assert snippet[JOB].keys() <= {"variables", "image"}
        assert snippet[JOB]["variables"].keys() <= job()["variables"].keys()
    (source,) = included["include"]
    raw = address.replace("https://github.com/", "https://raw.githubusercontent.com/")
    assert source == {"remote": f"{raw}/{version}/deploy/gitlab-ci.yml"}
    package = job()["variables"]["VALIDATOR_PACKAGE"]
    assert package == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"]
    archive = f"{package} @ {address}/archive/refs/tags/{version}.tar.gz"
    assert included[JOB]["variables"]["VALIDATOR_PACKAGE"] == archive


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first column is headed `first`."""
    rows = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert rows
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[1].splitlines()]


def test_tables_of_inputs_and_variables() -> None:
    inputs = [[name, told["default"], told["description"]] for name, told in load("action.yml")["inputs"].items()]
    assert [[cell.replace("`", "") for cell in row] for row in table("input")] == inputs
    assert {name.strip("`"): default.strip("`") for name, default, _ in table("variable")} == job()["variables"]


def test_snippet_that_silences_a_warning(repository: Path) -> None:
    (text,) = blocks("toml")
    write(repository, WITH_WARNING)
    assert validate(repository, ".")[1].endswith("publiccode.yml: valid; findings: 1\n")
    write(repository, text, ".publiccode.toml")
    assert validate(repository, ".") == (0, "publiccode.yml: valid; findings: 0\n", "")


def test_commands_of_the_guide_run(repository: Path) -> None:
    elsewhere, repair = [block for block in blocks("sh") if block.startswith("publiccode ")]
    write(repository, WITH_WARNING)
    assert run(["sh", "-e", "-c", elsewhere], repository) == validate(repository, ".")
    for form in ("junit.xml", "sarif"):
        (file,) = repository.glob(f"publiccode*{form}")
        assert file.read_text("utf-8") == validate(repository, f"--format={form.removesuffix('.xml')}", ".")[1]
    code, out, _ = run(["sh", "-e", "-c", repair], repository)
    assert (code, out.splitlines()[-1]) == (0, "publiccode.yml: valid; findings: 0")
    assert (repository / "publiccode.yml").read_text("utf-8") == WITH_WARNING.replace('"0.4"', '"0"')

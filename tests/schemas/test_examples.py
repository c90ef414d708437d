"""Every file below tests/examples is a test; its README says how."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from publiccode.schemas.candidate import REGULAR, Candidate, Named, Repository, RepositoryFile, Tag
from publiccode.schemas.finding import Assessment
from publiccode.schemas.rules import NOTICES, RULES
from publiccode.schemas.validator import assess

EXAMPLES = Path(__file__).parents[1] / "examples"
TEXTS = Path(__file__).parents[2] / "web" / "demo" / "licenses"


def files(kind: str) -> list[pytest.param]:  # type: ignore[valid-type]
    found = sorted(EXAMPLES.glob(f"*/{kind}/*.yml"))
    return [pytest.param(path, id=path.relative_to(EXAMPLES).with_suffix("").as_posix()) for path in found]


def license_file(told: dict[str, Any]) -> RepositoryFile:
    """A licence file as the facts of an example tell it: the text of a licence, or a part of it, and words besides."""
    text = (TEXTS / f"{told['text']}.txt").read_text("utf-8") if "text" in told else ""
    content = "".join(text.splitlines(keepends=True)[: told.get("lines")]) + told.get("words", "")
    return RepositoryFile(told["path"], content.encode(), size=len(content.encode()))


def assessed(path: Path) -> Assessment:
    facts = path.with_suffix(".toml")
    told = tomllib.loads(facts.read_text("utf-8")) if facts.exists() else {}
    mode, size = told.get("mode", REGULAR), told.get("size")
    content = path.read_bytes() if mode in (REGULAR, 0o100755) and size is None else None
    candidate = Candidate(
        RepositoryFile("publiccode.yml", content, mode, size, told.get("target", "")),
        Repository(told["repository"]) if "repository" in told else None,
        tuple(map(license_file, told["license_files"])) if "license_files" in told else None,
        named_files={path: Named(state) for path, state in told["named_files"].items()}
        if "named_files" in told
        else None,
        tags=tuple(Tag(**tag) for tag in told["tags"]) if "tags" in told else None,
        day=told.get("day"),
        italian_codes=frozenset(told["italian_codes"]) if "italian_codes" in told else None,
    )
    return assess(candidate, notices=told.get("notices", False))


def printed(assessment: Assessment) -> str:
    return "".join(finding.printed("publiccode.yml") + "\n" for finding in assessment.findings)


@pytest.mark.parametrize("path", files("pass"))
def test_example_passes_its_rule(path: Path) -> None:
    rule = path.parts[-3]
    assert [finding for finding in assessed(path).findings if finding.rule == rule] == []


@pytest.mark.parametrize("path", files("fail"))
def test_example_has_the_findings_written_beside_it(path: Path) -> None:
    assessment = assessed(path)
    assert printed(assessment) == path.with_suffix(".expected.txt").read_text("utf-8")
    assert path.parts[-3] in {finding.rule for finding in assessment.findings}


def test_every_folder_belongs_to_a_rule() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert folders == {rule.ID for rule in (*RULES, *NOTICES)}


def test_file_names_follow_the_identifiers() -> None:
    names = {rule.ID: rule.__name__.rpartition(".")[2] for rule in (*RULES, *NOTICES)}  # type: ignore[attr-defined]
    assert names == {identifier: identifier.replace("-", "_") for identifier in names}

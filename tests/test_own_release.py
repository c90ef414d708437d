"""This repository before a release: every line that a machine can know is fulfilled, and its bill of materials is current."""

from __future__ import annotations

import runpy
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from publiccode.harvesters.checkout import read_file
from publiccode.harvesters.release_facts import of_folder
from publiccode.registry import models
from publiccode.registry.release.checks import State, readiness
from publiccode.registry.release.table import CHECKS
from publiccode.schemas.candidate import Candidate
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.schemas.sbom import quality
from publiccode.schemas.sbom import read_file as read_sbom
from publiccode.schemas.validator import assess

ROOT = Path(__file__).parents[1]
# What nobody can read from files: an agency declares it, or somebody has to look.
UNKNOWABLE = {
    *("not-sensitive", "security-scan", "cve-check", "all-code-public", "maintenance-tier", "accessibility"),
    *("openchain-5230", "openchain-18974", "contract-rights", "contract-deliverables"),
    # A scan of all files tells these: `publiccode audit readiness .`, tests/harvesters/scan/
    *("no-secrets", "third-party-marked"),
}


def test_we_fulfil_every_line_that_a_machine_can_know() -> None:
    assessment = assess(Candidate(read_file(ROOT / "publiccode.yml")))
    found = readiness(of_folder(ROOT, assessment, date(2026, 11, 26), load_policy("osi")))
    assert {line.check: str(line.reason) for line in found.open} == {}
    assert {line.check for line in found.lines if line.state is not State.FULFILLED} == UNKNOWABLE


def test_our_bill_of_materials_is_current_and_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    made = runpy.run_path(str(ROOT / "deploy" / "own_sbom.py"))
    sys.modules.pop("locked_requirements", None)
    assert made["current"]() == made["FILE"].read_text("utf-8"), "next: make sbom"
    sbom = read_sbom(made["FILE"])
    assert quality(sbom).missing == ()
    assert [package.name for package in sbom.packages if not package.license] == []


def test_every_table_is_described() -> None:
    text = (ROOT / "docs" / "data-structure.md").read_text("utf-8")
    assert models.__all__
    assert [name for name in SQLModel.metadata.tables if f"| `{name}` |" not in text] == []


def test_every_check_stands_in_the_manual() -> None:
    text = (ROOT / "docs" / "readiness.md").read_text("utf-8")
    assert [check.id for check in CHECKS if f"`{check.id}`" not in text] == []

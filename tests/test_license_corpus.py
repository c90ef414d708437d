"""Declared beside found in real agencies' repositories: what differs is found, and nothing that only looks so is accused."""

import json
from collections.abc import Mapping

import pytest

from publiccode.schemas.licensing.verdict import LicenseVerdict

from .corpus import CORPUS
from .license_corpus import corpus_verdicts

LABELS = CORPUS / "licence-verdicts.json"
# How a label's note begins, and the code that says so.
CODES = {
    "mismatch": "mismatch",
    "version differs": "version-differs",
    "variant differs": "variant-differs",
    "the licence file holds a copy of publiccode.yml": "unknown",
}
ACCUSING = {"mismatch", "version-differs", "variant-differs", "restriction-added"}


@pytest.fixture(scope="module")
def labels() -> dict[str, dict[str, dict[str, str]]]:
    if not LABELS.is_file():
        pytest.skip(f"no labelled licences at {LABELS}")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(LABELS.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def verdicts(labels: Mapping[str, object]) -> dict[str, LicenseVerdict]:
    return dict(corpus_verdicts())


def test_all_that_differ_are_found(
    labels: dict[str, dict[str, dict[str, str]]], verdicts: dict[str, LicenseVerdict]
) -> None:
    wanted = {
        name: next(code for note, code in CODES.items() if label["note"].startswith(note))
        for name, label in labels["differ"].items()
    }
    assert {name: str(verdicts[name].codes[0]) for name in wanted} == wanted


def test_no_other_is_accused(labels: dict[str, dict[str, dict[str, str]]], verdicts: dict[str, LicenseVerdict]) -> None:
    accused = {name: verdict.codes for name, verdict in verdicts.items() if ACCUSING & {*map(str, verdict.codes)}}
    assert {name: codes for name, codes in accused.items() if name not in labels["differ"]} == {}


def test_what_a_comparison_of_texts_may_stumble_over_agrees(
    labels: dict[str, dict[str, dict[str, str]]], verdicts: dict[str, LicenseVerdict]
) -> None:
    names = labels["agree although a text matcher may trip"]
    assert {name: str(verdicts[name].codes[0]) for name in names} == dict.fromkeys(names, "agree")

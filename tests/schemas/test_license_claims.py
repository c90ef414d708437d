"""What may be concluded from sentences: prose licence files beside a declaration, and sentences beside a licence text."""

import json
from pathlib import Path

import pytest

from publiccode.schemas.licensing.found import Remark
from publiccode.schemas.licensing.identify import identify
from publiccode.schemas.licensing.verdict import FoundFile, judge

FOLDER = Path(__file__).parents[1] / "licences"
CLAIMS = json.loads((FOLDER / "claims" / "expected.json").read_text("utf-8"))
BESIDE = json.loads((FOLDER / "beside" / "expected.json").read_text("utf-8"))
MIT = (Path(__file__).parents[2] / "LICENSES" / "MIT.txt").read_text("utf-8")


def verdict(declared: str, content: str) -> tuple[str, list[str], str]:
    """What the file says, what it says of something else, and the first code."""
    found = identify(content.encode(), "LICENSE.md")
    code = judge(declared, [FoundFile("LICENSE.md", "1", found)]).codes[0]
    return found.concluded, sorted(found.also), str(code)


def test_every_claim_has_its_answer() -> None:
    assert {path.stem for path in (FOLDER / "claims").glob("*.txt")} == set(CLAIMS)


@pytest.mark.parametrize("name", CLAIMS)
def test_claims(name: str) -> None:
    expected = CLAIMS[name]
    content = (FOLDER / "claims" / f"{name}.txt").read_text("utf-8")
    assert verdict(expected["declared"], content) == (expected["concluded"], expected["also"], expected["verdict"])


@pytest.mark.parametrize("sentence", BESIDE["restricts"])
def test_what_takes_something_away(sentence: str) -> None:
    assert Remark.RESTRICTED in identify(f"{MIT}\n\n{sentence}\n".encode()).remarks


@pytest.mark.parametrize("sentence", BESIDE["leaves"])
def test_what_takes_nothing_away(sentence: str) -> None:
    assert Remark.RESTRICTED not in identify(f"{MIT}\n\n{sentence}\n".encode()).remarks
    assert verdict("MIT", f"{MIT}\n\n{sentence}\n")[2] == "agree"

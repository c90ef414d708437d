"""The validator against files whose verdict by the reference validator is known (data beside the checkout, not part of it)."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.validator import assess

DATA = Path(__file__).parents[3] / "shared" / "acceptance"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no acceptance data at {DATA}")

# The reference looks up whether these files exist or are images; a harvest does not.
LOOKED_UP = re.compile(r"no such file|invalid file extension|image: unknown format")


def load(name: str) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    folder = DATA / name
    return json.loads((folder / "expected.json").read_text("utf-8")), json.loads(
        (folder / "differences.json").read_text("utf-8")
    )


def normal(key: str) -> str:
    """description[zh-Hant].features and description.zh-Hant.features are one key."""
    return re.sub(r"\[([^\]]*[^\]\d][^\]]*)\]", r".\1", key)


def compared(name: str) -> tuple[list[str], float]:
    """The files whose verdict differs, and the share of the reference's findings that we have too."""
    expected, differences = load(name)
    wrong, hits, wanted = [], 0, 0
    for path, reference in expected.items():
        reference = [f for f in reference if not LOOKED_UP.search(f["description"])]
        assessment = assess(Candidate(RepositoryFile(Path(path).name, (DATA / name / path).read_bytes())))
        valid = not any(f["type"] == "error" for f in reference)
        if assessment.valid == (valid if path not in differences else not valid):
            pass
        else:
            wrong.append(path)
        ours = Counter((str(f.severity), normal(f.key), f.line) for f in assessment.findings)
        theirs = Counter((f["type"], normal(f["key"]), f["line"]) for f in reference)
        hits += (ours & theirs).total()
        wanted += theirs.total()
    return wrong, hits / wanted


def test_real_files_get_the_verdict_of_the_reference() -> None:
    wrong, share = compared("corpus")
    assert wrong == []
    # What is left: follow-ups that the reference adds to an error, and places that it counts wrongly.
    assert share > 0.965


def test_the_reference_s_own_files_get_its_verdict() -> None:
    wrong, share = compared("reference")
    assert wrong == []
    assert share > 0.83


def test_files_of_an_older_catalogue_get_findings_in_both_languages() -> None:
    files = sorted((DATA / "code-gov-tw").glob("*.y*ml"))
    assert len(files) == 22
    for path in files:
        assessment = assess(Candidate(RepositoryFile(path.name, path.read_bytes())))
        assert not assessment.valid, path.name
        for finding in assessment.findings:
            english, chinese = finding.message.in_language("en"), finding.message.in_language("zh-Hant")
            assert re.search("[\u4e00-\u9fff]", chinese), finding
            assert english != chinese

"""The validator against files whose verdict by the reference validator is known (data beside the checkout, not part of it)."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.validator import assess

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "acceptance"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no acceptance data at {DATA}")


@pytest.mark.parametrize("name", ["reference", "corpus"])
def test_files_get_the_verdict_of_the_reference_and_its_findings(name: str) -> None:
    """By the data's own checker and its bars: all verdicts, and 97 of 100 findings at the same key, line and weight."""
    command = f"{shlex.quote(sys.executable)} -m publiccode validate --format jsonl"
    checker = [sys.executable, str(DATA / "check_validator.py"), "--list", "--command", command, name]
    done = subprocess.run(checker, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"verdicts (\d+)/\1 \(100\.0%", done.stdout), done.stdout


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

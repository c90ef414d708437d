"""A scan from the folder to the answer: by our own reading, and by reuse where it is installed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from publiccode.harvesters.scan import scanning
from publiccode.harvesters.scan.limits import ScanLimits
from publiccode.harvesters.scan.reuse_lint import summary
from publiccode.harvesters.scan.scanning import Scan, ScanError, scan_folder, tool
from publiccode.registry.columns import now
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.reports.scan import hint, percent, text, to_json

from . import planted

TAG, HOLDER = "SPDX-" + "License-Identifier:", "SPDX-" + "FileCopyrightText:"
BOTH = f"# {HOLDER} 2026 City of Yunwu\n# {TAG} MIT\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with something of everything."""
    root = tmp_path / "petition"
    made = {
        "LICENSE": (LICENSES / "MIT.txt").read_text("utf-8"),
        "LICENSES/MIT.txt": (LICENSES / "MIT.txt").read_text("utf-8"),
        "LICENSES/CC0-1.0.txt": "x",
        "src/good.py": BOTH + "print(1)\n",
        "src/other.py": f"# {HOLDER} 2026 B\n# {TAG} Etalab-2.0\n",
        "src/bare.py": "print(1)\n",
        "src/empty.py": "",
        "logo.png.license": BOTH,
        "vendor/lib/COPYING": (LICENSES / "MIT.txt").read_text("utf-8"),
        "vendor/lib/a.js": "// Copyright (c) 2020 Egret Ltd\n",
        "deploy/app.env": f"DB_PASSWORD={planted.PASSWORD}\n",
        "tests/keys.py": f"KEY = '{planted.AWS}'\n",
    }
    for path, content in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    (root / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0")
    (root / "out").symlink_to("/etc/passwd")
    return root


def test_our_own_reading(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "reuse_command", lambda: None)
    found = scan_folder(tree)
    assert (found.compliant, found.met, found.files, found.with_license, found.with_copyright) == (None, 13, 7, 3, 4)
    assert found.without == ("deploy/app.env", "src/bare.py", "tests/keys.py", "vendor/lib/a.js")
    assert found.licenses == {"MIT": 2, "etalab-2.0": 1}
    assert found.texts == ({"path": "vendor/lib/COPYING", "license": "MIT"},)
    assert found.vendored == {"vendor": 2}
    assert [(one.rule, one.path, one.line, one.low) for one in found.exposed] == [
        ("password", "deploy/app.env", 1, False),
        ("aws-key", "tests/keys.py", 1, True),
    ]
    assert [str(said) for said in found.messages] == [
        "Symbolic links, not followed: 1",
        "The program reuse is not installed, so compliance was not judged; next: pip install 'publiccode-registry[audit]'",
    ]
    assert tool() == f"publiccode scan {scanning.VERSION}"
    assert not found.is_clean
    assert_nothing_leaks(found)


def assert_nothing_leaks(found: Scan) -> None:
    """Neither what is told nor what is kept holds a secret; what is kept does not even name the place."""
    told = json.dumps(to_json(found, "x")) + "\n".join(text(found, "x"))
    kept = found.record(UUID(int=1), now()).model_dump_json()
    assert [secret for secret in planted.ALL if secret in told or secret in kept] == []
    assert "password" not in kept
    assert "aws-key" not in kept


def test_what_reuse_says(tree: Path) -> None:
    if scanning.reuse_command() is None:
        pytest.skip("reuse is not installed")
    found = scan_folder(tree)
    assert (found.compliant, found.files, found.with_license, found.with_copyright) == (False, 7, 3, 4)
    assert found.without == ("deploy/app.env", "src/bare.py", "tests/keys.py", "vendor/lib/a.js")
    assert (found.bad, found.unused, found.missing) == ((), ("CC0-1.0",), ("Etalab-2.0",))
    assert found.licenses == {"MIT": 2, "etalab-2.0": 1}
    lines = list(text(found, "petition"))
    assert lines[0].startswith("petition: 13 files, ")
    assert lines[1:5] == [
        f"  REUSE      not compliant ({tool()})",
        "  Licences   43 % of 7 files say their licence, 57 % their copyright",
        "  Exposed    1 place that must be looked at before a release; 1 more in examples, tests and the like",
        "  Note       Symbolic links, not followed: 1",
    ]
    assert "  Etalab-2.0 (the list of SPDX writes etalab-2.0)" in lines
    assert_nothing_leaks(found)


def test_a_checkout_is_scanned_as_git_would_publish_it(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.env\n")
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    (tree / ".git" / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch " + str(tree / "hit") + "\n"
    )
    found = scan_folder(tree)
    assert [one.path for one in found.exposed] == ["tests/keys.py"]
    assert not (tree / "hit").exists()
    assert (tree / "deploy" / "app.env").exists()


def test_what_is_cut_is_told_and_not_judged(tree: Path) -> None:
    found = scan_folder(tree, ScanLimits(files=3))
    said = [str(one) for one in found.messages]
    assert "Scanned 3 of more files" in said
    if scanning.reuse_command():
        assert "The program reuse was not asked, because the folder is larger than is scanned" in said
    assert found.compliant is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="cannot be scanned"):
        scan_folder(tmp_path / "none")


def test_answers_of_reuse_that_are_none() -> None:
    answers: tuple[dict[str, Any], ...] = (
        {},
        {"non_compliant": [], "summary": {}},
        {"non_compliant": {}, "summary": {}, "files": []},
    )
    for wrong in answers:
        with pytest.raises((KeyError, TypeError)):
            summary(wrong, "/x")


def test_words_for_shares_and_ids() -> None:
    assert [percent(*pair) for pair in ((1, 3), (0, 0), (1999, 2000), (2000, 2000))] == [
        "33 %",
        "100 %",
        "99 %",
        "100 %",
    ]
    assert [hint(id_) for id_ in ("MIT", "mit", "GPL-3.0", "LicenseRef-x")] == [
        "",
        " (the list of SPDX writes MIT)",
        " (write GPL-3.0-only or GPL-3.0-or-later)",
        "",
    ]


def test_secrets_in_paths_and_copyright_lines_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "reuse_command", lambda: None)
    (tmp_path / f"{planted.AWS}.txt").write_text(f"Copyright 2026 {planted.GITHUB}\n")
    (tmp_path / "b.txt").write_text("Copyright 2026 City\n")
    found = scan_folder(tmp_path)
    assert (found.without, found.without_count, found.copyrights) == (("b.txt",), 2, ("Copyright 2026 City",))
    assert planted.AWS not in found.record(UUID(int=1), now()).model_dump_json()

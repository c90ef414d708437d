"""A scan from the folder to the answer: by our own reading, and by reuse where it is installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from publiccode.harvesters.scan import scanning
from publiccode.harvesters.scan.limits import USUAL, ScanLimits
from publiccode.harvesters.scan.reuse_lint import summary
from publiccode.harvesters.scan.scanning import Scan, ScanError, is_current, scan_folder, tool
from publiccode.registry.columns import now
from publiccode.registry.evidence_models import ScanRecord
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.reports.scan import hint, percent, text, to_json

from . import planted

TAG, HOLDER = "SPDX-" + "License-Identifier:", "SPDX-" + "FileCopyrightText:"
BOTH = f"# {HOLDER} 2026 City of Yunwu\n# {TAG} MIT\n"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with something of everything."""
    root = tmp_path_factory.mktemp("tree") / "petition"
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
        ".hg/hgrc": "[extensions]\nx = evil.py\n",
    }
    for path, content in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    (root / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0")
    (root / "out").symlink_to("/etc/passwd")
    return root


@pytest.fixture
def without_reuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own reading alone."""
    monkeypatch.setattr(scanning, "reuse_command", lambda: None)


@pytest.mark.usefixtures("without_reuse")
def test_our_own_reading(tree: Path) -> None:
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


def test_what_reuse_says(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if scanning.reuse_command() is None:
        pytest.skip("reuse is not installed")
    for name in ("hg", "jj", "pijul"):  # what reuse would ask of a folder `.hg`, and believe
        (tmp_path / name).write_text("#!/bin/sh\nprintf 'src/bare.py\\0'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = scan_folder(tree)
    assert (found.compliant, found.files, found.with_license, found.with_copyright) == (False, 7, 3, 4)
    assert found.without == ("deploy/app.env", "src/bare.py", "tests/keys.py", "vendor/lib/a.js")
    assert (found.bad, found.unused, found.missing) == ((), ("CC0-1.0",), ("Etalab-2.0",))
    assert found.licenses == {"MIT": 2, "etalab-2.0": 1}
    lines = list(text(found, "petition"))
    assert lines[0].startswith("petition: 13 files, ")
    assert lines[1:5] == [
        f"  REUSE: not compliant ({tool()})",
        "  Licences: 43 % of 7 files say their licence, 57 % their copyright",
        "  Exposed: places that must be looked at before a release: 1",
        "  Exposed in examples, tests and the like: 1",
    ]
    assert "  Note: Symbolic links, not followed: 1" in lines
    step = "take it out, and make it invalid where it was issued: older commits and copies keep it"
    assert f"  next (password): {step}" in lines
    assert "  Etalab-2.0 (the list of SPDX writes etalab-2.0)" in lines
    assert_nothing_leaks(found)


@pytest.mark.usefixtures("without_reuse")
def test_a_checkout_is_scanned_as_git_would_publish_it(tmp_path: Path) -> None:
    for path, content in {".gitignore": "*.env\n", "a.env": f"PASSWORD={planted.PASSWORD}\n", "b.py": BOTH}.items():
        (tmp_path / path).write_text(content)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".git" / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch " + str(tmp_path / "hit") + "\n"
    )
    found = scan_folder(tmp_path)
    assert (found.met, found.files, found.without, found.exposed) == (2, 2, (".gitignore",), ())
    assert not (tmp_path / "hit").exists()


def test_what_is_cut_is_told_and_not_judged(tree: Path) -> None:
    limits = ScanLimits(files=3)
    found = scan_folder(tree, limits)
    said = [str(one) for one in found.messages]
    assert "Scanned 3 of more files" in said
    if scanning.reuse_command():
        assert "The program reuse was not asked, because the folder is larger than is scanned" in said
    assert found.compliant is None
    assert found.tool == f"{tool()} (files 3)"
    assert any(re.search("Note|註", line) and re.search("掃描", line) for line in text(found, "x", language="zh-Hant"))


def test_a_scan_is_made_again_with_wider_limits_only_where_they_can_tell_more() -> None:
    few, cut = ScanLimits(files=3), {"template": "Scanned {count} of more files", "values": {"count": "3"}}

    def is_known(made: ScanLimits, message: dict[str, Any] | None, asked: ScanLimits, head: str = "1") -> bool:
        record = ScanRecord(number=1, software_id=UUID(int=1), at=now(), commit="1", tool=tool(made), message=message)
        return is_current(record, head, asked)

    assert [is_known(USUAL, None, USUAL), is_known(USUAL, None, few), is_known(few, None, USUAL)] == [True] * 3
    assert [is_known(few, cut, few), is_known(few, cut, USUAL), is_known(USUAL, cut, few)] == [True, False, False]
    assert not is_known(USUAL, None, USUAL, head="2")


@pytest.mark.usefixtures("without_reuse")
def test_a_folder_without_files(tmp_path: Path) -> None:
    found = scan_folder(tmp_path)
    assert (found.met, found.is_clean) == (0, False)


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
    assert [str(hint(id_) or "") for id_ in ("MIT", "mit", "GPL-3.0", "LicenseRef-x")] == [
        "",
        "the list of SPDX writes MIT",
        "write GPL-3.0-only / GPL-3.0-or-later",
        "",
    ]


@pytest.mark.usefixtures("without_reuse")
def test_what_strangers_write_is_told_masked_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / f"{planted.AWS}.txt").write_text(f"Copyright 2026 {planted.GITHUB}\n")
    (tmp_path / "b.txt").write_text("Copyright 2026 City\n")
    texts = tmp_path / planted.GITLAB
    texts.mkdir()
    (texts / "COPYING").write_text((LICENSES / "MIT.txt").read_text("utf-8"))
    (tmp_path / "win.reg").write_bytes(f"TOKEN={planted.GITHUB}\r\n{HOLDER} 2026 B\r\n".encode("utf-16"))
    long = tmp_path.joinpath(*["d" * 200] * 2)
    long.mkdir(parents=True)
    for number in range(3):
        (long / f"{number}.py").write_text("1")
    (long / "logo.png").write_bytes(b"\0")
    (long / "logo.png.license").write_text(BOTH)
    found = scan_folder(tmp_path)
    assert (found.files, found.with_license, found.without_count) == (7, 1, 6)
    assert found.copyrights == ("Copyright 2026 City", "2026 City of Yunwu", "2026 B")
    assert ("b.txt" in found.without, len(found.without)) == (True, 5)
    assert "Paths, copyright lines or names of licences left out of the lists: 2" in map(str, found.messages)
    assert [(one.rule, one.line) for one in found.exposed if one.path == "win.reg"] == [("github-token", 1)]
    assert found.texts[0]["license"] == "MIT"
    assert_nothing_leaks(found)


def test_what_reuse_complains_of_is_told_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, program = tmp_path / "root", tmp_path / "reuse"
    root.mkdir()
    (root / "REUSE.toml").write_text("no = [toml")
    complaint = f"Error: '{root}/{planted.NATIONAL} Jane Quux/REUSE.toml' could not be parsed"
    program.write_text(f'#!/bin/sh\necho "{complaint}" >&2\necho >&2\nexit 2\n')
    program.chmod(0o755)
    monkeypatch.setattr(scanning, "reuse_command", lambda: str(program))
    found = scan_folder(root)
    assert found.compliant is None
    assert found.complaint == "Error: 'F… Jane Quux/REUSE.toml' could not be parsed"
    assert any("reuse says" in line for line in text(found, "x"))
    assert_nothing_leaks(found)
    assert "Quux" not in found.record(UUID(int=1), now()).model_dump_json()

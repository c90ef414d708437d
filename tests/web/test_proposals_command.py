"""`publiccode proposals` and `publiccode publishers remove`: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publiccode.registry.proposals import Offer, propose
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store

from ..looks import BEGIN
from ..test_commands import run

URL = "https://git.yunwu.example/open/petition"
JUDGED = {
    "outcome": "file",
    "valid": False,
    "usable": True,
    "errors": 1,
    "warnings": 2,
    "name": "陳情系統",
    "commit": "0" * 40,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An instance with two publishers, and three proposals."""
    run("db", "upgrade", data=tmp_path)
    file = tmp_path / "publishers.yml"
    file.write_text(
        "- id: yunwu\n  name: 雲霧市政府\n  repos: [https://nowhere.invalid/x]\n- id: b\n  name: B\n", "utf-8"
    )
    assert run("publishers", "import", str(file), data=tmp_path)[0] == 0
    store = Store(Settings(data=tmp_path).database)
    propose(store, Offer(URL, "雲霧市政府", "first line\n\x1b[31msecond", JUDGED), BEGIN)
    propose(store, Offer(f"{URL}-2", "Somebody", judged={"outcome": "no-file"}), BEGIN)
    propose(store, Offer("https://git.yunwu.example/open", judged={"outcome": "group"}), BEGIN)
    store.close()
    return tmp_path


def test_what_waits_is_listed(data: Path) -> None:
    assert run("proposals", "list", data=data) == (
        0,
        (
            f"    1  open      2026-03-01  {URL}\n"
            "       found: 陳情系統, not valid, but usable; errors: 1, warnings: 2\n"
            "       publisher: 雲霧市政府 (id yunwu)\n"
            "       remark: first line\n"
            "       remark: \N{REPLACEMENT CHARACTER}[31msecond\n"
            f"    2  open      2026-03-01  {URL}-2\n"
            "       found: no publiccode.yml\n"
            "       publisher: Somebody (not in the list)\n"
            "    3  open      2026-03-01  https://git.yunwu.example/open\n"
            "       found: a group of repositories\n"
        ),
        "",
    )
    assert run("proposals", "list", "--status", "rejected", data=data) == (0, "", "")
    code, out, _ = run("proposals", "list", "--format", "jsonl", data=data)
    assert (code, json.loads(out.splitlines()[0])) == (
        0,
        {
            "number": 1,
            "status": "open",
            "url": URL,
            "at": BEGIN.isoformat(),
            "publisher": "雲霧市政府",
            "publisher_id": "yunwu",
            "remark": "first line\n\x1b[31msecond",
            "judged": JUDGED,
            "decided_at": None,
            "decided_by": "",
            "reason": "",
        },
    )


def test_a_proposal_is_accepted_and_taken_out(data: Path) -> None:
    assert run("proposals", "accept", "1", "--publisher", "yunwu", "--by", "Lin Yu", data=data) == (
        0,
        (
            f"Proposal 1 is accepted: {URL} is a repository of yunwu; the next harvest reads it.\n"
            "Next: publiccode harvest yunwu, and add to publishers.yml, so that the file names it, too:\n"
            f"- id: yunwu\n  repos:\n    - {URL}\n"
        ),
        "",
    )
    code, out, err = run("proposals", "accept", "1", "--publisher", "yunwu", "--by", "Lin Yu", data=data)
    assert (code, out) == (2, "")
    assert err.startswith("Error: proposal 1 was decided on ")
    assert err.endswith(" by Lin Yu: accepted\n")
    assert run("publishers", "import", str(data / "publishers.yml"), data=data)[1] == (
        "2 publishers (0 new), 1 code hostings, 0 no longer listed.\n"
        "1 came by accepted proposals and stay listed; next: publiccode proposals list --status accepted, and add them to the "
        "file.\n"
    )
    assert run("publishers", "remove", URL, "--by", "Lin Yu", data=data) == (0, f"No longer listed: {URL}\n", "")
    assert run("publishers", "remove", URL, "--by", "Lin Yu", data=data)[0] == 2
    assert run("proposals", "list", "--status", "removed", data=data)[1].startswith("    1  removed   2026-03-01  ")


def test_a_proposal_is_rejected(data: Path) -> None:
    rejected = run("proposals", "reject", "2", "--reason", "a private project", "--by", "Lin Yu", data=data)
    assert rejected == (0, f"Proposal 2 is rejected: {URL}-2\n", "")
    assert (
        run("proposals", "list", "--status", "all", data=data)[1]
        .splitlines()[8]
        .endswith(" by Lin Yu: a private project")
    )
    code, out, _ = run("why", f"{URL}-2", data=data)
    assert (code, "The proposal 2 was rejected: a private project" in out) == (0, True)

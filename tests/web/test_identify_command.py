"""`publiccode license identify`: files, folders, standard input, each format."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from publiccode.schemas.licensing.found import Identification
from publiccode.web.cli import main

MIT = Path(__file__).parents[2] / "web" / "demo" / "licenses" / "MIT.txt"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["license", "identify", *arguments])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_object_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = tmp_path / "LICENSE"
    unknown.write_text("Nothing that anybody knows.\n")
    code, out, _ = run(capsys, "--format", "jsonl", str(MIT), str(unknown))
    first, second = objects(out)
    assert (code, first["file"], first["concluded"], first["also"]) == (0, str(MIT), "MIT", [])
    assert (second["file"], second["concluded"]) == (str(unknown), "NOASSERTION")
    name = first.pop("file")
    assert {"file": name, **Identification.from_json(first).to_json()} == {"file": name, **first}
    code, out, _ = run(capsys, "--format", "json", str(MIT))
    assert (code, [one["concluded"] for one in json.loads(out)]) == (0, ["MIT"])


def test_a_folder_stands_for_its_licence_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("LICENSE", "LICENSES/MIT.txt", "README"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MIT.read_bytes())
    code, out, _ = run(capsys, "--format", "jsonl", str(tmp_path))
    assert code == 0
    assert [one["file"] for one in objects(out)] == [str(tmp_path / "LICENSE"), str(tmp_path / "LICENSES/MIT.txt")]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MIT.read_bytes())))
    code, out, _ = run(capsys, "--format", "jsonl", "-")
    assert (code, [(one["file"], one["concluded"]) for one in objects(out)]) == (0, [("-", "MIT")])


def test_people_read_what_how_sure_where_and_what_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "LICENSE"
    file.write_text(MIT.read_text("utf-8") + "\n\nBring the ladder back before nightfall, and ask the mayor first.\n")
    code, out, _ = run(capsys, str(file))
    assert code == 0
    assert out.splitlines()[:2] == [f"{file}: MIT", "  MIT by its text (en), 100 % of its words, lines 1-18"]
    assert "  Left over, " in out
    assert "line 20" in out


@pytest.mark.parametrize(
    ("argument", "said"),
    [("missing", "missing cannot be read: No such file or directory"), (".", "there is no licence file in .")],
)
def test_what_cannot_be_read_is_a_wrong_use(
    argument: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, argument)
    assert code == 2
    assert said in err

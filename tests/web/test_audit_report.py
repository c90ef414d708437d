"""The reports in all their forms: byte for byte as they are kept in tests/audit_reports, and the command that writes them.

When something in them changes on purpose: `python -m tests.audited`, and read the difference.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.pages.audit_table import table
from publiccode.web.pages.spreadsheet import cell

from ..audited import GOLDEN, audit, publishers, reports, small_method
from ..looks import World

FORMS = ("whole.en.csv", "whole.en.html", "whole.en.json", "whole.en.txt")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Store]]:
    settings = Settings(data=tmp_path_factory.mktemp("audited"))
    store = Store(settings.database)
    upgrade(store)
    audit(World(store), small_method())
    yield settings, store
    store.close()


def run(settings: Settings, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["audit", "report", *arguments], env={"PUBLICCODE_DATA": str(settings.data)})
    return done.exit_code, done.output


def test_the_reports_are_those_that_are_kept(instance: tuple[Settings, Store]) -> None:
    settings, store = instance
    written = dict(reports(store, settings))
    assert tuple(written) == FORMS
    for name, text in written.items():
        assert text.encode() == (GOLDEN / name).read_bytes(), name


def test_the_same_state_gives_the_same_bytes_whatever_follows(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    audit(world, small_method())
    first = dict(reports(store, settings))
    world.later(days=20)
    world.list(*publishers("Another Office")[:2])
    assert dict(reports(store, settings)) == first
    store.close()


def test_command_writes_the_same(instance: tuple[Settings, Store], tmp_path: Path) -> None:
    days = ("--as-of", "2026-04-10", "--since", "2026-03-31")
    for name in FORMS:
        form = name.rpartition(".")[2].replace("txt", "text")
        file = tmp_path / name
        code, said = run(instance[0], *days, "--format", form, "--site", "https://catalogue.example/", "-o", str(file))
        assert (code, said) == (0, "")
        assert file.read_bytes() == (GOLDEN / name).read_bytes()


def test_command_narrows_to_a_publisher_and_an_entry(instance: tuple[Settings, Store]) -> None:
    asked = {
        ("--publisher", "mist"): 2,
        ("--publisher", "mist", "--below"): 5,
        ("--software", "forms"): 1,
        ("--all",): 6,
        (): 6,
    }
    for arguments, count in asked.items():
        code, text = run(instance[0], "--as-of", "2026-04-10", "--format", "json", *arguments)
        assert (code, json.loads(text)["totals"]["entries"]) == (0, count)


def test_command_leaves_out_entries_without_findings(instance: tuple[Settings, Store]) -> None:
    code, text = run(instance[0], "--as-of", "2026-04-10", "--findings-only")
    assert code == 0
    assert "A part of the report: the entries chosen by Only entries: with findings that are not waived." in text
    assert "     4  Entries\n" in text
    assert "forms" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--publisher", "nobody"), "showed no publisher nobody"),
        (("--software", "nothing"), "showed no entry nothing"),
        (("--software", "forms", "--all"), "name one of"),
        (("--below",), "name one of"),
        (("--software", "forms", "--findings-only"), "--findings-only chooses among entries"),
        (("--as-of", "31.3.2026"), "--as-of must be a day: YYYY-MM-DD"),
        (("--as-of", "2999-01-01"), "--as-of must not lie in the future"),
        (("--as-of", "2026-03-31", "--since", "2026-03-31"), "--since must lie before"),
        (("--site", "javascript:x"), "--site must be"),
    ],
)
def test_command_tells_what_it_cannot_use(
    instance: tuple[Settings, Store], arguments: tuple[str, ...], said: str
) -> None:
    code, output = run(instance[0], *arguments)
    assert code == 2
    assert said in output


def test_no_cell_is_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1", "|x", "%0"):
        assert cell(text).startswith("'"), text
    assert [cell(text) for text in ("MIT", "", "a=b", "陳情", "1–20")] == ["MIT", "", "a=b", "陳情", "1–20"]
    assert cell("a\x1b[31mb\x00") == "a�[31mb�"


def test_csv_is_read_back_whole() -> None:
    text = (GOLDEN / "whole.en.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Name"] for row in rows] == [
        '\'=HYPERLINK("https://evil.example")',
        "Forms",
        "帳本 Ledger",
        "<b>Bells</b>",
        "Atlas",
        "Open Text",
    ]
    assert {row["As of"] for row in rows} == {"2026-04-10T23:59:59.999999+08:00"}


def test_a_table_without_lines_has_its_heading(instance: tuple[Settings, Store]) -> None:
    with create_app(instance[0]).test_request_context("/en/audit"):
        text = table([], "")
    assert text.count("\r\n") == 1
    assert text.startswith('\ufeff"Name"')


def test_the_workbook_holds_what_the_other_forms_hold(instance: tuple[Settings, Store], tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    days = ("--as-of", "2026-04-10", "--since", "2026-03-31", "--site", "https://catalogue.example/")
    assert run(instance[0], *days, "--format", "xlsx", "-o", str(file)) == (0, "")
    book = openpyxl.load_workbook(file)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    assert list(sheets) == ["Overview", "Entries", "Evidence", "Findings", "Changes"]
    told = json.loads((GOLDEN / "whole.en.json").read_text("utf-8"))
    assert [row[0] for row in sheets["Entries"][1:]] == [one["called"]["text"] for one in told["entries"]]
    assert sheets["Entries"][1 + [one["slug"] for one in told["entries"]].index("open-text")] == (
        *("Open Text", "Ministry of Mist", "CC-BY-4.0", "CC-BY-4.0", "Declaration and licence files agree"),
        *("A licence for content is declared for code", "for texts and data", 1, 0, 0, 2),
    )
    assert len(sheets["Findings"]) == 1 + sum(len(one["findings"]) for one in told["entries"])
    [waived] = [row for row in sheets["Findings"][1:] if row[6]]
    assert waived[3:5] == ("license-mismatch", "Declared is MIT; LICENSE holds the text of GPL-3.0.")
    assert waived[6:8] == ("2026-04-20", "Lin Yu")
    changes = [rows for kind, rows in told["changes"].items() if isinstance(rows, list)]
    assert len(sheets["Changes"]) == 1 + sum(map(len, changes))
    assert ("Entries", 6) in sheets["Overview"]


def test_the_workbook_is_handed_out_on_the_web(instance: tuple[Settings, Store]) -> None:
    reader = create_app(instance[0]).test_client()
    answer = reader.get("/zh-Hant/audit/report.xlsx?as-of=2026-04-10&only=findings")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="license-audit-part-2026-04-10.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert [sheet.max_row for sheet in book][1] == 1 + 4
    book.close()
    assert "/en/audit/report.xlsx" in reader.get("/en/audit").get_data(as_text=True)


def test_a_pdf_without_chromium_is_refused_before_the_report_is_made(instance: tuple[Settings, Store]) -> None:
    env = {"PUBLICCODE_DATA": str(instance[0].data), "PUBLICCODE_CHROMIUM": "no-such-program"}
    done = CliRunner().invoke(cli, ["audit", "report", "--format", "pdf"], env=env)
    assert (done.exit_code, "no-such-program, which PUBLICCODE_CHROMIUM names, is no program" in done.output) == (
        3,
        True,
    )

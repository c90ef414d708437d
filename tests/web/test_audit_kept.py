"""What audit reports cost: what is kept and for how long, who waits for whom, and what a large report shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlmodel import select

from publiccode.registry.audit.report import Kind, Scope
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.models import AuditMethod
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.families import Family
from publiccode.schemas.licensing.found import Means, Remark
from publiccode.schemas.licensing.found_texts import MEANS, REMARKS
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.pages import submitted
from publiccode.web.pages.audit_forms import Words, printed
from publiccode.web.pages.audit_kept import Busy, Kept, Purse, Reports, TooMuch
from publiccode.web.pages.audit_reports import Days, make_report
from publiccode.web.pages.audit_values import Teller
from publiccode.web.pages.audit_words import family_words, means_words, remark_words
from publiccode.web.pages.license_words import family_title

from ..audited import APRIL, CITY, NAMES, TAIPEI, audit, publishers, small_method
from ..looks import World, software
from ..registry.audit.conftest import told_by_another
from .catalogue import read_json

LEDGER = "%E5%B8%B3%E6%9C%AC-ledger"
FREE = Purse(lambda: True, lambda lines: None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    audit(world, small_method())
    yield world
    store.close()


def reader(world: World, **settings: bool) -> FlaskClient:
    made = create_app(Settings(data=Path(world.store.place).parent, **settings))  # type: ignore[arg-type]
    made.testing = True
    return made.test_client()


def days(number: int) -> Days:
    return Days(date(2026, 4, 10), date(2026, 1, number))


def test_the_newest_values_are_kept_within_a_bound() -> None:
    kept = Kept[str](10)
    for name, size in (("a", 4), ("b", 4)):
        kept.put(name, name.upper(), size)
    assert kept.get("a") == "A"
    kept.put("c", "C", 5)
    assert [kept.get(name) for name in "abc"] == ["A", None, "C"]
    kept.put("large", "L", 99)
    assert [kept.get(name) for name in ("a", "c", "large")] == [None, None, "L"]
    kept.put("large", "M", 2)
    kept.put("d", "D", 8)
    assert [kept.get(name) for name in ("large", "d")] == ["M", "D"]


def test_who_asks_for_what_is_kept_does_not_wait_nor_pay(world: World) -> None:
    reports = Reports(lambda: world.store, TAIPEI)
    kept = reports.get(Scope(), days(1), FREE)
    begun, end = Event(), Event()

    def slow(lines: int) -> None:
        begun.set()
        assert end.wait(30)

    making = Thread(target=lambda: reports.get(Scope(), days(2), Purse(lambda: True, slow)))
    making.start()
    try:
        assert begun.wait(30)
        poor = Purse(lambda: False, lambda lines: None)
        assert reports.get(Scope(), days(1), poor) is kept
        dossier = reports.get(Scope(Kind.SOFTWARE, "forms"), days(1), FREE)
        assert [line.entry.slug for line in dossier.lines] == ["forms"]
        with pytest.raises(TooMuch):
            reports.get(Scope(), days(3), poor)
    finally:
        end.set()
        making.join()


def test_few_wait_for_a_report(world: World) -> None:
    reports = Reports(lambda: world.store, TAIPEI)
    end, told = Event(), Queue[str]()

    def slow(lines: int) -> None:
        assert end.wait(30)

    def ask(number: int) -> None:
        try:
            reports.get(Scope(), days(number), Purse(lambda: True, slow))
            told.put("made")
        except Busy:
            told.put("busy")

    asking = [Thread(target=ask, args=(number,)) for number in range(1, 13)]
    for thread in asking:
        thread.start()
    assert [told.get(timeout=30) for _ in range(8)] == ["busy"] * 8
    end.set()
    assert [told.get(timeout=30) for _ in range(4)] == ["made"] * 4
    for thread in asking:
        thread.join()


def test_one_reader_has_so_much_made_in_a_minute(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted, "REPORT_LINES", 150)  # two reports of six lines, and what each counts besides
    client = reader(world)
    answers = [client.get(f"/en/audit/report.csv?since=2026-03-{day:02}").status_code for day in (1, 2, 3)]
    assert answers == [200, 429, 429]
    assert client.get("/en/audit/report.csv?since=2026-03-01").status_code == 200
    other = client.get("/en/audit?since=2026-03-03", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_kept_reports_hold_no_findings_of_files(world: World) -> None:
    report = Reports(lambda: world.store, TAIPEI).get(Scope(), days(1), FREE)
    assert {tuple(line.entry.newest.findings) for line in report.lines} == {()}
    assert report.file_rules
    assert all(line.findings for line in report.lines)


def test_a_large_report_shows_what_is_found_and_says_where_the_rest_is(world: World) -> None:
    settings = Settings(data=Path(world.store.place).parent)
    with world.store.reading() as session:
        report = make_report(session, Scope(), days(1), TAIPEI, APRIL + timedelta(days=30))
    spoken = [line for line in report.lines if line.violations]
    assert len(spoken) > 2
    with create_app(settings).test_request_context("/en/audit/report"):
        page = printed(Teller(settings, TAIPEI, "en", {}), report, 2, {"csv": "/lines.csv", "json": "/all.json"})
        whole = printed(Teller(settings, TAIPEI, "en", {}), report)
    assert page.count("<article>") == 2
    assert f"the evidence of 2 of 6 entries: of those of which a rule speaks ({len(spoken)}), the errors first" in page
    assert 'href="/lines.csv"' in page
    assert '<th scope="row">Entries</th><td class="number">6</td>' in page
    assert (whole.count("<article>"), "the errors first" in whole) == (6, False)


def test_words_of_a_template_are_escaped() -> None:
    with create_app(Settings(data=Path("nowhere"))).test_request_context("/en/audit"):
        words = Words()
        said = [words("no. %(number)s", number="<1>"), words("no. %(number)s", number=2), words("Waived")]
    assert said == ["no. &lt;1&gt;", "no. 2", "Waived"]


def test_families_means_and_remarks_have_one_name() -> None:
    with create_app(Settings(data=Path("nowhere"))).test_request_context("/en/audit"):
        assert [family_words(kind) for kind in Family] == [family_title(kind) for kind in Family]
        assert [means_words(means) for means in Means] == [str(MEANS[means]) for means in Means]
        assert [remark_words(remark) for remark in Remark] == [str(REMARKS[remark]) for remark in Remark]
        assert (family_title("older"), means_words("older"), remark_words("older")) == ("older",) * 3


def test_a_report_of_now_is_as_of_the_last_change(world: World) -> None:
    def report(*arguments: str) -> str:
        place = {"PUBLICCODE_DATA": str(Path(world.store.place).parent)}
        done = CliRunner().invoke(cli, ["audit", "report", "--format", "json", *arguments], env=place)
        assert done.exit_code == 0, done.output
        return done.output

    first = report()
    assert '"as_of": "2026-04-21T00:00:00+08:00"' in first  # the waiver ran out
    assert report() == first
    assert '"since": "2026-11-01T23:59:59.999999+08:00"' in report("--since", "2026-11-01")
    world.now = APRIL + timedelta(days=60)
    world.list(*publishers("Another Office"))
    assert '"as_of": "2026-06-06T09:00:00+08:00"' in report()
    now, then = (reader(world).get(f"/en/audit{query}").text for query in ("", "?as-of=2026-05-01"))
    assert "What is known now; nothing of it changed after Jun 6, 2026 09:00." in now
    assert "What was known on May 1, 2026 23:59." in then
    today = datetime.now(TAIPEI).date().isoformat()
    assert '"as_of": "2026-06-06T09:00:00+08:00"' in report("--as-of", today)


def test_files_of_what_left_the_catalogue_are_gone(world: World) -> None:
    client = reader(world)
    dossier = f"/en/software/{LEDGER}/audit.json?as-of=2026-04-10"
    address = read_json(client, dossier)["entry"]["found"][0]["address"]
    assert client.get(address).text == "GPL-3.0-only text"
    assert client.get(address.replace("/files/", "/files/%25")).status_code == 404
    world.later(days=10)
    world.list(*publishers()[::2])
    answer = client.get(address)
    assert (answer.status_code, "GPL-3.0-only text" in answer.text) == (410, False)
    assert read_json(client, dossier)["entry"]["found"][0]["concluded"] == "GPL-3.0-only"


def test_what_is_hidden_from_readers_is_not_named(world: World) -> None:
    world.later(hours=1)
    invalid = software(NAMES[1], "Forms", legal={"license": "MIT"}, developmentStatus="perfect")
    world.finds(NAMES[1], invalid, head="9" * 40, files={"LICENSE": b"MIT text"})
    follow_licenses(world.store, small_method(), world.now)
    all_of_it, client = reader(world), reader(world, show_only_valid=True)
    for path in ("/en/audit.json", "/en/audit/publishers/mist.json", "/en/audit/report.json"):
        slugs = {entry["slug"] for entry in read_json(all_of_it, path)["entries"]}
        told = read_json(client, path)
        assert slugs - {entry["slug"] for entry in told["entries"]} == {"forms"}
        assert told["remarks"] == [
            "Entries whose file has errors are neither shown in this catalogue nor counted here."
        ]
    for path in ("/en/audit", "/en/audit/report", "/en/audit/report.csv"):
        assert (">Forms<" in client.get(path).text, '"Forms"' in client.get(path).text) == (False, False)
    place = {"PUBLICCODE_DATA": str(Path(world.store.place).parent), "PUBLICCODE_SHOW_ONLY_VALID": "true"}
    done = CliRunner().invoke(cli, ["audit", "report", "--format", "csv"], env=place)
    assert (done.exit_code, '"Forms"' in done.output) == (0, True)


def test_a_policy_that_cannot_be_read_any_more_is_told(world: World) -> None:
    with world.store.writing("a later program", APRIL + timedelta(days=1)) as change:
        for row in change.session.exec(select(AuditMethod)):
            if row.at < APRIL:
                row.policy_content = {"name": "old", "ruling": "of another form"}
    client = reader(world)
    said = "This program cannot read the policy osi of that time"
    for path in ("audit", "audit/report", f"software/{LEDGER}/audit", "audit.json", "audit/report.json"):
        answer = client.get(f"/en/{path}?as-of=2026-03-31")
        assert (answer.status_code, said in answer.text) == (200, True), path
    march = read_json(client, "/en/audit.json?as-of=2026-03-31")
    assert (march["rules"], march["totals"]["entries"], march["method"]["license_list"]) == ([], 5, "3.29.0")
    april = read_json(client, "/en/audit.json?as-of=2026-04-10&since=2026-03-31")
    assert april["rules"]
    assert [april["changes"][name]["count"] for name in ("new", "resolved", "verdicts")] == [0, 0, 2]
    assert [one["name"] for one in april["changes"]["method"]["first"]] == ["policy_content", "license_list"]


@pytest.mark.parametrize("was_read", [False, True])
def test_a_repository_that_was_not_asked_is_not_said_to_hold_nothing(world: World, was_read: bool) -> None:
    url, city = CITY + "first", publishers("Bureau of Mist")[2]
    world.list(*publishers("Bureau of Mist")[:2], replace(city, repos=(*NAMES[5:], url)))
    if was_read:
        world.finds(url, software(url, "First"), files={})
    else:
        told_by_another(world, url)
    client = reader(world)
    dossier, printed_ = client.get("/en/software/first/audit"), client.get("/en/software/first/audit/report")
    told = ["The repository itself has not been asked." in answer.text for answer in (dossier, printed_)]
    assert told == [not was_read, not was_read]
    assert ("No licence file was found." in dossier.text) is was_read

"""The licence on an entry's page: declared, found, detected, concluded, in words and with the lines; nobody is accused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.models import LicenseConclusion, LicenseVerdictRecord, Software
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.words import read_text
from publiccode.web.app import create_app
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.pages.entry_license import numbered

from ..looks import World, software
from .catalogue import read_json
from .test_pages import text

MIT = (LICENSES / "MIT.txt").read_bytes()
AGPL = (LICENSES / "AGPL-3.0-or-later.txt").read_bytes()
WITH_WORDS = MIT + b"\n\nThe software may not be used for commercial purposes.\n"
BASE = "https://code.yunwu.example/"
NAMES = {
    "Agreeing": ("MIT", {"LICENSE": MIT}),
    "Differing": ("MIT", {"COPYING": AGPL, "LICENSE<b>.txt": b"Ask <b>the mayor</b>.\n"}),
    "Restricted": ("MIT", {"LICENSE": WITH_WORDS}),
    "Bare": ("EUPL-1.2", {}),
    "Settled": ("mit", {"LICENSE": AGPL}),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(data=tmp_path_factory.mktemp("instance"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.publish(*(BASE + name for name in NAMES))
    for name, (declared, files) in NAMES.items():
        content = software(BASE + name, name, legal={"license": declared})
        world.finds(BASE + name, content, files=files, license_detected="MIT" if name == "Differing" else "")
    follow_licenses(store, method("osi", UTC), world.now)
    store.close()
    return chosen


@pytest.fixture
def reader(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def licence(reader: FlaskClient, name: str, language: str = "en") -> Any:
    return read_json(reader, f"/{language}/software/{name}.json")["license"]


def test_agreement_is_told_with_its_evidence(reader: FlaskClient) -> None:
    told = licence(reader, "agreeing")
    verdict = told.pop("verdict")
    lines = "/en/software/agreeing/lines/LICENSE"
    assert told == {
        "declared": "MIT",
        "concluded": "MIT",
        "ids": ["MIT"],
        "files": [{"path": "LICENSE", "address": "/en/software/agreeing/files/LICENSE", "lines": lines}],
        "history": "/en/software/agreeing/audit",
    }
    assert [code["code"] for code in verdict["codes"]] == ["agree"]
    assert {key: verdict[key] for key in ("declared", "normalized", "host", "concluded", "conclusion")} == {
        "declared": "MIT",
        "normalized": "MIT",
        "host": "",
        "concluded": "MIT",
        "conclusion": None,
    }
    (file,) = verdict["found"]
    assert (file["path"], file["address"], file["concluded"], file["left_over"]) == ("LICENSE", lines, "MIT", [])
    assert [(part["license"], part["means"], part["lines"]) for part in file["parts"]] == [("MIT", "text", [[1, 18]])]
    page = reader.get("/en/software/agreeing").text
    assert f'<a href="{lines}#L1">lines 1–18</a>' in page
    assert "100 % of its words" in text(page)


def test_a_difference_is_told_neutrally_with_the_next_step(reader: FlaskClient) -> None:
    verdict = licence(reader, "differing")["verdict"]
    assert [code["code"] for code in verdict["codes"]] == ["mismatch", "host-differs"]
    assert verdict["versions_open"]
    section = reader.get("/en/software/differing").text.partition('id="license"')[2].partition("</section>")[0]
    for piece in (
        "COPYING holds the text of AGPL-3.0.",
        "What can be done:",
        "no licence concluded",
        "LICENSE&lt;b&gt;.txt",
        "no legal advice",
    ):
        assert piece in section
    for word in ("violat", "illegal", "infring", "fail"):
        assert word not in section


def test_added_words_lead_to_their_lines(reader: FlaskClient) -> None:
    page = reader.get("/en/software/restricted").text
    assert "#L20" in page
    lines = read_json(reader, "/en/software/restricted/lines.json/LICENSE")
    assert lines["lines"][19] == "The software may not be used for commercial purposes."
    html = reader.get("/en/software/restricted/lines/LICENSE").text
    assert '<li id="L20">The software may not be used for commercial purposes.</li>' in html


def test_no_file_is_told(reader: FlaskClient) -> None:
    verdict = licence(reader, "bare")["verdict"]
    assert ([code["code"] for code in verdict["codes"]], verdict["found"]) == (["no-text"], [])
    assert (
        "No licence file was found at the root of the repository or in LICENSES."
        in reader.get("/en/software/bare").text
    )


def test_lines_of_a_strangers_file_are_text(reader: FlaskClient) -> None:
    html = reader.get("/en/software/differing/lines/LICENSE%3Cb%3E.txt").text
    assert '<li id="L1">Ask &lt;b&gt;the mayor&lt;/b&gt;.</li>' in html
    assert reader.get("/en/software/differing/lines/none").status_code == 404
    assert reader.get("/en/software/none/lines/LICENSE").status_code == 404


def test_an_auditors_conclusion_stands_with_date_and_reason(settings: Settings, reader: FlaskClient) -> None:
    store = Store(settings.database)
    with store.writing("Lin", datetime(2026, 4, 1, tzinfo=UTC)) as change:
        entry = change.session.exec(select(Software).where(Software.name == "Settled")).one()
        before = change.session.exec(
            select(LicenseVerdictRecord).where(LicenseVerdictRecord.software_id == entry.id)
        ).one()
        conclusion = LicenseConclusion(
            number=1,
            software_id=entry.id,
            at=change.at,
            by="Lin Yu",
            license="MIT",
            reason="The agency <b>confirmed</b> it.",
            files="1",
        )
        change.session.add(conclusion)
        change.session.flush()
        kept = before.model_dump(exclude={"id"})
        kept |= {
            "number": 100,
            "at": change.at,
            "concluded": "MIT",
            "conclusion_id": conclusion.id,
            "codes": ["agree", "later-code"],
        }
        change.session.add(LicenseVerdictRecord(**kept))
    store.close()
    verdict = licence(reader, "settled")["verdict"]
    assert verdict["conclusion"] == {
        "license": "MIT",
        "reason": "The agency <b>confirmed</b> it.",
        "by": "Lin Yu",
        "at": "2026-04-01T00:00:00+00:00",
    }
    assert [(code["code"], code["text"]) for code in verdict["codes"]] == [
        ("agree", "An auditor concluded MIT, as it is declared; the licence files say AGPL-3.0.")
    ]
    page = reader.get("/en/software/settled").text
    assert "Concluded by an auditor" in page
    assert "The agency &lt;b&gt;confirmed&lt;/b&gt; it." in page
    assert "by Lin Yu, " in page
    assert "read as MIT" in page


@pytest.mark.parametrize("name", [name.lower() for name in NAMES])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_page_is_there_in_both_languages(reader: FlaskClient, name: str, language: str) -> None:
    assert reader.get(f"/{language}/software/{name}").status_code == 200


def test_lines_are_counted_as_they_were_when_the_text_was_read() -> None:
    content = "\ufeffone\r\ntwo\u2028still\rthree\x0cstill\n<p>four</p>\n".encode()
    assert len(numbered(content)[0]) == len(read_text(content).lines)


def test_why_leads_to_the_audit_of_the_entry(reader: FlaskClient) -> None:
    steps = read_json(reader, f"/en/why.json?url={BASE}Differing")["steps"]
    assert [(step["state"], step["audit"]) for step in steps if step["audit"]] == [
        ("problem", "/en/software/differing/audit")
    ]
    assert 'href="/en/software/differing/audit"' in reader.get(f"/en/why?url={BASE}Differing").text


def test_about_tells_how_licences_are_compared(reader: FlaskClient) -> None:
    page = reader.get("/en/about").text
    assert "A policy (here “osi”) says how much each difference weighs." in text(page)
    assert 'href="/en/audit"' in page


def test_only_a_summary_is_called_one(reader: FlaskClient) -> None:
    assert "This is a summary and not legal advice" in text(reader.get("/en/licenses/MIT").text)
    assert "This is a summary and not legal advice" not in text(reader.get("/en/licenses/Zlib").text)

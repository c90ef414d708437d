"""Which licences fit together, on its page and on the pages of licences and entries; `publiccode license compatible`."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlmodel import select

from publiccode.registry.audit.inside import MOST_LICENSES, package_parts
from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.evidence_models import SbomRecord
from publiccode.registry.models import Software
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.compatibility import TITLES, Answer, compatible
from publiccode.schemas.licensing.compatibility.telling import told
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.demo.agencies import LICENSES

from ..looks import World, software
from .catalogue import read_json
from .test_pages import text

BASE = "https://code.yunwu.example/"
EUPL = (LICENSES / "EUPL-1.2.txt").read_bytes()
GPL = (LICENSES / "GPL-3.0-or-later.txt").read_bytes()
LGPL = (LICENSES / "LGPL-3.0-or-later.txt").read_bytes()
NAMES = {
    "Mixed": ("EUPL-1.2", {"LICENSE": EUPL, "LICENSES/GPL.txt": GPL, "LICENSES/own.txt": b"Ask the mayor.\n"}),
    "Open": ("GPL-3.0-or-later", {"LICENSE": GPL}),
    "Bare": ("MIT", {}),
    "Wrong": ("Ask the mayor", {}),
    "Meant": ("MIT License", {}),
    "Lesser": ("LGPL-3.0-or-later", {"COPYING": GPL, "COPYING.LESSER": LGPL}),
    "Choice": (
        "EUPL-1.2 OR GPL-3.0-or-later",
        {"LICENSE-EUPL": EUPL, "LICENSE-GPL": GPL, "NOTICE": b"Made by Yunwu.\n"},
    ),
    "Other": ("MIT", {"LICENSE": GPL}),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(data=tmp_path_factory.mktemp("instance"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.publish(*(BASE + name for name in NAMES))
    for name, (declared, files) in NAMES.items():
        world.finds(BASE + name, software(BASE + name, name, legal={"license": declared}), files=files)
    follow_licenses(store, method("osi", UTC), world.now)
    with store.writing("test", world.now) as change:
        mixed = change.session.exec(select(Software).where(Software.name == "Mixed")).one()
        for number, (place, licenses, ended) in enumerate(
            (
                ("sbom.json", {"MIT": 40, "": 3, "LGPL-2.1-or-later": 2}, None),
                ("old.json", {"SSPL-1.0": 9}, world.now),
            ),
            1,
        ):
            row = SbomRecord(
                number=number, software_id=mixed.id, at=world.now, kind="repository", place=place, licenses=licenses
            )
            row.ended_at = ended
            change.session.add(row)
    store.close()
    return chosen


@pytest.fixture(scope="module")
def reader(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def test_a_question_is_answered_in_one_glance(reader: FlaskClient) -> None:
    asked = "inbound=gpl-3.0-only&outbound=EUPL-1.2"
    data = read_json(reader, f"/en/licenses/compatible.json?{asked}")
    assert data["answer"] == told(compatible("GPL-3.0-only", "EUPL-1.2"))
    assert {key: data[key] for key in ("inbound", "outbound", "use")} == {
        "inbound": "gpl-3.0-only",
        "outbound": "EUPL-1.2",
        "use": "merge",
    }
    page = reader.get(f"/en/licenses/compatible?{asked}").text
    for piece in (
        "GPL-3.0-only into EUPL-1.2",
        "The sources disagree.",
        "OSADL Open Source License Compatibility Matrix",
        "Joinup Licensing Assistant",
        "Rule T04",
        "no legal advice",
    ):
        assert piece in text(page)
    assert 'href="/en/licenses/compatible?inbound=EUPL-1.2&amp;outbound=GPL-3.0-only"' in page
    assert 'href="/en/licenses/compatible?inbound=GPL-3.0-only&amp;outbound=EUPL-1.2&amp;use=link"' in page
    assert 'rel="alternate"' in reader.get(f"/en/licenses/compatible?{asked}").headers["Link"]


def test_a_choice_and_another_use(reader: FlaskClient) -> None:
    page = text(reader.get("/en/licenses/compatible?inbound=MIT+OR+GPL-3.0-only&outbound=Apache-2.0&use=link").text)
    assert "By choosing MIT." in page
    assert "Licence by licence" in page
    page = text(reader.get("/en/licenses/compatible?inbound=MIT+AND+GPL-3.0-only&outbound=Apache-2.0").text)
    assert "Decided by GPL-3.0-only into Apache-2.0." in page


@pytest.mark.parametrize(
    ("query", "status", "answer"),
    [
        ("", 200, None),
        ("inbound=MIT", 200, None),
        ("inbound=NONE&outbound=MIT", 200, "unknown"),
        ("inbound=%00%1b[31m<script>alert(1)</script>&outbound=MIT", 200, "unknown"),
        ("inbound=" + "(" * 3_000 + "&outbound=MIT", 200, "unknown"),
        ("inbound=" + "MIT+AND+" * 200 + "MIT&outbound=" + "MIT+OR+" * 200 + "MIT", 200, "unknown"),
        ("inbound=" + "台" * 2_000 + "&outbound=" + "\N{ZERO WIDTH SPACE}" * 9, 200, "unknown"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_any_question_gets_a_clear_answer(
    reader: FlaskClient, language: str, query: str, status: int, answer: str | None
) -> None:
    page = reader.get(f"/{language}/licenses/compatible?{query}")
    assert page.status_code == status
    assert "<script>alert" not in page.text
    data = read_json(reader, f"/{language}/licenses/compatible.json?{query}")
    assert (data["answer"] or {}).get("answer") == answer


def test_a_use_that_does_not_exist_is_refused(reader: FlaskClient) -> None:
    answer = reader.get("/en/licenses/compatible.json?inbound=MIT&outbound=MIT&use=steal")
    assert (answer.status_code, answer.json["detail"]) == (400, "use must be one of: merge, link.")  # type: ignore[index]


def test_pages_of_licences_lead_there(reader: FlaskClient) -> None:
    assert 'href="/en/licenses/compatible"' in reader.get("/en/licenses").text
    page = reader.get("/en/licenses/EUPL-1.2").text
    assert 'action="/en/licenses/compatible"' in page
    assert '<input type="hidden" name="inbound" value="EUPL-1.2">' in page


def inside(reader: FlaskClient, name: str) -> Any:
    return read_json(reader, f"/en/software/{name}.json")["compatible"]


def test_an_entry_tells_whether_its_parts_fit(reader: FlaskClient) -> None:
    told_ = inside(reader, "mixed")
    assert (told_["outbound"], told_["answer"], told_["title"]) == ("EUPL-1.2", "unknown", "unknown")
    assert [(part["path"] or part["count"], part["license"], part["answer"]) for part in told_["parts"]] == [
        (3, None, "unknown"),
        ("LICENSES/GPL.txt", "GPL-3.0-only", "unknown"),
        ("LICENSES/own.txt", None, "unknown"),
        (2, "LGPL-2.1-or-later", "conditions"),
        (40, "MIT", "yes"),
        ("LICENSE", "EUPL-1.2", "yes"),
    ]
    page = reader.get("/en/software/mixed").text
    section = page.partition('id="fits"')[2].partition("</section>")[0]
    assert "3 packages of the bill of materials: no licence known" in text(section)
    assert '<input type="hidden" name="inbound" value="EUPL-1.2">' in section


def test_a_text_that_leaves_versions_open_is_taken_as_declared(reader: FlaskClient) -> None:
    told_ = inside(reader, "open")
    assert [(part["license"], part["answer"]) for part in told_["parts"]] == [("GPL-3.0-or-later", "yes")]
    assert "1 licence compared; it fits." in text(reader.get("/en/software/open").text)


@pytest.mark.parametrize(
    ("name", "answer", "parts"),
    [
        ("lesser", "yes", {"COPYING": "yes", "COPYING.LESSER": "yes"}),
        ("choice", "yes", {"LICENSE-EUPL": "yes", "LICENSE-GPL": "yes"}),
        ("other", "no", {"LICENSE": "no"}),
    ],
)
def test_texts_of_the_declared_licence_are_no_parts_of_their_own(
    reader: FlaskClient, name: str, answer: str, parts: dict[str, str]
) -> None:
    told_ = inside(reader, name)
    assert (told_["answer"], {part["path"]: part["answer"] for part in told_["parts"]}) == (answer, parts)


def test_a_reader_of_an_entry_asks_for_what_is_declared_and_for_what_the_text_says(reader: FlaskClient) -> None:
    page = reader.get("/en/software/other").text
    assert '<input type="hidden" name="inbound" value="MIT AND GPL-3.0-only">' in page
    asked = "inbound=MIT+AND+GPL-3.0-only&outbound=MIT&software=other"
    answered = text(reader.get(f"/en/licenses/compatible?{asked}").text)
    assert "no, it may not" in answered
    assert "Asked for the software Other" in answered
    assert "Declared is MIT, the licence files say GPL-3.0-only" in answered
    mixed = text(reader.get("/en/licenses/compatible?inbound=EUPL-1.2&outbound=EUPL-1.2&software=mixed").text)
    assert "Of its 45 packages, 0 do not fit it, and of 3 it is not known." in mixed
    assert read_json(reader, "/en/licenses/compatible.json?inbound=MIT&outbound=MIT&software=nobody")["about"] is None
    assert inside(reader, "meant")["taken_in"] == "MIT"


def test_what_a_wrong_text_may_mean_is_one_click_away(reader: FlaskClient) -> None:
    page = reader.get("/en/licenses/compatible?inbound=MIT&outbound=AGPL&use=link").text
    assert 'href="/en/licenses/compatible?inbound=MIT&amp;outbound=AGPL-3.0-only&amp;use=link"' in page
    assert "Asked otherwise" not in page


def test_a_page_compares_a_bounded_number_of_licences() -> None:
    many = Counter({f"LicenseRef-{number}": 1 for number in range(3_000)} | {"MIT": 40, "": 7})
    parts = list(package_parts(many, "EUPL-1.2"))
    assert [(part.license, part.count) for part in parts[:2]] == [("MIT", 40), ("", 7)]
    assert len(parts) == MOST_LICENSES + 1
    assert (parts[-1].license, parts[-1].count) == ("", 3_002 - MOST_LICENSES)
    assert str(parts[-1].unknown) == "2802 more licences have not been compared; that is not the same as no problem."
    long = Counter({f"LicenseRef-{number}" + " OR MIT" * 280: 1 for number in range(100)})
    assert len(list(package_parts(long, "MIT OR EUPL-1.2"))) == 4


def test_yes_and_no_of_other_questions_keep_their_words() -> None:
    assert {TITLES[answer].template for answer in Answer} & {"yes", "no"} == set()


def test_nothing_to_compare_is_said(reader: FlaskClient) -> None:
    assert inside(reader, "bare") == {
        "outbound": "MIT",
        "concluded": None,
        "taken_in": "MIT",
        "in_doubt": {"no": 0, "unknown": 0},
        "packages": 0,
        "answer": None,
        "title": None,
        "parts": [],
    }
    assert "Nothing inside the repository has been compared" in text(reader.get("/en/software/bare").text)
    assert inside(reader, "wrong")["outbound"] is None
    page = text(reader.get("/en/software/wrong").text)
    assert "No licence is declared that could be compared; that is not the same as no problem." in page


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["license", "compatible", *arguments], input=stdin, standalone_mode=False)


def test_the_command_answers_people() -> None:
    done = run("Apache-2.0", "GPL-3.0-only")
    assert done.return_value == 0
    assert done.output == (
        "Apache-2.0 > GPL-3.0-only: yes, it may\n"
        "  The FSF: Apache-2.0 is compatible with version 3 of the GPL, and not with version 2.\n"
        "  fsf [apache2]: yes, it may. The FSF: Apache-2.0 is compatible with version 3 of the GPL, and not with version 2.\n"
        "    https://www.gnu.org/licenses/license-list.html#apache2\n"
        "  osadl [checklist-compatible] Apache-2.0 > GPL-3.0-only: yes, it may. "
        "OSADL's checklist of GPL-3.0-only says that Apache-2.0 is compatible.\n"
        "    https://www.osadl.org/Access-to-raw-data.oss-compliance-raw-data-access.0.html\n"
        "  eu-checker [T12]: yes, it may. The checker says that permissive code can be passed on under any licence. "
        "It does not look at single clauses.\n"
        "    https://joinup.ec.europa.eu/collection/eupl/news/can-you-really-combine-code\n"
    )
    assert "The sources disagree" in run("GPL-3.0-only", "EUPL-1.2").output


def test_the_command_ends_with_what_the_answers_are() -> None:
    assert run("EUPL-1.2", "GPL-3.0-only").return_value == 1
    assert run("--allow-conditions", "EUPL-1.2", "GPL-3.0-only").return_value == 0
    assert run("--allow-conditions", "NONE", "MIT").return_value == 1
    assert run("--into", "EUPL-1.2", "--use", "link", "MIT", "-", stdin="ISC\nGPL-2.0 OR MIT\n").return_value == 0


def test_the_command_answers_programs() -> None:
    done = run("--format", "jsonl", "--into", "MIT", "-", stdin="ISC\nnonsense\n")
    assert done.return_value == 2
    assert [json.loads(line) for line in done.output.splitlines()] == [
        told(compatible("ISC", "MIT")),
        told(compatible("nonsense", "MIT")),
    ]
    listed = json.loads(run("--list", "--format", "json").output)
    assert [one["source"] for one in listed][:3] == ["license-texts", "eupl", "fsf"]
    assert "OGDL-Taiwan-1.0" in listed[0]["licenses"]


def test_the_command_is_told_two_expressions() -> None:
    done = run("MIT")
    assert "name two expressions" in str(done.exception)

"""What an entry's page tells of its files: the licence texts, the check, the language of the description."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from .catalogue import FORMS_LICENSE, read_json
from .test_pages import text

FORMS = "/en/software/formwright"


def test_licence_files_are_named_linked_and_not_praised(client: FlaskClient) -> None:
    assert read_json(client, f"{FORMS}.json")["license"] == {
        "declared": "EUPL-1.2",
        "concluded": "EUPL-1.2",
        "ids": ["EUPL-1.2"],
        "files": [
            {"path": "LICENSE", "address": f"{FORMS}/files/LICENSE", "lines": f"{FORMS}/lines/LICENSE"},
            {
                "path": "LICENSES/<b>.html",
                "address": f"{FORMS}/files/LICENSES/%3Cb%3E.html",
                "lines": f"{FORMS}/lines/LICENSES/%3Cb%3E.html",
            },
            {"path": "COPYING", "address": None, "lines": None},
        ],
        "verdict": None,
        "history": None,
    }
    page = text(client.get(FORMS).text)
    assert "The texts have not been compared with the declaration." in page
    assert "The file meets the standard; our checks found no error in it." in page
    assert "尚未比對授權條款全文與宣告是否一致。" in text(client.get("/zh-Hant/software/formwright").text)


def test_each_licence_of_an_expression_leads_to_its_software(client: FlaskClient) -> None:
    html = client.get("/en/software/old-ledger").text
    assert "Licence declared MIT OR Apache-2.0 MIT Apache-2.0 " in text(html)
    for licence in ("MIT", "Apache-2.0"):
        assert f'href="/en/software?license={licence}"' in html
        results = read_json(client, f"/en/software.json?license={licence}")["results"]
        assert [result["slug"] for result in results] == ["old-ledger"]


def test_where_no_licence_file_is_the_page_says_what_to_do(client: FlaskClient) -> None:
    assert "No licence text was found in the repository; add a LICENSE file." in text(
        client.get("/en/software/old-ledger").text
    )
    assert "儲存庫中沒有找到授權條款全文；請加入 LICENSE 檔案。" in text(
        client.get("/zh-Hant/software/old-ledger").text
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("LICENSE", FORMS_LICENSE),
        ("LICENSES/%3Cb%3E.html", "<script>alert(4)</script>"),
    ],
)
def test_licence_files_are_served_as_text(client: FlaskClient, path: str, content: str) -> None:
    answer = client.get(f"{FORMS}/files/{path}")
    assert (answer.status_code, answer.content_type, answer.text) == (200, "text/plain; charset=utf-8", content)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["COPYING", "publiccode.yml", "LICENSE/x", "../../healthz", "nothing"])
def test_no_other_file_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"{FORMS}/files/{path}").status_code == 404
    assert client.get("/en/software/lost-lamp/files/LICENSE").status_code == 410


def test_an_auditor_sees_the_whole_commit_and_the_minute_of_the_check(client: FlaskClient) -> None:
    commit = read_json(client, f"{FORMS}.json")["found_in"]["commit"]
    page = text(client.get(FORMS).text)
    assert len(commit) == 40
    assert f"Commit {commit}" in page
    assert "Checked Mar 1, 2026 16:00" in page
    assert "Version of the standard 0 (the newest 0.x)" in page


def test_a_description_in_a_foreign_language_only_is_announced(client: FlaskClient) -> None:
    assert "本軟體僅提供義大利文說明。" in text(client.get("/zh-Hant/software/segnalazioni").text)
    assert "The file describes it in Italian only." in text(client.get("/en/software/segnalazioni").text)
    assert "The file describes it in" not in text(client.get(FORMS).text)

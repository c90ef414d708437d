"""Activity, what hosts told, and drift: on the pages, in their JSON twins, on the command line."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.web.cli import cli
from publiccode.web.pages.activity import activity_extra
from publiccode.web.pages.told_by_host import FILES, files

from .catalogue import BASE, read_json

PETITION, VARIANT = "/en/software/陳情系統", "/en/software/衛生陳情"


def test_an_entry_tells_its_activity_point_by_point(client: FlaskClient) -> None:
    told = read_json(client, PETITION + ".json")["activity"]
    assert [point["measure"] for point in told["points"]] == [
        *("last-change", "weeks", "people", "newest-release", "release-rate", "maintenance")
    ]
    assert told["index"] == round(100 * told["got"] / told["known"])
    assert [change["index"] for change in told["history"]] == [75, 72, 81, 78]
    assert told["history"][0] == {"at": told["at"], "index": told["index"]}
    page = client.get(PETITION).text
    for point in told["points"]:
        assert point["text"] in page
    assert "<polyline points=" in page
    assert "style=" not in page
    assert "History of the index" in page


def test_what_is_not_known_is_told(client: FlaskClient) -> None:
    quiet = read_json(client, "/en/software/quiet-bell.json")
    assert quiet["activity"]["index"] is None
    assert quiet["host"]["pushed_at"] is None
    assert quiet["host"]["files"] == dict.fromkeys(FILES)
    page = client.get("/en/software/quiet-bell").text
    assert "Too little is known for an index" in page
    assert page.count("not known") > 10


def test_what_the_host_tells(client: FlaskClient) -> None:
    host = read_json(client, PETITION + ".json")["host"]
    assert {name: host[name] for name in ("archived", "releases", "commits", "contributors", "signed_share")} == {
        "archived": False,
        "releases": 9,
        "commits": 60,
        "contributors": 12,
        "signed_share": 0.415,
    }
    assert host["newest_tag"] == {"name": "v2.1", "at": None}
    assert host["files"] == {
        "readme": "README.md",
        "contributing": "CONTRIBUTING.md",
        "code_of_conduct": False,
        "security": "SECURITY.md",
        "governance": False,
        "changelog": False,
        "sbom": "bom.json",
        "licenses_folder": "LICENSES",
        "issue_templates": None,
    }
    assert "42 %" in client.get(PETITION).text


def test_a_host_that_lies_breaks_nothing(client: FlaskClient) -> None:
    address = "/en/software/script-alert-name-script"
    host = read_json(client, address + ".json")["host"]
    assert (host["pushed_at"], host["releases"], host["newest_tag"]) == (None, None, {"name": "<i>x</i>", "at": None})
    assert "<i>x</i>" not in client.get(address).text


def test_a_list_that_may_be_cut_tells_of_nothing_that_it_is_absent() -> None:
    assert files(["README", *(f"LICENSE-{n}" for n in range(60))])["security"] is None
    assert files([".github/ISSUE_TEMPLATE/bug.yml"])["issue_templates"] == ".github/ISSUE_TEMPLATE/bug.yml"


def test_a_variant_tells_its_drift(client: FlaskClient) -> None:
    rows = read_json(client, VARIANT + ".json")["drift"]
    assert [(row["upstream"], row["standing"], row["behind"], row["ahead"], row["text"]) for row in rows] == [
        (BASE + "petition", "behind", 17, 4, "Commits of its upstream that it lacks: 17."),
        ("https://elsewhere.example/up", "unknown", None, None, "How far it is behind is not known."),
    ]
    assert rows[0]["upstream_software"]["slug"] == "陳情系統"
    assert rows[0]["own_release"] == {"name": "v1.8", "at": None}
    assert rows[1]["message"] == "https://elsewhere.example/up has no tags."
    page = client.get(VARIANT).text
    assert "Drift from its upstream" in page
    assert "The host does not tell." in page
    assert "Drift from its upstream" not in client.get(PETITION).text


def test_a_publisher_sees_its_copies_that_fall_behind(client: FlaskClient) -> None:
    listed = read_json(client, "/en/publishers/yunwu-health.json")["drift"]
    assert listed == {"address": "/en/publishers/yunwu-health/drift", "variants": 1, "behind": 1}
    rows = read_json(client, listed["address"] + ".json")["variants"]
    assert [(row["software"]["name"], row["upstream"], row["behind"]) for row in rows] == [
        ("衛生陳情", BASE + "petition", 17),
        ("衛生陳情", "https://elsewhere.example/up", None),
    ]
    assert "Localised copies that fall behind" in client.get("/en/publishers/yunwu-health").text


def test_a_publisher_without_variants_and_one_that_is_not_there(client: FlaskClient) -> None:
    assert "This publisher has no variant of other software" in client.get("/en/publishers/yunwu/drift").text
    assert client.get("/en/publishers/none/drift").status_code == 404
    assert "Localised copies that fall behind" not in client.get("/en/publishers/yunwu").text


def test_the_line_has_steps_and_gaps() -> None:
    def line(*changes: tuple[int, int | None]) -> list[str]:
        history = [{"at": f"2026-01-{day:02}T00:00:00+00:00", "index": index} for day, index in reversed(changes)]
        data: dict[str, Any] = {"history": history}
        lines: list[str] = activity_extra(data)["lines"]
        return lines

    assert line((1, 50)) == []
    assert line((1, 50), (11, 100)) == ["0.0,24.0 240.0,24.0 240.0,0.0 240.0,0.0"]
    assert line((1, 50), (6, None), (11, 0)) == ["0.0,24.0 120.0,24.0", "240.0,48.0 240.0,48.0"]
    assert activity_extra(None)["lines"] == []


def test_the_command(settings: Settings) -> None:
    environment = {"PUBLICCODE_DATA": str(settings.data)}
    done = CliRunner().invoke(cli, ["drift"], env=environment)
    assert done.exit_code == 0
    assert done.output.splitlines()[:3] == [
        f"衛生陳情  {BASE}petition-health",
        f"    based on {BASE}petition",
        "    Commits of its upstream that it lacks: 17.",
    ]
    done = CliRunner().invoke(cli, ["drift", "yunwu-health", "--format", "jsonl"], env=environment)
    rows = [json.loads(line) for line in done.output.splitlines()]
    assert [(row["publisher"], row["standing"], row["behind"]) for row in rows] == [
        ("yunwu-health", "behind", 17),
        ("yunwu-health", "unknown", None),
    ]
    assert "There is no variant" in CliRunner().invoke(cli, ["drift", "brume"], env=environment).output
    assert CliRunner().invoke(cli, ["drift", "nobody"], env=environment).exit_code == 2

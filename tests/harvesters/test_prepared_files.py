"""From a harvested group to the file that is prepared for a repository without one: facts as a host really tells them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.without_file import lacking, seen_at
from publiccode.schemas.document import parse

from ..forges.github import GitHubServer
from ..forges.schemas import needs_github
from ..forges.world import World
from .groups import TOKEN, Agency

pytestmark = needs_github


def test_what_github_tells_is_in_the_prepared_file(tmp_path: Path) -> None:
    day = datetime(2026, 5, 1, tzinfo=UTC)
    with (
        GitHubServer(World(), token=TOKEN) as server,
        Agency(tmp_path, server, "github", "github.com", "https://api.github.com") as agency,
    ):
        agency.publish("listed", date=day)
        up = agency.world.add("up/tool", {"README.md": b"# Up"}, date=day)
        facts: dict[str, Any] = {
            "description": "Counts the days.",
            "homepage": "https://days.gov.example/",
            "language": "Python",
            "topics": ("calendar", "time-management"),
            "license": "MIT",
            "parent": up,
        }
        agency.world.add("gov/tool", {"README.md": b"# Tool"}, date=day, tags=["v1.2"], **facts)
        agency.world.add("gov/empty", date=day)
        entry = ListedPublisher("gov", "雲霧市政府", uri="urn:oid:2.16.886.999.101", orgs=(agency.url,))
        with agency.store.writing("test", agency.now) as change:
            import_publishers(change, [entry])
        assert agency.outcomes() == {"gov/listed": "added", "gov/tool": "no-file", "gov/empty": "empty"}
        with agency.store.reading() as session:
            found = seen_at(session, f"{agency.url}/tool")
            assert found is not None
            rows = [(row.key, row.kind) for row in lacking(session, found.publisher)]
            text = found.draft("en").text("en")
    assert sorted(rows) == [("github.com/gov/empty", "empty"), ("github.com/gov/tool", "fork")]
    said = dict(parse(text.encode()).value(()))
    assert {key: said[key] for key in said if said[key]} == {
        "publiccodeYmlVersion": "0",
        "name": "tool",
        "url": f"{agency.url}/tool",
        "landingURL": "https://days.gov.example/",
        "isBasedOn": ["https://github.com/up/tool"],
        "softwareVersion": "1.2",
        "categories": ["time-management"],
        "organisation": {"uri": "urn:oid:2.16.886.999.101", "name": "雲霧市政府"},
        "description": {"en": {"shortDescription": "Counts the days."}},
    }
    notes = (
        "Last change at the host: 2026-05-01",
        "At the host, the main programming language is: Python",
        "Topics at the host: calendar, time-management",
        "The metadata of the repository names MIT. It is not taken over: write it if the owner of the rights agrees.",
    )
    assert [note for note in notes if f"#   {note}\n" not in text] == []

"""What a harvest's report tells of the lists that it read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlmodel import select

from publiccode.registry.models import CodeHosting, HarvestRun
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app

from ..looks import BEGIN, World


def test_lists_with_what_they_cost_and_until_when_they_are_left(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path)
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.list(ListedPublisher("gov", "雲霧市政府", orgs=("https://a.example/gov", "https://b.example/gov")))
    harvest = uuid4()
    costs = {"milliseconds": 900, "requests": 3, "bytes_sent": 10, "bytes_received": 2048}
    with store.writing("test", BEGIN) as change:
        for hosting in change.session.exec(select(CodeHosting)).all():
            postponed = "b.example" in hosting.url
            run = HarvestRun(harvest_id=harvest, code_hosting_id=hosting.id, started_at=BEGIN, finished_at=BEGIN)
            run.status, run.listing = ("postponed", "incremental") if postponed else ("finished", "full")
            if postponed:
                run.resume_at = BEGIN + timedelta(hours=1)
            else:
                run.listed = 250
                for name, value in costs.items():
                    setattr(run, name, value)
            change.session.add(run)
    store.close()
    client = create_app(chosen).test_client()
    report = client.get(f"/en/harvests/{harvest}.json").json
    assert report is not None
    nothing = dict.fromkeys(costs, 0)
    assert report["lists"] == [
        {
            "url": "https://a.example/gov",
            "listing": "full",
            "listed": 250,
            "status": "finished",
            "resume_at": None,
            **costs,
        },
        {
            "url": "https://b.example/gov",
            "listing": "incremental",
            "listed": 0,
            "status": "postponed",
            "resume_at": "2026-03-01T09:00:00+00:00",
            **nothing,
        },
    ]
    assert {name: report[name] for name in costs} == costs
    page = client.get(f"/en/harvests/{harvest}").text
    assert "250 in the whole list" in page
    assert "Its host asked to be left alone until Mar 1, 2026 17:00." in page

"""A harvest of 151 real agencies' repositories: every one has an outcome, and what is shown is what an independent count says."""

import sqlite3
from pathlib import Path

import pytest

from publiccode.web.demo.git_server import GitServer

from .. import corpus_harvest as bench
from ..corpus import CORPUS, lay_out_corpus


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the acceptance corpus does not lie beside this checkout")
def test_the_corpus_is_harvested(tmp_path: Path) -> None:
    repositories = lay_out_corpus(tmp_path / "repositories")
    data = tmp_path / "data"
    with GitServer(tmp_path / "repositories") as server:
        env = bench.environment(data, server, repositories)
        bench.prepare(data, env, repositories)
        bench.publiccode("harvest", env=env)
        before = bench.rows(data)
        server.reset()
        bench.publiccode("harvest", env=env)
        after = bench.rows(data)
    count = bench.expected()
    assert bench.shown(data) == {url for url, verdict in count.items() if verdict == "shown"}
    assert server.requests == len(repositories) == 151
    assert {table for table in after if after[table] != before[table]} == {"harvest_item", "harvest_run"}
    with sqlite3.connect(data / "registry.sqlite") as database:
        assert database.execute(
            "select count(*) from harvest_item where run_id in (select id from harvest_run)"
        ).fetchone() == (302,)
        assert database.execute(
            "select count(*) from harvest_item where outcome in ('failed', 'unreachable', 'missing')"
        ).fetchone() == (0,)

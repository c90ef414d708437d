"""Queries made to do harm: every one is answered, or refused as too long."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from ..registry.search.test_contract import HOSTILE


@pytest.mark.parametrize("form", ["", ".json"])
def test_hostile_queries_over_http(client: FlaskClient, form: str) -> None:
    for query in HOSTILE:
        sent = query.encode("utf-8", "replace")
        for length, statuses in ((1_000, {200, 400}), (10_000, {200, 400})):
            address = f"/en/software{form}?" + urlencode({"q": sent[:length], "license": sent[:200]})
            assert client.get(address).status_code in statuses

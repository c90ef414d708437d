"""Entries side by side, and what an entry is related to, as pages and data."""

from __future__ import annotations

import csv
import io

from flask.testing import FlaskClient

from .catalogue import read_json


def test_try(client: FlaskClient) -> None:
    r = client.get("/en/software/陳情系統.json").json["related"]
    import json

    print(json.dumps(r, ensure_ascii=False, indent=1)[:6000])
    r = client.get("/en/compare.json?software=陳情系統&software=formwright&software=衛生陳情").json
    print(json.dumps(r, ensure_ascii=False, indent=1)[:9000])
    print(client.get("/en/compare?software=陳情系統&software=formwright&software=衛生陳情").text)
    print(client.get("/en/compare.csv?software=陳情系統&software=formwright&software=衛生陳情").text)
    assert 0

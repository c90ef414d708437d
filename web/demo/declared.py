"""What people recorded in the demonstration: who uses what, and a curated collection."""

from __future__ import annotations

from pathlib import Path

import yaml

from ...registry.collections import import_collection, read_collection
from ...registry.declaring import Declaration, confirm, declare, software_named
from ...registry.store import Store
from ...registry.usage import statements

HERE = Path(__file__).parent
_SAID = ("user", "version", "since", "purpose", "contact", "evidence")


def declare_all(store: Store) -> tuple[int, int]:
    """Records all of it, unless it is there already; gives the numbers of new statements and of new or changed collections.

    Raises:
        UsageError, CollectionError: a file of the demonstration is not as it must be.

    """
    with store.writing("demo") as change:
        is_new = all(row.source != "declared" for _, row, _ in statements(change.session, everything=True))
        said = yaml.safe_load((HERE / "usage.yml").read_text("utf-8")) if is_new else []
        rows = []
        for one in said:
            software = software_named(change.session, one["software"])
            told = Declaration(**{key: one[key] for key in _SAID if key in one})
            rows.append((declare(change, software, told)[0].number, one.get("confirmed", "")))
    for number, who in rows:
        if who:
            with store.writing(who) as change:
                confirm(change, next(row for _, row, _ in statements(change.session) if row.number == number))
    changed = 0
    for file in sorted((HERE / "collections").glob("*.yml")):
        with store.writing("demo") as change:
            changed += bool(import_collection(change, read_collection(file.read_bytes())).changes)
    return len(rows), changed

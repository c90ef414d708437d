"""What people recorded in the demonstration: who uses what, a curated collection, and what agencies declare."""

from __future__ import annotations

from pathlib import Path

import yaml

from ...registry import declarations
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


def declare_agencies(store: Store) -> int:
    """Records what agencies declare beyond their files, unless something is there already; gives the number of declarations.

    Raises:
        UsageError, DeclarationError: the file of the demonstration is not as it must be.

    """
    said = yaml.safe_load((HERE / "declarations.yml").read_text("utf-8"))
    with store.writing("demo") as change:
        if declarations.all_declarations(change.session):
            return 0
        for one in said:
            about = (
                software_named(change.session, one["software"])
                if "software" in one
                else declarations.publisher_named(change.session, one["publisher"])
            )
            parts = {part: one[part] for part in ("tool", "on", "value", "evidence") if part in one}
            declarations.declare(change, about, one["kind"], parts)
    return len(said)

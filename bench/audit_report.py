"""How long audit reports and the page /audit take, on entries made up here (always the same).

    python bench/audit_report.py [--entries 10000]

Each entry has a file, a verdict with the evidence of one licence file, and its findings; one in fifty has a waiver. Prints the
seconds of each step: what was known, the report, each of its forms, and the pages, the first time and again.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlmodel import Session

from publiccode.registry.audit.past import state_at
from publiccode.registry.audit.report import Scope
from publiccode.registry.models import (
    AssessmentRecord,
    AuditMethod,
    CodeHosting,
    LicenseVerdictRecord,
    LicenseWaiver,
    Publisher,
    RepositoryRecord,
    Software,
)
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.found import Identification, Means, Part
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.web.app import create_app
from publiccode.web.pages.audit_forms import written
from publiccode.web.pages.audit_reports import Days, make_report
from publiccode.web.pages.audit_values import Teller

AT = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Taipei")
VALUES = {"description": {"zh-Hant": {"longDescription": "這套系統讓民眾在網路上提出陳情。" * 40}}}
CODES = (["agree"], ["agree"], ["mismatch"], ["no-text"], ["not-spdx", "agree"], ["version-differs", "host-differs"])
LICENSES = ("MIT", "EUPL-1.2", "GPL-3.0-only", "Apache-2.0", "AGPL-3.0-or-later")
PUBLISHERS = 200
T = TypeVar("T")


def main() -> None:
    """Fills a database and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        store = Store(settings.database)
        upgrade(store)
        with Session(store.engine) as session, session.begin():
            fill(session, count)
        days, moment = Days(None, AT.date()), AT + timedelta(days=2)
        with store.reading() as session:
            timed("what is known", lambda: state_at(session, moment))
            told = timed("the report, with what changed", lambda: make_report(session, Scope(), days, ZONE, moment))
        app = create_app(settings)
        with app.test_request_context("/en/audit"):
            for form in ("json", "csv", "html", "text"):
                teller = Teller(settings, ZONE, "en", {})
                text = timed(f"as {form}", lambda form=form, teller=teller: written(form, teller, told))
                print(f"{'':30} {len(text.encode()) / 1e6:.1f} MB")
        client = app.test_client()
        for path in (
            "/en/audit",
            "/en/audit",
            "/en/audit?code=mismatch&sort=-name",
            "/en/audit/report",
            "/en/audit/report",
            "/en/audit/report.json",
            "/en/audit/report.csv",
            "/en/audit/publishers/p7",
            "/en/software/s7/audit",
        ):
            answer = timed(path, lambda path=path: client.get(path))
            assert answer.status_code == 200, answer.text
        store.close()
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(name: str, step: Callable[[], T]) -> T:
    """Does a step, and prints how long it took: by the clock, and on the processor."""
    begun, worked = time.monotonic(), time.process_time()
    done = step()
    print(f"{name:40} {time.monotonic() - begun:7.3f} s, {time.process_time() - worked:7.3f} s on the processor")
    return done


def fill(session: Session, count: int) -> None:
    """`count` entries of some publishers, one of which stands above all."""
    owners = publishers(session)
    ids = [UUID(int=number) for number in range(count)]
    hosting = CodeHosting(publisher_id=owners[0].id, url="https://git.example", key="git.example")
    content = dict(load_policy("osi").content())
    session.add(hosting)
    session.add(AuditMethod(at=AT, policy="osi", policy_content=content, license_list="3.29.0", texts="x"))
    session.flush()
    session.add_all(repository(i, hosting.id) for i in ids)
    session.flush()
    session.add_all(assessment(i) for i in ids)
    session.flush()
    session.add_all(entry(i, owners[i.int % PUBLISHERS].id) for i in ids)
    session.flush()
    session.add_all(verdict(i, days) for i in ids for days in ((0, 1) if i.int % 3 == 0 else (0,)))
    session.add_all(waiver(i) for i in ids if i.int % 50 == 2)
    session.flush()


def publishers(session: Session) -> list[Publisher]:
    """All publishers, the one above first."""
    top = Publisher(identifier="p0", slug="p0", name="Publisher 0")
    session.add(top)
    session.flush()
    names = [(f"p{number}", f"Publisher {number}") for number in range(1, PUBLISHERS)]
    below = [Publisher(identifier=slug, slug=slug, name=name, parent_id=top.id) for slug, name in names]
    session.add_all(below)
    return [top, *below]


def repository(identity: UUID, hosting: UUID) -> RepositoryRecord:
    """The repository of an entry."""
    key = f"git.example/{identity.int}"
    return RepositoryRecord(id=identity, code_hosting_id=hosting, url=f"https://{key}", key=key, reach_since=AT)


def assessment(identity: UUID) -> AssessmentRecord:
    """What was found in the file of an entry."""
    judged = {"commit": "0" * 40, "path": "publiccode.yml", "ruleset": "", "assessed_at": AT}
    said = {"template": "x", "values": []}
    place = {"key": "", "line": 1, "column": 1}
    finding = {"rule": "version-behind", "severity": "warning", "message": said, **place}
    of = {"id": identity, "repository_id": identity, "valid": True, "usable": True}
    return AssessmentRecord(values=VALUES, findings=[finding], **of, **judged)


def entry(identity: UUID, owner: UUID) -> Software:
    """One entry."""
    name = f"s{identity.int}"
    keys = {
        "key": f"git.example/{identity.int}",
        "slug": name,
        "name": name,
        "url": f"https://git.example/{identity.int}",
    }
    of = {
        "publisher_id": owner,
        "repository_id": identity,
        "newest_assessment_id": identity,
        "shown_assessment_id": identity,
    }
    return Software(id=identity, created_at=AT, modified_at=AT, **keys, **of)


_NUMBERS = count(1)


def verdict(identity: UUID, days: int) -> LicenseVerdictRecord:
    """What was found about it, at first or a day later."""
    declared = LICENSES[(identity.int + days) % len(LICENSES)]
    said = Identification(declared, (), (Part(declared, Means.TEXT, 0.99, "en", ((1, 200),)),))
    file = {"path": "LICENSE", "hash": f"{identity.int % 40:064x}", "target": "", "identification": said.to_json()}
    return LicenseVerdictRecord(
        number=next(_NUMBERS),
        software_id=identity,
        at=AT + timedelta(days=days),
        assessment_id=identity,
        declared=declared,
        normalized=declared,
        found=[file],
        concluded=declared,
        codes=CODES[(identity.int + days) % len(CODES)],
        inputs="",
    )


def waiver(identity: UUID) -> LicenseWaiver:
    """A waiver that holds."""
    of = {"number": identity.int + 1, "software_id": identity, "rule": "license-mismatch", "reason": "cannot-fix"}
    return LicenseWaiver(at=AT, by="bench", until="2027-12-31", **of)


if __name__ == "__main__":
    main()

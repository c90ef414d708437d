"""An invented registry whose licences were audited over two months, for tests of reports and of the audit's pages.

`python -m tests.audited` writes the reports anew that tests compare.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import select

from publiccode.registry.audit.conclusions import conclude, software_named, waive
from publiccode.registry.audit.method import Method, violated_by
from publiccode.registry.audit.report import Scope
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.models import FactsRecord, RepositoryRecord
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.found import NOASSERTION, Identification, Means, Part, Remark
from publiccode.schemas.licensing.policy import RULES
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.schemas.licensing.verdict import judge
from publiccode.web.app import create_app
from publiccode.web.pages.audit_forms import written
from publiccode.web.pages.audit_reports import Days, make_report
from publiccode.web.pages.audit_values import Teller

from .looks import World, software

GOLDEN = Path(__file__).parent / "audit_reports"
TAIPEI = ZoneInfo("Asia/Taipei")
MINISTRY, OFFICE, CITY = (f"https://{name}.example/" for name in ("git.mist", "git.office", "code.city"))
GITHUB = "https://github.com/mist-office/"
MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)
NAMES = (
    GITHUB + "ledger",
    OFFICE + "forms",
    OFFICE + "formula",
    MINISTRY + "atlas",
    MINISTRY + "open-text",
    CITY + "bells",
)


def identify(content: bytes, name: str = "") -> Identification:
    """Takes the first word of a file for its licence: what a report says of evidence is tested here, not how it is found."""
    word, *rest = content.decode().split()
    remarks = (Remark.RESTRICTED,) if "non-commercial" in rest else ()
    part = Part(word, Means.TEXT, 0.987, "en", ((1, 20), (22, 40)))
    return Identification(word, (), () if word == NOASSERTION else (part,), remarks, ((41, 44),), 0.05)


def publishers(office: str = "Office of Mist") -> list[ListedPublisher]:
    """A ministry, an office below it, and a city."""
    return [
        ListedPublisher(
            "mist", "霧務部", {"zh-Hant": "霧務部", "en": "Ministry of Mist"}, "urn:oid:2.16.1", repos=NAMES[3:5]
        ),
        ListedPublisher("mist-office", office, {"en": office}, parent="mist", repos=NAMES[:3]),
        ListedPublisher("city", "City of Bells", repos=NAMES[5:]),
    ]


def audit(world: World, method: Method) -> None:
    """In March six entries are judged; in April one is repaired, one comes, one goes, one is waived, one concluded."""
    world.now = MARCH
    world.list(*publishers())
    _found(world, NAMES[0], "帳本 Ledger", "MIT", {"LICENSE": b"GPL-3.0-only text"})
    _found(world, NAMES[1], "Forms", "MIT License", {"LICENSE": b"MIT text"})
    _found(world, NAMES[2], '=HYPERLINK("https://evil.example")', "Apache-2.0", {})
    _found(world, NAMES[3], "Atlas", "EUPL-1.2", {"LICENSE": b"EUPL-1.2 text", "COPYING": b"EUPL-1.2 text"})
    _detected(world, NAMES[3], "GPL-3.0")
    _found(world, NAMES[5], "<b>Bells</b>", "MIT", {"LICENSE": b"MIT non-commercial"})
    follow_licenses(world.store, method, world.now)
    world.now = APRIL
    world.list(*publishers("Bureau of Mist"))
    _found(world, NAMES[1], "Forms", "MIT", {"LICENSE": b"MIT text"})
    _found(world, NAMES[4], "Open Text", "CC-BY-4.0", {"LICENSE.txt": b"CC-BY-4.0 text"})
    with world.store.writing("Lin Yu", world.now) as change:
        ledger = software_named(change.session, NAMES[0])
        waive(
            change,
            ledger,
            "license-mismatch",
            "repair-announced",
            "2026-04-20",
            "The office answers on 15 April.",
            rules=RULES,
            zone=TAIPEI,
        )
        conclude(change, software_named(change.session, NAMES[5]), "LicenseRef-MIT-NC", "The words forbid sale.")
    follow_licenses(world.store, replace(method, license_list="3.30.0"), world.now)


def small_method() -> Method:
    """By what this registry is judged."""
    content = load_policy("osi").record()
    return Method("osi", content, "3.29.0", "texts-1", "0.1.0", identify, judge, violated_by, TAIPEI)


def _found(world: World, url: str, name: str, declared: str, files: dict[str, bytes]) -> None:
    content = software(url, name, legal={"license": declared})
    head = f"{sum(content):040x}"  # the same in each run
    world.finds(url, content, head=head, files=files)


def _detected(world: World, url: str, detected: str) -> None:
    with world.store.writing("harvest", world.now) as change:
        repository = change.session.exec(select(RepositoryRecord).where(RepositoryRecord.url == url)).one()
        told = {"license_detected": detected}
        change.session.add(FactsRecord(repository_id=repository.id, at=world.now, facts=told))


def reports(store: Store, settings: Settings) -> Iterator[tuple[str, str]]:
    """The reports of the whole registry on 10 April with what changed since 31 March: file name and text."""
    days = Days(date(2026, 4, 10), date(2026, 3, 31))
    with store.reading() as session:
        told = make_report(session, Scope(), days, TAIPEI, datetime(2026, 5, 1, tzinfo=UTC))
    teller = Teller(settings, TAIPEI, "en", {"as-of": "2026-04-10"}, "https://catalogue.example")
    for form in ("csv", "html", "json", "text"):
        with create_app(settings).test_request_context("/en/audit"):
            yield f"whole.en.{form.replace('text', 'txt')}", written(form, teller, told)


def main() -> None:
    """Writes the reports that tests/web/test_audit_report.py compares: read what changed in them before it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        store = Store(settings.database)
        upgrade(store)
        audit(World(store), small_method())
        for name, text in reports(store, settings):
            (GOLDEN / name).write_bytes(text.encode())
        store.close()


if __name__ == "__main__":
    main()

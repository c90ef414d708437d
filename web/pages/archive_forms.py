"""The reports that are archived, as bytes: by kind, what they are about, form and language; as any reader may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ...registry.archived import ArchiveError, Which, newest
from ...registry.attribution import attribution
from ...registry.attribution_facts import attribution_facts
from ...registry.audit.report import Kind, Scope
from ...registry.catalogue import Entry, entry
from ...registry.models import StoredFile
from ...registry.release.stored import release_facts
from ...registry.settings import Settings
from ..documents.pdf import PDF, chromium, pdf
from ..documents.xlsx import MIMETYPE
from ..saying import catalogue_name
from .attribution_forms import written_attribution
from .attribution_values import attribution_data
from .audit_evidence import reader
from .audit_forms import workbook, written
from .audit_reports import Days, make_report
from .audit_values import Teller
from .release_forms import written_compliance, written_readiness

if TYPE_CHECKING:
    from ...registry.store import Store

FORMS: Mapping[str, tuple[str, ...]] = {
    "audit": ("html", "json", "csv", "text", "xlsx", "pdf"),
    "compliance": ("html", "json", "odt", "pdf"),
    "readiness": ("html", "json", "text", "xlsx", "pdf"),
    "attribution": ("html", "text", "markdown", "json", "odt", "pdf"),
    "sbom": ("spdx-json", "spdx-tag-value", "spdx3-json"),
}
"""The forms that a report of each kind has."""
USUAL: Mapping[str, tuple[str, ...]] = {"sbom": ("spdx-json",), "attribution": ("html", "text")}
USUALLY = ("html", "json")
"""Those that are archived where nobody names others; by kind in USUAL where it is not USUALLY."""
OF_ENTRIES = ("compliance", "readiness", "attribution")
"""The kinds that are about a single entry alone."""
PLAIN = ("sbom",)
"""The kinds that say the same in every language: they are English, and made once."""
_SUFFIXES = {
    "text": "txt",
    "markdown": "md",
    "spdx-json": "spdx.json",
    "spdx-tag-value": "spdx",
    "spdx3-json": "spdx3.json",
}
_MEDIA = {
    "html": "text/html",
    "json": "application/json",
    "csv": "text/csv",
    "text": "text/plain",
    "markdown": "text/markdown",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": PDF,
    "xlsx": MIMETYPE,
    "spdx-json": "application/spdx+json",
    "spdx-tag-value": "text/spdx",
    "spdx3-json": "application/spdx3+json",
}


@dataclass(frozen=True)
class Archivist:
    """Makes reports of this moment, in the language of the request in which it works."""

    store: Store
    settings: Settings
    moment: datetime
    site: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The instance's time zone."""
        return ZoneInfo(self.settings.time_zone)

    def make(
        self, session: Session, kind: str, scope: Scope, form: str, language: str
    ) -> tuple[Which, bytes, datetime]:
        """A report of today: what it is, its bytes, the moment that it tells of.

        Raises:
            ArchiveError: that kind has no such form, or is not about that.
            ScopeError: there is no such publisher or entry.
            PdfError: it cannot be printed.

        """
        if form not in FORMS[kind]:
            raise ArchiveError(f"{kind} has no form {form}; next: --format {', '.join(FORMS[kind])}")
        if form == "pdf":
            return self._printed(session, kind, scope, language)
        if kind in OF_ENTRIES:
            return self._of_entry(session, kind, scope, form, language)
        make = self._audit if kind == "audit" else self._sbom
        return make(session, kind, scope, form, language)

    def _printed(self, session: Session, kind: str, scope: Scope, language: str) -> tuple[Which, bytes, datetime]:
        """The page as PDF; printing leaves other bytes each time, so what was printed of the same page stays."""
        which, page, as_of = self.make(session, kind, scope, "html", language)
        twin, which = newest(session, which), replace(which, form="pdf")
        former = newest(session, which)
        if former and twin and twin.number < former.number and twin.file_hash == sha256(page).hexdigest():
            kept = session.get_one(StoredFile, former.file_hash)
            if kept.erased_at is None:
                return which, kept.content, former.as_of
        return which, pdf(page.decode(), chromium(self.settings.chromium)), as_of

    def _audit(
        self, session: Session, kind: str, scope: Scope, form: str, language: str
    ) -> tuple[Which, bytes, datetime]:
        report = make_report(session, scope, Days(None, None), self.zone, self.moment, self.settings.show_only_valid)
        read = reader(lambda: self.store)
        teller = Teller(self.settings, self.zone, language, {}, self.site, read=read, public=True)
        named = report.publisher.slug if report.publisher else scope.name
        which = Which(kind, str(scope.kind), named, form, language)
        if form == "xlsx":
            return which, workbook(teller, report, report.lines), report.at
        return which, written(form, teller, report).encode(), report.at

    def _sbom(
        self, session: Session, kind: str, scope: Scope, form: str, language: str
    ) -> tuple[Which, bytes, datetime]:
        from ...registry.sbom_writing.forms import pieces
        from ...registry.sbom_writing.gather import Place, bill_of

        place = Place(catalogue_name(self.settings), self.site or "")
        bill = bill_of(session, scope, self.moment, place, self.settings.show_only_valid)
        name = bill.scope.rpartition("/")[2] if scope.kind is not Kind.CATALOGUE else ""
        return Which(kind, str(scope.kind), name, form, language), "".join(pieces(bill, form)).encode(), bill.created

    def _of_entry(
        self, session: Session, kind: str, scope: Scope, form: str, language: str
    ) -> tuple[Which, bytes, datetime]:
        """A report that has a day on it; where nothing but the day is new, it is that of the former day."""
        found = entry(session, scope.name) if scope.kind is Kind.SOFTWARE else None
        if found is None or found.software.deactivated:
            raise ArchiveError(
                f"{kind} is about one entry, and the catalogue shows no {scope.name!r}; next: --software"
            )
        which = Which(kind, str(Kind.SOFTWARE), found.software.slug, form, language)
        write = (
            self._attribution(session, found, form, language)
            if kind == "attribution"
            else self._release(session, found, kind, form, language)
        )
        former = newest(session, which)
        if former is not None:
            then = write(former.as_of.astimezone(self.zone).date())
            if sha256(then).hexdigest() == former.file_hash:
                return which, then, former.as_of
        return which, write(self.moment.astimezone(self.zone).date()), self.moment

    def _release(self, session: Session, found: Entry, kind: str, form: str, language: str) -> Callable[[date], bytes]:
        facts = release_facts(session, found, self.moment.astimezone(self.zone).date())
        made = written_compliance if kind == "compliance" else written_readiness

        def write(day: date) -> bytes:
            return _bytes(made(form, replace(facts, day=day), language, self.settings))

        return write

    def _attribution(self, session: Session, found: Entry, form: str, language: str) -> Callable[[date], bytes]:
        notice = attribution([attribution_facts(session, found, language, packages=True)], language)

        def write(day: date) -> bytes:
            return _bytes(written_attribution(form, attribution_data(notice, day), language, self.settings))

        return write


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def media_type(form: str) -> str:
    """How a form is called on the web."""
    return _MEDIA.get(form, "application/octet-stream")


def file_name(which: Which, as_of: datetime, zone: ZoneInfo) -> str:
    """What an archived report is called. ASCII, for a header."""
    name = which.name if which.name.isascii() else ""
    parts = (which.kind, name, f"{as_of.astimezone(zone):%Y-%m-%d}")
    return f"{'-'.join(filter(None, parts))}.{which.language}.{_SUFFIXES.get(which.form, which.form)}"

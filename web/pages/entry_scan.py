"""The newest deep scan of an entry: what the section on its page tells.

What a scan found that must not be published is in no record, so that no page can show it.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.models import ScanRecord
from ...registry.scans import messages_of, newest_scan
from ...schemas.licensing.successors import successors
from ...schemas.vocabularies import licenses
from ..presenting import say
from ..translation import share
from .summary import iso

FEW_PATHS = 5  # on the entry's own page


def scan_data(session: Session, found: Entry) -> dict[str, Any] | None:
    """What the entry's page and its data tell of the newest scan; None where there was none."""
    record = newest_scan(session, found.software.id)
    if record is None:
        return None
    told = whole_scan(record)
    lists = ("without", "copyrights")
    return {
        **{name: value for name, value in told.items() if name not in lists},
        "without_first": told["without"][:FEW_PATHS],
        "address": url_for("scan.scan", slug=found.software.slug),
        **shares(record),
    }


def whole_scan(record: ScanRecord) -> dict[str, Any]:
    """All that is kept of a scan, as its page and the data beside it have it."""
    return {
        "at": iso(record.at),
        "commit": record.commit,
        "tool": record.tool,
        "files": record.files,
        "bytes": record.bytes,
        "with_license": record.with_license,
        "with_copyright": record.with_copyright,
        "compliant": record.compliant,
        "licenses": [
            {"license": license_, "files": count}
            for license_, count in sorted(record.licenses.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        **{kind: [_named(one) for one in getattr(record, kind)] for kind in ("missing", "unused", "deprecated", "bad")},
        "without": record.without,
        "without_count": record.without_count,
        "copyrights": record.copyrights,
        "messages": [say(said) for said in messages_of(record)],
    }


def shares(record: ScanRecord) -> dict[str, str]:
    """The shares in words; “100 %” only where nothing lacks."""
    return {
        "license_share": _share(record.with_license, record.files),
        "copyright_share": _share(record.with_copyright, record.files),
    }


def _share(part: int, whole: int) -> str:
    return share(part if part >= whole else min(part, 0.99 * whole), whole)


def _named(license_: str) -> dict[str, Any]:
    """An id that REUSE does not take as it is, with the ids to write instead: REUSE tells capitals from small letters."""
    known = licenses().get(license_.lower())
    other = [known[0]] if known and known[0] != license_ else []
    return {"license": license_, "instead": other or list(successors(license_))}

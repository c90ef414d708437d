"""A file that a reader hands in: pasted text, an upload, or an address; as a form, as JSON, or as the body itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from flask import Request, url_for
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ...harvesters.errors import AccessDenied, HostError, RepositoryGone
from ...harvesters.fetch import fetch_candidate
from ...harvesters.hosts import Hosts
from ...harvesters.http import Http
from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import MAX_BYTES, Document
from ...schemas.finding import Assessment
from ...schemas.validator import assess
from ..errors import Problem, log
from ..presenting import say
from ..translation import gettext

MOST_FETCHES = 8  # addresses fetched at the same time; a slow host must not take all threads of the server
LONGEST_ADDRESS = 2_000
REPORT_LINES = 60_000  # of audit reports that one reader may have made in a minute; what was made already is free
EDITS = 10  # changes in the editor for each check that a reader may ask for
_TEXT_TYPES = (
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
    "text/plain",
    "application/octet-stream",
)

T = TypeVar("T")


class Outside(Protocol):
    """Lets `ask` read an address that a reader gives, by the way out that is open to readers. Raises HostError."""

    def __call__(self, url: str, ask: Callable[[str, Http, Hosts], T]) -> T:
        """What `ask` found."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was handed in: the name to call it by, the file, and the address it was fetched from (empty: none)."""

    name: str
    candidate: Candidate
    url: str = ""


def refused(status: int, detail: str) -> Problem:
    """A Problem of somebody who handed something in: its page leads back to where that is done."""
    return Problem(status, detail, ((gettext("Check a file"), url_for("checks.validate")),))


class Limits:
    """How much one reader may ask for. Counted in this process; a reader is told apart by the network address."""

    def __init__(self, checks_per_minute: int, proposals_per_hour: int = 0) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._checks = RateLimitItemPerMinute(checks_per_minute, namespace="checks")
        self._fetches = RateLimitItemPerMinute(max(1, checks_per_minute // 6), namespace="fetches")
        self._edits = RateLimitItemPerMinute(checks_per_minute * EDITS, namespace="edits")
        self._proposals = RateLimitItemPerHour(max(0, proposals_per_hour), namespace="proposals")
        self._reuse = RateLimitItemPerMinute(max(1, checks_per_minute // 3), namespace="reuse")
        self._reports = RateLimitItemPerMinute(REPORT_LINES, namespace="reports")

    def check(self, request: Request) -> None:
        """Counts one check of a file; Problem 429 where that is too much."""
        self._hit(self._checks, request)

    def fetch(self, request: Request) -> None:
        """Counts one address to be fetched; Problem 429 where that is too much."""
        self._hit(self._fetches, request)

    def edit(self, request: Request) -> None:
        """Counts one change in the editor; Problem 429 where that is too much."""
        self._hit(self._edits, request)

    def reuse(self, request: Request) -> None:
        """Counts one text that is compared with the catalogue; Problem 429 where that is too much."""
        self._hit(self._reuse, request)

    def may_propose(self, request: Request) -> bool:
        """Whether this reader may propose one more address; counts nothing."""
        return bool(self._proposals.amount) and self._limiter.test(self._proposals, reader(request))

    def propose(self, request: Request) -> bool:
        """Counts one address that is proposed; False where that is too much."""
        return bool(self._proposals.amount) and self._limiter.hit(self._proposals, reader(request))

    def may_have_made(self, request: Request) -> bool:
        """Whether another audit report may be made for this reader; counts nothing."""
        return self._limiter.test(self._reports, reader(request))

    def made(self, request: Request, lines: int) -> None:
        """Counts the lines of a report that was made."""
        self._limiter.hit(self._reports, reader(request), cost=lines)

    def _hit(self, limit: RateLimitItem, request: Request) -> None:
        if not self._limiter.hit(limit, reader(request)):
            raise refused(429, gettext("At most %(most)s such requests are answered in a minute.", most=limit.amount))


def reader(request: Request) -> str:
    """Who asks, by the network address; of IPv6 by the network of a household (/64), which has addresses without end."""
    address = request.remote_addr or "unknown"
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else address


class Desk:
    """Takes what readers hand in, within limits. `italian_codes`: see `Candidate`."""

    def __init__(self, outside: Outside, limits: Limits, italian_codes: frozenset[str] | None = None) -> None:
        self._outside = outside
        self.limits = limits
        self._italian_codes = italian_codes
        self._fetching: set[str] = set()
        self._lock = Lock()

    def judged(self, candidate: Candidate, document: Document) -> Assessment:
        """What the rules say today about a file; what is not in it (its pictures, its repository's tags) is not looked up."""
        facts = replace(candidate, day=datetime.now(UTC).date(), italian_codes=self._italian_codes)
        return assess(facts, document)

    def take(self, request: Request) -> Submitted:
        """What `request` hands in.

        Fields of a form or of a JSON object: `text`, `url`; of a form also the upload `file`. Any other body with a type of
        plain text or YAML (RFC 9512) is the file itself.

        Raises:
            Problem: 400 nothing or too much was handed in; 413 too large; 415 another type; 429 too often; 502, 404 the
                address gave no file.

        """
        self.limits.check(request)
        upload = request.files.get("file")
        if upload is not None and upload.filename:
            content = upload.stream.read(MAX_BYTES + 1)
            upload.close()
            return _file(content, upload.filename)
        if request.mimetype == "application/json":
            return self._from_fields(request, *_from_json(request))
        if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
            return self._from_fields(request, request.form.get("text", ""), request.form.get("url", ""))
        if request.mimetype in _TEXT_TYPES:
            return _file(request.stream.read(MAX_BYTES + 1), "publiccode.yml")
        raise refused(
            415, gettext("A body of the type %(type)s is not read; send YAML or JSON.", type=request.mimetype)
        )

    def _from_fields(self, request: Request, text: str, url: str) -> Submitted:
        if url.strip():
            return self._from_address(request, url.strip())
        if not text.strip():
            raise refused(
                400,
                gettext(
                    "Nothing was handed in. Paste a text, choose a file, or give an address; a program that sends the file "
                    "itself says so by Content-Type: application/yaml."
                ),
            )
        return _file(of_text_area(request, text).encode("utf-8", "surrogatepass"), "publiccode.yml")

    def _from_address(self, request: Request, url: str) -> Submitted:
        """The file at an address, through the guarded way out; Problem where there is none."""
        try:
            candidate = self.outside(request, url, fetch_candidate)
        except HostError as error:
            if isinstance(error, AccessDenied) and not error.status:  # what lies inside the network is for the log
                log.warning("not fetched for a reader: %s", error)
                text = gettext("%(url)s is no address of the public internet. Paste the file's text instead.", url=url)
                raise refused(400, text) from error
            raise refused(404 if isinstance(error, RepositoryGone) else 502, say(error.message)) from error
        if candidate is None:
            raise refused(404, gettext("The repository %(url)s has no publiccode.yml at its root.", url=url))
        return Submitted(candidate.file.path, candidate, url)

    def outside(self, request: Request, url: str, ask: Callable[[str, Http, Hosts], T]) -> T:
        """What `ask` finds at an address that a reader gives, through the guarded way out.

        Raises:
            HostError: nothing could be read.
            Problem: 400 this is no such address; 429 too often, or too many at once.

        """
        self.limits.fetch(request)
        if not is_plain_address(url):
            raise refused(400, gettext("The address must begin with https:// and have at most 2000 characters."))
        with self._turn(reader(request)):
            return self._outside(url, ask)

    @contextmanager
    def _turn(self, who: str) -> Iterator[None]:
        """One address at a time for each reader, and MOST_FETCHES for all; Problem 429 where there is no turn."""
        with self._lock:
            if who in self._fetching or len(self._fetching) >= MOST_FETCHES:
                raise refused(429, gettext("Other addresses are being read; try again in a moment, or paste the text."))
            self._fetching.add(who)
        try:
            yield
        finally:
            with self._lock:
                self._fetching.discard(who)


def of_text_area(request: Request, text: str) -> str:
    """A text of a form's text area with the line ends of its file.

    A form sends CR LF for each line end (HTML, 4.10.22.4); a hidden field tells where that is what the file has, too.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\r\n") if request.form.get("line-ends") == "crlf" else text


def _from_json(request: Request) -> tuple[str, str]:
    try:
        data = request.get_json(silent=True)
    except RecursionError:
        data = None
    text, url = (data.get("text", ""), data.get("url", "")) if isinstance(data, dict) else (None, None)
    if not isinstance(text, str) or not isinstance(url, str):
        raise refused(400, gettext('The body must be a JSON object with "text" or "url".'))
    return text, url


def is_plain_address(url: str) -> bool:
    """An http(s) address without user name whose path climbs nowhere: put behind a mirror's, it must stay below that."""
    try:
        url.encode()
        parts = urlsplit(url)
    except ValueError:  # also half a character
        return False
    climbs = {".", ".."} & set(unquote(unquote(parts.path)).replace("\\", "/").split("/"))
    named = "@" in parts.netloc or "\\" in url
    return len(url) <= LONGEST_ADDRESS and parts.scheme.lower() in ("http", "https") and not climbs and not named


def _file(content: bytes, name: str) -> Submitted:
    """The file as a candidate that stands alone; a larger one than is read gets the finding that says so."""
    kept = content if len(content) <= MAX_BYTES else None
    return Submitted(name[:200], Candidate(RepositoryFile("publiccode.yml", kept, size=len(content) if kept else None)))

"""A file that a reader hands in: pasted text, an upload, or an address; as a form, as JSON, or as the body itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import BoundedSemaphore
from urllib.parse import unquote, urlsplit

from flask import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ...harvesters.errors import AccessDenied, HostError, RateLimited, RepositoryGone
from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import MAX_BYTES, Document
from ...schemas.finding import Assessment
from ...schemas.validator import assess
from ..errors import Problem
from ..presenting import say
from ..translation import gettext

MOST_FETCHES = 4  # addresses fetched at the same time; a slow host must not take all threads of the server
LONGEST_ADDRESS = 2_000
_TEXT_TYPES = (
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
    "text/plain",
    "application/octet-stream",
)

Fetch = Callable[[str], Candidate | None]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was handed in: the name to call it by, the file, and the address it was fetched from (empty: none)."""

    name: str
    candidate: Candidate
    url: str = ""


class Limits:
    """How much one reader may ask for. Counted in this process; a reader is told apart by the network address."""

    def __init__(self, checks_per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._checks = RateLimitItemPerMinute(checks_per_minute, namespace="checks")
        self._fetches = RateLimitItemPerMinute(max(1, checks_per_minute // 6), namespace="fetches")
        self._edits = RateLimitItemPerMinute(checks_per_minute * 4, namespace="edits")

    def check(self, reader: str) -> None:
        """Counts one check of a file; Problem 429 where that is too much."""
        self._hit(self._checks, reader)

    def fetch(self, reader: str) -> None:
        """Counts one address to be fetched; Problem 429 where that is too much."""
        self._hit(self._fetches, reader)

    def edit(self, reader: str) -> None:
        """Counts one change in the editor; Problem 429 where that is too much."""
        self._hit(self._edits, reader)

    def _hit(self, limit: RateLimitItem, reader: str) -> None:
        if not self._limiter.hit(limit, reader):
            raise Problem(429, gettext("At most %(most)s such requests are answered in a minute.", most=limit.amount))


class Desk:
    """Takes what readers hand in, within limits. `italian_codes`: see `Candidate`."""

    def __init__(self, fetch: Fetch, limits: Limits, italian_codes: frozenset[str] | None = None) -> None:
        self._fetch = fetch
        self.limits = limits
        self._italian_codes = italian_codes
        self._fetching = BoundedSemaphore(MOST_FETCHES)

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
        self.limits.check(_reader(request))
        upload = request.files.get("file")
        if upload is not None and upload.filename:
            return _file(upload.stream.read(MAX_BYTES + 1), upload.filename)
        if request.mimetype == "application/json":
            return self._from_json(request)
        if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
            return self._from_fields(request, request.form.get("text", ""), request.form.get("url", ""))
        if request.mimetype in _TEXT_TYPES:
            return _file(request.stream.read(MAX_BYTES + 1), "publiccode.yml")
        raise Problem(
            415, gettext("A body of the type %(type)s is not read; send YAML or JSON.", type=request.mimetype)
        )

    def _from_json(self, request: Request) -> Submitted:
        data = request.get_json(silent=True)
        text, url = (data.get("text", ""), data.get("url", "")) if isinstance(data, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(url, str):
            raise Problem(400, gettext('The body must be a JSON object with "text" or "url".'))
        return self._from_fields(request, text, url)

    def _from_fields(self, request: Request, text: str, url: str) -> Submitted:
        if url.strip():
            return self.fetch(request, url.strip())
        if not text.strip():
            raise Problem(400, gettext("Nothing was handed in. Paste a text, choose a file, or give an address."))
        # A form sends CR LF for each line end of a text area (HTML, 4.10.22.4).
        return _file(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass"), "publiccode.yml")

    def fetch(self, request: Request, url: str) -> Submitted:
        """The file at an address, through the guarded way out; Problem where there is none."""
        self.limits.fetch(_reader(request))
        if not _is_plain(url):
            raise Problem(400, gettext("The address must begin with https:// and have at most 2000 characters."))
        if not self._fetching.acquire(blocking=False):
            raise Problem(503, gettext("Other addresses are being read; try again in a moment, or paste the text."))
        try:
            candidate = self._fetch(url)
        except HostError as error:
            raise Problem(_status(error), say(error.message)) from error
        finally:
            self._fetching.release()
        if candidate is None:
            raise Problem(404, gettext("The repository %(url)s has no publiccode.yml at its root.", url=url))
        return Submitted(candidate.file.path, candidate, url)


def _is_plain(url: str) -> bool:
    """An http(s) address whose path climbs nowhere: put behind a mirror's, it must stay below that."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    climbs = {".", ".."} & set(unquote(unquote(parts.path)).replace("\\", "/").split("/"))
    return len(url) <= LONGEST_ADDRESS and parts.scheme.lower() in ("http", "https") and not climbs


def _reader(request: Request) -> str:
    return request.remote_addr or "unknown"


def _status(error: HostError) -> int:
    if isinstance(error, RepositoryGone):
        return 404
    if isinstance(error, RateLimited):
        return 503
    return 400 if isinstance(error, AccessDenied) and not error.status else 502


def _file(content: bytes, name: str) -> Submitted:
    """The file as a candidate that stands alone; a larger one than is read gets the finding that says so."""
    kept = content if len(content) <= MAX_BYTES else None
    return Submitted(name[:200], Candidate(RepositoryFile("publiccode.yml", kept, size=len(content) if kept else None)))

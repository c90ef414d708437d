"""What hosts with an API of JSON have in common: asking one host alone, and taking values of the type that is wanted.

Every answer is hostile: it may be HTML, of another shape, of another host, or name a repository that is not its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from ...schemas.candidate import Repository
from ...schemas.finding import Message, message
from ..errors import AccessDenied, HostError, HostUnavailable, RepositoryGone, naming
from ..http import Response
from .port import Access

JSON_BYTES = 8 * 1024 * 1024
SECONDS = 60.0
MAX_TEXT = 2_000
MAX_WORDS = 50
MAX_BRANCH = 1_000
# Hosts write the time of a change late: GitLab once an hour, Gitea after the push has been worked off.
SETTLED = timedelta(hours=2)

_PATH = re.compile(r"(?!\.{1,2}(?:/|\Z))[\w~.+-]+(?:/(?!\.{1,2}(?:/|\Z))[\w~.+-]+)*", re.ASCII)


class JsonApi:
    """The API of one host.

    Args:
        access: the host.
        prefix: what the API's paths begin with.
        headers: sent with each request; Http keeps them from any other host.
        public: scheme and host of the API, where they are not the host's own.

    """

    def __init__(self, access: Access, prefix: str, headers: Mapping[str, str], public: str = "") -> None:
        self._http, self._prefix, self._public = access.http, prefix, public or access.origin
        self._address = located(access, self._public)
        self._headers = {"Accept": "application/json", **headers}

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> tuple[Any, Response]:
        """What JSON the host answers, and the answer.

        Raises:
            HostError: there is no such answer.

        """
        url = f"{self._address}{self._prefix}{path}{'?' if query else ''}{urlencode(query or {})}"
        with named(self._public, self._address):
            answer = self._http.request("GET", url, self._headers, max_bytes=JSON_BYTES, deadline_seconds=SECONDS)
            require_same_host(url, answer.url)
            return read_json(answer.url, answer.body, answer.headers), answer


def require_same_host(asked: str, answered: str) -> None:
    """What a host says about its repositories is believed from that host only, wherever it redirects to.

    Raises:
        HostUnavailable: the answer came from another host, or from another port.

    """
    old, new = urlsplit(asked), urlsplit(answered)
    to_https = (old.scheme, new.scheme, old.port, new.port) == ("http", "https", None, None)
    if old.hostname != new.hostname or not (to_https or (old.scheme, old.port) == (new.scheme, new.port)):
        raise HostUnavailable(message("{url} redirects to another host: {target}", url=asked, target=answered))


def read_json(url: str, body: bytes, headers: Mapping[str, str]) -> Any:
    """The JSON in an answer.

    Raises:
        AccessDenied: it is a page to sign in.
        HostUnavailable: it is no JSON.

    """
    refuse_pages(url, headers)
    try:
        value = json.loads(body)
        if b"\\u" in body:
            json.dumps(
                value, ensure_ascii=False
            ).encode()  # half a surrogate pair is no text, and breaks what it reaches
        return value
    except (ValueError, RecursionError) as error:
        raise HostUnavailable(message("{url} answers, but not in JSON", url=url), 200) from error


def refuse_pages(url: str, headers: Mapping[str, str]) -> None:
    """Raises an error for a page in place of data: hosts redirect there who may not see it."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() not in ("text/html", "application/xhtml+xml"):
        return
    if re.search(r"/(?:users/sign_in|user/login|login)\Z", urlsplit(url).path):
        raise AccessDenied(message("{url} wants a sign-in", url=url), 401)
    raise HostUnavailable(message("{url} answers, but not in JSON", url=url), 200)


@contextmanager
def named(public: str, address: str) -> Iterator[None]:
    """Errors within name the address that people know, and no query: that is ours, and long."""
    with naming(public, address):
        try:
            yield
        except HostError as error:
            values = tuple((name, value.partition("?")[0]) for name, value in error.message.values)
            error.message = Message(error.message.template, values)
            error.args = (str(error.message),)
            raise


@contextmanager
def part_of(url: str) -> Iterator[None]:
    """Within, a part that is not there says that the whole changed under us, not that the repository is gone."""
    try:
        yield
    except RepositoryGone as error:
        raise HostUnavailable(message("{url} changed while it was read", url=url), error.status) from error


def strange(url: str, what: str) -> HostUnavailable:
    """An answer in JSON that says something else than it should."""
    return HostUnavailable(message("{url} answers with what is no {what}", url=url, what=what), 200)


def required(kind: type[Any], value: Any, key: str, url: str) -> Any:
    """The value of `key`, which must be there and of that type.

    Raises:
        HostUnavailable: it is not.

    """
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise strange(url, key)
    return found


def items(value: Any, what: str, url: str) -> list[dict[str, Any]]:
    """The value as a list of objects.

    Raises:
        HostUnavailable: it is none.

    """
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise strange(url, what)
    return value


def split(address: str, url: str) -> SplitResult:
    """The parts of an address that a host names.

    Raises:
        HostUnavailable: it is none.

    """
    try:
        return urlsplit(address)
    except ValueError as error:
        raise strange(url, "address") from error


def moment(value: Any) -> datetime | None:
    """A time that a host wrote; None where it is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def state(changed: datetime | None, now: datetime) -> str:
    """`Repository.state` from the time of the last change; empty where that is too young to be the last."""
    return "" if changed is None or changed > now - SETTLED else changed.isoformat()


def facts(**values: Any) -> dict[str, Any]:
    """Those of the values that say something, in the forms of `Facts`."""
    known: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            value = value.strip()[:MAX_TEXT]
        elif isinstance(value, datetime):
            value = value.isoformat(timespec="seconds").replace("+00:00", "Z")
        elif isinstance(value, list):
            value = [item[:MAX_TEXT] for item in value if isinstance(item, str) and item][:MAX_WORDS]
        elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
            continue
        if value not in ("", []):
            known[name] = value
    return known


def repository_path(value: Any, url: str) -> str:
    """A repository's path as a host writes it, fit to be put behind the host's name.

    Raises:
        HostUnavailable: it is none: it could name another place.

    """
    if not isinstance(value, str) or not _PATH.fullmatch(value) or len(value) > MAX_TEXT:
        raise strange(url, "path")
    return value


def branch_name(value: Any) -> str:
    """A branch as a host writes it; empty, which stands for its HEAD, where it is none."""
    return value if isinstance(value, str) and len(value) < MAX_BRANCH and value.isprintable() else ""


def path_below(origin: str, url: str) -> str:
    """What of an address names the repository or the group at its host; empty for the whole host.

    >>> path_below("https://gitlab.example", "https://gitlab.example/group/project.git/")
    'group/project'

    Raises:
        HostUnavailable: the address is of another host, or names nothing.

    """
    parts, host = urlsplit(url), urlsplit(origin)
    path = unquote(parts.path).strip("/").removesuffix(".git").partition("/-/")[0]
    if parts.netloc.rpartition("@")[2].lower() != host.netloc.lower() or (path and not _PATH.fullmatch(path)):
        raise HostUnavailable(message("{url} is no address at {host}", url=url, host=host.netloc))
    return path


def quoted(path: str) -> str:
    """A path as one part of another."""
    return quote(path, safe="")


def own_id(known: Repository, host: str) -> str:
    """The number in `host_id` where this host gave it; empty where unknown."""
    name, _, number = known.host_id.rpartition(":")
    return number if name == host and number.isascii() and number.isdigit() else ""


def located(access: Access, public: str) -> str:
    """Scheme and host to ask in place of `public`: a mirror's, where the host has one."""
    return access.locate(f"{public}/").rstrip("/")


Clock = Callable[[], datetime]

"""The outside world failed: HostError and its kinds. Caught once per repository, in `harvesters/run.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from ..schemas.finding import Message


class HostError(Exception):
    """A host did not give what was asked.

    `message` is for a person, in each of our languages: what was asked, what came back; `str(error)` is its English.
    `status` is the HTTP status of the answer, 0 where there was none.
    """

    def __init__(self, message: Message, status: int = 0) -> None:
        super().__init__(str(message))
        self.message = message
        self.status = status


class HostUnavailable(HostError):
    """No usable answer now: time-out, refused connection, 5xx, an answer that is no Git, a limit of ours exceeded."""


class NoTurn(HostUnavailable):
    """Earlier requests of ours kept the host busy until the deadline: that is our doing, not the host's."""


class CannotList(HostUnavailable):
    """This kind of host has no lists of repositories."""


class TooLarge(HostUnavailable):
    """The answer has more bytes than we take."""


class RateLimited(HostError):
    """The host asks to come back later; `until` (UTC) where it says when."""

    def __init__(self, message: Message, until: datetime | None = None, status: int = 429) -> None:
        super().__init__(message, status)
        self.until = until


class AccessDenied(HostError):
    """403, or 401: there may be something, we may not see it. `status` 0: refused by our own address guard."""

    def __init__(self, message: Message, status: int = 403) -> None:
        super().__init__(message, status)


class SignInAsked(AccessDenied):
    """401 over plain Git, without credentials: what hosts say of private repositories and of those that are not there."""


class RepositoryGone(HostError):
    """404, 410 or 451: the host says that nothing is there."""

    def __init__(self, message: Message, status: int = 404) -> None:
        super().__init__(message, status)


@contextmanager
def naming(url: str, address: str) -> Iterator[None]:
    """HostErrors within name the address `url` that people know, where they name `address`, a mirror's."""
    try:
        yield
    except HostError as error:
        host, mirror = _host(url), _host(address)
        pairs = [(address, url), (mirror, host)]
        if error.status or not isinstance(
            error, AccessDenied
        ):  # whom our guard refuses, the operator must be able to allow
            pairs.append((mirror.rpartition(":")[0], host))
        values = error.message.values
        for private, public in pairs if address != url else []:
            if private and public:
                values = tuple((name, value.replace(private, public)) for name, value in values)
        error.message = Message(error.message.template, values)
        error.args = (str(error.message),)
        raise


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:  # no address, which is what the error says
        return ""

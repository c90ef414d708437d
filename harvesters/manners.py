"""How we behave towards one host: how much at once, and when not at all.

Kept for each host and credential apart, because hosts count per account. What is learnt comes from the host's own answers:
its headers say what remains of a budget (X-RateLimit-*, and RateLimit-* of the IETF draft), Retry-After says when to come back,
and its pace says how much it can take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Condition
from time import monotonic

from ..schemas.finding import message
from .errors import HostError, HostUnavailable, NoTurn, RateLimited

LONGEST_PAUSE = timedelta(days=31)
PAUSE_UNTOLD = timedelta(seconds=60)
"""After a complaint that names no time; GitHub asks for a minute at least."""
QUICK_SECONDS = 2.0
"""An answer within this time lets one more request go out at once."""
BREAKS_AFTER = 8
"""Failures in a row after which a host is left alone for REST_SECONDS; then one request tries whether it is back."""
REST_SECONDS = 60.0


@dataclass
class Manners:
    """The state of our dealings with one host under one credential. Serves many threads.

    Args:
        host: its name, for messages.
        most: requests at once, at most.
        patience: a pause of no more seconds is waited for.

    """

    host: str
    most: int
    patience: float = 0.0
    at_once: float = 2.0
    remaining: int | None = None
    paused_until: datetime | None = None
    _running: int = 0
    _failures: int = 0
    _rests_until: float = 0.0
    _refused: HostError | None = None
    _halved_at: float = 0.0
    _turns: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        self.at_once = min(self.at_once, float(self.most))

    @contextmanager
    def turn(self, deadline: float) -> Iterator[None]:
        """One request's turn; waits until as many as the host likes are running.

        Args:
            deadline: of the monotonic clock.

        Raises:
            RateLimited: the host asked us to stay away, or its budget is used up.
            AccessDenied: it refused this credential before.
            HostUnavailable: it failed too often in a row.
            NoTurn: no turn came before the deadline.

        """
        with self._turns:
            while (pause := self._pause(deadline)) > 0 or self._running >= int(self.at_once):
                left = deadline - monotonic()
                if left <= 0:
                    raise NoTurn(message("{host} is too busy with earlier requests of ours", host=self.host))
                self._turns.wait(min(left, pause) if pause > 0 else left)
            self._running += 1
        try:
            yield
        finally:
            with self._turns:
                self._running -= 1
                self._turns.notify()

    def _pause(self, deadline: float) -> float:
        """How many seconds of a short pause are left; for a longer one see `_raise_if_closed`."""
        left = (self.paused_until - datetime.now(UTC)).total_seconds() if self.paused_until else 0.0
        if 0 < left <= min(self.patience, deadline - monotonic()) and self._refused is None:
            return left
        self._raise_if_closed()
        return 0.0

    def _raise_if_closed(self) -> None:
        now = datetime.now(UTC)
        if self._refused is not None:
            raise type(self._refused)(self._refused.message, self._refused.status)
        if self.paused_until is not None and now < self.paused_until:
            until = f"{self.paused_until:%Y-%m-%d %H:%M:%S} UTC"
            raise RateLimited(
                message(
                    "{host} asked us to stay away until {until}; the rest is left for later",
                    host=self.host,
                    until=until,
                ),
                self.paused_until,
            )
        if monotonic() < self._rests_until:
            raise HostUnavailable(
                message(
                    "{host} failed {count} times in a row and is left alone for now",
                    host=self.host,
                    count=self._failures,
                )
            )

    def answered(self, headers: Mapping[str, str], seconds: float) -> None:
        """A usable answer came, in so many seconds."""
        with self._turns:
            self._failures = 0
            if seconds <= QUICK_SECONDS and self.at_once < self.most:
                self.at_once = min(float(self.most), self.at_once + 1 / self.at_once)
                self._turns.notify()
            self._read_budget(headers)

    def refused(self, error: HostError) -> None:
        """The host does not know our credential: no further request with it."""
        with self._turns:
            self._refused = error
            self._turns.notify_all()

    def complained(self, error: HostError, headers: Mapping[str, str]) -> None:
        """The host has enough (429, 403 with a time, 503), or broke down."""
        with self._turns:
            if monotonic() - self._halved_at > 1:  # answers to requests that were on their way already count once
                self.at_once, self._halved_at = max(1.0, self.at_once / 2), monotonic()
            if isinstance(error, RateLimited):
                self.paused_until = error.until or datetime.now(UTC) + PAUSE_UNTOLD
                self._turns.notify_all()  # whoever waits for a turn is told, too
                return
            self._failures += 1
            if self._failures >= BREAKS_AFTER:
                self._rests_until = monotonic() + REST_SECONDS
                self._turns.notify_all()
            self._read_budget(headers)

    def _read_budget(self, headers: Mapping[str, str]) -> None:
        for prefix in ("X-RateLimit", "RateLimit"):
            remaining = headers.get(f"{prefix}-Remaining", "").strip()
            if remaining.isascii() and remaining.isdigit():
                self.remaining = int(remaining[:12])
                if self.remaining == 0 and (wait := budget_returns(headers)) is not None:
                    self.paused_until = datetime.now(UTC) + timedelta(seconds=wait)
                return


def budget_returns(headers: Mapping[str, str]) -> float | None:
    """Seconds until a used-up budget is full again; None where the headers do not say.

    The reset is a moment in seconds since 1970 (GitHub, GitLab), or, where it is small, a number of seconds (IETF draft).
    """
    for prefix in ("X-RateLimit", "RateLimit"):
        reset = headers.get(f"{prefix}-Reset", "").strip()
        if reset.isascii() and reset.isdigit():
            seconds = float(reset[:15])
            if seconds > 1_000_000_000:
                seconds -= datetime.now(UTC).timestamp()
            return min(max(seconds, 0.0), LONGEST_PAUSE.total_seconds())
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until Retry-After (RFC 9110, section 10.2.3), or until the budget returns where nothing remains of it."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_PAUSE.total_seconds())
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
    if moment is None:
        used_up = any(headers.get(f"{p}-Remaining", "").strip() == "0" for p in ("X-RateLimit", "RateLimit"))
        return budget_returns(headers) if used_up else None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_PAUSE.total_seconds())

"""When a repository counts as unknown, missing or gone."""

from datetime import UTC, datetime, timedelta

import pytest

from publiccode.registry.models import Reach
from publiccode.registry.reach import next_reach

OK, UNKNOWN, MISSING, GONE = Reach.OK, Reach.UNKNOWN, Reach.MISSING, Reach.GONE
SINCE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reach", "answer", "hours", "after", "moved"),
    [
        (UNKNOWN, OK, 1, OK, True),
        (OK, OK, 1, OK, False),
        (OK, UNKNOWN, 1, UNKNOWN, True),
        (UNKNOWN, UNKNOWN, 99, UNKNOWN, False),
        (OK, MISSING, 99, MISSING, True),
        (UNKNOWN, MISSING, 99, MISSING, True),
        (MISSING, MISSING, 23.99, MISSING, False),
        (MISSING, MISSING, 24, GONE, True),
        (MISSING, UNKNOWN, 99, MISSING, False),
        (MISSING, OK, 99, OK, True),
        (GONE, UNKNOWN, 99, GONE, False),
        (GONE, MISSING, 99, GONE, False),
        (GONE, OK, 99, OK, True),
    ],
)
def test_every_step(reach: Reach, answer: Reach, hours: float, after: Reach, moved: bool) -> None:
    at = SINCE + timedelta(hours=hours)
    assert next_reach(reach, SINCE, answer, at) == (after, at if moved else SINCE)

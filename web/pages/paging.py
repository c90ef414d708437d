"""The pages of a list: how many there are, and where the others are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Problem
from ..translation import gettext


def last_page(total: int, size: int) -> int:
    """The number of the last page; a list without anything has one page."""
    return max(1, -(-total // size))


def refuse_behind(page: int, last: int, address: Callable[[int], str]) -> None:
    """Refuses a page that lies behind the last.

    Raises:
        Problem: 404; it leads to the last page.

    """
    if page > last:
        lead = (gettext("Last page"), address(last))
        raise Problem(404, gettext("This list has %(last)s pages.", last=last), links=(lead,))


def paging(page: int, last: int, address: Callable[[int], str], most: int = 0) -> dict[str, Any]:
    """What `parts.paging` shows: the first page, the last, those around this one, and the neighbours.

    Pages behind `most` (0: none) are not led to.
    """
    reached = min(last, most or last)
    around = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    return {
        "page_links": [(number, address(number)) for number in around if number <= reached],
        "previous_page": address(page - 1) if page > 1 else "",
        "next_page": address(page + 1) if page < reached else "",
    }

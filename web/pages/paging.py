"""The pages of a long list: which of them are linked from one of them."""

from __future__ import annotations


def near(page: int, last: int) -> list[int]:
    """The first page, the last, and those beside `page`.

    >>> near(1, 3), near(9, 20)
    ([1, 2, 3], [1, 7, 8, 9, 10, 11, 20])
    """
    return sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})

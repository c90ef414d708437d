"""Lists of features side by side: those that resemble each other stand in one row."""

from __future__ import annotations

from collections.abc import Sequence

from .resembling import Words, same_words, words_of
from .search import Text

MOST_FEATURES = 40
"""Features of one list that are compared; the rest stand alone."""

Row = tuple[tuple[str, ...], ...]


def aligned(lists: Sequence[Sequence[Text]]) -> list[Row]:
    """Rows with one cell for each list; every feature stands in exactly one of them.

    First the rows in which most lists have something, in the order of the lists; each row begins with one feature and takes from
    every other list the one that resembles it most. Last a row with all that resembles nothing, where there is any.
    """
    words = [[words_of(feature) for feature in features] for features in lists]
    left = [list(range(len(features))) for features in lists]
    rows: list[list[tuple[str, ...]]] = []
    for column, features in enumerate(words):
        for number in range(min(len(features), MOST_FEATURES)):
            if number not in left[column]:
                continue
            mates = {
                other: best
                for other in range(column + 1, len(lists))
                if (best := _best(features[number], words[other], left[other])) is not None
            }
            if mates:
                mates[column] = number
                for other, taken in mates.items():
                    left[other].remove(taken)
                rows.append([(lists[at][mates[at]].text,) if at in mates else () for at in range(len(lists))])
    rows.sort(key=lambda row: -sum(map(bool, row)))
    alone = [tuple(lists[at][number].text for number in numbers) for at, numbers in enumerate(left)]
    return [*map(tuple, rows), *([tuple(alone)] if any(alone) else [])]


def _best(feature: Words, others: Sequence[Words], left: Sequence[int]) -> int | None:
    """The number of the feature that resembles this one most; None where none does. The very same text always does."""
    found = [
        (same, -number)
        for number in left[:MOST_FEATURES]
        if (same := same_words(feature, others[number]) or _equal(feature, others[number]))
    ]
    return -max(found)[1] if found else None


def _equal(one: Words, other: Words) -> int:
    return int(one.text.casefold() == other.text.casefold())

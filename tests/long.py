"""Whether the long checks run (`make check-long`): every combination, where `make test` takes each part once."""

import os

LONG = "CHECK_LONG" in os.environ


def read_by_axe(number: int, language: str, width: int) -> bool:
    """Each page is read in one combination of language and width, the next one in another; in the long checks in all four."""
    return LONG or number % 4 == 2 * (language == "en") + (width == 1280)

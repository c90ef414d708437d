"""Whether the long checks run (`make check-long`): every combination, where `make test` takes each part once."""

import os

LONG = "CHECK_LONG" in os.environ


def read_by_axe(language: str, width: int) -> bool:
    """Each page is read once in each language and once at each width; in the long checks in all four combinations."""
    return LONG or (language, width) in {("zh-Hant", 360), ("en", 1280)}

"""TOML of strangers' files, read in bounded time and memory."""

from __future__ import annotations

import tomllib
from typing import Any

LARGEST = 256 * 1024  # characters
MOST_DOTS = 300  # in a line; Python's reader takes memory by the square of a key's dotted parts


def read_toml(text: str) -> dict[str, Any]:
    """The values of `text`.

    Raises:
        ValueError: it is no TOML, or more than is read.

    """
    if len(text) > LARGEST or any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise ValueError("this is more than is read")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("too many levels stand one inside the other") from error

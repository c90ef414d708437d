"""The words of prose as names, phrases and titles of licences are compared with it, and the data files that hold these."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
# The v of GPLv3 is a word by itself.
_WORD = re.compile(r"[㐀-鿿]|[^\W\d_㐀-鿿]+?(?=[vV][0-9])|[^\W\d_㐀-鿿]+|[0-9]+(?:\.[0-9]+){0,3}|\+")


class Word(NamedTuple):
    """A word of a text, in its plain form, from which character to before which."""

    form: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of `text`, without case, accents and marks; numbers with their points, each Chinese character by itself."""
    return [Word(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def plain(text: str) -> str:
    """The words of `text` in their plain form, single blanks between."""
    return " ".join(word.form for word in words(text))


@cache
def read(name: str) -> Any:
    """The content of a data file of this folder; shared, not to be changed."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _plain(word: str) -> str:
    if not word.isascii():
        word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    word = word.casefold()
    return "license" if word in ("licence", "licenses", "licences") else word

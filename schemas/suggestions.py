"""“Did you mean …?”: the nearest word of a short list."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60  # characters; comparing costs the product of the lengths


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that `word` was probably meant to be, whatever its case and separators; empty where none is near."""
    if len(word) > LONGEST:
        return ""
    forms = {_form(candidate): candidate for candidate in words}
    match = get_close_matches(_form(word), forms, n=1, cutoff=0.78)
    return forms[match[0]] if match else ""


def _form(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")

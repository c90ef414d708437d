"""Web addresses of licences, and the ids of what is found there. The facts stand in `addresses.json`; nothing is fetched.

A row is a pattern of the address behind `https://www.`, and the ids, in which `\\\\1` is what the pattern caught, in whatever
spelling. A third entry, true: the address tells no version, and what is given is the newest, or all it may be.
"""

from __future__ import annotations

import re
from functools import cache

from ..vocabularies import licenses
from .prose import read, words
from .successors import successors

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\"'\[\]{}|\\^`，。、；：）」』]{4,300}", re.IGNORECASE)
_ARCHIVED = r"(?:web\.archive\.org/web/[0-9]{4,14}[a-z_]{0,3}/(?:https?://)?)?"


def at_address(address: str) -> tuple[tuple[str, ...], bool]:
    """The ids of the licence whose text or summary stands at an address (none where we cannot tell), and whether it says which."""
    place = re.sub(r"\Ahttps?://", "", address.rstrip(".,;:!?*_"), flags=re.IGNORECASE)
    for pattern, ids, is_open in _rows():
        match = pattern.match(place)
        if match:
            found = tuple(one for text in ids.split() for one in listed(match.expand(text).rstrip("-")))
            if found:
                return found, not is_open
    return (), False


def listed(text: str) -> tuple[str, ...]:
    """The id whose words are those of `text`, as EUPL-12 or lgpl-2-1 in addresses; today's ids where it is deprecated."""
    forms = [word.form for word in words(text)]
    found = _ids().get(" ".join(map(_with_point, forms))) or _ids().get(" ".join(forms), "")
    return successors(found) or ((found,) if found else ())


@cache
def _rows() -> list[tuple[re.Pattern[str], str, bool]]:
    return [
        (re.compile(rf"{_ARCHIVED}(?:www\.)?{pattern}", re.IGNORECASE), ids, bool(is_open))
        for pattern, ids, *is_open in read("addresses")
    ]


def _with_point(form: str) -> str:
    return form.removesuffix(".0") if form[:1].isdigit() else form


@cache
def _ids() -> dict[str, str]:
    """The words of each id, and of each id without a point, which addresses have."""
    found: dict[str, str] = {}
    for identifier, entry in licenses().values():
        forms = [word.form for word in words(identifier)]
        for form in (" ".join(map(_with_point, forms)), " ".join(forms)):
            for written in (form, form.replace(".", " "), form.replace(".", "")):
                if not entry.get("deprecated"):
                    found[written] = identifier
                else:
                    found.setdefault(written, identifier)
    return found

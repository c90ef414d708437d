"""Values of JSON-LD in the shapes that people write: one or several, a text or an object, a name or an address. Any JSON is read.

What has another shape, or is larger than it should be, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..addresses import is_http_url, is_urn
from ..languages import HAN

MOST = 50  # items that are read of a list
LONGEST = 200  # characters of a name
_LONGEST_TEXT = 20_000
_LONGEST_ADDRESS = 2_000


def each(value: object) -> list[object]:
    """One or several values as a list."""
    if isinstance(value, Mapping):
        value = value.get("@list", value.get("@set", value))
    values = value if isinstance(value, list) else [value]
    return [one for one in values[:MOST] if one is not None]


def line(value: object, longest: int = LONGEST) -> str:
    """A text as one line; empty for anything else, and where it is too long to be what it should be."""
    text = " ".join(clean(value).split()) if isinstance(value, str) else ""
    return text if len(text) <= longest else ""


def clean(text: str) -> str:
    """`text` without what no reader sees: control characters, halves of characters, marks that reverse the writing."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\u200c\u200d" else " " for letter in text[:_LONGEST_TEXT]
    ).strip()


def part(value: object, *terms: str) -> str:
    """A text, or what an object says by the first of `terms` that it has."""
    if isinstance(value, Mapping):
        return next(
            (text for term in terms for one in each(value.get(term)) if (text := line(one, _LONGEST_ADDRESS))), ""
        )
    return line(value, _LONGEST_ADDRESS)


def kind(value: Mapping[Any, object]) -> str:
    """The type of an object, without the prefix of its vocabulary."""
    kinds = each(value.get("@type", value.get("type")))
    return re.split(r"[:/#]", line(kinds[0]))[-1] if kinds else ""


def name(value: object) -> str:
    """A text that is no address, or the name of an object."""
    found = part(value, "name", "@value", "legalName", "title")
    return "" if is_http_url(found) or is_urn(found) or len(found) > LONGEST else found


def who(value: object) -> str:
    """The name of a person or organisation."""
    if not isinstance(value, Mapping) or name(value):
        return name(value)
    given, family = part(value, "givenName"), part(value, "familyName")
    found = f"{family}{given}" if HAN.match(family) else f"{given} {family}".strip()
    return found if len(found) <= LONGEST else ""


def names(described: Mapping[str, object], *terms: str) -> Iterator[str]:
    """The names of all that stands under `terms`."""
    return (found for term in terms for one in each(described.get(term)) if (found := name(one)))


def addresses(described: Mapping[str, object], *terms: str) -> Iterator[str]:
    """The addresses of all that stands under `terms`; those with a user's name in them are nobody else's business."""
    for term in terms:
        for one in each(described.get(term)):
            text = part(one, "codeRepository", "url", "@id", "id", "contentUrl", "@value")
            if is_http_url(text) and " " not in text and "@" not in urlsplit(text).netloc:
                yield text


def identifier(value: object) -> str:
    """The lasting identifier of an organisation: a web address or URN that the object is known by."""
    if not isinstance(value, Mapping):
        return ""
    texts = [part(value, term) for term in ("@id", "id", "identifier")]
    return next((text for text in texts if is_http_url(text) or is_urn(text)), "")

"""The forms in which a bill of materials is written. The libraries are loaded when one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .bill import Bill


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its media type, as registered at IANA, and how its files end."""

    title: str
    media_type: str
    suffix: str
    write: Callable[[Bill], Iterator[str]]


def _json(bill: Bill) -> Iterator[str]:
    from .spdx2 import json_pieces

    return json_pieces(bill)


def _tag_value(bill: Bill) -> Iterator[str]:
    from .spdx2 import tag_value_pieces

    return tag_value_pieces(bill)


def _json_ld(bill: Bill) -> Iterator[str]:
    from .spdx3 import json_ld_pieces

    return json_ld_pieces(bill)


FORMS: Mapping[str, Form] = {
    "spdx-json": Form("SPDX 2.3 JSON", "application/spdx+json", "spdx.json", _json),
    "spdx-tag-value": Form("SPDX 2.3 tag-value", "text/spdx", "spdx", _tag_value),
    "spdx3-json": Form("SPDX 3.0.1 JSON-LD", "application/spdx3+json", "spdx3.json", _json_ld),
}


def pieces(bill: Bill, form: str) -> Iterator[str]:
    """The document in a form of FORMS, in pieces."""
    return FORMS[form].write(bill)

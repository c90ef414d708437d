"""JSON → the records of one of its lists, each with the characters it was written in. Bounded whatever the text is.

Numbers are texts, as in what is read of a publiccode.yml.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import Any

from ...schemas.finding import message
from ..errors import HostUnavailable

MAX_PARTS = 2_000_000  # values of one text: 32 MiB of empty lists would need a gigabyte of memory
_BLANK = re.compile(r"[ \t\r\n]*")
# Numbers stay as they were written: a version 1.10 is not 1.1, and none is too long to be read.
_DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class _Fault(ValueError):
    """The text is no JSON from here on."""


def json_value(text: str, url: str) -> Any:
    """The whole value.

    Raises:
        HostUnavailable: it is no JSON, or too large to be read.

    """
    _bound(text, url)
    try:
        value, end = _value(text, _skip(text, 0))
        if _skip(text, end) != len(text):
            raise _Fault
    except (ValueError, RecursionError) as error:
        raise HostUnavailable(message("{url} is no valid JSON", url=url)) from error
    return value


def json_records(text: str, url: str, *lists: str) -> tuple[dict[str, Any], list[tuple[Any, str]]]:
    """The records of a list: the text is that list, or an object that has it under one of the names `lists`.

    Answers with the other values of the object, and the records as value and source.

    Raises:
        HostUnavailable: it is no JSON, too large, or has no such list.

    """
    _bound(text, url)
    try:
        others, records = _document(text, lists)
    except (ValueError, RecursionError) as error:
        raise HostUnavailable(message("{url} is no valid JSON", url=url)) from error
    if records is None:
        raise HostUnavailable(message("{url} has no list of entries", url=url))
    return others, records


def _document(text: str, lists: tuple[str, ...]) -> tuple[dict[str, Any], list[tuple[Any, str]] | None]:
    others: dict[str, Any] = {}
    records: list[tuple[Any, str]] | None = None
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        items, at = _items(text, at)
        records = list(items)
    elif text[at : at + 1] == "{":
        at = _skip(text, at + 1)
        while text[at : at + 1] != "}":
            name, at = _name(text, at)
            if name in lists and text[at : at + 1] == "[":
                records, at = _items(text, at)
            else:
                others[name], at = _value(text, at)
            at = _after_item(text, at, "}")
        at += 1
    else:
        raise _Fault
    if _skip(text, at) != len(text):
        raise _Fault
    return others, records


def _items(text: str, at: int) -> tuple[list[tuple[Any, str]], int]:
    """The items of the list that begins at `at`, and where it ends."""
    found = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        value, end = _value(text, at)
        found.append((value, text[at:end]))
        at = _after_item(text, end, "]")
    return found, at + 1


def _after_item(text: str, at: int, close: str) -> int:
    """Where the next item begins, or `close` stands."""
    at = _skip(text, at)
    mark = text[at : at + 1]
    if mark == close:
        return at
    at = _skip(text, at + 1)
    if mark != "," or text[at : at + 1] == close:
        raise _Fault
    return at


def _name(text: str, at: int) -> tuple[str, int]:
    name, at = _value(text, at)
    at = _skip(text, at)
    if not isinstance(name, str) or text[at : at + 1] != ":":
        raise _Fault
    return name, _skip(text, at + 1)


def _value(text: str, at: int) -> tuple[Any, int]:
    return _DECODER.raw_decode(text, at)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _bound(text: str, url: str) -> None:
    if text.count(",") + text.count("[") + text.count("{") > MAX_PARTS:
        raise HostUnavailable(message("{url} has more than {limit} values", url=url, limit=MAX_PARTS))

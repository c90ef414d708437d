"""What a stranger's bill of materials may cost, counted before it costs it; its values taken out of JSON by their types."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import JSONDecodeError
from typing import Any

from ..finding import message
from .model import SbomError

LARGEST = 32 * 1024 * 1024  # bytes of a file
MOST_PACKAGES = 50_000
MOST_RELATIONSHIPS = 300_000
MOST_OBJECTS = 800_000  # objects and lists; one of them takes up to 300 bytes of memory
MOST_VALUES = 3_000_000
DEEPEST = 60  # components inside components
LONGEST = 4_096  # characters of a name, a version, an address
LONGEST_TEXT = 1024 * 1024  # characters of a licence or a copyright text
LONGEST_NUMBER = 20  # digits

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Controls, and the marks that turn the direction of what follows them: they belong into no name, and harm whoever prints it.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]+")
_UNSEEN_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def check_size(size: int) -> None:
    """Refuses a file of `size` bytes that is too large, before it is read."""
    if size > LARGEST:
        raise SbomError(
            message(
                "the file has {size} MB, and up to {most} MB are read; give one document for each part of the software",
                size=f"{size / 1024 / 1024:.0f}",
                most=LARGEST // 1024 // 1024,
            )
        )


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark, as a Windows shell writes it."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SbomError(
            message("byte {place} of the file is no {encoding}; save it as UTF-8", place=error.start, encoding="UTF-8")
        ) from error


def load_json(text: str) -> Mapping[str, Any]:
    """The object in `text`, with bounded memory; refuses what other readers would read in another way."""
    _check_count(text)
    try:
        loaded = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_number
        )
    except JSONDecodeError as error:
        raise SbomError(
            message(
                "line {line}, column {column} is no JSON ({reason}); write the file anew with the tool that made it",
                line=error.lineno,
                column=error.colno,
                reason=error.msg,
            )
        ) from error
    except RecursionError as error:
        raise too_deep() from error
    if not isinstance(loaded, dict):
        raise SbomError(message("the file is JSON, but no object; a bill of materials begins with {brace}", brace="{"))
    return loaded


def _check_count(text: str) -> None:
    """Counting the characters that open an object or part values takes milliseconds, and no memory."""
    for count, most in ((text.count("{") + text.count("["), MOST_OBJECTS), (text.count(","), MOST_VALUES)):
        if count > most:
            raise SbomError(
                message(
                    "the file has about {count} values, and up to {most} of this kind are read; "
                    "give one document for each part of the software",
                    count=count,
                    most=most,
                )
            )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        twice = _first_twice(name for name, _ in pairs)
        raise SbomError(
            message("the key {key} stands twice in one object; nobody can tell which is meant", key=shown(twice))
        )
    return result


def _first_twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _constant(text: str) -> Any:
    raise SbomError(message("{value} is no value of JSON; write the file anew with the tool that made it", value=text))


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise SbomError(message("a number of {count} digits is no value of a bill of materials", count=len(text)))
    return int(text)


def _number(text: str) -> float:
    if len(text) > 2 * LONGEST_NUMBER:
        raise SbomError(message("a number of {count} digits is no value of a bill of materials", count=len(text)))
    return float(text)


def shown(text: str) -> str:
    """A stranger's word as it is quoted in a message: short, without what cannot be seen."""
    clean = _SURROGATE.sub("\ufffd", _UNSEEN.sub(" ", text))
    return clean if len(clean) <= 60 else f"{clean[:57]}…"


def one_line(value: str, place: str, longest: int = LONGEST) -> str:
    """A name, version or address as one line."""
    if len(value) > longest:
        raise too_long(place, len(value), longest)
    if value.isascii() and value.isprintable():
        return value.strip()
    check_surrogates(value, place)
    return _UNSEEN.sub(" ", value).strip()


def whole_text(value: str, place: str) -> str:
    """A text of several lines."""
    if len(value) > LONGEST_TEXT:
        raise too_long(place, len(value), LONGEST_TEXT)
    check_surrogates(value, place)
    return _UNSEEN_IN_TEXT.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check_surrogates(value: str, place: str) -> None:
    """Refuses half a character, which no file and no database can hold."""
    if not value.isascii() and _SURROGATE.search(value):
        raise SbomError(message("{place} holds half a character (a lone surrogate); repair this value", place=place))


def too_long(place: str, length: int, most: int) -> SbomError:
    """The error of a value that is too long."""
    return SbomError(
        message("{place} has {count} characters, and up to {most} are read", place=place, count=length, most=most)
    )


def too_many(place: str, most: int) -> SbomError:
    """The error of a list that is too long."""
    return SbomError(
        message(
            "{place} has more than {most} entries; give one document for each part of the software",
            place=place,
            most=most,
        )
    )


def too_deep() -> SbomError:
    """The error of what is nested deeper than anybody writes it."""
    return SbomError(message("too many levels stand one inside the other; no tool writes a bill of materials so"))


def no_text(place: str) -> SbomError:
    """The error of a value that is no text."""
    return SbomError(
        message("{place} must be a text, and is not; write the file anew with the tool that made it", place=place)
    )


def no_list(place: str) -> SbomError:
    """The error of a value that is no list."""
    return SbomError(
        message("{place} must be a list, and is not; write the file anew with the tool that made it", place=place)
    )


def no_object(place: str) -> SbomError:
    """The error of a value that is no object."""
    return SbomError(
        message("{place} must be an object, and is not; write the file anew with the tool that made it", place=place)
    )


class Fields:
    """One object of the file and its place there: gives values of the type that is asked for, or refuses them by their place."""

    __slots__ = ("place", "values")

    def __init__(self, values: Mapping[str, Any], place: str = "") -> None:
        self.values, self.place = values, place

    def at(self, key: str) -> str:
        """The place of a value of this object, such as `packages[3].name`."""
        return f"{self.place}.{key}" if self.place else key

    def line(self, key: str, longest: int = LONGEST) -> str:
        """A value of one line; empty where there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise no_text(self.at(key))
        return one_line(value, self.at(key), longest) if value else ""

    def text(self, key: str) -> str:
        """A value of several lines; empty where there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise no_text(self.at(key))
        return whole_text(value, self.at(key))

    def lines(self, key: str) -> list[str]:
        """A list of values of one line each."""
        values = self._list(key)
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise no_text(f"{self.at(key)}[{number}]")
        return [one_line(value, f"{self.at(key)}[{number}]") for number, value in enumerate(values)]

    def one(self, key: str) -> Fields:
        """The object at `key`; an empty one where there is none."""
        value = self.values.get(key)
        if value is None:
            return Fields({}, self.at(key))
        if not isinstance(value, dict):
            raise no_object(self.at(key))
        return Fields(value, self.at(key))

    def many(self, key: str, most: int = MOST_OBJECTS) -> Iterator[Fields]:
        """The objects of the list at `key`."""
        values = self._list(key)
        if len(values) > most:
            raise too_many(self.at(key), most)
        place = self.at(key)
        for number, value in enumerate(values):
            if not isinstance(value, dict):
                raise no_object(f"{place}[{number}]")
            yield Fields(value, f"{place}[{number}]")

    def _list(self, key: str) -> Sequence[Any]:
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise no_list(self.at(key))
        return value

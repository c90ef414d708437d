"""Examples of the query language that find something in this very catalogue, in the reader's language where that is possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from sqlmodel import Session

from ...registry.outlines import owners_named
from ...registry.search import FACETS, Request, SearchIndex
from ...registry.search.fields import FIELDS, OPERATORS, Field
from ...registry.search.query import EXACT
from ...registry.search.text import is_east_asian, split
from .facet_words import facet_label
from .summary import publisher_name

_MOST_VALUES = 8
_MOST_TRIED = 3  # values of one field
_MOST_WORDS, _SHORTEST_WORD = 12, 5
_NEWEST = 40  # names that are looked at
_UNSAID = ("unknown", "not-spdx", "other")
_SPECIAL = re.compile(r"[\s():\"]")
# Words that many catalogues have; what finds nothing in this one is left out.
_WORDS = {
    "en": ("map", "forms", "petition", "notification", "data", "waste"),
    "zh-Hant": ("地圖", "表單", "陳情", "通報", "公文", "場地", "資料"),
}
_ROWS = {"en": ("open data", "public services"), "zh-Hant": ("開放資料", "開放原始碼")}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field: as it is written, as it is called, how many entries have it."""

    written: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Examples:
    """For each sign and each field an example that finds something (none where nothing does), and the values of the fields."""

    signs: Mapping[str, str]
    fields: Mapping[str, str]
    values: Mapping[str, tuple[Value, ...]]


class Kept:
    """The examples of one catalogue by language; chosen anew when its index changed."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Examples]] = {}

    def examples(self, session: Session, index: SearchIndex, names: Iterable[str], language: str) -> Examples:
        """See `Examples`. `names` are those of entries: words of theirs find them."""
        cursor = index.cursor()
        known = self._kept.get(language)
        if known is None or known[0] != cursor:
            known = (cursor, _Chooser(session, index, language, list(islice(names, _NEWEST))).examples())
            self._kept[language] = known
        return known[1]


class _Chooser:
    def __init__(self, session: Session, index: SearchIndex, language: str, names: list[str]) -> None:
        self._index, self._language, self._names = index, language, names
        self._facets = index.search(Request(limit=0)).facets
        slugs = [value for value, _ in self._facets.get("publisher", ())[:_MOST_VALUES]]
        owners = owners_named(session, slugs)
        self._owners = {slug: publisher_name(owner, language)["text"] for slug, owner in owners.items()}
        self._found = lru_cache(maxsize=None)(self._search)
        self._words = self._finding_words()

    def examples(self) -> Examples:
        values = {field.name: tuple(self._values(field.name)) for field in FIELDS if field.name in FACETS}
        fields = {field.name: self._first(self._of_field(field)) for field in FIELDS}
        license_field = next(field for field in FIELDS if field.name == "license")
        candidates = self._of_signs(_written_as(license_field, self._language), fields["license"])
        signs = {one.sign: self._first((*candidates.get(one.sign, ()), one.example)) for one in OPERATORS}
        return Examples(signs, fields, values)

    def _search(self, query: str) -> bool:
        result = self._index.search(Request(query, limit=0))
        return result.total > 0 and result.reading == EXACT and not result.dropped

    def _first(self, candidates: Iterable[str]) -> str:
        return next(filter(self._found, candidates), "")

    def _finding_words(self) -> list[str]:
        """Single words that find something, in the language of the page as far as there are such."""
        chinese = self._language != "en"
        named = [word for name in self._names for word in split(name) if is_east_asian(word) == chinese]
        listed = dict.fromkeys((*_WORDS[self._language], *named, *_WORDS["en"]))
        finding = (word for word in listed if len(word) > 1 and self._found(word))
        return [word for word, _ in zip(finding, range(_MOST_WORDS), strict=False)]

    def _values(self, field: str) -> Iterator[Value]:
        if field == "since":
            return
        for value, count in self._facets.get(field, ())[:_MOST_VALUES]:
            yield Value(value, facet_label(field, value, self._language, self._owners), count)

    def _of_field(self, field: Field) -> Iterator[str]:
        written = _written_as(field, self._language)
        if field.name == "name":
            yield from (f"{written}:{word}" for word in self._words)
        elif field.name in ("since", "before"):
            yield from self._dates(field.name, written)
        values = [one for one in self._values(field.name) if one.written not in _UNSAID] if field.name in FACETS else []
        for one in sorted(values[:_MOST_TRIED], key=lambda one: _quoted(one.label) != one.label):
            if self._language != "en" and one.label != one.written:
                yield f"{written}:{_quoted(one.label)}"
            yield f"{written}:{_quoted(one.written)}"
        yield field.example

    def _dates(self, field: str, written: str) -> Iterator[str]:
        months = sorted(month for month, _ in self._facets.get("since", ()))
        if months and field == "since":
            yield f"{written}:{months[-1][:4]}"
        elif months:
            yield f"{written}:{months[-1]}"  # finds something where there is an older month
            yield f"{written}:{int(months[-1][:4]) + 1}"

    def _of_signs(self, license_field: str, license_example: str) -> dict[str, Iterable[str]]:
        pairs = [(one, other) for one in self._words for other in self._words if one != other][: 4 * _MOST_WORDS]
        licenses = [value for value, _ in self._facets.get("license", ()) if value not in _UNSAID]
        begun = [word[:-1] for word in (*self._words, *self._latin()) if len(word) >= _SHORTEST_WORD and word.isascii()]
        return {
            "word word": [f"{one} {other}" for one, other in pairs] + self._names,
            '"…"': [f'"{row}"' for row in (*_ROWS[self._language], *self._names)],
            "-word": [f"{one} -{other}" for one, other in pairs],
            "OR": [f"{one} OR {other}" for one, other in pairs],
            "( )": [f"({one} OR {other}) {license_example}" for one, other in pairs if license_example],
            "word*": [f"{word}*" for word in begun],
            "field:": [f"{license_field}:({' OR '.join(licenses[:2])})"] if len(licenses) > 1 else [],
        }

    def _latin(self) -> list[str]:
        return [word for name in self._names for word in split(name) if word.isascii()]


def _written_as(field: Field, language: str) -> str:
    """The name of a field that a reader of `language` writes."""
    chinese = next((alias for alias in field.aliases if is_east_asian(alias)), "") if language != "en" else ""
    return chinese or field.name


def _quoted(value: str) -> str:
    return f'"{value}"' if _SPECIAL.search(value) or "（" in value else value

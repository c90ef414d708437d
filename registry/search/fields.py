"""The query language as data: its fields, its operators, and the values that fields understand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from babel import Locale

from ...schemas.finding import Message, message
from ...schemas.vocabularies import LABEL_LANGUAGES, labels, value_called
from .concepts import concepts_in, words_of
from .text import split


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the query language: the names that are read as it (its own first), what it holds, an example."""

    name: str
    aliases: tuple[str, ...]
    meaning: Message
    example: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign or word of the query language: how it is written, what it does, an example."""

    sign: str
    meaning: Message
    example: str


FIELDS = (
    Field("name", ("title", "名稱"), message("the name of the software, or a part of it"), "name:portal"),
    Field(
        "publisher",
        ("by", "org", "organisation", "機關", "發布機關"),
        message("the administration that publishes it, or one above it: its name or its short name in the address"),
        "publisher:taipei",
    ),
    Field(
        "category",
        ("cat", "分類"),
        message("a category of the standard: its key, or its label in any of our languages"),
        "category:procurement",
    ),
    Field(
        "scope",
        ("field", "audience", "領域", "業務領域"),
        message("the field of government it was made for"),
        "scope:healthcare",
    ),
    Field(
        "license",
        ("licence", "spdx", "授權"),
        message("a licence, by its SPDX identifier or the beginning of it"),
        "license:EUPL-1.2",
    ),
    Field(
        "family",
        ("copyleft", "授權類型"),
        message("the family of the licence: permissive, weak-copyleft, strong-copyleft …"),
        "family:permissive",
    ),
    Field(
        "verdict",
        ("比對", "比對結果"),
        message("how the declared licence compares with the licence files"),
        "verdict:agree",
    ),
    Field(
        "validity", ("is", "有效", "檢查結果"), message("whether the file is valid: valid or invalid"), "validity:valid"
    ),
    Field(
        "status",
        ("state", "狀態", "開發狀態"),
        message("the development status: concept, development, beta, stable, obsolete"),
        "status:stable",
    ),
    Field("type", ("kind", "類型", "軟體類型"), message("the type of the software"), "type:library"),
    Field("platform", ("os", "平臺"), message("where it runs: web, linux, android …"), "platform:android"),
    Field("language", ("lang", "語言"), message("a language of the description"), "language:zh-Hant"),
    Field("interface", ("ui", "介面", "介面語言"), message("a language of the user interface"), "interface:en"),
    Field(
        "technology",
        ("tech", "uses", "技術"),
        message("a technology that it is built with or builds on"),
        "technology:django",
    ),
    Field("country", ("國家",), message("a country whose extension the file has, by its code"), "country:it"),
    Field(
        "maintenance",
        ("維護", "維護方式"),
        message("how it is maintained: internal, contract, community, none"),
        "maintenance:community",
    ),
    Field("activity", ("活躍", "活躍程度"), message("how active the development is"), "activity:high"),
    Field("sbom", ("元件清單",), message("whether a bill of materials is there"), "sbom:yes"),
    Field("use", ("usedby", "使用"), message("whether others use it: confirmed or claimed"), "use:confirmed"),
    Field("source", ("catalogue", "catalog", "來源"), message("own, or the catalogue that lists it"), "source:own"),
    Field("since", ("after", "自", "收錄時間"), message("listed in this year or month, or later"), "since:2025-03"),
    Field("before", ("until", "之前"), message("listed before this year or month"), "before:2024"),
)
OPERATORS = (
    Operator(
        "word word", message("entries that have all words; words such as “system” or “the” do not decide"), "open data"
    ),
    Operator('"…"', message("these words in a row"), '"open data"'),
    Operator("-word", message("without this word; the same as NOT word"), "portal -school"),
    Operator("OR", message("one of them is enough"), "map OR GIS"),
    Operator("( )", message("what belongs together"), "(map OR GIS) license:MIT"),
    Operator("word*", message("words that begin so"), "petit*"),
    Operator("field:", message("in this field only; several values in parentheses"), "license:(MIT OR Apache-2.0)"),
)
NAMES: Mapping[str, str] = {alias: field.name for field in FIELDS for alias in (field.name, *field.aliases)}
"""What may stand before a colon → the field's own name."""

YEARS = ("since", "before")
"""The fields whose values are dates."""

FILE = Path(__file__).parent / "value_words.yml"
VOCABULARIES = {
    "category": "categories",
    "scope": "scopes",
    "status": "development-status",
    "type": "software-types",
    "platform": "platforms",
    "maintenance": "maintenance-types",
    "country": "countries",
}
"""Which closed list of the standard holds the values of a field."""
_LANGUAGES = ("language", "interface")
_CHINESE = {
    "zh": ("中文", "華語", "漢語", "Chinese"),
    "zh-Hant": ("繁體中文", "正體中文", "臺灣華語", "繁中"),
    "zh-Hans": ("簡體中文", "簡中"),
}
_LONGEST_VALUE = 100
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2})?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1990, 2049


def value_of(field: str | None, text: str) -> str:
    """The value of a closed list that `text` names (`status:穩定版`, `category:檢舉`); `text` itself where it names none."""
    if not field or len(text) > _LONGEST_VALUE:
        return text
    if field in _LANGUAGES:
        return _languages().get(_form(text), text)
    if field in _values() and field not in VOCABULARIES:
        return _called(field).get(_form(text), text)
    vocabulary = VOCABULARIES.get(field)
    if not vocabulary or text.lower() in labels(vocabulary):
        return text
    called = value_called(vocabulary, text)
    if called:
        return called
    named = {match.concept for match in concepts_in(text)} & labels(vocabulary).keys()
    return named.pop() if len(named) == 1 else text


def field_of(field: str, text: str) -> str:
    """The field that is meant by `field:text`: a family of licences is no licence, but people say `授權:寬鬆授權`."""
    return "family" if field == "license" and _form(text) in _called("family") else field


def possible(field: str, text: str) -> tuple[str, ...]:
    """The values of `field` where `text` is none of them and there can be no other; else nothing."""
    if field in _LANGUAGES:
        return () if _TAG.fullmatch(value_of(field, text)) else ("en", "it", "zh-Hant", "…")
    if field not in _values():
        return ()
    known = tuple(_values()[field]) or tuple(labels(VOCABULARIES[field]))
    return () if value_of(field, text).lower() in known else known


@cache
def _values() -> Mapping[str, Mapping[str, str]]:
    values: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return values


@cache
def _called(field: str) -> Mapping[str, str]:
    """The folded words for the values of `field`; of a word of several values the first has it."""
    found: dict[str, str] = {}
    for value, words in _values()[field].items():
        for word in (value, *words_of(words)):
            found.setdefault(_form(word), value)
    return found


@cache
def _languages() -> Mapping[str, str]:
    """The folded names of languages in the languages of our vocabularies → their codes; Chinese of any script is `zh`."""
    found: dict[str, str] = {}
    for tag in LABEL_LANGUAGES:
        names = Locale.parse(tag, sep="-").languages
        for code in sorted(names, key=len):
            if _TAG.fullmatch(code.replace("_", "-")):
                found.setdefault(_form(names[code]), code.replace("_", "-"))
    for code, words in _CHINESE.items():
        found.update(dict.fromkeys(map(_form, words), code))
    return found


def _form(text: str) -> str:
    return "".join(split(text))


def dates_of(field: str, text: str) -> tuple[str, ...]:
    """The years and months (YYYY, YYYY-MM) that `since:text` or `before:text` lets pass; none where `text` is no date."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return ()
    year, month = int(match["year"]), int(match["month"] or 1)
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return ()
    return tuple(_since(year, month) if field == "since" else _before(year, month))


def _since(year: int, month: int) -> Iterator[str]:
    if month > 1:
        yield from (f"{year}-{each:02}" for each in range(month, 13))
        year += 1
    yield from (str(each) for each in range(year, _LAST_YEAR + 1))


def _before(year: int, month: int) -> Iterator[str]:
    yield from (str(each) for each in range(_FIRST_YEAR, year))
    yield from (f"{year}-{each:02}" for each in range(1, month))

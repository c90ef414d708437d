"""What people write where the standard asks for something else, and what they mean by it.

Every function answers with the readings there are: one is certain enough to be written by `publiccode fix`, several are a
choice of the owner, none means that nobody can tell or that nothing is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache

from ..languages import is_language_tag
from ..licensing.expression import ExpressionError, parse_expression
from ..licensing.slips import meant
from ..licensing.successors import renewed
from ..rules.date_format import is_date
from ..suggestions import LONGEST
from ..vocabularies import labels, value_called

MOST_LISTED = 500  # characters of a text that lists several values
_SURE_LENGTH = 6  # letters from which on one wrong letter leaves no doubt

# Typographic quotes, which YAML takes for a part of the text; no code, number or address has them.
_QUOTED = re.compile(r"(?:[“”„]([^“”„]+)[“”]|[‘’‚]([^‘’‚]+)[‘’]|「([^「」]+)」|『([^『』]+)』|＂([^＂]+)＂)\Z")

_OLDER_VERSION = re.compile(r"0(?:\.[2-7](?:\.[0-9])?)?\Z")

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9]{1,2}:[0-9]{2}\S*(?: ?\S+)?)?\Z")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})\Z")
_CHINESE = re.compile(r"(?:西元|公元)?\s*([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日號]?\Z")
# Years of the Republic of China: 民國 112 is 2023. Without 民國 only with three digits, which no other calendar has today.
_REPUBLIC = re.compile(
    r"(?:(?:中華)?民國\s*([0-9]{2,3})|(1[0-9]{2}))\s*(?:年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日號]?|([-/.])([0-9]{1,2})\5([0-9]{1,2}))\Z"
)
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)? ([A-Za-z]{3,9})\.?,? ([0-9]{4})\Z")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})\Z")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_TRUE = ("yes", "on", "true", "是", "sì", "si", "oui", "ja")
_FALSE = ("no", "off", "false", "否", "non", "nein", "nee")

# Codes of ISO 639-2, which version 0.1 of the standard asked for, and names, of languages that have a code of two letters.
_LANGUAGES = {
    word: words.split()[0]
    for words in (
        "en eng english", "it ita italian italiano", "fr fra fre french français", "de deu ger german deutsch",
        "nl nld dut dutch nederlands", "es spa spanish español", "pt por portuguese português", "sv swe swedish svenska",
        "da dan danish dansk", "fi fin finnish suomi", "pl pol polish polski", "cs ces cze czech", "hu hun hungarian",
        "ro ron rum romanian", "bg bul bulgarian", "el ell gre greek", "hr hrv croatian", "sl slv slovenian",
        "sk slk slo slovak", "et est estonian", "lv lav latvian", "lt lit lithuanian", "ja jpn japanese 日本語",
        "ko kor korean", "vi vie vietnamese", "zh zho chi", "id ind indonesian", "th tha thai", "uk ukr ukrainian",
    )
    for word in words.split()[1:]
}  # fmt: skip
_CHINESE_TAGS = {
    "zh-cht": "zh-Hant",
    "zh-chs": "zh-Hans",
    "繁體中文": "zh-Hant",
    "正體中文": "zh-Hant",
    "简体中文": "zh-Hans",
}


def bare(text: str) -> str:
    """The text without blanks and typographic quotes around it."""
    text = text.strip()
    match = _QUOTED.match(text)
    return match[match.lastindex or 0].strip() if match else text


def version(text: str) -> str:
    """`0` for a number of version 0 that this validator reads by the rules of 0.7; else empty. 0.1 had other keys."""
    return "0" if _OLDER_VERSION.match(bare(text)) else ""


def key(name: str, known: Iterable[str]) -> str:
    """The key that `name` was certainly meant to be: it differs by case and separators only, or by one letter of many."""
    if len(name) > LONGEST:
        return ""
    form, forms = _folded(name), {word: _folded(word) for word in known}
    same = [word for word, other in forms.items() if other == form]
    near = same or [word for word, other in forms.items() if len(other) >= _SURE_LENGTH and _one_edit(form, other)]
    return near[0] if len(near) == 1 else ""


def listed(text: str, vocabulary: str) -> str:
    """The value of a closed list that `text` differs from by case and separators only, or is the label of; else empty."""
    if len(text) > LONGEST:
        return ""
    plain = bare(text)
    found = {_list_forms(vocabulary).get(_folded(plain), ""), value_called(vocabulary, plain)} - {""}
    return found.pop() if len(found) == 1 else ""


def platform(text: str) -> str:
    """The standard's word for a platform; empty where `text` is another one."""
    return listed(text, "platforms")


def alias(text: str) -> str:
    """The standard's alias of a law or platform that `text` names without or with `alias:`; empty where there is none."""
    name = bare(text).lower().removeprefix("alias:").strip()
    return f"alias:{name}" if name in labels("supports-aliases") else ""


def country(text: str) -> str:
    """The code of a country by its code or name; empty where `text` is none, or is so already."""
    code = country_code(text)
    return code if code != text else ""


def country_code(text: str) -> str:
    """The code in capitals of a country by its code or its name in one of our languages; empty where it is none."""
    plain = bare(text)
    return plain.upper() if plain.upper() in labels("countries") else value_called("countries", plain)


def boolean(text: str) -> bool | None:
    """What yes, no, on, off and their like say; None for everything else."""
    word = bare(text).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def language(text: str) -> str:
    """The BCP 47 tag that `text` means; empty where nobody can tell, or where it is a valid tag already."""
    if is_language_tag(text) or len(text) > LONGEST:
        return ""
    tried = re.sub(r"[-_\s]+", "-", bare(text).removesuffix(".UTF-8").removesuffix(".utf8")).strip("-")
    tried = _CHINESE_TAGS.get(tried.lower()) or _LANGUAGES.get(tried.lower(), tried)
    return _usual_case(tried) if is_language_tag(tried) else ""


def language_tag(text: str) -> str:
    """A valid tag as it is, else the one that `text` means; empty where nobody can tell."""
    return text if is_language_tag(text) else language(text)


def licence(text: str) -> tuple[str, ...]:
    """The SPDX expressions that `text` may mean; also the successors of ids that the SPDX list deprecates."""
    plain = bare(text)
    try:
        expression = parse_expression(plain)
    except ExpressionError:
        return meant(plain)
    if expression.deprecated:
        return renewed(expression)
    same = expression.text != text and expression.text.lower() == plain.lower()
    return (expression.text,) if same else ()


def dates(text: str) -> tuple[str, ...]:
    """The days that `text` may mean, as YYYY-MM-DD; none where it is written so already."""
    if len(text) > LONGEST or is_date(text):
        return ()
    plain = " ".join(unicodedata.normalize("NFKC", bare(text)).split())
    if match := _YEAR_FIRST.match(plain):
        year, month, day = match[1], match[3], match[4]
        return _days((year, month, day)) or _days((year, day, month))
    if match := _DIGITS.match(plain) or _CHINESE.match(plain):
        return _days(match.groups())
    if match := _REPUBLIC.match(plain):
        year = str(1911 + int(match[1] or match[2]))
        return _days((year, match[3] or match[6], match[4] or match[7]))
    if match := _YEAR_LAST.match(plain):
        first, second, year = match[1], match[3], match[4]
        return _days((year, second, first), (year, first, second))
    if match := _DAY_MONTH.match(plain):
        return _days((match[3], _month(match[2]), match[1]))
    if match := _MONTH_DAY.match(plain):
        return _days((match[3], _month(match[1]), match[2]))
    return ()


def _days(*candidates: Iterable[str]) -> tuple[str, ...]:
    """Those of the candidates (year, month, day) that are days of the calendar, each once."""
    found: dict[str, None] = {}
    for candidate in candidates:
        try:
            day = date(*map(int, candidate))
        except ValueError:
            continue
        if 1900 <= day.year < 2200:
            found[day.isoformat()] = None
    return tuple(found)


def _month(word: str) -> str:
    return next((str(number) for number, name in enumerate(_MONTHS, 1) if name.startswith(word.lower())), "0")


def _usual_case(tag: str) -> str:
    """The tag as RFC 5646, section 2.1.1 writes it: `zh-Hant-TW`."""
    language, *rest = tag.lower().split("-")
    parts = [language]
    for part in rest:
        plain = all(len(other) > 1 for other in parts)
        parts.append(part.title() if len(part) == 4 and plain else part.upper() if len(part) == 2 and plain else part)
    return "-".join(parts)


def _folded(word: str) -> str:
    return re.sub(r"[-_/\s]+", "", unicodedata.normalize("NFKC", word)).casefold()


@cache
def _list_forms(vocabulary: str) -> dict[str, str]:
    forms = [_folded(value) for value in labels(vocabulary)]
    return {form: value for form, value in zip(forms, labels(vocabulary), strict=True) if forms.count(form) == 1}


def _one_edit(word: str, other: str) -> bool:
    """Whether one letter more, less or another, or two letters exchanged, make `other` of `word`."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, wanted = word[start:], other[start:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[2:] == wanted[2:] and rest[:2] == wanted[1::-1])
    )

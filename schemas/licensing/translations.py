"""Translations of licences by their structure: the title in its language, the version line, the numbered articles.

For texts of which we have no words to compare with. An answer says which share of the articles stands there, so an abridged
text shows. What the titles are stands in `translations.json`, written by us. Translations of the GNU licences are unofficial and
told by their name alone (`statements.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from .found import Lines, Means, Part
from .mentions import certain
from .prose import plain, read, words

MOST_LINES = 10_000
LONGEST_LINE = 2_000  # characters that are looked at
EUPL_ARTICLES = 15
TITLE_LINES = 6  # of a file, in which a version of its own of the title may stand
EUPL_VERSIONS = {"1.0": "EUPL-1.0", "1.1": "EUPL-1.1", "1.2": "EUPL-1.2"}
CC_SECTIONS = 8
CC0_SECTIONS = 4

_LONGEST_TITLE = 160
_NUMBERED = re.compile(
    r"[\s#*>_\"'`-]{0,20}(?:§|art(?:icle|icolo|ikel|[ií]culo|igo|ikla|\.)?)?\s{0,5}\.?\s{0,5}([0-9]{1,2})(?:[.):]|\s|º)[\s*_]{0,8}[^\W\d_]",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"[\s#*>_]{0,20}(\w{1,12})?[\s.]{0,5}([0-9一二三四五六七八]{1,2})\b|[\s#*>_]{0,20}(第)\s?([0-9一二三四五六七八])"
)
_CHINESE = {form: number for number, form in enumerate("一二三四五六七八", 1)}


def translations(lines: Sequence[str], among: Collection[int] | None = None) -> tuple[Part, ...]:
    """The licences that stand in a file as translations (the original's language too, where only its structure is left).

    `among` (numbers from 1): only these lines are read. A title without at least a fifth of its articles is no text.
    """
    read_ = [
        line[:LONGEST_LINE] if among is None or number in among else ""
        for number, line in enumerate(lines[:MOST_LINES], 1)
    ]
    titles = [(at, found) for at, line in enumerate(read_) if (found := _title(read_, at, line))]
    if not titles:
        return _with_own_title(read_)
    parts = []
    for index, (at, (license_, language)) in enumerate(titles):
        end = titles[index + 1][0] if index + 1 < len(titles) else len(read_)
        part = _part(read_, at, end, license_, language)
        if part.coverage >= 0.2:
            parts.append(part)
    return tuple(parts)


def _with_own_title(lines: Sequence[str]) -> tuple[Part, ...]:
    """The EUPL under another title than an official one: the file begins with its name and version, and has all articles."""
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    opening = [line for line in lines[first : first + TITLE_LINES] if _may_be_title(line)]
    named = any(word.form == "eupl" for line in opening for word in words(line))
    known = _eupl_version(lines, first, "") if named else None
    if known is None:
        return ()
    part = _part(lines, first, len(lines), known[0], _eupl_language(lines))
    return (part,) if part.coverage * EUPL_ARTICLES >= EUPL_ARTICLES - 1 else ()


def _eupl_language(lines: Sequence[str]) -> str:
    """The language whose word for who gives or takes the licence stands there most often; empty where none does."""
    text = " ".join(word.form for line in lines for word in words(line))
    counts = {language: text.count(plain(name)) for language, name in read("translations")["party"].items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""


def _title(lines: Sequence[str], at: int, line: str) -> tuple[str, str] | None:
    """The licence and the language that the title at a line tells."""
    if not _may_be_title(line):
        return None
    forms = plain(line)
    languages = [(phrase, language) for phrase, language in _eupl_titles() if phrase in forms]
    if languages:
        # The Swedish title has the English one before it.
        phrase, language = next(((p, spoken) for p, spoken in languages if spoken != "en"), languages[0])
        return _eupl_version(lines, at, language) if len(forms) <= len(phrase) + 60 else None
    named = certain(line) if "4.0" in line or "cc0" in line.lower() or "cc 0" in line.lower() else []
    for mention in named:
        inside = sum(1 for word in words(line) if mention.start <= word.start < mention.end)
        if inside * 2 < len(words(line)) or mention.address:
            continue
        if mention.license.startswith("CC-BY") and mention.license.endswith("4.0"):
            return mention.license, _cc_language(forms)
        if mention.license == "CC0-1.0":
            return mention.license, ""
    return None


def _may_be_title(line: str) -> bool:
    """A list's item is a name in the appendix, no title."""
    return bool(line.strip()) and len(line.strip()) <= _LONGEST_TITLE and not re.match(r"\s*(?:[-•–—]|\*\s)", line)


@cache
def _eupl_titles() -> list[tuple[str, str]]:
    """Each title in its plain words, with its language."""
    titles = read("translations")["EUPL"]
    return [(plain(title), language) for language in titles for title in titles[language]]


def _eupl_version(lines: Sequence[str], at: int, language: str) -> tuple[str, str] | None:
    """The version in the title or one of the two lines behind; the years of the copyright line tell it too."""
    near = " ".join(lines[at : at + 3])
    numbers = [word.form for word in words(near)]
    for version, license_ in EUPL_VERSIONS.items():
        if version in numbers:
            return license_, language
    if "2007" in numbers:
        return ("EUPL-1.2" if "2016" in numbers else "EUPL-1.1"), language
    return None


def _cc_language(forms: str) -> str:
    for language, entry in read("translations")["CC"].items():
        marks = [plain(mark) for mark in entry["marks"]]
        if forms.startswith(marks[0]) or any(mark in forms for mark in marks):
            return str(language)
    return ""


def _part(lines: Sequence[str], at: int, end: int, license_: str, language: str) -> Part:
    if license_.startswith("EUPL"):
        seen, last = _articles(lines, at + 1, end, EUPL_ARTICLES)
        # The articles end with the last one; what is left of the appendix stands within forty lines, up to the next title.
        last = _appendix_end(lines, last, end) if seen >= EUPL_ARTICLES - 1 else last
        return _structure(license_, language, seen / EUPL_ARTICLES, at, last)
    if license_ == "CC0-1.0":
        seen, last = _articles(lines, at + 1, end, CC0_SECTIONS)
        return _structure(
            license_, _language_of(lines[at:end]), seen / CC0_SECTIONS, at, _paragraph_end(lines, last, end)
        )
    seen, last = _sections(lines, at + 1, end)
    return _structure(license_, language, seen / CC_SECTIONS, at, _paragraph_end(lines, last, end))


def _structure(license_: str, language: str, coverage: float, at: int, last: int) -> Part:
    lines: Lines = (at + 1, last + 1)
    return Part(license_, Means.STRUCTURE, min(coverage, 1.0), language, (lines,))


def _articles(lines: Sequence[str], start: int, end: int, most: int) -> tuple[int, int]:
    """How many of the numbered articles follow each other in their order (one may be missing), and where the last begins."""
    seen, last, number = 0, start, 0
    for at in range(start, end):
        match = _NUMBERED.match(lines[at])
        if match and number < int(match[1]) <= min(number + 2, most):
            number, last = int(match[1]), at
            seen += 1
    return seen, last


def _sections(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The same for sections with a word before the number: Sezione 1, 第一條."""
    names = {
        word.form for entry in read("translations")["CC"].values() for name in entry["section"] for word in words(name)
    }
    seen, last, number = 0, start, 0
    for at in range(start, end):
        match = _SECTION.match(lines[at])
        if not match or len(lines[at]) > _LONGEST_TITLE:
            continue
        name, figure = match[1] or match[3] or "", match[2] or match[4]
        value = _CHINESE.get(figure) or (int(figure) if figure.isdecimal() else 0)
        if number < value <= min(number + 2, CC_SECTIONS) and {word.form for word in words(name)} & names:
            number, last = value, at
            seen += 1
    return seen, last


def _appendix_end(lines: Sequence[str], last: int, end: int) -> int:
    """The last line of the appendix of the EUPL: the last within reach that names the licence or lists another."""
    reach = range(last, min(last + 60, end))
    named = [at for at in reach if "EUPL" in lines[at] or "GPL" in lines[at] or "LiLiQ" in lines[at]]
    return named[-1] if named else _paragraph_end(lines, last, end)


def _paragraph_end(lines: Sequence[str], last: int, end: int) -> int:
    """The last line before a rule, a heading of another kind, or the end."""
    at = last
    while at + 1 < end and not re.match(r"\s{0,9}(?:[-=_*]{8,}|#{1,2} )", lines[at + 1]):
        at += 1
    while at > last and not lines[at].strip():
        at -= 1
    return at


def _language_of(lines: Sequence[str]) -> str:
    """The language whose words of CC0 stand there most often; empty where none does."""
    text = plain(" ".join(lines)[:20_000])
    counts = {
        language: sum(text.count(plain(mark)) for mark in marks)
        for language, marks in read("translations")["CC0"].items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""

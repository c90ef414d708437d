"""What stands beside a licence in its file: restrictions that take away what it gives, the licences of what the software
uses listed behind it, and files that give nothing.

The patterns stand in `restrictions.json` and `lists.json`, written by us for English, Italian, French, German, Dutch, Spanish
and Chinese. Every function is bounded by the length of the file, and none fails.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from .found import Lines
from .mentions import certain
from .paragraphs import Paragraph, paragraphs
from .prose import read, words
from .statements import statements
from .subjects import About, patterns, phrases, subject_of

LONGEST_SENTENCE = 1_000  # characters that are looked at
READ_AT_MOST = 60_000  # characters; three times the GPL's text beside a licence would be no addition
MOST_RESTRICTIONS = 50
SHORTEST_LIST = 4  # entries in a row that make a list of packages

_VERSION = re.compile(
    r"(?<![0-9.])[0-9]{1,5}\.[0-9]{1,5}(?:\.[0-9]{1,12})?|@[0-9^~]|\.(?:jar|tgz|whl|js|css|gem|dll|war|nupkg)\b"
)
_CELLS = re.compile(r"\s*[|\t,;，、]\s*|\s{3,}|\s+[-–—]\s+|[()]")
_CLAUSES = re.compile(r"[;；]\s*|,?\s+(?:but|however|whereas|aber|jedoch|maar|mais|ma|pero)\s+(?=\w+)")
_COMPOUND = re.compile(
    r"\b\w{3,40}?(wappen|logos?|bilder|fotos|daten|karten|schriften|marken?|zeichen|wapens?|merk|gegevens|kaarten)\b",
    re.IGNORECASE,
)
_JOINTS = ("and", "or", "et", "ou", "e", "o", "und", "oder", "en", "of", "y", "及", "與", "和", "或")
_ARTICLES = ("the", "la", "le", "il", "l", "der", "die", "das", "de", "het", "los")
_TABLE = re.compile(r"\s{0,20}\|?[\s:|-]{3,}\|[\s:|-]*\Z")


def restrictions(
    lines: Sequence[str], among: Collection[int] | None = None, of_content: bool = False
) -> tuple[Lines, ...]:
    """The lines whose sentences take away what a licence gives: no commercial use, for evaluation only, not for …

    `among` (numbers from 1): only these are read; give the lines that no licence text explains, for licences have such
    sentences of their own. A sentence that names a licence of its own (CC BY-NC) is that licence's business; one about a logo,
    about data or about the past says nothing of the software, unless all there is is content (`of_content`).
    """
    found: list[Lines] = []
    characters = 0
    for paragraph in paragraphs(lines, among):
        for start, sentence in paragraph.sentences():
            if _takes(sentence[:LONGEST_SENTENCE], of_content):
                found.append(paragraph.lines(start, start + len(sentence)))
        characters += len(paragraph.text)
        if len(found) >= MOST_RESTRICTIONS or characters > READ_AT_MOST:
            break
    return tuple(dict.fromkeys(found))


def proprietary(lines: Sequence[str], among: Collection[int] | None = None) -> bool:
    """Whether a file reserves all rights and gives none: “All rights reserved”, no licence named, no permission."""
    text = "\n".join(paragraph.text for paragraph in paragraphs(lines, among))[:READ_AT_MOST]
    reserved = any(pattern.search(text) for pattern in patterns("restrictions", "proprietary"))
    if not reserved or any(pattern.search(text) for pattern in patterns("restrictions", "gives")):
        return False
    return not statements(lines, among)


def third_party_start(lines: Sequence[str]) -> int | None:
    """The line (from 1) where the licences of what the software uses begin to be listed, up to the file's end; None: nowhere.

    Nothing behind it may speak of the software itself again (“the rest of this project …”). 1: the file is nothing else.
    """
    read_ = paragraphs(lines)
    starts = [start for start in (_opening(read_), _first_of_list(lines)) if start]
    if not starts:
        return None
    start = min(starts)
    if any(_returns(paragraph) for paragraph in read_ if paragraph.first > start):
        return None
    return start


def _takes(sentence: str, of_content: bool) -> bool:
    if any("-NC" in mention.license or "-ND" in mention.license for mention in certain(sentence)):
        return False
    return any(_takes_away(clause, of_content) for clause in _CLAUSES.split(sentence))


def _takes_away(clause: str, of_content: bool) -> bool:
    if not any(pattern.search(clause) for pattern in patterns("restrictions", "takes")):
        return False
    if any(pattern.search(clause) for pattern in patterns("restrictions", "allows")):
        return False
    if any(pattern.search(clause) for pattern in patterns("restrictions", "past")):
        return False
    return of_content or not _is_of_a_part(clause)


def _is_of_a_part(clause: str) -> bool:
    """Whether the first thing that is named is a part, such as the logo; not in “the data and the software”."""
    said = words(_COMPOUND.sub(r"\1", clause))
    if subject_of(said, ("part", "others")) is not About.PART:
        return False
    at, length = min(phrases(said, "part") + phrases(said, "others"))
    behind = [word for word in said[at + length :] if word.form not in _ARTICLES]
    joined = bool(behind) and behind[0].form in _JOINTS and any(place == 1 for place, _ in phrases(behind, "whole"))
    return not joined


def _opening(read_: Sequence[Paragraph]) -> int | None:
    """The first heading or sentence that announces such a list."""
    for paragraph in read_:
        # What begins a file may speak of others' code and mean its own; only a title is taken at its word.
        longest = 60 if paragraph is read_[0] else 400
        announces = paragraph.level or (len(paragraph.text) <= longest and _is_announcement(paragraph))
        if announces and _opens(paragraph.text):
            return paragraph.first
    return None


def _opens(text: str) -> bool:
    """Whether a text announces such a list; its stems are asked first, for most texts have none."""
    folded = text.casefold()
    if not any(stem in folded for stem in read("lists")["stems"]):
        return False
    return any(pattern.search(text) for pattern in patterns("lists", "opens"))


def _is_announcement(paragraph: Paragraph) -> bool:
    """A title or an introduction by itself; in the text of a licence such words stand amid others, numbered or long."""
    return not paragraph.item and not re.match(r"[0-9(]", paragraph.text)


def _returns(paragraph: Paragraph) -> bool:
    """Whether a paragraph speaks of the software as a whole after a list of parts."""
    return any(pattern.search(paragraph.text[:LONGEST_SENTENCE]) for pattern in _RETURNS)


def _first_of_list(lines: Sequence[str]) -> int | None:
    """Where packages with their licences begin in a row, one a line; the paragraphs before that announce it count to it."""
    row: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or _TABLE.match(line[:LONGEST_SENTENCE]):
            continue
        if _is_entry(line):
            row.append(number)
            if len(row) == SHORTEST_LIST:
                return _with_heading(lines, row[0])
        else:
            row.clear()
    return None


def _is_entry(line: str) -> bool:
    """A package on one line: a licence's name beside a version, a file name or an address, or in a table's cell."""
    if not 6 <= len(line) <= 400:
        return False
    tells = _VERSION.search(line) is not None or "://" in line or line.count("|") >= 2
    return tells and any(_is_license(cell) for cell in _CELLS.split(line) if cell.strip())


def _is_license(cell: str) -> bool:
    forms = [word.form for word in words(cell[:80])]
    if not forms or len(forms) > 10:
        return False
    short = [name.split() for name in read("lists")["short"]]
    return any(forms[: len(name)] == name or (forms[1 : len(name) + 1] == name and forms[0] == "the") for name in short)


def _with_heading(lines: Sequence[str], first: int) -> int:
    """The head of a table directly above the row belongs to it."""
    for number in range(first - 1, max(first - 3, 0), -1):
        line = lines[number - 1][:LONGEST_SENTENCE]
        forms = {word.form for word in words(line)}
        cells = "|" in line or "\t" in line or ("," in line and not line.rstrip().endswith("."))
        if cells and forms & set(read("lists")["columns"]):
            return number
    return first


_RETURNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:the )?(?:rest|remainder) of (?:this|the) (?:project|software|repository|code|work)\b",
        r"\b(?:everything else|all other (?:files|code|parts|contents?))\b",
        r"(?:其餘|其他)(?:程式碼|部分|原始碼|內容)",
        r"\b(?:le reste|il resto|der rest|de rest|el resto) (?:du|de|del|des|van|de la) ",
    )
)

"""The bytes of a licence file → Text: its lines as a person reads them, and its words as licence texts are compared by.

Two files that say the same give the same words, whatever their encoding, case, quotes, comment marks, Markdown or HTML; the
same reading made the words of the SPDX texts in `texts.bin`, so a change here asks for `make data`.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SIZE_LIMIT = 256 * 1024  # bytes that are read of a file; the longest licence text of the SPDX list has 50,000
WORD_LIMIT = 50_000  # of a file; the longest licence text has 8,000
LINE_LIMIT = 100_000
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`＇", "'"),
        **dict.fromkeys("“”„‟″«»「」『』＂", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\xad\u200b\ufeff"),
    }
)
_TAG = re.compile(
    r"</?(?:a|abbr|address|article|b|blockquote|body|br|center|code|col|dd|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|html|i|img|li|"
    r"link|main|meta|nav|ol|p|pre|q|s|section|small|span|strong|sub|sup|table|tbody|td|th|thead|title|tr|tt|u|ul|var)\b[^<>]{0,1000}>",
    re.IGNORECASE,
)
_UNSHOWN = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_LEADER = re.compile(r"^(?:[\s>*#/;!|%=~-]|\"{3}|'{3}|<#|rem\s|dnl\s)+", re.IGNORECASE)
_TRAILER = re.compile(r"(?:[\s*|#=~]|\*/|-->)+$")
_LINK_TARGET = re.compile(r"\]\(\s*<?[^()\s]{1,500}\)")
_NUMBER = re.compile(r"^\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)]\s+", re.IGNORECASE)
_SPELLINGS = {
    "licence": "license",
    "licences": "licenses",
    "licenced": "licensed",
    "sublicence": "sublicense",
    "https": "http",
}
_RIGHTS = re.compile(
    r"(?:(?:portions |all )?(?:contents? )?(?:is |are )?(?:copyright\b|copyrighted\b|\(c\)|©)"
    r"(?=(?:\(c\)|\W)*[<\[{$]|.*(?:\b(?:19|20)\d\d\b|\(c\) ?\w|©|@copyright|\bcrown\b))"
    r"|(?:版權所有|著作權所有|著作權人|著作财产权人|版权所有).{0,80}$"
    r"|all rights reserved\W*$)",
    re.IGNORECASE,
)
_BARE_RIGHTS = re.compile(r"Copyright (?:by )?[A-Z][^.;:]{0,60}$")  # no year: a name with capitals, short
_RIGHTS_LENGTH = 200  # a longer line is a text without line breaks, of which the copyright line is but a part
_NO_RIGHTS = re.compile(
    r"^copyright (?:notices?|holders?|owners?|laws?|licenses?|and|or|statements?|interests?|protection|rights?|in|is|treaty|status"
    r"|works?|infringement|disclaimer|permission|term)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A licence file, read.

    `lines` (line n of the file is `lines[n - 1]`) are as written, but for the tags of HTML. `words[i]` stands in line `at[i]`;
    a CJK character is a word. The words of copyright lines (`rights`, their numbers) are left out. `cut`: the file is longer
    than what was read.
    """

    lines: tuple[str, ...]
    words: tuple[str, ...]
    at: tuple[int, ...]
    rights: frozenset[int]
    cut: bool = False


def read_text(content: bytes) -> Text:
    """The text of any bytes; one without words where they are no text (a picture, an archive)."""
    read = without_markup(decoded(content[:SIZE_LIMIT]))
    lines = tuple(read.split("\n", LINE_LIMIT)[:LINE_LIMIT])
    words: list[str] = []
    at: list[int] = []
    rights = set()
    for number, line in enumerate(map(plain, lines), 1):
        if is_rights(line):
            rights.add(number)
            continue
        of_line = words_of(line)
        words += of_line
        at += [number] * len(of_line)
        if len(words) >= WORD_LIMIT:
            break
    cut = len(content) > SIZE_LIMIT or len(words) >= WORD_LIMIT or read.count("\n") >= LINE_LIMIT
    return Text(lines, tuple(words[:WORD_LIMIT]), tuple(at[:WORD_LIMIT]), frozenset(rights), cut)


def words_of(line: str) -> list[str]:
    """The words of a plain line as they are compared."""
    line = _NUMBER.sub("", _LINK_TARGET.sub("] ", line) if "](" in line else line)
    return [_SPELLINGS.get(word, word) for word in _WORD.findall(line.casefold())]


def is_rights(line: str) -> bool:
    """Whether a plain line says who holds the copyright and since when, and nothing else."""
    if len(line) > _RIGHTS_LENGTH:
        return False
    return bool(_RIGHTS.match(line) or _BARE_RIGHTS.match(line)) and not _NO_RIGHTS.match(line)


def decoded(content: bytes) -> str:
    """Bytes as text: by byte order mark, as UTF-8, as UTF-16 that has none, as Big5 or GB 18030, else as Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return _lines(content[len(mark) :].decode(encoding, "replace"))
    sample = content[:4096]
    if b"\0" in sample:
        for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
            if zeros.count(0) * 3 > len(zeros):
                return _lines(content.decode(encoding, "replace"))
        return ""
    for encoding in ("utf-8", "big5", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(
                content
            )  # a character cut in two at the end is no fault
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _reads_as_chinese(text):
            return _lines(text)
    return _lines(content.decode("cp1252", "replace"))


def _reads_as_chinese(text: str) -> bool:
    """Chinese stands in runs; the odd accent of a western language, misread as Chinese, stands alone."""
    characters = re.findall(f"[{_CJK}]+", text)
    return sum(len(run) for run in characters if len(run) > 1) * 2 > sum(map(len, characters))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_markup(text: str) -> str:
    """The text without what a browser would not show; each line stays the same line."""
    if "<" in text:
        for opening, closing in _UNSHOWN:
            text = "".join(_shown(text, opening, closing)) if opening in text.casefold() else text
        text = _TAG.sub(lambda tag: "\n" * tag.group().count("\n") or " ", text)
    return html.unescape(text) if "&" in text else text


def _shown(text: str, opening: str, closing: str) -> Iterator[str]:
    """The pieces outside opening … closing; found by searching on, because a pattern would begin again at each opening."""
    folded = text.lower() if len(text.lower()) == len(text) else text
    start = 0
    while (begin := folded.find(opening, start)) >= 0:
        end = folded.find(closing, begin)
        yield text[start:begin]
        if end < 0:
            return
        yield "\n" * text.count("\n", begin, end)
        start = end + len(closing)
    yield text[start:]


def plain(line: str) -> str:
    """A line without comment marks and the marks of headings; quotes and dashes plain, NFKC, case as written."""
    line = unicodedata.normalize("NFKC", line[:SIZE_LIMIT].translate(_QUOTES))
    return _TRAILER.sub("", _LEADER.sub("", line), count=1)

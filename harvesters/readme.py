"""What a README tells about the software: its first heading and its first paragraph in sentences.

Markdown, reStructuredText and plain text are read by the same simple rules; nothing is rendered, and what is no running
text (badges, HTML, lists, tables, links to other languages) is passed over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ..schemas.languages import HAN

LONGEST = 20_000  # characters that are looked at: what a README is about stands at its beginning
LONGEST_HEADING = 80
FEWEST_WORDS = 4  # that a paragraph has besides its links; a Chinese character is a word

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t#]*\Z")
_UNDERLINE = re.compile(r"([=\-~^\"'`*+#.:_])\1{2,}[ \t]*\Z")
_HTML_HEADING = re.compile(r"<h[1-6]\b[^>]{0,200}>(.{0,500}?)</h[1-6]>", re.IGNORECASE | re.DOTALL)
_NO_TEXT = re.compile(r"\s{0,3}(?:[-*+•]\s|\d{1,3}[.)]\s|[|>]|<|:[\w -]{1,40}:(?:\s|\Z)|\[[^\]]{1,100}\]:|\.\.\s)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
# Headings that name no software.
_NO_NAME = {
    "readme",
    "readme.md",
    "table of contents",
    "contents",
    "introduction",
    "about",
    "overview",
    "目錄",
    "簡介",
    "說明",
}

_IMAGE = re.compile(r"!\[[^\]]{0,300}\](?:\([^)]{0,1000}\)|\[[^\]]{0,200}\])|\|[^|\s][^|]{0,80}\|_{0,2}")
_LINK = re.compile(r"\[([^\]]{0,300})\](?:\([^)]{0,1000}\)|\[[^\]]{0,200}\])|`([^`<]{1,300}?)\s*<[^>]{1,1000}>`__?")
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>]{1,1000}>?")
_TAG = re.compile(r"</?(?=[A-Za-z])(?:([abiu]|em|strong|code|kbd|span|su[bp]|font)\b)?[^<>]{0,500}>", re.IGNORECASE)
_MARKS = (
    (re.compile(r":[a-z]{1,20}:`([^`]{1,300})`"), r"\1"),  # a role of reStructuredText
    (re.compile(r"`{1,2}([^`]{1,300})`{1,2}_{0,2}"), r"\1"),
    (re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]{1,1000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]{1,1000}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])"), ""),  # an emoji's name
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (re.compile(r"::\Z"), ":"),
)


def told(text: str) -> tuple[str, str]:
    """The name and the description that a README begins with; empty where it has none."""
    name = description = ""
    for is_heading, block in _blocks(_without_comments(text[:LONGEST])):
        said = plain(block)
        if is_heading and not name and not description:
            if 0 < len(said) <= LONGEST_HEADING and said.lower() not in _NO_NAME:
                name = said
        elif not is_heading and not description and _words(plain(_LINK.sub(" ", block))) >= FEWEST_WORDS:
            description = said
    return name, description


def plain(text: str) -> str:
    """`text` without the marks of Markdown and reStructuredText, in one line; of a link its words, of a picture nothing."""
    text = _LINK.sub(lambda match: match[1] or match[2] or "", _IMAGE.sub("", text))
    text = _ADDRESS.sub(lambda match: match[0].strip("<>"), text)
    text = _TAG.sub(lambda match: "" if match[1] else " ", text)
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    return re.sub(r" (?=[.,;!?](?: |\Z))", "", " ".join(html.unescape(text).split()))


def _words(text: str) -> int:
    return len(HAN.findall(text)) + len(re.findall(r"[^\W\d_]{2,}", HAN.sub(" ", _ADDRESS.sub(" ", text))))


def _without_comments(text: str) -> str:
    """Without HTML comments and the block of keys that some tools put at the beginning; headings of HTML as Markdown's."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("---\n"):
        text = text.partition("\n---\n")[2] or text
    kept = []
    while text:
        before, _, rest = text.partition("<!--")
        kept.append(before)
        text = rest.partition("-->")[2]
    return _HTML_HEADING.sub(lambda match: f"\n\n# {' '.join(match[1].split())}\n\n", "".join(kept))


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Headings and paragraphs in sentences, in their order: whether it is a heading, and its text."""
    paragraph: list[str] = []
    skipping = fenced = False
    for line in [*text.split("\n"), ""]:
        heading = _HEADING.match(line)
        if _FENCE.match(line):
            fenced, skipping = not fenced, True
        elif fenced:
            continue
        elif heading or not line.strip():
            if paragraph and not skipping:
                yield False, "\n".join(paragraph)
            paragraph, skipping = [], False
            if heading:
                yield True, heading[1]
        elif _UNDERLINE.match(line):
            if len(paragraph) == 1 and not skipping:
                yield True, paragraph[0]
            paragraph = []
        elif not paragraph and (_NO_TEXT.match(line) or line.startswith(("    ", "\t"))):
            skipping = True  # until the next empty line
        elif not skipping:
            paragraph.append(line)

"""The bytes of a document → its text; which kind of document it is, is told by the bytes. Runs in the process of worker.py.

What goes wrong with a document is `Unreadable`, never another exception: a document is a stranger's.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from . import packed, pdf, radicals
from .unreadable import LARGEST, LONGEST, Unreadable

__all__ = ["ENCODINGS", "LARGEST", "LONGEST", "Unreadable", "read"]

ENCODINGS = ("utf-8", "utf-16", "big5hkscs", "gb18030", "cp1252", "cp950")
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
_BLANK = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u200b\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# What is left of a text that was never one: characters without meaning, or signs of private fonts.
_MOST_STRANGE = 0.2


def read(content: bytes) -> tuple[str, str, bool]:
    """The text, the kind (text, docx, odt, pdf), and whether the document goes on after it.

    Raises:
        Unreadable: see its codes.

    """
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > LARGEST:
        raise Unreadable("size")
    if is_pdf(content):
        text, kind = pdf.text_of(content), "pdf"
    elif content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        text, kind = packed.text_of(content)
    elif content.startswith(_OLD_WORD):
        raise Unreadable("old")
    elif content.startswith(_PROGRAMS) and b"\x00" in content:
        raise Unreadable("program")
    else:
        text, kind = _decoded(content), "text"
    text = tidied(text)
    if kind == "pdf":
        text = radicals.without_stray_blanks(text)
    if not text:
        raise Unreadable("textless")
    if _strange(text) > _MOST_STRANGE:
        raise Unreadable("letters" if kind == "pdf" else "unknown")
    return text[:LONGEST].rstrip(), kind, len(text) > LONGEST


def is_pdf(content: bytes) -> bool:
    """Whether these are the bytes of a PDF, which may begin a little later."""
    return b"%PDF-" in content[:1024]


def tidied(text: str) -> str:
    """`text` with one kind of line end, without characters that show nothing, and without half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x0b", "\n")
    text = text.encode("utf-8", "replace").decode()
    text = _CONTROL.sub("", radicals.folded(text))
    return _MANY_LINES.sub("\n\n", _BLANK.sub(" ", text)).strip()


def _decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16, Big5, GB 18030 or Windows-1252: the encoding that gives letters that people write most."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\x00" in content[:4096]:
        return _without_mark(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in ("big5hkscs", "gb18030", "cp1252"):
        text = content.decode(encoding, "replace")
        readings.append((_oddity(text), text))
    oddity, text = min(readings, key=lambda reading: reading[0])
    if oddity > _MOST_STRANGE:
        raise Unreadable("unknown")
    return text


def _without_mark(content: bytes) -> str:
    """UTF-16 that does not say so: every second byte of its Western letters is zero, and no other is."""
    for half, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = content[half:4096:2].count(0), content[1 - half : 4096 : 2].count(0)
        text = content.decode(encoding, "replace")
        if zeros > len(content[:4096]) // 8 and not others and _strange(text) <= _MOST_STRANGE:
            return text
    raise Unreadable("unknown")


# The most frequent characters of Chinese in both scripts: a wrong encoding gives rare ones instead.
_FREQUENT = frozenset(
    "的一是不在有人之應及與或得為以於本其並等由依者須可系統資料功能提供使用管理作業服務公司廠商機關時中上下大小年月日"
    "这个为与应数据务业关机时长统资项标书实现录户网络"
)


def _oddity(text: str) -> float:
    """How little `text` looks like one: 0 … 1."""
    seen = [char for char in text if not char.isspace()]
    if not seen:
        return 1.0
    chinese = [char for char in seen if "\u3400" <= char <= "\u9fff"]
    odd = sum(char == "\ufffd" or unicodedata.category(char) in ("Cn", "Co", "Cc") for char in seen) / len(seen)
    if chinese:
        rare = 1 - sum(char in _FREQUENT for char in chinese) / len(chinese)
        odd += max(0.0, rare - 0.75) * len(chinese) / len(seen)
    high = [char for char in seen if char > "\x7f" and not char >= "\u2e80"]
    return odd + max(0.0, len(high) / len(seen) - 0.15)


def _strange(text: str) -> float:
    seen = [char for char in text[:LONGEST] if not char.isspace()]
    strange = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc") for char in seen)
    return strange / max(1, len(seen))

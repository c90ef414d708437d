"""The text of a PDF, page by page."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from .unreadable import LONGEST, Unreadable

_MOST_PAGES = 500
# What a PDF that is wrong somewhere makes the library raise, besides its own errors: it trusts the types of what it reads.
_WRONG = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    ArithmeticError,
    LookupError,
    AssertionError,
)


def text_of(content: bytes) -> str:
    """The text of the pages, up to LONGEST characters; programs, forms and attachments of a PDF are not looked at.

    Raises:
        Unreadable: damaged, protected by a password, or without text.

    """
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("password")
        pages = min(len(reader.pages), _MOST_PAGES)
    except RecursionError as error:
        raise Unreadable("broken", "its structure") from error
    except _WRONG as error:
        raise Unreadable("broken", "its structure") from error
    return _pages(reader, pages)


def _pages(reader: PdfReader, pages: int) -> str:
    said: list[str] = []
    length, pictures, damaged = 0, False, 0
    for number in range(pages):
        try:
            page = reader.pages[number]
            text = page.extract_text()
            pictures = pictures or (not text.strip() and "/XObject" in (page.get("/Resources") or {}))
        except (*_WRONG, RecursionError):
            damaged = damaged or number + 1
            continue
        said.append(text)
        length += len(text)
        if length > LONGEST:
            break
    if not length or not "".join(said).strip():
        if damaged:
            raise Unreadable("broken", f"page {damaged}")
        raise Unreadable("pictures" if pictures else "textless")
    return "\n".join(said)

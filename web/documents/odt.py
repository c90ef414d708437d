"""OpenDocument texts: headings, paragraphs and tables in our styles, for every document alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from odfdo import Document, Element, Header, Paragraph

from .odt_styles import styles

MIMETYPE = "application/vnd.oasis.opendocument.text"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELL = 'fo:border="0.5pt solid #000000" fo:padding="0.12cm" style:vertical-align="top"'


class OdtDocument:
    """A text that grows from top to bottom; `content` gives its bytes.

    `language` is zh-Hant or en; `title` the document's, `header` what stands at the head of every page, `page` how a page's
    number is told, with `{number}` and `{count}`.
    """

    def __init__(self, language: str, title: str, header: str, page: str) -> None:
        self._document = Document("text")
        self._document.set_part("styles.xml", styles(language, plain(header), plain(page)))
        self._body = self._document.body
        self._body.clear()
        self._tables = 0
        self._document.insert_style(_styled("Bordered", "table-cell", _CELL), automatic=True)
        self._document.meta.title = plain(title)
        self._document.meta.language = "zh-TW" if language == "zh-Hant" else "en-GB"
        self.paragraph(title, "Title")

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1 or 2."""
        self._body.append(Header(level, plain(text), style=f"Heading_20_{level}"))

    def paragraph(self, text: str, style: str = "Standard") -> None:
        """A paragraph in one of our styles: Standard, Lead, Note, Item, Blank, Verbatim."""
        self._body.append(Paragraph(plain(text), style=style))

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[Sequence[tuple[str, str]]]], widths: Sequence[float]
    ) -> None:
        """A table whose head is repeated on every page.

        Args:
            head: the titles of the columns.
            rows: of each cell its paragraphs, with their styles (empty: that of cells).
            widths: of the columns, in centimetres.

        """
        self._tables += 1
        name = f"Table{self._tables}"
        columns = "".join(f'<table:table-column table:style-name="{self._width(width)}"/>' for width in widths)
        table = Element.from_tag(
            f'<table:table table:name="{name}" table:style-name="{self._whole(name, sum(widths))}">{columns}</table:table>'
        )
        top = Element.from_tag("<table:table-header-rows/>")
        top.append(_row([[(title, "Cell_20_heading")] for title in head]))
        table.append(top)
        for row in rows:
            table.append(_row(row))
        self._body.append(table)

    def content(self) -> bytes:
        """The document's bytes."""
        stream = BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _width(self, width: float) -> str:
        name = f"Column{round(width * 100)}"
        if self._document.get_style("table-column", name) is None:
            self._document.insert_style(
                _styled(name, "table-column", f'style:column-width="{width}cm"'), automatic=True
            )
        return name

    def _whole(self, name: str, width: float) -> str:
        layout = f'style:width="{width}cm" table:align="left" table:border-model="collapsing" fo:margin-bottom="0.3cm"'
        self._document.insert_style(_styled(name, "table", layout), automatic=True)
        return name


def _styled(name: str, family: str, layout: str) -> str:
    kind = f"style:{family}-properties"
    return f'<style:style style:name="{name}" style:family="{family}"><{kind} {layout}/></style:style>'


def _row(cells: Sequence[Sequence[tuple[str, str]]]) -> Element:
    row = Element.from_tag("<table:table-row/>")
    for paragraphs in cells:
        cell = Element.from_tag('<table:table-cell table:style-name="Bordered" office:value-type="string"/>')
        for text, style in paragraphs or [("", "")]:
            cell.append(Paragraph(plain(text), style=style or "Cell"))
        row.append(cell)
    return row


def plain(text: str) -> str:
    """A text without what XML does not allow, such as control characters."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)

"""Documents as word processors and attackers make them, made here so that no stranger's file lies in the tests."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import cast

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
O = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'  # noqa: E741


def packed(**members: bytes | str) -> bytes:
    """An archive; `__` in a name stands for `/`, `_dot_` for a dot."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def docx(body: str, before: str = "", **more: bytes) -> bytes:
    """A Word document with this body; `more`: other parts of it."""
    return packed(
        **more,
        word__document_dot_xml=f'<?xml version="1.0"?>{before}<w:document {W}><w:body>{body}</w:body></w:document>',
    )


def paragraph(text: str, before: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, **more: bytes | str) -> bytes:
    """An OpenDocument text with this body."""
    return packed(
        mimetype="application/vnd.oasis.opendocument.text",
        content_dot_xml=f"<office:document-content {O}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        **more,
    )


def pdf(*pages: str, password: str = "", script: str = "", loop: bool = False) -> bytes:
    """A PDF with a line of text on each page; with an empty text, a picture instead."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                NameObject("/ToUnicode"): writer._add_object(_letters()),
            }
        )
        resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"/P Do")
        if not text:
            resources[NameObject("/XObject")] = DictionaryObject({NameObject("/P"): writer._add_object(_picture())})
        page[NameObject("/Resources")] = resources
        page[NameObject("/Contents")] = writer._add_object(stream)
    if script:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        )
        writer._root_object[NameObject("/OpenAction")] = action
    if loop:  # the pages contain themselves
        tree = cast(DictionaryObject, writer._root_object["/Pages"].get_object())
        tree[NameObject("/Kids")] = ArrayObject([tree.indirect_reference])
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _letters() -> DecodedStreamObject:
    """Which letters the codes of a font stand for, as browsers and word processors write it."""
    letters = DecodedStreamObject()
    letters.set_data(
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange endcmap"
    )
    return letters


def _picture() -> DecodedStreamObject:
    picture = DecodedStreamObject()
    picture.set_data(b"\x00\x00\x00")
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/Decode"): ArrayObject([FloatObject(0), FloatObject(1)] * 3),
        }
    )
    return picture

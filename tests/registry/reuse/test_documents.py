"""Documents become text, whatever their kind; hostile ones become a sentence that names the place and the next step."""

from __future__ import annotations

import os
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from publiccode.registry.reuse import documents
from publiccode.registry.reuse.documents import LARGEST, LONGEST, Document, DocumentError, read_document, refused
from publiccode.registry.reuse.radicals import without_stray_blanks
from publiccode.registry.reuse.reading import Unreadable, read, tidied

from .made import docx, odt, packed, paragraph, pdf

ASKED = "系統應提供匿名檢舉之線上表單，並支援離線填報。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5", "gb18030"])
def test_a_text_in_any_encoding(encoding: str) -> None:
    assert read((ASKED * 3).encode(encoding)) == (ASKED * 3, "text", False)


def test_a_western_text_in_two_bytes_a_letter() -> None:
    assert read("It shall work offline.".encode("utf-16-le")) == ("It shall work offline.", "text", False)


def test_a_western_text_in_an_old_encoding() -> None:
    text = "Le système doit être accessible. L’usager peut déposer une pétition."
    assert read(text.encode("cp1252")) == (text, "text", False)


def test_a_word_document() -> None:
    body = paragraph("一、需求") + paragraph("離線", '<w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr>')
    body += "<w:p><w:r><w:t>A</w:t><w:tab/><w:t>B</w:t><w:br/><w:t>C</w:t></w:r>"
    body += "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    assert read_document(docx(body)) == Document("一、需求\n• 離線\nA B\nC", "docx")


def test_an_open_document() -> None:
    body = "<text:h>Needs</text:h><text:list><text:list-item><text:p>offline<text:s/>work</text:p></text:list-item></text:list>"
    assert read_document(odt(body)) == Document("Needs\n• offline work", "odt")


def test_a_pdf_and_what_its_programs_say_is_not_read() -> None:
    assert read_document(pdf("Report anonymously", "Page two", script="app.alert('no')")) == Document(
        "Report anonymously\nPage two", "pdf"
    )


def test_signs_of_fonts_are_read_as_the_characters_that_are_meant() -> None:
    assert tidied("便⺠訊息、⾥⻑、oﬄine ﬁles") == "便民訊息、里長、offline files"
    text = without_stray_blanks("○○ 縣政府（ API ）、 民眾 Open Data 平臺 ， it is")
    assert text == "○○縣政府（API）、民眾 Open Data 平臺， it is"


def test_a_long_document_is_cut() -> None:
    text, kind, cut = read(docx(paragraph("字" * 1000) * 300))
    assert (len(text), kind, cut) == (LONGEST, "docx", True)
    assert read(b"word " * 100_000)[2]


OPEN_AS_DOCX = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = "<!DOCTYPE d [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9)) + "]>"
HOSTILE = {
    "empty": (b"", "the document is empty; choose another file, or paste the text"),
    "blank": (b" \n\t ", "the document is empty; choose another file, or paste the text"),
    "program": (b"MZ\x90\x00" + bytes(200), "this is a program, no document; choose another file, or paste the text"),
    "picture": (
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "this is no text, Markdown, Word (.docx), OpenDocument (.odt) or PDF document; save it as one of these, or paste the text",
    ),
    "old Word": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        (
            "this is a Word document of the old form (.doc), or one with a password; save it as .docx without a "
            "password, or paste the text"
        ),
    ),
    "other archive": (
        packed(xl__workbook_dot_xml="<x/>"),
        "this is an archive without a Word or OpenDocument text in it; take the document out of it, or paste the text",
    ),
    "external entity": (
        docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", OPEN_AS_DOCX),
        "word/document.xml in the document has declarations that no word processor writes; paste the text",
    ),
    "a billion laughs": (
        docx("<w:p><w:r><w:t>&l8;</w:t></w:r></w:p>", LAUGHS),
        "word/document.xml in the document has declarations that no word processor writes; paste the text",
    ),
    "nested": (
        docx("<w:p>" * 10_000 + "</w:p>" * 10_000),
        "word/document.xml in the document is nested too deeply; paste the text instead",
    ),
    "bomb": (
        docx(" " * 45_000_000),
        "word/document.xml in the document becomes larger than is read when it is unpacked; paste the text instead",
    ),
    "broken XML": (
        docx("<w:p>"),
        "the document is damaged at word/document.xml:1:119; open it and save it anew, or paste the text",
    ),
    "cut archive": (
        docx(paragraph("x" * 5000))[:150],
        "the document is damaged; open it and save it anew, or paste the text",
    ),
    "password of OpenDocument": (
        odt("", **{"META-INF__manifest_dot_xml": "<manifest:encryption-data/>"}),
        "the document is protected by a password; save it without one, or paste the text",
    ),
    "password of PDF": (
        pdf("secret", password="open"),
        "the document is protected by a password; save it without one, or paste the text",
    ),
    "pictures of pages": (
        pdf("", ""),
        "this PDF holds pictures of pages only; paste the text instead, or run a text recognition",
    ),
    "broken PDF": (
        b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj\n" * 3 + b"trailer << /Root 1 0 R >>",
        "the document is damaged; open it and save it anew, or paste the text",
    ),
    "too large": (
        b"a" * (LARGEST + 1),
        "a document may have 10 MB at most; paste the part that says what is needed",
    ),
    "no text": (docx("<w:p/>"), "there is no text in this document; paste the text instead"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_says_why_and_what_to_do(name: str) -> None:
    content, sentence = HOSTILE[name]
    begin = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert str(refused(caught.value.code, place=caught.value.place, limit=10)) == sentence
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("name", ["empty", "too large", "bomb", "password of PDF"])
def test_the_process_says_the_same(name: str) -> None:
    content, sentence = HOSTILE[name]
    with pytest.raises(DocumentError) as caught:
        read_document(content)
    assert str(caught.value) == sentence


def test_pages_that_contain_themselves_end() -> None:
    with pytest.raises(Unreadable) as caught:
        read(pdf("one", loop=True))
    assert (caught.value.code, caught.value.place) == ("broken", "its structure")


def test_a_size_that_an_archive_claims_is_not_believed() -> None:
    content = bytearray(docx(" " * 45_000_000))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    place = content.rfind(size)  # the central directory says how large it becomes
    content[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(Unreadable) as caught:
        read(bytes(content))
    assert caught.value.code in ("large", "broken")


def test_the_process_has_no_secret_and_can_open_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden", "utf-8")
    monkeypatch.setenv("PUBLICCODE_TOKEN", "hidden")
    tried = f"""
import sys; sys.path.insert(0, sys.argv[1])
import json, os, socket
from publiccode.registry.reuse import worker
sys.stdin.buffer.read()
worker._give_up_everything()
done = []
for ask in (lambda: open({str(tmp_path / "secret")!r}), lambda: socket.socket(), lambda: os.pipe()):
    try:
        ask()
        done.append("done")
    except OSError as error:
        done.append(type(error).__name__)
print(json.dumps({{"text": str([done, sorted(os.environ)]), "kind": "text", "cut": False}}))
"""
    monkeypatch.setattr(documents, "_START", tried)
    told = read_document(b"x").text
    assert told.startswith("[['OSError', 'OSError', 'OSError']")
    assert "PUBLICCODE" not in told
    assert os.environ["PUBLICCODE_TOKEN"] == "hidden"


def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SECONDS", 1)
    monkeypatch.setattr(documents, "_START", "import time; time.sleep(60)")
    with pytest.raises(DocumentError) as caught:
        read_document(b"x")
    assert str(caught.value) == "this document takes longer to read than 1 seconds; paste the text instead"


def test_a_process_that_breaks_down_is_a_damaged_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_START", "raise SystemExit(9)")
    with pytest.raises(DocumentError, match="the document is damaged"):
        read_document(b"x" * 3_000_000)


def test_what_a_pdf_asks_for_late_is_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = """
import sys; sys.path.insert(0, sys.argv[1])
import codecs, json
from publiccode.registry.reuse import worker
sys.stdin.buffer.read()
worker._load_everything()
worker._give_up_everything()
names = [codecs.lookup(name).name for name in ("charmap", "mac-cyrillic", "shift_jis")]
print(json.dumps({"text": " ".join(names), "kind": "pdf", "cut": False}))
"""
    monkeypatch.setattr(documents, "_START", tried)
    assert read_document(b"x").text == "charmap mac-cyrillic shift_jis"

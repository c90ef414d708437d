"""The text of a document that a reader hands in, read in a process of its own that can do nothing else.

The document goes in by a pipe and its text comes back by one: nothing is written, logged or kept. The process has no secret
(its environment is empty), opens no file and no connection once it reads, and is ended after SECONDS.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import Any

from ...schemas.finding import Message, message
from ..settings import bare_environment
from .unreadable import LARGEST, LONGEST

__all__ = ["LARGEST", "LONGEST", "SECONDS", "Document", "DocumentError", "read_document", "refused"]

SECONDS = 20
_AT_ONCE = BoundedSemaphore(2)  # each may take half a gigabyte
_WAIT = 5
_LARGEST_ANSWER = 12 * LONGEST + 10_000  # every character as an escape of JSON
_WHOLE = frozenset({"the archive", "its structure", "the list of its parts", "what it holds"})
_PAGE = re.compile(r"page ([0-9]+)")
_ROOT = str(Path(__file__).absolute().parents[3])  # where `publiccode` is imported from
_START = "import sys; sys.path.insert(0, sys.argv[1]); from publiccode.registry.reuse.worker import main; main()"


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text; `kind` is text, docx, odt or pdf; `cut`: the document goes on after it."""

    text: str
    kind: str
    cut: bool = False


@dataclass
class DocumentError(Exception):
    """A document that cannot be read: what is wrong at which place, and the next step; `status` as of HTTP."""

    reason: Message
    status: int = 400

    def __str__(self) -> str:
        return str(self.reason)


def _reasons() -> Mapping[str, str]:
    """What the process answers → the sentence for it; a function, so that every template stands in `message` once."""
    return {
        code: said.template
        for code, said in {
            "empty": message("the document is empty; choose another file, or paste the text"),
            "unknown": message(
                "this is no text, Markdown, Word (.docx), OpenDocument (.odt) or PDF document; save it as one of these, "
                "or paste the text"
            ),
            "program": message("this is a program, no document; choose another file, or paste the text"),
            "old": message(
                "this is a Word document of the old form (.doc), or one with a password; save it as .docx without a password, "
                "or paste the text"
            ),
            "zip": message(
                "this is an archive without a Word or OpenDocument text in it; take the document out of it, or paste the text"
            ),
            "broken": message("the document is damaged at {place}; open it and save it anew, or paste the text"),
            "broken-page": message(
                "page {page} of the document is damaged; open it and save it anew, or paste the text"
            ),
            "broken-whole": message("the document is damaged; open it and save it anew, or paste the text"),
            "large-whole": message(
                "the document becomes larger than is read when it is unpacked; paste the text instead"
            ),
            "large": message(
                "{place} in the document becomes larger than is read when it is unpacked; paste the text instead"
            ),
            "entities": message(
                "{place} in the document has declarations that no word processor writes; paste the text"
            ),
            "deep": message("{place} in the document is nested too deeply; paste the text instead"),
            "password": message("the document is protected by a password; save it without one, or paste the text"),
            "pictures": message(
                "this PDF holds pictures of pages only; paste the text instead, or run a text recognition"
            ),
            "letters": message(
                "the letters of this PDF cannot be told from its shapes; save it as .docx or .odt, or paste the text"
            ),
            "textless": message("there is no text in this document; paste the text instead"),
            "long": message("this document takes longer to read than {seconds} seconds; paste the text instead"),
            "busy": message("other documents are being read; try again in a moment, or paste the text"),
            "size": message("a document may have {limit} MB at most; paste the part that says what is needed"),
        }.items()
    }


def refused(code: str, **values: object) -> DocumentError:
    """The error that is called `code`; a `place` that is no name in the document has a sentence of its own."""
    place = str(values.get("place", ""))
    if place in _WHOLE:
        code += "-whole"
    elif code == "broken" and (page := _PAGE.fullmatch(place)):
        code, values = "broken-page", {"page": page.group(1)}
    said = Message(_reasons()[code], tuple((name, str(value)) for name, value in values.items()))
    return DocumentError(said, {"size": 413, "busy": 503}.get(code, 400))


def read_document(content: bytes) -> Document:
    """The text of a document; of which kind it is, is told by its content alone.

    Raises:
        DocumentError: it has no text that we can read, or asks for more than we give.

    """
    if not content.strip():
        raise refused("empty")
    if len(content) > LARGEST:
        raise refused("size", limit=LARGEST // 1024 // 1024)
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise refused("busy")
    try:
        answer = _asked(content)
    finally:
        _AT_ONCE.release()
    if "error" in answer:
        known = answer["error"] if answer["error"] in _reasons() else "broken"
        raise refused(known, place=str(answer.get("place", ""))[:200], seconds=SECONDS)
    return Document(str(answer["text"]), str(answer["kind"]), bool(answer["cut"]))


def _asked(content: bytes) -> Mapping[str, Any]:
    """What the process says of a document; what a process says that was stopped, or broke down, is `long` or `broken`."""
    process = subprocess.Popen(  # noqa: S603  (our own Python with our own program)
        [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=bare_environment(),
        start_new_session=True,
    )
    timer = Timer(SECONDS, process.kill)
    timer.start()
    try:
        with process:
            answer = _exchanged(process, content)
            process.kill()
    finally:
        timed_out = timer.finished.is_set()
        timer.cancel()
    try:
        told = json.loads(answer)
    except ValueError:
        # A process that the kernel stops for its time or memory says nothing more.
        return {"error": "long"} if timed_out or process.returncode in _STOPPED else {"error": "broken"}
    return told if isinstance(told, dict) else {"error": "broken"}


_STOPPED = (-9, -24)  # SIGKILL, SIGXCPU


def _exchanged(process: subprocess.Popen[bytes], content: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        with process.stdin as pipe:
            pipe.write(content)
    except BrokenPipeError:
        pass  # it ended before it had read everything; what it said counts
    return process.stdout.read(_LARGEST_ANSWER)

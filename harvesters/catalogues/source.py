"""The bytes of a catalogue, from the network or from a file on disk, and their text."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from ...schemas.finding import message
from ..errors import HostUnavailable
from ..http import Http
from . import MAX_BYTES

SECONDS = 120
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def local_path(url: str) -> Path | None:
    """The path that `url` names on disk: `file:///…`, or a path itself; None for an address of the network."""
    if url.startswith("file://"):
        return Path(unquote("/" + url.removeprefix("file://").partition("/")[2]))
    return None if "://" in url else Path(url)


def read_source(http: Http, locate: Callable[[str], str], url: str) -> bytes:
    """All bytes at `url`.

    Raises:
        HostError: they cannot be had, or are more than MAX_BYTES.

    """
    path = local_path(url)
    if path is None:
        return http.request("GET", locate(url), max_bytes=MAX_BYTES, deadline_seconds=SECONDS).body
    return read_file(path, MAX_BYTES)


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file on disk.

    Raises:
        HostUnavailable: they cannot be read, or are more than `most`.

    """
    try:
        if not path.is_file():  # a pipe or a device has no end
            raise HostUnavailable(message("{url} is no file", url=path))
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HostUnavailable(message("{url} cannot be read: {reason}", url=path, reason=reason)) from error
    if len(content) > most:
        raise HostUnavailable(message("{url} has more than {limit} bytes", url=path, limit=most))
    return content


def text_of(content: bytes, url: str, *encodings: str) -> str:
    """The text, without its byte order mark: in the encoding of the mark, in UTF-8, or in the first of `encodings` that fits.

    Raises:
        HostUnavailable: it is in none of them.

    """
    mark, named = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", ""))
    for encoding in (named,) if named else ("utf-8", *encodings):
        try:
            return content[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
    raise HostUnavailable(message("{url} is not in UTF-8", url=url))

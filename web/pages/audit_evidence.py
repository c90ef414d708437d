"""The evidence in a licence file, for reports and pages: what was found, in which lines, and where these are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...registry.catalogue import stored_file
from ...registry.store import Store
from ...schemas.licensing.found import Identification, Lines, Part
from ...schemas.licensing.found_texts import joined, lines_of
from ...schemas.licensing.found_texts import told as parts_told
from ...schemas.licensing.open_versions import part_name, text_name
from ..translation import gettext
from .audit_words import means_words, remark_words
from .entry_license import numbered

LONGEST_QUOTE = 300  # characters of words that restrict a licence


@dataclass(frozen=True, slots=True)
class Places:
    """Where a file is read: `content` as it was stored (None: not kept), `lines` its page here, `host` the one at its host."""

    content: Callable[[], bytes | None]
    lines: str
    host: Callable[[Sequence[int]], str]


def file_evidence(said: Identification, places: Places, once: Callable[..., str]) -> dict[str, Any]:
    """What is told of a file; `once` asks for the words of a value once."""
    return {
        "concluded": said.concluded,
        "concluded_title": text_name(said),
        "also": list(said.also),
        "parts": [_part(part, said, places, once) for part in parts_told(said)],
        "restrictions": _quoted(said.restrictions, places),
        "remarks": [{"remark": str(one), "title": once(remark_words, str(one))} for one in said.remarks],
        "left_over": [list(lines) for lines in said.left_over],
        "left_over_share": said.left_over_share,
    }


def lines_words(ranges: Sequence[Sequence[int]], most: int) -> str:
    """The first ranges with the word for them: `line 20`, `lines 1–20, 25`; empty where there are none."""
    found: list[Lines] = [(int(lines[0]), int(lines[-1])) for lines in ranges]
    text = lines_of(found, most).replace("-", "–")
    if not found:
        return ""
    return gettext("line %(number)s", number=text) if text.isdecimal() else gettext("lines %(lines)s", lines=text)


def _part(part: Part, said: Identification, places: Places, once: Callable[..., str]) -> dict[str, Any]:
    lines = joined(part, said)
    return {
        "license": part.license,
        "title": part_name(part.license, part.means),
        "means": str(part.means),
        "means_title": once(means_words, str(part.means)),
        "coverage": part.coverage,
        "language": part.language,
        "lines": [list(one) for one in lines],
        "addresses": [_address(one, places) for one in lines],
        "pages": [places.host(one) for one in lines],
    }


def _quoted(ranges: Sequence[Lines], places: Places) -> list[dict[str, Any]]:
    """The words that restrict, read from the stored file."""
    content = places.content() if ranges else None
    text = numbered(content)[0] if content is not None else []
    return [
        {
            "lines": list(one),
            "text": _short(" ".join(text[one[0] - 1 : one[1]])),
            "address": _address(one, places),
            "page": places.host(one),
        }
        for one in ranges
    ]


def _address(lines: Lines, places: Places) -> str:
    return f"{places.lines}#L{lines[0]}" if places.lines else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def nothing_kept(file_hash: str) -> bytes | None:
    """Reads no stored file; for where there is no database at hand."""
    return None


def reader(store: Callable[[], Store]) -> Callable[[str], bytes | None]:
    """Reads stored files by their hashes."""

    def read(file_hash: str) -> bytes | None:
        with store().reading() as session:
            kept = stored_file(session, file_hash)
            return kept.content if kept else None

    return read


def parsed(file: Mapping[str, Any]) -> Identification:
    """What a record holds of a file."""
    return Identification.from_json(file["identification"])

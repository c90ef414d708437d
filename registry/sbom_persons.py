"""Persons in bills of materials: taken out of the whole document, whatever its format, wherever in it they are named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from ..schemas.sbom import SbomError
from ..schemas.sbom.bounds import decoded, load_json
from .models import ErasureRecord
from .persons import EMAIL, Prose, digest, folded, names_known, pieces

MOST_LOOKED_AT = (
    3_000_000  # characters of sentences in which persons are looked for who are known by their digests alone
)
_REFERENCE = re.compile(r"\b(LicenseRef|AdditionRef)-([\w.-]+)")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Redaction:
    """Takes persons out of documents: those with these names, and those who were taken out before, known by their digests."""

    digests: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, session: Session) -> Redaction:
        """What the database knows."""
        return cls(frozenset(session.exec(select(ErasureRecord.digest)).all()))

    def redact(self, content: bytes) -> bytes:
        """The document without these persons, in UTF-8; the same bytes where none of them is in it."""
        if not self.digests and not self.names:
            return content
        text = _text(content)
        values = _json(text)
        strings = dict.fromkeys(_strings(values) if values is not None else _unescaped(text).split("\n"))
        known = frozenset(_known(strings, self.digests)) if self.digests else frozenset()
        names = self.names | known
        if not names:
            return content
        edit = _Edit(Prose(names=names), [folded(name) for name in names])
        if values is not None:
            edited = _edited(values, edit)
            left = json.dumps(edited, ensure_ascii=False, separators=(",", ":")) if edit.found else text
        else:
            left = "\n".join(map(edit, _unescaped(text).split("\n")))
        return left.encode("utf-8", "replace") if edit.found else content


class _Edit:
    """Edits one text after the other; `found` tells whether a person was in any."""

    def __init__(self, prose: Prose, wanted: list[str]) -> None:
        self.prose, self.wanted, self.found = prose, wanted, False

    def __call__(self, text: str) -> str:
        plain = folded(text)
        left = self.prose.without(text) if any(name in plain for name in self.wanted) else text
        if "Ref-" in left:  # ids have no blanks: LicenseRef-Jane-Doe
            left = _REFERENCE.sub(self._reference, left)
        self.found = self.found or left != text
        return left

    def _reference(self, found: re.Match[str]) -> str:
        words = _words(found[2])
        named = any(name in folded(words) for name in self.wanted) and self.prose.without(words) != words
        return f"{found[1]}-erased" if named else found[0]


def _text(content: bytes) -> str:
    try:
        return decoded(content)
    except SbomError:
        return content.decode("utf-8", "replace")


def _json(text: str) -> Any:
    """The values of a document in JSON; None where it is none that we would read."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return load_json(text)
    except SbomError:
        return None


def _unescaped(text: str) -> str:
    """A text that only looks like JSON without escapes, behind which a name would not be found."""
    return _ESCAPE.sub(_letter, text) if "\\u" in text else text


def _letter(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter.isalnum() or letter == " " else found[0]


def _strings(values: Any) -> Iterator[str]:
    """All texts in a document, keys too; a stack, because a stranger says how deep it goes."""
    stack = [values]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


def _edited(values: Any, edit: Callable[[str], str]) -> Any:
    """The same values with each text edited; as deep as the reader of JSON went."""
    if isinstance(values, str):
        return edit(values)
    if isinstance(values, dict):
        return {edit(key): _edited(value, edit) for key, value in values.items()}
    if isinstance(values, list):
        return [_edited(value, edit) for value in values]
    return values


def _known(strings: Iterable[str], digests: frozenset[str]) -> Iterator[str]:
    """The names and addresses in these texts that have one of the digests; short texts first, because names stand in these."""
    left = MOST_LOOKED_AT
    for text in sorted(strings, key=len):
        if "@" in text:
            yield from (one for one in EMAIL.findall(text) if digest(one) in digests)
        if text.isascii() and " " not in text and "-" not in text:
            yield from (one for one in (pieces(text) if len(text) < 1000 else ()) if digest(one) in digests)
            continue
        left -= len(text)
        if left < 0:
            continue
        yield from names_known(folded(text), digests)
        for _, reference in _REFERENCE.findall(text) if "Ref-" in text else ():
            yield from names_known(folded(_words(reference)), digests)


def _words(reference: str) -> str:
    return re.sub(r"[-_.]+", " ", reference)

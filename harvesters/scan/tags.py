"""What a text says of its own licence and copyright: SPDX tags and copyright lines, as the REUSE specification has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...schemas.licensing.expression import ids_of
from .limits import LONGEST_LINE

READ = 256 * 1024  # of each file; tags stand at its head
# Not written as they are read, so that this file says nothing of itself.
_LICENSE = re.compile(rb"SPDX-" + rb"License-Identifier:[ \t]*([^\r\n]{1,500})")
_TAGGED = re.compile(rb"SPDX-(?:File|Snippet)" + rb"CopyrightText:[ \t]*([^\r\n]{1,1000})")
_SIGN = rb"(?:\xc2\xa9|\xa9|\([cC]\)|&copy;)"
# "Copyright" needs a sign or a year behind it, or it is a word of a sentence; a sign alone needs a year or a name.
_LINE = re.compile(
    rb"(?:\b(?:Copyright|COPYRIGHT|copyright)[ \t:]*(?:" + _SIGN + rb"[ \t]*(?=[^\s])|(?=[12][0-9]{3}))"
    rb"|\xc2\xa9[ \t]*(?=[12][0-9]{3}))[^\r\n]{2,1000}"
)
_IGNORED = re.compile(rb"REUSE-" + rb"IgnoreStart.*?(?:REUSE-" + rb"IgnoreEnd|\Z)", re.DOTALL)
# What closes a comment, a text or a cell behind the tag.
_CLOSED = re.compile(r"\s*(?:\*+/|-{2,3}>|\*\)|-\}|#\}|\}\}|%>|\?>|]::|[\"'`<\\]|--\]\]).*$")
_YEAR = re.compile(r"[12][0-9]{3}")
_TEMPLATE = re.compile(r"\[(?:yyyy|year|fullname)\]|<year>|\byyyy\b|\{\{|\$\{|\[name of|<name of", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of itself: licence expressions as they are written, copyright lines."""

    licenses: tuple[str, ...] = ()
    copyrights: tuple[str, ...] = ()


def is_text(content: bytes) -> bool:
    """Whether a file is read as text: no NUL at its head, which no text in UTF-8 or an older encoding has."""
    return b"\0" not in content[:8000]


def said(content: bytes) -> Said:
    """What the head of a text says; the parts that it takes out of the reading by REUSE's marks say nothing."""
    head = content[:READ]
    if b"REUSE-" in head:
        head = _IGNORED.sub(b"", head)
    licenses = (_cleaned(found) for found in _LICENSE.findall(head)) if b"SPDX-" in head else ()
    tagged = [_cleaned(found) for found in _TAGGED.findall(head)] if b"SPDX-" in head else []
    lower = b"opyright" in head or b"OPYRIGHT" in head or b"\xc2\xa9" in head
    lines = [_cleaned(found[0]) for found in _LINE.finditer(head)] if lower else []
    copyrights = (line for line in (*tagged, *lines) if len(line) > 3 and not _TEMPLATE.search(line))
    return Said(_once(text for text in licenses if text), _once(copyrights))


def named(text: str) -> tuple[str, ...]:
    """The licences of an expression, as the SPDX list writes them; one that we cannot read as it is written.

    None where a sentence or a program stands behind the tag.

    >>> named("mit OR LicenseRef-Own"), named("Some-1.0"), named("{text}"), named("is a tag that stands in many a manual")
    (('MIT', 'LicenseRef-Own'), ('Some-1.0',), (), ())
    """
    plain = re.fullmatch(r"[A-Za-z0-9.+-]{2,100}(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]{2,100}){0,5}", text)
    return ids_of(text) or ((text,) if plain else ())


def _once(texts: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:50]  # type: ignore[call-overload]


def _cleaned(found: bytes) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in found.decode("utf-8", "replace"))
    return " ".join(_CLOSED.sub("", text).split())[:LONGEST_LINE]

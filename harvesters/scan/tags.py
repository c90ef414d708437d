"""What a text says of its own licence and copyright: SPDX tags and copyright lines, as the REUSE specification has them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from ...schemas.licensing.expression import ExpressionError, Joined, parse_expression
from ...schemas.licensing.successors import canonical
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
# What closes a comment, a text or a cell behind the tag; read in a line without repeated blanks.
_CLOSED = re.compile(r" ?(?:(?<!\*)\*+/|-{2,3}>|\*\)|-\}|#\}|\}\}|%>|\?>|]::|[\"'`<\\]|--\]\]).*$")
_YEAR = re.compile(r"[12][0-9]{3}")
_TEMPLATE = re.compile(
    r"\[(?:yyyy|year|fullname)\]|<year>|\byyyy\b|\{\{|\$\{|\[name of|<name of|^copyright(?: ?(?:\(c\)|©))?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of itself: licence expressions as they are written, copyright lines."""

    licenses: tuple[str, ...] = ()
    copyrights: tuple[str, ...] = ()


_MARKS = (  # the longer first: they begin alike
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_SAID = 50  # licences, and copyright lines, of one file


def as_text(content: bytes) -> bytes | None:
    """A file as text, what has the mark of UTF-16 or UTF-32 in UTF-8; None where it is none.

    A NUL at its head is in no text of UTF-8 or an older encoding.

    >>> as_text("Zoë".encode("utf-16")).decode(), as_text(b"a\\0b")
    ('Zoë', None)
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").encode("utf-8", "replace")
    return None if b"\0" in content[:8000] else content


def said(content: bytes) -> Said:
    """What the head of a text says; the parts that it takes out of the reading by REUSE's marks say nothing."""
    head = content[:READ]
    if b"REUSE-" in head:
        head = _IGNORED.sub(b"", head)
    licenses = (found[1] for found in _LICENSE.finditer(head)) if b"SPDX-" in head else iter(())
    tagged = (found[1] for found in _TAGGED.finditer(head)) if b"SPDX-" in head else iter(())
    lower = b"opyright" in head or b"OPYRIGHT" in head or b"\xc2\xa9" in head
    lines = (found[0] for found in _LINE.finditer(head)) if lower else iter(())
    copyrights = (line for line in _each(chain(tagged, lines)) if len(line) > 3 and not _TEMPLATE.search(line))
    return Said(_once(text for text in _each(licenses) if text), _once(copyrights))


def named(text: str) -> tuple[str, ...]:
    """The licences that an expression has apply together, as the SPDX list writes them; a choice (OR) is one of them.

    One that we cannot read is as it is written. None where a sentence or a program stands behind the tag.

    >>> named("mit AND LicenseRef-Own"), named("gpl-3.0-only OR MIT"), named("Some-1.0")
    (('MIT', 'LicenseRef-Own'), ('GPL-3.0-only OR MIT',), ('Some-1.0',))
    >>> named("{text}"), named("is a tag that stands in many a manual")
    ((), ())
    """
    try:
        tree = parse_expression(text).tree
    except ExpressionError:
        plain = re.fullmatch(r"[A-Za-z0-9.+-]{2,100}(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]{2,100}){0,5}", text)
        return (text,) if plain else ()
    together = tree.parts if isinstance(tree, Joined) and tree.operator == "AND" else (tree,)
    return tuple(dict.fromkeys(canonical(part) for part in together))


def _each(texts: Iterable[bytes]) -> Iterator[str]:
    """The texts without what closes them, each once, as they are come upon."""
    known = set[bytes]()
    for text in texts:
        if text not in known:
            known.add(text)
            yield _cleaned(text)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """The first different ones: no more of a file are looked at."""
    found: dict[str, None] = {}
    for text in texts:
        found[text] = None
        if len(found) >= MOST_SAID:
            break
    return tuple(found)


def _cleaned(found: bytes) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in found.decode("utf-8", "replace"))
    return _CLOSED.sub("", " ".join(text.split())).strip()[:LONGEST_LINE]

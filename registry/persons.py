"""The texts by which a person is known, and how they are taken out of what others wrote: files, reasons, remarks."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from unicodedata import combining, normalize

from .stored import is_key

ERASED, ERASED_EMAIL, ERASED_URL = "(erased)", "erased@erased.invalid", "https://erased.invalid"
_SHORT = 3  # a text of fewer characters stands in too many words to be replaced outside the person's own section
_LONG, _MANY = 200, 50  # characters and texts that are looked for: what bounds the time on a hostile file
_WORDS = 10  # of a name at most, where it is not known which words are one; each Chinese character counts as a word

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_BETWEEN = re.compile(r"[\r\n,;:<>()\[\]{}\"'|#]+")
# A letter of a script that puts spaces between words: a name in Chinese has none around it.
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"[^\W{_UNSPACED}]"
_WORD = re.compile(rf"[{_UNSPACED}]|\+?{_LETTER}+")
_JAMO = range(0x1160, 0x1200)  # vowels and endings that one Korean letter is composed of


def digest(text: str) -> str:
    """The form in which an erased person is known: nobody can read the person from it, but who is asked for can be recognised."""
    return hmac.digest(b"publiccode erasure", folded(text).encode("utf-8", "replace"), "sha256").hex()


def folded(text: str) -> str:
    """A text in the form in which two spellings of one name are the same: width, capitals, white space."""
    return " ".join(normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Person:
    """The texts that tell who somebody is. `names` are replaced in the whole file, `details` beside the contacts only."""

    names: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()

    def erased(self, text: str, inside: bool) -> str:
        """`text` without this person; `inside` tells that it stands in the part of the file that names persons."""
        return (self._inside if inside else self._outside).sub(_stand_in, text)

    def erased_key(self, key: str, inside: bool) -> str:
        """A key, or several joined, without this person; what the standard calls a key stays."""
        pattern = self._inside if inside else self._outside
        return pattern.sub(lambda found: found[0] if is_key(found[0], inside) else _stand_in(found), key)

    @cached_property
    def _outside(self) -> re.Pattern[str]:
        return _pattern(text for text in self.names if len(text) >= _SHORT)

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        return _pattern(self.names | self.details)


def _pattern(texts: Iterable[str]) -> re.Pattern[str]:
    chosen = islice(sorted((text for text in texts if len(text) <= _LONG), key=lambda text: (-len(text), text)), _MANY)
    return re.compile("|".join(map(_word, chosen)) or "(?!)", re.IGNORECASE)


def _word(text: str) -> str:
    """The pattern of `text` where it is not a part of another word or address; between its words any white space."""
    body = r"\s+".join(map(re.escape, text.split()))
    if text.isascii() and len(text.split()) == 1:
        before = "" if "@" in text else "@/"  # a name is no part of a link, an e-mail may follow a slash
        return rf"(?<![A-Za-z0-9_.+{before}-]){body}(?![A-Za-z0-9_@/-]|\.[A-Za-z0-9_])"
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, text) else ""
    return before + body + (rf"(?!{_LETTER})" if re.match(_LETTER, text[-1]) else "")


def _stand_in(found: re.Match[str]) -> str:
    # An address stays an address: the file must not become invalid by the erasure.
    return ERASED_EMAIL if "@" in found[0] else ERASED_URL if "://" in found[0] else ERASED


def pieces(text: str) -> set[str]:
    """What in `text` may be a name or an address by itself: the whole, its e-mails, what stands between punctuation."""
    parts = {text, *EMAIL.findall(text), *_BETWEEN.split(text)}
    return {stripped for part in parts if len(stripped := part.strip(" \t*-.")) > 1}


@dataclass(frozen=True)
class Prose:
    """Takes persons out of sentences that were written about software: `names` of persons, and those with `digests`.

    A name is replaced where it stands as whole words, in whatever width and capitals. One of fewer than three letters is
    not where all of them are small: `li` is a word, `Li` may be a name.
    """

    names: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()

    def without(self, text: str) -> str:
        """`text` without these persons; the same text where none of them is in it."""
        plain, places = _plain(text)
        known = (
            self._asked | {folded(part) for part in names_known(plain, self.digests)} if self.digests else self._asked
        )
        edited, position = [], 0
        for found in _pattern(part for part in known if len(part) > 1).finditer(plain):
            start, end = places[found.start()][0], places[found.end() - 1][1]
            if start >= position and not (len(found[0]) < _SHORT and text[start:end].islower()):
                edited += [text[position:start], _stand_in(found)]
                position = end
        return "".join(edited) + text[position:]

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(map(folded, self.names))


def names_known(text: str, digests: Set[str]) -> Iterator[str]:
    """The names and addresses in `text` that have one of these digests."""
    words = [found.span() for found in _WORD.finditer(text)]
    runs = {
        text[start : words[last][1]]
        for first, (start, _) in enumerate(words)
        for last in range(first, min(first + _WORDS, len(words)))
    }
    return (part for part in runs | pieces(text) if 1 < len(part) <= _LONG and digest(part) in digests)


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` in one width and in small letters, and for each character of that from where to where in `text` it stands."""
    plain, places, start = [], list[tuple[int, int]](), 0
    for end in range(1, len(text) + 1):
        if end < len(text) and (combining(text[end]) or ord(text[end]) in _JAMO):
            continue  # one letter with its accent
        letters = normalize("NFKC", text[start:end]).casefold()
        plain.append(letters)
        places += [(start, end)] * len(letters)
        start = end
    return "".join(plain), places

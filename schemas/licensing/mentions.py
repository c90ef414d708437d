"""Which licences a piece of text names, by id, name, abbreviation or address, where, and which ids each may stand for.

Names are compared word by word (`prose.py`), so that `EUPL-1.2`, “EUPL v. 1.2” and “European Union Public Licence (EUPL), version
1.2” are one. What the names are stands in `names.json`, written by us, and in the SPDX list (`names.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ..vocabularies import licenses
from .license_addresses import ADDRESS, at_address, listed
from .names import Name, Node, names, some
from .prose import Word, words
from .successors import is_deprecated

_PATH = re.compile(r"\bLICEN[CS]ES/([A-Za-z0-9.+-]{1,80})", re.IGNORECASE)
_AHEAD = 34  # words after "GNU General Public License" in which its notice may tell the version
_SCOPE = 16  # words after a version in which "or any later" may stand
_BACK = 8  # words before a name in which "version 3 or later of the" may stand
_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A licence that is named, from which character to before which.

    `ids` it may stand for, the likeliest first; none for an address that is no licence's or a version that does not exist.
    `license` is the one it stands for, empty where the text leaves that open (“the GPL”, “BSD”); of a GNU licence `-only` unless
    the text says “or later”. `exception`: it is the name of an exception, with one id.
    """

    start: int
    end: int
    ids: tuple[str, ...]
    license: str = ""
    address: bool = False
    exception: bool = False


def mentions(text: str, prose: bool = True) -> list[Mention]:
    """The licences and exceptions that `text` names, in order; none inside another.

    `prose`: the version may stand further on in the sentence, as in the notices of the GNU licences.
    """
    addresses = [_at(match) for match in ADDRESS.finditer(text)]
    text = _blank(text, addresses)
    paths = [_of_path(match) for match in _PATH.finditer(text)]
    found = (*addresses, *paths, *_named(_blank(text, paths), prose))
    return sorted(found, key=lambda mention: mention.start)


def certain(text: str) -> list[Mention]:
    """Those of which the text says which licence it is."""
    return [mention for mention in mentions(text) if mention.license]


def with_later(ids: tuple[str, ...]) -> tuple[str, ...]:
    """What “or later” may mean for licences that have no such ids; the EUPL has its own clause, and nothing stands above 1.2."""
    if ids[:1] == ("EUPL-1.1",):
        return "EUPL-1.2", "EUPL-1.1+"
    return tuple(one for identifier in ids for one in (identifier, identifier + "+"))


def _at(match: re.Match[str]) -> Mention:
    ids, is_certain = at_address(match[0])
    return Mention(match.start(), match.end(), ids, ids[0] if is_certain else "", address=True)


def _of_path(match: re.Match[str]) -> Mention:
    """The licence of a file named as REUSE names its licence files."""
    ids = listed(re.sub(r"\.(?:txt|md|rst|html?)\Z", "", match[1].rstrip("."), flags=re.IGNORECASE))
    return Mention(match.start(), match.end(), ids, ids[0] if ids else "", address=True)


def _blank(text: str, covered: Sequence[Mention]) -> str:
    """`text` with blanks where an address stands, which is no name."""
    parts, at = [], 0
    for mention in covered:
        parts += [text[at : mention.start], " " * (mention.end - mention.start)]
        at = mention.end
    return "".join([*parts, text[at:]])


def _named(text: str, prose: bool) -> list[Mention]:
    found: list[Mention] = []
    all_words = words(text)
    at = 0
    while at < len(all_words):
        name, after = _longest(all_words, at)
        if name is None:
            at += 1
            continue
        mention, end = _Reading(name, all_words, prose).mention(at, after)
        if not _counts(name, text, all_words, at, end, prose):
            at = after
            continue
        if mention.ids or name.ids:  # “Attribution” alone is no licence
            found.append(mention)
        at = end
    return found


def _longest(all_words: Sequence[Word], at: int) -> tuple[Name | None, int]:
    """The longest name that begins at a word, and after which word it ends."""
    node: Node = names()
    best, after = None, at
    for place in range(at, len(all_words)):
        step = node.next.get(all_words[place].form)
        if step is None:
            break
        node = step
        if node.name:
            best, after = node.name, place + 1
    return best, after


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name in a text, about to be read together with what stands around it."""

    name: Name
    all_words: Sequence[Word]
    prose: bool

    def mention(self, at: int, after: int) -> tuple[Mention, int]:
        """The name from word `at` to before `after` with its version and scope; and the word to go on with."""
        begins, ids, is_certain, later = at, self.name.ids, self.name.is_certain, False
        if self.name.exception:
            return Mention(self.all_words[at].start, self.all_words[after - 1].end, ids, exception=True), after
        if self.name.family:
            number, begins, after, later = self._version(at, after)
            if number:
                ids = _of_version(self.name, number)
                is_certain = True
        ids, license_, after = self._with_scope(ids, after, later)
        only = license_ if is_certain and ids else ""
        return Mention(self.all_words[begins].start, self.all_words[after - 1].end, ids, only), after

    def _form(self, place: int) -> str:
        return self.all_words[place].form if 0 <= place < len(self.all_words) else ""

    def _version(self, at: int, after: int) -> tuple[str, int, int, bool]:
        """The version that follows the name or stands before it; with which word both begin, where they end, whether “or later”
        stands between."""
        end = after
        while end - after < 6 and (self._form(end) in some("glue") or self._abbreviates(end)):
            end += 1
        number = self._form(end)
        if number[:1].isdigit() or (number in _DIGITS and self._form(end - 1) == "第"):
            return _DIGITS.get(number, number), at, end + 1, False
        for back in range(at - 2, max(at - _BACK, 0) - 1, -1):
            if self._form(back) in some("version") and self._form(back + 1)[:1].isdigit():
                between = [self._form(place) for place in range(back + 2, at)]
                if all(form in some("before-name") or form in some("later") for form in between):
                    return self._form(back + 1), back, after, any(form in some("later") for form in between)
        if self.name.ahead and self.prose:
            for far in range(after, after + _AHEAD):
                if self._form(far) in some("version") and self._form(far + 1)[:1].isdigit():
                    return self._form(far + 1), at, far + 2, False
        return "", at, after, False

    def _abbreviates(self, place: int) -> bool:
        """`(GPL)` between the long name and the version."""
        node = names().next.get(self._form(place))
        return node is not None and node.name is not None and bool(node.name.family)

    def _with_scope(self, ids: tuple[str, ...], after: int, later: bool) -> tuple[tuple[str, ...], str, int]:
        """The ids that “only” and “or later” leave, the likeliest of them, and the word after these."""
        said, end = ("later", after) if later else self._scope(after)
        gnu = any(one.endswith("-or-later") for one in ids)
        if not said or not ids:
            return ids, ids[0] if ids else "", after
        if not gnu:
            return with_later(ids) if said == "later" else ids, ids[0], end
        ending = "-or-later" if said == "later" else "-only"
        left = tuple(one for one in ids if one.endswith(ending)) or ids
        return left, left[0], end

    def _scope(self, after: int) -> tuple[str, int]:
        """“later” or “only” where that follows, and after which word it ends."""
        end = after
        while end - after < 6 and self._form(end) in some("before-later"):
            end += 1
        for said in ("later", "only"):
            at_once = said == "later" and (self._form(end) in some("later-at-once") or self._is_plus(end))
            if at_once or self._form(end) in some(said):
                end += 1
                while self._form(end) in some("after-later") or self._form(end) in some("later"):
                    end += 1
                return said, end
        if self.prose and any(one.endswith("-or-later") for one in self.name.ids):
            for far in range(after, after + _SCOPE):
                if self._form(far) in some("only"):
                    return "only", far + 1
                if self._form(far) in some("later"):
                    return "later", far + 1
                if self._abbreviates(far):
                    break
        return "", after

    def _is_plus(self, place: int) -> bool:
        """A `+` directly behind the version; with a blank before it something is added."""
        return self._form(place) == "+" and self.all_words[place].start == self.all_words[place - 1].end


def _of_version(name: Name, number: str) -> tuple[str, ...]:
    """The ids of a family's version; of those it may be in any version where these have none (CeCILL-B), or the same one."""
    for written in dict.fromkeys((number, f"{number}.0", number.removesuffix(".0"))):
        found = [licenses().get(f"{name.family}-{written}{ending}".lower()) for ending in ("-only", "-or-later", "")]
        ids = tuple(entry[0] for entry in found if entry and not is_deprecated(entry[0]))
        if ids:
            return ids
    own = [re.search(r"-([0-9]+(?:\.[0-9]+)*)\Z", one) for one in name.ids]
    if len(own) == 1 and own[0] is None:
        return name.ids
    return tuple(
        one
        for one, match in zip(name.ids, own, strict=True)
        if match and match[1].removesuffix(".0") == number.removesuffix(".0")
    )


def _counts(name: Name, text: str, all_words: Sequence[Word], at: int, after: int, prose: bool) -> bool:
    """Whether a name of one plain word (MIT, Fair, Glide) is meant as a licence; longer ones always are."""
    if after < len(all_words) and all_words[after].form.startswith("compatib"):
        return False
    written = unicodedata.normalize("NFKC", text[all_words[at].start : all_words[after - 1].end])
    around = all_words[max(at - 1, 0) : after + 1]
    # “mit Lizenz” is German for “with a licence”.
    if "mit" in written.split() and any(word.form in some("lizenz") for word in around):
        return False
    if after - at > 1 or any(char.isdigit() for char in written) or name.exception or not (name.spelling or prose):
        return True
    before = at - 1 - (at > 0 and all_words[at - 1].form in some("article"))
    alone = after == len(all_words) and all(word.form in some("article") for word in all_words[:at])
    behind = all_words[after].form if after < len(all_words) else ""
    if alone or behind in some("license"):
        return True
    if name.spelling and written != name.spelling:
        return False
    beside = [behind, all_words[before].form if before >= 0 else ""]
    return name.spelling.isupper() or any(form in some("beside") for form in beside)

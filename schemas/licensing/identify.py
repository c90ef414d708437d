"""What a licence file says: texts, translations, statements and what was added, put together to one Identification.

Nothing is loaded until the first file is identified.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import sha256
from itertools import compress
from pathlib import Path, PurePosixPath

from .added import proprietary, restrictions, third_party_start
from .expression import ids_of
from .families import base, for_content
from .found import NOASSERTION, Identification, Lines, Means, Part, Remark
from .statements import UNITED_STATES, Statement, conclusion, statements
from .texts import Match, explains_more, matches, stretches, translated
from .translations import translations
from .words import Text, read_text

CACHED_FILES = 256
WHOLE = 0.9  # coverage below which a text is incomplete, where so many words are missing that it is no other wording
MISSING_WORDS = 60
MOSTLY, NEARLY_ALL = 0.75, 0.95  # of a file's words
MOST_TEXTS = 3  # licences in one file that may all hold; more are a collection
EXTRA = 0.1
UNKNOWN_TERMS = 150  # words
SHORTEST_LIST = 12  # words
SHORTEST_TRANSLATION = 300
DOUBTFUL, LONGEST_NOTICE = 0.25, 400  # coverage and words of a part that may be a notice that stands in the text
_NEWER = re.compile(r"\b1\.2\b|\b2016\b")
_INVERTED = bytes((1, 0, *range(2, 256)))


@lru_cache(maxsize=CACHED_FILES)
def identify(content: bytes, name: str = "") -> Identification:
    """What the licence file `content` says. `name`, its path, only tells which form of a GNU licence is meant. Never fails.

    The text of a GNU licence is the same for “only this version” and “or later”. `-only` is concluded unless a notice beside it
    or the name says `-or-later`: so who compares it with a declaration compares them without these endings.
    """
    return _File(read_text(content)).identification(name)


@cache
def texts_version() -> str:
    """A short digest of all that an Identification depends on besides the file; does not load the texts."""
    digest = sha256()
    for file in sorted(Path(__file__).parent.iterdir()):
        if file.suffix in (".py", ".json", ".bin"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


class _File:
    """One file, looked at step by step: each step sees what those before it left unexplained."""

    def __init__(self, text: Text) -> None:
        self.text, self.matches, self.listed = text, matches(text), False
        self._add_translations()
        if self.covered.count(0) > SHORTEST_LIST:
            self._cut_list()
        self.stated = statements(self.text.lines, self._unread())
        self._drop_doubtful()
        self._prefer_named()

    def _add_translations(self) -> None:
        """Translations by their words; what is told by its structure, mostly where no text explains the words, counts as well."""
        if self.covered.count(0) < SHORTEST_TRANSLATION:
            return
        parts = translations(self.text.lines)
        self.matches += self._translated_texts({part.license for part in parts})
        texts = self.covered
        for part in parts:
            lines = {line for first, last in part.lines for line in range(first, last + 1)}
            covered = bytes(line in lines for line in self.text.at)
            new = sum(compress(covered, texts.translate(_INVERTED)))
            if new > MOSTLY * covered.count(1):
                missing = round((1 - part.coverage) * covered.count(1))
                self.matches.append(
                    Match(
                        part.license, part.language, part.coverage, missing, covered, means=part.means, translated=True
                    )
                )

    def _translated_texts(self, titles: Collection[str]) -> list[Match]:
        """Translations by their words, where the titles or the years in the file tell the version: 1.1 and 1.2 are much alike."""
        told = {title for title in titles if title.startswith("EUPL")}
        if not told and any(_NEWER.search(line) for line in self.text.lines):
            told = {"EUPL-1.2"}
        rest = ("" if covered else word for word, covered in zip(self.text.words, self.covered, strict=True))
        found = translated(replace(self.text, words=tuple(rest))) if told else []
        return [match for match in found if match.license in told]

    def _cut_list(self) -> None:
        """Leaves away the licences of what the software uses; such words amid the text of a licence begin no list."""
        unread = self._unread()
        unread.add(min(self.text.at, default=1))  # something must stand before a list
        lines = [line if number in unread else "" for number, line in enumerate(self.text.lines, 1)]
        start = third_party_start(lines)
        if start is not None:
            self.text, self.listed = before(self.text, start), True
            self.matches = matches(self.text)
            self._add_translations()

    def _drop_doubtful(self) -> None:
        """A part of a text that the file does not hold whole gives way to a statement: a notice stands in many a text."""
        sure = [m for m in self.matches if m.coverage >= DOUBTFUL or m.covered.count(1) > LONGEST_NOTICE]
        if len(sure) == len(self.matches):
            return
        doubtful, self.matches = self.matches, sure
        stated = statements(self.text.lines, self._unread())
        named = {base(found) for found in ids_of(conclusion(stated)[0])}
        if named and not named & {base(match.license) for match in doubtful}:
            self.stated = stated
        else:
            self.matches = doubtful

    def _prefer_named(self) -> None:
        """Of a text that was cut off, relatives may explain as much: then the one is meant that the file names."""
        named = dict.fromkeys(found for said in self.stated if said.main for found in ids_of(said.part.license))
        own = {base(match.license) for match in self.matches}
        if len(named) != 1 or len(self.matches) != 1:
            return
        match = self.matches[0]
        if own & set(map(base, named)):
            self.matches = [replace(match, rivals=())]
            return
        better = explains_more(self.text, match, *named) if match.means is Means.TEXT else None
        longer = better is not None and better.covered.count(1) > match.covered.count(1)
        if better is not None and (longer or _is_incomplete(match)):
            self.matches = [better]

    def _unread(self) -> set[int]:
        """The lines that stand outside of all texts: what stands amid a licence says nothing about the software."""
        inside: set[int] = set()
        for match in self.matches:
            for first, last in stretches(match.covered):
                # A notice directly before the text stands in the appendix of many a text, too.
                begin = match.begins if first < match.begins <= last else first
                inside.update(range(self.text.at[begin], self.text.at[last] + 1))
        return set(range(1, len(self.text.lines) + 1)) - inside

    @property
    def covered(self) -> bytes:
        """For each word whether (1) a text explains it."""
        return _united(len(self.text.words), (match.covered for match in self.matches))

    def _unexplained(self) -> set[int]:
        """The lines of which no text explains half the words."""
        words = Counter(self.text.at)
        explained = Counter(compress(self.text.at, self.covered))
        return {line for line, count in words.items() if explained[line] * 2 < count}

    def identification(self, name: str) -> Identification:
        """All of it put together."""
        concluded, also = self._conclusion()
        concluded = _later(concluded, self.stated, name)
        unexplained = self._unexplained()
        content = concluded != NOASSERTION and all(map(for_content, ids_of(concluded)))
        taken = restrictions(self.text.lines, unexplained, content) if unexplained else ()
        parts = tuple(self._text_parts(unexplained & _numbers(taken)))
        parts += tuple(statement.part for statement in self.stated)
        left, share = self._left_over(unexplained)
        remarks = [
            (Remark.INCOMPLETE, any(_is_incomplete(match) for match in self.matches if match.license in concluded)),
            (Remark.RESTRICTED, bool(taken)),
            (Remark.TRANSLATED, self._is_translated(concluded)),
            (Remark.STATEMENT, concluded != NOASSERTION and not self._has_text(concluded)),
            (Remark.THIRD_PARTIES, self.listed),
            (Remark.EXTRA_TEXT, share > EXTRA and bool(self.matches)),
        ]
        if not self.matches and (proprietary(self.text.lines) or self._has_terms_beside(concluded, share)):
            concluded, also = NOASSERTION, ids_of(concluded)
        return Identification(concluded, also, parts, tuple(r for r, holds in remarks if holds), left, share, taken)

    def _has_text(self, concluded: str) -> bool:
        return bool({base(match.license) for match in self.matches} & {base(found) for found in ids_of(concluded)})

    def _is_translated(self, concluded: str) -> bool:
        """Whether the concluded licence stands there in other languages only than the one of the SPDX list."""
        told = {base(found) for found in ids_of(concluded)}
        found = [match for match in self.matches if base(match.license) in told]
        return bool(found) and all(match.translated for match in found)

    def _has_terms_beside(self, concluded: str, share: float) -> bool:
        """Whether a file that only says “no copyright in the United States” goes on with terms that we do not know."""
        return concluded == UNITED_STATES and share * len(self.text.words) > UNKNOWN_TERMS

    def _conclusion(self) -> tuple[str, tuple[str, ...]]:
        """The licence of the software and those of something else, as texts and statements tell together."""
        stated, others = self._stated_conclusion()
        in_order = sorted(self.matches, key=lambda match: match.covered.find(1))
        own = list(dict.fromkeys(match.license for match in in_order if not match.rivals))
        bases, named = {base(found) for found in own}, {base(found) for found in ids_of(stated)}
        if stated != NOASSERTION and (bases <= named or bases & named or not self._is_mostly_one(MOSTLY)):
            return stated, _without((*own, *others), stated)
        if not own:
            return stated, others
        told_of_parts = {base(found) for found in others}
        main = [found for found in own if base(found) not in told_of_parts] or own
        if len(main) > MOST_TEXTS:
            return NOASSERTION, tuple(dict.fromkeys((*own, *others)))
        concluded = " AND ".join(main)
        if self._is_mostly_one(
            NEARLY_ALL
        ):  # names in the few words beside it: of the licence's own family, in its appendix
            others = tuple(said.part.license for said in self.stated if said.part.means in (Means.TAG, Means.NOTICE))
        return concluded, _without(
            (*own, *(found for other in (stated, *others) for found in ids_of(other))), concluded
        )

    def _stated_conclusion(self) -> tuple[str, tuple[str, ...]]:
        """What the statements say; where they say too much, those that stand before the first text."""
        stated, others = conclusion(self.stated)
        if stated != NOASSERTION or not self.matches:
            return stated, others
        first = self.text.at[self.covered.find(1)]
        opening = [said for said in self.stated if said.part.lines and said.part.lines[0][0] < first]
        return conclusion(opening)[0], others

    def _is_mostly_one(self, share: float) -> bool:
        """Whether one text is so much of the file: then that is what the file is about, whatever else it mentions."""
        return any(match.covered.count(1) >= share * len(match.covered) for match in self.matches)

    def _text_parts(self, added: Collection[int]) -> Iterable[Part]:
        """The texts; the lines `added` to them belong to none, though they share a word or two."""
        for match in self.matches:
            lines = ranges(line for line in compress(self.text.at, match.covered) if line not in added)
            yield Part(match.license, match.means, match.coverage, match.language, lines)

    def _left_over(self, unexplained: Collection[int]) -> tuple[tuple[Lines, ...], float]:
        """The lines that nothing explains, and the share of their words."""
        told = {line for said in self.stated for line in _numbers(said.part.lines)}
        left = [line for line in compress(self.text.at, self.covered.translate(_INVERTED)) if line not in told]
        return ranges(line for line in left if line in unexplained), len(left) / max(len(self.text.words), 1)


def before(text: Text, line: int) -> Text:
    """The text as if the file ended before `line`."""
    words = sum(1 for at in text.at if at < line)
    return replace(text, lines=text.lines[: line - 1], words=text.words[:words], at=text.at[:words])


def ranges(lines: Iterable[int]) -> tuple[Lines, ...]:
    """Lines in order as ranges of lines that follow each other."""
    found: list[Lines] = []
    for line in dict.fromkeys(lines):
        if found and found[-1][1] >= line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return tuple(found)


def _numbers(found: Iterable[Lines]) -> set[int]:
    return {line for first, last in found for line in range(first, last + 1)}


def _is_incomplete(match: Match) -> bool:
    return match.coverage < WHOLE and match.missing >= MISSING_WORDS


def _united(size: int, masks: Iterable[bytes]) -> bytes:
    united = 0
    for mask in masks:
        united |= int.from_bytes(mask, "little")
    return united.to_bytes(size, "little")


def _without(found: Collection[str], concluded: str) -> tuple[str, ...]:
    told = {base(identifier) for identifier in ids_of(concluded)}
    return tuple(identifier for identifier in dict.fromkeys(found) if base(identifier) not in told)


def _later(concluded: str, stated: Iterable[Statement], name: str) -> str:
    """`-or-later` where a notice beside the text says so, or the file is named by that id."""
    later = {statement.part.license for statement in stated if statement.main}
    later.add(PurePosixPath(name).name.removesuffix(".txt").removesuffix(".md"))
    form = concluded.removesuffix("-only") + "-or-later"
    return form if concluded.endswith("-only") and form in later else concluded

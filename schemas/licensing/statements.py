"""What a licence file says about a licence without holding its text: tags, notices, addresses, names.

A sentence counts when it gives (“is licensed under …”), tags (`SPDX-License-Identifier:`), or is a title or an address by
itself; a name in passing does not. Its subject tells whether the whole is meant or a part: “the documentation is licensed
under …”. The words for all that, in seven languages, stand in `sentences.json`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .expression import ExpressionError, ids_of, parse_expression
from .families import base
from .found import NOASSERTION, Lines, Means, Part
from .mentions import Mention, mentions
from .paragraphs import Paragraph, paragraphs
from .prose import Word, read, words
from .subjects import About, about, about_heading, is_now, phrases, subject_of

UNITED_STATES = "LicenseRef-us-public-domain"
READ_AT_MOST = 100_000  # characters
MOST = 200  # statements of a file that are kept
_NEAR = 3  # words directly before a licence: “such as the …”

_SPDX_TAG = re.compile(r"SPDX-License-Identifier\s{0,5}:\s{0,20}([^\r\n]{1,500})", re.IGNORECASE)
_LABEL = re.compile(
    r"[\s\-*#>/|]{0,20}(?:the )?(?:license|licence|licenza|lizenz|licentie|licencia|授權條款|授權|许可证)"
    r"(?: name| type| id)?\s{0,5}[::：]\s{0,20}(\S[^\r\n]{0,200})",
    re.IGNORECASE,
)
_TAG_END = re.compile(r"\s*(?:\*/|-->|#\}|%>|[\"',;|]|\]|\*\*)+\s*\Z")
_MAPPING = re.compile(r"\s{0,20}(?:- )?[\"']?[A-Za-z][\w-]{0,40}[\"']?:(?:\s|\Z)")
_BEST_FIRST = (Means.TEXT, Means.STRUCTURE, Means.TAG, Means.NOTICE, Means.NAME, Means.POINTER)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its evidence, and whether it is made about the software itself (`main`) or a part of it."""

    part: Part
    main: bool


@dataclass(frozen=True, slots=True)
class _Found:
    license: str
    means: Means
    lines: Lines
    about: About


@dataclass(frozen=True, slots=True)
class _Open:
    """A licence that is named without its version: the ids it may be, and what about."""

    ids: tuple[str, ...]
    about: About

    def may_be(self, license_: str) -> bool:
        return any(base(one) == license_ for one in self.ids)


def statements(lines: Sequence[str], among: Collection[int] | None = None) -> tuple[Statement, ...]:
    """What the `lines` of a file state, each licence once for each of its means, in the order of appearance.

    `among`: only these lines are read (numbers from 1), SPDX tags everywhere. Never an exception; time grows with the length only.
    """
    found = [*_tags(lines, among)]
    tagged = {f.lines[0] for f in found}
    prose = among if not tagged else set(among or range(1, len(lines) + 1)) - tagged
    reading, characters = _Reading(), 0
    for paragraph in paragraphs(lines, prose):
        found += reading.read(paragraph)
        characters += len(paragraph.text)
        if len(found) > MOST or characters > READ_AT_MOST:
            break
    return _told_once([*found, *reading.finish()][:MOST], reading.named)


def conclusion(stated: Sequence[Statement]) -> tuple[str, tuple[str, ...]]:
    """The licence of the software as the statements tell (NOASSERTION where they tell none), and what else they name.

    Of two forms of one licence (`-only`, `-or-later`) the better means tells, then “or later”; an expression stands for its
    licences; several licences that are all said of the whole are joined by AND.
    """
    main = [s for s in stated if s.main and s.part.license != UNITED_STATES] or [s for s in stated if s.main]
    best: dict[str, Statement] = {}
    for statement in sorted(main, key=lambda s: (_BEST_FIRST.index(s.part.means), "-or-later" not in s.part.license)):
        best.setdefault(base(statement.part.license), statement)
    choice = next((s for s in best.values() if " " in s.part.license), None)
    if choice and all(
        base(s.part.license) in map(base, ids_of(choice.part.license)) for s in best.values() if s != choice
    ):
        best = {choice.part.license: choice}
    names = [s for s in best.values() if s.part.means in (Means.NAME, Means.POINTER)]
    if len(names) < len(best):
        best = {name: s for name, s in best.items() if s not in names}
    concluded = [statement.part.license for statement in best.values()]
    text = concluded[0] if len(concluded) == 1 else " AND ".join(f"({c})" if " OR " in c else c for c in concluded)
    told = {base(identifier) for identifier in ids_of(text)}
    also = dict.fromkeys(i for s in stated for i in ids_of(s.part.license) if base(i) not in told)
    return (text if 1 <= len(concluded) <= 3 else NOASSERTION), tuple(also)


def _told_once(found: Sequence[_Found], named: Sequence[_Open]) -> tuple[Statement, ...]:
    """The statements, each with whether it is of the software.

    It is where the software is spoken of; else, as no more than a name, where one thing is named that may be it; else where nothing
    but one part is spoken of (a repository of data). A licence that is said of the software without its version (`named`) leaves
    what is said of anything else to that.
    """
    own = [f for f in found if f.license != UNITED_STATES]
    spoken_of = [*(f.about for f in own), *(o.about for o in named)]
    level = max(spoken_of, default=About.OTHERS)
    highest = {base(f.license) for f in own if f.about == level}
    open_ = [o for o in named if o.about == level and not any(o.may_be(license_) for license_ in highest)]
    sure = level == About.WHOLE or (len(highest) == 1 and not open_)
    if level == About.PART:
        sure = sure and min(spoken_of) == level
    merged: dict[tuple[str, Means, bool], list[Lines]] = {}
    for f in found:
        repeats = f.about == About.NAMED < level and not highest.isdisjoint(map(base, ids_of(f.license)))
        main = f.about == About.WHOLE if f.license == UNITED_STATES else sure and (f.about == level or repeats)
        main = main and f.about > About.OTHERS and not (f.license == UNITED_STATES and own and level == About.WHOLE)
        means = Means.NAME if main and f.about < About.WHOLE and not repeats and f.means is Means.NOTICE else f.means
        merged.setdefault((f.license, means, main), []).append(f.lines)
    return tuple(
        Statement(Part(license_, means, lines=tuple(dict.fromkeys(lines))), main)
        for (license_, means, main), lines in merged.items()
    )


def _tags(lines: Sequence[str], among: Collection[int] | None) -> list[_Found]:
    """SPDX tags anywhere; `license: …` lines, but not in a file that is a mapping, such as a copy of publiccode.yml."""
    mapping = sum(1 for line in lines[:200] if _MAPPING.match(line)) * 2 > len(
        [line for line in lines[:200] if line.strip()]
    )
    mapping = mapping and len(lines) > 8
    found = []
    for number, line in enumerate(lines, 1):
        asked = among is None or number in among
        # No licence text has an SPDX tag, so one inside of what seems to be a text was written by the owner.
        tag = _SPDX_TAG.search(line) or (_LABEL.match(line) if asked and not mapping else None)
        expression = _expression(tag[1]) if tag else ""
        if expression:
            found.append(_Found(expression, Means.TAG, (number, number), About.WHOLE))
        if len(found) >= MOST:
            break
    return found


def _expression(text: str) -> str:
    try:
        return parse_expression(_TAG_END.sub("", text).strip().strip("\"'*`")).text
    except ExpressionError:
        return ""


class _Reading:
    """What was read so far matters: the section a paragraph stands in, and “under one of:” before a list."""

    def __init__(self) -> None:
        self.sections: list[tuple[int, About]] = []  # level of the heading, what stands below it is about
        self.intro: tuple[bool, bool, About] | None = None  # a list follows: a choice or not, what about
        self.offered: list[_Found] = []
        self.named: list[_Open] = []

    def read(self, paragraph: Paragraph) -> list[_Found]:
        found: list[_Found] = []
        is_title = paragraph.level > 0 or (_is_short(paragraph) and not paragraph.item)
        if paragraph.level:
            self._enter(paragraph)
        if not paragraph.item:
            found += self._close_offer()
        for start, sentence in paragraph.sentences():
            found += self._sentence(paragraph, start, sentence, is_title)
        if not paragraph.item or self.intro is None:
            self._open_offer(paragraph)
        return found

    def finish(self) -> list[_Found]:
        """What a list at the end of the file offers."""
        return self._close_offer()

    def _enter(self, heading: Paragraph) -> None:
        while self.sections and self.sections[-1][0] >= heading.level:
            self.sections.pop()
        of = about_heading(words(heading.text), heading.level)
        # A name is taken for something else's only where the software's licence was told, and is none of a licence.
        told = any(open_.about == About.WHOLE for open_ in self.named)
        if of == About.NAMED and (not told or mentions(heading.text)):
            of = About.WHOLE
        self.sections.append((heading.level, of))

    @property
    def _section(self) -> About:
        return min((of for _, of in self.sections), default=About.WHOLE)

    def _open_offer(self, paragraph: Paragraph) -> None:
        ends = paragraph.text.rstrip().endswith((":", "："))
        all_words = words(paragraph.text[-300:])
        grants = ends and bool(phrases(all_words, "grant"))
        self.intro = (bool(phrases(all_words, "either")), grants, self._about(all_words, [])) if grants else None

    def _close_offer(self) -> list[_Found]:
        """What a list offered is a choice where its introduction says so, else each by itself."""
        offered, self.offered = self.offered, []
        choice = self.intro is not None and self.intro[0]
        if choice and len({f.license for f in offered}) > 1:
            expression = " OR ".join(dict.fromkeys(f.license for f in offered))
            lines = (offered[0].lines[0], offered[-1].lines[1])
            return [_Found(expression, Means.NOTICE, lines, min(f.about for f in offered))]
        return offered

    def _sentence(self, paragraph: Paragraph, start: int, sentence: str, is_title: bool) -> list[_Found]:
        all_words = words(sentence)
        found = [
            _Found(UNITED_STATES, Means.NOTICE, paragraph.lines(start, start + len(sentence)), self._section)
            for _ in phrases(all_words, "united-states")[:1]
        ]
        in_list = paragraph.item and self.intro is not None
        grants = bool(phrases(all_words, "grant"))
        everything = _names(sentence) if grants or in_list or is_title else []
        whole = start == 0 and len(sentence) == len(paragraph.text)
        titled = is_title and bool(everything) and _mostly_named(all_words, everything, whole)
        if not everything or not (grants or in_list or titled):
            return found
        for mention in everything:
            if not mention.license and len(self.named) < MOST and not self._is_denied(sentence, everything, [mention]):
                self.named.append(_Open(mention.ids, self._about_group(sentence, all_words, everything, [mention])))
        means = Means.NOTICE if in_list or phrases(_outside(all_words, everything), "grant") else Means.NAME
        for group, joined, is_open in _groups(all_words, everything):
            if self._is_denied(sentence, everything, group):
                continue
            of = About.OTHERS if is_open else self._about_group(sentence, all_words, everything, group)
            lines = paragraph.lines(start + group[0].start, start + group[-1].end)
            of_group = Means.POINTER if all(m.address for m in group) else means
            single = _Found(joined, of_group, lines, min(of, self.intro[2]) if in_list and self.intro else of)
            if in_list:
                self.offered.append(single)
            else:
                found.append(single)
        return found

    def _is_denied(self, sentence: str, named: Sequence[Mention], group: Sequence[Mention]) -> bool:
        """Whether the words around deny it: not chosen, no longer, only compatible, until 2020."""
        begin, end = _end_before(named, group[0]), _start_after(named, group[-1], sentence)
        before = sentence[begin : group[0].start]
        behind = sentence[group[-1].end : end] if end == len(sentence) else ""  # else it belongs to the next licence
        said = words(before)
        return bool(phrases(said, "not") or phrases(said[-_NEAR:], "near")) or not (is_now(before) and is_now(behind))

    def _about_group(
        self, sentence: str, all_words: Sequence[Word], named: Sequence[Mention], group: Sequence[Mention]
    ) -> About:
        begin, end = _end_before(named, group[0]), _start_after(named, group[-1], sentence)
        return self._about(_between(all_words, begin, group[0].start), _between(all_words, group[-1].end, end))

    def _about(self, before: Sequence[Word], after: Sequence[Word]) -> About:
        said = about(before, after)
        explicit = subject_of(before) is About.WHOLE and said is About.WHOLE
        return said if explicit and self._section > About.OTHERS else min(said, self._section)


def _names(sentence: str) -> list[Mention]:
    """The licences that a sentence names, also those of which it does not say which one it is (“BSD”)."""
    return [mention for mention in mentions(sentence) if mention.ids and not mention.exception]


def _groups(all_words: Sequence[Word], named: Sequence[Mention]) -> list[tuple[list[Mention], str, bool]]:
    """The licences of a sentence, those together that are offered or demanded together, with their expression, and whether one
    more is offered of which the sentence does not say which one it is."""
    either = bool(phrases(all_words, "either"))
    groups: list[tuple[list[Mention], list[str], str]] = []
    for mention in named:
        if groups:
            group, ids, operator = groups[-1]
            joint = _joint(_between(all_words, group[-1].end, mention.start), either)
            if mention.license in ids or base(mention.license) in map(base, ids):
                if len(_between(all_words, group[-1].end, mention.start)) <= 8:
                    group.append(mention)
                    continue
            elif joint and operator in ("", joint) and (joint == "OR" or (mention.license and ids[-1])):
                group.append(mention)
                ids.append(mention.license)
                groups[-1] = (group, ids, joint)
                continue
        groups.append(([mention], [mention.license], ""))
    certain = [(group, [one for one in ids if one], operator, "" in ids) for group, ids, operator in groups]
    return [(group, f" {operator} ".join(ids), is_open) for group, ids, operator, is_open in certain if ids]


def _joint(between: Sequence[Word], either: bool) -> str:
    """OR, AND, or nothing, by the words between two licences."""
    if len(between) > 9 or any(phrases(between, kind) for kind in ("whole", "part", "piece", "others")):
        return ""
    forms = {word.form for word in between}
    if forms & set(read("sentences")["or"]):
        return "OR"
    if forms & set(read("sentences")["and"]):
        return "OR" if either else "AND"
    return "OR" if either and len(between) <= 2 else ""


def _is_short(paragraph: Paragraph) -> bool:
    return len(paragraph.text) <= 200 and len(paragraph.starts) <= 3


def _mostly_named(all_words: Sequence[Word], named: Sequence[Mention], whole: bool) -> bool:
    """Whether the licence's name is nearly all that the words say: a title, an address by itself.

    `whole`: the words are all of a paragraph, where a few more are no harm (“MIT License of the meal planner”).
    """
    named = named[:20]  # a title has one or two
    inside = sum(1 for word in all_words for m in named if m.start <= word.start < m.end)
    return inside * 2 >= len(all_words) or (whole and len(all_words) - inside <= 4)


def _outside(all_words: Sequence[Word], named: Sequence[Mention]) -> list[Word]:
    """The words that belong to no licence's name: “授權條款” in one gives nothing."""
    inside = {at for m in named[:20] for at, word in enumerate(all_words) if m.start <= word.start < m.end}
    return [word for at, word in enumerate(all_words) if at not in inside]


def _between(all_words: Sequence[Word], start: int, end: int) -> list[Word]:
    return [word for word in all_words if start <= word.start < end]


def _end_before(named: Sequence[Mention], mention: Mention) -> int:
    return max((m.end for m in named if m.end <= mention.start), default=0)


def _start_after(named: Sequence[Mention], mention: Mention, sentence: str) -> int:
    return min((m.start for m in named if m.start >= mention.end), default=len(sentence))

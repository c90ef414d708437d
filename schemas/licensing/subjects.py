"""What a sentence about a licence or a condition speaks of: the software, a part of it, what others made; and whether it speaks
of now.

The words for that, in seven languages, stand in `sentences.json`. In doubt a sentence is not about the software: a statement
that is missed does less harm than one that is put into a publisher's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache

from .prose import Word, read, words

_LICENSED = ("授", "權", "权", "條", "条", "款", "許", "许", "可", "證", "证")
_OPENING = 8  # words of a sentence's end that may tell what it was about: “MIT for the code”


class About(IntEnum):
    """What is spoken of. Only what is at the highest level in a file is said of the software."""

    OTHERS = 0  # what is bundled or used, what others made
    PART = 1  # documentation, data, fonts; the software itself, or all there is, where nothing else is said
    NAMED = 2  # something by a name that may be the software's
    WHOLE = 3  # the software; or nothing is named


def about(before: Sequence[Word], after: Sequence[Word] = ()) -> About:
    """What a statement is about, by the words before the licence's name, else by those after it."""
    if _names_others(before) or _uses(before):
        return About.OTHERS
    subject = subject_of(before)
    if subject is not None:
        return subject
    if not before:
        if _names_others(after[:_OPENING]):
            return About.OTHERS
        return subject_of(after[:_OPENING]) or About.WHOLE
    return About.NAMED if _names_something(before) else About.WHOLE


def about_heading(heading: Sequence[Word], level: int) -> About:
    """What stands below a heading: a part, something by its name (not the title of all), or the software."""
    if phrases(heading, "foreign"):
        return About.OTHERS
    subject = subject_of(heading)
    if subject is not None:
        return subject
    is_name = level > 1 and not phrases(heading, "grant") and not any(word.form in _neutral() for word in heading)
    return About.NAMED if is_name else About.WHOLE


def subject_of(all_words: Sequence[Word], parts: tuple[str, ...] = ("part", "piece")) -> About | None:
    """WHOLE or PART, whichever is named first; of “the software's documentation” the documentation. None: neither."""
    subjects = sorted(
        (at, -length, kind)
        for kind, names in ((About.PART, parts), (About.WHOLE, ("whole",)))
        for name in names
        for at, length in phrases(all_words, name)
    )
    for at, negative, kind in subjects:
        if kind is About.WHOLE and _is_owner(all_words, at - negative, subjects):
            continue
        return kind
    return None


def is_now(text: str) -> bool:
    """Whether a sentence tells neither of a time before nor of a plan."""
    return not any(pattern.search(text) for kind in ("past", "plans") for pattern in patterns("sentences", kind))


def phrases(all_words: Sequence[Word], name: str) -> list[tuple[int, int]]:
    """Where phrases of one kind stand: at which word, how many words long."""
    tree = _tree(name)
    found = []
    for at, word in enumerate(all_words):
        for forms in tree.get(word.form, ()):
            if all(at + i < len(all_words) and all_words[at + i].form == form for i, form in enumerate(forms)):
                found.append((at, len(forms)))
                break
    return found


@cache
def patterns(name: str, kind: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of one kind in a data file."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in read(name)[kind])


def _names_others(said: Sequence[Word]) -> bool:
    """Not by words that go on as the software: “code in vendor/” and “code in this repository”."""
    whole = dict(phrases(said, "whole"))
    return any(whole.get(at, 0) <= length for at, length in phrases(said, "others"))


def _is_owner(all_words: Sequence[Word], end: int, subjects: Sequence[tuple[int, int, About]]) -> bool:
    """Whether a part follows at once: “project documentation”, “the software's icons”, 本軟體之文件."""
    if end < len(all_words) and all_words[end].form in ("s", "之", "的"):
        end += 1
    return any(at == end and kind is About.PART for at, _, kind in subjects)


def _uses(before: Sequence[Word]) -> bool:
    """Whether something that is contained or used is named before the licence: “it uses Leaflet, which is under …”.

    Not in “uses the MIT License”, and not where what is contained is the software: “contains the source code of …”.
    """
    granted = {place for start, size in phrases(before, "grant") for place in range(start, start + size)}
    whole = {start for start, _ in phrases(before, "whole")}
    for at, length in phrases(before, "uses"):
        rest = [
            place
            for place in range(at + length, len(before))
            if place not in granted and before[place].form not in _neutral()
        ]
        if rest and rest[0] not in whole:
            return True
    return False


def _names_something(before: Sequence[Word]) -> bool:
    """Whether words stand before the verb that are more than grammar: a name. Who has the copyright is none."""
    if before[0].form in ("copyright", "c"):
        return False
    while before and before[0].form in _LICENSED:  # the end of what was said of another licence: “… 授權，Leaflet 採用”
        before = before[1:]
    grants = phrases(before, "grant")
    first = min((at for at, _ in grants), default=len(before))
    return any(word.form not in _neutral() and not word.form[0].isdigit() for word in before[:first])


@cache
def _neutral() -> frozenset[str]:
    return frozenset(word.form for word in words(" ".join(read("sentences")["neutral"])))


@cache
def _tree(name: str) -> dict[str, list[tuple[str, ...]]]:
    """The phrases of `sentences.json` under `name`, by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in read("sentences")[name]:
        forms = tuple(word.form for word in words(phrase))
        found.setdefault(forms[0], []).append(forms)
    return {first: sorted(forms, key=len, reverse=True) for first, forms in found.items()}

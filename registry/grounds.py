"""Why two entries are similar, as sentences: what they have in common, in the reader's language where it is written in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..schemas.finding import Message, message
from ..schemas.vocabularies import label
from .search.concepts import concept_label


class Ground(StrEnum):
    """What two entries have in common."""

    KIND = "kind"
    CATEGORY = "category"
    SCOPE = "scope"
    FEATURE = "feature"
    CONCEPT = "concept"
    WORD = "word"
    USE = "use"


_VOCABULARIES = {Ground.CATEGORY: "categories", Ground.SCOPE: "scopes"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that two entries have in common. `values` are values of the standard's lists, else texts as they are written.

    `language` is that of such texts (BCP 47), empty for what has labels in every language. `of`: for features, how many the
    entry has, of which `count` resemble one of the other.
    """

    ground: Ground
    values: tuple[str, ...]
    language: str = ""
    count: int = 0
    of: int = 0

    def listed(self, language: str) -> str:
        """The values, with labels for a page in `language`."""
        comma = "、" if language.startswith("zh") else ", "
        return comma.join(self._label(value, language) for value in self.values)

    def said(self, language: str) -> Message:
        """The same as a sentence, which ends with the values."""
        values = self.listed(language)
        match self.ground:
            case Ground.CATEGORY:
                return message("Same category: {values}", values=values)
            case Ground.SCOPE:
                return message("Same field of administration: {values}", values=values)
            case Ground.FEATURE:
                return message(
                    "Features that resemble, {count} of {total}: {values}",
                    count=self.count,
                    total=self.of,
                    values=values,
                )
            case Ground.CONCEPT:
                return message("Both are about: {values}", values=values)
            case Ground.KIND:
                return message("Said to be the same kind of thing: {values}", values=values)
            case Ground.USE:
                return message("Used by, confirmed: {values}", values=values)
            case Ground.WORD:
                return message("Both are described with: {values}", values=values)

    def _label(self, value: str, language: str) -> str:
        if self.ground is Ground.CONCEPT:
            return concept_label(value, language)
        vocabulary = _VOCABULARIES.get(self.ground)
        return label(vocabulary, value, language) if vocabulary else value


def of_reader(tags: Iterable[str], language: str) -> str:
    """The tag of the language that a reader of `language` reads; empty where there is none."""
    given = list(tags)
    same = [tag for tag in given if tag.lower() == language.lower()]
    near = [tag for tag in given if tag.lower().startswith(f"{language.lower()}-")]
    script = {"zh-Hant": ("zh-TW", "zh-HK", "zh")}.get(language, ())
    return next(iter((*same, *near, *(tag for tag in given if tag in script))), "") if language else ""

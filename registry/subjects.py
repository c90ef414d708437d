"""What a search can be about: the concepts that the search knows, as a reader of one language calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..schemas.vocabularies import labels
from .search import SearchIndex
from .search.concepts import MARK, concept_label, concepts_in, read_words, table, words_of

_own_words = cache(read_words)


@cache
def subjects(language: str) -> Mapping[str, tuple[str, ...]]:
    """By concept what it is called in `language`, its label first, then in English; only what the search knows again."""
    own, categories = _own_words(), labels("categories")
    found = {}
    for concept in table().labels:
        said = own.get(concept, {})
        label = concept_label(concept, language)
        words = (
            label,
            *words_of(said.get(language, "")),
            categories.get(concept, {}).get("en", ""),
            *words_of(said.get("en", "")),
        )
        if concept in categories or any(match.concept == concept for match in concepts_in(label)):
            found[concept] = tuple(dict.fromkeys(word for word in words if word))
    return found


def with_entries(index: SearchIndex, concepts: Iterable[str]) -> list[str]:
    """Those of `concepts` that stand in an entry, in their order."""
    listed = list(concepts)
    counts = index.frequencies(MARK + concept for concept in listed).counts
    return [concept for concept in listed if counts.get(MARK + concept)]


def named_in(text: str) -> list[str]:
    """The concepts that `text` names in any language, each once."""
    return list(dict.fromkeys(match.concept for match in concepts_in(text)))

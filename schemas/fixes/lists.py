"""Slips in lists of texts: one text where a list is wanted, several values in one text, platforms by other names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..document import Document
from ..editing.changes import Set
from ..finding import message
from ..nodes import Kind, Node
from ..rules import country_known, language_known, platform_known, value_type
from ..standard import V0, Type
from ..structure import shown, structure
from . import readings
from .proposals import Open, Proposal, changed

_SEPARATOR = re.compile(r"\s*[,;，；、]\s*")

# Lists of which we can tell whether a text names one item: by path, the rule about items, and what a text names (empty:
# nothing known).
_KNOWN: dict[str, tuple[str, Callable[[str], str]]] = {
    "platforms": (platform_known.ID, readings.platform),
    "intendedAudience.countries": (country_known.ID, readings.country_code),
    "intendedAudience.unsupportedCountries": (country_known.ID, readings.country_code),
    "localisation.availableLanguages": (language_known.ID, readings.language_tag),
}


def one_text(document: Document) -> Iterator[Proposal | Open]:
    """A list of one text instead of the text alone; not where the text may itself be an enumeration."""
    of_texts = {key.path.removesuffix("[]") for key in V0 if key.path.endswith("[]") and key.type is Type.TEXT}
    for found in structure(document).mistyped:
        if found.key.type is not Type.LIST or found.key.path not in of_texts or not found.text.strip(" -"):
            continue
        if any(sign in found.text for sign in ",;、，；\n"):
            continue
        text = message("made a list of the text “{old}”", old=found.shown)
        item = found.text.strip().lstrip("-").strip()  # `-text` is a list's item whose dash lacks its space
        yield Proposal(value_type.ID, found.path, (Set(found.path, [item]),), text)


def enumerations(document: Document) -> Iterator[Proposal | Open]:
    """An item for each value of a text that lists several, where every part of it is known."""
    there = structure(document)
    for found in (*there.mistyped, *there.all_at(*_KNOWN)):
        node = found.node
        if found.key.path not in _KNOWN or node is None:
            continue
        rule, known = _KNOWN[found.key.path]
        texts = node.items if node.kind is Kind.LIST else [node]
        parts = [_parts(text, known) for text in texts]
        first = next((number for number, names in enumerate(parts) if names), None)
        if first is None or any(text.kind is not Kind.TEXT for text in texts):
            continue
        items = [name for text, names in zip(texts, parts, strict=True) for name in names or [text.text]]
        said = message(
            "wrote an item for each value of “{old}”: {new}",
            old=shown(texts[first].text),
            new=", ".join(parts[first]),
        )
        if node.kind is Kind.LIST:
            yield Proposal(rule, (*found.path, first), (Set(found.path, items),), said)
        else:
            yield Proposal(value_type.ID, found.path, (Set(found.path, items),), said)


def _parts(node: Node, known: Callable[[str], str]) -> list[str]:
    """What the parts of a text name, each once; nothing where there is one part only, or one that is not known."""
    text = readings.bare(node.text) if len(node.text) <= readings.MOST_LISTED else ""
    parts = [part for part in _SEPARATOR.split(text) if part]
    names = [known(part) for part in parts]
    return list(dict.fromkeys(names)) if len(parts) > 1 and all(names) else []


def platforms(document: Document) -> Iterator[Proposal | Open]:
    """Platforms of the standard's list as it writes them, also instead of their labels; all others are free."""
    for found in structure(document).all_at("platforms[]"):
        value = readings.platform(found.text)
        if value and value != found.text:
            yield changed(platform_known.ID, document, found, value)

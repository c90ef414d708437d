"""What could be repaired in a document: one function for each kind of slip. `FINDERS` of the package lists them.

A function finds places whose text has exactly one reading and proposes a change (`Proposal`), or several readings, and
leaves the choice to the owner (`Open`). None of them removes what somebody wrote, chooses a licence or translates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..addresses import is_email, is_http_url, is_uri, is_url
from ..document import Document
from ..editing.changes import Change, Remove, Rename, Set
from ..finding import Message, message
from ..nodes import Kind, Node, Path
from ..rules import (
    contractors_given,
    country_case,
    country_known,
    date_format,
    email_format,
    key_deprecated,
    key_known,
    language_known,
    license_known,
    organisation_uri,
    path_relative,
    supports_known,
    text_length,
    url_format,
    value_listed,
    value_type,
    version_latest,
    version_supported,
)
from ..rules.organisation_uri import IPA
from ..standard import LATEST, SUPPORTED, Format, Type
from ..structure import Found, shown, structure
from ..suggestions import nearest
from ..vocabularies import labels
from . import readings

SHORT_LIST = 10  # values of a closed list that are offered one by one


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair that has one reading: the rule that asks for it, where, what to change, and what will have been done."""

    rule: str
    path: Path
    changes: tuple[Change, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Open:
    """A place that has several readings: the values from which the owner may choose."""

    rule: str
    path: Path
    values: tuple[str, ...]
    message: Message


Finder: TypeAlias = Callable[[Document], Iterator[Proposal | Open]]


def written(found: Found, document: Document) -> Path:
    """The place of a text in the file: one text where a list may stand is read as the list's only item."""
    return found.path if document.node(found.path) is not None else found.path[:-1]


def changed(rule: str, document: Document, found: Found, new: str) -> Proposal:
    """A repair that writes `new` instead of the text that was found."""
    path = written(found, document)
    return Proposal(rule, path, (Set(path, new),), replaced(found.text, new))


def replaced(old: str, new: str) -> Message:
    """What is said of it."""
    return message("wrote “{new}” instead of “{old}”", new=shown(new), old=shown(old))


def _renamed(rule: str, path: Path, new: str) -> Proposal:
    text = message("renamed the key {old} to {new}", old=shown(str(path[-1])), new=new)
    return Proposal(rule, path, (Rename(path, new),), text)


def _has_text(node: Node | None) -> bool:
    return node is not None and node.kind not in (Kind.NULL, Kind.LIST, Kind.MAPPING) and bool(node.text)


def version(document: Document) -> Iterator[Proposal | Open]:
    """publiccodeYmlVersion: "0" instead of an older version, or of a number without quotes."""
    path = ("publiccodeYmlVersion",)
    node = document.node(path)
    if node is None or node.kind not in (Kind.TEXT, Kind.NUMBER) or not readings.version(node.text):
        return
    if node.kind is Kind.TEXT and node.text in LATEST:
        return
    rule = value_type.ID if node.kind is Kind.NUMBER else version_latest.ID
    if node.kind is Kind.TEXT and node.text not in SUPPORTED:
        rule = version_supported.ID
    yield Proposal(rule, path, (Set(path, "0"),), replaced(node.text, "0"))


def misspelt_keys(document: Document) -> Iterator[Proposal | Open]:
    """Keys that are certainly one of the standard's, which is not there yet."""
    found = [
        (unknown.path, readings.key(str(unknown.path[-1]), unknown.known)) for unknown in structure(document).unknown
    ]
    count = Counter((path[:-1], new) for path, new in found)
    for path, new in found:
        holder = document.node(path[:-1])
        if new and count[path[:-1], new] == 1 and holder is not None and new not in holder.entries:
            yield _renamed(key_known.ID, path, new)


def organisation_addresses(document: Document) -> Iterator[Proposal | Open]:
    """`url` of an organisation is its `uri`."""
    for unknown in structure(document).unknown:
        path = unknown.path
        holder, node = document.node(path[:-1]), document.node(path)
        match path:
            case ("organisation", "url") | ("fundedBy", int(), "url"):
                if node is not None and is_uri(node.text) and holder is not None and "uri" not in holder.entries:
                    yield _renamed(key_known.ID, path, "uri")


def italian_code(document: Document) -> Iterator[Proposal | Open]:
    """The code of an Italian administration as organisation.uri, where that says nothing else."""
    found = structure(document).at("IT.riuso.codiceIPA") or structure(document).at("it.riuso.codiceIPA")
    if found is None or not found.text.strip():
        return
    place, uri = ("organisation", "uri"), IPA + found.text.strip()
    there = document.node(place)
    if not _has_text(there):
        yield _moved(found, place, uri)
    elif there is not None and there.text.strip().lower() == uri.lower():
        yield _moved(found, place, "")


def owner(document: Document) -> Iterator[Proposal | Open]:
    """legal.repoOwner as organisation.name, where the organisation has its uri and no other name."""
    found = structure(document).at("legal.repoOwner")
    place = ("organisation", "name")
    if found is None or not found.text.strip() or not _has_text(document.node(("organisation", "uri"))):
        return
    there = document.node(place)
    if not _has_text(there):
        yield _moved(found, place, found.text)
    elif there is not None and there.text.strip() == found.text.strip():
        yield _moved(found, place, "")


def _moved(found: Found, place: Path, value: str) -> Proposal:
    """Writes `value` at `place` (empty: it stands there already) and takes the deprecated key out."""
    old, new = found.key.path, ".".join(map(str, place))
    if not value:
        text = message("removed {old}: {new} says the same", old=old, new=new)
        return Proposal(key_deprecated.ID, found.path, (Remove(found.path),), text)
    text = message("moved {old} to {new}: “{value}”", old=old, new=new, value=shown(value))
    return Proposal(key_deprecated.ID, found.path, (Set(place, value), Remove(found.path)), text)


def languages(document: Document) -> Iterator[Proposal | Open]:
    """Language tags with underscores, of three letters or as names, which mean one tag."""
    section = document.node(("description",))
    there = [name.lower() for name in section.entries] if section is not None else []
    keys = []
    for found in structure(document).of_format(Format.LANGUAGE):
        is_key = found.key.path.endswith("*")
        tag = readings.language(str(found.path[-1]) if is_key else found.text)
        if tag and is_key:
            keys.append((found.path, tag))
        elif tag:
            yield changed(language_known.ID, document, found, tag)
    count = Counter([*there, *(tag.lower() for _, tag in keys)])
    for path, tag in keys:
        if count[tag.lower()] == 1:
            yield _renamed(language_known.ID, path, tag)


def renamed_keys(document: Document) -> Iterator[Proposal | Open]:
    """Deprecated keys that have another name now: monochromeLogo where there is no logo, `it` where there is no IT."""
    for old, new in (("monochromeLogo", "logo"), ("it", "IT")):
        found = structure(document).at(old)
        if found is not None and document.node((new,)) is None and (found.text or found.key.type is Type.MAPPING):
            yield _renamed(key_deprecated.ID, found.path, new)


def booleans(document: Document) -> Iterator[Proposal | Open]:
    """true and false instead of yes, no, on, off, also in quotes."""
    for found in structure(document).mistyped:
        value = readings.boolean(found.text)
        if found.key.type is Type.BOOLEAN and value is not None:
            word = "true" if value else "false"
            old = (
                f'"{found.text}"' if found.text.lower() == word else found.text
            )  # it stands in quotes, or it were right
            yield Proposal(value_type.ID, found.path, (Set(found.path, value),), replaced(old, word))


_ADDRESSES: dict[Format, tuple[str, Callable[[str], object]]] = {
    Format.URL: (url_format.ID, is_url),
    Format.HTTP_URL: (url_format.ID, is_http_url),
    Format.VIDEO: (url_format.ID, is_http_url),
    Format.URI: (organisation_uri.ID, is_uri),
    Format.EMAIL: (email_format.ID, is_email),
    Format.PATH: (path_relative.ID, bool),
}


def blanks(document: Document) -> Iterator[Proposal | Open]:
    """Addresses and paths without the blanks, line breaks and typographic quotes around them."""
    for kind, (rule, fits) in _ADDRESSES.items():
        for found in structure(document).of_format(kind):
            bare = readings.bare(found.text)
            if bare == found.text or not fits(bare):
                continue
            if bare != found.text.strip():
                yield changed(rule, document, found, bare)
                continue
            path = written(found, document)
            text = message("removed the blanks around “{value}”", value=shown(bare))
            yield Proposal(rule, path, (Set(path, bare),), text)


def empty_addresses(document: Document) -> Iterator[Proposal | Open]:
    """Optional addresses and dates of which only the key is there, as forms leave them; an empty one is an error."""
    kinds = {kind: rule for kind, (rule, _) in _ADDRESSES.items() if kind not in (Format.PATH, Format.URI)}
    for kind, rule in {**kinds, Format.DATE: date_format.ID}.items():
        for found in structure(document).of_format(kind):
            path = written(found, document)
            holder = document.node(path[:-1])
            empty = found.node is not None and found.node.kind is Kind.TEXT and not found.text
            if empty and not found.key.required and isinstance(path[-1], str) and holder and len(holder.entries) > 1:
                text = message("removed the key {name}, which had an empty text", name=path[-1])
                yield Proposal(rule, path, (Remove(path),), text)


def kept_line_breaks(document: Document) -> Iterator[Proposal | Open]:
    """Blocks of text that are too long only by the line break that `>` and `|` keep at their end."""
    for found in structure(document).present:
        longest = found.key.longest
        if longest and found.text.endswith("\n"):
            bare = found.text.rstrip("\n")
            if text_length.characters(found.text) > longest >= text_length.characters(bare):
                text = message("left away the line break at the end of the text, which made it too long")
                yield Proposal(text_length.ID, found.path, (Set(found.path, bare),), text)


def licence(document: Document) -> Iterator[Proposal | Open]:
    """The SPDX expression that a licence's name means; where it may mean several, the owner of the rights has to say."""
    for found in structure(document).of_format(Format.LICENSE):
        meant = readings.licence(found.text)
        if len(meant) == 1:
            yield changed(license_known.ID, document, found, meant[0])
        elif meant:
            text = message(
                "“{value}” may mean several licences; only the owner of the rights can say which", value=found.shown
            )
            yield Open(license_known.ID, found.path, meant, text)


def countries(document: Document) -> Iterator[Proposal | Open]:
    """Country codes in capitals, also instead of the country's name."""
    for found in structure(document).of_format(Format.COUNTRY):
        code = readings.country(found.text)
        if code:
            rule = country_case.ID if found.text == code.lower() else country_known.ID
            yield changed(rule, document, found, code)


def dates(document: Document) -> Iterator[Proposal | Open]:
    """Dates as YYYY-MM-DD; where day and month may be exchanged, the owner has to say."""
    for found in structure(document).of_format(Format.DATE):
        days = readings.dates(found.text)
        if len(days) == 1:
            yield changed(date_format.ID, document, found, days[0])
        elif days:
            text = message("“{value}” may be one of several days", value=found.shown)
            yield Open(date_format.ID, found.path, days, text)


def listed_values(document: Document) -> Iterator[Proposal | Open]:
    """Values of closed lists, spelt as there, also instead of their labels.

    A short list is offered whole, of a long one the nearest value.
    """
    compared = 0
    for found in structure(document).present:
        if not found.key.listed or found.text in labels(found.key.listed):
            continue
        values = tuple(labels(found.key.listed))
        value = readings.listed(found.text, found.key.listed)
        if value:
            yield changed(value_listed.ID, document, found, value)
            continue
        if len(values) <= SHORT_LIST:
            offered = tuple(value for value in values if value.startswith(f"{found.text}/")) or values
        else:
            near = nearest(found.text, values) if compared < value_listed.MOST_SUGGESTIONS else ""
            compared, offered = compared + 1, (near,) * bool(near)
        if offered:
            text = message("“{value}” is not in the list of values", value=found.shown)
            yield Open(value_listed.ID, found.path, offered, text)


def aliases(document: Document) -> Iterator[Proposal | Open]:
    """alias:gdpr instead of gdpr."""
    for found in structure(document).of_format(Format.SUPPORTS):
        alias = readings.alias(found.text)
        if alias and alias != found.text:
            yield changed(supports_known.ID, document, found, alias)


def no_contractors(document: Document) -> Iterator[Proposal | Open]:
    """An empty list of contractors where the maintenance is no contract, which must have none."""
    path = ("maintenance", "contractors")
    node, kind = document.node(path), structure(document).at("maintenance.type")
    known = kind is not None and kind.text in labels("maintenance-types")
    if node is not None and node.kind is Kind.LIST and not node.items and known and kind and kind.text != "contract":
        text = message("removed the empty list of contractors, which only the type contract may have")
        yield Proposal(contractors_given.ID, path, (Remove(path),), text)

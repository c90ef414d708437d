"""A catalogue's data as a publiccode.yml: made of it where the catalogue holds none, told about where it does.

Everything goes through the crosswalk from CodeMeta (`schemas/drafts/codemeta.py`) and is written by the project's own
writer. A value that is missing stays missing; what was given and could not be used is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...schemas.addresses import is_http_url
from ...schemas.candidate import Candidate, RepositoryFile, address_key
from ...schemas.document import parse
from ...schemas.drafts import json_ld as ld
from ...schemas.drafts.codemeta import LONG, from_codemeta
from ...schemas.editing.writing import Layout, Value, entry_lines
from ...schemas.finding import Message, message
from ...schemas.nodes import Path, key_text
from ...schemas.structure import Branch, tree
from .normalised import language_meant, license_meant, unused

FILE = "publiccode.yml"
_HABITS = Layout()
# Where a term of CodeMeta lands: the value is there when a path begins or ends so.
_LANDS: Mapping[str, str] = {
    "name": "name",
    "url": "landingURL",
    "softwareVersion": "softwareVersion",
    "dateModified": "releaseDate",
    "developmentStatus": "developmentStatus",
    "description": "description",
    "keywords": "features",
    "maintainer": "maintenance",
}


def made(
    described: Mapping[str, Any],
    names: Mapping[str, str],
    licenses: Sequence[str] = (),
    more: Mapping[Path, Value] | None = None,
) -> tuple[Candidate | None, tuple[Message, ...]]:
    """The publiccode.yml that a record of a catalogue gives, and what to tell about it; None: it says nothing but an address.

    Args:
        described: the record in the terms of CodeMeta, without its licence.
        names: what the catalogue calls these terms.
        licenses: the licence as written.
        more: values that the crosswalk does not know, by their places.

    """
    given = [value for term, value in described.items() if term not in ("codeRepository", "inLanguage")]
    if not any((*given, *licenses, *(more or {}).values())):
        return None, ()  # the crosswalk takes milliseconds, and lists of addresses may be long
    described, quirks = _with_languages(described)
    values = from_codemeta({"@type": "SoftwareSourceCode", **described})
    quirks += [
        unused(names.get(term, term), _text(given))
        for term, given in described.items()
        if term in _LANDS and given and not _landed(term, values, described)
    ]
    quirks += _shortened(described, values, names)
    license_, told = license_meant([ld.line(text, 4_000) for text in licenses])
    values[("legal", "license")] = license_
    for path, value in (more or {}).items():
        values[path] = ld.line(value) if isinstance(value, str) else value
        if value and not values[path]:
            quirks.append(unused(key_text(path), str(value)))
    said = {path: value for path, value in values.items() if value}
    if not said.keys() - {("url",)}:
        return None, (*quirks, *told)
    return Candidate(RepositoryFile(FILE, written(said))), (*quirks, *told)


def written(values: Mapping[Path, Value]) -> bytes:
    """A publiccode.yml that says `values` and nothing else, in the order of the standard's table."""
    root: dict[str, Any] = {"publiccodeYmlVersion": "0"}
    for path, value in values.items():
        section = root
        for step in path[:-1]:
            section = section.setdefault(str(step), {})
        section[str(path[-1])] = value
    lines = [line for key, value in _ordered(root, tree("0")) for line in entry_lines(key, value, 0, _HABITS)]
    return ("\n".join(lines) + "\n").encode()


def told_of(content: bytes) -> tuple[Message, ...]:
    """What to tell of a publiccode.yml that a catalogue holds: how its licence and its languages are read.

    The file itself stays as it is, for the validator to judge.
    """
    values = parse(content).values or {}
    quirks: list[Message] = []
    legal, descriptions = values.get("legal"), values.get("description")
    license_ = legal.get("license") if isinstance(legal, Mapping) else None
    if isinstance(license_, str):
        quirks += license_meant([license_.strip()])[1]
    if isinstance(descriptions, Mapping):
        for tag in list(descriptions)[: ld.MOST]:
            quirks += language_meant(tag)[1]
    return tuple(quirks)


def _ordered(values: Mapping[str, Any], branch: Branch | None) -> Iterator[tuple[str, Value]]:
    keys = branch.keys if branch else {}
    for name in (*(key for key in keys if key in values), *(name for name in values if name not in keys)):
        value = values[name]
        below = (keys.get(name) or branch.any) if branch else None
        yield name, dict(_ordered(value, below)) if isinstance(value, dict) else value


def _with_languages(described: Mapping[str, Any]) -> tuple[dict[str, Any], list[Message]]:
    """The record with the language of each description as BCP 47 writes it."""
    quirks: list[Message] = []
    texts = []
    for one in ld.each(described.get("description")):
        if isinstance(one, Mapping) and isinstance(one.get("@language"), str):
            tag, told = language_meant(one["@language"])
            one = {**one, "@language": tag}
            quirks += told
        texts.append(one)
    return {**described, **({"description": texts} if texts else {})}, quirks


def _landed(term: str, values: Mapping[Path, Value], described: Mapping[str, Any]) -> bool:
    """Whether the value of `term` came through; an address of the home page that is the repository's says nothing more."""
    key = _LANDS[term]
    if any(key in (path[0], path[-1]) for path in values):
        return True
    repository = ld.part(described.get("codeRepository"), "url", "@id")
    return term == "url" and address_key(ld.part(described["url"], "url", "@id")) == address_key(repository)


def _text(given: object) -> str:
    """What was given, to be shown."""
    one = next(iter(ld.each(given)), "")
    return ld.part(one, "@value", "name", "email", "url", "@id") if isinstance(one, Mapping) else str(one)[:500]


def _shortened(
    described: Mapping[str, Any], values: Mapping[Path, Value], names: Mapping[str, str]
) -> Iterator[Message]:
    """What to tell of lists and texts of which the crosswalk takes a part."""
    given = {ld.part(one, "name", "@value").casefold() for one in ld.each(described.get("keywords"))} - {""}
    kept = next((len(value) for path, value in values.items() if path[-1] == "features" and isinstance(value, list)), 0)
    if len(given) > kept > 0:
        field = names.get("keywords", "keywords")
        yield message(
            "Of the field {field} {kept} of {count} values were used.", field=field, kept=kept, count=len(given)
        )
    for one in ld.each(described.get("description")):
        text = one.get("@value") if isinstance(one, Mapping) else one
        if isinstance(text, str) and len(text.strip()) > LONG:
            yield message(
                "Of the field {field} only the beginning was used.", field=names.get("description", "description")
            )


def landing(text: str, field: str) -> tuple[str, tuple[Message, ...]]:
    """The first address of a home page in a field that may have several, or else what stands there."""
    found = [word for word in text.replace(";", " ").replace("；", " ").split() if is_http_url(word)]
    told = message("Of the field {field} only the first address was used.", field=field)
    return (found[0] if found else text.strip()), (told,) if len(found) > 1 else ()

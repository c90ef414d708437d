"""The standard's closed lists and keys with their labels in each language, and the lists of others; all data files beside this one.

Nothing is read at import; each file once, when first asked for. Files with an `.origin.toml` beside them come from others,
the rest is written by us from the standard.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# Of the values of every closed list, in this order; keys.json speaks the languages of our pages only.
LABEL_LANGUAGES = ("en", "zh-Hant", "it", "fr", "de", "nl", "es", "sv")
VOCABULARIES = (
    "categories",
    "countries",
    "country-extension-versions",
    "development-status",
    "maintenance-types",
    "platforms",
    "scopes",
    "software-types",
    "supports-aliases",
)


@cache
def read(name: str) -> Any:
    """The content of the data file `name` (without `.json`); shared, not to be changed."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def labels(vocabulary: str) -> Mapping[str, Mapping[str, str]]:
    """All values of a closed list, in the standard's order, each with its labels by language (BCP 47)."""
    if vocabulary not in VOCABULARIES:
        raise KeyError(vocabulary)
    entries: Mapping[str, Mapping[str, str]] = read(vocabulary)
    return entries


def label(vocabulary: str, value: str, language: str) -> str:
    """The label of `value` in `language`; in English where there is none; the value itself where it is not in the list."""
    known = labels(vocabulary).get(value, {})
    return known.get(language) or known.get("en") or value


def value_called(vocabulary: str, text: str) -> str:
    """The one value of a closed list that has `text` as its label in some language: 穩定版 is `stable`; empty where none has.

    Compared without regard to case, blanks around, full-width letters, and the two ways to write 臺.
    """
    return _by_label(vocabulary).get(_form(text), "") if len(text) <= 100 else ""


@cache
def _by_label(vocabulary: str) -> Mapping[str, str]:
    called: dict[str, set[str]] = {}
    for value, texts in labels(vocabulary).items():
        for text in texts.values():
            called.setdefault(_form(text), set()).add(value)
    return {text: values.pop() for text, values in called.items() if len(values) == 1}


def _form(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold().replace("台", "臺")


def key_label(path: str, language: str) -> str:
    """The name of a form's field for the key at `path`, a line of the standard's table such as `legal.license`.

    In English where there is none in `language`; the last part of the path where the line has no entry.
    """
    return _said_of_key(path, "label", language) or path.rsplit(".", 1)[-1]


def key_help(path: str, language: str) -> str:
    """What to write at `path`, in one or two sentences; in English where `language` has none; else an empty text."""
    return _said_of_key(path, "help", language)


def key_example(path: str) -> str:
    """A value as it might stand at `path` (for a list: as one item of it), the same in all languages; else an empty text."""
    example: str = read("keys").get(path, {}).get("example", "")
    return example


def _said_of_key(path: str, kind: str, language: str) -> str:
    texts: Mapping[str, str] = read("keys").get(path, {}).get(kind, {})
    return texts.get(language) or texts.get("en", "")


def license_name(identifier: str) -> str:
    """The full name of an SPDX licence or exception id (upper or lower case); the id itself where it is not in the list."""
    entry = licenses().get(identifier.lower()) or exceptions().get(identifier.lower())
    return entry[1]["name"] if entry else identifier


@cache
def licenses() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """The SPDX licence list: lower-case id → (id, {name, osi, fsf, deprecated}); a flag that is false is absent."""
    return {identifier.lower(): (identifier, entry) for identifier, entry in read("spdx-licenses")["licenses"].items()}


@cache
def exceptions() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """The SPDX list of licence exceptions: lower-case id → (id, {name, deprecated})."""
    return {
        identifier.lower(): (identifier, entry) for identifier, entry in read("spdx-licenses")["exceptions"].items()
    }

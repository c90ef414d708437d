"""The standard's closed lists with their labels in each language, and the lists of others; all data files beside this one.

Nothing is read at import; each file once, when first asked for. Files with an `.origin.toml` beside them come from others,
the rest is written by us from the standard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
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

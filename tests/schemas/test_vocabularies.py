"""The closed lists and the keys: complete, labelled, and read only on use."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.standard import V0, Type
from publiccode.schemas.validator import assess
from publiccode.schemas.vocabularies import (
    LABEL_LANGUAGES,
    VOCABULARIES,
    key_example,
    key_help,
    key_label,
    label,
    labels,
    license_name,
    read,
)

SIZES = {
    "categories": 106,
    "countries": 250,
    "country-extension-versions": 2,
    "development-status": 5,
    "maintenance-types": 4,
    "platforms": 6,
    "scopes": 24,
    "software-types": 9,
    "supports-aliases": 9,
}
# The lines of the table that a person fills in: no country section, and of a list's items only those with keys of their own.
FILLED_IN = [
    key.path
    for key in V0
    if key.path.split(".")[0] not in ("IT", "it") and (not key.path.endswith("[]") or key.type is Type.MAPPING)
]


def test_the_lists_are_as_long_as_the_standard_s() -> None:
    assert {name: len(labels(name)) for name in VOCABULARIES} == SIZES


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_value_has_a_label_in_every_language(name: str) -> None:
    other = {value: tuple(texts) for value, texts in labels(name).items() if tuple(texts) != LABEL_LANGUAGES}
    assert other == {}
    assert all(text.strip() == text != "" for texts in labels(name).values() for text in texts.values())


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
@pytest.mark.parametrize("name", VOCABULARIES)
def test_labels_within_one_language_differ(name: str, language: str) -> None:
    assert _twice(texts[language] for texts in labels(name).values()) == []


def test_every_closed_list_of_the_table_is_there() -> None:
    assert {key.listed for key in V0 if key.listed} <= set(VOCABULARIES)


def test_label_falls_back() -> None:
    assert [label("scopes", "justice", language) for language in ("zh-Hant", "it", "sv", "fi")] == [
        "司法",
        "Giustizia",
        "Rättsväsende",
        "Justice",
    ]
    assert label("platforms", "amiga", "en") == "amiga"


def test_countries_are_called_as_in_taiwan() -> None:
    assert [label("countries", code, "zh-Hant") for code in ("TW", "HK", "MO", "IT")] == [
        "臺灣",
        "香港",
        "澳門",
        "義大利",
    ]


def test_unknown_vocabulary_is_refused() -> None:
    with pytest.raises(KeyError):
        labels("spdx-licenses")


def test_every_key_that_is_filled_in_has_an_entry() -> None:
    assert list(read("keys")) == FILLED_IN


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_key_has_a_label_and_help(language: str) -> None:
    said = {
        path: (entry["label"].get(language, ""), entry["help"].get(language, ""))
        for path, entry in read("keys").items()
    }
    assert {
        path: texts for path, texts in said.items() if any(text.strip() != text or not text for text in texts)
    } == {}
    end = "。" if language == "zh-Hant" else "."
    assert {path: help_text for path, (_, help_text) in said.items() if not help_text.endswith(end)} == {}
    assert {path: text for path, (text, _) in said.items() if text.endswith(end)} == {}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_labels_within_one_section_differ(language: str) -> None:
    # A list and one of its items may be called the same: Chinese has no plural.
    named = [path for path in FILLED_IN if not path.endswith("[]")]
    assert _twice((path.rpartition(".")[0], key_label(path, language)) for path in named) == []


def test_a_key_has_no_other_texts() -> None:
    entries: dict[str, dict[str, Any]] = read("keys")
    assert {
        path for path, entry in entries.items() if not {"label", "help"} <= entry.keys() <= {"label", "help", "example"}
    } == set()
    assert {
        path for path, entry in entries.items() if not {*entry["label"], *entry["help"]} <= set(LABEL_LANGUAGES)
    } == set()


def test_help_names_the_limits_of_texts() -> None:
    for key in V0:
        for limit in (key.shortest, key.longest):
            for language in ("en", "zh-Hant") if limit else ():
                assert f"{limit:,}" in key_help(key.path, language)


def test_what_is_said_of_a_key() -> None:
    assert [key_label("legal.license", language) for language in ("en", "zh-Hant", "sv")] == [
        "Licence",
        "授權條款",
        "Licence",
    ]
    assert key_help("roadmap", "zh-Hant") == "公開說明後續開發規劃的網頁網址。"
    assert key_help("roadmap", "sv") == key_help("roadmap", "en")
    assert key_example("legal.license") == "EUPL-1.2"


def test_what_is_said_of_a_key_without_an_entry() -> None:
    assert [key_label(path, "zh-Hant") for path in ("IT.riuso.codiceIPA", "tw")] == ["codiceIPA", "tw"]
    assert (key_help("tw", "zh-Hant"), key_example("tw"), key_example("maintenance.type")) == ("", "", "")


def test_the_examples_are_right_by_our_own_rules() -> None:
    """Together, each at its place, with what has no example they make a file without errors."""
    language, types = key_example("description.*"), {key.path: key.type for key in V0}
    document: dict[str, Any] = {
        "developmentStatus": "stable",
        "softwareType": "standalone/web",
        "description": {language: {"longDescription": "It does what offices need, and explains itself. " * 4}},
        "maintenance": {"type": "contract"},
        "localisation": {"localisationReady": True},
    }
    for path in FILLED_IN:
        example = key_example(path)
        if example and types[path] is not Type.MAPPING:
            steps = path.replace("*", language).replace("[]", ".0").split(".")
            _put(document, steps, [example] if types[path] is Type.LIST else example)
    content = json.dumps(_lists(document), ensure_ascii=False).encode()
    findings = assess(Candidate(RepositoryFile("publiccode.yml", content))).findings
    assert [str(finding) for finding in findings if finding.rule != "key-deprecated"] == []


def test_example_addresses_lead_nowhere() -> None:
    hosts = {path: re.findall(r"(?:https?://|@)([^/\s]+)", key_example(path)) for path in FILLED_IN}
    others = {path: found for path, found in hosts.items() for host in found if not host.endswith(".example")}
    assert others == {"description.*.videos": ["www.youtube.com"]}


def test_license_names() -> None:
    assert license_name("eupl-1.2") == "European Union Public License 1.2"
    assert license_name("Classpath-exception-2.0") == "Classpath exception 2.0"
    assert license_name("LicenseRef-x") == "LicenseRef-x"


def test_importing_the_validator_reads_no_list() -> None:
    program = (
        "import publiccode.schemas.validator\n"
        "from publiccode.schemas.vocabularies import read\n"
        "print(read.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def _put(place: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        place = place.setdefault(step, {})
    place[steps[-1]] = value


def _lists(value: Any) -> Any:
    """The same with lists for the mappings that have numbers as keys."""
    if not isinstance(value, dict):
        return value
    return [_lists(value["0"])] if "0" in value else {key: _lists(below) for key, below in value.items()}


def _twice(texts: Iterable[Hashable]) -> list[Hashable]:
    return [text for text, times in Counter(texts).items() if times > 1]

"""The closed lists: complete, labelled, and read only on use."""

import subprocess
import sys

import pytest

from publiccode.schemas.standard import V0
from publiccode.schemas.vocabularies import VOCABULARIES, label, labels, license_name

SIX = {"en", "zh-Hant", "it", "fr", "de", "nl"}
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


def test_the_lists_are_as_long_as_the_standard_s() -> None:
    assert {name: len(labels(name)) for name in VOCABULARIES} == SIZES


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_value_has_a_label_in_every_language(name: str) -> None:
    languages = SIX if name in ("categories", "scopes", "software-types") else {"en", "zh-Hant"}
    lacking = {value: languages - texts.keys() for value, texts in labels(name).items() if languages - texts.keys()}
    assert lacking == {}
    assert all(text.strip() == text != "" for texts in labels(name).values() for text in texts.values())


@pytest.mark.parametrize("name", ["categories", "scopes"])
def test_labels_within_one_language_differ(name: str) -> None:
    for language in SIX:
        said = [texts[language] for texts in labels(name).values()]
        assert len(said) == len(set(said)), language


def test_every_closed_list_of_the_table_is_there() -> None:
    assert {key.listed for key in V0 if key.listed} <= set(VOCABULARIES)


def test_label_falls_back() -> None:
    assert [label("scopes", "justice", language) for language in ("zh-Hant", "it", "sv")] == [
        "司法",
        "Giustizia",
        "Justice",
    ]
    assert label("platforms", "amiga", "en") == "amiga"
    assert label("countries", "TW", "zh-Hant") == "臺灣"


def test_unknown_vocabulary_is_refused() -> None:
    with pytest.raises(KeyError):
        labels("spdx-licenses")


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

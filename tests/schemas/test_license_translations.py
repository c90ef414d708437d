"""Licences in other languages, told by title, version and numbered articles. Only the titles here are real."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.licensing.found import Means, Part
from publiccode.schemas.licensing.prose import read as data
from publiccode.schemas.licensing.translations import translations

from .test_license_statements import HOSTILE, hostile

TITLES = [(language, title) for language, titles in data("translations")["EUPL"].items() for title in titles]
SHARED = Path(__file__).parents[3] / "shared" / "acceptance"


def body(first: int, last: int, form: str = "{}. Lorem") -> list[str]:
    return [line for number in range(first, last + 1) for line in (form.format(number), "Lorem ipsum dolor.", "")]


@pytest.mark.parametrize(("language", "title"), TITLES)
def test_the_eupl_in_every_language(language: str, title: str) -> None:
    lines = [f"{title.upper()} v. 1.2", "EUPL © 2007, 2016", "", *body(1, 15)]
    assert translations(lines) == (Part("EUPL-1.2", Means.STRUCTURE, 1.0, language, ((1, len(lines) - 1),)),)


def test_the_eupl_under_a_title_of_its_own() -> None:
    title = [
        "# EUROPÄISCHE UNION PUBLIC LICENCE v. 1.2",
        "EUPL © Europäische Union 2007, 2016",
        "Lorem Lizenzgeber.",
        "",
    ]
    lines = [*title, *body(1, 15, "## {}. Lorem")]
    assert translations(lines) == (Part("EUPL-1.2", Means.STRUCTURE, 1.0, "de", ((1, len(lines) - 1),)),)
    assert translations([*title, *body(1, 12, "## {}. Lorem")]) == ()
    assert translations(["# Rules of the office", "They follow the EUPL.", *body(1, 15)]) == ()


def test_all_official_languages_have_a_title() -> None:
    assert len(data("translations")["EUPL"]) == 23


@pytest.mark.parametrize(
    "form", ["{}. Lorem", "{} Lorem", "{}.Lorem", "Articolo {}. Lorem", "### {}. Lorem", "Art. {} Lorem"]
)
def test_articles_may_be_numbered_in_many_ways(form: str) -> None:
    part = translations(["Licenza pubblica dell'Unione europea", "versione 1.1", *body(1, 15, form)])[0]
    assert (part.license, part.language, part.coverage) == ("EUPL-1.1", "it", 1.0)


def test_a_shortened_text_shows() -> None:
    part = translations(["Licence publique de l’Union européenne v. 1.2", *body(1, 6)])[0]
    assert (part.license, part.coverage) == ("EUPL-1.2", 0.4)


def test_two_languages_in_one_file() -> None:
    lines = [
        "EUROPEAN UNION PUBLIC LICENCE v. 1.2",
        *body(1, 15),
        "Openbare licentie van de Europese Unie v. 1.2",
        *body(1, 15),
    ]
    assert [(p.license, p.language, p.coverage, p.lines[0][0]) for p in translations(lines)] == [
        ("EUPL-1.2", "en", 1.0, 1),
        ("EUPL-1.2", "nl", 1.0, 47),
    ]


@pytest.mark.parametrize(
    ("title", "section", "license_", "language"),
    [
        ("Attribuzione 4.0 Internazionale", "Articolo {}", "CC-BY-4.0", "it"),
        ("Attribuzione - Condividi allo stesso modo 4.0 Internazionale", "Sezione {}", "CC-BY-SA-4.0", "it"),
        ("Namensnennung 4.0 International", "Abschnitt {} – Lorem", "CC-BY-4.0", "de"),
        ("Naamsvermelding-GelijkDelen 4.0 Internationaal", "Artikel {}", "CC-BY-SA-4.0", "nl"),
        ("創用CC 姓名標示 4.0 國際", "第{}條 文字", "CC-BY-4.0", "zh-Hant"),
    ],
)
def test_creative_commons(title: str, section: str, license_: str, language: str) -> None:
    lines = [title, "", *body(1, 8, section)]
    assert translations(lines) == (Part(license_, Means.STRUCTURE, 1.0, language, ((1, len(lines) - 1),)),)


def test_cc0_by_its_four_sections() -> None:
    lines = ["CC0 1.0 Universal", "", "La Renuncia del Afirmante a la Obra.", *body(1, 4)]
    assert translations(lines) == (Part("CC0-1.0", Means.STRUCTURE, 1.0, "es", ((1, len(lines) - 1),)),)


def test_what_is_no_text_of_a_licence() -> None:
    assert translations(["European Union Public Licence v. 1.2", "see elsewhere"]) == ()
    assert translations(["European Union Public Licence", *body(1, 15)]) == ()  # no version
    assert translations(["Compatible:", "— European Union Public Licence (EUPL) v. 1.1, v. 1.2", *body(1, 15)]) == ()
    assert translations(["EUROPEAN UNION PUBLIC LICENCE v. 1.2", *body(1, 15)], set(range(5, 40))) == ()


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("corpus/developer-overheid-nl__publiccode-checker/LICENSE", "nl"),
        ("corpus/CSTSistemiSUD__GeoCity/LICENSE", "it"),
    ],
)
def test_real_files(path: str, language: str) -> None:
    file = SHARED / path
    if not file.exists():
        pytest.skip("the corpus of real licence files is not beside this checkout")
    parts = translations(file.read_text("utf-8", "replace").split("\n"))
    assert [(part.license, part.language, part.coverage) for part in parts] == [("EUPL-1.2", language, 1.0)]


@pytest.mark.parametrize(
    "unit", [*HOSTILE, "1 a\n", "EUPL v. 1.2\n1. a\n", "Openbare licentie van de Europese Unie 1.2\n"]
)
def test_hostile_repetition_takes_little_time(unit: str) -> None:
    lines = hostile(unit)
    start = time.process_time()
    translations(lines)
    assert time.process_time() - start < 0.8  # half a second on a quiet machine


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(max_size=200) | st.sampled_from(["EUPL v. 1.2", "CC0 1.0 Universal", *body(1, 4)]), max_size=20)
)
def test_any_text_is_read(lines: list[str]) -> None:
    for part in translations(lines):
        assert 0.2 <= part.coverage <= 1
        assert all(1 <= first <= last <= len(lines) for first, last in part.lines)

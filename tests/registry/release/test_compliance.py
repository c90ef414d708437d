"""The licence compliance report: four parts, filled with what is known, empty where nobody knows."""

from __future__ import annotations

from dataclasses import replace

from publiccode.registry.release.compliance import MOST_LICENSES, PARTS, Component, Field, compliance
from publiccode.registry.release.facts import LicenseFile, ReleaseFacts, Source
from publiccode.registry.release.lines import NOTHING
from publiccode.schemas.finding import Assessment
from publiccode.schemas.licensing.found import Identification, Means, Part

from .test_checks import DAY, FACTS, SBOM


def values(fields: tuple[Field, ...]) -> dict[str, list[str]]:
    return {field.name: [str(value) for value in field.values] for field in fields}


def test_what_is_known_stands_in_four_parts() -> None:
    told = {
        "softwareVersion": "2.1",
        "isBasedOn": "https://upstream.example/x",
        "dependsOn": {"open": [{"name": "PostgreSQL"}]},
        "description": {"en": {"shortDescription": "Street lamps"}},
    }
    facts = replace(FACTS, assessment=Assessment((), told), compatible={"MIT": "yes", "ISC": "conditions"})
    report = compliance(facts, "en")
    assert list(PARTS) == ["I", "II", "III", "IV"]
    basic = values(report.basic)
    assert (basic["name"], basic["version"], basic["purpose"]) == (["Lamplight"], ["2.1"], ["Street lamps"])
    assert (basic["unit"], basic["checked"], basic["released"]) == ([], [], [])
    licenses = values(report.licenses)
    assert licenses["declared"] == ["MIT"]
    assert licenses["files"] == ["LICENSE: MIT (lines 3-20)"]
    assert licenses["compared"] == ["Declaration and licence files agree"]
    assert licenses["later"] == ["MIT: see its text; this catalogue does not tell"]
    assert licenses["choice"] == ["no: one licence"]
    assert licenses["sbom"] == ["bom.json (SPDX 2.3 JSON): 3 packages", "packages without a known licence: 0"]
    assert report.components == (Component("MIT", 2, "yes"), Component("ISC", 1, "conditions"))
    use = values(report.use)
    assert (use["use"], use["linked"]) == ([], [])
    assert use["modified"] == ["based on https://upstream.example/x"]
    assert use["needs"] == ["needs PostgreSQL, which runs apart from it"]
    assert [(one.license, one.of, bool(one.must)) for one in report.duties] == [
        ("MIT", "software", True),
        ("ISC", "component", True),
    ]


def test_later_versions_and_choices_are_told() -> None:
    def said(expression: str) -> tuple[list[str], list[str]]:
        facts = replace(FACTS, license=replace(FACTS.license, normalized=expression))
        fields = values(compliance(facts, "en").licenses)
        return fields["later"], fields["choice"]

    assert said("GPL-3.0-or-later") == (["GPL-3.0-or-later: later versions may be chosen"], ["no: one licence"])
    assert said("GPL-2.0-only OR MIT") == (
        ["GPL-2.0-only: this version only", "MIT: see its text; this catalogue does not tell"],
        ["yes: who reuses it chooses one of them"],
    )
    assert said("MIT AND ISC")[1] == ["no: all of them apply together"]
    assert said("MIT AND (GPL-2.0-only OR Apache-2.0)")[1] == ["yes, for a part: see the declared licence"]
    assert said("EUPL-1.2")[0] == ["EUPL-1.2: later versions may be chosen"]


def test_a_licence_file_of_another_licence_is_warned_of_and_its_obligations_are_told() -> None:
    agpl = Identification("AGPL-3.0-only", parts=(Part("AGPL-3.0-only", Means.TEXT, 1.0, "", ((1, 600),)),))
    said = replace(FACTS.license, files=(LicenseFile("LICENSE", agpl),), codes=("mismatch",), concluded="AGPL-3.0-only")
    report = compliance(replace(FACTS, license=said, sboms=()), "en")
    assert str(report.warning) == (
        "Declared is MIT, the licence files give AGPL-3.0-only: settle which one holds before this report is used. "
        "The obligations of both are listed."
    )
    assert [(one.license, one.of) for one in report.duties] == [("MIT", "software"), ("AGPL-3.0-only", "file")]
    fields = values(report.licenses)
    assert fields["later"][1] == "AGPL-3.0: its text does not say whether later versions may be chosen"
    assert fields["files"] == [
        "LICENSE: AGPL-3.0 (lines 1-600); whether later versions may be chosen it does not say",
    ]
    assert compliance(FACTS, "en").warning == NOTHING


def test_what_is_beyond_the_list_is_counted_and_what_nobody_knows_is_a_row() -> None:
    many = {f"LicenseRef-{number:03}": 1 for number in range(MOST_LICENSES)}
    report = compliance(replace(FACTS, sboms=(replace(SBOM, packages=65, licenses={**many, "": 5}),)), "en")
    assert (len(report.components), report.more_components) == (MOST_LICENSES, 1)
    assert report.components[0] == Component("", 5)
    assert (len(report.duties), report.more_duties) == (MOST_LICENSES, 1)
    assert values(report.licenses)["sbom"][1] == "packages without a known licence: 65"


def test_an_exception_stands_beside_its_licence() -> None:
    licensed = "GPL-2.0-only WITH Classpath-exception-2.0"
    report = compliance(replace(FACTS, sboms=(replace(SBOM, licenses={licensed: 1, "GPL-2.0-only": 1}),)), "en")
    assert [(one.license, one.exception) for one in report.duties[1:]] == [
        ("GPL-2.0-only", ""),
        (licensed, "Classpath-exception-2.0"),
    ]


def test_a_license_without_a_description_is_not_explained() -> None:
    facts = replace(FACTS, license=replace(FACTS.license, normalized="LicenseRef-own"), sboms=())
    assert [(one.license, one.known, one.must) for one in compliance(facts, "en").duties] == [
        ("LicenseRef-own", False, ())
    ]


def test_of_nothing_known_everything_is_left_for_the_agency() -> None:
    report = compliance(ReleaseFacts(Source.FOLDER, "", DAY), "zh-Hant")
    filled = [field.name for field in (*report.basic, *report.licenses, *report.use) if field.values]
    assert (filled, report.components, report.duties) == ([], (), ())
    assert report.blanks == len(report.basic) + len(report.licenses) + len(report.use)


def test_duties_are_in_the_language_of_the_report() -> None:
    facts = replace(FACTS, sboms=(replace(SBOM, licenses={}),))
    assert compliance(facts, "en").duties[0].must != compliance(facts, "zh-Hant").duties[0].must

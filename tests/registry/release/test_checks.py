"""The checks before a release: every state of every line, from facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import pytest

from publiccode.registry.release import on_components, on_documents
from publiccode.registry.release.checks import JUDGES, State, readiness
from publiccode.registry.release.compatibilities import MOST, compared
from publiccode.registry.release.facts import (
    Declared,
    LicenseFacts,
    LicenseFile,
    Names,
    ReleaseFacts,
    SbomFacts,
    ScanFacts,
    Secrets,
    Source,
)
from publiccode.registry.release.lines import Line
from publiccode.registry.release.table import CHECKS, GROUPS
from publiccode.schemas.finding import Assessment, Finding, Severity, message
from publiccode.schemas.licensing.found import Identification, Means, Part

DAY = date(2026, 11, 26)
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
VALUES: Mapping[str, Any] = {
    "name": "Lamplight",
    "developmentStatus": "stable",
    "description": {"en": {"longDescription": "A register of street lamps. " * 8, "features": ["Map"]}},
    "maintenance": {"type": "internal"},
}
MIT = Identification("MIT", parts=(Part("MIT", Means.TEXT, 1.0, "", ((3, 20),)),))
SBOM = SbomFacts("bom.json", format="SPDX 2.3 JSON", packages=3, licenses={"MIT": 2, "ISC": 1})
FACTS = ReleaseFacts(
    source=Source.ENTRY,
    name="Lamplight",
    day=DAY,
    address="https://git.a.example/lamplight",
    commit="a" * 40,
    assessment=Assessment((), VALUES),
    has_contacts=True,
    names=Names(("LICENSE", "README.md"), all_of_root=True, below=True),
    license=LicenseFacts(
        "MIT", "MIT", (LicenseFile("LICENSE", MIT),), ("agree",), "MIT", policy="osi", ruling="allowed"
    ),
    sboms=(SBOM,),
    collected=True,
    declared={},
    activity=60,
)


ON_CONDITION = (
    "No licence of the components (2), used unchanged as libraries, stands against MIT; some fit under conditions only: "
    "MPL-2.0."
)


def line(check: str, **changes: Any) -> Line:
    return next(one for one in readiness(replace(FACTS, **changes)).lines if one.check == check)


def said(check: str, **changes: Any) -> tuple[str, str]:
    found = line(check, **changes)
    return str(found.state), str(found.reason)


def declaring(kind: str, **value: str) -> dict[str, Declared]:
    return {kind: Declared(kind, value, AT, "Lin Yu")}


def license_(**changes: Any) -> dict[str, Any]:
    return {"license": replace(FACTS.license, **changes)}


def test_every_check_has_a_judge_and_every_line_says_why() -> None:
    assert [check.id for check in CHECKS] == list(JUDGES)
    assert {check.group for check in CHECKS} == set(GROUPS)
    bare = ReleaseFacts(Source.FOLDER, "x", DAY)
    for facts in (FACTS, bare):
        for one in readiness(facts).lines:
            assert str(one.reason), one.check
            assert one.state is not State.NOT_FULFILLED or str(one.next), one.check


def test_nothing_is_fulfilled_of_which_nothing_is_known() -> None:
    found = readiness(ReleaseFacts(Source.FOLDER, "x", DAY))
    assert {one.check for one in found.lines if one.state is State.FULFILLED} == set()
    assert found.count(State.DECLARED) == 0


def test_counts_add_up() -> None:
    found = readiness(FACTS)
    assert sum(found.count(state) for state in State) == len(found.lines) == len(CHECKS)
    assert found.count(State.NOT_FULFILLED) == len(found.open)


def test_the_file() -> None:
    wrong = Finding("key-required", Severity.ERROR, "url", message("x"), line=3)
    mild = Finding("version-latest", Severity.WARNING, "", message("x"))
    assert said("publiccode-file") == ("fulfilled", "publiccode.yml is valid; warnings: 0.")
    told = said("publiccode-file", assessment=Assessment((wrong, mild), VALUES))
    first = "the first in line 3: url [key-required]"
    assert told == ("not-fulfilled", f"publiccode.yml is not valid; errors: 1, {first}.")
    assert said("publiccode-file", assessment=None) == ("not-fulfilled", "There is no publiccode.yml at the root.")


@pytest.mark.parametrize(
    ("check", "changes", "state", "reason"),
    [
        ("license-file", {}, "fulfilled", "LICENSE holds MIT."),
        ("license-file", {"files": ()}, "not-fulfilled", "There is no licence file at the root."),
        ("license-file", {"files": None}, "unknowable", "Nobody has looked for licence files."),
        (
            "license-file",
            {"files": (LicenseFile("COPYING", Identification()),)},
            "unknowable",
            "What licence COPYING holds cannot be told.",
        ),
        ("license-id", {}, "fulfilled", "Declared is MIT."),
        ("license-id", {"declared": "", "normalized": ""}, "not-fulfilled", "No licence is declared."),
        ("license-id", {"declared": "AGPL-3", "normalized": ""}, "not-fulfilled", "“AGPL-3” is no SPDX expression."),
        ("license-free", {}, "fulfilled", "The OSI approved MIT."),
        (
            "license-free",
            {"declared": "CC-BY-NC-4.0", "normalized": "CC-BY-NC-4.0"},
            "not-fulfilled",
            "Neither the OSI nor the FSF counts CC-BY-NC-4.0 as free.",
        ),
        (
            "license-free",
            {"normalized": "LicenseRef-own"},
            "unknowable",
            "Whether LicenseRef-own is a free licence is not known here.",
        ),
        ("license-free", {"normalized": "CC0-1.0"}, "fulfilled", "The FSF counts CC0-1.0 as free."),
        ("license-free", {"ruling": "forbidden"}, "not-fulfilled", "MIT is free, but the policy osi forbids it."),
        ("license-free", {"ruling": "review"}, "not-fulfilled", "MIT is free, but the policy osi asks for a review."),
        ("license-agrees", {}, "fulfilled", "The licence files give what is declared (LICENSE:3-20)."),
        (
            "license-agrees",
            {"codes": ("mismatch",)},
            "not-fulfilled",
            "publiccode.yml declares one licence, and the licence files hold the text or the notice of another.",
        ),
        (
            "license-agrees",
            {"codes": ("mismatch",), "declared": "ISC", "normalized": "ISC"},
            "not-fulfilled",
            "Declared is ISC, but LICENSE holds MIT.",
        ),
        (
            "license-agrees",
            {"codes": ("unknown",)},
            "unknowable",
            "There is a licence file, but we cannot tell which licence it holds.",
        ),
        (
            "license-file",
            {"files": (), "not_read": ("LICENSE",)},
            "unknowable",
            "LICENSE is a link, which was not followed.",
        ),
        (
            "license-agrees",
            {"codes": ("no-text",), "not_read": ("LICENSE",)},
            "unknowable",
            "LICENSE is a link, which was not followed.",
        ),
        (
            "license-agrees",
            {"concluded_by": "Chen"},
            "fulfilled",
            "An auditor (Chen) concluded the licence that is declared.",
        ),
        ("license-agrees", {"files": None}, "unknowable", "Declaration and licence files were not compared."),
    ],
)
def test_the_license(check: str, changes: dict[str, Any], state: str, reason: str) -> None:
    assert said(check, **license_(**changes)) == (state, reason)


def test_the_same_license_answers_twice() -> None:
    changes = license_(declared="JSON", normalized="JSON")
    assert line("free-license", **changes).reason == line("license-free", **changes).reason


def test_the_sbom() -> None:
    broken = SbomFacts("bom.json", message=message("it is cut off"))
    by_name = SbomFacts("bom.json", read=False)
    poor = replace(SBOM, missing=("supplier", "timestamp"))
    checks = ("sbom-present", "sbom-readable", "sbom-complete")

    def states(sboms: Any) -> list[str]:
        return [said(check, sboms=sboms)[0] for check in checks]

    assert states((SBOM,)) == ["fulfilled", "fulfilled", "fulfilled"]
    assert states((poor,)) == ["fulfilled", "fulfilled", "not-fulfilled"]
    assert states((broken,)) == ["fulfilled", "not-fulfilled", "unknowable"]
    assert states((by_name,)) == ["fulfilled", "unknowable", "unknowable"]
    assert states(()) == ["not-fulfilled", "unknowable", "unknowable"]  # one cause, one open line
    assert states(None) == ["unknowable", "unknowable", "unknowable"]
    assert states((broken, by_name)) == ["fulfilled", "unknowable", "unknowable"]
    many = tuple(replace(SBOM, place=f"{number}.json") for number in range(7))
    assert said("sbom-present", sboms=many)[1] == "Found: 0.json, 1.json, 2.json, 3.json, 4.json (+2)."
    lacking = line("sbom-complete", sboms=(SBOM, replace(poor, packages=500)))  # the one that is shown
    assert (lacking.state, [str(name) for name, _ in lacking.named]) == (
        State.NOT_FULFILLED,
        ["Supplier", "Time stamp"],
    )
    assert said("sbom-readable", sboms=(broken,))[1] == "it is cut off"
    names = replace(FACTS.names or Names(), cut=True)
    assert said("sbom-present", sboms=(), names=names)[0] == "unknowable"


def test_an_sbom_that_nobody_collected_is_not_said_to_be_missing() -> None:
    for check in ("sbom-present", "sbom-readable", "sbom-complete"):
        for sboms in ((), None):
            told = line(check, sboms=sboms, collected=False)
            assert (told.state, str(told.reason)) == (
                State.UNKNOWABLE,
                "None has been collected; whether one lies elsewhere in the repository or at its releases is not known.",
            )
            assert "`publiccode sbom collect`" in str(told.next)
    assert said("sbom-present", sboms=(), collected=False, source=Source.FOLDER)[0] == "not-fulfilled"


def test_of_what_another_catalogue_gave_the_file_is_not_judged() -> None:
    checks = (
        "publiccode-file",
        "license-id",
        "license-free",
        "free-license",
        "objectives",
        "open-standards",
        "contacts",
    )
    told = {said(check, commit="") for check in checks}
    assert told == {("unknowable", "Another catalogue describes the software; nobody has read its repository.")}
    assert said("publiccode-file", commit="", source=Source.FOLDER)[0] == "fulfilled"


def test_compatibility_of_components() -> None:
    assert said("license-compatible", compatible=None)[0] == "unknowable"
    assert said("license-compatible", compatible={"MIT": "yes", "ISC": "yes"}) == (
        "fulfilled",
        "No licence of the components (2), used unchanged as libraries, stands against MIT.",
    )
    assert said("license-compatible", compatible={"GPL-3.0-only": "no"}) == (
        "not-fulfilled",
        "Not compatible with MIT: GPL-3.0-only.",
    )
    assert said("license-compatible", compatible={"MIT": "unknown"})[0] == "unknowable"
    assert said("license-compatible", compatible={"MPL-2.0": "conditions", "MIT": "yes"}) == (
        "fulfilled",
        ON_CONDITION,
    )
    nameless = (replace(SBOM, licenses={"MIT": 2, "": 4}),)
    assert said("license-compatible", compatible={"MIT": "yes"}, sboms=nameless) == (
        "unknowable",
        "Not known for 4 packages without a known licence, nor for 0 licences.",
    )
    second = (SBOM, replace(SBOM, place="b.json", packages=2, licenses={"LicenseRef-x": 2}))
    assert said("license-compatible", compatible={"MIT": "yes"}, sboms=second)[1].startswith("Not known for 2 packages")
    unread = (SBOM, SbomFacts("b.json", message=message("it is cut off")))
    assert said("license-compatible", compatible={"MIT": "yes"}, sboms=unread) == (
        "unknowable",
        "Not all could be read: b.json.",
    )
    assert said("license-compatible", compatible={"MIT": "yes", "ISC": ""}) == (
        "unknowable",
        "Too many licences: 1 were not compared.",
    )
    assert said("license-compatible", compatible={"MIT": "yes"}, **license_(codes=("mismatch",)))[0] == "unknowable"
    stated = {"compatible": {"MIT": "yes"}, "files_compatible": {"GPL-3.0-only": "no", "MIT": "yes"}}
    assert said("license-compatible", **stated) == (
        "unknowable",
        "Files state licences that are not compatible with MIT, if they are part of the whole: GPL-3.0-only.",
    )


def test_only_the_licences_of_most_packages_are_compared_and_the_rest_is_told() -> None:
    rare = {f"LicenseRef-{number:03}": 1 for number in range(MOST)}
    found = compared([replace(SBOM, licenses={**rare, "SSPL-1.0": 5, "": 3})], "MIT") or {}
    assert (len(found), found["SSPL-1.0"]) == (MOST + 1, "no")
    assert [license_ for license_, answer in found.items() if answer == ""] == [f"LicenseRef-{MOST - 1:03}"]
    assert compared([SBOM], "") is None


def test_content_of_third_parties() -> None:
    scan = ScanFacts(AT, files=10, with_license=10, with_copyright=9)
    assert said("third-party-marked", scan=scan) == (
        "not-fulfilled",
        "9 of 10 files (90 %) say their licence and their owner; scanned on 2026-11-20.",
    )
    whole = replace(scan, with_copyright=10, compliant=True, commit=FACTS.commit)
    assert said("third-party-marked", scan=whole)[0] == "fulfilled"
    assert said("third-party-marked", scan=replace(whole, compliant=False))[0] == "not-fulfilled"
    cut = message("Scanned {count} of more files", count=10)
    assert said("third-party-marked", scan=replace(whole, cut=cut)) == ("unknowable", "Scanned 10 of more files")
    assert said("third-party-marked", scan=replace(whole, files=0, cut=cut))[0] == "unknowable"
    assert said("third-party-marked", scan=replace(whole, files=0))[0] == "unknowable"
    other = replace(whole, commit="b" * 40)
    assert said("third-party-marked", scan=other) == (
        "unknowable",
        "The files were scanned at another commit (bbbbbbbbbbbb).",
    )
    assert said("third-party-marked", scan=other, head="b" * 40)[0] == "fulfilled"
    assert said("third-party-marked")[0] == "unknowable"
    for name in ("NOTICE", "AUTHORS"):  # tells of others, and marks no file
        there = Names(("LICENSE", name), all_of_root=True, below=True)
        assert said("third-party-marked", names=there) == (
            "unknowable",
            f"{name} is there; the files themselves have not been scanned.",
        )


@pytest.mark.parametrize(
    ("check", "path"),
    [
        ("readme", "readme.zh-TW.md"),
        ("readme", "README"),
        ("readme", "讀我.md"),
        ("release-notes", "docs/release-notes.rst"),
        ("release-notes", "CHANGES"),
        ("data-structure", "docs/design/data-dictionary.xlsx.md"),
        ("data-structure", "docs/資料庫結構.pdf"),
        ("data-structure", "schema.sql"),
        ("data-structure", "openapi.yaml"),
        ("contributing", ".github/CONTRIBUTING.md"),
        ("contributing", "貢獻指南.md"),
        ("issue-template", ".gitlab/issue_templates/bug.md"),
        ("issue-template", ".github/ISSUE_TEMPLATE/config.yml"),
        ("issue-template", "ISSUE_TEMPLATE.md"),
        ("patch-template", ".github/pull_request_template.md"),
        ("patch-template", ".gitlab/merge_request_templates/Default.md"),
        ("code-of-conduct", "docs/CODE-OF-CONDUCT.md"),
        ("governance", "GOVERNANCE.md"),
        ("security-policy", ".github/SECURITY.md"),
        ("compliance-report", "docs/license-compliance-report.odt"),
        ("compliance-report", "license-compliance.md"),
        ("compliance-report", "授權檢核表.odt"),
    ],
)
def test_documents_are_known_by_their_names(check: str, path: str) -> None:
    there = Names((path,), all_of_root=True, below=True)
    assert said(check, names=there) == ("fulfilled", f"{path} is there.")
    assert said(check, names=replace(there, paths=("src", "readme-parser.py")))[0] == "not-fulfilled"


@pytest.mark.parametrize("path", ["compliance.md", "docs/compliance-report.html", "docs/gdpr-compliance.pdf"])
def test_a_report_of_something_else_is_none_of_licences(path: str) -> None:
    assert said("compliance-report", names=Names((path,), all_of_root=True, below=True))[0] == "not-fulfilled"


@pytest.mark.parametrize("middle", ["-a", "_a", ".a", "-_.", "a", "/a", "a/", ".md", "-zh-tw", "a."])
def test_no_name_of_a_stranger_takes_long(middle: str) -> None:
    patterns = [*(one.pattern for one in on_documents.DOCUMENTS.values())]
    patterns += [on_components._REPORT.pattern, on_components._NOTICE.pattern]
    begun = perf_counter()
    for start in (
        "schema",
        "docs/schema",
        "readme",
        "notice",
        "license-compliance",
        "docs/",
        "changelog",
        "issue_template",
    ):
        for pattern in patterns:
            pattern.fullmatch((start + middle * 255)[:254] + "!")
    assert perf_counter() - begun < 0.5


def test_a_document_below_is_not_said_to_be_missing_where_nobody_looked() -> None:
    kept = Names(("LICENSE",))
    told = line("contributing", names=kept)
    assert (told.state, str(told.reason)) == (
        State.UNKNOWABLE,
        "It is not at the root; the folders below were not looked into.",
    )
    assert said("readme", names=kept)[0] == "not-fulfilled"
    assert said("readme", names=replace(kept, cut=True))[0] == "unknowable"
    assert said("contributing", names=None)[1] == "The names of the files are not known."
    assert said("release-notes", names=kept, releases=4) == (
        "unknowable",
        "The host shows 4 releases; whether they have notes is not known.",
    )
    tagged = {"names": Names(("README.md",), all_of_root=True, below=True), "tags": 3}
    assert said("release-notes", **tagged) == (
        "unknowable",
        "There are 3 tags; whether their releases have notes is not known.",
    )
    assert said("release-notes", **{**tagged, "tags": None})[0] == "not-fulfilled"


def test_what_only_the_agency_knows() -> None:
    assert said("not-sensitive") == ("unknowable", "Nothing was declared.")
    assert said("not-sensitive", declared=None)[1] == "The files do not tell it; it is declared in a catalogue."
    assert said("not-sensitive", declared=declaring("no-sensitive-data")) == (
        "declared",
        "Declared by the agency; recorded on 2026-11-20 by Lin Yu.",
    )
    assert said("openchain-5230", declared=declaring("openchain-5230", on="2026-01-05")) == (
        "declared",
        "Declared by the agency, as of 2026-01-05; recorded on 2026-11-20 by Lin Yu.",
    )
    for check in ("contract-rights", "contract-deliverables"):
        assert said(check)[0] == "unknowable"
        assert said(check, declared=declaring("contract"))[0] == "declared"


def test_a_scan_for_weaknesses() -> None:
    for check in ("security-scan", "accessibility", "maintenance-tier", "cve-check"):
        assert said(check) == ("unknowable", "Nothing was declared.")
        assert said(check, declared=None)[0] == "unknowable"
    told = declaring("security-scan", tool="OWASP ZAP", on="2026-11-02", evidence="https://a.example/report")
    found = line("security-scan", declared=told)
    assert (found.state, str(found.reason), str(found.next), found.evidence) == (
        State.DECLARED,
        "Declared by the agency: OWASP ZAP, 2026-11-02; recorded on 2026-11-20 by Lin Yu.",
        "",
        "https://a.example/report",
    )
    old = declaring("security-scan", tool="OWASP ZAP", on="2025-11-02")
    assert str(line("security-scan", declared=old).next) == "That is more than a year ago: do it again, and declare it."
    for kind in ("cve-check", "compliance-report"):
        assert "more than a year ago" in str(line(kind, declared=declaring(kind, tool="x", on="2019-01-01")).next)
    assert said("openchain-5230", declared=declaring("openchain-5230", on="2025-05-01")) == (
        "unknowable",
        "Declared as of 2025-05-01, more than 18 months ago: it says nothing of today.",
    )
    values = {**VALUES, "tw": {"vulnerabilityScanners": ["CodeQL", "Checkmarx"]}}
    assert said("security-scan", assessment=Assessment((), values)) == (
        "declared",
        "publiccode.yml names the tools (CodeQL, Checkmarx), but neither a day nor a report.",
    )


def test_secrets_are_counted_never_told() -> None:
    assert said("no-secrets", secrets=Secrets({}))[0] == "fulfilled"
    found = line("no-secrets", secrets=Secrets({"private-key": 1, "new-rule": 2}))
    assert (found.state, str(found.reason)) == (
        State.NOT_FULFILLED,
        "The scan found places that look like it, 3 in all",
    )
    assert [(str(name), count) for name, count in found.named] == [("private key", 1), ("new-rule", 2)]
    cut = message("Files above {megabytes} MB, counted but not read: {count}", megabytes=8, count=1)
    assert said("no-secrets", secrets=Secrets({}, cut))[0] == "unknowable"
    assert said("no-secrets", declared=declaring("no-sensitive-data"))[0] == "declared"
    seen_and_declared = {"secrets": Secrets({"token": 1}), "declared": declaring("no-sensitive-data")}
    assert said("no-secrets", **seen_and_declared)[0] == "not-fulfilled"


@pytest.mark.parametrize(
    ("tier", "changes", "state", "reason"),
    [
        ("2", {}, "declared", "Declared by the agency: 2; recorded on 2026-11-20 by Lin Yu."),
        (
            "1",
            {},
            "not-fulfilled",
            "Tier 1 (archived) is declared, but the repository is busy: activity 60 of 100.",
        ),
        (
            "0",
            {"archived": True, "activity": 0},
            "declared",
            "Declared by the agency: 0; recorded on 2026-11-20 by Lin Yu.",
        ),
        ("3", {"archived": True}, "not-fulfilled", "Tier 3 is declared, but the repository is archived."),
        (
            "2",
            {"activity": 3},
            "not-fulfilled",
            "Tier 2 is declared, but hardly anything is done: activity 3 of 100.",
        ),
        (
            "4",
            {"assessment": Assessment((), {**VALUES, "developmentStatus": "obsolete"})},
            "not-fulfilled",
            "Tier 4 is declared, but publiccode.yml says `developmentStatus: obsolete`.",
        ),
    ],
)
def test_the_tier_is_held_against_the_activity(tier: str, changes: dict[str, Any], state: str, reason: str) -> None:
    assert said("maintenance-tier", declared=declaring("maintenance-tier", value=tier), **changes) == (state, reason)


def test_public_code_upkeep_and_accessibility() -> None:
    assert said("objectives")[0] == "fulfilled"
    assert said("objectives", assessment=Assessment((), {}))[0] == "not-fulfilled"
    assert said("open-standards")[0] == "unknowable"
    named = Assessment((), {**VALUES, "supports": [{"id": "https://www.w3.org/TR/WCAG21/"}]})
    assert said("open-standards", assessment=named)[0] == "fulfilled"
    assert said("accessibility", assessment=named) == (
        "declared",
        "publiccode.yml names https://www.w3.org/TR/WCAG21/, without a level.",
    )
    taiwan = Assessment((), {**VALUES, "tw": {"accessibilityConformance": "AA"}})
    assert said("accessibility", assessment=taiwan) == ("declared", "publiccode.yml declares the level AA.")
    assert said("contacts", has_contacts=False)[0] == "not-fulfilled"
    contractors = Assessment((), {**VALUES, "maintenance": {"contractors": [{"name": "Egret"}]}})
    assert said("contacts", has_contacts=False, assessment=contractors)[0] == "fulfilled"


@pytest.mark.parametrize(
    "hostile", [None, 7, "x", ["x"], {"en": 3}, {"en": {"features": [None], "longDescription": 4}}]
)
def test_a_file_of_any_shape_is_judged(hostile: object) -> None:
    keys = ("description", "maintenance", "supports", "tw", "developmentStatus")
    values = dict.fromkeys(keys, hostile)
    assert len(readiness(replace(FACTS, assessment=Assessment((), values))).lines) == len(CHECKS)

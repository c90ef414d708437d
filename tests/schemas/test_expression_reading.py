"""Licence expressions as people write them: what is valid, what it means today, what is suggested."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publiccode.schemas.licensing.approval import approved
from publiccode.schemas.licensing.expression import ExpressionError, Joined, Term, parse_expression
from publiccode.schemas.licensing.reading import Reading, read_expression
from publiccode.schemas.licensing.successors import MOST, canonical, renewed, successors
from publiccode.schemas.vocabularies import exceptions, licenses

LABELLED = Path(__file__).parents[3] / "shared" / "acceptance" / "licences" / "expressions.json"

# What is valid, and how it is written today.
VALID = {
    "MIT": "MIT",
    "eupl-1.2": "EUPL-1.2",
    " ((MIT)) ": "MIT",
    "MIT  or\tISC": "MIT OR ISC",
    "mit And isc oR x11": "(MIT AND ISC) OR X11",
    "MIT OR (MIT AND ISC)": "MIT OR (MIT AND ISC)",
    "MIT AND (ISC OR MIT)": "MIT AND (ISC OR MIT)",
    "MIT OR (ISC OR (X11 OR Zlib))": "MIT OR ISC OR X11 OR Zlib",
    "(MIT AND ISC) AND X11": "MIT AND ISC AND X11",
    "MIT OR MIT": "MIT OR MIT",
    "GPL-3.0": "GPL-3.0-only",
    "GPL-3.0+": "GPL-3.0-or-later",
    "AGPL-3.0+": "AGPL-3.0-or-later",
    "GFDL-1.3 AND AGPL-1.0": "GFDL-1.3-only AND AGPL-1.0-only",
    "GPL-3.0-or-later+": "GPL-3.0-or-later",
    "GPL-2.0 with GCC-exception-2.0": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-2.0-with-GCC-exception OR eCos-2.0": (
        "GPL-2.0-only WITH GCC-exception-2.0 OR GPL-2.0-or-later WITH eCos-exception-2.0"
    ),
    "eCos-2.0 WITH AdditionRef-x": "eCos-2.0 WITH AdditionRef-x",
    "Net-SNMP": "Net-SNMP",
    "LGPL-2.1 WITH Nokia-Qt-exception-1.1": "LGPL-2.1-only WITH Nokia-Qt-exception-1.1",
    "DocumentRef-a:LicenseRef-b with DocumentRef-c:AdditionRef-d": (
        "DocumentRef-a:LicenseRef-b WITH DocumentRef-c:AdditionRef-d"
    ),
}


@pytest.mark.parametrize("text", VALID)
def test_what_is_valid_is_written_as_today(text: str) -> None:
    reading = read_expression(text)
    assert (reading.normalized, reading.valid, reading.problem) == (VALID[text], True, "")
    assert reading.expression == parse_expression(VALID[text])


def labelled() -> list[dict[str, Any]]:
    if not LABELLED.exists():
        return []
    cases: list[dict[str, Any]] = json.loads(LABELLED.read_text("utf-8"))
    return cases


def test_labelled_expressions() -> None:
    cases = labelled()
    if not cases:
        pytest.skip(f"{LABELLED} is not there")
    for case in cases:
        reading = read_expression(case["input"])
        assert (case["input"], reading.valid) == (case["input"], case["valid"])
        if case["valid"]:
            assert reading.normalized == case["normalized"]
            assert bool(reading.findings) == case["warns"]
        else:
            assert reading.findings
            assert set(case.get("suggest", ())) <= set(reading.suggestions)


def said(text: str) -> list[str]:
    return [str(finding) for finding in read_expression(text).findings]


def test_a_deprecated_id_that_leaves_later_versions_open_is_explained() -> None:
    reading = read_expression("MIT or GPL-2.0 and (GPL-2.0 or ISC)")
    explained = (
        "SPDX deprecates GPL-2.0, because it does not say whether later versions are allowed as well; only the owner of the "
        "rights can say which is meant: GPL-2.0-only, GPL-2.0-or-later. Until then it is read as GPL-2.0-only"
    )
    assert [str(finding) for finding in reading.findings] == [
        "the operator or is written OR; many tools refuse it otherwise",
        "the operator and is written AND; many tools refuse it otherwise",
        explained,
    ]
    assert reading.deprecated == ("GPL-2.0",)
    assert reading.suggestions == (
        "MIT OR (GPL-2.0-only AND (GPL-2.0-only OR ISC))",
        "MIT OR (GPL-2.0-or-later AND (GPL-2.0-or-later OR ISC))",
    )


def test_other_findings() -> None:
    assert said("BSD-2-Clause-FreeBSD") == [
        "SPDX deprecates BSD-2-Clause-FreeBSD; the same is written BSD-2-Clause-Views today"
    ]
    assert said("Net-SNMP") == [
        "SPDX deprecates Net-SNMP and names no successor; see https://spdx.org/licenses/Net-SNMP.html"
    ]
    assert said("GPL-2.0-only+") == ["GPL-2.0-only+ contradicts or repeats itself: -only and -or-later take no +"]
    assert said("MIT AND apache-2.0") == []


def test_every_deprecated_id_has_a_successor_that_is_none() -> None:
    old = [identifier for identifier, entry in licenses().values() if entry.get("deprecated")]
    without = [identifier for identifier in old if not successors(identifier)]
    assert without == ["Net-SNMP"]  # several licences in a row; the list names none in its place
    assert len(old) >= 32
    for identifier in old:
        for text in successors(identifier):
            assert parse_expression(text).text == text
            assert parse_expression(text).deprecated == ()
    assert [name for name, entry in exceptions().values() if entry.get("deprecated")] == ["Nokia-Qt-exception-1.1"]


def test_too_many_choices_are_none() -> None:
    four = "GPL-1.0 OR GPL-2.0 OR LGPL-2.0 OR LGPL-3.0"
    assert renewed(parse_expression(four)) == ()
    assert read_expression(four).normalized == "GPL-1.0-only OR GPL-2.0-only OR LGPL-2.0-only OR LGPL-3.0-only"
    assert len(renewed(parse_expression("GPL-1.0 OR (GPL-2.0 AND LGPL-3.0)"))) == 8


def test_an_expression_that_todays_ids_make_too_long_stays_as_it_is() -> None:
    text = " OR ".join(["GPL-2.0-with-classpath-exception"] * 55)
    reading = read_expression(text)
    assert (reading.valid, reading.normalized, reading.deprecated) == (
        True,
        text,
        ("GPL-2.0-with-classpath-exception",),
    )


def test_remarks_about_what_is_no_license() -> None:
    for text, part in {
        "EUPL-1.2-or-later": "article 13",
        "UNLICENSED": "It is not the Unlicense",
        "SEE LICENSE IN LICENSE.txt": "refers to a file",
        "NOASSERTION": "belong in SPDX documents",
        "All rights reserved": "LicenseRef-…",
        "Classpath-exception-2.0": "stands behind a licence",
    }.items():
        findings = said(text)
        assert len(findings) == 2
        assert part in findings[1]
    assert len(said("GPL v3")) == 1


def test_the_next_step() -> None:
    assert str(read_expression("MIT License").help) == "Did you mean MIT?"
    assert str(read_expression("AGPL-3").help) == "Which one do you mean? AGPL-3.0-only, AGPL-3.0-or-later"
    assert str(read_expression("0xDEADBEEF").help).startswith("Look the identifier up at https://spdx.org/licenses")


# Inputs on which license-expression 30.4.4 raises (R), refuses what is right (F), leaves SPDX or loses a question (L), or
# takes what is nothing (N); and what we say.
HARD = {
    "GPL-2.0": ("L", "GPL-2.0-only"),
    "AGPL-3.0": ("L", "AGPL-3.0-only"),
    "GPL-2.0+": ("L", "GPL-2.0-or-later"),
    "GPL-2.0-with-classpath-exception": ("F", "GPL-2.0-only WITH Classpath-exception-2.0"),
    "GPL-2.0-with-bison-exception": ("F", "GPL-2.0-only WITH Bison-exception-2.2"),
    "eCos-2.0": ("F", "GPL-2.0-or-later WITH eCos-exception-2.0"),
    "Nunit": ("L", "zlib-acknowledgement"),
    "bzip2-1.0.5": ("L", "bzip2-1.0.6"),
    "Net-SNMP": ("L", "Net-SNMP"),
    "Apache-2.0+": ("F", "Apache-2.0+"),
    "EUPL-1.1+": ("F", "EUPL-1.1+"),
    "MPL-2.0+": ("F", "MPL-2.0+"),
    "MIT+": ("F", "MIT+"),
    "LicenseRef-Foo": ("F", "LicenseRef-Foo"),
    "DocumentRef-a:LicenseRef-b": ("F", "DocumentRef-a:LicenseRef-b"),
    "MIT WITH AdditionRef-y": ("F", "MIT WITH AdditionRef-y"),
    "BSD-3-Clause-OpenWebUI": ("F", "BSD-3-Clause-OpenWebUI"),
    "OpenMDW-1.0": ("F", "OpenMDW-1.0"),
    "CC-BY-NC-3.0-IGO": ("F", "CC-BY-NC-3.0-IGO"),
    "NIST-PD-TNT": ("F", "NIST-PD-TNT"),
    "GPL-2.0-only WITH Classpath-exception-2.0-short": ("F", "GPL-2.0-only WITH Classpath-exception-2.0-short"),
    "MIT AND (Apache-2.0 OR MIT)": ("L", "MIT AND (Apache-2.0 OR MIT)"),
    "": ("N", ()),
    "   ": ("N", ()),
    "389-exception WITH 389-exception": ("N", ()),
    "NONE": ("", ()),
    "NOASSERTION": ("", ()),
    "EUPL-1.2-or-later": ("", ("EUPL-1.2", "EUPL-1.2+")),
    "MIT OR": ("R", ("MIT",)),
    "GPL-3.0-or-later AND": ("R", ("GPL-3.0-or-later",)),
    "MIT/ISC": ("R", ("MIT OR ISC", "MIT AND ISC", "MIT", "ISC")),
    "MIT, ISC": ("R", ("MIT AND ISC", "MIT OR ISC", "MIT", "ISC")),
    "[MIT]": ("R", ("MIT",)),
    '"MIT"': ("R", ("MIT",)),
    "https://opensource.org/licenses/MIT": ("R", ("MIT",)),
    "MIT;": ("R", ("MIT",)),
    "MIT\u200b": ("R", ("MIT",)),
    "()": ("R", ()),
    "(Apache-2.0) AND ()": ("R", ("Apache-2.0",)),
}


@pytest.mark.parametrize("text", HARD)
def test_what_other_machinery_fails_on(text: str) -> None:
    wanted = HARD[text][1]
    reading = read_expression(text)
    assert (reading.normalized if reading.valid else reading.suggestions) == wanted


IDS = st.sampled_from(sorted(identifier for identifier, _ in licenses().values()))
PIECES = st.one_of(
    IDS,
    st.sampled_from(["AND", "or", "With", "(", ")", "+", ",", "、", "/", "EUPL v1.2", "GPL", "MTI", "https://"]),
    st.sampled_from([identifier for identifier, _ in exceptions().values()]),
    st.text(max_size=12),
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join)))
@example("(" * 2_000)
@example("MIT OR " * 20_000)
@example("GPL:2.0:WITH:GCC:EXCEPTION:389:EXCEPTION")
@example("AND")
@example("with")
@example("\ud800")
def test_any_text_is_read(text: str) -> None:
    reading = read_expression(text)
    assert reading.valid == (not reading.problem)
    assert len(reading.suggestions) <= MOST
    for suggestion in reading.suggestions:
        assert parse_expression(suggestion).text == suggestion
    for finding in (*reading.findings, reading.help):
        assert len(str(finding)) < 2_000
        assert len(finding.in_language("zh-Hant")) < 2_000
    if reading.valid:
        assert read_expression(reading.normalized).normalized == reading.normalized


@given(st.lists(PIECES, max_size=8).map(" ".join))
def test_what_is_strictly_right_is_right_for_people_too(text: str) -> None:
    try:
        strict = parse_expression(text)
    except ExpressionError:
        return
    reading = read_expression(text)
    assert reading.valid
    assert reading.deprecated == strict.deprecated


def tree(text: str) -> object:
    return parse_expression(text).tree


def test_the_tree_is_what_was_written() -> None:
    assert tree("MIT OR GPL-2.0+ AND (X11+ WITH LLVM-exception)") == Joined(
        "OR", (Term("MIT"), Joined("AND", (Term("GPL-2.0+"), Term("X11", later=True, exception="LLVM-exception"))))
    )
    assert canonical(parse_expression("MIT OR ISC AND X11").tree) == "MIT OR (ISC AND X11)"


@pytest.mark.parametrize(
    ("text", "osi"),
    [
        ("MIT", True),
        ("SSPL-1.0", False),
        ("MIT OR SSPL-1.0", True),
        ("MIT AND SSPL-1.0", False),
        ("LicenseRef-x", None),
        ("MIT OR LicenseRef-x", True),
        ("MIT AND LicenseRef-x", None),
        ("SSPL-1.0 AND LicenseRef-x", False),
        ("SSPL-1.0 OR LicenseRef-x", None),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
    ],
)
def test_an_expression_is_approved_where_approved_licenses_fulfil_it(text: str, osi: bool | None) -> None:
    assert approved(parse_expression(text).tree, "osi") is osi


def test_a_reading_without_expression_says_so() -> None:
    assert Reading("x", None).valid is False

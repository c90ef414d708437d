"""Whether licences are compatible: answers worked out by hand, whole answers as they are told, and what may be asked."""

import json
import re
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publiccode.schemas.finding import Message
from publiccode.schemas.licensing.compatibility import (
    MOST_PAIRS,
    SOURCES,
    Answer,
    Use,
    badness,
    compatible,
    eu_checker,
    eupl,
    osadl,
    texts,
)
from publiccode.schemas.licensing.compatibility.ids import License
from publiccode.schemas.licensing.compatibility.known import all_known, known
from publiccode.schemas.licensing.compatibility.parts import Part, inside, worst
from publiccode.schemas.licensing.compatibility.telling import told
from publiccode.schemas.vocabularies import exceptions, licenses

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "compatibility"
LINE = re.compile(r"(.+) > (.+?)( link)? = (\w+)( disagree)?(?: as (.+))?")
LINES = [line for line in (FOLDER / "answers.txt").read_text(encoding="utf-8").splitlines() if LINE.fullmatch(line)]
LISTED = [name for name, entry in licenses().values() if not entry.get("deprecated")]


@pytest.mark.parametrize("line", LINES)
def test_answers_worked_out_by_hand(line: str) -> None:
    said = LINE.fullmatch(line)
    assert said is not None
    found = compatible(said[1], said[2], "link" if said[3] else "merge")
    taken_as = found.decisive.taken_as if found.decisive else ""
    assert (str(found.answer), found.disagree, taken_as) == (said[4], bool(said[5]), said[6] or "")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_whole_answers(file: Path) -> None:
    expected = json.loads(file.read_text(encoding="utf-8"))
    given_ = {name: expected["asked"][name] for name in ("inbound", "outbound", "use")}
    assert told(compatible(**given_)) == expected["answer"]


def test_every_answer_names_source_rule_and_address() -> None:
    for inbound in all_known()[::5]:
        for outbound in all_known()[::7]:
            for use in Use:
                found = compatible(inbound, outbound, use)
                for statement in found.statements:
                    assert statement.source in SOURCES
                    assert statement.rule
                    assert str(statement.reason)  # every place in the sentence is filled
                    assert not statement.address or statement.address.startswith("https://")
                if found.answer is not Answer.UNKNOWN:
                    assert any(statement.answer is not Answer.UNKNOWN for statement in found.statements)


def test_a_licence_fits_itself() -> None:
    assert {name: answer for name in LISTED if (answer := compatible(name, name).answer) is not Answer.YES} == {}


def test_what_is_not_known_is_never_no_problem() -> None:
    for nothing in ("", " ", "NONE", "noassertion", "LicenseRef-Own", "some licence", "MIT OR"):
        assert compatible(nothing, "MIT").answer is Answer.UNKNOWN
        assert compatible("MIT", nothing).answer is Answer.UNKNOWN
    assert compatible("MIT AND LicenseRef-Own", "MIT").answer is Answer.UNKNOWN
    assert str(compatible("NOASSERTION", "MIT").reason) == (
        "Nothing is known of the licence (NOASSERTION); that is not the same as no problem."
    )


def test_of_a_choice_the_best_and_of_all_the_worst() -> None:
    found = compatible("GPL-3.0-only OR (MIT AND CC0-1.0)", "Apache-2.0")
    assert (found.answer, found.choice) == (Answer.YES, "MIT AND CC0-1.0")
    found = compatible("MIT AND GPL-3.0-only AND LicenseRef-X", "Apache-2.0")
    assert found.answer is Answer.NO
    assert found.decisive is not None
    assert (found.decisive.inbound, found.choice) == ("GPL-3.0-only", "")
    assert len(found.pairs) == 3


TERMS = (
    *(
        "MIT",
        "Apache-2.0",
        "GPL-2.0-only",
        "GPL-2.0-or-later",
        "GPL-3.0-only",
        "LGPL-2.1-or-later",
        "AGPL-3.0-or-later",
    ),
    *(
        "EUPL-1.1",
        "EUPL-1.2",
        "MPL-2.0",
        "EPL-2.0",
        "CECILL-2.1",
        "CC-BY-4.0",
        "CC-BY-SA-3.0",
        "OGDL-Taiwan-1.0",
        "SSPL-1.0",
    ),
    *("GPL-2.0-only WITH Classpath-exception-2.0", "BSD-4-Clause"),
)
EXPRESSIONS = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.builds(
        lambda operator, parts: "(" + f" {operator} ".join(parts) + ")",
        st.sampled_from(("AND", "OR")),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS, st.sampled_from(Use))
def test_an_expression_fits_itself(expression: str, use: Use) -> None:
    assert compatible(expression, expression, use).answer is Answer.YES


@given(EXPRESSIONS, st.sampled_from((*TERMS, "LicenseRef-Own")), EXPRESSIONS, st.sampled_from(Use))
def test_more_that_applies_together_is_never_better_and_a_further_choice_never_worse(
    inbound: str, more: str, outbound: str, use: Use
) -> None:
    alone = badness(compatible(inbound, outbound, use).answer)
    assert badness(compatible(f"{inbound} AND {more}", outbound, use).answer) >= alone
    assert badness(compatible(f"{inbound} OR {more}", outbound, use).answer) <= alone


def test_all_that_is_taken_in_agrees_on_one_licence_for_the_whole() -> None:
    found = compatible("GPL-2.0-or-later AND Apache-2.0", "GPL-2.0-or-later")
    assert (str(found.reason), found.narrowed) == ("Only if the whole is passed on under GPL-3.0-only.", "GPL-3.0-only")
    found = compatible("GPL-2.0-only AND Apache-2.0", "GPL-2.0-or-later")
    assert found.narrowed == ""
    assert str(found.reason) == (
        "Nothing that GPL-2.0-or-later offers fits all of it: each part of what is taken in would need the whole to go under "
        "another licence."
    )
    found = compatible("GPL-2.0-or-later", "MIT AND GPL-3.0-only")
    assert str(found.reason) == (
        "Only into what stands under GPL-3.0-only within the work, apart from what stands under its other licences (MIT)."
    )
    parts = (Part("a", "GPL-2.0-only"), Part("b", "Apache-2.0"), Part("c", "MIT"))
    assert [(one.part.name, str(one.answer)) for one in inside("GPL-2.0-or-later", parts)] == [
        ("a", "no"),
        ("b", "no"),
        ("c", "yes"),
    ]
    parts = (Part("a", "GPL-2.0-or-later"), Part("b", "Apache-2.0"), Part("d", "GPL-3.0-only"))
    assert {
        (one.part.name, str(one.answer), str(one.compatibility.reason)) for one in inside("GPL-2.0-or-later", parts)
    } == {
        ("a", "yes", "It is the same licence."),
        ("b", "conditions", "Only if the whole is passed on under GPL-3.0-only."),
        ("d", "conditions", "Only if the whole is passed on under GPL-3.0-only."),
    }


def test_sentences_name_what_their_sources_name() -> None:
    found = compatible("EUPL-1.2", "GPL-3.0-or-later")
    assert (found.narrowed, found.disagree) == ("GPL-3.0-only", False)
    fsf = next(str(one.reason) for one in found.statements if one.source == "fsf")
    assert "GPL-3.0-only, which its appendix lists; under later versions only in two steps, by way of CeCILL 2.0" in fsf
    assert found.decisive is not None
    assert next(str(one.reason) for one in found.decisive.as_asked if one.source == "eupl") == (
        "The appendix lists single versions; GPL-3.0-or-later promises later ones, too, of which none is listed. (The Commission "
        "may extend the list.)"
    )
    assert str(compatible("CC-BY-SA-3.0", "GPL-3.0-only").reason) == (
        "Only in two steps: CC-BY-SA-3.0 §4(b) lets what is made of the work go under CC-BY-SA-4.0, and only what is made of "
        "that goes under GPL-3.0-only."
    )


def test_a_work_keeps_its_choice_and_its_kinds_apart() -> None:
    found = compatible("GPL-3.0-only", "MIT OR GPL-3.0-only")
    assert (found.answer, str(found.reason)) == (
        Answer.CONDITIONS,
        "Only if the whole is passed on under GPL-3.0-only.",
    )
    assert compatible("MIT", "MIT OR GPL-3.0-only").answer is Answer.YES
    assert compatible("SSPL-1.0", "MIT OR GPL-3.0-only").answer is Answer.NO
    assert compatible("MIT", "EUPL-1.2 AND CC-BY-4.0").answer is Answer.YES
    found = compatible("OGDL-Taiwan-1.0", "EUPL-1.2 AND CC-BY-4.0")
    assert (found.answer, found.decisive and found.decisive.outbound) == (Answer.YES, "CC-BY-4.0")


def test_later_versions_are_tried() -> None:
    found = compatible("GPL-2.0+", "CECILL-2.0")  # the old id is read as today's
    assert found.inbound == "GPL-2.0-or-later"
    found = compatible("EUPL-1.1+", "AGPL-3.0-only")
    assert (found.answer, found.decisive and found.decisive.taken_as) == (Answer.CONDITIONS, "EUPL-1.2")
    assert found.decisive is not None
    assert found.decisive.reason == Message(
        "By taking it under {license}, which {inbound} allows.", (("license", "EUPL-1.2"), ("inbound", "EUPL-1.1+"))
    )
    found = compatible("Apache-2.0", "GPL-2.0-or-later")
    assert str(found.reason) == "Only if the whole is passed on under GPL-3.0-only."
    assert found.decisive is not None
    assert {one.source: one.answer for one in found.decisive.as_asked if one.source != "eu-checker"} == {
        "osadl": Answer.NO,
        "fsf": Answer.NO,
    }


def test_exceptions_add_permissions_and_never_take_any() -> None:
    for exception in [name for name, _ in exceptions().values()][::4]:
        for license_, outbound in (("GPL-3.0-only", "GPL-3.0-only"), ("LGPL-2.1-only", "GPL-2.0-only")):
            bare = compatible(license_, outbound)
            found = compatible(f"{license_} WITH {exception}", outbound)
            assert found.answer is bare.answer
    assert compatible("GPL-3.0-only WITH GCC-exception-3.1", "MIT", "link").answer is Answer.CONDITIONS
    assert compatible("GPL-3.0-only WITH GNAT-exception", "MIT", "link").answer is Answer.YES
    assert compatible("GPL-3.0-only WITH GPL-CC-1.0", "MIT", "link").answer is Answer.NO
    assert compatible("GPL-2.0-only WITH UBDL-exception", "MIT").answer is Answer.UNKNOWN
    assert compatible("GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0").answer is Answer.CONDITIONS
    assert compatible("MIT", "GPL-2.0-only WITH Classpath-exception-2.0").answer is Answer.YES


def test_osadl_tells_three_kinds_of_not_knowing_apart() -> None:
    def rule(inbound: str, outbound: str, use: Use = Use.MERGE) -> tuple[str, Answer]:
        (said,) = osadl.statements(License(inbound), License(outbound), use)
        return said.rule, said.answer

    assert rule("OGDL-Taiwan-1.0", "MIT") == ("undefined", Answer.UNKNOWN)
    assert rule("Apache-2.0", "EUPL-1.2") == ("unknown", Answer.UNKNOWN)
    assert rule("AGPL-3.0-or-later", "GPL-3.0-or-later") == ("check-dependency", Answer.CONDITIONS)
    assert rule("AGPL-3.0-or-later", "GPL-3.0-or-later", Use.LINK) == ("check-dependency", Answer.YES)
    assert rule("GPL-3.0-only", "MIT", Use.LINK) == ("copying-only", Answer.UNKNOWN)
    assert rule("GPL-3.0-only", "MIT") == ("copyleft-to-non-copyleft", Answer.NO)
    assert len(osadl.licenses()) == 115


def test_the_rules_of_the_eu_are_all_there() -> None:
    assert sorted({rule.id for rule in eu_checker.RULES} | {"T01"}) == list(eu_checker.NUMBERS)


def test_every_id_in_a_rule_is_one_of_the_list() -> None:
    known_texts = {License(name).base for name in LISTED} | set(LISTED)
    named = {
        name
        for rules in (eu_checker.RULES, eupl.RULES, texts.RULES, texts.CC_RULES)
        for rule in rules
        for name in (*rule.inbound, *rule.outbound)
    }
    assert named - known_texts == {"*"}


def test_licences_that_are_known() -> None:
    assert {source: len(known(source)) > 3 for source in SOURCES if source != "kinds"} == dict.fromkeys(
        ("license-texts", "eupl", "osadl", "fsf", "creative-commons", "eu-checker"), True
    )
    assert {"CC0-1.0", "OGL-UK-3.0", "OGDL-Taiwan-1.0", "CECILL-2.1", "LiLiQ-R-1.1", "EUPL-1.2"} <= set(all_known())


def test_large_expressions_are_refused() -> None:
    many = " OR ".join(["MIT"] * (MOST_PAIRS + 1))
    found = compatible(many[:1_990].rpartition(" OR ")[0], "MIT AND " * 2 + "MIT")
    assert str(found.reason) == "The two expressions name too many licences to compare."
    assert str(compatible(many, "MIT").reason) == "An expression of more than 2000 characters is not read."
    assert str(compatible("(" * 50 + "MIT" + ")" * 50, "MIT").reason) == (
        "More than 30 brackets one inside the other are not read."
    )
    product_ = " AND ".join(["(MIT OR ISC)"] * 9)
    assert str(compatible("MIT", product_).reason) == "The two expressions name too many licences to compare."
    assert compatible("NONE OR MIT", "MIT").suggestions == ()
    found = compatible("MIT", "GPLv3")
    assert (found.wrong, found.suggestions) == ("GPLv3", ("GPL-3.0-only", "GPL-3.0-or-later"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gets_an_answer(inbound: str, outbound: str) -> None:
    json.dumps(told(compatible(inbound, outbound)))


def test_the_parts_of_a_repository_the_worst_first() -> None:
    found = inside(
        "EUPL-1.2",
        (
            Part("LICENSE", "EUPL-1.2"),
            Part("LICENSES/OFL-1.1.txt", "OFL-1.1"),
            Part("vendor/COPYING", "GPL-3.0-only"),
            Part("packages", "MIT", Use.LINK, 40),
            Part("packages", "", Use.LINK, 3),
            Part("packages", "GPL-2.0-only", Use.LINK, 1),
        ),
    )
    assert [(one.part.name, one.part.license, str(one.answer), one.compatibility.disagree) for one in found] == [
        ("packages", "GPL-2.0-only", "no", True),
        ("vendor/COPYING", "GPL-3.0-only", "no", True),
        ("packages", "", "unknown", False),
        ("LICENSES/OFL-1.1.txt", "OFL-1.1", "conditions", False),
        ("packages", "MIT", "yes", False),
        ("LICENSE", "EUPL-1.2", "yes", False),
    ]
    assert (worst(found), worst(())) == (Answer.NO, None)


def test_the_table_of_the_manual_is_current() -> None:
    done = runpy.run_path(str(ROOT / "deploy" / "refresh_compatibility_page.py"))
    assert done["written"]() == done["PAGE"].read_text("utf-8"), "next: deploy/refresh_compatibility_page.py"
    assert len(LINES) >= 60


def test_the_matrix_is_made_from_its_explanations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    made = runpy.run_path(str(ROOT / "deploy" / "refresh_data.py"))

    def cell(name: str, answer: str, explanation: str) -> dict[str, str]:
        return {"name": name, "compatibility": answer, "explanation": explanation}

    depends = (
        "Depending compatibility of the A license with the B license is … Interpretation: use &quot;it&quot; first"
    )
    matrix = {
        "timestamp": "2024-11-04T13:45:00+0000",
        "licenses": [
            {"name": "B", "compatibilities": [cell("A", "Check dependency", depends), cell("B", "Same", "n.a.")]},
            {"name": "A", "compatibilities": [cell("A", "Same", "n.a."), cell("B", "Unknown", "It is unclear …")]},
        ],
    }
    package = made["Package"]("1", lambda path: json.dumps(matrix).encode())
    assert json.loads(made["osadl_matrix"](package, "x.json")) == {
        "timestamp": "2024-11-04T13:45:00+0000",
        "licenses": ["A", "B"],
        "rows": {"A": "=i", "B": "d="},
        "depends": {"A > B": 'use "it" first'},
    }
    matrix["licenses"][1]["compatibilities"][1]["compatibility"] = "Yes"  # type: ignore[index]
    with pytest.raises(made["RefreshError"], match="in other words than before"):
        made["osadl_matrix"](package, "x.json")

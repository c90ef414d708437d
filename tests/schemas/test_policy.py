"""Policies: what they say of licences and of verdicts, and how their files are read."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publiccode.schemas.finding import message
from publiccode.schemas.licensing.families import Family
from publiccode.schemas.licensing.policy import (
    OF_CODES,
    RULES,
    Level,
    Policy,
    PolicyError,
    Violation,
    decide,
    load_policy,
    policy_from_content,
    violations,
)
from publiccode.schemas.licensing.policy_file import LARGEST, policy_names
from publiccode.schemas.licensing.verdict import Code
from publiccode.schemas.licensing.verdict_texts import CODES
from publiccode.schemas.vocabularies import licenses

DOCUMENTS = Path(__file__).parents[2] / "docs"

# Expression: what osi, eu and tw say of it for code.
RULINGS = {
    "MIT": ("allowed", "allowed", "allowed"),
    "EUPL-1.2": ("allowed", "preferred", "allowed"),
    "EUPL-1.1": ("discouraged", "discouraged", "allowed"),
    "GPL-3.0": ("allowed", "allowed", "allowed"),
    "GPL-2.0-only WITH Classpath-exception-2.0": ("allowed", "allowed", "allowed"),
    "BSL-1.0": ("allowed", "allowed", "allowed"),
    "CC0-1.0": ("review", "review", "allowed"),
    "CC-BY-4.0": ("review", "review", "review"),
    "OGDL-Taiwan-1.0": ("review", "review", "forbidden"),
    "MIT AND CC-BY-4.0": ("allowed", "allowed", "allowed"),
    "MIT AND OGDL-Taiwan-1.0": ("allowed", "allowed", "allowed"),
    "MIT AND CC-BY-NC-4.0": ("forbidden", "forbidden", "forbidden"),
    "JSON OR MIT": ("allowed", "allowed", "allowed"),
    "JSON AND MIT": ("forbidden", "forbidden", "forbidden"),
    "MIT OR EUPL-1.2": ("allowed", "preferred", "allowed"),
    "(JSON OR ISC) AND MIT": ("allowed", "allowed", "allowed"),
    "SSPL-1.0": ("forbidden", "forbidden", "forbidden"),
    "BUSL-1.1": ("forbidden", "forbidden", "forbidden"),
    "BSD-3-Clause-OpenWebUI": ("review", "review", "review"),
    "LicenseRef-ours": ("review", "review", "review"),
}

SMALL = """name: ours
code:
  allowed: [MIT, GPL-3.0, LicenseRef-ours]
  discouraged:
    - family: strong-copyleft
    - GPL-*
  review:
    - AGPL-3.0-only
  forbidden:
    - fsf: true
    - GPL-2.0-only
  otherwise: review
content:
  otherwise: allowed
verdicts:
  unknown: note
  mismatch: warning
"""


def read(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.yml"
    path.write_text(text, "utf-8")
    return load_policy(str(path))


@pytest.mark.parametrize("expression", RULINGS)
def test_what_our_policies_say(expression: str) -> None:
    found = tuple(str(decide(load_policy(name), expression).ruling) for name in ("osi", "eu", "tw"))
    assert found == RULINGS[expression]


def test_content_has_its_own_lists() -> None:
    told = {
        name: tuple(
            str(decide(load_policy(name), one, content=True).ruling) for one in ("CC-BY-4.0", "OGDL-Taiwan-1.0", "MIT")
        )
        for name in policy_names()
    }
    assert told == {
        "osi": ("allowed", "allowed", "allowed"),
        "eu": ("preferred", "allowed", "allowed"),
        "tw": ("allowed", "allowed", "allowed"),
    }
    assert str(decide(load_policy("tw"), "CC-BY-NC-4.0", content=True).ruling) == "forbidden"


def test_what_names_a_licence_more_exactly_counts(tmp_path: Path) -> None:
    policy = read(tmp_path, SMALL)
    names = (
        "GPL-3.0-or-later",
        "GPL-2.0-only",
        "GPL-2.0-or-later",
        "CECILL-2.1",
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "JSON",
    )
    assert [str(decide(policy, name).ruling) for name in names] == [
        "allowed",
        "forbidden",
        "discouraged",
        "discouraged",
        "review",
        "forbidden",
        "review",
    ]
    reasons = ("MIT", "GPL-2.0-or-later", "CECILL-2.1", "ISC", "JSON")
    assert [str(decide(policy, name).reason) for name in reasons] == [
        "the policy names MIT",
        "the policy names GPL-…, such as GPL-2.0-or-later",
        "CECILL-2.1 is of the family strong-copyleft",
        "the FSF counts ISC as free",
        "no list of the policy names JSON",
    ]
    assert str(decide(load_policy("osi"), "MIT").reason) == "the OSI approved MIT"


def test_violations_of_codes_and_of_lists(tmp_path: Path) -> None:
    policy = read(tmp_path, SMALL)
    assert violations(policy, ["mismatch", "host-differs"], "GPL-2.0-only", "MIT") == (
        Violation("license-mismatch", Level.WARNING, CODES[Code.MISMATCH].meaning, CODES[Code.MISMATCH].repair),
        Violation(
            "license-forbidden",
            Level.ERROR,
            message(
                "The policy {policy} forbids “{license}” for code.",
                policy="ours",
                license="GNU General Public License v2.0 only",
            ),
            message(
                "Where the owner of the rights can, choose a licence that the policy allows; else record a waiver with its "
                "reason and end."
            ),
        ),
    )
    rules = [one.rule for one in violations(policy, [Code.UNKNOWN], "NOASSERTION", "AGPL-3.0-only")]
    assert rules == ["license-text-unknown", "license-review"]
    assert [one.rule for one in violations(policy, ["agree"], "CECILL-2.1", "CECILL-2.1")] == ["license-discouraged"]
    assert violations(policy, ["agree"], "MIT", "MIT") == ()
    assert violations(policy, ["agree"], "NOASSERTION", "MIT License") == ()
    assert violations(policy, ["no-text", "not-declared"], "NOASSERTION") == ()


def test_a_level_of_a_ruling_may_be_left_out(tmp_path: Path) -> None:
    policy = read(tmp_path, SMALL + "rulings:\n  forbidden: note\n")
    assert [(one.rule, one.level) for one in violations(policy, [], "GPL-2.0-only")] == [
        ("license-forbidden", Level.NOTE)
    ]
    assert violations(policy, [], "CECILL-2.1") == ()


@pytest.mark.parametrize("name", policy_names())
def test_our_policies_weigh_what_counts_and_come_back_from_storage(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    assert policy.title("zh-Hant") != policy.title("en") != name
    assert policy.title("fr") == policy.title("en")
    content = policy.content()
    assert policy_from_content(json.loads(json.dumps(content))) == policy
    assert policy_from_content(content).content() == content
    left = set(Code) - {code for code, _ in policy.verdicts}
    assert left == {Code.AGREE, Code.NOT_OPEN_SOURCE, Code.CONTENT_LICENSE}


def test_the_order_in_a_file_does_not_matter(tmp_path: Path) -> None:
    turned = SMALL.replace("[MIT, GPL-3.0, LicenseRef-ours]", "[LicenseRef-ours, MIT, GPL-3.0, MIT]").replace(
        "  unknown: note\n  mismatch: warning\n", "  mismatch: warning\n  unknown: note\n"
    )
    assert turned != SMALL
    assert read(tmp_path, turned) == read(tmp_path, SMALL)


WRONG = {
    "name: [": "1:7: ",
    "[]": "1:1: the file holds no keys; next: repair the YAML",
    "name: x\n": "1:1: the key code is missing",
    SMALL + "cod: {}\n": "18:1: cod: 'cod' is not known here; did you mean code?",
    SMALL.replace("MIT,", "MTI,"): "3:13: code.allowed[0]: 'MTI' is no SPDX id; did you mean MIT?",
    SMALL.replace("GPL-*", "GPX-*"): "6:7: code.discouraged[1]: no SPDX id begins with 'GPX-'",
    SMALL.replace("GPL-*", '"*"'): "6:7: code.discouraged[1]: no SPDX id begins with ''",
    SMALL.replace("strong-copyleft", "strong"): "5:7: code.discouraged[0]: one of these is expected: permissive, ",
    SMALL.replace(
        "fsf: true", "fsf: false"
    ): "10:7: code.forbidden[0]: an SPDX id, family: NAME, osi: true or fsf: true",
    SMALL.replace(
        "otherwise: allowed", "otherwise: maybe"
    ): "14:3: content.otherwise: one of these is expected: preferred, ",
    SMALL.replace("  otherwise: allowed", "  allowed: [MIT]"): "13:1: content: the key otherwise is missing",
    SMALL.replace(
        "unknown: note", "unknown: fatal"
    ): "16:3: verdicts.unknown: one of these is expected: error, warning, note",
    SMALL.replace(
        "unknown: note", "unknwon: note"
    ): "16:3: verdicts.unknwon: 'unknwon' is not known here; did you mean unknown?",
    SMALL.replace("name: ours", "name: {}"): "1:1: name: a text of at most 200 characters in one line is expected",
    SMALL + "source: javascript:x\n": "18:1: source: an address that begins with https:// is expected",
    SMALL.replace("name: ours", "name: ''"): "1:1: name: a name is expected",
    SMALL + "titles: x\n": "18:1: titles: titles by language are expected",
    SMALL.replace("[MIT, GPL-3.0, LicenseRef-ours]", "MIT"): "3:3: code.allowed: a list of licences is expected",
    "a: &a [1]\nb: *a\n" + "x" * LARGEST: f"a policy has at most {LARGEST} bytes",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_in_a_file_is_told_with_its_place(text: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, text)
    said = str(caught.value).removeprefix(f"{tmp_path / 'policy.yml'}:").strip()
    assert said.startswith(WRONG[text])
    assert "; next: " in said


def test_what_is_wrong_in_stored_content_is_told() -> None:
    with pytest.raises(PolicyError, match=r"the key code is missing; next: see docs/licences\.md"):
        policy_from_content({"name": "x"})


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"there is no policy 'no' .*; next: name one of eu, osi, tw, or the path"):
        load_policy("no")
    with pytest.raises(PolicyError, match="there is no policy"):
        load_policy(str(tmp_path))
    with pytest.raises(PolicyError, match="there is no policy"):
        load_policy("a\0b")


def test_rules_are_documented() -> None:
    assert set(OF_CODES) == set(Code) - {Code.AGREE}
    assert set(RULES) == {*OF_CODES.values(), "license-forbidden", "license-review", "license-discouraged"}
    text = (DOCUMENTS / "licences.md").read_text("utf-8")
    assert [name for name in (*RULES, *map(str, Code)) if f"`{name}`" not in text] == []


def test_the_documented_file_is_a_policy(tmp_path: Path) -> None:
    text = (DOCUMENTS / "licences.md").read_text("utf-8")
    policy = read(tmp_path, text.partition("```yaml\n")[2].partition("```")[0])
    assert policy.name == "ours"
    names = (
        "EUPL-1.2",
        "Apache-1.1",
        "AGPL-3.0-only",
        "GPL-2.0-or-later",
        "JSON",
        "LicenseRef-ministry",
        "LicenseRef-x",
    )
    assert [str(decide(policy, name).ruling) for name in names] == [
        "preferred",
        "discouraged",
        "review",
        "forbidden",
        "forbidden",
        "allowed",
        "review",
    ]


lines: st.SearchStrategy[object] = st.sampled_from(
    ["MIT", "GPL-*", {"osi": True}, {"family": "content"}, {"family": []}, None, 1, [], {}, "*", "no", {"a": 1, "b": 2}]
)
lists = st.dictionaries(
    st.sampled_from(["allowed", "forbidden", "otherwise", "review", "x"]),
    st.one_of(st.lists(lines, max_size=3), st.sampled_from(["allowed", "no", None, 7])),
    max_size=4,
)
contents = st.dictionaries(
    st.sampled_from(["name", "titles", "source", "code", "content", "rulings", "verdicts"]),
    st.one_of(lists, st.sampled_from(["x", {}, {"en": "t"}, {"mismatch": "error"}, {"forbidden": "note"}, None, 3])),
)


@given(contents)
@settings(max_examples=200, deadline=None)
def test_any_content_is_a_policy_or_told(content: dict[str, object]) -> None:
    with suppress(PolicyError):
        policy = policy_from_content({"name": "x", **content})
        assert policy_from_content(policy.content()) == policy


@given(st.one_of(st.binary(max_size=200), st.integers(0, len(SMALL) - 1).map(lambda cut: SMALL[:cut].encode())))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_a_policy_or_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yml"
    path.write_bytes(data)
    with suppress(PolicyError):
        assert load_policy(str(path)).name == "ours"


def test_what_a_policy_meant_is_kept_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = [load_policy(name) for name in policy_names()]
    kept = [policy_from_content(json.loads(json.dumps(policy.record()))) for policy in policies]
    assert [policy.record() for policy in kept] == [policy.record() for policy in policies]
    ids = sorted({identifier for identifier, _ in licenses().values()})
    expressions = [*ids, "MIT AND CC-BY-4.0", "LicenseRef-Own"]
    rulings = [[decide(policy, one).ruling for one in expressions] for policy in policies]
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.is_osi", lambda identifier: False)
    monkeypatch.setattr("publiccode.schemas.licensing.kinds.family", lambda identifier: Family.NON_FREE)
    assert [[decide(policy, one).ruling for one in expressions] for policy in kept] == rulings
    assert [[decide(policy, one).ruling for one in expressions] for policy in policies] != rulings


@pytest.mark.parametrize("meant", ["osi", ["MIT"], {"osi": "MIT"}])
def test_what_a_policy_meant_must_be_lists(meant: object) -> None:
    with pytest.raises(PolicyError, match=r"meant: lists of licences by kind are expected"):
        policy_from_content({**load_policy("osi").content(), "meant": meant})


def test_a_file_cannot_say_what_the_list_says(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(
        "name: own\ncode: {otherwise: allowed}\ncontent: {otherwise: allowed}\nverdicts: {}\nmeant: {osi: [MIT]}\n"
    )
    with pytest.raises(PolicyError, match=r"'meant' is not known here"):
        load_policy(str(file))


def test_the_outcome_of_a_review_is_a_waiver() -> None:
    told = next(one for one in violations(load_policy("osi"), [], "LicenseRef-Own") if one.rule == "license-review")
    assert str(told.help) == (
        "Have the licence reviewed. Where the outcome is that it may be used, record that as a waiver with its reason and end; "
        "a conclusion says which licence it is, not that the policy allows it."
    )


def test_what_an_auditor_concluded_is_told_as_such() -> None:
    told = violations(load_policy("osi"), ["mismatch"], "MIT", "EUPL-1.2", by_auditor=True)
    assert [str(one.message) for one in told] == [
        "An auditor concluded another licence than the one that publiccode.yml declares."
    ]

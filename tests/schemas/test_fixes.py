"""Repairs: every file below tests/fixes is a test; its README says how."""

from collections import Counter
from pathlib import Path

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.editing.changes import EditError
from publiccode.schemas.finding import Assessment, Severity
from publiccode.schemas.fixes import Repaired, remove_keys, repairs, set_values
from publiccode.schemas.validator import assess

from ..invalid import changed

FIXES = Path(__file__).parents[1] / "fixes"
ACCEPTANCE = Path(__file__).parents[3] / "shared" / "acceptance"
NAMES = sorted(path.stem for path in FIXES.glob("*.yml") if not path.stem.endswith(".fixed"))
FILE = (FIXES / "nothing_to_repair.yml").read_bytes()


def assessed(content: bytes) -> Assessment:
    return assess(Candidate(RepositoryFile("publiccode.yml", content)))


def errors(content: bytes) -> Counter[str]:
    return Counter(finding.rule for finding in assessed(content).findings if finding.severity is Severity.ERROR)


def printed(repaired: Repaired) -> str:
    lines = [repair.printed("publiccode.yml") for repair in repaired.repairs]
    for choice in repaired.choices:
        lines += [choice.printed("publiccode.yml"), *(f"  {value}" for value in choice.values)]
    lines += [unknown.printed("publiccode.yml") for unknown in repaired.unknown]
    return "".join(f"{line}\n" for line in (*lines, repaired.summary))


@pytest.mark.parametrize("name", NAMES)
def test_file_is_repaired_as_the_one_beside_it(name: str) -> None:
    content = (FIXES / f"{name}.yml").read_bytes()
    repaired = repairs(content)
    assert repaired.content == (FIXES / f"{name}.fixed.yml").read_bytes()
    assert printed(repaired) == (FIXES / f"{name}.txt").read_text("utf-8")
    assert repaired.assessment == assessed(repaired.content)
    again = repairs(repaired.content)
    assert (again.content, again.repairs, again.choices) == (repaired.content, (), repaired.choices)


def test_every_file_of_the_folder_belongs_to_a_test() -> None:
    wanted = {f"{name}{ending}" for name in NAMES for ending in (".yml", ".fixed.yml", ".txt")}
    assert {path.name for path in FIXES.iterdir()} == wanted | {"README.md"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",  # half a character of UTF-16
        b"\xff\xfea\x00\x00\x00",  # UTF-16 with NUL
        b"name: caf\xe9\n",
        b"\xef\xbb\xbfname: [\n",
        b"- a list\n",
        b"name: a\n---\nname: b\n",
        b"name: " + b"x" * 1_048_576,
        b"# x\n" * 60_000 + b'name: x\nurl: " https://git.example/x"\n',
    ],
    ids=[
        "empty",
        "odd UTF-16",
        "NUL",
        "not UTF-8",
        "mark and syntax",
        "list",
        "two documents",
        "too large",
        "60,000 lines",
    ],
)
def test_what_cannot_be_read_comes_back_as_it_is(content: bytes) -> None:
    repaired = repairs(content)
    assert (repaired.content, repaired.repairs, repaired.choices) == (content, (), ())
    assert not repaired.assessment.valid


@pytest.mark.parametrize(
    "content",
    [
        b"intendedAudience:\n  countries:\n" + b"  - tw\n" * 4_000,
        b"x: &a tw\nintendedAudience:\n  countries: [" + b"*a, " * 2_000 + b"]\n",
        b"description:\n" + b"".join(b"  a%c%c: {features: x}\n" % (a, b) for a in b"abcdef" for b in b"abcdefghijk"),
        b"# x\n" * 40_000 + b'name: x\nurl: " https://git.example/x"\n',
    ],
    ids=["4,000 items", "2,000 aliases", "66 sections in brackets", "40,000 comments"],
)
def test_large_files_are_repaired_whole(content: bytes) -> None:
    repaired = repairs(content)
    assert repaired.content != content
    assert repairs(repaired.content).content == repaired.content


def real_files() -> list[Path]:
    if not ACCEPTANCE.is_dir():
        pytest.skip("the acceptance data is not here")
    return sorted([*ACCEPTANCE.glob("corpus/*/publiccode.y*ml"), *ACCEPTANCE.glob("code-gov-tw/*.yml")])


def test_real_files_get_no_new_errors_and_stay_as_they_are_a_second_time() -> None:
    worse, unstable, valid = [], [], 0
    for path in real_files():
        content = path.read_bytes()
        repaired = repairs(content)
        valid += repaired.assessment.valid - assessed(content).valid
        if errors(repaired.content) - errors(content):
            worse.append(str(path))
        if repairs(repaired.content).content != repaired.content:
            unstable.append(str(path))
    assert (worse, unstable) == ([], [])
    assert valid > 0


def test_values_are_set_where_the_owner_decides() -> None:
    content = FILE.replace(b"license: EUPL-1.2", b"license: AGPL-3  # the text is in COPYING")
    fixed = set_values(
        content,
        {
            "legal.license": "AGPL-3.0-only",
            "description.en.features[0]": "no",
            "description.zh-Hant.localisedName": "路燈",
            "localisation.localisationReady": "false",
            "platforms[1]": "linux",
        },
    )
    assert fixed == (
        content.replace(b"AGPL-3 ", b"AGPL-3.0-only ")
        .replace(b"      - Map of all lamps\n", '      - "no"\n  zh-Hant:\n    localisedName: 路燈\n'.encode())
        .replace(b"localisationReady: true", b"localisationReady: false")
        .replace(b"  - web\n", b"  - web\n  - linux\n")
    )


LIST = "this is a list or a section; name one text in it, as in platforms[0]"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "legal.licence",
            "MIT",
            "legal.licence: the standard has no such key; here it has: license, mainCopyrightOwner",
        ),
        ("name.x", "MIT", "name.x: the standard has no such key"),
        ("description.klingon.localisedName", "x", "description.klingon: “klingon” is not a language tag"),
        ("platforms", "web", f"platforms: {LIST}"),
        ("legal", "MIT", f"legal: {LIST}"),
        ("dependsOn.open[0]", "x", f"dependsOn.open[0]: {LIST}"),
        ("platforms[3]", "web", "platforms[3]: the list has no such place; it has 1 items"),
        ("localisation.localisationReady", "yes", "localisation.localisationReady: write true or false"),
        ("name", " ", "name: a value is missing"),
        ("", "x", ": write the key with dots, as in description.en.features[0]"),
        ("legal..license", "x", "legal..license: write the key with dots, as in description.en.features[0]"),
        ("platforms[x]", "x", "platforms[x]: write the key with dots, as in description.en.features[0]"),
    ],
)
def test_values_that_cannot_be_set(key: str, value: str, said: str) -> None:
    with pytest.raises(EditError) as raised:
        set_values(FILE, {key: value})
    assert str(raised.value) == said


def test_a_value_in_place_of_a_list_is_refused() -> None:
    content = FILE.replace(b"platforms:", b"isBasedOn:\n  - https://git.example/a\nplatforms:")
    with pytest.raises(EditError) as raised:
        set_values(content, {"isBasedOn": "https://git.example/b"})
    assert str(raised.value) == f"isBasedOn: {LIST}"
    assert b"- https://git.example/b\n" in set_values(content, {"isBasedOn[1]": "https://git.example/b"})


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfea\x00", b""])
def test_nothing_is_set_in_what_cannot_be_read(content: bytes) -> None:
    with pytest.raises(EditError) as raised:
        set_values(content, {"name": "x"})
    assert str(raised.value) == "the file cannot be read"
    with pytest.raises(EditError) as raised:
        remove_keys(content, ["name"])
    assert str(raised.value) == "the file cannot be read"


ODD = b"""\
tw:  # ours
  oid: 2.16.886.101.20003
  budget: {year: 2026, "a.b": [x]}
x-extra.key: 1
"""


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["tw"], b"x-extra.key: 1\n"),
        (["tw.oid"], ODD.replace(b"  oid: 2.16.886.101.20003\n", b"")),
        (["tw.budget.a.b"], ODD.replace(b', "a.b": [x]', b"")),
        (["x-extra.key", "tw.budget.a.b[0]"], ODD.replace(b', "a.b": [x]', b"").replace(b"x-extra.key: 1\n", b"")),
        (["tw.oid", "tw", "tw"], b"x-extra.key: 1\n"),
        (["platforms[0]", "platforms[2]", "tw", "x-extra.key"], b""),
    ],
)
def test_keys_are_removed_where_the_owner_decides(keys: list[str], left: bytes) -> None:
    content = FILE.replace(b"  - web\n", b"  - web\n  - linux\n  - mac\n")
    kept = FILE.replace(b"  - web\n", b"  - linux\n") if "platforms[0]" in keys else content
    assert remove_keys(content + ODD, keys) == kept + left


@pytest.mark.parametrize(
    ("content", "keys", "said"),
    [
        (FILE, ["tw"], "tw: there is no such place in the file"),
        (FILE, [""], ": there is no such place in the file"),
        (FILE, ["platforms[1]"], "platforms[1]: there is no such place in the file"),
        (b"tw: 1\n", ["tw"], "nothing would be left in the file"),
    ],
)
def test_keys_that_cannot_be_removed(content: bytes, keys: list[str], said: str) -> None:
    with pytest.raises(EditError) as raised:
        remove_keys(content, keys)
    assert str(raised.value) == said


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_repairs_are_told_by_the_lines_of_the_file(end: str) -> None:
    text = changed("EUPL-1.2", "MIT License").replace('"0"', '"0.4"').replace("  - web", "  - 網頁")
    done = repairs(text.replace("\n", end).encode())
    assert [(one.line, one.key) for one in done.repairs] == [
        (1, "publiccodeYmlVersion"),
        (5, "platforms[0]"),
        (17, "legal.license"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"it:\n riuso:\n  codiceIPA: y\n",
        b"\xef\xbb\xbf\xef\xbb\xbfname: x\npubliccodeYmlVersion: 0.4\n",
        b"publiccodeYmlVersion: 0.4\n" + b"\n" * 60_000,
    ],
    ids=["a section with one key", "two byte order marks", "60,000 empty lines"],
)
def test_what_broke_a_promise_once(content: bytes) -> None:
    once = repairs(content)
    again = repairs(once.content)
    assert (again.content, again.repairs) == (once.content, ())

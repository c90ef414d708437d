"""Edits of YAML text: what is written, what stays, what is refused."""

from collections.abc import Iterator
from copy import deepcopy
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publiccode.schemas.document import parse
from publiccode.schemas.editing import Edits
from publiccode.schemas.editing.changes import Change, EditError, Remove, Rename, Set
from publiccode.schemas.editing.spans import Source
from publiccode.schemas.nodes import Path as Place

EXAMPLE = (Path(__file__).parents[2] / "publiccode.example.yml").read_text("utf-8")


def edited(text: str, *changes: Change) -> str:
    edits = Edits(text)
    edits.apply(*changes)
    return edits.text


WRITTEN: dict[str, tuple[str, Change, str]] = {
    "plain stays plain, its comment stays": ("a: x # c\n", Set(("a",), "y z"), "a: y z # c\n"),
    "quotes stay": ("a: 'x'\nb: \"y\"\t# c\n", Set(("a",), "it's"), "a: 'it''s'\nb: \"y\"\t# c\n"),
    "double quotes stay": ('a: "x"\n', Set(("a",), 'say "x"\\'), 'a: "say \\"x\\"\\\\"\n'),
    "a word that YAML 1.1 takes for a boolean": ("a: x\n", Set(("a",), "no"), 'a: "no"\n'),
    "a number": ("a: x\n", Set(("a",), "1.10"), 'a: "1.10"\n'),
    "a date": ("a: x\n", Set(("a",), "2026-01-05"), 'a: "2026-01-05"\n'),
    "a number that becomes a text": ("a: 0.5\n", Set(("a",), "0.5"), 'a: "0.5"\n'),
    "a boolean": ("a: 'yes'\n", Set(("a",), True), "a: true\n"),
    "what begins like something else": ("a: x\n", Set(("a",), "- x"), 'a: "- x"\n'),
    "quotes inside": ("a: x\n", Set(("a",), '"x": y'), "a: '\"x\": y'\n"),
    "a control character": ("a: x\n", Set(("a",), "x\x07\u2028"), 'a: "x\\x07\\L"\n'),
    "nothing after the colon": ("a:   # c\nb: x\n", Set(("a",), "w"), "a: w   # c\nb: x\n"),
    "a text on a line of its own": ("a:\n  x\n  y # c\n", Set(("a",), "z"), "a:\n  z # c\n"),
    "a tag goes": ("a: !!str 0 # c\n", Set(("a",), "x"), "a: x # c\n"),
    "lines": ("a: x # c\nb: y\n", Set(("a",), "p\nq"), "a: |- # c\n  p\n  q\nb: y\n"),
    "lines above a comment further in": ("a: x\n  # c\n", Set(("a",), "p\nq"), 'a: "p\\nq"\n  # c\n'),
    "a block stays a block": (
        "a: > # c\n    x\n    y\n\n# d\nb: z\n",
        Set(("a",), "p\nq\n"),
        "a: > # c\n    p\n\n    q\n\n# d\nb: z\n",
    ),
    "a block with an indentation of its own": ("a: |2\n    x\nb: y\n", Set(("a",), "p\nq"), "a: |-\n  p\n  q\nb: y\n"),
    "only the last line break": ("a: |2+ # c\n    x\n\nb: y\n", Set(("a",), "  x"), "a: |2- # c\n    x\n\nb: y\n"),
    "a block that becomes a word": ("a: >-\n  x\n  y\n\nb: z\n", Set(("a",), "no "), 'a: "no "\n\nb: z\n'),
    "in brackets": ("a: {b: , c: [x, y]} # d\n", Set(("a", "b"), "p, q"), 'a: {b: "p, q", c: [x, y]} # d\n'),
    "a key without a value in brackets": ("{a, b: x}\n", Set(("a",), "w"), "{a: w, b: x}\n"),
    "a list instead of a text": ("a: x # c\nb: y\n", Set(("a",), ["x", "z"]), "a: # c\n  - x\n  - z\nb: y\n"),
    "a list as the file indents it": ("l:\n- p\na: x\n", Set(("a",), ["x"]), "l:\n- p\na:\n- x\n"),
    "a list instead of a block": ("a: |\n  x\nb: y\n", Set(("a",), ["x"]), "a:\n  - x\nb: y\n"),
    "a text instead of a list": ("a: # c\n  - x\n  - z # d\nb: y\n", Set(("a",), "x"), "a: x # c\nb: y\n"),
    "an empty list": ("a: []\nb: y\n", Set(("a", 0), "x"), "a:\n  - x\nb: y\n"),
    "items that stay": (
        "a:\n  - x # 1\n  # 2\n  - y\n  - z # 3\n",
        Set(("a",), ["x", "new", "more", "z"]),
        "a:\n  - x # 1\n  # 2\n  - new\n  - more\n  - z # 3\n",
    ),
    "entries that stay": (
        "a:\n  b: x # 1\n  c: y\n  # 2\n  d: z\n",
        Set(("a",), {"b": "x", "d": "w", "e": "v"}),
        "a:\n  b: x # 1\n  # 2\n  d: w\n  e: v\n",
    ),
    "a new item": ("a:\n- x\n# c\n", Set(("a", 1), {"b": "w", "c": ["z"]}), "a:\n- x\n- b: w\n  c:\n  - z\n# c\n"),
    "a new item in brackets": ("a: [x,\n  y, # c\n  ]\n", Set(("a", 2), "z"), "a: [x,\n  y, z, # c\n  ]\n"),
    "behind the comments inside a section": (
        "name: x\nplatforms:\n  - web\n  # - mac\nlegal: {}\n",
        Set(("categories",), ["hr"]),
        "name: x\nplatforms:\n  - web\n  # - mac\ncategories:\n  - hr\nlegal: {}\n",
    ),
    "where the table puts it": (
        "url: y\nlegal:\n  license: MIT\nname: x\n",
        Set(("softwareVersion",), "1"),
        'url: y\nsoftwareVersion: "1"\nlegal:\n  license: MIT\nname: x\n',
    ),
    "before the first, below the comments that open the file": (
        "# head\nname: x\n",
        Set(("publiccodeYmlVersion",), "0"),
        '# head\npubliccodeYmlVersion: "0"\nname: x\n',
    ),
    "before the first of a section, above its comment": (
        "legal:\n  # the city\n  mainCopyrightOwner: x\n",
        Set(("legal", "license"), "MIT"),
        "legal:\n  license: MIT\n  # the city\n  mainCopyrightOwner: x\n",
    ),
    "before the first of an item": (
        "maintenance:\n  contacts:\n    - email: a@b.example\n",
        Set(("maintenance", "contacts", 0, "name"), "Lee"),
        "maintenance:\n  contacts:\n    - name: Lee\n      email: a@b.example\n",
    ),
    "in the order of the alphabet": (
        "publiccodeYmlVersion: '0'\n\ncategories: []\nlegal: x\nname: x\nplatforms: []\nurl: x\n",
        Set(("organisation",), {"uri": "y"}),
        "publiccodeYmlVersion: '0'\n\ncategories: []\nlegal: x\nname: x\norganisation:\n  uri: \"y\"\nplatforms: []\nurl: x\n",
    ),
    "with empty lines where the others have them": (
        "# head\n\nname: x\n\n# c\nurl: y\n\nlegal: z\n",
        Set(("landingURL",), "w"),
        "# head\n\nname: x\n\n# c\nurl: y\n\nlandingURL: w\n\nlegal: z\n",
    ),
    "no empty line into a text that keeps them": (
        "#\n\nname: x\n\nurl: |+\n  y\n\nlegal: z\n",
        Set(("landingURL",), "w"),
        "#\n\nname: x\n\nurl: |+\n  y\n\nlandingURL: w\nlegal: z\n",
    ),
    "sections that are missing": (
        "a:\n    b: c\n",
        Set(("IT", "riuso", "codiceIPA"), "x"),
        "a:\n    b: c\nIT:\n    riuso:\n        codiceIPA: x\n",
    ),
    "a section without anything": (
        "legal: # c\n  # d\nz: x\n",
        Set(("legal", "license"), "MIT"),
        "legal: # c\n  license: MIT\n  # d\nz: x\n",
    ),
    "no final line break": ("name: x", Set(("url",), "z"), "name: x\nurl: z"),
    "line ends of Windows": ("name: x\r\n# c\r\n", Set(("url",), "p\nq"), "name: x\r\nurl: |-\r\n  p\r\n  q\r\n# c\r\n"),
    "a byte order mark": ("\ufeffname: x\n", Set(("name",), "w"), "\ufeffname: w\n"),
    "a line separator in a text": ("a: x\u2028y\nb: z\n", Set(("b",), "w"), "a: x\u2028y\nb: w\n"),
    "between the marks of a document": ("--- # c\nname: x\n...\n", Set(("url",), "z"), "--- # c\nname: x\nurl: z\n...\n"),
    "JSON": ('{"name": "x",\n "b": [1]}\n', Set(("url",), ["no", "z"]), '{"name": "x", "url": ["no", "z"],\n "b": [1]}\n'),
    "a long text": (
        "a: x\n",
        Set(("b",), "word " * 30 + "end"),
        "a: x\nb: >-\n" + "  " + "word " * 22 + "word\n  " + "word " * 7 + "end\n",
    ),
    "an alias is written out": ("a: &k x\nb: *k # c\n", Set(("b",), "w"), "a: &k x\nb: w # c\n"),
    "what a merge key brings in is written out": (
        "a: &k {x: y}\nb:\n  <<: *k\n",
        Set(("b", "x"), "z"),
        "a: &k {x: y}\nb:\n  <<: *k\n  x: z\n",
    ),
    "the first of two keys": ("a: x\nb: y\na: z\n", Set(("a",), "w"), "a: w\nb: y\na: z\n"),
    "a key": ("# c\n\"a b\" : x\n'c': y\nd: z\n", Rename(("a b",), "e"), "# c\n\"e\" : x\n'c': y\nd: z\n"),
    "a key that would be a boolean": ("a: {b: x}\n", Rename(("a", "b"), "no"), 'a: {"no": x}\n'),
    "an entry and what is behind it": ("a: x\nb: # c\n  - y\n  # d\nc: z\n", Remove(("b",)), "a: x\nc: z\n"),
    "comments above stay where another entry follows": ("#\n\n# c\na: x\nb: y\n", Remove(("a",)), "#\n\n# c\nb: y\n"),
    "comments above nothing else go": ("#\n\n# c\na: x\n\nb: y\n", Remove(("a",)), "#\n\nb: y\n"),
    "comments that open the file stay": ("# c\na: x\n\nb: y\n", Remove(("a",)), "# c\n\nb: y\n"),
    "the first key of an item": ("a:\n  - b: x # c\n    # d\n    e: y\n", Remove(("a", 0, "b")), "a:\n  - # d\n    e: y\n"),
    "an item": ("a:\n- x\n-\n- z # c\n", Remove(("a", 1)), "a:\n- x\n- z # c\n"),
    "a section that is left empty": ("a:\n  b:\n    - c: x\nd: y\n", Remove(("a", "b", 0, "c")), "d: y\n"),
    "from brackets": ("a: {b: x, c: y, d: z}\n", Remove(("a", "c")), "a: {b: x, d: z}\n"),
    "the first from brackets": ("a: [x, y]\n", Remove(("a", 0)), "a: [y]\n"),
    "the last line without its break": ("a: x\nb: y", Remove(("b",)), "a: x\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written(name: str) -> None:
    text, change, wanted = WRITTEN[name]
    assert edited(text, change) == wanted


REFUSED: dict[str, tuple[str, Change, str]] = {
    "no place": ("a: x\n", Rename(("b",), "c"), "b: there is no such place in the file"),
    "no path": ("a: x\n", Set((), "y"), "there is no such place in the file"),
    "no section": ("a: x\n", Set(("a", "b"), "y"), "a.b: a is no place for keys or items"),
    "no list": ("a: {b: c}\n", Set(("a", 0), "y"), "a[0]: a is no place for keys or items"),
    "no such item": ("a: [x]\n", Set(("a", 2), "y"), "a[2]: the list has no such place; it has 1 items"),
    "an item from the end": ("a: [x]\n", Set(("a", -1), "y"), "a[-1]: the list has no such place; it has 1 items"),
    "a key that is there": ("a: x\nb: y\n", Rename(("a",), "b"), "a: there is a key b already"),
    "the last entry": ("a: {b: x}\n", Remove(("a", "b")), "nothing would be left in the file"),
    "what an alias repeats": ("a: &k x\nb: *k\n", Set(("a",), "y"), "a: other places repeat this value by *k"),
    "inside what an alias repeats": (
        "a: &k {c: x}\nb: *k\n",
        Set(("a", "c"), "y"),
        "a.c: the change would reach other places of the file as well",
    ),
    "through an alias": (
        "a: &k {c: x}\nb: *k\n",
        Set(("b", "c"), "y"),
        "b.c: b is an alias (*): write its value out first",
    ),
    "the first of two keys": (
        "a: x\nb: y\na: z\n",
        Remove(("a",)),
        "a: the change would reach other places of the file as well",
    ),
    "a comment between brackets": (
        "a: [x, # c\n  y]\n",
        Remove(("a", 1)),
        "a[1]: a comment stands between the brackets",
    ),
    "a key written with a question mark": (
        "? a\n: b\n",
        Set(("c",), "x"),
        "c: the file could not be read with this change",
    ),
    "NUL": ("a: x\n", Set(("a",), "\0"), "a: the file could not be read with this change"),
    "half a character": ("a: x\n", Set(("a",), "\ud800"), "a: the file could not be read with this change"),
    "too much": ("a: x\n", Set(("a",), "y" * 1_048_576), "a: the file could not be read with this change"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_the_text(name: str) -> None:
    text, change, said = REFUSED[name]
    edits = Edits(text)
    with pytest.raises(EditError) as raised:
        edits.apply(change)
    assert (str(raised.value), edits.text) == (said, text)


def test_changes_are_made_together_or_not_at_all() -> None:
    edits = Edits("a: x\nb: y\n")
    with pytest.raises(EditError):
        edits.apply(Set(("a",), "z"), Remove(("c",)))
    assert edits.text == "a: x\nb: y\n"
    edits.apply(Set(("c", "d"), "z"), Set(("c", "e"), "w"), Remove(("a",)))  # both need the same new section
    assert edits.text == "b: y\nc:\n  d: z\n  e: w\n"


@pytest.mark.parametrize("text", ["", "a: [", "- a", "a: b\n---\nc: d\n", "\0"])
def test_a_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(EditError) as raised:
        Edits(text)
    assert str(raised.value) == "the file cannot be read"


def test_a_scalar_is_replaced_where_one_is() -> None:
    edits = Edits("a: [x]\nb: 1\n")
    edits.replace_scalar(("b",), "z")
    assert edits.text == "a: [x]\nb: z\n"
    for path in (("a",), ("c",)):
        with pytest.raises(EditError) as raised:
            edits.replace_scalar(path, "z")
        assert str(raised.value) == f"{path[0]}: there is no such place in the file"


def test_lines_are_found_again() -> None:
    edits = Edits("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n")
    edits.set(("b",), ["x", "w"])
    edits.remove(("c",))
    edits.set(("f",), "z")
    assert edits.text == "a: 1\nb:\n  - x\n  - w\nd: 4\ne: 5\nf: z\n"
    assert [edits.line(number) for number in range(9)] == [0, 1, 2, 2, 2, 4, 5, 6, 6]


# Any text, and those that are written otherwise than they look.
TEXTS = st.one_of(
    st.sampled_from(
        ["no", "1.10", "~", "", "a: b", "a #b", "- x", "2020-01-01", "x:", " x", "x ", "a\nb", "a\n\nb\n", "\n", "\t",
         "\"'", "\\", "\u2028", "\x85", "%a", "&a", "*a", "!a", "{a}", "[a]", "|", "? a", "1:30", "=", "---", "a\r\nb",
         "\ufeff", "k: |\n  x", "word " * 50, "字" * 200]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)  # fmt: skip
KEYS = TEXTS.filter(lambda key: key != "<<")
VALUES = st.recursive(
    TEXTS | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
FORMS = {
    "as it is": EXAMPLE,
    "line ends of Windows": EXAMPLE.replace("\n", "\r\n"),
    "no final line break": EXAMPLE.rstrip("\n"),
    "marks of a document": f"---\n{EXAMPLE}...\n",
}


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    children = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for step, child in children:
        yield (*path, step), child
        yield from places(child, (*path, step))


def at(values: Any, path: Place) -> Any:
    for step in path:
        values = values[step]
    return values


@st.composite
def edits_of(draw: st.DrawFn, values: Any) -> tuple[Change, Place, Any]:
    """A change, the place inside of which it stays, and the values afterwards; worked out on plain values, without our code."""
    values = deepcopy(values)
    path, old = draw(st.sampled_from([((), values), *places(values)]))
    match draw(st.sampled_from(["set", "add", "rename", "remove"])) if path else "add":
        case "add" if isinstance(old, list):
            old.append(draw(VALUES))
            return Set((*path, len(old) - 1), old[-1]), path, values
        case "add" if isinstance(old, dict):
            key = draw(KEYS.filter(lambda key: key not in old))
            old[key] = draw(VALUES)
            return Set((*path, key), old[key]), path, values
        case "rename" if isinstance(path[-1], str):
            holder = at(values, path[:-1])
            key = draw(KEYS.filter(lambda key: key not in holder))
            holder[key] = holder.pop(path[-1])
            return Rename(path, key), path, values
        case "remove":
            change = Remove(path)
            while True:
                del at(values, path[:-1])[path[-1]]
                if at(values, path[:-1]):
                    return change, path, values
                path = path[:-1]
        case _:
            holder = at(values, path[:-1])
            holder[path[-1]] = draw(VALUES)
            return Set(path, holder[path[-1]]), path, values


def touched(text: str, path: Place) -> range:
    """The lines (from 0) of an entry or item with comments above it, up to the next key or item outside of it."""
    document = parse(text.encode())
    lines = text.split("\n")
    first = document.place(path)[0] - 1 if path else 0
    others = [document.place(place)[0] - 1 for place, _ in places(document.values) if place[: len(path)] != path]
    last = min([line for line in others if line > first], default=len(lines))
    if path and isinstance(path[-1], str) and lines[first].lstrip().startswith("-"):
        last += 1  # the first key of an item: where it goes, the next one stands behind the dash
    while first and lines[first - 1].strip()[:1] in ("#", ""):
        first -= 1
    return range(first, last)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_an_edit_says_what_was_wanted_and_touches_nothing_else(form: str, data: st.DataObject) -> None:
    text = FORMS[form]
    values = parse(text.encode()).values
    change, place, wanted = data.draw(edits_of(values))
    edits = Edits(text)
    edits.apply(change)
    assert parse(edits.text.encode()).values == wanted
    before, after = text.split("\n"), edits.text.split("\n")
    allowed = touched(text, place)
    for kind, start, end, _, _ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            assert allowed.start <= start <= end <= allowed.stop, (change, before[start:end])
    if isinstance(change, Rename) or place != change.path or not isinstance(at(values, place), list | dict):
        assert isinstance(change, Remove) or Source(text).comments() == Source(edits.text).comments()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_edits_follow_one_another(data: st.DataObject) -> None:
    edits = Edits(EXAMPLE)
    wanted = edits.document.values
    for _ in range(5):
        change, _, wanted = data.draw(edits_of(wanted))
        edits.apply(change)
        assert edits.document.values == wanted

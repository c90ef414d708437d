"""The family tree of an entry: ancestors, variants, copies; whole, in circles, and too large to be told."""

from __future__ import annotations

from publiccode.registry import catalogue
from publiccode.registry.family import MOST_KIN, Kin, family
from publiccode.registry.models import Reach

from ..looks import World, software

BASE = "https://git.yunwu.example/open/"


def tree(world: World, slug: str, only_valid: bool = False) -> list[object]:
    """The family of an entry as nested lists: name or address, kind where it is not an entry, what is below."""

    def told(kin: Kin) -> list[object]:
        name = kin.software.name if kin.software else kin.url
        return [
            name,
            *([kin.kind] if kin.kind != "entry" else []),
            *(["again"] if kin.again else []),
            *map(told, kin.below),
        ]

    with world.store.reading() as session:
        entry = catalogue.entry(session, slug)
        assert entry is not None
        return [told(kin) for kin in family(session, entry, only_valid).roots]


def laid_out(world: World, based_on: dict[str, list[str]], *others: str) -> None:
    """Entries with these names; each is based on those that are named, and on addresses."""
    world.publish(*(BASE + name for name in (*based_on, *others)))
    for name, upstreams in based_on.items():
        urls = [one if "://" in one else BASE + one for one in upstreams]
        world.finds(BASE + name, software(BASE + name, name, isBasedOn=urls or None))


def test_a_family_is_told_from_its_topmost_ancestor(world: World) -> None:
    laid_out(world, {"a": [], "b": ["a"], "c": ["b"], "d": ["b"], "e": ["a"], "other": []}, "fork")
    world.finds(BASE + "fork", software(BASE + "b", "b"))
    fork = [BASE + "fork", "technical-fork"]
    assert tree(world, "b") == [["a", ["b", "self", ["c"], ["d"], fork], ["e"]]]
    assert tree(world, "d") == [["a", ["b", ["d", "self"], ["c"], fork], ["e"]]]
    assert tree(world, "a") == [["a", "self", ["b", ["c"], ["d"], fork], ["e"]]]
    assert tree(world, "other") == []


def test_an_entry_with_two_upstreams_stands_below_both(world: World) -> None:
    nowhere = "https://nowhere.example/X"
    laid_out(world, {"a": [], "b": ["a", nowhere], "c": [nowhere.upper().replace("HTTPS", "https")]})
    assert tree(world, "b") == [["a", ["b", "self"]], [nowhere, "named", ["b", "self", "again"], ["c"]]]


def test_a_circle_ends_where_it_began(world: World) -> None:
    laid_out(world, {"a": ["c"], "b": ["a"], "c": ["b"], "own": ["own", "a"]})
    assert tree(world, "a") == [["b", ["c", ["a", "self", ["b", "again"], ["own"]]]]]
    laid_out(world, {"x": ["y"], "y": ["x"]})
    assert tree(world, "x") == [["y", ["x", "self", ["y", "again"]]]]


def test_what_is_gone_is_no_longer_of_the_family(world: World) -> None:
    laid_out(world, {"a": [], "b": ["a"]})
    world.fails(BASE + "b", Reach.MISSING)
    world.later(days=2)
    world.fails(BASE + "b", Reach.MISSING)
    assert tree(world, "a") == []


def test_what_only_valid_entries_hide_is_an_address_in_the_tree(world: World) -> None:
    laid_out(world, {"b": ["a"]}, "a", "c")
    world.finds(BASE + "a", software(BASE + "a", "a", developmentStatus="no such"))
    world.finds(BASE + "c", software(BASE + "c", "c", isBasedOn=[BASE + "a"], developmentStatus="no such"))
    assert tree(world, "b") == [["a", ["b", "self"], ["c"]]]
    assert tree(world, "b", only_valid=True) == [[BASE + "a", "named", ["b", "self"]]]


def test_a_large_family_is_cut_and_the_own_line_stays(world: World) -> None:
    names = [f"v{number:03}" for number in range(MOST_KIN)]
    laid_out(world, {"a": [], **{name: ["a"] for name in names}})
    with world.store.reading() as session:
        entry = catalogue.entry(session, names[-1])
        assert entry is not None
        found = family(session, entry)
    [root] = found.roots
    assert root.software is not None
    assert (found.cut, root.software.name, len(root.below)) == (True, "a", MOST_KIN - 1)
    assert root.below[0].kind == "self"
    with world.store.reading() as session:
        whole = catalogue.entry(session, "a")
        assert whole is not None
        assert family(session, whole).cut


def test_a_long_line_is_told_for_some_generations(world: World) -> None:
    line = [f"v{number:02}" for number in range(14)]
    laid_out(world, {name: line[number - 1 : number] for number, name in enumerate(line)})
    with world.store.reading() as session:
        entry = catalogue.entry(session, "v07")
        assert entry is not None
        found = family(session, entry)
    [kin] = found.roots
    told = []
    while True:
        told.append(kin.software.name if kin.software else kin.url)
        if not kin.below:
            break
        [kin] = kin.below
    assert told == ["v02", *line[3:13]][: len(told)]
    assert found.cut
    assert {"v02", "v07", "v08"} <= set(told)

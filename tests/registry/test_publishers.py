"""publishers.yml: what is read, what is refused with which words, what an import does."""

import pytest
import yaml
from sqlmodel import select

from publiccode.registry.models import CodeHosting, Publisher, Software
from publiccode.registry.publishers import (
    ListedPublisher,
    PublishersError,
    import_publishers,
    is_excluded,
    read_publishers,
)

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"


def test_reads_the_form_of_the_field() -> None:
    content = """
- id: yunwu
  name: 雲霧市政府
  names: {en: City of Yunwu}
  uri: urn:oid:2.16.886.999.1
  repos: [https://git.yunwu.example/open/petition]
- id: yunwu-library
  name: 雲霧市立圖書館
  parent: yunwu
  orgs:
    - https://git.yunwu.example/library
  exclude: [https://git.yunwu.example/library/test]
""".encode()
    assert read_publishers(content) == [
        ListedPublisher("yunwu", "雲霧市政府", {"en": "City of Yunwu"}, "urn:oid:2.16.886.999.1", repos=(URL,)),
        ListedPublisher(
            "yunwu-library",
            "雲霧市立圖書館",
            parent="yunwu",
            orgs=("https://git.yunwu.example/library",),
            exclude=("https://git.yunwu.example/library/test",),
        ),
    ]


def test_tells_every_problem_at_once() -> None:
    content = b"""
- name: nobody
- id: a
  name: A
  parent: z
  repo: [x]
  repos: [ftp://a.example/x, "https://b.example/x"]
- id: a
  repos: https://a.example
- id: b
  name: B
  parent: c
  repos: ["http://B.example/x.git"]
- id: c
  name: C
  parent: b
"""
    with pytest.raises(PublishersError) as caught:
        read_publishers(content)
    assert caught.value.problems == [
        "publisher 1: has no `id`",
        "publisher 'a': unknown key 'repo'; known are catalogues, exclude, id, name, names, orgs, parent, repos, systems, uri",
        "publisher 'a': 'ftp://a.example/x' is not an http(s) address",
        "publisher 'a': has no `name`",
        "publisher 'a': `repos` must be a list of addresses",
        "publisher 'a': this `id` stands 2 times",
        "publisher 'a': parent 'z' is not in the list",
        "publisher 'b': is its own parent, directly or through others",
        "publisher 'c': is its own parent, directly or through others",
        "publisher 'b': http://B.example/x.git stands at publisher 'a' already",
    ]


def test_reads_systems_and_catalogues() -> None:
    content = """
- id: yunwu
  name: 雲霧市政府
  systems:
    - main: https://git.yunwu.example/water/core
      parts: [https://git.yunwu.example/water/pages]
  catalogues:
    - {url: https://catalogue.example/v1, kind: open-catalog}
- id: b
  name: B
  systems: [{main: https://b.example/x}, {main: "ftp://b.example/y", parts: []}]
  catalogues: [{url: https://git.yunwu.example/water/pages, kind: a, extra: b}, {url: "https://b.example", kind: c}]
""".encode()
    with pytest.raises(PublishersError) as caught:
        read_publishers(content)
    assert caught.value.problems == [
        "publisher 'b': each of `systems` has a `main` (an address) and `parts` (a list of addresses)",
        "publisher 'b': each of `catalogues` has a `url` and a `kind`",
        "publisher 'b': 'ftp://b.example/y' is not an http(s) address",
    ]
    assert read_publishers(content[: content.index(b"- id: b")]) == [
        ListedPublisher(
            "yunwu",
            "雲霧市政府",
            systems={"https://git.yunwu.example/water/core": ("https://git.yunwu.example/water/pages",)},
            catalogues={"https://catalogue.example/v1": "open-catalog"},
        )
    ]


@pytest.mark.parametrize(
    ("url", "exclude", "left_out"),
    [
        ("https://github.com/gov/student-1", ["student-*"], True),
        ("https://github.com/gov/Student-1", ["https://github.com/gov/student-1"], True),
        ("https://github.com/gov/student-1", ["https://github.com/gov/*"], True),
        ("https://github.com/gov/petition", ["student-*"], False),
        ("https://github.com/student-1/petition", ["student-*"], False),
        ("https://github.com/gov/petition", [], False),
    ],
)
def test_what_exclude_leaves_out(url: str, exclude: list[str], left_out: bool) -> None:
    assert is_excluded(url, exclude) is left_out


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "no readable YAML: "),
        (b"a: b", "the file must be a list of publishers, each beginning with `- id:`"),
        (b"", "the file must be a list of publishers, each beginning with `- id:`"),
        (b"[]", "the file must be a list of publishers, each beginning with `- id:`"),
        (b"- {id: a, name: A, repos: [], repos: []}", "line 1: the key 'repos' stands twice"),
        (b"- &a {id: a, name: A}\n- *a", "no readable YAML: the file uses YAML aliases (*name); write each value out"),
        (b"[" * 20, "no readable YAML: line 1: more than 10 levels stand one inside the other"),
        (b"[" * 200_000, "no readable YAML: "),
        (b"#" * (5 * 1024 * 1024 + 1), "the file has 5242881 bytes; at most 5242880 are read"),
    ],
)
def test_refuses_what_is_no_list(content: bytes, problem: str) -> None:
    with pytest.raises(PublishersError) as caught:
        read_publishers(content)
    assert caught.value.problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ssh://a.example/x", "'ssh://a.example/x' is not an http(s) address"),
        ("https://", "'https://' is not an http(s) address"),
        ("http://[::1", "'http://[::1' is not an http(s) address"),
        ("https://a.example/\u202ex", "'https://a.example/\\u202ex' is not an http(s) address"),
        ("https://a.example/" + "x" * 2000, f"{'https://a.example/' + 'x' * 182!r} is not an http(s) address"),
        (
            "https://me:secret@a.example/x",
            "the address at a.example holds a user name or password, which would be stored and shown; take it out",
        ),
    ],
)
def test_refuses_an_address_with_its_reason(url: str, problem: str) -> None:
    with pytest.raises(PublishersError) as caught:
        read_publishers(yaml.safe_dump([{"id": "a", "name": "A", "repos": [url]}]).encode())
    assert caught.value.problems == [f"publisher 'a': {problem}"]


def test_import_is_the_list(world: World) -> None:
    listed = [
        ListedPublisher("yunwu", "雲霧市政府", repos=(URL,)),
        ListedPublisher("library", "圖書館", parent="yunwu", orgs=("https://git.yunwu.example/library",)),
    ]
    with world.store.writing("test", world.now) as change:
        done = import_publishers(change, listed)
    assert (done.publishers, done.code_hostings, done.added, done.unlisted) == (2, 2, 2, 0)
    with world.store.reading() as session:
        publishers = {p.identifier: p for p in session.exec(select(Publisher))}
        assert publishers["library"].parent_id == publishers["yunwu"].id
        kinds = {hosting.url: hosting.kind for hosting in session.exec(select(CodeHosting))}
    assert kinds == {URL: "repository", "https://git.yunwu.example/library": "group"}


def test_importing_twice_writes_nothing(world: World) -> None:
    from publiccode.registry.models import Event

    world.publish(URL)
    with world.store.reading() as session:
        before = len(session.exec(select(Event)).all())
    world.later(hours=1)
    world.publish(URL)
    with world.store.reading() as session:
        assert len(session.exec(select(Event)).all()) == before


def test_who_leaves_the_list_becomes_a_tombstone_and_comes_back(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.publish("https://git.yunwu.example/other")
    with world.store.reading() as session:
        assert session.exec(select(Software.deactivated)).one() == "unlisted"
    world.publish(URL)
    with world.store.reading() as session:
        assert session.exec(select(Software.deactivated)).one() == ""

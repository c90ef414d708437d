"""The order of versions: what names tell, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publiccode.schemas.versions import compare_versions, newest_version, read_version


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("v1.9.0", "v1.10.0"),
        ("1.2", "v1.2.1"),
        ("release-3.4", "v3.5"),
        ("release_3_4", "3.5"),
        ("2024.05", "2024.11"),
        ("2024-05-01", "2024-05-02"),
        ("20240501", "20250101"),
        ("2.0-rc.1", "2.0"),
        ("2.0.0-alpha", "2.0.0-beta.1"),
        ("2.0-beta2", "2.0-rc1"),
        ("2.0rc1", "2.0rc2"),
        ("1.0-SNAPSHOT", "1.0.RELEASE"),
        ("petition-1.2", "petition-1.3"),
        ("9", "10"),
    ],
)
def test_the_order_of_versions(older: str, newer: str) -> None:
    assert compare_versions(older, newer) == -1
    assert compare_versions(newer, older) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("v1.2", "1.2.0"), ("Release 1.2", "release-1.2"), ("1.0+linux", "1.0"), ("1", "1")]
)
def test_the_same_version(one: str, other: str) -> None:
    assert compare_versions(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.9", "2024.05"),
        ("2024.05", "20240501"),
        ("petition-1.2", "forms-1.3"),
        ("1.2-taipei", "1.3"),
        ("latest", "1.0"),
        ("", "1.0"),
        ("1" * 200, "1.0"),
        ("1.2.3.deadbeef", "1.2.3"),
    ],
)
def test_an_order_that_names_do_not_tell(one: str, other: str) -> None:
    assert compare_versions(one, other) is None


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        (["v1.9", "v1.10", "v1.10.0-rc1", "latest"], "v1.10"),
        (["v2.0-rc1", "v1.0"], "v1.0"),
        (["v2.0-rc1", "v2.0-beta3"], "v2.0-rc1"),
        (["v1.0", "v1.1", "docs-3"], "v1.1"),
        (["a-1", "b-2"], None),
        (["v1.9", "2024.05"], None),
        (["main", "stable"], None),
        ([], None),
    ],
)
def test_the_newest_version(names: list[str], newest: str | None) -> None:
    assert newest_version(names) == newest


names = st.text(st.sampled_from("v0129.-_ rcabeta+x"), max_size=12)


@given(st.text(max_size=120))
def test_any_name_is_read_or_not(name: str) -> None:
    version = read_version(name)
    assert version is None or compare_versions(name, name) == 0


@given(names, names, names)
def test_the_order_is_one(one: str, two: str, three: str) -> None:
    order = compare_versions(one, two)
    back = compare_versions(two, one)
    assert (order is None and back is None) or (order is not None and back == -order)
    if order == -1 and compare_versions(two, three) == -1:
        assert compare_versions(one, three) == -1


@pytest.mark.parametrize("name", ["-" * 99 + "x", "v" * 99 + "!", "1." * 49 + "x", "1-" * 48 + "a-x", "a1" * 49])
def test_hostile_names_cost_little(name: str) -> None:
    assert read_version(name) is None

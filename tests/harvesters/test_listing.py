"""Lists in pages: what is read again, and where it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from publiccode.harvesters.errors import HostUnavailable, RepositoryGone
from publiccode.harvesters.hosts.listing import Listed, Page, changed, complete, count, has_next
from publiccode.schemas.finding import message

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=100)
URL = "https://host.example/city"
SIZE = 3


class Numbers:
    """A list of numbers in pages of three, which may change before any page."""

    def __init__(self, numbers: Sequence[int], counted: bool = True) -> None:
        self.numbers, self.counted, self.asked = list(numbers), counted, 0
        self.before: dict[int, Callable[[], object]] = {}
        self.young: set[int] = set()
        self.times: dict[int, datetime] = {}

    def ask(self, number: int) -> Page[int]:
        self.before.get(self.asked, lambda: None)()
        self.asked += 1
        here = self.numbers[(number - 1) * SIZE : number * SIZE]
        items = [Listed(n, NOW if n in self.young else OLD, self.times.get(n, OLD), n) for n in here]
        return Page(items, len(self.numbers) if self.counted else None, number * SIZE < len(self.numbers))

    def complete(self, **options: bool) -> list[int]:
        return list(complete(URL, self.ask, NOW, **options))


@pytest.mark.parametrize(
    ("numbers", "counted", "asked"), [(3, True, 1), (3, False, 1), (8, True, 3), (8, False, 6), (0, True, 1)]
)
def test_a_list_that_stands_still(numbers: int, counted: bool, asked: int) -> None:
    pages = Numbers(range(numbers), counted)
    assert pages.complete() == list(range(numbers))
    assert pages.asked == asked


@pytest.mark.parametrize("counted", [True, False])
def test_what_slips_away_is_found_again(counted: bool) -> None:
    pages = Numbers(range(8), counted)
    pages.before[1] = lambda: pages.numbers.remove(0)
    assert pages.complete() == [0, 1, 2, 4, 5, 6, 7, 3]


def test_one_that_was_made_meanwhile_hides_none_that_was_deleted() -> None:
    pages = Numbers(range(8))

    def change() -> None:
        pages.numbers.remove(0)
        pages.numbers.append(9)
        pages.young.add(9)

    pages.before[1] = change
    assert pages.complete() == [0, 1, 2, 4, 5, 6, 7, 9, 3]


def test_a_list_that_grows_all_the_time_is_read_twice() -> None:
    pages = Numbers(range(8))

    def grow() -> None:
        new = 100 + pages.asked
        pages.numbers.append(new)
        pages.young.add(new)

    pages.before = dict.fromkeys(range(1, 99, 3), grow)
    found = pages.complete()
    assert (found[:8], pages.asked < 9) == (list(range(8)), True)


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(("every", "whole"), [(1, False), (2, False), (7, False), (70, True)])
def test_a_list_that_loses_one_all_the_time(every: int, whole: bool, counted: bool) -> None:
    """It is whole in the end, or given up; never short."""
    pages = Numbers(range(60, 0, -1), counted)
    pages.before = dict.fromkeys(range(1, 999, every), lambda: pages.numbers.pop(0))
    found = []
    with contextlib.nullcontext() if whole else pytest.raises(HostUnavailable):
        for number in complete(URL, pages.ask, NOW):
            found.append(number)
    assert len(found) == len(set(found))
    if whole:
        assert set(found) >= set(pages.numbers)


def test_a_list_that_always_shows_others_is_given_up() -> None:
    pages = Numbers(range(60))
    pages.before = {ask: lambda: pages.numbers.__setitem__(slice(0, 1), [1000 + pages.asked]) for ask in range(999)}
    pages.counted = False
    with pytest.raises(HostUnavailable) as error:
        pages.complete()
    assert str(error.value) == f"the list at {URL} changes faster than it can be read"


def test_pages_that_begin_behind_the_one_before_are_read_once() -> None:
    pages = Numbers(range(8), counted=False)
    assert pages.complete(stable=True) == list(range(8))
    assert pages.asked == 3


def test_pages_without_end() -> None:
    same: Page[int] = Page([Listed(1, OLD, OLD, 1)], 1, True)
    with pytest.raises(HostUnavailable) as error:
        list(complete(URL, lambda _: same, NOW))
    assert str(error.value) == f"the list at {URL} has pages without end"
    numbers = iter(range(10_000_000))
    with pytest.raises(HostUnavailable) as error:
        list(complete(URL, lambda _: Page([Listed(next(numbers), OLD, OLD, 1)], None, True), NOW))
    assert str(error.value) == f"the list at {URL} has more than 3000 pages"


def test_only_the_first_page_says_that_there_is_no_list() -> None:
    def ask(number: int) -> Page[int]:
        if number == place:
            raise RepositoryGone(message("{url} is gone", url=URL))
        return Page([Listed(number, OLD, OLD, number)], 9, True)

    place = 1
    with pytest.raises(RepositoryGone):
        list(complete(URL, ask, NOW))
    place = 2
    with pytest.raises(HostUnavailable) as error:
        list(complete(URL, ask, NOW))
    assert str(error.value) == f"the list at {URL} ends in an error"


def by_time(pages: Numbers) -> None:
    pages.numbers.sort(key=lambda n: pages.times.get(n, OLD), reverse=True)


def test_a_list_of_changes_ends_where_it_was_read_before() -> None:
    pages = Numbers(range(20))
    pages.times = {n: NOW - timedelta(minutes=n) for n in range(2)}
    assert list(changed(URL, pages.ask, NOW - timedelta(minutes=30))) == [0, 1]
    assert pages.asked == 1
    # What is shortly before is given too: hosts write times late.
    pages.times[2] = NOW - timedelta(minutes=60)
    assert list(changed(URL, pages.ask, NOW - timedelta(minutes=30))) == [0, 1, 2]


def test_what_changes_while_a_list_of_changes_is_read_is_found_at_its_front() -> None:
    pages = Numbers(range(20))
    pages.times = {n: NOW - timedelta(minutes=n) for n in range(8)}

    def touch() -> None:
        pages.times[19] = NOW
        pages.times[7] = NOW + timedelta(minutes=1)
        by_time(pages)

    pages.before[1] = touch
    assert sorted(changed(URL, pages.ask, NOW - timedelta(minutes=30))) == [0, 1, 2, 3, 4, 5, 6, 7, 19]


def test_what_is_deleted_from_a_list_of_changes_hides_no_other() -> None:
    pages = Numbers(range(20))
    pages.times = {n: NOW - timedelta(minutes=n) for n in range(8)}
    pages.before[1] = lambda: pages.numbers.remove(0)
    assert sorted(changed(URL, pages.ask, NOW - timedelta(minutes=30))) == list(range(8))


def test_headers() -> None:
    link = '<https://h/x?page=2>; rel="next", <https://h/x?page=9>; rel="last"'
    assert [has_next({"Link": text}) for text in (link, link.replace("next", "prev"), "")] == [True, False, None]
    assert has_next({}) is None
    assert [count({"X": text}, "X") for text in ("12", " 3 ", "-1", "", "1e3", "9" * 20)] == [
        12,
        3,
        None,
        None,
        None,
        None,
    ]

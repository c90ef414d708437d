"""The judged queries can be read, are as many as promised, and are measured as they say."""

from __future__ import annotations

from collections import Counter
from math import log2
from pathlib import Path

import pytest

from bench.search.quality import QUERIES, in_first_three, ndcg, read_queries, share_in_first_ten


def test_every_kind_has_its_number_of_queries_in_six_languages() -> None:
    queries = read_queries(sorted(QUERIES.glob("*.yml")))
    kinds = Counter(query.kind for query in queries)
    assert kinds["known"] >= 60
    assert kinds["topic"] >= 40
    assert kinds["across"] >= 20
    assert {query.language for query in queries} == {"de", "en", "fr", "it", "nl", "zh-Hant"}


def test_no_query_stands_twice_and_each_says_why() -> None:
    queries = read_queries(sorted(QUERIES.glob("*.yml")))
    twice = [asked for asked, count in Counter((query.text, query.kind) for query in queries).items() if count > 1]
    assert twice == []
    assert [query.text for query in queries if not query.note or not set(query.relevant.values()) <= {1, 2, 3}] == []


def test_a_query_without_an_answer_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "more.yml"
    file.write_text("- text: nothing\n  language: en\n  kind: known\n  relevant: {}\n", "utf-8")
    with pytest.raises(ValueError, match=r"more\.yml: 'nothing' needs"):
        read_queries([file])


def test_the_best_order_counts_one_and_a_late_entry_less() -> None:
    relevant = {"a": 3, "b": 1}
    assert ndcg(["a", "b", "x"], relevant) == 1.0
    assert ndcg(["x", "a"], relevant) == pytest.approx((7 / log2(3)) / (7 + 1 / log2(3)))
    assert ndcg([], relevant) == 0.0


def test_what_stands_behind_the_place_asked_for_does_not_count() -> None:
    relevant = {"a": 3, "b": 3}
    assert in_first_three(["x", "y", "z", "a"], relevant) == 0.0
    assert in_first_three(["x", "y", "b"], relevant) == 1.0
    assert share_in_first_ten(["a", *"0123456789", "b"], relevant) == 0.5

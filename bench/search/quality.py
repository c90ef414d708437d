"""How well the search finds: judged queries asked of a catalogue of real and invented entries, in each engine.

    python bench/search/quality.py [--engine tantivy] [--list] [--queries FILE …]

Prints for each engine a table, by kind and language: known items in the first three; topics by nDCG of the first ten; of what is
described in other languages the share that stands in the first ten; and apart, without a goal, the same for what only free text
of another language answers. `--list` shows every query that falls short and what stood there instead; `--queries` runs other
files of the same form. Exit code 1 where a goal is missed.

A query has `text`, `language`, `kind` (known, topic, across, free-text), `relevant` (a repository's address → grade 1..3), `note`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, log2
from pathlib import Path
from statistics import fmean

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.search.entries import addresses, build
from publiccode.registry.following import reindex
from publiccode.registry.search import Request
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.schemas.candidate import address_key

QUERIES = Path(__file__).parent / "queries"
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and the grade of every entry that answers, by its normalised address."""

    text: str
    language: str
    kind: str
    relevant: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first ten addresses for a query, and its score between 0 and 1."""

    query: Query
    found: Sequence[str]
    score: float


@dataclass(frozen=True, slots=True)
class Measure:
    """What a kind of queries is measured by; `goal` is 0 where there is none."""

    title: str
    score: Callable[[Sequence[str], Mapping[str, int]], float]
    goal: float


def in_first_three(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """1 where one of the entries stands among the first three."""
    return float(any(address in relevant for address in found[:3]))


def ndcg(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """The gain of the first ten (2^grade - 1, discounted by the logarithm of the place) by that of the best order."""

    def gain(grades: Sequence[int]) -> float:
        return fsum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))

    best = gain(sorted(relevant.values(), reverse=True))
    return gain([relevant.get(address, 0) for address in found]) / best if best else 0.0


def share_in_first_ten(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """How many of the entries stand among the first ten, as a share of them (of ten where there are more)."""
    return len(set(found[:DEPTH]) & set(relevant)) / min(len(relevant), DEPTH) if relevant else 0.0


MEASURES = {
    "known": Measure("known items in the first 3", in_first_three, 0.95),
    "topic": Measure("topics, nDCG of the first 10", ndcg, 0.8),
    "across": Measure("across languages in the first 10", share_in_first_ten, 0.9),
    "free-text": Measure("only by free text of another language", share_in_first_ten, 0),
}


def read_queries(files: Sequence[Path]) -> list[Query]:
    """The queries of YAML files (a list in each).

    Raises:
        ValueError: a query lacks something, or is of an unknown kind; the message names file and text.

    """
    queries = []
    for file in files:
        for given in yaml.safe_load(file.read_text("utf-8")):
            if given.get("kind") not in MEASURES or not given.get("text") or not given.get("relevant"):
                raise ValueError(
                    f"{file.name}: {given.get('text')!r} needs text, relevant and a kind of {', '.join(MEASURES)}"
                )
            relevant = {address_key(address): int(grade) for address, grade in given["relevant"].items()}
            query = Query(str(given["text"]), given.get("language", ""), given["kind"], relevant, given.get("note", ""))
            queries.append(query)
    return queries


def ask(engine: str, index_folder: Path, catalogue: Catalogue, queries: Sequence[Query]) -> list[Answer]:
    """Every query's answer by that engine; the index is built in `index_folder`."""
    index = open_index(engine, index_folder)
    reindex(catalogue.store, index)
    answers = []
    for query in queries:
        ids = index.search(Request(query.text, limit=DEPTH)).ids
        found = [catalogue.addresses[identity] for identity in ids]
        answers.append(Answer(query, found, MEASURES[query.kind].score(found, query.relevant)))
    return answers


class Catalogue:
    """The catalogue that is asked, built once for all engines."""

    def __init__(self, folder: Path) -> None:
        self.store, self.told = build(folder)
        self.addresses = addresses(self.store)

    def present(self, queries: Sequence[Query]) -> Iterator[Query]:
        """The queries with those of their entries that are there (a part of the catalogue may be absent); none without any."""
        there = set(self.addresses.values())
        for query in queries:
            relevant = {address: grade for address, grade in query.relevant.items() if address in there}
            if relevant:
                yield replace(query, relevant=relevant)

    def absent(self, queries: Sequence[Query]) -> list[str]:
        """The addresses that queries name and the catalogue does not show."""
        return sorted({address for query in queries for address in query.relevant} - set(self.addresses.values()))


def table(answers: Sequence[Answer]) -> str:
    """Kinds as rows, languages as columns; in each the mean and the number of queries."""
    languages = sorted({answer.query.language for answer in answers})
    lines = [f"  {'':40} {'all':>10} {'goal':>6} " + " ".join(f"{language or '?':>10}" for language in languages)]
    for kind, measure in MEASURES.items():
        rows = [answer for answer in answers if answer.query.kind == kind]
        if not rows:
            continue
        cells = [_cell([answer for answer in rows if answer.query.language == language]) for language in languages]
        goal = f"{measure.goal:6.2f}" if measure.goal else "     -"
        lines.append(f"  {measure.title:40} {_cell(rows)} {goal} " + " ".join(cells))
    return "\n".join(lines)


def _cell(answers: Sequence[Answer]) -> str:
    return f"{fmean(answer.score for answer in answers):5.3f} ({len(answers):2})" if answers else f"{'':10}"


def missed(answers: Sequence[Answer]) -> list[str]:
    """The goals that were missed, as sentences."""
    sentences = []
    for kind, measure in MEASURES.items():
        scores = [answer.score for answer in answers if answer.query.kind == kind]
        if scores and fmean(scores) < measure.goal:
            sentences.append(f"{measure.title}: {fmean(scores):.3f}, the goal is {measure.goal}")
    return sentences


def shortfalls(answers: Sequence[Answer]) -> str:
    """Every query that is not answered as well as can be, the worst first, with what should stand there and what stood there."""
    lines = []
    for answer in sorted((one for one in answers if one.score < 0.999), key=lambda one: (one.query.kind, one.score)):
        query = answer.query
        lines.append(f"  {query.kind} {query.language} {query.text!r}: {answer.score:.2f}  ({query.note})")
        lines += [
            f"      {'-' if address not in answer.found else answer.found.index(address) + 1:>3}  wanted {grade}  {address}"
            for address, grade in sorted(query.relevant.items(), key=lambda pair: -pair[1])
        ]
        others = [f"{place} {found}" for place, found in enumerate(answer.found, 1) if found not in query.relevant]
        lines.append("      instead: " + ("; ".join(others) or "nothing"))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--queries", nargs="+", type=Path, default=sorted(QUERIES.glob("*.yml")))
    parser.add_argument("--list", action="store_true", help="print every query that falls short")
    options = parser.parse_args()
    queries = read_queries(options.queries)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        catalogue = Catalogue(Path(folder) / "demo")
        print("; ".join(catalogue.told))
        print(f"{len(catalogue.addresses)} entries in {time.perf_counter() - started:.1f} s")
        asked = list(catalogue.present(queries))
        print(f"{len(asked)} of {len(queries)} queries have an answer in it")
        for address in catalogue.absent(queries):
            print(f"  judged, but not shown in the catalogue: {address}")
        for engine in options.engine:
            started = time.perf_counter()
            answers = ask(engine, Path(folder) / engine, catalogue, asked)
            print(
                f"\n{engine}: {len(answers)} queries in {time.perf_counter() - started:.1f} s (the index built as well)"
            )
            print(table(answers))
            if options.list:
                print(shortfalls(answers))
            for sentence in missed(answers):
                failed = True
                print(f"  missed: {sentence}")
        catalogue.store.close()
    sys.exit(1 if failed or not asked else 0)


if __name__ == "__main__":
    main()

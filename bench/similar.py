"""Which systems are told to be similar to those of the corpus, and why; and how long that takes in a large catalogue.

    python bench/similar.py [--entries 30] [--all] [--language en] [--large 20000] [--engine tantivy]

Prints for each entry its similar systems with score and reasons, to be judged by eye: whether an agency that looks at the one
would want to know of the other. With --all the catalogue is that of the judged queries (bench/search), and all its entries
are printed. With --large the corpus is repeated, its words shuffled among the copies, until the catalogue has
that many entries, and the time for an entry's similar systems, family and neighbours is measured.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlmodel import Session

from bench.search.entries import build
from publiccode.registry.catalogue import Entry, entries, shown_ids
from publiccode.registry.family import family
from publiccode.registry.following import follow
from publiccode.registry.models import AssessmentRecord, RepositoryRecord, Software
from publiccode.registry.neighbours import dependents, known_dependencies, suite_members
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.search import SearchIndex
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.similar import similar
from publiccode.registry.store import Store
from publiccode.registry.traits import Traits
from publiccode.registry.upgrade import upgrade
from tests.corpus import CORPUS
from tests.looks import World


def fill(store: Store) -> None:
    """Puts the corpus into a new database, one publisher for each owner."""
    upgrade(store)
    world = World(store)
    owners: dict[str, list[tuple[str, bytes]]] = {}
    for folder in sorted(path.parent for path in CORPUS.glob("*/meta.json")):
        url = json.loads((folder / "meta.json").read_text("utf-8"))["url"]
        file = next(folder.glob("publiccode.y*ml"))
        owners.setdefault(url.rsplit("/", 1)[0], []).append((url, file.read_bytes()))
    world.list(
        *(
            ListedPublisher(owner.split("//")[-1].replace("/", "-"), owner, {}, repos=tuple(url for url, _ in files))
            for owner, files in owners.items()
        )
    )
    for files in owners.values():
        for url, content in files:
            world.finds(url, content)


def enlarge(store: Store, size: int) -> None:
    """Copies the entries until there are `size`; each copy takes its descriptions from one entry, its classes from another."""
    chance = random.Random(6)
    with store.writing("bench", World(store).now) as change:
        session = change.session
        models = list(entries(session, shown_ids(session)))
        numbers = range(size - len(models))
        for start in range(0, len(numbers), 500):
            copies = [
                list(_copy(chance.choice(models), chance.choice(models), number, chance))
                for number in numbers[start : start + 500]
            ]
            for rows in zip(*copies, strict=True):  # one table after the other, as their keys want it
                session.add_all(rows)
                session.flush()
            session.expunge_all()


def _copy(model: Entry, other: Entry, number: int, chance: random.Random) -> Iterator[Any]:
    url = f"https://git.copies.example/{number}"
    values = json.loads(json.dumps(dict(model.values)))
    values |= {"url": url, "categories": other.values.get("categories"), "name": f"{model.software.name} {number}"}
    for said in values.get("description", {}).values():
        features = said.get("features") if isinstance(said, dict) else None
        if isinstance(features, list):
            chance.shuffle(features)
            said["features"] = features[: chance.randint(1, len(features) or 1)]
    repository, assessed = uuid4(), uuid4()
    yield RepositoryRecord(
        **{**model.repository.model_dump(), "id": repository, "url": url, "key": url[8:], "host_id": "", "aliases": []}
    )
    yield AssessmentRecord(
        **{**model.shown.model_dump(), "id": assessed, "repository_id": repository, "values": values}
    )
    yield Software(
        **{
            **model.software.model_dump(),
            "id": uuid4(),
            "key": url[8:],
            "url": url,
            "slug": f"copy-{number}",
            "name": values["name"],
            "repository_id": repository,
            "newest_assessment_id": assessed,
            "shown_assessment_id": assessed,
        }
    )


def show(session: Session, index: SearchIndex, count: int, language: str) -> None:
    """Prints the similar systems of `count` entries, always the same ones."""
    ids = sorted(shown_ids(session), key=str)
    chosen = sorted(entries(session, ids), key=lambda entry: entry.software.slug)
    random.Random(1).shuffle(chosen)
    told, listed = 0, 0
    for entry in chosen[:count]:
        found = similar(session, index, entry, family=family(session, entry).keys, language=language)
        told, listed = told + bool(found), listed + len(found)
        print(f"\n{entry.software.name} – {_summary(entry)}")
        for one in found:
            print(f"  {one.score:4.1f} {one.entry.software.name} – {_summary(one.entry)}")
            for reason in one.reasons:
                print(f"       {reason.said(language).in_language(language)}")
    print(f"\nentries: {min(count, len(chosen))}, with similar systems: {told}, similar systems in all: {listed}")


def _summary(entry: Entry) -> str:
    described = entry.values.get("description")
    texts = described.values() if isinstance(described, dict) else ()
    return next((str(said.get("shortDescription")) for said in texts if isinstance(said, dict)), "")[:110]


def measure(store: Store, index: SearchIndex) -> None:
    """Prints how long each part takes for 100 entries, each with a new session, as a page has it."""
    with store.reading() as session:
        ids = shown_ids(session)
    chosen = random.Random(2).sample(ids, min(100, len(ids)))
    parts: dict[str, Callable[[Session, Entry], Any]] = {
        "similar": lambda session, entry: similar(session, index, entry),
        "  of it: the index": lambda session, entry: index.like(_texts(entry), 41),
        "family": family,
        "dependencies": known_dependencies,
        "dependents": lambda session, entry: dependents(session, index, entry),
        "suite": lambda session, entry: suite_members(session, index, entry),
    }
    for name, part in parts.items():
        walls, works = map(sorted, zip(*(_time(store, identity, part) for identity in chosen), strict=True))
        for what, times in (("", walls), (" of it the processor", works)):
            middle, late = statistics.median(times), times[int(len(times) * 0.95)]
            print(f"{name + what:40} p50 {middle:6.1f} ms, p95 {late:6.1f} ms")


def _texts(entry: Entry) -> Any:
    return list(Traits(entry).texts())


def _time(store: Store, identity: UUID, part: Callable[[Session, Entry], Any]) -> tuple[float, float]:
    with store.reading() as session:
        entry = next(entries(session, [identity]))
        begun, worked = time.perf_counter(), time.process_time()
        part(session, entry)
        return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--language", default="en")
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--engine", choices=list(ENGINES), default="tantivy")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        if options.all:
            store, told = build(Path(temporary))
            print(*told, sep="\n")
        else:
            store = Store(f"sqlite:///{Path(temporary) / 'registry.sqlite'}")
            fill(store)
        index = open_index(options.engine, Path(temporary) / "index")
        follow(store, index)
        with store.reading() as session:
            show(session, index, sys.maxsize if options.all else options.entries, options.language)
        if options.large:
            enlarge(store, options.large)
            follow(store, index)
            measure(store, index)
        store.close()


if __name__ == "__main__":
    main()

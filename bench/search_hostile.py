"""Asks both engines and the pages queries that are made to be dear; ends with 1 where one takes too long or fails.

    python bench/search_hostile.py [--entries 4000] [--engine tantivy whoosh] [--most 100]
    python bench/search_hostile.py --served FOLDER [--engine whoosh] [--most 100]

Prints the dearest queries of each engine in milliseconds of the clock, and every answer of the pages that is a 5xx. With
`--served` it asks `publiccode serve` on 127.0.0.1 instead, over a catalogue of `search_http.py --folder`.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.made_catalogue import index_entries, searches  # noqa: E402
from bench.search_http import PORT, fill, start  # noqa: E402
from publiccode.registry.following import reindex  # noqa: E402
from publiccode.registry.search import FACETS, SORTS, Request  # noqa: E402
from publiccode.registry.search.engines import ENGINES, open_index  # noqa: E402
from publiccode.registry.search.query import prepare  # noqa: E402
from publiccode.registry.settings import read_settings  # noqa: E402
from publiccode.web.app import create_app  # noqa: E402
from tests.registry.search.test_contract import HOSTILE  # noqa: E402

_LONGEST = 1_500
_PIECES = (
    "(",
    ")",
    '"',
    "-",
    "*",
    "a*",
    "di*",
    " OR ",
    " AND ",
    "NOT ",
    "license:",
    "since:",
    "系",
    "系統*",
    "\x00",
    "\u202e",
    "~2",
    "^9",
)


def queries() -> list[str]:
    """Every hostile query of the tests; the most that our bounds let through; and soups of operators with real words."""
    source = random.Random(11)
    words = [word for text in searches(300) for word in text.split()]
    found = [*HOSTILE, *(letter + "* " + " ".join(f"{other}*" for other in "bcdefghij") for letter in "adeimps")]
    found += [" OR ".join(source.choices(words, k=200)), " ".join(source.choices(words, k=200)), "系統平台服務" * 30]
    found += [" ".join(f'"{source.choice(words)} {source.choice(words)}"' for _ in range(100))]
    for _ in range(200):
        found.append("".join(source.choice((source.choice(words) + " ", source.choice(_PIECES))) for _ in range(60)))
    return found


def engine_times(engine: str, folder: Path) -> list[tuple[float, str]]:
    """The milliseconds of every query, the dearest first."""
    index = open_index(engine, folder)
    prepare()
    index.search(Request("warm up"))
    gc.collect()
    gc.freeze()  # as the server does
    source, times = random.Random(2), []
    for text in queries():
        facets = {
            name: tuple(f"value-{n}" for n in range(200)) for name in source.sample(FACETS, source.choice((0, 0, 3)))
        }
        request = Request(text, facets, source.choice(SORTS), source.choice((0, 9_980)))
        begin = time.perf_counter()
        index.search(request)
        times.append(((time.perf_counter() - begin) * 1_000, f"{text[:70]} {request.sort}+{request.offset}"))
    return sorted(times, reverse=True)


def addresses() -> list[str]:
    """Every query as a page and as JSON, as long as the line of a request may be."""
    asked = [urlencode({"q": text.encode("utf-8", "replace")[:_LONGEST]}) for text in queries()]
    return [f"/en/software{form}?{query}" for query in asked for form in ("", ".json")]


def failures(data: Path) -> list[str]:
    """Every query that the pages do not answer as they should."""
    client = create_app(read_settings({"PUBLICCODE_DATA": str(data)})).test_client()
    return [address[:90] for address in addresses() if client.get(address).status_code >= 500]


def served(data: Path, engine: str) -> tuple[list[tuple[float, str]], list[str]]:
    """The milliseconds of every answer of a server, the dearest first; and what it answered with a 5xx."""
    server = start({**os.environ, "PUBLICCODE_DATA": str(data), "PUBLICCODE_SEARCH_ENGINE": engine})
    times, wrong = [], []
    try:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        for address in ["/en/software?q=warm+up", "/en/software.json?q=warm+up", *addresses()]:
            begin = time.perf_counter()
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            times.append(((time.perf_counter() - begin) * 1_000, f"{answer.status} {address[:90]}"))
            if answer.status >= 500:
                wrong.append(times[-1][1])
        connection.close()
    finally:
        server.terminate()
        server.wait(20)
    return sorted(times[2:], reverse=True), wrong


def told(what: str, times: list[tuple[float, str]]) -> None:
    """Prints the dearest."""
    print(f"{what}: {len(times)} answers, half of them under {times[len(times) // 2][0]:.1f} ms; the dearest:")
    print("\n".join(f"  {took:8.1f} ms  {text!r}" for took, text in times[:8]), flush=True)


def main() -> int:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=4_000)
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--most", type=float, default=100, help="milliseconds")
    parser.add_argument("--served", type=Path, help="a folder with a catalogue: asks a server")
    options = parser.parse_args()
    dear = 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        for engine in options.engine:
            if options.served:
                times, failed = served(options.served, engine)
                wrong += failed
            else:
                folder = Path(temporary) / engine
                open_index(engine, folder).rebuild(index_entries(options.entries), "1")
                times = engine_times(engine, folder)
            dear += sum(took > options.most for took, _ in times)
            told(engine, times)
        if not options.served:
            data = Path(temporary) / "data"
            store = fill(data, 200)
            reindex(store, open_index("tantivy", data / "index"))
            store.close()
            wrong = failures(data)
        print(f"pages: {wrong or 'every query is answered without a 5xx'}")
    return 1 if dear or wrong else 0


if __name__ == "__main__":
    sys.exit(main())

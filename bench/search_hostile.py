"""Asks both engines and the pages queries that are made to be dear; ends with 1 where one takes too long or fails.

    python bench/search_hostile.py [--entries 5000] [--engine tantivy whoosh] [--most 100]

Prints the dearest queries of each engine in milliseconds of the processor, and every answer of the pages that is a 5xx.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.made_catalogue import index_entries, searches  # noqa: E402
from bench.search_http import fill  # noqa: E402
from publiccode.registry.following import reindex  # noqa: E402
from publiccode.registry.search import FACETS, SORTS, Request  # noqa: E402
from publiccode.registry.search.engines import ENGINES, open_index  # noqa: E402
from publiccode.registry.settings import read_settings  # noqa: E402
from publiccode.web.app import create_app  # noqa: E402
from tests.registry.search.test_contract import HOSTILE  # noqa: E402

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
    index.search(Request("warm up"))
    gc.collect()
    gc.freeze()  # as the server does
    source, times = random.Random(2), []
    for text in queries():
        facets = {
            name: tuple(f"value-{n}" for n in range(200)) for name in source.sample(FACETS, source.choice((0, 0, 3)))
        }
        request = Request(text, facets, source.choice(SORTS), source.choice((0, 9_980)))
        start = time.thread_time()
        index.search(request)
        times.append(((time.thread_time() - start) * 1_000, text[:70]))
    return sorted(times, reverse=True)


def failures(data: Path) -> list[str]:
    """Every query that the pages do not answer as they should."""
    client = create_app(read_settings({"PUBLICCODE_DATA": str(data)})).test_client()
    wrong = []
    for text in queries():
        for form in ("", ".json"):
            address = f"/en/software{form}?" + urlencode({"q": text.encode("utf-8", "replace")[:1_500]})
            if client.get(address).status_code >= 500:
                wrong.append(f"{form} {text[:70]!r}")
    return wrong


def main() -> int:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--most", type=float, default=100, help="milliseconds")
    options = parser.parse_args()
    dear = 0
    with tempfile.TemporaryDirectory() as temporary:
        for engine in options.engine:
            folder = Path(temporary) / engine
            open_index(engine, folder).rebuild(index_entries(options.entries), "1")
            times = engine_times(engine, folder)
            dear += sum(took > options.most for took, _ in times)
            print(
                f"{engine}: {len(times)} queries, half of them under {times[len(times) // 2][0]:.1f} ms; the dearest:"
            )
            print("\n".join(f"  {took:8.1f} ms  {text!r}" for took, text in times[:8]), flush=True)
        data = Path(temporary) / "data"
        store = fill(data, 200)
        reindex(store, open_index("tantivy", data / "index"))
        store.close()
        wrong = failures(data)
        print(f"pages: {wrong or 'every query is answered without a 5xx'}")
    return 1 if dear or wrong else 0


if __name__ == "__main__":
    sys.exit(main())

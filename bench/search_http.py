"""How fast a catalogue of N entries answers searches over HTTP, as a page and as JSON, and how much memory its process takes.

    python bench/search_http.py [--entries 1000 20000] [--engine tantivy whoosh] [--clients 1 4] [--requests 150] [--folder F]

Starts a real `publiccode serve` on 127.0.0.1 with a database and an index made from real texts (`bench/made_catalogue.py`); asks
the searches of `bench/search_speed.py`, each once. Prints the milliseconds of an answer and the megabytes of the answering
process. `--folder` keeps databases and indexes for another run: the making takes longer than the asking.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from bench.made_catalogue import BEGIN, made, publishers, searches  # noqa: E402
from publiccode.registry.following import follow  # noqa: E402
from publiccode.registry.models import (  # noqa: E402
    ActivityRecord,
    AssessmentRecord,
    CodeHosting,
    FactsRecord,
    Publisher,
    RepositoryRecord,
    Software,
)
from publiccode.registry.search.engines import ENGINES, open_index  # noqa: E402
from publiccode.registry.settings import read_settings  # noqa: E402
from publiccode.registry.store import Store  # noqa: E402
from publiccode.registry.upgrade import upgrade  # noqa: E402

PORT = 8765
_AT_ONCE = 1_000
_WARMING = 40
CHOSEN: tuple[dict[str, str], ...] = (
    {},
    {"license": "MIT", "status": "stable"},
    {"publisher": "office-3"},
    {"since": "2024", "sbom": "no"},
)


def fill(data: Path, count: int) -> Store:
    """A database of `count` made entries."""
    data.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{data / 'registry.sqlite'}")
    upgrade(store)
    owners = publishers()
    hostings = {
        owner.id: CodeHosting(publisher_id=owner.id, url=f"https://{owner.slug}.example/", key=f"{owner.slug}.example")
        for owner in owners
    }
    rows: dict[type, list[dict[str, object]]] = {
        Publisher: [owner.model_dump() for owner in owners],
        CodeHosting: [hosting.model_dump() for hosting in hostings.values()],
    }
    _insert(store, rows)
    for number, one in enumerate(made(count, owners, hostings), 1):
        for row in (one.repository, one.assessment, one.software, *one.records()):
            rows.setdefault(type(row), []).append(row.model_dump())
        if not number % _AT_ONCE or number == count:
            _insert(store, rows)
    with store.writing("bench", BEGIN) as change:
        change.log("software", "", "made", None, {"entries": count})
    return store


def _insert(store: Store, rows: dict[type, list[dict[str, object]]]) -> None:
    order = (Publisher, CodeHosting, RepositoryRecord, AssessmentRecord, Software, FactsRecord, ActivityRecord)
    with store.writing("bench", BEGIN) as change:
        for table in order:
            if found := rows.pop(table, None):
                change.session.connection().execute(insert(table), found)


def ask(addresses: list[str], times: list[float], wrong: list[str]) -> None:
    """Asks them one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    for address in addresses:
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - start) * 1_000)
        if answer.status not in (200, 404):  # 404: a page beyond the last
            wrong.append(f"{answer.status} {address}")
    connection.close()


def memory(server: subprocess.Popen[bytes]) -> str:
    """The proportional and the resident share of the largest process of the server, in MB."""
    family = {server.pid}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if int(lines["PPid"]) in family:
            family.add(int(status.parent.name))
    found = []
    for pid in family:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
        found.append((int(lines["Pss"].split()[0]) // 1024, int(lines["Rss"].split()[0]) // 1024))
    return "{}/{}".format(*max(found))


def start(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """The server, when it answers."""
    command = [sys.executable, "-m", "publiccode", "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            ask(["/healthz"], [], [])
        except OSError:
            time.sleep(0.2)
        else:
            return server
    server.kill()
    sys.exit("the server did not answer")


def prepare(data: Path, engine: str, count: int) -> None:
    """A database of `count` entries and its index, made where they are not there yet."""
    if not (data / "registry.sqlite").exists():
        fill(data, count).close()
    store = Store(f"sqlite:///{data / 'registry.sqlite'}")
    upgrade(store)
    start = time.perf_counter()
    zone = ZoneInfo(read_settings({}).time_zone)  # the server's own, else it builds the index again
    if followed := follow(store, open_index(engine, data / "index"), zone=zone):
        print(f"{engine}: {followed / (time.perf_counter() - start):.0f} entries/s read from the database and indexed")
    store.close()


def measure(engine: str, count: int, clients: list[int], requests: int, data: Path) -> None:
    """Prints a line for every number of clients and form of the answer."""
    server = start({**os.environ, "PUBLICCODE_DATA": str(data), "PUBLICCODE_SEARCH_ENGINE": engine})
    try:
        asked = [
            urlencode({"q": text, **chosen, **({"page": 2} if page else {})})
            for text in searches()
            for chosen in CHOSEN
            for page in (0, 1)
        ]
        random.Random(5).shuffle(asked)
        ask([f"/en/software?{query}" for query in asked[-_WARMING:]], [], [])  # the names are read in the first seconds
        for number in clients:
            for form in ("", ".json"):
                some, asked = asked[:requests], asked[requests:] + asked[:requests]
                addresses = [f"/en/software{form}?{query}" for query in some]
                times: list[float] = []
                wrong: list[str] = []
                threads = [
                    threading.Thread(target=ask, args=(addresses[n::number], times, wrong)) for n in range(number)
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                times.sort()
                half, most = times[len(times) // 2], times[int(len(times) * 0.95)]
                print(
                    f"{engine:>10} {count:8} {number:8} {form or 'page':>6} {half:8.1f} {most:8.1f} {times[-1]:8.1f} "
                    f"{memory(server):>12} {wrong[:3] or ''}",
                    flush=True,
                )
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=["tantivy"])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--requests", type=int, default=150)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    print("    engine  entries  clients   form   p50 ms   p95 ms    worst  MB PSS/RSS")
    with tempfile.TemporaryDirectory() as temporary:
        for count in options.entries:
            for engine in options.engine:
                data = (options.folder or Path(temporary)) / str(count)
                prepare(data, engine, count)
                measure(engine, count, options.clients, options.requests, data)


if __name__ == "__main__":
    main()

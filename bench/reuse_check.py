"""Asks the reuse check with texts in the manner of real tenders, and prints the first five systems of each with the time.

    python bench/reuse_check.py [--data FOLDER]    else one is built: demo, ../shared, public systems

Ends with 1 where a system that must be among the first five is not, or where one is listed for what the catalogue has not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from publiccode.registry.following import follow
from publiccode.registry.reuse.check import check
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store

TEXTS = Path(__file__).with_name("reuse_texts")
# Texts for which the catalogue has nothing: no system may be listed.
NOTHING = frozenset({"hospital", "identity", "kindergarten"})
# Parts of the addresses of systems that somebody who asks must see among the first five, where the catalogue has them.
WANTED = {
    "bridges": ("apps/inspection",),
    "dengue": ("dengue-report", "dengue-inspector", "field-dengue-frontend", "field-dengue-backend"),
    "library": ("shelfwise", "scaffale", "biblio", "koha", "library"),
    "lunch": ("lunch", "merenda", "cantine"),
    "parking": ("parklight", "curb", "parking"),
    "petition": ("open/petition", "join", "consul", "decidim", "petition"),
    "potholes": ("fixmystreet",),
    "records": ("records", "seedoo"),
    "whistleblowing": ("globaleaks", "whistleblowing", "segnalazioni"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints; 1 where something is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="an instance's folder")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = chosen.data or _built(Path(folder))
        return max(_asked(data, engine) for engine in ENGINES)


def _built(folder: Path) -> Path:
    from bench.search.entries import build

    store, told = build(folder)
    store.close()
    print("\n".join(told))
    return folder


def _asked(data: Path, engine: str) -> int:
    settings = Settings(data=data)
    store = Store(settings.database)
    index = open_index(engine, data / f"reuse-{engine}")
    follow(store, index)
    missing = 0
    with store.reading() as session:
        for file in sorted(TEXTS.glob("*.txt")):
            text = file.read_text("utf-8")
            check(session, index, text)  # stems and pages of the database are loaded once
            begin, used = time.perf_counter(), time.process_time()
            found = check(session, index, text)
            milliseconds = (time.perf_counter() - begin) * 1000
            processor = (time.process_time() - used) * 1000
            first = [one.entry.software.url for one in found.found[:5]]
            about = file.name.partition(".")[0]
            known = (
                not first if about in NOTHING else any(part in url.lower() for url in first for part in WANTED[about])
            )
            missing += not known
            print(
                f"\n{engine}: {file.name}: {milliseconds:.0f} ms ({processor:.0f} of the processor), {found.entries} entries, "
                f"{len(found.asked.sentences)} sentences, "
                f"{len(found.general)} general, {len(found.asked.contract)} of contracts, {len(found.unmatched)} with nothing; "
                f"{'fine' if known else 'WRONG'}"
            )
            for one in found.found[:5]:
                print(
                    f"  {one.points:4} {len(one.subjects):3} {one.entry.software.name[:40]:40} {one.entry.software.url}"
                )
    store.close()
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

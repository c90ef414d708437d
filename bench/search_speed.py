"""How fast the search engines index and answer, on entries of mixed Chinese and English text made up here (always the same).

    python bench/search_speed.py [--entries 1000 20000] [--engine tantivy whoosh]

Prints one line per engine and size: entries indexed per second, and the time of a search with all facets.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publiccode.registry.search import IndexEntry, Request, Text
from publiccode.registry.search.engines import ENGINES, open_index

SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "bran",
    "clor",
)
TOPICS = (
    *(
        "dashboard",
        "portal",
        "registry",
        "archive",
        "calendar",
        "budget",
        "permit",
        "survey",
        "library",
        "traffic",
        "water",
    ),
    *("school", "payment", "identity", "mapping", "whistleblowing", "accessibility", "procurement", "inspection"),
)
CHARACTERS = (
    "資料開放平台系統管理服務民眾查詢申請交通環境教育衛生社會福利文化水利農業都市計畫統計公文檔案"
    "電子表單支付身分驗證地圖影像空氣品質監測"
)
CHINESE_TOPICS = (
    "儀表板",
    "開放資料",
    "公文系統",
    "線上申辦",
    "空氣品質",
    "停車資訊",
    "預算視覺化",
    "圖書館",
    "無障礙",
)
FACETS = {
    "category": [f"category-{n}" for n in range(90)],
    "license": ["MIT", "EUPL-1.2", "AGPL-3.0-or-later", "Apache-2.0", "GPL-3.0-only", "BSD-3-Clause"],
    "validity": ["valid", "invalid"],
    "status": ["concept", "development", "beta", "stable", "obsolete"],
    "publisher": [f"agency-{n}" for n in range(400)],
    "platform": ["web", "linux", "windows", "android", "ios"],
    "language": ["zh-Hant", "en", "it", "fr", "de"],
}
SEARCHES = (
    "dashboard",
    "儀表板",
    "仪表板",
    "dashboards",
    "dashb",
    "dashbaord",
    "whistleblowing",
    "whistleblower portal",
    "開放資料平台",
    "空氣品質監測",
    "台",
    "open data",
    '"water school"',
    '"開放資料"',
    "portal -dashboard",
    "traffic OR water",
    "(school OR library) budget",
    "license:MIT dashboard",
    "license:gpl 地圖",
    "status:stable",
    "publisher:agency-17",
    "category:category-5 portal",
    "name:portal",
    "language:zh 查詢",
    "proc*",
    "acces",
    "identity payment mapping",
    "nothing-of-the-kind xyzzyx",
    "線上申辦 預算視覺化",
    "",
)


def entries(count: int) -> Iterator[IndexEntry]:
    """`count` entries, about 2.7 kB of text each: half English, half Chinese, words distributed as unevenly as real ones."""
    source = random.Random(20240229)
    words = ["".join(source.choices(SYLLABLES, k=source.randint(2, 4))) for _ in range(6_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(count):
        english, chinese = source.choice(TOPICS), source.choice(CHINESE_TOPICS)
        prose = " ".join([*source.choices(words, weights, k=180), *source.choices(TOPICS, k=4)])
        script = "，".join("".join(source.choices(CHARACTERS, k=12)) for _ in range(33)) + source.choice(CHINESE_TOPICS)
        chosen = {name: tuple(source.sample(values, k=1 + (len(values) > 80))) for name, values in FACETS.items()}
        yield IndexEntry(
            id=f"{number:08x}-0000-4000-8000-000000000000",
            names=(Text("", f"{english.title()} {words[number % 997]}"), Text("zh-Hant", chinese + f"{number}")),
            summaries=(Text("en", f"A {english} for {words[number % 499]}"), Text("zh-Hant", f"{chinese}服務")),
            features=(Text("en", source.choice(TOPICS)), Text("zh-Hant", source.choice(CHINESE_TOPICS))),
            descriptions=(Text("en", prose), Text("zh-Hant", script)),
            publishers=(Text("en", f"Agency {number % 400}"), Text("zh-Hant", "示範市政府")),
            facets=chosen,
            modified=20_200_101 + number % 28,
        )


def measure(engine: str, made: list[IndexEntry]) -> tuple[float, list[tuple[float, str]]]:
    """Entries indexed per second; and of every search its milliseconds (best of three, as a served page would see) and text."""
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(engine, Path(folder) / "index")
        start = time.perf_counter()
        index.rebuild(made, "1")
        speed = len(made) / (time.perf_counter() - start)
        index.search(Request("warm up"))
        times = []
        for text in SEARCHES:
            for facets in ({}, {"license": ("MIT", "EUPL-1.2"), "status": ("stable",)}):
                runs = []
                for _ in range(3):
                    start = time.perf_counter()
                    index.search(Request(text, facets))
                    runs.append((time.perf_counter() - start) * 1_000)
                times.append((min(runs), f"{text!r}{' with facets chosen' if facets else ''}"))
        return speed, sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    options = parser.parse_args()
    print(f"{'engine':8} {'entries':>8} {'entries/s':>10} {'p50 ms':>8} {'p95 ms':>8} {'worst':>8}  worst search")
    for count in options.entries:
        made = list(entries(count))
        for engine in options.engine:
            speed, times = measure(engine, made)
            half, most = times[len(times) // 2][0], times[int(len(times) * 0.95)][0]
            print(
                f"{engine:8} {count:8} {speed:10.0f} {half:8.2f} {most:8.2f} {times[-1][0]:8.2f}  {times[-1][1]}",
                flush=True,
            )


if __name__ == "__main__":
    main()

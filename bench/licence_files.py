"""How well and how fast licence files are recognised, beside Debian's licensecheck on the same files in the same minute.

    python bench/licence_files.py [--texts spdx-full.json] [--list]

The files are those of the corpus and the labelled ones beside the checkout. `--texts`: the file of the npm package
spdx-license-list with all licence texts; then each of them is identified too. `--list` prints every file that is not as
labelled. Goals: 20 ms a file when warm (mean), 1 s to load, 150 MB, 93 % right, 2 % wrong. Exit status 1 where one is missed.

Example: nice -n -5 python bench/licence_files.py --list
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
LABELLED = ACCEPTANCE / "licences"
NAMES = re.compile(r"(?:licen[cs]e|copying|eupl|notice)|licenses/", re.IGNORECASE)
# What licensecheck prints beside SPDX ids, where it means the same.
PERL_NAMES = {
    "AGPLv3": "AGPL-3.0",
    "LGPL-3": "LGPL-3.0",
    "GPL-3": "GPL-3.0",
    "Expat": "MIT",
    "BSD-3-clause": "BSD-3-Clause",
}
missed = 0


def show(name: str, value: float, unit: str, goal: float | None = None, least: bool = False) -> None:
    """Prints one line of the table; counts a missed goal."""
    global missed
    missed += goal is not None and (value < goal if least else value > goal)
    print(f"{name:<46}{value:>10,.2f} {unit:<4}{'' if goal is None else f'{goal:>8g}'}", flush=True)


def memory() -> float:
    """The most that this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def files() -> list[Path]:
    """All licence files at hand."""
    corpus = ACCEPTANCE / "corpus"
    found = [path for path in sorted(corpus.rglob("*")) if path.is_file() and path.suffix not in (".json", ".yml")]
    found = [path for path in found if NAMES.search(path.relative_to(corpus).as_posix().split("/", 1)[1])]
    return found + sorted((LABELLED / "files").glob("*"))


def family(expression: str | None) -> str:
    return re.sub(r"(?:-only|-or-later)\b|\+", "", expression or "NOASSERTION")


def kind_of(label: dict[str, object], concluded: str, also: tuple[str, ...]) -> str:
    """As check_licenses.py of the acceptance set judges, but for a choice of licences, which counts as one."""
    got, want = family(concluded), family(label["concluded"])  # type: ignore[arg-type]
    if want == "NOASSERTION":
        return "right" if got == want else "wrong"
    if got == "NOASSERTION":
        return "none"
    ids = set(re.split(r"[ ()]+(?:AND|OR)[ ()]+", got.strip("() ")))
    if got != want and want not in ids:
        return "wrong"
    claimed = ({got} if got == want else ids) | {family(other) for other in also}
    allowed = {want, *(family(other) for other in label["also"])}  # type: ignore[attr-defined]
    return "extra" if claimed - allowed else "right"


def labelled(list_them: bool) -> None:
    """The share of labelled files that is right."""
    from publiccode.schemas.licensing.identify import identify

    score: Counter[str] = Counter()
    for name, label in json.loads((LABELLED / "expected.json").read_text("utf-8")).items():
        answer = identify((LABELLED / "files" / name).read_bytes())
        kind = kind_of(label, answer.concluded, answer.also)
        score[kind] += 1
        if list_them and kind != "right":
            print(f"  {kind}: {name}: {answer.concluded} {answer.also}; labelled {label['concluded']} {label['also']}")
    print(f"labelled files: {dict(score)}")
    show("right", 100 * score["right"] / score.total(), "%", 93, least=True)
    show("wrong", 100 * score["wrong"] / score.total(), "%", 2)


def own_speed(paths: list[Path]) -> None:
    """Load, memory, milliseconds for each file."""
    start, before = time.perf_counter(), memory()
    from publiccode.schemas.licensing.identify import identify

    show("import", time.perf_counter() - start, "s")
    identify(b"MIT License")
    show("import and load", time.perf_counter() - start, "s", 1)
    times = []
    for path in paths:
        content = path.read_bytes()
        identify.cache_clear()
        start = time.process_time()
        identify(content, path.name)
        times.append((time.process_time() - start) * 1000)
    show(f"{len(paths)} files: median (processor time)", statistics.median(times), "ms")
    show("mean", statistics.fmean(times), "ms", 20)
    show("95 of 100 are below", statistics.quantiles(times, n=20)[-1], "ms")
    show("max", max(times), "ms")
    show("memory over the bare process", memory() - before, "MB", 150)


def licensecheck(paths: list[Path]) -> None:
    """Debian's tool on the same files, in one process."""
    program = shutil.which("licensecheck")
    if program is None:
        print("licensecheck is not installed (apt-get install licensecheck)")
        return
    # By default it reads 60 lines of files with the endings of source code.
    options = ["--machine", "--shortname-scheme=spdx", "--check=.*", "--ignore=^$", "--lines=0"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [program, *options, *map(str, paths)], capture_output=True, text=True, check=False, timeout=900
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    show("licensecheck: a file, with its start", seconds / len(paths) * 1000, "ms")
    show("licensecheck: memory", after.ru_maxrss / 1024, "MB")
    told = dict(line.split("\t")[:2] for line in done.stdout.splitlines() if "\t" in line)
    score: Counter[str] = Counter()
    for name, label in json.loads((LABELLED / "expected.json").read_text("utf-8")).items():
        answer = told.get(str(LABELLED / "files" / name), "UNKNOWN")
        answer = re.sub(r"\s*\[.*\]", "", answer).replace(" and/or ", " AND ")
        ids = [PERL_NAMES.get(part, part) for part in re.split(r" (?:AND|OR) ", answer)]
        score[kind_of(label, "NOASSERTION" if "UNKNOWN" in answer else " AND ".join(ids), ())] += 1
    print(f"licensecheck: labelled files: {dict(score)}")


def own_texts(path: Path, list_them: bool) -> None:
    """Each text of the SPDX list: told alone, with others, not, or as another."""
    from publiccode.schemas.licensing.texts import matches, texts
    from publiccode.schemas.licensing.words import read_text

    same = {identifier: set(template.licenses) for template in texts().templates for identifier in template.licenses}
    score: Counter[str] = Counter()
    for identifier, entry in json.loads(path.read_text("utf-8")).items():
        got = {family(match.license) for match in matches(read_text(entry["licenseText"].encode()))}
        right = {family(other) for other in same.get(identifier, {identifier})}
        kind = (
            "none" if not got else "exact" if len(got) == 1 and got <= right else "contains" if got & right else "wrong"
        )
        score[kind] += 1
        if list_them and kind != "exact":
            print(f"  {kind}: {identifier}: {sorted(got)}")
    print(f"texts of the SPDX list: {dict(score)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if not LABELLED.is_dir():
        print(f"no labelled files at {LABELLED}")
        return 2
    paths = files()
    own_speed(paths)
    labelled(options.list)
    licensecheck(paths)
    if options.texts:
        own_texts(options.texts, options.list)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""100,000 hostile files and texts against the promises of the validator: which of them break one, and what the worst cost.

    python bench/fuzz_validator.py [--cases 100000] [--seed 1] [--jobs 2] [--keep FOLDER]
    python bench/fuzz_validator.py --only 4711 --show

A case is made from the seed and its number (and the files it starts from: the acceptance sets beside the checkout, else
the examples of the tests), so that `--only` makes it again. Three kinds: a real file mutated in its bytes and lines; a
key of the standard's table with an odd value; a hostile text put straight to the functions that judge texts. Promised
for each: nothing is raised; twice the same answer; at most 1 s of processor time for each step and 100 MB (for a text
5 ms and 1 µs a character, so that a file full of such texts stays bearable); findings inside the file; nothing valid
without values; a repair that is done after the first time and brings no error; a value that is read as it was set.
Blocks of cases run in processes of their own; what broke a promise is run again alone, three times, before it counts.

Example: python bench/fuzz_validator.py --cases 2000 --keep broken && echo all promises kept
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.hostile_inputs import VALUES, Case, make, sources  # noqa: E402
from publiccode.schemas import addresses, candidate, languages, suggestions, videos, vocabularies  # noqa: E402
from publiccode.schemas.candidate import Candidate, RepositoryFile  # noqa: E402
from publiccode.schemas.document import parse  # noqa: E402
from publiccode.schemas.editing.changes import EditError  # noqa: E402
from publiccode.schemas.finding import LANGUAGES, Assessment, Severity  # noqa: E402
from publiccode.schemas.fixes import repairs, set_values  # noqa: E402
from publiccode.schemas.follow_ups import follow_ups  # noqa: E402
from publiccode.schemas.licensing.expression import ExpressionError, parse_expression  # noqa: E402
from publiccode.schemas.licensing.slips import meant  # noqa: E402
from publiccode.schemas.rules import date_format, file_found, path_inside, text_length  # noqa: E402
from publiccode.schemas.standard import V0, Type  # noqa: E402
from publiccode.schemas.validator import assess, read  # noqa: E402

SECONDS, MEGABYTES = 1.0, 100
BLOCK, WATCHDOG = 500, 60  # cases for one process; seconds after which a case is given up
Outcome = dict[str, Any]  # number, ms (by step), mb, bytes, broken


class BrokenError(Exception):
    """A promise that a case breaks."""


# The promises about a file, in order. One more is one more function here and in OF_FILES.


def reads(case: Case) -> None:
    facts = dict(case.facts)
    file = facts.pop("file", None) or RepositoryFile("publiccode.yml", case.data)
    case.document = read(Candidate(file))
    if (state := facts.get("named_files")) is not None:
        facts["named_files"] = {found.text: state for found in file_found.named_files(case.document)}
    case.candidate = Candidate(file, **facts)


def judges(case: Case) -> None:
    case.assessment = assess(case.candidate, case.document, notices=True)


def follows_up(case: Case) -> None:
    case.also = follow_ups(case.document, case.assessment.findings)


def prints(case: Case) -> None:
    for language in LANGUAGES:
        for finding in (*case.assessment.findings, *case.also):
            finding.printed("publiccode.yml", language).encode()
            json.dumps(finding.to_json(language), ensure_ascii=False).encode()
        case.assessment.summary.in_language(language).encode()
    json.dumps(case.assessment.values, ensure_ascii=False).encode()


def answers_the_same_again(case: Case) -> None:
    again = assess(case.candidate, notices=True)
    if again != case.assessment or follow_ups(read(case.candidate), again.findings) != case.also:
        raise BrokenError("asked again, the answer is another")


def stays_inside(case: Case) -> None:
    lines = re.split("\r\n|\n|\r", case.data.decode("utf-8", "replace"))
    for finding in (*case.assessment.findings, *case.also):
        line, column = finding.line, finding.column
        inside = 0 < line <= len(lines) and 0 < column <= len(lines[line - 1]) + 1
        if not inside and (line, column) != (0, 0):
            raise BrokenError(f"outside of the {len(lines)} lines: {finding.printed('publiccode.yml')[:300]}")


def is_valid_only_with_values(case: Case) -> None:
    if (case.assessment.valid or case.assessment.usable) and not case.assessment.values:
        raise BrokenError("valid or usable without values")
    if (case.document.root is None) != (case.assessment.values is None):
        raise BrokenError("values without a document, or none with one")


def is_repaired(case: Case) -> None:
    case.repaired = repairs(case.data)


def is_repaired_once(case: Case) -> None:
    content = case.repaired.content if case.repaired else b""
    again = repairs(content)
    if again.content != content or again.repairs:
        raise BrokenError(f"repaired again, it is another: {again.repairs[:2]}")


def is_not_spoilt(case: Case) -> None:
    plain = assess(Candidate(RepositoryFile("publiccode.yml", case.data)))
    # A file that could not be read, or whose version is not accepted, hides errors.
    if case.repaired is None or plain.values is None or any(one.rule == "version-supported" for one in plain.findings):
        return
    if new := _errors(case.repaired.assessment) - _errors(plain):
        raise BrokenError(f"repaired, it has errors that it had not: {dict(new)}")


def _errors(assessment: Assessment) -> Counter[str]:
    return Counter(finding.rule for finding in assessment.findings if finding.severity is Severity.ERROR)


def takes_a_value(case: Case) -> None:
    random = Random(case.number)
    key, value = random.choice(V0), random.choice(VALUES)
    path = key.path.replace("*", "en").replace("[]", "[0]")
    try:
        content = set_values(case.data, {path: value})
    except EditError:
        return
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    if (found := parse(content).value(tuple(steps))) != (value == "true" if key.type is Type.BOOLEAN else value):
        raise BrokenError(f"{path} was set to {value!r} and is {found!r}")


# The promises about a text.


def licence(case: Case) -> None:
    text = case.text or ""
    for known in meant(text):
        parse_expression(known)
    try:
        normal = parse_expression(text).text
    except ExpressionError as error:
        if not 0 <= error.position <= len(text):
            raise BrokenError(f"position {error.position} is outside of the text") from error
        return
    if parse_expression(normal).text != normal:
        raise BrokenError(f"{normal!r} is not its own normal form")


def address(case: Case) -> None:
    text = case.text or ""
    if addresses.is_http_url(text):
        videos.is_embeddable(text)
        if not (addresses.is_url(text) and addresses.is_uri(text)):
            raise BrokenError("a web address is no URL or no URI")
    if bool(addresses.scheme(text)) != addresses.is_url(text):
        raise BrokenError("scheme and is_url differ")
    for judge in (addresses.is_urn, addresses.is_email, candidate.address_key, path_inside.leaves):
        judge(text)


def word(case: Case) -> None:
    text = case.text or ""
    languages.is_language_tag(text)
    date_format.is_date(text)
    suggestions.nearest(text, vocabularies.labels("categories"))
    if text_length.characters(text) > len(text):
        raise BrokenError("more characters than code points")


Step = Callable[[Case], None]
OF_FILES: tuple[Step, ...] = (
    reads, judges, follows_up, prints, answers_the_same_again, stays_inside, is_valid_only_with_values,
    is_repaired, is_repaired_once, is_not_spoilt, takes_a_value,
)  # fmt: skip
OF_TEXTS: tuple[Step, ...] = (licence, address, word)


# Running.


def run(case: Case) -> Outcome:
    """The case's steps: what each cost, and what was broken (empty: nothing)."""
    before, broken, cost = _peak(), "", {}
    signal.alarm(WATCHDOG)
    for step in OF_FILES if case.text is None else OF_TEXTS:
        started = time.process_time()
        try:
            step(case)
        except BrokenError as error:
            broken = f"{step.__name__}: {error}"
        except Exception as error:  # noqa: BLE001 - a case that raises is what we look for
            broken = f"{step.__name__}: raised {type(error).__name__}: {error}"[:500]
        cost[step.__name__] = (time.process_time() - started) * 1000
        if broken:
            break
    signal.alarm(0)
    megabytes, slowest = _peak() - before, max(cost, key=cost.__getitem__)
    limit = SECONDS * 1000 if case.text is None else 5 + len(case.text) / 1000
    if not broken and cost[slowest] > limit:
        broken = f"slow: {slowest} took {cost[slowest]:.0f} ms"
    elif not broken and megabytes > MEGABYTES:
        broken = f"large: {megabytes:.0f} MB"
    size = len(case.data if case.text is None else case.text)
    return {"number": case.number, "ms": cost, "mb": megabytes, "bytes": size, "broken": broken}


def _give_up(*_: object) -> None:
    raise BrokenError(f"slow: given up after {WATCHDOG} s")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def warm_up() -> None:
    """What is loaded only once is loaded, so that no case pays for it."""
    signal.signal(signal.SIGALRM, _give_up)
    for text in ("x", "MIT or x", "e\u0301", "https://video.example/", "en-x-a"):
        run(Case(0, ["text"], text=text))
    for data in (b"name: x\n", sources()[0], (ROOT / "publiccode.example.yml").read_bytes()):
        run(Case(0, ["file"], data))


def run_block(seed: int, start: int, end: int) -> None:
    """The cases from `start` up to `end`, one line of JSON for each: what a process of its own does."""
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    warm_up()
    for number in range(start, end):
        print(json.dumps(run(make(seed, number))), flush=True)


class Runner:
    """Runs blocks of cases in processes of their own."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.processes: set[subprocess.Popen[str]] = set()
        self.stopped = False

    def block(self, start: int, end: int) -> list[Outcome]:
        """The outcomes of the cases from `start` up to `end`; one that ends its process is one of them."""
        outcomes: list[Outcome] = []
        while start + len(outcomes) < end and not self.stopped:
            at = start + len(outcomes)
            command = [sys.executable, __file__, "--seed", str(self.seed), "--block", str(at), str(end)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
            self.processes.add(process)
            outcomes += [json.loads(line) for line in process.communicate()[0].splitlines() if line.endswith("}")]
            self.processes.discard(process)
            if process.returncode and not self.stopped:
                number, broken = start + len(outcomes), f"ended its process: {process.returncode}"
                outcomes.append({"number": number, "ms": {}, "mb": 0, "bytes": 0, "broken": broken})
        return outcomes

    def all(self, cases: int, jobs: int) -> list[Outcome]:
        """The outcomes of all cases, or of those done when Ctrl-C was pressed."""
        outcomes: list[Outcome] = []
        started = time.monotonic()
        with ThreadPoolExecutor(jobs) as pool:
            starts = range(0, cases, BLOCK)
            try:
                for block in pool.map(lambda start: self.block(start, min(start + BLOCK, cases)), starts):
                    outcomes += block
                    suspicious = sum(bool(one["broken"]) for one in outcomes)
                    rate = len(outcomes) / (time.monotonic() - started)
                    told = f"\r{len(outcomes)} of {cases}, {rate:.0f}/s, suspicious: {suspicious} "
                    print(told, end="", file=sys.stderr, flush=True)
            except KeyboardInterrupt:
                self.stopped = True
                pool.shutdown(wait=False, cancel_futures=True)
                for process in list(self.processes):
                    process.kill()
        print(file=sys.stderr)
        return outcomes

    def confirmed(self, outcome: Outcome) -> bool:
        """Whether the case breaks its promise alone as well, each of three times."""
        number = outcome["number"]
        return all(self.block(number, number + 1)[0]["broken"] for _ in range(3))


def report(outcomes: list[Outcome], broken: list[Outcome], seed: int) -> None:
    """Prints what the steps cost, and every broken promise with the number that shows it again."""
    print(f"{'step':<28}{'cases':>8}{'mean ms':>9}{'worst ms':>10}  case")
    for step in (*OF_FILES, *OF_TEXTS):
        costs = [(one["ms"][step.__name__], one["number"]) for one in outcomes if step.__name__ in one["ms"]]
        if costs:
            (worst, number), mean = max(costs), sum(cost for cost, _ in costs) / len(costs)
            print(f"{step.__name__:<28}{len(costs):>8}{mean:>9.2f}{worst:>10.1f}  {number}")
    largest = max(outcomes, key=lambda one: one["mb"], default={"mb": 0, "number": "none"})
    print(f"largest rise of memory: {largest['mb']:.0f} MB (case {largest['number']})")
    print(f"cases: {len(outcomes)}; broken promises: {len(broken)}")
    kinds: dict[str, list[Outcome]] = {}
    for one in broken:
        kinds.setdefault(re.sub(r"[0-9]+", "…", one["broken"])[:80], []).append(one)
    for alike in kinds.values():
        print(f"\n{len(alike)} × {alike[0]['broken'][:300]!r}")
        for one in alike[:5]:
            print(f"{one['number']:>8}  {one['bytes']:>8} bytes  {', '.join(make(seed, one['number']).made)[:100]}")


def show(case: Case) -> None:
    """Prints one case: how it was made, with which facts, its bytes, and what is said of it."""
    print(f"case {case.number}: {', '.join(case.made)}\nfacts: {case.facts!r:.2000}")
    print(case.data[:4_000].decode("utf-8", "backslashreplace") if case.text is None else repr(case.text)[:4_000])
    warm_up()
    outcome = run(case)
    for finding in (*case.assessment.findings, *case.also):
        print(finding.printed("publiccode.yml"))
    print(json.dumps(outcome))


def keep(folder: Path, case: Case, broken: str) -> None:
    """Writes the input of a case, and beside it what it breaks."""
    folder.mkdir(parents=True, exist_ok=True)
    data = case.data if case.text is None else case.text.encode("utf-8", "surrogatepass")
    (folder / f"{case.number}.yml").write_bytes(data)
    (folder / f"{case.number}.why").write_text(f"{broken}\n{case.made}\n{case.facts}\n", "utf-8")


def main() -> None:
    """Runs the bench; exit status 1 where a promise is broken, 2 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write every input that breaks a promise there")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="run this case alone")
    parser.add_argument("--show", action="store_true", help="with --only: print the case and what is said of it")
    parser.add_argument("--block", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.block:
        return run_block(options.seed, *options.block)
    alone = options.only is not None
    if alone and options.show:
        return show(make(options.seed, options.only))
    runner = Runner(options.seed)
    outcomes = runner.block(options.only, options.only + 1) if alone else runner.all(options.cases, options.jobs)
    broken = [one for one in outcomes if one["broken"] and (runner.stopped or runner.confirmed(one))]
    report(outcomes, broken, options.seed)
    if options.keep:
        for one in broken:
            keep(options.keep, make(options.seed, one["number"]), one["broken"])
    sys.exit(2 if runner.stopped else 1 if broken else 0)


if __name__ == "__main__":
    main()

"""What `publiccode fix` does to real agencies' files: how many it makes valid, how many lines it changes, and what it leaves.

    python bench/fix_corpus.py [--list]

Reads the acceptance corpus and code.gov.tw's catalogue beside the checkout. A line counts as touched without cause where it is
no longer there as it was, byte for byte, and no key that was repaired stands in it, nor its value.
"""

from __future__ import annotations

import argparse
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.document import parse
from publiccode.schemas.finding import Assessment, Severity
from publiccode.schemas.fixes import Repaired, repairs
from publiccode.schemas.nodes import Node
from publiccode.schemas.validator import assess
from tests.corpus import CORPUS


@dataclass
class Outcome:
    """What became of one file."""

    name: str
    valid_before: bool
    repaired: Repaired
    changed: int  # lines removed and added
    without_cause: int
    worse: bool  # whether there is an error that was not there before
    again: bool  # whether a second run changes something
    seconds: float


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _places(node: Node) -> Iterator[int]:
    for name, child in node.entries.items():
        yield node.places[name][0]
        yield from _places(child)
    for child in node.items:
        yield child.line
        yield from _places(child)


def _with_cause(content: bytes, repaired: Repaired) -> set[int]:
    """The lines (from 0) of each repaired key and its value, and of the key above it where its section is left empty."""
    root = parse(content).root
    places = sorted(set(_places(root))) if root else []
    found: set[int] = set()
    for repair in repaired.repairs:
        after = bisect_right(places, repair.line)
        end = places[after] if after < len(places) else len(_lines(content)) + 1
        found |= set(range(repair.line - 1, end - 1))
        found |= {repair.line - 2} if repair.key.endswith("codiceIPA") else set()
    return found


def _errors(assessment: Assessment) -> Counter[str]:
    return Counter(finding.rule for finding in assessment.findings if finding.severity is Severity.ERROR)


def examine(path: Path) -> Outcome:
    """Repairs one file and looks at every line of it."""
    content = path.read_bytes()
    started = time.perf_counter()
    repaired = repairs(content)
    seconds = time.perf_counter() - started
    old, new = _lines(content), _lines(repaired.content)
    allowed = _with_cause(content, repaired)
    gone = Counter(old) - Counter(new)  # a line that was moved is not gone
    changed = without_cause = 0
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            changed += b - a + d - c
            without_cause += sum(number not in allowed and old[number] in gone for number in range(a, b))
    before = assess(Candidate(RepositoryFile("publiccode.yml", content)))
    worse = bool(_errors(repaired.assessment) - _errors(before))
    again = repairs(repaired.content).content != repaired.content
    return Outcome(
        f"{path.parent.name}/{path.name}", before.valid, repaired, changed, without_cause, worse, again, seconds
    )


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="one line for each file")
    options = parser.parse_args()
    for name, pattern, folder in (
        ("corpus", "*/publiccode.y*ml", CORPUS),
        ("code.gov.tw", "*.yml", CORPUS.parent / "code-gov-tw"),
    ):
        outcomes = [examine(path) for path in sorted(folder.glob(pattern))]
        if options.list:
            for one in outcomes:
                valid = (
                    f"{'valid' if one.valid_before else '-':<6}→ {'valid' if one.repaired.assessment.valid else '-'}"
                )
                print(f"{one.changed:4} lines  {len(one.repaired.repairs):3} repairs  {valid:<14} {one.name}")
        lines = [one.changed for one in outcomes if one.changed]
        rules = Counter(repair.rule for one in outcomes for repair in one.repaired.repairs)
        print(f"\n{name}: {len(outcomes)} files, {sum(one.seconds for one in outcomes):.1f} s")
        print(f"  valid before: {sum(one.valid_before for one in outcomes)}")
        print(f"  valid after: {sum(one.repaired.assessment.valid for one in outcomes)}")
        print(f"  files changed: {len(lines)}; lines: {sum(lines)}, median {median(lines)}, most {max(lines)}")
        print(f"  repairs: {rules.total()}: {', '.join(f'{rule} {count}' for rule, count in rules.most_common())}")
        print(f"  choices left: {sum(len(one.repaired.choices) for one in outcomes)}")
        print(f"  keys that only the owner can take out: {sum(len(one.repaired.unknown) for one in outcomes)}")
        print(f"  with a new error: {sum(one.worse for one in outcomes)}")
        print(f"  changed by a second run: {sum(one.again for one in outcomes)}")
        print(f"  lines touched without cause: {sum(one.without_cause for one in outcomes)}")


if __name__ == "__main__":
    main()

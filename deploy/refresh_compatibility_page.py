"""Writes the table of docs/compatibility.md anew: each pair of tests/compatibility/answers.txt with its answer and its sources."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publiccode.schemas.licensing.compatibility import TITLES, Answer, Compatibility, Statement, compatible

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "compatibility.md"
PAIRS = ROOT / "tests" / "compatibility" / "answers.txt"
BEGIN, END = "<!-- made by deploy/refresh_compatibility_page.py -->\n", "<!-- end -->\n"
_LINE = re.compile(r"(.+) > (.+?)( link)? = .+")
_WORDS = {**{answer: str(title) for answer, title in TITLES.items()}, Answer.YES: "yes", Answer.NO: "no"}
_HEAD = "| taken in | into | as | answer | who says so | why |\n|---|---|---|---|---|---|\n"


def written() -> str:
    """The page with its table as it has to be now."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + "".join(_table()) + END + rest.partition(END)[2]


def _table() -> Iterator[str]:
    for line in PAIRS.read_text("utf-8").splitlines():
        asked = _LINE.fullmatch(line)
        if line.startswith("## "):
            yield f"\n#{line}\n\n{_HEAD}"
        elif asked and not line.startswith("#"):
            yield _row(compatible(asked[1], asked[2], "link" if asked[3] else "merge"))
    yield "\n"


def _row(found: Compatibility) -> str:
    said = "; ".join(_said(one) for one in found.statements if one.answer is not Answer.UNKNOWN) or "nobody"
    answer = f"**{_WORDS[found.answer]}**" + (", sources disagree" if found.disagree else "")
    use = "library" if found.use == "link" else "code"
    return (
        f"| {found.inbound} | {found.outbound} | {use} | {answer} | {said} | {str(found.reason).replace('|', ' ')} |\n"
    )


def _said(one: Statement) -> str:
    clause = one.place if one.place.strip("#") != one.rule and one.source != "osadl" else ""
    rule = f"[{one.rule}]({one.address})" if one.address else one.rule
    return f"{one.source} {rule}" + f" ({clause})" * bool(clause) + f": {_WORDS[one.answer]}"


def main(arguments: list[str]) -> int:
    """Exit code: 0 fine, 1 with --check where the page is not current."""
    parser = argparse.ArgumentParser(description="Write the table of docs/compatibility.md anew.")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    options = parser.parse_args(arguments)
    text = written()
    current = text == PAGE.read_text("utf-8")
    if options.check:
        sys.stdout.write("current\n" if current else "not current; next: deploy/refresh_compatibility_page.py\n")
        return 0 if current else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

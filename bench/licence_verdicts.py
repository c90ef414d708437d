"""Every repository of the corpus whose licence is flagged, with what is declared and found, to be read by eye.

    python bench/licence_verdicts.py [--all] [--labels FILE]

Prints the codes and how often each occurs, then for each repository whose verdict is not “agree” alone its declaration, its
licence files with what was read in them, and the sentences that people see. Labelled ones are marked.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from publiccode.schemas.licensing.verdict import Code
from publiccode.schemas.licensing.verdict_texts import explained
from tests.corpus import CORPUS
from tests.license_corpus import CorpusVerdict, corpus_verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print those that agree as well")
    parser.add_argument("--labels", type=Path, default=CORPUS / "licence-verdicts.json")
    args = parser.parse_args()
    labels = {
        name: f"{kind}: {label.get('note', '') if isinstance(label, dict) else label}"
        for kind, names in json.loads(args.labels.read_text("utf-8")).items()
        for name, label in names.items()
    }
    started = time.perf_counter()
    found = list(corpus_verdicts())
    seconds = time.perf_counter() - started
    first = Counter(str(one.verdict.codes[0]) for one in found)
    further = Counter(str(code) for one in found for code in one.verdict.codes[1:])
    print(f"{len(found)} repositories in {seconds:.1f} s\nfirst codes: {dict(first)}\nfurther codes: {dict(further)}")
    for one in found:
        if args.all or one.verdict.codes != (Code.AGREE,):
            _print(one, labels.get(one.name, ""))


def _print(one: CorpusVerdict, label: str) -> None:
    verdict = one.verdict
    print(f"\n{one.name}: {', '.join(verdict.codes)}" + (f"   [labelled {label}]" if label else ""))
    print(f"  declared {verdict.declared!r}, normalized {verdict.normalized!r}, concluded {verdict.concluded}")
    for file in verdict.found:
        said = file.identification
        parts = ", ".join(f"{part.license} {part.means} {part.coverage:.2f}" for part in said.parts)
        also = f" also {', '.join(said.also)}" if said.also else ""
        print(f"    {file.path}: {said.concluded}{also} ({parts}) {' '.join(said.remarks)}")
    for explanation in explained(verdict):
        print(f"  {explanation.text}")


if __name__ == "__main__":
    main()

"""assess(candidate): all rules, in order. The one judge for command line, pages, API and harvest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from .candidate import EXECUTABLE, REGULAR, Candidate
from .document import Document, parse, too_large
from .finding import Assessment, Finding, message
from .rules import NOTICES, RULES, Rule

MOST_FINDINGS = 200  # of one rule; a file with more of the same kind is not read to its end by anybody


def assess(candidate: Candidate, document: Document | None = None, notices: bool = False) -> Assessment:
    """All findings about `candidate`, by line, and its values. Never raises for what the file holds; bounded in time and memory.

    Args:
        candidate: the file and the facts about it.
        document: what `read(candidate)` gave, where the caller has asked already.
        notices: also what will be wrong in the next version of the standard (warnings).

    """
    document = document or read(candidate)
    rules = (*RULES, *NOTICES) if notices else RULES
    findings = [finding for rule in rules for finding in _bounded(rule, document, candidate)]
    findings.sort(key=lambda finding: (finding.line, finding.column))
    return Assessment(tuple(findings), document.values)


def read(candidate: Candidate) -> Document:
    """The candidate's file as a document; without a root where it was not read."""
    if candidate.file.content is not None:
        return parse(candidate.file.content)
    if candidate.file.mode in (REGULAR, EXECUTABLE):
        return too_large(candidate.file.size)
    return Document("", None)


def _bounded(rule: Rule, document: Document, candidate: Candidate) -> Iterator[Finding]:
    findings = rule.check(document, candidate)
    last = None
    for last in islice(findings, MOST_FINDINGS):
        yield last
    more = next(findings, None)
    if last is not None and more is not None:
        yield Finding(
            rule.ID,
            rule.SEVERITY,
            more.key,
            message("there are more findings of this kind; {most} are listed", most=MOST_FINDINGS),
            more.line,
            more.column,
            message("Repair the ones that are listed and check the file again."),
        )


@cache
def ruleset() -> str:
    """A short name of what judges: changes whenever a rule, a table or a list does, so that stored assessments are redone."""
    folder = Path(__file__).parent
    # The licence texts are some megabytes; their digest stands beside them, and a test holds it to them.
    files = [*folder.rglob("*.py"), *folder.rglob("*.json"), *folder.rglob("*.origin.toml")]
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.relative_to(folder).as_posix()):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]

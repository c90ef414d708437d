"""SARIF 2.1.0 (Static Analysis Results Interchange Format): one run, with the manual page of every rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import regex

from ... import __version__
from ...schemas.finding import Finding
from ...schemas.rules.pages import RulePage, pages
from . import Checked
from .harmless import as_json
from .identity import Fingerprints, uri
from .text import with_help

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LANGUAGES = {"zh-Hant": "zh-TW"}  # SARIF takes a language and a country, no script
_MARKUP = regex.compile(r"(`[^`]*`|\S*://\S*)|([\\*_\[\]<>])")


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """One indented document, as soon as all files are checked."""
    rules = pages(language)
    numbers = {page.id: number for number, page in enumerate(rules)}
    fingerprints = Fingerprints()
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": numbers[finding.rule],
            "level": str(finding.severity),
            "message": {"text": _message(finding, language)},
            "locations": [_location(one.file, finding)],
            "partialFingerprints": {"publiccodeFinding/v1": fingerprints.of(one.file, finding)},
        }
        for one in checked
        for finding in one.assessment.findings
    ]
    driver = {
        "name": "publiccode",
        "version": __version__,
        "language": _LANGUAGES.get(language, language),
        "rules": [_rule(page) for page in rules],
    }
    run = {
        "tool": {"driver": driver},
        "language": driver["language"],
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    yield f"{as_json({'$schema': _SCHEMA, 'version': '2.1.0', 'runs': [run]}, indent=2)}\n"


def _rule(page: RulePage) -> dict[str, Any]:
    return {
        "id": page.id,
        "name": "".join(word.capitalize() for word in page.id.split("-")),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": " ".join((page.title, *page.paragraphs[:1]))},
        "help": {"text": page.text, "markdown": _MARKUP.sub(_escaped, page.text)},
        "defaultConfiguration": {"level": str(page.severity)},
    }


def _escaped(found: regex.Match[str]) -> str:
    """A character that Markdown would take as markup; what stands between backticks or is an address stays."""
    return found[1] or f"\\{found[2]}"


def _message(finding: Finding, language: str) -> str:
    """What the finding says, then its help.

    Braces are doubled, as section 3.11.5 asks; `](` is parted, as it would make a link (section 3.11.6) of what a stranger
    wrote.
    """
    text = with_help(finding, language, "\n")
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(file: str, finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(file)}}
    if finding.line:
        physical["region"] = {"startLine": finding.line}
        if finding.column:
            physical["region"]["startColumn"] = finding.column
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.key:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.key}]
    return location

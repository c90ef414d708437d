"""JUnit XML, as GitLab, Jenkins and the test reporters of GitHub read it: a test suite per file.

In it one test case per rule that has something to say, as readers keep only one failure of a test case and only one test
case of a name. Errors are its failure; warnings, which fail nothing, are its output. A valid file is a test case that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from xml.etree import ElementTree

from ...schemas.finding import Finding, Severity
from . import Checked
from .harmless import one_line
from .identity import path
from .text import sentences, statement


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """The suites one after the other, within one document."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="publiccode validate">\n'
    for one in checked:
        suite = _suite(one, language)
        ElementTree.indent(suite)
        yield ElementTree.tostring(suite, encoding="unicode") + "\n"
    yield "</testsuites>\n"


def _suite(checked: Checked, language: str) -> ElementTree.Element:
    file = one_line(path(checked.file))
    by_rule: dict[str, list[Finding]] = {}
    for finding in checked.assessment.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    # No time was measured, but some readers do not expect it to be missing.
    suite = ElementTree.Element("testsuite", name=file, errors="0", skipped="0", time="0")
    if checked.assessment.valid:
        _case(suite, file, "valid")
    for rule, findings in by_rule.items():
        case = _case(suite, file, rule)
        if findings[0].line:
            case.set("line", str(findings[0].line))
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        if errors:
            failure = ElementTree.SubElement(case, "failure", type=rule, message=statement(errors[0], language))
            failure.text = _text(checked.file, errors, language)
        warnings = [finding for finding in findings if finding.severity is not Severity.ERROR]
        if warnings:
            ElementTree.SubElement(case, "system-out").text = _text(checked.file, warnings, language)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    return suite


def _case(suite: ElementTree.Element, file: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=file, name=name, file=file, time="0")


def _text(file: str, findings: list[Finding], language: str) -> str:
    return "\n".join(chain.from_iterable(sentences(file, finding, language) for finding in findings))

"""By what the entries of a report are chosen, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ...registry.audit.report import Report
from ...schemas.licensing.found import NOASSERTION
from ..language import pick
from ..translation import gettext
from .audit_words import filter_words, only_words, rule_words
from .license_words import license_title

if TYPE_CHECKING:
    from .audit_values import Teller


def filter_told(teller: Teller, report: Report, name: str, value: str) -> dict[str, str]:
    """A filter and its value, each with what it is called."""
    words: Mapping[str, Callable[[str], str]] = {
        "code": lambda code: teller.sentences.titled(code)["title"],
        "besides": lambda code: teller.sentences.titled(code)["title"],
        "rule": lambda rule: teller.once(rule_words, rule),
        "concluded": lambda license_id: (
            gettext("not known") if license_id == NOASSERTION else license_title(license_id)
        ),
        "publisher": lambda slug: _called(teller, report, slug),
        "only": only_words,
    }
    told = words[name](value) if name in words else value
    return {"name": name, "title": filter_words(name), "value": value, "value_title": told}


def filters_told(teller: Teller, report: Report) -> str:
    """A sentence that says of what the report is a part; empty where it is whole."""
    if not report.narrowed:
        return ""
    told = [filter_told(teller, report, *one) for one in report.narrowed]
    chosen = gettext("; ").join(f"{one['title']}{gettext(': ')}{one['value_title']}" for one in told)
    return gettext("A part of the report: the entries chosen by %(filters)s.", filters=chosen)


def _called(teller: Teller, report: Report, slug: str) -> str:
    owner = next((one.publisher for one in report.owners if one.publisher.slug == slug), None)
    return str(pick(owner.names, teller.language, owner.name)["text"]) if owner else slug

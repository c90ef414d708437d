"""What a check answers: Severity, Message, Finding, Assessment."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = ("en", "zh-Hant")


class Severity(StrEnum):
    """How much a finding weighs: an error makes the file invalid, a warning never does."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that can be said in each of our languages.

    `template` is English with `{name}` placeholders and at the same time the key of the translation (gettext msgid);
    `values` fill the placeholders. Kept apart so that a finding stored last year is still readable in a language
    added this year.
    """

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.template.format(**dict(self.values))

    def in_language(self, language: str) -> str:
        """The sentence in `language` (BCP 47); in English where it has no translation."""
        return translated("findings", self.template, language).format(**dict(self.values)) if self.template else ""


def message(template: str, **values: object) -> Message:
    """A Message of `template` and its `values`; marks the template for translation."""
    return Message(template, tuple((name, str(value)) for name, value in values.items()))


def translated(domain: str, text: str, language: str) -> str:
    """`text` in `language` (BCP 47) by the translations of `domain` (a file's name); `text` itself where there is none."""
    return _catalogue(domain, language).gettext(text)


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    folder = language.replace("-", "_")
    return gettext.translation(domain, TRANSLATIONS, languages=[folder], fallback=True)


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of one rule about one place in the file. Never raised, equal by all fields.

    `key` is the path as the field writes it (`description.zh-Hant.features[0]`), empty for the whole file; `line` and
    `column` count from 1, and are 0 where there is no place.
    """

    rule: str
    severity: Severity
    key: str
    message: Message
    line: int = 0
    column: int = 0
    help: Message = Message("")

    def printed(self, path: str, language: str = "en") -> str:
        """The finding as the field prints it: `publiccode.yml:31:3: error: legal.license: … [license-known]`, then the help."""
        key = f"{self.key}: " if self.key else ""
        text = f"{path}:{self.line}:{self.column}: {self.severity}: {key}{self.message.in_language(language)} [{self.rule}]"
        step = self.help.in_language(language)
        return f"{text}\n  help: {step}" if step else text

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The finding as people and machines read it."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "key": self.key,
            "message": self.message.in_language(language),
            "line": self.line,
            "column": self.column,
            "help": self.help.in_language(language),
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings about one candidate, and what the file says.

    `values` is the file's content as plain mappings, lists, strings and booleans (None where it could not be read).
    """

    findings: tuple[Finding, ...]
    values: Mapping[str, Any] | None

    @property
    def valid(self) -> bool:
        """No finding is an error: what the standard asks."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def usable(self) -> bool:
        """The file could be read and has a name, an address and a description in some language: what the catalogue shows."""
        values = self.values or {}
        descriptions = values.get("description")
        return bool(
            _text(values.get("name"))
            and _text(values.get("url"))
            and isinstance(descriptions, Mapping)
            and any(
                isinstance(text, Mapping)
                and (_text(text.get("shortDescription")) or _text(text.get("longDescription")))
                for text in descriptions.values()
            )
        )

    @property
    def summary(self) -> Message:
        """Both verdicts and the number of findings, in one line."""
        count = len(self.findings)
        if self.valid:
            return message("valid; findings: {count}", count=count)
        if self.usable:
            return message("not valid, but usable; findings: {count}", count=count)
        return message("not valid and not usable; findings: {count}", count=count)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

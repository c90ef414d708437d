"""What an audit report says of one entry in sentences: its verdict, what was concluded, and what the policy says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...registry.audit.lines import Line
from ...registry.audit.told import explanations, leaves_versions_open, text_of
from ...registry.models import LicenseVerdictRecord
from ...schemas.licensing.families import base
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.policy import OF_CODES, Violation
from ...schemas.licensing.verdict import Code
from ..presenting import say
from .audit_words import code_words, level_words, rule_words

_CODE_OF: Mapping[str, str] = {rule: str(code) for code, rule in OF_CODES.items()}


@dataclass(frozen=True)
class Sentences:
    """Makes them; `once` asks for the words of a value once."""

    once: Callable[..., Any]
    _of_verdicts: dict[object, list[dict[str, str]]] = field(default_factory=dict, compare=False)

    def codes(self, line: Line) -> list[dict[str, str]]:
        """Each code with its title, and what stands where in this case."""
        record = line.entry.verdict
        key = (record.id if record else None, line.codes)
        if key not in self._of_verdicts:
            self._of_verdicts[key] = list(self._codes(line))
        return self._of_verdicts[key]

    def _codes(self, line: Line) -> list[dict[str, str]]:
        record = line.entry.verdict
        if record is None or not set(line.codes) <= set(Code):
            return [{**self.titled(code), "told": self.once(code_words, code)["meaning"]} for code in line.codes]
        return [
            {
                "code": str(one.code),
                "title": self.once(say, text_of(one.code, record).title),
                "told": self.once(say, one.text),
            }
            for one in explanations(record)
        ]

    def meanings(self, line: Line) -> list[dict[str, str]]:
        """Each code with what it means and how to repair what it tells."""
        record = line.entry.verdict
        if record is None or not set(line.codes) <= set(Code):
            return [self.once(code_words, code) for code in line.codes]
        texts = [(code, text_of(Code(code), record)) for code in line.codes]
        return [
            {"code": code, "title": say(text.title), "meaning": say(text.meaning), "repair": say(text.repair)}
            for code, text in texts
        ]

    def titled(self, code: str) -> dict[str, str]:
        """A code with its title."""
        return {"code": code, "title": self.once(code_words, code)["title"]}

    def verdict(self, line: Line) -> dict[str, Any]:
        """A verdict in short, for telling it from another."""
        verdict = line.entry.verdict
        return {
            "codes": [{"code": told["code"], "title": told["title"]} for told in self.codes(line)],
            "declared": verdict.declared if verdict else "",
            **concluded(verdict),
        }

    def violation(self, line: Line, told: Violation) -> dict[str, Any]:
        """What a rule says of an entry: with what stands where, or what an auditor concluded, as far as the verdict tells it."""
        code = _CODE_OF.get(told.rule, "")
        facts = next((one for one in self.codes(line) if one["code"] == code), {})
        level, record = str(told.level), line.entry.verdict
        # The rule's own title speaks of the licence files.
        title = facts.get("title") if record and record.conclusion_id is not None else None
        return {
            "rule": told.rule,
            "title": title or self.once(rule_words, told.rule),
            "level": level,
            "level_title": self.once(level_words, level),
            "message": facts.get("told") or self.once(say, told.message),
            "help": self.once(say, told.help),
        }


def concluded(record: LicenseVerdictRecord | None) -> dict[str, Any]:
    """What was concluded: as the SPDX list writes it, and as people are told, which claims no more than the texts do."""
    if record is None:
        return {"concluded": NOASSERTION, "concluded_title": NOASSERTION, "versions_open": False}
    is_open = leaves_versions_open(record)
    return {
        "concluded": record.concluded,
        "concluded_title": base(record.concluded) if is_open else record.concluded,
        "versions_open": is_open,
    }

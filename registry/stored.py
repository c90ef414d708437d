"""Values of `schemas/` in the form in which tables keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..schemas.finding import Finding, Message, Severity


def message_to_json(message: Message) -> dict[str, Any]:
    """A message as a table keeps it: the template and its values, so that it can be said in any language later."""
    return {"template": message.template, "values": dict(message.values)}


def message_from_json(data: Mapping[str, Any]) -> Message:
    """The message back."""
    return Message(data["template"], tuple(data["values"].items()))


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding as a table keeps it."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "key": finding.key,
        "message": message_to_json(finding.message),
        "line": finding.line,
        "column": finding.column,
        "help": message_to_json(finding.help),
    }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """The finding back."""
    return Finding(
        data["rule"],
        Severity(data["severity"]),
        data["key"],
        message_from_json(data["message"]),
        data["line"],
        data["column"],
        message_from_json(data["help"]),
    )


def without_persons(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a file says, less the persons in it: contacts and the contractors' e-mail stand in the stored file alone."""
    if values is None:
        return None
    kept = dict(values)
    maintenance = kept.get("maintenance")
    if isinstance(maintenance, Mapping):
        maintenance = {name: value for name, value in maintenance.items() if name != "contacts"}
        contractors = maintenance.get("contractors")
        if isinstance(contractors, list):
            maintenance["contractors"] = [
                {name: value for name, value in entry.items() if name not in ("email", "phone")}
                for entry in contractors
                if isinstance(entry, Mapping)
            ]
        kept["maintenance"] = maintenance
    elif maintenance is not None:
        del kept["maintenance"]
    return kept

"""Values of `schemas/` in the form in which tables keep them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..schemas.finding import Finding, Message, Severity

# The keys under which persons stand, as the standard writes them or nearly so, and those that tell who somebody is.
PERSONS = re.compile(r"contacts?|contractors?", re.IGNORECASE)
NAMING = re.compile(r"(?:.*[ _-])?(?:e-?mail|mail|\w*name|\w*phone|tel|fax|mobile)s?", re.IGNORECASE)
IMPERSONAL = ("affiliation", "until")
_OWN_KEYS = {"maintenance", "type", "contact", "contacts", "contractor", "contractors", "website", *IMPERSONAL}
_KEY = re.compile(r"[a-z][A-Za-z_-]*")
_PRIVATE = re.compile(r"contacts?|e?[-_ ]?mails?|(?:tele|mobile[-_ ]?)?phones?|tel|fax", re.IGNORECASE)
_COMPANY = ("name", "website", "until")


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


def names_persons(key: str) -> bool:
    """Whether this top-level key's part of the file is where persons are named."""
    return key.casefold() == "maintenance" or PERSONS.fullmatch(key) is not None


def is_key(text: str, inside: bool) -> bool:
    """Whether `text` is written as keys are; where persons are named (`inside`) any other text may be somebody's name."""
    if inside:
        return text.casefold() in _OWN_KEYS or NAMING.fullmatch(text) is not None
    return _KEY.fullmatch(text) is not None


def without_persons(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a file says, less the persons in it: contacts, e-mails and phones stand in the stored file alone.

    Of the contractors the companies stay, where they are written as the standard asks (a list of mappings). An e-mail
    within prose stays: the publisher wrote it for the readers.
    """
    if values is None:
        return None
    kept: dict[str, Any] = _without_contacts(values)
    if not isinstance(kept.get("maintenance", {}), Mapping):
        del kept["maintenance"]
    return kept


def _without_contacts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_contacts(entry) for entry in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _companies(entry) if PERSONS.fullmatch(key) else _without_contacts(entry)
        for key, entry in value.items()
        if not _PRIVATE.fullmatch(key) and (isinstance(entry, list) or not PERSONS.fullmatch(key))
    }


def _companies(contractors: list[Any]) -> list[dict[str, Any]]:
    return [
        {key: _without_contacts(entry[key]) for key in _COMPANY if key in entry}
        for entry in contractors
        if isinstance(entry, Mapping)
    ]

"""Which licences each source names, for lists and forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ...vocabularies import licenses
from . import eu_checker, eupl, fsf, osadl, texts
from .ids import license_of
from .rules import Rule


@cache
def known(source: str) -> tuple[str, ...]:
    """The ids that a source of SOURCES names, without those that SPDX deprecates; empty for `kinds`, which asks for the family."""
    if source == "osadl":
        return tuple(name for name in osadl.licenses() if "LicenseRef-" not in name)
    names = _NAMED.get(source, frozenset())
    return tuple(
        sorted(
            (
                identifier
                for identifier, entry in licenses().values()
                if not entry.get("deprecated") and ({identifier, license_of(identifier).base} & names)
            ),
            key=str.lower,
        )
    )


@cache
def all_known() -> tuple[str, ...]:
    """Every licence that some source names."""
    sources = (*_NAMED, "osadl")
    return tuple(sorted({name for source in sources for name in known(source)}, key=str.lower))


def _of(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(name for rule in rules for name in (*rule.inbound, *rule.outbound))


_NAMED: Mapping[str, frozenset[str]] = {
    "license-texts": _of(texts.RULES) | texts.FOR_CONTENT,
    "eupl": _of(eupl.RULES),
    "fsf": fsf.KNOWN,
    "creative-commons": _of(texts.CC_RULES),
    "eu-checker": _of(eu_checker.RULES),
}

"""What the address of an audit page asks for: days, filters, order, page; and the lines that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from ...registry.audit.lines import LEVELS, Line
from ...registry.audit.report import Report, narrow, order
from ...schemas.licensing.expression import ExpressionError, parse_expression
from ...schemas.licensing.found import NOASSERTION
from ..errors import Problem
from ..translation import gettext
from .sbom_downloads import downloads
from .software import page_number

PAGE, LONGEST = 50, 200
FILTERS = ("code", "besides", "rule", "declared", "concluded", "publisher", "only")
SORTS: Mapping[str, Callable[[Line], Any]] = {
    "name": lambda line: (line.entry.name.casefold(), line.entry.slug),
    "publisher": order,
    "declared": lambda line: line.entry.verdict.declared.casefold() if line.entry.verdict else "",
    "concluded": lambda line: line.license.casefold(),
    "verdict": lambda line: line.code,
    "findings": lambda line: (LEVELS.index(line.level) if line.level else len(LEVELS), -len(line.open)),
}
USUAL_SORT = "findings"
FINDINGS, WAIVED = ONLY = ("findings", "waived")  # entries with findings that are not waived, with waived ones


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `place` are endpoint and slug; `days` what it says of days, as it was written."""

    place: Mapping[str, str]
    days: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: str = USUAL_SORT
    page: int = 1

    def address(self, form: str = "html") -> str:
        """Where this is found; what is usual is not repeated in the address."""
        sort = self.sort if self.sort != USUAL_SORT else None
        page = self.page if self.page > 1 else None
        name = self.place["endpoint"]
        return url_for(name, form=form, **self._slug, **self.kept, **self.filters, sort=sort, page=page)

    @property
    def kept(self) -> dict[str, Any]:
        """What every address of the same report has."""
        return {**self.days, **({"alone": "1"} if self.alone else {})}

    @property
    def plain(self) -> str:
        """The page alone, for forms, which bring the rest."""
        return url_for(self.place["endpoint"], form="html", **self._slug)

    @property
    def unfiltered(self) -> str:
        """All lines of the same report."""
        return replace(self, filters={}, page=1).address()

    def only(self, name: str, value: str) -> str:
        """The lines of one kind, by no other filter."""
        return replace(self, filters={name: value}, page=1).address() + "#lines"

    def report(self, form: str, whole: bool = False) -> str:
        """The report in one of its forms, of the entries that the filters leave; `whole`: of all."""
        page = self.place["endpoint"].removesuffix("_report")
        filters = {} if whole else self.filters
        return url_for(f"{page}_report", form=form, **self._slug, **self.kept, **filters)

    def only_report(self, name: str, value: str) -> str:
        """The report to print of the entries of one kind."""
        return replace(self, filters={name: value}).report("html")

    @property
    def sboms(self) -> list[dict[str, str]]:
        """Where the bills of materials of the same software and day are; all of it, whatever the filters leave."""
        name = self.place["endpoint"].rpartition(".")[2].removesuffix("_report")
        kept = {key: value for key, value in self.kept.items() if key in ("as-of", "alone")}
        return downloads(name, **self._slug, **kept)

    def linked(self, name: str, rows: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
        """Counts with the address of the lines that each is about."""
        chosen = self.filters.get(name)
        return [{**row, "address": self.only(name, row[key]), "chosen": row[key] == chosen} for row in rows]

    @property
    def _slug(self) -> dict[str, Any]:
        return {key: value for key, value in self.place.items() if key != "endpoint"}

    def sorted_by(self, sort: str) -> Asked:
        """The same in another order; from the first page."""
        return replace(self, sort=sort, page=1)

    def lines(self, report: Report) -> list[Line]:
        """The lines that the filters leave, in the order that is asked for."""
        left = chosen(report, self.filters)
        return sorted(left, key=SORTS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))


def chosen(report: Report, filters: Mapping[str, Any]) -> list[Line]:
    """The lines that these filters leave; a publisher is meant with all bodies below it."""
    ids = next((one.ids for one in report.owners if one.publisher.slug == filters.get("publisher")), frozenset())
    return [
        line
        for line in report.lines
        if ("publisher" not in filters or line.entry.publisher.id in ids)
        and all(_FITS[name](line, value) for name, value in filters.items() if name != "publisher")
    ]


def narrowed(report: Report, filters: Mapping[str, Any]) -> Report:
    """The report of the lines that these filters leave; the whole one where there are none."""
    return narrow(report, chosen(report, filters), filters) if filters else report


@lru_cache(maxsize=5_000)
def licenses_in(expression: str) -> tuple[str, ...]:
    """The licences that are named in an expression; none, where it is no expression."""
    try:
        return parse_expression(expression).licenses if expression != NOASSERTION else ()
    except ExpressionError:
        return ()


def declared_in(line: Line) -> frozenset[str]:
    """By what an entry is found that declares something: as it stands there, and each licence in it."""
    verdict = line.entry.verdict
    return frozenset(filter(None, (verdict.declared, *licenses_in(verdict.normalized)))) if verdict else frozenset()


def concluded_in(line: Line) -> frozenset[str]:
    """By what an entry is found of which something was concluded: `GPL-3.0` where its text leaves later versions open.

    NOASSERTION, where nothing could be concluded.
    """
    verdict = line.entry.verdict
    if verdict is None:
        return frozenset()
    said = NOASSERTION if verdict.concluded == NOASSERTION else line.license
    return frozenset((said, *licenses_in(said)))


def _only(line: Line, value: str) -> bool:
    return bool(line.waived if value == WAIVED else line.open)


_FITS: Mapping[str, Callable[[Line, str], bool]] = {
    "code": lambda line, value: value == line.code,
    "besides": lambda line, value: value in line.codes[1:],
    "rule": lambda line, value: any(told.rule == value for told in line.violations),
    "declared": lambda line, value: value in declared_in(line),
    "concluded": lambda line, value: value in concluded_in(line),
    "only": _only,
}


def read_asked(place: Mapping[str, str], arguments: MultiDict[str, str]) -> Asked:
    """What a query string asks for.

    Raises:
        Problem: 400; a parameter is not of its kind. The text names it.

    """
    filters = {name: arguments[name] for name in FILTERS if arguments.get(name)}
    for name, value in filters.items():
        if len(value) > LONGEST:
            raise Problem(400, gettext("%(name)s may have %(limit)s characters at most.", name=name, limit=LONGEST))
    if filters.get("only", WAIVED) not in ONLY:
        raise Problem(400, gettext("only must be one of: %(values)s.", values=", ".join(ONLY)))
    sort = arguments.get("sort") or USUAL_SORT
    if sort.removeprefix("-") not in SORTS:
        raise Problem(400, gettext("sort must be one of: %(values)s.", values=", ".join(SORTS)))
    days = {name: arguments[name] for name in ("as-of", "since") if arguments.get(name)}
    return Asked(place, days, arguments.get("alone") == "1", filters, sort, page_number(arguments))


def current() -> Asked:
    """What the request asks for."""
    named = {key: str(value) for key, value in (request.view_args or {}).items() if key not in ("form", "lang")}
    return read_asked({"endpoint": str(request.endpoint), **named}, request.args)

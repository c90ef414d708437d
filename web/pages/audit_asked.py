"""What the address of an audit page asks for: days, filters, order, page; and the lines that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from ...registry.audit.lines import LEVELS, Line
from ...registry.audit.report import order
from ..errors import Problem
from ..translation import gettext
from .software import page_number

PAGE, LONGEST = 50, 200
FILTERS = ("code", "rule", "license", "publisher", "waived")
SORTS: Mapping[str, Callable[[Line], Any]] = {
    "name": lambda line: (line.entry.name.casefold(), line.entry.slug),
    "publisher": order,
    "declared": lambda line: line.entry.verdict.declared.casefold() if line.entry.verdict else "",
    "concluded": lambda line: line.license.casefold(),
    "verdict": lambda line: line.code,
    "findings": lambda line: (LEVELS.index(line.level) if line.level else len(LEVELS), -len(line.open)),
}
USUAL_SORT = "findings"


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

    def report(self, form: str) -> str:
        """The whole report in one of its forms; the table has the lines that are left."""
        filters = self.filters if form == "csv" else {}
        page = self.place["endpoint"].removesuffix("_report")
        return url_for(f"{page}_report", form=form, **self._slug, **self.kept, **filters)

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

    def lines(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that the filters leave, in the order that is asked for."""
        left = [line for line in lines if all(_FITS[name](line, value) for name, value in self.filters.items())]
        return sorted(left, key=SORTS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))


def _waived(line: Line, value: str) -> bool:
    return bool(line.waived) if value == "yes" else bool(line.open)


_FITS: Mapping[str, Callable[[Line, str], bool]] = {
    "code": lambda line, value: value in line.codes,
    "rule": lambda line, value: any(told.rule == value for told in line.violations),
    "license": lambda line, value: value in line.ids or value == line.license,
    "publisher": lambda line, value: line.entry.publisher.slug == value,
    "waived": _waived,
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
    if filters.get("waived", "yes") not in ("yes", "no"):
        raise Problem(400, gettext("waived must be one of: %(values)s.", values="yes, no"))
    sort = arguments.get("sort") or USUAL_SORT
    if sort.removeprefix("-") not in SORTS:
        raise Problem(400, gettext("sort must be one of: %(values)s.", values=", ".join(SORTS)))
    days = {name: arguments[name] for name in ("as-of", "since") if arguments.get(name)}
    return Asked(place, days, arguments.get("alone") == "1", filters, sort, page_number(arguments))


def current() -> Asked:
    """What the request asks for."""
    named = {key: str(value) for key, value in (request.view_args or {}).items() if key not in ("form", "lang")}
    return read_asked({"endpoint": str(request.endpoint), **named}, request.args)

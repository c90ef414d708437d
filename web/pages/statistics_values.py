"""The sections of the pages of figures: of each series a sentence, what is drawn, today's numbers, and the table over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.facets import UNKNOWN
from ...registry.statistics import BANDS, SERIES, USED, Counts, Statistics
from ...schemas.licensing.verdict import NOT_COMPARED
from ..translation import gettext, month, number, share
from .charts import MOST_LINES, Line, chart, letter, swatch
from .spreadsheet import spreadsheet
from .statistics_words import Names, known, series_note, series_title

_ORDER = {
    "entries": ("shown", "added", "gone", "tombstones"),
    "validity": ("valid", "invalid"),
    "activity": BANDS,
    "without-file": ("repositories",),
    "reuse": ("variants", USED, CONFIRMED, CLAIMED),
}
"""The series whose names have an order of their own; the others go by today's count."""
_PARTS = ("findings", "licenses", "families", "verdicts", "activity", "maintenance", "languages", "publishers", "reuse")
"""The series that are shown as bars of today."""
SHOWN_BARS = 5  # the rest is folded


class Sections:
    """Makes the sections of one page; `publisher` is the slug of the one that it is about, empty for the whole catalogue."""

    def __init__(self, told: Statistics, names: Names, publisher: str = "", only_valid: bool = False) -> None:
        self.told, self.names, self.publisher, self.only_valid = told, names, publisher, only_valid

    def all(self) -> list[dict[str, Any]]:
        """The sections that have something to tell; publishers only where there are several."""
        return [
            self._section(series)
            for series in SERIES
            if series != "publishers" or len(self.told.series["publishers"]) > 1 or not self.publisher
        ]

    def _section(self, series: str) -> dict[str, Any]:
        counts = self.told.series[series]
        ordered = self._ordered(series, counts)
        return {
            "id": series,
            "title": series_title(series),
            "note": series_note(series, self.only_valid),
            "sentence": self._sentence(series),
            "values": [self._value(series, name, counts.get(name, ())) for name in ordered],
            **({"medians": list(self.told.medians)} if series == "activity" else {}),
            "csv": self.csv(series),
        }

    def csv(self, series: str) -> str:
        """Where the numbers of a series are as CSV; of all: `all`."""
        if self.publisher:
            return url_for("statistics.publisher_table", slug=self.publisher, series=series)
        return url_for("statistics.table", series=series)

    def _ordered(self, series: str, counts: Counts) -> Sequence[str]:
        if series in _ORDER:
            return _ORDER[series]
        return sorted(counts, key=lambda name: (-counts[name][-1], -max(counts[name]), name))

    def _value(self, series: str, name: str, counts: Sequence[int]) -> dict[str, Any]:
        today = counts[-1] if counts else 0
        finding = {"severity": self.names.severity(name), "rule_page": self.names.rule_page(name)}
        return {
            "name": self.names.key(series, name),
            "title": self.names.title(series, name),
            **(finding if series == "findings" else {}),
            "today": today,
            "address": self.names.address(series, name, self.publisher) if today else "",
            "counts": list(counts) or [0] * len(self.told.days),
        }

    def _sentence(self, series: str) -> str:
        """What the section shows, in a sentence."""
        last, entries = self.told.last, self.told.entries
        match series:
            case "entries":
                if len(self.told.days) < 2:
                    return gettext("%(count)s entries are shown.", count=number(entries))
                return gettext(
                    "%(count)s entries are shown; at the end of the month before: %(before)s.",
                    count=number(entries),
                    before=number(self.told.series[series]["shown"][-2])
                    if "shown" in self.told.series[series]
                    else "0",
                )
            case "validity":
                part, shared = number(last(series, "valid")), share(last(series, "valid"), entries)
                return gettext(
                    "Without errors: %(part)s of %(all)s (%(share)s).", part=part, all=number(entries), share=shared
                )
            case "findings":
                spoken = sum(counts[-1] > 0 for counts in self.told.series[series].values())
                return gettext("Rules that speak of entries today: %(count)s.", count=number(spoken))
            case "verdicts":
                compared = entries - last(series, NOT_COMPARED)
                return gettext("Compared: %(part)s of %(all)s entries.", part=number(compared), all=number(entries))
            case "activity":
                with_index = entries - last(series, UNKNOWN)
                median = known(self.told.medians[-1]) if self.told.medians else "–"
                return gettext(
                    "Entries with an activity index: %(part)s of %(all)s; median: %(median)s.",
                    part=number(with_index),
                    all=number(entries),
                    median=median,
                )
            case "without-file":
                return gettext("Without a file: %(count)s.", count=number(last(series, "repositories")))
            case "reuse":
                return gettext(
                    "Used by others: %(used)s of %(all)s entries. Variants of other software: %(variants)s.",
                    used=number(last(series, USED)),
                    all=number(entries),
                    variants=number(last(series, "variants")),
                )
        first = next(iter(self._ordered(series, self.told.series[series])), None)
        if first is None or not last(series, first):
            return gettext("Nothing is known yet.")
        return gettext(
            "Most frequent: %(name)s (%(count)s of %(all)s entries).",
            name=self.names.title(series, first),
            count=number(last(series, first)),
            all=number(entries),
        )

    def drawn(self, section: Mapping[str, Any]) -> dict[str, Any]:
        """For the template: the chart with its legend, the table over time, and today's bars."""
        series, days = section["id"], self.told.days
        lines = self._lines(section)
        moments = [month(day) for day in days[:-1]] + [gettext("today")] if days else []
        titles = [line.title for line in lines]
        image = Markup("")
        if len(days) > 1 and any(any(line.values) for line in lines):
            image = chart(f"chart-{series}", section["title"], self._described(lines, moments), moments, lines, number)
        legend = [
            {
                "letter": letter(place) if len(lines) > 1 else "",
                "title": line.title,
                "swatch": swatch(place),
                "last": known(line.values[-1]),
            }
            for place, line in enumerate(lines)
            if line.values
        ]
        columns = self._columns(section, lines)
        return {
            "chart": image,
            "legend": legend if image else [],
            "columns": [title for title, _ in columns],
            "rows": [
                (moment, day.isoformat(), [known(values[place]) for _, values in columns])
                for place, (moment, day) in reversed(list(enumerate(zip(moments, days, strict=True))))
            ],
            "bars": self._bars(section) if series in _PARTS else [],
            "titles": titles,
        }

    def _lines(self, section: Mapping[str, Any]) -> list[Line]:
        series, values = section["id"], section["values"]
        if series == "activity":
            return [Line(self.names.title("", "median"), self.told.medians)]
        if series == "publishers":
            many = [sum(one["counts"][place] > 0 for one in values) for place in range(len(self.told.days))]
            return [Line(gettext("publishers with entries"), many)]
        if series == "entries":
            values = values[:1]
        named = values if len(values) <= MOST_LINES else values[: MOST_LINES - 1]
        # The rest has no sum that means something: entries count several times in a series.
        return [Line(one["title"], one["counts"]) for one in named]

    def _columns(self, section: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[str, Sequence[float | None]]]:
        """The table over time: what is drawn, of entries what came and went, of the activity how many are in each band."""
        drawn = [(line.title, line.values) for line in lines]
        if section["id"] in ("entries", "activity"):
            return [
                *(drawn if section["id"] == "activity" else []),
                *((one["title"], one["counts"]) for one in section["values"]),
            ]
        return drawn

    def _described(self, lines: Iterable[Line], moments: Sequence[str]) -> str:
        """The facts of a chart for who does not see it."""
        told = []
        for line in lines:
            known_ = [(value, moments[place]) for place, value in enumerate(line.values) if value is not None]
            if known_:
                most = max(known_, key=lambda pair: pair[0])
                told.append(
                    gettext(
                        "%(title)s: %(first)s (%(first_day)s), %(last)s (%(last_day)s), most %(most)s (%(most_day)s).",
                        title=line.title,
                        first=number(known_[0][0]),
                        first_day=known_[0][1],
                        last=number(known_[-1][0]),
                        last_day=known_[-1][1],
                        most=number(most[0]),
                        most_day=most[1],
                    )
                )
        return " ".join(told)

    def _bars(self, section: Mapping[str, Any]) -> list[dict[str, Any]]:
        entries = self.told.entries
        wanted = [one for one in section["values"] if one["today"] or section["id"] in ("activity", "reuse")]
        return [
            {
                **one,
                "number": number(one["today"]),
                "share": share(one["today"], entries),
                "width": f"{100 * one['today'] / entries if entries else 0:.2f}",
            }
            for one in wanted
        ]


def written(told: Statistics, names: Names, series: Sequence[str], of: tuple[str, str], as_of: str) -> str:
    """The numbers as CSV: a line for each day and name. `of`: name and identifier of the publisher, or empty."""
    rows = [_heading()]
    for one in series:
        for name, values in _values(told, one):
            title = names.title(one, name)
            for day, value in zip(told.days, values, strict=True):
                told_ = "" if value is None else f"{value:g}"
                about = names.of(one, name) or of
                rows.append(
                    (day.isoformat(), one, names.key(one, name), title, told_, *about, as_of, str(told.sequence))
                )
    return spreadsheet(rows)


def _values(told: Statistics, series: str) -> list[tuple[str, Sequence[float | None]]]:
    counts = told.series[series]
    none = (0,) * len(told.days)
    named: list[tuple[str, Sequence[float | None]]] = [
        (name, counts.get(name, none)) for name in dict.fromkeys((*_ORDER.get(series, ()), *counts))
    ]
    return [*named, ("median", told.medians)] if series == "activity" else named


def _heading() -> Sequence[str]:
    return (
        gettext("Day"),
        gettext("Series"),
        gettext("Value"),
        gettext("Name"),
        gettext("Number"),
        gettext("Publisher"),
        gettext("Identifier of the publisher"),
        gettext("As of"),
        gettext("Last event counted"),
    )

"""What changed since an earlier moment, as values: what the JSON holds, and what pages, prints and the terminal show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...registry.audit.changes import Changes, ConclusionChange, Move, VerdictChange, WaiverChange
from ..translation import gettext
from .audit_words import method_words

if TYPE_CHECKING:
    from .audit_values import Teller

Tell = Callable[[Any], dict[str, Any]]


def all_changes(told: Changes, teller: Teller) -> dict[str, Any]:
    """What changed, by kind; `begins` is when the catalogue began, where that lies in between."""
    begins = {"begins": teller.moment(told.begins)}
    return begins | {name: [tell(one) for one in rows] for name, rows, tell in _kinds(told, teller)}


def counted_changes(told: Changes, teller: Teller, most: int) -> dict[str, Any]:
    """The same: of each kind how it is called, how many there are, and the first `most`."""
    words = change_words()
    return {"begins": teller.moment(told.begins)} | {
        name: {"title": words[name], "count": len(rows), "first": [tell(one) for one in rows[:most]]}
        for name, rows, tell in _kinds(told, teller)
    }


def change_words() -> dict[str, str]:
    """What each kind of change is called, in the order in which they are told."""
    return {
        "new": gettext("New findings"),
        "resolved": gettext("Resolved findings"),
        "settled": gettext("Settled by an auditor"),
        "unweighed": gettext("No longer weighed by the policy"),
        "otherwise": gettext("No longer found, though nothing was changed there: compared in another way"),
        "verdicts": gettext("Other verdicts or licences"),
        "concluded": gettext("Conclusions given"),
        "conclusions_ended": gettext("Conclusions ended"),
        "waived": gettext("Waivers given"),
        "waivers_ended": gettext("Waivers ended"),
        "added": gettext("Entries added"),
        "removed": gettext("Entries removed"),
        "moved": gettext("Moved to another publisher"),
        "method": gettext("Judged by something else"),
    }


def _kinds(told: Changes, teller: Teller) -> Iterator[tuple[str, Sequence[Any], Tell]]:
    telling: Mapping[str, Tell] = {
        "verdicts": lambda one: _verdict(one, teller),
        "concluded": lambda one: _conclusion(one, teller),
        "conclusions_ended": lambda one: _conclusion(one, teller),
        "waived": lambda one: _waiver(one, teller),
        "waivers_ended": lambda one: _waiver(one, teller),
        "added": teller.named,
        "removed": teller.named,
        "moved": lambda one: _move(one, teller),
        "method": lambda one: _method(one, teller),
    }
    for name in change_words():
        yield name, getattr(told, name), telling.get(name, teller.spoken)


def _verdict(one: VerdictChange, teller: Teller) -> dict[str, Any]:
    sentences = teller.sentences
    return {**teller.named(one.now), "before": sentences.verdict(one.before), "now": sentences.verdict(one.now)}


def _conclusion(one: ConclusionChange, teller: Teller) -> dict[str, Any]:
    return {**teller.named(one.line), **teller.conclusion(one.conclusion)}


def _waiver(one: WaiverChange, teller: Teller) -> dict[str, Any]:
    return teller.waiver_of(one.line, one.waiver)


def _move(one: Move, teller: Teller) -> dict[str, Any]:
    return {
        **teller.named(one.now),
        "before": teller.publisher(one.before.entry.publisher),
        "now": teller.publisher(one.now.entry.publisher),
    }


def _method(one: tuple[str, str, str], teller: Teller) -> dict[str, Any]:
    name, before, now = one
    return {"name": name, "title": teller.once(method_words, name), "before": before, "now": now}

"""What a comparison tells of each entry, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.activity import newest_activity
from ...registry.catalogue import Entry
from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.comparing import aligned
from ...registry.following import NOT_SPDX
from ...registry.models import ActivityRecord
from ...registry.neighbours import dependencies
from ...registry.search import Text
from ...registry.usage import Use, users_of
from ...schemas.vocabularies import label
from ..language import language_name, nearest, pick
from ..presenting import day
from ..translation import gettext
from .entry_compatible import compatible_data
from .entry_license import license_data
from .license_policies import rulings
from .license_words import family_title, license_page
from .listings import listed
from .publiccode_values import Description, Facts, Person, description, facts
from .result_cards import families_of
from .said import Said, web_address
from .summary import publisher_summary, reach
from .told_by_host import told_by_host

MOST_TOLD = 12  # values of one cell that the page shows; the data has all


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a cell: its text, the language where it is not the page's, where it leads, a remark.

    `dated`: a day that stands behind it and makes no difference. `sense`: what is compared, where that is not the text.
    """

    text: str
    language: str = ""
    address: str = ""
    remark: str = ""
    outside: bool = False
    dated: str = ""
    sense: str = ""

    @property
    def note(self) -> str:
        """What stands behind the text: the remark and the day."""
        return ", ".join(filter(None, (self.remark, self.dated)))


Cell = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `private`: for the page alone, as the contacts are."""

    key: str
    title: str
    cells: tuple[Cell, ...]
    private: bool = False

    @property
    def differs(self) -> bool:
        """Whether the entries do not all say the same, in whatever order; features alike do, where all have one."""
        if self.key == "feature":
            return not all(self.cells)
        said = {
            frozenset((value.sense or value.text.casefold(), "" if value.sense else value.remark) for value in cell)
            for cell in self.cells
        }
        return len(said) > 1

    def to_json(self) -> dict[str, Any]:
        """The row as machines read it: for each entry its values."""
        return {
            "key": self.key,
            "title": self.title,
            "differs": self.differs,
            "values": [[{"text": value.text, "remark": value.note} for value in cell] for cell in self.cells],
        }


@dataclass(frozen=True)
class Compared:
    """An entry with what its page would tell of it."""

    entry: Entry
    described: Description
    features: Mapping[str, tuple[str, ...]]
    facts: Facts
    license: Mapping[str, Any]
    host: Mapping[str, Any]
    listed: Sequence[Mapping[str, Any]]
    activity: tuple[int | None, str] | None
    policy: Mapping[str, Mapping[str, Any]]
    fits: Mapping[str, Any]
    users: Sequence[Use]


def compared(session: Session, entries: Sequence[Entry], policy: str, language: str) -> list[Compared]:
    """Reads all that is compared of these entries; `policy` is the instance's own."""
    ids = [entry.software.id for entry in entries]
    active, users = newest_activity(session, ids), users_of(session, ids)
    return [
        _compared(session, entry, policy, language, active.get(entry.software.id), users[entry.software.id])
        for entry in entries
    ]


def _compared(
    session: Session, entry: Entry, policy: str, language: str, active: ActivityRecord | None, users: Sequence[Use]
) -> Compared:
    values = catalogue.whole(session, entry)
    said = Said(values)
    licensed = license_data(session, entry, language)
    return Compared(
        entry,
        description(said, language, ""),
        _features_said(values),
        facts(said),
        licensed,
        told_by_host(session, entry),
        listed(session, entry, language),
        (active.index, day(active.at)) if active else None,
        _ruled(licensed["ids"], policy, language),
        compatible_data(session, entry),
        users,
    )


def _ruled(ids: Sequence[str], policy: str, language: str) -> dict[str, Mapping[str, Any]]:
    """What the instance's own policy says of each licence; nothing where it cannot be read, or of what is no licence id."""
    told = {
        one: next((ruling for ruling in rulings(one, policy, language) if ruling["in_force"]), None)
        for one in ids
        if one != NOT_SPDX
    }
    return {one: ruling for one, ruling in told.items() if ruling}


def _features_said(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The features in every language of the file that has some."""
    said = Said(values)
    found = {tag: said.texts("description", tag, "features") for tag in said.keys("description")}
    return {tag: features for tag, features in found.items() if features}


def rows(entries: Sequence[Compared], language: str) -> list[Row]:
    """The rows of the table, from who publishes it to where it was found; a row in which nobody says anything is left out."""
    made = [_row(key, title, (read(one, language) for one in entries)) for key, title, read in _readers()]
    at = next(number for number, row in enumerate(made) if row.key == "categories")
    made[at:at] = _features(entries, language)
    return [row for row in made if any(row.cells)]


def _row(key: str, title: str, cells: Iterable[Iterable[Value]]) -> Row:
    kept = tuple(tuple(value for value in cell if value.text) for cell in cells)
    return Row(key, title, kept, private=key == "contacts")


Reader = Callable[[Compared, str], Iterable[Value]]


def _readers() -> list[tuple[str, str, Reader]]:
    return [
        ("publisher", gettext("Publisher"), _publisher),
        ("summary", gettext("What it does"), _summary),
        ("categories", gettext("Categories"), _labels("categories", "categories")),
        ("scopes", gettext("Made for"), _labels("scopes", "scopes")),
        ("type", gettext("Kind of software"), _label("type", "software-types")),
        ("license", gettext("Licence declared"), _license),
        ("verdict", gettext("Licence text compared"), _verdict),
        ("fits", gettext("Licences inside, against the declared one"), _fits),
        ("policy", gettext("By the licence policy"), _policy),
        ("status", gettext("Development status"), _label("status", "development-status")),
        ("maintenance", gettext("Maintenance"), _label("maintenance", "maintenance-types")),
        ("activity", gettext("Activity index"), _activity),
        ("release", gettext("Newest release"), _release),
        ("languages", gettext("Languages of the software"), _languages),
        ("platforms", gettext("Platforms"), _labels("platforms", "platforms")),
        ("needs", gettext("Depends on"), _needs),
        ("users", gettext("Used by"), _users),
        ("contacts", gettext("Contacts"), _contacts),
        ("findings", gettext("Findings about the file"), _findings),
        ("source", gettext("Source code"), _source),
        ("found", gettext("Where it was found"), _found),
    ]


def _publisher(one: Compared, language: str) -> list[Value]:
    told = publisher_summary(one.entry.publisher, language)
    return [Value(told["name"]["text"], told["name"]["language"], told["address"])]


def _summary(one: Compared, language: str) -> list[Value]:
    return [Value(one.described.short or one.described.generic_name, one.described.language)]


def _features(entries: Sequence[Compared], language: str) -> list[Row]:
    """The features, those that resemble each other in one row; in the last one those that resemble no other."""
    made = []
    tags = _languages_of_features(entries, language)
    lists = [[Text(tag, text) for text in one.features.get(tag, ())] for one, tag in zip(entries, tags, strict=True)]
    for number, cells in enumerate(aligned(lists), 1):
        together = sum(map(bool, cells)) > 1 and all(len(cell) <= 1 for cell in cells)
        title = gettext("Feature %(number)s", number=number) if together else gettext("Other features")
        values = ([Value(text, tag) for text in cell] for tag, cell in zip(tags, cells, strict=True))
        made.append(_row("feature" if together else "features", title, values))
    return made


def _languages_of_features(entries: Sequence[Compared], language: str) -> list[str]:
    """For each entry the language of its features: one that all have, so that they can be held side by side; else the nearest."""
    common = set(entries[0].features).intersection(*(one.features for one in entries)) if entries else set()
    if common:
        return [nearest(sorted(common), language)] * len(entries)
    return [nearest(list(one.features), language) for one in entries]


def _label(name: str, vocabulary: str) -> Reader:
    return lambda one, language: [Value(label(vocabulary, one.facts.texts[name], language))]


def _labels(name: str, vocabulary: str) -> Reader:
    return lambda one, language: [Value(label(vocabulary, value, language)) for value in one.facts.lists[name]]


def _license(one: Compared, language: str) -> list[Value]:
    declared = one.license["declared"]
    if declared == "NOASSERTION":
        return [Value(gettext("The file declares none."))]
    kinds = [family_title(kind) for kind in families_of(declared)]
    return [Value(declared, "", license_page(declared), gettext(", ").join(kinds))]


def _verdict(one: Compared, language: str) -> list[Value]:
    verdict = one.license["verdict"]
    if not verdict:
        return [Value(gettext("not compared"))]
    when = day(verdict["at"]) if verdict["at"] else ""
    return [Value(code["title"], dated=when) for code in verdict["codes"]]


def _fits(one: Compared, language: str) -> list[Value]:
    return [Value(one.fits["title"] or gettext("not compared"))]


def _policy(one: Compared, language: str) -> list[Value]:
    return [
        Value(f"{identifier}: {told['code']['title']}", remark=told["title"], sense=told["code"]["title"])
        for identifier, told in one.policy.items()
    ]


def _activity(one: Compared, language: str) -> list[Value]:
    if one.activity is None or one.activity[0] is None:
        return [Value(gettext("not known"))]
    return [Value(gettext("%(index)s of 100", index=one.activity[0]), dated=one.activity[1])]


def _release(one: Compared, language: str) -> list[Value]:
    for told in (one.host["newest_release"], one.host["newest_tag"]):
        if told:
            return [Value(told["name"], dated=day(told["at"]))]
    texts = one.facts.texts
    said = texts["version"] or texts["release_date"]
    return [Value(said, dated=texts["release_date"] if texts["version"] else "")]


def _languages(one: Compared, language: str) -> list[Value]:
    return [Value(language_name(tag, language)) for tag in one.facts.lists["languages"]]


def _needs(one: Compared, language: str) -> list[Value]:
    return [Value(needed.name, remark=needed.versions) for needed in dependencies(one.entry.values)]


def _users(one: Compared, language: str) -> list[Value]:
    said = {CONFIRMED: gettext("confirmed"), CLAIMED: gettext("claimed")}
    named = [(use, pick(use.names, language, use.name)) for use in one.users if not use.own]
    return [
        Value(
            name["text"],
            name["language"],
            address=url_for("publishers.publisher", slug=use.publisher) if use.publisher else "",
            remark=said[use.kind],
        )
        for use, name in named
    ]


def _contacts(one: Compared, language: str) -> list[Value]:
    return [_person(person) for person in (*one.facts.contacts, *one.facts.contractors)]


def _person(person: Person) -> Value:
    address = f"mailto:{person.email}" if "@" in person.email else ""
    reached = ", ".join(filter(None, (person.affiliation, person.email, person.phone)))
    return Value(person.name or person.email, "", address, reached)


def _findings(one: Compared, language: str) -> list[Value]:
    errors = sum(finding.severity == "error" for finding in one.entry.findings)
    address = url_for("entry.entry", slug=one.entry.software.slug, _anchor="findings")
    told = gettext(
        "Errors: %(errors)s, warnings: %(warnings)s", errors=errors, warnings=len(one.entry.findings) - errors
    )
    return [Value(told, "", address)]


def _source(one: Compared, language: str) -> list[Value]:
    url = one.entry.software.url
    return [Value(url, "", web_address(url), outside=True)]


def _found(one: Compared, language: str) -> list[Value]:
    own = gettext("read from the repository itself")
    elsewhere = gettext("another catalogue; the repository was not asked")
    first = Value(elsewhere if reach(one.entry) == "not-asked" else own)
    return [
        first,
        *(
            Value(told["catalogue"]["name"]["text"], "", told["page"] or told["address"], outside=True)
            for told in one.listed
        ),
    ]

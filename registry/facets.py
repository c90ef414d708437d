"""The values by which search results are narrowed, and what else the index takes from beside an entry's file.

What stands in the file comes with the entry; the rest (verdict, activity, host, catalogues, the publishers above) is loaded by
`beside` for some hundred entries at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..schemas.licensing.expression import ExpressionError, parse_expression
from ..schemas.licensing.families import family
from ..schemas.licensing.slips import meant
from ..schemas.licensing.verdict import NOT_COMPARED
from ..schemas.sbom_names import is_sbom_name
from ..schemas.vocabularies import labels
from .catalogue import Entry
from .models import (
    ActivityRecord,
    AssessmentRecord,
    CodeHosting,
    FactsRecord,
    LicenseVerdictRecord,
    Listing,
    Publisher,
    RepositoryRecord,
    Software,
)
from .sboms import with_sbom
from .usage import uses_of

NOT_SPDX = "not-spdx"  # the value of the facet license for a licence that is no SPDX expression
OWN = "own"  # the value of the facet source for what was read from the publisher's own repository
UNKNOWN = "unknown"
ACTIVITIES = (("high", 60), ("medium", 30), ("low", 0))
"""The values of the facet activity with the least activity index of each."""
MOST_INVENTED = 5  # values of one file that the closed list does not have
MOST_TECHNOLOGIES, _LONGEST_TECHNOLOGY, _LONGEST_SPELLING = 20, 40, 200
_VERSION = re.compile(r"[\s/@]+v?\d[\w.+]*\Z|\s*[(\[<>=~^].*\Z")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of some entries beside their files. All but `above` by the entry's id; what is not there is not known.

    `above` are the slugs of every publisher and of those above it, its own first; `activity` the newest activity index; `facts`
    what the host told last; `sources` as in the facet; `uses` whether others use it: confirmed, claimed. `zone` decides in which
    month an entry was listed; `sboms` are those of which a bill of materials was read.
    """

    above: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    verdicts: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    activity: Mapping[UUID, int | None] = field(default_factory=dict)
    facts: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    uses: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    zone: tzinfo = UTC
    sboms: Set[UUID] = frozenset()


NOTHING = Beside()


def above(session: Session) -> dict[UUID, tuple[str, ...]]:
    """The slugs of every publisher and of those above it, its own first, by the publisher's id."""
    rows = {row[0]: (row[1], row[2]) for row in session.exec(select(Publisher.id, Publisher.slug, Publisher.parent_id))}
    found = {}
    for identity in rows:
        chain: dict[UUID, str] = {}
        one: UUID | None = identity
        while one in rows and one not in chain:
            chain[one], one = rows[one]
        found[identity] = tuple(chain.values())
    return found


def beside(
    session: Session, ids: Sequence[UUID], publishers: Mapping[UUID, tuple[str, ...]], zone: tzinfo = UTC
) -> Beside:
    """What is known of these entries (at most 500) beside their files, in seven queries; `publishers` as `above` gives them."""
    return Beside(
        publishers,
        _verdicts(session, ids),
        _activity(session, ids),
        _facts(session, ids),
        _sources(session, ids),
        uses_of(session, ids),
        zone,
        with_sbom(session, ids),
    )


def facets_of(session: Session, entry: Entry, zone: tzinfo = UTC) -> dict[str, tuple[str, ...]]:
    """The facets of one entry, with all that is known of it."""
    return facets(entry, beside(session, [entry.software.id], above(session), zone))


def facets(entry: Entry, known: Beside = NOTHING) -> dict[str, tuple[str, ...]]:
    """The values of an entry for every name of `registry.search.FACETS`; without `known` those of its file."""
    values, identity = entry.values, entry.software.id
    licenses = named_licenses(entry.shown.license_declared)
    audience = _mapping(values.get("intendedAudience"))
    return {
        "category": _listed("categories", values.get("categories")),
        "scope": _listed("scopes", audience.get("scope")),
        "publisher": known.above.get(entry.publisher.id, (entry.publisher.slug,)),
        "license": licenses,
        "family": tuple(dict.fromkeys(str(family(name)) for name in licenses)),
        "validity": ("valid" if entry.newest.valid else "invalid",),
        "verdict": known.verdicts.get(identity, ()),
        "status": strings(values.get("developmentStatus")),
        "type": strings(values.get("softwareType")),
        "platform": strings(values.get("platforms")),
        "language": tuple(_mapping(values.get("description"))),
        "interface": strings(_mapping(values.get("localisation")).get("availableLanguages")),
        "technology": technologies(entry, known),
        "country": tuple(dict.fromkeys(code.upper() for code in strings(audience.get("countries")))),
        "maintenance": strings(_mapping(values.get("maintenance")).get("type")),
        "activity": (activity_word(known.activity.get(identity)),),
        "sbom": ("yes" if identity in known.sboms else _sbom(known.facts.get(identity, {})),),
        "use": tuple(sorted(known.uses.get(identity, ()))),
        "source": known.sources.get(identity, (OWN,)),
        "since": (entry.software.created_at.astimezone(known.zone).strftime("%Y-%m"),),
    }


def activity_word(index: int | None) -> str:
    """The value of the facet activity for an activity index, which is None where too little is known.

    >>> [activity_word(index) for index in (100, 60, 59, 0, None)]
    ['high', 'high', 'medium', 'low', 'unknown']
    """
    return UNKNOWN if index is None else next(word for word, least in ACTIVITIES if index >= least)


def technologies(entry: Entry, known: Beside = NOTHING) -> tuple[str, ...]:
    """The main programming language as the host tells it, and what the file says it depends on, as `technology` writes them."""
    depends = _mapping(entry.values.get("dependsOn"))
    named = [known.facts.get(entry.software.id, {}).get("language")]
    for kind in ("open", "proprietary"):
        listed = depends.get(kind)
        named += [_mapping(one).get("name") for one in listed] if isinstance(listed, list) else []
    found = dict.fromkeys(technology(name) for name in named if isinstance(name, str))
    return tuple(name for name in found if name)[:MOST_TECHNOLOGIES]


def technology(name: str) -> str:
    """The name of a technology as all spellings of it are counted; empty for what is too long to be a name.

    >>> [technology(name) for name in ("PostgreSQL 12.1", " postgresql ", "Node.js (>=18)", "Log4j2", "C#")]
    ['postgresql', 'postgresql', 'node.js', 'log4j2', 'c#']
    """
    if len(name) > _LONGEST_SPELLING:  # also keeps the regex, which is quadratic, from what strangers write
        return ""
    found = _VERSION.sub("", " ".join(name.casefold().split())) or name.strip().casefold()
    return found if len(found) <= _LONGEST_TECHNOLOGY else ""


def named_licenses(declared: str) -> tuple[str, ...]:
    """The licences that an expression names, one by one; none where none is declared.

    What is no SPDX expression counts as the one that it can only mean (`MIT License`), else as NOT_SPDX.
    """
    if declared == "NOASSERTION":
        return ()
    try:
        expression = parse_expression(declared)
    except ExpressionError:
        readings = meant(declared)  # asked last: its tables take a while to load
        try:
            expression = parse_expression(readings[0] if len(readings) == 1 else "")
        except ExpressionError:
            return (NOT_SPDX,)
    return tuple(dict.fromkeys(expression.licenses))


def strings(value: Any) -> tuple[str, ...]:
    """The texts in a value of a file, one or a list, each once."""
    listed = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text.strip() for text in listed if isinstance(text, str) and text.strip()))


def _listed(vocabulary: str, value: Any) -> tuple[str, ...]:
    """The values that the closed list has, and the first few that one file invents: more would push real ones out of a facet."""
    known = labels(vocabulary)
    found = strings(value)
    invented = [text for text in found if text not in known][:MOST_INVENTED]
    return tuple(text for text in found if text in known or text in invented)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sbom(facts: Mapping[str, Any]) -> str:
    files = facts.get("files")
    if not isinstance(files, list):
        return UNKNOWN
    return "yes" if any(is_sbom_name(str(name)) for name in files) else "no"


def _verdicts(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """All codes of the newest verdict; NOT_COMPARED alone where there is none, or another catalogue gave the file."""
    newest = (
        select(func.max(LicenseVerdictRecord.number))
        .where(col(LicenseVerdictRecord.software_id).in_(ids))
        .group_by(col(LicenseVerdictRecord.software_id))
    )
    query = (
        select(LicenseVerdictRecord.software_id, LicenseVerdictRecord.codes)
        .join(Software, col(Software.id) == col(LicenseVerdictRecord.software_id))
        .join(AssessmentRecord, col(AssessmentRecord.id) == col(Software.shown_assessment_id))
        .where(col(LicenseVerdictRecord.number).in_(newest), col(AssessmentRecord.commit) != "")
    )
    compared = {identity: tuple(codes) for identity, codes in session.exec(query) if codes}
    return {identity: compared.get(identity, (NOT_COMPARED,)) for identity in ids}


def _activity(session: Session, ids: Sequence[UUID]) -> dict[UUID, int | None]:
    """The newest activity index of each (`activity.newest_activity` reads the whole record)."""
    newest = (
        select(ActivityRecord.software_id, func.max(ActivityRecord.at).label("at"))
        .where(col(ActivityRecord.software_id).in_(ids))
        .group_by(col(ActivityRecord.software_id))
        .subquery()
    )
    query = select(ActivityRecord.software_id, ActivityRecord.index).join(
        newest, (col(ActivityRecord.software_id) == newest.c.software_id) & (col(ActivityRecord.at) == newest.c.at)
    )
    return dict(session.exec(query).all())


def _facts(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the host told last of each (`activity.newest_facts` reads the whole record)."""
    newest = (
        select(Software.id.label("software_id"), FactsRecord.repository_id, func.max(FactsRecord.at).label("at"))  # type: ignore[attr-defined]
        .join(FactsRecord, col(FactsRecord.repository_id) == col(Software.repository_id))
        .where(col(Software.id).in_(ids))
        .group_by(col(Software.id), col(FactsRecord.repository_id))
        .subquery()
    )
    query = select(newest.c.software_id, FactsRecord.facts).join(
        newest, (col(FactsRecord.repository_id) == newest.c.repository_id) & (col(FactsRecord.at) == newest.c.at)
    )
    return dict(session.exec(query).all())


def _sources(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, dict[str, None]] = {identity: {} for identity in ids}
    for identity, source in _given(session, ids):
        found[identity].setdefault(source)
    return {identity: tuple(sources) for identity, sources in found.items()}


def _given(session: Session, ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    """Pairs of entry and source: first where the shown file was read, then the catalogues that list it now, by their slugs."""
    read = (
        select(Software.id, CodeHosting.kind, Publisher.slug)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(col(Software.id).in_(ids))
    )
    yield from ((identity, slug if kind == "catalogue" else OWN) for identity, kind, slug in session.exec(read))
    listed = (
        select(Listing.software_id, Publisher.slug)
        .join(CodeHosting, col(Listing.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(col(Listing.software_id).in_(ids), col(Listing.ended_at).is_(None))
        .order_by(col(Publisher.slug))
    )
    yield from ((identity, slug) for identity, slug in session.exec(listed) if identity is not None)

"""The answer of a reuse check for pages, programs and the command line: what words have in common, never what is fulfilled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from publiccode import __version__

from ...registry import catalogue
from ...registry.activity import newest_activity
from ...registry.catalogue import Entry
from ...registry.models import Event
from ...registry.reuse.check import Check, Feature, Found, Mark, Match, check
from ...registry.reuse.documents import Document
from ...registry.search import SearchIndex
from ...registry.search.concepts import concept_label
from ...registry.settings import Settings
from ...registry.usage import Use, users_of
from ..errors import Problem, log
from ..language import pick
from ..presenting import say
from ..translation import gettext
from .license_words import family_title
from .publiccode_values import facts
from .result_cards import families_of
from .said import Said
from .summary import iso, summary

USUAL, MOST = 10, 30  # systems that are listed
MOST_USERS = 10  # that are named of one system


@dataclass(frozen=True)
class Asked:
    """What was asked: the text that was read, by which limit, and of which file (its name and the SHA-256 of its bytes)."""

    document: Document
    limit: int = USUAL
    file_name: str = ""
    file_sha256: str = ""


def answer(session: Session, index: SearchIndex, settings: Settings, asked: Asked, language: str) -> dict[str, Any]:
    """The whole answer for a page in `language`; holds no contact.

    Raises:
        Problem: 503; there is no search index.

    """
    text = asked.document.text
    found = check(session, index, text, asked.limit, settings.show_only_valid)
    if not found.ready:
        log.error("there is no search index in %s; next: publiccode reindex", settings.index_folder)
        raise Problem(503, gettext("The search index is missing. Nothing is lost; it has to be built anew."))
    return {
        "notice": notice(),
        "text": {
            "kind": asked.document.kind,
            "cut": asked.document.cut,
            "characters": len(text),
            "sha256": sha256(text.encode()).hexdigest(),
            "file_name": asked.file_name,
            "file_sha256": asked.file_sha256,
            "sentences": len(found.asked.sentences),
            "sentences_left_out": found.asked.left,
        },
        "catalogue": _catalogue(session, found, settings),
        "sentences": _sentences(found),
        "systems": _systems(session, found, language),
        "more": found.more,
        "weak": [{**summary(one.entry, language), **_worth(one, language)} for one in found.weak],
    }


def _catalogue(session: Session, found: Check, settings: Settings) -> dict[str, Any]:
    """What the text was compared with, and when."""
    event = found.cursor.partition(":")[0]
    last = session.get(Event, int(event)) if event.isdecimal() else None
    return {
        "entries": found.entries,
        "event": event if last else None,
        "event_at": iso(last.at) if last else None,
        "program": __version__,
        "at": iso(datetime.now(UTC)),
        "time_zone": settings.time_zone,
    }


def notice() -> str:
    """What an answer says, and what it does not say."""
    return gettext("This says which words they have in common; it does not say that a system fulfils a requirement.")


def contacts(session: Session, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By slug the contacts of these systems, as their own pages show them: for a reader's page, not for programs."""
    told = {}
    for one in found:
        entry = catalogue.entry(session, one["slug"])
        if entry is not None:
            told[one["slug"]] = facts(Said(catalogue.whole(session, entry))).contacts
    return told


def _sentences(found: Check) -> list[dict[str, Any]]:
    told = []
    for number, text in enumerate(found.asked.sentences):
        if number in found.asked.contract:
            state = "contract"
        elif number in found.matched:
            state = "matched"
        else:
            state = "general" if number in found.general else "nothing"
        told.append(
            {"number": number + 1, "text": text, "state": state, "systems_matched": found.matched.get(number, 0)}
        )
    return told


def _systems(session: Session, found: Check, language: str) -> list[dict[str, Any]]:
    ids = [one.entry.software.id for one in found.found]
    users, activity = users_of(session, ids), newest_activity(session, ids)
    return [
        {
            **_system(one, found.asked.sentences, language),
            "activity": activity[identity].index if identity in activity else None,
            "users": {kind: _users(users.get(identity, []), kind, language) for kind in ("confirmed", "claimed")},
        }
        for identity, one in zip(ids, found.found, strict=True)
    ]


def _system(one: Found, sentences: Sequence[str], language: str) -> dict[str, Any]:
    entry = one.entry
    matched = {match.sentence for match in one.matches}
    return {
        **summary(entry, language),
        **_worth(one, language),
        "matched": len(matched),
        "license_families": families(entry),
        "maintenance": Said(entry.values).text("maintenance", "type"),
        "sentences": [_row(match, sentences[match.sentence], language) for match in one.matches],
        "unmatched": [number + 1 for number in range(len(sentences)) if number not in matched],
    }


def _worth(one: Found, language: str) -> dict[str, Any]:
    """The points of a system, and of which subjects they are."""
    return {
        "points": one.points,
        "subjects": [
            {
                "text": subject.text,
                "points": subject.points,
                "concept": subject.concept,
                "label": concept_label(subject.concept, language) if subject.concept else "",
                "sentences": [number + 1 for number in subject.sentences],
            }
            for subject in one.subjects
        ],
    }


def _row(match: Match, text: str, language: str) -> dict[str, Any]:
    return {
        "number": match.sentence + 1,
        "words": _marks(text, match.marks),
        "concepts": [{"concept": concept, "label": concept_label(concept, language)} for concept in match.concepts],
        "features": [_feature(feature) for feature in match.features],
    }


def families(entry: Entry) -> list[dict[str, str]]:
    """The kinds of the licences that an entry declares."""
    return [{"family": kind, "title": family_title(kind)} for kind in families_of(entry.shown.license_declared)]


def _users(users: list[Use], kind: str, language: str) -> dict[str, Any]:
    others = [use for use in users if use.kind == kind and not use.own]
    return {
        "count": len(others),
        "first": [
            {
                "name": pick(use.names, language, use.name),
                "publisher": use.publisher,
                "version": use.version,
                "since": use.since,
            }
            for use in others[:MOST_USERS]
        ],
    }


def _marks(text: str, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    return [
        {"start": mark.start, "end": mark.end, "text": text[mark.start : mark.end], "in": list(mark.fields)}
        for mark in marks
    ]


def _feature(feature: Feature) -> dict[str, Any]:
    return {"language": feature.language, "text": feature.text, "words": _marks(feature.text, feature.marks)}


def field_titles() -> dict[str, str]:
    """Where in an entry a word stands, for each name of a field."""
    return {
        "name": gettext("name"),
        "summary": gettext("short description"),
        "feature": gettext("feature"),
        "label": gettext("category"),
        "description": gettext("description"),
        "concept": gettext("concept"),
    }


def said(reason: Any) -> str:
    """Why a document cannot be read, as a sentence of its own."""
    text = say(reason)
    return text[:1].upper() + text[1:] + gettext(".")

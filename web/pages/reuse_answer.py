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
from ...registry.activity import activity_history
from ...registry.catalogue import Entry
from ...registry.facets import named_licenses
from ...registry.models import Event
from ...registry.reuse.check import Check, Feature, Found, Mark, check
from ...registry.reuse.documents import Document
from ...registry.search import SearchIndex
from ...registry.search.concepts import concept_label
from ...registry.settings import Settings
from ...registry.usage import Use, users_of
from ...schemas.licensing.families import family
from ..errors import Problem, log
from ..language import pick
from ..presenting import say
from ..translation import gettext
from .license_words import family_title
from .publiccode_values import facts
from .said import Said
from .summary import iso, summary

USUAL, MOST = 10, 30  # systems that are listed
MOST_USERS = 10  # that are named of one system


@dataclass(frozen=True)
class Asked:
    """What was asked: the text that was read, and by which limit."""

    document: Document
    limit: int = USUAL


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
    users = users_of(session, [one.entry.software.id for one in found.found])
    sentences = _sentences(found)
    event = found.cursor.partition(":")[0]
    last = session.get(Event, int(event)) if event.isdecimal() else None
    return {
        "notice": notice(),
        "text": {
            "kind": asked.document.kind,
            "cut": asked.document.cut,
            "characters": len(text),
            "sha256": sha256(text.encode()).hexdigest(),
            "sentences": len(found.asked.sentences),
            "sentences_left_out": found.asked.left,
        },
        "catalogue": {
            "entries": found.entries,
            "event": event,
            "event_at": iso(last.at) if last else None,
            "program": __version__,
            "at": iso(datetime.now(UTC)),
            "time_zone": settings.time_zone,
        },
        "sentences": sentences,
        "systems": [
            _system(session, one, sentences, users.get(one.entry.software.id, []), language) for one in found.found
        ],
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
    matched: dict[int, list[str]] = {}
    for one in found.found:
        for match in one.matches:
            matched.setdefault(match.sentence, []).append(one.entry.software.slug)
    return [
        {
            "number": number + 1,
            "text": text,
            "state": "matched" if number in matched else "general" if number in found.general else "nothing",
            "systems": matched.get(number, []),
        }
        for number, text in enumerate(found.asked.sentences)
    ]


def _system(
    session: Session, one: Found, sentences: list[dict[str, Any]], users: list[Use], language: str
) -> dict[str, Any]:
    entry = one.entry
    by_number = {match.sentence: match for match in one.matches}
    rows = []
    for sentence in sentences:
        match = by_number.get(sentence["number"] - 1)
        rows.append(
            {
                "number": sentence["number"],
                "matched": match is not None,
                "words": _marks(sentence["text"], match.marks) if match else [],
                "concepts": [
                    {"concept": concept, "label": concept_label(concept, language)} for concept in match.concepts
                ]
                if match
                else [],
                "features": [_feature(feature) for feature in match.features] if match else [],
            }
        )
    return {
        **summary(entry, language),
        "matched": len(one.matches),
        "words": _words(rows),
        "license_families": families(entry),
        "maintenance": Said(entry.values).text("maintenance", "type"),
        "activity": _activity(session, entry),
        "users": {kind: _users(users, kind, language) for kind in ("confirmed", "claimed")},
        "sentences": rows,
    }


def families(entry: Entry) -> list[dict[str, str]]:
    """The kinds of the licences that an entry declares."""
    kinds = dict.fromkeys(str(family(one)) for one in named_licenses(entry.shown.license_declared))
    return [{"family": kind, "title": family_title(kind)} for kind in kinds]


def _activity(session: Session, entry: Entry) -> int | None:
    history = activity_history(session, entry.software.id)
    return history[-1].index if history else None


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


def _words(rows: list[dict[str, Any]]) -> list[str]:
    """The words that matched, each once, those of most letters first: what a system has in common, at a glance."""
    counted: dict[str, int] = {}
    for row in rows:
        for mark in row["words"]:
            word = mark["text"].casefold()
            counted[word] = counted.get(word, 0) + 1
    return sorted(counted, key=lambda word: (-counted[word], -len(word)))[:12]


def field_title(field: str) -> str:
    """Where in an entry a word stands."""
    return {
        "name": gettext("name"),
        "summary": gettext("short description"),
        "feature": gettext("feature"),
        "label": gettext("category"),
        "description": gettext("description"),
        "concept": gettext("concept"),
    }.get(field, field)


def said(reason: Any) -> str:
    """Why a document cannot be read, as a sentence of its own."""
    text = say(reason)
    return text[:1].upper() + text[1:] + gettext(".")

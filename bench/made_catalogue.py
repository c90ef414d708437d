"""Catalogues of any size for benches, made from real and invented publiccode.yml files: always the same for the same files.

Read are the acceptance corpus beside the checkout, where it is, and the demo's invented agencies. A made entry has the values of
one file; its names, sentences, features and every value that becomes a facet are each drawn from all of them, so that words are as
frequent as in real texts, and values stand together in far more combinations than in the few real files.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.registry.catalogue import Entry  # noqa: E402
from publiccode.registry.facets import Beside  # noqa: E402
from publiccode.registry.following import index_entry  # noqa: E402
from publiccode.registry.models import (  # noqa: E402
    ActivityRecord,
    AssessmentRecord,
    CodeHosting,
    FactsRecord,
    Publisher,
    RepositoryRecord,
    Software,
)
from publiccode.registry.search import IndexEntry  # noqa: E402
from publiccode.schemas.document import parse  # noqa: E402
from publiccode.schemas.licensing.verdict import Code  # noqa: E402

FILES = (
    *sorted((ROOT.parent / "shared" / "acceptance" / "corpus").glob("*/publiccode.yml")),
    *sorted((ROOT / "web" / "demo" / "agencies").rglob("publiccode.yml")),
)
BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
PUBLISHERS = 400
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*|\n+")
_CODES = (*["agree"] * 12, *["no-text"] * 4, *Code)
_TONGUES = ("Python", "PHP", "Java", "TypeScript", "JavaScript", "C#", "Go", "Ruby", "R", "Rust", "HTML", None)


_DRAWN = ("softwareType", "developmentStatus", "platforms", "intendedAudience", "localisation", "legal", "dependsOn")


@cache
def _categories() -> list[str]:
    """All categories that files name, each as often as they do."""
    return [category for values in files() for category in _strings(values.get("categories"))]


def _strings(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text.strip()]


@cache
def files() -> tuple[Mapping[str, Any], ...]:
    """The values of all files that can be read."""
    read = (parse(path.read_bytes()).values for path in FILES)
    return tuple(values for values in read if values and isinstance(values.get("description"), dict))


@cache
def pools() -> Mapping[str, Mapping[str, list[str]]]:
    """By language: the short descriptions, features and sentences of all files."""
    found: dict[str, dict[str, list[str]]] = {}
    for values in files():
        for language, said in values["description"].items():
            if isinstance(said, dict):
                pool = found.setdefault(language, {"shortDescription": [], "features": [], "sentences": []})
                pool["shortDescription"] += _strings(said.get("shortDescription"))
                pool["features"] += _strings(said.get("features"))
                pool["sentences"] += [
                    one for text in _strings(said.get("longDescription")) for one in _SENTENCE.split(text)
                ]
    return {language: pool for language, pool in found.items() if all(pool.values())}


def _values(source: random.Random, number: int) -> dict[str, Any]:
    """The values of one made file."""
    values = dict(source.choice(files()))
    for key in _DRAWN:
        values.pop(key, None)
        other = source.choice(files())
        if key in other:
            values[key] = other[key]
    values["categories"] = source.sample(_categories(), source.choice((1, 1, 2, 2, 3, 4)))
    words = [word for one in source.choices(files(), k=2) for word in str(one.get("name", "")).split()]
    values["name"] = f"{' '.join(source.sample(words, min(3, len(words))))} {number}"
    values["url"] = f"https://git.example/made/{number}"
    description = {}
    for language in values["description"]:
        if language in pools():
            pool = pools()[language]
            description[language] = {
                "shortDescription": source.choice(pool["shortDescription"]),
                "features": source.choices(pool["features"], k=source.randint(1, 6)),
                "longDescription": " ".join(source.choices(pool["sentences"], k=source.randint(4, 16))),
            }
    values["description"] = description or {"en": {"shortDescription": "A portal for citizens"}}
    values.pop("maintenance", None)
    values["maintenance"] = {"type": source.choice(("internal", "contract", "community", "none"))}
    return values


def publishers() -> list[Publisher]:
    """Ministries, offices below them, and offices below these."""
    made: list[Publisher] = []
    for number in range(PUBLISHERS):
        parent = None if number < 20 else made[number % 20] if number < 200 else made[20 + number % 180]
        named = random.Random(number).choice(files()).get("name")
        name = f"Office {number} of {named}"
        made.append(
            Publisher(
                id=UUID(int=number + 1),
                identifier=f"office-{number}",
                slug=f"office-{number}",
                name=name,
                names={"zh-Hant": f"第{number}市政府"},
                parent_id=parent.id if parent else None,
            )
        )
    return made


class Made:
    """One made entry: its rows, and what is known beside its file."""

    def __init__(self, number: int, publisher: Publisher, hosting: UUID) -> None:
        source = random.Random(number)
        values = _values(source, number)
        listed = BEGIN + timedelta(minutes=source.randrange(60 * 24 * 1_000))
        identity = UUID(int=(number + 1) << 64 | source.getrandbits(48))
        legal = values.get("legal")
        declared = legal.get("license") if isinstance(legal, dict) else None
        self.repository = RepositoryRecord(
            id=UUID(int=identity.int + 1),
            code_hosting_id=hosting,
            url=values["url"],
            key=f"git.example/made/{number}",
            reach_since=listed,
        )
        self.assessment = AssessmentRecord(
            id=UUID(int=identity.int + 2),
            repository_id=self.repository.id,
            commit=f"{number:040x}",
            path="publiccode.yml",
            ruleset="made",
            assessed_at=listed,
            valid=source.random() < 0.7,
            usable=True,
            values=values,
            license_declared=declared if isinstance(declared, str) else "NOASSERTION",
        )
        self.software = Software(
            id=identity,
            key=self.repository.key,
            slug=f"made-{number}",
            name=values["name"],
            url=values["url"],
            publisher_id=publisher.id,
            repository_id=self.repository.id,
            newest_assessment_id=self.assessment.id,
            shown_assessment_id=self.assessment.id,
            created_at=listed,
            modified_at=listed + timedelta(days=source.randrange(300)),
        )
        self.publisher = publisher
        self.index = source.choice((None, *range(0, 101, 4)))
        self.facts = {"files": ["bom.json"] if source.random() < 0.1 else ["README.md"]}
        if language := source.choice(_TONGUES):
            self.facts["language"] = language  # type: ignore[assignment]
        self.codes = (str(source.choice(_CODES)),)
        self.sources = ("own",) if source.random() < 0.6 else ("office-3",)
        self.uses = frozenset(source.sample(("confirmed", "claimed"), source.choice((0, 0, 0, 1, 2))))

    def beside(self, above: Mapping[UUID, tuple[str, ...]]) -> Beside:
        """What the database would tell of it."""
        identity = self.software.id
        return Beside(
            above,
            {identity: self.codes},
            {identity: self.index},
            {identity: self.facts},
            {identity: self.sources},
            {identity: self.uses},
        )

    def records(self) -> tuple[FactsRecord, ActivityRecord]:
        """What hosts told, as rows."""
        at = self.software.created_at
        return (
            FactsRecord(repository_id=self.repository.id, at=at, facts=self.facts),
            ActivityRecord(software_id=self.software.id, at=at, index=self.index),
        )


def made(count: int, owners: list[Publisher], hostings: Mapping[UUID, CodeHosting] | None = None) -> Iterator[Made]:
    """`count` entries of these publishers; the first of them have the most."""
    for number in range(count):
        owner = owners[int(len(owners) * random.Random(-number - 1).random() ** 2)]
        yield Made(number, owner, hostings[owner.id].id if hostings else UUID(int=1))


def index_entries(count: int) -> Iterator[IndexEntry]:
    """The same as the index takes them."""
    owners = publishers()
    by_id = {owner.id: owner for owner in owners}
    above = {}
    for owner in owners:
        chain = [owner]
        while chain[-1].parent_id:
            chain.append(by_id[chain[-1].parent_id])
        above[owner.id] = tuple(one.slug for one in chain)
    for one in made(count, owners):
        entry = Entry(one.software, one.publisher, one.repository, one.assessment, one.assessment)
        yield index_entry(entry, one.beside(above))


def searches(count: int = 120) -> list[str]:
    """What people ask: names, some words of descriptions and features, phrases, beginnings, slips, fields; and a few by hand."""
    source = random.Random(7)
    found = list(_BY_HAND)
    languages = sorted(pools())
    while len(found) < count:
        pool = pools()[source.choice(languages)]
        words = source.choice(pool[source.choice(("shortDescription", "features"))]).split()
        start = source.randrange(len(words))
        some = words[start : start + source.randint(1, 3)]
        text = " ".join(some)[:60]
        kind = source.randrange(10)
        if kind == 0:
            text = f'"{text}"'
        elif kind == 1:
            text = text[: max(3, len(text) - 2)]
        elif kind == 2 and len(text) > 6:
            text = text[:3] + text[4] + text[3] + text[5:]
        elif kind == 3:
            text = str(source.choice(files()).get("name"))
        found.append(text)
    return found


_BY_HAND = (
    *(
        "",
        "dashboard",
        "portal",
        "儀表板",
        "開放資料",
        "仪表板",
        "檢舉",
        "電子簽章",
        "e-signature",
        "firma elettronica",
    ),
    *("whistleblowing", "whistleblower portal", "open data", "gestione documentale", "parking", "停車", "線上申辦"),
    *("dashbaord", "acces", "proc*", "portal -dashboard", "map OR dashboard", "(school OR library) budget"),
    *("license:MIT dashboard", "status:stable", "category:communications portal", "license:EUPL-1.2", "name:portal"),
    *("software for the management of documents", "applicazione per la gestione dei servizi al cittadino", "a", "系統"),
    *("nothing-of-the-kind xyzzyx", "線上申辦 預算視覺化", "the", "di", "platform:web", "language:it", "since:2024"),
)

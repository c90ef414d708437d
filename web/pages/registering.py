"""What a reader types on /register, and what is found at the address: its repository, its file judged, what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Request
from sqlmodel import Session

from ...harvesters.errors import AccessDenied, HostError, RepositoryGone
from ...harvesters.fetch import (
    fetch_candidate,
    is_file_address,
    is_group_address,
    knock,
    read_repository,
    repository_address,
)
from ...harvesters.hosts import Answer, Hosts
from ...harvesters.http import Http
from ...registry.duplicates import Asked, Duplicate, duplicates, is_listed_group
from ...registry.erasure import Erasures
from ...registry.observations import shown_name
from ...registry.proposals import LONGEST_PUBLISHER, LONGEST_REMARK
from ...registry.settings import Mirror
from ...registry.steps import Reader
from ...schemas.candidate import Repository
from ...schemas.document import Document
from ...schemas.drafts.from_facts import from_facts
from ...schemas.finding import Assessment, Severity
from ...schemas.validator import read
from ..errors import Problem, log
from ..presenting import current_language, say
from ..translation import gettext
from . import Parts
from .submitted import LONGEST_ADDRESS, Desk, Submitted, T, is_plain_address

_KEPT = 10_000  # characters of what was typed that go back into the form


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they were typed."""

    url: str = ""
    publisher: str = ""
    remark: str = ""
    group: bool = False


@dataclass
class Mistake(Exception):
    """A field that must be changed, and what is wrong there; HTTP `status`."""

    field: str
    text: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What is at the address. `url` is what would be proposed; `outcome`: file, no-file, empty, group.

    `submitted`, `document` and `assessment` are those of the file; `prepared` is the text of a new one, where there is none.
    """

    url: str
    outcome: str
    repository: Repository | None = None
    submitted: Submitted | None = None
    document: Document | None = None
    assessment: Assessment | None = None
    prepared: str = ""
    known: tuple[Duplicate, ...] = ()

    @property
    def stopped(self) -> bool:
        """Proposing it would not help."""
        return any(one.stops for one in self.known)

    @property
    def judged(self) -> dict[str, Any]:
        """What a proposal keeps of this."""
        if self.assessment is None:
            return {"outcome": self.outcome}
        errors = sum(finding.severity is Severity.ERROR for finding in self.assessment.findings)
        values = self.assessment.values or {}
        return {
            "outcome": self.outcome,
            "valid": self.assessment.valid,
            "usable": self.assessment.usable,
            "errors": errors,
            "warnings": len(self.assessment.findings) - errors,
            "name": shown_name(values) if isinstance(values.get("name"), str) else "",
            "commit": (self.repository.head or "") if self.repository else "",
        }


def typed_in(request: Request) -> Typed:
    """The fields as they were sent, with line ends of one kind."""
    form = request.form
    remark = form.get("remark", "").replace("\r\n", "\n").replace("\r", "\n")
    return Typed(
        form.get("url", "").strip()[:_KEPT],
        form.get("publisher", "")[:_KEPT],
        remark[:_KEPT],
        bool(form.get("group")),
    )


def cleaned(typed: Typed) -> Typed:
    """The fields as they are kept: an address with its scheme, plain text without control characters.

    Raises:
        Mistake: a field cannot be kept.

    """
    url = typed.url if "://" in typed.url else f"https://{typed.url}"
    if not typed.url:
        raise Mistake("url", gettext("Give the address of a repository."))
    _check_address(url)
    publisher = " ".join(_printable(typed.publisher).split())
    if len(publisher) > LONGEST_PUBLISHER:
        raise Mistake("publisher", gettext("At most %(most)s characters are kept here.", most=LONGEST_PUBLISHER))
    remark = "\n".join(_printable(line).rstrip() for line in typed.remark.split("\n")).strip()
    if len(remark) > LONGEST_REMARK:
        raise Mistake("remark", gettext("At most %(most)s characters are kept here.", most=LONGEST_REMARK))
    return Typed(url, publisher, remark, typed.group)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _check_address(url: str) -> None:
    """Raises Mistake unless `url` is an address of a repository as it may be kept and shown."""
    try:
        parts = urlsplit(url)
        named, place = "@" in parts.netloc, parts.path.strip("/")
    except ValueError:
        named, place = False, "?"
    if named:
        told = gettext("The address holds a user name or a password, which everybody would see: take it out.")
        raise Mistake("url", told)
    if len(url) > LONGEST_ADDRESS or not url.isprintable() or " " in url or not is_plain_address(url):
        raise Mistake("url", gettext("The address must begin with https:// and have at most 2000 characters."))
    if not place:
        raise Mistake("url", gettext("This is a whole host. Give the address of one repository on it."))


def find(desk: Desk, parts: Parts, request: Request, typed: Typed) -> Found:
    """What is at the address that was typed (`cleaned`).

    Raises:
        Mistake: the address gives nothing.
        StorageError: the database cannot be read.

    """
    desk.limits.check(request)
    url = _place(desk, request, typed.url)
    reader = Reader(current_language(), ZoneInfo(parts.settings.time_zone), parts.settings.show_only_valid)
    with parts.store.reading() as session:
        listed = is_listed_group(session, url)
    if typed.group or listed or is_group_address(url):
        if not listed:  # of what is listed its harvests tell more than a knock
            _outside(desk, request, url, knock)
        found, asked = Found(url, "group"), Asked(url)
    else:
        answer = _outside(desk, request, url, read_repository)
        url = _moved(answer.repository, parts.settings.mirrors) or url
        with parts.store.reading() as session:
            found, asked = _read(desk, session, answer, url)
        asked = replace(asked, url=answer.repository.url, moved_to=url)
    with parts.store.reading() as session:
        return replace(found, known=tuple(duplicates(session, asked, reader)))


def _moved(repository: Repository, mirrors: Sequence[Mirror]) -> str:
    """Where the host redirects to, as an address that may be kept; else empty."""
    moved_to = repository.facts.get("moved_to")
    if not isinstance(moved_to, str) or not moved_to.isprintable() or not is_plain_address(moved_to):
        return ""
    parts, before = urlsplit(moved_to), urlsplit(repository.url)
    if parts.netloc != before.netloc and any(repository.url.startswith(mirror.prefix) for mirror in mirrors):
        return ""  # a mirror's own name, which lies inside the network
    return parts._replace(query="", fragment="").geturl()


def _place(desk: Desk, request: Request, url: str) -> str:
    """The repository's address; of a file that lies in none which its address tells, the one that the file names."""
    place = repository_address(url)
    if not is_file_address(place):
        return place
    candidate = _outside(desk, request, url, fetch_candidate)
    values = (read(candidate).values if candidate is not None else None) or {}
    named = values.get("url")
    if not isinstance(named, str) or not named.strip():
        raise Mistake(
            "url", gettext("The file names no address of its repository (url). Give the repository's address.")
        )
    try:
        _check_address(named.strip())
    except Mistake as mistake:
        told = gettext("The address that the file names as url cannot be used. Give the repository's address.")
        raise Mistake("url", told) from mistake
    return repository_address(named)


def _read(desk: Desk, session: Session, answer: Answer, url: str) -> tuple[Found, Asked]:
    """The file as it would be kept: without persons who were taken out of the catalogue."""
    repository = replace(answer.repository, url=url)
    candidate = answer.candidate
    if candidate is None:
        language = current_language()
        prepared = from_facts(url, repository.facts, {}, language, repository.archived).text(language)
        return Found(url, "empty" if repository.empty else "no-file", repository, prepared=prepared), Asked(url)
    content = candidate.file.content
    if content is not None:
        kept = replace(candidate.file, content=Erasures(session).redact(content))
        candidate = replace(candidate, file=kept)
    candidate = replace(candidate, repository=repository)
    document = read(candidate)
    assessment = desk.judged(candidate, document)
    submitted = Submitted(candidate.file.path, candidate, url)
    found = Found(url, "file", repository, submitted, document, assessment)
    return found, Asked(url, values=assessment.values, content=content)


def _outside(desk: Desk, request: Request, url: str, ask: Callable[[str, Http, Hosts], T]) -> T:
    """What `ask` finds; whatever stands in the way is a Mistake of the field with the address."""
    try:
        return desk.outside(request, url, ask)
    except Problem as problem:
        raise Mistake("url", problem.detail, problem.status) from problem
    except HostError as error:
        if isinstance(error, AccessDenied) and not error.status:  # what lies inside the network is for the log
            log.warning("not fetched for a reader: %s", error)
            raise Mistake("url", gettext("%(url)s is no address of the public internet.", url=url)) from error
        raise Mistake("url", say(error.message), 404 if isinstance(error, RepositoryGone) else 502) from error

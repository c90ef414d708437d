"""Asks how far the catalogue's variants stand from their upstreams: after a harvest, at most once a day for each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from ..registry.drift import Comparison, Variant, due, record_drift
from ..schemas.candidate import Repository
from ..schemas.finding import Message
from .errors import HostError
from .hosts.git_tags import GitTags
from .workers import Parts

MOST_REQUESTS = 3
"""For one variant and one upstream."""
_AT_ONCE = 20


@runtime_checkable
class Comparing(Protocol):
    """What a GitHost may offer besides: it counts the commits between a repository and the one it is based on."""

    def compare(self, repository: Repository, upstream_url: str) -> Comparison:
        """`behind` and `ahead` of the default branches, in one request; the newest release of the upstream where it comes with it.

        A Comparison without them: this host cannot tell, for instance because the upstream is elsewhere. It asks nobody then.

        Raises:
            HostError: it was asked and did not answer.

        """


def measure(parts: Parts, at: datetime) -> int:
    """Asks for every variant that was not asked today, and keeps the answers; gives how many tell something new.

    A host that does not answer is told in the record, and stops nothing. May be interrupted: what was kept stays.

    Args:
        parts: what the harvest works with.
        at: the moment of the records.

    Raises:
        StorageError: the database cannot be written.

    """
    with parts.store.reading() as session:
        waiting = due(session, at)
    tags = GitTags(parts.http, parts.hosts.locate)
    new = 0

    def ask(variant: Variant) -> tuple[UUID, str, Comparison]:
        return variant.software_id, variant.upstream, compare(parts, tags, variant)

    with ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="drift") as pool:
        for start in range(0, len(waiting), _AT_ONCE):
            found = list(pool.map(ask, waiting[start : start + _AT_ONCE]))
            with parts.store.writing(parts.actor, at) as change:
                new += record_drift(change, found)
    return new


def compare(parts: Parts, tags: GitTags, variant: Variant) -> Comparison:
    """What can be learned about one variant and one upstream in a few requests; the first trouble is told."""
    found, own, upstream = Comparison(), dict(variant.own_release), dict(variant.upstream_release)
    told: list[Message] = []
    with parts.http.counting() as cost:
        try:
            host = parts.hosts.serving(variant.repository.url)
            if isinstance(host, Comparing):
                found = host.compare(variant.repository, variant.upstream)
        except HostError as error:
            told.append(error.message)
        upstream = dict(found.upstream_release) or upstream
        own = dict(found.own_release) or own
        commit = ""
        if not upstream:
            name, commit, answered = _newest(tags, variant.upstream, told)
            upstream = {"name": name, "at": ""} if name else dict(variant.upstream_declared) if answered else {}
        if upstream and not own and cost.requests <= 1:
            # Without tags of its own a variant is nothing to be told about: it may be used as it stands.
            name, _, _ = _newest(tags, variant.repository.url, [])
            own = {"name": name, "at": ""} if name else {}
        if commit and cost.requests < MOST_REQUESTS:
            upstream["at"] = _time(tags, variant.upstream, commit)
    return Comparison(found.behind, found.ahead, own, upstream, found.message or (told[0] if told else None))


def _newest(tags: GitTags, url: str, told: list[Message]) -> tuple[str, str, bool]:
    """The newest tag, its commit, and whether the host answered at all."""
    try:
        return *tags.newest(url), True
    except HostError as error:
        told.append(error.message)
        return "", "", error.status == 200


def _time(tags: GitTags, url: str, commit: str) -> str:
    try:
        return tags.time_of(url, commit)
    except HostError:
        return ""  # the release is known without its day

"""`publiccode harvest`: harvest the repositories of all publishers, or of those named."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from . import Misuse, Trouble, follow_log, open_store, say, settings

if TYPE_CHECKING:
    from ...harvesters.hosts import Hosts
    from ...harvesters.http import Http
    from ...harvesters.run import Harvest
    from ...harvesters.workers import Parts
    from ...registry.audit.followed import Followed
    from ...registry.audit.method import Method
    from ...registry.models import CodeHosting, HarvestItem
    from ...registry.settings import Settings
    from ...registry.store import Store


_QUIET = ("valid", "without a file", "empty", "technical fork", "part of a system")
_PATIENCE = 20.0  # seconds that a host may ask us to wait; after longer ones the rest of that host is left for later


@click.command("harvest")
@click.argument("publisher", nargs=-1)
@click.option("--publisher", "more", multiple=True, metavar="ID", help="The same as the argument; may be repeated.")
@click.option("--full", is_flag=True, help="Read every list to its end, which shows what is gone (else once a week).")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Ask lists only for what changed since that day (UTC)."
)
@click.option("--limit", type=click.IntRange(1), help="Look at no more than so many repositories of each list.")
@click.option("--dry-run", is_flag=True, help="Ask and judge, but write nothing.")
@click.option("--afresh", is_flag=True, help="Begin anew, although the last harvest was stopped before its end.")
@click.option("--by", default="harvest", show_default=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(publisher: tuple[str, ...], more: tuple[str, ...], by: str, form: str, **wishes: Any) -> None:
    """Harvest the repositories of all publishers, or of each PUBLISHER named by its id.

    May be stopped at any time (Ctrl-C): what was read is kept, and the next harvest goes on from there.

    Example: publiccode harvest moda tainan
    """
    chosen = settings()
    with open_store(chosen) as store:
        done = harvest_all(chosen, store, (*publisher, *more), form, by, **wishes)
    from ...registry.models import Outcome

    if done.outcomes.get(Outcome.FAILED):
        raise Trouble("the program failed at some repositories; the reasons stand above. The others were harvested.")
    if done.outcomes and set(done.outcomes) <= {Outcome.UNREACHABLE, Outcome.NEEDS_LISTING}:
        raise Trouble(
            "nothing could be read: no host gave a usable answer; the reasons stand above. Entries stay as they were."
        )


def harvest_all(
    settings: Settings,
    store: Store,
    publishers: Sequence[str] = (),
    form: str = "text",
    by: str = "harvest",
    *,
    full: bool = False,
    since: datetime | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    afresh: bool = False,
) -> Harvest:
    """Harvests, tells each outcome as it comes, and lets the index follow."""
    from ...harvesters.run import HarvestRunning, harvest, only_one
    from ...harvesters.workers import Parts, Wishes
    from ...registry.harvests import standing
    from ...registry.settings import SettingError
    from ..checking import CheckingError, judge
    from .audit import current_method

    since = since.replace(tzinfo=UTC) if since else None
    every = timedelta(days=settings.full_listing_days)
    wishes = Wishes(full, since, limit, dry_run, afresh, every, " ".join(sorted(publishers)))
    method = current_method(settings)  # a policy that cannot be read is told before anything is asked
    try:
        with only_one(settings.data), open_http(settings) as http:
            hostings = _hostings(store, publishers)
            assess, rules = judge(settings.italian_codes)
            parts = Parts(store, http, open_hosts(settings, http), assess, rules, settings.harvest_threads, by)
            with _Progress(len(hostings), form, dry_run) as progress:
                done = harvest(parts, hostings, progress.tell, wishes)
            audited = None if dry_run else _look_at_the_whole(parts, method)
            with store.reading() as session:
                progress.summary(done, standing(session, done.id), audited)
    except HarvestRunning as error:
        raise Trouble(str(error)) from error
    except (SettingError, CheckingError) as error:
        raise Misuse(str(error)) from error
    finally:  # what was read before Ctrl-C is found, too
        follow_log(settings, store)
    return done


def _look_at_the_whole(parts: Parts, method: Method) -> Followed:
    """What follows from a harvest for all entries: how active each is, how far each variant is behind, what its licence is,
    who its file says uses it."""
    from ...harvesters.drift import measure
    from ...registry.activity import record_activity
    from ...registry.audit.verdicts import follow_licenses
    from ...registry.claims import follow_all as follow_claims
    from ...registry.columns import now

    with parts.store.writing(parts.actor) as change:
        record_activity(change, change.at)
        follow_claims(change)
    measure(parts, now())
    return follow_licenses(parts.store, method, actor=parts.actor)


def open_hosts(settings: Settings, http: Http) -> Hosts:
    """The hosts as the settings have them. Raises SettingError."""
    from ...harvesters.hosts import Hosts

    tokens = {host: _with_key(host, token) for host, token in settings.tokens.items()}
    return Hosts(http, settings.mirrors, settings.hosts, tokens)


def _with_key(host: str, token: str) -> str:
    """A token; that of a GitHub App with its private key in place of the file's name.

    Raises:
        SettingError: the file cannot be read, or there is no key in it.

    """
    from ...registry.settings import SettingError

    if not token.startswith("app:"):
        return token
    parts = token.split(":", 3)
    if len(parts) != 4 or not all(parts) or not parts[2].isdigit():
        raise SettingError(
            f"PUBLICCODE_TOKENS: {host}: expected app:<app id>:<installation id>:<file of the private key>"
        )
    try:
        key = Path(parts[3]).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"PUBLICCODE_TOKENS: {host}: the private key {parts[3]} cannot be read: {error}") from error
    if "PRIVATE KEY-----" not in key:
        raise SettingError(f"PUBLICCODE_TOKENS: {host}: there is no private key in {parts[3]}")
    return ":".join([*parts[:3], key])


def open_http(settings: Settings) -> Http:
    """The way out as the settings have it."""
    from ...harvesters.http import Http

    try:
        return Http(
            settings.allowed_private,
            proxy=settings.outbound_proxy,
            contact=settings.contact,
            longest_retry_after=_PATIENCE,
            connections=settings.harvest_threads,
        )
    except ValueError as error:
        raise Misuse(f"PUBLICCODE_ALLOWED_PRIVATE or PUBLICCODE_OUTBOUND_PROXY cannot be read: {error}") from error


def _hostings(store: Store, publishers: Sequence[str]) -> list[CodeHosting]:
    from sqlmodel import col, select

    from ...registry.models import CodeHosting, Publisher

    with store.reading() as session:
        known = {publisher.identifier: publisher.id for publisher in session.exec(select(Publisher)).all()}
        if unknown := [name for name in publishers if name not in known]:
            raise Misuse(f"no publisher {', '.join(unknown)}; next: publiccode publishers list")
        query = select(CodeHosting).where(col(CodeHosting.listed)).order_by(col(CodeHosting.url))
        if publishers:
            query = query.where(col(CodeHosting.publisher_id).in_([known[name] for name in publishers]))
        found = list(session.exec(query).all())
        session.expunge_all()
    if not found:
        raise Misuse("there is nothing to harvest; next: publiccode publishers import publishers.yml")
    return found


class _Progress:
    """Tells what became of each repository: lines on standard output, a bar on standard error where that is a terminal."""

    def __init__(self, total: int, form: str, dry: bool) -> None:
        from tqdm import tqdm

        self.form, self.dry = form, dry
        self.hosts: dict[str, _Host] = {}
        self.places: set[object] = set()
        self.bar = tqdm(total=total, unit="address", file=sys.stderr, disable=None, leave=False, dynamic_ncols=True)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def tell(self, hosting: CodeHosting, item: HarvestItem) -> None:
        from ...registry.stored import message_from_json

        name = urlsplit(hosting.url).netloc
        host = self.hosts.setdefault(name, _Host())
        host.add(item)
        messages = [str(message_from_json(data)) for data in item.messages]
        self.bar.clear()
        if self.form == "jsonl":
            told = {
                "url": item.url,
                "outcome": item.outcome,
                "messages": messages,
                "milliseconds": item.milliseconds,
                "requests": item.requests,
                "bytes_received": item.bytes_received,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            say(f"{item.outcome:<14} {item.url}" + "".join(f"\n{'':15}{text}" for text in messages))
        if hosting.id not in self.places:
            self.places.add(hosting.id)
            self.bar.update()
        self.bar.set_postfix_str(f"{name} {host.repositories}")

    def summary(self, done: Harvest, known: Mapping[str, int], audited: Followed | None) -> None:
        from .audit.evaluate import ended, summary, to_json

        for url, requests in done.lists.items():
            self.hosts.setdefault(urlsplit(url).netloc, _Host()).requests += requests
        hosts = {name: host.told() for name, host in sorted(self.hosts.items())}
        if self.form == "jsonl":
            told = {
                "harvest": None if self.dry else str(done.id),
                "outcomes": done.outcomes,
                "listed": done.listed,
                "requests": done.requests,
                "hosts": hosts,
                "postponed": {url: until and until.isoformat() for url, until in done.postponed.items()},
                "taken_up": done.taken_up,
                "known": known,
                "licenses": None if audited is None else to_json(audited),
            }
            click.echo(json.dumps(told))
            return
        if done.taken_up:
            click.echo(f"Went on with the harvest that was stopped: {done.taken_up} code hostings were done already.")
        click.echo(
            f"{sum(done.outcomes.values())} addresses: {_counted({str(key): n for key, n in done.outcomes.items()})}; "
            f"{done.requests} requests, {done.bytes_received} bytes."
        )
        for name, host in hosts.items() if len(hosts) > 1 else ():
            click.echo(f"  {name}: {host['repositories']} repositories, {host['requests']} requests")
        for url, until in done.postponed.items():
            when = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "for now"
            click.echo(f"{url} is left alone {when}: its host asked for that. The next harvest goes on there.")
        if self.dry:
            click.echo("Nothing was written.")
            return
        if known:
            click.echo(f"Of the {sum(known.values())} repositories that were looked at: {_counted(known)}.")
        if trouble := sum(count for state, count in known.items() if state not in _QUIET):
            click.echo(f"For each of the {trouble} in trouble: publiccode why URL tells the reason and what to do.")
        if known.get("without a file"):
            click.echo(
                "Those without a file: publiccode publishers without-file ID lists them, with a file prepared for each."
            )
        if audited is not None and audited.entries:
            for line in ended(audited):
                say(line)
            say(summary(audited))


@dataclass
class _Host:
    """What one host was asked for: repositories and lists."""

    repositories: int = 0
    requests: int = 0
    milliseconds: int = 0

    def add(self, item: HarvestItem) -> None:
        self.repositories += 1
        self.requests += item.requests
        self.milliseconds += item.milliseconds

    def told(self) -> dict[str, int]:
        return {"repositories": self.repositories, "requests": self.requests, "milliseconds": self.milliseconds}


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))

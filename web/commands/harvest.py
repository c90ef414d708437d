"""`publiccode harvest`: harvest the repositories of all publishers, or of those named."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from . import Misuse, Trouble, follow_log, open_store, say, settings

if TYPE_CHECKING:
    from ...harvesters.http import Http
    from ...harvesters.run import Harvest
    from ...registry.models import CodeHosting, HarvestItem
    from ...registry.settings import Settings
    from ...registry.store import Store


@click.command("harvest")
@click.argument("publisher", nargs=-1)
@click.option("--by", default="harvest", show_default=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(publisher: tuple[str, ...], by: str, form: str) -> None:
    """Harvest the repositories of all publishers, or of each PUBLISHER named by its id.

    May be stopped at any time (Ctrl-C): what was read is kept, and the next harvest goes on from there.

    Example: publiccode harvest moda tainan
    """
    chosen = settings()
    with open_store(chosen) as store:
        done = harvest_all(chosen, store, publisher, form, by)
    from ...registry.models import Outcome

    if done.outcomes.get(Outcome.FAILED):
        raise Trouble("the program failed at some repositories; the reasons stand above. The others were harvested.")


def harvest_all(
    settings: Settings, store: Store, publishers: Sequence[str] = (), form: str = "text", by: str = "harvest"
) -> Harvest:
    """Harvests, tells each outcome as it comes, and lets the index follow."""
    from ...harvesters.hosts import Hosts
    from ...harvesters.run import HarvestRunning, Parts, harvest, only_one
    from ...registry.harvests import standing
    from ...registry.settings import SettingError
    from ..checking import CheckingError, judge

    try:
        with only_one(settings.data), _http(settings) as http:
            hostings = _hostings(store, publishers)
            hosts = Hosts(http, settings.mirrors)
            assess, rules = judge(settings.italian_codes)
            parts = Parts(store, http, hosts.serving, assess, rules, settings.harvest_threads, by)
            with _Progress(len(hostings), form) as progress:
                done = harvest(parts, hostings, progress.tell)
            with store.reading() as session:
                progress.summary(done, standing(session, done.id))
    except HarvestRunning as error:
        raise Trouble(str(error)) from error
    except (SettingError, CheckingError) as error:
        raise Misuse(str(error)) from error
    finally:  # what was read before Ctrl-C is found, too
        follow_log(settings, store)
    return done


def _http(settings: Settings) -> Http:
    from ...harvesters.http import Http

    try:
        return Http(settings.allowed_private, proxy=settings.outbound_proxy, contact=settings.contact)
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

    def __init__(self, total: int, form: str) -> None:
        from tqdm import tqdm

        self.form = form
        self.bar = tqdm(total=total, unit="repo", file=sys.stderr, disable=None, leave=False, dynamic_ncols=True)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def tell(self, hosting: CodeHosting, item: HarvestItem) -> None:
        from ...registry.stored import message_from_json

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
        self.bar.update()

    def summary(self, done: Harvest, known: Mapping[str, int]) -> None:
        if self.form == "jsonl":
            told = {"harvest": str(done.id), "outcomes": done.outcomes, "requests": done.requests, "known": known}
            click.echo(json.dumps(told))
            return
        click.echo(
            f"{sum(done.outcomes.values())} addresses: {_counted({str(key): n for key, n in done.outcomes.items()})}; "
            f"{done.requests} requests, {done.bytes_received} bytes."
        )
        click.echo(f"Of {sum(known.values())} repositories known there: {_counted(known)}.")
        if trouble := sum(count for state, count in known.items() if state != "valid"):
            click.echo(
                f"For each of the {trouble} that are not valid: publiccode why URL tells the reason and what to do."
            )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))

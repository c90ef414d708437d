"""`publiccode proposals`: the addresses that readers proposed, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from . import Misuse, follow_log, open_store, say, settings

if TYPE_CHECKING:
    from ...registry.models import Proposal

_STATUSES = ("open", "accepted", "listed", "rejected", "removed", "all")


@click.group("proposals")
def command() -> None:
    """List, accept and reject the addresses that readers proposed on the page /register.

    Example: publiccode proposals list
    """


@command.command("list")
@click.option(
    "--status", type=click.Choice(_STATUSES), default="open", show_default=True, help="Only those of this status."
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def list_some(status: str, form: str) -> None:
    """List the proposals by number, with what was found at the address when it was proposed.

    open: waits for a decision; accepted: harvested, and kept beside publishers.yml; listed: accepted, and the file names
    it since; removed: accepted, and taken out again.

    Example: publiccode proposals list --status all --format jsonl
    """
    from ...registry.proposals import STATUSES, named_publisher, proposals

    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        for one in proposals(session, STATUSES if status == "all" else [status]):
            meant = named_publisher(session, one.publisher)
            if form == "jsonl":
                click.echo(json.dumps(_record(one, meant.identifier if meant else ""), ensure_ascii=False))
            else:
                for line in _lines(one, meant.identifier if meant else ""):
                    say(line)


@command.command("accept")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--publisher", required=True, metavar="ID", help="Who answers for the address: its id in publishers.yml.")
@click.option("--by", required=True, metavar="NAME", help="Who decides, for the log.")
@click.option("--group", is_flag=True, help="A group of repositories, though not proposed as one.")
def accept(number: int, publisher: str, by: str, group: bool) -> None:
    """Add the proposed address to those of a publisher, so that the next harvest reads it.

    It stays when publishers.yml is imported again, until the file names it itself, or `publiccode publishers remove`
    takes it out.

    Example: publiccode proposals accept 7 --publisher moda --by "Lin Yu"
    """
    from ...registry.decisions import accept as accept_proposal
    from ...registry.decisions import lines_for_list

    chosen = settings()
    with open_store(chosen) as store:
        with _plainly(), store.writing(by) as change:
            done = accept_proposal(change, number, publisher, group)
        follow_log(chosen, store)
    say(f"Proposal {number} is accepted: {done.url} is a {done.kind} of {done.publisher}; the next harvest reads it.")
    click.echo(f"Next: publiccode harvest {done.publisher}, and add to publishers.yml, so that the file names it, too:")
    say(lines_for_list([done]))


@command.command("reject")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", required=True, metavar="TEXT", help="Why; shown to everybody, must not name a person.")
@click.option("--by", required=True, metavar="NAME", help="Who decides, for the log.")
def reject(number: int, reason: str, by: str) -> None:
    """Reject a proposal. Its page, and `publiccode why`, tell the reason.

    Example: publiccode proposals reject 8 --reason "a private project, no administration's" --by "Lin Yu"
    """
    from ...registry.decisions import reject as reject_proposal

    chosen = settings()
    with open_store(chosen) as store, _plainly(), store.writing(by) as change:
        url = reject_proposal(change, number, reason).url
    say(f"Proposal {number} is rejected: {url}")


@contextmanager
def _plainly() -> Iterator[None]:
    """A decision that cannot be carried out is told as misuse."""
    from ...registry.decisions import DecisionError

    try:
        yield
    except DecisionError as error:
        raise Misuse(str(error)) from error


def _record(one: Proposal, meant: str) -> dict[str, Any]:
    return {
        "number": one.number,
        "status": one.status,
        "url": one.url,
        "at": one.at.isoformat(),
        "publisher": one.publisher,
        "publisher_id": meant,
        "remark": one.remark,
        "judged": one.judged,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "decided_by": one.decided_by,
        "reason": one.reason,
    }


_FOUND = {"group": "a group of repositories", "empty": "an empty repository", "no-file": "no publiccode.yml"}


def _lines(one: Proposal, meant: str) -> Iterator[str]:
    yield f"{one.number:5}  {one.status:<8}  {one.at:%Y-%m-%d}  {one.url}"
    room = " " * 7
    if one.judged:
        yield f"{room}found: {_found(one.judged)}"
    if one.publisher:
        yield f"{room}publisher: {one.publisher} " + (f"(id {meant})" if meant else "(not in the list)")
    for line in one.remark.splitlines():
        yield f"{room}remark: {line}"
    if one.decided_at:
        reason = f": {one.reason}" if one.reason else ""
        yield f"{room}decided on {one.decided_at:%Y-%m-%d} by {one.decided_by}{reason}"


def _found(judged: Mapping[str, Any]) -> str:
    """What was found at the address, in one line."""
    if judged["outcome"] != "file":
        return _FOUND[judged["outcome"]]
    verdict = (
        "valid" if judged["valid"] else "not valid, but usable" if judged["usable"] else "not valid and not usable"
    )
    name = f"{judged['name']}, " if judged["name"] else ""
    return f"{name}{verdict}; errors: {judged['errors']}, warnings: {judged['warnings']}"

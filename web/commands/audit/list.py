"""`publiccode audit list`: conclusions, waivers and declarations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from .. import open_store, say, settings

if TYPE_CHECKING:
    from sqlmodel import Session


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Those too that have ended.")
@click.option("--declarations", is_flag=True, help="What agencies declare beyond their files, instead.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(everything: bool, declarations: bool, form: str) -> None:
    """List the conclusions and waivers in force, or the declarations, with their numbers.

    Example: publiccode audit list --all --format json
    """
    from zoneinfo import ZoneInfo

    chosen = settings()
    zone = ZoneInfo(chosen.time_zone)
    with open_store(chosen) as store, store.reading() as session:
        told = list(_declared(session) if declarations else _told(session, zone))
    shown = [one for one in told if everything or one["in_force"]]
    if form == "json":
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for one in shown:
        say(_line(one, zone))
    if not shown:
        click.echo("There are none" + (" in force." if told else "."))


def _told(session: Session, zone: tzinfo) -> Iterator[dict[str, Any]]:
    from ....registry.audit.conclusions import all_conclusions, all_waivers, in_force, why_ended
    from ....registry.columns import now

    moment = now()
    for slug, conclusion in all_conclusions(session):
        yield {
            "kind": "conclusion",
            "number": conclusion.number,
            "software": slug,
            "in_force": conclusion.ended_at is None,
            "at": conclusion.at.isoformat(),
            "by": conclusion.by,
            "license": conclusion.license,
            "reason": conclusion.reason,
            "ended_at": conclusion.ended_at.isoformat() if conclusion.ended_at else None,
            "ended_because": str(why_ended(conclusion)),
        }
    for slug, waiver in all_waivers(session):
        yield {
            "kind": "waiver",
            "number": waiver.number,
            "software": slug,
            "in_force": in_force(waiver, moment, zone),
            "at": waiver.at.isoformat(),
            "by": waiver.by,
            "rule": waiver.rule,
            "reason": waiver.reason,
            "remark": waiver.remark,
            "until": waiver.until,
            "ended_at": waiver.ended_at.isoformat() if waiver.ended_at else None,
            "ended_by": waiver.ended_by,
        }


def _declared(session: Session) -> Iterator[dict[str, Any]]:
    from ....registry.declarations import all_declarations

    for declaration, subject in all_declarations(session):
        yield {
            "kind": "declaration",
            "number": declaration.number,
            "software" if declaration.software_id else "publisher": subject,
            "in_force": declaration.ended_at is None,
            "at": declaration.at.isoformat(),
            "by": declaration.by,
            "declared": declaration.kind,
            "value": declaration.value,
            "ended_at": declaration.ended_at.isoformat() if declaration.ended_at else None,
            "ended_by": declaration.ended_by,
        }


def _line(one: dict[str, Any], zone: tzinfo) -> str:
    day = datetime.fromisoformat(one["at"]).astimezone(zone).date()
    if one["kind"] == "conclusion":
        what, end = f"{one['license']}: {one['reason']}", f"ended: {one['ended_because']}"
    elif one["kind"] == "declaration":
        said = ", ".join(f"{part} {text}" for part, text in one["value"].items())
        what, end = f"{one['declared']}: {said}" if said else one["declared"], f"ended by {one['ended_by']}"
    else:
        what = f"{one['rule']} until {one['until']} ({one['reason']}): {one['remark']}"
        end = f"withdrawn by {one['ended_by']}" if one["ended_by"] else "over"
    state = "" if one["in_force"] else f"; {end}"
    subject = one.get("software") or one.get("publisher")
    return f"{one['kind']:<11}{one['number']:>5}  {day}  {subject}  {what}  ({one['by']}{state})"

"""`publiccode audit evaluate`: judge again what changed, and tell what is new and what is resolved."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from .. import open_store, say, settings

if TYPE_CHECKING:
    from ....registry.audit.verdicts import Followed


@click.command("evaluate")
@click.option("--by", default="audit", show_default=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(by: str, form: str) -> None:
    """Compare what is declared with what is there, wherever one of the two, the texts, the list or the policy changed.

    A harvest does so at its end. May be stopped at any time (Ctrl-C): what was compared is kept, and the next run goes on. Tells
    which rules of the policy (setting LICENSE_POLICY) are violated that were not before, and which no longer are.

    Example: publiccode audit evaluate --format json
    """
    from tqdm import tqdm

    from ....registry.audit.conclusions import auditor
    from ....registry.audit.verdicts import follow_licenses
    from . import current_method, plainly

    with plainly():
        who = auditor(by)
    chosen = settings()
    method = current_method(chosen)
    with open_store(chosen) as store, tqdm(unit="entry", file=sys.stderr, disable=None, leave=False) as bar:

        def tell(looked_at: int, total: int) -> None:
            bar.total = total
            bar.update(looked_at - bar.n)

        done = follow_licenses(store, method, actor=who, tell=tell)
    if form == "json":
        click.echo(json.dumps(to_json(done), ensure_ascii=False, indent=2))
    else:
        _print(done)


def to_json(done: Followed) -> dict[str, object]:
    """What following gave, as programs take it."""

    def listed(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"software": slug, "rule": rule} for slug, rule in pairs]

    return {
        "entries": done.entries,
        "judged": done.judged,
        "changed": done.changed,
        "method_changed": done.method_changed,
        "new": listed(done.new),
        "waived": listed(done.waived),
        "resolved": listed(done.resolved),
        "ended_conclusions": [
            {"software": slug, "number": number, "because": because} for slug, number, because in done.ended
        ],
    }


def _print(done: Followed) -> None:
    from ....registry.audit.conclusions import ENDED_BECAUSE

    for word, pairs in (("new", done.new), ("waived", done.waived), ("resolved", done.resolved)):
        for slug, rule in pairs:
            say(f"{word:<10}{rule:<28} {slug}")
    for slug, number, because in done.ended:
        say(f"{'ended':<10}{f'conclusion {number}':<28} {slug}: {ENDED_BECAUSE[because]}")
    if done.method_changed:
        click.echo("The policy, the list or the texts are other ones than before.")
    say(summary(done))


def summary(done: Followed) -> str:
    """One line: how many entries were compared, what is new, what is resolved."""
    waived = f" ({len(done.waived)} waived besides)" if done.waived else ""
    return (
        f"Licences: {done.entries} entries, {done.judged} compared again, {done.changed} with a new verdict; "
        f"{len(done.new)} new violations{waived}, {len(done.resolved)} resolved."
    )

"""`publiccode audit conclude`: record what an auditor concluded."""

from __future__ import annotations

import click

from .. import open_store, say, settings


@click.command("conclude")
@click.argument("entry", metavar="ADDRESS|SLUG")
@click.argument("concluded", metavar="LICENSE")
@click.option("--reason", required=True, metavar="TEXT", help="Why; shown to everybody, must not name a person.")
@click.option("--by", required=True, metavar="NAME", help="Who concludes; stands in reports.")
def command(entry: str, concluded: str, reason: str, by: str) -> None:
    """Record what you concluded about the licence of an entry, by its address or the last part of its page's address.

    LICENSE is an SPDX expression of today's ids, LicenseRef- and a name, or NOASSERTION: nobody can know it. The conclusion takes
    the place of what the texts say, until the declaration or a licence file changes; it then ends, and `publiccode audit evaluate`
    tells so.
    It does not say that the policy allows the licence: the outcome of a review (license-review) is recorded by waive.

    Example: publiccode audit conclude e-petition EUPL-1.2 --reason "The publisher confirmed it" --by "Lin Yu"
    """
    from ....registry.audit.conclusions import conclude, software_named
    from ....registry.audit.verdicts import follow_licenses, newest_verdict
    from . import current_method, deciding

    chosen = settings()
    method = current_method(chosen)
    with open_store(chosen) as store:
        with deciding(store, by) as change:
            software = software_named(change.session, entry)
            made = conclude(change, software, concluded, reason)
            identity, slug, number, said, who = software.id, software.slug, made.number, made.license, made.by
        follow_licenses(store, method, actor=who, only=[identity])
        with store.reading() as session:
            verdict = newest_verdict(session, identity)
    say(f"Conclusion {number}: {slug} is under {said}.")
    if verdict is not None:
        say(f"Declared: {verdict.declared}. Verdict: {', '.join(verdict.codes)}.")

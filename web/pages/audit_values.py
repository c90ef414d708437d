"""An audit report as plain values: what the JSON holds, and what pages, prints and tables show."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import url_for

from ...harvesters.hosts.commit_page import commit_page
from ...harvesters.hosts.new_file_page import kind_of_host
from ...registry.audit.changes import Changes, VerdictChange, WaiverChange
from ...registry.audit.conclusions import why_ended
from ...registry.audit.lines import Line, Spoken
from ...registry.audit.past import EntryThen, PublisherThen, end_of_day, is_settled
from ...registry.audit.reasons import WAIVER_REASONS, WaiverReason
from ...registry.audit.report import Kind, Report, Told
from ...registry.columns import now
from ...registry.license_models import AuditMethod, LicenseConclusion, LicenseWaiver
from ...registry.settings import Settings
from ...schemas.licensing.found import NOASSERTION
from ...schemas.rules.pages import pages as rule_pages
from ..language import nearest, pick
from ..presenting import say
from ..translation import gettext
from .audit_evidence import Places, file_evidence, nothing_kept, parsed
from .audit_reports import readable
from .audit_sentences import Sentences, concluded
from .audit_words import code_words, family_words, level_words, method_words, rule_words
from .license_words import license_title
from .said import web_address

T = TypeVar("T")
_SLUG, _HASH = "-slug-", "-hash-"  # in whose place what an address is of is put


@dataclass(frozen=True)
class Teller:
    """Makes the values of one report in one language; `days` are the parts of addresses that keep a page's days.

    `site` stands before the addresses of the catalogue's own pages; empty on the pages themselves, None where nobody knows it:
    then there are no such addresses.
    """

    settings: Settings
    zone: ZoneInfo
    language: str
    days: Mapping[str, Any]
    site: str | None = ""
    read: Callable[[str], bytes | None] = nothing_kept
    """Reads a stored file by its hash."""
    public: bool = False
    """For readers of the catalogue, from whom SHOW_ONLY_VALID hides entries."""
    _said: dict[object, Any] = field(default_factory=dict, compare=False)
    """What was put into words already: a report says the same few things of thousands of entries."""

    def whole(self, report: Report) -> dict[str, Any]:
        """All of a report."""
        return {
            **self.head(report),
            "totals": self.totals(report),
            "rules": self.rules(report),
            "changes": self.changes(report.changes),
            "entries": [self.line(line) for line in report.lines],
            "file_rules": self.file_rules(report),
            "waivers": [self.waiver_of(line, waiver) for line in report.lines for waiver in line.waivers],
            "conclusions": [self.conclusion_of(line) for line in report.lines if line.entry.conclusion],
            "codes": self.codes(report),
        }

    def codes(self, report: Report) -> list[dict[str, str]]:
        """What the verdicts mean."""
        return [self.once(code_words, code) for code, _ in (*report.verdicts, *report.further)]

    def head(self, report: Report) -> dict[str, Any]:
        """What the report is about, of when, and by what it was judged."""
        return {
            "catalogue": self.settings.catalogue_name or gettext("Public Code Catalogue"),
            "scope": {
                "kind": str(report.scope.kind),
                "publisher": self._owner(report),
                "software": self._software(report),
            },
            "language": self.language,
            "as_of": self.moment(report.at),
            "provisional": not is_settled(report.at, now(), self.zone),
            "since": self.moment(report.since),
            "time_zone": self.zone.key,
            "method": self.method(report.method),
            "notice": gettext("This report compares texts. It is no legal advice."),
            "remarks": list(self._remarks(report)),
        }

    def _remarks(self, report: Report) -> Iterator[str]:
        """What the report leaves out."""
        if self.site is None:
            yield gettext(
                "This file has no links to the pages of the catalogue: it was made by a command that was not told the "
                "catalogue's address (--site)."
            )
        if self.public and self.settings.show_only_valid and report.scope.kind is not Kind.SOFTWARE:
            yield gettext("Entries whose file has errors are neither shown in this catalogue nor counted here.")
        if report.method and not readable(report.method):
            yield gettext(
                "This program cannot read the policy %(policy)s of that time: what its rules say is not told, nor what of it is "
                "new or resolved.",
                policy=report.method.policy,
            )

    def totals(self, report: Report) -> dict[str, Any]:
        """How many entries there are of each kind."""
        return {
            "entries": len(report.lines),
            "compared": report.compared,
            "with_open_findings": report.troubled,
            "with_waivers": sum(bool(line.waived) for line in report.lines),
            "verdicts": [{**self.sentences.titled(code), "entries": count} for code, count in report.verdicts],
            "further": [{**self.sentences.titled(code), "entries": count} for code, count in report.further],
            "families": [
                {"family": name, "title": self.once(family_words, name), "entries": count}
                for name, count in report.families
            ],
            "licenses": [
                {"license": name, "title": license_title(name), "entries": count} for name, count in report.licenses
            ],
        }

    def rules(self, report: Report) -> list[dict[str, Any]]:
        """What the policy says, rule by rule, and of which entries."""
        return [
            {
                **self._rule(told),
                "open": [self.spoken(one) for one in told.open],
                "waived": [self.spoken(one) for one in told.waived],
            }
            for told in report.rules
        ]

    def counted_rules(self, report: Report) -> list[dict[str, Any]]:
        """What the policy says, rule by rule, and of how many entries."""
        return [{**self._rule(told), "open": len(told.open), "waived": len(told.waived)} for told in report.rules]

    def file_rules(self, report: Report) -> list[dict[str, Any]]:
        """What the validator says of the files, rule by rule, and of which entries."""
        rules = zip(self.counted_file_rules(report), report.file_rules, strict=True)
        return [{**rule, "entries": [self.named(line) for line in told.lines]} for rule, told in rules]

    def counted_file_rules(self, report: Report) -> list[dict[str, Any]]:
        """What the validator says of the files, rule by rule, and of how many entries."""
        titles = {page.id: page.title for page in rule_pages(self.language)}
        return [
            {
                "rule": told.rule,
                "title": titles.get(told.rule, told.rule),
                "address": "" if self.site is None else self.site + url_for("rules.rule", rule_id=told.rule),
                "findings": told.findings,
                "entries": len(told.lines),
            }
            for told in report.file_rules
        ]

    def changes(self, told: Changes) -> dict[str, list[dict[str, Any]]]:
        """What changed since the earlier moment."""
        return {name: [tell(one) for one in rows] for name, rows, tell in self._changes(told)}

    def counted_changes(self, told: Changes, most: int) -> dict[str, dict[str, Any]]:
        """The same: of each kind how many there are, and the first `most`."""
        return {
            name: {"count": len(rows), "first": [tell(one) for one in rows[:most]]}
            for name, rows, tell in self._changes(told)
        }

    def _changes(self, told: Changes) -> Iterator[tuple[str, Sequence[Any], Callable[[Any], dict[str, Any]]]]:
        yield "added", told.added, self.named
        yield "removed", told.removed, self.named
        yield "new", told.new, self.spoken
        yield "resolved", told.resolved, self.spoken
        yield "verdicts", told.verdicts, self._verdict_change
        yield "waived", told.waived, self._waiver_change
        yield "waivers_ended", told.waivers_ended, self._waiver_change
        yield "method", told.method, self._method_change

    def _verdict_change(self, one: VerdictChange) -> dict[str, Any]:
        return {
            **self.named(one.now),
            "before": self.sentences.verdict(one.before),
            "now": self.sentences.verdict(one.now),
        }

    def _method_change(self, one: tuple[str, str, str]) -> dict[str, Any]:
        name, before, now = one
        return {"name": name, "title": self.once(method_words, name), "before": before, "now": now}

    def line(self, line: Line) -> dict[str, Any]:
        """All that is told of one entry."""
        entry, verdict = line.entry, line.entry.verdict
        commit = self.repository_page(line)
        return {
            **self.named(line),
            "url": entry.url,
            "publisher": self.publisher(entry.publisher),
            "repository": entry.repository_url,
            "commit": entry.commit,
            "repository_page": commit if web_address(commit) else "",
            "declared": verdict.declared if verdict else _declared(entry),
            "normalized": verdict.normalized if verdict else "",
            "found": [self._file(line, file) for file in (verdict.found if verdict else ())],
            "host": verdict.host if verdict else "",
            "host_at": self.moment(verdict.host_at) if verdict else None,
            **concluded(verdict),
            "conclusion": self.conclusion(entry.conclusion) if entry.conclusion else None,
            "compared_at": self.moment(verdict.at) if verdict else None,
            "codes": self.sentences.codes(line),
            "family": line.family,
            "family_title": self.once(family_words, line.family),
            "findings": [
                *(self.sentences.violation(line, told) for told in line.open),
                *(
                    {**self.sentences.violation(line, one.violation), "waived_by": one.waiver.number}
                    for one in line.waived
                ),
            ],
            "waivers": [self.waiver(waiver) for waiver in line.waivers],
            "file": {"errors": line.errors, "warnings": line.warnings, "rules": dict(line.findings)},
        }

    def named(self, line: Line) -> dict[str, Any]:
        """An entry that is only named, and where more is told of it."""
        slug = line.entry.slug
        return {
            "slug": slug,
            "name": line.entry.name,
            "called": self.called(line),
            "address": self.at("entry.entry", slug),
            "audit": self.at("audit.software", slug, **self.days),
        }

    def called(self, line: Line) -> dict[str, str]:
        """The entry's name for a reader of this language, as the catalogue shows it, with the language it is written in."""
        tag = nearest(line.entry.names, self.language)
        name = line.entry.names.get(tag, "")
        return {"language": tag if name else "", "text": name or line.entry.name}

    def publisher(self, owner: PublisherThen) -> dict[str, Any]:
        """The publisher as it was then."""
        return {
            "slug": owner.slug,
            "identifier": owner.identifier,
            "name": pick(owner.names, self.language, owner.name),
            "uri": owner.uri,
            "address": self.at("publishers.publisher", owner.slug),
            "audit": self.at("audit.publisher", owner.slug, **self.days),
        }

    def spoken(self, one: Spoken) -> dict[str, Any]:
        """That a rule speaks of an entry."""
        return {**self.named(one.line), **self.sentences.violation(one.line, one.violation)}

    def waiver_of(self, line: Line, waiver: LicenseWaiver) -> dict[str, Any]:
        """A waiver, and for which entry it is."""
        return {**self.named(line), **self.waiver(waiver)}

    def waiver(self, waiver: LicenseWaiver) -> dict[str, Any]:
        """A waiver."""
        return {
            "number": waiver.number,
            "rule": waiver.rule,
            "reason": waiver.reason,
            "reason_title": self.once(_reason, waiver.reason),
            "remark": waiver.remark,
            "by": waiver.by,
            "at": self.moment(waiver.at),
            "until": waiver.until,
            "until_at": self.moment(end_of_day(waiver.until, self.zone)),
            "ended_at": self.moment(waiver.ended_at),
            "ended_by": waiver.ended_by,
        }

    def conclusion_of(self, line: Line) -> dict[str, Any]:
        """What an auditor concluded, and of which entry."""
        return {**self.named(line), **(self.conclusion(line.entry.conclusion) if line.entry.conclusion else {})}

    def conclusion(self, one: LicenseConclusion) -> dict[str, Any]:
        """What an auditor concluded."""
        return {
            "number": one.number,
            "license": one.license,
            "reason": one.reason,
            "by": one.by,
            "at": self.moment(one.at),
            "ended_at": self.moment(one.ended_at),
            "ended_because": say(why_ended(one)),
        }

    def method(self, method: AuditMethod | None) -> dict[str, Any] | None:
        """By what the entries were judged; None where nothing was judged yet."""
        if method is None:
            return None
        content = method.policy_content
        titles = content.get("titles", {})
        return {
            "at": self.moment(method.at),
            "policy": method.policy,
            "policy_title": str(titles.get(self.language) or titles.get("en") or method.policy),
            "policy_version": str(content.get("version", "")),
            "license_list": method.license_list,
            "texts": method.texts,
            "program": method.program,
        }

    def moment(self, at: datetime | None) -> str | None:
        """A moment in the instance's time zone."""
        return at.astimezone(self.zone).isoformat() if at else None

    def at(self, endpoint: str, slug: str, **arguments: str) -> str:
        """The address of a page of the catalogue that is named by a slug."""
        if self.site is None:
            return ""
        pattern = self.once(_pattern, endpoint, tuple(arguments.items()))
        return f"{self.site}{pattern.replace(_SLUG, quote(slug))}"

    def once(self, words: Callable[..., T], *of: Hashable) -> T:
        """What `words` gives for these values, asked for once."""
        key = (words, *of)
        if key not in self._said:
            self._said[key] = words(*of)
        found: T = self._said[key]
        return found

    @cached_property
    def sentences(self) -> Sentences:
        """What is said of single entries."""
        return Sentences(self.once)

    def repository_page(self, line: Line, path: str = "", lines: Iterable[int] = (), commit: str = "") -> str:
        """Where the host shows the repository, or a file in it, at the commit that was read, or at another."""
        url = line.entry.repository_url
        kind = kind_of_host(url, self.settings.hosts)
        return commit_page(url, kind, commit or line.entry.commit, path, tuple(lines))

    def _owner(self, report: Report) -> dict[str, Any] | None:
        return self.publisher(report.publisher) if report.publisher else None

    def _software(self, report: Report) -> dict[str, Any] | None:
        return self.named(report.lines[0]) if report.scope.kind is Kind.SOFTWARE else None

    def _file(self, line: Line, file: Mapping[str, Any]) -> dict[str, Any]:
        """One licence file with the evidence in it."""
        slug, path, kept = line.entry.slug, str(file["path"]), str(file["hash"])
        places = Places(
            lambda: self.read(kept),
            self._of_file("audit.lines", slug, kept),
            lambda lines: self.repository_page(line, path, lines),
        )
        return {
            "path": path,
            "hash": kept,
            "target": file.get("target", ""),
            "address": self._of_file("audit.file", slug, kept),
            "lines_address": places.lines,
            "repository_page": places.host(()),
            **file_evidence(parsed(file), places, self.once),
        }

    def _of_file(self, endpoint: str, slug: str, file_hash: str) -> str:
        """The address of a page of a stored file, which holds for the past as well."""
        return self.at(endpoint, slug, file_hash=_HASH).replace(_HASH, file_hash) if file_hash else ""

    def _rule(self, told: Told) -> dict[str, str]:
        return {
            "rule": told.rule,
            "title": self.once(rule_words, told.rule),
            "level": told.level,
            "level_title": self.once(level_words, told.level),
        }

    def _waiver_change(self, one: WaiverChange) -> dict[str, Any]:
        return self.waiver_of(one.line, one.waiver)


def _pattern(endpoint: str, arguments: tuple[tuple[str, str], ...]) -> str:
    named: dict[str, Any] = dict(arguments)
    return url_for(endpoint, slug=_SLUG, **named)


def _declared(entry: EntryThen) -> str:
    """What a file declares that nothing was compared with."""
    said = entry.assessment.license_declared
    return "" if said == NOASSERTION else said


def _reason(reason: str) -> str:
    return say(WAIVER_REASONS[WaiverReason(reason)]) if reason in set(WaiverReason) else reason

"""A deep scan for people and programs: first what it comes to, then the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...harvesters.scan.exposed import Exposed
from ...harvesters.scan.scanning import Scan
from ...registry.exposed_titles import TITLES, advice
from ...schemas.finding import Message, message
from ...schemas.licensing.successors import successors
from ...schemas.vocabularies import licenses
from ..spoken import spoken

FEW, MANY = 20, 100  # lines of a list: of one scan among many, of a scan alone
_JUDGED = {
    True: message("REUSE: compliant ({tool})"),
    False: message("REUSE: not compliant ({tool})"),
    None: message("REUSE: not judged ({tool})"),
}


def to_json(scan: Scan, name: str, language: str = "en") -> dict[str, Any]:
    """The scan for programs. What is exposed is masked here already."""
    return {
        "name": name,
        "commit": scan.commit,
        "tool": scan.tool,
        "clean": bool(scan.is_clean),
        "compliant": scan.compliant,
        "files_met": scan.met,
        "files": scan.files,
        "bytes": scan.bytes,
        "with_license": scan.with_license,
        "with_copyright": scan.with_copyright,
        "licenses": dict(scan.licenses),
        **{kind: list(getattr(scan, kind)) for kind in ("missing", "unused", "deprecated", "bad")},
        "without": list(scan.without),
        "without_count": scan.without_count,
        "copyrights": list(scan.copyrights),
        "license_texts": [dict(text) for text in scan.texts],
        "vendored": dict(scan.vendored),
        "messages": [spoken(said, language) for said in scan.messages],
        "complaint_of_reuse": scan.complaint,
        "exposed": [one.to_json() for one in scan.exposed],
        "more_exposed": scan.more_exposed,
        "network_taken_by": list(scan.network),
    }


def text(scan: Scan, name: str, most: int = MANY, language: str = "en") -> Iterator[str]:
    """The scan for people, line by line."""
    told = _Told(language, most)
    at = f" ({scan.commit[:12]})" if scan.commit else ""
    yield f"{name}{at}: {told.files(scan.met)}, {_size(scan.bytes)}"
    yield from (f"  {line}" for line in verdicts(scan, language))
    yield from told.exposed(scan)
    yield from told.licenses(scan)
    title = message("Files without information about licence or copyright: {count}", count=f"{scan.without_count:,}")
    yield from told.listed(title, scan.without, scan.without_count)
    texts = [f"{one['path']}: {one['license']}" for one in scan.texts]
    yield from told.listed(message("Licence texts below the root: {count}", count=len(texts)), texts)
    vendored = [f"{folder}: {told.files(count)}" for folder, count in scan.vendored.items()]
    yield from told.listed(message("Folders of others' code: {count}", count=len(vendored)), vendored)


def verdicts(scan: Scan, language: str = "en") -> Iterator[str]:
    """The lines that say what it comes to."""
    yield from (spoken(said, language) for said in _verdicts(scan))
    for said in scan.messages:
        yield spoken(message("Note: {note}", note=spoken(said, language)), language)
    if scan.complaint:
        yield spoken(message("Note: reuse says “{complaint}”", complaint=scan.complaint), language)


def _verdicts(scan: Scan) -> Iterator[Message]:
    yield Message(_JUDGED[scan.compliant].template, (("tool", scan.tool),))
    if scan.files:
        yield message(
            "Licences: {license} of {files} files say their licence, {copyright} their copyright",
            license=percent(scan.with_license, scan.files),
            files=f"{scan.files:,}",
            copyright=percent(scan.with_copyright, scan.files),
        )
    else:
        yield message("Licences: no file must say its licence")
    yield from _places(scan)


def _places(scan: Scan) -> Iterator[Message]:
    """How many places show something."""
    high, low = len(scan.alarms), len(scan.exposed) - len(scan.alarms)
    if high:
        yield message("Exposed: places that must be looked at before a release: {count}", count=high)
    else:
        yield message("Exposed: nothing found")
    if low:
        yield message("Exposed in examples, tests and the like: {count}", count=low)
    if scan.more_exposed:
        yield message("Exposed further, not listed: {count}", count=f"{scan.more_exposed:,}")


def percent(part: int, whole: int) -> str:
    """A share in whole percent; 100 % only where nothing lacks."""
    share = 100 if part >= whole else min(round(100 * part / max(whole, 1)), 99)
    return f"{share} %"


class _Told:
    """The lists of a scan in one language, each of at most `most` lines."""

    def __init__(self, language: str, most: int) -> None:
        self._language, self._most = language, most

    def say(self, said: Message) -> str:
        return spoken(said, self._language)

    def files(self, count: int) -> str:
        one = message("1 file")
        return self.say(one if count == 1 else message("{count} files", count=f"{count:,}"))

    def exposed(self, scan: Scan) -> Iterator[str]:
        """Where something stands that must not be published, and what to do about each kind."""
        low = [one for one in scan.exposed if one.low]
        alarms = message(
            "Must be looked at before a release (masked; never stored): {count}", count=f"{len(scan.alarms):,}"
        )
        yield from self.listed(alarms, [self._place(one) for one in scan.alarms])
        for step in dict.fromkeys(advice(one.rule) for one in scan.alarms):
            rules = ", ".join(sorted({one.rule for one in scan.alarms if advice(one.rule) == step}))
            told = message("next ({rules}): {step}", rules=rules, step=self.say(step))
            yield f"  {self.say(told)}"
        doubtful = message(
            "In examples, tests and lists of authors, or probably no secret (masked; never stored): {count}",
            count=f"{len(low):,}",
        )
        yield from self.listed(doubtful, [self._place(one) for one in low])

    def _place(self, one: Exposed) -> str:
        title = self.say(TITLES.get(one.rule, Message(one.rule)))
        many = message("{count} in this file", count=f"{one.count:,}")
        return f"{one.path}:{one.line}: {title}: {self.say(many) if one.count > 1 else one.masked} [{one.rule}]"

    def licenses(self, scan: Scan) -> Iterator[str]:
        """Which licences the files name, and what is not in order about the names."""
        counted = [f"{license_}: {self.files(count)}" for license_, count in _by_count(scan.licenses)]
        yield from self.listed(message("Licences by files: {count}", count=len(counted)), counted)
        kinds: Sequence[tuple[Message, tuple[str, ...]]] = (
            (message("Named in files, text missing in LICENSES/: {count}", count=len(scan.missing)), scan.missing),
            (message("In LICENSES/, named in no file: {count}", count=len(scan.unused)), scan.unused),
            (message("Deprecated by SPDX: {count}", count=len(scan.deprecated)), scan.deprecated),
            (message("No licences of SPDX: {count}", count=len(scan.bad)), scan.bad),
        )
        for title, found in kinds:
            yield from self.listed(title, [one + self._hint(one) for one in found])

    def _hint(self, license_: str) -> str:
        return f" ({self.say(said)})" if (said := hint(license_)) else ""

    def listed(self, title: Message, lines: Sequence[str], total: int | None = None) -> Iterator[str]:
        """A list with its title; nothing where it is empty. `total`: of how many these are the first."""
        total = len(lines) if total is None else total
        if not total:
            return
        yield self.say(title)
        yield from (f"  {line}" for line in lines[: self._most])
        if left := total - len(lines[: self._most]):
            further = message("… and {count} more", count=f"{left:,}")
            yield f"  {self.say(further)}"


def hint(license_: str) -> Message | None:
    """What to write instead of an id that REUSE does not take: it tells capitals from small letters."""
    known = licenses().get(license_.lower())
    if known and known[0] != license_:
        return message("the list of SPDX writes {license}", license=known[0])
    instead = successors(license_)
    return message("write {licenses}", licenses=" / ".join(instead)) if instead else None


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _size(count: int) -> str:
    return f"{count / 10**6:,.1f} MB" if count >= 10**5 else f"{count / 1000:,.1f} kB"

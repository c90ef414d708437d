"""How the activity index is distributed over real projects whose histories are at hand. Contacts nobody.

    python bench/activity_distribution.py [--changelogs /usr/share/doc] [--corpus ../shared/acceptance/corpus]

Two sources, because no single one has everything:

* change logs in GNU's form, as Debian's packages carry them: the day and the author of every change of a project, for years;
  its releases from Debian's own change log (the first package of each upstream version). Each project is judged at the
  middle of every year from its second to the year after its last change, as a registry of that day would have judged it.
  Known: commits, authors, releases. Not known: what a publiccode.yml says.
* repositories of administrations: the day of the last commit, and what the publiccode.yml says.
  Not known: all other commits, authors, the host's releases.

Prints for each: projects, judgements, how many had an index, its deciles, the shares at the floor and the ceiling.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publiccode.registry.activity import Activity, activity, read_in_file
from publiccode.schemas.candidate import Facts
from publiccode.schemas.document import parse

_CHANGE = re.compile(r"^(\d{4}-\d\d-\d\d)\b[ \t\d:]*\s(\S[^<\n]*?)\s*<", re.MULTILINE)
_PACKAGE = re.compile(r"^\S+ \(([^)]+)\) .*?^ -- .*?>  (.+?)$", re.MULTILINE | re.DOTALL)
_FEWEST = 100  # changes; with fewer, a log is mostly of one release


@dataclass(frozen=True)
class History:
    """One project: its changes (day, author) and its releases, the newest first."""

    changes: tuple[tuple[datetime, str], ...]
    releases: tuple[tuple[datetime, str], ...]

    def facts(self, at: datetime) -> Facts:
        """What a host would have told of it at that moment."""
        past = [change for change in self.changes if change[0] <= at]
        released = [release for release in self.releases if release[0] <= at]
        told: Facts = {
            "recent_commits": [day.isoformat() for day, _ in past[:100]],
            "recent_authors": len({author for _, author in past[:100]}),
            "commits": len(past),
            "created_at": self.changes[-1][0].isoformat(),
        }
        if self.releases:
            told["releases"] = len(released)
        if released:
            told["newest_release"] = {"name": released[0][1], "at": released[0][0].isoformat()}
        return told


def histories(folder: Path) -> Iterator[History]:
    """The projects whose change logs lie in this folder; the packages of one source carry the same log, it counts once."""
    seen: set[int] = set()
    for path in sorted(folder.glob("*/changelog.gz")):
        text = _text(path)
        found = [(change, author.casefold()) for day, author in _CHANGE.findall(text) if (change := _day(day))]
        if len(found) < _FEWEST or hash(tuple(found)) in seen:
            continue
        seen.add(hash(tuple(found)))
        changes = tuple(sorted(found, reverse=True))
        packaged = path.with_name("changelog.Debian.gz")
        yield History(changes, tuple(_releases(_text(packaged))) if packaged.exists() else ())


def _releases(text: str) -> Iterator[tuple[datetime, str]]:
    """The upstream versions that were packaged, the newest first, each with the day of its first package."""
    found: dict[str, datetime] = {}
    for version, day in _PACKAGE.findall(text):
        upstream = re.sub(r"^\d+:|-[^-]+$", "", version)
        found[upstream] = parsedate_to_datetime(day.strip()).astimezone(UTC)
    return ((day, upstream) for upstream, day in sorted(found.items(), key=lambda pair: pair[1], reverse=True))


def _text(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        return file.read()


def _day(text: str) -> datetime | None:
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if day.year < 2027 else None  # a log can have a slip in its year


def judged(history: History) -> Iterator[tuple[int, Activity]]:
    """The project at the middle of each year, and how many whole years it had been without a change then."""
    for year in range(history.changes[-1][0].year + 1, history.changes[0][0].year + 2):
        at = datetime(year, 7, 1, tzinfo=UTC)
        past = [day for day, _ in history.changes if day <= at]
        if past:
            yield (at - past[0]).days // 365, activity(history.facts(at), archived=False, at=at)


def administrations(folder: Path) -> Iterator[tuple[int, Activity]]:
    """The repositories of administrations, judged at the day of the newest commit of them all."""
    found = [
        (json.loads(path.read_text("utf-8")), path.with_name("publiccode.yml"))
        for path in sorted(folder.glob("*/meta.json"))
    ]
    pushed = {path: datetime.fromisoformat(meta["commit_date"]).astimezone(UTC) for meta, path in found}
    at = max(pushed.values())
    for path, day in pushed.items():
        values = parse(path.read_bytes()).values if path.exists() else None
        facts: Facts = {"pushed_at": day.isoformat()}
        yield (at - day).days // 365, activity(facts, archived=False, at=at, in_file=read_in_file(values or {}))


def table(title: str, projects: int, found: list[tuple[int, Activity]]) -> None:
    """Prints the distribution."""
    known = sorted(one.index for _, one in found if one.index is not None)
    print(f"\n{title}: {projects} projects, {len(found)} judgements, {len(known)} with an index")
    measures = Counter(point.measure for _, one in found for point in one.points if point.got is not None)
    print("  known: " + ", ".join(f"{name} {100 * count // len(found)} %" for name, count in measures.items()))
    for label, some in (
        ("all", known),
        ("a change in the last year", sorted(o.index for y, o in found if o.index is not None and y == 0)),
        ("none for one year", sorted(o.index for y, o in found if o.index is not None and y == 1)),
        ("none for two years or more", sorted(o.index for y, o in found if o.index is not None and y >= 2)),
    ):
        if len(some) < 2:
            print(f"  {label}: {len(some)}")
            continue
        deciles = [some[0], *(round(cut) for cut in statistics.quantiles(some, n=10, method="inclusive")), some[-1]]
        ends = (
            f"at 0: {sum(i == 0 for i in some) / len(some):.0%}, at 100: {sum(i == 100 for i in some) / len(some):.1%}"
        )
        print(f"  {label} ({len(some)}): {' '.join(map(str, deciles))}; {ends}")


def main() -> None:
    """Prints both tables, of what is at hand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changelogs", type=Path, default=Path("/usr/share/doc"))
    parser.add_argument("--corpus", type=Path, default=Path("../shared/acceptance/corpus"))
    arguments = parser.parse_args()
    print("The numbers are minimum, nine deciles, maximum.")
    projects = list(histories(arguments.changelogs))
    if projects:
        table("change logs", len(projects), [one for history in projects for one in judged(history)])
    if any(arguments.corpus.glob("*/meta.json")):
        found = list(administrations(arguments.corpus))
        table("administrations", len(found), found)


if __name__ == "__main__":
    main()

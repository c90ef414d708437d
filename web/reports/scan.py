"""A deep scan for people and programs: first what it comes to, then the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...harvesters.scan.exposed import Exposed
from ...harvesters.scan.scanning import Scan
from ...schemas.licensing.successors import successors
from ...schemas.vocabularies import licenses

FEW, MANY = 20, 100  # lines of a list: of one scan among many, of a scan alone
# What a rule is called.
EXPOSED = {
    "private-key": "private key",
    "aws-key": "key of Amazon Web Services",
    "aws-secret": "secret key of Amazon Web Services",
    "google-key": "key of Google's interfaces",
    "github-token": "token of GitHub",
    "gitlab-token": "token of GitLab",
    "slack-token": "token or hook of Slack",
    "service-token": "token of a service",
    "jwt": "signed token (JWT)",
    "password-in-address": "password in an address",
    "password": "password or key in a setting",
    "national-id": "number of a person (Taiwan)",
    "e-mail-list": "list of e-mail addresses",
    "phone-list": "list of mobile numbers",
}


def to_json(scan: Scan, name: str) -> dict[str, Any]:
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
        "messages": [str(said) for said in scan.messages],
        "exposed": [one.to_json() for one in scan.exposed],
        "more_exposed": scan.more_exposed,
        "network_taken_by": list(scan.network),
    }


def text(scan: Scan, name: str, most: int = MANY) -> Iterator[str]:
    """The scan for people, line by line."""
    yield f"{name}" + (f" at {scan.commit[:12]}" if scan.commit else "") + f": {_files(scan.met)}, {_size(scan.bytes)}"
    yield from verdicts(scan)
    yield from _exposed(scan, most)
    yield from _licenses(scan, most)
    yield from _listed("Files without information about licence or copyright", scan.without, scan.without_count, most)
    texts = [f"{one['path']}: {one['license']}" for one in scan.texts]
    yield from _listed("Licence texts below the root", texts, len(texts), most)
    vendored = [f"{folder}: {_files(count)}" for folder, count in scan.vendored.items()]
    yield from _listed("Folders of others' code", vendored, len(vendored), most)


def verdicts(scan: Scan) -> Iterator[str]:
    """The lines that say what it comes to."""
    judged = {True: "compliant", False: "not compliant", None: "not judged"}[scan.compliant]
    yield f"  REUSE      {judged} ({scan.tool})"
    yield (
        f"  Licences   {percent(scan.with_license, scan.files)} of {scan.files:,} files say their licence, "
        f"{percent(scan.with_copyright, scan.files)} their copyright"
    )
    high, low = len(scan.alarms), len(scan.exposed) - len(scan.alarms)
    places = (
        f"{high} {'place' if high == 1 else 'places'} that must be looked at before a release"
        if high
        else "nothing found"
    )
    further = f"; {low} more in examples, tests and the like" if low else ""
    more = f"; {scan.more_exposed:,} further ones are not listed" if scan.more_exposed else ""
    yield f"  Exposed    {places}{further}{more}"
    for said in scan.messages:
        yield f"  Note       {said}"


def percent(part: int, whole: int) -> str:
    """A share in whole percent; 100 % only where nothing lacks."""
    share = 100 if part >= whole else min(round(100 * part / max(whole, 1)), 99)
    return f"{share} %"


def _exposed(scan: Scan, most: int) -> Iterator[str]:
    kinds = (
        ("Must be looked at before a release (masked; never stored)", scan.alarms),
        (
            "In examples, tests and lists of authors, or probably no secret (masked; never stored)",
            tuple(one for one in scan.exposed if one.low),
        ),
    )
    for title, found in kinds:
        yield from _listed(title, [_place(one) for one in found], len(found), most)
        if found and found == scan.alarms:
            yield "  next: take it out, and make it invalid where it was issued: older commits and copies keep it"


def _place(one: Exposed) -> str:
    what = f"{one.count:,} in this file" if one.count > 1 else one.masked
    return f"{one.path}:{one.line}: {EXPOSED.get(one.rule, one.rule)}: {what} [{one.rule}]"


def _licenses(scan: Scan, most: int) -> Iterator[str]:
    counted = [f"{license_}: {_files(count)}" for license_, count in _by_count(scan.licenses)]
    yield from _listed("Licences by files", counted, len(counted), most)
    kinds: Sequence[tuple[str, tuple[str, ...]]] = (
        ("Named in files, text missing in LICENSES/", scan.missing),
        ("In LICENSES/, named in no file", scan.unused),
        ("Deprecated by SPDX", scan.deprecated),
        ("No licences of SPDX", scan.bad),
    )
    for title, found in kinds:
        yield from _listed(title, [one + hint(one) for one in found], len(found), most)


def hint(license_: str) -> str:
    """What to write instead of an id that REUSE does not take: it tells capitals from small letters."""
    known = licenses().get(license_.lower())
    if known and known[0] != license_:
        return f" (the list of SPDX writes {known[0]})"
    instead = successors(license_)
    return f" (write {' or '.join(instead)})" if instead else ""


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _listed(title: str, lines: Sequence[str], total: int, most: int) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}: {total:,}"
    yield from (f"  {line}" for line in lines[:most])
    if total > len(lines[:most]):
        yield f"  … and {total - len(lines[:most]):,} more"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _size(count: int) -> str:
    return f"{count / 10**6:,.1f} MB" if count >= 10**5 else f"{count / 1000:,.1f} kB"

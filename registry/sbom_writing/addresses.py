"""Addresses as the validator of SPDX takes them: where a package is, its purl, its page."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from .clean import LONGEST_ADDRESS

# Which hosts spdx-tools takes: names with a dot, no numbers of an address, no internationalised ones; behind `git+` the last
# part of the name has five letters at most.
_HOST = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+){0,90}\.[a-z]{2,}(?::\d{1,5})?\Z", re.IGNORECASE)
_SHORT = re.compile(r".*\.[a-z]{2,5}(?::\d{1,5})?\Z", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_PURL = re.compile(r"pkg:[A-Za-z][A-Za-z0-9.+-]*/[!-~]*[!-~]\Z")
# Kinds of purl that stand for a Git host; the purl specification has lower case for their names.
_PURL_HOSTS = {"github.com": "github", "www.github.com": "github", "bitbucket.org": "bitbucket"}


def web_address(url: str) -> str:
    """An address of the web; empty where the validator would not take it."""
    if len(url) > LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("ascii").decode()
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.match(host):
        return ""
    path = quote(parts.path.encode("utf-8", "replace"), safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query.encode("utf-8", "replace"), safe="/%:@!$&'()*+,;=~-._?")
    return f"{parts.scheme}://{host}{path}{'?' + query if query else ''}"


def download_location(repository: str, commit: str) -> str:
    """Where the sources are, at the commit where that is known; empty where nobody could fetch them, such as in an intranet."""
    address = web_address(repository).partition("?")[0]
    if not address or not _SHORT.match(urlsplit(address).netloc):
        return address
    return f"git+{address}@{commit}" if _COMMIT.match(commit) else f"git+{address}"


def repository_purl(repository: str, commit: str) -> str:
    """The package URL of a repository at one of the hosts that have a kind of their own; empty for all others."""
    parts = urlsplit(web_address(repository))
    kind = _PURL_HOSTS.get(parts.netloc.lower(), "")
    names = parts.path.strip("/").removesuffix(".git").split("/")
    if not kind or len(names) != 2 or not all(names):
        return ""
    return f"pkg:{kind}/{'/'.join(names).lower()}" + (f"@{commit}" if _COMMIT.match(commit) else "")


def package_purl(said: str) -> str:
    """A package URL that a stranger's document gives; empty where it is none."""
    return said if len(said) <= LONGEST_ADDRESS and _PURL.match(said) else ""


def page_of(site: str, slug: str) -> str:
    """The catalogue's page of an entry; it answers in the reader's language."""
    return f"{site}/software/{quote(slug)}" if site else ""

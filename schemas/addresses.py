"""Which texts are addresses: URLs, HTTP URLs, URNs, e-mail addresses. Only their form; nothing is looked up.

RFC 3986 for URLs, read as the reference validator's `net/url` reads them; RFC 2141 for URNs; for e-mail the part of RFC 5322
that is in use, with letters of all scripts (RFC 6531) and a dot in the domain.
"""

from __future__ import annotations

import re

LONGEST = 2_000  # characters; longer ones are no address that a browser or host would take

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    r"(?P<slashes>//(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>\#.*)?\Z",
    re.DOTALL,
)
_AUTHORITY = re.compile(r"(?:[^@\s]*@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:@\[\]\s<>\"\\^`{|}]*)(?::[0-9]*)?\Z")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9()+,\-.:=@;$_!*'%/?#]+\Z", re.IGNORECASE)
_ATOM = r"[^\s@\"(),:;<>\[\]\\.\x00-\x1f\x7f]+"
_LABEL = r"(?!-)[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+\Z")


def scheme(text: str) -> str:
    """The scheme of a URL in lower case; empty where `text` is no URL."""
    match = _match(text)
    if match is None:
        return ""
    found = match["scheme"].lower()
    if match["authority"]:
        return found
    opaque = match["path"] and not match["path"].startswith("/") and match["slashes"] is None
    return found if opaque or match["fragment"] or (found == "file" and match["path"]) else ""


def is_url(text: str) -> bool:
    """A scheme and something that it names: a host, an opaque part (`urn:…`), a fragment, or for `file:` a path."""
    return bool(scheme(text))


def is_http_url(text: str) -> bool:
    """`http` or `https` with a host."""
    match = _match(text)
    return match is not None and match["scheme"].lower() in ("http", "https") and bool(_host(match))


def is_uri(text: str) -> bool:
    """A URL with a host, or a URN."""
    match = _match(text)
    return is_urn(text) or (match is not None and bool(_host(match)))


def without_user(url: str) -> str:
    """`url` without a user name and password: services write their tokens there, and findings are published."""
    before, slashes, rest = url.partition("://")
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    return before + slashes + rest[:end].rpartition("@")[2] + rest[end:] if slashes else url


def is_urn(text: str) -> bool:
    """A URN as RFC 2141 defines it: `urn:`, a namespace, something in it."""
    return len(text) <= LONGEST and bool(_URN.match(text)) and not _BAD_ESCAPE.search(text)


def is_email(text: str) -> bool:
    """One e-mail address without a name around it, its domain with a dot."""
    return len(text) <= 320 and bool(_EMAIL.match(text))


def _match(text: str) -> re.Match[str] | None:
    if len(text) > LONGEST or _CONTROL.search(text) or _BAD_ESCAPE.search(text.split("?", 1)[0]):
        return None
    match = _URL.match(text)
    if match is None or (match["authority"] and not _AUTHORITY.match(match["authority"])):
        return None
    return match


def _host(match: re.Match[str]) -> str:
    authority = _AUTHORITY.match(match["authority"] or "")
    return authority["host"] if authority else ""

"""Where a host's own pages begin a new file: the address that a person opens in a browser. Nothing is asked for here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode, urlsplit

from . import KNOWN

LONGEST = 7_500  # characters of an address; servers take about 8,000
# The page below a repository's address, and the names of what it takes: the file's name and its text.
_PAGES = {
    "github": ("/new/{branch}", "filename", "value"),
    "gitlab": ("/-/new/{branch}", "file_name", "content"),
    "gitea": ("/_new/{branch}/", "filename", "value"),
}


def new_file_page(url: str, kind: str, branch: str, name: str, texts: Sequence[str]) -> str:
    """The page for a new file `name` with the first of `texts` that fits into an address, else without one.

    Empty where the host has no such page, or the branch is not known.
    """
    if kind not in _PAGES or not branch:
        return ""
    page, name_is, text_is = _PAGES[kind]
    address = url.rstrip("/").removesuffix(".git") + page.format(branch=quote(branch))
    for text in texts:
        filled = f"{address}?{urlencode({name_is: name, text_is: text}, quote_via=quote)}"
        if len(filled) <= LONGEST:
            return filled
    return f"{address}?{urlencode({name_is: name})}"


def kind_of_host(url: str, kinds: Mapping[str, str] = {}, driver: str = "") -> str:
    """The kind of host at an address, as far as that is known without asking it; `kinds`: as the operator says it."""
    try:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
    found = kinds.get(name) or KNOWN.get(name.removeprefix("www.")) or KNOWN.get(name.partition(".")[0]) or driver
    return found or ""

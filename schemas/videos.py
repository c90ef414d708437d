"""Addresses of videos that a page can embed: the URL schemes of https://oembed.com (the specification's section 2.1)."""

from __future__ import annotations

import re
from functools import cache

from .vocabularies import read


def is_embeddable(url: str) -> bool:
    """Whether a provider of the list says that it embeds `url`; http and https count the same."""
    _, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].lower()
    names = host.split(".")
    # A pattern may begin with `*.`, which stands for any names before the rest.
    keys = [host, *("*." + ".".join(names[start:]) for start in range(1, min(len(names), 6)))]
    target = host + rest[len(host) :]
    return any(pattern.match(target) for key in keys for pattern in _patterns().get(key, ()))


@cache
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    patterns: dict[str, list[re.Pattern[str]]] = {}
    for scheme in read("oembed-providers"):
        _, _, rest = scheme.partition("://")
        host = rest.split("/", 1)[0].lower()
        first, *others = (re.escape(part) for part in (host + rest[len(host) :]).split("*"))
        # Each part but the last is taken where it first stands and never sought again (`(?>…)`): going back costs time only.
        *middle, last = others or [""]
        gaps = "".join(f"(?>[^\n]*?{part})" for part in middle) + (f"[^\n]*?{last}" if others else "")
        patterns.setdefault(host, []).append(re.compile(first + gaps + r"\Z"))
    return patterns

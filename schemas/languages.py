"""BCP 47 language tags (RFC 5646): well-formed, and made of subtags that the IANA registry holds."""

from __future__ import annotations

import re
from functools import cache

from .vocabularies import read

LONGEST = 100  # characters
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")  # Chinese characters, with their extensions

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extlang>(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?\Z"
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+\Z")


@cache
def _subtags(kind: str) -> frozenset[str]:
    return frozenset(read("language-subtags")[kind].split())


def is_language_tag(tag: str) -> bool:
    """Whether `tag` is a valid BCP 47 tag, in any case of its letters.

    Private-use subtags of the registry (qaa–qtz, Qaaa–Qabx, XA–XZ …) count as known, and so does the region UK, which
    ISO 3166 reserves for the United Kingdom and the reference validator takes.
    """
    if len(tag) > LONGEST or not tag.isascii():
        return False
    tag = tag.lower()
    if tag in _subtags("grandfathered") or _PRIVATE.match(tag):
        return True
    match = _TAG.match(tag)
    if match is None:
        return False
    language, script, region = match["language"], match["script"], match["region"]
    variants = match["variants"].split("-")[1:]
    singletons = re.findall(r"-([0-9a-wy-z])(?=-)", match["extensions"])
    return (
        (language in _subtags("language") or (len(language) == 3 and "qaa" <= language <= "qtz"))
        and all(part in _subtags("extlang") for part in match["extlang"].split("-")[1:])
        and (script is None or script in _subtags("script") or "qaaa" <= script <= "qabx")
        and (region is None or _is_region(region))
        and all(variant in _subtags("variant") for variant in variants)
        and len(set(variants)) == len(variants)
        and len(set(singletons)) == len(singletons)
    )


def _is_region(region: str) -> bool:
    return region in _subtags("region") or region == "uk" or "qm" <= region <= "qz" or "xa" <= region <= "xz"

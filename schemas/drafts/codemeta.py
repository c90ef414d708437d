"""CodeMeta → values of a publiccode.yml, after the crosswalk between the two (crosswalks/publiccode.csv of CodeMeta).

Where the crosswalk is silent (identifiers of organisations, help, logo, home page) the terms of schema.org are used by which
CodeMeta describes the same thing. Read are the contexts of CodeMeta 2.0 and 3.0, as plain JSON: one object or a list, a text
or an object with a name or an address. What has another shape is passed over; what a rule objects to is not taken over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from ..addresses import is_email
from ..candidate import address_key
from ..editing.writing import Value
from ..languages import HAN, is_language_tag
from ..licensing.expression import ExpressionError, parse_expression
from ..licensing.slips import meant
from ..nodes import Path
from ..rules.date_format import is_date
from ..rules.text_length import characters
from ..vocabularies import labels
from . import json_ld as ld
from .json_ld import LONGEST, MOST
from .new_file import objections

MOST_LANGUAGES = 8  # of descriptions
SHORT, LONG = 150, 10_000  # characters of the two descriptions
FEWEST = 15  # characters of a first sentence that says something

Described: TypeAlias = Mapping[str, object]

_STATUS = {
    "concept": "concept",
    "wip": "development",
    "suspended": "development",
    "active": "stable",
    "inactive": "stable",
    "unsupported": "obsolete",
    "abandoned": "obsolete",
}  # the states of repostatus.org; “moved” says nothing about the software
_PLATFORMS = {
    "windows": r"windows|win32|win64",
    "mac": r"mac ?os|os ?x|macintosh|darwin",
    "linux": r"linux|ubuntu|debian|fedora|centos|red ?hat",
    "ios": r"ios|ipados",
    "android": r"android",
    "web": r"web|browser",
}
_ANY_SYSTEM = re.compile(r"(?:all|any|cross|multi|os|platform|system)\b", re.IGNORECASE)  # says which ones to nobody
_SPDX = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/(.+?)(?:\.html|\.json|/)?\Z")
_PERSON = re.compile(r"\s*([^<>(]{1,200}?)\s*(?:<([^<>]{1,320})>)?\s*\Z")
_AT_LEAST = re.compile(r"(.{1,200}?)\s*(?:>=|≥)\s*v?([0-9][^\s,;]*)\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？])")
_CHINESE = ("zh", "cmn", "yue", "nan", "hak", "lzh", "ja")


def from_codemeta(data: object) -> dict[Path, Value]:
    """The values that a codemeta.json (as `json.loads` gives it) tells; empty where it tells none. Never raises."""
    described = software_of(data)
    found: dict[Path, object] = {path: read(described) for path, read in _CROSSWALK.items()}
    texts = _descriptions(described)
    features, documentation = _features(described), next(ld.addresses(described, "softwareHelp"), "")
    language = _language("\n".join(features), described)
    if texts and language not in texts:
        language = next(iter(texts))
    for tag, description in texts.items():
        found |= {("description", tag, key): text for key, text in description.items()}
    found["description", language, "documentation"] = documentation
    found["description", language, "features"] = features
    return dict(_sound(found))


def software_of(data: object) -> Described:
    """The object that describes the software; its terms without the prefix of a vocabulary."""
    graph = ld.each(data.get("@graph")) if isinstance(data, Mapping) and "@graph" in data else ld.each(data)
    objects = [one for one in graph if isinstance(one, Mapping)]
    software = [one for one in objects if ld.kind(one).startswith("Software")]
    one = next(iter([*software, *objects]), {})
    return {re.sub(r"\A(?:schema|codemeta):", "", term): value for term, value in one.items() if isinstance(term, str)}


def _sound(found: Mapping[Path, object]) -> Iterator[tuple[Path, Value]]:
    """What is there, each item of a list once, without what a rule objects to."""
    for path, value in found.items():
        if isinstance(value, list):
            items: dict[str, Value] = {}
            for item in value:
                items.setdefault(str(item).casefold(), item)
            value = [item for item in list(items.values())[:MOST] if not objections((*path, 0), item)]
        if value and isinstance(value, str | list | dict) and not objections(path, value):
            yield path, value


# The lines of the crosswalk


def web_address(text: str) -> str:
    """The address of a repository as a browser opens it, without user names and passwords; empty where there is none.

    >>> web_address("git@git.agency.example:records/sign-off.git")
    'https://git.agency.example/records/sign-off.git'
    """
    text = text.strip().removeprefix("git+")
    scp = re.fullmatch(r"[\w.-]+@([\w.-]+):(?!//)(\S+)", text)
    if scp:
        text = f"ssh://{scp[1]}/{scp[2].lstrip('/')}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "ssh", "git") or not host or " " in text:
        return ""
    if ":" in host:
        host = f"[{host}]"
    if parts.scheme in ("ssh", "git"):  # their port is none of the web
        return f"https://{host}{parts.path}"
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}"


def _repository(described: Described) -> str:
    texts = (ld.part(one, "url", "@id", "id", "@value") for one in ld.each(described.get("codeRepository")))
    return next(filter(None, map(web_address, texts)), "")


def _landing_page(described: Described) -> str:
    repository = address_key(_repository(described))
    return next((url for url in ld.addresses(described, "url") if address_key(url) != repository), "")


def _version(described: Described) -> str:
    """The version as a text or whole number; of a fraction such as 1.10 nobody knows how it was written."""
    for term in ("softwareVersion", "version"):
        for one in ld.each(described.get(term)):
            text = str(one) if type(one) is int and abs(one) < 10**9 else ld.part(one, "@value")
            if text and len(text) <= LONGEST:
                return text
    return ""


def _released(described: Described) -> str:
    for term in ("dateModified", "datePublished"):
        for one in ld.each(described.get(term)):
            day, _, _ = ld.part(one, "@value").replace("T", " ").partition(" ")
            if is_date(day):
                return day
    return ""


def _logo(described: Described) -> str:
    pictures = ld.addresses(described, "logo", "image")
    return next((url for url in pictures if urlsplit(url).path.lower().endswith((".svg", ".svgz", ".png"))), "")


def _parts(described: Described, term: str, *words: str) -> Iterator[str]:
    """What is listed under `term`, as a list or as one text with commas (or `words`) between."""
    texts = [ld.part(one, "name", "@value") for one in ld.each(described.get(term))]
    if len(texts) == 1:
        texts = re.split("|".join(["[,;，；、]", *(rf"\b{word}\b" for word in words)]), texts[0])
    for text in texts:
        found = text.strip(" .")
        if found and len(found) <= LONGEST:
            yield found


def _platforms(described: Described) -> list[str]:
    products = [one for one in ld.each(described.get("targetProduct")) if isinstance(one, Mapping)]
    found = ["web" for one in products if ld.kind(one) == "WebApplication"]
    systems = [text for one in (described, *products) for text in _parts(one, "operatingSystem", "and", "or")]
    for text in (*systems, *_parts(described, "runtimePlatform")):
        known = [name for name, words in _PLATFORMS.items() if re.search(rf"\b(?:{words})", text, re.IGNORECASE)]
        # Of run-time platforms most are languages and their machines, on which nobody uses anything.
        found += known or [text for one in systems if one == text and not _ANY_SYSTEM.match(text)]
    return found


def _categories(described: Described) -> list[str]:
    known = {name.casefold(): value for value, names in labels("categories").items() for name in names.values()}
    known |= {value: value for value in labels("categories")}
    found = []
    for term in ("applicationCategory", "applicationSubCategory"):
        for text in _parts(described, term):
            word = text.casefold()
            found.append(known.get(word) or known.get(re.sub(r"[\s_&/]+", "-", word), ""))
    return [value for value in found if value]


def _status(described: Described) -> str:
    for one in ld.each(described.get("developmentStatus")):
        text = re.split(r"[/#]", ld.part(one, "@id", "id", "url", "name", "@value").rstrip("/#"))[-1].casefold()
        status = _STATUS.get(text) or text
        if status in labels("development-status"):
            return status
    return ""


def _license(described: Described) -> str:
    given = ld.each(described.get("license"))
    if len(given) != 1:  # all of them, or one to choose: only the owner knows
        return ""
    terms = ("@id", "id", "url", "identifier", "name", "@value")
    texts = [ld.part(given[0], term) for term in terms] if isinstance(given[0], Mapping) else [ld.line(given[0])]
    return next(filter(None, map(_spdx, texts)), "")


def _spdx(text: str) -> str:
    address = _SPDX.match(text)
    text = address[1] if address else text
    try:
        return parse_expression(text).text
    except ExpressionError:
        readings = meant(text)
        return readings[0] if len(readings) == 1 else ""


def _organisation(one: object) -> dict[str, str]:
    uri, name = ld.identifier(one), ld.name(one)
    return ({"uri": uri} | ({"name": name} if name else {})) if uri else {}


def _publisher(described: Described) -> dict[str, str]:
    return next(filter(None, map(_organisation, ld.each(described.get("publisher")))), {})


def _funders(described: Described) -> list[dict[str, str]]:
    return [found for one in ld.each(described.get("funder")) if (found := _organisation(one))]


def _contacts(described: Described) -> list[dict[str, str]]:
    for term in ("maintainer", "author"):
        people = [person for one in ld.each(described.get(term)) if (person := _person(one))]
        if people:
            return people
    return []


def _person(one: object) -> dict[str, str]:
    """A contact; none for an organisation, as the standard wants people here."""
    if isinstance(one, Mapping):
        if ld.kind(one).endswith(("Organization", "Role")):
            return {}
        name, email = ld.who(one), ld.part(one, "email").removeprefix("mailto:")
        affiliation = next(ld.names(one, "affiliation"), "")
    else:
        match = _PERSON.match(ld.name(one))
        name, email, affiliation = (match[1], match[2] or "", "") if match else ("", "", "")
    found = {"name": name, "email": email if is_email(email) else "", "affiliation": affiliation}
    return {key: text for key, text in found.items() if text} if name else {}


def _copyright(described: Described) -> str:
    owners = list(filter(None, map(ld.who, ld.each(described.get("copyrightHolder")))))
    return ld.line(", ".join(owners)) or next(iter(owners), "")


def _dependencies(described: Described) -> list[dict[str, str]]:
    found = []
    for one in ld.each(described.get("softwareRequirements")):
        if isinstance(one, Mapping) and "provider" in one:  # from an index of libraries; the standard wants systems
            continue
        name, version = ld.name(one), ld.part(one, "softwareVersion", "version") if isinstance(one, Mapping) else ""
        bound = _AT_LEAST.match(f"{name} {version}") if version.startswith((">=", "≥")) else _AT_LEAST.match(name)
        if bound:
            found.append({"name": bound[1], "versionMin": bound[2]})
        elif name:
            found.append({"name": name} | ({"version": version} if version and len(version) <= LONGEST else {}))
    return found


_CROSSWALK: Mapping[Path, Callable[[Described], object]] = {
    ("name",): lambda described: next(ld.names(described, "name"), ""),
    ("applicationSuite",): lambda described: next(ld.names(described, "isPartOf"), ""),
    ("url",): _repository,
    ("landingURL",): _landing_page,
    ("isBasedOn",): lambda described: list(ld.addresses(described, "isBasedOn")),
    ("softwareVersion",): _version,
    ("releaseDate",): _released,
    ("logo",): _logo,
    ("platforms",): _platforms,
    ("categories",): _categories,
    ("fundedBy",): _funders,
    ("developmentStatus",): _status,
    ("organisation",): _publisher,
    ("legal", "license"): _license,
    ("legal", "mainCopyrightOwner"): _copyright,
    ("maintenance", "contacts"): _contacts,
    ("dependsOn", "open"): _dependencies,
}


# Texts in languages


def _features(described: Described) -> list[str]:
    return list(_parts(described, "keywords"))[:20]


def _descriptions(described: Described) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in ld.each(described.get("description"))[:MOST_LANGUAGES]:
        text = one.get("@value") if isinstance(one, Mapping) else one
        if isinstance(text, str):
            tag = ld.part(one, "@language") if isinstance(one, Mapping) else ""
            language = tag if _is_good(tag) else _language(text, described)
            if not found.get(language):
                found[language] = described_by(text)
    return {language: parts for language, parts in found.items() if parts}


def described_by(text: str) -> dict[str, str]:
    """What `text` gives for a description: a short one, or a long one and its first sentence where that is short enough."""
    text = "\n".join(" ".join(line.split()) for line in ld.clean(text).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    line = " ".join(text.split())
    if characters(line) <= SHORT:
        return {"shortDescription": line} if line else {}
    found = {"shortDescription": first_sentence(line), "longDescription": whole_sentences(text, LONG)}
    return {key: part for key, part in found.items() if part}


def first_sentence(text: str) -> str:
    """The first sentence that is short enough for a short description; a greeting before it belongs to it. Else empty."""
    ends = (end for end in _sentence_ends(text) if characters(text[:end]) >= FEWEST)
    end = next(ends, 0)
    return text[:end].strip() if characters(text[:end]) <= SHORT else ""


def whole_sentences(text: str, most: int) -> str:
    """The sentences that `text` begins with, as many as have at most `most` characters together; empty where none fits."""
    ends = [0, *_sentence_ends(text)]
    return text[: ends[bisect_right(ends, most, key=lambda end: characters(text[:end])) - 1]].strip()


def _sentence_ends(text: str) -> Iterator[int]:
    yield from (match.start() for match in _SENTENCE_END.finditer(text))
    yield len(text)


def _language(text: str, described: Described) -> str:
    """The language that the letters show, or the one that the file names where that may be."""
    han = is_chinese(text)
    named = [
        tag for one in ld.each(described.get("inLanguage")) if (tag := ld.part(one, "alternateName", "@id", "name"))
    ]
    if len(named) == 1 and _is_good(named[0]) and han == (named[0].lower().split("-")[0] in _CHINESE):
        return named[0]
    return "zh-Hant" if han else "en"


def _is_good(tag: str) -> bool:
    return is_language_tag(tag) and not objections(("description", tag), {})


def is_chinese(text: str) -> bool:
    """Whether most words are written in Chinese characters, each of which counts as a word."""
    text = text[:LONG]
    return len(HAN.findall(text)) > len(re.findall(r"[^\W\d_]+", HAN.sub(" ", text)))

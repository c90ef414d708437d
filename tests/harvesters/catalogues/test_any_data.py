"""Whatever the data is: an entry comes of it, and what was made can be read again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.harvesters.catalogues import code_gov_tw, code_json, codemeta_folder, open_catalog
from publiccode.harvesters.catalogues.files import FoundFile
from publiccode.harvesters.catalogues.identifiers import Identifiers
from publiccode.harvesters.catalogues.made import written
from publiccode.harvesters.catalogues.normalised import addresses, language_meant, license_meant
from publiccode.schemas.addresses import is_http_url
from publiccode.schemas.document import parse

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        [
            "\ud800",
            "https://git.example/\udc00",
            "https://git.example/a",
            "git@git.example:a/b",
            "MIT License",
            "GPL v3",
            "LGPL-3.0、MPL-2.0",
            "zh-TW",
            "stable",
        ]
    ),
)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["@id", "@value", "@language", "@type", "name", "url", "en"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def records(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANY))


def check(entry: Any) -> None:
    for text in (entry.url, entry.source_id, entry.page, *entry.other_urls, *map(str, entry.quirks)):
        assert text.encode("utf-8").decode() == text
    assert isinstance(entry.original, bytes)
    assert all(is_http_url(url) and "@" not in url.split("/")[2] for url in (entry.url, *entry.other_urls) if url)
    assert entry.url or entry.quirks
    if entry.candidate is not None:
        assert parse(entry.candidate.file.content).root is not None
    for quirk in entry.quirks:
        assert len(str(quirk)) < 600


@given(records("ProgramName", "URL", "DemoURL", "Types", "Authorization", "ProvideDeptName", "Description", "Id"))
@settings(max_examples=60, deadline=None)
def test_code_gov_tw(record: dict[str, Any]) -> None:
    ((fields, source),) = code_gov_tw._records(json.dumps([record], ensure_ascii=False), "x")
    assert fields is not None
    check(code_gov_tw._entry(fields, source.encode("utf-8", "replace"), Identifiers()))


@given(
    records(
        "name",
        "repositoryURL",
        "homepageURL",
        "description",
        "tags",
        "version",
        "status",
        "organization",
        "permissions",
    ),
    ANY,
    ANY,
)
@settings(max_examples=60, deadline=None)
def test_code_json(record: dict[str, Any], contact: object, licenses: object) -> None:
    record |= {
        "contact": {"name": contact, "email": contact},
        "permissions": {"licenses": licenses},
        "date": {"lastModified": contact},
    }
    check(code_json._entry(record, "", b"x", Identifiers()))


@given(
    records(
        "@type", "name", "codeRepository", "description", "license", "keywords", "url", "softwareVersion", "publisher"
    )
)
@settings(max_examples=60, deadline=None)
def test_codemeta(record: dict[str, Any]) -> None:
    check(codemeta_folder._entry(FoundFile("codemeta.json", json.dumps(record).encode())))


@given(records("id", "url", "aliases", "publiccodeYml", "active", "updatedAt"))
@settings(max_examples=60, deadline=None)
def test_open_catalog(record: dict[str, Any]) -> None:
    entry = open_catalog._entry(record, "x", "https://api.example/v1/software")
    # Its file is the catalogue's, whatever it says.
    check(replace(entry, candidate=None))


@given(st.text(max_size=60))
def test_texts(text: str) -> None:
    urls, _ = addresses(text, "url")
    assert all(is_http_url(url) for url in urls)
    license_, quirks = license_meant([text])
    assert license_meant([license_])[0] == license_
    assert language_meant(text)[0] == language_meant(language_meant(text)[0])[0]
    assert all(str(quirk) for quirk in quirks)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=80))
def test_what_is_written_is_read_again(text: str) -> None:
    assert parse(written({("name",): text, ("description", "en", "features"): [text]})).values == {
        "publiccodeYmlVersion": "0",
        "name": text,
        "description": {"en": {"features": [text]}},
    }

"""What every kind of catalogue keeps: the same software in every form gives the same values, and nothing hostile stops it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from publiccode.harvesters.catalogues import CATALOGUES, MAX_BYTES, MAX_ENTRIES, Entry
from publiccode.harvesters.errors import AccessDenied, HostError, HostUnavailable, RepositoryGone
from publiccode.schemas.candidate import Candidate
from publiccode.schemas.validator import assess

from .archives import tar_of, zip_of
from .servers import documents, open_catalog, served, told, values_of

ROOT = Path(__file__).parents[3]
NAME, URL = "路燈報修系統", "https://git.county.example/lights/repair"
TEXT, LICENSE, WORD = "民眾通報路燈故障，維護單位追蹤修復進度。", "MIT License", "表單填寫/資料上傳"

YAML = f"""publiccodeYmlVersion: "0.3.0"
name: {NAME}
url: {URL}
description:
  zh-Hant:
    shortDescription: {TEXT}
    features:
      - {WORD}
legal:
  license: {LICENSE}  # 授權
"""
ROW = {"ProgramName": NAME, "URL": f"{URL};", "Types": f"{WORD};", "Authorization": f"{LICENSE},", "Description": TEXT}
XML = "".join(f"<{key}>{text}</{key}>" for key, text in ROW.items())
CODE_JSON = {
    "version": "2.0",
    "agency": "",
    "releases": [
        {
            "name": NAME,
            "repositoryURL": URL,
            "description": TEXT,
            "permissions": {"licenses": [{"name": LICENSE}], "usageType": "openSource"},
            "tags": [WORD],
        }
    ],
}
CODEMETA = {
    "@context": "https://w3id.org/codemeta/3.0",
    "@type": "SoftwareSourceCode",
    "name": NAME,
    "codeRepository": URL,
    "description": TEXT,
    "license": LICENSE,
    "keywords": [WORD],
}


class Form(NamedTuple):
    """One kind of catalogue, and a document of it that tells of the invented software."""

    kind: str
    body: bytes
    kept: bool = False  # the catalogue's own publiccode.yml, which stays as it is


FORMS = {
    "open catalog": Form(
        "open-catalog",
        json.dumps({"data": [{"id": "7", "url": URL, "publiccodeYml": YAML}], "links": {"next": None}}).encode(),
        kept=True,
    ),
    "code.gov.tw JSON": Form("code-gov-tw", b"\xef\xbb\xbf" + json.dumps([ROW], ensure_ascii=False).encode()),
    "code.gov.tw XML": Form("code-gov-tw", f"<?xml version='1.0'?><List><Item>{XML}</Item></List>".encode()),
    "code.gov.tw CSV": Form("code-gov-tw", (",".join(ROW) + '\r\n"' + '","'.join(ROW.values()) + '"\r\n').encode()),
    "zip of publiccode.yml": Form(
        "publiccode-folder", zip_of({"list-1/a.yml": YAML.encode(), "list-1/ci.yml": b"on: push"}), kept=True
    ),
    "tar of publiccode.yml": Form("publiccode-folder", tar_of({"list-1/a.yml": YAML.encode()}), kept=True),
    "code.json": Form("code-json", json.dumps(CODE_JSON).encode()),
    "codemeta.json": Form("codemeta-folder", zip_of({"list-1/a/codemeta.json": json.dumps(CODEMETA).encode()})),
    "addresses": Form("csv-addresses", f"{URL}\n".encode()),
}
KINDS = pytest.mark.parametrize("kind", CATALOGUES)


def only(form: Form) -> Entry:
    path = "/v1/software?page[size]=100" if form.kind == "open-catalog" else "/catalogue"
    with served(documents({path: form.body})) as (server, http):
        (entry,) = CATALOGUES[form.kind](http, lambda url: url).entries(server.url + path.partition("?")[0])
    return entry


def test_every_kind_takes_part() -> None:
    assert {form.kind for form in FORMS.values()} == set(CATALOGUES)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_same_software_says_the_same_in_every_form(form: Form) -> None:
    entry = only(form)
    assert (entry.url, entry.other_urls) == (URL, ())
    assert entry.source_id
    assert entry.original
    if entry.candidate is None:
        assert (form.kind, entry.quirks) == ("csv-addresses", ())
        return
    values = values_of(entry)
    assert (values["name"], values["url"]) == (NAME, URL)
    assert values["description"] == {"zh-Hant": {"shortDescription": TEXT, "features": [WORD]}}
    assert values["legal"] == {"license": LICENSE if form.kept else "MIT"}
    assert told(entry)[0].endswith("is read as MIT.")
    assert assess(entry.candidate).usable
    assert (entry.candidate.file.content == YAML.encode()) is form.kept


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_same_catalogue_gives_the_same_entries(form: Form) -> None:
    # The port of the test's server stands in the address of the entry.
    assert replace(only(form), page="") == replace(only(form), page="")


@KINDS
def test_terms_and_attribution_are_named(kind: str) -> None:
    with served(documents({})) as (_, http):
        catalogue = CATALOGUES[kind](http, lambda url: url)
        assert isinstance(catalogue.terms, str)
        assert isinstance(catalogue.attribution, str)


@KINDS
def test_every_kind_is_documented(kind: str) -> None:
    assert f"`{kind}`" in (ROOT / "docs" / "catalogues.md").read_text("utf-8")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_mirror_serves_the_catalogue(form: Form) -> None:
    path = "/mirror/v1/software?page[size]=100" if form.kind == "open-catalog" else "/mirror/catalogue"
    with served(documents({path: form.body})) as (server, http):
        catalogue = CATALOGUES[form.kind](
            http, lambda url: url.replace("https://data.example/", f"{server.url}/mirror/", 1)
        )
        (entry,) = catalogue.entries("https://data.example" + path.partition("?")[0].removeprefix("/mirror"))
    assert entry.url == URL
    assert server.url not in entry.page


@KINDS
def test_a_missing_catalogue_is_gone(kind: str) -> None:
    with served(documents({})) as (server, http), pytest.raises(RepositoryGone):
        list(CATALOGUES[kind](http, lambda url: url).entries(f"{server.url}/v1/software"))


@KINDS
def test_an_inside_address_is_refused(kind: str) -> None:
    with served(documents({})) as (_, http), pytest.raises(AccessDenied):
        list(CATALOGUES[kind](http, lambda url: url).entries("http://169.254.169.254/v1/software"))


@KINDS
@pytest.mark.parametrize(
    "address", ["http://[", "file:///nowhere/at/all", "ftp://data.example/list", "a\0b", "x" * 5_000, "https://"]
)
def test_an_address_that_is_none(kind: str, address: str) -> None:
    with served(documents({})) as (_, http), pytest.raises(HostError):
        list(CATALOGUES[kind](http, lambda url: url).entries(address))


@KINDS
def test_no_password_is_told(kind: str) -> None:
    with served(lambda _: (200, b"\xff\xff")) as (server, http):
        address = server.url.replace("http://", "http://me:secret@") + "/v1/software"
        reasons = []
        try:
            list(CATALOGUES[kind](http, lambda url: url).entries(address))
        except HostError as error:
            reasons = [str(error)]
    assert "secret" not in "".join(reasons)


@KINDS
def test_a_path_that_is_not_there(kind: str, tmp_path: Path) -> None:
    with served(documents({})) as (_, http), pytest.raises(HostError):
        list(CATALOGUES[kind](http, lambda url: url).entries(str(tmp_path / "nowhere")))


@KINDS
def test_more_bytes_than_are_read(kind: str) -> None:
    with served(lambda _: (200, b"a" * (MAX_BYTES + 1))) as (server, http), pytest.raises(HostUnavailable) as error:
        list(CATALOGUES[kind](http, lambda url: url).entries(f"{server.url}/v1/software"))
    assert f"answers with more than {MAX_BYTES} bytes" in str(error.value)


HOSTILE = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><title>Sign in</title></html>",
    "zeros": b"\0" * 10_000,
    "no text": b"\xff\xfe\xff\xd8" * 100,
    "deep JSON": b"[" * 200_000,
    "deep JSON in a list": b'{"data":[' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}",
    "many values": b'{"data":[' + b"[]," * 3_000_000 + b"[]]}",
    "huge number": b'{"data":[{"url":' + b"9" * 100_000 + b'}],"releases":[' + b"9" * 100_000 + b"]}",
    "JSON cut short": b'{"data":[{"url":"https://a.example/b"}',
    "other JSON": b'{"data":{"a":1},"releases":"none"}',
    "a number": b"1e999999",
    "billion laughs": b'<!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&a;" * 10) for n in range(9))
    + b"]><List><Item><URL>&b8;</URL></Item></List>",
    "outside entity": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><List><Item><URL>&a;</URL></Item></List>',
    "deep XML": b"<a>" * 100_000,
    "open quote": b'URL,ProgramName\n"' + b"https://a.example/b\n" * 300_000,
    "open quotes": b"URL,ProgramName\n" + b'"https://a.example/b\n' * 300_000,
    "long line": b"https://a.example/" + b"a" * 10_000_000,
    "many commas": b"," * 10_000_000,
    "dots": b"a." * 5_000_000 + b"/",
    "zip head": b"PK\x03\x04" + b"\0" * 100,
    "many zip entries": b"PK\x05\x06" + b"PK\x01\x02" * 200_000,
    "gzip of zeros": tar_of({"a.yml": b"publiccodeYmlVersion: '0'"})[:60],
}


@KINDS
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_ends_soon_and_politely(kind: str, body: bytes) -> None:
    started = time.monotonic()
    with served(lambda _: (200, body)) as (server, http):
        entries, reason = [], ""
        try:
            entries = list(islice(CATALOGUES[kind](http, lambda url: url).entries(f"{server.url}/v1/software"), 1_000))
        except HostError as error:
            reason = str(error)
    assert time.monotonic() - started < 20
    assert len(reason) < 500
    assert all(isinstance(entry.candidate, Candidate | None) for entry in entries)
    assert all(len(str(quirk)) < 500 for entry in entries for quirk in entry.quirks)


def test_more_entries_than_are_read() -> None:
    lines = "".join(f"https://a.example/{number}\n" for number in range(MAX_ENTRIES + 1))
    with served(documents({"/list": lines.encode()})) as (server, http):
        entries = CATALOGUES["csv-addresses"](http, lambda url: url).entries(f"{server.url}/list")
        assert sum(1 for _ in islice(entries, MAX_ENTRIES)) == MAX_ENTRIES
        with pytest.raises(HostUnavailable, match=f"/list has more than {MAX_ENTRIES} entries"):
            next(entries)


def test_entries_come_page_by_page() -> None:
    software = [{"id": str(number), "url": f"https://a.example/{number}"} for number in range(250)]
    with served(open_catalog(software)) as (server, http):
        entries = CATALOGUES["open-catalog"](http, lambda url: url).entries(server.url)
        first = next(iter(entries))
        assert (first.url, len(server.asked)) == ("https://a.example/0", 1)

"""The dump of code.gov.tw in its three forms, with the habits of those who fill it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publiccode.harvesters.catalogues import Entry
from publiccode.harvesters.errors import HostUnavailable

from .servers import entries_of, local_entries, told, values_of

LONG = "本系統提供機關線上受理民眾申請。" * 12
ROW = {
    "ProgramName": "線上申辦平臺",
    "URL": "https://git.city.example/apply/web；https://git.city.example/apply/api;",
    "DemoURL": "https://apply.city.example/ ; https://demo.city.example/",
    "Types": "表單填寫/資料上傳；個案管理、身份驗證;",
    "Teches": "Vue.js;Python,",
    "Authorization": "ＭＩＴ License，",
    "ProvideDeptName": "某市政府資訊局",
    "ContactAgency": "某市政府研考會",
    "Description": LONG,
}


def as_json(*rows: object) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def as_csv(row: dict[str, str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    lines = [delimiter.join(row), delimiter.join(f'"{text}"' for text in row.values())]
    return "\r\n".join(lines).encode(encoding)


def as_xml(row: dict[str, str], declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    fields = "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in row.items())
    return f"{declaration}<ArrayOfInfo>\n  <Info>{fields}</Info>\n</ArrayOfInfo>".encode()


FORMS = {
    "JSON": as_json(ROW),
    "JSON with a mark": b"\xef\xbb\xbf" + as_json(ROW),
    "JSON in UTF-16": b"\xff\xfe" + as_json(ROW).decode().encode("utf-16-le"),
    "JSON in an envelope": b'{"code": 200, "data": ' + as_json(ROW) + b"}",
    "JSON with lists": as_json(
        ROW | {"Types": ["表單填寫/資料上傳", "個案管理", "身份驗證"], "URL": ROW["URL"].split("；")}
    ),
    "XML": as_xml(ROW),
    "XML with a mark": b"\xef\xbb\xbf" + as_xml(ROW),
    "XML without a declaration": as_xml(ROW, ""),
    "XML in Big5": as_xml(ROW, '<?xml version="1.0" encoding="big5"?>').decode().encode("cp950"),
    "XML with lists": as_xml(ROW)
    .replace("<![CDATA[表單填寫/資料上傳；個案管理、身份驗證;]]>".encode(), b"")
    .replace(
        b"<Types></Types>",
        "<Types><string>表單填寫/資料上傳</string><string>個案管理</string><string>身份驗證</string></Types>".encode(),
    ),
    "CSV": as_csv(ROW),
    "CSV with a mark": b"\xef\xbb\xbf" + as_csv(ROW),
    "CSV in Big5": as_csv(ROW, "cp950"),
    "CSV with tabs": as_csv(ROW, delimiter="\t"),
    "CSV with other heads": as_csv({f" {name.upper()} ": text for name, text in ROW.items()}),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_one_programme_in_every_form(body: bytes) -> None:
    (entry,) = entries_of("code-gov-tw", body)
    assert (entry.url, entry.other_urls, entry.source_id, entry.page, entry.modified_at) == (
        "https://git.city.example/apply/web",
        ("https://git.city.example/apply/api",),
        "git.city.example/apply/web",
        "",
        None,
    )
    assert values_of(entry) == {
        "publiccodeYmlVersion": "0",
        "name": "線上申辦平臺",
        "url": "https://git.city.example/apply/web",
        "landingURL": "https://apply.city.example/",
        "organisation": {"name": "某市政府資訊局"},
        "description": {
            "zh-Hant": {
                "shortDescription": "本系統提供機關線上受理民眾申請。",
                "longDescription": LONG,
                "features": ["表單填寫/資料上傳", "個案管理", "身份驗證"],
            }
        },
        "legal": {"license": "MIT"},
    }
    assert told(entry) == [
        "Of the field DemoURL only the first address was used.",
        "The licence “ＭＩＴ License，” is read as MIT.",
        "No key of publiccode.yml is for Teches, ContactAgency; what stands there stays in the record of the catalogue.",
    ]


def test_the_text_that_is_written() -> None:
    (entry,) = entries_of("code-gov-tw", as_json(ROW | {"Description": "受理申請。"}))
    assert entry.candidate is not None
    assert entry.candidate.file.content is not None
    assert entry.candidate.file.content.decode().splitlines() == [
        'publiccodeYmlVersion: "0"',
        "name: 線上申辦平臺",
        "url: https://git.city.example/apply/web",
        "landingURL: https://apply.city.example/",
        "organisation:",
        "  name: 某市政府資訊局",
        "description:",
        "  zh-Hant:",
        "    shortDescription: 受理申請。",
        "    features:",
        "      - 表單填寫/資料上傳",
        "      - 個案管理",
        "      - 身份驗證",
        "legal:",
        "  license: MIT",
    ]


@pytest.mark.parametrize(
    ("form", "source"),
    [
        ("JSON", as_json(ROW)[1:-1]),
        ("CSV", as_csv(ROW).partition(b"\r\n")[2]),
        ("XML", b"<Info>" + as_xml(ROW).partition(b"<Info>")[2].partition(b"</Info>")[0] + b"</Info>"),
    ],
)
def test_the_record_is_kept_as_it_was_given(form: str, source: bytes) -> None:
    assert entries_of("code-gov-tw", FORMS[form])[0].original == source


SEVERAL = (
    "The licence “LGPL-3.0、MPL-2.0” may name LGPL-3.0-only, LGPL-3.0-or-later, MPL-2.0; which of them holds for what is not "
    "said, so it is left as written."
)


def changed(**fields: Any) -> Entry:
    row = {**ROW, "DemoURL": "https://apply.city.example/", "Teches": None, "ContactAgency": "", **fields}
    return entries_of("code-gov-tw", as_json(row))[0]


@pytest.mark.parametrize(
    ("text", "written", "quirks"),
    [
        ("MIT,", "MIT", ["The licence “MIT,” is read as MIT."]),
        ("MIT", "MIT", []),
        ("EUPL-1.2", "EUPL-1.2", []),
        ("CC0 v1.0", "CC0-1.0", ["The licence “CC0 v1.0” is read as CC0-1.0."]),
        (
            "GPL v3,",
            "GPL v3",
            ["The licence “GPL v3,” may mean GPL-3.0-only, GPL-3.0-or-later; it is left as written."],
        ),
        (
            "LGPL-3.0、MPL-2.0",
            "LGPL-3.0、MPL-2.0",
            [SEVERAL],
        ),
        ("自訂授權", "自訂授權", ["The licence “自訂授權” is none that is known; it is left as written."]),
        (" ,", None, []),
        (None, None, []),
    ],
)
def test_licences(text: str | None, written: str | None, quirks: list[str]) -> None:
    entry = changed(Authorization=text)
    assert (values_of(entry).get("legal", {}).get("license"), told(entry)) == (written, quirks)


HOST = "https://git.city.example"
READ = "The address “{}” is read as {}."
ADDRESSES = {
    "https：//git.city.example/a": ([f"{HOST}/a"], []),
    "git.city.example/a/b": ([f"{HOST}/a/b"], [READ.format("git.city.example/a/b", f"{HOST}/a/b")]),
    "git@git.city.example:a/b": ([f"{HOST}/a/b"], [READ.format("git@git.city.example:a/b", f"{HOST}/a/b")]),
    f"前端 {HOST}/a 、後端（{HOST}/b）。": (
        [f"{HOST}/a", f"{HOST}/b"],
        ["Of the field URL only the addresses were read."],
    ),
    f"{HOST}/a;{HOST}/A.git/": ([f"{HOST}/a"], []),
    "https://me:token@git.city.example/a": ([f"{HOST}/a"], ["A user's name was taken out of the address in URL."]),
    "尚未提供": ([], ["The field URL could not be used: “尚未提供”."]),
    "javascript:alert(1)": ([], ["The field URL could not be used: “javascript:alert(1)”."]),
    "file:///etc/passwd": ([], ["The field URL could not be used: “file:///etc/passwd”."]),
    ";": ([], ["The record names no address of code."]),
}


@pytest.mark.parametrize(("text", "urls", "quirks"), [(text, *found) for text, found in ADDRESSES.items()])
def test_addresses(text: str, urls: list[str], quirks: list[str]) -> None:
    entry = changed(URL=text, Authorization="MIT")
    assert [entry.url, *entry.other_urls] == (urls or [""])
    assert told(entry) == quirks


def test_what_cannot_be_used_is_told() -> None:
    entry = changed(DemoURL="洽承辦人", ProgramName="名" * 300, Authorization="MIT", Types="", Note="另見附件")
    assert told(entry) == [
        "The field ProgramName could not be used: “" + "名" * 79 + "…”.",
        "The field DemoURL could not be used: “洽承辦人”.",
        "No key of publiccode.yml is for note; what stands there stays in the record of the catalogue.",
    ]
    assert "name" not in values_of(entry)


def test_a_field_that_is_too_long() -> None:
    entry = changed(Description="長" * 100_001, Authorization="MIT")
    assert told(entry) == ["The field Description has more than 100000 characters and was not read."]
    assert values_of(entry)["description"] == {"zh-Hant": {"features": ["表單填寫/資料上傳", "個案管理", "身份驗證"]}}


def test_what_is_used_in_part_is_told() -> None:
    entry = changed(
        Types=";".join(f"功能{number}" for number in range(30)), Authorization="MIT", Description="說明。" * 4_000
    )
    assert told(entry) == [
        "Of the field Types 20 of 30 values were used.",
        "Of the field Description only the beginning was used.",
    ]
    assert told(changed(DemoURL="", ProvideDeptName="部" * 201, Authorization="MIT")) == [
        "The field organisation.name could not be used: “" + "部" * 79 + "…”."
    ]


def test_an_english_description_is_english() -> None:
    assert list(values_of(changed(Description="Sends letters.", Types=""))["description"]) == ["en"]


def test_missing_values_stay_missing() -> None:
    (entry,) = entries_of("code-gov-tw", as_json({"URL": "https://git.city.example/a"}))
    assert (entry.url, entry.candidate, entry.quirks) == ("https://git.city.example/a", None, ())


def test_bad_records_stop_nothing() -> None:
    entries = entries_of("code-gov-tw", as_json(None, 7, [], {}, ROW, ROW, ROW | {"ProgramName": "另一系統"}))
    assert [(entry.url != "", told(entry)[:1]) for entry in entries[:4]] == [
        (False, ["The record 1 cannot be read."]),
        (False, ["The record 2 cannot be read."]),
        (False, ["The record 3 cannot be read."]),
        (False, ["The record names no address of code."]),
    ]
    identifiers = [entry.source_id for entry in entries]
    assert len(set(identifiers)) == len(identifiers)
    assert identifiers[4::2] == ["git.city.example/apply/web", "git.city.example/apply/web#另一系統"]


def test_rows_of_a_csv_that_do_not_fit() -> None:
    body = (
        b'URL,ProgramName\nhttps://a.example/1,\xe7\x94\xb2\nhttps://a.example/2,b,c\n"https://a.example/3\n'
        + b"x\n" * 300
    )
    entries = entries_of("code-gov-tw", body + b"https://a.example/4,d\n")
    assert [entry.url for entry in entries if entry.url] == ["https://a.example/1", "https://a.example/4"]
    assert [told(entry) for entry in entries[1:3]] == [
        ["The record 2 cannot be read."],
        ["The record 3 cannot be read."],
    ]


@pytest.mark.parametrize(
    "body", [b"", b"a,b\n1,2\n", b'{"message": "maintenance"}', b"<html><body>maintenance</body>", b"\x81\xff\xff"]
)
def test_no_dump(body: bytes) -> None:
    with pytest.raises(HostUnavailable):
        entries_of("code-gov-tw", body)


def test_an_xml_without_records() -> None:
    assert entries_of("code-gov-tw", b"<ArrayOfInfo/>") == []


def test_the_dump_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_bytes(FORMS["JSON"])
    assert local_entries("code-gov-tw", tmp_path / "dump.json") == entries_of("code-gov-tw", FORMS["JSON"])

"""Lists of addresses, as people keep them."""

from __future__ import annotations

import pytest

from publiccode.harvesters.catalogues import Entry

from .servers import entries_of, told

A, B = "https://git.example/a", "https://git.example/b"


def read(text: str, encoding: str = "utf-8") -> list[Entry]:
    return entries_of("csv-addresses", text.encode(encoding))


FORMS = {
    "one a line": f"{A}\n{B}\n",
    "no last line end": f"{A}\n{B}",
    "line ends of Windows": f"{A}\r\n{B}\r\n",
    "line ends of old": f"{A}\r{B}\r",
    "blank lines and comments": f"# code\n\n  {A}  \n   \n# more\n{B}\n",
    "a head": f"url\n{A}\n{B}\n",
    "commas": f"name,url\n甲,{A}\n乙,{B}\n",
    "semicolons": f"Name;Homepage;Repository URL\nx;https://www.example/;{A}\ny;https://www.example/;{B}\n",
    "tabs": f"name\trepo\nx\t{A}\ny\t{B}\n",
    "a Chinese head": f"名稱,網址\n甲,{A}\n乙,{B}\n",
    "no head": f"甲;{A};https://www.example/\n乙;{B};https://www.example/\n",
    "a head that says nothing": f"x,y\n1,{A}\n2,{B}\n",
    "quotes": f'"url","name"\n"{A}","a ""name"", with a comma"\n"{B}","two\nlines"\n',
    "other spellings": "https://GIT.example/a,\nhttps://git.example/b\n".replace("GIT", "git"),
    "full-width": "https：//git.example/a\nhttps：//git.example/b\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_list_in_every_form(text: str) -> None:
    entries = read(text)
    assert [(entry.url, entry.source_id, entry.candidate, told(entry)) for entry in entries] == [
        (A, "git.example/a", None, []),
        (B, "git.example/b", None, []),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp950"])
def test_a_list_in_other_encodings(encoding: str) -> None:
    assert [entry.url for entry in read(FORMS["a Chinese head"], encoding)] == [A, B]


def test_the_line_is_kept() -> None:
    assert [entry.original for entry in read(FORMS["quotes"])] == [
        f'"{A}","a ""name"", with a comma"\n'.encode(),
        f'"{B}","two\nlines"\n'.encode(),
    ]


def test_an_address_that_comes_again_is_one_entry() -> None:
    entries = read(f"{A}\n{B}\nHTTP://www.git.example/A.git/\n{A}\n")
    assert [(entry.url, told(entry)) for entry in entries] == [
        (A, ["The address comes again in the lines 3, 4."]),
        (B, []),
    ]


def test_lines_without_an_address_stop_nothing() -> None:
    entries = read(f"{A}\nnothing here\nftp://git.example/c\n{B}\n")
    assert [(entry.url, entry.source_id, told(entry)) for entry in entries] == [
        (A, "git.example/a", []),
        ("", "#2", ["The record names no address of code."]),
        ("", "#3", ["The record names no address of code."]),
        (B, "git.example/b", []),
    ]
    named = read(f"name,url\nx,soon\ny,\nz,{B}\nw\n")
    assert [told(entry) for entry in named] == [
        ["The field url could not be used: “soon”."],
        ["The record names no address of code."],
        [],
        ["The record names no address of code."],
    ]


def test_several_addresses_of_one_system() -> None:
    (entry,) = read(f"name,url\nx,{A} {B}\n")
    assert (entry.url, entry.other_urls, told(entry)) == (A, (B,), [])


def test_rows_that_cannot_be_read_cost_no_other() -> None:
    text = f'name,url\nx,{A}\n"open,{B}\n' + "x,y\n" * 250 + f"z,{B}\n" + "," * 2_000 + "\n"
    entries = read(text)
    assert [entry.url for entry in entries if entry.url] == [A, B]
    assert told(entries[1]) == ["The record 3 cannot be read."]
    assert told(entries[-1]) == ["The record 255 cannot be read."]
    long = read(f"{A}\nhttps://git.example/{'a' * 140_000}\n{B}\n")
    assert [entry.url for entry in long if entry.url] == [A, B]


def test_an_empty_list() -> None:
    assert read("") == read("\n\n") == read("# nothing yet\n") == read("url\n") == []

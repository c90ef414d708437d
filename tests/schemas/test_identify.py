"""A licence file as a whole: what is concluded, what else is there, what is to be said of it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.licensing.found import NOASSERTION, Identification, Means, Part, Remark
from publiccode.schemas.licensing.identify import identify, texts_version
from publiccode.schemas.licensing.words import SIZE_LIMIT

ROOT = Path(__file__).parents[2]
TEXTS = {path.stem: path.read_text("utf-8") for path in (ROOT / "web/demo/licenses").glob("*.txt")}
ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
LABELLED = ACCEPTANCE / "licences"
CORPUS = ACCEPTANCE / "corpus"
ITALIAN = "CSTSistemiSUD__GeoCity/LICENSE"
LIST = "\n\n## Third-party licenses\n\n" + "".join(
    f"| {name} | {version} | MIT |\n"
    for name, version in (("left", "1.2.0"), ("right", "2.0.1"), ("up", "3.1"), ("down", "4.4"))
)

COPY_OF_PUBLICCODE = (
    b"publiccodeYmlVersion: '0.4'\nname: Tides\nurl: https://git.example/tides\nsoftwareType: library\nplatforms:\n  - web\n"
    b"legal:\n  license: EUPL-1.2\n  mainCopyrightOwner: Ministry\nmaintenance:\n  type: internal\n"
)


def brief(content: str, name: str = "") -> tuple[str, tuple[str, ...], list[str]]:
    """Concluded, also, remarks."""
    answer = identify(content.encode(), name)
    return answer.concluded, answer.also, [str(remark) for remark in answer.remarks]


def test_a_text_alone() -> None:
    answer = identify(TEXTS["MIT"].replace("<year> <copyright holders>", "2024 Ministry of Tides").encode())
    lines = len(TEXTS["MIT"].splitlines())
    assert answer.concluded == "MIT"
    assert (answer.also, answer.remarks, answer.left_over, answer.left_over_share) == ((), (), (), 0.0)
    (part,) = [part for part in answer.parts if part.means == Means.TEXT]
    assert (part.license, part.coverage, part.language) == ("MIT", 1.0, "en")
    assert part.lines[0][0] == 1
    assert lines - 2 <= part.lines[-1][1] <= lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("license_", ["EUPL-1.2", "CC0-1.0"])
def test_encodings(encoding: str, license_: str) -> None:
    assert identify(TEXTS[license_].encode(encoding)).concluded == license_


def test_which_form_of_a_gnu_license_is_told_by_a_notice_or_the_name() -> None:
    text = TEXTS["GPL-3.0-or-later"]
    notice = (
        "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License "
        "as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n\n"
    )
    assert brief(text) == ("GPL-3.0-only", (), [])
    assert brief(notice + text)[0] == "GPL-3.0-or-later"
    assert brief(text, "LICENSES/GPL-3.0-or-later.txt")[0] == "GPL-3.0-or-later"


def test_a_shortened_text_is_incomplete() -> None:
    lines = TEXTS["EUPL-1.2"].splitlines()
    assert brief("\n".join(lines[: len(lines) // 2])) == ("EUPL-1.2", (), ["incomplete-text"])


@pytest.mark.parametrize("license_", TEXTS)
@pytest.mark.parametrize("share", [0.4, 0.55, 0.7, 0.85])
def test_a_text_that_was_cut_off_is_never_taken_for_another(license_: str, share: float) -> None:
    text = TEXTS[license_]
    assert family(brief(text[: int(len(text) * share)])[0]) in (family(license_), NOASSERTION)


def test_of_a_beginning_that_several_licenses_have_the_named_one_is_meant() -> None:
    half = TEXTS["MIT"][: len(TEXTS["MIT"]) // 2].replace("MIT License", "")
    assert brief(half)[0] == "MIT"
    assert brief("X11 License\n\n" + half)[0] == "X11"


def test_a_choice_with_a_name_that_is_no_single_license_is_left_open() -> None:
    assert brief("It is made available under *either* of the licenses found in LICENSE.APACHE or LICENSE.BSD.")[:2] == (
        NOASSERTION,
        ("Apache-2.0",),
    )


def test_the_secondary_licenses_of_a_text_say_nothing_of_the_software() -> None:
    lines = TEXTS["MPL-2.0"].splitlines()
    for count in range(60, len(lines), 30):
        assert brief("\n".join(lines[:count]))[:2] == ("MPL-2.0", ())


def test_a_restriction_beside_a_text() -> None:
    assert brief(TEXTS["MIT"] + "\nThe software may not be used for commercial purposes.\n") == (
        "MIT",
        (),
        ["restriction-added"],
    )
    assert brief(TEXTS["Apache-2.0"] + "\n本軟體限非商業用途使用。\n")[2] == ["restriction-added"]


@pytest.mark.parametrize("license_", ["MIT", "Apache-2.0", "AGPL-3.0-or-later"])
def test_the_licenses_of_what_the_software_uses_are_not_its_own(license_: str) -> None:
    assert brief(TEXTS[license_] + LIST) == (license_.replace("or-later", "only"), (), ["third-party-list"])


def test_a_notice_amid_a_text_is_no_statement() -> None:
    assert brief(TEXTS["CC-BY-4.0"])[:2] == ("CC-BY-4.0", ())
    assert brief(TEXTS["MPL-2.0"])[:2] == ("MPL-2.0", ())


def test_what_stands_first_speaks_for_the_software() -> None:
    notice = "Tide tables. This project is licensed under the European Union Public Licence, version 1.2.\n\n"
    module = "The file tides.js contains parts that are distributed under the following license:\n\n"
    concluded, also, _ = brief(notice + module + TEXTS["BSD-3-Clause"])
    assert concluded == "EUPL-1.2"
    assert set(also) <= {"BSD-3-Clause"}


def test_two_texts_both_hold() -> None:
    assert brief(TEXTS["MIT"] + "\n\n" + TEXTS["CC0-1.0"])[:2] == ("MIT AND CC0-1.0", ())


def test_a_choice_of_two_texts() -> None:
    head = "This project is licensed under either of the MIT License or the Apache License, Version 2.0, at your option.\n\n"
    concluded, also, _ = brief(head + TEXTS["MIT"] + "\n\n" + TEXTS["Apache-2.0"])
    assert (set(re.split(" OR ", concluded)), also) == ({"MIT", "Apache-2.0"}, ())


def test_a_link_stored_as_a_file() -> None:
    answer = identify(b"LICENSES/MPL-2.0.txt")
    assert answer == Identification(
        "MPL-2.0", parts=(Part("MPL-2.0", Means.POINTER, lines=((1, 1),)),), remarks=(Remark.STATEMENT,)
    )
    assert identify(b"../COPYING").concluded == NOASSERTION


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>nginx</p></body></html>",
        b"All rights reserved. Proprietary and confidential.",
        "本檔案之著作權屬雲霧市政府所有，未經同意不得使用。".encode(),
        COPY_OF_PUBLICCODE,
    ],
)
def test_no_license_is_made_up(content: bytes) -> None:
    assert identify(content).concluded == NOASSERTION


def test_lines_that_nothing_explains_are_told() -> None:
    lines = ["Tide tables", "", *TEXTS["MIT"].splitlines(), "", *["Please send fish to our office on the quay."] * 5]
    answer = identify("\n".join(lines).encode())
    assert answer.concluded == "MIT"
    assert Remark.EXTRA_TEXT in answer.remarks
    assert answer.left_over[-1] == (len(lines) - 4, len(lines))
    assert 0.1 < answer.left_over_share < 0.3
    assert Identification.from_json(json.loads(json.dumps(answer.to_json()))).concluded == "MIT"


def test_the_version_of_the_texts_is_short_and_stable() -> None:
    assert re.fullmatch("[0-9a-f]{12}", texts_version())
    assert texts_version() == texts_version()


def family(expression: str | None) -> str:
    return re.sub(r"-(?:only|or-later)\b", "", expression or NOASSERTION)


def test_labelled_files() -> None:
    if not LABELLED.is_dir():
        pytest.skip("the labelled licence files are not at hand")
    wrong, right = [], 0
    expected = json.loads((LABELLED / "expected.json").read_text("utf-8"))
    for name, label in expected.items():
        got = family(identify((LABELLED / "files" / name).read_bytes()).concluded)
        right += got == family(label["concluded"])
        if got not in (family(label["concluded"]), NOASSERTION):
            wrong.append((name, got, label["concluded"]))
    assert wrong == []
    assert right >= 0.97 * len(expected)


def corpus(path: str) -> str:
    if not (CORPUS / path).is_file():
        pytest.skip("the corpus of real files is not at hand")
    return (CORPUS / path).read_text("utf-8")


def text_parts(content: str) -> list[tuple[str, Means, str]]:
    parts = identify(content.encode()).parts
    return [(p.license, p.means, p.language) for p in parts if p.means in (Means.TEXT, Means.STRUCTURE)]


def test_the_eupl_in_other_languages_is_known_by_its_words() -> None:
    text = corpus(ITALIAN)
    assert text_parts(text) == [("EUPL-1.2", Means.TEXT, "it")]
    assert brief(text) == ("EUPL-1.2", (), ["translated"])
    half = text[: len(text) // 2]
    assert text_parts(half) == [("EUPL-1.2", Means.TEXT, "it")]
    assert brief(half)[2] == ["incomplete-text", "translated"]
    two = corpus("ConductionNL__OpenPub/LICENSE.MD")
    assert text_parts(two) == [("EUPL-1.2", Means.TEXT, "en"), ("EUPL-1.2", Means.TEXT, "nl")]
    assert brief(two) == ("EUPL-1.2", (), [])


def test_an_abridged_translation_is_told_by_its_structure() -> None:
    assert text_parts(corpus("CS78-open__CUPChain/LICENSE.md")) == [("EUPL-1.2", Means.STRUCTURE, "it")]


def test_an_older_version_in_another_language_is_told_by_its_title() -> None:
    older = re.sub(r"\b1\.2\b", "1.1", corpus(ITALIAN)).replace("2016", "2007")
    assert text_parts(older) == [("EUPL-1.1", Means.STRUCTURE, "it")]


def test_the_corpus_is_read_as_labelled() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real files is not at hand")
    verdicts = json.loads((CORPUS / "licence-verdicts.json").read_text("utf-8"))
    for repository, label in verdicts["differ"].items():
        folder = CORPUS / repository.replace("/", "__")
        files = [path for path in folder.iterdir() if re.match("licen[cs]e|copying", path.name, re.IGNORECASE)]
        assert [family(identify(path.read_bytes(), path.name).concluded) for path in files] == [label["text"]], (
            repository
        )


@pytest.mark.parametrize(
    "content",
    [
        b"the " * (SIZE_LIMIT // 4),
        b"MIT License " * (SIZE_LIMIT // 12),
        b"Licensed under the\n" * (SIZE_LIMIT // 19),
        b"<div>" * (SIZE_LIMIT // 5),
        b"x" * SIZE_LIMIT,
        b"\n" * SIZE_LIMIT,
        b"1.0 | MIT | https://a.example\n" * (SIZE_LIMIT // 30),
        "授權條款".encode() * (SIZE_LIMIT // 12),
        "\n".join(TEXTS.values()).encode() * 4,
    ],
)
def test_hostile_files_take_no_long(content: bytes) -> None:
    identify(b"warm")
    start = time.process_time()
    identify(content)
    assert time.process_time() - start < 2


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "MIT License",
                "licensed under",
                "version 2.0 or later",
                "EUPL",
                "GNU",
                "\n",
                "# ",
                "- ",
                "Copyright (c) 2020 X",
                "第",
                "條款",
                "and",
                "|",
            ]
            + [" ".join(text.split()[at : at + 30]) for text in TEXTS.values() for at in (0, 40, 90)]
        )
        | st.text(max_size=12),
        max_size=30,
    )
)
def test_any_mixture_is_answered(pieces: list[str]) -> None:
    answer = identify(" ".join(pieces).encode("utf-8", "replace"))
    assert 0 <= answer.left_over_share <= 1
    assert all(1 <= first <= last for part in answer.parts for first, last in part.lines)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert isinstance(identify(content), Identification)

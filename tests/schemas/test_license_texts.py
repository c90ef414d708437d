"""Licence texts are recognised, whole and altered; near relatives are told apart. The texts are those that the project ships."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from publiccode.schemas.licensing.text_data import texts
from publiccode.schemas.licensing.texts import matches, stretches
from publiccode.schemas.licensing.words import SIZE_LIMIT, Text, read_text

ROOT = Path(__file__).parents[2]
TEXTS = {path.stem: path.read_text("utf-8") for path in (ROOT / "web/demo/licenses").glob("*.txt")}


def found(text: str) -> list[tuple[str, str, float]]:
    """Licence, language and coverage of each match."""
    return [(match.license, match.language, round(match.coverage, 2)) for match in matches(read_text(text.encode()))]


def one(text: str) -> str:
    (match,) = matches(read_text(text.encode()))
    return match.license


@pytest.mark.parametrize("license_", sorted(TEXTS))
def test_each_text_is_recognised_alone(license_: str) -> None:
    text = read_text(TEXTS[license_].encode())
    (match,) = matches(text)
    assert (match.license, match.language, round(match.coverage, 3)) == (
        license_.replace("-or-later", "-only"),
        "en",
        1.0,
    )
    assert match.covered.count(0) <= 3
    assert match.missing == 0


@pytest.mark.parametrize("license_", sorted(TEXTS))
def test_case_line_breaks_and_comment_marks_do_not_matter(license_: str) -> None:
    words = TEXTS[license_].upper().split()
    wrapped = "\n".join(" * " + " ".join(words[at : at + 9]) for at in range(0, len(words), 9))
    assert one(wrapped) == license_.replace("-or-later", "-only")


def test_appendices_may_be_missing() -> None:
    assert found(TEXTS["Apache-2.0"].split("END OF TERMS")[0]) == [("Apache-2.0", "en", 1.0)]
    assert found(TEXTS["GPL-3.0-or-later"].split("END OF TERMS")[0]) == [("GPL-3.0-only", "en", 1.0)]
    assert found(TEXTS["EUPL-1.2"].rsplit("Appendix", 1)[0]) == [("EUPL-1.2", "en", 1.0)]


def test_lgpl_with_and_without_the_gpl() -> None:
    whole = TEXTS["LGPL-3.0-or-later"]
    alone = whole.split("GNU GENERAL PUBLIC LICENSE\n")[0]
    assert len(alone) < len(whole) / 3
    assert one(whole) == "LGPL-3.0-only"
    assert one(alone) == "LGPL-3.0-only"
    assert one(TEXTS["GPL-3.0-or-later"]) == "GPL-3.0-only"


def test_one_sentence_makes_another_license() -> None:
    mit = TEXTS["MIT"]
    assert (
        one(
            mit.replace(
                "THE SOFTWARE IS PROVIDED", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS PROVIDED"
            )
        )
        == "JSON"
    )
    bsd = TEXTS["BSD-3-Clause"]
    start, end = bsd.index("3. Neither"), bsd.index("THIS SOFTWARE IS")
    assert one(bsd[:start] + bsd[end:]) == "BSD-2-Clause"
    clear = "NO EXPRESS OR IMPLIED LICENSES TO ANY PARTY'S PATENT RIGHTS ARE GRANTED BY THIS LICENSE. "
    limited = bsd.replace(
        "are permitted provided", "are permitted (subject to the limitations in the disclaimer below) provided"
    )
    end = limited.index("THIS SOFTWARE IS")
    assert one(limited[:end] + clear + limited[end:]) == "BSD-3-Clause-Clear"


def test_several_texts_in_one_file_come_apart() -> None:
    content = "\n\n".join(
        ["Our code:", TEXTS["MIT"], "Our book:", TEXTS["CC-BY-4.0"], "Our tools:", TEXTS["Apache-2.0"]]
    )
    assert found(content) == [("CC-BY-4.0", "en", 1.0), ("Apache-2.0", "en", 1.0), ("MIT", "en", 1.0)]


def test_copies_of_a_text_are_one_match() -> None:
    text = read_text("\n\n".join(["Some words of ours. " * 11, TEXTS["MIT"]] * 3).encode())
    (match,) = matches(text)
    assert match.license == "MIT"
    assert [text.lines[text.at[first] - 1] for first, _ in stretches(match.covered)] == ["MIT License"] * 3


def test_a_beginning_is_recognised_as_a_part() -> None:
    words = TEXTS["EUPL-1.2"].split()
    ((license_, _, coverage),) = found(" ".join(words[: len(words) // 3]))
    assert license_ == "EUPL-1.2"
    assert 0.25 < coverage < 0.45


def test_other_words_are_no_license() -> None:
    assert found("We make software for the people who live here. " * 40) == []
    assert found("This programme may be used by anybody for anything, with our thanks.") == []
    assert matches(Text((), (), (), frozenset())) == []


def test_importing_loads_no_texts() -> None:
    code = (
        "from publiccode.schemas.licensing import identify, texts\n"
        "identify.texts_version(); print(texts.texts.cache_info().currsize)\n"
        "identify.identify(b'MIT'); print(texts.texts.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]


def test_the_data_is_consistent() -> None:
    known = texts()
    assert len(known.templates) > 600
    assert len({license_ for template in known.templates for license_ in template.licenses}) > 690
    assert all(len(template.core) == len(template.words) and any(template.core) for template in known.templates)
    assert {template.language for template in known.templates} >= {"en", "fr", "de", "zh-Hant", "zh-Hans", "ja"}


@pytest.mark.parametrize(
    "content",
    [
        "the " * (SIZE_LIMIT // 4),
        "a b c d\n" * (SIZE_LIMIT // 8),
        "\n".join(TEXTS.values()) * 4,
        TEXTS["MIT"] * 400,
        " ".join(" ".join(TEXTS["EUPL-1.2"].split()[at : at + 5]) for at in range(0, 2000, 3)) * 10,
    ],
)
def test_hostile_files_take_no_long(content: str) -> None:
    texts()
    text = read_text(content.encode()[:SIZE_LIMIT])
    start = time.process_time()
    matches(text)
    assert time.process_time() - start < 1

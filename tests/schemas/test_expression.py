"""SPDX licence expressions: the grammar, the normal form, and what people write instead."""

import pytest

from publiccode.schemas.licensing.expression import Expression, ExpressionError, parse_expression
from publiccode.schemas.licensing.slips import meant

GOOD = {
    "MIT": Expression("MIT", ("MIT",)),
    "eupl-1.2": Expression("EUPL-1.2", ("EUPL-1.2",)),
    " ((MIT)) ": Expression("MIT", ("MIT",)),
    "MIT OR apache-2.0 AND ISC": Expression("MIT OR Apache-2.0 AND ISC", ("MIT", "Apache-2.0", "ISC")),
    "MIT AND (ISC OR MIT)": Expression("MIT AND (ISC OR MIT)", ("MIT", "ISC")),
    "MPL-2.0+": Expression("MPL-2.0+", ("MPL-2.0",)),
    "gpl-2.0+": Expression("GPL-2.0+", ("GPL-2.0+",), deprecated=("GPL-2.0+",)),
    "GPL-2.0-only WITH classpath-exception-2.0": Expression(
        "GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only",), ("Classpath-exception-2.0",)
    ),
    "LicenseRef-x.1": Expression("LicenseRef-x.1", ("LicenseRef-x.1",)),
    "DocumentRef-a:LicenseRef-b": Expression("DocumentRef-a:LicenseRef-b", ("DocumentRef-a:LicenseRef-b",)),
    "MIT WITH AdditionRef-y": Expression("MIT WITH AdditionRef-y", ("MIT",), ("AdditionRef-y",)),
    "OGDL-Taiwan-1.0": Expression("OGDL-Taiwan-1.0", ("OGDL-Taiwan-1.0",)),
}
BAD = {
    "": ("empty", 0, ""),
    "  ": ("empty", 0, ""),
    "()": ("expected-license", 1, ")"),
    "MIT OR": ("expected-license", 6, ""),
    "OR MIT": ("expected-license", 0, "OR"),
    "MIT or ISC": ("operator-case", 4, "or"),
    "MIT ISC": ("expected-operator", 4, "ISC"),
    "MIT)": ("expected-operator", 3, ")"),
    "(MIT": ("expected-close", 4, ""),
    "(MIT ISC)": ("expected-operator", 5, "ISC"),
    "(MIT) WITH Classpath-exception-2.0": ("misplaced-with", 6, "WITH"),
    "MIT WITH": ("expected-exception", 8, ""),
    "MIT WITH ISC": ("unknown-exception", 9, "ISC"),
    "AdditionRef-y": ("expected-license", 0, "AdditionRef-y"),
    "EUPL": ("unknown-license", 0, "EUPL"),
    "NOASSERTION": ("unknown-license", 0, "NOASSERTION"),
    "MIT/X11": ("unknown-license", 0, "MIT/X11"),
    "MIT++": ("unknown-license", 0, "MIT++"),
    "LicenseRef-": ("unknown-license", 0, "LicenseRef-"),
    "MIT\u3000OR ISC": ("unknown-license", 0, "MIT\u3000OR"),
    "(" * 40 + "MIT" + ")" * 40: ("too-deep", 30, "("),
    "MIT OR " * 300 + "MIT": ("too-long", 2_000, ""),
}


@pytest.mark.parametrize("text", GOOD)
def test_expression_is_understood(text: str) -> None:
    assert parse_expression(text) == GOOD[text]


@pytest.mark.parametrize("text", GOOD)
def test_normal_form_is_its_own_normal_form(text: str) -> None:
    normal = parse_expression(text)
    assert parse_expression(normal.text) == normal


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_expression_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert (caught.value.problem, caught.value.position, caught.value.word) == BAD[text]


SLIPS = {
    "MIT License": ("MIT",),
    "The MIT License": ("MIT",),
    "Apache License, Version 2.0": ("Apache-2.0",),
    "Apache 2.0": ("Apache-2.0",),
    "AGPL-3": ("AGPL-3.0-only", "AGPL-3.0-or-later"),
    "GPL v3": ("GPL-3.0-only", "GPL-3.0-or-later"),
    "GPLv3": ("GPL-3.0-only", "GPL-3.0-or-later"),
    "GNU General Public License v2.0": ("GPL-2.0-only", "GPL-2.0-or-later"),
    "EUPL": ("EUPL-1.2", "EUPL-1.1"),
    "EUPL-1.2-or-later": ("EUPL-1.2", "EUPL-1.2+"),
    "EUPL v1.2": ("EUPL-1.2",),
    "CC0 v1.0": ("CC0-1.0",),
    "BSD": ("BSD-2-Clause", "BSD-3-Clause"),
    "MIT or Apache-2.0": ("MIT OR Apache-2.0",),
    "政府資料開放授權條款-第1版": ("OGDL-Taiwan-1.0",),
    "ＭＩＴ": ("MIT",),
    "ＧＰＬ－３．０": ("GPL-3.0-only", "GPL-3.0-or-later"),
    "MIT\u3000OR ISC": ("MIT OR ISC",),
    "Proprietary": (),
    "x" * 10_000: (),
}


@pytest.mark.parametrize("text", SLIPS)
def test_slips_are_offered_what_they_may_mean(text: str) -> None:
    assert meant(text) == SLIPS[text]


def test_everything_offered_is_an_expression() -> None:
    for offered in SLIPS.values():
        for text in offered:
            assert parse_expression(text).text == text

"""A verdict with an auditor's conclusion: the declaration beside what was concluded, and nothing false about the files."""

from __future__ import annotations

import pytest

from publiccode.schemas.licensing.concluded import CONCLUDED, code_text, explained_conclusion, settled
from publiccode.schemas.licensing.found import NOASSERTION, Identification, Means, Part, Remark
from publiccode.schemas.licensing.verdict import Code, FoundFile, judge
from publiccode.schemas.licensing.verdict_texts import CODES

CASES = [
    # declared, concluded, codes
    ("MIT", "MIT", "agree"),
    ("Apache-2.0 OR MIT", "MIT OR Apache-2.0", "agree"),
    ("MIT AND (Apache-2.0 AND ISC)", "ISC AND MIT AND Apache-2.0 AND MIT", "agree"),
    ("mit", "MIT", "agree"),
    ("GPL-3.0+", "GPL-3.0-or-later", "agree deprecated-id"),
    ("GPL-3.0", "GPL-3.0-only", "agree deprecated-id"),
    ("GPL-3.0-or-later", "GPL-3.0-only", "variant-differs"),
    ("EUPL-1.2", "EUPL-1.2+", "variant-differs"),
    ("GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", "variant-differs"),
    ("MIT AND Apache-2.0", "Apache-2.0 OR MIT", "variant-differs"),
    ("MPL-2.0 OR LGPL-3.0-only", "MPL-2.0", "variant-differs"),
    ("Apache-2.0 AND CC-BY-4.0", "Apache-2.0", "variant-differs"),
    ("BSD-2-Clause", "BSD-3-Clause", "variant-differs"),
    ("EUPL-1.2", "EUPL-1.1", "version-differs"),
    ("MIT AND GPL-2.0-only", "MIT AND GPL-3.0-only", "version-differs"),
    ("EUPL-1.2", "MIT", "mismatch"),
    ("MIT", "CC-BY-NC-4.0", "mismatch not-open-source"),
    ("MIT", NOASSERTION, "unknown"),
    ("MIT", "LicenseRef-Own", "unknown"),
    ("LicenseRef-Own", "MIT", "unknown"),
    ("LicenseRef-Own", "LicenseRef-Own", "agree"),
    ("", "MIT", "not-declared"),
    ("", NOASSERTION, "not-declared"),
    ("MIT License", "MIT", "agree not-spdx"),
    ("MIT License", "EUPL-1.2", "not-spdx"),
    ("whatever", NOASSERTION, "not-spdx"),
]


def file(license_: str, path: str = "LICENSE") -> FoundFile:
    return FoundFile(path, "a" * 64, Identification(license_, parts=(Part(license_, Means.TEXT, 1.0),)))


@pytest.mark.parametrize(("declared", "concluded", "codes"), CASES)
@pytest.mark.parametrize("files", [(), (file("MIT"),), (file("AGPL-3.0-only"),)])
def test_the_declaration_is_compared_with_the_conclusion(
    declared: str, concluded: str, codes: str, files: tuple[FoundFile, ...]
) -> None:
    verdict = settled(judge(declared, files), concluded)
    assert (verdict.codes, verdict.concluded, verdict.found) == (tuple(map(Code, codes.split())), concluded, files)
    told = [str(one.text) for one in explained_conclusion(verdict)]
    assert all(told)
    assert not [text for text in told if "LICENSE" in text or "stands in" in text or "license file" in text]
    if concluded != NOASSERTION:
        assert concluded in told[0]


def test_what_is_told_of_a_conclusion() -> None:
    def told(declared: str, concluded: str, *files: FoundFile, host: str = "") -> list[str]:
        return [str(one.text) for one in explained_conclusion(settled(judge(declared, files, host), concluded))]

    assert told("EUPL-1.1", "EUPL-1.1", file("EUPL-1.2")) == [
        "An auditor concluded EUPL-1.1, as it is declared; the licence files say EUPL-1.2."
    ]
    assert told("EUPL-1.1", "EUPL-1.1", file("EUPL-1.1")) == ["An auditor concluded EUPL-1.1, as it is declared."]
    assert told("AGPL-3.0-only", "MIT", file("AGPL-3.0-only"), host="AGPL-3.0") == [
        "An auditor concluded MIT; declared is AGPL-3.0-only."
    ]
    assert told("MIT", "MIT", file("AGPL-3.0-only"), host="MIT") == [
        "An auditor concluded MIT, as it is declared; the licence files say AGPL-3.0.",
        "The host shows MIT; the licence files say AGPL-3.0-only.",
    ]
    assert told("MIT", NOASSERTION, file("MIT")) == [
        "An auditor concluded that nobody can know the licence; declared is MIT."
    ]
    assert told("MIT", "LicenseRef-Own", file("MIT")) == [
        "An auditor concluded LicenseRef-Own; declared is MIT. What has no SPDX identifier cannot be compared."
    ]
    assert told("", "MIT") == ["An auditor concluded MIT; publiccode.yml has no legal.license."]
    assert told("", NOASSERTION) == [
        "publiccode.yml has no legal.license, and an auditor concluded that nobody can know the licence."
    ]
    assert told("GPL-3.0", "GPL-3.0-only") == [
        "An auditor concluded GPL-3.0-only, as it is declared.",
        "“GPL-3.0” is read as GPL-3.0-only.",
    ]


def test_who_cannot_know_the_licence_leaves_added_words_standing() -> None:
    restricted = FoundFile("LICENSE", "", Identification("MIT", remarks=(Remark.RESTRICTED,)))
    assert Code.RESTRICTION_ADDED in judge("MIT", [restricted]).codes
    assert settled(judge("MIT", [restricted]), NOASSERTION).codes == (Code.UNKNOWN, Code.RESTRICTION_ADDED)
    assert settled(judge("MIT", [restricted]), "LicenseRef-MIT-NC").codes == (Code.UNKNOWN,)


def test_codes_have_words_of_their_own_where_an_auditor_concluded() -> None:
    assert all(code_text(code, True) is CONCLUDED[code] for code in CONCLUDED)
    assert code_text(Code.NOT_SPDX, True) is code_text(Code.NOT_SPDX, False) is CODES[Code.NOT_SPDX]
    assert not [code for code, text in CONCLUDED.items() if "file" in str(text.title) + str(text.meaning)]

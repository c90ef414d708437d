"""What a licence asks, in our own words: complete in both languages, and in line with what else we say of it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from publiccode.registry.settings import LANGUAGES
from publiccode.schemas.licensing import descriptions
from publiccode.schemas.licensing.descriptions import Description, described, description
from publiccode.schemas.licensing.families import Family, family
from publiccode.schemas.vocabularies import licenses

DATA: Any = json.loads((Path(descriptions.__file__).parent / "descriptions.json").read_text("utf-8"))
# What the members of a family have in common must stand in the description of each.
ASKED: dict[Family, set[str]] = {
    Family.PUBLIC_DOMAIN: set(),
    Family.PERMISSIVE: set(),
    Family.CONTENT: {"name-source"},
    Family.WEAK_COPYLEFT: {"give-source"},
    Family.STRONG_COPYLEFT: {"give-source"},
    Family.NETWORK_COPYLEFT: {"give-source"},
}
SAME = {"same-license", "same-license-whole", "same-license-library", "same-license-files"}
OVER_A_NETWORK = {"network-source", "network-source-changed"}


def test_the_licences_that_administrations_use_are_described() -> None:
    wanted = {
        *("EUPL-1.1", "EUPL-1.2", "MPL-2.0", "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"),
        *(
            f"{name}-{end}"
            for name in ("GPL-2.0", "GPL-3.0", "AGPL-3.0", "LGPL-2.1", "LGPL-3.0")
            for end in ("only", "or-later")
        ),
        *("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "Unlicense", "etalab-2.0", "OGL-UK-3.0", "OGDL-Taiwan-1.0"),
        *("EPL-2.0", "CECILL-2.1", "CECILL-B", "CECILL-C", "BSL-1.0", "MulanPSL-2.0", "OSL-3.0", "NIST-PD"),
        *("LiLiQ-P-1.1", "LiLiQ-R-1.1", "LiLiQ-Rplus-1.1"),
    }
    assert wanted - set(described()) == set()


def test_every_described_licence_is_on_the_list_once_and_not_deprecated() -> None:
    counted = Counter(identifier for told in DATA["licenses"] for identifier in told["ids"])
    assert {identifier: count for identifier, count in counted.items() if count > 1} == {}
    listed = {identifier for identifier, entry in licenses().values() if not entry.get("deprecated")}
    assert set(described()) - listed == set()


def test_every_text_is_there_in_both_languages() -> None:
    texts = [*DATA["terms"].values(), *(told[part] for told in DATA["licenses"] for part in ("summary", "suits"))]
    assert [text for text in texts if set(text) != set(LANGUAGES) or not all(map(str.strip, text.values()))] == []
    same = [
        text for text in texts if text["en"] == text["zh-Hant"] or not any(sign >= "一" for sign in text["zh-Hant"])
    ]
    assert same == []


def test_every_term_is_used_and_none_is_missing() -> None:
    used = {term for told in DATA["licenses"] for part in ("may", "must", "not") for term in told[part]}
    assert {*used, "later-version", "no-later-version"} == set(DATA["terms"])


@pytest.mark.parametrize("identifier", described())
def test_the_description_agrees_with_the_family(identifier: str) -> None:
    told = description(identifier, "en")
    assert told is not None
    must, kind = {term for term, _ in told.must}, family(identifier)
    assert ASKED[kind] <= must
    copyleft = SAME & must
    if kind in (Family.STRONG_COPYLEFT, Family.NETWORK_COPYLEFT):
        assert copyleft <= {"same-license", "same-license-whole"}
    if kind is Family.NETWORK_COPYLEFT:
        assert OVER_A_NETWORK & must
    if kind in (Family.WEAK_COPYLEFT, Family.STRONG_COPYLEFT, Family.NETWORK_COPYLEFT):
        assert copyleft
        assert "other-terms" not in {term for term, _ in told.may}
    elif kind is not Family.CONTENT:  # some licences for texts are copyleft
        assert not copyleft


def test_a_description_in_each_language() -> None:
    assert description("0BSD", "zh-Hant") == Description(
        summary="去掉條件的 ISC 授權條款：一切使用都可以，也不必保留任何聲明。",
        may=(
            ("use", "為任何目的使用。"),
            ("change", "修改，並改成適合自己的版本。"),
            ("pass-on", "散布原本或修改後的版本。"),
            ("sell", "用於商業用途，並可就複本或服務收費。"),
            ("other-terms", "納入以其他條款（包括不公開原始碼的條款）散布的軟體。"),
        ),
        must=(),
        limits=(
            ("no-warranty", "不提供擔保，以現狀提供。"),
            ("no-liability", "在法律允許的範圍內，作者不負損害賠償責任。"),
            ("patents-silent", "條文沒有提到專利。"),
        ),
        suits="不需要標示來源的範例與小段程式。",
    )
    assert description("0BSD", "it") == description("0BSD", "en")
    assert description("Zlib", "en") is None


def test_only_and_or_later_are_told_apart() -> None:
    only, later = description("GPL-3.0-only", "en"), description("GPL-3.0-or-later", "en")
    assert only is not None
    assert later is not None
    assert only.limits == (*later.limits, ("no-later-version", "Only this version of the licence holds, no later one."))
    assert later.may == (*only.may, ("later-version", "Choose the terms of any later version of the licence instead."))


@pytest.mark.parametrize(
    ("identifier", "part", "terms"),
    [
        (
            "AGPL-3.0-only",
            "must",
            {"network-source-changed", "same-license-whole"},
        ),  # section 13: who runs a changed version
        ("EUPL-1.2", "must", {"network-source", "same-license"}),  # article 1: access to its functions is communication
        ("OSL-3.0", "must", {"network-source", "same-license"}),  # section 5: external deployment, changed or not
        ("GPL-3.0-only", "must", {"same-license-whole"}),
        ("LGPL-2.1-only", "must", {"same-license-library", "exchange-library"}),
        ("MPL-2.0", "must", {"tell-license", "same-license-files"}),
        ("CC-BY-4.0", "must", {"name-source", "tell-license", "state-changes"}),
        ("GPL-3.0-only", "limits", {"patent-suits-all", "ends-unless-cured"}),  # sections 8 and 10
        ("GPL-2.0-only", "limits", {"ends"}),
        ("MPL-2.0", "limits", {"patent-suits-all", "ends-unless-cured"}),  # section 5.2: all that section 2.1 grants
        ("OSL-3.0", "limits", {"patent-suits-all", "ends"}),
        ("Apache-2.0", "limits", {"patent-suits"}),  # section 3: the patent licences alone
        ("EPL-2.0", "limits", {"patent-suits"}),
        ("EUPL-1.2", "limits", {"some-liability"}),  # article 8
        ("MPL-2.0", "may", {"later-version"}),  # section 10.2
    ],
)
def test_what_is_particular_to_a_licence(identifier: str, part: str, terms: set[str]) -> None:
    told = description(identifier, "en")
    assert terms <= {term for term, _ in getattr(told, part)}


def test_nothing_is_said_that_the_text_does_not_say() -> None:
    dedication, attribution = description("CC0-1.0", "en"), description("CC-BY-4.0", "en")
    assert dedication is not None
    assert attribution is not None
    assert "no-liability" not in {
        term for term, _ in dedication.limits
    }  # section 4: no warranties, no word of liability
    assert "other-terms" not in {term for term, _ in attribution.may}  # the material itself stays under it

"""What people write for a licence: names, lists, sentences, addresses, slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publiccode.schemas.licensing.expression import parse_expression
from publiccode.schemas.licensing.guesses import guesses
from publiccode.schemas.licensing.license_addresses import at_address
from publiccode.schemas.licensing.slips import meant
from publiccode.schemas.vocabularies import licenses

GPL3 = ("GPL-3.0-only", "GPL-3.0-or-later")
AGPL3 = ("AGPL-3.0-only", "AGPL-3.0-or-later")

# Certain: `publiccode fix` writes it where there is one.
MEANT = {
    "MIT 授權條款": ("MIT",),
    "MIT/X11": ("MIT", "X11"),
    "MIT (Expat)": ("MIT",),
    "mit": ("MIT",),
    "“MIT”": ("MIT",),
    "SPDX-License-Identifier: MIT": ("MIT",),
    "License :: OSI Approved :: MIT License": ("MIT",),
    "License :: OSI Approved :: GNU Affero General Public License v3 or later (AGPLv3+)": ("AGPL-3.0-or-later",),
    "License :: OSI Approved :: European Union Public Licence 1.2 (EUPL 1.2)": ("EUPL-1.2",),
    "GPLv3+": ("GPL-3.0-or-later",),
    "GPL-3": GPL3,
    "GPL version 2 or any later version": ("GPL-2.0-or-later",),
    "GPL 3 only": ("GPL-3.0-only",),
    "GNU General Public License (GPL), version 3": GPL3,
    "version 3 of the GNU General Public License": GPL3,
    "GNU GPL v2 o successiva": ("GPL-2.0-or-later",),
    "Licenza pubblica generica GNU v3": GPL3,
    "GNU 通用公眾授權條款 第三版": GPL3,
    "LGPLv2.1+": ("LGPL-2.1-or-later",),
    "Affero GPL v3": AGPL3,
    "AGPL-3.0-or-newer": ("AGPL-3.0-or-later",),
    "Licenza Pubblica dell'Unione Europea 1.2": ("EUPL-1.2",),
    "Licence publique de l’Union européenne v. 1.2": ("EUPL-1.2",),
    "Open-Source-Lizenz für die Europäische Union 1.2": ("EUPL-1.2",),
    "European Union Public Licence (EUPL) v1.2": ("EUPL-1.2",),
    "EUPL 1.1 or later": ("EUPL-1.2", "EUPL-1.1+"),
    "licenza EUPL versione 1.2 o successiva": ("EUPL-1.2", "EUPL-1.2+"),
    "Apache-2.0-or-later": ("Apache-2.0", "Apache-2.0+"),
    "阿帕契授權條款 2.0": ("Apache-2.0",),
    "Apache Software License": ("Apache-2.0",),
    "apache2": ("Apache-2.0",),
    "BSD-3": ("BSD-3-Clause",),
    "BSD License 2-clause": ("BSD-2-Clause",),
    "3-Clause BSD License": ("BSD-3-Clause",),
    "BSD 3-Clause Clear": ("BSD-3-Clause-Clear",),
    "New BSD License": ("BSD-3-Clause",),
    "BSL": ("BSL-1.0", "BUSL-1.1"),
    "創用CC 姓名標示-相同方式分享 4.0": ("CC-BY-SA-4.0",),
    "創用 CC 姓名標示-非商業性-禁止改作 4.0 國際": ("CC-BY-NC-ND-4.0",),
    "Creative Commons Attribution-ShareAlike 4.0 International": ("CC-BY-SA-4.0",),
    "CC BY": ("CC-BY-4.0", "CC-BY-3.0"),
    "CC0 1.0 Universal": ("CC0-1.0",),
    "公眾領域貢獻宣告": ("CC0-1.0",),
    "政府資料開放授權條款": ("OGDL-Taiwan-1.0",),
    "政府資料開放授權條款-第1版": ("OGDL-Taiwan-1.0",),
    "Licence Ouverte / Open Licence version 2.0": ("etalab-2.0",),
    "Open Government Licence v3.0": ("OGL-UK-3.0",),
    "OGL": ("OGL-UK-3.0", "OGL-Canada-2.0"),
    "Datenlizenz Deutschland – Namensnennung – Version 2.0": ("DL-DE-BY-2.0",),
    "木兰宽松许可证 第2版": ("MulanPSL-2.0",),
    "CeCILL-B": ("CECILL-B",),
    "Eclipse Public License - v 2.0": ("EPL-2.0",),
    "GPL-2.0 with classpath exception": (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
    ),
    "gpl-2.0 or mit": ("GPL-2.0-only OR MIT", "GPL-2.0-or-later OR MIT"),
    "https://opensource.org/licenses/MIT": ("MIT",),
    "MIT (https://opensource.org/licenses/MIT)": ("MIT",),
    "FreeBSD License": ("BSD-2-Clause", "BSD-2-Clause-Views"),
    "GNU 寬通用公共授權條款 2.1 以上": ("LGPL-2.1-or-later",),
    "GPL2 w/ CPE": (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
    ),
    "Public Domain": ("CC0-1.0", "Unlicense"),
}
# Less than certain: suggestions only.
GUESSED = {
    "MTI": ("MIT",),
    "Appache-2.0": ("Apache-2.0",),
    "Apahce License 2.0": ("Apache-2.0",),
    "AGLP-3.0": AGPL3,
    "GPL-3.O": GPL3,
    "EULP-1.2": ("EUPL-1.2",),
    "EUPL-1.3": ("EUPL-1.2", "EUPL-1.1", "EUPL-1.0"),
    "MIT/Apache-2.0": ("MIT OR Apache-2.0", "MIT AND Apache-2.0", "MIT", "Apache-2.0"),
    "LGPL-3.0、MPL-2.0": (
        "LGPL-3.0-only AND MPL-2.0",
        "LGPL-3.0-or-later AND MPL-2.0",
        "LGPL-3.0-only OR MPL-2.0",
        "LGPL-3.0-or-later OR MPL-2.0",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MPL-2.0",
    ),
    "「網頁文字圖片採取 CC0 授權方式，程式碼採取 MIT 的授權方式」": (
        "CC0-1.0 AND MIT",
        "CC0-1.0 OR MIT",
        "CC0-1.0",
        "MIT",
    ),
    "除另有標示外，內容以創用 CC BY 4.0 授權條款釋出。": ("CC-BY-4.0",),
    "This project is licensed under the terms of the MIT license.": ("MIT",),
    "see https://opensource.org/licenses/MIT for details": ("MIT",),
    "Lizenziert mit EUPL": ("EUPL-1.2", "EUPL-1.1"),
    "MIT or GPLv3": ("MIT OR GPL-3.0-only", "MIT OR GPL-3.0-or-later"),
    "(EUPL v1.2 OR GPL-3.0-only) AND MTI": ("(EUPL-1.2 OR GPL-3.0-only) AND MIT",),
    "GPL-2.0-only WITH Claspath-exception-2.0": ("GPL-2.0-only WITH Classpath-exception-2.0",),
    "Eclipse Distribution License - v 1.0": ("BSD-3-Clause",),
    "MIT ISC": ("MIT AND ISC", "MIT OR ISC", "MIT", "ISC"),
}
# Nobody can tell, or the licence is another one than the one that is named.
NOTHING = (
    "UNLICENSED", "Unlicensed", "SEE LICENSE IN LICENSE.txt", "SEE LICENSE IN MIT-LICENSE", "Proprietary", "NONE",
    "NOASSERTION", "0xDEADBEEF", "MIT License with Commons Clause", "MIT, non-commercial use only", "GPL-compatible",
    "MIT WITH Fun-exception",
    "open software", "open government data", "for the general public", "Elastic", "AGPLv3 with additional terms",
    "free for personal use",
    "LicenseRef-中文", "DocumentRef-a:LicenseRef-007:4", "Open Source", "Custom", "", "x" * 10_000,
    "https://git.example/agency/software/LICENSE", "mit freundlichen Grüßen",
)  # fmt: skip


@pytest.mark.parametrize("text", MEANT)
def test_names_that_are_certain(text: str) -> None:
    assert meant(text) == MEANT[text]


@pytest.mark.parametrize("text", GUESSED)
def test_what_is_less_than_certain_is_suggested_only(text: str) -> None:
    assert meant(text) == ()
    assert guesses(text) == GUESSED[text]


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_made_up(text: str) -> None:
    assert (meant(text), guesses(text)) == ((), ())


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("http://creativecommons.org/licenses/by/4.0", ("CC-BY-4.0",)),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/tw/deed.zh_TW", ("CC-BY-NC-SA-3.0",)),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", ("CC0-1.0",)),
        ("https://creativecommons.org/licenses/by/9.0", ()),
        ("https://opensource.org/licenses/mit-license.php", ("MIT",)),
        ("http://www.opensource.org/licenses/bsd-license.php", ("BSD-2-Clause", "BSD-3-Clause")),
        ("https://opensource.org/license/apache-2-0", ("Apache-2.0",)),
        ("https://spdx.org/licenses/EUPL-1.2.html", ("EUPL-1.2",)),
        ("https://spdx.org/licenses/GPL-3.0", GPL3),
        ("https://www.gnu.org/licenses/agpl-3.0.en.html", AGPL3),
        ("https://www.gnu.org/licenses/gpl.html", GPL3),
        ("https://www.gnu.org/licenses/old-licenses/gpl-2.0-standalone.html", ("GPL-2.0-only", "GPL-2.0-or-later")),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", ("Apache-2.0",)),
        ("https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12", ("EUPL-1.2",)),
        ("https://joinup.ec.europa.eu/software/page/eupl", ("EUPL-1.2", "EUPL-1.1")),
        ("https://www.mozilla.org/en-US/MPL/2.0/", ("MPL-2.0",)),
        ("https://data.gov.tw/license", ("OGDL-Taiwan-1.0",)),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", ("OGL-UK-3.0",)),
        ("https://www.govdata.de/dl-de/by-2-0", ("DL-DE-BY-2.0",)),
        ("https://spdx.org/licenses/", ()),
        ("https://git.example/a/LICENSE", ()),
    ],
)
def test_addresses(address: str, ids: tuple[str, ...]) -> None:
    assert at_address(address)[0] == ids


def test_every_full_name_of_the_list_is_known() -> None:
    missed = []
    for identifier, entry in licenses().values():
        if entry.get("deprecated"):
            continue
        if identifier not in (*meant(entry["name"]), *guesses(entry["name"])):
            missed.append(identifier)
    assert missed == []


def test_every_id_is_itself() -> None:
    for identifier, entry in licenses().values():
        if not entry.get("deprecated"):
            assert meant(identifier) == (identifier,)
            assert meant(identifier.replace("-", " ")) == (identifier,)


WORDS = st.sampled_from(
    ["the", "MIT", "mit", "GPL", "gnu", "v3", "2.0", "or", "later", "and", "licence", "/", ",", "、", "EUPL", "1.2", "CC", "BY-SA",
     "4.0", "授權條款", "第三版", "with", "exception", "classpath", "BSD", "3", "clause", "http://a", "+", "(", ")", "only", "創用",
     "https://opensource.org/licenses/ISC", "public", "domain", "version", "of", "Apache"]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=600), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join)
    )
)
def test_whatever_is_offered_is_an_expression(text: str) -> None:
    for offered in (*meant(text), *guesses(text)):
        assert parse_expression(offered).text == offered
        assert parse_expression(offered).deprecated == ()

"""Web addresses of licences, and the ids of what is found there. Facts, written by us; nothing is fetched."""

from __future__ import annotations

import re

from ..vocabularies import licenses
from .successors import is_deprecated, successors

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'，。、；）)」\]]+", re.IGNORECASE)

_KEPT = r"(?:[./#?].*)?\Z"  # an ending that changes nothing: /, .html, /deed.zh_TW, /legalcode, #section
_RULES = (
    (r"creativecommons\.org/publicdomain/zero/1\.0", "CC0-1.0"),
    (r"creativecommons\.org/licen[sc]es/(?P<cc>by(?:-nc)?(?:-nd|-sa)?)/(?P<v>[1-4]\.[05])", "cc"),
    (r"opensource\.org/licenses/bsd-license(?:\.php|\.html)?", "BSD-2-Clause BSD-3-Clause"),
    (r"opensource\.org/licenses/apache-?2\.0(?:\.php|\.html)?", "Apache-2.0"),
    (
        r"(?:spdx\.org/licenses|choosealicense\.com/licenses|opensource\.org/licenses?|licenses\.nuget\.org)/(?P<id>[A-Za-z0-9.+-]+)(?=[/#?]|\Z)",
        "id",
    ),
    (
        r"(?:gnu|fsf)\.org/(?:licen[sc]es|copyleft)/(?:old-licenses/)?(?P<gnu>[al]?gpl|fdl)(?:[-v]*(?P<v>[1-3](?:\.[0-9])?))?(?:-standalone)?",
        "gnu",
    ),
    (r"apache\.org/licen[sc]es/(?:LICENSE-2\.0|apache-2\.0)", "Apache-2.0"),
    (r"mozilla\.org/(?:[a-zA-Z-]+/)?MPL/(?P<mpl>[12]\.[01])", "MPL-{mpl}"),
    (r"mozilla\.org/(?:[a-zA-Z-]+/)?MPL", "MPL-2.0"),
    (r"eclipse\.org/(?:legal|org/documents)/epl-(?:v)?(?P<epl>[12])[.-]?0", "EPL-{epl}.0"),
    (r"(?:[a-z-]+\.)*ec\.europa\.eu/\S*eupl\S{0,60}?(?:eupl)?[-_]?v?[-_]?1[.-]?(?P<eupl>[0-2])(?![0-9])\S*", "EUPL-1.{eupl}"),
    (r"(?:[a-z-]+\.)*ec\.europa\.eu/\S*eupl\S*", "EUPL-1.2 EUPL-1.1"),
    (r"eupl\.eu/1\.(?P<eupl>[12])", "EUPL-1.{eupl}"),
    (r"data\.gov\.tw/licen[sc]e", "OGDL-Taiwan-1.0"),
    (r"(?:[a-z]+\.)?etalab\.gouv\.fr/\S*licence[-_]ouverte\S*", "etalab-2.0"),
    (r"nationalarchives\.gov\.uk/doc/open-government-licence/version/(?P<ogl>[123])", "OGL-UK-{ogl}.0"),
    (r"nationalarchives\.gov\.uk/doc/open-government-licence", "OGL-UK-3.0"),
    (r"opendatacommons\.org/licen[sc]es/odbl", "ODbL-1.0"),
    (r"opendatacommons\.org/licen[sc]es/by", "ODC-By-1.0"),
    (r"opendatacommons\.org/licen[sc]es/pddl", "PDDL-1.0"),
    (r"govdata\.de/dl-de/by-(?P<dl>[12])-0", "DL-DE-BY-{dl}.0"),
    (r"govdata\.de/dl-de/zero-2-0", "DL-DE-ZERO-2.0"),
    (r"cecill\.info/licen[sc]es/Licence_CeCILL_V2\.1", "CECILL-2.1"),
    (r"cecill\.info/licen[sc]es/Licence_CeCILL-(?P<cecill>[BC])", "CECILL-{cecill}"),
    (r"(?:scripts\.sil\.org/(?:cms/scripts/page\.php\S*)?OFL|openfontlicense\.org)", "OFL-1.1"),
    (r"unlicense\.org", "Unlicense"),
    (r"mit-license\.org", "MIT"),
    (r"wtfpl\.net", "WTFPL"),
    (r"boost\.org/LICENSE_1_0", "BSL-1.0"),
    (r"license\.coscl\.org\.cn/MulanPSL(?P<mulan>2)?", "MulanPSL-2.0"),
)  # fmt: skip
_COMPILED = tuple((re.compile(r"(?:www\.)?" + pattern + _KEPT, re.IGNORECASE), ids) for pattern, ids in _RULES)
_GNU_NEWEST = {"gpl": "3.0", "agpl": "3.0", "lgpl": "3.0", "fdl": "1.3"}


def at_address(address: str) -> tuple[str, ...]:
    """The ids of the licence that stands at a web address; empty where that is not known."""
    place = re.sub(r"\Ahttps?://", "", address.strip().rstrip(".,;"), flags=re.IGNORECASE)
    for pattern, ids in _COMPILED:
        found = pattern.match(place)
        if found:
            return _ids(found, ids)
    return ()


def _ids(found: re.Match[str], ids: str) -> tuple[str, ...]:
    match ids:
        case "cc":
            return _listed(f"CC-{found['cc']}-{found['v']}")
        case "id":
            name = re.sub(r"(?:[-_]licen[sc]e)?(?:\.(?:html|json|txt|php))?\Z", "", found["id"])
            # opensource.org writes its newer addresses without dots: /license/apache-2-0
            return _listed(name) or _listed(re.sub(r"-([0-9])-([0-9])\Z", r"-\1.\2", name))
        case "gnu":
            family = found["gnu"].lower()
            version = found["v"] or _GNU_NEWEST[family]
            name = "GFDL" if family == "fdl" else family.upper()
            return _listed(f"{name}-{version if '.' in version else version + '.0'}")
    return tuple(one for text in ids.format(**found.groupdict()).split() for one in _listed(text))


def _listed(identifier: str) -> tuple[str, ...]:
    """The id as the list spells it; today's ids where it is deprecated."""
    entry = licenses().get(identifier.lower())
    if entry is None:
        return ()
    return successors(entry[0]) if is_deprecated(entry[0]) else (entry[0],)

"""The names of licences in the languages in which agencies write them, as patterns. Written by us from real files.

A pattern is matched against a text as `mentions.plain` leaves it: hyphens, dashes, quotes and line breaks are single spaces.
It is compared without regard to case unless its row says so (`MIT` is a word of German).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One licence, or one family of versions.

    `base` is the id without its version. `any_version`: what may be meant where none is given. `gnu`: its ids end in `-only` or
    `-or-later`. `exact_case`: the pattern is compared letter by letter.
    """

    base: str
    pattern: str
    any_version: tuple[str, ...]
    gnu: bool = False
    exact_case: bool = False


def _both(*versions: str) -> tuple[str, ...]:
    return tuple(version + ending for version in versions for ending in ("-only", "-or-later"))


_UNION = (
    r"unione europea|union européenne|union europeenne|europäischen? union|europese unie|unión europea|união europeia"
    r"|europæiske unions?"
)

NAMES = (
    Name(
        "AGPL",
        r"(?:gnu )?(?:agpl|affero(?: gnu)?(?: (?:general public|gpl|通用公[眾共]|一般公[眾共]))?|通用公[眾共]授權條款 affero)"
        r"|licen[cz]\w+ publi\w+ gén\w+ (?:gnu )?affero|licenza pubblica gener\w+ (?:gnu )?affero",
        _both("AGPL-3.0"),
        gnu=True,
    ),
    Name(
        "LGPL",
        r"(?:gnu )?(?:lgpl|(?:lesser|library) (?:general public|gpl)|[較更较]?(?:寬鬆?|宽松?)的?(?:通用)?公[眾共])"
        r"|licence publique générale (?:limitée|amoindrie)(?: gnu)?",
        _both("LGPL-2.1", "LGPL-3.0"),
        gnu=True,
    ),
    Name(
        "GPL",
        r"(?:gnu )?(?:gpl|general public(?= ?licen)|(?:通用|一般)公[眾共])|gnu (?:general )?public|gnu allgemeine öffentliche"
        r"|allgemeine öffentliche gnu|licence publique générale(?: gnu)?|licenza pubblica general\w*(?: gnu)?"
        r"|licenza pubblica generica(?: gnu)?|licencia pública general(?: (?:de )?gnu)?|licença pública geral(?: (?:da )?gnu)?",
        _both("GPL-2.0", "GPL-3.0"),
        gnu=True,
    ),
    Name("GFDL", r"(?:gnu )?(?:g?fdl|free documentation|自由文[件檔])", _both("GFDL-1.3"), gnu=True),
    Name(
        "EUPL",
        r"eupl|open source lizenz für die europäische union|european union public|europea?n public"
        rf"|(?:licen\w+|lizenz)(?: (?:pubblica|publique|pública|open source|openbare|öffentliche))?"
        rf"(?: (?:dell|de l|der|für die|van de|de la|da))? (?:{_UNION})"
        rf"|(?:öffentliche|openbare|offentlige)(?: \w+)? (?:der |van de )?(?:{_UNION})|歐(?:洲聯)?盟公[眾共]|欧(?:洲联)?盟公共",
        ("EUPL-1.2", "EUPL-1.1"),
    ),
    Name("MPL", r"mpl|mozilla(?: (?:public|公[眾共]))?", ("MPL-2.0",)),
    Name("Apache", r"apache(?: software)?(?: foundation)?|as[lf]|阿帕[契奇]", ("Apache-2.0",)),
    Name("EPL", r"epl|eclipse public|eclipse(?= ?licen)", ("EPL-2.0", "EPL-1.0")),
    Name("CPL", r"cpl|common public(?= licen)", ("CPL-1.0",)),
    Name("CDDL", r"cddl|common development and distribution", ("CDDL-1.0", "CDDL-1.1")),
    Name("OSL", r"osl|open software(?= licen)", ("OSL-3.0",)),
    Name("AFL", r"afl|academic free", ("AFL-3.0",)),
    Name("ECL", r"ecl|educational community", ("ECL-2.0",)),
    Name("UPL", r"upl|universal permissive", ("UPL-1.0",)),
    Name("Artistic", r"artistic", ("Artistic-2.0", "Artistic-1.0")),
    Name("OFL", r"(?:sil )?(?:ofl|open font)", ("OFL-1.1",)),
    Name("BSL", r"boost(?: software)?", ("BSL-1.0",)),
    Name("BUSL", r"busl|business source", ("BUSL-1.1",)),
    Name("SSPL", r"sspl|server side public", ("SSPL-1.0",)),
    Name("Elastic", r"elastic(?= ?licen)", ("Elastic-2.0",)),
    Name("ODbL", r"odbl|(?:open data commons |odc )?open database(?= ?licen)", ("ODbL-1.0",)),
    Name("ODC-By", r"odc by|open data commons attribution", ("ODC-By-1.0",)),
    Name("PDDL", r"pddl|public domain dedication and licen[sc]e", ("PDDL-1.0",)),
    Name("CECILL", r"cecill(?! ?[bc]\b)", ("CECILL-2.1",)),
    Name("CECILL-B", r"cecill ?b", ("CECILL-B",)),
    Name("CECILL-C", r"cecill ?c", ("CECILL-C",)),
    Name("etalab", r"licence ouverte(?: ?/? ?open licen[cs]e)?|open licen[cs]e etalab|etalab(?: open)?", ("etalab-2.0",)),
    Name("OGL-UK", r"open government(?= licen)|ogl", ("OGL-UK-3.0", "OGL-Canada-2.0")),
    Name("OGL-UK", r"ogl uk|uk open government(?! data)", ("OGL-UK-3.0",)),
    Name("OGL-Canada", r"open government licen[cs]e canada|ogl canada", ("OGL-Canada-2.0",)),
    Name(
        "OGDL-Taiwan",
        r"政府資料開放(?:平[台臺])?(?:授權|使用)條?款?|open government data(?= licen)|ogdl(?: taiwan)?",
        ("OGDL-Taiwan-1.0",),
    ),
    Name("MulanPSL", r"mulan ?psl|mulan permissive(?: software)?|木[兰蘭](?:宽松|寬鬆)", ("MulanPSL-2.0",)),
    Name("LiLiQ-P", r"liliq p|licence libre du québec permissive", ("LiLiQ-P-1.1",)),
    Name("LiLiQ-R", r"liliq r(?!\+)", ("LiLiQ-R-1.1",)),
    Name("LiLiQ-Rplus", r"liliq r(?:\+| ?plus)", ("LiLiQ-Rplus-1.1",)),
    Name("DL-DE-BY", r"(?:datenlizenz deutschland|dl de) ?/? ?(?:namensnennung|by)", ("DL-DE-BY-2.0",)),
    Name("DL-DE-ZERO", r"(?:datenlizenz deutschland|dl de) ?/? ?zero", ("DL-DE-ZERO-2.0",)),
    Name("NLOD", r"nlod|norw\w+ licen[cs]e for open government data|norsk lisens for offentlige data", ("NLOD-2.0",)),
    Name("PSF", r"python software foundation|psfl?", ("PSF-2.0", "Python-2.0")),
    Name("PHP", r"php licen[cs]e|the php", ("PHP-3.01",)),
    Name("Unlicense", r"(?:the )?unlicense", ("Unlicense",)),
    Name("WTFPL", r"wtfpl|do what the f\S+ you want(?: to)?(?: public)?", ("WTFPL",)),
    Name("0BSD", r"0 ?bsd|zero clause bsd|bsd zero clause|bsd 0 clause", ("0BSD",)),
    Name(
        "BSD-2-Clause",
        r"bsd[ ,(]{0,2}(?:licen[sc]e )?\(?(?:2|two)(?: clause)?|(?:2|two)(?: clause)? bsd|simplified bsd|bsd simplified",
        ("BSD-2-Clause",),
    ),
    Name(
        "BSD-3-Clause",
        r"bsd[ ,(]{0,2}(?:licen[sc]e )?\(?(?:3|three)(?: clause)?|(?:3|three)(?: clause)? bsd"
        r"|(?:the )?(?:new|revised|modified)(?: or (?:new|revised|modified))? bsd|bsd (?:new|revised|modified)",
        ("BSD-3-Clause",),
    ),
    Name("BSD-2-Clause", r"freebsd", ("BSD-2-Clause", "BSD-2-Clause-Views")),
    Name("NIST-PD", r"nist (?:public domain|software)", ("NIST-PD", "NIST-PD-fallback")),
    Name("BSD-4-Clause", r"bsd[ ,(]{0,2}(?:4|four)(?: clause)?|(?:4|four|original)(?: clause)? bsd", ("BSD-4-Clause",)),
    Name("BSD", r"bsd|柏克萊軟體", ("BSD-2-Clause", "BSD-3-Clause")),
    Name("MIT", r"MIT|麻省理工(?:學院)?", ("MIT",), exact_case=True),
    Name("MIT", r"(?:mit|expat)(?: ?/? ?(?:x11|expat))?(?= ?(?:licen|lizenz|授權|許可|许可))|expat", ("MIT",)),
    Name("MIT-0", r"mit ?0|mit no attribution", ("MIT-0",)),
    Name("MIT/X11", r"(?:mit|x) ?/ ?(?:x11|mit|x consortium)|mit x11|x11 ?/ ?mit", ("MIT", "X11")),
    Name("X11", r"X11", ("X11",), exact_case=True),
    Name("ISC", r"ISC|Internet (?:Systems|Software) Consortium", ("ISC",), exact_case=True),
    Name("Zlib", r"zlib(?: ?/ ?libpng)?", ("Zlib",)),
    Name("MS-PL", r"ms pl|microsoft public", ("MS-PL",)),
    Name("MS-RL", r"ms rl|microsoft reciprocal", ("MS-RL",)),
    Name("PostgreSQL", r"postgresql (?=licen)|the postgresql", ("PostgreSQL",)),
    Name("NCSA", r"ncsa|university of illinois(?: ?/ ?ncsa)?(?: open source)?", ("NCSA",)),
    Name(
        "CC0",
        r"cc ?0|cc ?zero|creative commons (?:zero|0)|創用 ?cc ?0|公眾領域貢獻宣告|公[眾众]领域贡献|public domain dedication",
        ("CC0-1.0",),
    ),
    Name(
        "public domain",
        r"(?:the )?public domain(?! dedication)|公[眾共]領域|dominio pubblico|domaine public|gemeinfrei",
        ("CC0-1.0", "Unlicense"),
    ),
)  # fmt: skip

# Creative Commons: the words for each condition, in the order in which the ids have them.
CC_PREFIX = r"creative commons|創用 ?cc|知識共享|知识共享|cc"
CC_CONDITIONS = {
    "BY": r"by|attribution|姓名標示|署名|attribuzione|namensnennung|paternité|reconocimiento|naamsvermelding|atribución",
    "NC": r"nc|non ?commercial|非商業性?(?:使用)?|非商业性使用|non commerciale"
    r"|nicht kommerziell|pas d utilisation commerciale|niet commercieel|nocomercial",
    "ND": r"nd|no ?deriv(?:ative|ativework)?s?(?: works)?|禁止改作|禁止演绎"
    r"|non opere derivate|keine bearbeitungen?|pas de modification|geen afgeleide werken",
    "SA": r"sa|share ?alike|相同方式(?:分享|共享)|condividi allo stesso modo|weitergabe unter gleichen bedingungen"
    r"|partage dans les mêmes conditions|partage à l identique|gelijk delen|compartir ?igual",
}

LICENSE_WORD = (
    r"licen[sc]es?|lincense|lisence|licenza|licencia|licença|lizenz|licentie|licens|authori[sz]ation"
    r"|公[眾共](?:授權|許可)(?:條款|證)?|授權(?:條款|合約|協議|條例)?|許可(?:證|協議)?|许可(?:证|协议)?|條款|宣告"
)
LATER_WORDS = (
    r"(?<! )\+|(?:or|and|oder|und|ou|o|of|y|u) (?:\(?at your option\)? )?"
    r"(?:any |jede |toute |una qualsiasi |qualsiasi |cualquier )?(?:versione? |version )?"
    r"(?:later|newer|greater|higher|above|subsequent|später\w*|neuer\w*|höher\w*|ultérieure|postérieure|plus récente|supérieure"
    r"|successiv[ae]|posteriore?|superiore|nieuwer|later\w*|hoger)|[或及](?:其?任何)?(?:更新|後續|之後|以後|以上|更高)的?|以上|plus(?![a-z])"
)
ONLY_WORDS = r"only|nur|solo|seulement|uniquement|alleen|僅限?|限定"

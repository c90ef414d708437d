"""A small invented catalogue in six languages, and queries with the entries that answer them."""

from __future__ import annotations

from publiccode.registry.search import IndexEntry, Text


def _entry(
    number: int,
    name: str,
    language: str,
    summary: str,
    license_id: str,
    publisher: tuple[str, str],
    *,
    category: tuple[str, ...] = ("data-analytics",),
    status: str = "stable",
    feature: str = "",
    description: str = "",
    second: tuple[str, str, str] | None = None,
) -> IndexEntry:
    """`publisher` is key and name; `second` a second language with its name and summary."""
    names, summaries = [Text(language, name)], [Text(language, summary)]
    if second:
        names.append(Text(second[0], second[1]))
        summaries.append(Text(second[0], second[2]))
    return IndexEntry(
        id=f"e{number:02}",
        names=tuple(names),
        summaries=tuple(summaries),
        features=(Text(language, feature),) if feature else (),
        descriptions=(Text(language, description),) if description else (),
        publishers=(Text(language, publisher[1]),),
        facets={
            "category": category,
            "license": (license_id,),
            "validity": ("valid" if number % 5 else "invalid",),
            "status": (status,),
            "publisher": (publisher[0],),
            "platform": ("web",) if number % 2 else ("web", "linux"),
            "language": tuple(dict.fromkeys((language, *((second[0],) if second else ())))),
        },
        modified=20_230_100 + number,
    )


NORTH = ("north-city", "北山市政府")
SEA = ("sea-county", "海濱縣政府")
COMUNE = ("comune-esempio", "Comune di Esempio")
VILLE = ("ville-exemple", "Ville d’Exemple-sur-Mer")
STADT = ("musterstadt", "Stadt Musterstadt")
GEMEENTE = ("voorbeelddam", "Gemeente Voorbeelddam")
AGENCY = ("digital-office", "Office of Digital Samples")

ENTRIES = (
    _entry(
        1,
        "市政儀表板",
        "zh-Hant",
        "以圖表呈現各局處服務指標",
        "EUPL-1.2",
        NORTH,
        feature="即時更新",
        second=("en", "City Dashboard", "Charts of how city services perform"),
    ),
    _entry(
        2,
        "空氣品質監測網",
        "zh-Hant",
        "空氣品質測站即時資料",
        "MIT",
        NORTH,
        category=("environment", "data-analytics"),
        description="蒐集各測站之細懸浮微粒濃度，並在儀表板上顯示。",
    ),
    _entry(3, "臺北示範公車動態", "zh-Hant", "公車到站時間查詢", "Apache-2.0", NORTH, category=("transportation",)),
    _entry(4, "房屋稅", "zh-Hant", "稅額試算與線上申辦", "MIT", SEA, category=("taxes-management",), status="beta"),
    _entry(
        5,
        "線上公文簽核系統",
        "zh-Hant",
        "公文製作、簽核與歸檔",
        "AGPL-3.0-or-later",
        SEA,
        category=("workflow-management",),
    ),
    _entry(
        6,
        "ＯｐｅｎＤａｔａ 開放資料平臺",
        "zh-Hant",
        "開放資料集目錄與下載",
        "CC0-1.0",
        SEA,
        second=("en", "Open Data Platform", "A catalogue of datasets"),
    ),
    _entry(
        7, "頭髮檢驗登錄", "zh-Hant", "衛生單位檢驗結果登錄", "MIT", SEA, category=("healthcare",), status="development"
    ),
    _entry(
        8,
        "Whistleblowing Kit",
        "en",
        "Anonymous reports from employees",
        "AGPL-3.0-or-later",
        AGENCY,
        category=("compliance-management",),
        description="Whistleblowers send documents and remain anonymous.",
    ),
    _entry(
        9,
        "Registry of Permits",
        "en",
        "Permits for buildings, from request to archive",
        "EUPL-1.2",
        AGENCY,
        category=("workflow-management",),
        description="Officials register permits. A dashboard shows what is late.",
    ),
    _entry(10, "Postal Votes", "en", "Ballots sent by mail", "MIT", AGENCY, category=("voting",), status="obsolete"),
    _entry(
        11,
        "Citizen Portal",
        "en",
        "One place for all services",
        "GPL-3.0-only",
        AGENCY,
        category=("website-management",),
    ),
    _entry(12, "Data Opener", "en", "Converts tables. Data must be open before it is useful", "MIT", AGENCY),
    _entry(
        13,
        "Segnalazioni Facili",
        "it",
        "Raccolta delle segnalazioni dei cittadini",
        "EUPL-1.2",
        COMUNE,
        category=("crm",),
        description="Ogni segnalazione riceve una risposta dell’ufficio competente.",
    ),
    _entry(
        14,
        "Mensa Scolastica",
        "it",
        "Pagamento dei pasti nelle scuole",
        "AGPL-3.0-or-later",
        COMUNE,
        category=("payment-gateway",),
    ),
    _entry(
        15,
        "Gestione Comuni",
        "it",
        "Anagrafe per i comuni piccoli",
        "EUPL-1.2",
        COMUNE,
        category=("workflow-management",),
    ),
    _entry(
        16,
        "Démarches Exemple",
        "fr",
        "Démarches administratives en ligne",
        "AGPL-3.0-or-later",
        VILLE,
        category=("website-management",),
        description="Chaque municipalité publie ses formulaires.",
    ),
    _entry(
        17,
        "Aménagement Urbain",
        "fr",
        "Cartes pour l’aménagement du territoire",
        "MIT",
        VILLE,
        category=("geographic-information-systems",),
    ),
    _entry(18, "Œuvres Publiques", "fr", "Inventaire des œuvres d’art", "CC0-1.0", VILLE, status="beta"),
    _entry(
        19,
        "Straßenmelder",
        "de",
        "Schlaglöcher auf Straßen melden",
        "MIT",
        STADT,
        category=("crm",),
        description="Bürgerinnen und Bürger melden Schäden, die Behörde antwortet.",
    ),
    _entry(20, "Bücherei", "de", "Ausleihe für Gemeinden", "GPL-3.0-or-later", STADT, category=("library-management",)),
    _entry(
        21,
        "Terminbuchung",
        "de",
        "Termine in Ämtern buchen",
        "EUPL-1.2",
        STADT,
        category=("booking",),
        status="concept",
    ),
    _entry(
        22,
        "Vergunningen Online",
        "nl",
        "Aanvragen van vergunningen",
        "EUPL-1.2",
        GEMEENTE,
        category=("workflow-management",),
    ),
    _entry(
        23,
        "Afvalkalender",
        "nl",
        "Wanneer wordt het afval opgehaald",
        "MIT",
        GEMEENTE,
        category=("environment",),
        description="Gemeenten tonen dat op een kaart.",
    ),
    _entry(24, "Dashboard Toolkit", "en", "Widgets for dashboards", "MIT", AGENCY, status="development"),
    _entry(
        25,
        "停車資訊",
        "zh-Hant",
        "停車場剩餘車位",
        "MIT",
        NORTH,
        category=("transportation",),
        status="beta",
        second=("en", "Parking", "Free parking lots on a map"),
    ),
)

# query → the entries that answer it, the best first, the others in any order; and how strictly it had to be read
JUDGED: dict[str, tuple[tuple[str, ...], str]] = {
    # names before descriptions
    "儀表板": (("e01", "e02"), "exact"),
    "dashboard": (("e24", "e01", "e09"), "exact"),
    # one form: variants of characters, simplified characters, full width, case, accents, ligatures
    "仪表板": (("e01", "e02"), "exact"),
    "台北": (("e03",), "exact"),
    "臺北": (("e03",), "exact"),
    "发": (("e07",), "exact"),
    "空气品质": (("e02",), "exact"),
    "opendata": (("e06",), "exact"),
    "ＯＰＥＮＤＡＴＡ": (("e06",), "exact"),
    "demarches": (("e16",), "exact"),
    "DÉMARCHES": (("e16",), "exact"),
    "oeuvres": (("e18",), "exact"),
    "strasse": (("e19",), "exact"),
    # parts of Chinese text: two characters, the last two, one, the last one
    "儀表": (("e01", "e02"), "exact"),
    "品質": (("e02",), "exact"),
    "稅": (("e04",), "exact"),
    "房": (("e04",), "exact"),
    "公文 簽核": (("e05",), "exact"),
    "停車場 資訊": (("e25",), "exact"),
    # stems, each in its language
    "dashboards": (("e24", "e01", "e09"), "exact"),
    "reporting": (("e08",), "exact"),
    "segnalazione": (("e13",), "exact"),
    "municipalités": (("e16",), "exact"),
    "l’aménagement": (("e17",), "exact"),
    "gemeinde": (("e20",), "exact"),
    "gemeente": (("e23", "e22"), "exact"),
    "vergunning": (("e22",), "exact"),
    # half words
    "dashb": (("e24", "e01", "e09"), "exact"),
    "segnal": (("e13",), "exact"),
    "whistle": (("e08",), "exact"),
    "vergun*": (("e22",), "exact"),
    # slips of the pen, forgiven only where nothing is found without: "portal" is not "postal"
    "portal": (("e11",), "exact"),
    "dashbaord": (("e01", "e24", "e09"), "forgiving"),
    "whistelblowing": (("e08",), "forgiving"),
    "segnalasioni": (("e13",), "forgiving"),
    "kalnder": ((), "exact"),
    # phrases
    "open data": (("e06", "e12"), "exact"),
    '"open data"': (("e06",), "exact"),
    "「開放資料」": (("e06",), "exact"),
    "「開放 資料」": (("e06",), "exact"),
    '"開放  資料集" -dashboard': (("e06",), "exact"),
    '"data open"': ((), "exact"),
    '"dashboard charts"': ((), "exact"),
    # fields
    "license:EUPL-1.2 dashboard": (("e01", "e09"), "exact"),
    "license:gpl": (("e11", "e20"), "exact"),
    "Licence: MIT category:transportation": (("e25",), "exact"),
    "publisher:north-city -license:MIT": (("e01", "e03"), "exact"),
    "publisher:北山市政府 公車": (("e03",), "exact"),
    "status：beta": (("e04", "e18", "e25"), "exact"),
    "language:en language:zh": (("e01", "e06", "e25"), "exact"),
    "name:dashboard": (("e24", "e01"), "exact"),
    "platform:linux status:development": (("e24",), "exact"),
    "validity:invalid license:MIT": (("e10", "e25"), "exact"),
    "license:(CC0-1.0 OR Apache-2.0)": (("e03", "e06", "e18"), "exact"),
    # operators
    "dashboard -toolkit": (("e01", "e09"), "exact"),
    "dashboard NOT permits": (("e24", "e01"), "exact"),
    "儀表板 -空氣": (("e01",), "exact"),
    "map OR kaart": (("e25", "e23"), "exact"),
    "(公車 OR 停車) status:beta": (("e25",), "exact"),
    "(公車 OR -license:MIT) language:zh": (("e03", "e01", "e05", "e06"), "exact"),
    # nothing has all words: any of them
    "dashboard whistleblowing": (("e24", "e08", "e01", "e09"), "any word"),
    "空氣品質即時監控平台": (("e02", "e06", "e01"), "any word"),
    "監測空氣": (("e02",), "any word"),
    # the best reading of what is hardly a query
    '"permits archive': (("e09",), "exact"),
    "((portal": (("e11",), "exact"),
    "portal OR": (("e11",), "exact"),
    "NOT -portal license:gpl": (("e20",), "exact"),
}

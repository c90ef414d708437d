"""The real public systems that we describe: marked as ours, valid, and found by name and by purpose in each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from sqlmodel import col, select

from publiccode.registry.following import reindex
from publiccode.registry.models import Software
from publiccode.registry.publishers import read_publishers
from publiccode.registry.search import Request, SearchIndex
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.candidate import Candidate, Repository, RepositoryFile
from publiccode.schemas.validator import assess
from publiccode.web.demo.agencies import PUBLIC_SYSTEMS, DemoRepository, demo_repositories, publishers_file

from ..looks import World

SYSTEMS = {repository.url: repository for repository in demo_repositories(PUBLIC_SYSTEMS)}
MARK = b"# A real system, described by us for searching and trying, not by its owners. This is not an official publication."
# How each is asked for: Chinese name, English name, purpose in Chinese, purpose in English.
ASKED = {
    "https://github.com/moda-gov-tw/code-gov-tw": (
        "公共程式平臺",
        "code.gov.tw",
        "公共程式 目錄",
        "catalogue of public code",
    ),
    "https://github.com/alphagov/notifications-api": ("英國政府通知服務", "GOV.UK Notify", "簡訊發送", "text messages"),
    "https://github.com/alphagov/forms-runner": (
        "英國政府表單服務",
        "GOV.UK Forms",
        "線上表單",
        "online form without code",
    ),
    "https://github.com/moda-gov-tw/TWDIW-official-app": ("數位皮夾", "TWDIW", "數位憑證", "verifiable credentials"),
    "https://github.com/compdemocracy/polis": ("意見調查", "Polis", "意見分群", "groups of opinion"),
    "https://github.com/g0v/vTaiwan-hono": ("數位法規討論平臺", "vTaiwan", "法規討論", "consultation on laws"),
    "https://github.com/AIObjectives/talk-to-the-city-reports": (
        *("Talk to the City 意見分析", "Talk to the City"),
        *("語言模型 歸納意見", "language models opinions report"),
    ),
    "https://github.com/mysociety/fixmystreet": ("道路與公共設施通報", "FixMyStreet", "路燈故障", "potholes"),
    "https://github.com/cofacts/rumors-site": ("真的假的", "Cofacts", "假訊息", "fact checking"),
    "https://github.com/decidim/decidim": ("公民參與平臺", "Decidim", "參與式預算", "participatory budgets"),
    "https://github.com/consuldemocracy/consuldemocracy": ("馬德里", "CONSUL", "參與式預算", "participatory budgeting"),
    "https://github.com/alphagov/e-petitions": ("國會線上請願", "petitions Parliament", "連署", "online petitions"),
    "https://github.com/globaleaks/globaleaks-whistleblowing-software": (
        *("吹哨者通報", "GlobaLeaks"),
        *("匿名檢舉", "whistleblowing"),
    ),
    "https://github.com/openfisca/openfisca-core": ("稅法試算引擎", "OpenFisca", "福利資格試算", "rules as code"),
    "https://github.com/ckan/ckan": ("開放資料平臺", "CKAN", "資料集上架", "open data portals"),
    "https://github.com/dhis2/dhis2-core": ("健康資訊系統", "DHIS2", "疾病監測", "disease surveillance"),
    "https://github.com/getodk/central": ("田野資料蒐集", "ODK Central", "離線填報", "data collection in the field"),
    "https://github.com/kobotoolbox/kpi": ("問卷調查", "KoboToolbox", "設計問卷", "questionnaires for surveys"),
    "https://github.com/qgis/QGIS": ("地理資訊系統", "QGIS", "空間分析", "geographic information system"),
    "https://github.com/nextcloud/server": ("檔案協作", "Nextcloud", "雲端硬碟", "file sharing"),
    "https://github.com/mysociety/alaveteli": (
        "政府資訊公開申請",
        "Alaveteli",
        "政府資訊公開",
        "freedom of information",
    ),
    "https://github.com/SORMAS-Foundation/SORMAS-Project": ("疫情監測與應變", "SORMAS", "登革熱", "contact tracing"),
}


def content(repository: DemoRepository) -> bytes:
    file = repository.files["publiccode.yml"]
    assert isinstance(file, bytes)
    return file


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A catalogue of these systems alone."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('systems') / 'registry.sqlite'}")
    upgrade(store)
    world = World(store)
    world.list(*read_publishers(publishers_file(PUBLIC_SYSTEMS).read_bytes()))
    for repository in SYSTEMS.values():
        world.finds(repository.url, content(repository))
    yield store
    store.close()


@pytest.fixture(scope="module")
def addresses(store: Store) -> dict[str, str]:
    with store.reading() as session:
        return {str(identity): url for identity, url in session.exec(select(Software.id, col(Software.url)))}


@pytest.fixture(scope="module", params=list(ENGINES))
def index(request: pytest.FixtureRequest, store: Store, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = open_index(request.param, tmp_path_factory.mktemp(request.param) / "index")
    assert reindex(store, index) == len(SYSTEMS)
    return index


def test_every_file_says_that_it_is_ours_and_has_no_fault() -> None:
    assert sorted(SYSTEMS) == sorted(ASKED)
    for repository in SYSTEMS.values():
        text = content(repository)
        assert text.startswith(MARK), repository.url
        candidate = Candidate(RepositoryFile("publiccode.yml", text), Repository(repository.url, "0" * 40))
        assert [(finding.rule, finding.key) for finding in assess(candidate).findings] == []
        values = yaml.safe_load(text)
        assert values["url"] == repository.url
        ends = {lang: said["longDescription"].splitlines()[-1] for lang, said in values["description"].items()}
        assert ends == {"zh-Hant": "*由我們代為描述，非其擁有者發布。*", "en": "*Described by us, not by its owners.*"}
    assert "their owners did not" in (PUBLIC_SYSTEMS / "README.md").read_text("utf-8")


def test_no_person_is_named() -> None:
    for repository in SYSTEMS.values():
        contacts = yaml.safe_load(content(repository))["maintenance"]["contacts"]
        assert [sorted(contact) for contact in contacts] == [["name"]]
        assert b"@" not in content(repository)


def test_every_system_stands_under_the_publisher_that_says_who_described_it() -> None:
    [listed] = read_publishers(publishers_file(PUBLIC_SYSTEMS).read_bytes())
    assert sorted(listed.repos) == sorted(SYSTEMS)
    assert listed.names == {
        "zh-Hant": "本展示的撰寫者（代為描述，非其擁有者）",
        "en": "Authors of this demonstration, not the owners",
    }
    folders = {path.parent.name for path in PUBLIC_SYSTEMS.glob("*/publiccode.yml")}
    assert folders == set(yaml.safe_load((PUBLIC_SYSTEMS / "repositories.yml").read_text("utf-8")))


@pytest.mark.parametrize("url", ASKED)
def test_each_is_found_by_both_names_and_by_its_purpose(
    url: str, index: SearchIndex, addresses: dict[str, str]
) -> None:
    found = {text: [addresses[one] for one in index.search(Request(text, limit=3)).ids] for text in ASKED[url]}
    assert {text: url in three for text, three in found.items()} == dict.fromkeys(ASKED[url], True), found

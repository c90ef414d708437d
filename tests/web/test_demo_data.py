"""The demo's agencies: they load, nothing in them is real, and each kind of trouble is what the manifest says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from publiccode.schemas.candidate import SYMLINK, Candidate, Repository, RepositoryFile, address_key
from publiccode.schemas.validator import assess
from publiccode.web.demo.agencies import AGENCIES, DemoRepository, demo_repositories, publishers_file
from publiccode.web.demo.bare_repositories import Symlink

NAMES = ("publiccode.yml", "publiccode.yaml")
LICENSE_FILE = re.compile(r"(?i)(LICEN[SC]E|COPYING)[^/]*|LICENSES/.*")
REPOSITORIES = {repository.url: repository for repository in demo_repositories()}
TROUBLES = {
    "absent": 1,
    "archived": 1,
    "category-wrong": 1,
    "country-section": 1,
    "description-missing": 1,
    "empty": 2,
    "excluded": 3,
    "file-symlink": 1,
    "key-unknown": 1,
    "license-deprecated": 1,
    "license-differs": 1,
    "license-invalid": 3,
    "license-missing": 1,
    "license-notice": 2,
    "license-restricted": 1,
    "license-symlink": 1,
    "license-third-parties": 1,
    "license-version": 1,
    "licenses-folder": 1,
    "markdown-link": 1,
    "markdown-script": 1,
    "no-file": 6,
    "no-file-archived": 2,
    "no-file-fork": 1,
    "part": 2,
    "summary-too-long": 1,
    "technical-fork": 1,
    "variant": 2,
    "yaml-broken": 1,
    "yaml-extension": 1,
}


def manifest() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = yaml.safe_load((AGENCIES / "repositories.yml").read_text("utf-8"))
    return entries


def publishers() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(publishers_file().read_text("utf-8"))
    return entries


def addresses(publisher: dict[str, Any]) -> list[str]:
    """The repositories of a publisher: named by themselves, as a part of a system, or listed in its groups."""
    groups = tuple(f"{group}/" for group in publisher.get("orgs", ()))
    systems = [address for system in publisher.get("systems", ()) for address in (system["main"], *system["parts"])]
    listed = [url for url in REPOSITORIES if groups and url.startswith(groups)]
    return [*publisher.get("repos", ()), *systems, *listed]


def troubled(trouble: str) -> list[DemoRepository]:
    return [repository for repository in REPOSITORIES.values() if repository.trouble == trouble]


def text(repository: DemoRepository, path: str) -> str:
    content = repository.files[path]
    assert isinstance(content, bytes)
    return content.decode("utf-8")


def publiccode(repository: DemoRepository) -> dict[str, Any]:
    """What the repository's publiccode.yml says, followed through a symbolic link."""
    path = next(name for name in NAMES if name in repository.files)
    content = repository.files[path]
    values: dict[str, Any] = yaml.safe_load(text(repository, content.target if isinstance(content, Symlink) else path))
    return values


def readable() -> dict[str, dict[str, Any]]:
    """The files that a YAML parser can read, by the address of their repository."""
    return {
        url: publiccode(repository)
        for url, repository in REPOSITORIES.items()
        if any(name in repository.files for name in NAMES) and repository.trouble != "yaml-broken"
    }


def candidate(repository: DemoRepository) -> Candidate | None:
    """The candidate that a harvest of the repository makes."""

    def file(path: str) -> RepositoryFile:
        content = repository.files[path]
        if isinstance(content, Symlink):
            return RepositoryFile(path, None, SYMLINK, target=content.target)
        return RepositoryFile(path, content, size=len(content))

    path = next((name for name in NAMES if name in repository.files), None)
    if path is None:
        return None
    licenses = tuple(file(name) for name in sorted(repository.files) if LICENSE_FILE.fullmatch(name))
    return Candidate(file(path), Repository(repository.url, head="0" * 40), licenses)


def test_there_are_enough_agencies_repositories_and_languages() -> None:
    languages = Counter(tag for values in readable().values() for tag in values.get("description", {}))
    assert (len(publishers()), len(REPOSITORIES)) == (15, 69)  # as README.md says
    assert languages == {"zh-Hant": 40, "en": 31, "it": 3, "fr": 2, "de": 2, "nl": 2}


def test_each_repository_belongs_to_one_publisher_and_is_laid_out_unless_absent() -> None:
    named = [(publisher["id"], address) for publisher in publishers() for address in addresses(publisher)]
    absent = {entry["url"] for entry in manifest().values() if entry.get("absent")}
    assert Counter(address for _, address in named) == Counter([*REPOSITORIES, *absent])
    assert {(place.split("/")[0], entry["url"]) for place, entry in manifest().items()} == set(named)


def test_every_folder_is_in_the_manifest() -> None:
    folders = {path.relative_to(AGENCIES).as_posix() for path in AGENCIES.glob("*/*")}
    without_files = {place for place, entry in manifest().items() if entry.get("trouble") in ("absent", "empty")}
    assert folders == set(manifest()) - without_files


def test_parents_are_publishers() -> None:
    ids = [publisher["id"] for publisher in publishers()]
    assert len(ids) == len(set(ids))
    parents = {publisher["id"]: publisher["parent"] for publisher in publishers() if "parent" in publisher}
    assert parents == {"tides-observation": "tides", "yunwu-health": "yunwu"}
    assert set(parents.values()) <= set(ids)


def test_every_address_and_mailbox_is_reserved_for_examples() -> None:
    hosts = Counter[str]()
    for path in AGENCIES.rglob("*"):
        if path.is_file():
            text = re.sub(
                r"pkg:[^\s\"]+", "", path.read_text("utf-8")
            )  # a package's address names a version behind an @
            hosts.update(re.findall(r"(?:(?<!xmlns=\")https?://|[\w.+-]+@)([^\s/)'\"<>]+)", text))
    assert len(hosts) > 30
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_organisations_carry_the_identifier_of_their_publisher() -> None:
    official = {publisher["uri"]: publisher["names"] for publisher in publishers()}
    for url, values in readable().items():
        if "organisation" in values:
            assert values["organisation"]["name"] in official[values["organisation"]["uri"]].values(), url


def test_each_trouble_is_there() -> None:
    assert Counter(entry["trouble"] for entry in manifest().values() if "trouble" in entry) == TROUBLES


@pytest.mark.parametrize("place", manifest())
def test_the_manifest_says_each_trouble_in_full(place: str) -> None:
    lines = (AGENCIES / "repositories.yml").read_text("utf-8").splitlines()
    explained = lines[lines.index(f"{place}:") - 1].startswith("# ")
    assert explained == ("trouble" in manifest()[place])


def test_untroubled_texts_are_worth_reading() -> None:
    for url, values in readable().items():
        if not REPOSITORIES[url].trouble:
            for language, said in values["description"].items():
                assert len(said["features"]) >= 5, (url, language)
                assert 150 <= len(said["longDescription"]) <= 10_000, (url, language)
                assert "\n" not in said["shortDescription"], (url, language)
                assert len(said["shortDescription"]) <= 150, (url, language)


def test_the_dashboard_is_found_in_both_languages_and_whistleblowing_only_in_italian() -> None:
    files = {url: str(values.get("description")) for url, values in readable().items()}
    assert [url for url, said in files.items() if "儀表板" in said and "dashboard" in said] == [
        "https://code.tides.gov.example/observation/tide-dashboard",
        "https://git.yunwu.gov.example/open/dashboard",
    ]
    assert [url for url, said in files.items() if "segnalazioni" in said] == [
        "https://code.montebruma.example/comune/segnalazioni"
    ]
    whistleblowing = [values for values in readable().values() if "whistleblowing" in values.get("categories", ())]
    assert [list(values["description"]) for values in whistleblowing] == [["it"]]


def test_only_the_technical_fork_names_another_repository() -> None:
    elsewhere = {
        url: values["url"] for url, values in readable().items() if address_key(values["url"]) != address_key(url)
    }
    assert elsewhere == {
        "https://git.qinglan.gov.example/county/dashboard": "https://git.yunwu.gov.example/open/dashboard"
    }
    assert list(elsewhere) == [repository.url for repository in troubled("technical-fork")]


def test_variants_are_based_on_entries_of_the_demo() -> None:
    based = {url: values["isBasedOn"] for url, values in readable().items() if "isBasedOn" in values}
    assert based == {
        "https://code.tides.gov.example/observation/tide-dashboard": ["https://git.yunwu.gov.example/open/dashboard"],
        "https://git.yunwu.gov.example/health/vaccination": "https://git.yunwu.gov.example/open/appointment",
    }
    assert list(based) == [repository.url for repository in troubled("variant")]


def test_what_lies_in_the_troubled_repositories() -> None:
    files = {repository.trouble: repository.files for repository in REPOSITORIES.values() if repository.trouble}
    assert [repository.files for repository in troubled("empty")] == [{}, {}]
    assert [sorted(repository.files) for repository in troubled("no-file")] == [
        ["LICENSE", "README.md", "docs/wiring.md", "firmware/sample_rate.txt"],
        ["LICENSE", "README.md"],
        ["LICENSE", "README.md"],
        ["README.md"],
        ["LICENSE", "README.md"],
        ["README.md"],
    ]
    assert sorted(files["yaml-extension"]) == ["LICENSE", "README.md", "publiccode.yaml"]
    assert sorted(files["license-missing"]) == ["README.md", "publiccode.yml"]
    assert sorted(files["licenses-folder"]) == [
        "LICENSES/Apache-2.0.txt",
        "LICENSES/CC-BY-4.0.txt",
        "README.md",
        "publiccode.yml",
    ]
    assert files["file-symlink"]["publiccode.yml"] == Symlink("catalogue/publiccode.yml")
    assert "catalogue/publiccode.yml" in files["file-symlink"]
    assert files["license-symlink"]["LICENSE"] == Symlink("LICENSES/EUPL-1.2.txt")
    assert "LICENSES/EUPL-1.2.txt" in files["license-symlink"]


def test_what_the_troubled_files_say() -> None:
    assert sorted(publiccode(repository)["legal"]["license"] for repository in troubled("license-invalid")) == [
        "AGPL-3",
        "MIT License",
        "開放原始碼",
    ]
    (differs,) = troubled("license-differs")
    assert publiccode(differs)["legal"]["license"] == "MIT"
    assert text(differs, "LICENSE").startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    (script,) = troubled("markdown-script")
    assert "<script>" in publiccode(script)["description"]["en"]["longDescription"]
    (link,) = troubled("markdown-link")
    assert "](javascript:" in publiccode(link)["description"]["nl"]["longDescription"]
    (broken,) = troubled("yaml-broken")
    with pytest.raises(yaml.YAMLError):
        publiccode(broken)


@pytest.mark.parametrize("url", REPOSITORIES)
def test_the_validator_finds_the_intended_trouble_and_nothing_else(url: str) -> None:
    found = candidate(REPOSITORIES[url])
    rules = {finding.rule for finding in assess(found).findings} if found else set()
    assert sorted(rules) == sorted(REPOSITORIES[url].findings)


def test_every_commit_has_a_date_with_a_time_zone() -> None:
    assert [url for url, repository in REPOSITORIES.items() if repository.date.utcoffset() is None] == []


def test_license_texts_are_kept_once() -> None:
    license_ids = {license_id for entry in manifest().values() for license_id in entry.get("licenses", {}).values()}
    assert {path.stem for path in (AGENCIES.parent / "licenses").glob("*.txt")} == license_ids
    assert [path for path in AGENCIES.rglob("*") if LICENSE_FILE.fullmatch(Path(path).name)] == []

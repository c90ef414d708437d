"""The corpus of real agencies' repositories: harvested by the command, held against a count made without any code of ours."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from publiccode.web.demo.git_server import GitServer

from .corpus import CORPUS, CorpusRepository

ROOT = Path(__file__).parents[1]


def expected(corpus: Path = CORPUS) -> dict[str, str]:
    """Address → `shown`, `fork` or `unusable`, counted without any code of ours."""
    found = {}
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        url = json.loads((folder / "meta.json").read_text("utf-8"))["url"]
        file = folder / "publiccode.yml" if (folder / "publiccode.yml").exists() else folder / "publiccode.yaml"
        try:
            values = yaml.load(file.read_bytes().decode("utf-8-sig"), Loader=yaml.BaseLoader)
        except (yaml.YAMLError, UnicodeDecodeError):
            values = None
        found[url] = _expected(url, values)
    return found


def _expected(url: str, values: object) -> str:
    if (
        not isinstance(values, dict)
        or not str(values.get("name") or "").strip()
        or not str(values.get("url") or "").strip()
    ):
        return "unusable"
    languages = values.get("description")
    texts = languages.values() if isinstance(languages, dict) else ()
    if not any(isinstance(t, dict) and (t.get("shortDescription") or t.get("longDescription")) for t in texts):
        return "unusable"
    return "shown" if _plain(values["url"]) == _plain(url) else "fork"


def _plain(url: str) -> str:
    text = url.strip().lower().split("://")[-1].removeprefix("www.").rstrip("/")
    return text.removesuffix(".git")


def environment(data: Path, server: GitServer, repositories: list[CorpusRepository]) -> dict[str, str]:
    """The settings under which the server stands for every host that the files name."""
    hosts = sorted({urlsplit(repository.url).netloc for repository in repositories})
    mirrors = " ".join(f"https://{host}/={server.url.rstrip('/')}/{host}/" for host in hosts)
    return os.environ | {
        "PUBLICCODE_DATA": str(data),
        "PUBLICCODE_MIRRORS": mirrors,
        "PUBLICCODE_ALLOWED_PRIVATE": urlsplit(server.url).netloc,
    }


def publishers(repositories: list[CorpusRepository]) -> str:
    """One publisher for each owner."""
    owners: dict[str, list[str]] = {}
    for repository in repositories:
        parts = urlsplit(repository.url)
        owners.setdefault(f"{parts.netloc}/{parts.path.strip('/').split('/')[0]}", []).append(repository.url)
    listed = [{"id": owner.replace("/", "-"), "name": owner, "repos": urls} for owner, urls in owners.items()]
    return yaml.safe_dump(listed, allow_unicode=True)


def publiccode(*arguments: str, env: dict[str, str]) -> str:
    """Runs the command and gives what it printed; RuntimeError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "publiccode", *arguments], env=env, capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        raise RuntimeError(f"publiccode {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def prepare(data: Path, env: dict[str, str], repositories: list[CorpusRepository]) -> None:
    """A new database that knows the corpus's publishers."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "publishers.yml").write_text(publishers(repositories), "utf-8")
    publiccode("db", "upgrade", env=env)
    publiccode("publishers", "import", str(data / "publishers.yml"), env=env)


def rows(data: Path) -> dict[str, int]:
    """The number of rows of every table."""
    with sqlite3.connect(data / "registry.sqlite") as database:
        tables = [
            row[0]
            for row in database.execute(
                "select name from sqlite_master where type='table' and name not like 'sqlite_%'"
            )
        ]
        return {table: database.execute(f"select count(*) from {table}").fetchone()[0] for table in sorted(tables)}


def content(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the catalogue says, without ids and times: equal for equal catalogues."""
    queries = {
        "software": """
            select s.key, s.slug, s.name, s.url, p.identifier, r.url, s.deactivated, n.valid, n.findings, n."values", h."values",
                n.license_files, n.file_hash
            from software s
            join publisher p on p.id = s.publisher_id
            join repository r on r.id = s.repository_id
            join assessment n on n.id = s.newest_assessment_id
            join assessment h on h.id = s.shown_assessment_id
            order by s.key""",
        "repository": "select url, head_commit, reach, file_path, relation, declared_key, empty from repository order by url",
        "file": "select hash, size, content from stored_file order by hash",
    }
    with sqlite3.connect(data / "registry.sqlite") as database:
        return {name: database.execute(query).fetchall() for name, query in queries.items()}


def shown(data: Path) -> set[str]:
    """The addresses of the entries that the catalogue shows."""
    with sqlite3.connect(data / "registry.sqlite") as database:
        query = "select r.url from software s join repository r on r.id = s.repository_id where s.deactivated = ''"
        return {row[0] for row in database.execute(query)}

"""The corpus of real agencies' repositories as bare Git repositories, for the tests and benches that harvest them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from publiccode.web.demo.bare_repositories import lay_out

CORPUS = Path(__file__).parents[1].parent / "shared" / "acceptance" / "corpus"


class CorpusRepository(NamedTuple):
    """`name` is the corpus folder's, `url` the address its agency uses, `path` the bare repository."""

    name: str
    url: str
    path: Path


def lay_out_corpus(target: Path, corpus: Path = CORPUS) -> list[CorpusRepository]:
    """Makes <target>/<host>/<owner>/<repo>.git of every folder of the corpus, its files as they are, less meta.json.

    With a Git server at `target`, the mirror `https://<host>/=<server>/<host>/` leads to them.
    """
    repositories = []
    for folder in sorted(path.parent for path in corpus.glob("*/meta.json")):
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "meta.json"
        }
        url = urlsplit(meta["url"])
        path = target / (url.hostname or "") / f"{url.path.strip('/').removesuffix('.git')}.git"
        lay_out(path, files, datetime.fromisoformat(meta["commit_date"]))
        repositories.append(CorpusRepository(folder.name, meta["url"], path))
    paths = {str(repository.path).lower() for repository in repositories}
    if len(paths) != len(repositories):
        raise ValueError("two repositories of the corpus have addresses that differ in letter case only")
    return repositories

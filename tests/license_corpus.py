"""The verdicts about the licences of the corpus of real agencies' repositories, for a test and a bench."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from publiccode.harvesters.wanted_files import is_license_name
from publiccode.schemas.document import parse
from publiccode.schemas.licensing.identify import identify
from publiccode.schemas.licensing.verdict import FoundFile, LicenseVerdict, judge

from .corpus import CORPUS


class CorpusVerdict(NamedTuple):
    """`name` is owner/repository."""

    name: str
    verdict: LicenseVerdict


def corpus_verdicts(corpus: Path = CORPUS) -> Iterator[CorpusVerdict]:
    """What is found in each repository of the corpus, as a harvest would find it."""
    for folder in sorted(path.parent for path in corpus.glob("*/meta.json")):
        file = next(folder.glob("publiccode.y*ml"))
        files = [
            found
            for path in sorted(folder.rglob("*"))
            if path.is_file() and (found := _found(folder, path.relative_to(folder).as_posix())) is not None
        ]
        yield CorpusVerdict(folder.name.replace("__", "/", 1), judge(_declared(file.read_bytes()), files))


def _declared(content: bytes) -> str:
    values: Any = parse(content).values or {}
    legal = values.get("legal")
    return str(legal.get("license") or "") if isinstance(legal, dict) else ""


def _found(folder: Path, name: str) -> FoundFile | None:
    inside, _, last = name.rpartition("/")
    if last.endswith(".resolved") or not (inside == "LICENSES" or (not inside and is_license_name(last))):
        return None
    content = (folder / name).read_bytes()
    line = content.decode("utf-8", "replace").strip()
    if "\n" not in line and len(line) < 200 and line and (folder / name).parent.joinpath(line).is_file():
        # A symbolic link, kept in the corpus as the text that Git has of it.
        return FoundFile(name, sha256(content).hexdigest(), identify(b"", name), line)
    return FoundFile(name, sha256(content).hexdigest(), identify(content, name))

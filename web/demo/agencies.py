"""The invented agencies of `publiccode demo`: where their list lies, and what stands in each of their repositories.

Nothing here is real: names, people and addresses are made up, and every address ends in `.example` (RFC 2606). The folder
`public_systems`, of the same form, is the exception: real systems, described by us.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from .bare_repositories import Symlink, lay_out

AGENCIES = Path(__file__).parent / "agencies"
PUBLIC_SYSTEMS = Path(__file__).parent / "public_systems"
LICENSES = Path(__file__).parent / "licenses"


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """One repository to lay out.

    `url` is its address, and `path` the same below the folder of all repositories. `files` maps paths to contents, and is empty
    for a repository without a commit; `date` is that of the newest commit; `releases` maps tags to the times of earlier
    ones. `host` is what its host tells besides. `trouble` names what is wrong with the repository (empty: nothing), in the words of
    agencies/repositories.yml; `findings` are the rules that find fault with it, each once.
    """

    url: str
    files: Mapping[str, bytes | Symlink]
    date: datetime
    releases: Mapping[str, datetime] = field(default_factory=dict)
    host: Mapping[str, Any] = field(default_factory=dict)
    trouble: str = ""
    findings: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Host, owner and name; Git's servers know the repository by it, with `.git` behind it."""
        return self.url.removeprefix("https://").rstrip("/").removesuffix(".git")

    def lay_out(self, root: Path) -> None:
        """Makes the repository below `root`, or updates it; what is there already is not made again."""
        target = root / f"{self.path}.git"
        for number, (tag, date) in enumerate(self.releases.items(), 1):
            if not (target / "refs" / "tags" / tag).exists():
                lay_out(target, {**self.files, **self._changes(number)}, date, message=f"Release {tag}", tags=[tag])
        lay_out(target, {**self.files, **self._changes(len(self.releases), "## Unreleased\n")}, self.date)

    def _changes(self, count: int, *newer: str) -> dict[str, bytes]:
        """CHANGELOG.md as it was after that number of releases; none where there is no release."""
        told = [f"## {tag} ({date:%Y-%m-%d})\n" for tag, date in list(self.releases.items())[:count]]
        return {"CHANGELOG.md": "\n".join(["# Changes\n", *newer, *reversed(told)]).encode()} if told else {}


def publishers_file(folder: Path = AGENCIES) -> Path:
    """The agencies and where they keep code, in the form that `publiccode publishers import` reads."""
    return folder / "publishers.yml"


def catalogue_file() -> Path:
    """What the invented catalogue lists; see `catalogue.py`."""
    return AGENCIES / "catalogue.yml"


def demo_repositories(folder: Path = AGENCIES) -> Iterator[DemoRepository]:
    """The repositories of all agencies; those that publishers.yml names but that do not exist are left out."""
    manifest = yaml.safe_load((folder / "repositories.yml").read_text("utf-8"))
    for place, entry in manifest.items():
        if not entry.get("absent"):
            yield DemoRepository(
                url=entry["url"],
                files=_files(folder / place, entry),
                date=entry["date"],
                releases=entry.get("releases", {}),
                host=entry.get("host", {}),
                trouble=entry.get("trouble", ""),
                findings=tuple(entry.get("findings", ())),
            )


def _files(folder: Path, entry: Mapping[str, Any]) -> dict[str, bytes | Symlink]:
    """What lies in `folder`, and what the manifest adds: licence texts, words of ours behind them or instead, symbolic links."""
    files: dict[str, bytes | Symlink] = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    for path, license_id in entry.get("licenses", {}).items():
        files[path] = (LICENSES / f"{license_id}.txt").read_bytes()
    for path, words in entry.get("words", {}).items():
        text = files.get(path, b"")
        files[path] = (text if isinstance(text, bytes) else b"") + words.encode()
    for path, target in entry.get("links", {}).items():
        files[path] = Symlink(target)
    return files

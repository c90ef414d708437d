"""The invented agencies of `publiccode demo`: where their list lies, and what stands in each of their repositories.

Nothing here is real: names, people and addresses are made up, and every address ends in `.example` (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from .bare_repositories import Symlink

AGENCIES = Path(__file__).parent / "agencies"
LICENSES = Path(__file__).parent / "licenses"


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """One repository to lay out.

    `url` is the address that publishers.yml names; `files` maps paths to contents, and is empty for a repository
    without a commit; `date` is that of the one commit. `trouble` names what is wrong with the repository (empty: nothing), in
    the words of agencies/repositories.yml; `findings` are the rules that find fault with it, each once.
    """

    url: str
    files: Mapping[str, bytes | Symlink]
    date: datetime
    trouble: str = ""
    findings: tuple[str, ...] = ()


def publishers_file() -> Path:
    """The agencies and where they keep code, in the form that `publiccode publishers import` reads."""
    return AGENCIES / "publishers.yml"


def demo_repositories() -> Iterator[DemoRepository]:
    """The repositories of all agencies; those that publishers.yml names but that do not exist are left out."""
    manifest = yaml.safe_load((AGENCIES / "repositories.yml").read_text("utf-8"))
    for place, entry in manifest.items():
        if not entry.get("absent"):
            yield DemoRepository(
                url=entry["url"],
                files=_files(AGENCIES / place, entry),
                date=entry["date"],
                trouble=entry.get("trouble", ""),
                findings=tuple(entry.get("findings", ())),
            )


def _files(folder: Path, entry: Mapping[str, Any]) -> dict[str, bytes | Symlink]:
    """What lies in `folder`, and the licence texts and symbolic links that the manifest adds."""
    files: dict[str, bytes | Symlink] = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    for path, license_id in entry.get("licenses", {}).items():
        files[path] = (LICENSES / f"{license_id}.txt").read_bytes()
    for path, target in entry.get("links", {}).items():
        files[path] = Symlink(target)
    return files

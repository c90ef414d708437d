"""Where vendored data comes from: the `.origin.toml` beside each file, and the NOTICE made from them."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
FOLDERS = ("schemas", "registry", "harvesters", "web")
SUFFIX = ".origin.toml"


@dataclass(frozen=True, slots=True)
class Origin:
    """Source (purl), version, date, SHA-256, licence (SPDX), attribution and changes of one vendored file."""

    file: str
    source: str
    version: str
    date: str
    sha256: str
    license: str
    attribution: str
    changes: str = ""


def origins(package: Path = PACKAGE) -> list[Origin]:
    """The origins of all vendored files of the installed package, by file name."""
    found = []
    for folder in FOLDERS:
        for path in sorted((package / folder).rglob(f"*{SUFFIX}")):
            data = tomllib.loads(path.read_text("utf-8"))
            found.append(
                Origin(
                    file=path.relative_to(package).as_posix().removesuffix(SUFFIX),
                    source=str(data["source"]),
                    version=str(data["version"]),
                    date=str(data["date"]),
                    sha256=str(data["sha256"]),
                    license=str(data["license"]),
                    attribution=str(data["attribution"]),
                    changes=str(data.get("changes", "")),
                )
            )
    return found


def notice(found: list[Origin]) -> str:
    """The text of NOTICE."""
    head = (
        "publiccode-registry\nCopyright the publiccode-registry developers\n\nFiles of others, unaltered unless said:\n"
    )
    parts = [
        f"\n{origin.file}\n  from {origin.source} {origin.version} ({origin.date})\n  {origin.license}; {origin.attribution}\n"
        + (f"  {origin.changes}\n" if origin.changes else "")
        for origin in found
    ]
    return head + "".join(parts)


if __name__ == "__main__":  # python -m publiccode.registry.origins > NOTICE
    sys.stdout.write(notice(origins()))

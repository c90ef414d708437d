"""The part of requirements.lock that some extras need, with its hashes: what an image installs, without tests and audits.

Example: python deploy/locked_requirements.py server postgresql > server.txt
Example: python deploy/locked_requirements.py --packages setuptools > build.txt
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class LockError(ValueError):
    """The lock file and pyproject.toml do not belong together; the text says what to do."""


def canonical(name: str) -> str:
    """A package's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def extras(project: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """The packages that the base install and these extras name, those of extras within extras included."""
    own, found = canonical(project["name"]), set[str]()
    waiting = [*project["dependencies"], *(f"{own}[{','.join(names)}]" for names in [list(names)] if names)]
    while waiting:
        requirement = waiting.pop()
        match = _NAME.match(requirement)
        if match is None:
            raise LockError(f"{requirement!r} is no requirement")
        if canonical(match[0]) != own:
            found.add(canonical(match[0]))
            continue
        for extra in re.findall(r"[\w-]+", requirement.partition("[")[2]):
            if extra not in project["optional-dependencies"]:
                raise LockError(f"there is no extra {extra!r}; there are {', '.join(project['optional-dependencies'])}")
            waiting += project["optional-dependencies"][extra]
    return found


def locked(lock: str, roots: Iterable[str]) -> str:
    """The blocks of the lock file for these packages and for all that they need, which its `via` comments tell."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    by_name: dict[str, list[str]] = {}
    for block in blocks:
        by_name.setdefault(canonical(block.partition("==")[0]), []).append(block)
    needs: dict[str, set[str]] = {}
    for name, texts in by_name.items():
        for text in texts:
            comments = re.findall(r"^ +# +(.*)$", text, re.MULTILINE)
            for parent in " ".join(comments).removeprefix("via").split():
                needs.setdefault(canonical(parent), set()).add(name)
    waiting, kept = sorted({canonical(name) for name in roots}), set[str]()
    if missing := [name for name in waiting if name not in by_name]:
        raise LockError(f"requirements.lock has no {', '.join(missing)}; next: make lock")
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += needs.get(name, ())
    return "\n".join(block for name in sorted(kept) for block in by_name[name]) + "\n"


def main(arguments: list[str]) -> int:
    """Prints the requirements; 2 where the arguments or the files cannot be used."""
    try:
        if arguments[:1] == ["--packages"]:
            roots = set(arguments[1:])
        else:
            roots = extras(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"], arguments)
        sys.stdout.write(locked((ROOT / "requirements.lock").read_text("utf-8"), roots))
    except LockError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

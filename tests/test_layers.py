"""Imports go one way: web → harvesters → registry → schemas."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ["web", "harvesters", "registry", "schemas"]
# What each folder may use of other people's packages is part of its question: no network on the right, no web before the left.
FORBIDDEN = {
    "schemas": {
        "flask",
        "flask_babel",
        "sqlalchemy",
        "sqlmodel",
        "urllib3",
        "requests",
        "dulwich",
        "socket",
        "tantivy",
        "whoosh",
    },
    "registry": {"flask", "flask_babel", "urllib3", "requests", "dulwich", "socket", "github", "gitlab"},
    "harvesters": {"flask", "flask_babel"},
    "web": {"urllib3", "requests", "dulwich"},
}
# The demo and its servers make and read repositories; they are no pages.
EXEMPT = {"web/demo/bare_repositories.py", "web/demo/forge.py", "web/demo/git_server.py"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders or ORDER for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[tuple[str, str]]:
    """Pairs of our folder and module, or of "" and a foreign package's top-level name."""
    found = set()
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {_named(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(_named(node.module or ""))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            parts = (*base, *(node.module or "").split(".")) if node.module else base
            targets = [parts] if node.module and parts else [(*parts, alias.name) for alias in node.names]
            found |= {(target[0], ".".join(target)) for target in targets if target[0] in ORDER}
    return found


def _named(name: str) -> tuple[str, str]:
    parts = name.split(".")
    return (parts[1], name) if parts[0] == "publiccode" and len(parts) > 1 and parts[1] in ORDER else ("", parts[0])


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", ORDER)
def test_imports_go_one_way(folder: str) -> None:
    allowed = set(ORDER[ORDER.index(folder) :])
    wrong = {
        named(path): names
        for path in modules(folder)
        if (names := sorted(name for target, name in imported(path) if target and target not in allowed))
    }
    assert wrong == {}


@pytest.mark.parametrize("folder", ORDER)
def test_each_folder_keeps_to_its_question(folder: str) -> None:
    wrong = {
        named(path): names
        for path in modules(folder)
        if named(path) not in EXEMPT
        and (names := sorted(name for target, name in imported(path) if not target and name in FORBIDDEN[folder]))
    }
    assert wrong == {}


def test_the_environment_is_read_in_one_place() -> None:
    readers = {named(path) for path in modules() if re.search("os.environ|getenv", path.read_text("utf-8"))}
    assert readers <= {"registry/settings.py", "web/server.py", "web/demo/git_server.py"}


def test_a_wrong_import_is_seen() -> None:
    known = imported(ROOT / "registry" / "observations.py")
    assert ("schemas", "schemas.candidate") in known
    assert ("registry", "registry.models") in known
    assert ("", "sqlmodel") in known


def test_files_stay_readable() -> None:
    long = {named(path): lines for path in modules() if (lines := len(path.read_text("utf-8").splitlines())) > 400}
    assert long == {}

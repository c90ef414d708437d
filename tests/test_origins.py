"""Data of others names its source and licence; nothing copyleft gets into the base install."""

import json
import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

from publiccode.registry.origins import SUFFIX, notice, origins

ROOT = Path(__file__).parents[1]
# Written by us; everything else of these kinds is somebody else's.
DATA = (".json", ".css", ".js", ".woff2", ".png", ".svg", ".txt")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_every_origin_tells_the_truth() -> None:
    wrong = {}
    for origin in origins():
        content = (ROOT / origin.file).read_bytes()
        if sha256(content).hexdigest() != origin.sha256:
            wrong[origin.file] = sha256(content).hexdigest()
    assert wrong == {}


def test_vendored_files_have_an_origin() -> None:
    vendored = [path for path in tracked() if "vendor" in path.parts or "licenses" in path.parts]
    missing = [
        path.relative_to(ROOT).as_posix()
        for path in vendored
        if path.suffix in DATA and not path.with_name(path.name + SUFFIX).exists()
    ]
    assert missing == []


def test_notice_is_made_from_the_origins() -> None:
    assert (ROOT / "NOTICE").read_text("utf-8") == notice(origins())


def test_origins_are_complete() -> None:
    keys = {"source", "version", "date", "sha256", "license", "attribution"}
    incomplete = {
        path.name: sorted(keys - tomllib.loads(path.read_text("utf-8")).keys())
        for path in tracked()
        if path.name.endswith(SUFFIX) and not keys <= tomllib.loads(path.read_text("utf-8")).keys()
    }
    assert incomplete == {}


def _closure(names: list[str]) -> set[str]:
    """The distributions that these need, as installed here, without extras."""
    installed = {(d.metadata["Name"] or "").lower().replace("_", "-") for d in distributions()}
    found: set[str] = set()
    todo = [name.lower().replace("_", "-") for name in names]
    while todo:
        name = todo.pop()
        if name in found or name not in installed:
            continue
        found.add(name)
        for line in distribution(name).requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                todo.append(requirement.name.lower().replace("_", "-"))
    return found


def _license(name: str) -> str:
    metadata = distribution(name).metadata.json
    classifiers = [value for value in metadata.get("classifier", []) if value.startswith("License ::")]
    return " | ".join([str(metadata.get("license_expression") or str(metadata.get("license", ""))[:80]), *classifiers])


def _only_copyleft(text: str) -> bool:
    """No alternative of the licence is free of the GPL (of `Apache-2.0 OR GPL-2.0-or-later` we take the first)."""
    return all(re.search(r"(?<!L)\bA?GPL|GNU (Affero )?General", choice) for choice in text.split(" OR "))


def test_nothing_copyleft_is_imported_by_us() -> None:
    """GPL and AGPL stay outside every extra but `audit`, where reuse runs as a process; LGPL is an ordinary dependency."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (
        extras["dependencies"] + extras["optional-dependencies"]["harvest"] + extras["optional-dependencies"]["server"]
    )
    names = [Requirement(line).name for line in lines if not line.startswith("publiccode-registry")]
    closure = _closure(names)
    assert {"click", "flask", "tantivy", "pygithub"} <= closure
    copyleft = {name: _license(name) for name in sorted(closure) if _only_copyleft(_license(name))}
    assert copyleft == {}


def test_reuse_is_never_imported() -> None:
    importing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("schemas", "registry", "harvesters", "web")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(import|from) reuse\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importing == []


def test_the_repository_follows_reuse() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "lint", "--lines"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_reuse_and_the_origins_tell_the_same_licence() -> None:
    """For the files of others; what has no origin is ours."""
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "lint", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = {
        file["path"]: " AND ".join(sorted({expression["value"] for expression in file["spdx_expressions"]}))
        for file in json.loads(done.stdout)["files"]
    }
    others = {origin.file: origin.license for origin in origins()}
    assert {file: told.get(file) for file in others} == others
    assert {said for file, said in told.items() if file not in others} == {"Apache-2.0"}


def test_no_file_names_a_package_registry_or_this_machine() -> None:
    marks = re.compile(
        r"https?://[^\s\"']*(pypi\.org/simple|registry\.npmjs|files\.pythonhosted)|--index-url|" + re.escape(str(ROOT))
    )
    named = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix not in {".mo", ".png"}
        and path.name != Path(__file__).name
        and marks.search(path.read_text("utf-8", "replace"))
    ]
    assert named == []

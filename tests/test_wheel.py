"""Nothing is forgotten in the wheel and the sdist, and only `publiccode` is at the top level."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("schemas", "registry", "harvesters", "web")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist of what Git tracks or would track, built from a copy so that no left-over takes part."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        origin, target = ROOT / name, source / name
        if not name or not (origin.exists() or origin.is_symlink()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_symlink():
            target.symlink_to(origin.readlink())
        else:
            target.write_bytes(origin.read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)],
        check=True,
        capture_output=True,
    )
    return out


def expected() -> set[str]:
    """Every tracked file of the four folders, as it is named in the package."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *FOLDERS],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()}
    return {f"publiccode/{name}" for name in names} | {"publiccode/__init__.py", "publiccode/__main__.py"}


def test_wheel_holds_every_file(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    packaged = {name for name in names if ".dist-info/" not in name}
    assert packaged == expected()
    assert {name.split("/")[0] for name in packaged} == {"publiccode"}


def test_sdist_holds_every_file(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    missing = {name.removeprefix("publiccode/") for name in expected()} - names - {"__init__.py", "__main__.py"}
    assert missing == set()


def test_wheel_runs_alone(built: Path, tmp_path: Path) -> None:
    """The base install's command works from the wheel, without the checkout beside it."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path)
    file = ROOT / "publiccode.example.yml"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "publiccode", "validate", "--no-files", "--ignore", "contract-until", str(file)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{file}: valid; findings: 0\n", "")

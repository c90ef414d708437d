"""What deploy/ promises: units, image, example settings and the guide name what is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from publiccode.registry.settings import PREFIX, Settings, read_settings
from publiccode.web.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PROGRAM = "/opt/publiccode/bin/publiccode"


def parsed(unit: Path) -> dict[str, list[tuple[str, str]]]:
    """Section → its settings in order; one may stand there several times."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in unit.read_text("utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            current = sections.setdefault(match[1], [])
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            current.append((name, value))
    return sections


def check_words(words: list[str]) -> None:
    """A command line of ours can be read: the command is there, and so are its options."""
    command: click.Command | None = cli.get_command(click.Context(cli), words[0])
    assert command is not None, words
    while isinstance(command, click.Group):
        words = words[1:]
        command = command.commands[words[0]]
    command.make_context(words[0], words[1:]).close()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_services_name_our_commands_and_are_hardened(unit: Path) -> None:
    service = parsed(unit)["Service"]
    lines = [value for name, value in service if name.startswith("ExecStart")]
    assert len(lines) == 1
    program, *words = shlex.split(lines[0])
    assert program == PROGRAM
    check_words(words)
    values = dict(service)
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "ProtectKernelTunables"):
        assert values[name] == "yes"
    assert (values["ProtectSystem"], values["User"], values["CapabilityBoundingSet"]) == ("strict", "publiccode", "")
    assert values["RestrictAddressFamilies"] == "AF_INET AF_INET6 AF_UNIX"
    filters = [value for name, value in service if name == "SystemCallFilter"]
    assert filters == ["@system-service", "~@privileged @resources"]
    data = values["Environment"].partition("=")
    assert data == (f"{PREFIX}DATA", "=", f"/var/lib/{values['StateDirectory']}")
    assert values["EnvironmentFile"] == "/etc/publiccode/publiccode.env"


def test_services_are_hardened_alike() -> None:
    def hardening(unit: Path) -> str:
        return unit.read_text("utf-8").partition("\nUser=")[2].partition("\n\n[Install]")[0].strip()

    assert len({hardening(unit) for unit in SERVICES}) == 1


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAM, shutil.which("true") or "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    copies = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run([analyze, "verify", *copies], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for unit in SERVICES:
        # Not every systemd can tell without a running one; where it can, the exposure is below 1.5 of 10.
        words = [analyze, "security", "--offline=true", "--threshold=15", "--no-pager", str(tmp_path / unit.name)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or "--offline" in done.stderr, done.stdout[-200:]


def test_the_example_settings_can_be_read() -> None:
    lines = [line.removeprefix("#") for line in (DEPLOY / "publiccode.env.example").read_text("utf-8").splitlines()]
    pairs = [line.partition("=")[::2] for line in lines if line.startswith(PREFIX)]
    settings = read_settings({name: shlex.split(value)[0] for name, value in pairs})
    assert len(pairs) == len({name for name, _ in pairs}) == 8
    assert (settings.trusted_proxies, settings.catalogue_name) == (1, "Catalogue of Public Code")
    assert settings.keep_items_days == Settings().keep_items_days


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    return [tuple(line.split(None, 1)) for line in text.replace("\\\n", " ").splitlines() if line]  # type: ignore[misc]


def test_the_image_holds_what_the_wheel_needs_and_runs_as_nobody() -> None:
    told = instructions()
    images = [value for name, value in told if name == "FROM"]
    assert images == ["python:3.11-slim AS build", "python:3.11-slim"]
    copied = {word for name, value in told if name == "COPY" and "--from" not in value for word in value.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {path.partition("/")[0] for path in project["tool"]["setuptools"]["package-dir"].values()} <= copied
    assert {"requirements.lock", project["project"]["readme"], "LICENSE", "NOTICE", "LICENSES"} <= copied
    last = dict(told)  # of each the last
    assert last["USER"] == "10001:10001"
    assert f"{PREFIX}DATA=/data" in last["ENV"]
    assert "/readyz" in last["HEALTHCHECK"]
    assert json.loads(last["ENTRYPOINT"]) == ["publiccode"]
    check_words(json.loads(last["CMD"]))
    compile(json.loads(last["HEALTHCHECK"].partition(" CMD ")[2])[2], "HEALTHCHECK", "exec")
    assert all("--require-hashes" in line or "--no-index" in line or "wheel" in line for line in installs(told))


def installs(told: list[tuple[str, str]]) -> list[str]:
    return [part for name, value in told if name == "RUN" for part in value.split("&&") if "pip install" in part]


def test_the_guide_names_what_is_there() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    files = set(re.findall(r"deploy/[\w/.-]+\w", text))
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert {f"deploy/systemd/{unit.name}" for unit in UNITS} <= files
    settings = set(re.findall(rf"{PREFIX}[A-Z_]+", text))
    assert settings <= {PREFIX + name.upper() for name in Settings.__dataclass_fields__}
    named = re.findall(r"(?:^|[ `]|/bin/)(?:catalogue|publiccode) ([a-z]+)\b", text, re.MULTILINE)
    assert len(named) > 12
    assert set(named) <= set(COMMANDS)
    assert re.findall(r"\]\(([^)h][^)]*)\)", text) == ["../docs/settings.md"]


LOCK = """\
click==8.1 \\
    --hash=sha256:01
    # via
    #   flask
    #   publiccode-registry (pyproject.toml)
flask==3.1 \\
    --hash=sha256:02
    # via
    #   flask-babel
    #   publiccode-registry (pyproject.toml)
deprecated==1.3 ; python_full_version < '3.12' \\
    --hash=sha256:03
    # via flask-babel
deprecated==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:04
    # via flask-babel
flask-babel==4.0 \\
    --hash=sha256:05
    # via publiccode-registry (pyproject.toml)
reuse==5.0 \\
    --hash=sha256:06
    # via publiccode-registry (pyproject.toml)
"""


def locked(root: Path, *arguments: str) -> tuple[int, list[str], str]:
    (root / "deploy").mkdir(exist_ok=True)
    shutil.copy(DEPLOY / "locked_requirements.py", root / "deploy")
    words = [sys.executable, str(root / "deploy" / "locked_requirements.py"), *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, re.findall(r"^([\w.-]+==[\w.]+)", done.stdout, re.MULTILINE), done.stderr


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "publiccode-registry"\ndependencies = ["click>=8"]\n[project.optional-dependencies]\n'
        'web = ["Flask_Babel>=4"]\nall = ["publiccode-registry[web,audit]"]\naudit = ["reuse"]\nlost = ["nowhere>=1"]\n'
    )
    return tmp_path


def test_extras_are_told_with_all_they_need_and_nothing_else(invented: Path) -> None:
    web = ["click==8.1", "deprecated==1.3", "deprecated==3.0", "flask==3.1", "flask-babel==4.0"]
    # What Flask needs is told where it stands: flask is needed by flask-babel, click by flask.
    assert locked(invented, "web") == (0, web, "")
    assert locked(invented) == (0, ["click==8.1"], "")
    assert locked(invented, "all") == (0, [*web, "reuse==5.0"], "")
    assert locked(invented, "--packages", "reuse") == (0, ["reuse==5.0"], "")


def test_a_lock_that_is_too_old_is_told(invented: Path) -> None:
    assert locked(invented, "lost") == (2, [], "Error: requirements.lock has no nowhere; next: make lock\n")
    assert locked(invented, "wbe")[2] == "Error: there is no extra 'wbe'; there are web, all, audit, lost\n"


def test_an_image_has_no_tests_and_audits() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    words = [sys.executable, str(DEPLOY / "locked_requirements.py"), "--packages", "flask", "granian", "sqlmodel"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    names = set(re.findall(r"^([\w.-]+)==", done.stdout, re.MULTILINE))
    assert {"werkzeug", "sqlalchemy", "pydantic"} <= names
    assert not names & {"pytest", "mypy", "playwright", "reuse", "spdx-tools"}
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    assert done.stdout.count("==") == sum(block.partition("==")[0] in names for block in blocks)

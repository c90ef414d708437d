"""What agencies put into their own repositories: pre-commit's hooks, GitHub's action, GitLab's job."""

import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import yaml

from publiccode.web.reports import REPORTS

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("publiccode")
PROGRAMS = f"{COMMAND.parent}:/usr/bin:/bin"
GUIDE = ROOT / "docs" / "agencies.md"
SCRIPT = ROOT / "deploy" / "github-action.sh"
JOB = "publiccode-validate"

EXAMPLES = ROOT / "tests" / "examples"
VALID, WITH_WARNING, INVALID = (
    (EXAMPLES / name).read_text("utf-8")
    for name in (
        "version-latest/pass/major_only.yml",
        "version-latest/fail/version_0_4.yml",
        "license-known/fail/agpl_3.yml",
    )
)
INVALID_WITH_WARNING = INVALID.replace('"0"', '"0.4"')
NOT_CHECKED = "::error::publiccode.yml was not checked; the lines above tell why.\n"


Ended = tuple[int, str, str]  # exit code, standard output, standard error


def run(words: list[str], folder: Path, variables: Mapping[str, str] | None = None) -> Ended:
    """Runs a program in `folder`, with nothing in its environment but `variables`."""
    env = {"PATH": PROGRAMS, "HOME": str(folder), **(variables or {})}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def validate(folder: Path, *arguments: str) -> Ended:
    """The command itself, which hooks, action and job must equal."""
    return run([str(COMMAND), "validate", *arguments], folder)


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An agency's repository with its licence; some of its files end every Python that takes them for its own."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(["git", "init", "--quiet"], folder)
    copyfile(ROOT / "web" / "demo" / "licenses" / "EUPL-1.2.txt", folder / "LICENSE")
    for name in ("json.py", "pip.py", "publiccode.py", "venv.py"):
        (folder / name).write_text("raise SystemExit('a stranger was run')\n", "utf-8")
    return folder


def write(folder: Path, text: str, name: str = "publiccode.yml") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


# pre-commit


def hooks() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in load(".pre-commit-hooks.yaml")}


def selected(hook: Mapping[str, Any], folder: Path) -> list[str]:
    """The files of the Git index that pre-commit hands to `hook`: by `files`, and regular ones only unless `types` says else."""
    run(["git", "add", "--all"], folder)
    names = run(["git", "ls-files", "-z"], folder)[1].split("\0")
    regular = hook.get("types", ["file"]) == ["file"]
    return [name for name in names if re.search(hook["files"], name) and not (regular and (folder / name).is_symlink())]


def run_hook(name: str, folder: Path) -> Ended | None:
    """What pre-commit does with a hook: none where no file is selected."""
    hook = hooks()[name]
    files = selected(hook, folder)
    return run([*shlex.split(hook["entry"]), *files], folder) if files else None


def test_hooks_are_what_pre_commit_reads() -> None:
    kinds = {"id": str, "name": str, "description": str, "entry": str, "language": str, "files": str, "types": list}
    listed = load(".pre-commit-hooks.yaml")
    assert [hook["id"] for hook in listed] == ["publiccode-fix", "publiccode-validate"]
    for hook in listed:
        assert {key: type(value) for key, value in hook.items()} == {key: kinds[key] for key in hook}
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()
        assert hook["language"] == "python"
        assert (
            shlex.split(hook["entry"])[0] in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
        )


@pytest.mark.parametrize("name", ["publiccode-fix", "publiccode-validate"])
def test_hooks_select_the_file_at_the_root_only(name: str, repository: Path) -> None:
    for file in ("publiccode.yml", "publiccode.yaml", "a/publiccode.yml", "publiccode.yml.orig", "publiccodeXyml"):
        write(repository, VALID, file)
    assert selected(hooks()[name], repository) == ["publiccode.yaml", "publiccode.yml"]


@pytest.mark.parametrize(("text", "code"), [(VALID, 0), (WITH_WARNING, 0), (INVALID, 1)])
def test_hook_validate(text: str, code: int, repository: Path) -> None:
    write(repository, text)
    answer = run_hook("publiccode-validate", repository)
    assert answer == validate(repository, "publiccode.yml")
    assert answer is not None
    assert (answer[0], answer[2]) == (code, "")


def test_hook_validate_without_a_file(repository: Path) -> None:
    assert run_hook("publiccode-validate", repository) is None


def test_hook_validate_sees_a_symbolic_link(repository: Path) -> None:
    write(repository, VALID, "other.yml")
    (repository / "publiccode.yml").symlink_to("other.yml")
    answer = run_hook("publiccode-validate", repository)
    assert answer is not None
    assert answer[0] == 1
    assert answer[1].splitlines()[0].endswith(" [file-mode]")


def test_hook_fix_repairs_and_then_changes_nothing(repository: Path) -> None:
    write(repository, WITH_WARNING)
    for _ in range(2):
        answer = run_hook("publiccode-fix", repository)
        assert answer is not None
        assert (answer[0], answer[2]) == (0, "")
        assert (repository / "publiccode.yml").read_text("utf-8") == WITH_WARNING.replace('"0.4"', '"0"')


def test_hook_fix_leaves_what_only_the_owner_can_decide(repository: Path) -> None:
    write(repository, INVALID)
    answer = run_hook("publiccode-fix", repository)
    assert answer is not None
    assert answer[0] == 1
    assert (repository / "publiccode.yml").read_text("utf-8") == INVALID


# GitHub


def step() -> dict[str, Any]:
    """The one step of the action."""
    (only,) = load("action.yml")["runs"]["steps"]
    return dict(only)


def mapped() -> dict[str, str]:
    """Environment name → input, as action.yml maps them."""
    found = {name: re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value) for name, value in step()["env"].items()}
    return {name: match[1] for name, match in found.items() if match}


def run_action(folder: Path, variables: Mapping[str, str] | None = None, /, **inputs: str) -> Ended:
    """What GitHub does with the action: its step's command line, in its shell, with the inputs or their defaults."""
    runner = folder.parent / "runner's temp"
    runner.mkdir(exist_ok=True)
    defaults = {name: told["default"] for name, told in load("action.yml")["inputs"].items()}
    assert inputs.keys() <= defaults.keys()
    values = {**defaults, **inputs}
    env = {
        "RUNNER_TEMP": str(runner),
        "GITHUB_ACTION_PATH": str(ROOT),
        "VALIDATOR_COMMAND": str(COMMAND),
        **{variable: values[name] for variable, name in mapped().items()},
        **(variables or {}),
    }
    script = runner / "step.sh"
    script.write_text(step()["run"], "utf-8")
    return run([step()["shell"], "-e", str(script)], folder, env)


def test_inputs_reach_the_script_through_the_environment_only() -> None:
    inputs = load("action.yml")["inputs"]
    assert list(inputs) == ["path", "lang", "ignore", "notices", "sarif", "python"]
    assert {value: name for name, value in mapped().items()} == {name: f"INPUT_{name.upper()}" for name in inputs}
    assert mapped().keys() == step()["env"].keys()
    assert "${{" not in step()["run"]
    code = "\n".join(line for line in SCRIPT.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    used = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", code))
    assert used == mapped().keys() | {"GITHUB_ACTION_PATH", "RUNNER_TEMP", "VALIDATOR_COMMAND"}


@pytest.mark.parametrize(("text", "code"), [(VALID, 0), (WITH_WARNING, 0), (INVALID, 1)])
def test_action_notes_findings(text: str, code: int, repository: Path) -> None:
    write(repository, text)
    answer = run_action(repository)
    assert answer == validate(repository, "--format=github", ".")
    assert (answer[0], answer[2]) == (code, "")
    assert [line.split("::")[1].split(" ")[0] for line in answer[1].splitlines()] == (
        [] if text == VALID else ["error" if code else "warning"]
    )


def test_action_hands_all_inputs_on(repository: Path) -> None:
    write(repository, INVALID_WITH_WARNING, "a/publiccode.yml")
    answer = run_action(repository, path="a/publiccode.yml", lang="zh-Hant", ignore="version-latest", notices="true")
    expected = ("--lang=zh-Hant", "--ignore=version-latest", "--notices", "a/publiccode.yml")
    assert answer == validate(repository, "--format=github", *expected)
    assert answer[0] == 1
    assert answer[1].startswith("::error file=a/publiccode.yml,line=")
    assert "version-latest" not in answer[1]


def test_action_without_a_file(repository: Path) -> None:
    assert run_action(repository, path="publiccode.yml") == (
        2,
        NOT_CHECKED,
        "Error: publiccode.yml cannot be read: No such file or directory\n",
    )


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"notices": "yes"}, "::error::The input notices is true or false.\n"),
        ({"lang": "fr"}, NOT_CHECKED),
        ({"ignore": "no-such-rule"}, NOT_CHECKED),
        ({"ignore": "license-known"}, NOT_CHECKED),
    ],
)
def test_action_refuses_what_it_does_not_know(inputs: dict[str, str], said: str, repository: Path) -> None:
    write(repository, INVALID)
    assert run_action(repository, **inputs)[:2] == (2, said)


@pytest.mark.parametrize(("text", "code"), [(VALID, 0), (INVALID, 1)])
def test_action_writes_sarif(text: str, code: int, repository: Path) -> None:
    write(repository, text)
    answer = run_action(repository, sarif="-new folder/it's.sarif")
    assert answer == validate(repository, "--format=github", ".")
    assert answer[0] == code
    written = (repository / "-new folder" / "it's.sarif").read_text("utf-8")
    assert written == validate(repository, "--format=sarif", ".")[1]


def test_action_follows_no_link_of_the_repository_when_it_writes_sarif(repository: Path) -> None:
    write(repository, VALID)
    outside = repository.parent / "outside"
    outside.write_text("mine", "utf-8")
    (repository / "x.sarif").symlink_to(outside)
    assert run_action(repository, sarif="x.sarif")[0] == 0
    assert outside.read_text("utf-8") == "mine"
    assert json.loads((repository / "x.sarif").read_text("utf-8"))["version"] == "2.1.0"


def test_action_says_when_sarif_cannot_be_written(repository: Path) -> None:
    write(repository, VALID)
    code, out, err = run_action(repository, sarif="json.py/x.sarif")
    assert (code, out) == (3, "::error::No SARIF file can be written there.\n")
    assert "json.py" in err


# GitLab


def job() -> dict[str, Any]:
    template = load("deploy/gitlab-ci.yml")
    assert list(template) == [JOB]
    return dict(template[JOB])


SHELLS = [["sh", "-e"], ["bash", "-eo", "pipefail"]]  # as GitLab's runner calls them


def run_job(shell: list[str], folder: Path, **variables: str) -> Ended:
    """What GitLab's runner does with the job: its lines in one shell, with its variables or the project's instead."""
    chosen = {**job()["variables"], "VALIDATOR_COMMAND": str(COMMAND), **variables}
    assert chosen.keys() == job()["variables"].keys()
    return run([*shell, "-c", "\n".join(job()["script"])], folder, {**chosen, "TMPDIR": str(folder.parent)})


def reports(folder: Path) -> dict[str, str]:
    """Kind of report → its text, as far as the job wrote it."""
    files = {kind: folder / name for kind, name in job()["artifacts"]["reports"].items()}
    return {kind: file.read_text("utf-8") for kind, file in files.items() if file.exists()}


def test_job_keeps_its_reports_when_it_fails() -> None:
    assert job()["artifacts"]["when"] == "always"


@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: str(words[0]))
@pytest.mark.parametrize(("text", "code"), [(WITH_WARNING, 0), (INVALID, 1)])
def test_job_tells_people_and_writes_reports(text: str, code: int, shell: list[str], repository: Path) -> None:
    write(repository, text)
    answer = run_job(shell, repository)
    assert answer == validate(repository, ".")
    assert (answer[0], answer[2]) == (code, "")
    assert reports(repository) == {
        "codequality": validate(repository, "--format=gitlab", ".")[1],
        "junit": validate(repository, "--format=junit", ".")[1],
    }


def test_job_hands_all_variables_on(repository: Path) -> None:
    write(repository, INVALID_WITH_WARNING, "a/publiccode.yml")
    path, ignore = "a/publiccode.yml", "version-latest,language-slip"
    answer = run_job(SHELLS[0], repository, VALIDATOR_PATH=path, VALIDATOR_LANG="zh-Hant", VALIDATOR_IGNORE=ignore)
    assert answer == validate(repository, "--lang=zh-Hant", f"--ignore={ignore}", path)
    assert answer[0] == 1
    (issue,) = json.loads(reports(repository)["codequality"])
    assert issue["check_name"] == "license-known"


@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: str(words[0]))
def test_job_without_a_file(shell: list[str], repository: Path) -> None:
    answer = run_job(shell, repository, VALIDATOR_PATH="publiccode.yml")
    assert answer == (2, "", "Error: publiccode.yml cannot be read: No such file or directory\n")
    assert reports(repository) == {}


# Both


@pytest.mark.parametrize("name", ['it\'s "5" $(touch owned) `touch owned`;touch owned', "--notices", "*", "$HOME 燈號"])
def test_names_are_never_read_as_anything_else(name: str, repository: Path) -> None:
    write(repository, INVALID, f"{name}/publiccode.yml")
    before = {path.name for path in repository.iterdir()}
    answer = run_action(repository, path=name)
    assert answer == validate(repository, "--format=github", "--", name)
    assert answer[0] == 1
    assert run_job(SHELLS[0], repository, VALIDATOR_PATH=name) == validate(repository, "--", name)
    (issue,) = json.loads(reports(repository)["codequality"])
    assert issue["location"]["path"] == f"{name}/publiccode.yml"
    refused = validate(repository, f"--ignore={name}", ".")
    assert refused[:2] == (2, "")
    assert run_action(repository, ignore=name) == (2, NOT_CHECKED, refused[2])
    assert run_job(SHELLS[0], repository, VALIDATOR_IGNORE=name) == refused
    assert {path.name for path in repository.iterdir()} == before | {*job()["artifacts"]["reports"].values()}


# Installation. The package is a stand-in, as no index can be asked here: it needs nothing, and calls the command of this
# environment. All else is real.

_BACKEND = """\
import zipfile

FILES = {
    "stand_in.py": "import os, sys\\ndef main():\\n    os.execv(%(command)r, [%(command)r, *sys.argv[1:]])\\n",
    "publiccode_registry-0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: publiccode-registry\\nVersion: 0\\n",
    "publiccode_registry-0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "publiccode_registry-0.dist-info/entry_points.txt": "[console_scripts]\\npubliccode = stand_in:main\\n",
}

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "publiccode_registry-0-py3-none-any.whl"
    record = "publiccode_registry-0.dist-info/RECORD"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for file, text in {**FILES, record: "".join(f"{file},,\\n" for file in [*FILES, record])}.items():
            wheel.writestr(file, text)
    return name
"""
_OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A checkout that holds the action's script and a package that pip can build without any other."""
    folder = tmp_path / "the action's checkout"
    (folder / "deploy").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "deploy")
    (folder / "backend.py").write_text(_BACKEND % {"command": str(COMMAND)}, "utf-8")
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(build, "utf-8")
    return folder


def test_action_installs_its_own_checkout(repository: Path, stand_in: Path) -> None:
    write(repository, INVALID)
    variables = {**_OFFLINE, "GITHUB_ACTION_PATH": str(stand_in), "VALIDATOR_COMMAND": ""}
    expected = validate(repository, "--format=github", ".")
    assert run_action(repository, variables, python=sys.executable) == expected
    (stand_in / "backend.py").unlink()
    code, out, _ = run_action(repository, variables, python=sys.executable)
    assert (code, out) == (3, "::error::The validator could not be installed; the lines above tell why.\n")


def test_action_refuses_an_old_python(repository: Path) -> None:
    old = repository.parent / "old python"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    said = "::error::Python 3.11 or newer is needed. Next: a step with actions/setup-python before this one, or the input python.\n"
    assert run_action(repository, {"VALIDATOR_COMMAND": ""}, python=str(old)) == (2, said, "")


def test_job_installs_the_package_it_is_told(repository: Path, stand_in: Path) -> None:
    write(repository, INVALID)
    chosen = {**job()["variables"], "VALIDATOR_PACKAGE": str(stand_in), **_OFFLINE, "TMPDIR": str(repository.parent)}
    lines = "\n".join(job()["script"])
    assert run(["sh", "-e", "-c", lines], repository, chosen) == validate(repository, ".")
    missing = {**chosen, "VALIDATOR_PACKAGE": "--version"}
    assert run(["sh", "-e", "-c", lines], repository, missing)[:2] == (3, "")


def test_the_base_install_is_enough(repository: Path) -> None:
    """Every format, and repairs, with no package in reach but those that the base install pulls."""
    site = repository.parent / "site"
    site.mkdir()
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for requirement in told:
        distribution = importlib.metadata.distribution(re.split(r"[<>=~!]", requirement)[0])
        for name in {file.parts[0] for file in distribution.files or [] if file.suffix in (".py", ".so")}:
            (site / name).symlink_to(Path(str(distribution.locate_file(name))))
    (site / "publiccode").symlink_to(ROOT / "publiccode")
    write(repository, INVALID)
    for arguments in (
        *(["validate", f"--format={form}", "."] for form in REPORTS),
        ["fix", "--diff", "publiccode.yml"],
    ):
        alone = run([sys.executable, "-S", "-P", "-m", "publiccode", *arguments], repository, {"PYTHONPATH": str(site)})
        assert alone == run([str(COMMAND), *arguments], repository)

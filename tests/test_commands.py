"""The command line: what it prints, and with which exit code it ends."""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(
    *arguments: str, data: Path, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    env = {
        "PATH": "/usr/bin:/bin",
        "PUBLICCODE_DATA": str(data),
        **{f"PUBLICCODE_{k.upper()}": v for k, v in (settings or {}).items()},
    }
    done = subprocess.run(
        [sys.executable, "-m", "publiccode", *arguments],
        env=env,
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# Of what the day, the checkout and its repository tell, nothing: these tests are about the file alone.
ALONE = ("--no-files", "--ignore", "contract-until")


def test_validate_a_valid_file(tmp_path: Path) -> None:
    assert run("validate", *ALONE, "publiccode.example.yml", data=tmp_path) == (
        0,
        "publiccode.example.yml: valid; findings: 0\n",
        "",
    )


def test_validate_tells_place_rule_and_help(tmp_path: Path) -> None:
    text = (ROOT / "publiccode.example.yml").read_text("utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.strip().startswith("license:"))
    file = tmp_path / "publiccode.yml"
    file.write_text(text.replace(text.splitlines()[line - 1].split("license:")[1].split("#")[0], " AGPL-3 "), "utf-8")
    code, out, err = run("validate", *ALONE, str(file), data=tmp_path)
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"{file}:{line}:")
    assert ": error: legal.license: " in lines[0]
    assert lines[0].endswith("[license-known]")
    assert lines[1].endswith(" |   license: AGPL-3")
    assert lines[3].startswith("  help: ")
    assert lines[-1] == f"{file}: not valid, but usable; findings: 1"


def test_validate_standard_input_as_json(tmp_path: Path) -> None:
    code, out, _ = run("validate", "--format", "json", "-", data=tmp_path, stdin=b"name: [")
    answer = json.loads(out)
    assert (code, answer[0]["file"], answer[0]["valid"], answer[0]["usable"]) == (1, "publiccode.yml", False, False)


def test_validate_what_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "nothing.yml"
    assert run("validate", str(missing), data=tmp_path) == (
        2,
        "",
        f"Error: {missing} cannot be read: No such file or directory\n",
    )


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    code, _, err = run("search", "x", data=tmp_path, settings={"databse_url": "x"})
    assert code == 2
    assert err.startswith("Error: PUBLICCODE_DATABSE_URL: there is no such setting; the settings are PUBLICCODE_DATA, ")


@pytest.mark.parametrize(
    "command", [["harvest"], ["search", "x"], ["why", "https://a.example/b"], ["reindex"], ["publishers", "list"]]
)
def test_no_database_yet(command: list[str], tmp_path: Path) -> None:
    assert run(*command, data=tmp_path) == (
        3,
        "",
        (
            f"Error: the database {tmp_path}/registry.sqlite cannot be used: unable to open database file. Nothing of this step "
            "was written; next: if there is none yet, run: publiccode db upgrade; else see that its folder may be written.\n"
        ),
    )
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_harvest(tmp_path: Path) -> None:
    run("db", "upgrade", data=tmp_path)
    assert run("harvest", data=tmp_path) == (
        2,
        "",
        "Error: there is nothing to harvest; next: publiccode publishers import publishers.yml\n",
    )


def test_a_bad_list_of_publishers_is_refused_whole(tmp_path: Path) -> None:
    run("db", "upgrade", data=tmp_path)
    file = tmp_path / "publishers.yml"
    file.write_text("- id: a\n  name: A\n- id: b\n  repos: [x]\n", "utf-8")
    assert run("publishers", "import", str(file), data=tmp_path) == (
        2,
        "",
        f"Error: {file} was not imported:\n  publisher 'b': has no `name`\n  publisher 'b': 'x' is not an http(s) address\n",
    )
    assert run("publishers", "list", data=tmp_path) == (0, "", "")


def test_an_unwritable_index_is_told_and_loses_nothing(tmp_path: Path) -> None:
    run("db", "upgrade", data=tmp_path)
    file = tmp_path / "publishers.yml"
    file.write_text("- id: a\n  name: A\n  repos: [https://nowhere.invalid/x]\n", "utf-8")
    (tmp_path / "index").write_text("not a folder", "utf-8")
    code, out, err = run("publishers", "import", str(file), data=tmp_path)
    assert (code, out) == (3, "")
    assert err.startswith(f"Error: the search index {tmp_path}/index cannot be written: ")
    (tmp_path / "index").unlink()
    assert run("publishers", "list", data=tmp_path) == (0, "    0  a  A\n", "")


def test_a_lost_index_is_told_and_built_again(tmp_path: Path) -> None:
    run("db", "upgrade", data=tmp_path)
    assert run("search", "x", data=tmp_path) == (
        3,
        "",
        f"Error: there is no search index in {tmp_path}/index; nothing is lost, next: publiccode reindex\n",
    )
    assert run("reindex", data=tmp_path) == (0, f"0 entries indexed by tantivy in {tmp_path}/index.\n", "")
    assert run("search", "x", data=tmp_path) == (0, "0 found\n", "")


@pytest.fixture(scope="module")
def one_address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an instance with a publisher and one address; the tests leave it as it is."""
    data = tmp_path_factory.mktemp("one")
    run("db", "upgrade", data=data)
    file = data / "publishers.yml"
    file.write_text("- id: a\n  name: A\n  repos: [https://nowhere.invalid/x]\n", "utf-8")
    run("publishers", "import", str(file), data=data)
    return data


@pytest.mark.parametrize(
    ("setting", "value", "text"),
    [
        ("allowed_private", "foo", "PUBLICCODE_ALLOWED_PRIVATE or PUBLICCODE_OUTBOUND_PROXY cannot be read: "),
        ("outbound_proxy", "ftp://x", "PUBLICCODE_ALLOWED_PRIVATE or PUBLICCODE_OUTBOUND_PROXY cannot be read: "),
        ("database_url", "nonsense", "PUBLICCODE_DATABASE_URL cannot be read: "),
        (
            "mirrors",
            "https://a.example/=https://b.example/#svn",
            "PUBLICCODE_MIRRORS or PUBLICCODE_HOSTS: https://a.example/: no kind of host 'svn'; there are git, ",
        ),
        ("harvest_threads", "many", "PUBLICCODE_HARVEST_THREADS: 'many' cannot be read: "),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(setting: str, value: str, text: str, one_address: Path) -> None:
    code, out, err = run("harvest", data=one_address, settings={setting: value})
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {text}")


def test_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "publiccode.yml"
    file.write_text('publiccodeYmlVersion: "0"\n"a\\e[2J": x\n', "utf-8")
    _, out, _ = run("validate", str(file), data=tmp_path)
    assert "\x1b" not in out
    assert "a\N{REPLACEMENT CHARACTER}[2J" in out


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    run("db", "upgrade", data=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run("serve", "--port", str(port), data=tmp_path) == (
            3,
            "",
            f"Error: 127.0.0.1:{port} cannot be listened at: Address already in use; next: name another --port\n",
        )


def test_usage(tmp_path: Path) -> None:
    code, _, err = run("harvets", data=tmp_path)
    assert code == 2
    assert "No such command 'harvets'" in err


def test_a_fault_of_ours_ends_with_3_and_a_traceback(tmp_path: Path) -> None:
    program = (
        "import publiccode.web.cli as c, click\n"
        "c.cli.get_command = lambda ctx, name: click.Command('x', callback=lambda: 1 / 0)\n"
        "c.main(['x'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert done.stderr.endswith(
        "This is a fault of the program, not of your input. Please report it with the lines above.\n"
    )

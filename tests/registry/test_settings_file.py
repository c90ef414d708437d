"""The settings as a file: what is set, without secrets, in a form that shells and systemd read alike."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from publiccode.registry.settings import settings_file


def test_what_is_set_and_nothing_else() -> None:
    environment = {"PATH": "/bin", "PUBLICCODE_DATA": "/srv/a", "PUBLICCODE_CATALOGUE_NAME": "", "OTHER_TOKEN": "x"}
    assert settings_file(environment) == ("PUBLICCODE_CATALOGUE_NAME=\nPUBLICCODE_DATA=/srv/a\n", ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql+psycopg://registry:secret@db.example/registry"),
        ("OUTBOUND_PROXY", "http://secret@proxy.example:3128"),
        ("MIRRORS", "https://a.example/=https://b.example/a/ https://c.example/=https://me:secret@d.example/"),
        ("GITHUB_TOKEN", "secret"),
        ("SMTP_PASSWORD", "secret"),
    ],
)
def test_secrets_are_left_out_and_named(name: str, value: str) -> None:
    text, secrets = settings_file({f"PUBLICCODE_{name}": value, "PUBLICCODE_DATA": "/srv"})
    assert secrets == (f"PUBLICCODE_{name}",)
    assert f"# PUBLICCODE_{name} holds a secret, which was left out: set it by hand\n" in text
    assert "secret@" not in text
    assert "PUBLICCODE_DATA=/srv\n" in text


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "postgresql://db.example/registry",
        "two words",
        'a "b" c',
        "$HOME `id`",
        "back\\slash",
        "'",
        "a\nb",
        "清單",
    ],
)
def test_a_shell_reads_what_was_set(value: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(settings_file({"PUBLICCODE_CATALOGUE_NAME": value})[0], "utf-8")
    shown = subprocess.run(
        ["sh", "-c", f'. {file}; printf %s "$PUBLICCODE_CATALOGUE_NAME"'], capture_output=True, check=True
    )
    assert shown.stdout.decode() == value

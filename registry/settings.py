"""The settings of an instance, and the only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "PUBLICCODE_"
LANGUAGES = ("zh-Hant", "en")
_LONGEST_DAYS = 36_500


class SettingError(ValueError):
    """A setting cannot be read; the text names it, what stands there and what is expected."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _switch(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.strip().lower() not in answers:
        raise ValueError("expected true or false")
    return answers[text.strip().lower()]


def _days(text: str) -> int:
    if not text.strip().isdecimal() or int(text) > _LONGEST_DAYS:
        raise ValueError(f"expected a number of days from 0 (for ever) to {_LONGEST_DAYS}")
    return int(text)


@dataclass(frozen=True)
class Mirror:
    """Addresses that begin with `prefix` are fetched from `target` instead, by a host of `kind`."""

    prefix: str
    target: str
    kind: str = "git"


def _mirrors(text: str) -> tuple[Mirror, ...]:
    mirrors = []
    for entry in text.split():
        prefix, arrow, rest = entry.partition("=")
        target, _, kind = rest.partition("#")
        if not arrow or "://" not in prefix or "://" not in target:
            raise ValueError(f"{entry!r} is not of the form https://host/=https://mirror/host/ (optionally with #kind)")
        mirrors.append(Mirror(prefix, target, kind or "git"))
    return tuple(mirrors)


def _by_host(text: str) -> dict[str, str]:
    """`host=value` pairs, separated by white space."""
    found = {}
    for entry in text.split():
        host, sign, value = entry.partition("=")
        if not sign or not host or not value or "/" in host:
            raise ValueError("expected host=value, several separated by white space; a host has no https:// in front")
        found[host.lower()] = value
    return found


class Secrets(dict[str, str]):
    """Values that no log and no error message shows."""

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self)})"


def _secrets(text: str) -> Secrets:
    try:
        return Secrets(_by_host(text))
    except ValueError as error:
        raise ValueError(str(error)) from None


@dataclass(frozen=True)
class Settings:
    """All settings, with their defaults. Each comes from the environment variable PUBLICCODE_<NAME>."""

    data: Path = field(
        default=Path("data"), metadata={"help": "Folder of the database, the index and the logs.", "read": Path}
    )
    database_url: str = field(
        default="",
        metadata={"help": "SQLAlchemy URL of the database; empty: SQLite at <DATA>/registry.sqlite.", "read": str},
    )
    search_engine: str = field(
        default="tantivy", metadata={"help": "Engine of the search index: `tantivy` or `whoosh`.", "read": str}
    )
    mirrors: tuple[Mirror, ...] = field(
        default=(),
        metadata={
            "help": "Harvest addresses from a mirror, in the manner of Git's insteadOf: `https://host/=https://mirror/host/`, "
            "several separated by white space, the longest prefix wins; `#kind` names the mirror's kind of host (default: git).",
            "read": _mirrors,
        },
    )
    hosts: Mapping[str, str] = field(
        default_factory=dict,
        metadata={
            "help": "Which kind of Git host is at a name, where the name does not tell: `code.agency.example=gitlab`, several "
            "separated by white space (github, gitlab, gitea for Forgejo too, bitbucket, bitbucket-server, git).",
            "read": _by_host,
        },
    )
    tokens: Mapping[str, str] = field(
        default_factory=Secrets,
        metadata={
            "help": "Tokens by host, each shown to that host alone, and over https only: `github.com=ghp_…`, several separated by "
            "white space; for a GitHub App `github.com=app:<app id>:<installation id>:<file of the private key>`.",
            "read": _secrets,
            "secret": True,
        },
    )
    full_listing_days: int = field(
        default=7,
        metadata={
            "help": "How often a group's list of repositories is read to its end, which shows what is gone; in between only "
            "what changed is asked for.",
            "read": int,
        },
    )
    allowed_private: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Addresses inside the network that may be contacted all the same: host:port or networks "
            "(`127.0.0.1:8080 10.1.0.0/16`).",
            "read": _words,
        },
    )
    outbound_proxy: str = field(
        default="", metadata={"help": "HTTP proxy for all outbound traffic; empty: none.", "read": str}
    )
    contact: str = field(
        default="",
        metadata={"help": "Address or e-mail of the operator, sent to hosts in the User-Agent.", "read": str},
    )
    show_only_valid: bool = field(
        default=False, metadata={"help": "Show only entries whose file is valid.", "read": _switch}
    )
    catalogue_name: str = field(
        default="",
        metadata={"help": "Name of this catalogue in the pages' heads; empty: the product's own.", "read": str},
    )
    catalogue_data_license: str = field(
        default="CC0-1.0",
        metadata={"help": "SPDX id of the terms under which the catalogue's data is offered.", "read": str},
    )
    license_policy: str = field(
        default="osi",
        metadata={
            "help": "Policy by which the licences of entries are judged: `osi`, `eu`, `tw`, or the path of an own file (YAML).",
            "read": str.strip,
        },
    )
    harvest_threads: int = field(
        default=8, metadata={"help": "Repositories read at the same time, at most, of one host.", "read": int}
    )
    time_zone: str = field(
        default="Asia/Taipei",
        metadata={"help": "Time zone in which dates are shown, and the schedule's times are meant.", "read": str},
    )
    italian_codes: Path | None = field(
        default=None,
        metadata={
            "help": "File with the register of Italian administrations, one code a line; empty: codes are judged by their shape.",
            "read": lambda text: Path(text) if text else None,
        },
    )
    checks_per_minute: int = field(
        default=60,
        metadata={
            "help": "Files that one reader may have checked in a minute, by page or API; of addresses a sixth of that, of "
            "changes in the editor ten times that.",
            "read": int,
        },
    )
    proposals_per_hour: int = field(
        default=10,
        metadata={
            "help": "Addresses that one reader may propose for the catalogue in an hour; 0: the pages take none.",
            "read": int,
        },
    )
    trusted_proxies: int = field(
        default=0,
        metadata={
            "help": "Proxies in front of the pages whose X-Forwarded-For and X-Forwarded-Proto are believed: who reads, and by "
            "https or not.",
            "read": int,
        },
    )

    chromium: str = field(
        default="",
        metadata={
            "help": "Chromium that prints PDF, a name on the path or a path; empty: chromium, chromium-browser or google-chrome, "
            "whichever is there.",
            "read": str.strip,
        },
    )
    keep_items_days: int = field(
        default=90,
        metadata={
            "help": "Days after which `publiccode prune` removes looks that found nothing new, all but the first and the last "
            "in a row; 0: they are kept for ever.",
            "read": _days,
        },
    )
    keep_runs_days: int = field(
        default=90,
        metadata={
            "help": "Days after which `publiccode prune` removes runs of which no look is left; 0: they are kept for ever.",
            "read": _days,
        },
    )

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data / 'registry.sqlite').absolute()}"

    @property
    def index_folder(self) -> Path:
        """Where the search index lies."""
        return self.data / "index"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment asks for.

    Raises:
        SettingError: a variable cannot be read, or there is none of that name (a slip of the pen must not pass silently).

    """
    environment = os.environ if environment is None else environment
    known = {PREFIX + entry.name.upper(): entry for entry in fields(Settings)}
    values = {}
    for name in sorted(n for n in environment if n.startswith(PREFIX)):
        if name not in known:
            raise SettingError(f"{name}: there is no such setting; the settings are {', '.join(known)}")
        entry = known[name]
        try:
            values[entry.name] = entry.metadata["read"](environment[name])
        except ValueError as error:
            written = "what stands there" if entry.metadata.get("secret") else repr(environment[name])
            raise SettingError(f"{name}: {written} cannot be read: {error}") from error
    return Settings(**values)


def git_environment() -> dict[str, str]:
    """The environment for Git as a process that only looks: nothing makes it look elsewhere, and it contacts nobody.

    A repository's own configuration may name a command that fetches what is missing (partial clones): protocols are
    forbidden by the environment, which that configuration cannot override.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def bare_environment() -> dict[str, str]:
    """The environment for a process that reads what strangers wrote: nothing but what a moved Python needs to find its library."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}


def offline_environment() -> dict[str, str]:
    """The environment for a process that reads a stranger's folder, and may ask Git of it: as bare, with the path to programs.

    A repository's own configuration may name a program that watches its files (core.fsmonitor): ours comes after it.
    """
    ours = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "false",
    }
    # Which folders Git trusts stands in the user's own configuration.
    home = {name: os.environ[name] for name in ("HOME", "XDG_CONFIG_HOME") if name in os.environ}
    return bare_environment() | home | ours


def process_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that gets `more`, which its command line would show to every user of the machine."""
    return {**os.environ, **more}


_NAMED_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY")
_USER_IN_ADDRESS = re.compile(r"://[^/\s@]+@")
_UNQUOTED = re.compile(r"[\w./:@%+,=#-]*", re.ASCII)


def settings_file(environment: Mapping[str, str] | None = None) -> tuple[str, tuple[str, ...]]:
    """The settings that are set, as a file of variables for systemd, containers and shells; and the names of those left out.

    Left out is what holds a secret: by its field's mark, by its name, or an address with a user in it.
    """
    environment = os.environ if environment is None else environment
    marked = {PREFIX + entry.name.upper() for entry in fields(Settings) if entry.metadata.get("secret")}
    lines, secrets = [], []
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        if name in marked or _NAMED_SECRET.search(name) or _USER_IN_ADDRESS.search(value):
            secrets.append(name)
            lines.append(f"# {name} holds a secret, which was left out: set it by hand")
        else:
            lines.append(f"{name}={_quoted(value)}")
    return "".join(f"{line}\n" for line in lines), tuple(secrets)


def _quoted(value: str) -> str:
    return value if _UNQUOTED.fullmatch(value) else '"' + re.sub(r'([\\"$`])', r"\\\1", value) + '"'


def settings_table(settings: type[Settings] = Settings) -> str:
    """The settings as a Markdown table, for docs/settings.md."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for entry in fields(settings):
        default = entry.default if isinstance(entry.default, str | bool | int | Path) and entry.default != "" else ""
        rows.append(
            f"| `{PREFIX}{entry.name.upper()}` | {f'`{default}`' if str(default) else ''} | {entry.metadata['help']} |"
        )
    return "\n".join(rows)

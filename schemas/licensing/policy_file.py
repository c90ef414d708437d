"""Policies about licences as files and as stored content: read and checked, written in one form."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ..document import parse
from ..nodes import Path as Place
from ..vocabularies import licenses
from .families import Family, base
from .kinds import Kinds
from .policy_lists import RECORDED, Level, Lists, Policy, Ruling, Selector
from .verdict import Code

FOLDER = Path(__file__).parent / "policies"
LARGEST = 64 * 1024  # bytes
_LONGEST = 200  # characters of a value
_KEYS = ("name", "version", "titles", "source", "code", "content", "rulings", "verdicts")
_NEEDED = ("name", "code", "content", "verdicts")
_STRICTEST = (Ruling.FORBIDDEN, Ruling.REVIEW, Ruling.DISCOURAGED, Ruling.ALLOWED, Ruling.PREFERRED)
_RULINGS = {str(ruling): ruling for ruling in Ruling}
_WEIGHED = {str(ruling): ruling for ruling in (Ruling.FORBIDDEN, Ruling.REVIEW, Ruling.DISCOURAGED)}
_CODES = {str(code): code for code in Code if code is not Code.AGREE}
_LEVELS = {str(level): level for level in Level}
_FAMILIES = {str(kind): kind for kind in Family}
_DEFAULT = {Ruling.FORBIDDEN: Level.ERROR, Ruling.REVIEW: Level.WARNING, Ruling.DISCOURAGED: Level.NOTE}

T = TypeVar("T")


class PolicyError(ValueError):
    """A policy that cannot be used: one sentence that names the place and the next step."""


class _Wrong(Exception):
    """What is wrong at a place of the content."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place


def policy_names() -> tuple[str, ...]:
    """The names of the policies that come with this program."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


def load_policy(name_or_path: str) -> Policy:
    """One of our policies by its name, or an instance's own by the path of its file.

    Raises:
        PolicyError: there is no such file, or it is no policy.

    """
    if name_or_path in policy_names():
        return _ours(name_or_path)
    path = Path(name_or_path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        names = ", ".join(policy_names())
        reason = getattr(error, "strerror", None) or str(error)
        raise PolicyError(
            f"there is no policy {name_or_path!r} ({reason}); next: name one of {names}, or the path of a YAML file"
        ) from error
    return _read(data, name_or_path)


@cache
def _ours(name: str) -> Policy:
    return _read((FOLDER / f"{name}.yml").read_bytes(), f"{name}.yml")


def _read(data: bytes, shown: str) -> Policy:
    if len(data) > LARGEST:
        raise PolicyError(f"{shown}: a policy has at most {LARGEST} bytes; next: shorten it")
    document = parse(data)
    for finding in document.findings:
        what = str(finding.message).partition("; a publiccode.yml")[0]  # the reader is one for these files
        raise PolicyError(
            f"{shown}:{finding.line}:{finding.column}: {what}; next: repair the YAML, see docs/licences.md"
        )
    values = document.value()
    try:
        return _policy(values)
    except _Wrong as wrong:
        line, column = document.place(wrong.place)
        raise PolicyError(f"{shown}:{line}:{column}: {_told(wrong)}") from wrong


def policy_from_content(content: Mapping[str, Any]) -> Policy:
    """The policy that `Policy.content` or `Policy.record` wrote down.

    Raises:
        PolicyError: it is none.

    """
    kept = content.get(RECORDED)
    try:
        policy = _policy({key: value for key, value in content.items() if key != RECORDED})
        return policy if kept is None else replace(policy, kinds=_kinds(kept))
    except _Wrong as wrong:
        raise PolicyError(_told(wrong)) from wrong


def _kinds(kept: Any) -> Kinds:
    if not isinstance(kept, Mapping) or not all(isinstance(ids, list) for ids in kept.values()):
        raise _Wrong((RECORDED,), "lists of licences by kind are expected")
    return Kinds.from_json(kept)


def _policy(content: Any) -> Policy:
    _known(content, (), _KEYS)
    for key in _NEEDED:
        if key not in content:
            raise _Wrong((), f"the key {key} is missing")
    titles = content.get("titles") or {}
    if not isinstance(titles, Mapping):
        raise _Wrong(("titles",), "titles by language are expected")
    source = _text(content.get("source", ""), ("source",))
    if source and not source.startswith(("https://", "http://")):  # pages link to it
        raise _Wrong(("source",), "an address that begins with https:// is expected")
    if content["name"] == "":
        raise _Wrong(("name",), "a name is expected")
    return Policy(
        _text(content["name"], ("name",)),
        tuple(sorted((_text(lang, ("titles",)), _text(title, ("titles", lang))) for lang, title in titles.items())),
        source,
        _text(content.get("version", ""), ("version",)),
        _lists(content["code"], "code"),
        _lists(content["content"], "content"),
        _levels(content.get("rulings"), "rulings", _WEIGHED, _DEFAULT),
        _levels(content["verdicts"], "verdicts", _CODES, {}),
    )


def _lists(content: Any, part: str) -> Lists:
    _known(content, (part,), (*_RULINGS, "otherwise"))
    if "otherwise" not in content:
        raise _Wrong((part,), "the key otherwise is missing")
    lists = []
    for ruling in _STRICTEST:
        lines = content.get(str(ruling)) or []
        if not isinstance(lines, list):
            raise _Wrong((part, str(ruling)), "a list of licences is expected")
        selectors = [_selector(line, (part, str(ruling), number)) for number, line in enumerate(lines)]
        if selectors:
            lists.append((ruling, tuple(sorted(set(selectors), key=lambda one: (one.kind, one.value)))))
    return Lists(tuple(lists), _one_of(content["otherwise"], (part, "otherwise"), _RULINGS))


def _selector(line: Any, place: Place) -> Selector:
    if isinstance(line, Mapping) and len(line) == 1:
        kind, value = next(iter(line.items()))
        if kind == "family":
            return Selector("family", str(_one_of(value, place, _FAMILIES)))
        if kind in ("osi", "fsf") and value is True:
            return Selector(str(kind), "")
    if not isinstance(line, str):
        raise _Wrong(place, "an SPDX id, family: NAME, osi: true or fsf: true is expected")
    text = _text(line, place)
    if text.endswith("*"):
        start = text[:-1]
        if not start or not (start.startswith("LicenseRef-") or any(id_.startswith(start) for id_ in _ids())):
            raise _Wrong(place, f"no SPDX id begins with {start!r}")
        return Selector("beginning", start)
    if text not in _ids() and not text.startswith("LicenseRef-"):
        raise _Wrong(place, f"{text!r} is no SPDX id{_near(text, _ids())}")
    return Selector("id", text)


@cache
def _ids() -> frozenset[str]:
    """All ids, and those that stand for -only and -or-later alike (GPL-3.0)."""
    known = [identifier for identifier, _ in licenses().values()]
    return frozenset([*known, *map(base, known)])


def _levels(content: Any, part: str, names: Mapping[str, T], default: Mapping[T, Level]) -> tuple[tuple[T, Level], ...]:
    if content is None:
        return tuple(default.items())
    _known(content, (part,), names)
    # In the order of our table, not of the file: equal policies are equal.
    return tuple(
        (what, _one_of(content[name], (part, name), _LEVELS)) for name, what in names.items() if name in content
    )


def _known(content: Any, place: Place, names: Iterable[str]) -> None:
    """Checks that `content` is a mapping and has no other keys."""
    names = tuple(names)
    if not isinstance(content, Mapping):
        raise _Wrong(place, f"keys are expected: {', '.join(names)}")
    for key in content:
        if key not in names:
            raise _Wrong((*place, key), f"{key!r} is not known here{_near(str(key), names)}")


def _one_of(value: Any, place: Place, names: Mapping[str, T]) -> T:
    if not isinstance(value, str) or value not in names:
        raise _Wrong(place, f"one of these is expected: {', '.join(names)}")
    return names[value]


def _text(value: Any, place: Place) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise _Wrong(place, f"a text of at most {_LONGEST} characters in one line is expected")
    return value


def _near(word: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(word[:60], list(names), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _told(wrong: _Wrong) -> str:
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in wrong.place).lstrip(".")
    return f"{key}: {wrong}; next: see docs/licences.md" if key else f"{wrong}; next: see docs/licences.md"

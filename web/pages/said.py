"""What a publiccode.yml says, taken out piece by piece; what no page took is left over and shown too, so that nothing is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit


class Said:
    """The values of a file that may be wrong anywhere: what is not of the expected kind is not taken, and stays.

    Every method takes a path of keys and gives what stands there, or the empty value of its kind.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._left = _copy(values)

    def text(self, *path: str) -> str:
        """One text."""
        holder = self._holder(path)
        if holder is None or not _is_text(holder.get(path[-1])):
            return ""
        return str(holder.pop(path[-1])).strip()

    def texts(self, *path: str) -> tuple[str, ...]:
        """A list of texts; one text counts as a list of one."""
        holder = self._holder(path)
        value = holder.get(path[-1]) if holder is not None else None
        if not isinstance(value, list):
            return tuple(filter(None, (self.text(*path),)))
        taken = tuple(str(entry).strip() for entry in value if _is_text(entry))
        value[:] = [entry for entry in value if not _is_text(entry)]
        return tuple(filter(None, taken))

    def switch(self, *path: str) -> bool | None:
        """True or false; None where the file does not say."""
        holder = self._holder(path)
        if holder is None or not isinstance(holder.get(path[-1]), bool):
            return None
        return bool(holder.pop(path[-1]))

    def each(self, *path: str) -> list[Said]:
        """The mappings in a list."""
        holder = self._holder(path)
        value = holder.get(path[-1]) if holder is not None else None
        return [_within(entry) for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []

    def keys(self, *path: str) -> list[str]:
        """The keys of a mapping that hold mappings themselves."""
        holder = self._holder((*path, ""))
        return [key for key, value in (holder or {}).items() if isinstance(value, dict)]

    def rest(self) -> list[tuple[str, str]]:
        """Path and text of every value that nobody took, in the file's order."""
        return list(_leaves("", self._left))

    def _holder(self, path: tuple[str, ...]) -> dict[str, Any] | None:
        place: Any = self._left
        for key in path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        return place if isinstance(place, dict) else None


def _within(values: dict[str, Any]) -> Said:
    # The same mapping, not a copy: what is taken from an entry of a list is taken from the whole.
    said = Said({})
    said._left = values
    return said


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _copy(entry) for key, entry in value.items()}
    return [_copy(entry) for entry in value] if isinstance(value, list) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, entry)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _leaves(f"{path}[{number}]", entry)
    elif value is not None and value != "":
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


def web_address(text: str) -> str:
    """`text` where it is an http(s) address that a page may link to; else empty."""
    try:
        parts = urlsplit(text)
        return text if parts.scheme.lower() in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""

"""Pages of lists and their links, as GitLab and Gitea both write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

Item = TypeVar("Item")


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of the query, from 1 on."""
    text = query.get(name, "")
    return max(int(text), 1) if text.isdigit() else default


def cut(items: Sequence[Item], page: int, size: int) -> list[Item]:
    """The items of that page; page 1 is the first."""
    return list(items[(page - 1) * size : page * size])


def links(address: str, query: Mapping[str, str], pages: Mapping[str, int | None], name: str = "page") -> str:
    """The header Link: relation → number of the page, None for those that are not there."""
    return ", ".join(
        f'<{address}?{urlencode({**query, name: str(page)})}>; rel="{relation}"'
        for relation, page in pages.items()
        if page is not None
    )


def seconds(moment: datetime) -> str:
    """As Gitea writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """As GitLab writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def typed(entry: Any) -> str:
    """A tree entry's mode with six digits."""
    return f"{entry.mode:06o}"

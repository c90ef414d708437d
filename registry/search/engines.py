"""The table of search engines. An engine is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from . import SearchIndex


def _tantivy(folder: Path) -> SearchIndex:
    from .tantivy_index import TantivyIndex

    return TantivyIndex(folder)


def _whoosh(folder: Path) -> SearchIndex:
    from .whoosh_index import WhooshIndex

    return WhooshIndex(folder)


ENGINES: Mapping[str, Callable[[Path], SearchIndex]] = {"tantivy": _tantivy, "whoosh": _whoosh}


def open_index(engine: str, folder: Path) -> SearchIndex:
    """The index of `engine`, a name of ENGINES, in `folder`, which need not exist yet.

    Raises:
        ValueError: there is no such engine.

    """
    if engine not in ENGINES:
        raise ValueError(f"there is no search engine {engine!r}; the engines are {', '.join(ENGINES)}")
    return ENGINES[engine](folder)

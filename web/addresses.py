"""Addresses of our pages, as Flask's `url_for` makes them; those that stand on every page, or often on one, are made once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request, url_for

from .saying import current_language

_FEW = {"lang", "form", "filename", "_anchor"}  # whose values are ours, and few
_SAFE = "!$&'()*+,/:;=@"  # what werkzeug leaves in a path as it is


def address(endpoint: str, **values: Any) -> str:
    """As `url_for`, which takes twenty times as long: a page has thirty addresses that all pages have."""
    if values.keys() <= _FEW:
        return _made(_app(), request.script_root, current_language(), endpoint, tuple(values.items()))
    return url_for(endpoint, **values)


def _app() -> Flask:
    """The app of this request: another one in the same process has other addresses."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@lru_cache(maxsize=2_000)
def _made(_one: Flask, _root: str, _language: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def address_of(endpoint: str, language: str, slug: str) -> str:
    """The address of the page of one thing, where its rule ends with the slug."""
    return _before(_app(), request.script_root, endpoint, language) + quote(slug, safe=_SAFE)


@lru_cache(maxsize=100)
def _before(_one: Flask, _root: str, endpoint: str, language: str) -> str:
    return url_for(endpoint, lang=language, slug="-").removesuffix("-")

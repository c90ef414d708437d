"""What this catalogue is, under which terms its data is offered, and whose data it is built with."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint

from . import Page, Parts, add_page

_FOLDERS = ("schemas", "registry", "harvesters", "web")
_FIELDS = ("source", "version", "date", "license", "attribution")


def blueprint(parts: Parts) -> Blueprint:
    """`/about` and `/about/data`."""
    pages = Blueprint("about", __name__)

    def about(language: str) -> Page:
        return Page(
            "about.html", {"data_license": parts.settings.catalogue_data_license, "contact": parts.settings.contact}
        )

    def data(language: str) -> Page:
        return Page("about_data.html", {"origins": origins()})

    add_page(pages, "/about", about)
    add_page(pages, "/about/data", data)
    return pages


@cache
def origins() -> list[dict[str, Any]]:
    """Every data file of others in this installation: `file`, and what its `.origin.toml` says of it."""
    package = Path(__file__).parents[2]
    found = sorted(path for folder in _FOLDERS for path in (package / folder).rglob("*.origin.toml"))
    listed = []
    for path in found:
        said = tomllib.loads(path.read_text("utf-8"))
        name = path.relative_to(package).as_posix().removesuffix(".origin.toml")
        listed.append({"file": name, **{field: str(said.get(field, "")) for field in _FIELDS}})
    return listed

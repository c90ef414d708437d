"""What this catalogue is, under which terms its data is offered, and whose data it is built with."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from flask import Blueprint

from ...registry.origins import origins
from . import Page, Parts, add_page


def blueprint(parts: Parts) -> Blueprint:
    """`/about` and `/about/data`."""
    pages = Blueprint("about", __name__)

    vendored = [asdict(origin) for origin in origins()]

    def about(language: str) -> Page:
        data = {
            "data_license": parts.settings.catalogue_data_license,
            "contact": parts.settings.contact,
            "policy": Path(parts.settings.license_policy).stem,
        }
        return Page("about.html", data)

    def data(language: str) -> Page:
        return Page("about_data.html", {"origins": vendored})

    add_page(pages, "/about", about)
    add_page(pages, "/about/data", data)
    return pages

"""The demo's other catalogue: the list of software that an open-catalog-api gives, from agencies/catalogue.yml."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import yaml

from .git_server import Answer, json_answer


class OpenCatalogs:
    """Every catalogue of the file, at /<host>/v1/software; all of its entries stand on one page.

    Args:
        file: host → entries with `id`, `url`, `updatedAt` and, as text, `publiccodeYml`.

    """

    def __init__(self, file: Path) -> None:
        listed = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes nothing but text)
        self._pages = {f"/{host}/v1/software": entries for host, entries in listed.items()}

    def answer(self, target: str) -> Answer | None:
        """What is said to a GET of that path and query; None where it is no address of a catalogue."""
        entries = self._pages.get(urlsplit(target).path)
        if entries is None:
            return None
        records = [{"active": True, "aliases": [], **entry} for entry in entries]
        return json_answer({"data": records, "links": {"prev": None, "next": None}})

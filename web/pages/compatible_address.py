"""The address at which the page about compatibility answers a question."""

from __future__ import annotations

from typing import Any

from flask import url_for


def address_of(inbound: str, outbound: str = "", use: str = "") -> str:
    """Where the page answers for two licences; only what is given."""
    asked: dict[str, Any] = {
        name: value for name, value in (("inbound", inbound), ("outbound", outbound), ("use", use)) if value
    }
    return url_for("compatible.compatible_licenses", **asked)

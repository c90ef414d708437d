"""What is sent to us must come from a page of ours: a page of somebody else's must not send it through a reader's browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from .errors import Problem
from .translation import gettext


def require_same_origin(request: Request) -> None:
    """Lets pass what a page of ours sent, and what no browser sent.

    Browsers tell it in Sec-Fetch-Site, which no page can forge; where they do not (plain http), they name the Origin of what
    they send to another site. Nothing here depends on who the reader is: no cookie, no session.

    Raises:
        Problem: 403; another site sent it.

    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    by_origin = origin is None or _host(origin) == request.host.lower()
    if not (by_origin if site is None else site in ("same-origin", "none")):
        raise Problem(403, gettext("Only a page of this catalogue may send this."))


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""

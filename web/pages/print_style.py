"""The style that a page to print brings with it, and what stands at the head and foot of every sheet of paper."""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app

STYLE = "audit-print.css"
_LONGEST = 60  # characters on one side of a page's head
_SPECIAL = re.compile(r"[^\w ]")


def print_style(left: str, right: str) -> str:
    """The style sheet, with these texts at the head of every page."""
    sheet = (Path(str(current_app.static_folder)) / STYLE).read_text("utf-8")
    boxes = f"@top-left {{ content: {css_text(left)}; }} @top-right {{ content: {css_text(right)}; }}"
    return f"{sheet}@page {{ {boxes} }}\n"


def css_text(text: str) -> str:
    """A text as a string of CSS within HTML: nothing in it ends the string, or the element.

    >>> css_text('a"</b')
    '"a\\\\22 \\\\3c \\\\2f b"'
    """
    short = " ".join(text.split())
    short = short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1]}…"
    escaped = _SPECIAL.sub(lambda found: f"\\{ord(found[0]):x} ", short)
    return f'"{escaped}"'

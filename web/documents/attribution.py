"""The attribution notice as an OpenDocument text, to be put beside what is passed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..pages.attribution_forms import heading, left_out, notice_title, text_title, work_parts
from ..translation import gettext
from .odt import OdtDocument


def attribution_odt(told: Mapping[str, Any], language: str, catalogue: str) -> bytes:
    """The document's bytes; `told` as `attribution_data` gives it."""
    page = gettext("Page %(number)s of %(count)s", number="{number}", count="{count}")
    title = notice_title(told)
    document = OdtDocument(language, title, f"{catalogue} – {told['day']}", page)
    document.paragraph(told["notice"], "Note")
    for work in told["works"]:
        document.heading(1, heading(work))
        document.paragraph(f"{gettext('Publisher')}{gettext(': ')}{work['publisher']}")
        document.paragraph(f"{gettext('Source code')}{gettext(': ')}{work['source']}")
        if work["commit"]:
            document.paragraph(f"{gettext('Commit')}{gettext(': ')}{work['commit']}")
        for name, lines in work_parts(work):
            if lines:
                document.heading(2, name)
            for line in lines:
                document.paragraph(f"– {line}", "Item")
    for text in told["texts"]:
        document.heading(1, text_title(text))
        for line in text["content"].expandtabs(4).split("\n"):
            document.paragraph(line.rstrip(), "Verbatim")
    if left_out(told):
        document.paragraph(left_out(told), "Note")
    return document.content()

"""An attribution notice as plain values: what the JSON holds, and what pages and files show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...registry.attribution import Components, Notice, Text, Work
from ...schemas.licensing.found import NOASSERTION
from ..saying import say
from ..translation import gettext

MOST_LISTED = 500  # packages on a page
MOST_TEXT = 2 * 1024 * 1024  # characters of all texts on a page together


def attribution_data(
    notice: Notice, day: date, most_listed: int | None = None, most_text: int | None = None
) -> dict[str, Any]:
    """The notice of a day; `most_listed` packages of each work and `most_text` characters of texts, None: all."""
    kept: list[Text] = []
    room = most_text
    for text in notice.texts:
        if room is not None and len(text.content) > room:
            continue
        room = room - len(text.content) if room is not None else None
        kept.append(text)
    numbers = {text.hash: number for number, text in enumerate(kept, 1)}
    names = {work.known.slug: work.known.name for work in notice.works}
    return {
        "day": day.isoformat(),
        "works": [_work(work, numbers, most_listed) for work in notice.works],
        "texts": [_text(text, numbers, names) for text in kept],
        "texts_left_out": len(notice.texts) - len(kept),
        "notice": gettext(
            "Put together by a program from what this catalogue knows. It is no legal advice: what is not known here may have to "
            "be named all the same."
        ),
    }


def _work(work: Work, numbers: Mapping[str, int], most_listed: int | None) -> dict[str, Any]:
    known = work.known
    return {
        "slug": known.slug,
        "name": known.name,
        "version": work.version,
        "publisher": known.publisher,
        "source": known.address,
        "commit": known.commit,
        "license": work.license,
        "concluded": "" if known.concluded == NOASSERTION else known.concluded,
        "choice": " OR " in work.license,
        "holders": [{"text": one.text, "from": say(one.origin)} for one in work.holders],
        "texts": [numbers[one] for one in work.texts if one in numbers],
        "elsewhere": list(work.elsewhere),
        "asks": [
            {"license": one.license, "name": one.name, "texts": list(one.texts), "known": one.known}
            for one in work.asks
        ],
        "components": _components(known.components, most_listed) if known.components else None,
        "unknown": [say(one) for one in work.unknown],
    }


def _components(told: Components, most_listed: int | None) -> dict[str, Any]:
    listed = told.listed[:most_listed] if told.listed is not None else None
    return {
        "place": told.place,
        "packages": told.packages,
        "licenses": [{"license": name or None, "packages": count} for name, count in told.licenses.items()],
        "listed": [
            {
                "name": one.name,
                "version": one.version,
                "license": one.license or None,
                "copyright": one.copyright,
                "purl": one.purl,
            }
            for one in listed
        ]
        if listed is not None
        else None,
        "left_out": len(told.listed or ()) - len(listed or ()),
    }


def _text(text: Text, numbers: Mapping[str, int], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": numbers[text.hash],
        "license": "" if text.license == NOASSERTION else text.license,
        "of": [{"slug": slug, "name": names[slug], "path": path} for slug, path in text.of],
        "content": text.content,
    }

"""Flask-Babel, with types: text and dates in the language of the request. Everything else asks here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache

import flask_babel  # type: ignore[import-untyped]
from babel.dates import format_skeleton
from markupsafe import Markup

Babel = flask_babel.Babel


def gettext(text: str, **values: object) -> str:
    """`text` (English, with `%(name)s` for each of `values`) in the language of this request; plain text, not HTML."""
    return str(flask_babel.gettext(text, **values))


@cache
def template_texts(language: str) -> Mapping[str, Callable[..., Markup]]:
    """What templates of pages in `language` translate with, by its name there.

    Flask-Babel's own ask anew for every text which language the request has; a page has hundreds.
    """

    @lru_cache(maxsize=5_000)
    def said(text: str) -> Markup:
        return Markup(flask_babel.get_translations().ugettext(text))  # noqa: S704  (translations are ours)

    @lru_cache(maxsize=5_000)
    def whole(text: str) -> Markup:
        return said(text) % {}

    def translated(text: str, /, **values: object) -> Markup:
        return said(text) % values if values else whole(text)

    def numbered(one: str, many: str, number: int, /, **values: object) -> Markup:
        found = Markup(flask_babel.get_translations().ungettext(one, many, number))  # noqa: S704
        return found % {"num": number, **values}

    return {"_": translated, "gettext": translated, "ngettext": numbered}


def long_date(moment: datetime) -> str:
    """The day of a moment in the instance's time zone."""
    return str(flask_babel.format_date(flask_babel.to_user_timezone(moment)))


def date_and_time(moment: datetime) -> str:
    """A moment in the instance's time zone, to the minute."""
    day = flask_babel.to_user_timezone(moment)
    return f"{flask_babel.format_date(day, rebase=False)} {flask_babel.format_time(day, 'HH:mm', rebase=False)}"


def today() -> date:
    """The day in the instance's time zone."""
    moment: datetime = flask_babel.to_user_timezone(datetime.now(UTC))
    return moment.date()


def month_and_year(day: date) -> str:
    """The month of a day, in words."""
    return str(flask_babel.format_date(day, "MMMM y" if str(flask_babel.get_locale()).startswith("en") else "y年M月"))


def month(moment: date) -> str:
    """The month of a day, with its year."""
    return str(format_skeleton("yMMM", moment, locale=flask_babel.get_locale()))


def number(value: float) -> str:
    """A number with its separators of thousands; a fraction to one place."""
    return str(flask_babel.format_decimal(round(value, 1)))


def share(part: float, whole: float) -> str:
    """How many per cent of the whole a part is; a dash where there is no whole."""
    return (
        str(flask_babel.format_percent(part / whole, "#,##0.#%" if 0 < part / whole < 0.1 else None)) if whole else "–"
    )

"""Flask-Babel, with types: text and dates in the language of the request. Everything else asks here."""

from __future__ import annotations

from datetime import date, datetime

import flask_babel  # type: ignore[import-untyped]

Babel = flask_babel.Babel


def gettext(text: str, **values: object) -> str:
    """`text` (English, with `%(name)s` for each of `values`) in the language of this request; plain text, not HTML."""
    return str(flask_babel.gettext(text, **values))


def long_date(moment: datetime) -> str:
    """The day of a moment in the instance's time zone."""
    return str(flask_babel.format_date(flask_babel.to_user_timezone(moment)))


def date_and_time(moment: datetime) -> str:
    """A moment in the instance's time zone, to the minute."""
    day = flask_babel.to_user_timezone(moment)
    return f"{flask_babel.format_date(day, rebase=False)} {flask_babel.format_time(day, 'HH:mm', rebase=False)}"


def month_and_year(day: date) -> str:
    """The month of a day, in words."""
    return str(flask_babel.format_date(day, "MMMM y" if str(flask_babel.get_locale()).startswith("en") else "y年M月"))

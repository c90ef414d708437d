"""How pages call confirmed and claimed use, and what the two mean: said here alone."""

from __future__ import annotations

from collections.abc import Mapping

from ...registry.claims import CLAIMED, CONFIRMED
from ..translation import gettext


def kind_title(kind: str) -> str:
    """How a page calls confirmed and claimed use."""
    titles: Mapping[str, str] = {CONFIRMED: gettext("Confirmed"), CLAIMED: gettext("Claimed")}
    return titles.get(kind, kind)


def kinds_meaning() -> str:
    """What confirmed and claimed mean, and what is not counted."""
    return gettext(
        "Confirmed: whoever runs this catalogue recorded that the organisation itself says so. Claimed: the software's own "
        "file names the organisation, or somebody declared it; not confirmed yet. A publisher's use of its own software is "
        "not counted."
    )

"""How pages call the families of licences, and where the page of a licence is."""

from __future__ import annotations

from flask import url_for

from ...schemas.licensing.families import Family
from ...schemas.vocabularies import licenses
from ..translation import gettext


def family_title(kind: str) -> str:
    """The name of a family; of one that an older program knew, as it stands there."""
    if kind not in set(Family):
        return kind
    return {
        Family.PERMISSIVE: gettext("permissive"),
        Family.WEAK_COPYLEFT: gettext("weak copyleft"),
        Family.STRONG_COPYLEFT: gettext("strong copyleft"),
        Family.NETWORK_COPYLEFT: gettext("network copyleft"),
        Family.PUBLIC_DOMAIN: gettext("public domain"),
        Family.CONTENT: gettext("for texts and data"),
        Family.NON_FREE: gettext("not free"),
        Family.UNKNOWN: gettext("unknown"),
    }[Family(kind)]


def family_meaning(kind: str) -> str:
    """What the licences of a family have in common, in a sentence."""
    return {
        Family.PERMISSIVE: gettext("Keep the notices; what you make of it may have other terms."),
        Family.WEAK_COPYLEFT: gettext(
            "What was changed stays under the licence when it is passed on; what is combined with it need not."
        ),
        Family.STRONG_COPYLEFT: gettext("The whole work stays under the licence when it is passed on."),
        Family.NETWORK_COPYLEFT: gettext(
            "The whole work stays under the licence when it is passed on; who uses it over a network may have the source code."
        ),
        Family.PUBLIC_DOMAIN: gettext("The owner keeps no rights, or as few as the law permits."),
        Family.CONTENT: gettext("A free licence made for texts, pictures or data, not for code."),
        Family.NON_FREE: gettext("Some uses or some users are left out; this is not open source."),
        Family.UNKNOWN: gettext("This catalogue has not sorted it into a family."),
    }[Family(kind)]


def license_page(identifier: str) -> str:
    """The address of a licence's page; empty where the SPDX list does not have the id."""
    known = licenses().get(identifier.lower())
    return url_for("licenses.license", license_id=known[0]) if known else ""

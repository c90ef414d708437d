"""How the states of licences and the NTIA's minimum elements are called."""

from __future__ import annotations

from ...schemas.sbom import State
from ..translation import gettext


def state_title(state: State) -> str:
    """A state of a package's licence, in words."""
    return {
        State.KNOWN: gettext("known"),
        State.UNKNOWN: gettext("unknown licence"),
        State.NONE: gettext("no licence"),
        State.NOASSERTION: gettext("not stated"),
        State.INVALID: gettext("not readable"),
    }[state]


def element_title(name: str) -> str:
    """One of the NTIA's minimum elements, in words."""
    return {
        "supplier": gettext("Supplier"),
        "name": gettext("Name of the component"),
        "version": gettext("Version"),
        "identifier": gettext("Unique identifier"),
        "relationship": gettext("Dependency relationship"),
        "author": gettext("Author of the document"),
        "timestamp": gettext("Time stamp"),
    }[name]

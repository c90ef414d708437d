"""Whether the licences of the components, and of the files themselves, may go into the licence of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .facts import SbomFacts

MOST = 200  # licences that are compared: those of most packages
NOT_COMPARED = ""
"""The answer of a licence beyond these."""


def compared(sboms: Sequence[SbomFacts] | None, outbound: str) -> Mapping[str, str] | None:
    """For each licence of the packages: yes, no, conditions, unknown or NOT_COMPARED; None where there is nothing to compare.

    A component is taken to be used unchanged, as a library: how it is really built in only the agency knows.
    """
    from ...schemas.licensing.compatibility import Use

    counted: Counter[str] = Counter()
    for one in sboms or ():
        counted.update(one.licenses)
    return _answers(counted, outbound, Use.LINK)


def compared_files(licenses: Mapping[str, int], outbound: str) -> Mapping[str, str] | None:
    """The same for the licences that files of the repository state, whose code is taken to become part of the whole."""
    from ...schemas.licensing.compatibility import Use

    return _answers(Counter(licenses), outbound, Use.MERGE)


def _answers(counted: Mapping[str, int], outbound: str, use: str) -> Mapping[str, str] | None:
    from ...schemas.licensing.compatibility import Use, compatible

    known = sorted((license_ for license_ in counted if license_), key=lambda one: (-counted[one], one))
    if not outbound or not known:
        return None
    answers = {license_: str(compatible(license_, outbound, Use(use)).answer) for license_ in known[:MOST]}
    return {**answers, **dict.fromkeys(known[MOST:], NOT_COMPARED)}

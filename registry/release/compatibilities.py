"""Whether the licences of the components may go into the licence of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .facts import SbomFacts

MOST = 200  # licences of one bill of materials that are compared


def compared(sboms: Sequence[SbomFacts] | None, outbound: str) -> Mapping[str, str] | None:
    """For each licence of the packages: yes, no, conditions or unknown; None where there is nothing to compare.

    A component is taken to be used unchanged, as a library: how it is really built in only the agency knows.
    """
    from ...schemas.licensing.compatibility import Use, compatible

    licenses = sorted({license_ for one in sboms or () for license_ in one.licenses if license_})
    if not outbound or not licenses:
        return None
    return {license_: str(compatible(license_, outbound, Use.LINK).answer) for license_ in licenses[:MOST]}

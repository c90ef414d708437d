"""What the Free Software Foundation publishes about the GPL, LGPL, AGPL and other licences: its list and its GPL FAQ."""

from __future__ import annotations

from collections.abc import Mapping

from ...finding import Message, message
from ..families import version
from .answers import Answer, Statement, Use
from .ids import AGPL, GPL, LGPL, License
from .rules import filled

_LIST = "https://www.gnu.org/licenses/license-list.html#"
_FAQ = "https://www.gnu.org/licenses/gpl-faq.html#"
_BOTH, _THREE, _NONE = "both", "three", "none"

# SPDX id → (compatible with both versions of the GPL, with version 3 alone, or with none; the entry in the FSF's list).
_OTHERS: Mapping[str, tuple[str, str]] = {
    "Apache-1.0": (_NONE, "apache1"),
    "Apache-1.1": (_NONE, "apache1.1"),
    "Apache-2.0": (_THREE, "apache2"),
    "AFL-3.0": (_NONE, "AcademicFreeLicense"),
    "Artistic-2.0": (_BOTH, "ArtisticLicense2"),
    "BSD-2-Clause": (_BOTH, "FreeBSD"),
    "BSD-3-Clause": (_BOTH, "ModifiedBSD"),
    "BSD-4-Clause": (_NONE, "OriginalBSD"),
    "BSL-1.0": (_BOTH, "boost"),
    "CC0-1.0": (_BOTH, "CC0"),
    "CC-BY-4.0": (_BOTH, "ccby"),
    "CC-BY-SA-4.0": (_THREE, "ccbysa"),
    "CDDL-1.0": (_NONE, "CDDL"),
    "CECILL-2.0": (_BOTH, "CeCILL"),
    "CECILL-B": (_NONE, "CeCILL-B"),
    "CPL-1.0": (_NONE, "CommonPublicLicense10"),
    "ECL-2.0": (_THREE, "ECL2.0"),
    "EPL-1.0": (_NONE, "EPL"),
    "FTL": (_THREE, "freetype"),
    "IPL-1.0": (_NONE, "IBMPL"),
    "ISC": (_BOTH, "ISC"),
    "JSON": (_NONE, "JSON"),
    "LPPL-1.3a": (_NONE, "LPPL-1.3a"),
    "MIT": (_BOTH, "Expat"),
    "MPL-1.1": (_NONE, "MPL"),
    "MPL-2.0": (_BOTH, "MPL-2.0"),
    "MS-PL": (_NONE, "ms-pl"),
    "MS-RL": (_NONE, "ms-rl"),
    "NCSA": (_BOTH, "NCSA"),
    "OpenSSL": (_NONE, "OpenSSL"),
    "OSL-3.0": (_NONE, "OSL"),
    "PHP-3.01": (_NONE, "PHP-3.01"),
    "QPL-1.0": (_NONE, "QPL"),
    "Ruby": (_BOTH, "Ruby"),
    "SISSL": (_NONE, "SISSL"),
    "Unlicense": (_BOTH, "Unlicense"),
    "UPL-1.0": (_BOTH, "UPL"),
    "W3C": (_BOTH, "W3C"),
    "WTFPL": (_BOTH, "WTFPL"),
    "X11": (_BOTH, "X11License"),
    "Zlib": (_BOTH, "ZLib"),
}
# Compatible only by a way that the licence itself opens: (versions, entry, the way).
_BY_A_WAY: Mapping[str, tuple[frozenset[str], str, Message]] = {
    "EPL-2.0": (
        frozenset(("GPL-2.0", "GPL-3.0")),
        "EPL2",
        message(
            "The FSF calls {inbound} incompatible with the GPL, except where the code names the GPL (2.0 or "
            "later) as its secondary licence."
        ),
    ),
    "EUPL-1.1": (
        frozenset(("GPL-2.0", "GPL-3.0")),
        "EUPL-1.1",
        message(
            "The FSF: by itself {inbound} is not compatible with the GPL, but it can be passed on under GPL-2.0, "
            "and by way of CeCILL 2.0 under GPL-3.0."
        ),
    ),
    "EUPL-1.2": (
        frozenset(("GPL-2.0", "GPL-3.0")),
        "EUPL-1.2",
        message(
            "The FSF: by itself {inbound} is not compatible with the GPL, but it can be passed on under GPL-2.0 "
            "or GPL-3.0, which it lists."
        ),
    ),
}
_OLD_LGPL = ("LGPL-2.0", "LGPL-2.1")
_FROM_2 = frozenset((2, 3, 4))  # their section 3: under any version of the GPL from 2 on
KNOWN = GPL | LGPL | AGPL | frozenset(_OTHERS) | frozenset(_BY_A_WAY)
"""The texts that the FSF says something about."""
_COMPATIBLE = message("The FSF lists {inbound} among the licences that are compatible with the GPL.")
_INCOMPATIBLE = message("The FSF lists {inbound} among the licences that are not compatible with the GPL.")
_ONE_WAY = message("The FSF: {inbound} is compatible with version 3 of the GPL, and not with version 2.")
_TOO_OLD = message(
    "The FSF: what allows only {inbound} cannot go under {outbound}; the two versions of the GPL ask for different things."
)
_FITS = message("The FSF: {inbound} allows that the whole is passed on under {outbound}.")
_NOT_LATER = message(
    "The FSF: the whole could be passed on under fewer versions than {outbound} promises, because {inbound} allows fewer."
)
_TO_LGPL = message("The FSF: with code under {inbound} in it, the whole goes under the GPL, not under {outbound}.")
_AGPL = message(
    "Section 13 of both licences lets code under {inbound} and code under {outbound} be combined into one work; "
    "each part keeps its own licence, and the duty towards users over a network holds for the whole."
)
_LIBRARY = message(
    "A work that uses a library under {inbound} may have any terms that let its users change the library and "
    "look into the whole for that; the library keeps its licence and its source code is passed on."
)
_LINKED = message(
    "The FSF: a program that is linked with code under {inbound} is one work with it, and goes under the GPL as a whole."
)
_COPYLEFT = message("{inbound} asks that the whole work goes under it when it is passed on.")


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the FSF says where one of the two is a licence of its own."""
    own = GPL | LGPL | AGPL
    if inbound.exception or outbound.exception:
        return ()
    if inbound.base in own and outbound.base in own:
        return _among_its_own(inbound, outbound, use)
    if outbound.base in own:
        return _into_its_own(inbound, outbound)
    if inbound.base in own:
        return _out_of_its_own(inbound, outbound, use)
    return ()


def _into_its_own(inbound: License, outbound: License) -> tuple[Statement, ...]:
    """Another licence's code in a work under one of the FSF's: the list of licences tells."""
    gpl = "GPL-2.0" if outbound.base in ("GPL-2.0", "LGPL-2.0", "LGPL-2.1") else "GPL-3.0"
    if outbound.base == "GPL-1.0":
        return ()
    if inbound.base in _BY_A_WAY and outbound.base in GPL:
        versions, entry, reason = _BY_A_WAY[inbound.base]
        answer = Answer.CONDITIONS if gpl in versions else Answer.NO
        return (_said(answer, entry, reason, inbound, outbound),)
    if inbound.base not in _OTHERS:
        return ()
    with_, entry = _OTHERS[inbound.base]
    if with_ == _BOTH:
        return (_said(Answer.YES, entry, _COMPATIBLE, inbound, outbound),)
    if with_ == _THREE:
        return (_said(Answer.YES if gpl == "GPL-3.0" else Answer.NO, entry, _ONE_WAY, inbound, outbound),)
    return (_said(Answer.NO, entry, _INCOMPATIBLE, inbound, outbound),)


def _out_of_its_own(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """Code under one of the FSF's licences in a work under another licence."""
    if inbound.base in LGPL:
        if use is Use.LINK:
            return (_said(Answer.CONDITIONS, "LGPL", _LIBRARY, inbound, outbound, _LIST),)
        return (_said(Answer.NO, "LGPL", _COPYLEFT, inbound, outbound, _LIST),)
    if use is Use.LINK:
        return (_said(Answer.NO, "IfLibraryIsGPL", _LINKED, inbound, outbound, _FAQ),)
    return (_said(Answer.NO, "WhatDoesCompatMean", _COPYLEFT, inbound, outbound, _FAQ),)


def _among_its_own(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """As the table of the GPL FAQ has it, for the versions that each of the two allows."""
    where = "AllCompatibility"
    if inbound.bare == outbound.bare:
        return (_said(Answer.YES, where, _FITS, inbound, outbound, _FAQ),)
    allowed, promised = _versions(inbound), _versions(outbound)
    if "AGPL-3.0" in (inbound.base, outbound.base):
        return (_with_agpl(inbound, outbound, allowed, promised),)
    if inbound.base in LGPL and outbound.base in LGPL:
        return (_among_lgpl(inbound, outbound, use),)
    if inbound.base in GPL and outbound.base in LGPL:
        return (_said(Answer.NO, where, _TO_LGPL, inbound, outbound, _FAQ),)
    if inbound.base in _OLD_LGPL:
        allowed = _FROM_2
    if promised <= allowed:
        return (_said(Answer.YES, where, _FITS, inbound, outbound, _FAQ),)
    reason = _NOT_LATER if promised & allowed else _TOO_OLD
    return (_said(Answer.NO, where, reason, inbound, outbound, _FAQ),)


def _among_lgpl(inbound: License, outbound: License, use: Use) -> Statement:
    """Two versions of the LGPL."""
    if use is Use.LINK:
        return _said(Answer.CONDITIONS, "LGPL", _LIBRARY, inbound, outbound)
    one, other = version(inbound.base), version(outbound.base)
    fits = one <= other if inbound.later else one == other and not outbound.later
    return _said(
        *(Answer.YES if fits else Answer.NO, "AllCompatibility", _FITS if fits else _NOT_LATER, inbound, outbound, _FAQ)
    )


def _with_agpl(inbound: License, outbound: License, allowed: frozenset[int], promised: frozenset[int]) -> Statement:
    """The AGPL and another of the FSF's licences: only version 3 fits."""
    if inbound.base == outbound.base:
        fits = promised <= allowed or not outbound.later
        return _said(
            Answer.YES if fits else Answer.NO,
            "AllCompatibility",
            _FITS if fits else _NOT_LATER,
            inbound,
            outbound,
            _FAQ,
        )
    if inbound.base in _OLD_LGPL:
        allowed = _FROM_2
    if outbound.base in LGPL:
        return _said(Answer.NO, "AllCompatibility", _TO_LGPL, inbound, outbound, _FAQ)
    if 3 not in allowed or 3 not in promised:
        return _said(Answer.NO, "AllCompatibility", _TOO_OLD, inbound, outbound, _FAQ)
    return _said(Answer.CONDITIONS, "AGPLGPL", _AGPL, inbound, outbound, _FAQ)


def _versions(license_: License) -> frozenset[int]:
    """The versions of the GPL's family from 1 to 4 that an id allows; 4 stands for those to come."""
    first = int(license_.base.rpartition("-")[2].partition(".")[0])
    return frozenset(range(first, 5) if license_.later else (first,))


def _said(
    answer: Answer, entry: str, reason: Message, inbound: License, outbound: License, where: str = _LIST
) -> Statement:
    return Statement("fsf", answer, entry, filled(reason, inbound, outbound), f"#{entry}", where + entry)

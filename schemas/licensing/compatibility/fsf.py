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
    **{f"AFL-{one}": (_NONE, "AcademicFreeLicense") for one in ("1.1", "1.2", "2.0", "2.1", "3.0")},
    "APSL-2.0": (_NONE, "apsl2"),
    "Apache-1.0": (_NONE, "apache1"),
    "Apache-1.1": (_NONE, "apache1.1"),
    "Apache-2.0": (_THREE, "apache2"),
    "Artistic-2.0": (_BOTH, "ArtisticLicense2"),
    "BSD-2-Clause": (_BOTH, "FreeBSD"),
    "BSD-3-Clause": (_BOTH, "ModifiedBSD"),
    "BSD-3-Clause-Clear": (_BOTH, "clearbsd"),
    "BSD-4-Clause": (_NONE, "OriginalBSD"),
    "BSL-1.0": (_BOTH, "boost"),
    "BitTorrent-1.1": (_NONE, "bittorrent"),
    "CC0-1.0": (_BOTH, "CC0"),
    "CC-BY-4.0": (_BOTH, "ccby"),
    "CC-BY-SA-4.0": (_THREE, "ccbysa"),
    "CDDL-1.0": (_NONE, "CDDL"),
    "CECILL-2.0": (_BOTH, "CeCILL"),
    "CECILL-B": (_NONE, "CeCILL-B"),
    "CPAL-1.0": (_NONE, "CPAL"),
    "CPL-1.0": (_NONE, "CommonPublicLicense10"),
    "ClArtistic": (_BOTH, "ClarifiedArtistic"),
    "Condor-1.1": (_NONE, "Condor"),
    "ECL-2.0": (_THREE, "ECL2.0"),
    "EFL-2.0": (_BOTH, "Eiffel"),
    "EPL-1.0": (_NONE, "EPL"),
    "EUDatagrid": (_BOTH, "EUDataGrid"),
    "FSFAP": (_BOTH, "GNUAllPermissive"),
    "FTL": (_THREE, "freetype"),
    "HPND": (_BOTH, "HPND"),
    "IJG": (_BOTH, "ijg"),
    "IPL-1.0": (_NONE, "IBMPL"),
    "ISC": (_BOTH, "ISC"),
    "Imlib2": (_BOTH, "imlib"),
    "Intel": (_BOTH, "intel"),
    "JSON": (_NONE, "JSON"),
    "LPL-1.02": (_NONE, "lucent102"),
    "LPPL-1.2": (_NONE, "LPPL-1.2"),
    "LPPL-1.3a": (_NONE, "LPPL-1.3a"),
    "MIT": (_BOTH, "Expat"),
    "MPL-1.1": (_NONE, "MPL"),
    "MPL-2.0": (_BOTH, "MPL-2.0"),
    "MS-PL": (_NONE, "ms-pl"),
    "MS-RL": (_NONE, "ms-rl"),
    "NCSA": (_BOTH, "NCSA"),
    "NOSL": (_NONE, "NOSL"),
    "NPL-1.0": (_NONE, "NPL"),
    "NPL-1.1": (_NONE, "NPL"),
    "Nokia": (_NONE, "Nokia"),
    "OLDAP-2.3": (_NONE, "oldOpenLDAP"),
    "OLDAP-2.7": (_BOTH, "newOpenLDAP"),
    **{f"OSL-{one}": (_NONE, "OSL") for one in ("1.0", "1.1", "2.0", "2.1", "3.0")},
    "OpenSSL": (_NONE, "OpenSSL"),
    "PHP-3.01": (_NONE, "PHP-3.01"),
    "PSF-2.0": (_BOTH, "Python"),
    "Python-2.0": (_NONE, "PythonOld"),
    "Python-2.0.1": (_BOTH, "Python"),
    "QPL-1.0": (_NONE, "QPL"),
    "RPSL-1.0": (_NONE, "RPSL"),
    "Ruby": (_BOTH, "Ruby"),
    "SGI-B-2.0": (_BOTH, "SGIFreeB"),
    "SISSL": (_NONE, "SISSL"),
    "SMLNJ": (_BOTH, "StandardMLofNJ"),
    "SPL-1.0": (_NONE, "SPL"),
    "Sleepycat": (_BOTH, "BerkeleyDB"),
    "UPL-1.0": (_BOTH, "UPL"),
    "Unlicense": (_BOTH, "Unlicense"),
    "Vim": (_BOTH, "Vim"),
    "W3C": (_BOTH, "W3C"),
    "WTFPL": (_BOTH, "WTFPL"),
    "X11": (_BOTH, "X11License"),
    "XFree86-1.1": (_THREE, "XFree861.1License"),
    "YPL-1.1": (_NONE, "Yahoo"),
    "ZPL-2.0": (_BOTH, "Zope2.0"),
    "ZPL-2.1": (_BOTH, "Zope2.0"),
    "Zend-2.0": (_NONE, "Zend"),
    "Zimbra-1.3": (_NONE, "Zimbra"),
    "Zlib": (_BOTH, "ZLib"),
    "gnuplot": (_NONE, "gnuplot"),
}
# Compatible because they let the whole go under the GPL: that says nothing of the LGPL, and of the AGPL by its section 13 alone.
_BY_RELICENSING = frozenset(("Artistic-2.0", "CC-BY-SA-4.0", "CECILL-2.0", "Ruby", "Sleepycat", "Vim"))
_BY_SECTION_13 = message(
    "The FSF: {inbound} is compatible with version 3 of the GPL, because the whole may go under it; section 13 lets that be "
    "combined with code under {outbound}, each part under its own licence."
)
_OLD_PYTHON = message(
    "The FSF lists the licence of Python 1.6b1 to 2.0 among those that are not compatible with the GPL, that of newer "
    "versions (Python-2.0.1, PSF-2.0) among those that are. Many packages name {inbound} and mean the newer one."
)
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
            "The FSF: by itself {inbound} is not compatible with the GPL, but it can be passed on under GPL-2.0-only; under "
            "version 3 only in two steps, by way of CeCILL 2.0, each with code of its own under that licence."
        ),
    ),
    "EUPL-1.2": (
        frozenset(("GPL-2.0", "GPL-3.0")),
        "EUPL-1.2",
        message(
            "The FSF: by itself {inbound} is not compatible with the GPL, but it can be passed on under GPL-2.0-only or "
            "GPL-3.0-only, which its appendix lists; under later versions only in two steps, by way of CeCILL 2.0, each with "
            "code of its own under that licence."
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
_LIBRARY_COPYLEFT = message(
    "What is derived from the library stays under {inbound} when it is passed on; code that is copied out of it is, too."
)


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
    if inbound.base in _BY_RELICENSING and outbound.base not in GPL:
        by_section_13 = outbound.base in AGPL
        return (_said(Answer.CONDITIONS, entry, _BY_SECTION_13, inbound, outbound),) if by_section_13 else ()
    if with_ == _BOTH:
        return (_said(Answer.YES, entry, _COMPATIBLE, inbound, outbound),)
    if with_ == _THREE:
        return (_said(Answer.YES if gpl == "GPL-3.0" else Answer.NO, entry, _ONE_WAY, inbound, outbound),)
    return (_said(Answer.NO, entry, _OLD_PYTHON if entry == "PythonOld" else _INCOMPATIBLE, inbound, outbound),)


def _out_of_its_own(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """Code under one of the FSF's licences in a work under another licence."""
    if inbound.base in LGPL:
        if use is Use.LINK:
            return (_said(Answer.CONDITIONS, _entry(inbound), _LIBRARY, inbound, outbound, _LIST),)
        return (_said(Answer.NO, _entry(inbound), _LIBRARY_COPYLEFT, inbound, outbound, _LIST),)
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
        return _said(Answer.CONDITIONS, _entry(inbound), _LIBRARY, inbound, outbound)
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


def _entry(license_: License) -> str:
    """The entry of the FSF's list about a version of the LGPL."""
    return "LGPLv2.1" if license_.base in _OLD_LGPL else "LGPLv3"


def _versions(license_: License) -> frozenset[int]:
    """The versions of the GPL's family from 1 to 4 that an id allows; 4 stands for those to come."""
    first = int(license_.base.rpartition("-")[2].partition(".")[0])
    return frozenset(range(first, 5) if license_.later else (first,))


def _said(
    answer: Answer, entry: str, reason: Message, inbound: License, outbound: License, where: str = _LIST
) -> Statement:
    return Statement("fsf", answer, entry, filled(reason, inbound, outbound), f"#{entry}", where + entry)

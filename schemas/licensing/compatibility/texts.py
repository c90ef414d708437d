"""What the texts of licences say of other licences, clause by clause; and what Creative Commons declared about its own.

Read from the texts of the SPDX list. The first rule that holds for a pair counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...finding import message
from ..families import Family, line, version
from .answers import Answer, Statement, Use
from .ids import AGPL, EUPL, FREE_OF_DUTIES, GPL, LGPL, PLAIN, License
from .rules import ANY, Rule, filled, first

_YES, _IF, _NO = Answer.YES, Answer.CONDITIONS, Answer.NO
_GNU = GPL | LGPL | AGPL
_ADVERTISING = frozenset(("BSD-4-Clause", "Apache-1.0", "Apache-1.1", "OpenSSL"))


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


_CC_BY = _set("CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0")
LATER_SHARE_ALIKE: Mapping[str, tuple[str, ...]] = {
    "CC-BY-SA-2.0": ("CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0"),
    "CC-BY-SA-2.5": ("CC-BY-SA-3.0", "CC-BY-SA-4.0"),
    "CC-BY-SA-3.0": ("CC-BY-SA-4.0",),
}
"""What is made of a work may go under these (§4(b); version 1.0 does not say so)."""

_NAMED = message("{inbound} names {outbound}: who keeps to {outbound} keeps to {inbound} as well.")
_COMBINED = message(
    "Where the code is combined with code under {outbound} and both cannot be kept to, it may be passed on under "
    "{outbound}. Who holds all rights in that other code cannot use this."
)
_CECILL = message(
    "Where the code is combined with code under {outbound}, the text lets the whole be passed on under {outbound}; it is no "
    "way to give the code alone another licence."
)
_ATTRIBUTION = message(
    "What is made of it may have other terms that do not prevent anybody from naming the source as {inbound} asks."
)
_SHARE_ALIKE = message("What is made of it stays under {inbound} when it is passed on.")
_SHARED_LATER = message("What is made of it may be passed on under a later version of the same licence.")
_FONT = message(
    "The fonts may lie in any work, as files of their own that stay under {inbound} with its notice; they are "
    "not sold by themselves."
)
_FILES = message(
    "Files under {inbound} stay under it, with their source code; the rest of a larger work may have other "
    "terms, if the two are kept apart."
)
_SECONDARY = message(
    "{outbound} is a secondary licence: code under {inbound} may be combined with it and passed on under both, "
    "unless it is marked as incompatible with secondary licences."
)
_AGAIN_BY_TEXT = message("{inbound} allows every version that {outbound} names.")
_CECILL_NAMES = (GPL - {"GPL-1.0"}) | AGPL | (EUPL - {"EUPL-1.0"})  # §1: the GPL from 2, the EUPL from 1.1
_MULAN = message("It may be passed on in any work with the text of the licence and its notices.")

RULES = (
    Rule(
        *("no-duties", FREE_OF_DUTIES, ANY, _YES, _YES),
        message("{inbound} asks nothing of who passes the work on. Patents and trade marks may be another matter."),
    ),
    Rule(
        *("notices-in-a-work-without-duties", PLAIN | _set("Apache-2.0"), FREE_OF_DUTIES, _IF, _IF),
        message(
            "{inbound} asks that its notices are kept, {outbound} asks nothing: this code keeps its notices, and the "
            "work cannot be passed on without them."
        ),
    ),
    # CeCILL
    Rule("compatible", _set("CECILL-2.1"), _CECILL_NAMES, _IF, _IF, _CECILL, "CECILL-2.1 §5.3.4"),
    Rule("compatible", _set("CECILL-2.0"), GPL - {"GPL-1.0"}, _IF, _IF, _CECILL, "CECILL-2.0 §5.3.4"),
    Rule("later-version", _set("CECILL-2.0"), _set("CECILL-2.1"), _YES, _YES, _SHARED_LATER, "CECILL-2.0 §12.3"),
    Rule(
        *("whole-under-the-other", (GPL - {"GPL-1.0"}) | AGPL, _set("CECILL-2.1"), _NO, _NO),
        message("{outbound} allows such code, but then the whole is passed on under {inbound}, not under {outbound}."),
        "CECILL-2.1 §5.3.4",
    ),
    Rule(
        *("whole-under-the-other", GPL - {"GPL-1.0"}, _set("CECILL-2.0"), _NO, _NO),
        message("{outbound} allows such code, but then the whole is passed on under {inbound}, not under {outbound}."),
        "CECILL-2.0 §5.3.4",
    ),
    Rule(
        *("copyleft", _set("CECILL-2.0", "CECILL-2.1"), ANY, _NO, None),
        message("What is changed or integrated into the code stays under {inbound}."),
        "CECILL §5.3.2",
    ),
    Rule(
        *("internal-module", _set("CECILL-2.0", "CECILL-2.1"), ANY, None, _NO),
        message(
            "What runs in the same address space as the code is an internal module and goes under {inbound}; what runs "
            "apart and calls it may have other terms."
        ),
        "CECILL §1, §5.3.2",
    ),
    Rule(
        *("cecill", _set("CECILL-B"), _set("CECILL-2.0", "CECILL-2.1", "CECILL-C"), _YES, _YES),
        message(
            "It may be passed on under other terms, and the text names {outbound}: its demands for credits then do not apply."
        ),
        "CECILL-B §5.3.2, §5.3.5",
    ),
    Rule(
        *(
            "credits",
            _set("CECILL-B"),
            _set("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0") | EUPL,
            _IF,
            _IF,
        ),
        message(
            "Other terms are allowed if the work credits the software in its documentation, its interface and on its web site."
        ),
        "CECILL-B §5.3.2, §5.3.4",
    ),
    Rule(
        *("cecill", _set("CECILL-C"), _set("CECILL-2.0", "CECILL-2.1"), _IF, _IF),
        message(
            "The text is made to be combined with the CeCILL licence; changes to the code itself stay under {inbound}."
        ),
        "CECILL-C §5.3.2, §5.3.4",
    ),
    Rule(
        *("modified", _set("CECILL-C"), ANY, _NO, None),
        message("What is changed or integrated into the code stays under {inbound}."),
        "CECILL-C §5.3.2",
    ),
    Rule(
        *("derivative", _set("CECILL-C"), ANY, None, _IF),
        message(
            "A work that uses the code by its interfaces may have other terms with a notice of the rights in the code."
        ),
        "CECILL-C §5.3.3, §6.4",
    ),
    # Québec
    Rule(
        "compatible",
        _set("LiLiQ-R-1.1"),
        GPL
        | LGPL
        | _set("CDDL-1.0", "CPL-1.0", "CECILL-2.1", "CECILL-C", "EPL-1.0", "EUPL-1.1", "LiLiQ-Rplus-1.1", "MPL-2.0"),
        _IF,
        _IF,
        _COMBINED,
        "LiLiQ-R-1.1 §4.2",
    ),
    Rule(
        "compatible",
        _set("LiLiQ-Rplus-1.1"),
        GPL | _set("CPL-1.0", "CECILL-2.1", "EPL-1.0", "EUPL-1.1"),
        _IF,
        _IF,
        _COMBINED,
        "LiLiQ-Rplus-1.1 §4.2",
    ),
    Rule(
        *("comparable", _set("LiLiQ-R-1.1", "LiLiQ-Rplus-1.1"), AGPL | _set("EUPL-1.2"), _IF, _IF),
        message(
            "{outbound} is not named, but the list is of examples: it allows approved licences that ask for as "
            "much. Whether {outbound} does, is for the reader to judge; then the same holds as for those named."
        ),
        "LiLiQ §4.2",
    ),
    # Data of governments
    Rule("named", _set("OGL-UK-3.0", "OGL-UK-2.0"), _set("CC-BY-4.0", "ODC-By-1.0"), _YES, _YES, _NAMED, "OGL-UK"),
    Rule(
        *("named-without-version", _set("OGL-UK-1.0"), _CC_BY | _set("ODC-By-1.0"), _IF, _IF),
        message(
            "It was aligned with the attribution licences of Creative Commons and Open Data Commons; no version is named."
        ),
        "OGL-UK-1.0",
    ),
    Rule(
        "named",
        _set("etalab-2.0"),
        _set("OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "ODC-By-1.0") | _CC_BY,
        _YES,
        _YES,
        message(
            "{inbound} was made to be compatible with every free licence that asks for the source to be named; of those of "
            "the kind of {outbound} it says so, without naming versions."
        ),
        "etalab-2.0",
    ),
    Rule("named", _set("OGDL-Taiwan-1.0"), _set("CC-BY-4.0"), _YES, _YES, _NAMED, "OGDL-Taiwan-1.0 §4.2"),
    Rule(
        *("named", _set("NLOD-2.0"), _set("OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "CC-BY-4.0"), _YES, _YES),
        message("What combines it with something under {outbound} may be passed on under {outbound}, which it names."),
        "NLOD-2.0 §9",
    ),
    Rule(
        *("named-in-part", _set("NLOD-2.0"), _set("CC-BY-3.0", "CC-BY-2.5", "CC-BY-2.0", "ODC-By-1.0"), _IF, _IF),
        message("It names {outbound} for databases only, or for what is no database."),
        "NLOD-2.0 §9",
    ),
    Rule(
        *("zero", _set("DL-DE-ZERO-2.0"), ANY, _YES, _YES),
        message("{inbound} allows every use without conditions."),
        "DL-DE-ZERO-2.0",
    ),
    # Creative Commons and other licences for content
    *(
        Rule("later-version", _set(one), _set(*later), _YES, _IF, _SHARED_LATER, f"{one} §4(b)")
        for one, later in LATER_SHARE_ALIKE.items()
    ),
    # Fonts
    Rule("fonts", _set("OFL-1.1", "OFL-1.0"), ANY, _IF, _IF, _FONT, "OFL-1.1 §2, §5"),
    # Copyleft for files
    Rule(
        *("no-secondary-license", _set("MPL-2.0-no-copyleft-exception"), _GNU, _NO, _NO),
        message("The code is marked as incompatible with secondary licences, of which {outbound} is one."),
        "MPL-2.0 §3.3, exhibit B",
    ),
    Rule(
        *("secondary-license", _set("MPL-2.0"), GPL - {"GPL-1.0"} | _set("LGPL-2.1", "LGPL-3.0") | AGPL, _YES, _YES),
        *(_SECONDARY, "MPL-2.0 §1.12, §3.3"),
    ),
    Rule("larger-work", _set("MPL-2.0", "MPL-2.0-no-copyleft-exception"), ANY, _IF, _IF, _FILES, "MPL-2.0 §3.2, §3.3"),
    Rule("later-version", _set("MPL-1.1"), _set("MPL-2.0"), _YES, _YES, _SHARED_LATER, "MPL-1.1 §6.2"),
    Rule("later-version", _set("EPL-1.0"), _set("EPL-2.0"), _YES, _YES, _SHARED_LATER, "EPL-1.0 §7"),
    Rule(
        *("secondary-license", _set("EPL-2.0"), _set("GPL-2.0-or-later", "GPL-3.0", "GPL-2.0"), _IF, _IF),
        message(
            "Code under {inbound} may be passed on under {outbound} when it is combined with it in files of its "
            "own, but only if its first author named the GPL as a secondary licence (exhibit A)."
        ),
        "EPL-2.0 §1, §3.2",
    ),
    Rule(
        *("larger-work", _set("EPL-1.0", "EPL-2.0", "CDDL-1.0", "CDDL-1.1", "MPL-1.1"), ANY, None, _IF, _FILES),
    ),
    # Permissive, with more to do than keeping the notices
    Rule(
        *("advertising", _ADVERTISING, PLAIN | _set("Apache-2.0", "MPL-2.0", "MPL-1.1") | EUPL, _IF, _IF),
        message(
            "{inbound} asks that its authors are named in advertisements or in the documentation; this code keeps that demand "
            "in whatever work it is."
        ),
    ),
    Rule(
        "notices",
        _set("MulanPSL-2.0"),
        _set("MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause"),
        _YES,
        _YES,
        _MULAN,
        "MulanPSL-2.0 §4",
    ),
    Rule(
        *("changes-marked", _set("NIST-Software"), ANY, _IF, _IF),
        message("The notice stays, changes are marked with their date, and NIST is named as the source."),
        "NIST-Software",
    ),
)
_ATTRIBUTION_PLACES = {
    "CC-BY-4.0": "CC-BY-4.0 §3(a)(4)",
    "CC-BY-3.0": "CC-BY-3.0 §4",
    "DL-DE-BY-2.0": "DL-DE-BY-2.0 (2)",
    "OGDL-Taiwan-1.0": "OGDL-Taiwan-1.0 §3",
}
_ATTRIBUTION_IDS = _set(
    *("CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "ODC-By-1.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0"),
    *("DL-DE-BY-2.0", "OGDL-Taiwan-1.0", "etalab-2.0", "NLOD-1.0", "NLOD-2.0", "OGL-Canada-2.0", "CDLA-Permissive-2.0"),
)
_SHARE_ALIKE_IDS = _set(
    *(
        "CC-BY-SA-2.0",
        "CC-BY-SA-2.5",
        "CC-BY-SA-3.0",
        "CC-BY-SA-4.0",
        "ODbL-1.0",
        "CDLA-Sharing-1.0",
        "LAL-1.3",
        "GFDL-1.2",
        "GFDL-1.3",
    )
)
FOR_CONTENT = _ATTRIBUTION_IDS | _SHARE_ALIKE_IDS
"""Licences for texts, images and data that are read by their kind: attribution, or share-alike."""
_CC_PAGE = "https://creativecommons.org/compatiblelicenses"
CC_RULES = (
    Rule(
        *("by-sa-to-gpl", _set("CC-BY-SA-4.0"), _set("GPL-3.0-only"), _YES, _YES),
        message(
            "Creative Commons declared {outbound} compatible, in this direction alone: what is made of the work "
            "may go under it."
        ),
        *("CC-BY-SA-4.0 §3(b)", _CC_PAGE),
    ),
    Rule(
        *("by-sa-to-gpl", _set("CC-BY-SA-4.0"), _set("GPL-3.0-or-later"), _IF, _IF),
        message(
            "Creative Commons declared version 3 of the GPL compatible, in this direction alone; whether a later "
            "version is, Creative Commons will say when there is one."
        ),
        *("CC-BY-SA-4.0 §3(b)", _CC_PAGE),
    ),
    Rule(
        *("free-art", _set("CC-BY-SA-4.0"), _set("LAL-1.3"), _YES, _YES),
        message("Creative Commons declared {outbound} compatible."),
        *("CC-BY-SA-4.0 §3(b)", _CC_PAGE),
    ),
    Rule(
        *("free-art", _set("LAL-1.3"), _set("CC-BY-SA-4.0"), _YES, _YES),
        message("Creative Commons and the Free Art licence declared each other compatible."),
        *("CC-BY-SA-4.0 §3(b)", _CC_PAGE),
    ),
)


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the texts say; nothing where they are silent on this pair."""
    if inbound.exception or outbound.exception:
        return ()
    if _every_version(inbound, outbound):
        reason = filled(_AGAIN_BY_TEXT, inbound, outbound)
        address = f"https://spdx.org/licenses/{inbound.bare}.html"
        return (Statement("license-texts", _YES, "every-version", reason, inbound.bare, address),)
    if inbound.base == outbound.base:
        return ()
    found = first("license-texts", RULES, inbound, outbound, use)
    return found or first("license-texts", _of_content(inbound, outbound), inbound, outbound, use)


def _every_version(inbound: License, outbound: License) -> bool:
    """Whether each version that the work promises is one that the code allows; of the GPL's family the FSF says it."""
    return (
        inbound != outbound
        and inbound.later
        and inbound.base not in _GNU
        and line(inbound.base) == line(outbound.base)
        and outbound.variant in ("", inbound.variant)
        and inbound.variant != "invariants"
        and version(outbound.base) >= version(inbound.base)
    ) or (outbound.variant == "" and inbound.variant == "no-invariants" and _same_versions(inbound, outbound))


def _same_versions(inbound: License, outbound: License) -> bool:
    return inbound.base == outbound.base and (inbound.later or not outbound.later)


def of_creative_commons(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What Creative Commons declared compatible with its share-alike licences."""
    return first("creative-commons", CC_RULES, inbound, outbound, use)


def _of_content(inbound: License, outbound: License) -> Iterable[Rule]:
    """Attribution and share-alike, for works of the same kind."""
    if not outbound.for_content or outbound.family is Family.NON_FREE:
        return
    ids, place = frozenset((inbound.base,)), _ATTRIBUTION_PLACES.get(inbound.base, inbound.base)
    if inbound.base in _ATTRIBUTION_IDS:
        yield Rule("attribution", ids, ANY, _IF, _IF, _ATTRIBUTION, place)
    elif inbound.base in _SHARE_ALIKE_IDS:
        yield Rule("share-alike", ids, ANY, _NO, _NO, _SHARE_ALIKE, place)

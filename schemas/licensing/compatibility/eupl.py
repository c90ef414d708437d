"""The EUPL's own rules: article 5 (copyleft and compatibility clauses), article 1 and the appendix, of versions 1.0 to 1.2."""

from __future__ import annotations

from ...finding import message
from .answers import Answer, Statement, Use
from .ids import EUPL, License
from .rules import ANY, Rule, first

# The appendix names versions (“GPL v. 2, v. 3”), so that none which promises later ones is listed.
_OLD_LIST = frozenset(("GPL-2.0-only", "OSL-2.1", "OSL-3.0", "CPL-1.0", "EPL-1.0", "CECILL-2.0"))
_LIST = frozenset(
    (
        *("GPL-2.0-only", "GPL-3.0-only", "AGPL-3.0-only", "OSL-2.1", "OSL-3.0", "EPL-1.0", "CECILL-2.0", "CECILL-2.1"),
        *("MPL-2.0", "LGPL-2.1-only", "LGPL-3.0-only", "LiLiQ-R-1.1", "LiLiQ-Rplus-1.1"),
    )
)
_LATER_OF_LISTED = frozenset(("GPL-2.0", "GPL-3.0", "AGPL-3.0", "LGPL-2.1", "LGPL-3.0"))
_ONE_VERSION = message(
    "The appendix lists single versions; {outbound} promises later ones, too, of which none is listed. (The Commission may "
    "extend the list.)"
)
_LISTED = message(
    "A work that combines code under {inbound} with code under {outbound} may be passed on under {outbound}: the "
    "appendix lists it as a compatible licence. The clause is for such combinations only, not for giving the "
    "code another licence."
)
_LATER = message(
    "Article 5 lets a work be passed on under a later version, unless it was licensed for that version alone."
)
_BINDING = message(
    "A new version of the licence becomes binding for whoever learns of its publication; the Commission reads this so that "
    "works under {inbound} may be passed on under the next version. Ask the owner of the rights where it matters."
)
_LINKING = message(
    "The EUPL leaves it to copyright law whether a work that uses it as a library is derived from it. The "
    "Commission reads European law (Directive 2009/24/EC) so that linking alone does not; the library itself "
    "stays under the EUPL."
)
_LINKING_PAGE = "https://joinup.ec.europa.eu/collection/eupl/how-use-eupl"

RULES = (
    Rule(
        *("later-version", frozenset(("EUPL-1.1",)), frozenset(("EUPL-1.2",)), Answer.YES, Answer.YES, _LATER),
        place="EUPL-1.1 §5",
    ),
    Rule(
        *("new-version", frozenset(("EUPL-1.0",)), frozenset(("EUPL-1.1", "EUPL-1.2"))),
        *(Answer.CONDITIONS, Answer.CONDITIONS, _BINDING),
        place="EUPL-1.0 §13",
    ),
    Rule(
        *("eupl-listed", frozenset(("EUPL-1.2",)), frozenset(("EUPL-1.1",)), Answer.CONDITIONS, None, _LISTED),
        place="EUPL-1.2 §5, appendix",
    ),
    Rule(
        *("listed", frozenset(("EUPL-1.2",)), _LIST, Answer.CONDITIONS, None, _LISTED),
        place="EUPL-1.2 §5, appendix",
    ),
    Rule(
        *("listed", frozenset(("EUPL-1.1",)), _OLD_LIST, Answer.CONDITIONS, None, _LISTED),
        place="EUPL-1.1 §5, appendix",
    ),
    Rule(
        *("listed", frozenset(("EUPL-1.0",)), _OLD_LIST, Answer.CONDITIONS, None, _LISTED),
        place="EUPL-1.0 §5, appendix",
    ),
    Rule(
        *("listed-in-one-version", frozenset(("EUPL-1.2",)), _LATER_OF_LISTED, Answer.NO, None, _ONE_VERSION),
        place="EUPL-1.2 appendix",
    ),
    Rule(
        *("listed-in-one-version", frozenset(("EUPL-1.0", "EUPL-1.1")), frozenset(("GPL-2.0",)), Answer.NO, None),
        _ONE_VERSION,
        place="EUPL appendix",
    ),
    Rule(
        "listed-for-content",
        frozenset(("EUPL-1.2",)),
        frozenset(("CC-BY-SA-3.0",)),
        Answer.CONDITIONS,
        None,
        message(
            "The appendix lists {outbound} for works other than software, for combinations with something under that licence."
        ),
        place="EUPL-1.2 §5, appendix",
    ),
    Rule(
        "listed-in-an-older-version",
        frozenset(("EUPL-1.2",)),
        frozenset(("CC-BY-SA-4.0", "EPL-2.0")),
        Answer.UNKNOWN,
        None,
        message(
            "The appendix lists an older version of {outbound}. The Commission may extend the list to later versions."
        ),
        place="EUPL-1.2 appendix",
    ),
    Rule(
        "copyleft",
        EUPL,
        ANY,
        Answer.NO,
        None,
        message(
            "Copies and derived works stay under the EUPL when they are passed on, and the appendix does not list {outbound}."
        ),
        place="EUPL §5",
    ),
    Rule(
        *("linking", EUPL, ANY, None, Answer.CONDITIONS, _LINKING),
        place="EUPL §1",
        address=_LINKING_PAGE,
    ),
)


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the EUPL says of code that is under it; of other code in a work under the EUPL it says nothing."""
    if inbound.base == outbound.base:
        return ()
    return first("eupl", RULES, inbound, outbound, use)

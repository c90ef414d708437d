"""What an audit's pages and reports call things, in the language of the request."""

from __future__ import annotations

from ...registry.audit.lines import NOT_COMPARED, SEVERAL_FAMILIES
from ...schemas.licensing.found import Means, Remark
from ...schemas.licensing.found_texts import MEANS, REMARKS
from ...schemas.licensing.policy import RULES
from ...schemas.licensing.verdict import Code
from ...schemas.licensing.verdict_texts import CODES
from ..presenting import say
from ..translation import gettext
from .license_words import family_title


def code_words(code: str) -> dict[str, str]:
    """A verdict's code with its title, what it means and how to repair what it tells."""
    if code == NOT_COMPARED:
        title = gettext("Not compared yet")
        return {
            "code": code,
            "title": title,
            "meaning": gettext(
                "The licence files were not compared: not yet, or another catalogue told of the software and nobody read its "
                "repository."
            ),
            "repair": "",
        }
    if code not in _KNOWN:  # of an older program
        return {"code": code, "title": code, "meaning": "", "repair": ""}
    told = CODES[Code(code)]
    return {"code": code, "title": say(told.title), "meaning": say(told.meaning), "repair": say(told.repair)}


_KNOWN = frozenset(str(code) for code in Code)


def rule_words(rule: str) -> str:
    """A rule of the policy."""
    return say(RULES[rule]) if rule in RULES else rule


def level_words(level: str) -> str:
    """How much a rule's statement weighs."""
    return {"error": gettext("Error"), "warning": gettext("Warning"), "note": gettext("Note")}.get(level, level)


def family_words(family: str) -> str:
    """A family of licences, or that a licence is of several."""
    return gettext("of several families") if family == SEVERAL_FAMILIES else family_title(family)


def means_words(means: str) -> str:
    """How a licence was recognised in a file."""
    return say(MEANS[Means(means)]) if means in set(Means) else means


def remark_words(remark: str) -> str:
    """What else is to be said of a file."""
    return say(REMARKS[Remark(remark)]) if remark in set(Remark) else remark


def method_words(name: str) -> str:
    """What entries are judged by."""
    return {
        "policy": gettext("Policy"),
        "policy_content": gettext("Content of the policy"),
        "license_list": gettext("SPDX licence list"),
        "texts": gettext("Licence texts"),
        "program": gettext("Program"),
    }[name]

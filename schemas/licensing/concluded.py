"""A verdict with an auditor's conclusion: what was concluded takes the place of what the texts say, and is told as such.

The declaration is compared with the conclusion as two expressions. What lies in the files stays as evidence; the codes and their
sentences say nothing of it, but for what the host detected, which is compared with the files as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..finding import Message, message
from .expression import Term, Tree, parse_expression, terms
from .families import base, grant, kin, line
from .found import NOASSERTION
from .reading import read_expression
from .verdict import Code, LicenseVerdict, of_declaration, of_kinds
from .verdict_texts import CODES, CodeText, Explanation

_CORRECT = message(
    "The owner of the rights decides which licence is meant: correct legal.license. "
    "A conclusion that does not hold can be withdrawn."
)
_TITLE = message("An auditor concluded another licence")

CONCLUDED: Mapping[Code, CodeText] = {
    Code.AGREE: CodeText(
        message("Declaration and conclusion agree"),
        message("An auditor concluded the licence that publiccode.yml declares."),
        Message(""),
    ),
    Code.MISMATCH: CodeText(
        _TITLE, message("An auditor concluded another licence than the one that publiccode.yml declares."), _CORRECT
    ),
    Code.VERSION_DIFFERS: CodeText(
        message("An auditor concluded another version"),
        message("An auditor concluded another version of the licence that publiccode.yml declares."),
        _CORRECT,
    ),
    Code.VARIANT_DIFFERS: CodeText(
        message("An auditor concluded a variant"),
        message(
            "What an auditor concluded differs from the declaration in how it applies: later versions, an exception, a clause, "
            "or how several licences are joined."
        ),
        _CORRECT,
    ),
    Code.UNKNOWN: CodeText(
        message("The conclusion cannot be compared"),
        message(
            "An auditor concluded that nobody can know the licence, or the concluded or the declared one has no SPDX identifier."
        ),
        message("The owner of the rights can say which licence applies, in publiccode.yml and in the licence file."),
    ),
}
"""The codes that compare the declaration with a conclusion, for people; the others are as in `CODES`."""


def code_text(code: Code, concluded: bool) -> CodeText:
    """A code for people; `concluded`: its verdict is one with an auditor's conclusion."""
    return CONCLUDED.get(code, CODES[code]) if concluded else CODES[code]


def settled(verdict: LicenseVerdict, conclusion: str) -> LicenseVerdict:
    """The verdict of the files with an auditor's conclusion, an SPDX expression or NOASSERTION, in the place of what they say."""
    reading = read_expression(verdict.declared) if verdict.declared.strip() else None
    given = None if conclusion == NOASSERTION else parse_expression(read_expression(conclusion).normalized).tree
    codes: list[Code] = []
    declared: list[Tree] = []
    if reading is None:
        codes.append(Code.NOT_DECLARED)
    elif reading.expression is None:  # what was meant is not known; where it may be this, nothing else is to be said
        meant = [parse_expression(text).tree for text in reading.suggestions]
        codes += [Code.AGREE] if given and any(_form(tree) == _form(given) for tree in meant) else []
    else:
        declared = [parse_expression(reading.normalized).tree]
        codes.append(Code.UNKNOWN if given is None else compared(declared[0], given))
    codes += of_declaration(reading)
    codes += of_kinds(declared, [given] if given else [])
    if given is None:  # who cannot know the licence has not said that the added words take nothing away
        codes += [code for code in verdict.codes if code is Code.RESTRICTION_ADDED]
    codes += [code for code in verdict.codes if code is Code.HOST_DIFFERS]
    return replace(verdict, codes=tuple(dict.fromkeys(codes)), concluded=conclusion)


def compared(declared: Tree, concluded: Tree) -> Code:
    """How far a declaration is from what was concluded."""
    if _form(declared) == _form(concluded):
        return Code.AGREE
    wanted, given = terms(declared), terms(concluded)
    rest = [grant(one.license) for one in wanted if one not in given]
    others = [grant(one.license) for one in given if one not in wanted]
    pairs = [(one, other) for one in rest for other in others]
    if any(line(one) == line(other) and one != other for one, other in pairs):
        return Code.VERSION_DIFFERS
    if any(kin(one, other) for one, other in pairs) or set(wanted) & set(given):
        return Code.VARIANT_DIFFERS
    if any("LicenseRef-" in term.license for term in (*wanted, *given)):  # its text is not known, so it may be this one
        return Code.UNKNOWN
    return Code.MISMATCH


def _form(tree: Tree) -> object:
    """The same for expressions that say the same: order and repetition of what AND or OR joins do not count."""
    if isinstance(tree, Term):
        return (tree.license.removesuffix("+"), tree.later, tree.exception)
    parts: set[object] = set()
    for part in tree.parts:
        inside = _form(part)
        if isinstance(inside, tuple) and inside[0] == tree.operator and isinstance(inside[1], frozenset):
            parts |= inside[1]
        else:
            parts.add(inside)
    return (tree.operator, frozenset(parts)) if len(parts) > 1 else parts.pop()


def explained_conclusion(verdict: LicenseVerdict) -> tuple[Explanation, ...]:
    """Each code of a verdict that `settled` gave, with what stands where."""
    return tuple(
        Explanation(code, _told(code, verdict), code_text(code, concluded=True).repair) for code in verdict.codes
    )


def _told(code: Code, verdict: LicenseVerdict) -> Message:
    declared = verdict.normalized or " ".join(verdict.declared.split())[:100]
    match code:
        case Code.AGREE:
            return _agreed(verdict)
        case Code.MISMATCH | Code.VERSION_DIFFERS | Code.VARIANT_DIFFERS:
            return _beside(verdict, declared)
        case Code.UNKNOWN if verdict.concluded == NOASSERTION:
            return message(
                "An auditor concluded that nobody can know the licence; declared is {declared}.", declared=declared
            )
        case Code.UNKNOWN:
            return message(
                "An auditor concluded {concluded}; declared is {declared}. What has no SPDX identifier cannot be compared.",
                concluded=verdict.concluded,
                declared=declared,
            )
        case Code.NOT_DECLARED if verdict.concluded == NOASSERTION:
            return message(
                "publiccode.yml has no legal.license, and an auditor concluded that nobody can know the licence."
            )
        case Code.NOT_DECLARED:
            return message(
                "An auditor concluded {concluded}; publiccode.yml has no legal.license.", concluded=verdict.concluded
            )
        case Code.NOT_SPDX if code is verdict.codes[0] and verdict.concluded != NOASSERTION:
            return _beside(verdict, declared)
        case Code.NOT_SPDX:
            return message("“{declared}” is no SPDX licence expression.", declared=declared)
        case Code.DEPRECATED_ID:
            return message(
                "“{declared}” is read as {normalized}.", declared=verdict.declared.strip()[:100], normalized=declared
            )
        case Code.HOST_DIFFERS:
            return message(
                "The host shows {host}; the licence files say {concluded}.",
                host=verdict.host,
                concluded=_files(verdict),
            )
    return CODES[code].meaning


def _agreed(verdict: LicenseVerdict) -> Message:
    """As declared; where the files hold something else, that too: the conclusion settles it, and hides nothing."""
    found = dict.fromkeys(base(file.identification.concluded) for file in verdict.found)
    others = [text for text in found if text not in (NOASSERTION, base(verdict.concluded))]
    if not others:
        return message("An auditor concluded {license}, as it is declared.", license=verdict.concluded)
    return message(
        "An auditor concluded {license}, as it is declared; the licence files say {files}.",
        license=verdict.concluded,
        files=", ".join(others),
    )


def _beside(verdict: LicenseVerdict, declared: str) -> Message:
    return message(
        "An auditor concluded {concluded}; declared is {declared}.", concluded=verdict.concluded, declared=declared
    )


def _files(verdict: LicenseVerdict) -> str:
    said = [file.identification.concluded for file in verdict.found]
    return ", ".join(dict.fromkeys(text for text in said if text != NOASSERTION))

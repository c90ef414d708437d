"""Licence expressions as people write them: what is right for SPDX, what it means today, and what else may be meant.

`expression.py` says what an expression is, as strictly as the reference validator. Here operators may be in any case and
deprecated ids are replaced, each with a finding. What is no expression is never replaced: suggestions say what it may mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..finding import Message, message
from ..structure import shown
from .expression import LONGEST, Expression, ExpressionError, Term, parse_expression, terms
from .guesses import guesses
from .remarks import remark
from .slips import meant
from .successors import canonical, is_deprecated, renewed, successors

_OPERATOR = re.compile(r"(?:(?<=[ \t\r\n)])|\A)(?:and|or|with)(?=[ \t\r\n(]|\Z)", re.IGNORECASE)
_NOTHING = Message("")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says as a licence expression.

    `expression` is None where it is none; `problem` then is that of ExpressionError, else empty. `normalized` is the
    expression with today's ids (`-only` where an old id leaves that open), in capitals, with only the brackets that are needed;
    no choice is simplified away. `deprecated` holds the ids as they were written. `suggestions`: what the text may mean
    where it is no expression, or all that an old id leaves open; empty where nobody can tell. `help` is the next step.
    """

    text: str
    expression: Expression | None
    normalized: str = ""
    problem: str = ""
    deprecated: tuple[str, ...] = ()
    findings: tuple[Message, ...] = ()
    suggestions: tuple[str, ...] = ()
    help: Message = _NOTHING

    @property
    def valid(self) -> bool:
        """It is a licence expression."""
        return self.expression is not None


def read_expression(text: str) -> Reading:
    """What `text` says. Takes any text; time and memory are bounded, whatever its length."""
    try:
        written = parse_in_any_case(text)
    except ExpressionError as error:
        return _refused(text, error)
    normalized = canonical(written.tree)
    operators = dict.fromkeys(word for word in _OPERATOR.findall(text) if not word.isupper())
    findings = [
        message("the operator {word} is written {capital}; many tools refuse it otherwise", word=w, capital=w.upper())
        for w in operators
    ]
    findings += dict.fromkeys(said for term in terms(written.tree) for said in _about(term))
    choices = [canonical(parse_expression(text).tree) for text in renewed(written)] if written.deprecated else []
    try:
        expression = parse_expression(normalized)
    except ExpressionError:  # today's ids are longer, and brackets were added: too long now
        return Reading(text, written, written.text, "", written.deprecated, tuple(findings))
    return Reading(
        text,
        expression,
        expression.text,
        deprecated=written.deprecated,
        findings=tuple(findings),
        suggestions=tuple(choices) if len(choices) > 1 else (),
    )


def parse_in_any_case(text: str) -> Expression:
    """What `text` says, its operators in any case; quicker than `read_expression`, because it looks for no suggestions.

    Raises:
        ExpressionError: it is no expression.

    """
    return parse_expression(_OPERATOR.sub(lambda match: match[0].upper(), text) if len(text) <= LONGEST else text)


def what_is_wrong(text: str, error: ExpressionError) -> Message:
    """Why `text` is no expression, in a sentence."""
    license_, word = shown(text), shown(error.word)
    match error.problem:
        case "empty":
            return message("there is no licence expression")
        case "unknown-license" if error.word == text.strip():
            return message("{license} is no SPDX licence identifier", license=license_)
        case "unknown-license":
            return message("{word} in “{license}” is no SPDX licence identifier", word=word, license=license_)
        case "unknown-exception":
            return message("{word} in “{license}” is no SPDX licence exception", word=word, license=license_)
        case "operator-case":
            return message("“{license}” has the operator {word} in lower case", word=word, license=license_)
        case "too-long" | "too-deep":
            return message("the licence expression is too long or has too many brackets")
    return message("“{license}” is no SPDX licence expression", license=license_)


def _refused(text: str, error: ExpressionError) -> Reading:
    choices = suggested(text)
    findings = [what_is_wrong(text, error)]
    more = remark(text)
    if more:
        findings.append(more)
    return Reading(text, None, "", error.problem, (), tuple(findings), choices, next_step(choices))


def suggested(text: str) -> tuple[str, ...]:
    """What a text that is no expression may mean, certain or not, the likeliest first."""
    return meant(text) or guesses(text)


def next_step(choices: tuple[str, ...]) -> Message:
    """What to do about a text that is no expression and may mean one of `choices`."""
    if len(choices) == 1:
        return message("Did you mean {near}?", near=choices[0])
    if choices:
        return message("Which one do you mean? {choices}", choices=", ".join(choices))
    return message(
        "Look the identifier up at https://spdx.org/licenses, such as EUPL-1.2; join several with AND or OR in capitals."
    )


def _about(term: Term) -> list[Message]:
    """What is to be said of one licence and its exception."""
    found = []
    written = term.license + "+" * term.later
    if is_deprecated(term.license):
        found.append(_about_deprecated(written, successors(term.license, term.later)))
    elif term.later and re.search(r"-(?:only|or-later)\Z", term.license):
        found.append(message("{license} contradicts or repeats itself: -only and -or-later take no +", license=written))
    if term.exception and is_deprecated(term.exception):
        found.append(_about_deprecated(term.exception, ()))
    return found


def _about_deprecated(old: str, new: tuple[str, ...]) -> Message:
    if not new:
        return message(
            "SPDX deprecates {old} and names no successor; see https://spdx.org/licenses/{old}.html", old=old
        )
    if len(new) == 1:
        return message("SPDX deprecates {old}; the same is written {new} today", old=old, new=new[0])
    return message(
        "SPDX deprecates {old}, because it does not say whether later versions are allowed as well; only the owner of the "
        "rights can say which is meant: {choices}. Until then it is read as {new}",
        old=old,
        choices=", ".join(new),
        new=new[0],
    )

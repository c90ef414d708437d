"""SPDX licence expressions: the whole grammar of SPDX 2.3, annex D, with the `AdditionRef-` of SPDX 3.0, annex B.

    simple     = license-id ["+"] | ["DocumentRef-" idstring ":"] "LicenseRef-" idstring
    addition   = exception-id | ["DocumentRef-" idstring ":"] "AdditionRef-" idstring
    with       = simple ["WITH" addition] | "(" or ")"
    and        = with {"AND" with}
    or         = and {"OR" and}

Ids are compared without regard to case (annex D.2). Operators are upper-case only: SPDX 2.3 says so; SPDX 3.0 would also
take all lower-case ones, but the reference validator refuses them, and an expression has to pass everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..vocabularies import exceptions, licenses

LONGEST = 2_000  # characters
DEEPEST = 30  # brackets one inside the other

_TOKEN = re.compile(r"[ \t\r\n]*(?:(?P<bracket>[()])|(?P<word>[^ \t\r\n()]+))")
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?(LicenseRef|AdditionRef)-[A-Za-z0-9.-]+\Z")
_OPERATORS = ("AND", "OR", "WITH")


class ExpressionError(ValueError):
    """The text is no SPDX licence expression.

    `problem` is one of: empty, too-long, too-deep, unknown-license, unknown-exception, unknown-word, operator-case,
    expected-license, expected-exception, expected-operator, expected-close, misplaced-with. `word` is what stands at
    `position` (characters from 0); at the end of the text it is empty.
    """

    def __init__(self, problem: str, position: int, word: str = "") -> None:
        super().__init__(f"{problem} at {position}: {word!r}")
        self.problem, self.position, self.word = problem, position, word


@dataclass(frozen=True, slots=True)
class Term:
    """One licence of an expression: its id without `+`, whether `+` follows, the id of its exception (or empty)."""

    license: str
    later: bool = False
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts of an expression that `AND` or `OR` joins."""

    operator: str
    parts: tuple[Tree, ...]


Tree = Term | Joined


@dataclass(frozen=True, slots=True)
class Expression:
    """A licence expression that was understood.

    `text` is its normal form: ids as the list spells them, single spaces, only the brackets that were written (around
    more than one licence). `licenses` holds the ids in order of appearance, each once, without `+`; `exceptions` likewise.
    `deprecated` names those ids that the list deprecates. `tree` is the same for programs, as it was written.
    """

    text: str
    licenses: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    tree: Tree = field(default=Term(""), compare=False, repr=False)


def parse_expression(text: str) -> Expression:
    """What `text` says. Time and memory grow with its length only, which is bounded.

    Raises:
        ExpressionError: it is no SPDX licence expression.

    """
    if len(text) > LONGEST:
        raise ExpressionError("too-long", LONGEST)
    return _Parser(text).parse()


def terms(tree: Tree) -> tuple[Term, ...]:
    """All licences of an expression, in the order in which they stand there."""
    if isinstance(tree, Joined):
        return tuple(term for part in tree.parts for term in terms(part))
    return (tree,)


def terms_of(text: str) -> tuple[Term, ...]:
    """The licences of an expression; none where it is none (NOASSERTION, an id of a newer list)."""
    try:
        return terms(parse_expression(text).tree)
    except ExpressionError:
        return ()


def ids_of(text: str) -> tuple[str, ...]:
    """The ids of these, each once."""
    return tuple(dict.fromkeys(term.license for term in terms_of(text)))


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [
            (match.start(match.lastgroup or 0), match[match.lastgroup or 0])
            for match in _TOKEN.finditer(text.rstrip(" \t\r\n"))  # else each blank at the end is begun at once more
        ]
        self.end = len(text)
        self.at = 0
        self.licenses: dict[str, None] = {}
        self.exceptions: dict[str, None] = {}
        self.deprecated: dict[str, None] = {}

    def parse(self) -> Expression:
        if not self.tokens:
            raise ExpressionError("empty", 0)
        text, tree = self._chain(("OR", "AND"), 0)
        position, word = self._next()
        if word:
            raise self._no_operator(position, word)
        return Expression(text, tuple(self.licenses), tuple(self.exceptions), tuple(self.deprecated), tree)

    def _next(self) -> tuple[int, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else (self.end, "")

    def _chain(self, operators: tuple[str, ...], depth: int) -> tuple[str, Tree]:
        """A chain of the first operator over chains of the rest: its normal form and its tree."""
        if not operators:
            return self._with(depth)
        texts, trees = zip(*self._links(operators, depth), strict=True)
        tree = trees[0] if len(trees) == 1 else Joined(operators[0], trees)
        return f" {operators[0]} ".join(texts), tree

    def _links(self, operators: tuple[str, ...], depth: int) -> Iterator[tuple[str, Tree]]:
        yield self._chain(operators[1:], depth)
        while self._next()[1] == operators[0]:
            self.at += 1
            yield self._chain(operators[1:], depth)

    def _with(self, depth: int) -> tuple[str, Tree]:
        position, word = self._next()
        self.at += 1
        if word == "(":
            if depth >= DEEPEST:
                raise ExpressionError("too-deep", position, word)
            inner, tree = self._chain(("OR", "AND"), depth + 1)
            self._close()
            if self._next()[1] == "WITH":
                raise ExpressionError("misplaced-with", self._next()[0], "WITH")
            return (f"({inner})" if isinstance(tree, Joined) else inner), tree
        license_, later = self._license(position, word)
        text = license_ + "+" * later
        if self._next()[1] != "WITH":
            return text, Term(license_, later)
        self.at += 1
        position, word = self._next()
        self.at += 1
        exception = self._addition(position, word)
        return f"{text} WITH {exception}", Term(license_, later, exception)

    def _close(self) -> None:
        position, word = self._next()
        if word == ")":
            self.at += 1
        elif word:
            raise self._no_operator(position, word)
        else:
            raise ExpressionError("expected-close", position)

    def _license(self, position: int, word: str) -> tuple[str, bool]:
        if word in ("", ")", *_OPERATORS):
            raise ExpressionError("expected-license", position, word)
        reference = _REFERENCE.match(word)
        if reference:
            if reference[1] == "AdditionRef":
                raise ExpressionError("expected-license", position, word)
            self.licenses[word] = None
            return word, False
        # An id may itself end in + (GPL-2.0+, deprecated): the longest match wins.
        plus = "" if word.lower() in licenses() else "+" * word.endswith("+")
        entry = licenses().get(word.removesuffix(plus).lower())
        if entry is None:
            raise ExpressionError("unknown-license", position, word)
        self._note(entry[0], bool(entry[1].get("deprecated")), self.licenses)
        return entry[0], bool(plus)

    def _addition(self, position: int, word: str) -> str:
        reference = _REFERENCE.match(word)
        if reference and reference[1] == "AdditionRef":
            self.exceptions[word] = None
            return word
        entry = exceptions().get(word.lower())
        if entry is None:
            known = word not in ("", "(", ")", *_OPERATORS)
            raise ExpressionError("unknown-exception" if known else "expected-exception", position, word)
        self._note(entry[0], bool(entry[1].get("deprecated")), self.exceptions)
        return entry[0]

    def _note(self, identifier: str, deprecated: bool, where: dict[str, None]) -> None:
        where[identifier] = None
        if deprecated:
            self.deprecated[identifier] = None

    @staticmethod
    def _no_operator(position: int, word: str) -> ExpressionError:
        return ExpressionError("operator-case" if word.upper() in _OPERATORS else "expected-operator", position, word)

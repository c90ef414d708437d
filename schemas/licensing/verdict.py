"""The verdict about an entry's licence: what is declared, beside what its licence files and its host say.

A verdict is no accusation. It says what stands where; `verdict_texts.py` says it in sentences, with the repair. Where the
files leave a doubt, the milder code is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..vocabularies import licenses
from .evidence import Claim, Evidence, Shown, evidence
from .evidence import FoundFile as FoundFile  # part of this module's interface
from .expression import Joined, Term, Tree, parse_expression, terms
from .families import Family, family, for_content, grant, is_fsf, is_osi, kin, line
from .found import NOASSERTION
from .reading import Reading, read_expression
from .successors import canonical


class Code(StrEnum):
    """What a verdict says. The first code of a verdict compares the declaration with the texts; the rest are further remarks."""

    AGREE = "agree"
    MISMATCH = "mismatch"
    VERSION_DIFFERS = "version-differs"
    VARIANT_DIFFERS = "variant-differs"
    INCOMPLETE_TEXT = "incomplete-text"
    RESTRICTION_ADDED = "restriction-added"
    NO_TEXT = "no-text"
    SEVERAL_TEXTS = "several-texts"
    UNKNOWN = "unknown"
    NOT_DECLARED = "not-declared"
    NOT_SPDX = "not-spdx"
    DEPRECATED_ID = "deprecated-id"
    NOT_OPEN_SOURCE = "not-open-source"
    CONTENT_LICENSE = "content-license"
    HOST_DIFFERS = "host-differs"


NOT_COMPARED = "not-compared"
"""In place of a code: the licence files were not compared yet."""


@dataclass(frozen=True, slots=True)
class LicenseVerdict:
    """What was found about a licence.

    `declared` as it was written; `normalized` with today's ids, empty where it is no SPDX expression. `found`: the licence
    files in the order of their paths; `host`: what the host itself detected. `concluded`: what the texts say, NOASSERTION
    where nothing can be concluded. Where texts and declaration agree it is as exact as the declaration, for a text does not
    tell `-only` from `-or-later`.
    """

    codes: tuple[Code, ...]
    declared: str
    normalized: str
    found: tuple[FoundFile, ...]
    host: str
    concluded: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reading of the declaration beside the evidence: the codes, the first of them the answer, and what the texts say."""

    codes: tuple[Code, ...]
    concluded: str = NOASSERTION


# From the mildest on: of several readings of what was declared the one that fits best counts.
_MILDEST = (
    Code.AGREE,
    Code.NO_TEXT,
    Code.INCOMPLETE_TEXT,
    Code.RESTRICTION_ADDED,
    Code.SEVERAL_TEXTS,
    Code.UNKNOWN,
    Code.VARIANT_DIFFERS,
    Code.VERSION_DIFFERS,
    Code.MISMATCH,
)
DIFFERENCES = frozenset({Code.MISMATCH, Code.VERSION_DIFFERS, Code.VARIANT_DIFFERS})
"""The codes that say: the texts are those of another licence than the declared one."""


def judge(declared: str, files: Sequence[FoundFile], host: str = "") -> LicenseVerdict:
    """The verdict.

    Args:
        declared: `legal.license` as it stands in the file; empty where there is none.
        files: the licence files at the root and in LICENSES/, in any order.
        host: the SPDX id that the host detected by itself; empty or NOASSERTION where it says nothing.

    """
    found = tuple(sorted(files, key=lambda file: file.path))
    shown = evidence(found)
    reading = read_expression(declared) if declared.strip() else None
    compared = _compared(reading, shown)
    codes = [*compared.codes, *of_declaration(reading)]
    trees = [] if reading is None or reading.expression is None else [parse_expression(reading.normalized).tree]
    concluded = [] if compared.concluded == NOASSERTION else [parse_expression(compared.concluded).tree]
    codes += of_kinds(trees, concluded)
    if _host_differs(host, concluded):
        codes.append(Code.HOST_DIFFERS)
    normalized = reading.normalized if reading is not None else ""
    return LicenseVerdict(tuple(dict.fromkeys(codes)), declared, normalized, found, host, compared.concluded)


def _compared(reading: Reading | None, shown: Evidence) -> Comparison:
    alone = _without_declaration(shown)
    if reading is None:
        return Comparison((Code.NOT_DECLARED, *alone.codes), alone.concluded)
    if reading.expression is not None:
        return compare(parse_expression(reading.normalized).tree, shown)
    trees = [parse_expression(text).tree for text in reading.suggestions]
    answers = [compare(tree, shown) for tree in trees]
    best = min(answers, key=lambda answer: _MILDEST.index(answer.codes[0]), default=None)
    one = len({grant(term.license) for tree in trees for term in terms(tree)}) == 1
    if best is None or (
        best.codes[0] in DIFFERENCES and not one
    ):  # what was meant is not known well enough to say that
        return Comparison((Code.NOT_SPDX, *alone.codes), alone.concluded)
    return best


def compare(declared: Tree, shown: Evidence) -> Comparison:
    """The declaration beside what the files show."""
    if shown.empty:
        return Comparison((Code.NO_TEXT,))
    level = _level(declared, lambda term: _shown(term, shown))
    there = [term for term in terms(declared) if _shown(term, shown)]
    if not there:
        return _without(declared, shown)
    matching = [claim for claim in shown.own if any(_same(term, given) for term in there for given in claim.licenses)]
    if shown.own and not matching:
        return Comparison((Code.SEVERAL_TEXTS,))
    concluded = canonical(_kept(declared, there))
    further = (Code.SEVERAL_TEXTS,) if any(_more(claim, declared) for claim in matching) else ()
    if matching and all(claim.restricted for claim in matching):
        return Comparison((Code.RESTRICTION_ADDED, *further))
    match level:
        case Shown.WHOLE:
            return Comparison((Code.AGREE, *further), concluded)
        case Shown.GRANTED:
            return Comparison((Code.AGREE, Code.NO_TEXT, *further), concluded)
        case Shown.NAMED | Shown.TAGGED:
            return Comparison((Code.NO_TEXT, *further), concluded)
    return Comparison(
        (Code.INCOMPLETE_TEXT, *further), concluded
    )  # a text in part, or some of those that apply together


def _without(declared: Tree, shown: Evidence) -> Comparison:
    """The comparison where no file shows anything of what is declared."""
    bases = {grant(term.license) for term in terms(declared)}
    if shown.own:
        return _different(declared, shown.own)
    if shown.unsure or shown.unread or shown.doubtful:
        candidates = {grant(id_) for _, ids in shown.unsure for id_ in ids}
        if candidates & bases and shown.restricted:
            return Comparison((Code.RESTRICTION_ADDED,))
        if len(candidates) > 1:
            return Comparison((Code.SEVERAL_TEXTS,))
        return Comparison((Code.INCOMPLETE_TEXT if candidates & bases else Code.UNKNOWN,))
    texts = {grant(term.license) for claim in shown.folder for term in claim.licenses if not _beside_code(term)}
    if len(texts) > 1:
        return Comparison((Code.SEVERAL_TEXTS,))
    if not texts:
        return Comparison((Code.UNKNOWN,))
    return _different(declared, tuple(claim for claim in shown.folder if not all(map(_beside_code, claim.licenses))))


def _different(declared: Tree, own: Sequence[Claim]) -> Comparison:
    """How far what the files say is from what is declared."""
    wanted, given = terms(declared), [term for claim in own for term in claim.licenses]
    pairs = [(grant(one.license), grant(other.license)) for one in wanted for other in given]
    concluded = _one(own)
    restricted = (Code.RESTRICTION_ADDED,) if all(claim.restricted for claim in own) else ()
    if any(_same(one, other) for one in wanted for claim in own for other in claim.also):
        return Comparison((Code.SEVERAL_TEXTS, *restricted))  # it stands there, for what else only a person can say
    if any(line(one) == line(other) and one != other for one, other in pairs):
        code = Code.VERSION_DIFFERS
    elif any(kin(one, other) for one, other in pairs):  # or the same licence with an exception that is not declared
        code = Code.VARIANT_DIFFERS
    elif any("LicenseRef-" in term.license for term in (*wanted, *given)):
        return Comparison((Code.UNKNOWN, *restricted), concluded)  # its text is not known, so it may be this one
    elif all(claim.shown is Shown.NAMED for claim in own):
        return Comparison((Code.UNKNOWN, *restricted), concluded)  # a name stands there, perhaps of something else
    else:
        code = Code.MISMATCH
    return Comparison((code, *restricted), concluded)


def _without_declaration(shown: Evidence) -> Comparison:
    """What the files say alone."""
    if shown.empty:
        return Comparison((Code.NO_TEXT,))
    claims = shown.own or tuple(claim for claim in shown.folder if not all(map(_beside_code, claim.licenses)))
    if not claims:
        several = any(len(ids) > 1 for _, ids in shown.unsure)
        return Comparison((Code.SEVERAL_TEXTS if several else Code.UNKNOWN,))
    concluded = _one(claims)
    if concluded == NOASSERTION:
        return Comparison((Code.SEVERAL_TEXTS,))
    if all(claim.restricted for claim in claims):
        return Comparison((Code.RESTRICTION_ADDED,))
    best = max(claim.shown for claim in claims)
    codes = {Shown.WHOLE: (), Shown.IN_PART: (Code.INCOMPLETE_TEXT,)}.get(best, (Code.NO_TEXT,))
    return Comparison(codes, concluded)


def _one(claims: Sequence[Claim]) -> str:
    """What all claims say; NOASSERTION where they differ."""
    said = {canonical(parse_expression(claim.expression).tree): None for claim in claims}
    if len({tuple(grant(term.license) for term in claim.licenses) for claim in claims}) == 1:
        return max(said, key=lambda text: ("-or-later" in text, text))  # a notice tells more than a text
    return NOASSERTION


def _shown(term: Term, shown: Evidence) -> Shown:
    """The best that the files show of one licence."""
    claims = (*shown.own, *shown.folder, *shown.named)
    return max(
        (claim.shown for claim in claims if any(_same(term, given) for given in claim.licenses)), default=Shown.NOTHING
    )


def _same(declared: Term, given: Term) -> bool:
    """The same text. Exceptions mostly stand elsewhere; one that stands there and is not declared makes a difference."""
    return grant(declared.license) == grant(given.license) and given.exception in ("", declared.exception)


def _level(tree: Tree, shown: Callable[[Term], Shown]) -> Shown:
    """Of a choice the best part counts, of what applies together the worst."""
    if isinstance(tree, Term):
        return shown(tree)
    levels = [_level(part, shown) for part in tree.parts]
    return max(levels) if tree.operator == "OR" else min(levels)


def _kept(tree: Tree, there: Sequence[Term]) -> Tree:
    """The expression without the licences of which nothing is there."""
    if isinstance(tree, Term):
        return tree
    parts = tuple(_kept(part, there) for part in tree.parts if any(term in there for term in terms(part)))
    return parts[0] if len(parts) == 1 else Joined(tree.operator, parts)


def _more(claim: Claim, declared: Tree) -> bool:
    """Whether the file says that another licence for code applies as well."""
    tree = parse_expression(claim.expression).tree
    if isinstance(tree, Term) or tree.operator == "OR":
        return False
    known = {grant(term.license) for term in terms(declared)}
    return any(grant(term.license) not in known and not _beside_code(term) for term in claim.licenses)


def _beside_code(term: Term) -> bool:
    """A licence of pictures, texts, fonts; or one of a text that only its own file holds."""
    return for_content(term.license) or term.license.startswith("OFL-") or "LicenseRef-" in term.license


def of_declaration(reading: Reading | None) -> list[Code]:
    """What is to be said of how the declaration is written."""
    if reading is None:
        return []
    if not reading.valid:
        return [Code.NOT_SPDX]
    return [Code.DEPRECATED_ID] if reading.deprecated else []


def of_kinds(declared: Sequence[Tree], concluded: Sequence[Tree]) -> list[Code]:
    """What is to be said of the licences themselves, as licences of code."""
    found = [code for tree in declared or concluded for code in kind_of(tree)]
    if declared:  # that a text for content stands where a licence for code is declared is said by the comparison
        found += [code for tree in concluded for code in kind_of(tree) if code is Code.NOT_OPEN_SOURCE]
    return [code for code in (Code.NOT_OPEN_SOURCE, Code.CONTENT_LICENSE) if code in found]


def kind_of(tree: Tree) -> frozenset[Code]:
    """NOT_OPEN_SOURCE and CONTENT_LICENSE, as far as they hold for code under that expression."""
    if isinstance(tree, Term):
        return _kind_of_one(tree.license)
    parts = [kind_of(part) for part in tree.parts]
    if tree.operator == "OR":
        return min(parts, key=len)
    for_code = [kinds for part, kinds in zip(tree.parts, parts, strict=True) if not all(map(_beside_code, terms(part)))]
    return frozenset[Code]().union(*(for_code or parts))


def _kind_of_one(identifier: str) -> frozenset[Code]:
    if "LicenseRef-" in identifier:  # nothing is known of it
        return frozenset()
    codes = {Code.CONTENT_LICENSE} if for_content(identifier) else set()
    if family(identifier) is not Family.CONTENT and not is_osi(identifier) and not is_fsf(identifier):
        codes.add(Code.NOT_OPEN_SOURCE)
    return frozenset(codes)


def _host_differs(host: str, concluded: Sequence[Tree]) -> bool:
    entry = licenses().get(host.strip().lower())
    if entry is None or not concluded:
        return False
    return grant(entry[0]) not in {grant(term.license) for term in terms(concluded[0])}

"""The codes of verdicts in sentences: what each means, what stands where in one case, how it is repaired; no accusations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..finding import Message, message
from .evidence import Claim, Evidence, Shown, evidence
from .expression import Tree, parse_expression, terms
from .families import base, is_later, kin, line, permits_later
from .found_texts import lines_of
from .open_versions import is_open
from .reading import read_expression
from .verdict import DIFFERENCES, Code, LicenseVerdict


@dataclass(frozen=True, slots=True)
class CodeText:
    """A code for people: a title of a few words, what it means, how it is repaired (empty where there is nothing to do)."""

    title: Message
    meaning: Message
    repair: Message


MOST_RANGES = 3  # of lines, in a sentence
_NOTHING = Message("")
_WHICH = message(
    "The owner of the rights decides which of the two is meant: correct legal.license, or put the text of the declared licence "
    "into the licence file."
)

CODES: Mapping[Code, CodeText] = {
    Code.AGREE: CodeText(
        message("Declaration and licence files agree"),
        message("The licence files give the software under the licence that publiccode.yml declares."),
        _NOTHING,
    ),
    Code.MISMATCH: CodeText(
        message("The licence files hold another licence"),
        message("publiccode.yml declares one licence, and the licence files hold the text or the notice of another."),
        _WHICH,
    ),
    Code.VERSION_DIFFERS: CodeText(
        message("The licence files hold another version"),
        message("publiccode.yml declares a licence, and the licence files hold the same licence in another version."),
        _WHICH,
    ),
    Code.VARIANT_DIFFERS: CodeText(
        message("The licence files hold a variant"),
        message(
            "The licence in the licence files differs from the declared one in a clause, a sentence or an exception."
        ),
        _WHICH,
    ),
    Code.INCOMPLETE_TEXT: CodeText(
        message("The licence text is not complete"),
        message(
            "The declared licence stands in the licence files, but parts of its text are missing, or one of several "
            "licences that apply together."
        ),
        message(
            "Put the whole, unchanged text of each declared licence into the repository; https://spdx.org/licenses has them."
        ),
    ),
    Code.RESTRICTION_ADDED: CodeText(
        message("Words were added that restrict the licence"),
        message("Beside the licence stand words that seem to take away something that it permits."),
        message(
            "Remove the added words, or, where they are meant, declare a LicenseRef of your own: with them it is another licence."
        ),
    ),
    Code.NO_TEXT: CodeText(
        message("The licence text is missing"),
        message("The repository has no licence file, or its licence file names a licence without its text."),
        message(
            "Put the whole text of the declared licence into a file LICENSE at the root; https://spdx.org/licenses has it."
        ),
    ),
    Code.SEVERAL_TEXTS: CodeText(
        message("Texts of several licences"),
        message(
            "The licence files hold several licences, and not all of them are declared; nothing says which applies to what."
        ),
        message(
            "Say in the licence file or in README what each licence applies to, and declare those of the software itself, "
            "joined by AND or OR."
        ),
    ),
    Code.UNKNOWN: CodeText(
        message("The licence files were not recognised"),
        message("There is a licence file, but we cannot tell which licence it holds."),
        message(
            "Where it is a licence of the SPDX list, put its unchanged text into the file; else declare a LicenseRef."
        ),
    ),
    Code.NOT_DECLARED: CodeText(
        message("No licence is declared"),
        message("publiccode.yml has no legal.license."),
        message("Write the SPDX identifier of the software's licence to legal.license."),
    ),
    Code.NOT_SPDX: CodeText(
        message("The declaration is no SPDX expression"),
        message(
            "What stands at legal.license is not written as an SPDX licence expression, so programs cannot read it."
        ),
        message("Write the SPDX identifier instead; `publiccode license parse` proposes one."),
    ),
    Code.DEPRECATED_ID: CodeText(
        message("The declaration uses a deprecated identifier"),
        message("SPDX replaced an identifier at legal.license by others, which say more precisely what is meant."),
        message("Write today's identifier, such as GPL-3.0-only or GPL-3.0-or-later instead of GPL-3.0."),
    ),
    Code.NOT_OPEN_SOURCE: CodeText(
        message("Not approved as an open source licence"),
        message("The SPDX list does not show the licence as approved by the OSI or as free by the FSF."),
        message(
            "Where reuse by everybody is intended, choose an approved licence, such as EUPL-1.2; else tell readers of the limits."
        ),
    ),
    Code.CONTENT_LICENSE: CodeText(
        message("A licence for content is declared for code"),
        message("The licence was made for texts, images or data; it says nothing of source code and of patents."),
        message("Declare a licence for the code, and join the one for the content with AND where both apply."),
    ),
    Code.HOST_DIFFERS: CodeText(
        message("The host shows another licence"),
        message("What the repository's host detected by itself is not what we read in the licence files."),
        message(
            "Nothing has to be wrong: hosts look at one file and know few licences. A licence file with nothing but the "
            "unchanged text is understood by all."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code of one verdict: what stands where, and how it is repaired."""

    code: Code
    text: Message
    repair: Message


def explained(verdict: LicenseVerdict) -> tuple[Explanation, ...]:
    """Each code of `verdict` with what stands where in this case."""
    shown = evidence(verdict.found)
    return tuple(Explanation(code, _told(code, verdict, shown), CODES[code].repair) for code in verdict.codes)


def _told(code: Code, verdict: LicenseVerdict, shown: Evidence) -> Message:
    declared = verdict.normalized or verdict.declared.strip()
    if code in DIFFERENCES and shown.own + shown.folder:
        return _difference(verdict, declared, shown)
    match code:
        case Code.AGREE:
            return _agreement(declared, shown)
        case Code.NO_TEXT:
            return _no_text(verdict, shown)
        case Code.INCOMPLETE_TEXT:
            return _incomplete(verdict, shown)
        case Code.RESTRICTION_ADDED if shown.restricted:
            return message("In {paths} stand added words that restrict.", paths=_restricted(verdict, shown))
        case Code.SEVERAL_TEXTS:
            return message("The licence files hold {licenses}.", licenses=_all(shown))
        case Code.UNKNOWN:
            return _unknown(verdict, shown)
        case Code.NOT_SPDX:
            return message("“{declared}” is no SPDX licence expression.", declared=_short(verdict.declared))
        case Code.DEPRECATED_ID:
            return message(
                "“{declared}” is read as {normalized}.",
                declared=_short(verdict.declared),
                normalized=verdict.normalized,
            )
        case Code.HOST_DIFFERS:
            return message(
                "The host shows {host}; the licence files say {concluded}.",
                host=verdict.host,
                concluded=_said(verdict),
            )
    return CODES[code].meaning


def _difference(verdict: LicenseVerdict, declared: str, shown: Evidence) -> Message:
    claim = _nearest(declared, shown.own or shown.folder)
    found, where = _name(claim), claim.path
    if verdict.normalized and any(_permitted(claim, parse_expression(verdict.normalized).tree)):
        return message(
            "Declared is {declared}; {path} holds {found}, a later version, which the declaration permits.",
            declared=declared,
            path=where,
            found=found,
        )
    if claim.shown is Shown.IN_PART:
        return message(
            "Declared is {declared}; {path} holds parts of the text of {found}.",
            declared=declared,
            path=where,
            found=found,
        )
    if claim.shown is Shown.WHOLE:
        return message(
            "Declared is {declared}; {path} holds the text of {found}.", declared=declared, path=where, found=found
        )
    return message("Declared is {declared}; {path} names {found}.", declared=declared, path=where, found=found)


def _nearest(declared: str, claims: Sequence[Claim]) -> Claim:
    """Of several files the one whose licence is the same in another version, or a variant."""
    wanted = read_expression(declared)
    names = [term.license for term in terms(wanted.expression.tree)] if wanted.expression else []
    given = [(claim, term.license) for claim in claims for term in claim.licenses]
    near = [claim for claim, found in given if any(line(found) == line(name) for name in names)]
    near += [claim for claim, found in given if any(kin(found, name) for name in names)]
    return (near or [*claims])[0]


def _permitted(claim: Claim, declared: Tree) -> list[bool]:
    return [
        is_later(given.license, term.license) and (term.later or permits_later(term.license))
        for given in claim.licenses
        for term in terms(declared)
    ]


def _agreement(declared: str, shown: Evidence) -> Message:
    for claim in shown.own:
        # Files with the text say nothing of later versions, notices do.
        if claim.shown is Shown.GRANTED and claim.expression != declared and base(claim.expression) == base(declared):
            return message(
                "Declared is {declared}; the notice in {path} says {found}. Whether later versions are allowed is for the "
                "owner of the rights to say.",
                declared=declared,
                path=claim.path,
                found=claim.expression,
            )
    return message("Declared is {declared}, and so it stands in {paths}.", declared=declared, paths=_paths(shown))


def _unknown(verdict: LicenseVerdict, shown: Evidence) -> Message:
    says = {file.path: file.identification for file in verdict.found}
    if shown.unread and not any(says[path].parts for path in shown.unread):
        return message("In {paths} no licence was recognised.", paths=", ".join(shown.unread))
    if shown.unread:
        return message("{paths} does not say which licence the software has.", paths=", ".join(shown.unread))
    if shown.own and all(claim.shown is Shown.NAMED for claim in shown.own):
        return message(
            "Declared is {declared}; {path} names {found}, and nothing says whether for the software itself.",
            declared=verdict.normalized or verdict.declared.strip(),
            path=shown.own[0].path,
            found=_name(shown.own[0]),
        )
    if shown.doubtful and not shown.own:
        return message("{paths} may hold the licence of something else.", paths=", ".join(shown.doubtful))
    return CODES[Code.UNKNOWN].meaning


def _no_text(verdict: LicenseVerdict, shown: Evidence) -> Message:
    if shown.empty and verdict.found:
        return message(
            "Of the files found none is the software's licence: {paths}.",
            paths=", ".join(file.path for file in verdict.found[:3]),
        )
    if shown.empty:
        return message("There is no licence file at the root, and none in LICENSES/.")
    claims = shown.own or shown.folder
    if not claims:
        return CODES[Code.NO_TEXT].meaning
    path, found = claims[0].path, _name(claims[0])
    if claims[0].shown is Shown.GRANTED:
        return message(
            "{path} holds the notice of {found}; the text of the licence is not there.", path=path, found=found
        )
    return message("{path} names {found}; the text of the licence is not there.", path=path, found=found)


def _incomplete(verdict: LicenseVerdict, shown: Evidence) -> Message:
    reading = read_expression(verdict.declared)
    there = {base(term.license) for claim in (*shown.own, *shown.folder) for term in claim.licenses}
    declared = terms(reading.expression.tree) if reading.expression else ()
    missing = [term.license for term in declared if base(term.license) not in there]
    if there and missing and len(declared) > 1:
        return message("The text of {licenses} was not found.", licenses=", ".join(missing))
    return message("In {paths} parts of the text are missing.", paths=_paths(shown))


def _paths(shown: Evidence) -> str:
    paths = [claim.path for claim in shown.own] + [path for path, _ in shown.unsure]
    return ", ".join(dict.fromkeys(paths or [claim.path for claim in shown.folder]))


def _said(verdict: LicenseVerdict) -> str:
    """What was concluded, without -only where only a text tells it."""
    said = [file.identification for file in verdict.found]
    return base(verdict.concluded) if is_open(verdict.concluded, verdict.normalized, said) else verdict.concluded


def _restricted(verdict: LicenseVerdict, shown: Evidence) -> str:
    """The files with the lines of these words, as in `LICENSE:20`."""
    lines = {file.path: lines_of(file.identification.restrictions, MOST_RANGES) for file in verdict.found}
    return ", ".join(f"{path}:{lines[path]}" if lines.get(path) else path for path in shown.restricted)


def _all(shown: Evidence) -> str:
    names = [_name(claim) for claim in (*shown.own, *shown.folder)]
    names += [base(term.license) for claim in shown.own for term in claim.also]
    names += [base(id_) for _, ids in shown.unsure for id_ in ids]
    return ", ".join(dict.fromkeys(names))


def _name(claim: Claim) -> str:
    """The licence as a text tells it: without -only, where no notice says so."""
    if claim.shown >= Shown.IN_PART and len(claim.licenses) == 1 and not claim.licenses[0].exception:
        return base(claim.licenses[0].license)
    return claim.expression


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:100]}…"

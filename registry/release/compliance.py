"""The licence compliance report, in the four parts that the handbook names, as values: what is known, and what the agency fills in.

The report is ours, not a form of the ministry. What is known comes from the declaration, the licence files, the SBOM and the scan;
nothing is guessed: a field of which nothing is known is left for the agency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...schemas.finding import Message, message
from ...schemas.licensing.compatibility.answers import TITLES
from ...schemas.licensing.descriptions import description
from ...schemas.licensing.expression import ExpressionError, Term, Tree, parse_expression, terms
from ...schemas.licensing.families import base
from ...schemas.licensing.found import NOASSERTION, Identification
from ...schemas.licensing.found_texts import joined, lines_of, told
from ...schemas.licensing.open_versions import leaves_open, text_name
from ...schemas.licensing.verdict import Code
from ...schemas.licensing.verdict_texts import CODES
from ...schemas.vocabularies import license_name
from .facts import ReleaseFacts, SbomFacts, shown_sbom
from .lines import NOTHING

MOST_LICENSES = 60  # of components, in a report
_PLAIN = "{text}"
# Whose own text lets works be passed on under a later version, where nobody wrote that one alone.
_LATER_BY_TEXT = frozenset({"EUPL-1.1", "EUPL-1.2"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what stands there, and where that comes from.

    Without values it is left for the agency; `hint` says what to write.
    """

    name: str
    title: Message
    values: tuple[Message, ...] = ()
    origin: Message = NOTHING
    hint: Message = NOTHING


@dataclass(frozen=True, slots=True)
class Component:
    """The packages of the SBOM under one licence (empty: none is stated): how many, and whether it may go into the declared one.

    `compatible` is empty where nothing was compared.
    """

    license: str
    packages: int
    compatible: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """What a licence asks of who passes the software on, in the language of the report.

    `of` is software, file (a licence file gives it, and it is not the declared one) or component; `exception`: its id, where
    one permits more than the licence itself. `known` is False where we have no description.
    """

    license: str
    name: str
    of: str
    must: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    exception: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """The report: its fields by part (I, II, III), the components of part II, and the obligations of part IV.

    `more_components` and `more_duties`: how many licences are beyond what is listed. `warning`: what must be settled before the
    report can be used; the empty message where there is nothing.
    """

    name: str
    basic: tuple[Field, ...]
    licenses: tuple[Field, ...]
    components: tuple[Component, ...]
    use: tuple[Field, ...]
    duties: tuple[Duties, ...]
    more_components: int = 0
    more_duties: int = 0
    warning: Message = NOTHING

    @property
    def blanks(self) -> int:
        """How many fields are left for the agency."""
        return sum(not field.values for field in (*self.basic, *self.licenses, *self.use)) + len(self.duties)


PARTS: Mapping[str, Message] = {
    "I": message("Basic information"),
    "II": message("Licences, and where they were found"),
    "III": message("Intended use, modification, linking"),
    "IV": message("Obligations"),
}
"""The parts with their titles."""
COMPATIBLE: Mapping[str, Message] = {str(answer): title for answer, title in TITLES.items()}
"""Whether a licence may go into the declared one, in words."""
_FILE = message("publiccode.yml")
_FOUND = message("licence files")


def compliance(facts: ReleaseFacts, language: str) -> ComplianceReport:
    """The report in a language; the same for the same facts."""
    sbom = shown_sbom(facts.sboms or ())
    components, duties = _components(facts, sbom), _terms(facts, sbom)
    told = [_duties_of(term, of, language) for term, of in duties[:MOST_LICENSES]]
    return ComplianceReport(
        name=facts.name,
        basic=tuple(_basic(facts, language)),
        licenses=tuple(_licenses(facts, sbom)),
        components=components[:MOST_LICENSES],
        use=tuple(_use(facts)),
        duties=tuple(told),
        more_components=len(components[MOST_LICENSES:]),
        more_duties=len(duties[MOST_LICENSES:]),
        warning=_warning(facts),
    )


def _warning(facts: ReleaseFacts) -> Message:
    own, other = facts.license.normalized, _of_files(facts)
    if own and other:
        return message(
            "Declared is {declared}, the licence files give {concluded}: settle which one holds before this report is used. The "
            "obligations of both are listed.",
            declared=own,
            concluded=other,
        )
    if not own and not other and facts.license.concluded == NOASSERTION:
        return message(
            "No licence is known: nobody may reuse the software, and this report tells no obligations of its own."
        )
    return NOTHING


def _of_files(facts: ReleaseFacts) -> str:
    """What the licence files give, where it is another licence than the declared one; empty where it is not."""
    said, own = facts.license, facts.license.normalized
    if said.concluded in ("", NOASSERTION, own) or (said.codes and said.codes[0] == Code.AGREE):
        return ""
    return said.concluded if own else ""


def _basic(facts: ReleaseFacts, language: str) -> Iterator[Field]:
    values = facts.values
    legal = _mapping(values.get("legal"))
    yield _field("name", message("Name of the software"), facts.name, _FILE)
    yield _field("version", message("Version"), values.get("softwareVersion"), _FILE)
    yield _field("released", message("Day of the release"), values.get("releaseDate"), _FILE)
    yield _field("address", message("Address of the source code"), facts.address, message("repository"))
    yield _field("commit", message("Commit that the report is about"), facts.commit, message("repository"))
    publisher = facts.publisher_names.get(language) or facts.publisher
    yield _field("publisher", message("Publisher"), publisher, message("catalogue"))
    yield _field("owner", message("Owner of the rights"), legal.get("mainCopyrightOwner"), _FILE)
    yield _field("purpose", message("What it is for"), _short(values, language), _FILE)
    yield Field("unit", message("Unit and person in charge"), hint=message("who answers for this report"))
    yield Field("checked", message("Checked by, and day"), hint=message("name, office and day"))
    yield Field("seal", message("Signature or seal"))


def _licenses(facts: ReleaseFacts, sbom: SbomFacts | None) -> Iterator[Field]:
    said = facts.license
    yield _field("declared", message("Declared licence"), said.normalized or said.declared, _FILE)
    files = tuple(_file(file.path, file.identification) for file in said.files or ())
    yield Field("files", message("Licence files, and what they hold"), files, _FOUND if files else NOTHING)
    if said.codes and said.codes[0] in set(Code):
        title = CODES[Code(said.codes[0])].title
        yield Field(
            "compared", message("Declaration and texts compared"), (title,), message("comparison by this catalogue")
        )
    concluded = said.concluded if said.concluded != NOASSERTION else ""
    origin = message("auditor: {name}", name=said.concluded_by) if said.concluded_by else _FOUND
    yield _field("concluded", message("Concluded licence"), concluded, origin)
    trees = [_tree(one) for one in dict.fromkeys((said.normalized or concluded, _of_files(facts))) if one]
    open_ = {file.identification.concluded for file in said.files or () if leaves_open(file.identification)}
    later = tuple(text for tree in trees for text in _later(tree, open_ - {said.normalized}))
    yield Field("later", message("Later versions of the licence"), later, message("text of the licence"))
    choice = _choice(trees[0]) if trees else ()
    yield Field("choice", message("Choice of licences (dual licence)"), choice, message("declaration"))
    if facts.scan is not None and facts.scan.licenses:
        scanned = _bounded(
            tuple(
                message("{license}: {count} files", license=license_, count=count)
                for license_, count in sorted(facts.scan.licenses.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
            MOST_LICENSES,
        )
        yield Field("scanned", message("Licences of the files"), scanned, message("deep scan"))
    if sbom is not None:
        counted = message(
            "{place} ({format}): {count} packages", place=sbom.place, format=sbom.format, count=sbom.packages
        )
        unknown = message("packages without a known licence: {count}", count=sbom.without_license)
        yield Field("sbom", message("Bill of materials (SBOM)"), (counted, unknown), message("SBOM"))
    else:
        yield Field(
            "sbom",
            message("Bill of materials (SBOM)"),
            hint=message("where it is kept; there is none here that was read"),
        )


def _file(path: str, says: Identification) -> Message:
    ranges = sorted({lines for part in told(says) for lines in joined(part, says)})
    lines = lines_of(ranges)
    if says.concluded == NOASSERTION:
        return message("{path}: what it holds cannot be told", path=path)
    values = {"path": path, "license": text_name(says), "lines": lines}
    if lines and leaves_open(says):
        return message(
            "{path}: {license} (lines {lines}); whether later versions may be chosen it does not say", **values
        )
    if not lines:
        return message("{path}: {license}", path=path, license=text_name(says))
    return message("{path}: {license} (lines {lines})", **values)


def _later(tree: Tree | None, left_open: Collection[str]) -> tuple[Message, ...]:
    """Of each licence whether a later version may be chosen; `left_open`: those whose text does not say it."""
    return tuple(_later_of(term, left_open) for term in terms(tree)) if tree is not None else ()


def _later_of(term: Term, left_open: Collection[str]) -> Message:
    if term.license in left_open:
        return message(
            "{license}: its text does not say whether later versions may be chosen", license=base(term.license)
        )
    about = description(term.license, "en")
    may = {word for word, _ in about.may} if about else set()
    limits = {word for word, _ in about.limits} if about else set()
    if term.later or term.license.endswith("-or-later") or "later-version" in may or term.license in _LATER_BY_TEXT:
        return message("{license}: later versions may be chosen", license=term.license)
    if term.license.endswith("-only") or "no-later-version" in limits:
        return message("{license}: this version only", license=term.license)
    return message("{license}: see its text; this catalogue does not tell", license=term.license)


def _choice(tree: Tree | None) -> tuple[Message, ...]:
    if tree is None:
        return ()
    if isinstance(tree, Term):
        return (message("no: one licence"),)
    if tree.operator == "OR":
        return (message("yes: who reuses it chooses one of them"),)
    if _has_choice(tree):
        return (message("yes, for a part: see the declared licence"),)
    return (message("no: all of them apply together"),)


def _bounded(told: tuple[Message, ...], most: int) -> tuple[Message, ...]:
    """The first of these sentences, and how many more there are."""
    beyond = len(told) - most
    return (*told[:most], message("and {count} more", count=beyond)) if beyond > 0 else told


def _has_choice(tree: Tree) -> bool:
    return not isinstance(tree, Term) and (tree.operator == "OR" or any(map(_has_choice, tree.parts)))


def _components(facts: ReleaseFacts, sbom: SbomFacts | None) -> tuple[Component, ...]:
    if sbom is None:
        return ()
    answers = facts.compatible or {}
    counted = sorted(sbom.licenses.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Component(one, count, answers.get(one, "")) for one, count in counted)


def _use(facts: ReleaseFacts) -> Iterator[Field]:
    values = facts.values
    yield Field(
        "use",
        message("Intended use"),
        hint=message("used within the agency, offered over a network, passed on as program or source code"),
    )
    based = values.get("isBasedOn")
    named = [based] if isinstance(based, str) else [one for one in _list(based) if isinstance(one, str)]
    based_on = _bounded(tuple(message("based on {address}", address=one) for one in named), 10)
    hint = message("what of the components was changed, and where the changes are described")
    yield Field("modified", message("Modification"), based_on, _FILE if based_on else NOTHING, hint)
    depends = [
        str(one["name"])
        for one in _list(_mapping(values.get("dependsOn")).get("open"))
        if isinstance(one, Mapping) and one.get("name")
    ]
    needs = _bounded(tuple(message("needs {name}, which runs apart from it", name=one) for one in depends), 20)
    hint = message(
        "how components are put together: linked statically or dynamically, called as a program of their own, copied in"
    )
    yield Field("linked", message("Linking"), hint=hint)
    yield Field(
        "needs",
        message("Open systems that it needs"),
        needs,
        _FILE if needs else NOTHING,
        message("databases and the like"),
    )


def _terms(facts: ReleaseFacts, sbom: SbomFacts | None) -> list[tuple[Term, str]]:
    """The licences whose obligations are told, each once with its exception: of the whole, of its files, of the components."""
    own = facts.license.normalized or facts.license.concluded
    found = [(own, "software"), (_of_files(facts), "file")]
    found += [(one.license, "component") for one in _components(facts, sbom)]
    told: dict[tuple[str, str], tuple[Term, str]] = {}
    for expression, of in found:
        tree = _tree(expression)
        for term in terms(tree) if tree is not None else ():
            told.setdefault((term.license, term.exception), (term, of))
    return list(told.values())


def _duties_of(term: Term, of: str, language: str) -> Duties:
    about, name = description(term.license, language), license_name(term.license)
    title = f"{term.license} WITH {term.exception}" if term.exception else term.license
    if about is None:
        return Duties(title, name, of, exception=term.exception, known=False)
    must, limits = (tuple(text for _, text in told) for told in (about.must, about.limits))
    return Duties(title, name, of, must, limits, term.exception)


def _tree(expression: str) -> Tree | None:
    try:
        return parse_expression(expression).tree if expression and expression != NOASSERTION else None
    except ExpressionError:
        return None


def _field(name: str, title: Message, value: object, origin: Message) -> Field:
    text = " ".join(str(value).split()) if value else ""
    return Field(name, title, (plain(text),) if text else (), origin if text else NOTHING)


def plain(text: str) -> Message:
    """A text as it is, in every language."""
    return Message(_PLAIN, (("text", text),))


def _short(values: Mapping[str, Any], language: str) -> str:
    described = _mapping(values.get("description"))
    for tag in (language, "zh-Hant", "en", *described):
        if text := _mapping(described.get(tag)).get("shortDescription"):
            return str(text)
    return ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

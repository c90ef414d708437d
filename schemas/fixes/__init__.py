"""Repairs of a publiccode.yml: what has one reading is written, what has several is left to the owner, all else stays.

Two promises are checked for every repair, and a repair that breaks one is not made: the repaired file has no finding of
severity error that it did not have, and no value and no comment is lost. What was hidden behind a file that could not be
read (UTF-16), or that had a version which is not accepted, does not count as new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from ..candidate import Candidate, RepositoryFile
from ..document import MAX_BYTES, Document, parse
from ..editing import BOM, Edits
from ..editing.changes import EditError, Rename
from ..editing.spans import Source
from ..finding import Assessment, Message, Severity, message
from ..languages import is_language_tag
from ..nodes import Kind, Node, Path, key_text
from ..rules import RULES, file_encoding, key_known
from ..standard import Type
from ..structure import Branch, shown, structure, tree
from ..validator import assess
from . import lists, proposals
from .proposals import Finder, Open, Proposal

MOST_LINES = 50_000  # each repair looks up the place of every line anew
MOST_ROUNDS = 5  # a repair may make room for another; nobody has seen a third round
MOST_FAILURES = 20  # a file in which more repairs cannot be made was written to be expensive

# In the order in which they are tried: keys before values, so that what stands below a misspelt key is repaired, too.
FINDERS: tuple[Finder, ...] = (
    proposals.version,
    proposals.misspelt_keys,
    proposals.organisation_addresses,
    proposals.italian_code,
    proposals.owner,
    proposals.languages,
    proposals.renamed_keys,
    proposals.booleans,
    lists.one_text,
    lists.enumerations,
    lists.platforms,
    proposals.blanks,
    proposals.kept_line_breaks,
    proposals.licence,
    proposals.countries,
    proposals.dates,
    proposals.listed_values,
    proposals.aliases,
    proposals.no_contractors,
    proposals.empty_addresses,
)

_STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?P<number>[0-9]{1,6})\]")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[0-9]{1,6}\])*\Z")


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair that was made: the rule that asked for it, where it was (in the file before), and what was done."""

    rule: str
    key: str
    line: int
    message: Message

    def printed(self, path: str, language: str = "en") -> str:
        """As findings are printed."""
        return _printed(path, self.line, self.key, self.message, self.rule, language)


@dataclass(frozen=True, slots=True)
class Choice:
    """What only the owner can decide: where (in the file afterwards), and the values from which to choose."""

    rule: str
    key: str
    line: int
    message: Message
    values: tuple[str, ...]

    def printed(self, path: str, language: str = "en") -> str:
        """As findings are printed, without the values."""
        return _printed(path, self.line, self.key, self.message, self.rule, language)


def _printed(path: str, line: int, key: str, text: Message, rule: str, language: str) -> str:
    return f"{path}:{line}: {f'{key}: ' if key else ''}{text.in_language(language)} [{rule}]"


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file after its repairs, with what was done, what is left to choose, and all findings that remain.

    `unknown`: the keys that the standard does not know, which only the owner can take out; they have no values. `decided`:
    how many changes the owner had made before (see `set_values`), which count as repairs.
    """

    content: bytes
    repairs: tuple[Repair, ...]
    choices: tuple[Choice, ...]
    assessment: Assessment
    unknown: tuple[Choice, ...] = ()
    decided: int = 0

    @property
    def promise(self) -> Message:
        """What is said where nothing is written yet."""
        return message("this file would be changed; next: publiccode fix")

    @property
    def summary(self) -> Message:
        """The count of repairs and whether the file is valid now."""
        errors = sum(finding.severity is Severity.ERROR for finding in self.assessment.findings)
        count = len(self.repairs) + self.decided
        if not errors:
            return message("repairs: {repairs}; the file is valid", repairs=count)
        return message(
            "repairs: {repairs}; errors that remain: {errors}; see: publiccode validate",
            repairs=count,
            errors=errors,
        )


def repairs(content: bytes) -> Repaired:
    """`content`, the bytes of a publiccode.yml, with everything repaired that has one reading.

    Never raises. A file that cannot be read comes back as it is. Repaired a second time, it stays as it is.
    """
    text, recoded = _decoded(content)
    document = parse(text.encode()) if text is not None else None
    if text is None or document is None or document.root is None:
        return Repaired(content, (), (), _assessed(content))
    run = _Run(text, careful=False)
    if not run.harmless(_readable(document)):  # seldom: two slips, of which the repair of one lays the other bare
        run = _Run(text, careful=True)
    fixed = run.edits.text.encode()
    made = sorted((*recoded, *run.made), key=lambda repair: repair.line)
    left = run.edits.document
    return Repaired(fixed, tuple(made), tuple(_choices(left)), _assessed(fixed), tuple(_unknown(left)))


def _assessed(content: bytes) -> Assessment:
    return assess(Candidate(RepositoryFile("publiccode.yml", content, size=len(content))))


def _decoded(content: bytes) -> tuple[str | None, tuple[Repair, ...]]:
    """The text without byte order mark, and what was repaired for it; None where the bytes are no text that is read."""
    done: tuple[Repair, ...] = ()
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            done = (Repair(file_encoding.ID, "", 1, message("saved the file as UTF-8 instead of UTF-16")),)
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None, ()
    if text.startswith(BOM):
        done = (Repair(file_encoding.ID, "", 1, message("removed the byte order mark at the beginning of the file")),)
    text = text.lstrip(BOM)  # some files have two
    lines = text.count("\n") + text.count("\r")
    return (text, done) if len(text.encode()) <= MAX_BYTES and lines <= MOST_LINES else (None, ())


def _readable(document: Document) -> Document:
    """The document by which later errors are called new: as it is, or with a version by which it can be judged at all."""
    if structure(document).present:
        return document
    edits = Edits(document.text)
    for proposal in proposals.version(document):
        if isinstance(proposal, Proposal):
            edits.apply(*proposal.changes)
    return edits.document


class _Run:
    """All repairs of one text. `careful`: after each step it is looked whether it did harm; else once, by the caller."""

    def __init__(self, text: str, careful: bool) -> None:
        self.edits = Edits(text)
        self.made: list[Repair] = []
        self._renamed: list[tuple[str, str]] = []
        self._careful = careful
        self._failures = 0
        for _ in range(MOST_ROUNDS):
            before = self.edits.text
            for finder in FINDERS:
                self._make([one for one in finder(self.edits.document) if isinstance(one, Proposal)])
            if self.edits.text == before:
                break

    def _make(self, together: Sequence[Proposal]) -> None:
        """Carries out the proposals together; where that fails, in halves, until what fails stands alone and is left."""
        if not together or self._failures > MOST_FAILURES:
            return
        document = _readable(self.edits.document)
        before = (copy(self.edits), list(self._renamed), list(self.made))
        for proposal in together:
            line = self.edits.line(self.edits.document.place(proposal.path)[0])
            self.made.append(Repair(proposal.rule, key_text(proposal.path), line, proposal.message))
            self._renamed += [
                (key_text(change.path), key_text((*change.path[:-1], change.key)))
                for change in proposal.changes
                if isinstance(change, Rename)
            ]
        try:
            self.edits.apply(*(change for proposal in together for change in proposal.changes))
            if not self._careful or self.harmless(document):
                return
        except EditError:
            pass
        self.edits, self._renamed, self.made = before
        if len(together) > 1:
            middle = len(together) // 2
            self._make(together[:middle])
            self._make(together[middle:])
        else:
            self._failures += 1

    def harmless(self, before: Document) -> bool:
        """Whether there are no errors but those of `before`, and nothing that was written there is missing."""
        after = self.edits.document
        errors = Counter((rule, self._name_now(key)) for rule, key in _errors(before).elements())
        if _errors(after) - errors:
            return False
        return not _lost(before, after)

    def _name_now(self, key: str) -> str:
        for old, new in self._renamed:
            if key == old or key.startswith((f"{old}.", f"{old}[")):
                key = new + key[len(old) :]
        return key


def _errors(document: Document) -> Counter[tuple[str, str]]:
    candidate = Candidate(RepositoryFile("publiccode.yml", None))
    found = (finding for rule in RULES for finding in rule.check(document, candidate))
    return Counter((finding.rule, finding.key) for finding in found if finding.severity is Severity.ERROR)


def _lost(before: Document, after: Document) -> bool:
    """Whether a comment is missing, or a value without another that says the same or has taken its place."""
    if Counter(Source(before.text).comments()) - Counter(Source(after.text).comments()):
        return True
    old, new = (Counter(_texts(document.root)) for document in (before, after))
    said = "\n".join(new).casefold()
    gone = [text for text in (old - new).elements() if text.strip().casefold() not in said]
    return len(gone) > sum((new - old).values())


def _texts(node: Node | None) -> Iterator[str]:
    if node is not None:
        if node.text.strip():
            yield node.text
        for child in (*node.items, *node.entries.values()):
            yield from _texts(child)


def _choices(document: Document) -> Iterator[Choice]:
    for finder in FINDERS:
        for one in finder(document):
            if isinstance(one, Open):
                place = document.place(one.path)[0]
                yield Choice(one.rule, key_text(one.path), place, one.message, one.values)


def _unknown(document: Document) -> Iterator[Choice]:
    for unknown in structure(document).unknown:
        text = message("the standard has no such key")
        yield Choice(key_known.ID, key_text(unknown.path), unknown.place[0], text, ())


def set_values(content: bytes, values: Mapping[str, str]) -> bytes:
    """`content` with the given values, for those who decide: `{"legal.license": "AGPL-3.0-only"}`.

    Keys are written as findings print them, `description.zh-Hant.features[0]`. Only places that hold one text, or true or
    false, can be set.

    Raises:
        EditError: the file cannot be read, the standard has no such key, or the value is none for it.

    """
    edits = _edits(content)
    for key, value in values.items():
        path = _path(key)
        edits.set(path, _value(path, value, edits.document))
    return edits.text.encode()


REMOVED = message("removed this key")  # what is said of a key that was removed, and of a value that was set


def wrote(value: str) -> Message:
    """What is said of a value that was set."""
    return message("wrote “{new}”", new=shown(value))


def remove_keys(content: bytes, keys: Sequence[str]) -> bytes:
    """`content` without the given keys, with all that stands below them, for those who decide: `["tw"]`.

    Keys are written as findings print them; they may be unknown to the standard.

    Raises:
        EditError: the file cannot be read, has no such key, or would have nothing left.

    """
    edits = _edits(content)
    paths = {path for key in keys for path in _places(edits.document, key)}
    # From the end, so that items keep their numbers; what goes with the section above it is not taken out twice.
    for path in sorted(paths, key=edits.document.place, reverse=True):
        if not any(path[:length] in paths for length in range(1, len(path))):
            edits.remove(path)
    return edits.text.encode()


def _places(document: Document, key: str) -> list[Path]:
    """The place that findings print as `key`; only a file with very odd keys has two such places."""
    found: list[Path] = []
    around: list[tuple[Path, Node]] = [((), document.root)] if document.root is not None else []
    while around:
        path, node = around.pop()
        below: list[tuple[str | int, Node]] = [*node.entries.items(), *enumerate(node.items)]
        for step, child in below:
            place = (*path, step)
            here = key_text(place)
            if here == key:
                found.append(place)
            elif key.startswith((f"{here}.", f"{here}[")):
                around.append((place, child))
    if not found:
        raise EditError((key,), message("there is no such place in the file"))
    return found


def _edits(content: bytes) -> Edits:
    try:
        return Edits(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EditError((), message("the file cannot be read")) from error


def _path(key: str) -> Path:
    if not _PATH.match(key):
        raise EditError((key,), message("write the key with dots, as in description.en.features[0]"))
    return tuple(step["key"] or int(step["number"]) for step in _STEP.finditer(key))


def _value(path: Path, value: str, document: Document) -> str | bool:
    """`value` as the key at `path` wants it."""
    key = _branch(path).key
    node = document.node(path)
    if not value.strip():
        raise EditError(path, message("a value is missing"))
    if key.type in (Type.LIST, Type.MAPPING) or (node is not None and node.kind in (Kind.LIST, Kind.MAPPING)):
        raise EditError(path, message("this is a list or a section; name one text in it, as in platforms[0]"))
    if key.type is Type.BOOLEAN:
        if value not in ("true", "false"):
            raise EditError(path, message("write true or false"))
        return value == "true"
    return value


def _branch(path: Path) -> Branch:
    """The line of the standard's table for `path`."""
    branch = tree("0")
    for number, step in enumerate(path):
        below = branch.item if isinstance(step, int) else branch.keys.get(step)
        if below is None and branch.any is not None and isinstance(step, str):
            if not is_language_tag(step):
                raise EditError(path[: number + 1], message("“{value}” is not a language tag", value=shown(step)))
            below = branch.any
        if below is None:
            known = ", ".join(branch.current)
            reason = message("the standard has no such key; here it has: {known}", known=known)
            raise EditError(path[: number + 1], reason if known else message("the standard has no such key"))
        branch = below
    return branch

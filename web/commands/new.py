"""`publiccode new`: write a publiccode.yml from what a repository shows, from codemeta.json, and from answers."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import Misuse, Trouble, say
from .fix import read_setting, replace_file

if TYPE_CHECKING:
    from ...schemas.drafts.from_facts import Draft
    from ...schemas.editing import Edits
    from ...schemas.editing.writing import Value
    from ...schemas.nodes import Path as Place
    from ...schemas.structure import Branch

STDOUT = "-"
STOPPED = 130  # exit code of what Ctrl-C has ended
MOST_BYTES = 1024 * 1024  # of a codemeta.json
_YES, _NO = ("true", "yes", "y", "是"), ("false", "no", "n", "否")


class _Source(click.Path):
    """A folder that is there, or the address of a repository."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if _is_address(value) else super().convert(value, param, ctx)


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


@click.command("new")
@click.argument("source", metavar="[FOLDER|URL]", default=".", type=_Source(exists=True, file_okay=False))
@click.option(
    "--from",
    "codemeta",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take the values from this codemeta.json, instead of the one in FOLDER.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Write this value, as in legal.license=EUPL-1.2."
)
@click.option("--language", default="", metavar="TAG", help="Language of the description, such as zh-Hant.")
@click.option(
    "--lang",
    type=click.Choice(["en", "zh-Hant"]),
    default="en",
    show_default=True,
    help="Language of the questions and of the explanations in the file.",
)
@click.option(
    "--output", metavar="FILE", help="Write this file, - for standard output.  [default: FOLDER/publiccode.yml]"
)
@click.option("--force", is_flag=True, help="Write also where there is a file already.")
@click.option(
    "--input/--no-input",
    "asks",
    default=None,
    help="Ask for what is missing, or not.  [default: ask on a terminal]",
)
@click.option("--yes", is_flag=True, help="The same as --no-input.")
def command(
    source: str,
    codemeta: Path | None,
    settings: tuple[str, ...],
    language: str,
    lang: str,
    output: str | None,
    force: bool,
    asks: bool | None,
    yes: bool,
) -> int:
    """Write a publiccode.yml for the software in FOLDER (default: the current folder), or in the repository at URL.

    Taken over is what the repository shows: address and newest tag of Git, codemeta.json, pyproject.toml, package.json,
    composer.json, Cargo.toml, README, logo and translations; a licence from the file that --from names, or where the licence's
    text leaves no doubt. On a terminal the rest is asked for. For each mandatory key that is left out, the file has a comment
    that says what to write. Needs no network: of a repository at URL is taken over what a harvest of this registry was told,
    and the file is written to the current folder.

    Ends with 0 where the file is valid, 1 where something is missing still, and says what; 130 where Ctrl-C or Ctrl-D ended
    the questions: the file holds what was answered until then.

    Example: publiccode new --set legal.license=EUPL-1.2
    """
    folder, draft = Path(source), None
    if _is_address(source):
        if codemeta:
            raise Misuse("--from and the address of a repository cannot both be given")
        folder, draft = Path(), _draft(source, lang)
    file = output or str(folder / "publiccode.yml")
    if not force:
        _refuse_to_replace(folder, output)
    license_, note = _license(folder, codemeta, draft, lang)
    edits = _known(folder, codemeta, draft, license_)
    if language:
        _use_language(edits, language, lang)
    aside = file == STDOUT
    _tell_known(edits, lang, aside)
    told = dict(read_setting(text) for text in settings)
    if license_ and "legal.license" not in told:
        say(note, err=aside)
    edits = _told(edits, told, lang)
    suggestion = "" if edits.document.value(("legal", "license")) else note
    stopped = False
    if _is_terminal(aside) and not yes if asks is None else asks and not yes:
        stopped = not _ask(edits, lang, suggestion, aside)
    elif suggestion:
        say(suggestion, err=aside)
    code = _deliver(file, folder, edits, draft, lang, force)
    return STOPPED if stopped else code


def _refuse_to_replace(folder: Path, output: str | None) -> None:
    from ...harvesters.checkout import NAMES

    for file in [Path(output)] if output else [folder / name for name in NAMES]:
        if output != STDOUT and os.path.lexists(file):
            raise Misuse(f"{file} is there already; next: publiccode fix {file}, or --force to write it anew")


def _draft(url: str, lang: str) -> Draft:
    """What the registry was told of the repository at `url`."""
    from ...registry.without_file import seen_at
    from . import open_store
    from . import settings as chosen

    with open_store(chosen()) as store, store.reading() as session:
        found = seen_at(session, url)
        if found is None:
            raise Misuse(f"this registry knows no repository at {url}; next: publiccode new FOLDER, with its checkout")
        return found.draft(lang)


def _known(folder: Path, codemeta: Path | None, draft: Draft | None, license_: str) -> Edits:
    """What the repository shows, its licence included, and what the codemeta.json that was named says."""
    from ...harvesters.shown import LICENSE, shown
    from ...schemas.drafts.codemeta import from_codemeta
    from ...schemas.drafts.new_file import NEW
    from ...schemas.editing import Edits
    from ...schemas.editing.changes import Set

    data = _read(codemeta) if codemeta else None
    values = dict(draft.values) if draft else shown(folder, data)
    named = from_codemeta(data).get(LICENSE) or license_
    if named:  # by the file that the owner named, else by the text
        values[LICENSE] = named
    edits = Edits(NEW)
    edits.apply(*(Set(path, value) for path, value in values.items()))
    return edits


def _read(file: Path) -> object:
    import json

    from ...schemas.drafts.codemeta import from_codemeta

    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        data: object = json.loads(content.decode("utf-8-sig")) if len(content) <= MOST_BYTES else None
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Misuse(f"{file} is no JSON: {error}") from error
    if not from_codemeta(data):
        raise Misuse(f"{file} tells nothing in the terms of CodeMeta")
    return data


def _use_language(edits: Edits, language: str, lang: str) -> None:
    """Gives the description that is there this language, or begins one in it."""
    from ...schemas.drafts.new_file import objected, objections

    for finding in objections(("description", language), {}):
        raise Misuse(f"--language {language}: {objected(finding, lang)}")
    there = list(edits.document.value(("description",)) or {})
    if len(there) == 1:
        edits.rename_key(("description", there[0]), language)
    elif language not in there:
        edits.set(("description", language), {})


def _told(edits: Edits, told: Mapping[str, str], lang: str) -> Edits:
    """With the values that were given, which override what was found."""
    from ...schemas.candidate import Candidate, RepositoryFile
    from ...schemas.drafts.new_file import objected
    from ...schemas.editing import Edits
    from ...schemas.editing.changes import EditError
    from ...schemas.finding import Severity
    from ...schemas.fixes import set_values
    from ...schemas.nodes import key_text
    from ...schemas.rules import key_required
    from ...schemas.validator import assess

    if not told:
        return edits
    try:
        edits = Edits(set_values(edits.text.encode(), told).decode())
    except EditError as error:
        key = f"{key_text(error.path)}: " if error.path else ""
        raise Misuse(f"--set {key}{error.reason.in_language(lang)}") from error
    for finding in assess(Candidate(RepositoryFile("publiccode.yml", None)), edits.document).findings:
        wrong = finding.severity is Severity.ERROR and finding.rule != key_required.ID
        if wrong and any(f"{key}.".startswith((f"{finding.key}.", f"{finding.key}[")) for key in told):
            raise Misuse(f"--set {finding.key}: {objected(finding, lang)}")
    return edits


def _tell_known(edits: Edits, lang: str, aside: bool) -> None:
    from ...schemas.drafts.new_file import TAKEN_OVER

    lines = [line for line in edits.text.splitlines()[1:] if line.strip()]
    if lines:
        say(TAKEN_OVER.in_language(lang), err=aside)
        say("\n".join(f"  {line}" for line in lines), err=aside)


def _license(folder: Path, codemeta: Path | None, draft: Draft | None, lang: str) -> tuple[str, str]:
    """The licence that is written, empty where none is certain; and what is said of it, or of one that was met."""
    from ...harvesters.license_shown import license_shown
    from ...harvesters.shown import LICENSE
    from ...schemas.drafts.codemeta import from_codemeta
    from ...schemas.drafts.new_file import about_license

    if draft:
        return "", about_license(draft.license).in_language(lang) if draft.license else ""
    if codemeta and from_codemeta(_read(codemeta)).get(LICENSE):
        return "", ""
    shown = license_shown(folder)
    return shown.license, shown.note.in_language(lang) if shown.note else ""


def _is_terminal(aside: bool) -> bool:
    return sys.stdin.isatty() and (sys.stderr if aside else sys.stdout).isatty()


def _values(edits: Edits) -> dict[Place, Value]:
    return {(key,): value for key, value in (edits.document.values or {}).items()}


def _ask(edits: Edits, lang: str, suggestion: str, aside: bool) -> bool:
    """Asks for each mandatory key without a value, in the order of the file; an answer may make another key mandatory.

    False where the reader stopped before the end; what was answered until then is in `edits`.
    """
    from ...harvesters.shown import LICENSE
    from ...schemas.drafts.new_file import ENTER, missing, stopped_at
    from ...schemas.nodes import key_text

    asked: set[Place] = set()
    while left := [(path, branch) for path, branch in missing(_values(edits), lang).items() if path not in asked]:
        path, branch = left[0]
        if not asked:
            say(f"\n{ENTER.in_language(lang)}", err=aside)
        asked.add(path)
        if (
            branch.item is not None and branch.item.keys
        ):  # of a list of people, the first one's name; then what that lacks
            name, branch = next((name, below) for name, below in branch.item.keys.items() if below.key.required)
            path = (*path, 0, name)
            asked.add(path)
        try:
            value = _answer(path, branch, lang, suggestion if path == LICENSE else "", aside)
        except click.Abort:  # Ctrl-C, Ctrl-D, or a pipe with too few answers: nobody wants to begin anew
            say(f"\n{stopped_at(key_text(path)).in_language(lang)}", err=aside)
            return False
        if value is not None:
            edits.set(path, value)
    return True


def _answer(path: Place, branch: Branch, lang: str, note: str, aside: bool) -> Value | None:
    """What the reader answers, once no rule objects to it; None where it is left out."""
    from ...schemas.drafts.new_file import NUMBERS, SENTENCES, WORDS, objected, objections
    from ...schemas.editing.changes import EditError
    from ...schemas.nodes import key_text
    from ...schemas.standard import Type
    from ...schemas.vocabularies import key_help, key_label, label, labels

    key = branch.key
    listed = list(labels(key.listed)) if key.listed else []
    several = "" if branch.item is None else (SENTENCES if _is_sentences(branch) else WORDS).in_language(lang)
    question = f"{key_text(path)} (true/false)" if key.type is Type.BOOLEAN else key_text(path)
    say(f"\n{key_label(key.path, lang)}", err=aside)
    for line in filter(None, (key_help(key.path, lang), several, note)):
        say(line, err=aside)
    width = max(map(len, listed), default=0)
    for number, value in enumerate(listed, 1):
        say(f"  {number}  {value:<{width}}  {label(key.listed, value, lang)}", err=aside)
    if listed:
        say(NUMBERS.in_language(lang), err=aside)
    while True:
        text = click.prompt(question, default="", show_default=False, err=aside)
        answer = _understood(text, branch, listed)
        if answer is None:
            return None
        try:
            findings = objections(path, answer)
        except EditError as error:
            say(error.reason.in_language(lang), err=aside)
            continue
        for finding in findings:
            say(objected(finding, lang), err=aside)
        if not findings:
            return answer


def _understood(text: str, branch: Branch, listed: list[str]) -> Value | None:
    """The answer as the key wants it; as it was written where it is none, so that the rules say why."""
    from ...schemas.drafts.json_ld import clean
    from ...schemas.standard import Type
    from ...schemas.vocabularies import value_called

    text = " ".join(clean(text).split())
    if not text:
        return None
    if branch.item is not None:
        between = r"\s*[;；]\s*" if _is_sentences(branch) else r"\s*[,;，；、]\s*"
        items = [item for item in re.split(between, text) if item]
        if branch.key.path == "platforms":
            items = [value_called("platforms", item) or item for item in items]
        return list(dict.fromkeys(items)) or None
    if branch.key.type is Type.BOOLEAN:
        return text.lower() in _YES if text.lower() in (*_YES, *_NO) else text
    if listed and text.isdecimal() and 0 < int(text) <= len(listed):
        return listed[int(text) - 1]
    same = next((value for value in listed if value.lower() == text.lower()), "")
    return same or (value_called(branch.key.listed, text) if listed else "") or text


def _is_sentences(branch: Branch) -> bool:
    """Whether the items of a list may have commas in them."""
    return branch.key.path.endswith("features")


def _deliver(file: str, folder: Path, edits: Edits, draft: Draft | None, lang: str, force: bool) -> int:
    """Writes the file, and tells what is left to do."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from ...harvesters.checkout import checked_out
    from ...harvesters.license_files import license_files
    from ...schemas.candidate import Candidate, RepositoryFile
    from ...schemas.drafts.new_file import NO_NOTES, enumerated, left_out, missing, new_file, next_step
    from ...schemas.nodes import key_text
    from ..checking import Asked, check_candidate
    from ..reports.text import sentences

    aside, values = file == STDOUT, _values(edits)
    content = new_file(values, lang, draft.notes if draft else NO_NOTES).encode()
    if aside:
        sys.stdout.buffer.write(content)
    else:
        _write(Path(file), content, force)
    name = "publiccode.yml" if aside else file
    written, day = RepositoryFile(name, content), Asked(day=datetime.now(UTC).date())
    if draft:  # where the file is written need be no checkout of the repository
        assessment = check_candidate(name, Candidate(written), day).assessment
    else:
        candidate = replace(checked_out(written, folder), license_files=license_files(folder))
        assessment = check_candidate(name, candidate, day, folder).assessment
    left = [key_text(path) for path in missing(values, lang)]
    say("", err=aside)
    for finding in assessment.findings:
        if finding.key not in left:
            say("\n".join(sentences(name, finding, lang)), err=aside)
    say(f"{name}: {assessment.summary.in_language(lang)}", err=aside)
    if left:
        say(left_out(enumerated(left, lang)).in_language(lang), err=aside)
    say(next_step(name, assessment.valid, not left).in_language(lang), err=aside)
    return 0 if assessment.valid else 1


def _write(path: Path, content: bytes, force: bool) -> None:
    if force and path.exists():
        replace_file(path, content)
        return
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise Misuse(f"{path} is there already; next: --force to write it anew") from error
    except OSError as error:
        raise Trouble(f"{path} could not be written: {error.strerror}; next: name another --output") from error

"""`publiccode reuse-check`: which systems of the catalogue have words in common with a text."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import Misuse, Trouble, open_search, open_store, say, settings

if TYPE_CHECKING:
    from ...registry.reuse.documents import Document


@click.command("reuse-check")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 30), default=10, show_default=True, help="Systems that are listed.")
@click.option("--language", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True)
@click.option("--title", default="", help="What it is for; stands at the head of the statement (html).")
def command(file: str, form: str, limit: int, language: str, title: str) -> None:
    """Compare a text with the catalogue: FILE is text, Markdown, .docx, .odt or PDF; - reads standard input.

    Tells, sentence by sentence, which words systems have in common with it; never that a system fulfils it. Needs no network,
    keeps nothing. The format html is the statement to print.

    Example: publiccode reuse-check tender.docx --format html --language zh-Hant > statement.html
    """
    document, hashed = _read(file)
    chosen = settings()
    with open_store(chosen) as store:
        index = open_search(chosen)
        if not index.cursor():
            raise Trouble(
                f"there is no search index in {chosen.index_folder}; nothing is lost, next: publiccode reindex"
            )
        from ..app import create_app
        from ..pages.reuse_answer import Asked, answer
        from ..pages.reuse_check import statement

        asked = Asked(document, limit, "" if file == "-" else Path(file).name, hashed)
        with store.reading() as session, create_app(chosen).test_request_context(f"/{language}/reuse-check"):
            told = answer(session, index, chosen, asked, language)
            if form == "html":
                click.echo(statement(session, told, asked, title, alone=True))
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif form == "text":
        _print(told)


def _read(file: str) -> tuple[Document, str]:
    """The document, and the SHA-256 of its bytes."""
    from ...registry.reuse.documents import LARGEST, DocumentError, read_document

    try:
        if file == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(LARGEST + 1)
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}") from error
    try:
        return read_document(content), sha256(content).hexdigest()
    except DocumentError as error:
        raise Misuse(f"{file}: {error}") from error


def _print(data: dict[str, Any]) -> None:
    say(data["notice"])
    if not data["systems"]:
        say("\nNothing in the catalogue has something specific in common with this text.")
    for number, system in enumerate(data["systems"], 1):
        _print_system(number, system)
    if data["more"]:
        say(f"\n{data['more']} more systems have something specific in common; next: --limit")
    if data["weak"]:
        say("\nOnly weakly, which may be chance:")
        for system in data["weak"]:
            say(f"   {system['name']}: {_subjects(system)}")
    for state, title in (
        ("nothing", "Nothing specific matched:"),
        ("general", "Only what every contract or every system says:"),
        ("contract", "Set aside, contract terms:"),
    ):
        left = [sentence for sentence in data["sentences"] if sentence["state"] == state]
        if left:
            say(f"\n{title}")
            for sentence in left:
                say(f"   {sentence['number']:3}. {sentence['text']}")
    where, text = data["catalogue"], data["text"]
    say(
        f"\n{where['entries']} entries, event {where['event']}, {where['at']}; SHA-256 of the text as read {text['sha256']}"
        f"{', of the file ' + text['file_sha256'] if text['file_sha256'] else ''}"
    )


def _print_system(number: int, system: dict[str, Any]) -> None:
    families = ", ".join(kind["title"] for kind in system["license_families"])
    notice = "" if system["valid"] else "  (not valid)"
    say(f"\n{number}. {system['name']} – {system['license_declared']}{f' ({families})' if families else ''}{notice}")
    say(f"   {system['url']}")
    say(f"   {system['points']} points, {len(system['subjects'])} subjects in common: {_subjects(system)}")
    for row in system["sentences"]:
        words = [word["text"] for word in row["words"]]
        concepts = [concept["label"] for concept in row["concepts"]]
        told = "; ".join(filter(None, [", ".join(words), ", ".join(f"[{one}]" for one in concepts)]))
        say(f"   {row['number']:3}. {told}")


def _subjects(system: dict[str, Any]) -> str:
    return ", ".join(f"{subject['text']} {subject['points']}" for subject in system["subjects"])

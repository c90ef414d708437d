"""`publiccode reuse-check`: which systems of the catalogue have words in common with a text."""

from __future__ import annotations

import json
import sys
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
    document = _read(file)
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

        asked = Asked(document, limit)
        with store.reading() as session, create_app(chosen).test_request_context(f"/{language}/reuse-check"):
            told = answer(session, index, chosen, asked, language)
            if form == "html":
                click.echo(statement(session, told, asked, title, alone=True))
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif form == "text":
        _print(told)


def _read(file: str) -> Document:
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
        return read_document(content)
    except DocumentError as error:
        raise Misuse(f"{file}: {error}") from error


def _print(data: dict[str, Any]) -> None:
    sentences = data["sentences"]
    say(data["notice"])
    for number, system in enumerate(data["systems"], 1):
        families = ", ".join(kind["title"] for kind in system["license_families"])
        notice = "" if system["valid"] else "  (not valid)"
        say(
            f"\n{number}. {system['name']} – {system['license_declared']}{f' ({families})' if families else ''}{notice}"
        )
        say(f"   {system['url']}")
        say(f"   {system['matched']} of {len(sentences)} sentences")
        for row in system["sentences"]:
            if row["matched"]:
                words = [word["text"] for word in row["words"]]
                concepts = [concept["label"] for concept in row["concepts"]]
                told = "; ".join(filter(None, [", ".join(words), ", ".join(f"[{one}]" for one in concepts)]))
                say(f"   {row['number']:3}. {told}")
    for state, title in (("nothing", "Nothing matched:"), ("general", "Only what every contract says:")):
        left = [sentence for sentence in sentences if sentence["state"] == state]
        if left:
            say(f"\n{title}")
            for sentence in left:
                say(f"   {sentence['number']:3}. {sentence['text']}")
    where = data["catalogue"]
    say(
        f"\n{where['entries']} entries, event {where['event']}, {where['at']}; SHA-256 of the text {data['text']['sha256']}"
    )

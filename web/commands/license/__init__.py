"""`publiccode license`: read licence expressions and licence files. One module for each subcommand, with its `command`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

from .. import Subcommands

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LONGEST_LINE = 10_000  # characters; more than any expression has, so that a longer line is refused as too long
# Name, and the line of help that `publiccode license --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "parse": "Read SPDX licence expressions, and say what other texts may mean.",
    "identify": "Say which licence the text in a file is.",
    "policy": "Say whether a policy allows licences, and why.",
    "compatible": "Say whether code under one licence may be taken into a work under another.",
}


@click.group("license", cls=Subcommands, package=__name__, helps=COMMANDS)
def command() -> None:
    """Read licence expressions and licence files. Needs no network and no database.

    Example: publiccode license parse 'MIT OR GPL-3.0'
    """


def answer_options(what: str) -> Callable[[_Command], _Command]:
    """The options --format (`form`) and --language of a command that tells something of each `what`."""

    def decorate(function: _Command) -> _Command:
        language = click.option(
            "--language", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True, help="Language."
        )
        form = click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "jsonl"]),
            default="text",
            show_default=True,
            help=f"text: people; json: one list; jsonl: one object for each {what}.",
        )
        return form(language(function))

    return decorate


def texts(expressions: Iterable[str]) -> Iterator[str]:
    """The expressions of a command line; for `-` the lines of standard input, of which each is one, whatever its length."""
    for text in expressions:
        if text != "-":
            yield text
            continue
        stream = sys.stdin.buffer
        while line := stream.readline(_LONGEST_LINE):
            yield line.decode("utf-8", "replace").rstrip("\r\n")
            while line and not line.endswith(b"\n"):  # the rest of a line that is too long
                line = stream.readline(_LONGEST_LINE)

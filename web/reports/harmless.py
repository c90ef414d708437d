"""Texts from strangers' files as a terminal, a log or a parser may read them: nothing in them steers."""

from __future__ import annotations

import json
from typing import Any

import regex

# Control and format characters (escape sequences, reversed writing, what is invisible), separators of lines, half
# characters, and code points that are no characters, which XML forbids. Rare characters of names that Unicode has not
# yet, or never (private use), steer nothing and stay.
_STEERING = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}--\n]", regex.VERSION1)
_ONE_LINE = str.maketrans({"\n": "⏎", "\t": " "})


def harmless(text: str) -> str:
    """`text` with � for what could steer; line ends and tabs stay."""
    return "\t".join(str(_STEERING.sub("\N{REPLACEMENT CHARACTER}", part)) for part in text.split("\t"))


def one_line(text: str) -> str:
    """`text` in one line, each character by exactly one: ⏎ for a line end, a space for a tab, � for what could steer."""
    return str(_STEERING.sub("\N{REPLACEMENT CHARACTER}", text.translate(_ONE_LINE)))


def as_json(value: Any, indent: int | None = None) -> str:
    """`value` as JSON in readable characters; those that could steer a terminal are escaped, so that nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return str(_STEERING.sub(lambda found: json.dumps(found[0])[1:-1], text))

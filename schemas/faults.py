"""What can be wrong with a file before any rule is asked: the findings of reading, and the limits that some of them name."""

from __future__ import annotations

import re
from typing import TypeAlias

import yaml

from .cause_of_error import cause
from .finding import Finding, Message, Severity, message
from .slips_of_yaml import never_closed, spaces

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NODES = 5_000  # events read, and nodes once aliases and merge keys are written out
MAX_TAGS = 100  # %TAG directives; libyaml compares each with all before it

_BREAK = re.compile("\r\n|\n|\r")

Place: TypeAlias = tuple[int, int]
NOWHERE: Place = (0, 0)


def _error(rule: str, text: Message, help_text: Message, place: Place = NOWHERE, key: str = "") -> Finding:
    return Finding(rule, Severity.ERROR, key, text, *place, help=help_text)


def _end(text: str) -> Place:
    """The place after `text`, by the line breaks of YAML 1.2 (section 5.4)."""
    lines = _BREAK.split(text)
    return len(lines), len(lines[-1]) + 1


def too_large(size: int | None) -> Finding:
    """More bytes than are read; `size` is None where nobody counted."""
    return _error(
        "file-size",
        message("the file is larger than {most} bytes", most=MAX_BYTES)
        if size is None
        else message("the file has {size} bytes; at most {most} are read", size=size, most=MAX_BYTES),
        message("Keep only what the standard asks for; move long texts to the documentation and link them."),
    )


def utf16() -> Finding:
    """UTF-16, by its byte order mark."""
    return _error(
        "file-encoding",
        message("the file is UTF-16; the standard asks for UTF-8"),
        message("Save the file as UTF-8 (without a byte order mark) in your editor."),
        (1, 1),
    )


def not_utf8(data: bytes, position: int) -> Finding:
    """`data` has no character at byte `position`."""
    return _error(
        "file-encoding",
        message(
            "the file is not UTF-8: byte {byte} at position {position} is no part of a character",
            byte=f"0x{data[position]:02X}",
            position=position,
        ),
        message("Save the file as UTF-8 (without a byte order mark) in your editor."),
        _end(data[:position].decode("utf-8", "replace")),
    )


def byte_order_mark() -> Finding:
    """A byte order mark before the first key."""
    return _error(
        "file-encoding",
        message("the file begins with a byte order mark (the three invisible bytes EF BB BF)"),
        message("Save the file as “UTF-8” instead of “UTF-8 with BOM”; other tools cannot read its first key."),
        (1, 1),
    )


def nul(text: str, position: int) -> Finding:
    """A NUL at character `position` of `text`."""
    return _error(
        "file-encoding",
        message("the file contains the character NUL"),
        message("Remove the invisible character; a file with NUL is usually no text file or was saved as UTF-16."),
        _end(text[:position]),
    )


def escaped_nul(place: Place) -> Finding:
    """A NUL written as an escape."""
    return _error(
        "file-encoding",
        message("the value contains the character NUL, written as an escape"),
        message("Remove \\0 from the text."),
        place,
    )


def syntax(text: str, error: yaml.YAMLError) -> Finding:
    """What the YAML parser refuses: the slip that caused it where that is found, else what the parser noticed."""
    if isinstance(error, yaml.reader.ReaderError):
        character = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "?")
        place = _end(text[: max(0, text.find(chr(character)))])
        return _unreadable(f"control character U+{character:04X}", place)
    problem = str(getattr(error, "problem", None) or "?")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unreadable(problem, NOWHERE)
    lines = _BREAK.split(text)
    if lines[-1] == "" and len(lines) > 1:  # libyaml counts the end as a line after the last
        del lines[-1]
    place = (min(mark.line + 1, len(lines)), mark.column + 1)
    if problem == "exceeded maximum nesting depth":  # libyaml's own limit, met before its events are
        return too_deep(place)
    if lines[place[0] - 1].startswith("\t", mark.column):
        return _error("yaml-readable", message("a tab stands here; YAML reads only spaces"), spaces(), place)
    no_colon = problem == "could not find expected ':'"
    slip = cause(lines, mark.line, indentation=not no_colon)
    if slip is not None:
        return _error("yaml-readable", slip.text, slip.help, (slip.line + 1, slip.column))
    context, begun = getattr(error, "context", None), getattr(error, "context_mark", None)
    if begun is None:
        return _unreadable(problem, place)
    begin = (begun.line + 1, begun.column + 1)
    opened = lines[begun.line][begun.column : begun.column + 1] if begun.line < len(lines) else ""
    if context == "while scanning a quoted scalar":
        step = message("Write the same quotation mark at the end of the text.")
        return _error("yaml-readable", never_closed(opened), step, begin)
    if context in ("while parsing a flow sequence", "while parsing a flow mapping"):
        return _open_bracket(opened, begin)
    return _unreadable(problem, begin if no_colon else place)


def _open_bracket(bracket: str, place: Place) -> Finding:
    return _error(
        "yaml-readable",
        message(
            "the bracket {bracket} that is opened here is not closed, or a comma is missing in it", bracket=bracket
        ),
        message(
            "Write a comma between the items and {closing} at the end; put a text that begins with {bracket} in quotes.",
            closing="]" if bracket == "[" else "}",
            bracket=bracket,
        ),
        place,
    )


def _unreadable(problem: str, place: Place) -> Finding:
    return _error(
        "yaml-readable",
        _PROBLEMS.get(problem) or message("the file is not YAML: {problem}", problem=problem[:200]),
        message(
            "Look at this line and the one before it: indentation is by spaces, the same for all keys of a section; "
            "a text that contains “: ” or “ #” or begins with a special character stands in quotes."
        ),
        place,
    )


# What libyaml and PyYAML say most often, in words that help somebody who has never heard of tokens.
_PROBLEMS = {
    "mapping values are not allowed in this context": message(
        "a second colon with a space after it stands here, or the line is indented further than its section"
    ),
    "mapping values are not allowed here": message(
        "a second colon with a space after it stands here, or the line is indented further than its section"
    ),
    "did not find expected key": message("the indentation of this line does not fit the lines before it"),
    "did not find expected '-' indicator": message("this line is neither an item of the list above nor outside of it"),
    "block sequence entries are not allowed in this context": message("a list must not begin here"),
    "found character that cannot start any token": message("a value must not begin with this character"),
    "found character '\\t' that cannot start any token": message("a value must not begin with this character"),
    "could not find expected ':'": message(
        "a colon is missing after the key, or the line goes on with the text above it and is not indented"
    ),
}


def too_many(place: Place) -> Finding:
    """More parts than are read."""
    return _error(
        "yaml-readable",
        message("the file has more than {most} parts, aliases counted as written out", most=MAX_NODES),
        message("Remove aliases (*) and merge keys (<<), or shorten the lists."),
        place,
    )


def too_long(place: Place) -> Finding:
    """More text than is read, because aliases repeat it."""
    return _error(
        "yaml-readable",
        message("the file has more than {most} characters once aliases are written out", most=MAX_BYTES),
        message("Remove aliases (*) and merge keys (<<), or shorten the lists."),
        place,
    )


def too_deep(place: Place) -> Finding:
    """More levels than are read."""
    return _error(
        "yaml-readable",
        message("more than {most} levels stand one inside the other", most=MAX_DEPTH),
        message("Remove the brackets or levels of indentation that are not needed; the standard needs five."),
        place,
    )


def too_many_tags(text: str) -> Finding:
    """More %TAG directives than are read."""
    return _error(
        "yaml-readable",
        message("the file has more than {most} lines that begin with %TAG", most=MAX_TAGS),
        message("Remove these lines; a publiccode.yml needs none of them."),
        _end(text[: text.index("%TAG")]),
    )


def several_documents(place: Place) -> Finding:
    """A second document in the file."""
    return _error(
        "yaml-readable",
        message("the file holds more than one YAML document"),
        message("Remove the line “---” and what follows; one repository has one publiccode.yml with one document."),
        place,
    )


def empty() -> Finding:
    """Nothing in the file."""
    return _error(
        "yaml-readable",
        message("the file is empty"),
        message("Begin with publiccodeYmlVersion, name and url; the example file of this validator shows the rest."),
    )


def no_mapping(place: Place) -> Finding:
    """A list or a bare text instead of keys."""
    return _error(
        "yaml-readable",
        message("the file holds no keys; a publiccode.yml consists of lines of the form “key: value”"),
        message(
            "Write after each key an ordinary colon and a space, as in name: Lamplight (not a full-width colon); "
            "begin with publiccodeYmlVersion, name and url."
        ),
        place,
    )


def no_text_key(place: Place) -> Finding:
    """A list or section as a key."""
    return _error(
        "yaml-readable",
        message("a list or a section stands where a key is expected"),
        message("Write a word and a colon; a text in braces, as {{name}} in a template, belongs in quotes."),
        place,
    )


def recursive(anchor: str, place: Place) -> Finding:
    """An alias inside what it repeats."""
    return _error(
        "yaml-readable",
        message("the alias *{anchor} stands inside what it repeats", anchor=anchor[:80]),
        message("Write the value out instead of the alias."),
        place,
    )


def undefined(anchor: str, place: Place) -> Finding:
    """An alias without its anchor."""
    return _error(
        "yaml-readable",
        message("the alias *{anchor} repeats something that has no anchor &{anchor} before it", anchor=anchor[:80]),
        message("A text that begins with * stands in quotes; otherwise write the value out."),
        place,
    )


def no_merge(place: Place) -> Finding:
    """A merge key that names no mapping."""
    return _error(
        "yaml-readable",
        message("the merge key << names something that has no keys"),
        message("Write the keys out instead of <<."),
        place,
    )


def duplicate(key: str, place: Place, first: int) -> Finding:
    """A key for the second time; `first` is the line of the first."""
    return _error(
        "duplicate-key",
        message("this key already stands in line {line}; only that one is read", line=first),
        message("Keep one of the two, or join their values."),
        place,
        key,
    )

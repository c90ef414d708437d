"""The usual slips of people who write YAML by hand or in an office program: how each is recognised, named and repaired.

What is recognised may still be meant so, as a line of a long text: who asks tries the repair (`cause_of_error`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from .finding import Message, message
from .standard import V0

_KEYS = frozenset(re.findall(r"\w+", " ".join(key.path for key in V0)))
_WIDE = "\u3000\xa0\u1680\u2000-\u200b\u202f\u205f\ufeff"
_HEAD = re.compile(r" *(?:- +)*")
_COLON = re.compile(r"( *(?:- +)?)([A-Za-z][\w-]{0,60}) {0,4}([：﹕︰∶])\s*(.*)")
_TIGHT_COLON = re.compile(r"( *(?:- +)?)([A-Za-z][\w-]{0,60}):([^\s/].*)")
_NO_COLON = re.compile(r"( *(?:- +)?)([A-Za-z]\w{0,60})(?: {0,4}[=＝;；,，.。] {0,4}| +|$)(.*)")
_WIDE_SPACE = re.compile(rf"((?: *(?:- +)?[\w-]{{1,60}}:| *-)? *)([{_WIDE}][ {_WIDE}]*)(\S.*)")
_LIST_MARK = re.compile(r"( *)([－—–−‐‑﹣・‧·•●○■◆※＊]|[*+](?= ))[ \u3000]*(\S.*)")
_TIGHT_DASH = re.compile(r"( *)-([^\s-].*)")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
_KEY = re.compile(r" *(?:- +)*[^\s:\"']+:(?: |$)")
_SECOND_KEY = re.compile(r" ([A-Za-z]\w{0,60}):(?: |$)")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]{0,2} *(?:#.*)?$")
_CURLY = "“”„‟‘’‚‛＂＇"


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: line (from 0) and column (from 1), what is said of it, and the line without it."""

    line: int
    column: int
    text: Message
    help: Message
    repaired: str


def _parts(line: str) -> tuple[str, str, str]:
    """A line as what leads to its value, its key ("" where there is none) and its value."""
    marks = _HEAD.match(line)
    start = marks.end() if marks else 0
    key, colon, value = line[start:].partition(": ")
    if not colon or not key[:1].isalnum():
        return line[:start], "", line[start:].rstrip()
    start += len(key) + 2 + len(value) - len(value.lstrip())
    return line[:start], key, line[start:].rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:60]}…{text[-5:]}"


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"


def _put_in_quotes(line: int, text: Message, value: str = "", head: str = "") -> Slip:
    repaired = head + _quoted(value)
    return Slip(
        line, len(head) + 1, text, message("Put the text in quotes: {line}", line=_cut(repaired.strip())), repaired
    )


def _write(line: int, column: int, text: Message, repaired: str) -> Slip:
    return Slip(line, column, text, message("Write: {line}", line=_cut(repaired.strip())), repaired)


def spaces() -> Message:
    """What to do with a tab or another space."""
    return message(
        "Delete it and type ordinary spaces: two for each level of indentation, one after a hyphen or a colon."
    )


def _conflict(lines: Sequence[str], at: int) -> Slip | None:
    if not _CONFLICT.match(lines[at]):
        return None
    return Slip(
        at,
        1,
        message("Git left this line where two versions of the file could not be merged"),
        message("Keep one of the two versions, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>."),
        "",
    )


def _wide_space(lines: Sequence[str], at: int, width: int) -> Slip | None:
    found = _WIDE_SPACE.match(lines[at])
    if not found:
        return None
    before, wide, rest = found.groups()
    ordinary = wide.replace("\u3000", " " * width).replace("\u200b", "").replace("\ufeff", "")
    said = {
        "\u3000": message("a full-width space (U+3000) stands here; YAML reads only ordinary spaces"),
        "\xa0": message("a no-break space (U+00A0) stands here; YAML reads only ordinary spaces"),
    }.get(
        wide[0],
        message(
            "the invisible character {code} stands here; YAML reads only ordinary spaces", code=f"U+{ord(wide[0]):04X}"
        ),
    )
    repaired = before + (re.sub(r"\s", " ", ordinary) if not before.strip() else " ") + rest
    return Slip(at, len(before) + 1, said, spaces(), repaired)


def _full_width_colon(lines: Sequence[str], at: int) -> Slip | None:
    found = _COLON.match(lines[at])
    if not found:
        return None
    indentation, key, colon, value = found.groups()
    said = message(
        "the colon after {key} is full-width ({colon}); YAML reads only the ordinary one (:)", key=key, colon=colon
    )
    return _write(at, found.start(3) + 1, said, f"{indentation}{key}: {value}".rstrip())


def _tight_colon(lines: Sequence[str], at: int) -> Slip | None:
    found = _TIGHT_COLON.match(lines[at])
    if not found:
        return None
    indentation, key, value = found.groups()
    said = message("a space is missing after the colon of {key}", key=key)
    return _write(at, found.start(3) + 1, said, f"{indentation}{key}: {value}")


def _missing_colon(lines: Sequence[str], at: int) -> Slip | None:
    found = _NO_COLON.match(lines[at])
    if not found or found[2] not in _KEYS:
        return None
    indentation, key, value = found.groups()
    said = message("a colon is missing after {key}", key=key)
    return _write(at, found.end(2) + 1, said, f"{indentation}{key}: {value}".rstrip())


def _list_mark(lines: Sequence[str], at: int) -> Slip | None:
    found = _LIST_MARK.match(lines[at])
    if not found:
        return None
    indentation, mark, value = found.groups()
    said = message("the item of the list begins with {mark}; YAML reads only a hyphen (-) and a space", mark=mark)
    return _write(at, len(indentation) + 1, said, f"{indentation}- {value}")


def _tight_dash(lines: Sequence[str], at: int) -> Slip | None:
    found = _TIGHT_DASH.match(lines[at])
    if not found:
        return None
    said = message("a space is missing after the hyphen of the list")
    return _write(at, found.start(2) + 1, said, f"{found[1]}- {found[2]}")


def _curly_quote(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if len(value) < 2 or not (value[0] in _CURLY or (value[0] in "\"'" and value[-1] in _CURLY)):
        return None
    wrong = value[0] if value[0] in _CURLY else value[-1]
    said = message("{mark} is no quotation mark to YAML; only the straight ones are, \" and '", mark=wrong)
    inner = value[1:-1] if value[-1] in _CURLY + "\"'" else value[1:]
    return _write(at, len(head) + 1, said, head + _quoted(inner))


def _closing(value: str) -> int:
    """Where the quote that `value` begins with is closed; -1 where it is not in this line."""
    quote, at = value[0], 1
    while at < len(value):
        if quote == '"' and value[at] == "\\":
            at += 1
        elif value[at] == quote:
            if quote == '"' or value[at + 1 : at + 2] != "'":
                return at
            at += 1
        at += 1
    return -1


def _open_quote(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if value[:1] not in ('"', "'") or _closing(value) >= 0:
        return None
    said = never_closed(value[0])
    return _write(at, len(head) + 1, said, head + value + value[0])


def never_closed(quote: str) -> Message:
    """What is said at a quote without its second half."""
    return message("the quotation mark {quote} that is opened here is never closed, or only lines later", quote=quote)


def _text_after_quote(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if value[:1] not in ('"', "'"):
        return None
    end = _closing(value)
    rest = value[end + 1 :]
    if end < 0 or not rest or rest.lstrip().startswith(("#", ":")):
        return None
    if rest.strip() == ",":
        said = message("a comma must not follow the text in quotes")
        return _write(at, len(head) + end + 2, said, head + value[: end + 1])
    said = message("the text in quotes ends before the end of the line, and more text follows it")
    whole = value[1:-1] if value[-1] == value[0] else value
    return _write(at, len(head) + end + 2, said, head + _quoted(whole))


def _escape(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if value[:1] != '"' or "\\" not in value or _closing(value) != len(value) - 1:
        return None
    said = message("a backslash (\\) in double quotes begins a special character, and this one does not exist")
    return _write(at, len(head) + value.index("\\") + 1, said, head + _quoted(value[1:-1]))


def _open_bracket(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    closing = {"[": "]", "{": "}"}.get(value[:1], "")
    missing = value.count(value[0]) - value.count(closing) if closing else 0
    if missing <= 0:
        return None
    said = message("the bracket {bracket} opened in this line is not closed in it", bracket=value[0])
    return _write(at, len(head) + 1, said, head + value + closing * min(missing, 9))


def _block_header(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if value[:1] not in ("|", ">") or _BLOCK_HEADER.match(value):
        return None
    said = message("text follows {mark} in the same line", mark=value[0])
    step = message(
        "Begin the text in the next line, indented by two spaces more than the key; or put it in quotes without {mark}.",
        mark=value[0],
    )
    return Slip(at, len(head) + 2, said, step, head + value[0])


def _list_after_key(lines: Sequence[str], at: int) -> Slip | None:
    head, key, value = _parts(lines[at])
    if not key or not value.startswith("- "):
        return None
    said = message("a list must not begin in the line of its key {key}", key=key)
    step = message("Write each item in a line of its own below the key: two spaces, a hyphen, a space, the text.")
    return Slip(at, len(head) + 1, said, step, f"{head}[{_quoted(value[2:].strip())}]")


def _second_key(lines: Sequence[str], at: int) -> Slip | None:
    head, key, value = _parts(lines[at])
    found = _SECOND_KEY.search(value) if key else None
    if not found or found[1] not in _KEYS:
        return None
    said = message("two keys stand in one line: {first} and {second}", first=key, second=found[1])
    step = message("Begin a new line before {key}, indented like this one.", key=f"{found[1]}:")
    return Slip(at, len(head) + found.start(1) + 1, said, step, head + value[: found.start()])


def _special_start(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if not head.strip() or value[:1] not in tuple("@`%*&![]{},?:"):
        return None
    if value[0] + value[-1] in ("[]", "{}"):  # a list or section in one line is meant
        return None
    said = message("a text without quotes must not begin with {character}", character=value[0])
    return _put_in_quotes(at, said, value, head)


def _colon_in_text(lines: Sequence[str], at: int) -> Slip | None:
    head, _, value = _parts(lines[at])
    if not head.strip() or value[:1] in ("", '"', "'", "[", "{", "|", ">", "#"):
        return None
    colon = value.find(": ") if ": " in value else len(value) - 1 if value.endswith(":") else -1
    if colon < 0:
        return None
    said = message("the text contains a colon with a space after it (“: ”), which is read as the end of a key")
    slip = _put_in_quotes(at, said, value, head)
    return Slip(at, len(head) + colon + 1, slip.text, slip.help, slip.repaired)


def _colon_in_next_line(lines: Sequence[str], at: int) -> Slip | None:
    """A text of several lines with a colon in a later one; a single word before the colon is rather a key."""
    line = lines[at]
    before = line.partition(": ")[0]
    if " " not in before.strip() or before.lstrip().startswith("- ") or at == 0:
        return None
    said = message("this line goes on with the text before it and contains a colon with a space after it (“: ”)")
    step = message("Put the whole text in quotes, from its first line to its last.")
    return Slip(at, len(before) + 1, said, step, line.replace(": ", ":"))


Recognise = Callable[[Sequence[str], int], Slip | None]
# In this order: what can hardly be meant otherwise comes first.
SLIPS: tuple[Recognise, ...] = (
    _conflict,
    partial(_wide_space, width=2),
    partial(_wide_space, width=1),
    _full_width_colon,
    _tight_colon,
    _missing_colon,
    _list_mark,
    _tight_dash,
    _curly_quote,
    _second_key,
    _open_quote,
    _text_after_quote,
    _escape,
    _open_bracket,
    _block_header,
    _list_after_key,
    _special_start,
    _colon_in_text,
    _colon_in_next_line,
)


def shifts(lines: Sequence[str], error: int) -> list[tuple[Slip, int]]:
    """The line of the error and the three before it, each with the spaces that take it to where one like it begins."""
    near = [n for n in range(max(0, error - 20), min(len(lines), error + 20)) if lines[n].strip()]
    found: list[tuple[Slip, int]] = []
    for at in [n for n in reversed(near) if n <= error][:4]:
        own = _indentation(lines[at])
        columns: dict[int, int] = {}
        for n in sorted(near, key=lambda n: abs(n - at)):
            for column in _columns(lines[n], lines[at]) if n != at else ():
                columns.setdefault(column, n)
        columns.pop(own, None)
        for wanted in sorted(columns, key=lambda column: abs(column - own))[:3]:
            found.append((_indented(at, own, wanted, columns[wanted]), wanted - own))
    # Of two lines that do not fit each other rather the one with an odd number of spaces is wrong, and rather by little.
    return sorted(found, key=lambda one: ((one[0].column - 1 + one[1]) % 2, abs(one[1])))


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_key(line: str) -> bool:
    return bool(_KEY.match(line))


def _columns(line: str, like: str) -> tuple[int, ...]:
    """Where `like` would begin if it stood in the same list or section as `line`."""
    own, marks = _indentation(line), _HEAD.match(line)
    start = marks.end() if marks else own
    if like.lstrip(" ").startswith("- "):
        return (own,) if start > own else ()
    return (start,) if _is_key(line) and _is_key(like) else ()


def _indented(at: int, own: int, wanted: int, beside: int) -> Slip:
    said = message(
        "this line has an indentation of {count}; to stand in the same section or list as line {line} it needs {other}",
        count=own,
        line=beside + 1,
        other=wanted,
    )
    step = message("Begin this line with {other} spaces, and move the lines that belong to it along.", other=wanted)
    return Slip(at, own + 1, said, step, "")


def shifted(lines: Sequence[str], at: int, by: int) -> list[str]:
    """`lines` with that at `at` indented by `by` spaces more, and with it the deeper ones that belong to it."""
    own, marks = _indentation(lines[at]), _HEAD.match(lines[at])
    inside = marks.end() if marks else own
    following = (n for n in range(at + 1, len(lines)) if lines[n].strip())
    # With one space too few, what begins one space deeper stands beside it.
    beside = own + by if by > 0 and by % 2 else own
    end = next((n for n in following if _indentation(lines[n]) <= beside), len(lines))
    if (
        inside > own and at + 1 < end and _indentation(lines[at + 1]) == inside + by
    ):  # only the item's first line is wrong
        end = at + 1
    moved = [" " * max(0, _indentation(one) + by) + one.lstrip(" ") for one in lines[at:end]]
    return [*lines[:at], *moved, *lines[end:]]

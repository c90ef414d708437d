"""The cases of the bench fuzz_validator.py: real files mutated in bytes and lines, odd values at every key, bombs, texts.

Everything is drawn from the `Random` that is handed in; nothing is read but the files to start from and the data of `schemas`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.schemas import candidate  # noqa: E402
from publiccode.schemas.candidate import Candidate, Named, Repository, RepositoryFile, Tag  # noqa: E402
from publiccode.schemas.document import Document  # noqa: E402
from publiccode.schemas.finding import Assessment, Finding  # noqa: E402
from publiccode.schemas.fixes import Repaired  # noqa: E402
from publiccode.schemas.standard import V0  # noqa: E402
from publiccode.schemas.vocabularies import read  # noqa: E402

ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
HEAD = b'publiccodeYmlVersion: "0"\n'
Mutation = Callable[[Random, bytes], bytes]

# Parts of texts, parted by spaces. Never a word of a real file alone: the point is what stands beside what.
_PIECES = """
- _ . / @ : % %41 ? # [ ] ( ) + \\ , ; ' " ~ * & ! | > < ^ ` { } a a. a- a@ a: // ../ a/../ ./ 漢 é e\u0301 ß \u0130 ﬃ 🇹 🇹🇼
👩\u200d 👨\u200d👩\u200d👧 \u200d \u0301 \u202e \u200f \ufeff \u0600 한 क\u094d 𝔘 \x7f MIT GPL-2.0+ LicenseRef-
DocumentRef-a: AdditionRef-x Classpath-exception-2.0 Apache version v v. 3.0 .0 licence the GNU http:// https:// urn: urn:a:
file: javascript: data: alias: mailto: git@ www. .git zh- en- -x-a zh-Hant x-b 0 9 1e 0x 0o 2026- -13 /e/ ?v= ?answer_id=
/index.html alias:gdpr {x} %s
"""
# fmt: off
_BLANKS = (
    " ", "\t", "\n", "\r\n", "\u3000", "\x85", "\u2028", "\x1b[2J", "\0", " AND ", " OR ", " WITH ", " and ", "x" * 61,
)
# fmt: on
PIECES = (*_PIECES.split(), *_BLANKS)

# Values as they might stand behind a colon, parted by spaces; ␣ is a space.
_VALUES = r"""
~ null "" '' "\0" "\u202e" "\U0010FFFF" "\ud800" "\U00110000" "a\nb" "\e[2J" 0 -0 +1 0o7 007 0x1F 0b1 1_000 1e999 -1e-999 .inf
-.INF .nan .NaN 1. .5 1:30 190:20:30 0.10 9999999999999999999999 true TRUE True yes no on y "true" 2026-02-28 2026-02-30
0000-00-00 9999-12-31 2026-02-28T10:00:00Z 31/12/2027 [] {} [[]] [{}] [~] [""] [a,a] [a,␣{b:␣c}] {a:} {a:␣~} {"":""} {?} [?]
{[a]:␣b} [*a] *a &a &a␣x &a␣[*a] << !!str !!int␣x !!null␣x !!bool␣yes !!binary␣aGk= !!float␣1 !!set␣{a,␣b} !!omap␣[a:␣1]
!!python/none␣x !x␣y !<tag:x>␣y !␣1 !!map␣x !!seq␣{} !!timestamp␣2001-01-01 | > |- >+ |9 "unclosed 'unclosed [unclosed
{unclosed ] } - ? : , # % @ ` %TAG --- ... -- =:= a:␣b a␣#b urn:oid:1.2 https:// https://[::1]/ https://[::1
http://a:b@c:99999/ https://例子.廣告/ javascript:alert(1) mailto:a@b.c a@b a@b.c 用戶@例子.廣告 +886223456789 TW tw TWN
zh-Hant zh_TW zh en-uk qaa x-a ../../etc/passwd /abs file:///a logo.png C:\a.png MIT mit MIT␣OR␣GPL-2.0+ (((MIT))) GPL other
alias:gdpr urn:x-italian-pa:pcm government contract web [web] [web,␣web] {name:␣x} ssh://git@a.example/b git://a.example/b
a/../../b a/b ./logo.svg ftp://a.example/b urn:oid:1.2 alias:nothing 9.9.9 v1.0 it-it GPL-3.0
"""
VALUES = tuple(value.replace("␣", " ") for value in _VALUES.split())
_PAIR = re.compile(r"(?P<key>\s*(?:- )?[^\s:#][^:]*): ?(?P<value>.*)", re.DOTALL)


@cache
def sources() -> tuple[bytes, ...]:
    """The real files that cases start from, always in the same order."""
    sets = [ACCEPTANCE / name for name in ("corpus", "reference", "code-gov-tw")]
    if not all(folder.is_dir() for folder in sets):
        sets = [ROOT / "tests" / "examples"]
    paths = sorted({path for folder in sets for path in folder.rglob("*.y*ml") if path.is_file()})
    return tuple(dict.fromkeys(path.read_bytes() for path in paths))


# Texts.


def hostile_text(random: Random) -> str:
    """A piece or a few, much repeated, before and behind something; or an embeddable address whose gaps are filled."""

    def some(most: int) -> str:
        return "".join(random.choices(PIECES, k=random.randrange(most + 1)))

    size = random.choice((0, 1, 2, 5, 30, 300, 1_900, 1_900, 20_000, 200_000))
    chance = random.random()
    if chance < 0.2:  # what stands between two gaps, again and again: the worst for a search that goes back
        parts = str(random.choice(read("oembed-providers"))).split("*")
        filler = random.choice([*parts[1:-1], "/", "a", some(1)]) or "/"
        return parts[0] + filler * (min(size, 1_900) // len(filler)) + random.choice(["", "\t", some(1), *parts[1:]])
    if chance < 0.4:
        return some(min(size, 2_000))
    middle = some(2) or random.choice(PIECES)
    return some(3) + middle * (size // len(middle)) + some(2)


def odd_value(random: Random) -> str:
    """A value as it might stand behind a colon."""
    if random.random() < 0.85:
        return random.choice(VALUES)
    text = hostile_text(random)
    return json.dumps(text, ensure_ascii=random.random() < 0.5) if random.random() < 0.7 else text


# Bytes.


def _at(random: Random, data: bytes) -> int:
    return random.randrange(len(data) + 1)


def _slice(random: Random, data: bytes) -> tuple[int, int]:
    start = _at(random, data)
    return start, min(len(data), start + random.choice((1, 1, 3, 20, 200, 2_000)))


def flip(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 30)) if data else 0):
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def delete(random: Random, data: bytes) -> bytes:
    start, end = _slice(random, data)
    return data[:start] + data[end:]


def insert(random: Random, data: bytes) -> bytes:
    at = _at(random, data)
    what = random.randbytes(random.choice((1, 4, 40))) if random.random() < 0.3 else random.choice(PIECES).encode()
    return data[:at] + what + data[at:]


def duplicate(random: Random, data: bytes) -> bytes:
    (start, end), at = _slice(random, data), _at(random, data)
    return data[:at] + data[start:end] * random.choice((1, 2, 10, 300)) + data[at:]


def repeat(random: Random, data: bytes) -> bytes:
    at, piece = _at(random, data), random.choice(PIECES).encode()
    return data[:at] + piece * (random.choice((100, 5_000, 50_000, 1_000_000)) // len(piece)) + data[at:]


def splice(random: Random, data: bytes) -> bytes:
    other = random.choice(sources())
    return data[: _at(random, data)] + other[_at(random, other) :]


def truncate(random: Random, data: bytes) -> bytes:
    return data[: _at(random, data)]


def marks(random: Random, data: bytes) -> bytes:
    mark = random.choice((b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00", b"\x00" * 9))
    at = random.choice((0, 0, _at(random, data)))
    return data[:at] + mark + data[at:]


def line_ends(random: Random, data: bytes) -> bytes:
    ends = (b"\r\n", b"\r", b"\n\r", b"\r\r\n", "\x85".encode(), "\u2028".encode(), b"\x0b", b"\n\n", b" \n")
    return data.replace(b"\n", random.choice(ends), random.choice((-1, -1, 1, 10)))


def not_utf8(random: Random, data: bytes) -> bytes:
    if random.random() < 0.3:
        encoding = random.choice(("utf-16", "utf-16-le", "utf-32", "big5", "latin-1", "utf-7", "cp037"))
        return data.decode("utf-8", "replace").encode(encoding, "replace")
    at = _at(random, data)
    wrong = random.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8"))
    return data[:at] + wrong + data[at:]


BYTES: tuple[Mutation, ...] = (
    flip, delete, insert, duplicate, repeat, splice, truncate, marks, line_ends, not_utf8,
)  # fmt: skip


# YAML.


def at_key(path: str, value: str) -> list[str]:
    """The lines that put `value` at a line of the standard's table."""
    steps = path.replace("[]", ".[]").split(".")
    lines = ["  " * depth + ("-" if step == "[]" else f"{step}:") for depth, step in enumerate(steps)]
    return [*lines[:-1], f"{lines[-1]} {value}"]


def put(random: Random, data: bytes, new: list[str]) -> bytes:
    """The text with the section that the lines `new` begin replaced by them, or opened by them; at the end where there is none."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    start = next((number for number, line in enumerate(lines) if line.startswith(new[0].split(" ")[0])), len(lines))
    end = start + 1
    while end < len(lines) and lines[end][:1] in ("", " ", "-", "#", "\t"):
        end += 1
    kept = lines[start + 1 : end] if random.random() < 0.4 else []
    return "\n".join([*lines[:start], *new, *kept, *lines[end:]]).encode("utf-8", "surrogateescape")


def key_with_value(random: Random, data: bytes) -> bytes:
    """A key of the table with a value, in place of its section or as the section's first line."""
    path = random.choice(V0).path.replace("*", random.choice(("en", "zh-Hant", "zh", "x-y", "zh_TW", "EN", "''")))
    return put(random, data, at_key(path, odd_value(random)))


def change_line(random: Random, data: bytes) -> bytes:
    """One line otherwise: its value, key, indentation, quotes, anchor, tag, form; or a line more, twice or gone."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    at = random.randrange(len(lines))
    line, pair = lines[at], _PAIR.fullmatch(lines[at])
    key, value = (pair["key"], pair["value"]) if pair else (line, "")
    space, anchor, odd = " " * (len(line) - len(line.lstrip())), random.choice("aab"), odd_value(random)
    # fmt: off
    lines[at : at + 1] = random.choice((
        [f"{key}: {odd}"], [f"{odd}: {value}"], [f"{space}- {odd}"], [f"{key}: {odd} {value}"], [f"{line} # {odd}"],
        [f"{key}: &{anchor} {value}"], [f"{key}: *{anchor}"], [line, f"{space}*{anchor} : {odd}"],
        [line, f"{space}<<: *{anchor}"], [f"{space}<<: [*a, *b, {{x: y}}]", line], [f"{space}<<: {odd}", line],
        [f"{space}? {key.strip()}", f"{space}: {value}"], [f"{space}? {odd}", line], [f"{space}? [a]", f"{space}: b"],
        [f"{key}: [{value}]"], [f"{key}: {{{value}: {odd}}}"], [f"{key}: |", f"{space}  {value}"], [f"{key}: >-", line],
        [f'{key}: "{value}"'], [f"{key}: '{value}'"], [f"{key}:\t{value}"], [f"\t{line}"], [f" {line}"], [line[1:]],
        [line, line], [], [line, random.choice(lines)], [f"# {line}"], [line, f"{space}{hostile_text(random)[:3_000]}"],
        [line, "---"], [line, "..."], ["%YAML 1.1", "---", line], [f"{key}: !{odd} {value}"], [f"{space}{odd}"],
    ))
    # fmt: on
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def shift(random: Random, data: bytes) -> bytes:
    """Some lines moved to the right or left."""
    lines = data.split(b"\n")
    start = random.randrange(len(lines))
    by = random.choice((b" ", b"  ", b"\t", b"- ", b""))
    for number in range(start, min(len(lines), start + random.choice((1, 3, 20)))):
        lines[number] = by + lines[number] if by else lines[number][random.choice((1, 2)) :]
    return b"\n".join(lines)


YAML: tuple[Mutation, ...] = (key_with_value, key_with_value, change_line, change_line, change_line, change_line, shift)


def bomb(random: Random, data: bytes) -> bytes:
    """What is small and might become large or slow: aliases, merge keys, levels, directives, many of one kind."""
    n = random.choice((3, 9, 60, 1_000, 4_000, 40_000))
    few, piece = min(n, 60), random.choice(PIECES)
    cluster = random.choice(("🇹🇼", "🇹", "👩\u200d", "e\u0301", "क\u094d", "한"))
    # fmt: off
    many = random.choice((
        lambda: "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else 'x'}]\n" for i in range(few)),
        lambda: "".join(f"m{i}: &m{i} {{<<: [{', '.join([f'*m{i - 1}'] * 3 * (i > 0))}], k{i}: v}}\n" for i in range(few)),
        lambda: "name: &a " + "x" * n * 20 + "\nusedBy: [" + "*a, " * few * 20 + "]\n",
        lambda: "".join(" " * i + "a:\n" for i in range(min(n, 1_000))),
        lambda: "name: " + random.choice(("[", "{a: ", "- ", "? ", "[{a: ", "!!x ", "&a ", "!x &a [")) * n + "\n",
        lambda: "".join(f"%TAG !t{i}! x\n" for i in range(n)) + "---\n",
        lambda: "".join(f"{piece}{i}: x\n" for i in range(n)),
        lambda: "".join(f"n{i}: x\n" for i in range(min(n, 1_200))) + "legal: {" + "a: b, " * 1_200 + "}\n",
        lambda: "name: x\n" * n,
        lambda: "description:\n" + "".join(f"  a{i}: {{shortDescription: {piece * 9}}}\n" for i in range(n)),
        lambda: "platforms: [" + "web, " * n + "]\n",
        lambda: "supports:\n" + f"  - {{id: 'alias:{piece}'}}\n" * n,
        lambda: f"# {piece * n}\n",
        lambda: f"softwareVersion: {json.dumps(piece * n * 4)}\n",
        lambda: f"description: {{en: {{longDescription: {json.dumps(cluster * n, ensure_ascii=False)}}}}}\n",
        lambda: f"description: {{en: {{screenshots: [{json.dumps((piece + '/') * n)}]}}}}\n",
        lambda: "description: {en: {videos: [" + f"{json.dumps(hostile_text(random)[:2_000])}, " * few + "]}}\n",
    ))().encode()
    # fmt: on
    return random.choice((HEAD + many, many + data, data + b"\n" + many))


# Cases.


@dataclass
class Case:
    """One case: how it was made, and, while its steps run, the answers about it."""

    number: int
    made: list[str]
    data: bytes = b""
    text: str | None = None  # of a case about a text; None: it is a file
    facts: dict[str, Any] = field(default_factory=dict)
    document: Document = field(default_factory=lambda: Document("", None))
    candidate: Candidate = field(default_factory=lambda: Candidate(RepositoryFile("publiccode.yml", b"")))
    assessment: Assessment = field(default_factory=lambda: Assessment((), None))
    also: tuple[Finding, ...] = ()
    repaired: Repaired | None = None


def make(seed: int, number: int) -> Case:
    """The case of that number."""
    random = Random(f"{seed}/{number}")
    if number % 5 == 4:
        return Case(number, ["text"], text=hostile_text(random))
    if number % 5 == 3:  # each key of the table with each kind of value, in turn
        turn = number // 5 * 7919 % (len(V0) * len(VALUES))  # a prime, so that neighbours differ in both
        path, value = V0[turn % len(V0)].path, VALUES[turn // len(V0)]
        case = Case(number, [f"{path}: {value}"])
        new = at_key(path.replace("*", random.choice(("en", "zh-Hant"))), value)
        case.data = put(random, (ROOT / "publiccode.example.yml").read_bytes(), new)
        steps: Iterable[Mutation] = random.choices(YAML, k=random.choice((0, 0, 1)))
    else:
        case = Case(number, ["file"], data=random.choice(sources()))
        steps = random.choices(random.choice((BYTES, YAML, YAML + BYTES)), k=random.choice((1, 1, 1, 2, 5)))
        if random.random() < 0.04:
            steps = [*steps, bomb]
    for step in steps:
        case.made.append(step.__name__)
        case.data = step(random, case.data)
    case.facts = _facts(random)
    return case


def _facts(random: Random) -> dict[str, Any]:
    names = ("v1.0", "1.2.3", "2026-01", "", hostile_text(random)[:5_000])
    tags = [Tag(random.choice(names), random.choice((None, date(2026, 1, 1)))) for _ in range(3)]
    urls = ("https://git.example/a/b", "", hostile_text(random)[:5_000])
    modes = (candidate.SYMLINK, candidate.SUBMODULE, candidate.FOLDER, candidate.EXECUTABLE, 0o020000, 0)
    unread = RepositoryFile(
        "publiccode.yml", None, random.choice(modes), random.choice((None, 9**9)), random.choice(names)
    )
    return {
        "file": unread if random.random() < 0.02 else None,
        "day": date(2026, 6, 1),
        "repository": random.choice((None, Repository(random.choice(urls)))),
        "tags": random.choice((None, (), tuple(tags))),
        "italian_codes": random.choice((None, frozenset({"pcm"}))),
        "named_files": random.choice((None, *Named)),
    }

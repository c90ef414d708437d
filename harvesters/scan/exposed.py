"""Keys, tokens, passwords and numbers of persons in a text: what must not be published.

What is found leaves this module masked, and the process that reads hands on nothing else. Few false alarms come before
completeness: who publishes must look over a list, not over a heap. A rule is a line in a table.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .national_ids import NUMBER, is_number_of_a_person

MOST_OF_A_RULE = 20  # places that are told of one rule in one file
LONGEST_TEXT_LINE = 20_000  # longer ones are of a program that was packed together: passwords are not guessed in them
_PACKED = re.compile(rb"[^\n]{%d,}" % LONGEST_TEXT_LINE)


@dataclass(frozen=True, slots=True)
class Exposed:
    """One place: the rule, path and line, the masked text; `low`: among examples or tests, or probably no secret.

    `count`: of how many a list consists, where the rule is about lists.
    """

    rule: str
    path: str
    line: int
    masked: str
    low: bool
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def masked(text: str) -> str:
    """`text` with its first and last characters alone: a fifth of it at most.

    >>> masked("AKIAABCDEFGHIJKLMNOP"), masked("hunter2!")
    ('AK…P', 'h…')
    """
    first, last = min(4, len(text) // 8), min(2, len(text) // 16)
    return text[: max(first, 1)] + "…" + (text[-last:] if last else "")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One kind: it is looked for where one of `needles` stands in the text in small letters; the first group counts."""

    id: str
    needles: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    holds: Callable[[str], bool] = bool


_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|changeme|change[-_ ]?(?:me|this|it)|dummy|fake|redacted|your[-_ ]?|todo|fixme|insert|replace|"
    r"xxxx|\*\*\*|\.\.\.|…|12345|abcde|abc123|foobar|qwerty|deadbeef|notreal|not[-_]a|lorem|secret$|^secret|"
    r"password|passwort|passwd|^test|test$|"
    r"^<.*>$|\$\{|\{\{|%\(|\$\(|%[a-z]|^\$|\{[a-z_.]*\}|^none$|^null$|^true$|^false$|^undefined$",
    re.IGNORECASE,
)


_WORDS = frozenset(
    (
        "pass",
        "pwd",
        "user",
        "users",
        "username",
        "secret",
        "token",
        "postgres",
        "root",
        "admin",
        "mysql",
        "guest",
        "hunter2",
        "tiger",
    )
)


def _is_real(text: str) -> bool:
    return not _PLACEHOLDER.search(text) and len(set(text)) > min(5, len(text) // 2)


def _is_random(text: str) -> bool:
    return _is_real(text) and entropy(text) > 3.0 and any(letter.isdigit() for letter in text)


def _is_password(text: str) -> bool:
    """Whether an assigned text is a secret rather than a name, a path, an address or a sentence."""
    if not _is_real(text) or re.search(r"\s|://|[()\[\]<>]|\A[./@#]|\A[\w.-]+\.[a-z]{2,5}\Z|[A-Za-z]=[A-Za-z]", text):
        return False
    kinds = sum(any(map(test, text)) for test in (str.islower, str.isupper, str.isdigit, _is_sign))
    words = re.fullmatch(r"_*[A-Za-z]+(?:[-_.:/][A-Za-z]+)*[0-9]{0,2}|[A-Z0-9]+(?:_[A-Z0-9]+)+", text)
    return kinds >= 2 and not words and entropy(text) >= 2.7


def _is_sign(letter: str) -> bool:
    return not letter.isalnum()


def _is_jwt(text: str) -> bool:
    head = text.split(".")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "alg" in told and _is_real(text.split(".")[1])


def _is_key(text: str) -> bool:
    """Whether the letters of a key stand there: the words before them stand in many a program.

    In a program they follow a line end that is written as such, or the end of a text; older keys have headers before them.
    """
    body = re.sub(r"\\[rn]", "\n", text.partition("-----END")[0])
    lines = [line.strip(" \t\r\"'+,>|\\") for line in body.splitlines()]
    first = next((line for line in lines if line and not re.match(r"[A-Z][A-Za-z-]{1,30}: ", line)), "")
    return bool(re.match(r"[A-Za-z0-9+/=]{40}", first)) and len(set(first)) > 5


def entropy(text: str) -> float:
    """Bits for each character, by how often each stands in the text (Shannon).

    >>> round(entropy("aaaa"), 1), round(entropy("abcd"), 1)
    (0.0, 2.0)
    """
    return sum(count / len(text) * math.log2(len(text) / count) for count in Counter(text).values())


def _tokens(*forms: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9_+-])(" + b"|".join(forms) + rb")(?![A-Za-z0-9_+-])")


_NAME = (
    rb"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential"
    rb"|(?:api|access|auth|secret|private|encryption|signing)[_-]?key|client[_-]?secret)s?"
)
RULES = (
    _Rule(
        "private-key",
        (b"private key",),
        re.compile(rb"-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----(.{0,600})", re.DOTALL),
        _is_key,
    ),
    _Rule("aws-key", (b"akia", b"asia"), _tokens(rb"(?:AKIA|ASIA)[A-Z2-7]{16}"), _is_real),
    _Rule(
        "aws-secret",
        (b"aws",),
        re.compile(
            rb"(?i:aws[_-]?secret(?:[_-]?access)?[_-]?key)[\"']?[ \t]{0,5}[=:][ \t]{0,5}[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
        _is_random,
    ),
    _Rule("google-key", (b"aiza",), _tokens(rb"AIza[A-Za-z0-9_-]{35}"), _is_real),
    _Rule(
        "github-token",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        _tokens(rb"gh[pousr]_[A-Za-z0-9]{36,255}", rb"github_pat_[A-Za-z0-9_]{60,255}"),
        _is_real,
    ),
    _Rule(
        "gitlab-token",
        (b"glpat-", b"gldt-", b"glrt-", b"glcbt-", b"glptt-"),
        _tokens(rb"gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{20,300}"),
        _is_real,
    ),
    _Rule(
        "slack-token",
        (b"xoxa-", b"xoxb-", b"xoxp-", b"xoxr-", b"xoxs-", b"xapp-", b"hooks.slack.com"),
        re.compile(
            rb"(?<![A-Za-z0-9])(xox[abprs]-[A-Za-z0-9-]{20,250}|xapp-[0-9]-[A-Za-z0-9-]{20,250}"
            rb"|hooks\.slack\.com/services/T[A-Za-z0-9]{6,14}/B[A-Za-z0-9]{6,14}/[A-Za-z0-9]{20,30})"
        ),
        _is_real,
    ),
    _Rule(
        "service-token",
        (b"sk_live_", b"rk_live_", b"npm_", b"pypi-age", b"accountkey=", b"ya29.", b"hvs."),
        _tokens(
            rb"[sr]k_live_[A-Za-z0-9]{20,250}",
            rb"npm_[A-Za-z0-9]{36}",
            rb"pypi-AgE[A-Za-z0-9_-]{50,250}",
            rb"AccountKey=[A-Za-z0-9+/]{80,90}={0,2}",
            rb"ya29\.[A-Za-z0-9_-]{40,250}",
            rb"hvs\.[A-Za-z0-9_-]{24,250}",
        ),
        _is_real,
    ),
    _Rule(
        "jwt",
        (b"eyj",),
        _tokens(rb"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,2000}"),
        _is_jwt,
    ),
    _Rule(
        "password-in-address",
        (b"://",),
        re.compile(rb"://[^\s:/@\"'<>{}$]{1,100}:([^\s:/@\"'<>]{4,200})@[A-Za-z0-9\[]"),
        lambda text: _is_real(text) and text.lower() not in _WORDS,
    ),
    _Rule(
        "password",
        (b"pass", b"pwd", b"secret", b"token", b"key", b"credential"),
        re.compile(
            rb"(?i:" + _NAME + rb")[\"']?[ \t]{0,5}(?::=|=>|[=:])[ \t]{0,5}[furbFURB]?[\"']"
            rb"([^\"'\s\\]{8,200})[\"']"
        ),
        _is_password,
    ),
)
_ANY = re.compile(b"|".join(re.escape(needle) for rule in RULES for needle in rule.needles))
# In files of settings texts stand without quotes.
_BARE = re.compile(
    rb"(?im)^[ \t]*(?:export )?[\w.-]{0,40}?" + _NAME + rb"[ \t]{0,5}[=:][ \t]{0,5}([^\"'\s#$<{%]{8,200})[ \t]*\r?$"
)
_SETTINGS = (
    ".env",
    ".ini",
    ".cfg",
    ".conf",
    ".properties",
    ".toml",
    ".yml",
    ".yaml",
    ".envrc",
    "rc",
    ".netrc",
    ".pgpass",
)
_LOW = re.compile(
    r"(?:^|/)(?:.*[-_.])?(?:tests?|testing|__tests__|specs?|examples?|samples?|fixtures?|mocks?|demos?|docs?|testdata)(?:[-_.].*)?(?=/)",
    re.I,
)
_LOW_NAME = re.compile(
    r"(?:^|/)(?:test_[^/]*|[^/]*(?:_test|\.test|\.spec|[-_.](?:example|sample|template|dist))(?:\.[^/.]*)?|conftest\.py)$",
    re.I,
)
_PEOPLE = re.compile(
    r"(?:^|/)(?:authors|contributors|maintainers|credits|thanks|codeowners|changelog|changes|history|news|notice|copying)[^/]*$|licen[cs]e[^/]*$"
    r"|\.pot?$|(?:^|/)\.mailmap$|(?:^|/)(?:publiccode\.ya?ml|metadata|pkg-info)$",
    re.I,
)
_EMAIL = re.compile(
    rb"(?<![\w.+/-])([A-Za-z0-9][A-Za-z0-9._+-]{0,63})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,12})(?![\w-])"
)
_ADDRESSES = re.compile(r" ?<?[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}>?")
_UNREAL = re.compile(
    rb"(?:^|\.)(?:example|test|invalid|localhost|local)(?:\.(?:com|org|net|gov|tw|edu))?$|noreply", re.I
)
_MOBILE = re.compile(rb"(?<![\w.+-])(?:\+886[- ]?9|09)[0-9]{2}[- ]?[0-9]{3}[- ]?[0-9]{3}(?![\w.-])")


def is_aside(path: str) -> bool:
    """Whether examples, tests or documents stand at a path.

    >>> [is_aside(path) for path in ("tests/a.py", "src/test_a.py", "docs/x/a.md", "src/latest/a.py")]
    [True, True, True, False]
    """
    return bool(_LOW.search(path) or _LOW_NAME.search(path))


def exposed(content: bytes, path: str, emails: int) -> Iterator[Exposed]:
    """What a text shows that must not be published, in the order of the rules; `emails`: from how many on a list is one."""
    low = is_aside(path)
    lower = content.lower()
    for rule in RULES if _ANY.search(lower) else ():
        if any(needle in lower for needle in rule.needles):
            packed = rule.id == "password" and len(content) > LONGEST_TEXT_LINE
            guessed = _PACKED.sub(lambda found: b" " * len(found[0]), content) if packed else content
            yield from _matches(rule.id, rule.pattern, rule.holds, guessed, path, low)
    name = path.rpartition("/")[2].lower()
    if name.endswith(_SETTINGS) or name.startswith(".env"):
        yield from _matches("password", _BARE, _is_password, content, path, low)
    yield from _matches("national-id", NUMBER, is_number_of_a_person, content, path, low)
    yield from _lists(content, path, low, emails)


def harmless(texts: Iterable[str]) -> list[str]:
    """Those of the texts that show nothing: what is kept of a scan holds no secret, wherever somebody wrote one.

    >>> harmless(["2026 City of Yunwu", "2026 F13110" + "4093"])
    ['2026 City of Yunwu']
    """
    return [text for text in texts if not _shows(text)]


def without_addresses(line: str) -> str:
    """A copyright line of several holders without their e-mail addresses, which together are a list of persons.

    >>> without_addresses("2020 A <a@yunwu.gov.tw>, B <b@yunwu.gov.tw>"), without_addresses("2020 A <a@yunwu.gov.tw>")
    ('2020 A, B', '2020 A <a@yunwu.gov.tw>')
    """
    if line.count("@") < 2:
        return line
    return " ".join(_ADDRESSES.sub("", line).split())


def masked_path(path: str) -> str:
    """A path, or a sentence with one, as it may be told: the words in it that show something are masked.

    >>> masked_path("keys/F13110" + "4093 Jane/a.txt"), masked_path("src/a.py")
    ('keys/F… Jane/a.txt', 'src/a.py')
    """
    if not _shows(path):
        return path
    told = re.sub(r"[^\s/'\"]+", lambda word: masked(word[0]) if _shows(word[0]) else word[0], path)
    return masked(path) if _shows(told) else told


def _shows(text: str) -> bool:
    return next(exposed(text.encode("utf-8", "replace"), "", 2), None) is not None


def _matches(
    rule: str, pattern: re.Pattern[bytes], holds: Callable[[str], bool], content: bytes, path: str, low: bool
) -> Iterator[Exposed]:
    told = 0
    for found in pattern.finditer(content):
        group = 1 if pattern.groups else 0
        text = found[group].decode("utf-8", "replace")
        if not holds(text):
            continue
        told += 1
        if told > MOST_OF_A_RULE:
            return
        whole = "private key" if rule == "private-key" else masked(text)
        doubtful = low or (rule == "password-in-address" and text.isalpha() and text[1:].islower())
        yield Exposed(rule, path, content.count(b"\n", 0, found.start()) + 1, whole, doubtful)


def _lists(content: bytes, path: str, low: bool, least: int) -> Iterator[Exposed]:
    """Lists of persons: many different addresses or mobile numbers in one file."""
    low = low or bool(_PEOPLE.search(path))
    kinds: Sequence[tuple[str, bytes, re.Pattern[bytes]]] = (
        ("e-mail-list", b"@", _EMAIL),
        ("phone-list", b"09", _MOBILE),
    )
    for rule, needle, pattern in kinds:
        if needle not in content and (rule != "phone-list" or b"+886" not in content):
            continue
        first, different = 0, set[bytes]()
        for found in pattern.finditer(content):
            if rule == "e-mail-list" and _UNREAL.search(found[2].lower()):
                continue
            first = first or content.count(b"\n", 0, found.start()) + 1
            different.add(re.sub(rb"[- ]|\+886", b"", found[0].lower()))
            if len(different) >= 10_000:
                break
        if len(different) >= least:
            yield Exposed(rule, path, first, "", low, len(different))

"""Makes `schemas/licensing/texts.bin` and `eupl.bin` from licence texts of packages: words as hashes, texts as numbers of words."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Iterator

from publiccode.schemas.licensing.text_data import RUN, Template, grams, packed, word_hash
from publiccode.schemas.licensing.translations import translations
from publiccode.schemas.licensing.words import Text, plain, read_text, words_of
from publiccode.schemas.vocabularies import licenses

# A heading from which on a text may be missing: how to apply it, forms, lists. Never in the first part of a text.
_APPENDIX = re.compile(
    r"(?:end of (?:the )?terms and conditions|(?:appendix|addendum)\b.{0,60}|how to (?:apply|use) .{0,100}|exhibit [a-c]\b.{0,80}"
    r"|annexe?\b.{0,40}|creative commons (?:is not a party|may be contacted).*|creative commons notice)$",
    re.IGNORECASE,
)
_FRONT = re.compile(r"creative commons corporation .{0,30}is not a law firm|creative commons legal code", re.IGNORECASE)
_APPENDIX_FROM = 0.4  # of the lines
_LONGEST_TITLE = 15  # words
_TITLE_WORDS = frozenset(["the", "license", "version", "v", "of", "public", "agreement"])
# Words that stand in nearly every sentence of a language, and in few of others.
_LANGUAGES = {
    "en": "the of and to in or that is",
    "fr": "le la les des du et une est que dans",
    "de": "der die das und oder nicht des ist von",
    "es": "el los las del y una que se por",
    "it": "il di della e che un gli nel è",
    "pt": "o os do da e uma não em para",
    "nl": "de het een van en dat of niet",
}
_CJK = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_TRADITIONAL = re.compile("[條權資訊為這與個會發應據]")
_LEAST_EDITION = 300  # words in another script that make an edition of their own


def license_texts(read: Callable[[str], bytes], path: str) -> bytes:
    """The content of `texts.bin`; `path` is a JSON object id → {"name", "licenseText"}."""
    listed = json.loads(read(path))
    numbers: dict[str, int] = {}
    found: dict[tuple[int, ...], tuple[list[str], str, bytes]] = {}
    for identifier in sorted(listed):
        if "-with-" in identifier:  # deprecated: a licence and an exception, of which the text is the exception's alone
            continue
        for text, language in _editions(read_text(listed[identifier]["licenseText"].encode())):
            words = tuple(numbers.setdefault(word, len(numbers)) for word in text.words)
            core = _once(words, _core(identifier, listed[identifier]["name"], text))
            found.setdefault(words, ([], language, core))[0].append(identifier)
    templates = [
        Template(tuple(sorted(ids, key=_preference)), language, array("H", words), core)
        for words, (ids, language, core) in found.items()
        if not all(_is_deprecated(identifier) for identifier in ids)  # its successor has nearly the same text
    ]
    return packed(templates, [word_hash(word) for word in numbers])


def eupl_texts(read: Callable[[str], bytes], path: str) -> bytes:
    """The content of `eupl.bin`; `path` is a Markdown file with a section of level 2 for each language; English is left out."""
    numbers: dict[str, int] = {}
    templates = []
    for section in re.split(r"(?m)^## (?=\S)", read(path).decode()):
        found = translations(section.split("\n"))
        if len(found) != 1 or found[0].license != "EUPL-1.2" or found[0].language in ("", "en"):
            continue
        text = read_text(section.encode())
        words = tuple(numbers.setdefault(word, len(numbers)) for word in text.words)
        lines = [plain(line) for line in text.lines]
        articles = [number for number, line in enumerate(text.lines, 1) if line.startswith("### ")]
        # A line of a word or two behind the last article is the heading of the appendix.
        appendix = next(n for n in range(articles[-1] + 1, len(lines)) if 1 <= len(lines[n - 1].split()) <= 2)
        core = bytes(1 < line < appendix for line in text.at)
        templates.append(Template(("EUPL-1.2",), found[0].language, array("H", words), _once(words, core)))
    return packed(templates, [word_hash(word) for word in numbers])


def _is_deprecated(identifier: str) -> bool:
    _, entry = licenses().get(identifier.lower(), (identifier, {}))
    return bool(entry.get("deprecated"))


def _preference(identifier: str) -> tuple[bool, bool, int, str]:
    return _is_deprecated(identifier), identifier.endswith("-or-later"), len(identifier), identifier


def _editions(text: Text) -> Iterator[tuple[Text, str]]:
    """A text, or its Chinese and its other lines where it is in two languages."""
    chinese = [bool(_CJK.search(word)) for word in text.words]
    if min(sum(chinese), len(chinese) - sum(chinese)) < _LEAST_EDITION:
        yield text, _language(text)
        return
    lines = {line: bool(_CJK.search(text.lines[line - 1])) for line in text.at}
    for wanted in (True, False):
        kept = [place for place, line in enumerate(text.at) if lines[line] is wanted]
        edition = Text(
            text.lines, tuple(text.words[place] for place in kept), tuple(text.at[place] for place in kept), text.rights
        )
        yield edition, _language(edition)


def _language(text: Text) -> str:
    words = list(text.words)
    joined = "".join(words)
    if _KANA.search(joined):
        return "ja"
    if len(_CJK.findall(joined)) * 2 > len(words):
        return "zh-Hant" if _TRADITIONAL.search(joined) else "zh-Hans"
    counts = {language: sum(map(words.count, known.split())) for language, known in _LANGUAGES.items()}
    return max(counts, key=lambda language: (counts[language], language == "en"))


def _core(identifier: str, name: str, text: Text) -> bytes:
    """Which words of a text must be there (1) for it to be whole: all but its title, front matter and appendices."""
    lines = [plain(line) for line in text.lines]
    ends = len(lines) + 1
    for number, line in enumerate(lines, 1):
        again = identifier.startswith("LGPL-3.0") and re.fullmatch("GNU GENERAL PUBLIC LICENSE", line.strip())
        if again or (number > len(lines) * _APPENDIX_FROM and _APPENDIX.match(line)):
            ends = number
            break
    titles = set(_title_lines(name, text)) | {number for number, line in enumerate(lines, 1) if _FRONT.search(line)}
    core = bytes(line < ends and line not in titles for line in text.at)
    return core if sum(core) * 4 > len(core) or identifier.startswith("LGPL-3.0") else b"\1" * len(core)


def _once(words: tuple[int, ...], core: bytes) -> bytes:
    """Without the passages that the text has had before: a licence that quotes another three times is not there three times."""
    kept = bytearray(len(core))
    seen = set()
    for place, run in enumerate(grams(words)):
        if run not in seen:
            kept[place : place + RUN] = core[place : place + RUN]
            seen.add(run)
    return bytes(kept) if any(kept) else core


def _title_lines(name: str, text: Text) -> Iterator[int]:
    """The first lines as far as they say no more than the name, a version or a date."""
    known = _TITLE_WORDS | set(re.findall(r"\w+", name.casefold().replace("licence", "license")))
    for number in sorted(set(text.at))[:4]:
        words = words_of(plain(text.lines[number - 1]))
        strange = [word for word in words if word not in known and not word.isdigit() and len(word) > 1]
        if len(words) > _LONGEST_TITLE or len(strange) > 2:
            return
        yield number

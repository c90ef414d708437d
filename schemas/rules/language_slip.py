"""Language tags mean what the writer meant: slips that are valid tags all the same.

`tw` is Twi, a language of Ghana, and in files about Taiwan nearly always stands for `zh-Hant`; `kr` is Kanuri, not
Korean (`ko`). `en-UK` should be `en-GB`. `it-IT`, `de-DE` and the like name the country where the language is at
home, which adds nothing and hides the text from readers who ask for `it`. Old codes have successors: `iw` is `he`,
`in` is `id`, `ji` is `yi`, `jw` is `jv`, `mo` is `ro`. `zh` alone, as a key of `description`, does not say which
characters; the texts tell.

A warning, for the keys of `description` and for availableLanguages. A tag that is not valid at all, such as `zh_TW`,
is an error of the rule language-known.

Repair: write the suggested tag, if that is what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Message, Severity, message
from ..languages import is_language_tag
from ..nodes import Kind, Node
from ..standard import Format
from ..structure import Found, shown, structure

ID, SEVERITY = "language-slip", Severity.WARNING
_MEANT = {"tw": "zh-Hant", "kr": "ko", "en-uk": "en-GB", "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}
_AT_HOME = {
    "it-it": "it", "de-de": "de", "fr-fr": "fr", "nl-nl": "nl", "sv-se": "sv", "da-dk": "da", "fi-fi": "fi",
    "pl-pl": "pl", "cs-cz": "cs", "hu-hu": "hu", "ja-jp": "ja", "ko-kr": "ko", "el-gr": "el", "es-es": "es",
}  # fmt: skip
# Characters that only one of the two ways of writing Chinese has, among the most frequent ones.
_TRADITIONAL = re.compile("[個們這來時會說過後學國開關於與為無發機點業東統資訊與設計應檔導覽區縣務辦]")
_SIMPLIFIED = re.compile("[个们这来时会说过后学国开关于与为无发机点业东统资讯设计应档导览区县务办]")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each valid tag that was probably not meant."""
    for found in structure(document).of_format(Format.LANGUAGE):
        is_key = found.key.path.endswith("*")
        tag = str(found.path[-1]) if is_key else found.text
        if not is_language_tag(tag):
            continue
        small = tag.lower()
        if small in _MEANT:
            text = message("{tag} is a valid language tag, but probably not the one that is meant", tag=shown(tag))
            near = _MEANT[small]
        elif small in _AT_HOME:
            text = message("the country in {tag} adds nothing: it is where the language is at home", tag=shown(tag))
            near = _AT_HOME[small]
        elif small == "zh" and is_key and (near := _characters(found)):
            text = message("zh does not say in which characters the text is written")
        else:
            continue
        yield found.finding(ID, SEVERITY, text, _help(near))


def _help(near: str) -> Message:
    return message("Did you mean {near}?", near=near)


def _characters(found: Found) -> str:
    """zh-Hant or zh-Hans, by the texts of the description; empty where they do not tell."""
    text = "".join(_texts(found.node)) if found.node is not None else ""
    traditional, simplified = len(_TRADITIONAL.findall(text)), len(_SIMPLIFIED.findall(text))
    if traditional == simplified:
        return ""
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _texts(node: Node) -> Iterator[str]:
    if node.kind is Kind.TEXT:
        yield node.text[:2_000]
    for child in (*node.items, *node.entries.values()):
        yield from _texts(child)

"""Languages are BCP 47 tags whose parts the IANA registry holds: the keys of `description`, and availableLanguages.

Passes: `en`, `zh-Hant`, `zh-TW`, `nan-Hant-TW`, `ami`, in any case. Fails: an underscore (`zh_TW`), three letters
where there are two (`eng`), names (`english`), parts that do not exist. The reference says only that some key of
`description` is wrong; we name it.

Repair: write the tag with hyphens: zh-Hant for Chinese in traditional characters, en for English.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..languages import is_language_tag
from ..standard import Format
from ..structure import shown, structure

ID, SEVERITY = "language-known", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each language that is none."""
    for found in structure(document).of_format(Format.LANGUAGE):
        tag = str(found.path[-1]) if found.key.path.endswith("*") else found.text
        if is_language_tag(tag):
            continue
        tried = tag.strip().replace("_", "-")
        if tried != tag and is_language_tag(tried):
            help_text = message("Did you mean {near}?", near=tried)
        else:
            help_text = message("Write a language tag by BCP 47, such as zh-Hant, zh-TW, en or it.")
        yield found.finding(ID, SEVERITY, message("“{value}” is not a language tag", value=shown(tag)), help_text)

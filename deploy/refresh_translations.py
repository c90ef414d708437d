"""Brings the translations up to date: what the code says goes into every .po, without guesses; every .mo is compiled."""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publiccode.registry.models import Outcome
from publiccode.registry.why import _TOMBSTONES, outcome_text
from publiccode.schemas.rules import NOTICES, RULES
from publiccode.schemas.rules.pages import paragraphs

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "message": None, "Message": None}  # schemas/finding.py

Call = tuple[
    int, str, list[str | None], list[str]
]  # line, function, arguments (None where not a literal text), comments


@dataclass(frozen=True, slots=True)
class Domain:
    """One set of translations: gettext domain, folder of the languages, folders whose code speaks, and what only runs say."""

    name: str
    translations: str
    speaking: tuple[str, ...]
    tables: tuple[tuple[str, str], ...] = ()  # (file, sentence): no call holds them, so no extraction finds them


DOMAINS = (
    Domain("findings", "schemas/translations", ("schemas",)),
    Domain(
        "rules",
        "schemas/translations",
        (),
        tuple(
            (f"schemas/rules/{rule.ID.replace('-', '_')}.py", text)
            for rule in (*RULES, *NOTICES)
            for text in paragraphs(rule)
        ),
    ),
    Domain(
        "messages",
        "web/translations",
        ("web", "registry", "harvesters"),
        (
            *(("registry/why.py", said.template) for outcome in Outcome for said in outcome_text(outcome)[1:]),
            *(("registry/why.py", sentence) for sentence in _TOMBSTONES.values()),
        ),
    ),
)


def said_in_python(file: IO[bytes], keywords: Collection[str], _tags: object, options: object) -> Iterator[Call]:
    """The literal arguments of calls, as Babel's extractors give them.

    Babel's own extractor takes the key out of `Message(data["template"])` for a text, and complains of `Message("")`, which is
    how a finding says that it has no help.
    """
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call) and node.args]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in keywords:
            words = [word.value if isinstance(word, ast.Constant) else None for word in call.args]
            texts = [word if isinstance(word, str) else None for word in words]
            if texts[0]:
                yield call.lineno, call.func.id, texts, []


def said_in_code(folder: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """(file, text or its singular and plural) of all that a folder's code and templates say."""
    with (ROOT / "web/translations/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    exact = [(pattern, said_in_python if method == "python" else method) for pattern, method in methods]
    for name, _, text, _, _ in extract_from_dir(ROOT / folder, exact, options, KEYWORDS):  # type: ignore[arg-type]  # callables too
        yield f"{folder}/{name}", text


def template(domain: Domain) -> Catalog:
    """Everything that can be said in a domain, with the files that say it."""
    catalogue = Catalog(domain=domain.name)
    for folder in domain.speaking:
        for file, text in said_in_code(folder):
            catalogue.add(text, locations=[(file, 0)])
    for file, text in domain.tables:
        if text:
            catalogue.add(text, locations=[(file, 0)])
    return catalogue


def update(path: Path, said: Catalog) -> int:
    """Brings one .po and its .mo up to date; the number of texts that wait for a translator.

    A text that changed waits anew: a guess would be shown as if somebody had read it. What nobody says any more goes.
    """
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue.update(said, no_fuzzy_matching=True, update_creation_date=False)
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=0, include_lineno=False, ignore_obsolete=True)
    write_mo(compiled, read_po(io.BytesIO(text.getvalue())))
    path.write_bytes(text.getvalue())
    path.with_suffix(".mo").write_bytes(compiled.getvalue())
    return sum(entry.fuzzy or not translated(entry) for entry in catalogue if entry.id)


def translated(entry: Message) -> bool:
    """Every form of a text has a translation."""
    return all([entry.string] if isinstance(entry.string, str) else entry.string or [""])


def main(arguments: list[str]) -> int:
    """Exit code: 0 everything is translated, 1 something waits for a translator, 2 usage."""
    parser = argparse.ArgumentParser(
        description="Bring all translations up to date with the code, and compile them.",
        epilog="Example: make translations",
    )
    parser.parse_args(arguments)
    waiting = 0
    for domain in DOMAINS:
        said = template(domain)
        for path in sorted((ROOT / domain.translations).glob(f"*/LC_MESSAGES/{domain.name}.po")):
            missing = update(path, said)
            waiting += missing
            sys.stdout.write(f"{path.relative_to(ROOT)}: {len(said)} texts, {missing} without translation\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Writes the manual page of every rule below docs/rules/, in English and zh-Hant, with what its examples look like."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publiccode.schemas.finding import Severity
from publiccode.schemas.rules.pages import RulePage, pages
from tests.schemas.test_examples import assessed

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "rules"
MOST_EXAMPLES = 4
WORDS = {
    "en": ("Rules", "An error makes the file invalid; a warning never does.", "error", "warning", "Examples", "Rule"),
    "zh-Hant": ("規則", "有錯誤的檔案不符合標準；警告則不影響。", "錯誤", "警告", "範例", "規則"),
}


def written() -> dict[Path, str]:
    """Every page by its file."""
    files = {}
    for language, folder in (("en", FOLDER), ("zh-Hant", FOLDER / "zh-Hant")):
        listed = pages(language)
        files[folder / "README.md"] = _index(listed, language)
        for page in listed:
            files[folder / f"{page.id}.md"] = _page(page, language)
    return files


def _severity(page: RulePage, language: str) -> str:
    return WORDS[language][2 if page.severity is Severity.ERROR else 3]


def _index(listed: tuple[RulePage, ...], language: str) -> str:
    title, lead, *_ = WORDS[language]
    rows = "".join(
        f"| [{page.id}]({page.id}.md) | {_severity(page, language)} | {_cell(page.title)} |\n" for page in listed
    )
    return f"# {title}\n\n{lead}\n\n| {WORDS[language][5]} | | |\n|---|---|---|\n{rows}"


def _page(page: RulePage, language: str) -> str:
    text = f"# {page.id}\n\n{_severity(page, language)}\n\n{page.text}\n"
    shown = []
    for path in sorted((ROOT / "tests" / "examples" / page.id / "fail").glob("*.yml"))[:MOST_EXAMPLES]:
        found = [finding for finding in assessed(path).findings if finding.rule == page.id]
        shown.append("\n".join(finding.printed(path.name, language) for finding in found[:3]))
    return f"{text}\n## {WORDS[language][4]}\n\n```text\n" + "\n\n".join(shown) + "\n```\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Exit code: 0 written, 2 usage."""
    parser = argparse.ArgumentParser(
        description="Write the manual page of every rule below docs/rules/.", epilog="Example: make rule-pages"
    )
    parser.parse_args(arguments)
    files = written()
    for path in FOLDER.rglob("*.md"):
        if path not in files:
            path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    sys.stdout.write(f"docs/rules: {len(files)} pages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

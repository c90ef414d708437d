"""The manual page of each rule, in each of our languages: the docstring of its module, paragraph by paragraph."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from ..finding import Severity, translated
from . import NOTICES, RULES, Rule

DOMAIN = "rules"


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule as a reader sees it: its id, how much a finding weighs, one sentence, and the paragraphs that explain it.

    A text between backticks is something to write or to find in a file, never to be translated.
    """

    id: str
    severity: Severity
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole page as one text, paragraphs parted by empty lines."""
        return "\n\n".join((self.title, *self.paragraphs))


def paragraphs(rule: Rule) -> tuple[str, ...]:
    """The paragraphs of a rule's page in English, which are also the keys of their translations; the first is its title."""
    text = inspect.cleandoc(rule.__doc__ or "")
    # Only line ends are joined: what stands between backticks may have several spaces.
    return tuple(part.strip().replace("\n", " ") for part in text.split("\n\n"))


def page(rule: Rule, language: str = "en") -> RulePage:
    """The page of `rule` in `language` (BCP 47); a paragraph without translation stays English."""
    title, *rest = (translated(DOMAIN, paragraph, language) for paragraph in paragraphs(rule))
    return RulePage(rule.ID, rule.SEVERITY, title, tuple(rest))


def pages(language: str = "en") -> tuple[RulePage, ...]:
    """The pages of all rules, in the order in which they are asked."""
    return tuple(page(rule, language) for rule in (*RULES, *NOTICES))

"""One JSON object per file and line, written as soon as the file is checked.

The objects are those of the format `json`, with one thing more: behind the findings stand the follow-ups, each with
`"follow_up": true`. They are what the reference validator reports as a consequence of a finding that we have; they count
for no verdict and are there for comparing validators. Readers who want our findings only skip them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import Checked
from .harmless import as_json
from .json import told


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """One line per file."""
    for one in checked:
        answer = told(one, language)
        answer["findings"] += [{**finding.to_json(language), "follow_up": True} for finding in one.follow_ups]
        yield f"{as_json(answer)}\n"

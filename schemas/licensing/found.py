"""What was found in a licence file: Part, Identification. Values only; `identify.py` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NOASSERTION = "NOASSERTION"
Lines = tuple[int, int]
"""The first and the last line of a range, counted from 1."""


class Means(StrEnum):
    """How a licence was recognised."""

    TEXT = "text"  # its words stand there, compared with the text of the SPDX list, or the EUPL in another language
    STRUCTURE = "structure"  # a translation that we have no text of: title, version, articles
    NOTICE = "notice"  # the notice by which a licence is applied ("Licensed under the Apache License, Version 2.0 …")
    TAG = "tag"  # SPDX-License-Identifier
    POINTER = "pointer"  # its address, or the name of another file that holds the text
    NAME = "name"  # its name, in a title or a sentence


class Remark(StrEnum):
    """What else is to be said of a file."""

    INCOMPLETE = "incomplete-text"  # the text breaks off, or parts of it are missing
    RESTRICTED = "restriction-added"  # words beside the text take away what it gives
    STATEMENT = "statement-only"  # a licence is named, its text is not there
    TRANSLATED = "translated"  # the text is in a language other than the one of the SPDX list
    THIRD_PARTIES = "third-party-list"  # the licences of what the software uses are listed behind
    EXTRA_TEXT = "extra-text"  # more than a tenth of the words belongs to no licence that was found


@dataclass(frozen=True, slots=True)
class Part:
    """One licence in a file.

    `license` is an SPDX id, or an expression where the file says "A or B". `coverage`: the share of the licence's own text
    that stands in the file, 0..1; 0 for what only names it. `language` (BCP 47) is the text's, empty where nothing tells.
    """

    license: str
    means: Means
    coverage: float = 0.0
    language: str = ""
    lines: tuple[Lines, ...] = ()


@dataclass(frozen=True, slots=True)
class Identification:
    """What a licence file says.

    `concluded`: the licence of the software as far as this file tells, an id or an expression; NOASSERTION when unsure. `also`:
    licences that the file claims for something else: parts, fonts, what the software uses. `parts` are the evidence for
    both; `left_over` the lines that none of them explains (copyright lines apart), `left_over_share` their words of all, 0..1.
    """

    concluded: str = NOASSERTION
    also: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    remarks: tuple[Remark, ...] = ()
    left_over: tuple[Lines, ...] = ()
    left_over_share: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a command prints it and a table keeps it; holds no word of the file itself."""
        return {
            "concluded": self.concluded,
            "also": list(self.also),
            "parts": [
                {
                    "license": part.license,
                    "means": str(part.means),
                    "coverage": round(part.coverage, 3),
                    "language": part.language,
                    "lines": [list(lines) for lines in part.lines],
                }
                for part in self.parts
            ],
            "remarks": [str(remark) for remark in self.remarks],
            "left_over": [list(lines) for lines in self.left_over],
            "left_over_share": round(self.left_over_share, 3),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Identification:
        """The value back."""
        return cls(
            data["concluded"],
            tuple(data["also"]),
            tuple(
                Part(
                    part["license"],
                    Means(part["means"]),
                    part["coverage"],
                    part["language"],
                    tuple((first, last) for first, last in part["lines"]),
                )
                for part in data["parts"]
            ),
            tuple(Remark(remark) for remark in data["remarks"]),
            tuple((first, last) for first, last in data["left_over"]),
            data["left_over_share"],
        )

"""Which slip of the writer made the YAML parser give up.

The parser notices a slip where the text stops making sense, often lines later. So every line up to there is compared
with the usual slips; for those that match, the text is parsed again with the slip repaired. Only a repair that moves
the error further down, or away, is believed. All of it is bounded: lines, their length, the text, the number of tries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

from .slips_of_yaml import SLIPS, Recognise, Slip, shifted, shifts
from .yaml_events import events, without_breaks

MAX_TEXT = 64 * 1024  # characters; longer texts are not parsed again
MAX_LINES = 500  # before the error
MAX_LINE = 2_000  # characters of a line that is looked at
MAX_TRIES = 30  # repairs of the slips in the table
MAX_SHIFTS = 12  # repairs of indentation
MAX_EVENTS = 5_000  # of one try
_SIZES = (0, 1, 4, 16, 64, MAX_LINES + 1)  # how many slips of one kind are repaired at once
_AHEAD = 100  # lines after the error that a try must get through
_FAR = 10**9  # the line of the next error where there is none


def cause(lines: Sequence[str], line: int, *, indentation: bool = True) -> Slip | None:
    """The slip that explains an error of the YAML parser; None where none of the usual ones does.

    Args:
        lines: the text without its line ends.
        line: where the parser gave up, from 0.
        indentation: whether a line that is indented wrongly can be the reason.
    """
    if sum(map(len, lines)) >= MAX_TEXT:
        return None
    search = _Search(lines, line)
    search.try_slips()
    if indentation and not search.done:
        search.try_shifts()
    return search.best


class _Search:
    """The tries for one text; the best repair so far and how far the parser came with it."""

    def __init__(self, lines: Sequence[str], line: int) -> None:
        self.lines = [without_breaks(one) for one in lines]
        self.error = line
        self.first = max(0, line - MAX_LINES)
        self.tries = MAX_TRIES
        self.best: Slip | None = None
        self.reached = line

    @property
    def done(self) -> bool:
        """Nothing is left to be found: with the best repair the parser reads on."""
        return self.reached == _FAR

    def try_slips(self) -> None:
        """Keeps the slip whose repair lets the parser come furthest; of equals the first in the order of `SLIPS`."""
        alike = [slips for slips in map(list, map(self._slips, SLIPS)) if slips]
        for too_few, size in pairwise(_SIZES):
            for slips in alike:
                if too_few < len(slips) and not self.done:
                    self._repair(slips, too_few, min(size, len(slips)))

    def try_shifts(self) -> None:
        """Keeps the line whose shift lets the parser come further than any slip did."""
        self.tries = MAX_SHIFTS
        for slip, by in shifts(self.lines, self.error):
            if not self.done:
                self._keep(slip, self._reach(shifted(self.lines, slip.line, by)))

    def _slips(self, recognise: Recognise) -> Iterator[Slip]:
        for index in range(self.first, min(self.error + 1, len(self.lines))):
            line = self.lines[index]
            if len(line) <= MAX_LINE and line.strip() and not line.lstrip().startswith("#"):
                slip = recognise(self.lines, index)
                if slip is not None:
                    yield slip

    def _repair(self, slips: list[Slip], too_few: int, size: int) -> None:
        """Repairs the last `size` slips; where that helps, keeps the first that had to be among them.

        What only looks like a slip, as a line of a long text, is repaired along with the others without harm.
        """
        reached = self._with(slips[-size:])
        if reached <= self.reached:
            return
        while size - too_few > 1:
            middle = (size + too_few) // 2
            if self._with(slips[-middle:]) >= reached:
                size = middle
            else:
                too_few = middle
        self._keep(slips[-size], reached)

    def _with(self, slips: list[Slip]) -> int:
        lines = list(self.lines)
        for slip in slips:
            lines[slip.line] = slip.repaired
        return self._reach(lines)

    def _keep(self, slip: Slip, reached: int) -> None:
        if reached > self.reached:
            self.best, self.reached = slip, reached

    def _reach(self, lines: list[str]) -> int:
        """The line at which the parser gives up on `lines`."""
        self.tries -= 1
        if self.tries < 0:
            return -1
        try:
            for count, event in enumerate(events("\n".join(lines))):
                if count > MAX_EVENTS or (event.start_mark and event.start_mark.line > self.error + _AHEAD):
                    break
        except yaml.MarkedYAMLError as error:
            return error.problem_mark.line if error.problem_mark else -1
        except (yaml.YAMLError, ValueError, OverflowError):  # the last two: the loader in Python, for absurd escapes
            return -1
        return _FAR

"""Lines over time as SVG: no program, no style of its own, readable without colour and at every width.

Widths are percentages and text keeps its size, so that a chart is as readable on a telephone as on paper. Each line has dashes and
marks of its own, and ends in a letter that the legend repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

MOST_LINES = 9
HEIGHT = 220
_TOP, _BOTTOM, _LEFT, _RIGHT = 22, 28, 9.0, 92.0  # the first two in pixels, the others in per cent of the width
_BETWEEN = 15  # pixels between two letters
_MARKS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M-4-4H4V4H-4Z",
    "M0-5L5 4H-5Z",
    "M0-5.5L5.5 0L0 5.5L-5.5 0Z",
    "M-5-4H5L0 5Z",
    "M-1.5-5h3v3.5h3.5v3H1.5V5h-3V1.5H-5v-3h3.5Z",
    "M-5-2H5V2H-5Z",
    "M-2-5H2V5H-2Z",
    "M0-5L1.6-1.6L5 0L1.6 1.6L0 5L-1.6 1.6L-5 0L-1.6-1.6Z",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is of, and its value at each moment; None where nothing is known."""

    title: str
    values: Sequence[float | None]


def letter(number: int) -> str:
    """By which the legend names a line."""
    return chr(ord("A") + number)


def chart(
    name: str,
    title: str,
    told: str,
    moments: Sequence[str],
    lines: Sequence[Line],
    number: Callable[[float], str],
) -> Markup:
    """The lines over the moments, as an image that is called `title` and described by `told`.

    `name` is the image's own on its page; `number` writes a value.
    """
    top = _ceiling(max((value for line in lines for value in line.values if value is not None), default=0))
    parts = [
        Markup(
            '<svg class="chart" role="img" width="100%" height="{0}" aria-labelledby="{1}-name" aria-describedby="{1}-told">'
            '<title id="{1}-name">{2}</title><desc id="{1}-told">{3}</desc>'
        ).format(HEIGHT, name, title, told),
        *_grid(top, number),
        *_moments(moments),
        Markup('<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">').format(HEIGHT),
        *(_path(place, line, top) for place, line in enumerate(lines)),
        Markup("</svg>"),
        *(mark for place, line in enumerate(lines) for mark in _marks(place, line, top)),
        *(_letters(lines, top) if len(lines) > 1 else _figures(lines, top, number)),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def swatch(place: int) -> Markup:
    """A short piece of a line with its mark, for the legend."""
    return Markup(
        '<svg class="swatch" width="44" height="16" aria-hidden="true" focusable="false"><line class="line line-{0}" x1="0" y1="8" '
        'x2="44" y2="8"/><path class="mark mark-{0}" transform="translate(22 8)" d="{1}"/></svg>'
    ).format(place, _MARKS[place])


def _ceiling(most: float) -> int:
    """The next round number, of which a half is whole."""
    step = 1
    while True:
        for times in (2, 4, 6, 10):
            if step * times >= most:
                return step * times
        step *= 10


def _x(place: int, many: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * place / max(many - 1, 1)


def _y(value: float, top: int) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top


def _grid(top: int, number: Callable[[float], str]) -> Iterator[Markup]:
    for value in (0, top // 2, top):
        y = _y(value, top)
        yield Markup(
            '<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/><text class="scale" x="0" y="{1:.1f}">{2}</text>'
        ).format(y, y - 4, number(value))


def _moments(moments: Sequence[str]) -> Iterator[Markup]:
    """The first moment, the last, and one between them where there is room."""
    last = len(moments) - 1
    shown = {0: "start", last: "end"} | ({last // 2: "middle"} if last >= 6 else {})
    for place, anchor in sorted(shown.items()):
        kind = "moment moment-middle" if anchor == "middle" else "moment"
        yield Markup('<text class="{}" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
            kind, _x(place, len(moments)), HEIGHT - 8, anchor, moments[place]
        )


def _path(place: int, line: Line, top: int) -> Markup:
    """The line, broken where nothing is known."""
    steps, pen = [], "M"
    for number, value in enumerate(line.values):
        if value is None:
            pen = "M"
            continue
        steps.append(f"{pen}{_x(number, len(line.values)):.2f} {_y(value, top):.1f}")
        pen = "L"
    return Markup('<path class="line line-{}" d="{}" vector-effect="non-scaling-stroke"/>').format(
        place, "".join(steps)
    )


def _marks(place: int, line: Line, top: int) -> Iterator[Markup]:
    """A mark at every third value, beginning elsewhere for each line, and at the first and the last."""
    known = [number for number, value in enumerate(line.values) if value is not None]
    for number in known:
        value = line.values[number]
        if value is not None and (number in (known[0], known[-1]) or number % 3 == place % 3):
            yield Markup('<svg x="{:.2f}%" y="{:.1f}" class="at"><path class="mark mark-{}" d="{}"/></svg>').format(
                _x(number, len(line.values)), _y(value, top), place, _MARKS[place]
            )


def _letters(lines: Sequence[Line], top: int) -> Iterator[Markup]:
    """The letters behind the ends of the lines, none over another."""
    ends = [(_y(line.values[-1] or 0, top), place) for place, line in enumerate(lines)]
    lowest = HEIGHT - _BOTTOM + 4.0
    for y, place in sorted(ends, reverse=True):
        lowest = min(y + 5, lowest)
        yield Markup('<text class="letter" x="96%" y="{:.1f}" text-anchor="middle">{}</text>').format(
            lowest, letter(place)
        )
        lowest -= _BETWEEN


def _figures(lines: Sequence[Line], top: int, number: Callable[[float], str]) -> Iterator[Markup]:
    """The last value of a line that is alone, at its end."""
    for line in lines:
        value = line.values[-1] if line.values else None
        if value is not None:
            yield Markup('<text class="letter" x="94%" y="{:.1f}">{}</text>').format(
                _y(value, top) + 5, escape(number(value))
            )

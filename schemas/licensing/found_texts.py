"""What was found in a licence file, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..finding import Message, message
from .found import NOASSERTION, Identification, Lines, Means, Part, Remark

MEANS: Mapping[Means, Message] = {
    Means.TEXT: message("by its text"),
    Means.STRUCTURE: message("by the structure of a translation"),
    Means.NOTICE: message("by a notice that applies it"),
    Means.TAG: message("by a tag (SPDX-License-Identifier)"),
    Means.POINTER: message("by an address or the name of another file"),
    Means.NAME: message("by its name"),
}
REMARKS: Mapping[Remark, Message] = {
    Remark.INCOMPLETE: message("The text is not whole."),
    Remark.RESTRICTED: message("Words beside the text restrict what it allows."),
    Remark.STATEMENT: message("A licence is named, its text is not there."),
    Remark.TRANSLATED: message("The text is a translation."),
    Remark.THIRD_PARTIES: message("Behind it stand the licences of what the software uses."),
    Remark.EXTRA_TEXT: message("It holds further text that belongs to no licence we know."),
}


def sentences(found: Identification, language: str) -> Iterator[str]:
    """What was found, how sure it is, in which lines, and what is left over: a sentence for each, in `language` (BCP 47)."""
    if found.concluded == NOASSERTION:
        yield message("No licence can be concluded from this file.").in_language(language)
    for part in told(found):
        yield _part(part, joined(part, found), language).in_language(language)
    for remark in found.remarks:
        yield REMARKS[remark].in_language(language)
    if found.also:
        text = message("It also names, for something else: {licenses}", licenses=", ".join(found.also))
        yield text.in_language(language)
    if found.left_over:
        share = max(1, round(100 * found.left_over_share))
        text = message("Left over, {share} % of the words: lines {lines}", share=share, lines=lines_of(found.left_over))
        yield text.in_language(language)


def told(found: Identification) -> tuple[Part, ...]:
    """The parts that people are told: not the name of a licence whose text stands there as well."""
    texts = {part.license for part in found.parts if part.means in (Means.TEXT, Means.STRUCTURE)}
    return tuple(part for part in found.parts if part.means is not Means.NAME or part.license not in texts)


def joined(part: Part, found: Identification) -> tuple[Lines, ...]:
    """The lines of a part for people: one range where nothing but blank and copyright lines stands in between."""
    others = [lines for other in found.parts if other is not part for lines in other.lines] + list(found.left_over)
    ranges: list[Lines] = []
    for first, last in sorted(part.lines):
        if ranges and not any(ranges[-1][1] < start < first for start, _ in others):
            ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
        else:
            ranges.append((first, last))
    return tuple(ranges)


def lines_of(ranges: Sequence[Lines], most: int = 5) -> str:
    """The first ranges of lines, as in `1-20, 25`."""
    said = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:most]]
    return ", ".join([*said, *(["…"] if len(ranges) > most else [])])


def _part(part: Part, ranges: Sequence[Lines], language: str) -> Message:
    means, lines = MEANS[part.means].in_language(language), lines_of(ranges) or "?"
    if not part.coverage:
        return message("{license} {means}, lines {lines}", license=part.license, means=means, lines=lines)
    return message(
        "{license} {means} ({tongue}), {share} % of its words, lines {lines}",
        license=part.license,
        means=means,
        tongue=part.language or "?",
        share=int(100 * part.coverage),
        lines=lines,
    )

"""One licence in a work under one other: every source is asked, later versions are tried, exceptions are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from ...finding import Message, message
from ...vocabularies import licenses
from ..families import Family, is_later, version
from . import additions, eu_checker, eupl, fsf, kinds, osadl, texts
from .answers import Answer, Pair, Statement, Use, badness, combined
from .ids import License, license_of

_REMEMBERED = 4_096  # pairs; a catalogue has some hundreds
# In the order of SOURCES.
_ASKED: tuple[Callable[[License, License, Use], tuple[Statement, ...]], ...] = (
    texts.statements,
    eupl.statements,
    fsf.statements,
    osadl.statements,
    texts.of_creative_commons,
    eu_checker.statements,
)
# Licences that allow later versions by their own words, with the clause.
_LATER_BY_TEXT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "EUPL-1.0": (("EUPL-1.1", "EUPL-1.2"), "EUPL-1.0 §13"),
    "EUPL-1.1": (("EUPL-1.2",), "EUPL-1.1 §5"),
    "CECILL-2.0": (("CECILL-2.1",), "CECILL-2.0 §12.3"),
    **{name: (later, f"{name} §4(b)") for name, later in texts.LATER_SHARE_ALIKE.items()},
}
_COPYLEFT = (Family.STRONG_COPYLEFT, Family.NETWORK_COPYLEFT, Family.WEAK_COPYLEFT)
_SAME = message("It is the same licence.")
_REFERENCE = message("{license} is on no list: nobody but its text can say.")
_NOBODY = message("No source says anything about code under {inbound} in a work under {outbound}.")
_TAKEN = message("By taking it under {license}, which {inbound} allows.")
_TAKEN_BY_TEXT = message("By taking it under {license}, which {clause} allows.")
_ADAPTED = message(
    "Only in two steps: {clause} lets what is made of the work go under {license}, and only what is made of that goes under "
    "{outbound}."
)
_NARROWED = message("Only if the whole is passed on under {license}.")


@lru_cache(maxsize=_REMEMBERED)
def pair(inbound: License, outbound: License, use: Use) -> Pair:
    """What holds for code under `inbound` in a work under `outbound`, both one licence with or without an exception."""
    best = taken(inbound, outbound, use)
    if outbound.later and badness(best.answer) >= badness(Answer.UNKNOWN):
        return _narrowed(inbound, outbound, use, best)
    return best


@lru_cache(maxsize=_REMEMBERED)
def taken(inbound: License, outbound: License, use: Use) -> Pair:
    """The same for all that `outbound` promises: a work that promises later versions keeps them."""
    reference = next((one for one in (inbound, outbound) if one.is_reference), None)
    if reference is not None:
        reason = Message(_REFERENCE.template, (("license", reference.id),))
        return Pair(inbound.id, outbound.id, Answer.UNKNOWN, (), reason)
    return _taken(inbound, outbound, use)


def narrower(outbound: License) -> tuple[License, ...]:
    """The single versions that a work which promises later ones could be passed on under; none where it does not."""
    return tuple(license_ for license_, _ in _versions(outbound, outbound)) if outbound.later else ()


def _taken(inbound: License, outbound: License, use: Use) -> Pair:
    """The best answer with the versions that `inbound` allows."""
    asked = best = _direct(inbound, outbound, use)
    for license_, reason in _versions(inbound, outbound):
        if best.answer is Answer.YES:
            break
        found = _direct(license_, outbound, use)
        # What a text allows for later versions are steps of their own, never a plain yes.
        answer = found.answer if inbound.later else max(found.answer, Answer.CONDITIONS, key=badness)
        better = badness(answer) < badness(best.answer) or (answer is best.answer and _by_kinds_alone(best))
        if better and answer is not Answer.UNKNOWN:
            best = Pair(inbound.id, outbound.id, answer, found.statements, reason, license_.id, asked.statements)
    return best


def _by_kinds_alone(pair: Pair) -> bool:
    """Whether nobody but our own reasoning says it: then what a source says of another way comes first."""
    return {said.source for said in pair.statements if said.answer is not Answer.UNKNOWN} == {"kinds"}


def _narrowed(inbound: License, outbound: License, use: Use, asked: Pair) -> Pair:
    """Where a work promises later versions: whether it could be passed on under fewer of them."""
    for license_ in narrower(outbound):
        found = _taken(inbound, license_, use)
        if badness(found.answer) <= badness(Answer.CONDITIONS):
            reason = Message(_NARROWED.template, (("license", license_.id),))
            return Pair(
                *(
                    inbound.id,
                    outbound.id,
                    Answer.CONDITIONS,
                    found.statements,
                    reason,
                    found.taken_as,
                    asked.statements,
                )
            )
    return asked


def _direct(inbound: License, outbound: License, use: Use) -> Pair:
    """What the sources say of these two as they are."""
    if inbound == outbound:
        same = Statement(
            "license-texts", Answer.YES, "same", _SAME, inbound.bare, f"https://spdx.org/licenses/{inbound.bare}.html"
        )
        others = () if inbound.exception else _said(inbound, outbound, use)
        return Pair(inbound.id, outbound.id, Answer.YES, (same, *others), _SAME)
    if inbound.exception or outbound.exception:
        return _with_exceptions(inbound, outbound, use)
    said = _said(inbound, outbound, use)
    known = [statement for statement in said if statement.answer is not Answer.UNKNOWN]
    of_content = inbound.for_content and not outbound.for_content and all(map(osadl.by_kind_alone, known))
    if of_content or (not known and (inbound.for_content or not any(map(osadl.doubts, said)))):
        said = (*said, *kinds.statements(inbound, outbound, use))
    return _pair(inbound, outbound, said)


def _said(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    return tuple(statement for ask in _ASKED for statement in ask(inbound, outbound, use))


def _pair(inbound: License, outbound: License, said: tuple[Statement, ...]) -> Pair:
    answer = combined(said)
    unknown = Message(_NOBODY.template, (("inbound", inbound.id), ("outbound", outbound.id)))
    told = [statement for statement in said if statement.rule != "undefined"]
    reason = next((statement.reason for statement in told if statement.answer is answer), unknown)
    return Pair(inbound.id, outbound.id, answer, said, reason)


def _with_exceptions(inbound: License, outbound: License, use: Use) -> Pair:
    """Exceptions only add permissions: the answer is that of the licences without them, or a better one."""
    bare = _taken(license_of(inbound.bare), license_of(outbound.bare), use)
    found = replace(bare, inbound=inbound.id, outbound=outbound.id)
    exact = tuple(said for said in osadl.statements(inbound, outbound, use) if said.rule != "undefined")
    if inbound.exception and inbound.exception != outbound.exception:
        added = additions.statement(inbound, outbound, use, bare.answer)
        if added.answer is Answer.UNKNOWN and bare.answer is Answer.NO:
            return Pair(inbound.id, outbound.id, Answer.UNKNOWN, (added, *exact), added.reason, "", bare.statements)
        if badness(added.answer) < badness(bare.answer):
            return Pair(inbound.id, outbound.id, added.answer, (added,), added.reason, "", bare.statements)
        found = replace(found, statements=(added, *found.statements))
    elif not inbound.exception and found.answer is Answer.YES and inbound.family in _COPYLEFT:
        away = additions.taken_away(inbound, outbound)
        found = replace(found, answer=away.answer, statements=(away, *found.statements), reason=away.reason)
    return found


def _versions(license_: License, outbound: License) -> Iterator[tuple[License, Message]]:
    """The single versions that an id allows, the lowest first, or that its text allows; with the sentence that says so."""
    if license_.exception:
        return
    if license_.later:
        for name in _later(license_.base, license_.variant):
            yield license_of(name), Message(_TAKEN.template, (("license", name), ("inbound", license_.id)))
    elif license_.base in _LATER_BY_TEXT:
        names, clause = _LATER_BY_TEXT[license_.base]
        for name in names:
            values = (("license", name), ("clause", clause))
            if license_.for_content:
                yield license_of(name), Message(_ADAPTED.template, (*values, ("outbound", outbound.id)))
            else:
                yield license_of(name), Message(_TAKEN_BY_TEXT.template, values)


@cache
def _later(text: str, variant: str) -> tuple[str, ...]:
    """This version alone, then each later one of the SPDX list, of the same variant."""
    listed = [name for name, entry in licenses().values() if not entry.get("deprecated")]
    found = [
        name
        for name in listed
        if not name.endswith("-or-later")
        and license_of(name).variant == variant
        and (license_of(name).base == text or is_later(name, text))
    ]
    return tuple(sorted(found, key=lambda name: (version(name), name)))

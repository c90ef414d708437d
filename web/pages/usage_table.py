"""All uses as a table: organisation by organisation, each below the publishers above it, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.models import Publisher
from ...registry.usage import Use

_DEEPEST = 20  # publishers above one; the list of publishers allows no circle


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation with its uses. `path`: from the publisher at the top down to itself; empty where it is none."""

    path: tuple[Publisher, ...]
    uses: tuple[Use, ...]


class Table:
    """The uses of a kind (empty: both) by a publisher and all below it (`below`, its slug; empty: by everybody).

    `names` are those of the publishers in the reader's language.
    """

    def __init__(
        self,
        uses: Iterable[Use],
        publishers: Iterable[Publisher],
        names: Mapping[UUID, str],
        kind: str = "",
        below: str = "",
    ) -> None:
        self.by_id = {one.id: one for one in publishers}
        self.names, self.kind, self.below = names, kind, below
        self._uses = list(uses)

    def path(self, identity: UUID | None) -> tuple[Publisher, ...]:
        """From the publisher at the top down to this one."""
        found: list[Publisher] = []
        while identity in self.by_id and len(found) < _DEEPEST:
            found.append(self.by_id[identity])
            identity = found[-1].parent_id
        return tuple(reversed(found))

    @cached_property
    def _lines(self) -> list[Line]:
        together: dict[str, list[Use]] = {}
        for use in self._uses:
            if self.kind in ("", use.kind):
                together.setdefault(use.key, []).append(use)
        lines = [Line(self.path(uses[0].publisher_id), tuple(uses)) for uses in together.values()]
        if self.below:
            lines = [line for line in lines if self.below in {one.slug for one in line.path}]
        return sorted(lines, key=self._order)

    def _order(self, line: Line) -> tuple[bool, list[str], str]:
        # Who is no publisher here comes last; else each behind those above it.
        path = [f"{self.names[one.id].casefold()} {one.id}" for one in line.path]
        return not line.path, path, line.uses[0].name.casefold()

    def organisations(self) -> Sequence[Line]:
        """The organisations, each behind the publishers above it; those that are no publishers last."""
        return self._lines

    def counts(self) -> dict[str, int]:
        """How many uses, of either kind, by how many organisations, of how many software."""
        uses = [use for line in self._lines for use in line.uses]
        return {
            "organisations": len(self._lines),
            "software": len({use.software_id for use in uses}),
            **_counted(uses),
        }

    def totals(self) -> dict[UUID | None, dict[str, int]]:
        """Organisations and uses below each publisher at the top; None: of those that are no publishers."""
        together: dict[UUID | None, list[Line]] = {}
        for line in self._lines:
            together.setdefault(line.path[0].id if line.path else None, []).append(line)
        return {
            top: {"organisations": len(lines), **_counted(use for line in lines for use in line.uses)}
            for top, lines in together.items()
        }

    def choices(self) -> Iterator[tuple[int, Publisher]]:
        """The publishers that use something, or below which some do, and the one that was chosen.

        Each with its depth, behind the one above it.
        """
        found: dict[UUID, tuple[Publisher, ...]] = {}
        chosen = {one.id for one in self.by_id.values() if one.slug == self.below}
        for identity in chosen | {use.publisher_id for use in self._uses}:
            path = self.path(identity)
            for depth, one in enumerate(path):
                found[one.id] = path[: depth + 1]
        for path in sorted(
            found.values(), key=lambda path: [f"{self.names[one.id].casefold()} {one.id}" for one in path]
        ):
            yield len(path) - 1, path[-1]


def _counted(uses: Iterable[Use]) -> dict[str, int]:
    kinds = Counter(use.kind for use in uses)
    return {"uses": kinds.total(), CONFIRMED: kinds[CONFIRMED], CLAIMED: kinds[CLAIMED]}

"""How much a deep scan reads at most; what goes beyond is counted or refused with words, never left out silently."""

from __future__ import annotations

from dataclasses import asdict, dataclass

KB, MB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """The bounds of one scan.

    `files` in number; `total_bytes` read of them together, `file_bytes` of one: larger ones are counted, not read. `seconds`
    for each of the three steps: fetching, reading, `reuse lint`. `depth` of folders. `pack_bytes`: what a host may send.
    `emails`: from how many different addresses on a file is a list of persons.
    """

    files: int = 200_000
    total_bytes: int = 2048 * MB
    file_bytes: int = 8 * MB
    seconds: int = 600
    depth: int = 100
    pack_bytes: int = 256 * MB
    emails: int = 10

    def to_json(self) -> dict[str, int]:
        """The same as the process that reads is given it."""
        return asdict(self)


USUAL = ScanLimits()
# Of what is told of one scan.
MOST_PATHS = 1_000  # files without information that are named
MOST_LINES = 500  # distinct copyright lines
MOST_EXPOSED = 1_000  # places with a key, a token or a personal identifier
MOST_TEXTS = 200  # licence texts below the root that are read
LONGEST_PATH, LONGEST_LINE = 400, 300  # characters

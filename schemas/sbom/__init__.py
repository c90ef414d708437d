"""Bills of materials (SBOM) of strangers: one model for SPDX and CycloneDX, read in bounded time and memory.

`read(content)` gives an Sbom or raises SbomError; `quality(sbom)` says how much it tells.
"""

from __future__ import annotations

from .formats import read, read_file
from .model import Extracted, Package, Relationship, Sbom, SbomError, State
from .quality import Check, Quality, quality

__all__ = [
    "Check",
    "Extracted",
    "Package",
    "Quality",
    "Relationship",
    "Sbom",
    "SbomError",
    "State",
    "quality",
    "read",
    "read_file",
]

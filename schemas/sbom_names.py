"""Which files are a bill of materials (SBOM), told by their names."""

from __future__ import annotations

import re

_SBOM = re.compile(
    r"(?:s?bom|cyclonedx)(?:(?:[-_.][\w.-]*)?\.(?:json|xml|ya?ml|rdf|spdx|tag|txt))?\Z"
    r"|.+[-_.](?:s?bom|cyclonedx|cdx|spdx)(?:\.(?:json|xml|ya?ml|rdf(?:\.xml)?|tag))?\Z",
    re.IGNORECASE | re.ASCII,
)


def is_sbom_name(name: str) -> bool:
    """Whether a file or folder of that name at the root is a bill of materials, in SPDX's or CycloneDX's manner.

    >>> names = ("bom.json", "sbom", "app.cdx.xml", "api-sbom.spdx.json", "sbom-1.xml", "sbom-generator.py", "bom_parser")
    >>> [name for name in names if is_sbom_name(name)]
    ['bom.json', 'sbom', 'app.cdx.xml', 'api-sbom.spdx.json', 'sbom-1.xml']
    """
    return _SBOM.match(name) is not None

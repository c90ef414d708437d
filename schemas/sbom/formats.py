"""Which format a bill of materials is in, told by its content, and its reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..finding import Message, message
from .bounds import LARGEST, check_size, decoded, load_json, too_deep
from .cyclonedx import read_cyclonedx
from .model import Sbom, SbomError
from .spdx import read_spdx
from .spdx3 import read_spdx3
from .spdx_lines import read_lines

_SPDX_3 = "spdx.org/rdf/3."
_TAG_VALUE = re.compile(r"(?:\A|\n)SPDXVersion:")
_HEAD = 65_536  # characters in which a format must show itself: comments may stand before it


def read(content: bytes, name: str = "") -> Sbom:
    """The bill of materials in `content`; `name` is that of its file. Time and memory are bounded.

    The content tells the format; the name only helps to say what an unknown one may be.

    Raises:
        SbomError: it is none that is read, or more than is read.

    """
    check_size(len(content))
    text = decoded(content)
    head = text[:_HEAD].lstrip()
    if head.startswith("{"):
        try:
            return _read_json(_unwrapped(load_json(text)))
        except RecursionError as error:
            raise too_deep() from error
    if _TAG_VALUE.search(head):
        return read_lines(text)
    raise SbomError(_not_read(head, name))


def read_file(path: Path) -> Sbom:
    """The bill of materials in a file, which is not read when it is too large.

    Raises:
        SbomError: as `read`.
        OSError: the file cannot be read.

    """
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        return read(file.read(LARGEST + 1), path.name)


def _read_json(values: Mapping[str, Any]) -> Sbom:
    if "spdxVersion" in values:
        return read_spdx(values, "JSON")
    if values.get("bomFormat") == "CycloneDX":
        return read_cyclonedx(values)
    context = values.get("@context")
    if any(isinstance(one, str) and _SPDX_3 in one for one in (context if isinstance(context, list) else [context])):
        return read_spdx3(values)
    raise SbomError(_NO_SBOM)


def _unwrapped(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document inside what GitHub's dependency graph (`sbom`) or an in-toto statement (`predicate`) puts around it."""
    for key in ("sbom", "predicate"):
        inner = values.get(key)
        if isinstance(inner, dict) and not values.keys() & {"spdxVersion", "bomFormat", "@context"}:
            return inner
    return values


_NO_SBOM = message(
    "this is no bill of materials that is known here; give SPDX 2.1 to 2.3 or 3.0.1 or CycloneDX 1.2 to 1.7 as JSON, "
    "or SPDX as tag-value"
)
_RDF = message("SPDX as RDF is not read; write it as JSON or tag-value")
_OTHERS = (
    (
        re.compile(r"<[^>]*cyclonedx", re.DOTALL),
        message(
            "CycloneDX as XML is not read; write it as JSON: cyclonedx convert --input-file bom.xml --output-file bom.json"
        ),
    ),
    (re.compile(r"<[^>]*(?:rdf:RDF|spdx\.org/rdf)", re.DOTALL), _RDF),
    (
        re.compile(r"(?:\A|\n)[\"']?(?:spdxVersion|SPDXID)[\"']?:"),
        message("SPDX as YAML is not read; write it as JSON or tag-value"),
    ),
    (re.compile(r"(?:\A|\n)[\"']?bomFormat[\"']?:"), message("CycloneDX as YAML is not read; write it as JSON")),
    (
        re.compile(r"(?:\A|\n)publiccodeYmlVersion:"),
        message("this is a publiccode.yml, no bill of materials; publiccode validate reads it"),
    ),
    (re.compile(r"\A\Z"), message("the file is empty; write it anew with the tool that makes it")),
)


def _not_read(head: str, name: str) -> Message:
    if name.lower().endswith((".rdf", ".rdf.xml")):
        return _RDF
    return next((told for form, told in _OTHERS if form.search(head)), _NO_SBOM)

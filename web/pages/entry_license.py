"""The licence of an entry: what is declared, what lies in the licence files, what the host detected, and how these agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry.audit.told import explanations, text_of, verdict_of
from ...registry.audit.verdicts import newest_verdict
from ...registry.catalogue import Entry
from ...registry.following import facets as index_facets
from ...registry.models import LicenseConclusion, LicenseVerdictRecord
from ...schemas.licensing.found_texts import MEANS, REMARKS, joined
from ...schemas.licensing.found_texts import told as parts_told
from ...schemas.licensing.objections import leaves_versions_open
from ...schemas.licensing.verdict import FoundFile, LicenseVerdict
from ...schemas.licensing.verdict_texts import CODES, CodeText, Explanation, explained
from ...schemas.licensing.words import SIZE_LIMIT, decoded
from ..language import language_name
from ..presenting import say
from .summary import iso

MOST_LINES = 20_000  # of a file, on its page


def license_data(session: Session, found: Entry, language: str) -> dict[str, Any]:
    """What the page and its data tell of the licence; `verdict` is None where nothing was compared yet."""
    files = [_addresses(found, file) for file in found.shown.license_files]
    # Without a commit another catalogue gave the file, and nobody looked what lies beside it.
    record = newest_verdict(session, found.software.id) if found.shown.commit else None
    return {
        "declared": found.shown.license_declared,
        "concluded": found.shown.license_concluded if record is None else record.concluded,
        "ids": list(index_facets(found)["license"]),
        "files": files,
        "verdict": record and _recorded(session, record, {file["path"]: file["lines"] for file in files}, language),
        "history": record and url_for("entry.entry", slug=found.software.slug) + "/audit",
    }


def verdict_data(verdict: LicenseVerdict, language: str) -> dict[str, Any]:
    """The same of a file that is in no catalogue yet: compared this moment, told by nobody else."""
    return _told(verdict, {}, language)


def numbered(content: bytes) -> tuple[list[str], bool]:
    """The lines of a licence file, numbered as in `Identification`, and whether it is longer than what is shown."""
    lines = decoded(content[:SIZE_LIMIT]).split("\n")
    return lines[:MOST_LINES], len(content) > SIZE_LIMIT or len(lines) > MOST_LINES


def _recorded(
    session: Session, record: LicenseVerdictRecord, files: Mapping[str, str | None], language: str
) -> dict[str, Any]:
    conclusion = session.get(LicenseConclusion, record.conclusion_id) if record.conclusion_id else None
    told = _told(verdict_of(record), files, language)
    told["at"], told["host_at"] = iso(record.at), iso(record.host_at)
    if conclusion is not None:
        told["versions_open"] = False
        told["codes"] = [_code(one, text_of(one.code, record)) for one in explanations(record)]
        told["conclusion"] = {
            "license": conclusion.license,
            "reason": conclusion.reason,
            "at": iso(conclusion.at),
        }
    return told


def _told(verdict: LicenseVerdict, files: Mapping[str, str | None], language: str) -> dict[str, Any]:
    return {
        "at": None,
        "declared": verdict.declared,
        "normalized": verdict.normalized,
        "host": verdict.host,
        "host_at": None,
        "concluded": verdict.concluded,
        "versions_open": any(
            leaves_versions_open(file) and file.identification.concluded == verdict.concluded for file in verdict.found
        ),
        "conclusion": None,
        "codes": [_code(one, CODES[one.code]) for one in explained(verdict)],
        "found": [_file(file, files.get(file.path), language) for file in verdict.found],
    }


def _code(one: Explanation, text: CodeText) -> dict[str, str]:
    return {"code": str(one.code), "title": say(text.title), "text": say(one.text), "repair": say(one.repair)}


def _addresses(found: Entry, file: Mapping[str, Any]) -> dict[str, Any]:
    """Where the stored file is to be read, itself and with the numbers of its lines; None where its content was not kept."""
    path, slug = str(file["path"]), found.software.slug
    if not file["hash"]:
        return {"path": path, "address": None, "lines": None}
    return {
        "path": path,
        "address": url_for("entry.license_file", slug=slug, path=path),
        "lines": url_for("entry.license_lines", slug=slug, path=path),
    }


def _file(file: FoundFile, lines: str | None, language: str) -> dict[str, Any]:
    says = file.identification
    told = {"path": file.path, "target": file.target, "address": lines, **says.to_json()}
    told["parts"] = [
        {
            **shown,
            "lines": [list(lines) for lines in joined(part, says)],
            "said_means": say(MEANS[part.means]),
            "said_language": language_name(part.language, language) if part.language else "",
        }
        for part, shown in zip(says.parts, told["parts"], strict=True)
        if part in parts_told(says)
    ]
    told["remarks"] = [{"remark": str(remark), "text": say(REMARKS[remark])} for remark in says.remarks]
    return told

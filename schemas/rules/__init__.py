"""The rules, in the order in which they are asked. One module each; its docstring is its manual page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from . import (
    contacts_given,
    contractors_given,
    country_case,
    country_known,
    date_format,
    duplicate_key,
    email_format,
    file_encoding,
    file_mode,
    file_size,
    key_deprecated,
    key_known,
    key_required,
    language_known,
    license_known,
    media_type,
    organisation_uri,
    path_relative,
    section_twice,
    supports_known,
    technical_fork,
    text_length,
    url_format,
    value_listed,
    value_type,
    version_latest,
    version_supported,
    video_host,
    yaml_readable,
)


class Rule(Protocol):
    """What every module of this folder offers."""

    ID: str
    SEVERITY: Severity

    def check(self, document: Document, candidate: Candidate) -> Iterator[Finding]:
        """What the rule has to say about this file, in no particular order."""


RULES: tuple[Rule, ...] = (
    file_mode,
    file_size,
    file_encoding,
    yaml_readable,
    duplicate_key,
    version_supported,
    version_latest,
    key_known,
    key_required,
    value_type,
    value_listed,
    license_known,
    url_format,
    organisation_uri,
    supports_known,
    date_format,
    text_length,
    language_known,
    country_known,
    country_case,
    email_format,
    media_type,
    path_relative,
    video_host,
    contacts_given,
    contractors_given,
    section_twice,
    key_deprecated,
    technical_fork,
)

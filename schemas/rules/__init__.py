"""The rules, in the order in which they are asked. One module each; its docstring is its manual page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from . import (
    contacts_given,
    contract_until,
    contractors_given,
    country_case,
    country_known,
    date_format,
    descriptions_same,
    duplicate_key,
    email_format,
    file_encoding,
    file_found,
    file_mode,
    file_size,
    image_format,
    key_deprecated,
    key_known,
    key_required,
    language_known,
    language_slip,
    license_agrees,
    license_deprecated,
    license_known,
    license_open,
    license_restricted,
    license_text_found,
    list_duplicates,
    media_type,
    organisation_uri,
    path_inside,
    path_relative,
    platform_known,
    section_twice,
    supports_known,
    taiwan_section,
    technical_fork,
    text_blank,
    text_length,
    text_single_line,
    url_format,
    url_scheme,
    value_listed,
    value_type,
    version_1_ready,
    version_behind,
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
    platform_known,
    license_known,
    license_deprecated,
    license_open,
    license_agrees,
    license_text_found,
    license_restricted,
    url_format,
    url_scheme,
    organisation_uri,
    supports_known,
    date_format,
    contract_until,
    text_length,
    text_blank,
    text_single_line,
    list_duplicates,
    descriptions_same,
    language_known,
    language_slip,
    country_known,
    country_case,
    email_format,
    media_type,
    path_relative,
    path_inside,
    file_found,
    image_format,
    video_host,
    contacts_given,
    contractors_given,
    section_twice,
    key_deprecated,
    taiwan_section,
    technical_fork,
    version_behind,
)

# Asked only by who wants to know what the next version of the standard brings.
NOTICES: tuple[Rule, ...] = (version_1_ready,)

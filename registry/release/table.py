"""The checks before a release as one table: what Taiwan's handbook asks, in our own words, where it does, and how we judge it.

The handbook is 公部門開源軟體應用參考手冊, version 2.2 of December 2025, by the Ministry of Digital Affairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...schemas.finding import Message, message


class Group(StrEnum):
    """What a check is about."""

    DESCRIPTION = "description"
    LICENSE = "license"
    COMPONENTS = "components"
    SECURITY = "security"
    DOCUMENTS = "documents"
    PUBLIC_CODE = "public-code"
    UPKEEP = "upkeep"
    PROCESS = "process"


GROUPS: Mapping[Group, Message] = {
    Group.DESCRIPTION: message("Description"),
    Group.LICENSE: message("Licence"),
    Group.COMPONENTS: message("What it is made of"),
    Group.SECURITY: message("Security and personal data"),
    Group.DOCUMENTS: message("Documents in the repository"),
    Group.PUBLIC_CODE: message("Publishing as public code"),
    Group.UPKEEP: message("Upkeep and accessibility"),
    Group.PROCESS: message("Processes and contract"),
}
"""The groups in their order, with their titles."""
HANDBOOK = message("Handbook V2.2")
APPENDIX = message("Handbook V2.2, Appendix V")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `asks` is what is wanted, in our words; `source` where that stands; `how` by what we judge it."""

    id: str
    group: Group
    title: Message
    asks: Message
    source: Message
    how: Message


_NAMES = message("By the names of the files at the root and in .github, .gitlab and docs.")
_DECLARATION = message("By what the agency declares; a machine cannot see it.")

CHECKS: tuple[Check, ...] = (
    Check(
        "publiccode-file",
        Group.DESCRIPTION,
        message("publiccode.yml present and valid"),
        message("The repository describes itself in a form that catalogues can read."),
        message("Handbook V2.2; publiccode.yml standard"),
        message("By our validator: no finding is an error."),
    ),
    Check(
        "license-file",
        Group.LICENSE,
        message("Licence file present"),
        message("The text of the licence lies in the repository."),
        message("Handbook V2.2; Standard for Public Code"),
        message("A file that holds a licence lies at the root."),
    ),
    Check(
        "license-id",
        Group.LICENSE,
        message("Licence declared by its SPDX id"),
        message("The licence is named so that people and machines know which one is meant."),
        HANDBOOK,
        message("legal.license is an SPDX expression of today's ids."),
    ),
    Check(
        "license-free",
        Group.LICENSE,
        message("Licence allows free reuse"),
        message("The licence is an open source one: everybody may use, change and pass on the software."),
        message("Handbook V2.2; Standard for Public Code"),
        message("Approved by the OSI or counted as free by the FSF, and allowed by the policy of the catalogue."),
    ),
    Check(
        "license-agrees",
        Group.LICENSE,
        message("Declared licence and licence files agree"),
        message("What is declared is what the licence text gives."),
        APPENDIX,
        message("By comparing the declaration with the texts of the licence files."),
    ),
    Check(
        "sbom-present",
        Group.COMPONENTS,
        message("Bill of materials (SBOM) present"),
        message("A list of the components that the software is made of is delivered with it."),
        HANDBOOK,
        message("A file of SPDX or CycloneDX lies in the repository, at its releases, or was given to the catalogue."),
    ),
    Check(
        "sbom-readable",
        Group.COMPONENTS,
        message("SBOM can be read"),
        message("The list can be read by programs."),
        HANDBOOK,
        message("By reading it as SPDX or CycloneDX."),
    ),
    Check(
        "sbom-complete",
        Group.COMPONENTS,
        message("SBOM has the minimum elements"),
        message(
            "The list says of each component who supplies it, its name, version and id, and how the components depend."
        ),
        message("Handbook V2.2; NTIA minimum elements"),
        message("By the minimum elements of the NTIA."),
    ),
    Check(
        "license-compatible",
        Group.COMPONENTS,
        message("Licences of the components are compatible"),
        message("The licences of the components allow the licence under which the whole is released."),
        HANDBOOK,
        message("By comparing each licence in the SBOMs, and those that files state, with the declared one."),
    ),
    Check(
        "third-party-marked",
        Group.COMPONENTS,
        message("Content of third parties marked"),
        message("Files that others wrote say whose they are and under which licence they stand."),
        message("Cyber Security Management Act rules"),
        message(
            "By a deep scan of all files, of the commit that is shown: each says its licence and its owner (REUSE)."
        ),
    ),
    Check(
        "compliance-report",
        Group.COMPONENTS,
        message("Licence compliance report made"),
        message("A report tells the licences, where they were found, the intended use, and what they oblige to."),
        APPENDIX,
        message("A report about licences lies in the repository, or the agency declares that it made one."),
    ),
    Check(
        "not-sensitive",
        Group.SECURITY,
        message("System is not a sensitive one"),
        message("Only systems and code that are not sensitive are released."),
        message("Handbook V2.2; Standard for Public Code"),
        _DECLARATION,
    ),
    Check(
        "no-secrets",
        Group.SECURITY,
        message("No keys, tokens or personal data"),
        message("Nothing in the files opens a system or tells of a person."),
        message("Handbook V2.2; Standard for Public Code"),
        message(
            "By a scan of all files in the same command, which keeps nothing of what it finds; else by declaration."
        ),
    ),
    Check(
        "security-scan",
        Group.SECURITY,
        message("Source code scanned for weaknesses"),
        message("A report of a source code scan is there, with its tool and its day."),
        message("Handbook V2.2; Cyber Security Management Act rules"),
        _DECLARATION,
    ),
    Check(
        "cve-check",
        Group.SECURITY,
        message("Known vulnerabilities of the components checked"),
        message("The components were compared with the lists of known vulnerabilities (CVE)."),
        HANDBOOK,
        _DECLARATION,
    ),
    Check(
        "security-policy",
        Group.SECURITY,
        message("SECURITY: how to report a weakness"),
        message("Who finds a weakness knows whom to tell, without telling everybody."),
        message("Standard for Public Code"),
        _NAMES,
    ),
    Check(
        "readme",
        Group.DOCUMENTS,
        message("README"),
        message("A first document says what the software is and how it is used."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "release-notes",
        Group.DOCUMENTS,
        message("Release notes"),
        message("Users can read what each version changed."),
        HANDBOOK,
        message("A CHANGELOG or the like lies in the repository. Releases and tags are told; they may have no notes."),
    ),
    Check(
        "data-structure",
        Group.DOCUMENTS,
        message("Description of the data structure"),
        message("The data that the software keeps are described."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "contributing",
        Group.DOCUMENTS,
        message("CONTRIBUTING: how to contribute"),
        message("Others can read how to hand in changes."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "issue-template",
        Group.DOCUMENTS,
        message("Template for issues"),
        message("Reports of problems have a form that asks for what is needed."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "patch-template",
        Group.DOCUMENTS,
        message("Template for changes"),
        message("Proposed changes have a form that asks for what is needed."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "code-of-conduct",
        Group.DOCUMENTS,
        message("CODE_OF_CONDUCT: how people treat each other"),
        message("Everybody knows what is expected of them, and where to complain."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "governance",
        Group.DOCUMENTS,
        message("GOVERNANCE: who decides"),
        message("It is written down who decides about the software, and how."),
        HANDBOOK,
        _NAMES,
    ),
    Check(
        "all-code-public",
        Group.PUBLIC_CODE,
        message("All code is public"),
        message("All code is public but for what would help fraud or is sensitive."),
        APPENDIX,
        _DECLARATION,
    ),
    Check(
        "contributions-welcome",
        Group.PUBLIC_CODE,
        message("Contributions are welcome"),
        message("The repository says how others take part."),
        APPENDIX,
        message("As the check for CONTRIBUTING."),
    ),
    Check(
        "objectives",
        Group.PUBLIC_CODE,
        message("Objectives documented"),
        message("What the software is for, and for whom, is written down."),
        APPENDIX,
        message("publiccode.yml has a long description and a list of features."),
    ),
    Check(
        "open-standards",
        Group.PUBLIC_CODE,
        message("Open standards"),
        message("The software follows open standards, and says which."),
        APPENDIX,
        message("publiccode.yml names them under supports, or gives the description of an interface."),
    ),
    Check(
        "free-license",
        Group.PUBLIC_CODE,
        message("Under a licence of free reuse"),
        message("The code is released under a licence that allows free reuse."),
        APPENDIX,
        message("As the check for the licence."),
    ),
    Check(
        "maintenance-tier",
        Group.UPKEEP,
        message("Maintenance tier declared, and kept to"),
        message(
            "It is said how the software is kept: archived (0, 1), supported by the agency (2), or by a community (3, 4)."
        ),
        HANDBOOK,
        message("The declared tier is compared with the activity of the repository."),
    ),
    Check(
        "contacts",
        Group.UPKEEP,
        message("Contacts for maintenance given"),
        message("Who uses the software knows whom to ask."),
        HANDBOOK,
        message("publiccode.yml has contacts, or contractors."),
    ),
    Check(
        "accessibility",
        Group.UPKEEP,
        message("Accessibility declared"),
        message("The level of the accessibility guidelines that is reached is declared (A, AA, AAA)."),
        message("code.gov.tw, section tw of publiccode.yml"),
        message("By publiccode.yml, or by what the agency declares."),
    ),
    Check(
        "openchain-5230",
        Group.PROCESS,
        message("OpenChain ISO/IEC 5230 (licence compliance)"),
        message("The publisher's process for licences conforms to the standard."),
        HANDBOOK,
        _DECLARATION,
    ),
    Check(
        "openchain-18974",
        Group.PROCESS,
        message("OpenChain ISO/IEC 18974 (security assurance)"),
        message("The publisher's process for vulnerabilities conforms to the standard."),
        HANDBOOK,
        _DECLARATION,
    ),
    Check(
        "contract-rights",
        Group.PROCESS,
        message("Contract: rights to license, copy and pass on"),
        message("The contract gives the agency the economic rights that the release needs, sublicensing included."),
        message("Handbook V2.2; procurement contract template"),
        _DECLARATION,
    ),
    Check(
        "contract-deliverables",
        Group.PROCESS,
        message("Contract: programs, source code, list of open source"),
        message("The contract has the programs, their source code and the list of open source components delivered."),
        message("Handbook V2.2; procurement contract template"),
        _DECLARATION,
    ),
)
"""All checks, in the order in which they are shown."""

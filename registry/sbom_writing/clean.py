"""Strangers' texts as every form can hold them: names of one line, texts of several, ids, addresses.

Tag-value is the narrowest. Its values end with the line or with `</text>`, and its readers take a value that looks like a tag, an
actor, a moment or a checksum for one.
"""

from __future__ import annotations

import re

LONGEST_NAME = 1_000  # characters of a name or a version
LONGEST_ADDRESS = 2_000
LONGEST_TEXT = 1_000_000  # characters of a licence or of copyright lines
CUT = "…"

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff]+")
_UNSEEN_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]+")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_MARK = re.compile(r"<(\s*/?\s*text\s*)>", re.IGNORECASE)
_TAGS = frozenset(
    re.split(
        r"\s+",
        """SPDXVersion DataLicense DocumentName SPDXID DocumentComment DocumentNamespace ExternalDocumentRef Creator Created
    CreatorComment LicenseListVersion Annotator AnnotationDate AnnotationComment AnnotationType SPDXREF Relationship
    RelationshipComment PackageName PackageVersion PackageDownloadLocation FilesAnalyzed PackageSummary PackageSourceInfo
    PackageFileName PackageSupplier PackageOriginator PackageChecksum PackageVerificationCode PackageDescription
    PackageComment PackageLicenseDeclared PackageLicenseConcluded PackageLicenseInfoFromFiles PackageLicenseComments
    PackageCopyrightText PackageHomePage ExternalRef ExternalRefComment PackageAttributionText PrimaryPackagePurpose BuiltDate
    ReleaseDate ValidUntilDate FileName FileType FileChecksum LicenseConcluded LicenseInfoInFile FileCopyrightText
    LicenseComments FileComment FileNotice FileContributor FileAttributionText LicenseID ExtractedText LicenseName
    LicenseCrossReference LicenseComment SnippetSPDXID SnippetName SnippetComment SnippetCopyrightText SnippetLicenseComments
    SnippetFromFileSPDXID SnippetLicenseConcluded LicenseInfoInSnippet SnippetAttributionText SnippetByteRange
    SnippetLineRange NOASSERTION NONE""",
    )
)
_LOOKS_LIKE = re.compile(
    r"(?:Tool|Organization|Person):|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|"
    r"(?:ADLER32|BLAKE2b-\d+|BLAKE3|MD\d|SHA\d+|SHA3-\d+):"
)
_ID = re.compile(r"[^A-Za-z0-9.-]+")


def line(text: str, longest: int = LONGEST_NAME) -> str:
    """A name or a version in one line; what cannot be seen is left out, what is longer ends with `…`."""
    said = " ".join(_UNSEEN.sub(" ", _whole(text[: longest * 2])).split())
    if len(said) > longest or len(text) > longest * 2:
        said = said[: longest - 1].rstrip() + CUT
    return quoted(said)


def text(value: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines, which end with LF."""
    said = _UNSEEN_IN_TEXT.sub(" ", _LINE_END.sub("\n", _whole(value[: longest * 2]))).strip()
    if len(said) > longest or len(value) > longest * 2:
        said = said[: longest - 1].rstrip() + CUT
    return quoted(said)


def organisation(name: str) -> str:
    """The name of an organisation; round brackets would be read as its e-mail address."""
    return line(name).replace("(", "[").replace(")", "]")


def quoted(said: str) -> str:
    """The value in quotation marks where it would be read as something else."""
    return f"“{said}”" if said in _TAGS or _LOOKS_LIKE.match(said) else said


def identifier(said: str) -> str:
    """Letters, digits, dots and hyphens alone, as ids in a document have them."""
    return _ID.sub("-", said).strip("-.")


def _whole(said: str) -> str:
    """Without half characters, and without the marks that begin and end a text in tag-value."""
    said = _NO_CHARACTER.sub("\ufffd", said)
    return _MARK.sub(r"‹\1›", said) if "<" in said else said

"""E-mail addresses are complete: name, @, domain with a dot.

Applies to contacts and contractors. Addresses in other scripts (用戶@例子.廣告) pass. `x@localhost`, a name around the
address (`Office <office@agency.example>`) and an empty text fail; `email` may be left out. The text of the standard
asks for a person's address instead of a mailing list, which nobody can check and many administrations do not want.

Repair: write the bare address, or remove the key.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..addresses import is_email
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "email-format", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that is no e-mail address. The text itself is not repeated: it may be personal data."""
    for found in structure(document).of_format(Format.EMAIL):
        if not is_email(found.text):
            text = message("this is not an e-mail address") if found.text else message("the e-mail address is empty")
            help_text = message("Write an address as in office@agency.example, or remove the key.")
            yield found.finding(ID, SEVERITY, text, help_text)

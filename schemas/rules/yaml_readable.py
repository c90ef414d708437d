"""The file is one YAML document that consists of keys and values.

Fails: what a YAML parser refuses (wrong indentation, an unclosed quote, a tab as indentation, control characters), an
empty file, more than one document, a list or a bare text instead of keys, a list or section as a key, an alias
without its anchor, an alias inside what it repeats, `<<` that names something without keys; more than 50 levels, more
than 5,000 parts or 1 MiB of text once aliases and merge keys are written out. The last three are limits of ours: the
reference validator can be brought down by a file of one kilobyte.

Aliases and merge keys (`<<`) within these limits are read, as the reference does. Values are read by the core schema
of YAML 1.2: `no` is a word and not “false”, dates and version numbers stay the text that was written.

Slips are named at their own line, which is often before the line where a parser stops: a full-width colon (`：`), a
full-width space, a no-break space or a tab as indentation, `－` or `・` in place of the hyphen of a list, curly or
full-width quotes, no space after a colon or a hyphen, a missing colon, a quote or bracket that is not closed, more text
after a quote, a backslash in double quotes, two keys in one line, a text without quotes that contains “: ” or begins
with one of `@`, `%`, `*`, `&`, `!`, `[`, `{` and the backtick, text after `|` or `>`, marks of a merge conflict, a key
or item indented unlike its neighbours.

Repair: look at the named line and the one before it; put texts that contain “: ” or “ #” in quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity

ID, SEVERITY = "yaml-readable", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """What was met while the file was read."""
    return (finding for finding in document.findings if finding.rule == ID)

"""Which names a document of a repository may have: one pattern for those who look for it and those who judge."""

from __future__ import annotations

import re

LANGUAGE = r"[._-][a-z]{2,3}(?:[-_][a-z0-9]{2,8})*"
"""A language in a file's name, in small letters: `.zh-tw`, `_fr`."""
ENDING = rf"(?:(?:{LANGUAGE})?\.(?:md|markdown|rst|txt|adoc|html?))?"
README = rf"(?:readme|讀我){ENDING}"

_README = re.compile(README)


def is_readme_name(name: str) -> bool:
    """Whether a file of that name at the root is a README.

    >>> [name for name in ("README", "README.zh-TW.md", "讀我.md", "readme_fr.html", "readme.py") if is_readme_name(name)]
    ['README', 'README.zh-TW.md', '讀我.md', 'readme_fr.html']
    """
    return _README.fullmatch(name.lower()) is not None

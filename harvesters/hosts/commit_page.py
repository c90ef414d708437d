"""Where a host's own pages show a repository, or lines of a file in it, at one commit. Nothing is asked for here."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

# The pages of the root and of a file below a repository's address, and the mark of a range of lines.
_PAGES = {
    "github": ("/tree/{commit}", "/blob/{commit}/{path}", "#L{first}-L{last}"),
    "gitlab": ("/-/tree/{commit}", "/-/blob/{commit}/{path}", "#L{first}-{last}"),
    "gitea": ("/src/commit/{commit}", "/src/commit/{commit}/{path}", "#L{first}-L{last}"),
    "bitbucket": ("/src/{commit}", "/src/{commit}/{path}", "#lines-{first}:{last}"),
}


def commit_page(url: str, kind: str, commit: str, path: str = "", lines: Sequence[int] = ()) -> str:
    """The page of a repository at a commit, or of `path` there, at `lines` (first and last).

    `kind` is the kind of host (see `kind_of_host`). Empty where the host has no such page, or the commit is not known.
    """
    if kind not in _PAGES or not commit:
        return ""
    root, file, mark = _PAGES[kind]
    page = (file if path else root).format(commit=quote(commit, safe=""), path=quote(path))
    place = mark.format(first=int(lines[0]), last=int(lines[-1])) if path and lines else ""
    return url.rstrip("/").removesuffix(".git") + page + place

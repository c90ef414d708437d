"""The queries that GitHub's GraphQL API is asked, and what their answers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ...schemas.candidate import FOLDER, Facts, Repository, address_key
from ..wanted_files import LICENSES_FOLDER, PUBLICCODE_NAMES, telling
from .json_api import moment, repository_path
from .root_tree import Entry, is_content_of, is_object_id

# One connection below each repository costs nothing more than the page itself: points are counted by hundreds of nodes.
TOLD = """
fragment Told on Repository {
  id nameWithOwner description homepageUrl createdAt pushedAt
  isArchived isFork isMirror isEmpty isDisabled isPrivate mirrorUrl parent { url }
  stargazerCount forkCount licenseInfo { spdxId } primaryLanguage { name } latestRelease { tagName publishedAt }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  refs(refPrefix: "refs/tags/", first: 1, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}) { totalCount nodes { name } }
  defaultBranchRef { name target { oid } }
  root: object(expression: "HEAD:") { ... on Tree { entries { name mode type oid } } }
  licenses: object(expression: "HEAD:LICENSES") { ... on Tree { entries { name mode type oid } } }
  yml: object(expression: "HEAD:publiccode.yml") { ... on Blob { oid byteSize text } }
  yaml: object(expression: "HEAD:publiccode.yaml") { ... on Blob { oid byteSize text } }
}
"""
LIST = (
    """
query($login: String!, $first: Int!, $after: String, $order: RepositoryOrder!) {
  rateLimit { cost remaining resetAt }
  repositoryOwner(login: $login) {
    repositories(first: $first, after: $after, privacy: PUBLIC, ownerAffiliations: [OWNER], orderBy: $order) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ...Told }
    }
  }
}
"""
    + TOLD
)
# What tells how a project lives; asked of repositories with a publiccode.yml only, together with the texts of its licences.
LIVING = """
fragment Living on Repository {
  releases(first: 1) { totalCount }
  community: object(expression: "HEAD:.github") { ... on Tree { entries { name mode type oid } } }
  mentionableUsers(first: 1) { totalCount }
  defaultBranchRef { target { ... on Commit {
    history(first: 100) { totalCount nodes { committedDate author { email } signature { isValid } } }
  } } }
}
"""


@dataclass(frozen=True, slots=True)
class TextBlob:
    """A file's id and size; `content` where GitHub gave it whole and unaltered."""

    oid: str
    size: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A repository as GitHub describes it: the root tree, the folder LICENSES, and the publiccode.yml where there is one."""

    repository: Repository
    root: Mapping[str, Entry]
    licenses: Mapping[str, Entry]
    file: Entry | None
    blob: TextBlob | None
    blocked: bool


def look_query(repositories: Sequence[Repository]) -> tuple[str, dict[str, Any]]:
    """One query for all of these: by GitHub's id where it is known, by owner and name otherwise."""
    fields, variables = [], {}
    for number, known in enumerate(repositories):
        node = node_id(known)
        if node:
            variables[f"i{number}"] = node
            fields.append(f"r{number}: node(id: $i{number}) {{ ...Told }}")
        else:
            owner, _, name = path_of(known.url).partition("/")
            variables |= {f"o{number}": owner, f"n{number}": name}
            fields.append(
                f"r{number}: repository(owner: $o{number}, name: $n{number}, followRenames: true) {{ ...Told }}"
            )
    declared = ", ".join(f"${name}: {'ID!' if name[0] == 'i' else 'String!'}" for name in variables)
    return f"query({declared}) {{ {' '.join(fields)} }}\n{TOLD}", variables


def read_query(wanted: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, dict[str, Any]]:
    """One query for how these repositories live and for texts in them: `(node id, object ids)` of each."""
    fields, variables = [], {}
    for number, (node, oids) in enumerate(wanted):
        variables[f"i{number}"] = node
        texts = " ".join(f'b{oid}: object(oid: "{oid}") {{ ... on Blob {{ oid byteSize text }} }}' for oid in oids)
        fields.append(f"r{number}: node(id: $i{number}) {{ ... on Repository {{ ...Living {texts} }} }}")
    declared = ", ".join(f"${name}: ID!" for name in variables)
    return f"query({declared}) {{ {' '.join(fields)} }}\n{LIVING}", variables


def listed(node: Mapping[str, Any], origin: str, url: str = "") -> Listed:
    """A repository of an answer by the host at `origin`. `url`: the address under which it was asked for.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it is not of the schema's shape.

    """
    branch = node["defaultBranchRef"] or {}
    target = branch.get("target") or {}
    root, licenses = _tree(node["root"]), _tree(node["licenses"])
    blocked = bool(node["isDisabled"])
    head = None if node["isEmpty"] or not target else str(target["oid"])
    if head is not None and not is_object_id(head):
        raise ValueError(head)
    file = next((root[name] for name in PUBLICCODE_NAMES if name in root), None)
    facts: Facts = _facts(node, root)
    own = f"{origin}/{repository_path(node['nameWithOwner'], origin)}"  # never the one that an answer names
    if url and address_key(url) != address_key(own):
        facts["moved_to"] = own
    repository = Repository(
        url=url or own,
        head="" if blocked else head,
        default_branch=str(branch.get("name", "")),
        archived=bool(node["isArchived"]),
        host_id=f"{urlsplit(origin).netloc}:{node['id']}",
        state="blocked" if blocked else "",
        facts=facts,
    )
    blob = _blob(node["yaml" if file and file.name == PUBLICCODE_NAMES[1] else "yml"])
    folder = licenses if LICENSES_FOLDER in root and root[LICENSES_FOLDER].mode == FOLDER else {}
    return Listed(repository, root, folder, file, blob, blocked)


def living(node: Mapping[str, Any]) -> Facts:
    """The facts of `Living`; the addresses behind commits are counted, not kept."""
    target = (node.get("defaultBranchRef") or {}).get("target") or {}
    history = target.get("history") or {}
    commits = history.get("nodes") or []
    facts = Facts(
        releases=int(node["releases"]["totalCount"]), contributors=int(node["mentionableUsers"]["totalCount"])
    )
    if commits:
        facts["commits"] = int(history["totalCount"])
        facts["recent_commits"] = [str(commit["committedDate"]) for commit in commits]
        facts["recent_authors"] = len({(commit.get("author") or {}).get("email") for commit in commits})
        signed = sum(bool((commit.get("signature") or {}).get("isValid")) for commit in commits)
        facts["signed_share"] = round(signed / len(commits), 2)
    return facts


def community_files(node: Mapping[str, Any]) -> list[str]:
    """What lies in the folder .github and tells how a repository is kept: SECURITY, ISSUE_TEMPLATE, …"""
    names = _tree(node.get("community"))
    return [f".github/{name}" for name in names if name.lower().startswith("issue_template") or telling([name])]


def texts(node: Mapping[str, Any]) -> dict[str, TextBlob]:
    """The files that `read_query` asked for, by their ids."""
    found = (_blob(value) for name, value in node.items() if name.startswith("b") and isinstance(value, dict))
    return {blob.oid: blob for blob in found if blob}


def node_id(repository: Repository) -> str:
    """GitHub's id of a repository; empty where it is not known."""
    return repository.host_id.rpartition(":")[2]


def path_of(url: str) -> str:
    """`owner/name` of a repository's address."""
    return "/".join(url.partition("://")[2].split("/")[1:3]).removesuffix(".git")


def _facts(node: Mapping[str, Any], root: Mapping[str, Entry]) -> Facts:
    told = {
        "description": node["description"],
        "homepage": node["homepageUrl"],
        "topics": [topic["topic"]["name"] for topic in node["repositoryTopics"]["nodes"]],
        "language": (node["primaryLanguage"] or {}).get("name"),
        "license_detected": (node["licenseInfo"] or {}).get("spdxId"),
        "fork_of": (node["parent"] or {}).get("url"),
        "mirror_of": node["mirrorUrl"],
        "created_at": _time(node["createdAt"]),
        "pushed_at": _time(node["pushedAt"]),
        "files": telling(root),
    }
    facts: Facts = Facts(**{name: value for name, value in told.items() if value})  # type: ignore[typeddict-item]
    facts["stars"], facts["forks"] = int(node["stargazerCount"]), int(node["forkCount"])
    if node["latestRelease"]:
        facts["newest_release"] = {"name": node["latestRelease"]["tagName"], "at": node["latestRelease"]["publishedAt"]}
    if node["refs"] and node["refs"]["nodes"]:
        facts["newest_tag"] = {"name": node["refs"]["nodes"][0]["name"], "at": ""}
    return facts


def _time(value: Any) -> str:
    """A time as GitHub writes it; empty where it is none."""
    return str(value) if moment(value) else ""


def _tree(value: Any) -> dict[str, Entry]:
    entries = (value or {}).get("entries") or []
    found = (Entry(str(entry["name"]), int(entry["mode"]), str(entry["oid"])) for entry in entries)
    return {entry.name: entry for entry in found if is_object_id(entry.oid)}


def _blob(value: Any) -> TextBlob | None:
    """A file; its text is believed where it has the id that Git gives it: GitHub replaces what is no UTF-8, and cuts long ones."""
    if not value or "oid" not in value:
        return None
    content = value["text"].encode("utf-8", "surrogatepass") if isinstance(value["text"], str) else None
    if content is not None and not is_content_of(content, value["oid"]):
        content = None
    return TextBlob(str(value["oid"]), int(value["byteSize"]), content)

"""The JSON of GitHub's REST interface: owners, repositories, commits, licences, in the shape of its own description."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from .git_objects import Commit
from .github_graphql import license_facts
from .github_nodes import iso, node_id, owner_id
from .world import Owner, Repo, World

USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


class Bodies:
    """Writes a world's things as GitHub would; `api` and `web` are the addresses of its interface and of its pages."""

    def __init__(self, world: World, api: str, web: str) -> None:
        self._world = world
        self._api = api
        self._web = web

    def simple_user(self, owner: Owner) -> dict[str, Any]:
        """An owner within another thing."""
        url = f"{self._api}/users/{owner.path}"
        return {
            "login": owner.path,
            "id": owner.id,
            "node_id": owner_id(owner),
            "avatar_url": f"{self._web}/{owner.path}.png",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self._web}/{owner.path}",
            **{name: url + path for name, path in USER_LINKS.items()},
            "type": "Organization" if owner.kind == "organization" else "User",
            "user_view_type": "public",
            "site_admin": False,
        }

    def user(self, owner: Owner) -> dict[str, Any]:
        """GET /users/{username}"""
        nothing = ("company", "email", "hireable", "bio", "location")
        return {
            **self.simple_user(owner),
            "name": owner.name,
            "blog": "",
            **dict.fromkeys(nothing),
            **self._counts(owner),
        }

    def organization(self, owner: Owner) -> dict[str, Any]:
        """GET /orgs/{org}"""
        url = f"{self._api}/orgs/{owner.path}"
        links = ("repos", "events", "hooks", "issues")
        return {
            "login": owner.path,
            "id": owner.id,
            "node_id": owner_id(owner),
            "url": url,
            **{f"{name}_url": f"{url}/{name}" for name in links},
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"{self._web}/{owner.path}.png",
            "description": None,
            "name": owner.name,
            "html_url": f"{self._web}/{owner.path}",
            "is_verified": False,
            "has_organization_projects": True,
            "has_repository_projects": True,
            **self._counts(owner),
            "archived_at": None,
            "type": "Organization",
        }

    def _counts(self, owner: Owner) -> dict[str, Any]:
        return {
            "public_repos": sum(not repo.private for repo in self._world.of_owner(owner.path)),
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": iso(owner.created_at),
            "updated_at": iso(owner.created_at),
        }

    def repository(self, repo: Repo) -> dict[str, Any]:
        """A repository in a list."""
        url, web = f"{self._api}/repos/{repo.full_name}", f"{self._web}/{repo.full_name}"
        return {
            "id": repo.id,
            "node_id": node_id("Repository", repo.id),
            "name": repo.name,
            "full_name": repo.full_name,
            "private": repo.private,
            "owner": self.simple_user(self._world.owners[repo.owner.lower()]),
            "html_url": web,
            "description": repo.description,
            "fork": repo.parent is not None,
            "url": url,
            **{name: url + path for name, path in REPOSITORY_LINKS.items()},
            "created_at": iso(repo.created_at),
            "updated_at": iso(repo.updated_at),
            "pushed_at": iso(repo.pushed_at),
            "git_url": f"git://github.com/{repo.full_name}.git",
            "ssh_url": f"git@github.com:{repo.full_name}.git",
            "clone_url": f"{web}.git",
            "svn_url": web,
            "homepage": repo.homepage,
            "size": 0 if repo.empty else 1,
            "stargazers_count": repo.stars,
            "watchers_count": repo.stars,
            "language": repo.language,
            **dict.fromkeys(("has_issues", "has_projects", "has_downloads", "has_wiki"), True),
            "has_pages": False,
            "has_discussions": False,
            "forks_count": repo.forks,
            "mirror_url": repo.mirror_url,
            "archived": repo.archived,
            "disabled": repo.disabled or repo.blocked,
            "open_issues_count": 0,
            "license": self.license(repo.license),
            "allow_forking": True,
            "is_template": False,
            "web_commit_signoff_required": False,
            "topics": list(repo.topics),
            "visibility": "private" if repo.private else "public",
            "forks": repo.forks,
            "open_issues": 0,
            "watchers": repo.stars,
            "default_branch": repo.default_branch,
            "permissions": {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True},
        }

    def full_repository(self, repo: Repo) -> dict[str, Any]:
        """GET /repos/{owner}/{repo}"""
        owner = self._world.owners[repo.owner.lower()]
        more: dict[str, Any] = {"network_count": 0, "subscribers_count": 0, "temp_clone_token": None}
        if owner.kind == "organization":
            more["organization"] = self.simple_user(owner)
        if repo.parent is not None:
            root = repo.parent
            while root.parent is not None:
                root = root.parent
            more |= {"parent": self.repository(repo.parent), "source": self.repository(root)}
        return {**self.repository(repo), **more}

    def license(self, spdx: str | None) -> dict[str, Any] | None:
        """A licence within a repository."""
        facts = license_facts(spdx)
        if facts is None:
            return None
        url = None if facts["key"] == "other" else f"{self._api}/licenses/{facts['key']}"
        return {**facts, "url": url, "node_id": "MDc6TGljZW5zZTA="}

    def commit(self, repo: Repo, commit: Commit) -> dict[str, Any]:
        """GET /repos/{owner}/{repo}/commits/{ref}"""
        url = f"{self._api}/repos/{repo.full_name}"
        web = f"{self._web}/{repo.full_name}/commit"
        name, email = parseaddr(commit.person)
        person = {"name": name, "email": email, "date": iso(commit.date)}
        return {
            "sha": commit.oid,
            "node_id": f"C_{repo.id}_{commit.oid}",
            "commit": {
                "author": person,
                "committer": person,
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{url}/git/trees/{commit.tree}"},
                "url": f"{url}/git/commits/{commit.oid}",
                "comment_count": 0,
                "verification": self._verification(commit),
            },
            "url": f"{url}/commits/{commit.oid}",
            "html_url": f"{web}/{commit.oid}",
            "comments_url": f"{url}/commits/{commit.oid}/comments",
            "author": None,
            "committer": None,
            "parents": [
                {"sha": oid, "url": f"{url}/commits/{oid}", "html_url": f"{web}/{oid}"} for oid in commit.parents
            ],
            "stats": {"total": 0, "additions": 0, "deletions": 0},
            "files": [],
        }

    def _verification(self, commit: Commit) -> dict[str, Any]:
        return {
            "verified": commit.signed,
            "reason": "valid" if commit.signed else "unsigned",
            "signature": "signature" if commit.signed else None,
            "payload": "payload" if commit.signed else None,
            "verified_at": iso(commit.date) if commit.signed else None,
        }

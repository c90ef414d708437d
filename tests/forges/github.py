"""A simulated GitHub: api.github.com's REST and GraphQL interfaces over a world, with its limits, tokens and odd manners."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode

from .exchange import Answer, Request, json_answer
from .faults import HTML, UNICORN, blocked
from .github_apps import Apps, NotSigned, new_token
from .github_cost import MAX_NODES, Cost, cost_of
from .github_files import Refused
from .github_graphql import error_fields, execute, prepare, schema
from .github_nodes import iso_seconds
from .github_resolvers import Asking
from .github_rest import Rest
from .server import ForgeServer
from .world import Repo, World

HOUR = 3600
DOCS = "https://docs.github.com"
LIMITS = "/rest/using-the-rest-api/rate-limits-for-the-rest-api"


@dataclass
class Account:
    """Who a token belongs to, what it may see beyond what is public, and what it has used."""

    login: str
    limit: int = 5000
    owners: frozenset[str] = frozenset()
    expires: float | None = None
    used: dict[str, int] = field(default_factory=dict)
    reset: dict[str, float] = field(default_factory=dict)

    def may_see(self, repo: Repo) -> bool:
        """Whether it may know that the repository is there."""
        return not repo.private or repo.owner.lower() in self.owners


class GitHubServer(ForgeServer):
    """GitHub's interfaces at `url`, as at https://api.github.com.

    Args:
        world: what is there.
        token: one that is good; others come by `add_token`. Without any, everybody is anonymous.
        limit: requests and points an hour of that token.
        enterprise: the interfaces lie at /api/v3 and /api/graphql, as GitHub Enterprise Server has them.
        web_url: where its pages would be.

    To be set at any time: `clock` (seconds since 1970), `max_nodes_before_502` (a query that asks for more nodes than that, by
    its text, gets 502 and HTML), `max_repositories` (a query that gets more of them than that is given the rest as errors),
    `anonymous_limit`, `anonymous_graphql` (the status of a query without a token, 403 or 401), `rate_limit_type` (GitHub has
    said both RATE_LIMITED and RATE_LIMIT), `blocked_as_errors` (a repository taken away by a claim is an error in GraphQL; else it
    is there, disabled, without its files: which of the two GitHub does is documented nowhere), `max_tree_entries`.
    """

    def __init__(
        self,
        world: World,
        token: str | None = None,
        *,
        limit: int = 5000,
        enterprise: bool = False,
        web_url: str = "https://github.com",
    ) -> None:
        super().__init__(world)
        self.web_url = web_url
        self.clock: Callable[[], float] = time.time
        self.max_nodes_before_502: int | None = None
        self.max_repositories: int | None = None
        self.anonymous_limit = 60
        self.anonymous_graphql = 403
        self.rate_limit_type = "RATE_LIMITED"
        self.blocked_as_errors = True
        self.points = 0
        self._rest_path, self._graphql_path = ("/api/v3", "/api/graphql") if enterprise else ("", "/graphql")
        self._version = (("X-GitHub-Enterprise-Version", "3.17.0"),) if enterprise else ()
        self.max_tree_entries = 100_000
        self._apps = Apps()
        self._anonymous = Account("")
        self._accounts: dict[str, Account] = {}
        if token is not None:
            self.add_token(token, limit=limit)
        schema()

    def add_token(
        self,
        token: str,
        *,
        login: str = "harvester",
        limit: int = 5000,
        owners: frozenset[str] | set[str] = frozenset(),
        expires: float | None = None,
    ) -> Account:
        """One more good token; `owners`: whose private repositories it sees."""
        account = Account(login, limit, frozenset(owner.lower() for owner in owners), expires)
        self._accounts[token] = account
        return account

    def register_app(self, app: int | str, public_key: str | bytes, installations: Mapping[int, str]) -> None:
        """A GitHub App, by its id or client id, the PEM of its public key, and installation → owner whose repositories it sees."""
        self._apps.register(app, public_key)
        for installation, owner in installations.items():
            self._apps.install(installation, app, owner)

    def answer(self, request: Request) -> Answer:
        below = request.path.removeprefix(self._rest_path)
        segments = request._replace(target=below).segments
        if request.method == "POST" and segments[:2] == ("app", "installations"):
            return self._installation_token(segments, request)
        account = self._account(request)
        if account is None:
            return self._refusal(401, "Bad credentials", "/rest")
        if request.path == self._graphql_path and request.method == "POST":
            return self._graphql(request, account)
        if not request.path.startswith(self._rest_path) or request.method not in ("GET", "HEAD"):
            return self._refusal(404, "Not Found", "/rest")
        return self._rest(segments, request, account)

    def _rest(self, segments: tuple[str, ...], request: Request, account: Account) -> Answer:
        if segments == ("rate_limit",):
            return self._marked(json_answer(200, self._limits(account)), account)
        if not self._spend(account, "core", 1):
            return self._marked(self._exhausted(account), account)
        try:
            answer = Rest(self.world, self.url + self._rest_path, self.web_url).answer(
                segments, request, account, self.max_tree_entries
            )
        except Refused as refused:
            if refused.status == 451:
                return self._marked(blocked("2026-01-01T00:00:00Z"), account)
            return self._marked(self._refusal(refused.status, refused.message, "/rest"), account)
        if answer.status != 200:
            return self._marked(answer, account)
        tag = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
        privacy = "public" if account is self._anonymous else "private"
        known = (
            ("ETag", tag),
            ("Cache-Control", f"{privacy}, max-age=60, s-maxage=60"),
            ("Vary", "Accept, Authorization"),
        )
        if tag.removeprefix("W/") in request.headers.get("if-none-match", ""):
            if account is not self._anonymous:
                account.used["core"] -= 1
            answer = Answer(304, (), b"")
        return self._marked(answer._replace(headers=(*answer.headers, *known)), account)

    def _marked(self, answer: Answer, account: Account) -> Answer:
        """With the headers that all answers have."""
        limit = self.anonymous_limit if account is self._anonymous else account.limit
        media = (("X-GitHub-Media-Type", "github.v3; format=json"), *self._version)
        return answer._replace(headers=(*answer.headers, *media, *self._limit_headers(account, "core", limit)))

    def _exhausted(self, account: Account) -> Answer:
        if account is self._anonymous:
            more = "(But here's the good news: Authenticated requests get a higher rate limit.)"
            return self._refusal(403, f"API rate limit exceeded for 127.0.0.1. {more}", LIMITS)
        return self._refusal(403, f"API rate limit exceeded for user ID {account.login}.", LIMITS)

    def _limits(self, account: Account) -> dict[str, Any]:
        def one(resource: str, limit: int) -> dict[str, int]:
            used = account.used.get(resource, 0) if account.reset.get(resource, 0) > self.clock() else 0
            reset = int(max(account.reset.get(resource, 0), self.clock()))
            return {"limit": limit, "used": used, "remaining": limit - used, "reset": reset}

        anonymous = account is self._anonymous
        core = one("core", self.anonymous_limit if anonymous else account.limit)
        graphql = one("graphql", 0 if anonymous else account.limit)
        return {"resources": {"core": core, "search": one("search", 10), "graphql": graphql}, "rate": core}

    def _installation_token(self, segments: tuple[str, ...], request: Request) -> Answer:
        if len(segments) != 4 or segments[3] != "access_tokens":
            return self._refusal(404, "Not Found", "/rest")
        signed = request.headers.get("authorization", "").partition(" ")[2]
        try:
            installation = self._apps.check(signed, segments[2], self.clock())
        except NotSigned as error:
            return self._refusal(401, str(error), "/rest")
        if installation is None:
            return self._refusal(404, "Not Found", "/rest")
        token, expires = new_token(), self.clock() + HOUR
        self.add_token(token, login=f"{installation.app}[bot]", owners={installation.owner}, expires=expires)
        permissions = {"contents": "read", "metadata": "read"}
        value = {
            "token": token,
            "expires_at": iso_seconds(expires),
            "permissions": permissions,
            "repository_selection": "all",
        }
        return json_answer(201, value)

    def _account(self, request: Request) -> Account | None:
        """Who asks; None: with a token that is not good."""
        given = request.headers.get("authorization")
        if given is None:
            return self._anonymous
        scheme, _, token = given.partition(" ")
        account = self._accounts.get(token.strip()) if scheme.lower() in ("bearer", "token") else None
        if account is None or (account.expires is not None and account.expires <= self.clock()):
            return None
        return account

    def _refusal(self, status: int, message: str, manual: str, *headers: tuple[str, str]) -> Answer:
        return json_answer(
            status, {"message": message, "documentation_url": DOCS + manual, "status": str(status)}, *headers
        )

    def _graphql(self, request: Request, account: Account) -> Answer:
        if account is self._anonymous:
            limits = self._limit_headers(account, "graphql", 0)
            return self._refusal(
                self.anonymous_graphql, "This endpoint requires you to be authenticated.", "/graphql", *limits
            )
        try:
            asked = json.loads(request.body)
            text, variables = asked["query"], asked.get("variables") or {}
        except (ValueError, KeyError, TypeError):
            return self._refusal(400, "Problems parsing JSON", "/graphql")
        prepared = prepare(text)
        if not isinstance(prepared, DocumentNode):
            return self._give({"errors": [error_fields(error) for error in prepared]}, account)
        cost = cost_of(schema(), prepared, variables)
        if cost.nodes > MAX_NODES:
            message = f"This query requests up to {cost.nodes:,} possible nodes which exceeds the maximum limit of {MAX_NODES:,}."
            return self._give({"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}, account)
        if self.max_nodes_before_502 is not None and cost.nodes > self.max_nodes_before_502:
            return Answer(502, (("Content-Type", HTML),), UNICORN)
        if not self._spend(account, "graphql", cost.points):
            error = {"type": self.rate_limit_type, "message": f"API rate limit exceeded for user ID {account.login}."}
            return self._give({"errors": [error]}, account)
        self.points += cost.points
        rate = self._rate(account, cost)
        asking = Asking(
            self.world,
            self.web_url,
            account.login,
            account.may_see,
            rate,
            self.max_repositories,
            self.blocked_as_errors,
        )
        return self._give(execute(prepared, variables, asking), account)

    def _give(self, value: Any, account: Account) -> Answer:
        return json_answer(200, value, *self._limit_headers(account, "graphql", account.limit))

    def _rate(self, account: Account, cost: Cost) -> Mapping[str, Any]:
        used = account.used["graphql"]
        return {
            "cost": cost.points,
            "nodeCount": cost.nodes,
            "limit": account.limit,
            "used": used,
            "remaining": account.limit - used,
            "resetAt": iso_seconds(account.reset["graphql"]),
        }

    def _spend(self, account: Account, resource: str, points: int) -> bool:
        """Whether the account had that much left; the hour begins with its first request."""
        limit = self.anonymous_limit if account is self._anonymous else account.limit
        if account.reset.get(resource, 0) <= self.clock():
            account.used[resource], account.reset[resource] = 0, self.clock() + HOUR
        if account.used[resource] + points > limit:
            account.used[resource] = limit
            return False
        account.used[resource] += points
        return True

    def _limit_headers(self, account: Account, resource: str, limit: int) -> tuple[tuple[str, str], ...]:
        used = account.used.get(resource, 0)
        return (
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", str(max(0, limit - used))),
            ("X-RateLimit-Used", str(used)),
            ("X-RateLimit-Reset", str(int(account.reset.get(resource, self.clock() + HOUR)))),
            ("X-RateLimit-Resource", resource),
        )

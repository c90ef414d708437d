"""A simulated GitHub: api.github.com's REST and GraphQL interfaces over a world, with its limits, tokens and odd manners."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode

from .exchange import Answer, Request, json_answer
from .faults import HTML, UNICORN
from .github_cost import MAX_NODES, Cost, cost_of
from .github_graphql import error_fields, execute, prepare, schema
from .github_nodes import iso_seconds
from .github_resolvers import Asking
from .server import ForgeServer
from .world import Repo, World

HOUR = 3600
DOCS = "https://docs.github.com"


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
    said both RATE_LIMITED and RATE_LIMIT).
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
        self.points = 0
        self._rest_path, self._graphql_path = ("/api/v3", "/api/graphql") if enterprise else ("", "/graphql")
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

    def answer(self, request: Request) -> Answer:
        account = self._account(request)
        if account is None:
            return self._refusal(401, "Bad credentials", "/rest")
        if request.path == self._graphql_path and request.method == "POST":
            return self._graphql(request, account)
        return self._refusal(404, "Not Found", "/rest")

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
        asking = Asking(self.world, self.web_url, account.login, account.may_see, rate, self.max_repositories)
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

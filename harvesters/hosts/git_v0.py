"""Git servers without protocol version 2, by way of dulwich: the older exchange over our own way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from dulwich.client import AbstractHttpGitClient
from dulwich.errors import GitProtocolError
from dulwich.object_store import ObjectStoreGraphWalker
from dulwich.objects import ObjectID
from dulwich.refs import HEADREF, Ref

from ...schemas.finding import message
from ..errors import HostUnavailable
from ..http import Http

SERVICE = "/info/refs"
MAX_REFS_BYTES = 16 * 1024 * 1024
# dulwich believes its server: what a broken or hostile one provokes in it beside its own exception.
BROKEN_ANSWER = (GitProtocolError, AssertionError, ValueError, KeyError, IndexError)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a server says of itself: HEAD's commit and branch, the address after redirects, the protocol's version."""

    head: str | None
    branch: str
    address: str
    version: int


def discover(http: Http, address: str, deadline_seconds: float) -> Discovery:
    """Asks the server at `address` (without final slash) what it has and which protocol it speaks.

    One request; a second one where it speaks version 2.

    Raises:
        HostError: no answer, or none of a smart Git server.

    """
    client = _Client(http, address, MAX_REFS_BYTES, deadline_seconds)
    try:
        answer = client.get_refs(b"", ref_prefix=[b"HEAD"])
        head, branch = answer.refs.get(HEADREF), (answer.symrefs or {}).get(HEADREF, b"").decode("utf-8", "replace")
    except BROKEN_ANSWER as error:
        raise _no_git(address, error) from error
    if (answer.object_format or "sha1") != "sha1":
        text = "{url} names its objects by {format}, which cannot be read yet"
        raise HostUnavailable(message(text, url=address, format=answer.object_format))
    return Discovery(
        head.decode("ascii") if head else None,
        branch.removeprefix("refs/heads/"),
        client.address,
        client.protocol_version,
    )


def list_tags(http: Http, address: str, deadline_seconds: float) -> dict[str, str]:
    """The tags by their names, each with the id of what it stands for; one request.

    Raises:
        HostError: no answer, or none of a smart Git server.

    """
    client = _Client(http, address, MAX_REFS_BYTES, deadline_seconds)
    try:
        refs = client.get_refs(b"", protocol_version=0).refs
    except BROKEN_ANSWER as error:
        raise _no_git(address, error) from error
    prefix, peeled = b"refs/tags/", b"^{}"
    names = [name for name in refs if name.startswith(prefix) and not name.endswith(peeled)]
    found = {name: refs.get(Ref(name + peeled)) or refs[name] for name in names}
    return {
        name.removeprefix(prefix).decode("utf-8", "replace"): oid.decode("ascii", "replace")
        for name, oid in found.items()
        if oid
    }


def fetch_whole(http: Http, address: str, head: str, max_bytes: int, deadline_seconds: float) -> bytes:
    """The pack of the commit `head` with all its files, in protocol version 0; two requests.

    Raises:
        HostError: no answer, or none of a smart Git server.

    """
    pack = bytearray()

    def keep(piece: bytes) -> int:
        pack.extend(piece)
        return len(piece)

    client = _Client(http, address, max_bytes, deadline_seconds)
    try:
        client.fetch_pack(
            b"",
            lambda *_, **__: [ObjectID(head.encode())],
            ObjectStoreGraphWalker([], lambda _: []),
            keep,
            depth=1,
            protocol_version=0,
        )
    except BROKEN_ANSWER as error:
        raise _no_git(address, error) from error
    return bytes(pack)


class _Client(AbstractHttpGitClient):
    """dulwich's client, its requests sent through ours; `address` follows the redirect of the first of them."""

    def __init__(self, http: Http, address: str, max_bytes: int, deadline_seconds: float) -> None:
        super().__init__(address, quiet=True)
        self.address = address
        self._http, self._max_bytes, self._deadline_seconds = http, max_bytes, deadline_seconds

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,
    ) -> tuple[Any, Callable[[int], bytes]]:
        body = data if isinstance(data, bytes) or data is None else b"".join(data)
        response = self._http.request(
            "GET" if body is None else "POST",
            url,
            headers,
            body,
            max_bytes=self._max_bytes,
            deadline_seconds=self._deadline_seconds,
            idempotent=True,
        )
        content_type = response.headers.get("Content-Type", "")
        if not content_type.startswith("application/x-git-"):
            raise HostUnavailable(message("{url} answers, but is no smart Git server", url=url), response.status)
        if body is None:
            self.address = response.url.partition("?")[0].removesuffix(SERVICE)
        return _Answer(content_type, response.url if response.url != url else ""), BytesIO(response.body).read


@dataclass(frozen=True, slots=True)
class _Answer:
    """What dulwich looks at in an answer beside its body."""

    content_type: str
    redirect_location: str

    def close(self) -> None:
        """The body was read and the connection given back long ago."""


def _no_git(address: str, error: BaseException) -> HostUnavailable:
    reason = "".join(c for c in str(error) if c.isprintable())[:200] or type(error).__name__
    return HostUnavailable(message("{url} answers, but not as Git does: {reason}", url=address, reason=reason))

"""A GitHub App as the harvest's credential."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.registry.settings import SettingError, Settings
from publiccode.web.commands.harvest import open_hosts

from ..forges.faults import KINDS
from ..forges.github import GitHubServer
from ..forges.schemas import needs_github
from ..forges.world import World
from .groups import Agency


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private and a public key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@needs_github
def test_its_token_is_had_once_and_shown_to_the_host_alone(tmp_path: Path, keys: tuple[str, str]) -> None:
    with GitHubServer(World(), token="other") as server:
        server.register_app("7", keys[1], {11: "gov"})
        with Agency(tmp_path, server, "github", "github.com", "https://api.github.com", token="") as agency:
            agency.tokens["github.com"] = f"app:7:11:{keys[0]}"
            agency.publish("petition")
            parts = agency.parts()
            agency.parts = lambda **_: parts  # type: ignore[method-assign]
            assert agency.outcomes() == {"gov/petition": "added"}
            agency.later(days=1)
            assert agency.outcomes() == {"gov/petition": "unchanged"}
        paths = [seen.path.partition("?")[0] for seen in server.requests]
        assert paths == ["/app/installations/11/access_tokens", "/graphql", "/graphql", "/graphql"]
        assert len({seen.authorization for seen in server.requests[1:]}) == 1


@needs_github
def test_an_app_that_the_host_does_not_know_stops_that_host_alone(tmp_path: Path, keys: tuple[str, str]) -> None:
    with (
        GitHubServer(World(), token="other") as server,
        Agency(tmp_path, server, "github", "github.com", "https://api.github.com", token="") as agency,
    ):
        agency.tokens["github.com"] = f"app:7:11:{keys[0]}"
        agency.publish("petition")
        assert agency.outcomes() == {"gov": "unreachable"}


@needs_github
def test_an_app_that_was_taken_off_removes_nothing(tmp_path: Path, keys: tuple[str, str]) -> None:
    with (
        GitHubServer(World(), token="good") as server,
        Agency(tmp_path, server, "github", "github.com", "https://api.github.com", token="good") as agency,
    ):
        agency.publish("petition")
        agency.harvest()
        agency.tokens["github.com"] = f"app:7:11:{keys[0]}"
        server.faults = lambda _, request: KINDS["404"] if "access_tokens" in request.target else None
        for _ in range(3):
            agency.later(days=8)
            assert agency.outcomes() == {"gov": "unreachable"}
        assert agency.entries() == {"github.com/gov/petition": ""}


def test_the_key_comes_from_a_file(tmp_path: Path, keys: tuple[str, str]) -> None:
    file = tmp_path / "key.pem"
    file.write_text(keys[0], "utf-8")
    with Http() as http:
        assert isinstance(open_hosts(Settings(tokens={"github.com": f"app:7:11:{file}"}), http), Hosts)
        for token, problem in {
            "app:7:11": "github.com: expected app:<app id>:<installation id>:<file of the private key>",
            f"app:7:11:{tmp_path / 'none'}": f"github.com: the private key {tmp_path / 'none'} cannot be read: ",
            f"app:7:11:{__file__}": f"github.com: there is no private key in {__file__}",
        }.items():
            with pytest.raises(SettingError) as caught:
                open_hosts(Settings(tokens={"github.com": token}), http)
            assert str(caught.value).startswith(f"PUBLICCODE_TOKENS: {problem}")

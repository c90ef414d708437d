"""GitHub Apps: signed requests for a token of an installation, which sees one owner's repositories for an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import jwt

LONGEST = 600
LIFE = 3600


class NotSigned(Exception):
    """A request whose JSON Web Token is not good; the message is GitHub's."""


@dataclass(frozen=True)
class Installation:
    """An app at an owner."""

    id: int
    app: str
    owner: str


class Apps:
    """Registered apps, by their id or client id, with their public keys, and where they are installed."""

    def __init__(self) -> None:
        self._keys: dict[str, str | bytes] = {}
        self._installations: dict[int, Installation] = {}

    def register(self, app: int | str, public_key: str | bytes) -> None:
        """An app and the PEM of its public key."""
        self._keys[str(app)] = public_key

    def install(self, installation: int, app: int | str, owner: str) -> None:
        """The app at an owner."""
        self._installations[installation] = Installation(installation, str(app), owner)

    def check(self, token: str, installation: str, now: float) -> Installation | None:
        """The installation that a signed request may have a token for; None: this app has no such one.

        Raises:
            NotSigned: no such app, another key, or a time that GitHub does not take.

        """
        try:
            claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
            key = self._keys[str(claims["iss"])]
            jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_iss": False},
            )
            issued, expires = int(claims["iat"]), int(claims["exp"])
        except (jwt.PyJWTError, KeyError, ValueError):
            raise NotSigned("A JSON web token could not be decoded") from None
        if issued > now:
            raise NotSigned(
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued."
            )
        if expires <= now or expires > now + LONGEST:
            reason = (
                "is too far in the future" if expires > now else "must be a numeric value representing the future time"
            )
            raise NotSigned(f"'Expiration time' claim ('exp') {reason}")
        found = self._installations.get(int(installation)) if installation.isdecimal() else None
        return found if found is not None and found.app == str(claims["iss"]) else None


def new_token() -> str:
    """A token of an installation."""
    return f"ghs_{secrets.token_hex(18)}"

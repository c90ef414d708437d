"""What a deep scan looks for that must not be published: what each kind is called, and what to do where one is found."""

from __future__ import annotations

from collections.abc import Mapping

from ..schemas.finding import Message, message

TITLES: Mapping[str, Message] = {
    "private-key": message("private key"),
    "aws-key": message("key of Amazon Web Services"),
    "aws-secret": message("secret key of Amazon Web Services"),
    "google-key": message("key of Google's interfaces"),
    "github-token": message("token of GitHub"),
    "gitlab-token": message("token of GitLab"),
    "slack-token": message("token or hook of Slack"),
    "service-token": message("token of a service"),
    "jwt": message("signed token (JWT)"),
    "password-in-address": message("password in an address"),
    "password": message("password or key in a setting"),
    "national-id": message("number of a person (Taiwan)"),
    "e-mail-list": message("list of e-mail addresses"),
    "phone-list": message("list of mobile numbers"),
}
"""By the rule of `harvesters/scan/exposed.py`."""

_SECRET = message("take it out, and make it invalid where it was issued: older commits and copies keep it")
_PERSON = message("take it out, also of older commits, and tell whoever answers for personal data in your agency")
_LIST = message("take the list out unless those on it agreed to be published; if so, say it in the file")
_PERSONAL = {"national-id": _PERSON, "e-mail-list": _LIST, "phone-list": _LIST}


def advice(rule: str) -> Message:
    """The next step where something of this kind is found."""
    return _PERSONAL.get(rule, _SECRET)

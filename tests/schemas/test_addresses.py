"""URLs, URIs and e-mail addresses, by their form."""

import pytest

from publiccode.schemas.addresses import is_email, is_http_url, is_uri, is_url, scheme
from publiccode.schemas.videos import is_embeddable

ADDRESSES = {
    # text: (is_url, is_http_url, is_uri)
    "https://git.example/a/b.git": (True, True, True),
    "HTTP://git.example": (True, True, True),
    "https://[2001:db8::1]:8443/": (True, True, True),
    "https://例子.example/路燈": (True, True, True),
    "https://git.example/a b": (True, True, True),
    "ssh://git@git.example/a": (True, False, True),
    "urn:oid:2.16.886.101.20003": (True, False, True),
    "mailto:a@b.example": (True, False, False),
    "file:///etc/hosts": (True, False, False),
    "git@git.example:a/b": (False, False, False),
    "https://": (False, False, False),
    "https:/git.example": (False, False, False),
    "https://a b.example/": (False, False, False),
    "https://git.example:port/": (False, False, False),
    "https://git.example/%zz": (False, False, False),
    " https://git.example/": (False, False, False),
    "https://git.example/\n": (False, False, False),
    "git.example": (False, False, False),
    "": (False, False, False),
    "https://git.example/" + "a" * 3_000: (False, False, False),
}
EMAILS = {
    "office@agency.example": True,
    "用戶@例子.廣告": True,
    "a.b+c@d-e.example": True,
    "a@b": False,
    "x@localhost": False,
    "Office <office@agency.example>": False,
    "a b@c.example": False,
    "a..b@c.example": False,
    "a@-b.example": False,
    "a@b.example\n": False,
    "": False,
    "a" * 400 + "@b.example": False,
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text: str) -> None:
    assert (is_url(text), is_http_url(text), is_uri(text)) == ADDRESSES[text]


@pytest.mark.parametrize("text", EMAILS)
def test_emails(text: str) -> None:
    assert is_email(text) is EMAILS[text]


def test_scheme() -> None:
    assert [scheme(text) for text in ("JavaScript:alert(1)", "https://a.example", "a/b")] == ["javascript", "https", ""]


def test_video_sites() -> None:
    assert is_embeddable("https://www.youtube.com/watch?v=x")
    assert is_embeddable("http://youtu.be/x")
    assert is_embeddable("https://vimeo.com/1234")
    assert not is_embeddable("https://video.agency.example/1")
    assert not is_embeddable("https://google.com")
    assert not is_embeddable("https://www.youtube.com.evil.example/watch?v=x")

"""Addresses that are made once: for each app in the process its own."""

from __future__ import annotations

from flask import Flask

from publiccode.web.addresses import address, address_of


def app(prefix: str) -> Flask:
    made = Flask(__name__)
    made.add_url_rule(f"/<lang>/{prefix}", "list", lambda lang: "")
    made.add_url_rule(f"/<lang>/{prefix}/<slug>", "one", lambda lang, slug: "")
    return made


def made_by(one: Flask) -> tuple[str, str]:
    with one.test_request_context("/en/"):
        return address("list", lang="en"), address_of("one", "en", "衛生/x")


def test_two_apps_in_a_process_do_not_share_addresses() -> None:
    first, second = app("software"), app("logiciels")
    for _ in range(2):
        assert made_by(first) == ("/en/software", "/en/software/%E8%A1%9B%E7%94%9F/x")
        assert made_by(second) == ("/en/logiciels", "/en/logiciels/%E8%A1%9B%E7%94%9F/x")

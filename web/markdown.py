"""Markdown of strangers → harmless HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_SCHEMES = {"http", "https", "mailto"}
# The standard allows 10,000 characters. Beyond twice that a text is shown as it is written, so that no page takes long.
LIMIT = 20_000


def _image(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    # A picture from elsewhere would tell its host who reads this page: it becomes a link.
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    return f'<a href="{escape(source)}">{escape(token.content or source)}</a>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.add_render_rule("image", _image)
    return parser


_PARSER = _parser()


def render(text: str, under: int = 2) -> Markup:
    """`text` (CommonMark) as HTML that holds no script, no style, no picture and no link but http, https and mailto.

    Headings begin one level below `under` and never skip a level, so that the page's outline stays whole.
    """
    if len(text) > LIMIT:
        return Markup('<p class="as-written">{}</p>').format(text)
    tokens = _PARSER.parse(text)
    previous = under
    for token in tokens:
        if token.type == "heading_open":
            previous = min(int(token.tag[1:]) + under, previous + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{previous}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        url_relative="deny",
    )
    return Markup(clean)  # noqa: S704  (nh3 has cleaned it)

"""Markdown of strangers."""

import pytest

from publiccode.web.markdown import LIMIT, render


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](JaVaScRiPt&colon;alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](ftp://x.example/)", '<p><a rel="nofollow noopener">a</a></p>\n'),
        ("[a](//x.example/)", '<p><a rel="nofollow noopener">a</a></p>\n'),
        ("<https://x.example/?a=b&c>", '<p><a href="https://x.example/?a=b&amp;c" rel="nofollow noopener">https://x.example/?a=b&amp;c</a></p>\n'),
        ("<a@x.example>", '<p><a href="mailto:a@x.example" rel="nofollow noopener">a@x.example</a></p>\n'),
        ('![a](https://x.example/i.png "t")', '<p><a href="https://x.example/i.png" rel="nofollow noopener">a</a></p>\n'),
        ("# a\n### b\n# c\n###### d", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n<h4>d</h4>\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_markdown(markdown: str, html: str) -> None:
    assert str(render(markdown)) == html


def test_what_is_too_long_is_shown_as_it_is_written() -> None:
    long = "<b>*a*</b>" + "x" * LIMIT
    assert str(render(long)) == f'<p class="as-written">&lt;b&gt;*a*&lt;/b&gt;{"x" * LIMIT}</p>'

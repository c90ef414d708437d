"""The styles of our OpenDocument texts: A4, two fonts (one for Latin letters, one for Chinese), header and footer of every page."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

WESTERN, ASIAN, EVEN = "Liberation Sans", "Noto Sans CJK TC", "Liberation Mono"
_LANGUAGES = {"zh-Hant": ("zh", "TW"), "en": ("en", "GB")}
_SPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_PARAGRAPHS = (  # name, parent, paragraph properties, text properties
    ("Standard", "", 'fo:margin-top="0cm" fo:margin-bottom="0.1cm" fo:line-height="130%"', ""),
    ("Title", "Standard", 'fo:margin-bottom="0.35cm" fo:keep-with-next="always"', "18"),
    ("Heading_20_1", "Standard", 'fo:margin-top="0.55cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"', "14"),
    ("Heading_20_2", "Standard", 'fo:margin-top="0.4cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"', "11.5"),
    ("Cell", "Standard", 'fo:margin-bottom="0.05cm"', ""),
    ("Cell_20_heading", "Cell", 'fo:keep-with-next="auto"', "10"),
    ("Note", "Standard", 'fo:padding-left="0.25cm" fo:border-left="1.5pt solid #000000" fo:margin-bottom="0.3cm"', ""),
    ("Lead", "Standard", 'fo:keep-with-next="always"', ""),  # stands above what it speaks of
    ("Item", "Standard", 'fo:margin-left="0.6cm" fo:text-indent="-0.5cm"', ""),
    (
        "Blank",
        "Standard",
        'fo:border-bottom="0.75pt dotted #000000" fo:padding-bottom="0.7cm" fo:margin-bottom="0.15cm"',
        "",
    ),
    ("Verbatim", "Standard", 'fo:margin-bottom="0cm" fo:line-height="115%"', ""),  # in letters of one width
    ("Header", "Standard", 'fo:border-bottom="0.5pt solid #000000" fo:padding-bottom="0.1cm"', ""),
    ("Footer", "Standard", 'fo:text-align="end"', ""),
)
_OUTLINE = {"Heading_20_1": 1, "Heading_20_2": 2}
_BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'


def styles(language: str, header: str, page: str) -> bytes:
    """The content of `styles.xml`.

    `header` stands at the head of every page; `page` is how its number is told, with `{number}` and `{count}`.
    """
    parts = (
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<office:document-styles{_SPACES} office:version="1.3">',
        f"<office:font-face-decls>{_face(WESTERN)}{_face(ASIAN)}{_face(EVEN)}</office:font-face-decls>",
        f"<office:styles>{_defaults(language)}{''.join(_paragraph(*one) for one in _PARAGRAPHS)}</office:styles>",
        f"<office:automatic-styles>{_PAGE}</office:automatic-styles>",
        f"<office:master-styles>{_master(header, page)}</office:master-styles>",
        "</office:document-styles>",
    )
    return "".join(parts).encode()


def _face(name: str) -> str:
    return f"<style:font-face style:name={quoteattr(name)} svg:font-family={quoteattr(repr(name))}/>"


def _defaults(language: str) -> str:
    tongue, country = _LANGUAGES[language]
    western = (
        ("en", "GB") if tongue == "zh" else (tongue, country)
    )  # Latin letters in a Chinese text are mostly English
    asian = (tongue, country) if tongue == "zh" else ("zh", "TW")
    return (
        '<style:default-style style:family="paragraph"><style:paragraph-properties style:text-autospace="ideograph-alpha" '
        'style:punctuation-wrap="hanging" style:line-break="strict" style:tab-stop-distance="1cm" style:writing-mode="page"/>'
        f'<style:text-properties style:font-name="{WESTERN}" fo:font-size="10pt" fo:language="{western[0]}" '
        f'fo:country="{western[1]}" style:font-name-asian="{ASIAN}" style:font-size-asian="10pt" '
        f'style:language-asian="{asian[0]}" style:country-asian="{asian[1]}"/></style:default-style>'
        '<style:default-style style:family="table"><style:table-properties table:border-model="collapsing"/></style:default-style>'
        '<style:default-style style:family="table-row"><style:table-row-properties fo:keep-together="always"/>'
        "</style:default-style>"
    )


def _paragraph(name: str, parent: str, layout: str, size: str) -> str:
    above = f' style:parent-style-name="{parent}"' if parent else ""
    level = f' style:default-outline-level="{_OUTLINE[name]}"' if name in _OUTLINE else ""
    text = f'<style:text-properties fo:font-size="{size}pt" style:font-size-asian="{size}pt" {_BOLD}/>' if size else ""
    if name == "Verbatim":
        text = f'<style:text-properties style:font-name="{EVEN}" fo:font-size="8pt" style:font-size-asian="8pt"/>'
    shown = f' style:display-name="{name.replace("_20_", " ")}"'
    return (
        f'<style:style style:name="{name}"{shown} style:family="paragraph"{above}{level}>'
        f"<style:paragraph-properties {layout}/>{text}</style:style>"
    )


_PAGE = (
    '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
    'style:print-orientation="portrait" fo:margin-top="1.5cm" fo:margin-bottom="1.5cm" fo:margin-left="2cm" '
    'fo:margin-right="2cm" style:writing-mode="lr-tb"/>'
    '<style:header-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.4cm"/></style:header-style>'
    '<style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style>'
    "</style:page-layout>"
)


def _master(header: str, page: str) -> str:
    numbered = escape(page).replace("{number}", '<text:page-number text:select-page="current"/>')
    numbered = numbered.replace("{count}", "<text:page-count/>")
    return (
        '<style:master-page style:name="Standard" style:page-layout-name="A4">'
        f'<style:header><text:p text:style-name="Header">{escape(header)}</text:p></style:header>'
        f'<style:footer><text:p text:style-name="Footer">{numbered}</text:p></style:footer></style:master-page>'
    )

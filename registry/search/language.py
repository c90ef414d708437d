"""What a user typed, as a tree: Whoosh's parser with our few words, and everything bounded before the parser sees it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from whoosh import query as tree  # type: ignore[import-untyped]
from whoosh.qparser import QueryParser, plugins, syntax  # type: ignore[import-untyped]

from .fields import FIELDS, NAMES, OPERATORS, YEARS, dates_of, field_of, possible, value_of
from .text import tokens

__all__ = ["FIELDS", "OPERATORS", "YEARS", "dates_of", "is_plain", "parse", "render", "text_of", "value_of"]

LONGEST_QUERY = 500
MOST_TOKENS = 48
DEEPEST = 5
MOST_WILDCARDS = 8
_LONGEST_DROPPED = 60

_FIELD = rf"(?<!\w)(?P<text>(?i:{'|'.join(NAMES)})):"
_NOT = r"(^|(?<=[\s()]))(NOT(?=\s)|-(?=[^\s-]))"
_LIKE_A_FIELD = re.compile(r"(?<![\w:/.])([A-Za-z]{2,20}):(?=[\w\"(])")
_SPACE_AFTER_FIELD = re.compile(rf"({_FIELD})\s+")
_WILDCARDS = re.compile(r"\*+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』〝〞", '"'))
_SIGNS = re.compile(r'^\W+|["*()]+')
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def parse(text: str) -> tuple[tree.Query | None, tuple[str, ...]]:
    """`text` as a tree of Whoosh's And, Or, Not, Term, Phrase and Prefix, None if nothing is left; and what was not read as it
    seems meant: words before a colon that are no field of ours, signs, what was too long.

    Full-width signs and the quotation marks of other languages count as the plain ones. Never raises.
    """
    prepared, dropped = _prepare(text)
    root, unread = _prune(_parser().parse(prepared, normalize=False))
    unknown = [f"{name}:" for name in _LIKE_A_FIELD.findall(prepared) if name.lower() not in NAMES]
    return root, (*dict.fromkeys(unknown), *unread, *dropped)


def is_plain(node: tree.Query) -> bool:
    """Whether `node` is a word to look for anywhere."""
    return isinstance(node, tree.Term) and not node.fieldname


def text_of(node: tree.Query) -> str:
    """The text of a Term, Prefix or Phrase."""
    return " ".join(node.words) if isinstance(node, tree.Phrase) else str(node.text)


def render(node: tree.Query, any_word: bool = False) -> str:
    """`node` as a user would type it; with `any_word` as if there stood OR between its plain words."""
    if isinstance(node, tree.Or):
        return " OR ".join(_render_part(child) for child in node.subqueries)
    if not isinstance(node, tree.And):
        return _render_part(node)
    if not any_word:
        return " ".join(_render_part(child) for child in node.subqueries)
    plain = " OR ".join(render(child) for child in node.subqueries if is_plain(child))
    others = [_render_part(child) for child in node.subqueries if not is_plain(child)]
    return " ".join([f"({plain})", *others]) if plain and others else plain or " ".join(others)


def _render_part(node: tree.Query) -> str:
    if isinstance(node, tree.And | tree.Or):
        return f"({render(node)})"
    if isinstance(node, tree.Not):
        return "-" + _render_part(node.query)
    field = f"{node.fieldname}:" if node.fieldname else ""
    if isinstance(node, tree.Phrase):
        return f'{field}"{text_of(node)}"'
    return field + _SIGNS.sub("", text_of(node)) + ("*" if isinstance(node, tree.Prefix) else "")


def _prepare(text: str) -> tuple[str, tuple[str, ...]]:
    """The part of `text` that is read, in plain characters, and what was cut off."""
    plain = unicodedata.normalize("NFKC", text[: 2 * LONGEST_QUERY])
    pieces = _UNPRINTABLE.sub(" ", plain.translate(_QUOTES)).split()
    room, left = LONGEST_QUERY, MOST_TOKENS
    kept: list[str] = []
    rest: list[str] = []
    for number, piece in enumerate(pieces):
        size = max(1, len(tokens(piece)))
        if size > left or len(piece) > room:
            end = min(left, room)
            kept.append(piece[:end])
            rest = [piece[end:], *pieces[number + 1 :]]
            break
        room -= len(piece) + 1
        left -= size
        kept.append(piece)
    if len(text) > 2 * LONGEST_QUERY:
        rest.append("…")
    dropped = (" ".join(rest)[:_LONGEST_DROPPED].strip(),) if rest else ()
    start, *others = _WILDCARDS.split(" ".join(kept))
    read = "*".join([start, *others[:MOST_WILDCARDS]]) + "".join(others[MOST_WILDCARDS:])
    return _flatten(_SPACE_AFTER_FIELD.sub(r"\1", read)), dropped


def _flatten(text: str) -> str:
    """`text` without parentheses that are nested deeper than DEEPEST."""
    depth = 0
    kept = []
    for char in text:
        depth += char == "("
        kept.append(" " if char in "()" and depth > DEEPEST else char)
        depth -= char == ")" and depth > 0
    return "".join(kept)


class _Beginnings(plugins.PrefixPlugin):  # type: ignore[misc]
    """Words that begin so. The parser's own takes a minus, a field and a parenthesis before the word for a part of it."""

    expr = r"(?P<text>(?!-)[^\s()*:\"]+)\*(?=[\s()]|$)"


class _Negation(syntax.PrefixOperator):  # type: ignore[misc]
    """A negation that is left out where nothing follows that could be negated; the parser's own raises there."""

    def replace_self(self, parser: QueryParser, group: syntax.GroupNode, position: int) -> int:
        del group[position]
        following = group[position : position + 1]
        if following and not isinstance(following[0], syntax.Operator) and not _is_empty(following[0]):
            group[position] = self.grouptype([following[0]])
        return position


def _is_empty(node: syntax.SyntaxNode) -> bool:
    return isinstance(node, syntax.GroupNode) and not any(not _is_empty(inner) for inner in node)


@cache
def _parser() -> QueryParser:
    negation = (plugins.OperatorsPlugin.OpTagger(_NOT, syntax.NotGroup, _Negation), 0)
    return QueryParser(
        None,
        None,
        plugins=[
            plugins.FieldsPlugin(_FIELD),
            _Beginnings(),
            plugins.PhrasePlugin(),
            plugins.GroupPlugin(),
            plugins.OperatorsPlugin([negation], Not=None, AndNot=None, AndMaybe=None, Require=None),
        ],
    )


def _prune(node: tree.Query) -> tuple[tree.Query | None, tuple[str, ...]]:
    """The tree without what holds no token, and the texts of what was left out; groups within like groups are dissolved."""
    if isinstance(node, tree.Term | tree.Prefix | tree.Phrase):
        text = text_of(node)
        if node.fieldname:
            node.fieldname = field_of(NAMES[node.fieldname.casefold()], text)
        if node.fieldname in YEARS and not dates_of(node.fieldname, text):
            return None, (f"{node.fieldname}:{text}",)
        whole = node.fieldname and not isinstance(node, tree.Prefix) and tokens(text)
        values = possible(node.fieldname, text) if whole else ()
        if values:
            return None, (f"{node.fieldname}:{text} ({', '.join(values)})",)
        if tokens(text) and text not in ("AND", "OR", "NOT"):  # operators with nothing to operate on
            return node, ()
        return None, (text.strip(),) if text.strip() else ()
    if isinstance(node, tree.Not):
        inner, unread = _prune(node.query)
        return (tree.Not(inner) if inner else None), unread
    if not isinstance(node, tree.And | tree.Or):
        return None, ()
    kept: list[tree.Query] = []
    unread_all: tuple[str, ...] = ()
    for child in node.subqueries:
        inner, unread = _prune(child)
        unread_all += unread
        if inner is not None:
            kept.extend(inner.subqueries if type(inner) is type(node) else [inner])
    if len(kept) > 1:
        return type(node)(kept), unread_all
    return (kept[0] if kept else None), unread_all

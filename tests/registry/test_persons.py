"""Taking persons out of sentences: who is found in them, and which words stay."""

from __future__ import annotations

import pytest

from publiccode.registry.persons import Prose, digest

BOTH = ("names", "digests")


def without(text: str, *persons: str, by: str = "names") -> str:
    """The sentence without these persons, of whom the names or the digests are known."""
    if by == "digests":
        return Prose(digests=frozenset(map(digest, persons))).without(text)
    return Prose(names=frozenset(persons)).without(text)


@pytest.mark.parametrize("by", BOTH)
@pytest.mark.parametrize(
    ("person", "text", "left"),
    [
        ("Mario Rossi", "Mario Rossi confirmed, in May.", "(erased) confirmed, in May."),
        ("mario  rossi", "Ask MARIO\nROSSI's office", "Ask (erased)'s office"),
        ("Mario Rossi", "the mail of Ｍａｒｉｏ　Ｒｏｓｓｉ，of May", "the mail of (erased)，of May"),
        ("m.rossi@x.example", "Mario Rossi <m.rossi@x.example>", "Mario Rossi <erased@erased.invalid>"),
        ("m.rossi@x.example", "見Ｍ.Rossi＠x.example。", "見erased@erased.invalid。"),
        ("林小雨", "請洽林小雨小姐。", "請洽(erased)小姐。"),
        ("王明", "王明：已確認", "(erased)：已確認"),
        ("瑪麗亞·羅西", "由瑪麗亞·羅西確認", "由(erased)確認"),
        ("José Núñez", "Said Jose\u0301 Nu\u0301n\u0303ez: yes", "Said (erased): yes"),
        ("김민수", "\u1100\u1175\u11b7\u1106\u1175\u11ab\u1109\u116e 확인", "(erased) 확인"),
        ("Jörg Groß", "JÖRG GROSS read it", "(erased) read it"),
        ("Jean-Luc O'Neill", "by Jean-Luc O'Neill; twice: Jean-Luc O'Neill", "by (erased); twice: (erased)"),
        ("+39 06 1234", "call +39 06 1234 today", "call (erased) today"),
        ("Li", "Li and LI agree", "(erased) and (erased) agree"),
        ("Rossi", "See Rossi, not mario.rossi@x.example/rossi", "See (erased), not mario.rossi@x.example/rossi"),
    ],
)
def test_a_person_is_replaced_and_the_rest_stays(by: str, person: str, text: str, left: str) -> None:
    assert without(text, person, by=by) == left


@pytest.mark.parametrize("by", BOTH)
@pytest.mark.parametrize(
    ("person", "text"),
    [
        ("Li", "The publisher complied with its licence; a publiccode.yml in Liguria, ali@c.example, gli e li."),
        ("Rossi", "Rossini's 歌劇, rossi.example, https://x.example/rossi"),
        ("Jose", "Jose\u0301 said so"),
        ("Anna", "Annabel, Hanna"),
        ("x", "x = x"),
        ("Mario Rossi", "Mario, and Rossi; ＡＢＣ，㈱ ﬁne"),
    ],
)
def test_words_that_only_look_like_the_person_stay(by: str, person: str, text: str) -> None:
    assert without(text, person, by=by) == text


def test_several_persons_at_once() -> None:
    for by in BOTH:
        left = without("Lin Yu asked Chen Yu (chen@y.example).", "Lin Yu", "Chen Yu", "chen@y.example", by=by)
        assert left == "(erased) asked (erased) (erased@erased.invalid)."
    assert Prose().without("Lin Yu asked.") == "Lin Yu asked."

"""Texts become the sentences that ask for something, in East Asian and Western writing."""

from __future__ import annotations

import pytest

from publiccode.registry.reuse.sentences import LONGEST, MOST, Sentences, sentences
from publiccode.registry.reuse.terms import language_of, terms

CASES = {
    "points of Chinese tenders": (
        "壹、功能\n一、系統應可查報；應可離線。\n（一）地圖呈現\n(2) 匯出 CSV！\n第三條 通報",
        ("功能", "系統應可查報；", "應可離線。", "地圖呈現", "匯出 CSV！", "通報"),
    ),
    "points of Western tenders": (
        "# Needs\n1. A map\n1.2 Work offline.\n2.1.1) Charts\n- Export, e.g. CSV. Import\n* b) Sign in\n(c) Sign out",
        ("Needs", "A map", "Work offline.", "Charts", "Export, e.g. CSV.", "Import", "b) Sign in", "Sign out"),
    ),
    "lines that go on": (
        "The system shall let inspectors record water-holding con-\ntainers and breeding sites with a photo-\ngraph and the place.",
        (
            "The system shall let inspectors record water-holding containers and breeding sites with a photograph and the place.",
        ),
    ),
    "Chinese lines that go on": (
        "得標廠商應提供可於手機操作之查報介面，供稽查人員於現場登錄積水\n容器。\n另",
        ("得標廠商應提供可於手機操作之查報介面，供稽查人員於現場登錄積水容器。",),
    ),
    "abbreviations and numbers": (
        "Dr. Lee needs 99.5 % i.e. nearly all. The rest, cf. Art. 5, waits.",
        ("Dr. Lee needs 99.5 % i.e. nearly all.", "The rest, cf. Art. 5, waits."),
    ),
    "each once": ("應可離線。應可離線。\n應可離線。", ("應可離線。",)),
    "nothing": ("\n--- 12 ---\n。。。", ()),
}


@pytest.mark.parametrize("name", CASES)
def test_sentences(name: str) -> None:
    text, expected = CASES[name]
    assert sentences(text) == Sentences(expected)


def test_more_than_are_compared_are_counted() -> None:
    found = sentences("".join(f"第{number}項功能為查報{'甲乙丙'[number % 3]}。" for number in range(MOST + 7)))
    assert (len(found.sentences), found.left) == (MOST, 7)


def test_a_text_without_stops_is_cut_at_commas() -> None:
    found = sentences("查報通報，" * 400)
    assert all(len(sentence) <= LONGEST and sentence.endswith("，") for sentence in found.sentences)


def test_hostile_texts_are_read_in_time() -> None:
    for text in ("(" * 50_000, "1." * 25_000, "a-\n" * 15_000, ". " * 25_000, "一" * 50_000):
        assert len(sentences(text).sentences) <= MOST


def words(sentence: str) -> list[str]:
    return [sentence[term.start : term.end] for term in terms(sentence, language_of(sentence)) if not term.general]


def test_what_every_tender_says_is_left_out() -> None:
    assert words("The contractor shall deliver the system within thirty days and grant a warranty.") == []
    assert words("得標廠商應於三十日內完成建置並辦理教育訓練。") == []
    assert words("廠商應提供登革熱查報。") == ["登革", "革熱", "熱查", "查報"]


def test_places_are_those_of_the_sentence() -> None:
    assert words("Ｗhistle-blowing ﬁeld：檢舉") == ["Ｗhistle", "Ｗhistle-blowing", "blowing", "ﬁeld", "檢舉"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("系統應提供 API", "en"),
        ("The system shall be fast and free of charge", "en"),
        ("Il sistema deve consentire la segnalazione di illeciti", "it"),
        ("Das System muss eine Meldung mit Anhang annehmen", "de"),
    ],
)
def test_the_language_of_western_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_terms_of_a_contract_are_told_by_heading_and_by_what_they_say() -> None:
    for text, expected in (
        (
            "1. Needs\n1.1 A map\n2. Payment and warranty\n2.1 By bank transfer.\n2.2 Two years.\n3. Hosting\n3.1 Here.",
            {"Payment and warranty", "By bank transfer.", "Two years."},
        ),
        (
            "1 Needs\nA map.\n2 Award criteria\nFirst how well it is made and then how much it costs.\n3 Maps\nOf roads.",
            {"2 Award criteria", "First how well it is made and then how much it costs."},
        ),
        (
            "一、需求\n（一）查報。\n二、付款辦法\n（一）分二次。\n三、地圖\n（一）點位。\n（二）廠商應簽署保密切結書。",
            {"付款辦法", "分二次。", "廠商應簽署保密切結書。"},
        ),
        (
            "A register of invoices with their numbers.\nInvoices are payable within thirty days.",
            {"Invoices are payable within thirty days."},
        ),
    ):
        found = sentences(text)
        assert {found.sentences[number] for number in found.contract} == expected

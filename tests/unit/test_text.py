"""Folding: texts in any script and width become comparable, and every character keeps its place."""

import random

import pytest

from pipelines.text import SUPERSCRIPTS, fold


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("溫室氣體排放總量", "温室气体排放总量"),
        ("員工總數", "员工总数"),
        ("纍計", "累计"),
        ("累計", "累计"),
        ("僱員", "雇员"),
        ("雇員", "雇员"),
        ("爲", "为"),
        ("為", "为"),
    ],
)
def test_traditional_and_variant_characters_become_simplified(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("ＧＨＧ　１，２３４．５％", "ghg 1,234.5%"),
        ("（人）：／", "(人):/"),
        ("Total GHG", "total ghg"),
        ("1\u00a0234", "1 234"),
        ("—男–女−其他‐", "-男-女-其他-"),
        ("噸╱人民幣百萬元", "吨/人民币百万元"),
    ],
)
def test_width_case_spaces_and_dashes_become_one(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("二零二三年", "2023年"),
        ("二〇二四年度", "2024年度"),
        ("截至二○一九 年", "截至2019 年"),
        ("二零二二財政年度", "2022财政年度"),
        ("一九九八年成立", "1998年成立"),
        ("二零二三", "二零二三"),  # no year: a room, a product
        ("二十年", "二十年"),
    ],
)
def test_years_in_words_become_digits(printed: str, folded: str) -> None:
    assert fold(printed) == folded


def test_superscript_digits_stay_footnote_marks() -> None:
    assert fold(f"1,044.39{SUPERSCRIPTS}") == f"1,044.39{SUPERSCRIPTS}"


def test_tabs_and_plain_text_stay() -> None:
    assert fold("员工\t925 人\n") == "员工\t925 人\n"


@pytest.mark.parametrize("length", [1, 255, 256, 5_000])
def test_every_character_keeps_its_place(length: int) -> None:
    random_characters = random.Random(length)
    codes = [*range(0xD800), *range(0xE000, 0x30000)]
    text = "".join(map(chr, random_characters.choices(codes, k=length)))
    assert len(fold(text)) == length
    assert [fold(character) for character in text] == list(fold(text))


def test_nothing_stays_nothing() -> None:
    assert fold("") == ""

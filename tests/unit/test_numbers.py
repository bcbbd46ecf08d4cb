"""One printed value: its number, unit, qualifier and decimals, or one of the ways to print none."""

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.extraction.numbers import Value, ValueReader, without_mark
from pipelines.text import fold

READER = ValueReader(load_catalogue().units.pattern)


def whole(text: str) -> Value | None:
    return READER.whole(fold(text), text)


@pytest.mark.parametrize(
    ("printed", "number", "unit", "decimals"),
    [
        ("0", "0", "", 0),
        ("0.00", "0.00", "", 2),
        ("1,234.5", "1234.5", "", 1),
        ("1234567", "1234567", "", 0),
        ("-5", "-5", "", 0),
        ("98.5%", "98.5", "%", 1),
        ("98.5 %", "98.5", "%", 1),
        ("９８．５％", "98.5", "％", 1),
        ("15.38千克", "15.38", "千克", 2),
        ("1.2万人", "1.2", "万人", 1),
        ("3.5 亿元", "3.5", "亿元", 1),
        ("人民币3.5亿元", "3.5", "人民币亿元", 1),
        ("亿元270", "270", "亿元", 0),
        ("2.5吨/人", "2.5", "吨/人", 1),
        ("  7  ", "7", "", 0),
    ],
)
def test_a_number_with_its_unit(printed: str, number: str, unit: str, decimals: int) -> None:
    value = whole(printed)
    assert value is not None
    assert (value.status, str(value.number), value.unit, value.decimals) == (
        "reported",
        number,
        unit,
        decimals,
    )


@pytest.mark.parametrize(
    ("printed", "qualifier"),
    [
        ("5", "exact"),
        ("超过 98.5%", "more_than"),
        ("超過 98.5%", "more_than"),
        ("逾 1,000 人次", "more_than"),
        ("1,000+", "more_than"),
        ("80+ 件", "more_than"),
        ("100余家", "more_than"),
        ("3万余人", "more_than"),
        ("100%以上", "more_than"),
        ("不低于 5%", "more_than"),
        ("约3.5亿元", "about"),
        ("近 80 家", "about"),
        ("低于5%", "less_than"),
        ("不超过 5%", "less_than"),
        ("高达 99%", "up_to"),
    ],
)
def test_words_and_signs_qualify_a_number(printed: str, qualifier: str) -> None:
    value = whole(printed)
    assert value is not None
    assert value.qualifier == qualifier


@pytest.mark.parametrize("printed", ["/", "-", "—", "－", "--", "未披露"])
def test_a_dash_or_a_stroke_is_not_disclosed(printed: str) -> None:
    value = whole(printed)
    assert value is not None
    assert (value.status, value.number, value.raw) == ("not_disclosed", None, printed)


@pytest.mark.parametrize("printed", ["不适用", "不適用", "N/A", "n/a"])
def test_not_applicable_is_another_thing(printed: str) -> None:
    value = whole(printed)
    assert value is not None
    assert (value.status, value.number, value.raw) == ("not_applicable", None, printed)


@pytest.mark.parametrize(
    "printed",
    [
        "", " ", "约", "五", "员工", "2023年", "2023年12月31日", "2021-2023年", "30岁以下", "31—40 歲", "第3",
        "50-60%", "24/7", "1:2", "3.5.1", "1,23", "1e5", "5人 6人", "A1.2", "GRI 302-1",
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_no_value(printed: str) -> None:
    assert whole(printed) is None


@pytest.mark.parametrize("text", ["  98.5 % ", "约1,234人", "１，２３４", "人民币3.5亿元", "/", " 不適用"])
def test_the_raw_value_is_what_stands_at_its_place(text: str) -> None:
    value = whole(text)
    assert value is not None
    assert text[value.start : value.start + len(value.raw)] == value.raw


def test_every_number_of_a_sentence_is_read_but_years_dates_ages_and_ordinals() -> None:
    text = "2023年，第2个中心的员工共1,000人，30岁以下员工占45.5%，截至12月31日累计培训超过300次"
    values = READER.within(fold(text), text)
    assert [(value.raw, value.unit, value.qualifier) for value in values] == [
        ("1,000", "人", "exact"),
        ("45.5%", "%", "exact"),
        ("300", "次", "more_than"),
    ]


def test_superscript_marks_are_no_part_of_a_number() -> None:
    value = whole("1,044.39¹⁹")
    assert value is not None
    assert (str(value.number), value.raw) == ("1044.39", "1,044.39")


@pytest.mark.parametrize(
    ("printed", "marks", "siblings", "number"),
    [
        ("1,044.3919", {"19"}, ["1,092.40", "805.17"], "1,044.39"),
        ("26.5820", {"20", "2"}, ["35.02", "22.55"], "26.58"),
        ("3,65623", {"23"}, ["1,450", "5,553"], "3,656"),
        ("123.0022", {"22"}, ["0", "0"], "123.00"),
    ],
)
def test_a_glued_footnote_mark_is_told_by_the_form(
    printed: str, marks: set[str], siblings: list[str], number: str
) -> None:
    assert without_mark(printed, marks, siblings) == number


@pytest.mark.parametrize(
    ("printed", "marks", "siblings"),
    [
        ("1,044.3919", set(), ["1,092.40", "805.17"]),  # no footnote 19
        ("12.5019", {"19"}, ["12.1234", "11.2345"]),  # four decimals are usual here
        ("119", {"19"}, ["100", "90"]),  # a number as good as 1
        ("23", {"23"}, ["1"]),  # nothing would be left
        ("0.0611", {"11"}, []),  # nothing beside it shows the form
    ],
)
def test_a_number_that_may_be_meant_so_keeps_its_digits(
    printed: str, marks: set[str], siblings: list[str]
) -> None:
    assert without_mark(printed, marks, siblings) is None

"""Texts that nobody meant: extraction stays fast, raises nothing, and what it returns holds together."""

import random
import time
from collections import Counter

import opencc
import pytest
from reading import Fact, assert_rows_hold_together, fact, facts, read, tabbed

from pipelines.extraction import extractor_version

SECONDS = 2.0

REPORT = """东方科技集团2023年环境、社会及管治报告

2023年，公司实现营业收入54.7亿元。

指标 单位 2022年 2023年
温室气体排放总量 吨二氧化碳当量 1,300.20 1,234.5019
员工总数 人 900 1,000
按性别划分
男 % 55.00 54.00
女 % 45.00 /

19 自本年度起，温室气体排放总量开始计入范围三排放量。

客户满意度

98.5%

供应商总数 299 家

| 指标 | 单位 | 2022年 | 2023年 |
| --- | --- | --- | --- |
| 用水总量 | 吨 | 不适用 | 3,100 |
| <b>研发费用</b> | 万元 | 5,000 | 6,000 |
"""


# --- what one report gives ---


def test_the_report_gives_these_facts() -> None:
    assert facts(REPORT) == [
        ("revenue", None, 2023, 5_470_000_000.0),
        ("ghg_total", None, 2022, 1300.2),
        ("ghg_total", None, 2023, 1234.5),
        ("employees_total", None, 2022, 900.0),
        ("employees_total", None, 2023, 1000.0),
        ("employees_share", "gender:male", 2022, 55.0),
        ("employees_share", "gender:male", 2023, 54.0),
        ("employees_share", "gender:female", 2022, 45.0),
        ("employees_share", "gender:female", 2023, "not_disclosed"),
        ("customer_satisfaction", None, 2023, 98.5),
        ("suppliers_total", None, 2023, 299.0),
        ("water_consumption", None, 2022, "not_applicable"),
        ("water_consumption", None, 2023, 3100.0),
        ("rnd_spend", None, 2022, 50_000_000.0),
        ("rnd_spend", None, 2023, 60_000_000.0),
    ]


def test_every_row_holds_together() -> None:
    assert_rows_hold_together(REPORT, read(REPORT))


def test_the_same_text_gives_the_same_rows() -> None:
    assert read(REPORT) == read(REPORT)


def test_ids_belong_to_the_text() -> None:
    ids = {row["disclosure_id"] for row in read(REPORT)}
    assert len(ids) == len(read(REPORT))
    assert ids.isdisjoint(row["disclosure_id"] for row in read(REPORT + "\n"))


def test_every_row_carries_the_extractors_version() -> None:
    assert {row["extractor_version"] for row in read(REPORT)} == {extractor_version()}


def test_an_empty_report_gives_no_rows() -> None:
    assert read("。") == []


# --- what a change of the text changes ---


def differences(changed: str) -> tuple[list[Fact], list[Fact]]:
    """Return the facts that only the report has, and those that only the changed report has."""
    before, after = Counter(facts(REPORT)), Counter(facts(changed))
    return list((before - after).elements()), list((after - before).elements())


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        (
            "3,100",
            "3,101",
            ("water_consumption", None, 2023, 3100.0),
            ("water_consumption", None, 2023, 3101.0),
        ),
        (
            "98.5%",
            "97%",
            ("customer_satisfaction", None, 2023, 98.5),
            ("customer_satisfaction", None, 2023, 97.0),
        ),
        ("1,300.20", "/", ("ghg_total", None, 2022, 1300.2), ("ghg_total", None, 2022, "not_disclosed")),
        ("900", "0", ("employees_total", None, 2022, 900.0), ("employees_total", None, 2022, 0.0)),
        ("54.7亿元", "547亿元", ("revenue", None, 2023, 5.47e9), ("revenue", None, 2023, 5.47e10)),
        ("299 家", "29 家", ("suppliers_total", None, 2023, 299.0), ("suppliers_total", None, 2023, 29.0)),
    ],
)
def test_another_value_changes_its_row_only(old: str, new: str, gone: Fact, come: Fact) -> None:
    assert REPORT.count(old) == 1
    assert differences(REPORT.replace(old, new)) == ([gone], [come])


def test_another_year_in_a_header_changes_its_column_only() -> None:
    gone, come = differences(REPORT.replace("指标 单位 2022年 2023年", "指标 单位 2021年 2023年"))
    assert len(gone) == 4
    assert come == [(metric, member, 2021, value) for metric, member, _, value in gone]


def test_another_label_changes_its_rows_only() -> None:
    gone, come = differences(REPORT.replace("| 用水总量 |", "| 用纸总量 |"))
    assert come == [("paper_consumption", *rest) for _, *rest in gone]
    assert len(gone) == 2


def test_without_its_footnote_a_mark_is_part_of_the_number() -> None:
    footnote = next(line for line in REPORT.split("\n") if line.startswith("19 "))
    assert differences(REPORT.replace(footnote, "")) == (
        [("ghg_total", None, 2023, 1234.5)],
        [("ghg_total", None, 2023, 1234.5019)],
    )


def test_the_script_changes_nothing() -> None:
    traditional = opencc.OpenCC("s2hk").convert(REPORT)
    assert traditional != REPORT
    assert facts(traditional, script="Hant") == facts(REPORT)


@pytest.mark.parametrize(("old", "new"), [("\n", "\r\n"), ("\n", "\n\n"), (" ", "\u3000"), (" ", "\u00a0")])
def test_line_ends_and_kinds_of_blanks_change_nothing(old: str, new: str) -> None:
    table = "指标 单位 2022年 2023年\n员工总数 人 900 1,000\n按性别划分\n男 % 55.00 54.00\n女 % 45.00 /"
    assert facts(table.replace(old, new)) == facts(table)


# --- what a cell may hold ---


@pytest.mark.parametrize(
    "label",
    [
        "=cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "<script>alert(1)</script>绿色工位",
        "绿色工位'; drop table marts.fct_disclosure; --",
        "绿色工位\x01\x02\x7f",
        "绿色工位\u202e\u200b\ufeff",
        "绿色\U0001f331工位",
        "绿色工位\ue000\uffff",
        "{{ 绿色工位 }} %s %(x)s \\1",
    ],
)  # fmt: skip
def test_odd_labels_are_kept_as_text(label: str) -> None:
    text = f"指标\t单位\t2023年\n{label}\t个\t5"
    rows = read(text)
    assert [fact(row) for row in rows] == [(None, None, 2023, 5.0)]
    assert_rows_hold_together(text, rows)


@pytest.mark.parametrize(
    "cell", ["１，２３４", "1,234\u200b", "\u00a01,234\u3000", "<i>1,234</i>", "**1,234**"]
)
def test_odd_cells_are_the_number_or_nothing(cell: str) -> None:
    values = facts(f"指标\t单位\t2023年\n用水总量\t吨\t{cell}")
    assert values in ([], [("water_consumption", None, 2023, 1234.0)])


def test_long_numbers_stay_finite() -> None:
    (row,) = read(f"指标\t单位\t2023年\n员工总数\t人\t{'9' * 16}")
    assert row["value"] == pytest.approx(float("9" * 16))


@pytest.mark.parametrize("digits", [100, 300, 400])
def test_a_string_of_digits_is_no_quantity(digits: int) -> None:
    assert read(f"指标\t单位\t2023年\n员工总数\t人\t{'9' * digits}") == []


# --- how long it may take ---

TABLE = "指标\t单位\t2023年\n"
ALIGNED = "指标 单位 2022年 2023年\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("员工总数 " + "9" * 50_000, id="digits"),
        pytest.param("员工总数 1" + ",234" * 20_000, id="groups of digits"),
        pytest.param("员工总数 " + " ".join(map(str, range(10_000))), id="10,000 numbers on one line"),
        pytest.param("，".join(f"{i}%" for i in range(10_000)) + "。", id="10,000 numbers in a sentence"),
        pytest.param(TABLE + "\t".join(["1"] * 10_000), id="10,000 cells"),
        pytest.param("|".join(["1"] * 10_000), id="10,000 pipes"),
        pytest.param(ALIGNED + "员工总数 人 " + "1 " * 20_000, id="10,000 aligned values"),
        pytest.param(ALIGNED + "员 " * 20_000 + "1 2", id="10,000 aligned words"),
        pytest.param(ALIGNED + "员工总数 人 " + "/ " * 20_000, id="strokes"),
        pytest.param("员工总数" + "(" * 10_000 + "人" + ")" * 10_000 + " 5", id="nested brackets"),
        pytest.param(
            TABLE + "员工总数" + "（" * 5_000 + "人" + "）" * 5_000 + "\t人\t5",
            id="nested brackets in a cell",
        ),
        pytest.param(TABLE + "员工总数" + "（人）" * 5_000 + "\t人\t5", id="many brackets in a cell"),
        pytest.param(TABLE + "<" * 10_000 + "员工总数" + ">" * 10_000 + "\t人\t5", id="nested tags"),
        pytest.param(TABLE + "<li>员工总数 5 人</li>" * 1_000 + "\t\t", id="list items"),
        pytest.param(TABLE + "员工" * 20_000 + "\t人\t5", id="a long label"),
        pytest.param(
            TABLE + "我们" * 1_000 + "员工总数" + "达" * 1_000 + "\t人\t5", id="words without meaning"
        ),
        pytest.param(TABLE + "30岁以下" * 500 + "\t%\t5", id="age bands"),
        pytest.param(TABLE + "员工总数" + "¹" * 10_000 + "*" * 10_000 + "\t人\t5", id="footnote marks"),
        pytest.param(TABLE + "员工总数\t" + "百万" * 10_000 + "\t5", id="a long unit"),
        pytest.param(TABLE + "员工总数" + " " * 50_000 + "\t人\t" + " " * 50_000 + "5", id="blanks"),
        pytest.param("员工" * 20_000 + "5人。", id="a sentence without blanks"),
        pytest.param("员工总数、" * 300 + "分别为" + "、".join(["5人"] * 300) + "。", id="respectively"),
        pytest.param("男女" * 10_000, id="a legend"),
        pytest.param("按性别划分" * 5_000, id="group rows"),
        pytest.param("指标 " + "2023年 " * 10_000, id="years"),
        pytest.param("2023年" * 10_000, id="dates"),
        pytest.param("第" * 20_000 + "1", id="ordinals"),
        pytest.param("-" * 50_000, id="dashes"),
        pytest.param("." * 50_000, id="dots"),
        pytest.param("1,1" * 20_000, id="commas"),
        pytest.param("30-" * 20_000, id="ranges"),
        pytest.param("\n".join(["员工总数"] * 3_000), id="labels only"),
        pytest.param("\n".join(["5%"] * 3_000), id="values only"),
        pytest.param("\n\n".join(["员工总数", "5 人"] * 150), id="cards"),
        pytest.param("\n\n".join(["培训参与率", "61.62%"] * 1_000), id="tiles that fit either way"),
        pytest.param(
            "2022年\n2023年\n员工\n1\n员工\n1\n2\n" * 1_700, id="stacked headers of rows that do not fit"
        ),
        pytest.param("人\n" * 10_000, id="units"),
        pytest.param("2023年\n1\n2\n3\n4\n" * 2_000, id="years above runs of values"),
        pytest.param("按性别划分\n男性\n55\n45%\n按性别划分\n" * 1_500, id="titles on both sides of charts"),
        pytest.param("员工总数\n供应商总数\n专利数\n1\n2\n3\n4\n5\n6\n" * 600, id="bands without a header"),
        pytest.param("男性\n女性\n2023年\n2022年\n1\n2\n" * 600, id="members as headers of columns"),
        pytest.param(
            "受训员工百分比 平均受训时数\n2023年 2022年 2023年 2022年\n" * 2_000, id="headers of two lines"
        ),
        pytest.param("女 55.0%  男 45.0%\n" * 5_000, id="members with their values"),
        pytest.param("12.5\n2020年\n" * 3_000, id="values and years in turn"),
        pytest.param("单位：吨\n用水量\n" * 3_000, id="labels that go on in the next line"),
        pytest.param("男 12\n女 13\n员工总数 25\n" * 2_000, id="members above their total"),
        pytest.param("185.50 1,036 6,240万元 人 小时\n" * 3_000, id="numbers and units in layers"),
        pytest.param("54.45%45.55%\n" * 3_000, id="glued values"),
        pytest.param("\n\n".join([*["员工总数"] * 150, *["5"] * 150]), id="torn columns"),
        pytest.param("\n".join(["2022年", "2023年"] * 1_000), id="periods"),
        pytest.param(
            "\n\n".join(["产品投诉数量", "员工受训总时长", "133,330 小时", "928 件"] * 400),
            id="tiles in tiles",
        ),
        pytest.param(
            "\n".join(['<tr><td colspan="99" rowspan="99">1</td></tr>' * 90] * 100),
            id="cells that cover others",
        ),
        pytest.param("指标\t" + "2022年\t\t" * 99 + "\n\t" + "男\t女\t" * 99, id="titles of two tiers"),
        pytest.param(
            "\n".join(f"{i % 99} 自本年度起，温室气体排放总量开始计入" for i in range(2_000)), id="footnotes"
        ),
        pytest.param(
            "指标 单位 2022年 2023年\n"
            + "员工总数 人 4,512 4,857\n" * 1_000
            + "\n以下为本年度的经营情况，请与上表一并阅读。\n\n"
            + "员工总数（人）\n\n4,300\n\n4,857\n\n4,512\n\n" * 1_000,
            id="rows and figures that repeat them",
        ),
        pytest.param("受训员工百分比 平均受训时数\n男 女\n" * 1_500, id="headers above titles without rows"),
        pytest.param(
            "受训员工百分比 平均受训时数\n0\n54.4%\n合计 100 100\n男 12\n合计 100 100\n" * 400,
            id="facts that recur",
        ),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    read("员工总数")  # patterns are compiled once
    started = time.process_time()
    rows = read(text)
    assert time.process_time() - started < SECONDS
    assert_rows_hold_together(text, rows)


# --- random texts ---

ALPHABET = (
    "0123456789,.%/-—()（）[]<>|\t \n年人吨元万亿岁男女约超。，：员工总数不适用aZ=+'\""
    "\x01\u3000\u200b\U0001f331"
)


def mutated(text: str, choose: random.Random) -> str:
    """Return ``text`` with a few lines or characters dropped, doubled, moved or put in."""
    for _ in range(choose.randint(1, 6)):
        lines = text.split("\n")
        at, other = choose.randrange(len(lines)), choose.randrange(len(lines))
        place = choose.randrange(len(text) + 1)
        text = choose.choice(
            [
                "\n".join(lines[:at] + lines[at + 1 :]),
                "\n".join([*lines[:at], lines[other], *lines[at:]]),
                "\n".join([*lines[:at], lines[at] + lines[other], *lines[at + 1 :]]),
                text[:place] + text[place + choose.randint(1, 4) :],
                text[:place] + "".join(choose.choices(ALPHABET, k=choose.randint(1, 4))) + text[place:],
                tabbed(text),
                text.replace("\n\n", "\n"),
            ]
        )
        text = text if text.strip() else "。"
    return text


@pytest.mark.parametrize("seed", range(100, 108))
def test_random_changes_never_break_a_row(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(25):
        text = mutated(REPORT, choose)
        assert_rows_hold_together(text, read(text))


def test_random_characters_never_raise() -> None:
    choose = random.Random(2023)
    for _ in range(50):
        text = "员工总数 5 人\n" + "".join(choose.choices(ALPHABET, k=2_000))
        assert_rows_hold_together(text, read(text))

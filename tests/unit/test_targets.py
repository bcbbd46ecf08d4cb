"""Targets: years, base years, numbers, and what is none."""

import pytest
from reading import listings

Target = tuple[int | None, int | None, float | None, str | None]


def targets(text: str, year: int = 2021, script: str = "Hans", company: str = "东方科技集团") -> list[Target]:
    """Return target year, base year, value and unit of each."""
    rows = listings(text, year, script, company).targets
    return list(rows.select("target_year", "base_year", "value", "unit").iter_rows())


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("到2050年前实现公司全价值链碳中和。", (2050, None, None, None)),
        ("我们力争到2030年实现碳达峰。", (2030, None, None, None)),
        ("2035 年实现全部中国境内工作场所碳排放下降 30%。", (2035, None, 30.0, "percent")),
        ("到2060年前实现其自身业务的温室气体净零排放。", (2060, None, 0.0, "tCO2e")),
        ("2025 年实现乡村振兴项目累计投入资金达到 100 万元人民币。", (2025, None, 1_000_000.0, "RMB")),
        ("我们以2020年为基准年，到2030年碳排放强度下降45%。", (2030, 2020, 45.0, "percent")),
        ("到2030年，用水量较2019年减少20%。", (2030, 2019, 20.0, "percent")),
        ("到2025年，我们将实现办公用电百分之百绿色。", (2025, None, None, None)),
        ("自2020年起努力逐步实现碳中和运营排放（范围一和范围二）。", (None, 2020, None, None)),
        ("我们制定了为期四年（2022-2025）的ESG战略行动计划。", (2025, 2022, None, None)),
        ("公司计划在2022年实现全员培训覆盖。", (2022, None, None, None)),
        ("积极响应国家双碳政策，本公司承诺2040年前实现运营碳中和。", (2040, None, None, None)),
    ],
)
def test_what_a_sentence_promises(text: str, target: Target) -> None:
    assert targets(text) == [target]


def test_traditional_characters() -> None:
    assert targets("本集團力爭於2030年前實現碳排放下降30%。", script="Hant") == [
        (2030, None, 30.0, "percent")
    ]


def test_a_clause_without_a_year_has_that_of_the_clause_before() -> None:
    rows = listings("2025 年实现产品环境影响下降，全部工作场所碳排放达到峰值，我们深受鼓舞。", 2021).targets
    assert rows.select("target_year", "text").rows() == [
        (2025, "2025 年实现产品环境影响下降"),
        (2025, "全部工作场所碳排放达到峰值"),
    ]


def test_goals_that_a_clause_lists_are_several_targets() -> None:
    rows = listings("到2035年碳排放下降30%、年耗水量下降50%。", 2021).targets
    assert rows.select("target_year", "metric_code", "value").rows() == [
        (2035, "ghg_total", 30.0), (2035, "water_consumption", 50.0),
    ]  # fmt: skip


def test_what_stands_twice_on_a_line_is_listed_once() -> None:
    assert targets("环境\t2030年实现碳中和。2030年实现碳中和。") == [(2030, None, None, None)]


def test_bullets_in_one_line() -> None:
    goals = "2025 年碳排放达到峰值 2035 年碳排放下降 30% 2050 年前实现碳中和"
    text = f"环境\t<ul> {goals} </ul>\t<ul> 排放 475 吨 </ul>"
    assert [target[0] for target in targets(text)] == [2025, 2035, 2050]


def test_a_sentence_that_runs_over_lines_and_the_line_of_its_year() -> None:
    text = (
        "我们承诺以2021年为基准年，通过分步实施，引领绿色低碳运营，在2050年前实现公\n\n司全价值链碳中和。\n"
    )
    (row,) = listings(text, 2021).targets.to_dicts()
    assert (row["text"], row["line_no"]) == ("在2050年前实现公司全价值链碳中和", 1)
    assert (row["target_year"], row["base_year"]) == (2050, 2021)


def test_goals_below_a_line_of_years() -> None:
    text = (
        "碳中和目标\n\n2021 2025 2035 2050\n\n基准年\n\n▪张贴节能标语\n\n实现用电下降\n\n"
        "全部职场碳排放达到峰\n值、年耗水量下降25%\n\n实现碳排放下\n降30%\n\n实现碳中和"
    )
    assert targets(text) == [
        (2025, 2021, None, None), (2025, 2021, None, None), (2025, 2021, 25.0, "percent"),
        (2035, 2021, 30.0, "percent"), (2050, 2021, None, None),
    ]  # fmt: skip


def test_fewer_goals_than_years_are_not_assigned() -> None:
    assert targets("2021 2025 2035 2050\n\n实现用电下降\n\n实现碳中和") == []


@pytest.mark.parametrize(
    "text",
    [
        "中国政府已制定了“2030年前实现碳达峰，2060年前实现碳中和”气候行动目标。",
        "为助力国家2030年前实现碳达峰目标贡献力量。",
        "国务院发布了《2030年前碳达峰行动方案》，我们认真学习并提升了管理水平。",
        "2022年3月，公司实现捐赠20万元。",
        "2021年，公司实现营业收入10亿元，较2020年增加12%。",
        "证书有效期至2026年。",
        "定向捐款 200 万余元（2025 年目标已达成）",
        "电话：2050 2060",
        "巴黎协定目标是到2050年将升温控制在1.5摄氏度以内。",
        "截至2023年底，已完成2025年目标的80%。",
    ],
)
def test_what_is_no_target_of_the_company(text: str) -> None:
    assert targets(text) == []


def test_an_own_word_after_the_states_makes_it_the_companys() -> None:
    text = "助力国家2030年前实现碳达峰、2060年前实现自身运营的碳中和。"
    assert [target[0] for target in targets(text)] == [2060]


def test_the_companys_name_is_such_a_word() -> None:
    text = "响应国务院和中国政府号召，嘉禾科技2030年实现碳中和。"
    assert targets(text, company="嘉禾集团（嘉禾科技）") == [(2030, None, None, None)]
    assert targets(text, company="东方科技") == []


@pytest.mark.parametrize(
    "text",
    ["2050年实现" * 20_000, "到2030年，" * 20_000, "2030 2040 2050\n" * 2_000, "（2022-2050）" * 20_000],
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    targets(text)

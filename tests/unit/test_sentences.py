"""KPIs in sentences: only what an alias explains word for word."""

import pytest
from reading import facts, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，公司实现营业收入54.7亿元。", [("revenue", None, 2023, 5.47e9)]),
        ("报告期内，我们的投诉处理率达100%。", [("complaint_handling_rate", None, 2023, 100.0)]),
        ("截至报告期末，我们共有供应商299家。", [("suppliers_total", None, 2023, 299.0)]),
        ("公司男性员工占比49.20%。", [("employees_share", "gender:male", 2023, 49.2)]),
        (
            "客诉率和投诉处理完结率分别为0.05%和100%。",
            [("complaint_rate", None, 2023, 0.05), ("complaint_resolution_rate", None, 2023, 100.0)],
        ),
        (
            "截至2022年3月31日，我们拥有252项商标、201项域名。",
            [("trademarks", None, 2022, 252.0), ("domain_names", None, 2022, 201.0)],
        ),
    ],
)
def test_a_clause_names_its_number(text: str, expected: list[object]) -> None:
    assert facts(text) == expected


def test_a_sentence_wrapped_over_lines_is_read_as_one() -> None:
    (row,) = read("我们持续完善治理。报告期内，公司反贪污培训覆盖率达\n到100%。")
    assert (row["metric_code"], row["value"], row["layout"]) == (
        "anti_corruption_training_coverage",
        100.0,
        "narrative",
    )
    assert row["evidence"].endswith("公司反贪污培训覆盖率达\n到100%。")


@pytest.mark.parametrize(
    ("words", "qualifier"), [("超过", "more_than"), ("约", "about"), ("不超过", "less_than"), ("", "exact")]
)
def test_the_words_before_a_number_qualify_it(words: str, qualifier: str) -> None:
    (row,) = read(f"我们累计注册用户{words}1.403亿。")
    assert (row["metric_code"], row["qualifier"]) == ("registered_users", qualifier)


@pytest.mark.parametrize(
    "text",
    [
        "我们的目标是2030年用水总量不超过3,000吨。",
        "公司计划投入研发费用3亿元。",
        "据统计，全国员工总数达1,000人。",
        "公司组织60位员工进行了培训。",
        "工伤率=（工伤事件数量）*1,000,000/工作总时长。",
        "依据2011年第7号法规，我们修订了制度。",
    ],
)
def test_targets_other_peoples_figures_and_formulas_are_no_datapoints(text: str) -> None:
    assert [fact for fact in facts(text) if fact[0]] == []

"""KPIs in sentences: what a number measures, when, for whom, and what is no datapoint."""

import pytest
from reading import Fact, facts, read

Expected = list[tuple[str, str | None, int, float]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，公司实现营业收入54.7亿元。", [("revenue", None, 2023, 5.47e9)]),
        ("报告期内，我们的投诉处理率达100%。", [("complaint_handling_rate", None, 2023, 100.0)]),
        ("截至报告期末，我们共有供应商299家。", [("suppliers_total", None, 2023, 299.0)]),
        ("公司男性员工占比49.20%。", [("employees_share", "gender:male", 2023, 49.2)]),
        ("目前公司30岁及以下员工占比42.87%。", [("employees_share", "age:<=30", 2023, 42.87)]),
        (
            "截至2022年3月31日，我们拥有252项商标、201项域名以及189项软件著作权。",
            [
                ("trademarks", None, 2022, 252.0),
                ("domain_names", None, 2022, 201.0),
                ("software_copyrights", None, 2022, 189.0),
            ],
        ),
        ("约70%的东方科技员工已加入工会或行业协会。", [("union_membership_share", None, 2023, 70.0)]),
        ("2023年，我们对21家供应商开展了审核。", [("suppliers_audited", None, 2023, 21.0)]),
        ("2023年，我们根据公司的标准对21家供应商进行评估。", [("suppliers_audited", None, 2023, 21.0)]),
        ("我们雇用了3名残疾员工。", [("employees_count", "disability:yes", 2023, 3.0)]),
        ("本公司董事会共有8名成员（包括3名独立董事）。", [("board_size", None, 2023, 8.0)]),
        ("公司为公益事业贡献了超过599小时的员工志愿服务工时。", [("volunteer_hours", None, 2023, 599.0)]),
    ],
)
def test_the_words_before_and_after_a_number_name_it(text: str, expected: Expected) -> None:
    assert [fact for fact in facts(text) if fact[0]] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "客诉率和投诉处理完结率分别为0.05%和100%。",
            [("complaint_rate", None, 2023, 0.05), ("complaint_resolution_rate", None, 2023, 100.0)],
        ),
        (
            "员工因工死亡和职业病均为0例，工伤13起。",
            [
                ("fatalities", None, 2023, 0.0),
                ("occupational_disease_cases", None, 2023, 0.0),
                ("injuries", None, 2023, 13.0),
            ],
        ),
        (
            "公司共有979名员工，其中北京地区员工650名，占比66.4%。",
            [
                ("employees_total", None, 2023, 979.0),
                ("employees_count", "region:beijing", 2023, 650.0),
                ("employees_share", "region:beijing", 2023, 66.4),
            ],
        ),
        (
            "公司拥有全职员工706人，其中685人在中国，12人在印度尼西亚，7人在尼日利亚。",
            [
                ("employees_count", "employment_type:full_time", 2023, 706.0),
                ("employees_count", "region:china", 2023, 685.0),
                ("employees_count", "region:indonesia", 2023, 12.0),
                ("employees_count", "region:nigeria", 2023, 7.0),
            ],
        ),
        (
            "公司实现营业收入54.7亿元，同比增长67.1%，净利润13.0亿元。",
            [
                ("revenue", None, 2023, 5.47e9),
                ("revenue_growth", None, 2023, 67.1),
                ("net_profit", None, 2023, 1.3e9),
            ],
        ),
        ("公司年内溢利达到8.3亿元。", [("net_profit", None, 2023, 8.3e8)]),
        (
            "我们共有1,234名雇员，其中男性占55%。",
            [("employees_total", None, 2023, 1234.0), ("employees_share", "gender:male", 2023, 55.0)],
        ),
        ("我们并无发生因工死亡事故。", [("fatalities", None, 2023, 0.0)]),
        ("公司获得授权专利123件，软件著作权登记56件。", []),
        (
            "公司新增专利12件，累计拥有软件著作权56件，商标23件。",
            [("software_copyrights", None, 2023, 56.0), ("trademarks", None, 2023, 23.0)],
        ),
        ("公司共发生3起工伤事故。", [("injuries", None, 2023, 3.0)]),
        ("截至年末，公司累计获得授权专利128件。", [("patents", None, 2023, 128.0)]),
        ("公司用水量较2022年减少10%，为12,345吨。", [("water_consumption", None, 2023, 12345.0)]),
        (
            "研发人员共计623人，占员工总数的18%。",
            [
                ("employees_count", "function:rnd", 2023, 623.0),
                ("employees_share", "function:rnd", 2023, 18.0),
            ],
        ),
        ("新入职员工523人，占员工总数的18%。", [("new_hires_total", None, 2023, 523.0)]),
        (
            "参与培训人数为376人，覆盖率为42%。",
            [("training_participants_total", None, 2023, 376.0), ("training_coverage", None, 2023, 42.0)],
        ),
        (
            "我们通过平台服务全国小企业主约826,000户，共计促成借款金额达270亿元，占全年贷款发放总量的19.7%。",
            [
                ("small_business_borrowers", None, 2023, 826000.0),
                ("small_business_loans", None, 2023, 2.7e10),
                ("small_business_loan_share", None, 2023, 19.7),
            ],
        ),
        (
            "我们扩大在社区投资方面的投入，总金额达到234万元。",
            [("community_investment", None, 2023, 2340000.0)],
        ),
        (
            "供应商总数：1,203间，其中中国1,100间、海外103间。",
            [
                ("suppliers_total", None, 2023, 1203.0),
                ("suppliers_count", "region:china", 2023, 1100.0),
                ("suppliers_count", "region:overseas", 2023, 103.0),
            ],
        ),
        (
            "受训雇员百分比：男性95%，女性98%。",
            [
                ("training_coverage", "gender:male", 2023, 95.0),
                ("training_coverage", "gender:female", 2023, 98.0),
            ],
        ),
        (
            "按性别划分的员工流失率：男性12.3%，女性11.2%。",
            [("turnover_rate", "gender:male", 2023, 12.3), ("turnover_rate", "gender:female", 2023, 11.2)],
        ),
        (
            "其中30岁及以下员工120人，31-40岁200人，41-50岁110人，51岁及以上70人。",
            [
                ("employees_count", f"age:{band}", 2023, value)
                for band, value in (("<=30", 120.0), ("31-40", 200.0), ("41-50", 110.0), (">=51", 70.0))
            ],
        ),
    ],
)
def test_a_clause_goes_on_with_the_one_before_it(text: str, expected: Expected) -> None:
    assert [fact for fact in facts(text) if fact[0]] == expected


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("报告期内，我们未发生任何用户信息泄露的事件。", ["privacy_incidents"]),
        ("公司没有发生任何与用户数据泄露相关的事件。", ["privacy_incidents"]),
        ("公司未发生员工因工亡故情况，亦未发生任何工伤事件。", ["fatalities", "injuries"]),
        ("公司未发生雇佣童工、强制劳动和雇佣纠纷情况。", ["labour_incidents"]),
        ("公司未发生任何内外部举报案件及舞弊事件。", ["corruption_cases"]),
        ("公司未出现违反环境法律情况。", ["environmental_violations"]),
        ("公司無自有車輛，因此直接溫室氣體排放量為0。", ["ghg_scope1"]),
        ("若未发生工伤事件，公司给予奖励。", []),
    ],
)
def test_none_in_words_is_zero(text: str, metrics: list[str]) -> None:
    rows = [row for row in read(text) if row["metric_code"]]
    assert [(row["metric_code"], row["value"], row["status"]) for row in rows] == [
        (metric, 0.0, "reported") for metric in metrics
    ]
    assert len({row["disclosure_id"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("number", "value", "qualifier"),
    [
        ("1.403亿", 140300000.0, "exact"),
        ("超过1.403亿", 140300000.0, "more_than"),
        ("约82.6万人", 826000.0, "about"),
        ("近70,000人", 70000.0, "about"),
        ("22万余人", 220000.0, "more_than"),
        ("10多亿人", 1e9, "more_than"),
        ("不超过500人", 500.0, "less_than"),
        ("将近一千一百万人", 1.1e7, "about"),
        ("三百人", 300.0, "exact"),
    ],
)
def test_a_number_is_read_with_scale_and_qualifier(number: str, value: float, qualifier: str) -> None:
    (row,) = read(f"截至报告期末，我们累计注册用户{number}。")
    assert (row["metric_code"], row["value"], row["qualifier"]) == ("registered_users", value, qualifier)
    assert row["raw_value"] in number


def test_a_sentence_wrapped_over_lines_is_read_as_one() -> None:
    (row,) = read("我们持续完善治理。报告期内，公司反贪污培训覆盖率达\n到100%。")
    assert (row["metric_code"], row["value"], row["layout"]) == (
        "anti_corruption_training_coverage",
        100.0,
        "narrative",
    )
    assert row["evidence"].endswith("公司反贪污培训覆盖率达\n到100%。")


def test_a_unit_may_stand_on_the_next_line() -> None:
    (row,) = read("2023年，公司自来水消耗密度为1.74吨 / 人\n民币百万元。")
    assert (row["metric_code"], row["value"]) == ("water_intensity_revenue", 1.74)


def test_a_heading_above_is_no_part_of_a_sentence() -> None:
    assert facts("供应商审核\n2023年，公司严格管理供应商，截至年末共有供应商299家，持续开展合作与交流。") == [
        ("suppliers_total", None, 2023, 299.0)
    ]


@pytest.mark.parametrize(
    ("text", "year", "basis"),
    [
        ("2022年，公司研发费用为3亿元。", 2022, "duration"),
        ("公司研发费用为3亿元。", 2023, "duration"),
        ("截至2022年3月31日，公司研发费用为3亿元。", 2022, "duration"),
        ("较2022年增长后，公司研发费用为3亿元。", 2023, "duration"),
        ("从成立至今，我们已累计投入3亿元进行产品研发。", 2023, "cumulative"),
        ("自2014年起，我们已累计投入3亿元进行产品研发。", 2023, "cumulative"),
        ("截至报告期末，我们的研发费用已超过3亿元。", 2023, "cumulative"),
    ],
)
def test_the_period_is_the_one_that_the_sentence_names(text: str, year: int, basis: str) -> None:
    (row,) = read(text)
    assert (row["metric_code"], row["fiscal_year"], row["basis"]) == ("rnd_spend", year, basis)


def test_what_follows_on_an_event_happened_in_its_year() -> None:
    text = "2022年3月，上海爆发新一轮疫情，形势严峻。\n在关键时期，公司向市慈善基金捐赠20万元。"
    assert [fact for fact in facts(text) if fact[0]] == [("donations", None, 2022, 200000.0)]


@pytest.mark.parametrize(
    ("text", "metric", "scope"),
    [
        ("2023年，我们的万国数据中心的PUE低于1.4。", "pue", "万国数据中心"),
        (
            "上海办公室的47台饮水机晚上关闭，2023全年节省了约85,000千瓦时的电力。",
            "electricity_saved",
            "上海办公室",
        ),
        (
            "公司向电销业务团队以线上+线下相结合的形式开展了两场合规培训。",
            "compliance_trainings",
            "向电销业务团队",
        ),
        ("我们的员工在抗疫前线投入了164个小时的志愿工作。", "volunteer_hours", "在抗疫前线"),
        ("我们向红十字会捐赠了1,000万元人民币。", "donations", "我们向红十字会捐赠了"),
        ("公司全年捐赠1,000万元。", "donations", None),
    ],
)
def test_a_number_of_a_part_says_of_which(text: str, metric: str, scope: str | None) -> None:
    (row,) = (row for row in read(text) if row["metric_code"])
    assert (row["metric_code"], row["scope_note"]) == (metric, scope)


@pytest.mark.parametrize(
    "text",
    [
        "我们的目标是2030年用水总量不超过3,000吨。",
        "公司计划投入研发费用3亿元。",
        "据统计，全国员工总数达1,000人。",
        "公司组织60位员工进行了培训。",
        "工伤率=（工伤事件数量）*1,000,000/工作总时长。",
        "依据2011年第7号法规，我们修订了制度。",
        "公司应当保证员工培训覆盖率达到100%。",
        "营业收入300万元及以上的为小型企业。",
        "2020年以来，公司获得18项软件著作权。",  # gained, while the metric is what is held
        "2023年，我们为100万人提供了借款服务。",  # of the year, while the metric counts to date
        "1. 电力使用效率：数据中心消耗的所有能源与负载消耗的能源的比值。",
    ],
)
def test_targets_rules_other_peoples_figures_and_formulas_are_no_datapoints(text: str) -> None:
    assert [fact for fact in facts(text) if fact[0]] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "截至报告期末,公司共有员工3,245人,其中女性占比41.2%。",
            [("employees_total", None, 2023, 3245.0), ("employees_share", "gender:female", 2023, 41.2)],
        ),
        ("年內，本集團因工死亡人數為零。", [("fatalities", None, 2023, 0.0)]),
        ("報告期內，本集團並無錄得任何因工死亡個案。", [("fatalities", None, 2023, 0.0)]),
        (
            "因工傷損失工作日數為36日，因工死亡人數為零。",
            [("lost_days", None, 2023, 36.0), ("fatalities", None, 2023, 0.0)],
        ),
        (
            "2023年，公司温室气体排放总量为12,345.67吨二氧化碳当量，较上年下降12.3%。",
            [("ghg_total", None, 2023, 12345.67)],
        ),
        (
            "公司范围一温室气体排放量为1,234吨二氧化碳当量，范围二温室气体排放量为5,678吨二氧化碳当量。",
            [("ghg_scope1", None, 2023, 1234.0), ("ghg_scope2", None, 2023, 5678.0)],
        ),
        ("报告期内，公司用水量为45.6万吨，同比下降3.2%。", [("water_consumption", None, 2023, 456000.0)]),
        (
            "截至2023年底，公司共有供应商1,024家，其中境内供应商987家，境外供应商37家。",
            [
                ("suppliers_total", None, 2023, 1024.0),
                ("suppliers_count", "region:china", 2023, 987.0),
                ("suppliers_count", "region:overseas", 2023, 37.0),
            ],
        ),
        (
            "報告期間，約86%的僱員接受培訓，平均每名僱員受訓12小時，因工傷損失工作日數為35日。",
            [
                ("training_coverage", None, 2023, 86.0),
                ("training_hours_avg", None, 2023, 12.0),
                ("lost_days", None, 2023, 35.0),
            ],
        ),
        (
            "按性別劃分，男性僱員佔55%，女性僱員佔45%。",
            [
                ("employees_share", "gender:male", 2023, 55.0),
                ("employees_share", "gender:female", 2023, 45.0),
            ],
        ),
        (
            "女性员工占全体员工的45.3%，男性及女性流失率分别为14.1%及16.5%。",
            [
                ("employees_share", "gender:female", 2023, 45.3),
                ("turnover_rate", "gender:male", 2023, 14.1),
                ("turnover_rate", "gender:female", 2023, 16.5),
            ],
        ),
        ("女性员工占新入职员工的45.3%，研发投入占营业收入的8.9%。", []),
        (
            "於報告期間，並無對本集團或其僱員提出並已審結的貪污訴訟案件。",
            [("corruption_cases", None, 2023, 0.0)],
        ),
        (
            "本行在册员工500名，累计拥有授权专利401件，其中发明专利210件。",
            [("employees_total", None, 2023, 500.0), ("patents", None, 2023, 401.0)],
        ),
        (
            "本年度供應商總數為256間，其中中國內地245間，香港11間。",
            [
                ("suppliers_total", None, 2023, 256.0),
                ("suppliers_count", "region:mainland_china", 2023, 245.0),
                ("suppliers_count", "region:hong_kong", 2023, 11.0),
            ],
        ),
        (
            "全年共接获客户投诉35件，投诉处理率100%，客户满意度98.6%。",
            [
                ("complaints_received", None, 2023, 35.0),
                ("complaint_handling_rate", None, 2023, 100.0),
                ("customer_satisfaction", None, 2023, 98.6),
            ],
        ),
        (
            "報告期內，員工總流失率為15.6%，其中男性員工流失率為16.2%，女性員工流失率為14.8%。",
            [
                ("turnover_rate", None, 2023, 15.6),
                ("turnover_rate", "gender:male", 2023, 16.2),
                ("turnover_rate", "gender:female", 2023, 14.8),
            ],
        ),
        (
            "受訓員工百分比為95%，其中高級管理層100%、中級管理層98%、一般員工94%。",
            [
                ("training_coverage", None, 2023, 95.0),
                ("training_coverage", "level:senior", 2023, 100.0),
                ("training_coverage", "level:middle", 2023, 98.0),
                ("training_coverage", "level:junior", 2023, 94.0),
            ],
        ),
        ("員工人均培訓時長為32.5小時。", [("training_hours_avg", None, 2023, 32.5)]),
        ("公司用电量为1,200兆瓦时。", [("electricity_consumption", None, 2023, 1200.0)]),
        ("通过节能改造，全年节约用电56万千瓦时。", [("electricity_saved", None, 2023, 560.0)]),
        (
            "董事會現有11名成員，女性董事佔比27%。",
            [("board_size", None, 2023, 11.0), ("female_director_share", None, 2023, 27.0)],
        ),
        ("行业平均员工流失率为18.5%，公司流失率为12.3%。", []),
    ],
)
def test_other_companies_say_it_in_other_words(text: str, expected: Expected) -> None:
    assert [fact for fact in facts(text) if fact[0]] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "公司2021年、2022年、2023年员工总数分别为900人、950人和1,020人。",
            [
                ("employees_total", None, year, value)
                for year, value in ((2021, 900), (2022, 950), (2023, 1020))
            ],
        ),
        (
            "2022年及2023年，公司营业收入分别为123.4亿元和145.6亿元。",
            [("revenue", None, 2022, 1.234e10), ("revenue", None, 2023, 1.456e10)],
        ),
        (
            "公司实现营业收入54.7亿元，较2022年的32.7亿元增长67.1%。",
            [
                ("revenue", None, 2023, 5.47e9),
                ("revenue", None, 2022, 3.27e9),
                ("revenue_growth", None, 2023, 67.1),
            ],
        ),
        ("2023年1月至12月，公司用电量为120万千瓦时。", [("electricity_consumption", None, 2023, 1200.0)]),
        (
            "2023年公司营业收入为54亿元，2022年为48亿元，同比增长12.5%。",
            [
                ("revenue", None, 2023, 5.4e9),
                ("revenue", None, 2022, 4.8e9),
                ("revenue_growth", None, 2023, 12.5),
            ],
        ),
        (
            "员工总数900人，2022年供应商总数300家。",
            [("employees_total", None, 2023, 900.0), ("suppliers_total", None, 2022, 300.0)],
        ),
        (
            "於二零二三年十二月三十一日，本集團共聘用1,203名僱員（二零二二年：1,102名）。",
            [("employees_total", None, 2023, 1203.0), ("employees_total", None, 2022, 1102.0)],
        ),
        (
            "员工总数从2022年的1,100人增长至2023年的1,234人，员工流失率由18%降至15%。",
            [
                ("employees_total", None, 2022, 1100.0),
                ("employees_total", None, 2023, 1234.0),
                ("turnover_rate", None, 2023, 15.0),
            ],
        ),
        ("与2022年相比，员工流失率由18.2%降至15.1%。", [("turnover_rate", None, 2023, 15.1)]),
        (
            "2023年，本公司女性员工占比由2022年的38%提升至41%。",
            [
                ("employees_share", "gender:female", 2022, 38.0),
                ("employees_share", "gender:female", 2023, 41.0),
            ],
        ),
        (
            "员工总数为18,420人，较上年底20,365人减少9.6%。",
            [("employees_total", None, 2023, 18420.0), ("employees_total", None, 2022, 20365.0)],
        ),
        (
            "净利润31.48亿元，较上年的6.92亿元大幅改善。",
            [("net_profit", None, 2023, 3.148e9), ("net_profit", None, 2022, 6.92e8)],
        ),
        ("员工总数1,200人，较上年增加100人。", [("employees_total", None, 2023, 1200.0)]),
        ("员工总数由1,100人增加134人。", []),
        (
            "培训覆盖率从2022年的90%提升至98%，人均培训时长提升到35小时。",
            [
                ("training_coverage", None, 2022, 90.0),
                ("training_coverage", None, 2023, 98.0),
                ("training_hours_avg", None, 2023, 35.0),
            ],
        ),
        (
            "本集團之總耗電量約為1,880,000千瓦時（二零二二年：2,010,000千瓦時），耗水量約為12,300立方米。",
            [
                ("electricity_consumption", None, 2023, 1880.0),
                ("electricity_consumption", None, 2022, 2010.0),
                ("water_consumption", None, 2023, 12300.0),
            ],
        ),
        (  # the number in brackets is the density's, which nothing names in these words
            "溫室氣體排放總量為1,203噸二氧化碳當量，密度約為每名僱員0.95噸（二零二二年：1.08噸）。",
            [("ghg_total", None, 2023, 1203.0)],
        ),
        (
            "客户满意度：2023年为98%，2022年为97%。",
            [("customer_satisfaction", None, 2023, 98.0), ("customer_satisfaction", None, 2022, 97.0)],
        ),
    ],
)
def test_a_number_belongs_to_its_year_among_several(text: str, expected: Expected) -> None:
    assert [fact for fact in facts(text) if fact[0]] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023年上半年，公司实现营业收入23.4亿元。",
        "2023年第四季度，公司营业收入为12.3亿元。",
        "公司2023年12月用电量为12万千瓦时。",
        "2024年1月，公司新增注册专利12项。",
        "公司每月平均接获投诉12件。",
        "公司单日最高用水量为120吨。",
        "公司碳排放量同比减少1,200吨二氧化碳当量。",
        "供应商A共有员工120人，年营业收入3.2亿元。",
        "公司为客户节约用电1,200兆瓦时。",
        "过去三年，公司累计研发投入超过10亿元。",
        "根据国际能源署数据，2023年全球二氧化碳排放量达374亿吨。",
        "2023年，我国研发投入超过3.3万亿元。",
        "公司规定员工流失率不得高于15%。",
        "如果员工流失率超过20%，人力资源部将启动预警。",
        "每位员工每年至少接受40小时培训。",
    ],
)
def test_parts_of_a_year_changes_and_others_are_not_the_years_figure(text: str) -> None:
    assert [fact for fact in facts(text) if fact[0]] == []


def test_what_happened_in_a_month_may_not_be_all_of_the_year() -> None:
    (row,) = read("2023年11月，公司开展了两场合规培训。")
    assert (row["metric_code"], row["fiscal_year"], row["confidence"]) == (
        "compliance_trainings",
        2023,
        "ambiguous",
    )


@pytest.mark.parametrize(
    "text",
    [
        "公司荣获2021人民日报年度案例。",
        "公司举办2025届校园招聘宣讲会。",
        "公司构建了“五位一体”的体系与三位一体的机制。",
        "公司发起「100个图书角计划」。",
        "我们的贷款产品的本金金额为人民币500元到人民币104,000元。",
    ],
)
def test_names_and_idioms_count_nothing(text: str) -> None:
    assert facts(text) == []


def test_a_short_line_that_ends_with_a_share_does_not_go_on_in_the_next() -> None:
    assert facts("高级管理层10人，占比1.2%\n中级管理层30人，占比3.2%\n") == [
        ("employees_count", "level:senior", 2023, 10.0),
        ("employees_share", "level:senior", 2023, 1.2),
        ("employees_count", "level:middle", 2023, 30.0),
        ("employees_share", "level:middle", 2023, 3.2),
    ]


def test_what_is_counted_again_since_a_beginning_is_not_the_years() -> None:
    rows = read("2023年，公司捐赠总额达到1,234万元，累计捐赠超过5,000万元。")
    assert [(row["value"], row["basis"]) for row in rows] == [(12_340_000, "duration"), (5e7, "cumulative")]


@pytest.mark.parametrize(
    ("opening", "confidence"),
    [
        ("公司反贪污培训覆盖全体员工", "ambiguous"),
        ("公司重视信息安全培训", "ambiguous"),
        ("公司开展合规培训、领导力培训等", "certain"),
        ("公司组织员工培训", "certain"),
    ],
)
def test_hours_of_one_training_are_not_those_of_all(opening: str, confidence: str) -> None:
    (row,) = read(f"2023年，{opening}，人均培训时长2.5小时。")
    assert (row["metric_code"], row["confidence"]) == ("training_hours_avg", confidence)


def test_a_rate_of_an_event_is_ambiguous() -> None:
    (row,) = read("公司在线上举办的消保知识问答活动，用户满意度达100%。")
    assert (row["metric_code"], row["confidence"]) == ("customer_satisfaction", "ambiguous")


def test_other_quantified_statements_are_kept_without_a_metric() -> None:
    (row,) = read("2023年，我们成功锁定“代理维权”机构超30家，持续打击黑产。")
    assert (row["metric_code"], row["value"], row["qualifier"]) == (None, 30.0, "more_than")
    assert row["label_raw"] == "我们成功锁定“代理维权”机构超"


@pytest.mark.parametrize(
    "text",
    [
        "我们从三个方面开展工作。",
        "公司在24小时内响应。",
        "我们遵循第1至6项原则。",
        "我们严格遵守《2025年前100项任务清单》。",
    ],
)
def test_ideas_deadlines_and_titles_are_no_statements(text: str) -> None:
    assert facts(text) == []


@pytest.mark.parametrize(
    "text", ["截至报告期末，我們共有供應商299家。", "截至报告期末，我们共有供应商２９９家。"]
)
def test_script_and_width_do_not_matter(text: str) -> None:
    assert facts(text) == [("suppliers_total", None, 2023, 299.0)]


def test_a_number_in_words_is_quoted_as_printed() -> None:
    (row,) = read("報告期內，公司開展了兩場合規培訓。", script="Hant")
    assert (row["metric_code"], row["raw_value"], row["value"]) == ("compliance_trainings", "兩", 2.0)


@pytest.mark.parametrize(
    "text",
    ["我們累計註冊使用者超過1.403億。", "我們的線上諮詢服務達760萬次。", "我們對21家供應商開展了稽核。"],
)
def test_words_of_taiwan_are_understood(text: str) -> None:
    assert [fact[0] for fact in facts(text, script="Hant")] != [None]


def test_a_sentence_confirms_a_tables_number() -> None:
    text = "指标\t单位\t2023年\n供应商总数\t家\t299\n\n截至报告期末，我们共有供应商299家。"
    rows = read(text)
    assert [(row["layout"], row["metric_code"], row["value"]) for row in rows] == [
        ("table", "suppliers_total", 299.0),
        ("narrative", "suppliers_total", 299.0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们有员工1,000人，其中30岁以下员工占比最高，达60%。", ("employees_share", "age:<30", 2023, 60.0)),
        ("其中，华东地区供应商数量最多，占50.88%。", ("suppliers_share", "region:east_china", 2023, 50.88)),
        ("2023年，研发人员流失率最高，为12%。", ("turnover_rate", "function:rnd", 2023, 12.0)),
    ],
)
def test_the_clause_before_says_whose_share_is_the_largest(
    text: str, expected: tuple[str, str, int, float]
) -> None:
    assert [fact for fact in facts(text) if fact[1]] == [expected]


def test_the_sum_of_a_list_is_not_its_last_item() -> None:
    assert (
        facts("2023年，公司范围一、范围二（基于市场）温室气体排放合计47.07万吨二氧化碳当量。")[0][0] is None
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "B2.2 本年度因工伤损失工作日数为2,340日（2022年：2,715日）。",
            [("lost_days", 2340.0), ("lost_days", 2715.0)],
        ),
        ("董事会年内召开6次会议。", [("board_meetings", 6.0)]),
        ("公司第九届董事会由11名董事组成。", [("board_size", 11.0)]),
        ("全年召开股东大会3次、董事会10次。", [("board_meetings", 10.0)]),
        ("报告期内，百万工时工伤率0.82。", [("injury_rate", 0.82)]),
        ("过去三年均无因工死亡个案。", [("fatalities", 0.0)]),
        ("本年度没有对集团或雇员提出并已审结的贪污诉讼案件。", [("corruption_cases", 0.0)]),
    ],
)
def test_codes_terms_and_periods_within_the_words_say_nothing(
    text: str, expected: list[tuple[str, float]]
) -> None:
    assert [(metric, value) for metric, _, _, value in facts(text) if metric] == expected


def test_plans_for_a_year_to_come_are_no_figures_of_it() -> None:
    assert facts("2024年，公司计划产钢1,200万吨，营业收入580亿元。", year=2023) == []


def test_a_share_of_a_part_is_no_share_of_all() -> None:
    found = facts("2023年，研发团队共1,827人，其中硕士及以上学历占63.5%。")
    assert [metric for metric, *_ in found] == ["employees_count", None]
    assert facts("公司员工总数1,000人，其中女性占40%。")[1][0] == "employees_share"


def test_the_years_in_brackets_are_not_those_of_the_next_clause() -> None:
    text = "客户投诉37起（2022年：52起；2021年：66起），办结率100%，客户满意度97.3%。"
    assert [(metric, year) for metric, _, year, _ in facts(text)] == [
        ("complaints_received", 2023),
        ("complaints_received", 2022),
        ("complaints_received", 2021),
        ("complaint_resolution_rate", 2023),
        ("customer_satisfaction", 2023),
    ]


@pytest.mark.parametrize("text", ["本年度未发生重大贪污诉讼案件。", "2023年未发生重大信息泄露事件。"])
def test_no_major_case_does_not_mean_none(text: str) -> None:
    assert [metric for metric, *_ in facts(text) if metric] == []


@pytest.mark.parametrize(
    "text",
    [
        "2023年公司员工总数1,000人，流失人数由2022年的50人降至40人。",
        "2023年公司员工总数1,000人，离职人数较2022年的50人减少。",
        "2023年公司员工总数1,000人，招聘人数100人，较2022年的90人增加。",
    ],
)
def test_what_is_compared_is_the_number_right_before_it_and_no_other(text: str) -> None:
    assert [fact for fact in facts(text) if fact[0]] == [("employees_total", None, 2023, 1000.0)]


def test_the_years_of_a_table_are_not_those_of_a_sentence_below_it() -> None:
    table = "类别 FY2023 FY2022 类别 FY2023 FY2022\n累计授权专利（件） 341 287 软件著作权（项） 263 231"
    assert ("patents_applied_new", None, 2023, 74.0) in facts(f"{table}\n当年新增申请专利74件。")


@pytest.mark.parametrize("former", ["2021年", "2021财年", " FY2021 ", "2021年度"])
def test_what_a_number_was_before_says_nothing_about_the_next_clause(former: str) -> None:
    text = f"每万单投诉量由{former}的6.07件降至4.83件，用户满意度93.6%。"
    assert ("customer_satisfaction", None, 2023, 93.6) in facts(text)


# --- what stands before the number a while back, or nothing ---


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("女性董事2名，占22.2%。", ("female_director_share", None, 2023, 22.2)),
        ("女性董事2名，女性占比22.2%。", ("female_director_share", None, 2023, 22.2)),
        ("报告期内，董事会会议共举行5次。", ("board_meetings", None, 2023, 5.0)),
        ("2018年以来，公司累计支持乡村学校63所。", ("schools_supported", None, 2023, 63.0)),
        ("报告期内，公司共招聘新雇员369名。", ("new_hires_total", None, 2023, 369.0)),
    ],
)
def test_the_last_number_of_a_sentence_is_told_by_all_of_it(sentence: str, expected: Fact) -> None:
    assert facts(sentence)[-1] == expected


def test_a_share_of_other_members_is_not_that_of_the_number_before_it() -> None:
    assert facts("女性董事2名，独立董事占比33.3%。")[-1][0] != "female_director_share"


def test_no_company_is_without_revenue() -> None:
    assert facts("店里三个月没有收入，房租压力很大。") == []


def test_the_staff_that_something_covers_are_not_all_staff() -> None:
    assert [metric for metric, *_ in facts("公司授予限制性股份，覆盖员工436名。")] == [None]


def test_growth_said_in_turn_is_of_what_stands_before_in_that_order() -> None:
    text = "2023年，公司实现营业收入54.72亿元、净利润9.86亿元，分别同比增长16.0%和17.0%。"
    assert facts(text) == [
        ("revenue", None, 2023, 54.72e8),
        ("net_profit", None, 2023, 9.86e8),
        ("revenue_growth", None, 2023, 16.0),
        ("net_profit_growth", None, 2023, 17.0),
    ]
    known = facts(text.replace("净利润9.86亿元", "交易笔数9.86亿笔"))
    assert "net_profit_growth" not in [metric for metric, *_ in known]
    assert "revenue_growth" not in [metric for metric, *_ in known]


@pytest.mark.parametrize("note", ["密度按本集团年度收入计算，{}。", "5. 密度以本集团各年度收入计算：{}。"])
def test_a_note_says_what_a_density_is_counted_by_for_each_year(note: str) -> None:
    years = "2023年为人民币2,186.4百万元，2022年为人民币2,017.9百万元"
    assert facts(note.format(years)) == [
        ("revenue", None, 2023, 2186.4e6),
        ("revenue", None, 2022, 2017.9e6),
    ]


def test_shares_of_a_board_and_of_managers() -> None:
    text = "截至2023年末，董事会由7名成员组成，其中女性董事2名，占董事会成员的28.6%。"
    assert [fact[0] for fact in facts(text)] == ["board_size", "board_size", "female_director_share"]
    managers = facts("2023年，公司员工总数为1,846人，其中女性管理者占管理层的41.6%。")
    assert managers[1] == ("managers_share", "gender:female", 2023, 41.6)
    staff = facts("2023年，公司员工总数为1,846人，其中女性员工占管理层的41.6%。")
    assert staff[1][0] is None


def test_growth_in_any_words_is_of_what_stands_before() -> None:
    assert facts("2023年，营业收入1.2亿元，按年增长14%。")[1] == ("revenue_growth", None, 2023, 14.0)
    assert facts("2023年，公益捐赠120万元，按年增长14%。")[1][0] is None


@pytest.mark.parametrize("between", ["海外收入", "签约合同金额"])
def test_growth_is_not_of_what_other_numbers_part_from_it(between: str) -> None:
    found = facts(f"2023年，公司营业收入54.72亿元，{between}20.11亿元，同比增长14%。")
    assert "revenue_growth" not in [metric for metric, *_ in found]


def test_a_density_may_be_counted_by_a_number_in_the_same_clause() -> None:
    assert facts("密度以报告期末的雇员人数1,286名（2022年：1,198名）计算。") == [
        ("employees_total", None, 2023, 1286.0),
        ("employees_total", None, 2022, 1198.0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("报告期内，培训开支合共人民币236.5万元。", ("training_spend", None, 2023, 236.5e4)),
        ("报告期内，因工伤损失12个工作日。", ("lost_days", None, 2023, 12.0)),
        ("报告期内，本集团均无发生因工死亡事故。", ("fatalities", None, 2023, 0.0)),
        ("报告期内，本集团未有聘用童工及强制劳工。", ("labour_incidents", None, 2023, 0.0)),
    ],
)
def test_words_of_reports_to_the_hong_kong_exchange(text: str, expected: Fact) -> None:
    assert facts(text) == [expected]


def test_what_suppliers_sign_has_a_name_of_its_own_in_every_house() -> None:
    for name in ("阳光采购承诺书", "廉洁合作协议", "诚信经营承诺函"):
        text = f"本年度，供应商《{name}》签署率达100%。"
        assert facts(text) == [("supplier_integrity_signing_rate", None, 2023, 100.0)]
    assert [metric for metric, *_ in facts("本年度，员工《廉洁从业承诺书》签署率达98%。") if metric] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "2023年，净利润由2022年的人民币274.9百万元上升至人民币318.4百万元。",
        "2023年，净利润从上年的274.9百万元大幅提升至318.4百万元。",
        "2023年，净利润为人民币318.4百万元，较2022年的人民币274.9百万元增长。",
    ],
)
def test_what_a_number_rose_from_is_the_year_before(sentence: str) -> None:
    assert set(facts(sentence)) == {
        ("net_profit", None, 2022, 274.9e6),
        ("net_profit", None, 2023, 318.4e6),
    }


def test_a_formula_is_no_statement_but_hours_around_the_clock_are_none() -> None:
    served = "客户服务中心提供{}服务，2023年客户满意度为95.4%。"
    assert facts(served.format("7×24小时")) == [("customer_satisfaction", None, 2023, 95.4)]
    assert facts("客户满意度为好评数×100%，2023年客户满意度为95.4%。") == []


def test_a_sentence_ends_with_a_value_or_a_unit_on_a_line_of_its_own() -> None:
    begins = "我们在年内完善了服务流程并扩充了客户服务团队，2023年的客户满意度"
    assert facts(f"{begins}\n为95.4%。") == [("customer_satisfaction", None, 2023, 95.4)]
    begins = "我们持续提升经营质量并保持稳健的财务结构，2023年公司实现营业收入12.07亿"
    assert facts(f"{begins}\n元。") == [("revenue", None, 2023, 12.07e8)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，志愿者684名参与服务。", [684.0]),
        ("2023年，共有832名义工参与支教。", [832.0]),
        ("2023年，志愿者提供服务的老人达300人。", []),
        ("2023年，公司邀请20名义工参与培训。", []),
    ],
)
def test_volunteers_are_counted_where_they_take_part(text: str, expected: list[float]) -> None:
    assert [value for metric, *_, value in facts(text) if metric == "volunteers"] == expected


def test_the_people_of_a_team_are_not_all_staff() -> None:
    assert facts("2023年，我们的客服团队共有486名员工。")[0][0] is None
    [row] = read("公司设立了内审部，共有员工12人。")
    assert (row["metric_code"], row["confidence"]) == ("employees_total", "ambiguous")
    [row] = read("公司设立了内审部，公司共有员工1,200人。")
    assert (row["metric_code"], row["confidence"]) == ("employees_total", "certain")


def test_means_say_nothing_of_what_is_measured_but_a_market_limits_it() -> None:
    saved = "2023年，公司通过空调分区控制、机柜整合等措施节约用电12.6万千瓦时。"
    assert facts(saved) == [("electricity_saved", None, 2023, 126.0)]
    [row] = read("2023年，印尼市场累计注册用户340万人。")
    assert (row["metric_code"], row["scope_note"]) == ("registered_users", "印尼市场")


def test_what_courts_found_not_to_be_is_zero() -> None:
    none = "报告期内，公司未发生经司法机关审结的贪污诉讼案件。"
    assert facts(none) == [("corruption_cases", None, 2023, 0.0)]


def test_a_number_may_be_said_to_be_higher_than_that_of_the_year_before() -> None:
    assert facts("2023年，客户满意度为91.8%，高于去年的90.6%。") == [
        ("customer_satisfaction", None, 2023, 91.8),
        ("customer_satisfaction", None, 2022, 90.6),
    ]
    assert len(facts("2023年，客户满意度为91.8%，高于行业平均的90.6%。")) == 1


def test_no_punishment_for_a_breach_is_none_found() -> None:
    none = "2023年，公司未发生因违反{}而受到处罚的事件。"
    assert facts(none.format("环境保护法律法规")) == [("environmental_violations", None, 2023, 0.0)]
    assert facts(none.format("营销宣传法规")) == [("marketing_violations", None, 2023, 0.0)]
    [(metric, *_)] = facts("2023年，公司未发生因客户投诉被监管处罚的事件。")
    assert metric is None  # there may have been complaints


@pytest.mark.parametrize("date", ["截至2023年末", "截至2023年底", "于2023年末", "2023年末"])
def test_a_date_may_touch_the_words_behind_it(date: str) -> None:
    assert facts(f"公司严格遵守劳动法规，{date}员工总数1,200人。") == [
        ("employees_total", None, 2023, 1200.0)
    ]


@pytest.mark.parametrize(
    ("before", "known"),
    [
        ("较2022年的1,000吨减少10%至", True),
        ("由2022年的1,000吨减少10%至", True),
        ("较上年减少10%至", False),
        ("同比减少10%，降至", False),
    ],
)
def test_what_a_change_led_to_is_the_year_and_what_changed_the_one_before(before: str, known: bool) -> None:
    found = {fact for fact in facts(f"2023年，公司用水量{before}900吨。") if fact[0]}
    former = {("water_consumption", None, 2022, 1000.0)} if known else set()
    assert found == {("water_consumption", None, 2023, 900.0), *former}


def test_growth_and_what_it_led_to_are_two_facts() -> None:
    assert facts("2023年，营业收入同比增长8.9%至人民币28.5亿元。") == [
        ("revenue_growth", None, 2023, 8.9),
        ("revenue", None, 2023, 28.5e8),
    ]


def test_two_numbers_of_one_unit_are_a_range() -> None:
    assert facts("2023年，公司员工流失率为8%至10%。") == []


@pytest.mark.parametrize("kept", ["保持", "维持在", "稳定在", "突破"])
def test_that_a_number_is_kept_says_nothing_of_what_it_measures(kept: str) -> None:
    assert facts(f"2023年，公司社会保险覆盖率{kept}98%。") == [
        ("social_insurance_coverage", None, 2023, 98.0)
    ]


def test_what_was_done_before_energy_was_saved_is_no_part_of_its_name() -> None:
    saved = "2023年，全年实施节能技改后节约用电约21.8万千瓦时。"
    assert facts(saved) == [("electricity_saved", None, 2023, 218.0)]


def test_what_it_was_in_the_year_before_may_follow_in_a_clause_of_its_own() -> None:
    assert facts("2023年，公司净利润4.27亿元，上年为3.68亿元。") == [
        ("net_profit", None, 2023, 4.27e8),
        ("net_profit", None, 2022, 3.68e8),
    ]
    met = facts("2023年，公司净利润4.27亿元，签约金额12亿元，上年为3.68亿元。")
    assert ("net_profit", None, 2022, 3.68e8) not in met

"""Labels: which metric and member a printed label means, and which labels mean none."""

import csv

import pytest

from pipelines.catalogue import SEEDS, load_catalogue
from pipelines.extraction.labels import Group, LabelMatcher, joined

CATALOGUE = load_catalogue()
NO_GROUP = Group()
MATCHER = LabelMatcher(CATALOGUE, ("东方科技集团", "Acme Inc."))


def meaning(label: str, unit: str = "", group: Group = NO_GROUP) -> str | None:
    """Return the metric, with ``breakdown:member`` after a blank where there is one."""
    mapping = MATCHER.match(label, CATALOGUE.units.parse(unit), group)
    if mapping is None:
        return None
    return f"{mapping.metric} {mapping.breakdown}:{mapping.member}" if mapping.breakdown else mapping.metric


# --- script, width and variants ---


@pytest.mark.parametrize(
    ("simplified", "printed", "unit", "metric"),
    [
        ("温室气体排放总量", "溫室氣體排放總量", "吨", "ghg_total"),
        ("员工总数", "員工總數", "人", "employees_total"),
        ("雇员总数", "僱員總數", "人", "employees_total"),
        ("累计注册用户", "纍計註冊用戶", "万人", "registered_users"),
        ("制成品所用包装材料总量", "製成品所用包裝材料總量", "吨", "packaging_material"),
        ("因工伤损失工作日数", "因工傷損失工作日數", "天", "lost_days"),
        ("硫氧化物（SOx）排放量", "硫氧化物（ＳＯｘ）排放量", "千克", "sox_emissions"),
    ],
)
def test_traditional_and_variant_characters_mean_the_same(
    simplified: str, printed: str, unit: str, metric: str
) -> None:
    assert meaning(simplified, unit) == metric
    assert meaning(printed, unit) == metric


@pytest.mark.parametrize(
    ("label", "unit", "metric"),
    [
        ("Total GHG emissions", "tCO2e", "ghg_total"),
        ("TOTAL GHG EMISSIONS", "tCO2e", "ghg_total"),
        ("Scope 1", "tCO2e", "ghg_scope1"),
        ("Scope 2 emissions", "tCO2e", "ghg_scope2"),
        ("Employee turnover rate", "%", "turnover_rate"),
        ("Number of employees", "persons", "employees_total"),
        ("Female employees", "%", "employees_share gender:female"),
        ("Female employees", "persons", "employees_count gender:female"),
    ],
)
def test_english_labels_are_known(label: str, unit: str, metric: str) -> None:
    assert meaning(label, unit) == metric


def test_the_chinese_name_of_every_metric_means_it() -> None:
    with (SEEDS / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = {}
    for row in rows:
        mapping = MATCHER.match(row["name_zh"], CATALOGUE.units.canonical(row["unit"]))
        if not CATALOGUE.needs_member(row["metric_code"]) and (
            mapping is None or mapping.metric != row["metric_code"]
        ):
            wrong[row["metric_code"]] = mapping
    assert wrong == {}


# --- words that carry no meaning ---


@pytest.mark.parametrize(
    "label",
    [
        "员工总数",
        " 员工 总数 ",
        "员工总数：",
        "员工总数（人）",
        "员工总数（含劳务派遣）",
        "员工总数¹",
        "员工总数[1]",
        "员工总数*",
        "• 员工总数",
        "1. 员工总数",
        "一、员工总数",
        "其中：员工总数",
        "我们员工总数达到",
        "报告期内，公司员工总数为",
        "截至2023年末，本集团员工总数",
        "截至报告期末，员工总数约",
        "东方科技集团员工总数",
        "東方科技集團員工總數",
    ],
)
def test_numbering_marks_notes_time_and_the_company_itself_are_left_aside(label: str) -> None:
    assert meaning(label, "人") == "employees_total"


@pytest.mark.parametrize("label", ["西方科技集团员工总数", "供应商员工总数", "子公司的神秘员工总数指标"])
def test_other_words_are_not_left_aside(label: str) -> None:
    assert meaning(label, "人") is None


@pytest.mark.parametrize(
    "label", ["", " ", "。", "的", "数据", "员工", "其他", "男", "比例", "神秘指标", "1,234"]
)
def test_what_names_no_metric_means_nothing(label: str) -> None:
    assert meaning(label) is None


# --- members ---


@pytest.mark.parametrize(
    ("label", "unit", "metric"),
    [
        ("男性员工比例", "%", "employees_share gender:male"),
        ("女性员工比例", "%", "employees_share gender:female"),
        ("女性员工人数", "人", "employees_count gender:female"),
        ("—男性员工比例", "%", "employees_share gender:male"),
        ("男性员工流失率", "%", "turnover_rate gender:male"),
        ("硕士及以上学历员工占比", "%", "employees_share education:master_or_above"),
        ("30岁以下员工比例", "%", "employees_share age:<30"),
        ("30岁及以下员工比例", "%", "employees_share age:<=30"),
        ("31-40岁员工比例", "%", "employees_share age:31-40"),
        ("31—40 歲員工比例", "%", "employees_share age:31-40"),
        ("50岁以上员工比例", "%", "employees_share age:>50"),
        ("51岁及以上员工比例", "%", "employees_share age:>=51"),
        ("研发人员占比", "%", "employees_share function:rnd"),
        ("少数民族员工比例", "%", "employees_share ethnicity:minority"),
        ("上海地区员工人数", "人", "employees_count region:shanghai"),
        ("高级管理层人均培训时长", "小时", "training_hours_avg level:senior"),
    ],
)
def test_a_member_within_a_label_is_told_from_its_metric(label: str, unit: str, metric: str) -> None:
    assert meaning(label, unit) == metric


@pytest.mark.parametrize(
    ("group", "label", "unit", "metric"),
    [
        (Group(("employees_total",), "gender"), "男", "%", "employees_share gender:male"),
        (Group(("employees_total",), "gender"), "男", "人", "employees_count gender:male"),
        (Group(("turnover_rate",), "gender"), "女性", "%", "turnover_rate gender:female"),
        (Group(("turnover_rate",), None), "30岁以下", "%", "turnover_rate age:<30"),
        (Group(("training_hours_avg",), "level"), "高级管理层", "小时", "training_hours_avg level:senior"),
        (Group(("suppliers_total",), "region"), "华东地区", "%", "suppliers_share region:east_china"),
    ],
)
def test_a_bare_member_takes_the_metric_of_its_group(
    group: Group, label: str, unit: str, metric: str
) -> None:
    assert meaning(label, unit, group) == metric


@pytest.mark.parametrize(
    ("group", "label", "unit"),
    [
        (Group(), "男", "%"),  # no group
        (Group((), "gender"), "男", "%"),  # a group of no metric
        (Group(("employees_total",), "gender"), "本科", "%"),  # a member of another breakdown
        (Group(("employees_total",), "gender"), "男", "吨"),  # a unit that no part of the group has
        (Group(("water_consumption",), "gender"), "男", "吨"),  # a metric without that breakdown
    ],
)
def test_a_bare_member_means_nothing_without_a_fitting_group(group: Group, label: str, unit: str) -> None:
    assert meaning(label, unit, group) is None


@pytest.mark.parametrize(
    ("text", "breakdown", "metrics"),
    [
        ("按性别划分", "gender", ()),
        ("按性別劃分", "gender", ()),
        ("按僱傭類型劃分", "employment_type", ()),
        ("以年龄层分类", "age", ()),
        ("By gender", "gender", ()),
        ("按性别划分的员工流失率", "gender", ("turnover_rate",)),
    ],
)
def test_group_rows_name_a_breakdown(text: str, breakdown: str, metrics: tuple[str, ...]) -> None:
    heading = MATCHER.heading(text)
    assert heading is not None
    assert (heading.breakdown, heading.metrics) == (breakdown, metrics)


@pytest.mark.parametrize("text", ["员工总数", "按时交付", "按性别划分的神秘指标", "男性", ""])
def test_other_texts_are_no_group_rows(text: str) -> None:
    assert MATCHER.heading(text) is None


# --- other words for the same ---


@pytest.mark.parametrize(
    ("label", "unit", "metric"),
    [
        ("年度雇员离职比率", "%", "turnover_rate"),
        ("廉政培训覆盖率", "%", "anti_corruption_training_coverage"),
        ("每百万元营业收入能源耗用量", "兆瓦时/百万元", "energy_intensity_revenue"),
        ("每名僱員培訓開支", "元/人", "training_spend_per_employee"),
        ("一般废物产生总量", "吨", "waste_nonhazardous"),
        ("客诉总数", "件", "complaints_received"),
        ("女董事比率", "%", "female_director_share"),
    ],
)
def test_a_label_in_other_words_means_the_same(label: str, unit: str, metric: str) -> None:
    assert meaning(label, unit) == metric


@pytest.mark.parametrize(
    ("label", "unit"),
    [("用户流失率", "%"), ("员工主动离职率", "%"), ("绿色采购投资比例", "%"), ("客户投诉人数", "人")],
)
def test_a_word_too_many_is_no_other_word(label: str, unit: str) -> None:
    assert meaning(label, unit) is None


# --- near variants ---


@pytest.mark.parametrize(
    ("label", "unit", "metric"),
    [
        ("能源消耗總量耗", "吉焦", "energy_total"),
        ("已售或已运送产品总数中因安全与健康理由而须回收的百份比", "%", "product_recall_share"),
        ("因工伤损失工作日数数", "天", "lost_days"),
        ("外购电力消耗量量", "千瓦时", "electricity_consumption"),
    ],
)
def test_a_slip_of_the_pen_is_no_other_label(label: str, unit: str, metric: str) -> None:
    assert meaning(label, unit) == metric


def test_a_near_variant_is_not_exact() -> None:
    mapping = MATCHER.match("外购电力消耗量量", CATALOGUE.units.parse("千瓦时"))
    assert mapping is not None
    assert not mapping.exact


@pytest.mark.parametrize(
    ("one", "other", "unit"),
    [
        ("有害废弃物总量", "无害废弃物总量", "吨"),
        ("温室气体排放量（范围一）", "温室气体排放量（范围二）", "吨"),
        ("温室气体排放总量", "人均温室气体排放量", "吨二氧化碳当量"),
        ("男性员工比例", "女性员工比例", "%"),
        ("年度新增申请专利", "累计申请专利", "件"),
        ("新增注册用户", "累计注册用户", "万人"),
        ("供应商总数", "新增供应商", "家"),
        ("新增供应商", "淘汰供应商", "家"),
        ("培训总时长", "人均培训时长", "小时"),
        ("营业收入同比增长", "净利润同比增长", "%"),
        ("育儿假返岗率", "育儿假留任率", "%"),
        ("投诉处理率", "投诉处理完结率", "%"),
        ("氮氧化物排放量", "硫氧化物排放量", "千克"),
        ("工伤事件数量", "严重工伤事件数量", "起"),
    ],
)
def test_labels_that_differ_in_a_telling_word_are_two_metrics(one: str, other: str, unit: str) -> None:
    meanings = meaning(one, unit), meaning(other, unit)
    assert None not in meanings
    assert meanings[0] != meanings[1]


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("范围四温室气体排放量", "吨二氧化碳当量"),
        ("间接能源消耗总量", "兆瓦时"),
        ("可再生能源消耗总量", "兆瓦时"),
        ("能源消耗总量增长", "吉焦"),
        ("柴油消耗量", "升"),
        ("节约用水量", "吨"),
        ("废水排放总量", "吨"),
        ("离职员工人数", "人"),
        ("员工满意度", "%"),
        ("供应商满意度", "%"),
        ("供应商培训覆盖率", "%"),
        ("员工投诉数量", "件"),
        ("独立董事比例", "%"),
        ("监事会召开次数", "次"),
        ("股东大会召开次数", "次"),
        ("发明专利", "件"),
        ("净利润率", "%"),
        ("研发费用占比", "%"),
        ("医疗保险覆盖率", "%"),
        ("女性高管占比", "%"),
        ("工会会员人数", "人"),
        ("捐助学生", "人"),
        ("活跃用户", "人"),
        ("承包商死亡人数", "人"),
        ("促成贷款余额", "亿元"),
        ("雇佣员工总数", "人"),
        ("雇员类别 高级管理层", "%"),
    ],
)
def test_near_misses_of_catalogued_labels_mean_nothing(label: str, unit: str) -> None:
    assert meaning(label, unit) is None


# --- units decide ---


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("汽油消耗量", "吨"),
        ("汽油消耗量", "兆瓦时"),
        ("温室气体排放密度", "%"),
        ("用水密度", "%"),
        ("用水总量", "%"),
        ("员工总数", "%"),
        ("员工总数", "吨"),
        ("客户满意度", "分"),
        ("培训总时长", "人天"),
        ("捐赠金额", "港元"),
    ],
)
def test_a_unit_that_the_metric_cannot_have_is_a_veto(label: str, unit: str) -> None:
    assert meaning(label, unit) is None


@pytest.mark.parametrize(
    ("label", "unit", "metric"),
    [
        ("温室气体排放密度", "吨二氧化碳当量/百万元", "ghg_intensity_revenue"),
        ("温室气体排放密度", "吨二氧化碳当量/人", "ghg_intensity_employee"),
        ("有害废弃物密度", "千克/平方米", "waste_hazardous_per_area"),
        ("有害废弃物密度", "千克/人", "waste_hazardous_per_employee"),
        ("女性董事", "人", "board_size gender:female"),
        ("女性董事", "%", "female_director_share"),
    ],
)
def test_an_ambiguous_label_is_decided_by_its_unit(label: str, unit: str, metric: str) -> None:
    assert meaning(label, unit) == metric


@pytest.mark.parametrize(
    "label", ["温室气体排放密度", "用水密度", "有害废弃物密度", "员工构成", "供应商分布"]
)
def test_an_ambiguous_label_without_a_unit_means_nothing(label: str) -> None:
    assert meaning(label) is None


@pytest.mark.parametrize(
    ("label", "member"),
    [
        ("高信用评分借款人占比 (魔镜评分1-4级)", "1-4"),
        ("高信用评分借款人占比 (60分以上)", ">60"),
        ("高信用评分借款人占比 (60分及以上)", ">=60"),
        ("高信用评分借款人占比 (<60分)", "<60"),
    ],
)
def test_bands_of_scores_are_members_as_they_are_printed(label: str, member: str) -> None:
    assert meaning(label, "%") == f"credit_risk_share score_band:{member}"


def test_a_title_and_a_label_are_joined_where_their_words_overlap() -> None:
    assert joined("小企业贷款", "贷款发放总量") == ["小企业贷款发放总量", "小企业贷款贷款发放总量"]
    assert joined("育儿假", "申请率") == ["育儿假申请率"]

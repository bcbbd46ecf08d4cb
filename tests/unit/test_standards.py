"""The index of standards: rows, running text, torn columns, and what is no index."""

import pytest
from reading import listings, tabbed

Entry = tuple[str, str | None, str | None, str | None]


def index(text: str, script: str = "Hans") -> list[Entry]:
    """Return code, title, chapter and page of each entry."""
    rows = listings(text, script=script).standard_index
    return list(rows.select("code", "title", "chapter", "page_ref").iter_rows())


def lines(*texts: str) -> str:
    return "\n\n".join(texts)


GRI = [
    ("302-1", "组织内部的能源消耗量", "能源管理", "P12"),
    ("302-3", "能源强度", "能源管理", "P12"),
    ("305-1", "直接（范围1）温室气体排放", "应对气候变化", "P14-15"),
    ("401-1", "新进员工雇佣率和员工流动率", "员工权益", "P20"),
    ("405-1", "管治机构与员工的多元化", "/", "/"),
]


# --- rows with cells ---


def test_rows_of_a_gri_index_and_their_headings() -> None:
    rows = "\n".join("\t".join(entry) for entry in GRI)
    text = f"附录：GRI 内容索引\n披露项\t披露议题\t章节名称\t页码\nGRI 302：能源 2016\t\t\t\n{rows}"
    assert index(text) == GRI


def test_columns_in_another_order() -> None:
    rows = "\n".join("\t".join((chapter, f"GRI {code} {title}", page)) for code, title, chapter, page in GRI)
    assert index(f"GRI 内容索引\n章节名称\tGRI 标准\t页码\n{rows}") == GRI


def test_rows_of_an_hkex_index_with_general_disclosures() -> None:
    text = tabbed(
        "《环境、社会及管治报告指引》内容索引\n范畴与层面 | 关键绩效指标 | 披露章节\n"
        "层面 A1: 排放物 | 一般披露：有关废气及温室气体排放的政策。 | 环境管理\n"
        " | A1.1 排放物种类及相关排放数据。 | 环境绩效\n"
        " | A1.3 所产生有害废弃物总量。 | 环境绩效\n"
        "A1.4 所产生无害废弃物总量。 | 环境绩效 | \n"
        " | 一般披露：有效使用资源（包括能源、水及其他原材料）的政策。 | 环境管理\n"
        " | A2.1 按类型划分的能源总耗量。 | 不适用\n"
        " | A2.2 总耗水量及密度。 | 环境绩效"
    )
    assert [entry[:3] for entry in index(text)] == [
        ("A1", "一般披露：有关废气及温室气体排放的政策。", "环境管理"),
        ("A1.1", "排放物种类及相关排放数据。", "环境绩效"),
        ("A1.3", "所产生有害废弃物总量。", "环境绩效"),
        ("A1.4", "所产生无害废弃物总量。", "环境绩效"),
        ("A2", "一般披露：有效使用资源（包括能源、水及其他原材料）的政策。", "环境管理"),
        ("A2.1", "按类型划分的能源总耗量。", "不适用"),
        ("A2.2", "总耗水量及密度。", "环境绩效"),
    ]


def test_rows_of_an_sdg_index_leave_the_description_out() -> None:
    goals = ["无贫穷", "零饥饿", "良好健康与福祉", "优质教育", "性别平等"]
    rows = "\n".join(f"SDG{i}. {goal}\t在全世界实现{goal}\t公益" for i, goal in enumerate(goals, start=1))
    text = f"联合国可持续发展目标内容索引\n可持续发展目标 (SDGs)\t倡议介绍\t章节名称\n{rows}"
    assert index(text) == [(f"SDG{i}", goal, "公益", None) for i, goal in enumerate(goals, start=1)]


# --- running text ---


HKEX_INDEX = (
    "內容索引\n\nESG 層面 描述 對應章節 頁碼\n\n層面 A1: 排放物\n\n一般披露\n\n"
    "有關廢氣排放、向水及土地的排污、有害及無害廢棄物的產生等的：\n"
    "(a) 政策；及\n(b) 遵守對發行人有重大影響的相關法律及規例的資料。\n\n排放物管理 P62-63\n\n"
    "關鍵績效指標\nA1.1\n\n排放物種類及相關排放數據。\n排放物管理\n關鍵績效表\n\nP62-63\n\n"
    "關鍵績效\n指標 A1.5\n\n描述所訂立的排放量目標及爲達到這些目標所採取的\n步驟。\n\n排放物管理 P62\n\n"
    "層面 A2：資源使用\n\n一般披露 有效使用資源（包括能源、水及其他原材料）的政策。 能源管理 P60\n\n"
    "關鍵績效指標\nA2.2\n\n總耗水量及密度（如以每產量單位、每項設施計算）。\n能源管理\n\nP61，\nP63\n\n"
    "關鍵績效指標\nA2.3\n\n[ 於 2025 年 1 月 1 日刪除 ] / /\n\n"
    "B2.2\n\n因工傷損失工作日數。 關鍵績效表 P69\n\n"
    "B6.2\n\n接獲關於產品及服務的投訴數目以及應對方法。 深化業務 P29\n\n"
    "B7.3\n\n描述向董事及員工提供的反貪污培訓。 商業道德 P21"
)


def test_title_chapter_and_page_follow_the_code_over_lines() -> None:
    found = {code: (title, chapter, page) for code, title, chapter, page in index(HKEX_INDEX, "Hant")}
    assert found["A1"][1:] == ("排放物管理", "P62-63")
    assert found["A1.1"] == ("排放物種類及相關排放數據。", "排放物管理; 關鍵績效表", "P62-63")
    assert found["A1.5"] == ("描述所訂立的排放量目標及爲達到這些目標所採取的步驟。", "排放物管理", "P62")
    assert found["A2"][0] == "一般披露 有效使用資源（包括能源、水及其他原材料）的政策。"
    assert found["A2.2"][1:] == ("能源管理", "P61， P63")
    assert found["A2.3"] == ("[ 於 2025 年 1 月 1 日刪除 ]", "/", "/")
    assert found["B2.2"] == ("因工傷損失工作日數。", "關鍵績效表", "P69")


def test_an_aspect_that_the_standard_does_not_have_is_no_error() -> None:
    assert "A1.1" in {code for code, *_ in index(HKEX_INDEX.replace("A2：", "A7："), "Hant")}


def test_a_chapter_before_its_codes_and_a_page_after_them() -> None:
    text = (
        "GRI 內容索引\n\n報告章節 GRI（2021） SDGs 頁碼\n\n夯實管治基礎\nGRI 2-9：管治架構和組成\n"
        "GRI 405-1: 管治機構與員工的多\n元化\n\nP15-16\n\n"
        "「更智能」的金\n融科技 GRI 203：間接經濟影響 2016 P23\n\n"
        "關於我們 / P24\n\n恪守商業道德 GRI 205：反腐敗 2016\nGRI 206：不當競爭行爲 2016 P20-21\n"
    )
    assert index(text, "Hant") == [
        ("2-9", "管治架構和組成", "夯實管治基礎", "P15-16"),
        ("405-1", "管治機構與員工的多元化", "夯實管治基礎", "P15-16"),
        ("203", "間接經濟影響 2016", "「更智能」的金融科技", "P23"),
        ("205", "反腐敗 2016", "恪守商業道德", "P20-21"),
        ("206", "不當競爭行爲 2016", "恪守商業道德", "P20-21"),
    ]


# --- columns torn apart ---


def test_titles_find_their_codes_by_the_wording_of_the_standard() -> None:
    text = lines(
        "GRI 标准 披露项 章节名称 页码",
        "305-1", "302-1 P72", "401-1", "302-3", "405-1",
        "能源强度 能源管理",
        "新进员工和员工流动率 雇佣责任",
        "组织内部的能源消耗量 能源管理",
        "治机构与员工的多元化",
        "直接（范畴1）温室气体排放 绿色运营",
    )  # fmt: skip
    assert index(text) == [
        ("305-1", "直接（范畴1）温室气体排放", "绿色运营", None),
        ("302-1", "组织内部的能源消耗量", "能源管理", "P72"),
        ("401-1", "新进员工和员工流动率", "雇佣责任", None),
        ("302-3", "能源强度", "能源管理", None),
        ("405-1", "治机构与员工的多元化", None, None),
    ]


def test_codes_pages_and_titles_glued_together() -> None:
    text = lines(
        "GRI 标准 披露项 章节名称 页码",
        "服务的市场102-6 关于我们",
        "P30-31供应链102-9 合作伙伴",
        "205-2 P11-13反腐败政策和程序的传达及培训 关于我们",
        "307-1 /违反环境法律法规 无不合规",
        "404-1 P65每名员工每年接受培训的平均小时数 雇佣责任",
    )
    assert index(text) == [
        ("102-6", "服务的市场", "关于我们", None),
        ("102-9", "供应链", "合作伙伴", "P30-31"),
        ("205-2", "反腐败政策和程序的传达及培训", "关于我们", "P11-13"),
        ("307-1", "违反环境法律法规", "无不合规", "/"),
        ("404-1", "每名员工每年接受培训的平均小时数", "雇佣责任", "P65"),
    ]


TORN = ("302-1", "305-1", "102-55", "401-1", "405-1", "205-3")
TITLES = (
    "组织内部的能源消耗量", "直接（范围1）温室气体排放", "GRI内容索引", "新进员工和员工流动率",
    "管治机构与员工的多元化", "经确认的腐败事件和采取的行动",
)  # fmt: skip


def chapters_of_torn_columns(*chapters: str, titles: tuple[str, ...] = TITLES) -> dict[str, str | None]:
    """Return the chapters of codes, titles and chapters that stand in three runs."""
    header = "GRI 标准 披露项 章节名称"
    text = lines(header, "205-2 反腐败政策和程序的传达及培训 公司治理", *TORN, header, *titles, *chapters)
    return {code: chapter for code, _, chapter, _ in index(text) if code in TORN}


def test_a_column_of_chapters_goes_with_the_titles_where_known_rows_confirm_the_order() -> None:
    chapters = ("绿色运营", "绿色运营", "附录 I - GRI 内容索引", "员工权益", "多元与包容", "公司治理")
    assert chapters_of_torn_columns(*chapters) == {
        "302-1": "绿色运营", "305-1": "绿色运营", "102-55": "附录 I - GRI 内容索引", "401-1": "员工权益",
        "405-1": "多元与包容", "205-3": "公司治理",
    }  # fmt: skip


def test_chapters_go_with_the_titles_and_not_with_the_codes() -> None:
    chapters = ("公司治理", "多元与包容", "员工权益", "附录 I - GRI 内容索引", "绿色运营", "绿色运营")
    found = chapters_of_torn_columns(*chapters, titles=TITLES[::-1])
    assert (found["405-1"], found["401-1"], found["302-1"]) == ("多元与包容", "员工权益", "绿色运营")


@pytest.mark.parametrize(
    ("chapters", "known"),
    [
        # One more or less on a side: only the known rows are right.
        (
            ("绿色运营", "附录 GRI 内容索引", "员工权益", "多元与包容", "公司治理"),
            {"102-55", "401-1", "405-1", "205-3"},
        ),
        (
            ("绿色运营", "绿色运营", "附录 GRI 内容索引", "员工权益", "公司治理"),
            {"302-1", "305-1", "102-55", "205-3"},
        ),
        # The known rows stand in another order: the column's order says nothing.
        (("公司治理", "绿色运营", "绿色运营", "附录 GRI 内容索引", "员工权益", "多元与包容"), set()),
        # Nothing is known of any row.
        (("绿色运营", "绿色运营", "环境", "员工权益", "多元与包容", "合规"), set()),
    ],
)
def test_a_chapter_that_nothing_confirms_is_left_out(chapters: tuple[str, ...], known: set[str]) -> None:
    found = chapters_of_torn_columns(*chapters)
    assert {code for code, chapter in found.items() if chapter} == known


def test_a_row_between_rows_of_one_chapter_is_known() -> None:
    text = lines(
        "GRI 标准 披露项 章节名称",
        "408-1 具有重大童工事件风险的运营点和供应商 雇佣责任",
        "418-1 与侵犯客户隐私和丢失客户资料有关的经证实的投诉 智能服务",
        "412-2 人权政策或程序方面的员工培训 雇佣责任",
        "409-1", "417-1",
        "GRI 标准 披露项 章节名称",
        "具有强迫或强制劳动事件重大风险的运营点和供应商", "对产品和服务信息与标识的要求",
        "雇佣责任", "智能服务",
    )  # fmt: skip
    found = {code: chapter for code, _, chapter, _ in index(text)}
    assert (found["409-1"], found["417-1"]) == ("雇佣责任", "智能服务")


def test_a_column_that_says_the_same_of_all_needs_no_order() -> None:
    assert set(chapters_of_torn_columns(*["可持续管理"] * len(TORN)).values()) == {"可持续管理"}


# --- no index ---


@pytest.mark.parametrize(
    "text",
    [
        "本报告参照 GRI 302-1、GRI 305-1 编制，GRI 内容索引见附录。",
        "GRI 内容索引\n电话 021-61903967\n见第102-105页\nP101-12\n2021-03-02",
        "\n".join(f"型号 {code}" for code in ("A1.1", "A1.2", "B2.1", "B3.1", "B4.2", "A2.2")),
    ],
)
def test_codes_elsewhere_are_no_index(text: str) -> None:
    assert index(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "GRI 内容索引\n" + "302-1 " * 30_000,
        "索引\n" + "302-1\n305-1\n" * 3_000,
        "GRI 索引\n" + "A1.1\t" * 20_000,
    ],
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    index(text)

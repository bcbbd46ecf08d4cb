"""The board: whole tables, tables fallen into columns, and what is no board."""

import pytest
from reading import listings, tabbed

Director = tuple[str, str | None, int | None, str | None]


def board(text: str, script: str = "Hans") -> list[Director]:
    rows = listings(text, script=script).board_members
    return list(rows.select("name", "gender", "age", "position").iter_rows())


def lines(*texts: str) -> str:
    """Return lines with blank ones between them, as text from a torn page has."""
    return "\n\n".join(texts)


BOARD = [("张三", "male", 53, "董事"), ("李四光", "female", 44, "董事"), ("王五", "male", 61, "独立董事")]
ROWS = "张三 | 男 | 53 | 董事\n李四光 | 女 | 44 | 董事\n王五 | 男 | 61 | 独立董事"


# --- whole tables ---


def test_rows_with_cells() -> None:
    assert board(tabbed(f"姓名 | 性别 | 年龄 | 职务\n{ROWS}")) == BOARD


def test_rows_of_a_markdown_table() -> None:
    rows = "\n".join(f"| {row} |" for row in ROWS.split("\n"))
    assert board(f"| 姓名 | 性别 | 年龄 | 职务 |\n|---|---|---|---|\n{rows}") == BOARD


def test_rows_with_blanks_and_names_of_several_words() -> None:
    text = (
        "姓名 性別 年齡 職位 審核委員會 薪酬委員會\n\n"
        "馬廷雄 男 61 執行董事兼主席 / 主席\n\n"
        "Chen Derek 女 49 獨立非執行董事 成員 成員\n\n"
        "方遠 男 47 獨立非執行董事 主席 /"
    )
    assert board(text, "Hant") == [
        ("馬廷雄", "male", 61, "執行董事兼主席"),
        ("Chen Derek", "female", 49, "獨立非執行董事"),
        ("方遠", "male", 47, "獨立非執行董事"),
    ]


def test_columns_in_any_order_and_a_running_number() -> None:
    text = "序号 姓名 年龄 职务 性别\n1 张三 53 董事 男\n2 李四光 44 董事 女\n3 王五 61 独立董事 男"
    assert board(text) == BOARD


def test_a_position_of_several_words() -> None:
    text = tabbed("姓名 | 职务 | 性别\n张三 | 董事 / CEO | 男\n李四 | 董事 | 男\n王五 | 独立董事 | 女")
    assert board(text)[0] == ("张三", "male", None, "董事 / CEO")


def test_nationality_education_and_the_line_of_the_name() -> None:
    text = tabbed(
        "董事会成员\n姓名 | 国籍 | 学历 | 性别\n"
        "张  三 | 中国 | 硕士 | 男\n李四 | 美国 | 博士 | 女\n王五 | 中国香港 | 学士 | 男"
    )
    rows = listings(text).board_members
    assert rows.select("name", "nationality", "education", "line_no").rows() == [
        ("张三", "中国", "硕士", 3), ("李四", "美国", "博士", 4), ("王五", "中国香港", "学士", 5),
    ]  # fmt: skip


# --- columns torn apart ---

NAMES, GENDERS, AGES = ("张三", "李四光", "王五"), ("男", "女", "男"), ("53", "44", "61")
POSITIONS = ("董事", "董事", "独立董事")
HEADER = "姓名 性别 年龄 职务"


@pytest.mark.parametrize(
    "text",
    [
        lines(HEADER, *NAMES, *GENDERS, *AGES, *POSITIONS),
        lines(*NAMES, *GENDERS, HEADER, *AGES, *POSITIONS),
        lines(*NAMES, *POSITIONS, *GENDERS, "姓名 职务 性别", *AGES, "年龄"),
        lines(HEADER, *(cell for row in zip(NAMES, GENDERS, AGES, POSITIONS, strict=True) for cell in row)),
    ],
)
def test_columns_are_joined_where_each_has_a_value_for_everybody(text: str) -> None:
    assert board(text) == BOARD


def test_a_column_that_lost_a_value_stays_empty() -> None:
    text = lines(HEADER, *NAMES, *GENDERS, *AGES[:2], *POSITIONS)
    assert [age for _, _, age, _ in board(text)] == [None, None, None]
    text = lines(HEADER, *NAMES, *GENDERS[:2], *AGES, *POSITIONS)
    assert [(gender, age) for _, gender, age, _ in board(text)] == [(None, 53), (None, 44), (None, 61)]


def test_years_in_office_are_no_ages() -> None:
    text = lines("董事会成员：", *NAMES, *GENDERS, "姓名 性别", *AGES, "年龄", "10", "25", "31", "任期（年）")
    assert [age for _, _, age, _ in board(text)] == [53, 44, 61]
    text = lines("董事会成员：", "姓名 性别 年龄", *NAMES, *GENDERS, *AGES, "甲列", "30", "25", "31", "乙列")
    assert [age for _, _, age, _ in board(text)] == [None, None, None]  # either run may be the ages


def test_the_header_may_say_that_it_is_the_boards() -> None:
    text = tabbed("董事姓名 | 性别 | 年龄\n张三 | 男 | 53\n李四 | 女 | 51\n王五 | 男 | 48")
    assert [name for name, *_ in board(text)] == ["张三", "李四", "王五"]


def test_supervisors_and_managers_in_the_boards_table_are_left_out() -> None:
    text = tabbed(
        "姓名 | 性别 | 年龄 | 职务\n张三 | 男 | 53 | 董事长\n李四 | 女 | 51 | 独立董事"
        "\n王五 | 男 | 48 | 董事、总裁\n赵六 | 男 | 45 | 监事\n钱七 | 女 | 44 | 董事会秘书"
    )
    assert [name for name, *_ in board(text)] == ["张三", "李四", "王五"]


def test_every_title_may_stand_over_its_own_column() -> None:
    text = lines(
        "姓名", *NAMES, "性别", *GENDERS, "年龄", *AGES, "职务", "执行董事", "非执行董事", "独立董事"
    )
    assert [(name, age) for name, _, age, _ in board(text)] == [
        (name, int(age)) for name, age in zip(NAMES, AGES, strict=True)
    ]


# --- no board ---


@pytest.mark.parametrize(
    "text",
    [
        "姓名 性别 年龄 职务",
        tabbed(
            "姓名 | 性别 | 年龄 | 职务\n张三 | 男 | 33 | 工程师\n李四 | 女 | 31 | 会计\n王五 | 男 | 28 | 出纳"
        ),
        tabbed("性别 | 2022年 | 2023年\n男 | 53 | 55\n女 | 47 | 45"),
        "客户姓名、性别和年龄属于个人信息，董事会高度重视其保护。",
        lines("员工代表", "姓名 性别 年龄", *NAMES, *GENDERS, *AGES),
    ],
)
def test_other_persons_and_tables_are_no_board(text: str) -> None:
    assert board(text) == []


def test_a_board_that_is_printed_twice_is_read_once() -> None:
    table = tabbed(f"姓名 | 性别 | 年龄 | 职务\n{ROWS}")
    assert board(f"{table}\n\n{table}") == BOARD


@pytest.mark.parametrize(
    "text", ["姓名 性别 " * 5000, "姓名\t性别\n" * 3000, "姓名 性别 年龄\n" + "男\n" * 5000]
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    assert board(text) == []

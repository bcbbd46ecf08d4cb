"""Line numbers as an editor shows them, pages where a text keeps them, and which lines are no content."""

import itertools
import re
import time
from pathlib import Path

import pytest

from pipelines.ingest.decode import MAX_REPORT_BYTES, decode
from pipelines.ingest.lines import (
    LINES_SCHEMA,
    MAX_LINE_CHARACTERS,
    MAX_LINE_NUMBERS,
    ReportLines,
    read_lines,
)

RAW = Path(__file__).parents[2] / "raw"


def raw_lines(name: str) -> ReportLines:
    return read_lines((RAW / name).read_text(encoding="utf-8"))


def body(page: int, count: int = 12) -> list[str]:
    """Lines of content that differ from page to page."""
    return [f"第{page}章第{line}段的正文，各页不同" for line in range(count)]


def roles_of(lines: ReportLines, text: str) -> list[str]:
    return [role for shown, role in zip(lines.texts, lines.roles, strict=True) if shown.strip() == text]


# --- lines ---


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一\n二\n", ["一", "二"]),
        ("一\n二", ["一", "二"]),
        ("一\r\n二\r\n", ["一", "二"]),
        ("一\r二\r", ["一", "二"]),
        ("一\r\n\n二\r三", ["一", "", "二", "三"]),
        ("\n\n一\n\n", ["", "", "一", ""]),
        ("一\u2028二\x0b三\x85四\x1c五\u2029六\n七", ["一\u2028二\x0b三\x85四\x1c五\u2029六", "七"]),
    ],
)
def test_only_line_feeds_and_carriage_returns_end_a_line(text: str, lines: list[str]) -> None:
    assert read_lines(text).texts == lines


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("员" * MAX_LINE_CHARACTERS, "text"),
        ("员" * (MAX_LINE_CHARACTERS + 1), "overlong"),
        ("45.0% " * MAX_LINE_NUMBERS, "text"),
        ("1,045.0% " * (MAX_LINE_NUMBERS + 1), "overlong"),
        (" " * 2 * MAX_LINE_CHARACTERS + "5 人", "text"),
    ],
)
def test_a_line_that_nobody_printed_is_not_read(line: str, role: str) -> None:
    assert read_lines(f"一\n{line}\n二").roles == ["text", role, "text"]


def test_a_report_becomes_one_row_a_line() -> None:
    frame = read_lines("員工總數\t１２人\n \n").frame("acme-2024")
    assert frame.schema == LINES_SCHEMA
    assert frame.rows() == [
        ("acme-2024", 1, None, "員工總數\t１２人", "员工总数\t12人", "text"),
        ("acme-2024", 2, None, " ", " ", "blank"),
    ]


def test_folded_lines_are_as_long_as_the_printed_ones() -> None:
    lines = raw_lines("vcredit-2024-esg.txt")
    assert list(map(len, lines.folded)) == list(map(len, lines.texts))


@pytest.mark.parametrize(
    ("name", "line_count", "page_count"),
    [
        ("bairong-2020-esg.txt", 1198, None),
        ("jiayin-2023-esg.txt", 2267, None),
        ("finvolution-2021-esg.txt", 4150, 98),
        ("jiayin-2021-esg.txt", 2583, 42),
        ("vcredit-2024-esg.txt", 5414, 73),
    ],
)
def test_lines_and_pages_of_real_texts(name: str, line_count: int, page_count: int | None) -> None:
    lines = raw_lines(name)
    assert (len(lines.texts), lines.page_count) == (line_count, page_count)


# --- pages ---


def test_a_form_feed_ends_a_page() -> None:
    lines = read_lines("封面\n\n\f第二页\n员工\n\f\f  第四页\n末行\f\n\f")
    assert list(zip(lines.texts, lines.page_nos or [], strict=True)) == [
        ("封面", 1),
        ("", 1),
        ("\f第二页", 2),
        ("员工", 2),
        ("\f\f  第四页", 4),
        ("末行\f", 4),
        ("\f", 4),  # nothing stands on pages five and six
    ]
    assert lines.page_count == 4


def test_a_tool_that_starts_each_page_with_one_space_keeps_pages() -> None:
    text = "\n".join(" " + "\n".join([f"第{page}章", *body(page)]) for page in (1, 2, 3))
    lines = read_lines(text)
    assert lines.page_nos == [1] * 13 + [2] * 13 + [3] * 13


def test_fragments_after_a_blank_line_and_single_characters_start_no_page() -> None:
    pages = [[" 第一章", *body(1), "", " 98.17%"], [" 第二章", *body(2), " 越"], [" 第三章", *body(3)]]
    lines = read_lines("\n".join(line for page in pages for line in page))
    assert lines.page_nos == [1] * 15 + [2] * 14 + [3] * 13


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(
            ["关于本报告", *(f"要点{n}\n - 说明一\n - 说明二" for n in range(20))]
        ),  # indented list items
        "\n".join(
            f" - 第{n}项\n" + "\n".join(body(n)) for n in range(5)
        ),  # list items, from the first line on
        "\n".join(f" 第{n}段首行\n第二行\n第三行" for n in range(20)),  # paragraphs that are indented
        "\n".join(["标题", *(" " + "\n".join(body(n)) for n in range(5))]),  # the first line without a space
        "\n".join([" 表一", *body(1), " 表二", *body(2), " 表三", *body(3, count=200)]),  # only in front
    ],
)
def test_other_leading_spaces_make_no_pages(text: str) -> None:
    assert read_lines(text).page_nos is None


# --- roles ---


def paged(pages: list[list[str]]) -> ReportLines:
    return read_lines("\n\f".join("\n".join(page) for page in pages))


def test_headers_footers_and_page_numbers_are_marked_at_page_edges() -> None:
    lines = paged([["某某公司", "环境与社会", *body(n), "", "让科技更美好", str(n + 2)] for n in range(1, 8)])
    assert lines.roles == (["running"] * 2 + ["text"] * 12 + ["blank", "running", "page_number"]) * 7


def test_a_running_title_may_carry_the_page_number() -> None:
    lines = paged(
        [[*body(n), f"{n + 4} | 某某公司报告" if n % 2 else f"某某公司报告   {n + 4}"] for n in range(1, 9)]
    )
    assert lines.roles == (["text"] * 12 + ["running"]) * 8


def test_table_heads_and_rows_that_recur_stay_text() -> None:
    head = "指標 單位 2022 年 2023 年 2024 年"
    lines = paged([[head, "按性別劃分", "男 % 52.00", *body(n), "員工總數 人 870"] for n in range(1, 8)])
    assert set(lines.roles) == {"text"}


def test_what_recurs_in_one_part_of_the_report_only_stays_text() -> None:
    lines = paged([[*(["附表（续）"] if n > 16 else []), *body(n)] for n in range(1, 21)])
    assert set(lines.roles) == {"text"}


def test_lone_values_are_no_page_numbers() -> None:
    inside = paged(
        [[*body(n), str(n), *body(n + 50)] for n in range(1, 8)]
    )  # counts the pages, in their middle
    at_edge = paged([[*body(n), value] for n, value in enumerate(["0", "11", "870", "3", "76", "42", "0"])])
    assert set(inside.roles) | set(at_edge.roles) == {"text"}


def test_navigation_is_marked_where_columns_moved_it_into_a_page() -> None:
    menu = ["关于我们", "可持续管理", "普惠金融", "合作伙伴", "雇佣责任"]
    pages = [[*body(n), " ".join(menu)] for n in range(1, 9)]
    pages.append([*body(9), *menu, *body(10), " ".join(menu[1:4]), *body(11)])
    pages.append([*body(12), "普惠金融", *body(13), "合作伙伴", "可持续管理", "雇佣责任", *body(14)])
    lines = paged(pages)
    assert roles_of(lines, " ".join(menu)) == ["running"] * 8
    assert roles_of(lines, "可持续管理 普惠金融 合作伙伴") == ["running"]
    assert roles_of(lines, "关于我们") == ["running"]
    assert roles_of(lines, "普惠金融") == ["running", "text"]  # a heading
    assert roles_of(lines, "合作伙伴") == ["running", "text"]  # chapters in another order, as in an index


def test_without_pages_nothing_is_running_but_the_title_of_the_report() -> None:
    title = "某某公司 2021年环境、社会及管治报告"
    lines = read_lines(
        "\n".join(line for n in range(4) for line in ["员工", *body(n), f"第{n}章 {title}", str(n)])
    )
    assert [role for role in lines.roles if role != "text"] == ["running"] * 4
    assert roles_of(lines, f"第2章 {title}") == ["running"]


def test_navigation_and_titles_of_real_texts() -> None:
    running = {
        name: [text for text, role in zip(lines.texts, lines.roles, strict=True) if role == "running"]
        for name in ("finvolution-2021", "jiayin-2021", "vcredit-2024", "bairong-2020", "jiayin-2023")
        for lines in [raw_lines(f"{name}-esg.txt")]
    }
    assert {name: len(texts) for name, texts in running.items()} == {
        "finvolution-2021": 123,
        "jiayin-2021": 4,
        "vcredit-2024": 285,
        "bairong-2020": 0,
        "jiayin-2023": 0,
    }
    # Chapter names, and the year in a title, but no value.
    assert set(re.findall(r"\d+", "\n".join(itertools.chain(*running.values())))) == {"2021"}


def test_table_heads_of_a_real_text_stay_text() -> None:
    lines = raw_lines("vcredit-2024-esg.txt")
    assert roles_of(lines, "指標 單位 2022 年 2023 年 2024 年") == ["text"] * 5
    assert roles_of(lines, "按性別劃分") == ["text"] * 7


@pytest.mark.slow
def test_the_largest_file_is_read_in_reasonable_time() -> None:
    line = "員工總數 人 762 856 870\n\n"
    count = MAX_REPORT_BYTES // len(line.encode())
    started = time.process_time()
    lines = read_lines(decode((line * count).encode(), "huge.txt").text)
    assert len(lines.texts) == 2 * count
    assert time.process_time() - started < 10


def test_a_menu_with_a_rising_number_after_it_is_running_though_pages_are_missing() -> None:
    menu = "关于我们 治理之基 绿色之路 服务之本 附录"
    pages = [[*body(page, 3), menu, str(number)] for page, number in enumerate((4, 8, 17, 29))]
    lines = read_lines("\n".join(itertools.chain(*pages)))
    assert [role for role in lines.roles if role != "text"] == ["running", "page_number"] * 4
    falling = [[*body(page, 3), menu, str(number)] for page, number in enumerate((29, 17, 8, 4))]
    assert set(read_lines("\n".join(itertools.chain(*falling))).roles) == {"text"}


def test_a_title_with_a_rising_page_number_is_running_though_no_pages_are_kept() -> None:
    pages = [[*body(page, 3), "某某公司", f"{number} 某某公司"] for page, number in enumerate((2, 4, 6, 8))]
    lines = read_lines("\n".join(itertools.chain(*pages)))
    assert [role for role in lines.roles if role != "text"] == ["running"] * 8
    values = [[*body(page, 3), f"新增供应商 {number}"] for page, number in enumerate((2, 14, 6, 80))]
    assert set(read_lines("\n".join(itertools.chain(*values))).roles) == {"text"}


def test_a_menu_on_one_line_is_running_where_it_recurs_from_the_front_to_the_back() -> None:
    menu = "关于我们 治理之基 绿色之路 服务之本"
    everywhere = list(itertools.chain(*[[menu, *body(page, 5)] for page in range(8)]))
    assert set(roles_of(read_lines("\n".join(everywhere)), menu)) == {"running"}
    in_front = [*[menu] * 8, *itertools.chain(*[body(page, 5) for page in range(8)])]
    assert set(roles_of(read_lines("\n".join(in_front)), menu)) == {"text"}

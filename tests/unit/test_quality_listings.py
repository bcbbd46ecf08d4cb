"""Board and index against the figures: what agrees, what does not, and what cannot be told."""

from typing import Any

import polars as pl
from quality_frames import datapoint, disclosures, failed, reports

from pipelines.catalogue import load_catalogue
from pipelines.extraction.board import BOARD_MEMBERS
from pipelines.extraction.standards import STANDARD_INDEX
from pipelines.quality import Finding
from pipelines.quality.listings import board_table, promised_not_disclosed

REPORT = "acme-2021"


def board(*genders: str | None) -> pl.DataFrame:
    rows = [
        {"report_id": REPORT, "name": f"董事{i}", "gender": gender, "line_no": i}
        for i, gender in enumerate(genders, start=1)
    ]
    return pl.DataFrame(rows, schema=BOARD_MEMBERS)


def judged(members: pl.DataFrame, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    return failed(board_table(disclosures(*rows), members, reports(REPORT)))


def index(*entries: tuple[str, str, str | None, str | None]) -> pl.DataFrame:
    rows = [
        {
            "report_id": REPORT,
            "framework": framework,
            "code": code,
            "chapter": chapter,
            "page_ref": page,
            "line_no": i,
        }
        for i, (framework, code, chapter, page) in enumerate(entries, start=1)
    ]
    return pl.DataFrame(rows, schema=STANDARD_INDEX)


def missing(entries: pl.DataFrame, *rows: dict[str, Any]) -> list[Finding]:
    return list(promised_not_disclosed(disclosures(*rows), entries, load_catalogue()))


# --- board ---


def test_a_share_that_rounds_to_the_tables_agrees() -> None:
    members = board("male", "female", "male")
    assert judged(members, datapoint("female_director_share", "33.33%", 9)) == []
    assert judged(members, datapoint("female_director_share", "33%", 9)) == []


def test_another_share_is_flagged_with_what_the_table_says() -> None:
    (row,) = judged(board("male", "female", "male"), datapoint("female_director_share", "20%", 9))
    assert (row["rule_code"], round(row["expected"], 2), row["observed"]) == ("board_table", 33.33, 20.0)
    assert row["flagged"] == row["disclosure_ids"] != []
    assert "20 " in row["message"] or "20%" in row["message"]


def test_another_size_is_flagged() -> None:
    members = board("male", "female", None)
    assert judged(members, datapoint("board_size", "3", 9)) == []
    (row,) = judged(members, datapoint("board_size", "8", 9))
    assert (row["expected"], row["observed"]) == (3.0, 8.0)


def test_a_share_is_not_compared_where_a_gender_is_unknown_or_the_year_is_another() -> None:
    share = datapoint("female_director_share", "20%", 9)
    assert judged(board("male", "female", None), share) == []
    assert judged(board("male", "female"), share | {"fiscal_year": 2020}) == []
    assert judged(board(), share) == []


# --- index ---


def test_a_code_without_a_number_behind_it_is_found_once() -> None:
    entries = index(("GRI", "305-2", "能源管理", "P72"), ("GRI", "305-2", "能源管理", None))
    (finding,) = missing(entries)
    assert (finding.rule_code, finding.severity, finding.key) == (
        "promised_not_disclosed",
        "info",
        "GRI|305-2",
    )
    assert "能源管理, P72 (line 1)" in finding.message
    assert "ghg_scope2" in finding.message


def test_a_number_answers_for_its_code_and_its_topic() -> None:
    entries = index(
        ("GRI", "305-2", "能源管理", None), ("GRI", "305", "能源管理", None), ("HKEX", "A1.2", None, "P3")
    )
    assert missing(entries, datapoint("ghg_scope2", "5", 9)) == []
    assert len(missing(entries, datapoint("ghg_scope2", "-", 9))) == 3


def test_a_code_that_asks_for_words_promises_no_number() -> None:
    assert missing(index(("HKEX", "B6.3", "知识产权", "P9"), ("GRI", "403-6", "健康", "P8"))) == []
    assert len(missing(index(("HKEX", "B6.2", "投诉", "P9")))) == 1


def test_every_code_that_asks_for_words_is_one_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    metrics = catalogue.metrics.values()
    codes = {("GRI", each.gri) for each in metrics} | {("HKEX", each.hkex) for each in metrics}
    assert catalogue.narratives - codes == set()


def test_not_applicable_is_an_answer() -> None:
    row = datapoint("packaging_material", "-", 9) | {"status": "not_applicable"}
    assert missing(index(("HKEX", "A2.5", "关键绩效表", "P68")), row) == []


def test_entries_that_promise_nothing_are_left_alone() -> None:
    nothing = [
        ("/", None),
        (None, None),
        ("不适用", None),
        ("请参阅公司年报", None),
        ("關鍵績效", "/"),
        (None, "-"),
    ]
    assert missing(index(*(("GRI", "305-2", chapter, page) for chapter, page in nothing))) == []
    assert missing(index(("GRI", "2-23", "ESG 管理", "P3"), ("SDG", "SDG13", "低碳", None))) == []

"""Accuracy of board, index and targets: what counts as right."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.evaluation_listings import ListingAccuracy, evaluate_listings

MEMBER = {"name": "张三", "gender": "男", "age": 53, "position": "董事", "line": 3}
ENTRY = {
    "framework": "GRI",
    "code": "305-1",
    "title": "直接（范围 1）排放",
    "chapter": "能源",
    "page": "P3",
    "line": 9,
}
TARGET = {
    "text": "2050 年实现碳中和",
    "line": 7,
    "value": None,
    "unit": "",
    "target_year": 2050,
    "base_year": None,
}
ROWS: dict[str, dict[str, Any]] = {
    "fct_board_member": {
        "name": "张三",
        "gender": "male",
        "age": 53,
        "position": "董事",
        "nationality": None,
        "education": None,
        "line_no": 3,
    },
    "fct_standard_index": {
        "framework": "GRI",
        "code": "305-1",
        "title": "直接（范围1）排放",
        "chapter": None,
        "page_ref": "P3",
        "line_no": 9,
    },
    "fct_target": {
        "text": "我们承诺2050年实现碳中和",
        "value": None,
        "unit": None,
        "base_year": None,
        "target_year": 2050,
        "line_no": 7,
    },
}
MARTS = {
    "fct_board_member": "name text, gender text, age int, position text, nationality text, education text,"
    " line_no int",
    "fct_standard_index": "framework text, code text, title text, chapter text, page_ref text, line_no int",
    "fct_target": "text text, value double, unit text, base_year int, target_year int, line_no int",
}


def judged(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> ListingAccuracy:
    tables = {"board": [MEMBER], "standard_index": [ENTRY]}
    (folder / "acme.tables.json").write_text(json.dumps(tables), encoding="utf-8")
    (folder / "acme.targets.jsonl").write_text(json.dumps(TARGET), encoding="utf-8")
    with duckdb.connect(str(folder / "esg.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_report as select 'acme' as report_id, 'abc' as sha256")
        for mart, columns in MARTS.items():
            connection.execute(f"create table marts.{mart} (report_id text, {columns})")
            for row in rows.get(mart, []):
                names = ", ".join(["report_id", *row])
                places = ", ".join("?" for _ in range(len(row) + 1))
                values = ["acme", *row.values()]
                connection.execute(f"insert into marts.{mart} ({names}) values ({places})", values)
    return evaluate_listings(folder / "esg.duckdb", folder, {"acme": "abc"})[0]


def shares(accuracy: ListingAccuracy) -> tuple[float | None, ...]:
    return accuracy.board_right, accuracy.index_right, accuracy.index_placed, accuracy.target_right


def test_rows_that_say_what_the_labels_say_are_right(tmp_path: Path) -> None:
    assert shares(judged(tmp_path, {mart: [row] for mart, row in ROWS.items()})) == (1, 1, 1, 1)


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    assert shares(judged(tmp_path, {})) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("mart", "change", "expected"),
    [
        ("fct_board_member", {"age": 54}, (0, 1, 1, 1)),
        ("fct_board_member", {"education": "硕士"}, (0, 1, 1, 1)),
        ("fct_board_member", {"position": None}, (0, 1, 1, 1)),
        ("fct_board_member", {"line_no": 4}, (0, 1, 1, 1)),
        ("fct_standard_index", {"title": None}, (1, 0, 0, 1)),
        ("fct_standard_index", {"code": "305-2"}, (1, 0, 0, 1)),
        ("fct_standard_index", {"page_ref": None}, (1, 1, 0, 1)),
        ("fct_standard_index", {"page_ref": None, "chapter": "能源"}, (1, 1, 1, 1)),
        ("fct_target", {"target_year": 2060}, (1, 1, 1, 0)),
        ("fct_target", {"value": 30.0, "unit": "percent"}, (1, 1, 1, 0)),
        ("fct_target", {"text": "实现净零"}, (1, 1, 1, 0)),
    ],
)
def test_every_field_counts(
    tmp_path: Path, mart: str, change: dict[str, Any], expected: tuple[float, ...]
) -> None:
    rows = {name: [row | change if name == mart else row] for name, row in ROWS.items()}
    assert shares(judged(tmp_path, rows)) == expected


def test_a_director_too_many_counts_against(tmp_path: Path) -> None:
    member = ROWS["fct_board_member"]
    assert judged(tmp_path, {"fct_board_member": [member, member | {"name": "李四"}]}).board_right == 0.5

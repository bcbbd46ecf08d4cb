"""Accuracy against hand-labelled datapoints: found, exact, precise, and what does not count."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.evaluation import Accuracy, LabelsError, evaluate, evaluate_and_print, misses, print_misses

LABEL: dict[str, Any] = {
    "id": "acme-2023-0001", "report": "acme-2023", "line": 7, "raw_value": "3,100", "status": "reported",
    "value": 3100, "unit_raw": "吨", "unit": "m3", "canonical_value": 3100, "label_raw": "用水总量",
    "label_line": 7, "metric": "water_consumption", "dims": {}, "year": 2023, "basis": "duration",
    "qualifier": "exact", "kind": "table", "set_id": "", "set_rule": "", "hard": False,
    "confidence": "certain", "note": "",
}  # fmt: skip
ROW: dict[str, Any] = {
    "disclosure_id": "d1", "report_id": "acme", "line_no": 7, "layout": "table", "status": "reported",
    "value": 3100.0, "value_printed": 3100.0, "metric_code": "water_consumption", "breakdown": None,
    "member": None, "fiscal_year": 2023, "raw_value": "3,100", "label_raw": "用水总量",
}  # fmt: skip
SHARE = LABEL | {
    "raw_value": "54%", "value": 54, "unit": "percent", "canonical_value": 54, "metric": "employees_share",
    "dims": {"gender": "male"},
}  # fmt: skip
SHARE_ROW = ROW | {
    "value": 54.0, "value_printed": 54.0, "metric_code": "employees_share", "breakdown": "gender",
    "member": "male",
}  # fmt: skip
OTHER = LABEL | {"metric": "x_green_desks", "unit": "count", "value": 5, "canonical_value": 5}
OTHER_ROW = ROW | {"metric_code": None, "value": 5.0, "value_printed": 5.0}


MARTS = {
    "fct_board_member": "name text, gender text, age int, position text, nationality text, education text",
    "fct_standard_index": "framework text, code text, title text, chapter text, page_ref text",
    "fct_target": "text text, value double, unit text, base_year int, target_year int",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, labels: list[dict[str, Any]], rows: list[dict[str, Any]]) -> tuple[Path, Path]:
    (folder / "manifest.csv").write_text("gold,sha256\nacme-2023.jsonl,abc\n")
    text = "".join(json.dumps(label, ensure_ascii=False) + "\n" for label in labels)
    (folder / "acme-2023.jsonl").write_text(text, encoding="utf-8")
    warehouse = folder / "esg.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_report as select 'acme' as report_id, 'abc' as sha256")
        connection.execute(
            "create table marts.fct_disclosure (disclosure_id text, report_id text, line_no int, layout text,"
            " status text, value double, value_printed double, metric_code text, breakdown text, member text,"
            " fiscal_year int, raw_value text, label_raw text)"
        )
        for mart, columns in MARTS.items():
            connection.execute(f"create table marts.{mart} (report_id text, line_no int, {columns})")
        for row in rows:
            places = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into marts.fct_disclosure ({', '.join(row)}) values ({places})", list(row.values())
            )
    return warehouse, folder


def judged(folder: Path, labels: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Accuracy:
    report, total = evaluate(*write(folder, labels, rows))
    assert (report.report, total.report) == ("acme-2023", "all")
    return report


def faults(folder: Path, label: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    return [fault for _, _, found in misses(*write(folder, [label], rows)) for fault in found]


# --- found and exact ---


def test_a_right_row_is_found_exact_and_precise(folder: Path) -> None:
    accuracy = judged(folder, [LABEL], [ROW])
    assert (accuracy.tabular_labels, accuracy.tabular_found, accuracy.tabular_exact) == (1, 1.0, 1.0)
    assert accuracy.tabular_precision == 1.0


@pytest.mark.parametrize(
    "change", [{"line_no": 8}, {"value": 3101.0}, {"status": "not_disclosed", "value": None}]
)
def test_another_line_value_or_status_is_not_found(folder: Path, change: dict[str, Any]) -> None:
    accuracy = judged(folder, [LABEL], [ROW | change])
    assert (accuracy.tabular_found, accuracy.tabular_exact, accuracy.tabular_precision) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"metric_code": "paper_consumption"}, "metric"),
        ({"metric_code": None}, "metric"),
        ({"fiscal_year": 2022}, "year"),
        ({"fiscal_year": None}, "year"),
        ({"breakdown": "gender", "member": "male"}, "member"),
    ],
)
def test_a_wrong_metric_year_or_member_is_found_but_not_exact(
    folder: Path, change: dict[str, Any], fault: str
) -> None:
    assert faults(folder, LABEL, [ROW | change]) == [fault]


def test_accuracy_counts_found_and_exact_apart(folder: Path) -> None:
    accuracy = judged(folder, [LABEL], [ROW | {"fiscal_year": 2022}])
    assert (accuracy.tabular_found, accuracy.tabular_exact, accuracy.tabular_precision) == (1.0, 0.0, 0.0)


def test_what_is_not_there_is_missing(folder: Path) -> None:
    assert faults(folder, LABEL, []) == ["missing"]


def test_values_are_compared_with_a_ten_thousandth(folder: Path) -> None:
    assert judged(folder, [LABEL], [ROW | {"value": 3100.2}]).tabular_exact == 1.0


def test_the_member_counts(folder: Path) -> None:
    assert judged(folder, [SHARE], [SHARE_ROW]).tabular_exact == 1.0


def test_a_label_of_several_members_is_met_by_one_of_them(folder: Path) -> None:
    label = SHARE | {"dims": {"gender": "male", "level": "senior", "scope_note": "上海"}}
    assert judged(folder, [label], [SHARE_ROW]).tabular_exact == 1.0


@pytest.mark.parametrize("status", ["not_disclosed", "not_applicable"])
def test_the_ways_to_print_no_number_must_agree(folder: Path, status: str) -> None:
    label = LABEL | {"status": status, "value": None, "canonical_value": None, "raw_value": "/"}
    row = ROW | {"status": status, "value": None, "value_printed": None}
    assert judged(folder, [label], [row]).tabular_exact == 1.0


def test_a_way_to_print_no_number_is_not_another(folder: Path) -> None:
    label = LABEL | {"status": "not_disclosed", "value": None, "canonical_value": None, "raw_value": "/"}
    row = ROW | {"status": "not_applicable", "value": None, "value_printed": None}
    assert faults(folder, label, [row]) == ["missing"]


@pytest.mark.parametrize(
    ("metric", "unit", "labelled", "value"),
    [
        ("energy_total", "kWh", 3_100_000, 3100.0),
        ("ghg_intensity_revenue", "tCO2e_per_RMB_100million", 35.02, 0.3502),
        ("registered_users", "household", 826_000, 826_000.0),
    ],
)
def test_labels_in_other_units_are_converted(
    folder: Path, metric: str, unit: str, labelled: float, value: float
) -> None:
    label = LABEL | {"metric": metric, "unit": unit, "canonical_value": labelled}
    row = ROW | {"metric_code": metric, "value": value}
    assert judged(folder, [label], [row]).tabular_exact == 1.0


# --- pairs ---


def test_every_row_answers_one_label(folder: Path) -> None:
    accuracy = judged(folder, [LABEL, LABEL | {"id": "acme-2023-0002"}], [ROW])
    assert (accuracy.tabular_labels, accuracy.tabular_exact) == (2, 0.5)


def test_labels_of_equal_values_get_the_rows_that_fit_best(folder: Path) -> None:
    labels = [SHARE, SHARE | {"id": "acme-2023-0002", "dims": {"gender": "female"}}]
    rows = [SHARE_ROW | {"disclosure_id": "d2", "member": "female"}, SHARE_ROW]
    assert judged(folder, labels, rows).tabular_exact == 1.0


def test_a_row_that_no_label_confirms_costs_precision(folder: Path) -> None:
    accuracy = judged(folder, [LABEL], [ROW, ROW | {"disclosure_id": "d2", "line_no": 9}])
    assert (accuracy.tabular_exact, accuracy.tabular_precision) == (1.0, 0.5)


# --- what counts apart, or not at all ---


@pytest.mark.parametrize("change", [{"confidence": "ambiguous"}, {"note": "borderline: not a KPI"}])
def test_what_a_careful_reader_cannot_decide_counts_neither_way(folder: Path, change: dict[str, Any]) -> None:
    accuracy = judged(folder, [LABEL | change], [ROW])
    assert (accuracy.tabular_labels, accuracy.tabular_found, accuracy.tabular_precision) == (0, None, None)


def test_sentences_count_apart_from_tables(folder: Path) -> None:
    accuracy = judged(folder, [LABEL | {"kind": "narrative"}], [ROW | {"layout": "narrative"}])
    assert (accuracy.tabular_labels, accuracy.narrative_labels, accuracy.narrative_exact) == (0, 1, 1.0)
    assert accuracy.tabular_precision is None


@pytest.mark.parametrize("kind", ["table", "card", "chart"])
def test_tables_cards_and_charts_count_together(folder: Path, kind: str) -> None:
    assert judged(folder, [LABEL | {"kind": kind}], [ROW]).tabular_exact == 1.0


def test_labels_outside_the_catalogue_are_met_by_unmapped_rows(folder: Path) -> None:
    accuracy = judged(folder, [OTHER], [OTHER_ROW])
    assert (accuracy.tabular_labels, accuracy.other_tabular_found) == (0, 1.0)
    assert (accuracy.unmapped_rows, accuracy.unmapped_real) == (1, 1.0)


def test_an_unmapped_row_that_is_no_datapoint_shows(folder: Path) -> None:
    accuracy = judged(folder, [], [OTHER_ROW])
    assert (accuracy.unmapped_rows, accuracy.unmapped_real, accuracy.tabular_precision) == (1, 0.0, None)


def test_a_report_that_the_warehouse_lacks_is_missed_as_a_whole(folder: Path) -> None:
    warehouse, labels = write(folder, [LABEL], [ROW])
    (labels / "manifest.csv").write_text("gold,sha256\nacme-2023.jsonl,other\n")
    assert evaluate(warehouse, labels)[0].tabular_found == 0.0


def test_all_reports_are_added_up(folder: Path) -> None:
    warehouse, labels = write(folder, [LABEL], [ROW])
    (labels / "beta-2023.jsonl").write_text(json.dumps(LABEL) + "\n")
    (labels / "manifest.csv").write_text("gold,sha256\nacme-2023.jsonl,abc\nbeta-2023.jsonl,other\n")
    assert [(each.report, each.tabular_exact) for each in evaluate(warehouse, labels)] == [
        ("acme-2023", 1.0),
        ("beta-2023", 0.0),
        ("all", 0.5),
    ]


# --- errors and print ---


def test_a_folder_without_a_manifest_is_an_error(folder: Path) -> None:
    warehouse, _ = write(folder, [LABEL], [ROW])
    (folder / "manifest.csv").unlink()
    with pytest.raises(LabelsError, match=r"no manifest.csv with the columns gold, sha256"):
        evaluate(warehouse, folder)


def test_the_figures_are_printed_for_every_report_and_all(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_and_print(*write(folder, [LABEL], [ROW]))
    assert {"acme-2023", "all"} <= set(capsys.readouterr().out.split())


def test_misses_are_listed_with_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse, labels = write(folder, [LABEL], [ROW | {"fiscal_year": ROW["fiscal_year"] - 1}])
    print_misses(warehouse, labels)
    assert [line.split("│")[-1].strip() for line in capsys.readouterr().out.splitlines()][-1] == "year"

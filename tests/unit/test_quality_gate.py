"""The gate as a whole: what Great Expectations judges becomes findings, statuses and what blocks."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from quality_frames import NOW, datapoint, disclosures, lines, reports, share

from pipelines.catalogue import load_catalogue
from pipelines.quality import EXPECTATIONS, FINDINGS, GATED, Finding, GateResult, SuiteError, gate
from pipelines.quality.judges import judge


@pytest.fixture
def expectations(tmp_path: Path) -> Path:
    """The suites of the project, without its acknowledgements."""
    folder = tmp_path / "expectations"
    folder.mkdir()
    for suite in EXPECTATIONS.glob("*.json"):
        shutil.copy(suite, folder)
    return folder


def run(frame: pl.DataFrame, expectations: Path, **other: Any) -> GateResult:
    usual: dict[str, Any] = {"published": None, "data_docs": None, "run_id": "r1", "now": NOW}
    intake = other.pop("intake", [])
    text = other.pop("text", lines(frame))
    return gate(
        frame, text, reports("acme-2021"), intake, load_catalogue(),
        expectations=expectations, **(usual | other),
    )  # fmt: skip


def statuses(result: GateResult) -> list[str]:
    return result.disclosures["quality_status"].to_list()


def rules(result: GateResult) -> list[str]:
    return result.findings["rule_code"].to_list()


SOUND = [share("54", 1, "gender", "male"), share("46", 2, "gender", "female"), datapoint("revenue", "/", 3)]
UNSOUND = [share("54", 1, "gender", "male"), share("41", 2, "gender", "female"), datapoint("revenue", "7", 3)]


def test_sound_datapoints_pass(expectations: Path) -> None:
    result = run(disclosures(*SOUND), expectations)
    assert (result.disclosures.schema, result.findings.schema) == (GATED, FINDINGS)
    assert statuses(result) == ["passed"] * 3
    assert (result.findings.height, result.blocking) == (0, ())


def test_a_set_that_does_not_close_is_quarantined_and_does_not_block(expectations: Path) -> None:
    result = run(disclosures(*UNSOUND), expectations)
    assert statuses(result) == ["quarantined", "quarantined", "passed"]
    assert result.blocking == ()
    (finding,) = result.findings.to_dicts()
    assert (finding["rule_code"], finding["severity"], finding["expected"], finding["observed"]) == (
        "sum100", "error", 100, 95,
    )  # fmt: skip
    assert finding["message"] == (
        "acme-2021: employees_share of 2021 by gender on lines 1, 2 totals 95 where 100 is expected "
        "(rounding allows 1); look for a member that is missing, read twice or misprinted."
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"value": 120.0, "value_printed": 120.0}, "percent_range"),
        ({"value": -1.0, "value_printed": -1.0}, "percent_range"),
        ({"fiscal_year": 1989}, "year_range"),
        ({"fiscal_year": 2023}, "year_range"),
    ],
)
def test_an_impossible_number_is_quarantined(expectations: Path, change: dict[str, Any], rule: str) -> None:
    result = run(disclosures(datapoint("turnover_rate", "12", 1, **change)), expectations)
    assert (rules(result), statuses(result), result.blocking) == ([rule], ["quarantined"], ())


@pytest.mark.parametrize(
    "sound",
    [
        datapoint("revenue_growth", "120", 1),
        datapoint(None, "120", 1),
        datapoint("patents", "7", 1, fiscal_year=2022),
    ],
)
def test_growth_unmapped_numbers_and_the_year_after_the_report_are_in_range(
    expectations: Path, sound: dict[str, Any]
) -> None:
    assert statuses(run(disclosures(sound), expectations)) == ["passed"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"raw_value": "13"}, "evidence_on_line"),
        ({"evidence": "something else"}, "evidence_on_line"),
        ({"line_no": 99}, "evidence_on_line"),
        ({"metric_code": "no_such_metric"}, "unit_known"),
        ({"unit": "person"}, "unit_known"),
        ({"status": "unknown"}, "vocabulary"),
        ({"qualifier": None}, "vocabulary"),
        ({"layout": "picture"}, "vocabulary"),
        ({"value": None}, "value_status"),
        ({"status": "not_disclosed"}, "value_status"),
    ],
)
def test_a_broken_extraction_blocks(expectations: Path, change: dict[str, Any], rule: str) -> None:
    sound = datapoint("turnover_rate", "12", 1)
    result = run(disclosures(sound | change), expectations, text=lines(disclosures(sound)))
    assert rule in rules(result)
    assert statuses(result) == ["quarantined"]
    assert any(message.startswith(f"{rule}: acme-2021: line ") for message in result.blocking)


def test_two_datapoints_with_one_id_block(expectations: Path) -> None:
    twice = disclosures(datapoint("turnover_rate", "12", 1), datapoint("turnover_rate", "12", 1))
    result = run(twice, expectations, text=lines(twice.head(1)))
    findings = result.findings.filter(rule_code="identity")
    assert findings["finding_id"].n_unique() == findings.height == 2
    assert "identity: acme-2021: line 1 is read as 12 " in result.blocking[0]


def test_what_blocks_is_named_by_its_first_examples(expectations: Path) -> None:
    rows = [datapoint("turnover_rate", "12", line, raw_value="13") for line in range(1, 6)]
    result = run(disclosures(*rows), expectations)
    assert len(result.blocking) == 4
    assert result.blocking[-1] == "evidence_on_line: and 2 more like these"


def test_other_columns_than_agreed_are_refused(expectations: Path) -> None:
    with pytest.raises(pl.exceptions.SchemaError, match="expected the columns"):
        run(disclosures(*SOUND).drop("decimals"), expectations, text=lines(disclosures(*SOUND)))
    with pytest.raises(pl.exceptions.SchemaError, match="needs a disclosure_id"):
        run(disclosures(*SOUND).with_columns(disclosure_id=pl.lit(None, pl.String)), expectations)


def test_a_report_without_datapoints_passes(expectations: Path) -> None:
    result = run(disclosures(), expectations)
    assert (result.disclosures.height, result.findings.height, result.blocking) == (0, 0, ())


# --- expectations ---


def test_a_check_that_could_not_run_blocks_and_says_so(expectations: Path) -> None:
    suite = json.loads((expectations / "checks.json").read_text(encoding="utf-8"))
    suite["expectations"][0]["kwargs"]["column_B"] = "no_such_column"
    (expectations / "checks.json").write_text(json.dumps(suite), encoding="utf-8")
    result = run(disclosures(*SOUND), expectations)
    (message,) = result.blocking
    assert message.startswith("The check is broken, not the data: ")
    assert "for sum100 in checks.json" in message
    assert 'The column "no_such_column" in BatchData does not exist' in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not a readable suite"),
        ('{"name": "checks", "expectations": [{"type": "x"}]}', "expectation 1: meta must name a rule_code"),
        (
            '{"name": "checks", "expectations": '
            '[{"type": "expect_x", "kwargs": {}, "meta": {"rule_code": "sum100"}}]}',
            "there is no expectation expect_x",
        ),
        (
            '{"name": "checks", "expectations": [{"type": "expect_column_values_to_be_unique", '
            '"kwargs": {"columns": "a"}, "meta": {"rule_code": "sum100"}}]}',
            "is not a valid suite: .*ExpectColumnValuesToBeUnique",
        ),
    ],
)
def test_a_malformed_suite_is_an_error(expectations: Path, content: str, message: str) -> None:
    (expectations / "checks.json").write_text(content, encoding="utf-8")
    with pytest.raises(SuiteError, match=message):
        run(disclosures(*SOUND), expectations)


def test_every_derived_rule_has_its_judge() -> None:
    """A rule that no expectation judges would pass everything, silently."""
    suite = json.loads((EXPECTATIONS / "checks.json").read_text(encoding="utf-8"))
    judged = [expectation["kwargs"]["row_condition"]["parameter"] for expectation in suite["expectations"]]
    assert judged == [
        "sum100",
        "parts_to_total",
        "scope_sum",
        "intensity_base",
        "repeated_fact",
        "restatement",
        "components_sum",
        "group_mean",
        "count_share",
        "whole_members",
        "stated_change",
        "scale_jump",
        "emission_factor",
        "perimeter_change",
        "board_table",
        "coverage_drop",
    ]


def test_a_statement_that_could_not_be_computed_does_not_hold() -> None:
    checks = pl.DataFrame(
        {
            "row_id": ["holds", "fails", "unknown"],
            "rule_code": ["sum100"] * 3,
            "tolerance": [1.0, 1.0, 1.0],
            "deviation": [1.0, 2.0, None],
        }
    )
    (failure,) = judge({"checks": checks}, EXPECTATIONS, None, "r1", NOW).failures
    assert (failure.rule_code, failure.row_ids) == ("sum100", ("fails", "unknown"))


def test_the_page_shows_both_suites_and_what_failed(expectations: Path, tmp_path: Path) -> None:
    run(disclosures(*UNSOUND), expectations, data_docs=tmp_path / "data_docs")
    page = (tmp_path / "data_docs" / "index.html").read_text(encoding="utf-8")
    for suite in ("checks", "disclosures"):
        assert f'<h2 id="{suite}">{suite}: ' in page
    assert "<td>FAILED</td>" in page
    assert "<td>critical</td>" in page
    assert "http" not in page.split("<body>")[1]


# --- findings ---


def test_a_finding_keeps_its_id_when_lines_move(expectations: Path) -> None:
    moved = [
        row | {"line_no": row["line_no"] + 7, "disclosure_id": f"new {row['line_no']}"} for row in UNSOUND
    ]
    one, other = (
        run(disclosures(*rows), expectations).findings["finding_id"].to_list() for rows in (UNSOUND, moved)
    )
    assert one == other


def test_two_sets_with_the_same_defect_are_two_findings(expectations: Path) -> None:
    again = [row | {"set_id": "again", "disclosure_id": f"again {row['line_no']}"} for row in UNSOUND]
    findings = run(disclosures(*UNSOUND, *again), expectations).findings.filter(rule_code="sum100")
    assert findings["finding_id"].n_unique() == findings.height == 2


def test_the_age_of_a_finding_comes_from_the_published_warehouse(expectations: Path, tmp_path: Path) -> None:
    first = run(disclosures(*UNSOUND), expectations).findings["finding_id"][0]
    with duckdb.connect(tmp_path / "esg.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_quality_finding as select ? as finding_id, ?::timestamp as first_seen_at",
            [first, "2024-05-06 07:08:09"],
        )
    result = run(disclosures(*UNSOUND), expectations, published=tmp_path / "esg.duckdb")
    assert result.findings["first_seen_at"].to_list() == [datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)]


def test_findings_of_the_intake_are_passed_on(expectations: Path) -> None:
    rejected = Finding("rejected_file", "warning", "a.txt", (), None, None, "a.txt is empty")
    result = run(disclosures(*SOUND), expectations, intake=[rejected])
    assert result.findings.select("finding_id", "message", "first_seen_at", "run_id").rows() == [
        (rejected.finding_id, "a.txt is empty", NOW, "r1")
    ]


def acknowledge(expectations: Path, expect: str) -> None:
    (expectations / "acknowledged.yml").write_text(
        f"- {{rule: sum100, report: acme-2021, lines: [1, 2], expect: {expect}, reason: Misprinted.}}\n"
    )


def test_an_acknowledged_finding_stays_with_its_effect(expectations: Path) -> None:
    acknowledge(expectations, "95")
    result = run(disclosures(*UNSOUND), expectations)
    assert result.findings.select("rule_code", "acknowledged").rows() == [("sum100", True)]
    assert statuses(result) == ["quarantined", "quarantined", "passed"]


def test_an_acknowledgement_that_no_longer_fits_is_a_finding(expectations: Path) -> None:
    acknowledge(expectations, "96")
    result = run(disclosures(*UNSOUND), expectations)
    assert result.findings.select("rule_code", "severity", "acknowledged").rows() == [
        ("stale_acknowledgement", "error", False),
        ("sum100", "error", False),
    ]


def test_an_acknowledged_drop_of_coverage_does_not_block(expectations: Path, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "esg.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_report as select 'acme-2021' report_id, 'sha of acme-2021' sha256"
        )
        connection.execute(
            "create table marts.fct_disclosure as select 'acme-2021' report_id, 'revenue' metric_code, "
            "'reported' status from range(9)"
        )
    published = tmp_path / "esg.duckdb"
    (message,) = run(disclosures(*SOUND), expectations, published=published).blocking
    assert message.startswith("coverage_drop: acme-2021: 2 catalogued datapoints where 9 are published")
    (expectations / "acknowledged.yml").write_text(
        "- {rule: coverage_drop, report: acme-2021, expect: 2, reason: The others were misread.}\n"
    )
    assert run(disclosures(*SOUND), expectations, published=published).blocking == ()

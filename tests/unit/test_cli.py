"""The command line: what it prints, its exit codes, and what it does not load."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import REAL_TEXTS, Built, report_text
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.publish import export_excel

HEAVY = ("dagster", "dbt", "great_expectations", "polars", "pandas")


def esg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["findings"], ["query", "select 1"]])
def test_looking_loads_nothing_heavy(arguments: list[str], two_reports: Built) -> None:
    if arguments != ["--help"]:
        arguments = [*arguments, "--warehouse", str(two_reports.warehouse.target)]
    code = f"""
import sys
from pipelines.cli import app
app({arguments!r}, standalone_mode=False)
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded {{loaded}}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        *(
            "build",
            "status",
            "findings",
            "explain",
            "query",
            "export",
            "add",
            "docs",
            "evaluate",
            "dictionary",
        ),
        *("serve", "rollback", "alerts"),
    ],
)
def test_every_command_has_help(command: str) -> None:
    assert esg(command, "--help").exit_code == 0


def test_status_says_what_is_published(two_reports: Built) -> None:
    result = esg("status", "--warehouse", two_reports.warehouse.target)
    assert result.exit_code == 0
    assert "2 reports of 2 companies" in result.output
    assert "bairong-2020-esg.txt" in result.output


def test_query_shows_chinese_in_columns_of_the_right_width(two_reports: Built) -> None:
    result = esg(
        "query",
        "select '中文' as a, 1 as b union all select 'x', 22",
        "--warehouse",
        two_reports.warehouse.target,
    )
    assert "中文 │  1" in result.output
    assert "x    │ 22" in result.output


def test_query_limits_rows(two_reports: Built) -> None:
    result = esg("query", "from range(10)", "--limit", "3", "--warehouse", two_reports.warehouse.target)
    assert "3 rows shown, there are more" in result.output


@pytest.mark.parametrize(
    "sql",
    [
        "delete from marts.fct_kpi",
        "create table marts.x (a int)",
        "from read_text('/etc/passwd')",
        "from read_csv('/etc/passwd', sep = ':')",
        "from '/etc/passwd'",
        "from glob('/etc/*')",
        "from read_text('https://example.org/')",
        "attach '/etc/passwd' as stolen",
        "load httpfs",
        "export database '/tmp/esg-test'",
        "pragma enable_object_cache; set lock_configuration = false",
        "copy marts.fct_kpi to '/tmp/esg-test.csv'",
        "attach ':memory:' as other; install httpfs",
        "set enable_external_access = true",
        "selec",
    ],
)
def test_query_can_only_read_the_warehouse(sql: str, two_reports: Built) -> None:
    result = esg("query", sql, "--warehouse", two_reports.warehouse.target)
    assert result.exit_code == 2
    assert "error:" in result.output
    assert "Traceback" not in result.output


def test_explain_shows_the_lines_around_a_number(two_reports: Built) -> None:
    target = two_reports.warehouse.target
    [disclosure_id] = ids(target, "metric_code = 'revenue' and raw_value = '1,136,532'")
    result = esg("explain", disclosure_id, "--raw", REAL_TEXTS, "--warehouse", target)
    assert result.exit_code == 0
    assert "295 | 企業管治 營業收入" in result.output
    assert "296 |" in result.output


def test_explain_gives_scripts_the_lines_and_their_roles(two_reports: Built) -> None:
    raw = two_reports.warehouse.folder.parent / "raw"
    target = two_reports.warehouse.target
    wanted = "select disclosure_id from marts.fct_disclosure where metric_code = 'revenue' limit 1"
    (row,) = json.loads(esg("query", wanted, "--json", "--warehouse", target).output)
    arguments = ("explain", row["disclosure_id"], "--json", "--context", "1", "--warehouse", target)
    (found,) = json.loads(esg(*arguments, "--raw", raw).output)
    (value,) = (line for line in found["lines"] if line["line_no"] == found["line_no"])
    assert found["raw_value"] in value["text"]
    assert value["role"] in ("value", "both")
    assert found["reason"]
    (without_text,) = json.loads(esg(*arguments, "--raw", raw / "none").output)
    assert without_text == found | {"lines": []}


@pytest.mark.parametrize(
    "command", [("rollback", "--list"), ("alerts",), ("status",), ("findings",)], ids=lambda words: words[0]
)
def test_lists_can_be_had_as_json(command: tuple[str, ...], two_reports: Built) -> None:
    result = esg(*command, "--json", "--warehouse", two_reports.warehouse.target)
    assert result.exit_code == 0
    assert isinstance(json.loads(result.output), list)


def test_json_goes_only_with_what_is_a_list(two_reports: Built) -> None:
    assert esg("rollback", "--json", "--warehouse", two_reports.warehouse.target).exit_code == 2


def test_explain_does_without_the_text(two_reports: Built, tmp_path: Path) -> None:
    target = two_reports.warehouse.target
    [disclosure_id] = ids(target, "metric_code = 'revenue' and raw_value = '1,136,532'")
    result = esg("explain", disclosure_id[:12], "--raw", tmp_path, "--warehouse", target)
    assert result.exit_code == 0
    assert "the evidence kept" in result.output
    assert "1,136,532" in result.output


def test_explain_of_an_unknown_id(two_reports: Built) -> None:
    result = esg("explain", "none", "--warehouse", two_reports.warehouse.target)
    assert result.exit_code == 2
    assert "no disclosure has the id 'none'" in result.output


def test_findings_can_be_narrowed(two_reports: Built) -> None:
    target = two_reports.warehouse.target
    result = esg("findings", "--rule", "inferred_metadata", "--warehouse", target)
    assert "jiayin-2023" in result.output
    assert "1 findings" in result.output
    assert esg("findings", "--severity", "grave", "--warehouse", target).exit_code == 2


def test_export_writes_every_mart(two_reports: Built, tmp_path: Path) -> None:
    assert esg("export", tmp_path / "p", "--warehouse", two_reports.warehouse.target).exit_code == 0
    assert esg("export", tmp_path / "c", "--csv", "--warehouse", two_reports.warehouse.target).exit_code == 0
    assert (tmp_path / "p" / "fct_kpi.parquet").is_file()
    assert (tmp_path / "c" / "fct_kpi.csv").is_file()


def test_scripts_get_json_and_exit_codes(two_reports: Built) -> None:
    target = two_reports.warehouse.target
    asked = esg(
        "query", "select '中\n文' as a, null as b, date '2024-01-02' as c", "--json", "--warehouse", target
    )
    assert json.loads(asked.output) == [{"a": "中\n文", "b": None, "c": "2024-01-02"}]
    status = json.loads(esg("status", "--json", "--warehouse", target).output)
    assert [(row["report_id"], row["labels"] > 0) for row in status] == [
        ("bairong-2020", True), ("jiayin-2023-esg", True),
    ]  # fmt: skip
    found = esg("findings", "--rule", "inferred_metadata", "--json", "--fail", "--warehouse", target)
    assert (found.exit_code, len(json.loads(found.output))) == (1, 1)
    none = esg("findings", "--rule", "sum100", "--severity", "error", "--fail", "--warehouse", target)
    assert none.exit_code == 0


def test_acknowledged_findings_can_be_left_out(two_reports: Built) -> None:
    arguments = ("findings", "--rule", "components_sum", "--warehouse", two_reports.warehouse.target)
    assert "1 findings" in esg(*arguments).output
    assert "0 findings" in esg(*arguments, "--open").output


def test_query_takes_one_statement_or_one_file(two_reports: Built, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("-- 注释\nselect 7 as seven", encoding="utf-8")
    target = two_reports.warehouse.target
    assert "seven" in esg("query", "--file", tmp_path / "q.sql", "--warehouse", target).output
    assert esg("query", "--warehouse", target).exit_code == 2
    assert esg("query", "select 1", "--file", tmp_path / "q.sql", "--warehouse", target).exit_code == 2


def test_csv_for_excel_begins_with_a_byte_order_mark(two_reports: Built, tmp_path: Path) -> None:
    target = two_reports.warehouse.target
    assert esg("export", tmp_path, "--csv", "--bom", "--warehouse", target).exit_code == 0
    content = (tmp_path / "dim_metric.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfmetric_code,")
    assert "温室气体" in content.decode("utf-8-sig")


def test_a_workbook_has_a_sheet_for_every_table_and_no_formula(tmp_path: Path) -> None:
    target = tmp_path / "w.duckdb"
    with duckdb.connect(target) as connection:
        connection.execute("create schema marts; create table marts.t (a varchar, b double, c varchar[])")
        connection.execute(
            "insert into marts.t values ('=cmd()|calc', -1.5, ['x', 'y']), ('http://a.cn', null, [])"
        )
    with zipfile.ZipFile(export_excel(target, tmp_path / "out")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
        assert 'name="t"' in book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>-1.5</v>" in sheet
    assert "<t>=cmd()|calc</t>" in texts
    assert "<t>x, y</t>" in texts


def test_add_takes_a_text_once(tmp_path: Path, raw: Path) -> None:
    received = tmp_path / "示例 报告 (final).txt"
    received.write_text(report_text(), encoding="utf-8")
    result = esg("add", received, "--raw", raw)
    assert result.exit_code == 0
    assert [path.name for path in raw.iterdir()] == ["示例-报告-final.txt"]
    assert "company_name_zh: 示例科技集团有限公司" in result.output
    assert "has the same content already" in esg("add", received, "--raw", raw).output

    received.write_text(report_text(electricity="1"), encoding="utf-8")
    refused = esg("add", received, "--raw", raw)
    assert refused.exit_code == 2
    assert "exists with other content" in refused.output
    assert "1,234.5" in (raw / "示例-报告-final.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"\x00\x01" * 100, b"%PDF-1.7"])
def test_add_refuses_what_is_no_text(tmp_path: Path, raw: Path, content: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    assert esg("add", tmp_path / "x.txt", "--raw", raw).exit_code == 2
    assert list(raw.iterdir()) == []


def test_build_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = esg("build", "--raw", tmp_path / "none", "--out", tmp_path / "out" / "esg.duckdb")
    assert result.exit_code == 2
    assert "is not a folder" in result.output


def test_commands_need_a_warehouse(tmp_path: Path) -> None:
    result = esg("status", "--warehouse", tmp_path / "none.duckdb")
    assert result.exit_code == 2
    assert "esg build" in result.output


def test_text_cannot_drive_the_terminal() -> None:
    from pipelines.console import printable

    assert printable("中\x1b[31m文\x07") == "中\ufffd[31m文\ufffd"


def ids(target: Path, condition: str) -> Iterator[str]:
    from pipelines.analyst import run_query

    answer = run_query(target, f"select disclosure_id from marts.fct_disclosure where {condition}")
    return (disclosure_id for (disclosure_id,) in answer.rows)

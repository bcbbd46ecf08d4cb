"""A folder of files to reports and lines: what is taken, what is not, and what is said about it."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.ingest import (
    LINES_SCHEMA,
    REPORTS_SCHEMA,
    DuplicateFile,
    Intake,
    RejectedFile,
    ReportsCsvError,
    read_folder,
    read_reports_csv,
)

RAW = Path(__file__).parents[2] / "raw"
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
REPORT = "本报告是东方科技集团（“我们”）发布的报告。\n报告期为2021年1月1日至2021年12月31日。\n员工 925 人\n"


def write(folder: Path, **texts: str) -> None:
    for stem, text in texts.items():
        (folder / f"{stem}.txt").write_bytes(text.encode())


def column(intake: Intake, name: str) -> list[object]:
    return intake.reports[name].to_list()


# --- the five reports ---


def test_the_raw_folder_is_taken_as_declared() -> None:
    intake = read_folder(RAW, ingested_at=NOW)
    assert intake.reports.schema == REPORTS_SCHEMA
    assert intake.lines.schema == LINES_SCHEMA
    assert (intake.rejected, intake.duplicates, intake.ignored, intake.warnings) == ((), (), (), ())
    chosen = intake.reports.select("report_id", "company_id", "ticker", "fiscal_year", "script", "line_count")
    assert chosen.rows() == [
        ("bairong-2020", "bairong", "6608", 2020, "Hant", 1198),
        ("finvolution-2021", "finvolution", "FINV", 2021, "Hans", 4150),
        ("jiayin-2021", "jiayin", "JFIN", 2021, "Hans", 2583),
        ("jiayin-2023", "jiayin", "JFIN", 2023, "Hans", 2267),
        ("vcredit-2024", "vcredit", "2003", 2024, "Hant", 5414),
    ]
    assert column(intake, "inferred") == [[]] * 5
    assert column(intake, "ingested_at") == [NOW] * 5
    counts = intake.lines.group_by("report_id", maintain_order=True).len()
    assert counts["len"].to_list() == column(intake, "line_count")


def test_renamed_and_undeclared_texts_of_one_company_get_one_id(tmp_path: Path) -> None:
    for number, path in enumerate(sorted(RAW.glob("*.txt"))):
        shutil.copy(path, tmp_path / f"{number}.txt")
    intake = read_folder(tmp_path)
    assert column(intake, "report_id") == ["0", "1", "2", "3", "4"]
    assert column(intake, "fiscal_year") == [2020, 2021, 2021, 2023, 2024]
    companies = column(intake, "company_id")
    assert companies[2] == companies[3]
    assert len(set(companies)) == 4
    assert all(
        {"company_id", "company_name_zh", "fiscal_year", "script"} <= set(row)
        for row in intake.reports["inferred"]
    )


def test_the_same_folder_gives_the_same_tables(tmp_path: Path) -> None:
    first, second = (read_folder(RAW, ingested_at=NOW) for _ in range(2))
    assert first.reports.equals(second.reports)
    assert first.lines.equals(second.lines)


# --- which files ---


def test_only_text_files_directly_in_the_folder_are_taken(tmp_path: Path) -> None:
    write(tmp_path, b=REPORT, a=REPORT + "一")
    (tmp_path / ".hidden.txt").write_text(REPORT)
    (tmp_path / "notes.md").write_text(REPORT)
    (tmp_path / "scan.PDF").write_bytes(b"%PDF")
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", c=REPORT)
    intake = read_folder(tmp_path)
    assert column(intake, "report_id") == ["a", "b"]
    assert [file.file_name for file in intake.ignored] == ["scan.PDF"]
    assert "pdftotext" in intake.ignored[0].reason


def test_an_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    intake = read_folder(tmp_path)
    assert (intake.reports.schema, intake.lines.schema) == (REPORTS_SCHEMA, LINES_SCHEMA)
    assert (intake.reports.height, intake.lines.height) == (0, 0)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="give the folder"):
        read_folder(tmp_path / "nowhere")


def test_a_bad_file_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path, good=REPORT, empty=" \n")
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    (tmp_path / "folder.txt").mkdir()
    intake = read_folder(tmp_path)
    assert column(intake, "report_id") == ["good"]
    assert [file.file_name for file in intake.rejected] == ["binary.txt", "empty.txt", "folder.txt"]


def test_a_file_over_the_limit_is_rejected(tmp_path: Path) -> None:
    write(tmp_path, big=REPORT)
    (rejected,) = read_folder(tmp_path, max_bytes=20).rejected
    assert rejected.file_name == "big.txt"
    assert "limit of 20 bytes" in rejected.reason


def test_a_report_without_a_year_is_rejected_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, undated="员工 925 人")
    assert read_folder(tmp_path).rejected == (
        RejectedFile(
            "undated.txt",
            "names no reporting year; add a row with report_id undated and its fiscal_year to reports.csv",
        ),
    )


def test_the_same_content_is_taken_once(tmp_path: Path) -> None:
    write(tmp_path, b=REPORT, a=REPORT, c=REPORT)
    intake = read_folder(tmp_path)
    assert column(intake, "report_id") == ["a"]
    assert intake.duplicates == (DuplicateFile("b.txt", "a.txt"), DuplicateFile("c.txt", "a.txt"))


def test_two_files_with_one_report_id_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "a.TXT").write_text(REPORT)
    (tmp_path / "a.txt").write_text(REPORT + "一")
    intake = read_folder(tmp_path)
    assert column(intake, "source_file") == ["a.TXT"]
    assert [file.file_name for file in intake.rejected] == ["a.txt"]


@pytest.mark.parametrize(
    "stem",
    [
        *("=1+1", "a b", 'it\'s "one"', "报告🌱", "-rf", "a,b;c", "100%", "a..b", "x" * 251, "报" * 83),
        *(
            "a\nb",
            "a\x1b[31mb",
            "a\x07",
            "a\u202etxt",
            "<script>alert(1)</script>"[:-9],
            "%2e%2e%2fpasswd",
            "~",
        ),
    ],
)
def test_odd_file_names_are_kept_as_they_are(tmp_path: Path, stem: str) -> None:
    write(tmp_path, **{stem: REPORT})
    intake = read_folder(tmp_path)
    assert column(intake, "report_id") == [stem]
    assert set(intake.lines["report_id"]) == {stem}


def test_a_name_that_is_no_utf8_is_rejected(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb1\xa8.txt")).write_text(REPORT)
    (rejected,) = read_folder(tmp_path).rejected
    assert "rename it" in rejected.reason
    assert rejected.file_name.isprintable()


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside, raw = tmp_path / "outside", tmp_path / "raw"
    outside.mkdir()
    raw.mkdir()
    write(outside, secret=REPORT)
    write(raw, real=REPORT + "一")
    (raw / "inside.txt").symlink_to(raw / "real.txt")
    (raw / "nowhere.txt").symlink_to(raw / "gone.txt")
    (raw / "outside.txt").symlink_to(outside / "secret.txt")
    intake = read_folder(raw)
    assert column(intake, "source_file") == ["inside.txt"]
    assert intake.duplicates == (DuplicateFile("real.txt", "inside.txt"),)
    assert [(file.file_name, file.reason.split(";")[0]) for file in intake.rejected] == [
        ("nowhere.txt", "is not a regular file"),
        ("outside.txt", "is a link that leads out of the folder"),
    ]


# --- reports.csv ---


def test_a_report_id_that_is_a_path_leads_nowhere(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    write(tmp_path, secret=REPORT)
    write(raw, real=REPORT)
    (raw / "reports.csv").write_text("report_id,fiscal_year\n../secret,2022\n/etc/passwd,2022\n")
    intake = read_folder(raw)
    assert column(intake, "source_file") == ["real.txt"]
    assert len(intake.warnings) == 2


def test_what_is_declared_counts_and_what_is_not_is_inferred(tmp_path: Path) -> None:
    write(tmp_path, acme=REPORT)
    (tmp_path / "reports.csv").write_text("report_id,company_id,fiscal_year,ticker\nacme,acme,2020,000725\n")
    (row,) = read_folder(tmp_path).reports.to_dicts()
    assert (row["company_id"], row["fiscal_year"], row["ticker"]) == ("acme", 2020, "000725")
    assert row["company_name_zh"] == "东方科技集团"
    assert row["inferred"] == ["company_name_zh", "script"]


def test_an_undeclared_report_of_a_declared_company_is_recognised_by_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        declared=REPORT + "一",
        new=REPORT.replace("集团", "集團"),
        other=REPORT.replace("东方", "西方"),
    )
    (tmp_path / "reports.csv").write_text(
        "report_id,company_id,company_name_zh,company_name_en,ticker\n"
        "declared,eastern,东方科技集团,Eastern Inc.,EAST\n"
    )
    reports = read_folder(tmp_path).reports
    assert reports.select("report_id", "company_id", "company_name_en", "ticker").rows()[:2] == [
        ("declared", "eastern", "Eastern Inc.", "EAST"),
        ("new", "eastern", "Eastern Inc.", "EAST"),
    ]
    assert str(reports["company_id"][2]).startswith("company-")


def test_a_company_that_is_not_named_is_called_after_the_report(tmp_path: Path) -> None:
    write(tmp_path, mystery="报告期：2021年\n员工 925 人")
    (row,) = read_folder(tmp_path).reports.to_dicts()
    assert (row["company_id"], row["company_name_zh"]) == ("mystery", None)
    assert "company_id" in row["inferred"]


def test_a_declared_id_may_leave_out_the_kind_of_report(tmp_path: Path) -> None:
    write(tmp_path, **{"acme-2021-esg": REPORT, "beta-2021": REPORT + "一", "beta-2021-esg": REPORT + "二"})
    (tmp_path / "reports.csv").write_text("report_id,company_id\nacme-2021,acme\nbeta-2021,beta\n")
    reports = read_folder(tmp_path).reports
    assert reports["report_id"].to_list() == ["acme-2021", "beta-2021-esg", "beta-2021"]


def test_a_row_without_its_file_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text("report_id,company_id\ngone-2020,gone\n")
    assert read_folder(tmp_path).warnings == (
        "reports.csv: report_id gone-2020 has no file gone-2020.txt; add the file or remove the row",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reports_csv_may_come_from_a_spreadsheet(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "reports.csv"
    path.write_bytes(
        'report_id,company_name_zh,fiscal_year\r\n"a,b",东方科技集团,2021\r\n,,\r\n'.encode(encoding)
    )
    declared = read_reports_csv(path)
    assert declared["a,b"].company_name_zh == "东方科技集团"
    assert declared["a,b"].fiscal_year == 2021


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("report_id,colour\na,red\n", "line 1, column colour: is unknown"),
        ("report_id,report_id\na,b\n", "line 1, column report_id: is there twice"),
        ("company_id\nacme\n", "line 1, column report_id: is missing"),
        ("report_id,company_id\na,acme\na,acme\n", "line 3, column report_id: a is there twice"),
        ("report_id,company_id\n,acme\n", "line 2, column report_id: is empty"),
        ("report_id,fiscal_year\na,2021\nb,20x1\n", "line 3, column fiscal_year: '20x1' is not a year"),
        ("report_id,fiscal_year\na,21\n", "line 2, column fiscal_year: '21' is not a year"),
        ("report_id,script\na,simplified\n", "line 2, column script: 'simplified' is not one of Hans, Hant"),
        ("report_id,title\na,b,c\n", "line 2: has 3 cells, the header 2"),
        ('report_id,title\na,"b\n', "is not valid CSV"),
        ("", "line 1: is empty"),
    ],
)
def test_a_malformed_reports_csv_is_an_error_that_names_the_place(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "reports.csv").write_text(text)
    with pytest.raises(ReportsCsvError) as caught:
        read_folder(tmp_path)
    assert message in str(caught.value)


def test_lines_of_all_reports_are_in_one_table(tmp_path: Path) -> None:
    write(tmp_path, a="报告期：2021年\r\n\r\n员工", b="报告期：2022年\n")
    lines = read_folder(tmp_path).lines
    assert lines.select("report_id", "line_no", "text", "role").rows() == [
        ("a", 1, "报告期：2021年", "text"),
        ("a", 2, "", "blank"),
        ("a", 3, "员工", "text"),
        ("b", 1, "报告期：2022年", "text"),
    ]
    assert lines["page_no"].dtype == pl.Int32

"""What a report lists against its figures: the table of the board, and the promises of its index."""

import re
from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, as_checks, number, places
from pipelines.quality.findings import Finding
from pipelines.quality.printed import printed_facts
from pipelines.text import fold

# An index may say in words that there is no number, or that another document has it.
_NO_PROMISE = re.compile(
    r"^[/-]*$|不适用|删除|省略|未披露|未涉及|无重大|无不合规|年报|年度报告|annual report|20-f|n/a"
)
_NAMED_METRICS = 4


def board_table(disclosures: pl.DataFrame, members: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The share of women and the size of the board that a report prints are those of its table of the board.

    Returns CHECKS: one row per print about the report's own year. The share is compared only where the table
    gives everybody's gender.
    """
    tables = members.group_by("report_id").agg(
        size=pl.len().cast(pl.Float64),
        women=(pl.col("gender") == "female").sum().cast(pl.Float64),
        is_told=pl.col("gender").is_not_null().all(),
        first_line=pl.col("line_no").min(),
    )
    judged = (
        printed_facts(disclosures)
        .filter(
            pl.col("metric_code").is_in(["female_director_share", "board_size"]), pl.col("member").is_null()
        )
        .join(reports.select("report_id", "fiscal_year"), on=["report_id", "fiscal_year"])
        .join(tables, on="report_id")
        .filter(pl.col("is_told") | (pl.col("metric_code") == "board_size"))
        .with_columns(
            expected=pl.when(pl.col("metric_code") == "board_size")
            .then("size")
            .otherwise(100 * pl.col("women") / pl.col("size")),
            tolerance=pl.col("rounding").fill_null(0.0) + 1e-9,
        )
        .with_columns(deviation=(pl.col("value") - pl.col("expected")).abs())
    )
    return as_checks(
        judged, "board_table", "warning",
        disclosure_ids=pl.col("ids"),
        flagged=pl.col("ids"),
        observed=pl.col("value"),
        message=pl.format(
            "{}: {} {} on {}, but the table of the board from line {} on has {} directors, {} of them women; "
            + "it is of another date, or a row is not read.",
            "report_id", "metric_code", "print", places(pl.col("lines")), "first_line",
            number(pl.col("size")), number(pl.col("women")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def promised_not_disclosed(
    disclosures: pl.DataFrame, index: pl.DataFrame, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield a finding per code for which an index names a chapter or page and no number has been read.

    A printed 不适用 is an answer, too. Only codes that a catalogued metric stands for promise a number, and
    not where the standard asks for words (``standard_narratives.csv``); a topic (GRI 305) stands for those
    of all its disclosures (305-1, 305-2 ...).
    """
    metrics = _metrics_of_codes(catalogue)
    answers = disclosures.filter(pl.col("status").is_in(["reported", "not_applicable"]))
    read = set(answers.select("report_id", "metric_code").unique().iter_rows())
    promised: dict[tuple[str, str, str], str] = {}
    for entry in index.iter_rows(named=True):
        if _is_promise(entry["chapter"], entry["page_ref"]):
            place = ", ".join(filter(None, (entry["chapter"], entry["page_ref"])))
            key = (entry["report_id"], entry["framework"], entry["code"])
            promised.setdefault(key, f"{place} (line {entry['line_no']})")
    for (report_id, framework, code), place in promised.items():
        codes = metrics.get((framework, code), [])
        if codes and not any((report_id, metric) in read for metric in codes):
            named = ", ".join(codes[:_NAMED_METRICS])
            yield Finding(
                "promised_not_disclosed", "info", report_id, (), None, 0.0,
                f"{report_id}: the index says that {framework} {code} is disclosed in {place}, but no number "
                f"is read for it ({named}); look whether the report prints one.",
                key=f"{framework}|{code}",
            )  # fmt: skip


def _is_promise(chapter: str | None, page: str | None) -> bool:
    stated = [fold(place) for place in (chapter, page) if place]
    return bool(stated) and not any(_NO_PROMISE.search(place) for place in stated)


def _metrics_of_codes(catalogue: Catalogue) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for metric in catalogue.metrics.values():
        if metric.gri and ("GRI", metric.gri) not in catalogue.narratives:
            found["GRI", metric.gri].append(metric.code)
            found["GRI", metric.gri.partition("-")[0]].append(metric.code)
        if metric.hkex and ("HKEX", metric.hkex) not in catalogue.narratives:
            found["HKEX", metric.hkex].append(metric.code)
    return found

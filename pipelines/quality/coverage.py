"""How much was read, against the published warehouse and against the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.quality.checks import CHECKS, NO_DATAPOINTS, number
from pipelines.quality.findings import Finding

# A better extractor may find that some numbers are no datapoints; a fifth of a report is more than that.
_ALLOWED_DROP = 0.2
_NAMED_LABELS = 5

_COUNTS = {"report_id": pl.String, "sha256": pl.String, "published": pl.Int64}


@dataclass(frozen=True)
class Published:
    """What the last published warehouse says.

    ``counts``: report_id, sha256, published (its catalogued, reported datapoints). ``first_seen``: the time
    at which each finding_id was first found.
    """

    counts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_COUNTS))
    first_seen: dict[str, datetime] = field(default_factory=dict)


def read_published(file: Path | None) -> Published:
    """Read the published warehouse; where there is none, nothing has been published.

    Raises duckdb.Error if the file is there and cannot be read.
    """
    if file is None or not file.is_file():
        return Published()
    with duckdb.connect(file, read_only=True) as connection:
        tables = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'marts'"
            ).fetchall()
        }
        published = Published()
        if {"dim_report", "fct_disclosure"} <= tables:
            rows = connection.execute(
                "select report_id, sha256, count(metric_code) filter (status = 'reported') "
                "from marts.dim_report left join marts.fct_disclosure using (report_id) "
                "group by all order by all"
            ).fetchall()
            published = Published(pl.DataFrame(rows, schema=_COUNTS, orient="row"))
        if "fct_quality_finding" in tables:
            seen = connection.execute(
                "select finding_id, first_seen_at from marts.fct_quality_finding"
            ).fetchall()
            published.first_seen.update((finding_id, at.replace(tzinfo=UTC)) for finding_id, at in seen)
    return published


def coverage_drop(disclosures: pl.DataFrame, reports: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """At most a fifth fewer catalogued datapoints are read of a report than were published of it.

    Returns CHECKS: one row per published report. Less of the same bytes is the extractor's fault and blocks;
    less of another text under the same id, or no such report any more, is the source's.
    """
    read = (
        disclosures.filter(pl.col("status") == "reported", pl.col("metric_code").is_not_null())
        .group_by("report_id").agg(read=pl.len().cast(pl.Int64))
    )  # fmt: skip
    current = reports.select("report_id", "sha256").join(read, on="report_id", how="left").fill_null(0)
    same_bytes = current.select("sha256", same_bytes="read").unique(
        "sha256", keep="first", maintain_order=True
    )
    same_id = current.select("report_id", same_id="read")
    compared = published.join(same_bytes, on="sha256", how="left").join(same_id, on="report_id", how="left")
    return compared.with_columns(
        observed=pl.coalesce("same_bytes", "same_id", 0).cast(pl.Float64),
        expected=pl.col("published").cast(pl.Float64),
        is_blocking=pl.col("same_bytes").is_not_null(),
    ).select(
        rule_code=pl.lit("coverage_drop"),
        report_id="report_id",
        key=pl.lit("coverage"),
        disclosure_ids=NO_DATAPOINTS,
        quarantined=NO_DATAPOINTS,
        flagged=NO_DATAPOINTS,
        expected="expected",
        observed="observed",
        tolerance=_ALLOWED_DROP * pl.col("expected"),
        deviation=(pl.col("expected") - pl.col("observed")).clip(lower_bound=0.0),
        severity=pl.when("is_blocking").then(pl.lit("error")).otherwise(pl.lit("warning")),
        is_blocking="is_blocking",
        message=pl.format(
            "{}: {} catalogued datapoints where {} are published; {}.",
            "report_id", number(pl.col("observed")), number(pl.col("expected")),
            pl.when("is_blocking")
            .then(pl.lit("the text is the same, so look what the extractor no longer reads"))
            .when(pl.col("same_id").is_not_null())
            .then(pl.lit("the text has changed: look whether it is whole"))
            .otherwise(pl.lit("the report is gone: look whether its file was removed on purpose")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def unmapped_labels(disclosures: pl.DataFrame) -> Iterator[Finding]:
    """Yield one finding per report that has numbers with labels the catalogue does not know."""
    unmapped = disclosures.filter(pl.col("metric_code").is_null(), pl.col("status") == "reported")
    for (report_id,), rows in unmapped.group_by("report_id", maintain_order=True):
        labels = rows.unique("label_raw", keep="first", maintain_order=True).head(_NAMED_LABELS)
        named = "; ".join(
            f"{label} (line {line})" for label, line in labels.select("label_raw", "line_no").iter_rows()
        )
        yield Finding(
            "unmapped_label", "info", str(report_id), (), None, float(rows.height),
            f"{report_id}: {rows.height} numbers have labels that the catalogue does not know, "
            f"among them {named}; add aliases to metric_aliases.csv for those that are metrics.",
        )  # fmt: skip


def inferred_metadata(reports: pl.DataFrame) -> Iterator[Finding]:
    """Yield one finding per report with facts that were inferred from its text."""
    for report_id, source_file, names in reports.select("report_id", "source_file", "inferred").iter_rows():
        if names:
            yield Finding(
                "inferred_metadata", "info", report_id, (), None, float(len(names)),
                f"{source_file}: {', '.join(names)} inferred from the text; "
                "check and declare them in reports.csv.",
            )  # fmt: skip

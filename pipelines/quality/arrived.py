"""The datapoints as ``expectations/disclosures.json`` judges them, one by one."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.judges import ROW_ID


def arrived(
    disclosures: pl.DataFrame, lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """Return one row per datapoint with what can be said about it on its own.

    Columns: ``ROW_ID`` (the disclosure_id); status, qualifier, layout, pairing, confidence (null as "null",
    for a missing word is a wrong one), basis, fiscal_year, value; latest_year (the year after the report's);
    is_share (a percentage that cannot leave 0 to 100, as growth can); and the statements that must be true:
    number_is_on_line, line_is_in_evidence, metric_is_catalogued, unit_is_metrics, value_fits_status.
    """
    metrics = pl.DataFrame(
        [(code, metric.unit) for code, metric in catalogue.metrics.items()],
        schema={"metric_code": pl.String, "metric_unit": pl.String}, orient="row",
    )  # fmt: skip
    joined = (
        disclosures.join(
            lines.select("report_id", "line_no", "text"), on=["report_id", "line_no"], how="left"
        )
        .join(metrics, on="metric_code", how="left")
        .join(reports.select("report_id", report_year="fiscal_year"), on="report_id", how="left")
    )
    is_mapped, is_reported = pl.col("metric_code").is_not_null(), pl.col("status") == "reported"
    words = ("status", "qualifier", "layout", "pairing", "confidence")
    return joined.select(
        pl.col("disclosure_id").alias(ROW_ID),
        *(pl.col(word).fill_null("null") for word in words),
        "basis",
        "fiscal_year",
        "value",
        latest_year=pl.col("report_year") + 1,
        is_share=(pl.col("metric_unit") == "percent").fill_null(False)
        & ~pl.col("metric_code").str.ends_with("_growth"),
        number_is_on_line=_contains("text", pl.col("raw_value")),
        line_is_in_evidence=_contains("evidence", pl.col("text").str.strip_chars()),
        metric_is_catalogued=~is_mapped | pl.col("metric_unit").is_not_null(),
        unit_is_metrics=~is_mapped | pl.col("unit").eq_missing(pl.col("metric_unit")),
        value_fits_status=pl.when(is_reported).then(pl.col("value").is_not_null() | ~is_mapped)
        .otherwise(pl.col("value").is_null()),
    )  # fmt: skip


def _contains(column: str, part: pl.Expr) -> pl.Expr:
    return pl.col(column).str.contains(part, literal=True).fill_null(False)

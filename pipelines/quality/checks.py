"""The form in which every derived rule hands over what is to be judged."""

import polars as pl

CHECKS = pl.Schema(
    {
        "rule_code": pl.String(),
        "report_id": pl.String(),
        "key": pl.String(),
        "disclosure_ids": pl.List(pl.String()),
        "quarantined": pl.List(pl.String()),
        "flagged": pl.List(pl.String()),
        "expected": pl.Float64(),
        "observed": pl.Float64(),
        "tolerance": pl.Float64(),
        "deviation": pl.Float64(),
        "severity": pl.String(),
        "is_blocking": pl.Boolean(),
        "message": pl.String(),
    }
)
"""One row per arithmetic statement about a report. It holds if ``deviation`` (the distance of ``observed``
from ``expected``) is at most ``tolerance`` (what the rounding of the printed digits allows). The other
columns say what is found if it does not hold: ``quarantined`` and ``flagged`` are the datapoints that get
this status."""

NO_DATAPOINTS = pl.lit([], dtype=pl.List(pl.String))


def number(value: pl.Expr) -> pl.Expr:
    """Return a number as text for a message: 99.9, not 99.89999999999999; 650, not 650.0."""
    return value.round_sig_figs(7).cast(pl.String).str.strip_suffix(".0")


def places(lines: pl.Expr) -> pl.Expr:
    """Return a list of line numbers as text for a message: line 5, or lines 5, 7, 9."""
    listed = lines.list.unique().list.sort()
    word = pl.when(listed.list.len() > 1).then(pl.lit("lines ")).otherwise(pl.lit("line "))
    return pl.concat_str(word, listed.cast(pl.List(pl.String)).list.join(", "))


def as_checks(frame: pl.DataFrame, rule_code: str, severity: str, **columns: pl.Expr) -> pl.DataFrame:
    """Return ``frame`` as CHECKS; ``columns`` say what its own columns of the same names do not.

    What is not said is as it mostly is: no datapoint changes its status, nothing blocks, and the key is made
    of metric, member and year.
    """
    usual = {
        "rule_code": pl.lit(rule_code),
        "key": pl.concat_str(
            "metric_code", "breakdown", "member", pl.col("fiscal_year").cast(pl.String),
            separator="|", ignore_nulls=True,
        ),
        "quarantined": NO_DATAPOINTS,
        "flagged": NO_DATAPOINTS,
        "severity": pl.lit(severity),
        "is_blocking": pl.lit(False),
    }  # fmt: skip
    return frame.select(
        **{name: pl.col(name) for name in CHECKS.names() if name in frame.columns} | usual | columns
    )


def fact_name() -> pl.Expr:
    """Return metric, member and year as text for a message: employees_share gender/male 2021."""
    year = pl.col("fiscal_year").cast(pl.String)
    member = pl.concat_str("breakdown", pl.lit("/"), "member")
    return pl.concat_str("metric_code", member, year, separator=" ", ignore_nulls=True)

"""Shares against what is counted: count by whole, and whole numbers of people (``metric_shares.csv``)."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, as_checks, number, places
from pipelines.quality.printed import most_exact, printed_facts

_OF_YEAR = ["report_id", "company_id", "fiscal_year", "scope_note"]


def count_share(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A share is its count by the whole: 248 of 979 people are 25.3 %.

    Returns CHECKS: one row per share with count and whole printed for the same year and perimeter. A count
    must be printed in the unit of the whole, people and not attendances.
    """
    triples = pl.DataFrame(
        catalogue.shares,
        schema=["metric_code", "count_metric", "total_metric", "counted_unit"], orient="row",
    )  # fmt: skip
    facts = most_exact(printed_facts(disclosures))
    # A number without a unit, or of so many pieces, is in the metric's own.
    printed = {each: catalogue.units.parse(each) for each in facts["unit_printed"].unique()}
    units = {each: unit.base for each, unit in printed.items() if unit and unit.base not in ("bare", "count")}
    own = {code: metric.unit for code, metric in catalogue.metrics.items()}
    counts = facts.select(
        *_OF_YEAR, "breakdown", "member",
        count_metric="metric_code", count="value", count_rounding="rounding",
        count_print="print", count_lines="lines", count_ids="ids",
        counted_in=pl.col("unit_printed").replace_strict(units, default=None, return_dtype=pl.String)
        .fill_null(pl.col("metric_code").replace_strict(own, default=None)),
    )  # fmt: skip
    totals = facts.filter(pl.col("member").is_null(), pl.col("value") > 0).select(
        *_OF_YEAR, total_metric="metric_code", total="value", total_rounding="rounding",
        total_print="print", total_lines="lines", total_ids="ids",
    )  # fmt: skip
    judged = (
        facts.join(triples, on="metric_code")
        .join(counts, on=[*_OF_YEAR, "breakdown", "member", "count_metric"], nulls_equal=True)
        .join(totals, on=[*_OF_YEAR, "total_metric"], nulls_equal=True)
        .filter(pl.col("counted_in") == pl.col("counted_unit"))
        .with_columns(expected=100 * pl.col("count") / pl.col("total"))
        .with_columns(
            deviation=(pl.col("value") - pl.col("expected")).abs(),
            tolerance=pl.col("rounding") + _open_when_counted("count_rounding", "total_rounding"),
        )
    )
    return as_checks(
        judged,
        "count_share",
        "warning",
        observed=pl.col("value"),
        disclosure_ids=pl.concat_list("ids", "count_ids", "total_ids"),
        flagged=pl.col("ids"),
        message=pl.format(
            "{}: {} of {} is printed as {} on {}, but {} ({}) of {} ({}) are {} %; the print would need {} "
            + "to be {}: look whether the share is of another whole or date.",
            "report_id", "metric_code", "fiscal_year", "print", places(pl.col("lines")),
            "count_print", places(pl.col("count_lines")), "total_print", places(pl.col("total_lines")),
            number(pl.col("expected").round_sig_figs(4)), "total_metric",
            number((100 * pl.col("count") / pl.col("value")).round_sig_figs(4)),
        ),
    ).select(CHECKS.names())  # fmt: skip


def _open_when_counted(count: str, total: str) -> pl.Expr:
    """Return how much (in points of percent) rounded counts leave open; there are no half people."""

    def rounding(name: str) -> pl.Expr:
        return pl.when(pl.col(name) <= 0.5 + 1e-3).then(0.0).otherwise(pl.col(name))

    return 100 * (rounding(count) + pl.col("expected") / 100 * rounding(total)) / pl.col("total")


def whole_members(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A share of counted things is a whole number of them: 0.01 % of 4,953 people would be half a person.

    Returns CHECKS: one row per share whose whole is printed for the same year and perimeter, where the digits
    are fine enough to tell. Final zeros are not taken for digits (45.20 of a source that rounds to 45.2).
    """
    wholes = {share: total for share, _, total, unit in catalogue.shares if unit != "RMB"}
    facts = most_exact(printed_facts(disclosures))
    totals = facts.filter(
        pl.col("member").is_null(), pl.col("rounding") <= 0.5 + 1e-3, pl.col("value") > 0
    ).select(
        *_OF_YEAR, total_metric="metric_code", total="value", total_print="print",
        total_lines="lines", total_ids="ids",
    )  # fmt: skip
    zeros = pl.min_horizontal(pl.col("final_zeros").cast(pl.Int32), "decimals").fill_null(0)
    judged = (
        facts.filter(pl.col("metric_code").is_in(list(wholes)), pl.col("value") > 0)
        .with_columns(
            total_metric=pl.col("metric_code").replace_strict(wholes, return_dtype=pl.String),
            tolerance=pl.col("rounding") * 10.0 ** zeros.cast(pl.Float64),
        )
        .join(totals, on=[*_OF_YEAR, "total_metric"], nulls_equal=True)
        .filter(100 / pl.col("total") > 2 * pl.col("tolerance"))
        .with_columns(members=(pl.col("value") * pl.col("total") / 100).round(0))
        .with_columns(expected=100 * pl.col("members") / pl.col("total"))
        .with_columns(deviation=(pl.col("value") - pl.col("expected")).abs())
    )
    return as_checks(
        judged,
        "whole_members",
        "info",
        observed=pl.col("value"),
        disclosure_ids=pl.concat_list("ids", "total_ids"),
        message=pl.format(
            "{}: {} of {} is printed as {} on {}, which is {} of {} ({}): the nearest whole number, {}, is "
            + "{} %; look whether the share is of another whole or date.",
            "report_id", pl.concat_str("metric_code", pl.lit(" "), "breakdown", pl.lit("/"), "member",
                                       ignore_nulls=True),
            "fiscal_year", "print", places(pl.col("lines")),
            number((pl.col("value") * pl.col("total") / 100).round_sig_figs(4)), "total_print",
            places(pl.col("total_lines")), number(pl.col("members")),
            number(pl.col("expected").round_sig_figs(5)),
        ),
    ).select(CHECKS.names())  # fmt: skip

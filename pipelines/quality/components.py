"""Parts that are metrics of their own: electricity and heat of all energy (``metric_components.csv``)."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, as_checks, number, places
from pipelines.quality.printed import most_exact, printed_facts

_OF_TOTAL = ["report_id", "company_id", "fiscal_year", "scope_note", "breakdown", "member", "total_metric"]


def components_sum(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What a total consists of does not exceed it, and gives it where all its parts are printed.

    Returns CHECKS: one row per total with a printed part, whatever units they are printed in. Parts that are
    all there are (``is_whole``) must give the total; others, such as electricity of all energy, must not
    exceed it, for what is printed in other units (gas in m3) cannot be added without an assumption.
    """
    facts = most_exact(printed_facts(disclosures))
    components = pl.DataFrame(
        catalogue.components, schema=["total_metric", "metric_code", "is_whole"], orient="row"
    ).with_columns(of=pl.len().over("total_metric"))
    totals = facts.select(
        *_OF_TOTAL[:-1], total_metric="metric_code", expected="value", total_rounding="rounding",
        total_print="print", total_lines="lines", total_ids="ids",
    )  # fmt: skip
    listed = pl.concat_str(
        "metric_code", pl.lit(" "), "print", pl.lit(" ("), places(pl.col("lines")), pl.lit(")")
    )
    sums = (
        facts.join(components, on="metric_code")
        .group_by(*_OF_TOTAL, maintain_order=True)
        .agg(
            observed=pl.col("value").sum().round_sig_figs(12),
            open=pl.col("rounding").sum(),
            parts=listed.str.join(" + "),
            ids=pl.col("ids").list.explode(),
            is_whole=pl.col("is_whole").all() & (pl.len() == pl.col("of").first()),
        )
        .join(totals, on=_OF_TOTAL, nulls_equal=True)
        .with_columns(tolerance=pl.col("open") + pl.col("total_rounding"))
    )
    excess = pl.col("observed") - pl.col("expected")
    return as_checks(
        sums.rename({"total_metric": "metric_code"}),
        "components_sum",
        "warning",
        disclosure_ids=pl.concat_list("ids", "total_ids"),
        flagged=pl.concat_list("ids", "total_ids"),
        deviation=pl.when("is_whole").then(excess.abs()).otherwise(excess.clip(lower_bound=0.0)),
        message=pl.format(
            "{}: {} make {} of {}, but {} is printed on {} (the unit is the metric's; rounding allows {}); "
            + "look which of them is misprinted, of another perimeter or converted with another factor.",
            "report_id", "parts", number(pl.col("observed")), "fiscal_year",
            pl.concat_str("metric_code", pl.lit(" "), "total_print"), places(pl.col("total_lines")),
            number(pl.col("tolerance").round_sig_figs(3)),
        ),
    ).select(CHECKS.names())  # fmt: skip

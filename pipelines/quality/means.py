"""Figures of groups against that of all: the mean lies between them (``metric_means.csv``)."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, as_checks, number, places
from pipelines.quality.printed import most_exact, printed_facts
from pipelines.quality.sums import is_whole, known_members

_OF_YEAR = ["report_id", "company_id", "fiscal_year", "scope_note"]


def group_mean(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The figure of all is the mean of its groups, weighted by their shares where these are printed.

    Returns CHECKS: one row per listing of all groups and figure of all. Final zeros that all of them have are
    not taken for digits (5.80 of a source that rounds to 5.8). Where no share is the right weight or
    one is missing, the figure must lie between the lowest and the highest group. Rates that are parts of the
    total rate (7 % men and 6.78 % women leave, 13.78 % in all) add up to it instead, and are no mean.
    """
    facts = most_exact(printed_facts(disclosures)).filter(pl.col("metric_code").is_in(list(catalogue.means)))
    total = facts.filter(pl.col("member").is_null()).select(
        *_OF_YEAR, "metric_code", total="value", total_rounding="rounding", total_print="print",
        total_lines="lines", total_ids="ids", total_zeros=_zeros(),
    )  # fmt: skip
    weights = _weights(disclosures, catalogue)
    known = known_members(catalogue)
    of_listing = [*_OF_YEAR, "metric_code", "breakdown"]
    listings = (
        facts.filter(pl.col("member").is_not_null())
        .join(weights, on=[*_OF_YEAR, "metric_code", "breakdown", "member"], how="left", nulls_equal=True)
        .group_by(of_listing, maintain_order=True)
        .agg(
            members=pl.col("member").sort(),
            is_weighted=pl.col("weight").is_not_null().all() & (pl.col("weight").sum() > 0),
            mean=(pl.col("value") * pl.col("weight")).sum() / pl.col("weight").sum(),
            sum=pl.col("value").sum(),
            lowest=pl.col("value").min(),
            highest=pl.col("value").max(),
            rounding=pl.col("rounding").max(),
            roundings=pl.col("rounding").sum(),
            zeros=_zeros().min(),
            value=pl.col("value"),
            weight_rounding=pl.col("weight_rounding"),
            printed=pl.concat_str("member", pl.lit(" "), "print").str.join(", "),
            ids=pl.col("ids").list.explode(),
            lines=pl.col("lines").list.explode(),
        )
        .filter(
            pl.struct("breakdown", "members").map_elements(
                lambda row: is_whole(set(row["members"]), known[row["breakdown"]]), return_dtype=pl.Boolean
            )
        )
        .join(total, on=[*_OF_YEAR, "metric_code"], nulls_equal=True)
        .with_columns(coarser=10.0 ** pl.min_horizontal("zeros", "total_zeros").cast(pl.Float64))
        .with_columns(pl.col("rounding", "roundings", "total_rounding") * pl.col("coarser"))
        # A weight that is a little off moves the mean by its group's distance from the mean.
        .with_columns(
            open=pl.col("rounding")
            + ((pl.col("value") - pl.col("mean")).list.eval(pl.element().abs()) * pl.col("weight_rounding"))
            .list.sum().fill_null(0.0)
            / 100
        )
    )  # fmt: skip
    nearest = pl.col("total").clip(pl.col("lowest"), pl.col("highest"))
    adds_up = (pl.col("sum") - pl.col("total")).abs() <= pl.col("roundings") + pl.col("total_rounding")
    judged = listings.with_columns(
        expected=pl.when("is_weighted").then("mean").otherwise(nearest),
        open=pl.when("is_weighted").then("open").otherwise("rounding"),
    ).with_columns(
        deviation=pl.when(adds_up).then(0.0).otherwise((pl.col("total") - pl.col("expected")).abs()),
        tolerance=pl.col("open") + pl.col("total_rounding"),
    )
    return as_checks(
        judged,
        "group_mean",
        "warning",
        key=pl.concat_str(
            "metric_code", "breakdown", pl.col("fiscal_year").cast(pl.String), separator="|"
        ),
        observed=pl.col("total"),
        disclosure_ids=pl.concat_list("ids", "total_ids"),
        flagged=pl.concat_list("ids", "total_ids"),
        message=pl.format(
            "{}: {} of {} is printed as {} on {}, but by {} it is {} on {}, so that all {} (rounding allows "
            + "{}); look whether the groups are of another perimeter, or one of them misprinted or swapped.",
            "report_id", "metric_code", "fiscal_year", "total_print", places(pl.col("total_lines")),
            "breakdown", "printed", places(pl.col("lines")),
            pl.when("is_weighted")
            .then(pl.format("would be {} at the printed shares", _short("expected")))
            .otherwise(pl.format("must be {} to {}", number(pl.col("lowest")), number(pl.col("highest")))),
            number(pl.col("tolerance").round_sig_figs(3)),
        ),
    ).select(CHECKS.names())  # fmt: skip


def _short(name: str) -> pl.Expr:
    return number(pl.col(name).round_sig_figs(4))


def _zeros() -> pl.Expr:
    """Return how many final zeros stand behind the decimal point."""
    return pl.min_horizontal(pl.col("final_zeros").cast(pl.Int32), "decimals").fill_null(0)


def _weights(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the share (percent) of every member by which a metric's groups are weighted."""
    pairs = pl.DataFrame(
        [(metric, weight) for metric, weight in catalogue.means.items() if weight],
        schema=["metric_code", "weight_metric"], orient="row",
    )  # fmt: skip
    shares = most_exact(printed_facts(disclosures)).select(
        *_OF_YEAR, "breakdown", "member",
        weight_metric="metric_code", weight="value", weight_rounding="rounding",
    )  # fmt: skip
    return shares.join(pairs, on="weight_metric").drop("weight_metric")

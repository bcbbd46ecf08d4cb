"""Sets of numbers that must total 100, or add up to a printed total.

A listing may be partial: the three largest suppliers, two offices of five. It is whole if it has every member
that the catalogue knows of the breakdown, a member "other", a band that is open below and one that is open
above (under 30 ... over 50), or if the same listing closes in another year of the report. A shortfall of a
partial listing is no error.
"""

import re
from collections import defaultdict

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, NO_DATAPOINTS, number, places
from pipelines.quality.printed import join_perimeters, printed_facts, with_rounding

# Sums of binary fractions: 472.78, not 472.78000000000003.
_EXACT_FIGURES = 12
_OPEN_BELOW = re.compile("^<|_or_below$")
_OPEN_ABOVE = re.compile("^>|_or_above$|^doctorate$")


def sum100(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Shares of a whole total 100, within half a last digit for each of them (``metric_sets.csv``: sum100).

    Returns CHECKS. A sum that closes once final zeros are not taken for digits (52.70 of a source that rounds
    to 52.7) is a warning: nothing but its rounding is in doubt.
    """
    sets = _listings(disclosures, "sum100", catalogue).with_columns(expected=pl.lit(100.0))
    judged = _without_excerpts(_with_wholeness(_with_distance(sets)))
    by_rounding = pl.col("deviation") <= pl.col("coarse_tolerance")
    in_doubt = ~by_rounding & (pl.col("is_whole") | (pl.col("observed") > pl.col("expected")))
    ids = pl.col("ids")
    return _checks(
        judged,
        rule_code=pl.lit("sum100"),
        quarantined=pl.when(in_doubt).then(ids).otherwise(NO_DATAPOINTS),
        flagged=pl.when(by_rounding).then(ids).otherwise(NO_DATAPOINTS),
        severity=pl.when(by_rounding).then(pl.lit("warning"))
        .when(in_doubt).then(pl.lit("error")).otherwise(pl.lit("info")),
        message=pl.format(
            "{}: {} by {} on {} totals {} where 100 is expected (rounding allows {}); {}.",
            "report_id", _of_year(), "breakdown", places(pl.col("lines")), number(pl.col("observed")),
            number(pl.col("tolerance").round_sig_figs(3)),
            pl.when(by_rounding)
            .then(pl.lit("the last printed digits seem to be rounded: look whether one is misprinted"))
            .when(in_doubt).then(pl.lit("look for a member that is missing, read twice or misprinted"))
            .otherwise(pl.lit("the listing seems partial: look whether a member was not read")),
        ),
    )  # fmt: skip


def parts_to_total(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Groups add up to the total of the same year, within rounding (``metric_sets.csv``: sums_to_total).

    Returns CHECKS. Where several totals are printed, the one that fits best counts.
    """
    total_of = {metric: total for metric, (rule, total) in catalogue.sets.items() if rule == "sums_to_total"}
    totals = (
        printed_facts(disclosures)
        .filter(pl.col("member").is_null(), pl.col("rounding").is_not_null())
        .select("report_id", "fiscal_year", "scope_note", total_metric="metric_code", expected="value",
                total_rounding="rounding", total_ids="ids", total_lines="lines")
    )  # fmt: skip
    sets = (
        _listings(disclosures, "sums_to_total", catalogue)
        .with_columns(total_metric=pl.col("metric_code").replace_strict(total_of, default=None))
        .pipe(join_perimeters, totals, ["report_id", "fiscal_year", "total_metric"])
        .with_columns(tolerance=pl.col("tolerance") + pl.col("total_rounding"))
    )
    best = _with_distance(sets).sort("set_order", pl.col("deviation") - pl.col("tolerance"))
    judged = _with_wholeness(best.unique("set_order", keep="first", maintain_order=True))
    in_doubt = pl.col("is_whole") | (pl.col("observed") > pl.col("expected"))
    return _checks(
        judged,
        rule_code=pl.lit("parts_to_total"),
        disclosure_ids=pl.concat_list("ids", "total_ids"),
        quarantined=pl.when(in_doubt).then("ids").otherwise(NO_DATAPOINTS),
        flagged=pl.when(in_doubt).then("total_ids").otherwise(NO_DATAPOINTS),
        severity=pl.when(in_doubt).then(pl.lit("error")).otherwise(pl.lit("info")),
        message=pl.format(
            "{}: {} by {} on {} adds up to {} where {} prints {} for {} (rounding allows {}); {}.",
            "report_id", _of_year(), "breakdown", places(pl.col("lines")), number(pl.col("observed")),
            places(pl.col("total_lines")), number(pl.col("expected")), "total_metric",
            number(pl.col("tolerance").round_sig_figs(3)),
            pl.when(in_doubt).then(pl.lit("look for a group that is missing, read twice or misprinted"))
            .otherwise(pl.lit("the listing seems partial: look whether a group was not read")),
        ),
    )  # fmt: skip


def scope_sum(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """GHG of scopes 1 and 2, and 3 where the total includes it, add up to the total (GHG Protocol; GRI 305).

    Returns CHECKS: one row per report and year that prints scopes 1 and 2 and a total.
    """
    facts = printed_facts(disclosures).filter(pl.col("member").is_null(), pl.col("rounding").is_not_null())
    of_year = ["report_id", "fiscal_year", "scope_note"]

    def emissions(metric: str) -> pl.DataFrame:
        return facts.filter(metric_code=metric).select(*of_year, "value", "rounding", "ids", "lines")

    def with_emissions(frame: pl.DataFrame, metric: str) -> pl.DataFrame:
        named = {name: f"{name}_{metric}" for name in ("value", "rounding", "ids", "lines")}
        joined = join_perimeters(frame, emissions(metric).rename(named), ["report_id", "fiscal_year"])
        return joined.drop("other_scope")

    without = emissions("ghg_scope1")
    for metric in ("ghg_scope2", "ghg_total"):
        without = with_emissions(without, metric)
    without = without.rename({"value_ghg_total": "expected"})
    with_scope3 = with_emissions(without, "ghg_scope3")
    sums = pl.concat([without, with_scope3], how="diagonal").with_columns(
        scopes=pl.when(pl.col("value_ghg_scope3").is_null())
        .then(pl.lit("1 and 2")).otherwise(pl.lit("1, 2 and 3")),
        observed=pl.sum_horizontal("^value.*$").round_sig_figs(_EXACT_FIGURES),
        tolerance=pl.sum_horizontal("rounding", "^rounding_.*$"),
        ids=pl.concat_list("ids", pl.col("^ids_.*$").fill_null(NO_DATAPOINTS)),
        lines=pl.concat_list("lines", pl.col("^lines_.*$").fill_null(pl.lit([], dtype=pl.List(pl.Int32)))),
        metric_code=pl.lit("ghg_total"), breakdown=pl.lit(None, pl.String), members=pl.lit(""),
    )  # fmt: skip
    best = _with_distance(sums).sort(*of_year, pl.col("deviation") - pl.col("tolerance"))
    return _checks(
        best.unique(of_year, keep="first", maintain_order=True),
        rule_code=pl.lit("scope_sum"),
        quarantined=pl.col("ids"),
        flagged=NO_DATAPOINTS,
        severity=pl.lit("error"),
        message=pl.format(
            "{}: GHG scopes {} of {} add up to {} where the total is {} (rounding allows {}); "
            + "look for a misprint on {}.",
            "report_id", "scopes", "fiscal_year", number(pl.col("observed")), number(pl.col("expected")),
            number(pl.col("tolerance").round_sig_figs(3)), places(pl.col("lines")),
        ),
    )  # fmt: skip


def _listings(disclosures: pl.DataFrame, rule: str, catalogue: Catalogue) -> pl.DataFrame:
    """Return one row per set of at least two members, all of them reported.

    A member that is printed twice with one value counts once. ``tolerance`` is the sum of all roundings;
    ``coarse_tolerance`` that of a source which rounds to the finest digit that is not zero in the whole set.
    """
    metrics = [metric for metric, (of, _) in catalogue.sets.items() if of == rule]
    rows = with_rounding(
        disclosures.filter(pl.col("set_id").is_not_null(), pl.col("metric_code").is_in(metrics))
    ).with_columns(
        meant_decimals=(pl.col("decimals") - pl.col("final_zeros").cast(pl.Int32)).clip(lower_bound=0)
    )
    of_set = ["set_id", "report_id", "metric_code", "breakdown", "fiscal_year"]
    finest_digit = pl.col("meant_decimals").max().cast(pl.Float64)
    members = rows.group_by(*of_set, "member", "value", maintain_order=True).agg(
        pl.col("rounding", "status", "meant_decimals", "scope_note").first(),
        ids=pl.col("disclosure_id"),
        lines=pl.col("line_no"),
    )
    sets = members.group_by(of_set, maintain_order=True).agg(
        members=pl.col("member").unique().sort().str.join("|"),
        size=pl.col("member").n_unique(),
        scope_note=pl.col("scope_note").first(),
        is_readable=((pl.col("status") == "reported") & pl.col("rounding").is_not_null()).all(),
        observed=pl.col("value").sum().round_sig_figs(_EXACT_FIGURES),
        tolerance=pl.col("rounding").sum(),
        coarse_tolerance=(pl.col("value") != 0).sum() * 0.5 * 10.0**-finest_digit,
        ids=pl.col("ids").list.explode(),
        lines=pl.col("lines").list.explode(),
    )
    known = known_members(catalogue)
    return (
        sets.filter(pl.col("size") > 1, "is_readable")
        .with_row_index("set_order")
        .with_columns(
            is_whole=pl.struct("breakdown", "members").map_elements(
                lambda row: is_whole(set(row["members"].split("|")), known[row["breakdown"]]),
                return_dtype=pl.Boolean,
            )
        )
    )


def is_whole(members: set[str], known: set[str]) -> bool:
    """Say whether a listing has all members there are, as far as that can be told from their names."""
    spans_all = any(map(_OPEN_BELOW.search, members)) and any(map(_OPEN_ABOVE.search, members))
    return (bool(known) and known <= members) or "other" in members or spans_all


def known_members(catalogue: Catalogue) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for targets in catalogue.members.values():
        for breakdown, member in targets:
            known[breakdown].add(member)
    return known


def _with_distance(sets: pl.DataFrame) -> pl.DataFrame:
    return sets.with_columns(deviation=(pl.col("observed") - pl.col("expected")).abs())


def _with_wholeness(sets: pl.DataFrame) -> pl.DataFrame:
    """Take a listing for whole, too, if it closes in another year of the report."""
    closes = (pl.col("deviation") <= pl.col("tolerance")).any()
    return sets.with_columns(
        is_whole=pl.col("is_whole") | closes.over("report_id", "metric_code", "breakdown", "members")
    )


def _without_excerpts(sets: pl.DataFrame) -> pl.DataFrame:
    """Leave out listings of some members whose whole listing is printed elsewhere, and closes."""
    of_listing = ["report_id", "metric_code", "breakdown", "fiscal_year", "scope_note"]
    whole = sets.filter(pl.col("deviation") <= pl.col("tolerance")).select(
        *of_listing, whole=pl.col("members").str.split("|")
    )
    members = pl.col("members").str.split("|")
    excerpts = sets.join(whole, on=of_listing, nulls_equal=True).filter(
        members.list.len() < pl.col("whole").list.len(),
        members.list.set_difference("whole").list.len() == 0,
    )
    return sets.join(excerpts.select("set_order"), on="set_order", how="anti")


def _of_year() -> pl.Expr:
    year = pl.col("fiscal_year").cast(pl.String)
    return pl.concat_str("metric_code", year, separator=" of ", ignore_nulls=True)


def _checks(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    year = pl.col("fiscal_year").cast(pl.String)
    usual = {
        **{name: pl.col(name) for name in ("report_id", "expected", "observed", "tolerance", "deviation")},
        "disclosure_ids": pl.col("ids"),
        "key": pl.concat_str("metric_code", "breakdown", "members", year, separator="|", ignore_nulls=True),
        "is_blocking": pl.lit(False),
    }
    return frame.select(**(usual | columns)).select(CHECKS.names())

"""From year to year: jumps of scale, of emission factors and of the perimeter.

A company's years are taken from all of its reports; of each year the latest report that prints it speaks.
"""

import math

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, as_checks, fact_name, number, places
from pipelines.quality.printed import most_exact, printed_facts

_OF_COMPANY = ["company_id", "metric_code", "breakdown", "member"]
# What a company does within a year may well change by a quarter, beside the slip.
_GROWTH = math.log10(1.25)
# Grid factors that are published every year differ by a few per cent.
_FACTOR_CHANGE = 0.1
# Seven people may become seventy.
_SMALL_COUNT = 30.0
# A note that names both years and parts them.
_APART = "而|[仅僅]|年起|开始|開始"


def scale_jump(disclosures: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """No amount is 10, 100, 1,000 ... times that of the year before, but for growth of up to a quarter.

    Returns CHECKS: one row per fact with the year before. Percentages and numbers below 30 that are counted
    are left out.
    """
    units = {code: metric.unit for code, metric in catalogue.metrics.items()}
    pairs = _with_year_before(_of_latest_report(disclosures, reports), _OF_COMPANY).with_columns(
        unit=pl.col("metric_code").replace_strict(units, default=None),
        magnitude=(pl.col("value") / pl.col("before_value")).log10(),
    )
    is_count = pl.col("unit").is_in(["count", "person", "person_time", "hour", "day"])
    is_small = is_count & (pl.min_horizontal("value", "before_value") < _SMALL_COUNT)
    nearest = pl.col("magnitude").round(0)
    is_jump = (nearest.abs() >= 1) & ((pl.col("magnitude") - nearest).abs() <= _GROWTH)
    amounts = pairs.filter(pl.col("magnitude").is_finite(), pl.col("unit") != "percent", ~is_small)
    return as_checks(
        amounts,
        "scale_jump",
        "warning",
        key=_key(),
        expected=pl.col("before_value"),
        observed=pl.col("value"),
        tolerance=pl.lit(0.0),
        deviation=pl.when(is_jump).then((pl.col("value") - pl.col("before_value")).abs()).otherwise(0.0),
        disclosure_ids=pl.concat_list("before_ids", "ids"),
        message=pl.format(
            "{}: {} is {} on {}, {} times the {} of the year before ({} {}); look whether a unit or a scale "
            + "is misprinted or misread.",
            "report_id", fact_name(), "print", places(pl.col("lines")),
            number((pl.col("value") / pl.col("before_value")).round_sig_figs(3)), "before_print",
            "before_report_id", places(pl.col("before_lines")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def emission_factor(disclosures: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Emissions per unit of what they are computed from stay within a tenth of the year before.

    Returns CHECKS: one row per company, year and pair of ``metric_factors.csv`` with both printed by one
    report, and so for the year before. A jump is of the factor, or of the perimeter of one of the two.
    """
    facts = _of_each_report(disclosures, reports).filter(pl.col("member").is_null(), pl.col("value") > 0)
    of_year = ["report_id", "company_id", "fiscal_year", "scope_note"]
    factors = []
    for emission, activity, without in catalogue.factors:
        activities = facts.filter(metric_code=activity).select(
            *of_year, activity="value", activity_rounding="rounding", activity_print="print",
            activity_lines="lines", activity_ids="ids", activity_metric="metric_code",
        )  # fmt: skip
        pairs = facts.filter(metric_code=emission).join(activities, on=of_year, nulls_equal=True)
        if without:
            excluded = facts.filter(metric_code=without).select(of_year)
            pairs = pairs.join(excluded, on=of_year, how="anti", nulls_equal=True)
        factors.append(pairs)
    pairs = (
        pl.concat(factors)
        .with_columns(
            factor=pl.col("value") / pl.col("activity"),
            open=pl.col("rounding") / pl.col("value") + pl.col("activity_rounding") / pl.col("activity"),
            ids=pl.concat_list("ids", "activity_ids"),
        )
        .sort("report_year", "report_id", descending=True, maintain_order=True)
        .unique([*_OF_COMPANY, "activity_metric", "fiscal_year"], keep="first", maintain_order=True)
    )
    judged = _with_year_before(pairs, [*_OF_COMPANY, "activity_metric"])
    return as_checks(
        judged,
        "emission_factor",
        "info",
        key=pl.concat_str("metric_code", "activity_metric", _year(), separator="|"),
        expected=pl.col("before_factor"),
        observed=pl.col("factor"),
        deviation=(pl.col("factor") - pl.col("before_factor")).abs(),
        tolerance=pl.col("before_factor") * (_FACTOR_CHANGE + pl.col("open") + pl.col("before_open")),
        disclosure_ids=pl.concat_list("before_ids", "ids"),
        message=pl.format(
            "{}: {} of {} ({} on {}) by {} ({} on {}) imply a factor of {}, but {} the year before ({} {}); "
            + "look whether factor or perimeter was changed, for the years are not comparable then.",
            "report_id", "metric_code", "fiscal_year", "print", places(pl.col("lines")), "activity_metric",
            "activity_print", places(pl.col("activity_lines")), number(pl.col("factor").round_sig_figs(4)),
            number(pl.col("before_factor").round_sig_figs(4)), "before_report_id",
            places(pl.col("before_lines")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def perimeter_change(disclosures: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """A fact is printed for the same perimeter as the year before, if only in one of its places.

    One note may tell of two perimeters (2021年覆盖总部及分公司，而2020年仅包括总部). Returns CHECKS: one row
    per fact with the year before; where no perimeter is printed it is the company.
    """
    years = reports.select("report_id", report_year="fiscal_year")
    facts = (
        printed_facts(disclosures)
        .with_columns(perimeter=pl.col("scope_note").fill_null(""))
        .join(years, on="report_id")
        .group_by("report_id", "report_year", *_OF_COMPANY, "fiscal_year", maintain_order=True)
        .agg(
            pl.col("value", "print").first(),
            perimeters=pl.col("perimeter").unique(maintain_order=True),
            ids=pl.col("ids").list.explode(),
            lines=pl.col("lines").list.explode(),
        )
        .sort("report_year", "report_id", descending=True, maintain_order=True)
        .unique([*_OF_COMPANY, "fiscal_year"], keep="first", maintain_order=True)
    )
    judged = _with_year_before(facts, _OF_COMPANY)
    shared = pl.col("perimeters").list.set_intersection("before_perimeters")
    told = shared.list.join("")
    is_told_apart = (
        told.str.contains(_APART)
        & told.str.contains(_year(), literal=True)
        & told.str.contains((pl.col("fiscal_year") - 1).cast(pl.String), literal=True)
    )
    is_changed = (shared.list.len() == 0) | is_told_apart
    return as_checks(
        judged,
        "perimeter_change",
        "info",
        key=_key(),
        expected=pl.col("before_value"),
        observed=pl.col("value"),
        tolerance=pl.lit(0.0),
        deviation=pl.when(is_changed).then(1.0).otherwise(0.0),
        disclosure_ids=pl.concat_list("before_ids", "ids"),
        message=pl.format(
            "{}: {} is {} on {} for {}, but the {} of the year before ({} {}) is for {}; look whether the "
            + "years may be compared.",
            "report_id", fact_name(), "print", places(pl.col("lines")), _perimeter("perimeters"),
            "before_print", "before_report_id", places(pl.col("before_lines")),
            _perimeter("before_perimeters"),
        ),
    ).select(CHECKS.names())  # fmt: skip


def _perimeter(name: str) -> pl.Expr:
    first = pl.col(name).list.first()
    return pl.when(first == "").then(pl.lit("the whole company")).otherwise(first)


def _of_each_report(disclosures: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    years = reports.select("report_id", report_year="fiscal_year")
    return most_exact(printed_facts(disclosures)).join(years, on="report_id")


def _of_latest_report(disclosures: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Return of each fact what the latest report prints, first that for the whole company."""
    return (
        _of_each_report(disclosures, reports)
        .sort(
            "report_year", "report_id", pl.col("scope_note").is_null(), descending=True, maintain_order=True
        )
        .unique([*_OF_COMPANY, "fiscal_year"], keep="first", maintain_order=True)
        .sort(*_OF_COMPANY, "fiscal_year")
    )


def _with_year_before(facts: pl.DataFrame, fact: list[str]) -> pl.DataFrame:
    """Join every row with that of the year before, as columns before_...; rows without one are left out."""
    before = facts.select(
        *fact,
        (pl.col("fiscal_year") + 1),
        *(
            pl.col(name).alias(f"before_{name}")
            for name in facts.columns
            if name not in (*fact, "fiscal_year")
        ),
    )
    return facts.join(before, on=[*fact, "fiscal_year"], nulls_equal=True, maintain_order="left")


def _key() -> pl.Expr:
    return pl.concat_str("metric_code", "breakdown", "member", _year(), separator="|", ignore_nulls=True)


def _year() -> pl.Expr:
    return pl.col("fiscal_year").cast(pl.String)

"""Intensities: an amount divided by revenue, headcount or area (``metric_ratios.csv``)."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, NO_DATAPOINTS, number, places
from pipelines.quality.printed import join_perimeters, most_exact, perimeters, printed_facts

_OF_YEAR = ["report_id", "fiscal_year", "scope_note"]
_YEAR = ["report_id", "fiscal_year"]


def intensity_base(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """An intensity is its amount divided by its base, as far as the digits of all three leave it open.

    Returns CHECKS: one row per intensity with amount and base printed for the same year, and for the same
    perimeter if there are any (the message says where perimeters differ); where one of them is printed with
    several values, those that fit best count. Where total emissions are not printed, scopes 1 and 2 stand for
    them if no scope 3 is. Where the base is not printed, one
    row per intensity that implies another base than the most exactly printed one. Zeros say nothing and are
    left out.
    """
    printed = printed_facts(disclosures).filter(pl.col("member").is_null(), pl.col("rounding").is_not_null())
    facts = pl.concat([printed, _sums_of_scopes(printed)]).filter(pl.col("value") > 0)
    pairs = _pairs(facts, catalogue)
    bases = facts.select(*_OF_YEAR, base_metric="metric_code", base="value", base_rounding="rounding",
                         base_lines="lines", base_print="print", base_ids="ids")  # fmt: skip
    with_base = join_perimeters(pairs, bases, [*_YEAR, "base_metric"])
    without_base = pairs.join(bases, on=[*_YEAR, "base_metric"], nulls_equal=True, how="anti")
    return pl.concat([_against_base(with_base), _against_each_other(without_base)])


def _sums_of_scopes(facts: pl.DataFrame) -> pl.DataFrame:
    """Return total emissions as the sum of scopes 1 and 2, like ``facts``, for years with only these."""
    on = [*_OF_YEAR, "company_id"]
    scopes = [most_exact(facts.filter(metric_code=scope), on) for scope in ("ghg_scope1", "ghg_scope2")]
    others = facts.filter(pl.col("metric_code").is_in(["ghg_total", "ghg_scope3"]))
    both = scopes[0].join(scopes[1], on=on, nulls_equal=True, suffix="_2")
    return (
        both.join(others, on=[*_YEAR, "company_id"], how="anti")
        .with_columns(
            pl.lit("ghg_total").alias("metric_code"),
            pl.col("value") + pl.col("value_2"),
            pl.col("rounding") + pl.col("rounding_2"),
            pl.concat_list("ids", "ids_2").alias("ids"),
            pl.concat_list("lines", "lines_2").alias("lines"),
            pl.concat_str("print", pl.lit(" + "), "print_2").alias("print"),
        )
        .select(facts.columns)
    )


def _pairs(facts: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return every intensity with every print of its amount, and the interval of the base that they imply."""
    ratios = pl.DataFrame(
        [
            (ratio, amount, base, float(catalogue.units.scale_of_ratio(catalogue.metrics[ratio].unit)))
            for ratio, (amount, base) in catalogue.ratios.items()
        ],
        schema={
            "metric_code": pl.String,
            "amount_metric": pl.String,
            "base_metric": pl.String,
            "scale": pl.Float64,
        },
        orient="row",
    )
    amounts = facts.select(*_OF_YEAR, amount_metric="metric_code", amount="value", amount_rounding="rounding",
                           amount_lines="lines", amount_print="print", amount_ids="ids")  # fmt: skip
    intensities = facts.filter(pl.col("value") > pl.col("rounding")).join(ratios, on="metric_code")
    return (
        join_perimeters(intensities, amounts, [*_YEAR, "amount_metric"])
        .drop("other_scope")
        .with_columns(**_quotient("implied", divisor=pl.col("value"), rounding=pl.col("rounding")))
    )


def _against_base(pairs: pl.DataFrame) -> pl.DataFrame:
    expected = pairs.with_columns(
        **_quotient("expected", divisor=pl.col("base"), rounding=pl.col("base_rounding"))
    ).with_columns(
        deviation=(pl.col("value") - pl.col("expected")).abs(),
        tolerance=pl.col("rounding") + pl.col("expected_open"),
    )  # fmt: skip
    of_intensity = [*_OF_YEAR, "metric_code", "value"]
    best = expected.sort(*of_intensity, pl.col("deviation") - pl.col("tolerance"))
    return _checks(
        best.unique(of_intensity, keep="first", maintain_order=True),
        observed=pl.col("value"),
        disclosure_ids=pl.concat_list("ids", "amount_ids", "base_ids"),
        message=pl.format(
            "{}: {} of {} is printed as {} on {}, but {} ({}) by {} ({}) gives {} {}; the print would need "
            + "{} to be {} to {}: look whether it is of another perimeter, or off by a power of ten.{}",
            "report_id", "metric_code", "fiscal_year", "print", places(pl.col("lines")),
            "amount_print", places(pl.col("amount_lines")), "base_print", places(pl.col("base_lines")),
            number(pl.col("expected") * pl.col("to_printed")), "unit_printed",
            "base_metric", *_limits("implied"), perimeters(pl.col("scope_note"), pl.col("other_scope")),
        ),
    )  # fmt: skip


def _against_each_other(pairs: pl.DataFrame) -> pl.DataFrame:
    exact_first = pairs.sort(*_YEAR, "base_metric", pl.col("implied_open") / pl.col("implied"))
    of_base = [*_YEAR, "base_metric"]
    reference = [
        pl.col(name).first().over(of_base).alias(f"other_{name}")
        for name in ("metric_code", "implied", "implied_open", "lines", "ids", "scope_note")
    ]
    others = exact_first.with_columns(reference).filter(pl.col("metric_code") != pl.col("other_metric_code"))
    judged = others.with_columns(
        expected=pl.col("other_implied"),
        deviation=(pl.col("implied") - pl.col("other_implied")).abs(),
        tolerance=pl.col("implied_open") + pl.col("other_implied_open"),
    )
    of_intensity = [*_OF_YEAR, "metric_code", "value"]
    best = judged.sort(*of_intensity, pl.col("deviation") - pl.col("tolerance"))
    return _checks(
        best.unique(of_intensity, keep="first", maintain_order=True),
        observed=pl.col("implied"),
        disclosure_ids=pl.concat_list("ids", "amount_ids", "other_ids"),
        message=pl.format(
            "{}: {} of {}, {} on {}, and {} on {} imply a {} of {} to {}, but {} on {} implies {} to {}; "
            + "look which of them is misprinted or of another perimeter.{}",
            "report_id", "metric_code", "fiscal_year", "print", places(pl.col("lines")),
            "amount_print", places(pl.col("amount_lines")), "base_metric", *_limits("implied"),
            "other_metric_code", places(pl.col("other_lines")), *_limits("other_implied"),
            perimeters(pl.col("scope_note"), pl.col("other_scope_note")),
        ),
    )  # fmt: skip


def _quotient(name: str, divisor: pl.Expr, rounding: pl.Expr) -> dict[str, pl.Expr]:
    """Return amount by divisor: the middle of all that their digits leave open, and half its width.

    Two such intervals touch if their middles are no further apart than half their widths together.
    """
    low = (pl.col("amount") - pl.col("amount_rounding")) / (divisor + rounding) * pl.col("scale")
    high = (pl.col("amount") + pl.col("amount_rounding")) / (divisor - rounding) * pl.col("scale")
    return {name: (low + high) / 2, f"{name}_open": (high - low) / 2}


def _limits(name: str) -> tuple[pl.Expr, pl.Expr]:
    middle, half = pl.col(name), pl.col(f"{name}_open")
    return number(middle - half), number(middle + half)


def _checks(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    year, value = pl.col("fiscal_year").cast(pl.String), number(pl.col("value"))
    usual = {
        "rule_code": pl.lit("intensity_base"),
        "report_id": pl.col("report_id"),
        "key": pl.concat_str("metric_code", year, value, separator="|"),
        "quarantined": NO_DATAPOINTS,
        "flagged": pl.col("ids"),
        "expected": pl.col("expected"),
        "tolerance": pl.col("tolerance"),
        "deviation": pl.col("deviation"),
        "severity": pl.lit("warning"),
        "is_blocking": pl.lit(False),
    }
    return frame.select(**(usual | columns)).select(CHECKS.names())

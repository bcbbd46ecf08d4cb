"""What is printed, and how much its digits leave open: the common ground of all arithmetic rules.

A printed 17.5 stands for anything between 17.45 and 17.55. "About 40" is rounded to its last digit that is
not zero: anything between 35 and 45. "More than" and "up to" bound a number on one side only and have no
rounding. A printed zero does not tell its scale and is taken as exact.
"""

import polars as pl

# Binary fractions: 42.35 - 42.3 is a little more than 0.05.
_BINARY = 1e-9

FACT = [
    "report_id", "company_id", "metric_code", "breakdown", "member", "fiscal_year", "basis", "scope_note",
]  # fmt: skip
"""What a number is about."""


def with_rounding(disclosures: pl.DataFrame) -> pl.DataFrame:
    """Add ``rounding`` (half of the last printed digit, in the metric's unit; null if open on one side).

    ``final_zeros`` counts the zeros at the end of the printed digits: 2 in 20.00 and in 826,000 with 0.
    """
    digits = (
        (pl.col("value_printed").abs() * 10.0 ** pl.col("decimals")).round(0).cast(pl.Int128).cast(pl.String)
    )
    scale = (pl.col("value") / pl.col("value_printed")).abs()
    half = 0.5 * 10.0 ** -pl.col("decimals").cast(pl.Float64) * scale
    return disclosures.with_columns(final_zeros=digits.str.extract("(0*)$").str.len_chars()).with_columns(
        rounding=pl.when(pl.col("value") == 0)
        .then(0.0)
        .when(qualifier="exact")
        .then(half + _BINARY * pl.col("value").abs())
        .when(qualifier="about")
        .then(half * 10.0 ** pl.col("final_zeros").cast(pl.Float64) + _BINARY * pl.col("value").abs())
    )


def printed_facts(disclosures: pl.DataFrame) -> pl.DataFrame:
    """Return one row per fact and value that a report prints, wherever and however often.

    Columns: ``FACT``, value, qualifier, rounding, ids, lines, and of its first place print (number and unit
    as printed), decimals and final_zeros of the number, unit_printed and to_printed (the factor from value to
    the printed unit; null for zeros).
    Ambiguous datapoints are left out, for their label is not known for sure.
    """
    usable = disclosures.filter(
        pl.col("status") == "reported",
        pl.col("confidence") != "ambiguous",
        pl.col("metric_code").is_not_null(),
        pl.col("value").is_not_null(),
        pl.col("fiscal_year").is_not_null(),
    )
    return (
        with_rounding(usable)
        .group_by(*FACT, "value", "qualifier", "rounding", maintain_order=True)
        .agg(
            pl.col("decimals", "final_zeros").first(),
            ids=pl.col("disclosure_id"),
            lines=pl.col("line_no"),
            print=_as_printed().first(),
            unit_printed=pl.col("unit_printed").first(),
            to_printed=pl.when(pl.col("value") != 0).then(pl.col("value_printed") / pl.col("value")).first(),
        )
    )


def most_exact(facts: pl.DataFrame, by: list[str] = FACT) -> pl.DataFrame:
    """Return of each fact (or of each combination of ``by``) its most exact print that is bounded on both
    sides."""
    return (
        facts.filter(pl.col("rounding").is_not_null())
        .sort(*by, "rounding", maintain_order=True)
        .unique(by, keep="first", maintain_order=True)
    )


def _as_printed() -> pl.Expr:
    has_unit = pl.col("raw_value").str.ends_with(pl.col("unit_printed"))
    return (
        pl.when(has_unit)
        .then("raw_value")
        .otherwise(pl.concat_str("raw_value", "unit_printed", separator=" "))
    )


def join_perimeters(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Join facts of one perimeter; one without a partner of its own is compared with those of another.

    Both have ``scope_note``; the result has the left one, and the right one as ``other_scope``.
    """
    others = right.rename({"scope_note": "other_scope"})
    facts = left.with_row_index("fact")
    same = facts.join(others.with_columns(scope_note="other_scope"), on=[*on, "scope_note"], nulls_equal=True)
    alone = facts.join(same.select("fact").unique(), on="fact", how="anti")
    across = alone.join(others, on=on, nulls_equal=True)
    return pl.concat([same.select(across.columns), across]).drop("fact")


def perimeters(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return words for a message that compares two perimeters; empty where they are the same."""
    names = [scope.fill_null("the whole company") for scope in (one, other)]
    return (
        pl.when(one.ne_missing(other))
        .then(pl.format(" The perimeters differ: {} against {}.", *names))
        .otherwise(pl.lit(""))
    )

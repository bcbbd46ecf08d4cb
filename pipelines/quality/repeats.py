"""One fact in several places: within a report it must agree, from report to report it may be restated."""

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.quality.checks import CHECKS, NO_DATAPOINTS, fact_name, number, places
from pipelines.quality.printed import FACT, perimeters, printed_facts


def repeated_fact(disclosures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A fact printed in several places has one value, within the rounding of the coarser print.

    Returns CHECKS: one row per further value, compared with the most exactly printed one. "More than 98"
    agrees with anything above, "up to" and "less than" with anything below.
    """
    exact_first = printed_facts(disclosures).sort(*FACT, "rounding", nulls_last=True, maintain_order=True)
    of_fact = [
        pl.col(name).first().over(FACT).alias(f"first_{name}")
        for name in ("value", "rounding", "print", "lines", "ids")
    ]
    places_of_fact = exact_first.with_columns(*of_fact, place=pl.int_range(pl.len()).over(FACT))
    first, rounding = pl.col("first_value"), pl.col("first_rounding")
    judged = places_of_fact.filter(pl.col("place") > 0).with_columns(
        deviation=_contradiction(first, pl.col("value"), pl.col("qualifier"), rounding),
        tolerance=pl.max_horizontal(rounding.fill_null(0.0), pl.col("rounding").fill_null(0.0)),
    )
    return judged.select(
        rule_code=pl.lit("repeated_fact"),
        report_id="report_id",
        key=_key("report_id", "first_value", "value"),
        disclosure_ids=pl.concat_list("first_ids", "ids"),
        quarantined=NO_DATAPOINTS,
        flagged=pl.concat_list("first_ids", "ids"),
        expected="first_value",
        observed="value",
        tolerance="tolerance",
        deviation="deviation",
        severity=pl.lit("warning"),
        is_blocking=pl.lit(False),
        message=pl.format(
            "{}: {} is {} on {} but {} on {}; "
            + "look whether one is misread, misprinted or of another perimeter.",
            "report_id", fact_name(), "first_print", places(pl.col("first_lines")),
            "print", places(pl.col("lines")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def restatement(disclosures: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """A company's reports print the same value of one fact, within the rounding of the coarser print.

    Returns CHECKS: one row per fact in two successive reports of a company, named after the later one; each
    report speaks through its most exact print for the whole company, or for the one perimeter that it names.
    A report that names several and prints nothing for the whole is not compared; where two reports name
    different ones, the message says so.
    """
    years = reports.select("report_id", report_year="fiscal_year")
    of_report = [name for name in FACT if name != "scope_note"]
    of_company = [name for name in of_report if name != "report_id"]
    scopes = pl.col("scope_note").drop_nulls().n_unique().over(of_report)
    of_whole = pl.col("scope_note").is_null()
    by_report = (
        printed_facts(disclosures)
        .filter(of_whole | ((scopes == 1) & ~of_whole.any().over(of_report)))
        .sort("rounding", nulls_last=True, maintain_order=True)
        .unique(of_report, keep="first", maintain_order=True)
        .join(years, on="report_id")
        .sort("report_year", "report_id", *of_company[1:])
    )
    names = ("report_id", "value", "rounding", "qualifier", "print", "lines", "ids", "scope_note")
    pairs = by_report.with_columns(
        pl.col(name).shift(1).over(of_company).alias(f"earlier_{name}") for name in names
    ).filter(pl.col("earlier_report_id").is_not_null())
    earlier, later = pl.col("earlier_value"), pl.col("value")
    judged = pairs.with_columns(
        deviation=pl.min_horizontal(
            _contradiction(earlier, later, pl.col("qualifier"), pl.col("earlier_rounding")),
            _contradiction(later, earlier, pl.col("earlier_qualifier"), pl.col("rounding")),
        ),
        tolerance=pl.max_horizontal(pl.col("earlier_rounding", "rounding").fill_null(0.0)),
    )
    return judged.select(
        rule_code=pl.lit("restatement"),
        report_id="report_id",
        key=_key("earlier_report_id", "earlier_value", "value"),
        disclosure_ids=pl.concat_list("earlier_ids", "ids"),
        quarantined=NO_DATAPOINTS,
        flagged=NO_DATAPOINTS,
        expected="earlier_value",
        observed="value",
        tolerance="tolerance",
        deviation="deviation",
        severity=pl.lit("warning"),
        is_blocking=pl.lit(False),
        message=pl.format(
            "{}: {} is {} on {}, but {} printed {} on {}; "
            + "it is restated, or one of them is misread or of another perimeter.{}",
            "report_id", fact_name(), "print", places(pl.col("lines")), "earlier_report_id", "earlier_print",
            places(pl.col("earlier_lines")), perimeters(pl.col("scope_note"), pl.col("earlier_scope_note")),
        ),
    ).select(CHECKS.names())  # fmt: skip


def _contradiction(value: pl.Expr, other: pl.Expr, other_qualifier: pl.Expr, rounding: pl.Expr) -> pl.Expr:
    """Return how far ``value`` is from what another print, with its qualifier, allows.

    Two numbers that are both open on one side never contradict each other: ``rounding`` of the first is null.
    """
    return (
        pl.when(rounding.is_null() & other_qualifier.is_in(["more_than", "less_than", "up_to"]))
        .then(0.0)
        .when(other_qualifier == "more_than")
        .then((other - value).clip(lower_bound=0.0))
        .when(other_qualifier.is_in(["less_than", "up_to"]))
        .then((value - other).clip(lower_bound=0.0))
        .otherwise((value - other).abs())
    )


def _key(*columns: str) -> pl.Expr:
    year = pl.col("fiscal_year").cast(pl.String)
    values = [number(pl.col(name)) if name.endswith("value") else pl.col(name) for name in columns]
    return pl.concat_str(
        "metric_code", "breakdown", "member", year, *values, separator="|", ignore_nulls=True
    )

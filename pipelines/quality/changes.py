"""Stated changes against the printed values: revenue rose by 12 %, water density fell by a fifth."""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.catalogue import Catalogue, normalise_alias
from pipelines.quality.checks import CHECKS, as_checks, number, places
from pipelines.quality.printed import most_exact, printed_facts

_RISE = "增长|增加|上升|提升|提高"
_FALL = "下降|降低|减少|下跌|缩减"
_CHANGE = re.compile(
    rf"(?:(?P<rise>{_RISE})|(?P<fall>{_FALL}))(?:了|达|幅度?为?)*"
    r"(?P<open>超过|超|逾)?(?P<about>约|近)?(?P<number>\d+(?:\.\d+)?)%"
)
# With what it is compared; the year where it is named, else the one before the report's.
_COMPARISON = re.compile(
    r"同比|(?:相?较|相?比|与)(?:于|之)?(?:上一?年|去年|前一年|(?P<year>20\d\d) ?年)度?(?:同期)?(?:相比|比较)?"
)
_SENTENCE_END = re.compile(r"[。;!?•·]")
_CLAUSE_END = re.compile(r"[,。;:!?•·、]")
_LEADING_WORDS = re.compile("^(?:我们的?|本?公司的?|集团的?|其|的)+")
# A statement speaks of what stands shortly before it: "water density 3.01 t ... the density fell by 18 %".
_REACH = 80
_LONGEST_ALIAS = 24
_SHORTEST_ALIAS = 2

_STATEMENTS = {
    "report_id": pl.String, "statement": pl.Int64, "metric_code": pl.String, "line_no": pl.Int32,
    "phrase": pl.String, "fiscal_year": pl.Int32, "before_year": pl.Int32, "stated": pl.Float64,
    "stated_open": pl.Float64, "is_more": pl.Boolean,
}  # fmt: skip


def stated_change(
    disclosures: pl.DataFrame, lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """A change in per cent, stated in words or as a metric, is that of the two printed values.

    Returns CHECKS: one row per statement whose metric is printed for both years, within the digits of all
    three. A statement is read where an alias stands before rise or fall, a number and %, and the text says
    what is compared (同比, 较上年, 较2020年); where its words could mean several metrics, the one that fits
    best counts. ``disclosure_ids`` are those of the values.
    """
    facts = most_exact(printed_facts(disclosures)).filter(pl.col("member").is_null())
    of_text = pl.DataFrame(list(_statements(lines, reports, catalogue)), schema=_STATEMENTS, orient="row")
    statements = pl.concat([of_text, _of_metrics(facts, catalogue)])
    values = facts.select(
        "report_id", "metric_code", "fiscal_year", "scope_note", "value", "rounding", "print", "lines", "ids"
    )
    before = values.rename({"fiscal_year": "before_year"})
    joined = statements.join(values, on=["report_id", "metric_code", "fiscal_year"]).join(
        before,
        on=["report_id", "metric_code", "before_year", "scope_note"],
        nulls_equal=True,
        suffix="_before",
    ).filter(pl.col("value_before") > pl.col("rounding_before"))  # fmt: skip
    low = (pl.col("value") - pl.col("rounding")) / (pl.col("value_before") + pl.col("rounding_before"))
    high = (pl.col("value") + pl.col("rounding")) / (pl.col("value_before") - pl.col("rounding_before"))
    judged = joined.with_columns(low=100 * (low - 1), high=100 * (high - 1)).with_columns(
        expected=(pl.col("low") + pl.col("high")) / 2
    ).with_columns(
        deviation=pl.when("is_more")
        .then((pl.col("stated").abs() - pl.col("expected") * pl.col("stated").sign()).clip(lower_bound=0.0))
        .otherwise((pl.col("stated") - pl.col("expected")).abs()),
        tolerance=(pl.col("high") - pl.col("low")) / 2 + pl.col("stated_open"),
    )  # fmt: skip
    best = judged.sort(
        "report_id", "statement", pl.col("deviation") - pl.col("tolerance"), maintain_order=True
    ).unique(["report_id", "statement"], keep="first", maintain_order=True)
    return as_checks(
        best,
        "stated_change",
        "warning",
        key=pl.concat_str(
            "metric_code", pl.col("fiscal_year").cast(pl.String), number(pl.col("stated")), separator="|"
        ),
        observed=pl.col("stated"),
        disclosure_ids=pl.concat_list("ids", "ids_before"),
        message=pl.format(
            "{}: line {} states a change of {} % ({}), but {} of {} is {} on {} after {} on {}, a change of "
            + "{} to {} %; look which of the three is misprinted.",
            "report_id", "line_no", number(pl.col("stated")), "phrase", "metric_code", "fiscal_year", "print",
            places(pl.col("lines")), "print_before", places(pl.col("lines_before")),
            number(pl.col("low").round_sig_figs(4)), number(pl.col("high").round_sig_figs(4)),
        ),
    ).select(CHECKS.names())  # fmt: skip


def _of_metrics(facts: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the changes that are metrics themselves (``metric_changes.csv``)."""
    stated = facts.filter(pl.col("metric_code").is_in(list(catalogue.changes)))
    return stated.select(
        "report_id",
        statement=-1 - pl.int_range(pl.len(), dtype=pl.Int64),
        metric_code=pl.col("metric_code").replace_strict(catalogue.changes, return_dtype=pl.String),
        line_no=pl.col("lines").list.first().cast(pl.Int32),
        phrase=pl.concat_str("metric_code", pl.lit(" "), "print"),
        fiscal_year=pl.col("fiscal_year").cast(pl.Int32),
        before_year=(pl.col("fiscal_year") - 1).cast(pl.Int32),
        stated=pl.col("value"),
        stated_open=pl.col("rounding"),
        is_more=pl.lit(False),
    ).cast(_STATEMENTS)  # type: ignore[arg-type]


def _statements(
    lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue
) -> Iterator[tuple[object, ...]]:
    """Yield a row of _STATEMENTS for each metric that the words of a statement in the text can mean."""
    years = dict(reports.select("report_id", "fiscal_year").iter_rows())
    statement = 0
    for report_id, paragraph, starts in _paragraphs(lines):
        for found in _CHANGE.finditer(paragraph):
            sentence = max((m.end() for m in _SENTENCE_END.finditer(paragraph, 0, found.start())), default=0)
            compared = list(_COMPARISON.finditer(paragraph, sentence, found.start()))
            if not compared:
                continue
            statement += 1
            printed = found["number"]
            decimals = len(printed.partition(".")[2])
            zeros = len(printed.replace(".", "")) - len(printed.replace(".", "").rstrip("0"))
            line_no = next(line for start, line in reversed(starts) if start <= found.end() - 1)
            year = int(compared[-1]["year"] or years[report_id] - 1)
            if year >= years[report_id]:
                continue
            for metric in sorted(_meant(paragraph[: found.start()], catalogue)):
                yield (
                    report_id, statement, metric, line_no, found[0], years[report_id], year,
                    float(printed) * (1 if found["rise"] else -1),
                    0.5 * 10.0 ** (-decimals + (zeros if found["about"] else 0)), bool(found["open"]),
                )  # fmt: skip


def _paragraphs(lines: pl.DataFrame) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Yield runs of lines without a blank one between: report, folded text, and where which line starts."""
    of_text = lines.filter(pl.col("role").is_in(["text", "blank"])).sort("report_id", "line_no")
    text, starts, current = "", list[tuple[int, int]](), ""
    for report_id, line_no, folded in of_text.select("report_id", "line_no", "folded").iter_rows():
        if report_id != current or not folded.strip():
            if "%" in text:
                yield current, text, starts
            text, starts, current = "", [], report_id
        if folded.strip():
            starts.append((len(text), line_no))
            text += folded.strip()
    if "%" in text:
        yield current, text, starts


def _meant(before: str, catalogue: Catalogue) -> set[str]:
    """Return the metrics that the words right before a rise or fall can mean.

    A word that is only the end of an alias (the density) means what it ended last.
    """
    clause = _COMPARISON.sub("", before)
    clause = clause[max((m.end() for m in _CLAUSE_END.finditer(clause)), default=0) :]
    subject = _LEADING_WORDS.sub("", normalise_alias(clause))
    metrics = _ending_with_alias(subject, catalogue)
    if metrics or len(subject) < _SHORTEST_ALIAS:
        return metrics
    nearby = normalise_alias(before[-_REACH:])
    place = nearby.rfind(subject, 0, len(nearby) - len(subject))
    while place >= 0:
        metrics = _ending_with_alias(nearby[: place + len(subject)], catalogue)
        if metrics:
            return metrics
        place = nearby.rfind(subject, 0, place)
    return set()


def _ending_with_alias(text: str, catalogue: Catalogue) -> set[str]:
    for length in range(min(_LONGEST_ALIAS, len(text)), _SHORTEST_ALIAS - 1, -1):
        targets = catalogue.aliases.get(text[-length:])
        if targets:
            return {target.metric for target in targets if target.member is None}
    return set()

"""Reading generated reports and comparing what comes out with what is true."""

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

import polars as pl

from pipelines.catalogue import load_catalogue
from pipelines.extraction import extract_disclosures
from pipelines.ingest import REPORTS_SCHEMA, ReportFacts, ingest_report

from .report import COMPANY, Placed, Report, report

_NOW = datetime(2025, 1, 2, tzinfo=UTC)
_CLAIMED = ("certain", "likely")


@dataclasses.dataclass(frozen=True)
class Miss:
    """Something that is wrong or missing: ``kind`` (wrong certain, wrong likely, missing), and where."""

    kind: str
    line: int
    message: str


@dataclasses.dataclass(frozen=True)
class Score:
    """How a report was read. Recall is taken of torn values that the text decides."""

    found: int = 0
    expected: int = 0
    right: int = 0
    wrong: int = 0
    wrong_certain: int = 0
    misses: tuple[Miss, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.found + other.found,
            self.expected + other.expected,
            self.right + other.right,
            self.wrong + other.wrong,
            self.wrong_certain + other.wrong_certain,
            self.misses + other.misses,
        )

    @property
    def recall(self) -> float:
        """Share of the torn values that the text decides which were read right."""
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """Share of the catalogued datapoints, certain or likely, that are right."""
        claimed = self.right + self.wrong
        return self.right / claimed if claimed else 1.0


def make(seed: int, tears: Sequence[str], *, size: int = 3) -> Report:
    """Return the report of this seed; the same for ever."""
    return report(Random(f"{seed} {' '.join(tears)}"), tears, size=size)


def read(made: Report) -> list[dict[str, Any]]:
    """Return the disclosures of a generated report, read from its bytes on."""
    declared = ReportFacts("acme", "Acme Inc.", COMPANY, fiscal_year=made.year, script=made.script)
    ingested = ingest_report(made.text.encode(), "acme.txt", "acme", declared)
    frame = pl.DataFrame([ingested.row(_NOW)], schema=REPORTS_SCHEMA)
    return extract_disclosures(ingested.lines.frame("acme"), frame, load_catalogue()).to_dicts()


def compare(made: Report, rows: Sequence[dict[str, Any]]) -> Score:
    """Return how ``rows`` compare with the truth of ``made``."""
    claims = [
        row
        for row in rows
        if row["metric_code"] and row["confidence"] in _CLAIMED and row["status"] == "reported"
    ]
    left = list(made.truth)
    kinds: Counter[str] = Counter()
    misses = []
    for row in claims:
        placed = next((each for each in left if _is(each, row)), None)
        if placed is not None:
            left.remove(placed)
        verdict = placed.printed.verdict if placed else None
        if verdict == "decided":
            kinds["right"] += 1
            kinds["found"] += placed is not None and placed.torn
        elif verdict is None or verdict == "open":
            kinds["wrong"] += 1
            kinds["certain"] += row["confidence"] == "certain"
            why = "the text does not decide" if verdict else "not true"
            misses.append(Miss(f"wrong {row['confidence']}", row["line_no"], f"{_shown(row)} {why}"))
    missing = [each for each in left if each.torn and each.printed.verdict == "decided"]
    misses += [Miss("missing", each.line, f"{each.printed.fact.key} {each.printed.raw}") for each in missing]
    expected = sum(each.torn and each.printed.verdict == "decided" for each in made.truth)
    return Score(kinds["found"], expected, kinds["right"], kinds["wrong"], kinds["certain"], tuple(misses))


def scored(tears: Sequence[str], seeds: range) -> Score:
    """Read the reports of ``seeds`` torn by ``tears``."""
    made = [make(seed, tears) for seed in seeds]
    return sum((compare(each, read(each)) for each in made), Score())


def _is(placed: Placed, row: dict[str, Any]) -> bool:
    fact = placed.printed.fact
    return (
        placed.line == row["line_no"]
        and fact.key == (row["metric_code"], row["breakdown"], row["member"], row["fiscal_year"])
        and row["value"] is not None
        and math.isclose(fact.value, row["value"], rel_tol=1e-9)
    )


def _shown(row: dict[str, Any]) -> str:
    key = row["metric_code"], row["breakdown"], row["member"], row["fiscal_year"]
    return f"{key} {row['raw_value']} [{row['layout']}, {row['pairing']}]"

"""What a finding is, how it is identified over runs, and what it does to its datapoints."""

import hashlib
from dataclasses import dataclass

import polars as pl

FINDINGS = pl.Schema(
    {
        "finding_id": pl.String(),
        "rule_code": pl.String(),
        "severity": pl.String(),
        "report_id": pl.String(),
        "disclosure_ids": pl.List(pl.String()),
        "expected": pl.Float64(),
        "observed": pl.Float64(),
        "message": pl.String(),
        "acknowledged": pl.Boolean(),
        "first_seen_at": pl.Datetime("us", "UTC"),
        "run_id": pl.String(),
    }
)
"""Columns and dtypes of the findings; their meaning is documented with ``fct_quality_finding``."""


@dataclass(frozen=True)
class Finding:
    """Something a maintainer should know. ``severity`` is error, warning or info.

    ``expected`` and ``observed`` are in the unit of the disclosures. ``key`` tells findings of one rule in
    one report apart; it names the fact and not its place, so that a finding keeps its id when lines move.
    """

    rule_code: str
    severity: str
    report_id: str
    disclosure_ids: tuple[str, ...]
    expected: float | None
    observed: float | None
    message: str
    key: str = ""

    @property
    def identity(self) -> str:
        """What tells the finding from others of its rule in its report."""
        return self.key or ",".join(sorted(self.disclosure_ids))

    @property
    def finding_id(self) -> str:
        """The same for the same finding in every run."""
        identity = f"{self.rule_code}|{self.report_id}|{self.identity}"
        return hashlib.sha256(identity.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Outcome:
    """A finding and what it means for the datapoints concerned, and for publishing."""

    finding: Finding
    quarantined: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    is_blocking: bool = False

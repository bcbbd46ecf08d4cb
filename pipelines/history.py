"""The table ``runs``: one row for each run that was published, this one included.

The rows of earlier runs are those of the published warehouse. Of the texts, each row keeps what came and what
went since the run before, so that the table does not grow with every text at every run.
"""

from pathlib import Path

import duckdb
import polars as pl

from pipelines.evaluation import evaluate_frames
from pipelines.extraction import extractor_version
from pipelines.paths import Build

RUNS = pl.Schema(
    {
        "run_id": pl.String(),
        "started_at": pl.Datetime("us", "UTC"),
        "inputs": pl.String(),
        "extractor_version": pl.String(),
        "reports": pl.Int32(),
        "texts_added": pl.List(pl.String()),
        "texts_removed": pl.List(pl.String()),
        "disclosures": pl.Int32(),
        "mapped": pl.Int32(),
        "errors": pl.Int32(),
        "warnings": pl.Int32(),
        "infos": pl.Int32(),
        "labels": pl.Int32(),
        "tabular_found": pl.Float64(),
        "tabular_exact": pl.Float64(),
        "tabular_precision": pl.Float64(),
        "narrative_exact": pl.Float64(),
    }
)
"""Columns and dtypes; their meaning is documented with the mart ``runs``."""


def write_runs(build: Build, published: Path | None, labels: Path | None) -> pl.DataFrame:
    """Write the earlier runs and that of ``build`` to ``build.runs`` and return them.

    ``published`` is the last good warehouse; ``labels`` the folder of hand-labelled datapoints.
    """
    earlier, texts_before = _published(published)
    reports = pl.read_parquet(build.reports, columns=["sha256", "ingested_at"])
    disclosures = pl.read_parquet(build.gated_disclosures, columns=["metric_code"])
    findings = pl.read_parquet(build.findings, columns=["severity", "acknowledged"])
    severities = findings.filter(~pl.col("acknowledged"))["severity"].to_list()
    texts = set(reports["sha256"])
    accuracy = evaluate_frames(build.gated_disclosures, build.reports, labels) if labels else None
    row = {
        "run_id": build.run_id,
        "started_at": reports["ingested_at"].min(),
        "inputs": build.fingerprint.read_text(encoding="utf-8"),
        "extractor_version": extractor_version(),
        "reports": reports.height,
        "texts_added": sorted(texts - texts_before),
        "texts_removed": sorted(texts_before - texts),
        "disclosures": disclosures.height,
        "mapped": disclosures["metric_code"].count(),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
        "labels": accuracy.tabular_labels + accuracy.narrative_labels if accuracy else None,
        "tabular_found": accuracy and accuracy.tabular_found,
        "tabular_exact": accuracy and accuracy.tabular_exact,
        "tabular_precision": accuracy and accuracy.tabular_precision,
        "narrative_exact": accuracy and accuracy.narrative_exact,
    }
    runs = pl.concat([earlier, pl.DataFrame([row], schema=RUNS)])
    runs.write_parquet(build.runs)
    return runs


def _published(published: Path | None) -> tuple[pl.DataFrame, set[str]]:
    """Return the rows and the texts of the published warehouse; one from before this table has no rows."""
    if published is None:
        return RUNS.to_frame(), set()
    with duckdb.connect(published, read_only=True) as connection:
        texts = connection.execute("select sha256 from marts.dim_report").fetchall()
        try:
            rows = connection.execute(f"select {', '.join(RUNS)} from marts.runs").fetchall()
        except duckdb.Error:
            rows = []
    frame = pl.DataFrame(rows, schema=RUNS | {"started_at": pl.Datetime("us")}, orient="row")
    return frame.with_columns(pl.col("started_at").dt.replace_time_zone("UTC")), {text for (text,) in texts}

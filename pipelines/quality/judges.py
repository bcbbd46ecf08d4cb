"""Great Expectations as the judge: frames against the suites of a folder, and a page that shows the verdicts.

The suites are JSON files, named after the frame that they judge. Each expectation says in ``meta`` which
``rule_code`` it stands for and, where a row of it is a finding by itself, what is wrong with the row
(``finding``). Its severity critical means that a failure blocks publishing.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.quality.data_docs import Judged, write_data_docs

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

ROW_ID = "row_id"


class SuiteError(ValueError):
    """A suite cannot be used; the message names the file and what would be right."""


@dataclass(frozen=True)
class Failure:
    """An expectation that rows failed: ``row_ids`` in the order of the frame."""

    suite: str
    rule_code: str
    finding: str
    is_critical: bool
    row_ids: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The failed expectations, and for each that could not run or names no row a message about it."""

    failures: tuple[Failure, ...]
    broken: tuple[str, ...]


def judge(
    frames: Mapping[str, pl.DataFrame], expectations: Path, data_docs: Path | None, run_id: str, now: datetime
) -> Verdict:
    """Judge every frame (with a column ``ROW_ID``) by the suite of its name in ``expectations``.

    Writes the page to ``data_docs``. Raises SuiteError if a suite is missing or malformed.
    """
    # Read when the package is imported, which takes some nine seconds: hence not at the top of this module.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.compatibility.pydantic import ValidationError
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for name in context.get_site_names():  # its own pages: see quality.data_docs
        context.delete_data_docs_site(name)
    source = context.data_sources.add_pandas("build")
    failures: list[Failure] = []
    broken: list[str] = []
    judged: list[Judged] = []
    for name, frame in frames.items():
        path = expectations / f"{name}.json"
        content = _read_suite(path)
        try:
            suite = context.suites.add(gx.ExpectationSuite(**content))
        except ValidationError as error:
            raise SuiteError(f"{path} is not a valid suite: {error}") from error
        # An expectation of an unknown type is logged and left out: its rule would pass everything.
        left_out = {each["type"] for each in content["expectations"]} - {
            each.expectation_type for each in suite.expectations
        }
        if left_out:
            raise SuiteError(f"{path}: there is no expectation {', '.join(sorted(left_out))}")
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
        validation = context.validation_definitions.add(
            gx.ValidationDefinition(name=name, data=batch, suite=suite)
        )
        result = validation.run(
            batch_parameters={"dataframe": frame.to_pandas()},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [ROW_ID],
                "return_unexpected_index_query": False,
            },
            run_id=RunIdentifier(run_name=run_id, run_time=now),
        )
        judged.append(Judged(name, content.get("meta", {}).get("about", ""), frame.height, result))
        for outcome in result.results:
            if outcome.success:
                continue
            failure = _failure(name, outcome)
            if failure.row_ids:
                failures.append(failure)
            else:
                broken.append(_why_broken(failure, outcome))
    if data_docs is not None:
        write_data_docs(data_docs, judged, run_id, now)
    return Verdict(tuple(failures), tuple(broken))


def _read_suite(path: Path) -> dict[str, Any]:
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path} is not a readable suite: {error}") from error
    for number, expectation in enumerate(suite.get("expectations", []), start=1):
        if not expectation.get("meta", {}).get("rule_code"):
            raise SuiteError(f"{path}, expectation {number}: meta must name a rule_code")
    return dict(suite)


def _failure(suite: str, outcome: "ExpectationValidationResult") -> Failure:
    config = outcome.expectation_config
    meta = (config.meta if config else None) or {}
    rows = outcome.result.get("unexpected_index_list") or []
    return Failure(
        suite=suite,
        rule_code=meta.get("rule_code", ""),
        finding=meta.get("finding", ""),
        is_critical=config is not None and config.severity == "critical",
        row_ids=tuple(row[ROW_ID] for row in rows),
    )


def _why_broken(failure: Failure, outcome: "ExpectationValidationResult") -> str:
    """Return a message about an expectation that failed without a row: it raised, or is about no rows."""
    reasons = "; ".join(_exceptions(outcome.exception_info or {})) or f"it found {outcome.result}"
    kind = outcome.expectation_config.type if outcome.expectation_config else "?"
    return (
        f"The check is broken, not the data: {kind} for {failure.rule_code} in {failure.suite}.json could "
        f"not be judged by rows ({reasons}); correct the expectation or the column that it names."
    )


def _exceptions(info: Mapping[str, Any]) -> Iterator[str]:
    """Yield the messages of ``exception_info``, which is one record or a record per metric."""
    for record in [info, *(value for value in info.values() if isinstance(value, Mapping))]:
        if record.get("raised_exception"):
            yield str(record.get("exception_message"))

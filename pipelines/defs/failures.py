"""Why a run failed, read from its events: for the command line and for alerts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg


@dataclass(frozen=True)
class RunFailure:
    """``problems`` for the person who must act; ``is_gate``: the gate said no, nothing broke.

    ``exit_code`` is the command line's; ``details`` is a traceback if it was a surprise.
    """

    exit_code: int
    problems: tuple[str, ...]
    details: str
    is_gate: bool


def run_failure(events: Sequence[dg.DagsterEvent]) -> RunFailure:
    """Return what was in the way of the run with ``events``."""
    gates = tuple(_failed_gates(events))
    problems, exit_code, details = gates, 1, ""
    for event in events:
        if not event.is_step_failure:
            continue
        failure = event.step_failure_data
        if failure.user_failure_data:
            metadata = failure.user_failure_data.metadata
            exit_code = int(str(metadata["exit_code"].value))
            details = str(metadata["traceback"].value)
            problems = problems or (failure.user_failure_data.description or "",)
        elif failure.error and not problems:
            cause = failure.error.cause or failure.error
            problems = (f"{event.step_key}: {cause.message.strip()}",)
            details = failure.error.to_string()
    return RunFailure(exit_code, problems, details, bool(gates))


def _failed_gates(events: Iterable[dg.DagsterEvent]) -> Iterator[str]:
    for event in events:
        check = event.event_specific_data
        if (
            isinstance(check, dg.AssetCheckEvaluation)
            and check.blocking
            and not check.passed
            and check.asset_key.path[0] == "pipeline"
        ):
            yield from (check.description or check.check_name).splitlines()

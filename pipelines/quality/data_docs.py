"""Data docs: a page of what Great Expectations judged.

Its own pages load styles and scripts from the web and are blank without; this one holds all that it needs.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.pages import render, write

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )

_MOST_ROWS = 20


@dataclass(frozen=True)
class Judged:
    """What a suite is called and about, how many rows it judged, and the result."""

    name: str
    about: str
    rows: int
    result: "ExpectationSuiteValidationResult"


def write_data_docs(folder: Path, suites: Iterable[Judged], run_id: str, now: datetime) -> None:
    """Write ``index.html`` about the suites into ``folder``."""
    described = []
    for suite in suites:
        checks = [_check(outcome) for outcome in suite.result.results]
        described.append(
            {
                "name": suite.name,
                "about": suite.about,
                "rows": f"{suite.rows:,}",
                "checks": checks,
                "passed": sum(check["success"] for check in checks),
            }
        )
    page = render(
        "data_docs.html",
        title="Checks",
        places={},
        suites=described,
        run_id=run_id,
        now=now.isoformat(" ", "seconds"),
    )
    write(folder, {"index.html": page})


def _check(outcome: "ExpectationValidationResult") -> dict[str, Any]:
    config = outcome.expectation_config
    meta: dict[str, Any] = (config.meta if config else None) or {}
    kwargs = {name: value for name, value in (config.kwargs if config else {}).items() if name != "batch_id"}
    rows = outcome.result.get("unexpected_index_list") or []
    return {
        "success": bool(outcome.success),
        "rule_code": meta.get("rule_code", ""),
        "finding": meta.get("finding", ""),
        "expectation": config.type.replace("_", " ") if config else "",
        "arguments": _json(kwargs),
        "severity": config.severity.value if config and config.severity else "",
        "judged": outcome.result.get("element_count", ""),
        "failed": outcome.result.get("unexpected_count", ""),
        "rows": [_json(row) for row in rows[:_MOST_ROWS]],
        "problem": "" if rows or outcome.success else _json(outcome.exception_info or outcome.result),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)

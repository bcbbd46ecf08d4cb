"""The asset checks: which of them stop a run, and how results become Dagster's.

Only a failed check that is blocking and of severity ERROR stops what comes after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from pipelines.modelling import NodeResult


@dataclass(frozen=True)
class Check:
    """A check with a result of messages: none means passed."""

    name: str
    description: str
    blocking: bool

    def spec(self, asset: dg.AssetKey) -> dg.AssetCheckSpec:
        return dg.AssetCheckSpec(self.name, asset=asset, description=self.description, blocking=self.blocking)

    def result(self, asset: dg.AssetKey, messages: Sequence[str]) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            asset_key=asset,
            check_name=self.name,
            passed=not messages,
            severity=dg.AssetCheckSeverity.ERROR if self.blocking else dg.AssetCheckSeverity.WARN,
            description="\n".join(messages) or None,
        )


ALL_FILES_TAKEN = Check(
    "all_files_taken",
    "Every file in the folder is the text of a report, and no two are the same.",
    blocking=False,
)
GATE = Check("gate", "The extraction can be trusted: otherwise nothing is published.", blocking=True)
NO_ERRORS = Check(
    "no_errors", "No report contradicts itself, apart from what is acknowledged.", blocking=False
)


def dbt_test(check: dg.AssetCheckSpec, result: NodeResult) -> dg.AssetCheckResult:
    """Return the result of a dbt test as that of ``check``."""
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=result.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
        description=result.message or None,
        metadata={"rows": result.failures},
    )

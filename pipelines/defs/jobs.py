"""The one job: the whole way from texts to the published warehouse, in one process.

A process for each step would start Dagster and dbt again for each: five seconds a step.
"""

import dagster as dg

IN_PROGRESS = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]

BUILD_WAREHOUSE = dg.define_asset_job(
    "build_warehouse",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Read the texts, extract, check, model, and publish if every gate passed.",
)

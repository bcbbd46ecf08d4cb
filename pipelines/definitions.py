"""Everything Dagster knows, put together. ``defs`` is what the service loads."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from pipelines.defs.assets import assets
from pipelines.defs.jobs import BUILD_WAREHOUSE
from pipelines.defs.resources import resources
from pipelines.defs.schedules import daily_build
from pipelines.defs.sensors import alerts, failed_runs, raw_folder
from pipelines.modelling import prepare_manifest
from pipelines.settings import Settings, service_settings


def assemble(
    settings: Settings | None = None,
    manifest: Path | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Return all definitions for ``settings``; ``manifest`` is dbt's, made if not given."""
    settings = settings or Settings()
    return dg.Definitions(
        assets=assets(manifest or prepare_manifest()),
        jobs=[BUILD_WAREHOUSE],
        schedules=[daily_build(settings)],
        sensors=[raw_folder(settings), alerts(settings), failed_runs(settings)],
        resources=resources(settings),
        loggers=loggers,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return assemble(service_settings())

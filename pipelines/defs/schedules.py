"""The daily build: for what the sensor on the texts does not see, and for what failed the day before."""

import dagster as dg

from pipelines.defs.jobs import BUILD_WAREHOUSE, IN_PROGRESS
from pipelines.publish import unchanged
from pipelines.settings import Settings


def daily_build(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule; where nothing has changed since the last publication it skips its turn."""

    def evaluate(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        published = unchanged(settings.raw, settings.warehouse) if settings.raw.is_dir() else None
        if published:
            return dg.SkipReason(f"Nothing has changed since {published.published_at}")
        if context.instance.get_run_ids(dg.RunsFilter(statuses=IN_PROGRESS), limit=1):
            return dg.SkipReason("A run is in progress")
        return dg.RunRequest()

    return dg.ScheduleDefinition(
        name="daily_build",
        job=BUILD_WAREHOUSE,
        cron_schedule=settings.schedule,
        execution_timezone="UTC",
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )

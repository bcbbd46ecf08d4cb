"""The daily build. It is stopped until somebody starts it in the UI, so that development builds nothing."""

import dagster as dg

from pipelines.defs.jobs import BUILD_WAREHOUSE
from pipelines.publish import unchanged
from pipelines.settings import Settings


def daily_build(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule; where nothing has changed since the last publication it skips its turn."""

    def evaluate(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        published = unchanged(settings.raw, settings.warehouse) if settings.raw.is_dir() else None
        if published:
            return dg.SkipReason(f"Nothing has changed since {published.published_at}")
        return dg.RunRequest()

    return dg.ScheduleDefinition(
        name="daily_build",
        job=BUILD_WAREHOUSE,
        cron_schedule="0 2 * * *",
        execution_timezone="UTC",
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )

"""The sensor on the folder of texts: what is added, edited or removed is built."""

import dagster as dg

from pipelines.defs.jobs import BUILD_WAREHOUSE
from pipelines.publish import raw_fingerprint, unchanged
from pipelines.settings import Settings


def raw_folder(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor. It asks for one run for each change of the folder's content, stopped by default.

    A run key is never run twice, so it is the content and the number of the change: content that comes back
    (an edit taken back) is a change too. The cursor holds both of the last change: ``<number>:<content>``.
    """

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.raw.is_dir():
            return dg.SkipReason(f"{settings.raw} is not a folder")
        number, _, seen = (context.cursor or "0:").partition(":")
        content = raw_fingerprint(settings.raw)
        if content == seen:
            return dg.SkipReason("The folder has not changed")
        cursor = f"{int(number) + 1}:{content}"
        published = unchanged(settings.raw, settings.warehouse)
        if published:
            return dg.SensorResult(
                skip_reason=f"Already published at {published.published_at}", cursor=cursor
            )
        return dg.SensorResult([dg.RunRequest(run_key=f"{settings.raw.resolve()} {cursor}")], cursor=cursor)

    return dg.SensorDefinition(
        name="raw_folder",
        job=BUILD_WAREHOUSE,
        evaluation_fn=evaluate,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
    )

"""What a run needs apart from its code: where it reads and writes, and the processes it works with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import dagster as dg

from pipelines.alerts import alerting, note_published
from pipelines.paths import Build
from pipelines.publish import build_lock, prune_builds
from pipelines.settings import Settings
from pipelines.workers import Workers


def resources(settings: Settings) -> dict[str, dg.ResourceDefinition]:
    """Return the resources ``settings``, ``build`` (the run's own folder, under the lock) and ``workers``."""

    @dg.resource
    @contextmanager
    def build(context: dg.InitResourceContext) -> Iterator[Build]:
        with _lock(settings, context):
            # What a killed run published without a word is said before it is replaced.
            with alerting(settings.warehouse, _say(context)) as outbox:
                note_published(outbox, settings.warehouse, "")
            own = settings.warehouse.build(_build_id(context))
            own.folder.mkdir(parents=True, exist_ok=True)
            prune_builds(settings.warehouse)
            yield own

    @dg.resource
    @contextmanager
    def workers(context: dg.InitResourceContext) -> Iterator[Workers]:
        with Workers() as started:
            yield started

    return {
        "settings": dg.ResourceDefinition.hardcoded_resource(settings),
        "build": build,
        "workers": dg.ResourceDefinition.hardcoded_resource(settings.workers)
        if settings.workers
        else workers,
    }


def _build_id(context: dg.InitResourceContext) -> str:
    """Return the id of the first run: a run that was resumed after a failure goes on in its folder."""
    run = context.run
    if run is None:
        raise dg.DagsterInvariantViolationError("a build needs a run")
    return run.root_run_id or run.run_id


def _lock(settings: Settings, context: dg.InitResourceContext) -> AbstractContextManager[None]:
    if settings.holds_lock:
        return nullcontext()
    return build_lock(settings.warehouse.lock, _say(context))


def _say(context: dg.InitResourceContext) -> Callable[[str], None]:
    return context.log.info if context.log else print

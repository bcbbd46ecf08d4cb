"""How the service starts its runs: forked from the process that has the libraries loaded.

Dagster's default launcher starts Python anew for each run, and loads them again.
"""

import os
import signal
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from dagster import DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, WorkerStatus

from pipelines.preloaded import connect

if TYPE_CHECKING:
    from dagster import DagsterRun

PID = "esg/pid"


class PreloadedRunLauncher(DefaultRunLauncher):
    """Starts each run in a process from ``pipelines.preloaded``; without that one, as Dagster does."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def launch_run(self, context: LaunchRunContext) -> None:
        from dagster._grpc.types import ExecuteRunArgs
        from dagster._serdes import serialize_value

        run = context.dagster_run
        process = _new_process()
        if process is None or run.job_code_origin is None:
            super().launch_run(context)
            return
        connection, pid = process
        arguments = ExecuteRunArgs(run.job_code_origin, run.run_id, self._instance.get_ref())
        with connection:
            self._instance.add_run_tags(run.run_id, {PID: str(pid)})
            connection.send((execute_run, (serialize_value(arguments),), {}))

    def terminate(self, run_id: str) -> Any:
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or PID not in run.tags:
            return super().terminate(run_id)  # type: ignore[no-untyped-call]
        self._instance.report_run_canceling(run)
        if _is_alive(run):
            os.kill(int(run.tags[PID]), signal.SIGTERM)
        return True

    def check_run_worker_health(self, run: "DagsterRun") -> CheckRunHealthResult:
        if PID not in run.tags:  # started by Dagster's code server, which watches it
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if _is_alive(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "The process of the run died")


def execute_run(arguments: str) -> None:
    """Execute a run in this process, as ``dagster api execute_run`` does."""
    from dagster._cli.api import execute_run_command
    from dagster._utils.interrupts import setup_interrupt_handlers

    signal.signal(signal.SIGINT, signal.default_int_handler)
    setup_interrupt_handlers()
    execute_run_command.main([arguments], standalone_mode=False)


def _new_process() -> tuple[Connection, int] | None:
    connection = connect()
    if connection is None:
        return None
    try:
        connection.send((os.getpid, (), {}))
        _, pid = connection.recv()
    except (EOFError, OSError):
        return None
    return connection, pid


def _is_alive(run: "DagsterRun") -> bool:
    try:
        os.kill(int(run.tags[PID]), 0)
    except ProcessLookupError:
        return False
    return True

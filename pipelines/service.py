"""The service: Dagster's webserver and daemon on this machine, started again when one of them ends.

All that they remember is under ``DAGSTER_HOME``, beside the warehouse.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from pipelines.modelling import parsed_manifest, prepare_manifest
from pipelines.paths import ROOT, Warehouse
from pipelines.preloaded import VARIABLE as PRELOADED_VARIABLE
from pipelines.preloaded import end_with_parent
from pipelines.publish import lock_if_free
from pipelines.settings import RAW_VARIABLE, SCHEDULE_VARIABLE, WAREHOUSE_VARIABLE
from pipelines.workers import Worker

HOST = "127.0.0.1"
_RUNS_KEPT_FOR = timedelta(days=90)
_SECONDS_TO_END = 20
_SECONDS_BETWEEN_STARTS = 10
_CONFIGURATION = """\
# Written by `esg serve` at every start.
telemetry:
  enabled: false
nux:
  enabled: false
run_coordinator:
  # A queue costs ten seconds. Builds wait for each other by the build lock; the sensor starts one at a time.
  module: dagster.core.run_coordinator
  class: DefaultRunCoordinator
run_launcher:
  # Starting Python and loading the libraries for each run costs half a minute on a busy machine.
  module: pipelines.defs.launcher
  class: PreloadedRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 10
  start_timeout_seconds: 180
  max_runtime_seconds: 14400
  free_slots_after_run_end_seconds: 60
run_retries:
  # Only where the process died: what a gate refuses it refuses again.
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
sensors:
  # A mail server that does not answer must not hold up the sensor on the texts.
  use_threads: true
  num_workers: 4
retention:
  sensor:
    purge_after_days: {skipped: 1, started: 7, success: 30, failure: 30}
  schedule:
    purge_after_days: 90
code_servers:
  local_startup_timeout: 180
"""


class ServiceError(RuntimeError):
    """The service cannot be started; the message says why."""


def serve(raw: Path, warehouse: Warehouse, port: int, schedule: str, say: Callable[[str], None]) -> None:
    """Run webserver and daemon until this process is told to end (SIGTERM or Ctrl-C).

    ``schedule`` is the daily build's, as cron has it. Raises ServiceError if that is none, or if another
    service works on the same warehouse.
    """
    from dagster._utils.schedules import is_valid_cron_schedule

    if not is_valid_cron_schedule(schedule):
        raise ServiceError(f"{schedule!r} is not a schedule as cron has it (minute hour day month weekday)")
    home = warehouse.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    with lock_if_free(home / "service.lock") as is_mine:
        if not is_mine:
            holder = (home / "service.lock").read_text(encoding="utf-8")
            raise ServiceError(f"{holder} serves {warehouse.target} already")
        (home / "dagster.yaml").write_text(_CONFIGURATION, encoding="utf-8")
        if not parsed_manifest():
            worker = Worker("dbt.cli.main")
            worker.call(prepare_manifest)
            worker.close()
            worker.join()
        _tidy(home)
        say(f"http://{HOST}:{port} shows the runs; texts in {raw} are published as {warehouse.target}")
        # The address of a socket cannot be long; a temporary folder is its owner's alone.
        with tempfile.TemporaryDirectory(prefix="esg") as folder:
            socket = str(Path(folder) / "preloaded")
            _Processes(_commands(port, socket), _environment(raw, warehouse, schedule, socket), say).run()


def _commands(port: int, socket: str) -> list[list[str]]:
    location = ["--module-name", "pipelines.definitions", "--working-directory", str(ROOT)]
    return [
        [sys.executable, "-m", "pipelines.preloaded", socket],
        [sys.executable, "-m", "dagster._daemon", "run", "--log-format", "json", *location],
        [
            *(sys.executable, "-m", "dagster_webserver", "--host", HOST, "--port", str(port)),
            *("--log-format", "json", *location),
        ],
    ]


def _environment(raw: Path, warehouse: Warehouse, schedule: str, socket: str) -> dict[str, str]:
    return os.environ | {
        PRELOADED_VARIABLE: socket,
        "DAGSTER_HOME": str(warehouse.dagster_home),
        RAW_VARIABLE: str(raw),
        WAREHOUSE_VARIABLE: str(warehouse.target),
        SCHEDULE_VARIABLE: schedule,
        # Dagster looks for dbt's command on the path.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def _tidy(home: Path) -> None:
    """End runs whose processes ended with the last service, so that they are retried, and forget old ones."""
    import dagster as dg

    from pipelines.defs.jobs import IN_PROGRESS

    with dg.DagsterInstance.from_config(str(home)) as instance:
        for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS)):
            instance.report_run_failed(run, "The service was stopped while the run was in progress")
        old = dg.RunsFilter(created_before=datetime.now(UTC) - _RUNS_KEPT_FOR)
        for run in instance.get_runs(old):
            instance.delete_run(run.run_id)


class _Processes:
    """Processes that are started again until this one is told to end; they end with it."""

    def __init__(
        self, commands: list[list[str]], environment: dict[str, str], say: Callable[[str], None]
    ) -> None:
        self._commands = commands
        self._environment = environment
        self._say = say
        self._is_ending = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        running = [self._start(command) for command in self._commands]
        started = [time.monotonic()] * len(running)
        try:
            while not self._is_ending:
                time.sleep(0.5)
                for place, process in enumerate(running):
                    due = started[place] + _SECONDS_BETWEEN_STARTS
                    if process.poll() is not None and time.monotonic() > due and not self._is_ending:
                        name = self._commands[place][2]
                        self._say(f"{name} ended with {process.returncode}; it is started again")
                        running[place], started[place] = self._start(self._commands[place]), time.monotonic()
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(_SECONDS_TO_END)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        # This process has no threads.
        return subprocess.Popen(
            command,
            env=self._environment,
            cwd=ROOT,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._is_ending = True

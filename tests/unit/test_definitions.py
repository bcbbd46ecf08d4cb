"""What Dagster knows: names are a public interface, so a change of one must be seen in a diff.

After a change that is meant, take the names that the failed test shows over into definitions.json.
"""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.alerts import Event, open_outbox
from pipelines.definitions import assemble
from pipelines.defs import sensors
from pipelines.paths import Warehouse
from pipelines.settings import Settings
from pipelines.workers import Workers

SNAPSHOT = Path(__file__).with_name("definitions.json")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(raw=tmp_path / "raw", warehouse=Warehouse(tmp_path / "esg.duckdb"))


@pytest.fixture
def definitions(settings: Settings, manifest: Path) -> dg.Definitions:
    return assemble(settings, manifest)


def test_all_names_are_as_they_were(definitions: dg.Definitions) -> None:
    assert names(definitions) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_a_failed_gate_stops_the_run(definitions: dg.Definitions) -> None:
    gates = {
        check.key.to_user_string(): check.blocking
        for asset in definitions.resolve_asset_graph().assets_defs
        for check in asset.check_specs
    }
    assert gates["pipeline/gated_disclosures:gate"]
    assert not gates["pipeline/findings:no_errors"]


def test_the_sensor_asks_for_one_run_for_each_change(definitions: dg.Definitions, settings: Settings) -> None:
    sensor = Sensor(definitions)
    text = settings.raw / "a.txt"
    text.write_text("一", encoding="utf-8")
    first = sensor.requests()
    assert len(first) == 1
    assert sensor.requests() == []

    text.write_text("二", encoding="utf-8")
    edited = sensor.requests()
    text.write_text("一", encoding="utf-8")
    taken_back = sensor.requests()
    text.write_text("一", encoding="gb18030")
    encoded = sensor.requests()
    text.rename(settings.raw / "b.txt")
    renamed = sensor.requests()
    (settings.raw / "b.txt").unlink()
    removed = sensor.requests()
    changes = (edited, taken_back, encoded, renamed, removed)
    assert [len(requests) for requests in changes] == [1] * 5
    # A run key that was used before would be ignored without a word.
    assert len({*first, *(key for requests in changes for key in requests)}) == 6


def test_the_sensor_waits_for_a_file_that_is_still_being_written(
    definitions: dg.Definitions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sensor = Sensor(definitions)
    text = settings.raw / "a.txt"
    text.write_text("half", encoding="utf-8")
    parts = iter(["half and more", "all of it"])

    def somebody_writes(_seconds: float) -> None:
        part = next(parts, None)
        if part:
            text.write_text(part, encoding="utf-8")

    monkeypatch.setattr(sensors.time, "sleep", somebody_writes)
    assert [len(sensor.requests()) for _ in range(4)] == [0, 0, 1, 0]


def test_a_change_that_keeps_size_and_time_is_seen(definitions: dg.Definitions, settings: Settings) -> None:
    sensor = Sensor(definitions)
    text = settings.raw / "a.txt"
    text.write_text("1", encoding="utf-8")
    before = text.stat()
    sensor.requests()
    text.write_text("2", encoding="utf-8")
    os.utime(text, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(sensor.requests()) == 1


def test_the_sensor_starts_no_second_run_beside_one_in_progress(
    definitions: dg.Definitions, settings: Settings
) -> None:
    sensor = Sensor(definitions)
    (settings.raw / "a.txt").write_text("1", encoding="utf-8")
    run = sensor.instance.create_run_for_job(
        definitions.resolve_job_def("build_warehouse"), status=dg.DagsterRunStatus.STARTED
    )
    assert sensor.requests() == []
    sensor.instance.report_run_failed(run)
    assert len(sensor.requests()) == 1


def test_a_cursor_of_another_version_is_no_obstacle(definitions: dg.Definitions, settings: Settings) -> None:
    sensor = Sensor(definitions)
    sensor.cursor = "3:0123abcd"
    (settings.raw / "a.txt").write_text("1", encoding="utf-8")
    assert len(sensor.requests()) == 1


def test_a_failed_run_is_an_alert_once_with_the_gates_reasons(
    settings: Settings, manifest: Path, workers: Workers
) -> None:
    definitions = assemble(replace(settings, workers=workers), manifest)
    job = definitions.resolve_job_def("build_warehouse")
    for _ in range(2):
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
            context = dg.build_run_status_sensor_context(
                sensor_name="failed_runs",
                dagster_instance=instance,
                dagster_run=result.dagster_run,
                dagster_event=result.get_run_failure_event(),
            ).for_run_failure()
            definitions.resolve_sensor_def("failed_runs")(context)
    with open_outbox(settings.warehouse) as outbox:
        [message] = outbox.messages("pending")
    assert [event.kind for event in message.events] == ["run_failed"]
    assert "holds no report text" in message.events[0].message


def test_the_sensor_of_alerts_delivers_and_says_what_waits(
    definitions: dg.Definitions, settings: Settings
) -> None:
    sensor = definitions.resolve_sensor_def("alerts")
    with open_outbox(settings.warehouse) as outbox:
        outbox.changed("x", [Event("k", "new_finding", "error", "a", "m")], "run", datetime.now(UTC))
    with dg.DagsterInstance.ephemeral() as instance:
        tick = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=definitions))
    assert tick.skip_message == "Messages: 1 sent"
    assert settings.warehouse.alert_log.is_file()


def test_the_sensor_waits_for_a_folder_that_is_not_there(
    definitions: dg.Definitions, settings: Settings
) -> None:
    settings.raw.rmdir()
    assert Sensor(definitions).requests() == []


def test_the_daily_build_runs_where_nothing_is_published(definitions: dg.Definitions, tmp_path: Path) -> None:
    schedule = definitions.resolve_schedule_def("daily_build")
    (tmp_path / "home").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        assert schedule.evaluate_tick(dg.build_schedule_context(instance=instance)).run_requests
        job = definitions.resolve_job_def("build_warehouse")
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        tick = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
    assert tick.skip_message == "A run is in progress"


class Sensor:
    """The sensor with the cursor that Dagster would keep."""

    def __init__(self, definitions: dg.Definitions) -> None:
        self.definitions = definitions
        self.cursor: str | None = None
        self.instance = dg.DagsterInstance.ephemeral()

    def requests(self) -> list[str | None]:
        context = dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, definitions=self.definitions
        )
        tick = self.definitions.resolve_sensor_def("raw_folder").evaluate_tick(context)
        self.cursor = tick.cursor
        return [request.run_key for request in tick.run_requests or ()]


def names(definitions: dg.Definitions) -> dict[str, list[str]]:
    """Return the names of everything in ``definitions``, sorted."""
    repository = definitions.get_repository_def()
    graph = definitions.resolve_asset_graph()
    return {
        "assets": sorted(key.to_user_string() for key in graph.materializable_asset_keys),
        "checks": sorted(key.to_user_string() for key in graph.asset_check_keys),
        "jobs": sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__")),
        "schedules": [
            f"{schedule.name} {schedule.cron_schedule} {schedule.default_status.value}"
            for schedule in repository.schedule_defs
        ],
        "sensors": [f"{sensor.name} {sensor.default_status.value}" for sensor in repository.sensor_defs],
        "resources": sorted(repository.get_top_level_resources()),
    }

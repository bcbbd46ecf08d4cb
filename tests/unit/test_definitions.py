"""What Dagster knows: names are a public interface, so a change of one must be seen in a diff.

After a change that is meant, take the names that the failed test shows over into definitions.json.
"""

import json
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import assemble
from pipelines.paths import Warehouse
from pipelines.settings import Settings

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
    (settings.raw / "a.txt").write_text("1", encoding="utf-8")
    first = sensor.requests()
    assert len(first) == 1
    assert sensor.requests() == []

    (settings.raw / "a.txt").write_text("2", encoding="utf-8")
    edited = sensor.requests()
    (settings.raw / "a.txt").write_text("1", encoding="utf-8")
    taken_back = sensor.requests()
    (settings.raw / "a.txt").unlink()
    removed = sensor.requests()
    assert [len(requests) for requests in (edited, taken_back, removed)] == [1, 1, 1]
    # A run key that was used before would be ignored without a word.
    assert len({*first, *edited, *taken_back, *removed}) == 4


def test_the_sensor_waits_for_a_folder_that_is_not_there(
    definitions: dg.Definitions, settings: Settings
) -> None:
    settings.raw.rmdir()
    assert Sensor(definitions).requests() == []


def test_the_daily_build_runs_where_nothing_is_published(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("daily_build")
    assert schedule.evaluate_tick(dg.build_schedule_context()).run_requests


class Sensor:
    """The sensor with the cursor that Dagster would keep."""

    def __init__(self, definitions: dg.Definitions) -> None:
        self.definitions = definitions
        self.cursor: str | None = None

    def requests(self) -> list[str | None]:
        context = dg.build_sensor_context(cursor=self.cursor, definitions=self.definitions)
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

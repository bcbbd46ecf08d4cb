"""Publishing: it happens or it doesn't, whatever becomes of the process, and readers are not disturbed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import Builder, report_text

from pipelines.paths import Warehouse
from pipelines.publish import (
    MARTS,
    Publication,
    PublishError,
    build_lock,
    last_good,
    link,
    next_version,
    prune_builds,
    publish,
    put_in_place,
    record,
    roll_back,
    unchanged,
)
from pipelines.publish.record import sha256_of

WITHOUT_BUFFER = os.environ | {"PYTHONUNBUFFERED": "1"}


@pytest.fixture
def build_file(tmp_path: Path) -> Path:
    return warehouse_file(tmp_path / "build.duckdb", reports=2)


def test_a_build_replaces_the_published_file(tmp_path: Path, build_file: Path) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    publish(build_file, target)
    assert reports(target) == 2
    assert build_file.exists()  # as a version to go back to


def test_an_open_reader_keeps_the_old_file_and_a_new_one_sees_the_new(
    tmp_path: Path, build_file: Path
) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    with duckdb.connect(target, read_only=True) as analyst:
        publish(build_file, target)
        assert analyst.sql("select count(*) from marts.dim_report").fetchall() == [(1,)]
        assert in_another_process(target) == "2"


@pytest.mark.parametrize(
    "damage", ["cut short", "without a mart", "without reports", "with a log", "missing"]
)
def test_a_file_that_is_no_whole_warehouse_is_refused(tmp_path: Path, build_file: Path, damage: str) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    before = target.read_bytes()
    match damage:
        case "cut short":
            build_file.write_bytes(build_file.read_bytes()[:10_000])
        case "without a mart":
            execute(build_file, "drop table marts.fct_kpi")
        case "without reports":
            execute(build_file, "delete from marts.dim_report")
        case "with a log":
            build_file.with_name("build.duckdb.wal").write_bytes(b"x")
        case "missing":
            build_file.unlink()
    with pytest.raises(PublishError):
        publish(build_file, target)
    assert target.read_bytes() == before


def test_somebodys_log_is_not_replayed_into_the_new_file(tmp_path: Path, build_file: Path) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    log = target.with_name("esg.duckdb.wal")
    log.write_bytes(b"of the old file")
    publish(build_file, target)
    assert not log.exists()
    assert reports(target) == 2


def test_killed_while_publishing_the_target_is_always_whole(tmp_path: Path) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    source = warehouse_file(tmp_path / "source.duckdb", reports=2)
    # Each build is a new file, as dbt's: the one before is published by a hard link.
    code = f"""
import shutil
from pathlib import Path
from pipelines.publish import publish
print("started")
build = Path({str(tmp_path / "build.duckdb")!r})
while True:
    build.unlink(missing_ok=True)
    shutil.copy({str(source)!r}, build)
    publish(build, Path({str(target)!r}))
"""
    for moment in random.Random(1).choices(range(300), k=6):
        with running(code) as process:
            assert process.stdout
            assert process.stdout.readline() == "started\n"
            time.sleep(moment / 1000)
            process.kill()
            process.wait()
        assert reports(target) in (1, 2)


@pytest.mark.slow
def test_killed_at_any_stage_the_warehouse_is_as_it_was_and_the_next_build_publishes(
    build: Builder, raw: Path, published: Warehouse
) -> None:
    warehouse = published
    before = warehouse.target.read_bytes()
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司"), encoding="utf-8")
    code = f"""
from pipelines.cli import app
if __name__ == "__main__":
    app(["build", "--raw", {str(raw)!r}, "--out", {str(warehouse.target)!r}])
"""
    script = raw.parent / "build.py"
    script.write_text(code, encoding="utf-8")
    for stage in ("Extracted", "Checked"):
        process = subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=WITHOUT_BUFFER
        )
        assert process.stdout
        assert any(line.startswith(stage) for line in process.stdout)
        time.sleep(0.2)
        process.kill()
        process.wait()
        process.stdout.close()
        assert warehouse.target.read_bytes() == before

    assert build(raw).outcome.exit_code == 0
    assert reports(warehouse.target) == 2


def test_the_second_build_waits_for_the_first_and_says_for_whom(tmp_path: Path) -> None:
    lock = tmp_path / ".build.lock"
    code = f"""
import time
from pathlib import Path
from pipelines.publish import build_lock
with build_lock(Path({str(lock)!r}), print):
    print("held")
    time.sleep(60)
"""
    said: list[str] = []

    def say(message: str) -> None:
        said.append(message)
        holder.send_signal(signal.SIGKILL)

    with running(code) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with build_lock(lock, say):
            assert holder.wait() == -signal.SIGKILL
    assert len(said) == 1
    assert f"process {holder.pid} " in said[0]


class TestVersions:
    @pytest.fixture
    def warehouse(self, tmp_path: Path) -> Warehouse:
        return Warehouse(tmp_path / "esg.duckdb")

    def publish_one(
        self, warehouse: Warehouse, number: int, *, at: str = "2027-01-01T00:00:00+00:00"
    ) -> None:
        build = warehouse.build(f"run{number}")
        build.exports.mkdir(parents=True)
        warehouse_file(build.file, reports=number)
        publication = Publication(
            run_id=build.run_id,
            published_at=at,
            raw="raw",
            reports=number,
            fingerprint=f"inputs{number}",
            sha256=sha256_of(build.file),
            version=next_version(warehouse),
            target=warehouse.target.name,
        )
        publication.write(build.publication)
        put_in_place(publication, warehouse)

    def test_rollback_goes_back_one_version_at_a_time(self, warehouse: Warehouse) -> None:
        # The clock was set back in between: versions are in the order in which they were published.
        for number, at in ((1, "2030"), (2, "2027"), (3, "2028")):
            self.publish_one(warehouse, number, at=f"{at}-01-01T00:00:00+00:00")
        for number in (2, 1):
            assert roll_back(warehouse, None, print).run_id == f"run{number}"
            assert reports(warehouse.target) == number
            assert warehouse.exports.resolve().parent.name == f"run{number}"
        with pytest.raises(PublishError, match="no such version"):
            roll_back(warehouse, None, print)
        assert roll_back(warehouse, "run3", print).version == 3
        assert next_version(warehouse) == 4

    def test_what_was_rolled_back_is_not_published_again_from_the_same_inputs(
        self, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in (1, 2, 3):
            self.publish_one(warehouse, number)
        roll_back(warehouse, None, print)
        roll_back(warehouse, None, print)
        inputs = "inputs3"
        monkeypatch.setattr(record, "input_fingerprint", lambda _raw: inputs)
        kept = unchanged(warehouse.folder, warehouse)
        assert kept is not None
        assert kept.run_id == "run1"
        inputs = "inputs4"
        assert unchanged(warehouse.folder, warehouse) is None

    def test_a_damaged_version_is_passed_over_and_named(self, warehouse: Warehouse) -> None:
        for number in (1, 2, 3):
            self.publish_one(warehouse, number)
        damage(warehouse.build("run2").file)
        said: list[str] = []
        assert roll_back(warehouse, None, said.append).run_id == "run1"
        assert said == ["version 2 (run run2) is damaged"]

    def test_a_damaged_published_file_is_noticed_and_the_last_good_one_known(
        self, warehouse: Warehouse
    ) -> None:
        self.publish_one(warehouse, 1)
        self.publish_one(warehouse, 2)
        assert last_good(warehouse) == warehouse.target
        damage(warehouse.target)  # and with it the version, which is the same file
        assert unchanged(warehouse.folder, warehouse) is None
        assert last_good(warehouse) == warehouse.build("run1").file
        damage(warehouse.build("run1").file)
        assert last_good(warehouse) is None

    def test_versions_are_kept_by_number_and_by_age(self, warehouse: Warehouse) -> None:
        now = datetime(2027, 3, 1, tzinfo=UTC)
        for number in range(1, 10):
            self.publish_one(warehouse, number, at=(now - timedelta(days=10 * (10 - number))).isoformat())
        for number in range(6):
            failed = warehouse.build(f"failed{number}").folder
            failed.mkdir()
            os.utime(failed, (number, number))
        roll_back(warehouse, "run2", print)
        prune_builds(warehouse, now)
        # Five at least, all that are younger than 30 days, the published one; three that failed.
        assert {path.name for path in warehouse.builds.iterdir()} == {
            *("run2", "run5", "run6", "run7", "run8", "run9"), *("failed3", "failed4", "failed5"),
        }  # fmt: skip
        prune_builds(warehouse, now - timedelta(days=40))
        assert warehouse.build("run5").file.is_file()


def test_a_folder_of_somebody_is_not_replaced_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "new").mkdir()
    with pytest.raises(PublishError, match="move it away"):
        link(tmp_path / "exports", tmp_path / "new")


@contextmanager
def running(code: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=WITHOUT_BUFFER
    ) as process:
        yield process


def damage(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"damage")


def warehouse_file(path: Path, *, reports: int) -> Path:
    """Make a file with all marts, of which dim_report has ``reports`` rows."""
    execute(path, "create schema marts", *(f"create table marts.{name} (id int)" for name in MARTS))
    execute(path, f"insert into marts.dim_report from range({reports})")
    return path


def execute(path: Path, *statements: str) -> None:
    with duckdb.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)


def reports(path: Path) -> int:
    with duckdb.connect(path, read_only=True) as connection:
        [(count,)] = connection.sql("select count(*) from marts.dim_report").fetchall()
    return int(count)


def in_another_process(path: Path) -> str:
    code = f"""
import duckdb
with duckdb.connect({str(path)!r}, read_only=True) as connection:
    print(connection.sql("select count(*) from marts.dim_report").fetchone()[0])
"""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()

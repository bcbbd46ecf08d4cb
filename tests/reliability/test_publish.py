"""Publishing: it happens or it doesn't, whatever becomes of the process, and readers are not disturbed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from conftest import Builder, report_text

from pipelines.paths import Warehouse
from pipelines.publish import MARTS, PublishError, build_lock, link, prune_builds, publish

WITHOUT_BUFFER = os.environ | {"PYTHONUNBUFFERED": "1"}


@pytest.fixture
def build_file(tmp_path: Path) -> Path:
    return warehouse_file(tmp_path / "build.duckdb", reports=2)


def test_a_build_replaces_the_published_file(tmp_path: Path, build_file: Path) -> None:
    target = warehouse_file(tmp_path / "esg.duckdb", reports=1)
    publish(build_file, target)
    assert reports(target) == 2
    assert not build_file.exists()


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
    code = f"""
import shutil
from pathlib import Path
from pipelines.publish import publish
print("started")
while True:
    shutil.copy({str(source)!r}, {str(tmp_path / "build.duckdb")!r})
    publish(Path({str(tmp_path / "build.duckdb")!r}), Path({str(target)!r}))
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
    build: Builder, raw: Path
) -> None:
    (raw / "a-2022.txt").write_text(report_text(), encoding="utf-8")
    warehouse = build(raw).warehouse
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


def test_the_latest_builds_and_the_linked_one_are_kept(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "esg.duckdb")
    for number in range(6):
        folder = warehouse.build(f"run{number}").folder
        (folder / "exports").mkdir(parents=True)
        os.utime(folder, (number, number))
    link(warehouse.exports, warehouse.build("run1").exports)
    prune_builds(warehouse)
    assert {path.name for path in warehouse.builds.iterdir()} == {"run1", "run3", "run4", "run5"}


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

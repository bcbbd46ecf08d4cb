"""Faults of the machine: kills, a full disk, a folder that cannot be written, damaged files."""

import multiprocessing
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pytest
from chaos import chaos, content_hash
from conftest import Builder, report_text
from typer.testing import CliRunner

from pipelines.alerts import open_outbox
from pipelines.cli import app
from pipelines.paths import Warehouse
from pipelines.run import run_build
from pipelines.settings import Settings

pytestmark = pytest.mark.slow


def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_announced_twice(tmp_path: Path) -> None:
    """The short version of `make chaos`."""
    figures = chaos(tmp_path, kills=2, seed=3)
    assert figures.problems == []
    assert figures.killed >= 2
    assert figures.kept + figures.replaced == figures.started


def build_with_little_room(raw: Path, warehouse: Warehouse, connection: Connection) -> None:
    """Build where no file can grow beyond 100 kB: what a full disk answers, and needs no disk to fill."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    outcome = run_build(Settings(raw=raw, warehouse=warehouse), lambda *_: None)
    connection.send((outcome.exit_code, outcome.problems))


def test_a_full_disk_is_a_failure_with_an_alert_and_the_next_run_publishes(
    build: Builder, raw: Path, published: Warehouse
) -> None:
    warehouse = published
    before = warehouse.target.read_bytes()
    (raw / "a-2022.txt").write_text(report_text(electricity="7"), encoding="utf-8")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=build_with_little_room, args=(raw, warehouse, theirs))
    process.start()
    exit_code, problems = ours.recv()
    process.join()
    assert exit_code == 1
    assert problems
    assert warehouse.target.read_bytes() == before
    with open_outbox(warehouse) as outbox:
        kinds = [event.kind for message in outbox.messages("pending", "sent") for event in message.events]
    assert "run_failed" in kinds

    assert build(raw).outcome.exit_code == 0
    assert electricity(warehouse) == 7


@pytest.fixture
def disk(raw: Path, published: Warehouse) -> Iterator[Callable[[int], None]]:
    """Put the warehouse on a file system of its own; return what gives it so many bytes of room more."""
    folder, kept = published.folder, raw.parent / "kept"
    folder.rename(kept)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")

    def leave_room(size: int) -> None:
        size += shutil.disk_usage(folder).used
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)

    try:
        shutil.copytree(kept, folder, symlinks=True, dirs_exist_ok=True)
        yield leave_room
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("room", [16_384, 300_000, 3_000_000])
def test_on_a_disk_that_is_full_the_published_file_stays_and_room_is_all_the_next_run_needs(
    build: Builder, raw: Path, published: Warehouse, disk: Callable[[int], None], room: int
) -> None:
    before = content_hash(published.target)
    (raw / "a-2022.txt").write_text(report_text(electricity="7"), encoding="utf-8")
    disk(room)
    outcome = build(raw).outcome
    assert outcome.exit_code == 1
    assert outcome.problems
    assert content_hash(published.target) == before

    disk(500_000_000)
    assert build(raw).outcome.problems == ()
    assert electricity(published) == 7


def test_a_damaged_warehouse_is_noticed_and_built_again(
    build: Builder, raw: Path, published: Warehouse
) -> None:
    warehouse = published
    content = content_hash(warehouse.target)
    warehouse.target.write_bytes(b"damaged" * 1000)
    again = build(raw)
    assert again.outcome.exit_code == 0
    assert again.outcome.extracted == 0  # the cache is whole
    assert any("is not as it was published" in message for message in again.said)
    assert content_hash(warehouse.target) == content


def test_a_folder_that_cannot_be_written_is_named(raw: Path) -> None:
    (raw / "a-2022.txt").write_text(report_text(), encoding="utf-8")
    # Nobody may make a file there, root neither.
    result = CliRunner().invoke(app, ["build", "--raw", str(raw), "--out", "/proc/esg.duckdb"])
    assert result.exit_code == 2
    assert "error:" in result.output
    assert "/proc" in result.output
    assert "Traceback" not in result.output


def electricity(warehouse: Warehouse) -> float:
    with duckdb.connect(warehouse.target, read_only=True) as connection:
        [(value,)] = connection.sql(
            "select value from marts.fct_disclosure where metric_code = 'electricity_consumption'"
        ).fetchall()
    return float(value)

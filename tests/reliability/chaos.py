"""Kill builds at random moments and look at what is left. `make chaos` writes docs/reliability.md.

Each round changes the texts (a number in one, a file that cannot be read comes or goes), starts `esg build`,
kills it with SIGKILL, and looks: the published file must open and hold what it held or what a full run gives.
One to three builds in a row are killed so; then a run that is left alone must succeed, with nothing cleaned
up by hand. One half is killed at a moment drawn at random from the whole run, the other after a step drawn at
random; of both, half kill the process alone, half its worker processes too. Builds are forked from a process
that has the libraries loaded, so that most moments are in the work and not in imports. Several warehouses are
worked on beside each other.
"""

import argparse
import hashlib
import json
import math
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
from page import write_section

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from conftest import report_text

from pipelines import workers
from pipelines.paths import Warehouse
from pipelines.publish import MARTS
from pipelines.run import run_build
from pipelines.settings import Settings

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["pipelines.definitions", "great_expectations", "dbt.cli.main", "duckdb"])
BROKEN = "broken.txt"
STEPS = ("Read", "Extracted", "Checked", "Built", "Published")
# What differs between two runs over the same texts.
VOLATILE = frozenset(["ingested_at", "first_seen_at", "run_id"])
EXPECTED_FILES = frozenset(
    [
        *(".build.lock", ".esg.alerts.lock", "builds", "cache", "data_docs", "esg.alerts.log"),
        *("esg.alerts.sqlite", "esg.build.json", "esg.duckdb", "exports"),
    ]
)


@dataclass
class Figures:
    """``kills`` by the last step that was done; ``kept`` and ``replaced`` are published files found whole."""

    rounds: int = 0
    started: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ended_before: int = 0
    kept: int = 0
    replaced: int = 0
    damaged: list[str] = field(default_factory=list)
    failed_next_runs: list[str] = field(default_factory=list)
    left_files: list[str] = field(default_factory=list)
    next_run_seconds: list[float] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    expected_events: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        names = (each.name for each in fields(self))
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def killed(self) -> int:
        return self.kills.total()

    @property
    def problems(self) -> list[str]:
        wrong = [f"{key} was announced {times} times" for key, times in self.events.items() if times != 1]
        if len(self.events) != self.expected_events:
            wrong.append(f"{len(self.events)} events were announced, not {self.expected_events}")
        return [*self.damaged, *self.failed_next_runs, *self.left_files, *wrong]


def content_hash(target: Path) -> str:
    """Return a hash of all rows that a run's inputs determine; raises duckdb.Error if the file is damaged."""
    digest = hashlib.sha256()
    with duckdb.connect(target, read_only=True) as connection:
        for table in sorted(set(MARTS) - {"runs"}):
            columns = [
                row[0]
                for row in connection.execute(f"describe marts.{table}").fetchall()
                if row[0] not in VOLATILE
            ]
            rows = connection.execute(f"select {', '.join(columns)} from marts.{table}").fetchall()
            digest.update(f"{table} {sorted(map(repr, rows))}".encode())
    return digest.hexdigest()


def chaos(folder: Path, kills: int, seed: int = 1, minutes: float = math.inf) -> Figures:
    """Kill ``kills`` builds in ``folder``, or as many as ``minutes`` allow; return what was found."""
    chance = random.Random(seed)
    figures = Figures()
    raw, warehouse = folder / "raw", Warehouse(folder / "out" / "esg.duckdb")
    raw.mkdir()
    (raw / "a-2022.txt").write_text(report_text("甲示例集团有限公司"), encoding="utf-8")
    good = []
    for state in (1, 0):  # ends as the first round expects it
        change_texts(raw, state)
        started = time.monotonic()
        problems = build_alone(raw, warehouse)
        assert not problems, problems
        longest = time.monotonic() - started
        good.insert(0, content_hash(warehouse.target))
    deadline = time.monotonic() + 60 * minutes
    while figures.killed < kills and time.monotonic() < deadline:
        figures.rounds += 1
        state = figures.rounds % 2
        change_texts(raw, state)
        for _ in range(chance.randint(1, 3)):
            figures.started += 1
            place = f"kill {figures.started}"
            before = content_hash(warehouse.target)
            step = kill_a_build(raw, warehouse, chance, longest, at_step=figures.started % 2 == 0)
            if step is None:
                figures.ended_before += 1
            else:
                figures.kills[step] += 1
            try:
                found = content_hash(warehouse.target)
            except duckdb.Error as error:
                found = f"{error}"
            if found == before:
                figures.kept += 1
            elif found == good[state]:
                figures.replaced += 1
            else:
                figures.damaged.append(f"{place}, after {step}: {found}")
            print(f"{folder.name}, {place}: {step or 'ended before'}", file=sys.stderr, flush=True)
        started = time.monotonic()
        problems = build_alone(raw, warehouse)
        figures.next_run_seconds.append(time.monotonic() - started)
        if problems or content_hash(warehouse.target) != good[state]:
            figures.failed_next_runs.append(f"{place}, after {step}: {problems}")
        left = {path.name for path in warehouse.folder.iterdir()} - EXPECTED_FILES
        if left:
            figures.left_files.append(f"{place}: {sorted(left)}")
    for line in warehouse.alert_log.read_text(encoding="utf-8").splitlines():
        figures.events.update(
            f"{seed}: {event['key']}" for event in json.loads(line)["events"] if event["subject"] == BROKEN
        )
    # It was there first, went, and then came and went with each round.
    figures.expected_events = 2 + figures.rounds
    return figures


def change_texts(raw: Path, state: int) -> None:
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司", str(state + 1)), encoding="utf-8")
    if state:
        (raw / BROKEN).write_bytes(bytes(range(256)))
    else:
        (raw / BROKEN).unlink(missing_ok=True)


def start(raw: Path, warehouse: Warehouse) -> tuple[BaseProcess, Connection]:
    """Start a build in a process and session of its own; it says its messages, its problems last."""
    theirs_to_ours = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=build, args=(raw, warehouse, theirs_to_ours[1]))
    process.start()
    theirs_to_ours[1].close()
    return process, theirs_to_ours[0]


def build(raw: Path, warehouse: Warehouse, connection: Connection) -> None:
    os.setsid()
    # The libraries are loaded: workers that are forked have them too.
    workers.get_context = lambda _: get_context("fork")  # type: ignore[attr-defined]
    workers._serve = partial(serve_alone, descriptors())
    outcome = run_build(Settings(raw=raw, warehouse=warehouse), lambda _, message: connection.send(message))
    connection.send(outcome.problems)


def serve_alone(
    at_start: frozenset[int], connection: Connection, module: str, serve: Callable[..., None] = workers._serve
) -> None:
    """Close what a worker that is spawned would not have: the lock, and the pipe of the other worker."""
    for number in descriptors() - at_start - {connection.fileno()}:
        with suppress(OSError):
            os.close(number)
    serve(connection, module)


def descriptors() -> frozenset[int]:
    return frozenset(int(path.name) for path in Path("/proc/self/fd").iterdir())


def build_alone(raw: Path, warehouse: Warehouse) -> object:
    """Build in a process that is left alone; return its problems."""
    process, connection = start(raw, warehouse)
    last: object = "it ended without a word"
    with suppress(EOFError):
        while True:
            last = connection.recv()
    process.join()
    return last


def kill_a_build(
    raw: Path, warehouse: Warehouse, chance: random.Random, longest: float, *, at_step: bool
) -> str | None:
    """Start a build and kill it; return the last step that it had done, None if it ended before."""
    process, connection = start(raw, warehouse)
    assert process.pid
    wanted = chance.choice(STEPS) if at_step else None
    wait = chance.uniform(0, 0.3) if at_step else chance.uniform(0, longest)
    moment = None if wanted else time.monotonic() + wait
    done: object = "start"
    is_killed = False
    with suppress(EOFError):
        while True:
            if connection.poll(0.05 if moment is None else max(0, min(0.05, moment - time.monotonic()))):
                message = connection.recv()
                if isinstance(message, str) and message.startswith(STEPS):
                    done = message.split()[0]
                if done == wanted and moment is None:
                    moment = time.monotonic() + wait
            if moment is not None and time.monotonic() >= moment:
                is_killed = process.is_alive()
                break
    with suppress(ProcessLookupError):
        (os.kill if chance.random() < 0.5 else os.killpg)(process.pid, signal.SIGKILL)
    process.join()
    connection.close()
    return str(done) if is_killed else None


def section(figures: Figures) -> str:
    seconds = figures.next_run_seconds
    twice = sum(times > 1 for times in figures.events.values())
    by_step = "\n".join(
        f"| {'before “Read”' if step == 'start' else f'after “{step}”'} | {figures.kills[step]} |"
        for step in ("start", *STEPS)
    )
    announced = f"{len(figures.events)} were announced, {twice} of them more than once"
    return f"""{figures.killed} builds were killed with SIGKILL, half at a moment drawn at random from the
whole run, half after a step drawn at random; {figures.ended_before} more had ended before.
[tests/reliability/chaos.py](../tests/reliability/chaos.py) says how.

| killed | builds |
| --- | ---: |
{by_step}

| what was found after each of these | builds |
| --- | ---: |
| the published file holds what it held before | {figures.kept} |
| the published file holds what a full run gives | {figures.replaced} |
| the published file is damaged or something else | {len(figures.damaged)} |

After one to three kills in a row a run was left alone, {figures.rounds} times; nothing was cleaned up by
hand.

| what was found after each run that was left alone | runs |
| --- | ---: |
| it failed, or gave something else than a full run gives | {len(figures.failed_next_runs)} |
| files were left that no run removes | {len(figures.left_files)} |

It took {statistics.median(seconds):.1f} s (median), with the libraries loaded.
In each round a file that cannot be read came or went: {figures.expected_events} events. {announced}.
"""


def together(kills: int, jobs: int, seed: int, minutes: float) -> Figures:
    """Share ``kills`` among ``jobs`` warehouses that are worked on at the same time."""
    shares = [kills // jobs + (number < kills % jobs) for number in range(jobs)]
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool,
    ):
        folders = [Path(scratch, f"warehouse {number}") for number in range(1, jobs + 1)]
        for folder in folders:
            folder.mkdir()
        seeds = range(seed, seed + jobs)
        return sum(pool.map(chaos, folders, shares, seeds, [minutes] * jobs), Figures())


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill builds and write what is left of them.")
    parser.add_argument("--kills", type=int, default=200, help="builds to kill [200]")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after [no limit]")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random moments [1]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="warehouses [one a processor]")
    arguments = parser.parse_args()
    figures = together(arguments.kills, arguments.jobs, arguments.seed, arguments.minutes)
    write_section("Kills", section(figures))
    if figures.problems:
        sys.exit("\n".join(figures.problems))


if __name__ == "__main__":
    main()

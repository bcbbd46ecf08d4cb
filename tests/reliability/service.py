"""Measure how long a change of the folder takes to the published warehouse; part of `make chaos`.

The service runs as an operator runs it: `esg serve` with Dagster's daemon, code server and webserver. Each
change is made at a moment of its own in the sensor's interval, and timed until the published file holds
exactly the texts of the folder, by checksum.
"""

import argparse
import hashlib
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb
from page import write_section

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from conftest import report_text

from pipelines.paths import Warehouse

ESG = "import sys; from pipelines.cli import app; app(sys.argv[1:])"
# Tests may share their machine with others.
SECONDS = 240


def command(raw: Path, warehouse: Warehouse, port: int, *more: str) -> list[str]:
    places = ["--raw", str(raw), "--out", str(warehouse.target), "--port", str(port)]
    return [sys.executable, "-c", ESG, "serve", *places, *more]


@contextmanager
def service(
    raw: Path, warehouse: Warehouse, *more: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the service on a free port, with ``environment`` added; yield its process and the port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with (raw.parent / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command(raw, warehouse, port, *more),
            stdout=log,
            stderr=log,
            env=os.environ | (environment or {}),
        )
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait(60)


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, "the service ended"
        time.sleep(0.2)


def texts_in(raw: Path) -> dict[str, str]:
    """Return the SHA-256 of each text in the folder by its name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in raw.glob("*.txt")}


def texts_published(warehouse: Warehouse) -> dict[str, str]:
    with suppress(duckdb.Error), duckdb.connect(warehouse.target, read_only=True) as connection:
        return dict(connection.sql("select source_file, sha256 from marts.dim_report").fetchall())
    return {}


def add(raw: Path, number: int) -> None:
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司", str(number)), encoding="utf-8")


def edit(raw: Path, number: int) -> None:
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司", str(number + 50)), encoding="utf-8")


def encode(raw: Path, _: int) -> None:
    text = (raw / "b-2022.txt").read_text(encoding="utf-8")
    (raw / "b-2022.txt").write_text(text, encoding="gb18030")


def rename(raw: Path, _: int) -> None:
    (raw / "b-2022.txt").rename(raw / "c-2022.txt")


def remove(raw: Path, _: int) -> None:
    (raw / "c-2022.txt").unlink()


CHANGES = {"added": add, "edited": edit, "another encoding": encode, "renamed": rename, "removed": remove}


def latencies(folder: Path, rounds: int, seed: int = 1) -> dict[str, list[float]]:
    """Return the seconds that each kind of change took in each round."""
    chance = random.Random(seed)
    raw, warehouse = folder / "raw", Warehouse(folder / "out" / "esg.duckdb")
    raw.mkdir()
    (raw / "a-2022.txt").write_text(report_text("甲示例集团有限公司"), encoding="utf-8")
    seconds: dict[str, list[float]] = {name: [] for name in CHANGES}
    with service(raw, warehouse) as (process, _):
        until(lambda: texts_published(warehouse) == texts_in(raw), process)
        for number in range(1, rounds + 1):
            for name, change in CHANGES.items():
                time.sleep(chance.uniform(3, 10))
                change(raw, number)
                started = time.monotonic()
                until(lambda: texts_published(warehouse) == texts_in(raw), process)
                seconds[name].append(time.monotonic() - started)
                print(f"{number}: {name} {seconds[name][-1]:.1f} s", file=sys.stderr, flush=True)
    return seconds


def section(seconds: dict[str, list[float]]) -> str:
    """Return the page's section: median and maximum of each kind of change, and the load meanwhile."""
    rows = "\n".join(
        f"| {name} | {statistics.median(each):.0f} s | {max(each):.0f} s |" for name, each in seconds.items()
    )
    rounds = len(next(iter(seconds.values())))
    machine = f"{os.cpu_count()} processors with a load of {os.getloadavg()[2]:.1f}"
    return f"""From the change of a file in `raw/` until the published warehouse holds it, with `esg serve` as
an operator runs it; {rounds} changes of each kind, on {machine} (the service included).

| a text was | median | at most |
| --- | ---: | ---: |
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time changes of texts until they are published.")
    parser.add_argument("--rounds", type=int, default=4, help="changes of each kind [4]")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = latencies(Path(folder), arguments.rounds)
    write_section("The service", section(seconds))


if __name__ == "__main__":
    main()

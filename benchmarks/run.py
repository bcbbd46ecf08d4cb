"""``python -m benchmarks.run``: speed, memory and growth of ingest and extraction, into a Markdown file.

Each measure runs in a process of its own, several times in turn with the others; the best run is written,
and CPU time beside the clock's, for what else the machine does only ever adds. In the same run the bare scan
of the same files gives the limit, and a public recogniser of numbers a peer.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.corpora import BATCH, CORPORA
from benchmarks.measures import SAMPLE_LINES

ROOT = Path(__file__).resolve().parent.parent
_SECONDS_BETWEEN_SAMPLES = 0.1
_LONG = 60  # seconds: a longer run varies little and is not repeated
_MEGABYTE = 10**6


@dataclass(frozen=True)
class Run:
    """One run of one measure; ``memory`` is the peak of its processes together, in bytes."""

    seconds: float
    cpu: float
    files: int
    size: int
    found: int
    memory: int


Runs = dict[tuple[str, int, str], list[Run]]
"""Runs by corpus, number of reports, and measure."""


def main() -> None:
    """Measure, and write the results."""
    arguments = _arguments()
    runs: Runs = defaultdict(list)
    stopped: set[tuple[str, int, str]] = set()
    for corpus in arguments.corpora:
        sizes = _sizes(corpus, arguments)
        for count in sizes:
            with tempfile.TemporaryDirectory() as folder:
                _say(f"{corpus}, {count} reports: writing")
                CORPORA[corpus](Path(folder), count)
                for number in range(arguments.runs):
                    for measure in ("scan", "one", "all"):
                        key = corpus, count, measure
                        if key in stopped or any(run.seconds > _LONG for run in runs[key]):
                            continue
                        run = _run(measure, Path(folder), arguments.limit)
                        _say(
                            f"{corpus}, {count} reports, {measure}, run {number + 1} of {arguments.runs}: "
                            + (_figures(run) if run else "stopped")
                        )
                        if run:
                            runs[key].append(run)
                        else:
                            stopped.add(key)
                if count == sizes[0] and not arguments.no_peer:
                    for _ in range(arguments.runs):
                        if run := _run("peer", Path(folder), arguments.limit):
                            runs[corpus, count, "peer"].append(run)
                            _say(f"{corpus}, recognizers-text: {run.seconds:.2f} s")
            arguments.out.write_text(_results(runs, stopped, arguments), encoding="utf-8")
            _say(f"written to {arguments.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10, 100, 1000, 10000], help="numbers of reports"
    )
    parser.add_argument(
        "--real-sizes", type=int, nargs="+", help="the same for real ones, which are 25 times as long"
    )
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=list(CORPORA), help="default: both")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measure (default 3)")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a measure is stopped")
    parser.add_argument("--no-peer", action="store_true", help="leave out recognizers-text")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results.md", help="file to write")
    return parser.parse_args()


def _figures(run: Run) -> str:
    return f"{run.seconds:.2f} s, CPU {run.cpu:.2f} s, {run.memory / _MEGABYTE:.0f} MB"


def _sizes(corpus: str, arguments: argparse.Namespace) -> list[int]:
    return (corpus == "real" and arguments.real_sizes) or arguments.sizes


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _run(measure: str, folder: Path, limit: float) -> Run | None:
    """Run one measure in a process of its own; None where it takes longer than ``limit`` or is killed.

    Raises subprocess.CalledProcessError where it fails by itself: then there is nothing to measure.
    """
    # One process is one core: polars would take all of them for the little that it does.
    environment = os.environ | ({"POLARS_MAX_THREADS": "1"} if measure == "one" else {})
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.measures", measure, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    watched = psutil.Process(process.pid)
    peak, end = 0, time.monotonic() + limit
    while process.poll() is None:
        peak = max(peak, _memory(watched))
        if time.monotonic() > end:
            for child in watched.children(recursive=True):
                child.kill()
            process.kill()
        time.sleep(_SECONDS_BETWEEN_SAMPLES)
    output = process.communicate()[0]
    if process.returncode < 0:
        return None
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    figures = json.loads(output)
    return Run(figures["seconds"], figures["cpu"], figures["files"], figures["bytes"], figures["found"], peak)


def _memory(process: psutil.Process) -> int:
    """Return what a process and its children hold, pages that they share counted once where it is known."""
    total = 0
    try:
        for each in [process, *process.children(recursive=True)]:
            held = each.memory_full_info()
            total += getattr(held, "pss", held.uss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return total
    return total


def _results(runs: Runs, stopped: set[tuple[str, int, str]], arguments: argparse.Namespace) -> str:
    parts = [_heading(arguments)]
    for corpus in arguments.corpora:
        parts.append(_growth(corpus, _sizes(corpus, arguments), runs, stopped))
    if any(measure == "peer" for _, _, measure in runs):
        parts.append(_peers(runs, arguments))
    return "\n".join(parts)


def _heading(arguments: argparse.Namespace) -> str:
    from pipelines.extraction import extractor_version

    memory, load = psutil.virtual_memory().total / 2**30, os.getloadavg()[0]
    return f"""# Speed, memory and growth

`make bench` writes this file; `python -m benchmarks.run --help` says how to measure less. Extractor
{extractor_version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()},
{os.cpu_count()} cores, {memory:.0f} GiB of memory; load average {load:.1f} at the end, so clock times are
{"those of an idle machine" if load < (os.cpu_count() or 1) + 1 else "longer than on an idle machine"}.

At most {arguments.runs} runs of each measure in a process of its own (one, where it takes more than {_LONG}
seconds); the best is told. Imports are not counted, reading the catalogue and the start of further processes
are. Memory is the peak of all processes together, pages they share counted once. Reports are
read {BATCH} at a time.

- *bare scan*: read, decode and find the numbers by a regular expression: the limit.
- *one process*: ingest and extraction as a build does them, on one core; *x scan* is its time in bare scans.
  Both are CPU seconds.
- *all cores*: the same with a process for each core; CPU seconds of all processes, then by the clock.
- *real*: the texts in `raw/` in turn, the last digit of each number drawn anew in every further copy, so that
  no text and few numbers are met again; company and year are inferred from the text.
- *generated*: reports of `tests/torn`, each torn by one or two tears.
"""


def _growth(corpus: str, sizes: Sequence[int], runs: Runs, stopped: set[tuple[str, int, str]]) -> str:
    lines = [
        f"## {corpus.capitalize()} reports\n",
        "| reports | MB | bare scan s | one process s | reports/s | x scan | ms/report | peak MB "
        "| all cores CPU s | clock s | reports/s | peak MB | disclosures |",
        "| ---: " * 13 + "|",
    ]
    for count in sizes:
        scan, one, both = (runs.get((corpus, count, measure), []) for measure in ("scan", "one", "all"))
        if not scan:
            continue  # not measured yet
        cells = [f"{count:,}", f"{scan[0].size / _MEGABYTE:.1f}", f"{_cpu(scan):.3f}"]
        if one:
            cells += [f"{_cpu(one):.2f}", f"{count / _cpu(one):.1f}",
                      f"{_cpu(one) / _cpu(scan):.0f}", f"{_cpu(one) / count * 1000:.1f}",
                      f"{_peak(one):.0f}"]  # fmt: skip
        else:
            cells += ["stopped", *["-"] * 4]
        if both:
            clock = min(run.seconds for run in both)
            cells += [f"{_cpu(both):.2f}", f"{clock:.2f}", f"{count / clock:.1f}", f"{_peak(both):.0f}",
                      f"{both[0].found:,}"]  # fmt: skip
        else:
            cells += ["stopped", *["-"] * 4]
        lines.append("| " + " | ".join(cells) + " |")
    if any(key[0] == corpus for key in stopped):
        lines.append("\n*stopped*: longer than the limit, or killed for want of memory.")
    return "\n".join(lines) + "\n"


def _peers(runs: Runs, arguments: argparse.Namespace) -> str:
    lines = [
        "## Next to a public recogniser\n",
        f"Microsoft's recognizers-text {version('recognizers-text')} (Chinese, dimensions and currencies)",
        f"reads at most {SAMPLE_LINES} lines that hold digits, taken evenly from all texts: it is slow.",
        "It finds numbers with units and says nothing of what they measure.\n",
        "| corpus | | kB | CPU s | kB/s | found |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for corpus in arguments.corpora:
        for name, measure in (("bare scan", "scan"), ("one process", "one"), ("recognizers-text", "peer")):
            if found := runs.get((corpus, _sizes(corpus, arguments)[0], measure)):
                size, seconds = found[0].size / 1000, _cpu(found)
                lines.append(
                    f"| {corpus} | {name} | {size:.0f} | {seconds:.3f} | {size / seconds:,.0f} "
                    f"| {found[0].found:,} |"
                )
    return "\n".join(lines) + "\n"


def _cpu(runs: Sequence[Run]) -> float:
    return min(run.cpu for run in runs)


def _peak(runs: Sequence[Run]) -> float:
    return max(run.memory for run in runs) / _MEGABYTE


if __name__ == "__main__":
    main()

"""What is measured, each in a process of its own: ``python -m benchmarks.measures NAME FOLDER``.

Prints one JSON object: seconds, CPU seconds of all its processes (imports of the first are not counted),
files, bytes, and what was found.
"""

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SAMPLE_LINES = 400


def bare_scan(folder: Path) -> int:
    """Read, decode, and find the numbers: what no reader of numbers can do without."""
    texts = (path.read_bytes().decode() for path in _files(folder))
    return sum(len(_NUMBER.findall(text)) for text in texts)


def one_process(folder: Path) -> int:
    """Ingest and extract as a build does, batch by batch, in this process."""
    return _extract(folder, 1)


def all_cores(folder: Path) -> int:
    """Ingest and extract as a build does, batch by batch, with a process for each core."""
    import os

    return _extract(folder, os.cpu_count())


def _extract(folder: Path, jobs: int | None) -> int:
    from pipelines.incremental import extract_incrementally
    from pipelines.ingest import read_folder

    found = 0
    for batch in sorted(folder.iterdir()):
        intake = read_folder(batch)
        with tempfile.TemporaryDirectory() as cache:
            of_batch = extract_incrementally(intake.lines, intake.reports, Path(cache), jobs=jobs, full=True)
        found += of_batch.disclosures.height
    return found


def peer(folder: Path) -> int:
    """Find numbers with units by Microsoft's recognizers-text, in a sample of the lines that hold digits."""
    from recognizers_number_with_unit import Culture, NumberWithUnitRecognizer

    recognizer = NumberWithUnitRecognizer(Culture.Chinese)
    models = [recognizer.get_dimension_model(), recognizer.get_currency_model()]
    return sum(len(model.parse(line)) for line in sample(folder) for model in models)


def sample(folder: Path) -> list[str]:
    """Return lines that hold digits, evenly from all texts."""
    texts = (path.read_text(encoding="utf-8") for path in _files(folder))
    lines = [line for text in texts for line in text.split("\n") if re.search(r"\d", line)]
    return lines[:: max(1, len(lines) // SAMPLE_LINES)][:SAMPLE_LINES]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.txt"))


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of those that it has waited for."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


MEASURES: dict[str, Callable[[Path], int]] = {
    "scan": bare_scan,
    "one": one_process,
    "all": all_cores,
    "peer": peer,
}


def main() -> None:
    """Run one measure and print its figures."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name in ("one", "all"):
        import pipelines.incremental
        import pipelines.ingest  # noqa: F401
    if name == "peer":
        import recognizers_number_with_unit  # noqa: F401
    files = _files(folder)
    if name == "peer":
        size = sum(len(line.encode()) for line in sample(folder))
    else:
        size = sum(path.stat().st_size for path in files)
    start, cpu_start = time.perf_counter(), _cpu_seconds()
    found = MEASURES[name](folder)
    seconds, cpu = time.perf_counter() - start, _cpu_seconds() - cpu_start
    print(json.dumps({"seconds": seconds, "cpu": cpu, "files": len(files), "bytes": size, "found": found}))


if __name__ == "__main__":
    main()

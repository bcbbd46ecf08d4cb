"""What is measured, each in a process of its own: ``python -m benchmarks.measures NAME FOLDER``.

Prints one JSON object: seconds (imports not counted), files, bytes, and what was found.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SAMPLE_LINES = 400


def bare_scan(folder: Path) -> int:
    """Read, decode, and find the numbers: what no reader of numbers can do without."""
    texts = (path.read_bytes().decode() for path in sorted(folder.glob("*.txt")))
    return sum(len(_NUMBER.findall(text)) for text in texts)


def one_process(folder: Path) -> int:
    """Ingest and extract as a build does, in this process."""
    return _extract(folder, 1)


def all_cores(folder: Path) -> int:
    """Ingest and extract as a build does, with a process for each core."""
    import os

    return _extract(folder, os.cpu_count())


def _extract(folder: Path, jobs: int | None) -> int:
    from pipelines.incremental import extract_incrementally
    from pipelines.ingest import read_folder

    intake = read_folder(folder)
    with tempfile.TemporaryDirectory() as cache:
        found = extract_incrementally(intake.lines, intake.reports, Path(cache), jobs=jobs, full=True)
    return found.disclosures.height


def peer(folder: Path) -> int:
    """Find numbers with units by Microsoft's recognizers-text, in a sample of the lines that hold digits."""
    from recognizers_number_with_unit import Culture, NumberWithUnitRecognizer

    recognizer = NumberWithUnitRecognizer(Culture.Chinese)
    models = [recognizer.get_dimension_model(), recognizer.get_currency_model()]
    return sum(len(model.parse(line)) for line in sample(folder) for model in models)


def sample(folder: Path) -> list[str]:
    """Return lines that hold digits, evenly from all texts."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    lines = [line for text in texts for line in text.split("\n") if re.search(r"\d", line)]
    return lines[:: max(1, len(lines) // SAMPLE_LINES)][:SAMPLE_LINES]


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
    files = sorted(folder.glob("*.txt"))
    if name == "peer":
        size = sum(len(line.encode()) for line in sample(folder))
    else:
        size = sum(path.stat().st_size for path in files)
    start = time.perf_counter()
    found = MEASURES[name](folder)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "files": len(files), "bytes": size, "found": found}))


if __name__ == "__main__":
    main()

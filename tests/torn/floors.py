"""What was measured when ``floors.csv`` was written, next to the bars."""

import csv
import dataclasses
import itertools
import math
from pathlib import Path

from .layouts import TEARS
from .score import Score, scored

BAR = (0.99, 0.95)
BAR_OF_PAIRS = (0.98, 0.85)
SEEDS = range(1000, 1010)
SEEDS_OF_PAIRS = range(1000, 1001)
_FILE = Path(__file__).with_name("floors.csv")
_COLUMNS = ("tears", "precision", "recall", "wrong_certain")


@dataclasses.dataclass(frozen=True)
class Floor:
    """Figures that a change may not fall below, and what may be wrong and certain at most."""

    precision: float
    recall: float
    wrong_certain: int


def write() -> None:
    """Measure all tears on the tests' seeds and write the floors, at most the bars."""
    rows = [_row("clean", scored((), SEEDS), BAR)]
    rows += [_row(tear, scored((tear,), SEEDS), BAR) for tear in TEARS]
    pairs = itertools.combinations(TEARS, 2)
    rows.append(_row("pairs", sum((scored(pair, SEEDS_OF_PAIRS) for pair in pairs), Score()), BAR_OF_PAIRS))
    with _FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([_COLUMNS, *rows])


def _row(name: str, score: Score, bar: tuple[float, float]) -> tuple[str, float, float, int]:
    precision, recall = (
        min(bound, math.floor(figure * 100) / 100)
        for figure, bound in zip((score.precision, score.recall), bar, strict=True)
    )
    return name, precision, recall, score.wrong_certain


def _read() -> dict[str, Floor]:
    if not _FILE.exists():
        return {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["tears"]: Floor(float(row["precision"]), float(row["recall"]), int(row["wrong_certain"]))
            for row in csv.DictReader(file)
        }


FLOORS = _read()

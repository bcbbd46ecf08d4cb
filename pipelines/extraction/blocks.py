"""Blocks of values: which of them are a row, where the labels of all rows stand apart."""

import functools
import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.document import Line
from pipelines.extraction.numbers import decimals_of

Cell = tuple[Line, str, int]
"""A printed value: its line, its folded text and where that begins."""

_FEWEST_MISFORMED = 2
_CLEARLY_MORE = 4  # times as many rows that are no rows: the other way is meant
_MOST_SPREAD = 5  # a row's largest value is seldom more times its smallest


class Whole(NamedTuple):
    """A row and those of its parts: it is their sum, or a mean of theirs."""

    row: int
    parts: list[int]
    may_be_mean: bool = True


def parted(
    lines: Sequence[Sequence[Cell]],
    count: int,
    size: int,
    wholes: Sequence[Whole] = (),
    *,
    of_metrics: bool = False,
) -> list[list[Cell]]:
    """Part lines of values into ``count`` rows of ``size``: by lines, by gaps, or as the numbers tell.

    The numbers of a row have as many decimals, or are all shares, and are seldom far apart; ``of_metrics``:
    those of a column, each of which is of a metric. ``wholes`` are rows with those of their parts.
    """
    by_row, by_column = ways(lines, count, size)
    of_gaps = set(_gaps(lines)) if size != count else set()
    lengths = {len(line) for line in lines} - {1} or of_gaps
    if size == 1 or lengths == {size}:
        return by_row
    if lengths == {count}:
        return by_column
    alike = _misformed_columns if of_metrics else _misformed
    for misfits in (alike, functools.partial(_unbalanced, wholes), *(() if of_metrics else (_spread,))):
        of_column, of_row = misfits(by_column), misfits(by_row)
        fewer, more = sorted((of_column, of_row))
        if more >= max(_FEWEST_MISFORMED, _CLEARLY_MORE * fewer):
            return by_row if of_row == fewer else by_column
        if of_column or of_row:
            break
    return []


def ways(lines: Sequence[Sequence[Cell]], count: int, size: int) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Return ``count`` rows of ``size`` that lines of values are: read row by row, and column by column."""
    cells = [cell for line in lines for cell in line]
    by_row = [cells[row * size : (row + 1) * size] for row in range(count)]
    return by_row, [cells[row::count] for row in range(count)]


def _gaps(lines: Sequence[Sequence[Cell]]) -> Iterator[int]:
    """Yield how many lines stand together where blank lines or the end of a page part them."""
    numbers = [line[0][0].number for line in lines]
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    usual, size = min(steps, default=0), 1
    for step in steps:
        if step > usual:
            yield size
            size = 0
        size += 1
    if size < len(lines):
        yield size


def _misformed(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows print numbers of different decimals, or shares beside other numbers."""
    forms = (
        {(text.endswith("%"), decimals_of(text.rstrip("%"))) for _, text, _ in row if text[:1].isdigit()}
        for row in rows
    )
    return sum(len(found) > 1 for found in forms)


def _misformed_columns(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many columns print shares beside other numbers."""
    forms = ({text.endswith("%") for _, text, _ in column} for column in zip(*rows, strict=True))
    return sum(len(found) > 1 for found in forms)


def _unbalanced(wholes: Sequence[Whole], rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many wholes are neither the sum nor, where they may be, a mean of their parts."""
    numbers = [[number_of(text) for _, text, _ in row] for row in rows]
    columns = list(zip(*numbers, strict=True))
    return sum(
        not (whole.may_be_mean and min(parts) <= column[whole.row] <= max(parts))
        and column[whole.row] != sum(parts)
        for column in columns
        for whole in wholes
        if all(parts := [column[place] for place in whole.parts])
    )


def _spread(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows hold numbers far apart."""
    sizes = ([size for _, text, _ in row if (size := number_of(text))] for row in rows)
    return sum(bool(found) and max(found) > _MOST_SPREAD * min(found) for found in sizes)


def number_of(text: str) -> Decimal:
    """Return the number of a cell, 0 if it prints none."""
    digits = text.rstrip("%").replace(",", "")
    return Decimal(digits) if digits.replace(".", "", 1).isdecimal() else Decimal()

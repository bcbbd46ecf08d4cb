"""What the command line shows: tables and errors, for people; no text can drive their terminal."""

import json
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# Columns of a table in a file or pipe are as wide as they need to be.
_WIDTH_OF_FILES = 10_000


def console(*, to_stderr: bool = False) -> Console:
    """Return a console for the output: colours and the terminal's width only where there is one."""
    is_terminal = (sys.stderr if to_stderr else sys.stdout).isatty()
    return Console(
        stderr=to_stderr, highlight=False, markup=False, width=None if is_terminal else _WIDTH_OF_FILES
    )


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[str] = frozenset()
) -> None:
    """Print ``rows`` under ``columns``; those in ``right`` are aligned right, as numbers are.

    A table that is wider than the terminal is shown as one record below the other.
    """
    rows = [tuple(row) for row in rows]
    table = Table(show_edge=False)
    for column in columns:
        table.add_column(Text(column), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    if console().measure(table).maximum <= console().width:
        console().print(table)
    else:
        for row in rows:
            record = Table(show_edge=False, show_header=False)
            for column, value in zip(columns, row, strict=True):
                record.add_row(Text(column), Text(_cell(value), overflow="fold"))
            console().print(record, "")


def show_json(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print ``rows`` as a JSON list of objects, for scripts; dates and the like are text."""
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    # Not through the console, which would wrap and change text; JSON escapes control characters itself.
    sys.stdout.write(json.dumps(records, ensure_ascii=False, indent=1, default=str) + "\n")


def show(text: str = "") -> None:
    console().print(printable(text), soft_wrap=True)


def show_error(text: str) -> None:
    console(to_stderr=True).print(Text(printable(text)), style="red", soft_wrap=True)


def show_warning(text: str) -> None:
    console(to_stderr=True).print(Text(printable(text)), style="yellow", soft_wrap=True)


def printable(text: str) -> str:
    """Return ``text`` with control characters (which could drive a terminal) shown as replacement marks."""
    return "".join(char if char.isprintable() or char in "\n\t\u3000\u00a0" else "\ufffd" for char in text)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return printable(str(value)).replace("\n", "⏎").replace("\t", "→")

"""Accuracy of board, index of standards and targets against hand-written tables.

Labels are ``<report>.tables.json`` (``board``, ``standard_index``) and ``<report>.targets.jsonl`` beside the
datapoints. Texts are compared by their letters and digits, whatever script, width and blanks.

- A *director* is right when line, name, gender, age, position, nationality and education are, those that the
  table does not print being null. The share is of labels or of rows, whichever are more.
- An *entry* is right when framework, code, line and title are. It is *placed* when its chapter or its page is
  right, too; asked of entries for which the label has one.
- A *target* is right when line, years, value and unit are, and its text holds that of the label or is held by
  it.
"""

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.text import fold

_GENDERS = {"男": "male", "女": "female"}
_MARTS = ("fct_board_member", "fct_standard_index", "fct_target")
Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class ListingAccuracy:
    """Figures of one report, shares from 0 to 1 (None where there is nothing to count)."""

    report: str
    board_labels: int
    board_right: float | None
    index_labels: int
    index_right: float | None
    index_placed: float | None
    target_labels: int
    target_right: float | None


def evaluate_listings(warehouse: Path, labels: Path, reports: Mapping[str, str]) -> list[ListingAccuracy]:
    """Return the figures of every labelled report (name -> sha256 of its text) and, last, of all together.

    Raises duckdb.Error where ``warehouse`` lacks the marts.
    """
    rows = _rows(warehouse)
    tallies = {name: _tally(labels, name, rows.get(sha256, {})) for name, sha256 in reports.items()}
    total = sum(tallies.values(), Counter[str]())
    return [_accuracy(name, tally) for name, tally in [*tallies.items(), ("all", total)]]


def _rows(warehouse: Path) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return sha256 -> mart -> rows."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for mart in _MARTS:
            query = f"select sha256, m.* from marts.{mart} as m inner join marts.dim_report using (report_id)"
            for row in connection.execute(query).pl().iter_rows(named=True):
                found.setdefault(row["sha256"], {}).setdefault(mart, []).append(row)
    return found


def _tally(labels: Path, report: str, rows: Mapping[str, list[dict[str, Any]]]) -> Counter[str]:
    members, entries, targets = (rows.get(mart, []) for mart in _MARTS)
    tables = _json(labels / f"{report}.tables.json")
    board, index = tables.get("board", []), tables.get("standard_index", [])
    stated = _json_lines(labels / f"{report}.targets.jsonl")
    pairs = _paired(index, entries, _same_entry)
    placed = [label for label in index if _letters(label["chapter"]) or _letters(label["page"])]
    return Counter(
        board_labels=len(board),
        board_rows=max(len(board), len(members)),
        board_right=len(_paired(board, members, _same_member)),
        index_labels=len(index),
        index_right=len(pairs),
        index_places=len(placed),
        index_placed=sum(_same_place(label, row) for label, row in pairs),
        target_labels=len(stated),
        target_right=len(_paired(stated, targets, _same_target)),
    )


def _accuracy(report: str, tally: Counter[str]) -> ListingAccuracy:
    def share(part: str, whole: str) -> float | None:
        return round(tally[part] / tally[whole], 4) if tally[whole] else None

    return ListingAccuracy(
        report=report,
        board_labels=tally["board_labels"],
        board_right=share("board_right", "board_rows"),
        index_labels=tally["index_labels"],
        index_right=share("index_right", "index_labels"),
        index_placed=share("index_placed", "index_places"),
        target_labels=tally["target_labels"],
        target_right=share("target_right", "target_labels"),
    )


def _paired(
    labels: Sequence[Row], rows: Sequence[Row], is_same: Callable[[Row, Row], bool]
) -> list[tuple[Row, Row]]:
    """Pair every label with the first row that is right and not taken yet."""
    free = list(rows)
    pairs = []
    for label in labels:
        found = next((row for row in free if is_same(label, row)), None)
        if found is not None:
            free.remove(found)
            pairs.append((label, found))
    return pairs


def _same_member(label: Row, row: Row) -> bool:
    texts = ("name", "position", "nationality", "education")
    return (
        label["line"] == row["line_no"]
        and _GENDERS.get(label["gender"], label["gender"]) == row["gender"]
        and label["age"] == row["age"]
        and all(_letters(label.get(name)) == _letters(row[name]) for name in texts)
    )


def _same_entry(label: Row, row: Row) -> bool:
    return (
        (label["framework"], label["code"], label["line"]) == (row["framework"], row["code"], row["line_no"])
    ) and _letters(label["title"]) == _letters(row["title"])


def _same_place(label: Row, row: Row) -> bool:
    return any(
        _letters(label[of_label]) and _letters(label[of_label]) == _letters(row[of_row])
        for of_label, of_row in (("chapter", "chapter"), ("page", "page_ref"))
    )


def _same_target(label: Row, row: Row) -> bool:
    text, other = _letters(label["text"]), _letters(row["text"])
    return (
        (label["line"], label["target_year"], label["base_year"], label["value"], label["unit"] or None)
        == (row["line_no"], row["target_year"], row["base_year"], row["value"], row["unit"])
    ) and (text in other or other in text)


def _letters(text: str | None) -> str:
    return re.sub(r"[^\w]|_", "", fold(text or ""))


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _json_lines(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines if line.strip()]

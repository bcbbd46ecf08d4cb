"""Where a disclosure comes from: its evidence between the lines around it."""

import hashlib
from pathlib import Path
from typing import Any

from pipelines.analyst import disclosure
from pipelines.console import show, show_table

_SHOWN = (
    "report_id", "metric_code", "breakdown", "member", "fiscal_year", "status", "qualifier", "value", "unit",
    "raw_value", "unit_printed", "label_raw", "line_no", "label_line_no", "page_no", "layout", "pairing",
    "confidence", "set_id", "scope_note", "quality_status",
)  # fmt: skip

_PAIRINGS = {
    "adjacent": "label and value stand beside each other",
    "header": "the value stands in the row of its label, under its column's header",
    "sum100": "only this assignment makes the shares total 100",
    "total": "only this assignment makes the parts add up to the total",
    "ratio": "amount, base and intensity fit each other",
    "repeated": "the same fact is printed elsewhere with its label",
    "order": "labels and values stand in the same order",
}


def explain_disclosure(warehouse: Path, disclosure_id: str, raw: Path, context: int) -> None:
    """Print the disclosure, its pairing, and the lines around it with ``context`` lines before and after.

    Where ``raw`` no longer has the text that was read, only the evidence kept in the warehouse is printed.
    Raises analyst.WarehouseError if there is no such disclosure.
    """
    found = disclosure(warehouse, disclosure_id)
    show_table(("field", found["disclosure_id"]), [(name, found[name]) for name in _SHOWN])
    show(f"\npaired by {found['pairing']}: {_PAIRINGS.get(found['pairing'], 'see the documentation')}\n")
    if found["proof"]:
        show(f"{found['proof']}\n")
    text = _text(raw / found["source_file"], found["sha256"])
    if text is None:
        show(f"{raw / found['source_file']} is not there or not the text that was read; the evidence kept:")
        show(found["evidence"])
        return
    show(found["source_file"])
    _show_lines(text, found, context)


def _text(file: Path, sha256: str) -> list[str] | None:
    """Return the lines of ``file`` if it is byte for byte the text that was read."""
    from pipelines.ingest import decode, read_lines

    if not file.is_file():
        return None
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    return list(read_lines(decode(data, file.name).text).texts)


def _show_lines(lines: list[str], found: dict[str, Any], context: int) -> None:
    marks = {found["label_line_no"]: "label", found["line_no"]: "value"}
    if found["label_line_no"] == found["line_no"]:
        marks = {found["line_no"]: "both"}
    last = 0
    for number, line in enumerate(lines, start=1):
        if any(abs(number - marked) <= context for marked in marks if marked is not None):
            if last and number > last + 1:
                show("        ...")
            show(f"{marks.get(number, ''):>5} {number:>6} | {line}")
            last = number

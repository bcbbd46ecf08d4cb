"""Where a disclosure comes from: its evidence between the lines around it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.analyst import disclosure
from pipelines.console import show, show_json, show_table

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


def explain_disclosure(
    warehouse: Path, disclosure_id: str, raw: Path, context: int, *, as_json: bool = False
) -> None:
    """Print the disclosure, its pairing, and the lines around it with ``context`` lines before and after.

    Where ``raw`` no longer has the text that was read, only the evidence kept in the warehouse is printed.
    JSON is one object in a list: the columns of the disclosure, the pairing's ``reason`` and the ``lines``
    with ``line_no``, ``text`` and ``role`` (label, value, both or nothing), none without the text.
    Raises analyst.WarehouseError if there is no such disclosure.
    """
    found = disclosure(warehouse, disclosure_id)
    reason = _PAIRINGS.get(found["pairing"], "see the documentation")
    text = _text(raw / found["source_file"], found["sha256"])
    lines = list(_around(text, found, context)) if text else []
    if as_json:
        named = [{"line_no": number, "text": line, "role": role or None} for number, line, role in lines]
        show_json([*found, "reason", "lines"], [[*found.values(), reason, named]])
        return
    show_table(("field", found["disclosure_id"]), [(name, found[name]) for name in _SHOWN])
    show(f"\npaired by {found['pairing']}: {reason}\n")
    if found["proof"]:
        show(f"{found['proof']}\n")
    if text is None:
        show(f"{raw / found['source_file']} is not there or not the text that was read; the evidence kept:")
        show(found["evidence"])
        return
    show(found["source_file"])
    last = lines[0][0] if lines else 0
    for number, line, role in lines:
        if number > last + 1:
            show("        ...")
        show(f"{role:>5} {number:>6} | {line}")
        last = number


def _text(file: Path, sha256: str) -> list[str] | None:
    """Return the lines of ``file`` if it is byte for byte the text that was read."""
    from pipelines.ingest import decode, read_lines

    if not file.is_file():
        return None
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    return list(read_lines(decode(data, file.name).text).texts)


def _around(lines: list[str], found: dict[str, Any], context: int) -> Iterator[tuple[int, str, str]]:
    """Yield the lines near the label and the value: number, text, and what stands there."""
    marks = {found["label_line_no"]: "label", found["line_no"]: "value"}
    if found["label_line_no"] == found["line_no"]:
        marks = {found["line_no"]: "both"}
    for number, line in enumerate(lines, start=1):
        if any(abs(number - marked) <= context for marked in marks if marked is not None):
            yield number, line, marks.get(number, "")

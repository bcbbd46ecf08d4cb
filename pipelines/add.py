"""Taking a report text into the folder of texts."""

import re
import unicodedata
from pathlib import Path

from pipelines.console import show
from pipelines.ingest import ReportFacts, decode, ingest_report, read_reports_csv
from pipelines.ingest.reports import SIDECAR
from pipelines.publish.record import sha256_of


class NotAdded(ValueError):
    """The file was not taken; the message says why and what to do."""


def add_text(file: Path, raw: Path) -> None:
    """Copy ``file`` into ``raw`` under a safe name and print what is known about it.

    Raises NotAdded, and ingest.UnreadableReport if it is not the text of a report.
    """
    if not file.is_file():
        raise NotAdded(f"{file} is not a file")
    if not raw.is_dir():
        raise NotAdded(f"{raw} is not a folder")
    data = file.read_bytes()
    decode(data, file.name)
    target = raw / f"{_safe_stem(file.stem)}.txt"
    for present in sorted(raw.glob("*.txt")):
        if present.is_file() and sha256_of(present) == sha256_of(file):
            show(f"{present} has the same content already")
            return
    if target.exists():
        raise NotAdded(
            f"{target} exists with other content; rename {file.name}, or remove the old text first"
        )
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(data)
    fresh.replace(target)
    show(f"Added {target}")
    _show_facts(data, target, raw)


def _safe_stem(stem: str) -> str:
    """Return ``stem`` with letters, digits, dots, hyphens and underscores only: 'A (2)' becomes 'A-2'."""
    safe = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", stem)).strip("-._")
    if not safe:
        raise NotAdded(f"{stem!r} has no letter or digit to name the text after; rename it")
    return safe


def _show_facts(data: bytes, target: Path, raw: Path) -> None:
    declared = read_reports_csv(raw / SIDECAR) if (raw / SIDECAR).is_file() else {}
    if target.stem in declared:
        show(f"{SIDECAR} has a row for {target.stem}")
        return
    facts = ingest_report(data, target.name, target.stem).facts
    show(f"{SIDECAR} has no row for {target.stem}; without one these facts are taken from its text:")
    for name, value in _facts(facts):
        show(f"  {name}: {'?' if value is None else value}")


def _facts(facts: ReportFacts) -> list[tuple[str, object]]:
    return [(name, value) for name, value in vars(facts).items() if name != "company_id"]

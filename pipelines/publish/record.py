"""What was published, and from which inputs: how an unchanged run is recognised without doing it.

The record is a small JSON file beside the warehouse, written last. It says what the warehouse was made of and
the checksum of the file, so a run that was killed while publishing, or a file that somebody changed, is
never taken for current.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.paths import ROOT, Warehouse

# What decides, apart from the texts, what comes out.
_CODE = ("pipelines", "dbt", "expectations", "uv.lock")
_CODE_SUFFIXES = frozenset([".py", ".sql", ".yml", ".csv", ".md", ".json", ".lock"])
_OUTPUT_FOLDERS = frozenset(["target", "logs", "__pycache__"])


@dataclass(frozen=True)
class Publication:
    """A published warehouse: ``fingerprint`` of its inputs, ``sha256`` of its file, the folder of its texts.

    ``published_at`` is ISO 8601 in UTC; ``reports`` counts the texts that were read. ``target`` is the name
    of the file; ``instead_of`` the fingerprint of the version that this one was put back in place of.
    """

    run_id: str
    published_at: str
    raw: str
    reports: int
    fingerprint: str
    sha256: str

    version: int = 0
    target: str = ""
    instead_of: str = ""

    def write(self, file: Path) -> None:
        fresh = file.with_name(f".{file.name}.new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream, indent=2, ensure_ascii=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)


def read_record(warehouse: Warehouse) -> Publication | None:
    """Return what was last published, None if there is no (readable) record."""
    return read_publication(warehouse.record)


def read_publication(file: Path) -> Publication | None:
    """Return the publication in ``file``, None if it is not there or is not one."""
    try:
        return Publication(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def unchanged(raw: Path, warehouse: Warehouse) -> Publication | None:
    """Return the publication if a build of ``raw`` would make the same again and its outputs are whole."""
    record = read_record(warehouse)
    if record is None or not warehouse.target.is_file() or not warehouse.exports.is_dir():
        return None
    if record.sha256 != sha256_of(warehouse.target):
        return None
    return record if input_fingerprint(raw) in (record.fingerprint, record.instead_of) else None


def input_fingerprint(raw: Path) -> str:
    """Return a hash of all that a build depends on: texts, ``reports.csv``, code, seeds, expectations."""
    digest = hashlib.sha256(f"{sys.version}\n{raw_fingerprint(raw)}\n".encode())
    for path in _code_files():
        digest.update(f"{path.relative_to(ROOT)} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def raw_fingerprint(raw: Path) -> str:
    """Return a hash of the names and bytes of the files in ``raw`` (hidden ones are not read by a build)."""
    digest = hashlib.sha256()
    for path in sorted(path for path in raw.iterdir() if not path.name.startswith(".")):
        content = sha256_of(path) if path.is_file() and os.access(path, os.R_OK) else "not a readable file"
        digest.update(os.fsencode(path.name) + b"\0" + content.encode() + b"\n")
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code_files() -> Iterator[Path]:
    for name in _CODE:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            is_output = not _OUTPUT_FOLDERS.isdisjoint(file.relative_to(ROOT).parts)
            if file.suffix in _CODE_SUFFIXES and file.is_file() and not is_output:
                yield file

"""From a finished build file to the published one, in a step that either happens or doesn't.

A reader that has the old file open keeps reading it and sees the new one when it connects again.
"""

import os
import shutil
from pathlib import Path

import duckdb

from pipelines.paths import Warehouse

MARTS = (
    "dim_breakdown",
    "dim_company",
    "dim_metric",
    "dim_report",
    "dim_rule",
    "fct_disclosure",
    "fct_kpi",
    "fct_kpi_as_of",
    "fct_quality_finding",
    "fct_restatement",
    "rpt_disclosure_coverage",
    "rpt_kpi_change",
    "rpt_peer_comparison",
    "rpt_report_quality",
    "rpt_workforce",
)
_KEPT_BUILDS = 3


class PublishError(RuntimeError):
    """A build file is not fit to be published; the message says what is wrong with it."""


def publish(build_file: Path, target: Path) -> None:
    """Make ``build_file`` the published ``target``: it is checked, flushed to disk and renamed.

    Both must be on one file system. Raises PublishError if the file is not a whole warehouse; ``target`` is
    then as it was.
    """
    _check(build_file)
    _flush(build_file)
    # A log of somebody's writes to the old file must not be replayed into the new one.
    _log_of(target).unlink(missing_ok=True)
    build_file.replace(target)
    _flush(target.parent)


def link(name: Path, folder: Path) -> None:
    """Make ``name`` a link to ``folder``, replacing the link that it was: readers see the old or the new."""
    if name.exists() and not name.is_symlink():
        raise PublishError(f"{name} is not a link made by an earlier build; move it away")
    fresh = name.with_name(f".{name.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(folder, name.parent), target_is_directory=True)
    fresh.replace(name)


def prune_builds(warehouse: Warehouse) -> None:
    """Remove all but the latest builds; what the warehouse links to always stays."""
    linked = {name.resolve().parent for name in (warehouse.exports, warehouse.data_docs) if name.is_symlink()}
    if not warehouse.builds.is_dir():
        return
    builds = sorted(warehouse.builds.iterdir(), key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
    for folder in builds[_KEPT_BUILDS:]:
        if folder.resolve() not in linked:
            shutil.rmtree(folder)


def _check(build_file: Path) -> None:
    log = _log_of(build_file)
    if log.exists():
        raise PublishError(f"{log} is left: the build was not closed; run it again")
    if not build_file.is_file():
        raise PublishError(f"{build_file} does not exist: dbt has built nothing; run the whole job")
    try:
        with duckdb.connect(build_file, read_only=True) as connection:
            found = {
                name
                for (name,) in connection.execute(
                    "select table_name from information_schema.tables where table_schema = 'marts'"
                ).fetchall()
            }
            missing = sorted(set(MARTS) - found)
            if missing:
                raise PublishError(f"{build_file} lacks marts.{', marts.'.join(missing)}")
            if not connection.sql("select 1 from marts.dim_report limit 1").fetchall():
                raise PublishError(f"{build_file} holds no report")
    except duckdb.Error as error:
        raise PublishError(f"{build_file} cannot be read: {error}") from error


def _log_of(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

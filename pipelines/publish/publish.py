"""From a finished build file to the published one, in a step that either happens or doesn't.

A reader that has the old file open keeps reading it and sees the new one when it connects again.
"""

import os
import shutil
from pathlib import Path

import duckdb

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
    "runs",
)


class PublishError(RuntimeError):
    """A build file is not fit to be published; the message says what is wrong with it."""


def publish(build_file: Path, target: Path) -> None:
    """Make ``build_file`` the published ``target``: it is checked, flushed to disk, linked and renamed.

    ``build_file`` stays where it is, as a version to go back to. Raises PublishError if it is not a whole
    warehouse; ``target`` is then as it was.
    """
    _check(build_file)
    _flush(build_file)
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        fresh.hardlink_to(build_file)
    except OSError:  # a file system without hard links
        shutil.copyfile(build_file, fresh)
        _flush(fresh)
    # A log of somebody's writes to the old file must not be replayed into the new one.
    _log_of(target).unlink(missing_ok=True)
    fresh.replace(target)
    _flush(target.parent)


def link(name: Path, folder: Path) -> None:
    """Make ``name`` a link to ``folder``, replacing the link that it was: readers see the old or the new."""
    if name.exists() and not name.is_symlink():
        raise PublishError(f"{name} is not a link made by an earlier build; move it away")
    fresh = name.with_name(f".{name.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(folder, name.parent), target_is_directory=True)
    fresh.replace(name)


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

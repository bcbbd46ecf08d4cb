"""Running dbt: the manifest that the assets are made from, and the models, seeds and tests of one build.

dbt is the only writer of a build's DuckDB file. Its functions run in a worker (see ``workers``), whose
working directory and environment they change.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.paths import DBT_PROJECT, Build

_PARSED = DBT_PROJECT / "target" / "parsed"
# dbt parses everything anew when a variable in profiles.yml has another value (4 s). These never have: they
# are relative to the folder of the build, which is the working directory.
_ENVIRONMENT = {
    "ESG_BUILD_FILE": Build("", Path()).file.name,
    "ESG_BUILD_DIR": ".",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True)
class NodeResult:
    """What became of a model, seed or test. ``failures`` are rows that break a test's promise.

    ``status`` is dbt's: success, pass, warn, fail, error or skipped. ``rows`` are those of a table.
    """

    unique_id: str
    name: str
    status: str
    seconds: float
    failures: int
    message: str
    rows: int | None = None


class DbtError(RuntimeError):
    """dbt could not run at all: the message is its own."""


def prepare_manifest() -> Path:
    """Return dbt's manifest of the project as it is now, parsing it only if something was changed since.

    Beside it lies the parse that ``build_models`` starts from. Raises DbtError if it can't be parsed.
    """
    manifest = _manifest()
    if not manifest.is_file():
        _parse(manifest.parent)
    return manifest


def parsed_manifest() -> Path | None:
    """Return the manifest if it has been made since the project was changed; needs no dbt."""
    manifest = _manifest()
    return manifest if manifest.is_file() else None


def build_models(build: Build, *, unit_tests: bool = False) -> list[NodeResult]:
    """Run and test all models and seeds into ``build.file``, from the Parquet frames of ``build``.

    ``unit_tests`` says the same of every build, for they bring their own rows: the test suite runs them.

    The file is always a new one: that of a run that is repeated may be the published file, by a hard link.
    Raises DbtError if dbt gave no result for the nodes.
    """
    manifest = prepare_manifest()
    os.chdir(build.folder)
    for left in (build.file, build.file.with_name(f"{build.file.name}.wal")):
        left.unlink(missing_ok=True)
    selection = [] if unit_tests else ["--exclude-resource-type", "unit_test"]
    try:
        results = _dbt(
            [
                "build",
                "--no-write-json",
                "--partial-parse-file-path",
                str(_partial_parse(manifest)),
                *selection,
            ],
            build.dbt_target,
        )
    finally:
        _close_build_file()
    rows = _row_counts(build.file)
    return [
        NodeResult(
            unique_id=result.node.unique_id,
            name=result.node.name,
            status=str(result.status),
            seconds=round(result.execution_time, 3),
            failures=result.failures or 0,
            message=result.message or "",
            rows=rows.get((result.node.schema, result.node.name)),
        )
        for result in results
    ]


def _row_counts(file: Path) -> dict[tuple[str, str], int]:
    """Return the rows of each table by schema and name; none if dbt could not make the file."""
    if not file.is_file():
        return {}
    with duckdb.connect(file, read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()")
        return {(schema, name): rows for schema, name, rows in tables.fetchall()}


def failed(results: Sequence[NodeResult]) -> Iterator[NodeResult]:
    """Yield the results that make a build unfit: errors and broken promises, not warnings."""
    return (result for result in results if result.status in ("error", "fail", "runtime error"))


def _partial_parse(manifest: Path) -> Path:
    return manifest.with_name("partial_parse.msgpack")


def _manifest() -> Path:
    return _PARSED / _project_version() / "manifest.json"


def _parse(folder: Path) -> None:
    """Parse beside ``folder`` and move it there whole; other versions are removed.

    Two processes may do so at the same time: what the other one has put there is as good.
    """
    _PARSED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_PARSED.parent) as scratch:
        _dbt(["parse"], Path(scratch) / "parsed")
        for outdated in _PARSED.iterdir():
            if outdated != folder:
                shutil.rmtree(outdated, ignore_errors=True)
        try:
            (Path(scratch) / "parsed").replace(folder)
        except OSError:
            if not (folder / "manifest.json").is_file():
                raise


def _dbt(arguments: Sequence[str], target: Path) -> Any:
    from dbt.cli.main import dbtRunner

    os.environ.update(_ENVIRONMENT)
    places = {
        "project-dir": DBT_PROJECT,
        "profiles-dir": DBT_PROJECT,
        "target-path": target,
        "log-path": target,
    }
    options = [option for name, path in places.items() for option in (f"--{name}", str(path))]
    result = dbtRunner().invoke(
        ["--quiet", "--log-level", "none", "--log-level-file", "info", *arguments, *options]
    )
    if result.exception:
        raise DbtError(str(result.exception)) from result.exception
    return result.result


def _close_build_file() -> None:
    """Close what dbt keeps open for its next command: it writes everything into the one file.

    A build that failed is closed too, or the next one would be written into its file.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV:
        DuckDBConnectionManager._ENV.close()


def _project_version() -> str:
    """Return a hash of the project's files."""
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        if (
            path.suffix in (".sql", ".yml", ".md", ".csv")
            and "target" not in path.relative_to(DBT_PROJECT).parts
        ):
            digest.update(f"{path.relative_to(DBT_PROJECT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]

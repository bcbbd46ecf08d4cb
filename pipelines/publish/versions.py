"""The versions that were published: going back to one, and how long they are kept.

A version is the folder of its build: its DuckDB file (which the published file is a link to), exports, data
docs and its publication with the checksum. Versions are numbered; clocks can be wrong.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.paths import Build, Warehouse
from pipelines.publish.lock import build_lock
from pipelines.publish.publish import PublishError, link, publish
from pipelines.publish.record import Publication, read_publication, read_record, sha256_of

# All that are younger, and this many in any case.
_KEPT_VERSIONS = 5
_KEPT_FOR = timedelta(days=30)
_KEPT_AT_MOST = 100
# Of builds that were not published, for whoever looks for the reason.
_KEPT_FAILED = 3


def versions(warehouse: Warehouse) -> list[Publication]:
    """Return what was published as ``warehouse.target`` and is still there, the latest first."""
    found = [
        publication
        for build in _builds(warehouse)
        if (publication := read_publication(build.publication))
        and publication.target == warehouse.target.name
    ]
    return sorted(found, key=lambda publication: publication.version, reverse=True)


def next_version(warehouse: Warehouse) -> int:
    published = read_record(warehouse)
    return 1 + max([each.version for each in versions(warehouse)] + [published.version if published else 0])


def is_intact(publication: Publication, warehouse: Warehouse) -> bool:
    """Say whether the version's file is what was published."""
    file = warehouse.build(publication.run_id).file
    return file.is_file() and sha256_of(file) == publication.sha256


def last_good(warehouse: Warehouse) -> Path | None:
    """Return the published file if it is as it was published, else the latest version that is."""
    published = read_record(warehouse)
    known = {publication.sha256 for publication in versions(warehouse)}
    if published:
        known.add(published.sha256)
    if warehouse.target.is_file() and sha256_of(warehouse.target) in known:
        return warehouse.target
    intact = (each for each in versions(warehouse) if is_intact(each, warehouse))
    return next((warehouse.build(each.run_id).file for each in intact), None)


def put_in_place(publication: Publication, warehouse: Warehouse) -> None:
    """Publish the version: file, exports, data docs, and the record last."""
    build = warehouse.build(publication.run_id)
    publish(build.file, warehouse.target)
    for name, folder in ((warehouse.exports, build.exports), (warehouse.data_docs, build.data_docs)):
        if folder.is_dir():
            link(name, folder)
    publication.write(warehouse.record)


def roll_back(warehouse: Warehouse, run_id: str | None, say: Callable[[str], None]) -> Publication:
    """Publish an earlier version: the one before, or that of ``run_id`` (its start is enough).

    It stays published until the inputs are others than those of the version that it replaces.
    Raises PublishError if there is none that is intact.
    """
    with build_lock(warehouse.lock, say):
        current = read_record(warehouse)
        wanted = [
            each
            for each in versions(warehouse)
            if (each.run_id.startswith(run_id) if run_id else not current or each.version < current.version)
        ]
        if run_id and len(wanted) > 1:
            raise PublishError(f"several versions begin with {run_id}; give more of it")
        for version in wanted:
            if not is_intact(version, warehouse):
                say(f"version {version.version} (run {version.run_id}) is damaged")
                continue
            refused = (current.instead_of or current.fingerprint) if current else ""
            chosen = replace(version, instead_of="" if refused == version.fingerprint else refused)
            put_in_place(chosen, warehouse)
            return chosen
    raise PublishError("there is no such version that is intact; esg rollback --list shows all")


def prune_builds(warehouse: Warehouse, now: datetime | None = None) -> None:
    """Remove old builds; what is published always stays."""
    linked = {name.resolve().parent for name in (warehouse.exports, warehouse.data_docs) if name.is_symlink()}
    published = read_record(warehouse)
    if published:
        linked.add(warehouse.build(published.run_id).folder.resolve())
    oldest = (now or datetime.now(UTC)) - _KEPT_FOR
    seen: dict[str, int] = {}
    publications = {build: read_publication(build.publication) for build in _builds(warehouse)}

    def age(build: Build) -> tuple[int, int]:
        publication = publications[build]
        return (publication.version if publication else 0, build.folder.stat().st_mtime_ns)

    for build in sorted(publications, key=age, reverse=True):
        publication = publications[build]
        kind = publication.target if publication else ""
        seen[kind] = seen.get(kind, 0) + 1
        if publication:
            is_young = datetime.fromisoformat(publication.published_at) > oldest
            is_kept = seen[kind] <= (_KEPT_AT_MOST if is_young else _KEPT_VERSIONS)
        else:
            is_kept = seen[kind] <= _KEPT_FAILED
        if not is_kept and build.folder.resolve() not in linked:
            shutil.rmtree(build.folder)


def _builds(warehouse: Warehouse) -> Iterator[Build]:
    if warehouse.builds.is_dir():
        for folder in warehouse.builds.iterdir():
            if folder.is_dir():
                yield warehouse.build(folder.name)

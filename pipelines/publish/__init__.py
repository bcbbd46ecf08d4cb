"""Publishing: a build that passed its gates becomes the warehouse that analysts read."""

from pipelines.publish.export import export_csv, export_excel, export_marts
from pipelines.publish.lock import build_lock, lock_if_free
from pipelines.publish.publish import MARTS, PublishError, link, publish
from pipelines.publish.record import Publication, input_fingerprint, raw_fingerprint, read_record, unchanged
from pipelines.publish.versions import (
    is_intact,
    last_good,
    next_version,
    prune_builds,
    put_in_place,
    roll_back,
    versions,
)

__all__ = [
    "MARTS",
    "Publication",
    "PublishError",
    "build_lock",
    "export_csv",
    "export_excel",
    "export_marts",
    "input_fingerprint",
    "is_intact",
    "last_good",
    "link",
    "lock_if_free",
    "next_version",
    "prune_builds",
    "publish",
    "put_in_place",
    "raw_fingerprint",
    "read_record",
    "roll_back",
    "unchanged",
    "versions",
]

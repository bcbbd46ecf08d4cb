"""Publishing: a build that passed its gates becomes the warehouse that analysts read."""

from pipelines.publish.export import export_csv, export_excel, export_marts
from pipelines.publish.lock import build_lock
from pipelines.publish.publish import MARTS, PublishError, link, prune_builds, publish
from pipelines.publish.record import Publication, input_fingerprint, raw_fingerprint, read_record, unchanged

__all__ = [
    "MARTS",
    "Publication",
    "PublishError",
    "build_lock",
    "export_csv",
    "export_excel",
    "export_marts",
    "input_fingerprint",
    "link",
    "prune_builds",
    "publish",
    "raw_fingerprint",
    "read_record",
    "unchanged",
]

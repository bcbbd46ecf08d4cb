"""Known errors of the sources, as ``acknowledged.yml`` lists them: why, and what is expected to be found.

An entry has rule, report (a pattern: acme-* is every year of acme), lines or label (of one of the
datapoints), expect (the finding's observed value, or a part of its message) and reason. One that no longer
fits is itself a finding, so that a corrected source or a changed rule does not leave it behind unnoticed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from pipelines.quality.findings import Finding

_REQUIRED = {"rule", "report", "expect", "reason"}
_PLACES = {"lines", "label"}


class AcknowledgementError(ValueError):
    """``acknowledged.yml`` cannot be used; the message names the entry and what would be right."""


@dataclass(frozen=True)
class Place:
    """Where a disclosure stands."""

    line_no: int
    label: str


@dataclass(frozen=True)
class Acknowledgement:
    """One entry of ``acknowledged.yml``."""

    rule: str
    report: str
    lines: frozenset[int]
    label: str | None
    expect: float | str
    reason: str

    @property
    def name(self) -> str:
        """The entry in a message, and its identity."""
        lines = f"lines {', '.join(map(str, sorted(self.lines)))}" if self.lines else ""
        return " ".join(filter(None, [self.rule, self.report, lines, self.label]))

    def is_about(self, finding: Finding, places: Sequence[Place]) -> bool:
        """Say whether the entry means this finding, whatever it found."""
        return (
            finding.rule_code == self.rule
            and fnmatchcase(finding.report_id, self.report)
            and self.lines <= {place.line_no for place in places}
            and (self.label is None or self.label in {place.label for place in places})
        )

    def expects(self, finding: Finding) -> bool:
        """Say whether the finding is what was acknowledged."""
        if isinstance(self.expect, str):
            return self.expect in finding.message
        return finding.observed is not None and math.isclose(finding.observed, self.expect, rel_tol=1e-6)


def read_acknowledgements(path: Path) -> list[Acknowledgement]:
    """Read ``acknowledged.yml``; no file is an empty list. Raises AcknowledgementError."""
    if not path.is_file():
        return []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise AcknowledgementError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(entries or [], list):
        raise AcknowledgementError(f"{path}: write a list of entries, each with a dash")
    return [
        _acknowledgement(entry, f"{path}, entry {number}")
        for number, entry in enumerate(entries or [], start=1)
    ]


def _acknowledgement(entry: object, place: str) -> Acknowledgement:
    if not isinstance(entry, Mapping) or not _REQUIRED <= entry.keys() <= _REQUIRED | _PLACES:
        raise AcknowledgementError(
            f"{place}: write rule, report, expect, reason, and lines or label; nothing else"
        )
    lines, label, expect = entry.get("lines", []), entry.get("label"), entry["expect"]
    if not isinstance(lines, list) or not all(type(line) is int for line in lines):
        raise AcknowledgementError(f"{place}: lines is {lines!r}; write a list of numbers such as [12, 14]")
    if label is not None and not isinstance(label, str):
        raise AcknowledgementError(f"{place}: label is {label!r}; write it as printed, in quotation marks")
    if isinstance(expect, bool) or not isinstance(expect, int | float | str):
        raise AcknowledgementError(
            f"{place}: expect is {expect!r}; write the observed number, or text of the message"
        )
    for name in ("rule", "report", "reason"):
        if not isinstance(entry[name], str) or not entry[name].strip():
            raise AcknowledgementError(f"{place}: {name} is {entry[name]!r}; write it as text")
    if isinstance(expect, int):
        expect = float(expect)
    return Acknowledgement(entry["rule"], entry["report"], frozenset(lines), label, expect, entry["reason"])


def acknowledged_findings(
    findings: Sequence[Finding], acknowledgements: Sequence[Acknowledgement], places: Mapping[str, Place]
) -> set[str]:
    """Return the ids of the findings that are as acknowledged. ``places`` is by disclosure id."""
    return {
        finding.finding_id
        for acknowledgement in acknowledgements
        for finding in _meant(acknowledgement, findings, places)
        if acknowledgement.expects(finding)
    }


def stale_acknowledgements(
    findings: Sequence[Finding],
    acknowledgements: Sequence[Acknowledgement],
    places: Mapping[str, Place],
    report_ids: Sequence[str],
) -> Iterator[Finding]:
    """Yield a finding per entry that no finding answers to though its report is there, or another one
    does."""
    for entry in acknowledgements:
        present = [report_id for report_id in report_ids if fnmatchcase(report_id, entry.report)]
        meant = _meant(entry, findings, places)
        if any(entry.expects(finding) for finding in meant) or not (meant or present):
            continue
        found = (
            f"{meant[0].observed} is found: {meant[0].message}" if meant else "nothing of the kind is found."
        )
        yield Finding(
            "stale_acknowledgement", "error", meant[0].report_id if meant else present[0], (),
            entry.expect if isinstance(entry.expect, float) else None, meant[0].observed if meant else None,
            f"acknowledged.yml: {entry.name} expects {entry.expect}, but {found} "
            "Correct the entry or remove it.",
            key=entry.name,
        )  # fmt: skip


def _meant(entry: Acknowledgement, findings: Sequence[Finding], places: Mapping[str, Place]) -> list[Finding]:
    return [
        finding
        for finding in findings
        if finding.rule_code == entry.rule
        and entry.is_about(finding, [places[each] for each in finding.disclosure_ids])
    ]

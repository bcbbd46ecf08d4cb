"""``acknowledged.yml``: which findings it excuses, and when an entry is stale."""

from pathlib import Path

import pytest

from pipelines.quality import AcknowledgementError, Finding
from pipelines.quality.acknowledgements import (
    Place,
    acknowledged_findings,
    read_acknowledgements,
    stale_acknowledgements,
)

FINDING = Finding(
    "sum100", "error", "acme-2021", ("a", "b"), 100.0, 99.9, "acme-2021: the shares total 99.9."
)
PLACES = {"a": Place(12, "男性"), "b": Place(14, "女性")}


def write(folder: Path, **changes: str) -> Path:
    entry = {
        "rule": "sum100",
        "report": "acme-*",
        "lines": "[12, 14]",
        "expect": "99.9",
        "reason": "Rounded twice.",
    } | changes
    path = folder / "acknowledged.yml"
    path.write_text("- " + "\n  ".join(f"{name}: {value}" for name, value in entry.items() if value))
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"report": "acme-2021"},
        {"lines": "[14]"},
        {"lines": "", "label": "女性"},
        {"expect": '"total 99.9"'},
    ],
)
def test_an_entry_that_fits_acknowledges_the_finding(tmp_path: Path, changes: dict[str, str]) -> None:
    entries = read_acknowledgements(write(tmp_path, **changes))
    assert acknowledged_findings([FINDING], entries, PLACES) == {FINDING.finding_id}
    assert list(stale_acknowledgements([FINDING], entries, PLACES, ["acme-2021"])) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lines": "[15]"}, "sum100 acme-* lines 15 expects 99.9, but nothing of the kind is found."),
        (
            {"label": "其他"},
            "sum100 acme-* lines 12, 14 其他 expects 99.9, but nothing of the kind is found.",
        ),
        (
            {"rule": "scope_sum"},
            "scope_sum acme-* lines 12, 14 expects 99.9, but nothing of the kind is found.",
        ),
        ({"expect": "98"}, "expects 98.0, but 99.9 is found: acme-2021: the shares total 99.9."),
    ],
)
def test_an_entry_that_no_longer_fits_is_a_finding(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    entries = read_acknowledgements(write(tmp_path, **changes))
    assert acknowledged_findings([FINDING], entries, PLACES) == set()
    (stale,) = stale_acknowledgements([FINDING], entries, PLACES, ["acme-2021"])
    assert (stale.rule_code, stale.severity, stale.report_id) == (
        "stale_acknowledgement", "error", "acme-2021",
    )  # fmt: skip
    assert message in stale.message


def test_an_entry_about_a_report_that_is_not_there_waits_for_it(tmp_path: Path) -> None:
    entries = read_acknowledgements(write(tmp_path))
    assert list(stale_acknowledgements([], entries, {}, ["other-2021"])) == []


def test_without_the_file_nothing_is_acknowledged(tmp_path: Path) -> None:
    assert read_acknowledgements(tmp_path / "acknowledged.yml") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": ""}, "entry 1: write rule, report, expect, reason, and lines or label; nothing else"),
        ({"note": "x"}, "nothing else"),
        ({"lines": "12"}, "entry 1: lines is 12; write a list of numbers such as [12, 14]"),
        ({"label": "12"}, "entry 1: label is 12; write it as printed"),
        ({"expect": "true"}, "entry 1: expect is True; write the observed number"),
        ({"rule": "[sum100"}, "is not valid YAML"),
    ],
)
def test_a_malformed_entry_is_an_error_that_says_what_to_write(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(AcknowledgementError) as caught:
        read_acknowledgements(write(tmp_path, **changes))
    assert message in str(caught.value)

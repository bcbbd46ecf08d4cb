"""Every rule is listed once, with all that a reader of its findings must know."""

import csv
import json
import re
from pathlib import Path

from pipelines.catalogue import SEEDS
from pipelines.paths import ROOT
from pipelines.quality import EXPECTATIONS


def listed() -> dict[str, dict[str, str]]:
    with (SEEDS / "quality_rules.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule_code"]: row for row in csv.DictReader(file)}


def named_in_code() -> set[str]:
    """Return the codes in calls that make findings, and those of the suites."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipelines").rglob("*.py"))
    called = re.findall(r"""(?:Finding\(|rule_code=pl\.lit\(|as_checks\(\s*\w+,)\s*"(\w+)\"""", code)
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in Path(EXPECTATIONS).glob("*.json")]
    return {*called, *(each["meta"]["rule_code"] for suite in suites for each in suite["expectations"])}


def test_the_rules_that_are_listed_are_those_that_there_are() -> None:
    assert set(listed()) == named_in_code()


def test_a_rule_says_all_there_is_to_know() -> None:
    for code, rule in listed().items():
        assert [name for name, text in rule.items() if not text.strip()] == [], code
        assert set(rule["severity"].split("|")) <= {"error", "warning", "info"}

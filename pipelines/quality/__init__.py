"""The quality gate: what was read is checked before it is modelled and published.

Here belongs what a report's own numbers must satisfy and what an extraction must deliver; what the finished
warehouse promises is tested in ``dbt``. Rules about one datapoint are written in
``expectations/disclosures.json``. Rules about several are derived here, a function each: every row of their
frame says what is expected, what is printed and what rounding allows, and ``expectations/checks.json`` judges
the rows. ``dbt/seeds/quality_rules.csv`` lists all rules, with formula, tolerance, source and effect; it
is in the warehouse as ``dim_rule`` and in the data dictionary.

Quarantined are numbers that arithmetic leaves in doubt: the set does not close and nothing tells which of
them is wrong. They are never chosen for ``fct_kpi``. A flagged number is as printed, but something derived
from it, or another print of it, disagrees. An acknowledged finding (``expectations/acknowledged.yml``) never
blocks.
"""

from pipelines.quality.acknowledgements import AcknowledgementError
from pipelines.quality.findings import FINDINGS, Finding
from pipelines.quality.gate import EXPECTATIONS, GATED, GateResult, gate
from pipelines.quality.judges import SuiteError

__all__ = [
    "EXPECTATIONS",
    "FINDINGS",
    "GATED",
    "AcknowledgementError",
    "Finding",
    "GateResult",
    "SuiteError",
    "gate",
]

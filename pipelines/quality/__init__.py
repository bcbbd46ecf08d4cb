"""The quality gate: what was read is checked before it is modelled and published.

Here belongs what a report's own numbers must satisfy and what an extraction must deliver; what the finished
warehouse promises is tested in ``dbt``. Rules about one datapoint are written in
``expectations/disclosures.json``. Rules about several are derived here, a function each: every row of their
frame says what is expected, what is printed and what rounding allows, and ``expectations/checks.json`` judges
the rows. What is found follows from the rule:

================= ======================================================= ======== =========== ========
rule              what is found                                           severity datapoints  blocking
================= ======================================================= ======== =========== ========
sum100            shares do not total 100                                 error    quarantined
..                they would, if final zeros were not meant as digits     warning  flagged
..                less than 100, and the listing may well be partial      info     passed
parts_to_total    groups exceed the total, or a whole listing falls short error    quarantined
..                (the total, which other listings may confirm)           ..       flagged
..                less than the total, and the listing may be partial     info     passed
scope_sum         GHG scopes do not add up to the total                   error    quarantined
intensity_base    an intensity is not amount by base, or intensities of   warning  flagged
                  a year imply several bases (it alone is flagged)
repeated_fact     one fact is printed with different values               warning  flagged
restatement       a later report of the company prints another value      warning  passed
percent_range     a share is below 0 or above 100                         error    quarantined
year_range        the year is before 1990 or more than one after the      error    quarantined
                  report's
evidence_on_line  the number or its line is not in the text as stated     error    quarantined yes
unit_known        metric not in the catalogue, or unit not the metric's   error    quarantined yes
vocabulary        a status, qualifier, layout ... unknown to the marts    error    quarantined yes
value_status      a value without being reported, or the other way round  error    quarantined yes
identity          two datapoints with one id                              error    quarantined yes
coverage_drop     much less is read of the same bytes than is published   error    passed      yes
..                much less of another text, or the report is gone        warning  passed
stale_acknow...   an entry of acknowledged.yml no longer fits             error    passed
inferred_metadata facts about a report were inferred from its text        info     passed
unmapped_label    numbers with labels that the catalogue does not know    info     passed
================= ======================================================= ======== =========== ========

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

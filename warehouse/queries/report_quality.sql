-- How well was each report read, and what do the rules say? 报告数据质量
select report_id, disclosures, round(mapped_percent, 1) as mapped_percent, kpis, likely, flagged, quarantined,
    open_warnings, acknowledged_findings
from marts.rpt_report_quality
order by report_id

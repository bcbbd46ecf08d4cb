-- Which numbers of a report should I not trust? 哪些数字存疑？
select
    line_no, label_raw, raw_value, unit_printed, rule_code,
    round(observed, 5) as observed, round(expected, 5) as expected
from marts.fct_quality_finding as finding
inner join marts.fct_disclosure as disclosure
    on list_contains(finding.disclosure_ids, disclosure.disclosure_id)
where finding.report_id = 'bairong-2020' and quality_status in ('flagged', 'quarantined') and severity <> 'info'
    and (rule_code <> 'intensity_base' or disclosure.value = finding.observed)
order by line_no, rule_code

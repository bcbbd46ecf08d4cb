-- What did a later report print differently, and on which lines? 重述
select metric_code, member, fiscal_year, earlier_report_id, earlier_line_no, earlier_printed,
    later_report_id, later_line_no, later_printed, round(change_pct, 1) as change_pct
from marts.fct_restatement
order by metric_code, member, fiscal_year

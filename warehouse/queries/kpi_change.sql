-- What changed by more than a fifth on the year before, and what speaks against comparing? 同比变动
select metric_code, member, fiscal_year, previous_value, value, round(change_pct, 1) as change_pct,
    is_previous_restated, is_perimeter_changed, is_flagged
from marts.rpt_kpi_change
where company_id = 'jiayin' and abs(change_pct) > 20
order by metric_code, member, fiscal_year

-- What was the answer when an earlier report was the latest? 截至某报告的数值
select then_known.metric_code, then_known.value as as_of_2021_report, fct_kpi.value as today, fct_kpi.unit
from marts.fct_kpi_as_of as then_known
inner join marts.fct_kpi using (company_id, metric_code, fiscal_year)
where then_known.as_of_report_id = 'jiayin-2021' and then_known.member is null and fct_kpi.member is null
    and then_known.value <> fct_kpi.value
order by then_known.metric_code

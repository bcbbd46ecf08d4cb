-- Who emits most per revenue, and is it comparable? Only totals of the same scopes are.
-- 单位营收排放最高的是谁？是否可比？
select
    name_en, fiscal_year, ghg_tco2e_per_rmb_million, ghg_total_tco2e, ghg_scopes_in_total,
    list_contains(restated_metrics, 'ghg_total') as is_restated
from marts.rpt_peer_comparison
where ghg_tco2e_per_rmb_million is not null
order by fiscal_year desc, ghg_tco2e_per_rmb_million desc

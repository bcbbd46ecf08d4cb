with kpis as (
    select * from {{ ref('fct_kpi') }}
    where
        member is null
        and metric_code in (
            'revenue', 'employees_total', 'ghg_scope1', 'ghg_scope2', 'ghg_scope3', 'ghg_total',
            'ghg_intensity_revenue', 'ghg_intensity_employee', 'energy_total', 'electricity_consumption',
            'energy_intensity_revenue', 'water_consumption', 'water_intensity_revenue', 'paper_consumption',
            'waste_total', 'turnover_rate', 'training_hours_avg', 'training_coverage', 'injuries',
            'fatalities', 'female_director_share', 'suppliers_total', 'complaints_received',
            'customer_satisfaction', 'corruption_cases', 'donations'
        )
),

women as (
    select * from {{ ref('fct_kpi') }}
    where metric_code = 'employees_share' and breakdown = 'gender' and member = 'female'
),

companies as (
    select * from {{ ref('dim_company') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

doubted as (
    select
        kpis.*,
        disclosures.quality_status = 'flagged' as is_flagged
    from kpis
    inner join disclosures on kpis.disclosure_id = disclosures.disclosure_id
),

wide as (
    select
        company_id,
        fiscal_year,
        max(value) filter (where metric_code = 'revenue') / 1e6 as revenue_rmb_million,
        max(value) filter (where metric_code = 'employees_total') as employees,
        max(value) filter (where metric_code = 'ghg_scope1') as ghg_scope1_tco2e,
        max(value) filter (where metric_code = 'ghg_scope2') as ghg_scope2_tco2e,
        max(value) filter (where metric_code = 'ghg_scope3') as ghg_scope3_tco2e,
        max(value) filter (where metric_code = 'ghg_total') as ghg_total_tco2e,
        max(value) filter (where metric_code = 'ghg_intensity_revenue') as ghg_tco2e_per_rmb_million,
        max(value) filter (where metric_code = 'ghg_intensity_employee') as ghg_tco2e_per_employee,
        max(value) filter (where metric_code = 'energy_total') as energy_mwh,
        max(value) filter (where metric_code = 'electricity_consumption') as electricity_mwh,
        max(value) filter (where metric_code = 'energy_intensity_revenue') as energy_mwh_per_rmb_million,
        max(value) filter (where metric_code = 'water_consumption') as water_m3,
        max(value) filter (where metric_code = 'water_intensity_revenue') as water_m3_per_rmb_million,
        max(value) filter (where metric_code = 'paper_consumption') as paper_t,
        max(value) filter (where metric_code = 'waste_total') as waste_t,
        max(value) filter (where metric_code = 'turnover_rate') as turnover_percent,
        max(value) filter (where metric_code = 'training_hours_avg') as training_hours_per_employee,
        max(value) filter (where metric_code = 'training_coverage') as training_coverage_percent,
        max(value) filter (where metric_code = 'injuries') as injuries,
        max(value) filter (where metric_code = 'fatalities') as fatalities,
        max(value) filter (where metric_code = 'female_director_share') as female_directors_percent,
        max(value) filter (where metric_code = 'suppliers_total') as suppliers,
        max(value) filter (where metric_code = 'complaints_received') as complaints,
        max(value) filter (where metric_code = 'customer_satisfaction') as customer_satisfaction_percent,
        max(value) filter (where metric_code = 'corruption_cases') as corruption_cases,
        max(value) filter (where metric_code = 'donations') as donations_rmb,
        list(metric_code order by metric_code) filter (where is_restated) as restated_metrics,
        list(metric_code order by metric_code) filter (where is_flagged) as flagged_metrics,
        list(metric_code order by metric_code) filter (where scope_note is not null) as limited_metrics
    from doubted
    group by company_id, fiscal_year
),

-- The scopes that a total counts are those that add up to it, as closely as two decimals in each of them allow.
scoped as (
    select
        *,
        abs(ghg_total_tco2e - ghg_scope1_tco2e - ghg_scope2_tco2e) <= 0.02 as is_scopes_1_2,
        abs(ghg_total_tco2e - coalesce(ghg_scope1_tco2e, 0) - ghg_scope2_tco2e - ghg_scope3_tco2e)
        <= 0.02 as is_scopes_1_2_3
    from wide
),

final as (
    select
        scoped.company_id,
        companies.name_en,
        companies.name_zh,
        scoped.fiscal_year,
        scoped.revenue_rmb_million,
        scoped.employees,
        scoped.ghg_scope1_tco2e,
        scoped.ghg_scope2_tco2e,
        scoped.ghg_scope3_tco2e,
        scoped.ghg_total_tco2e,
        case
            when scoped.is_scopes_1_2_3 then '1, 2, 3'
            when scoped.is_scopes_1_2 then '1, 2'
        end as ghg_scopes_in_total,
        scoped.ghg_tco2e_per_rmb_million,
        scoped.ghg_tco2e_per_employee,
        scoped.energy_mwh,
        scoped.electricity_mwh,
        scoped.energy_mwh_per_rmb_million,
        scoped.water_m3,
        scoped.water_m3_per_rmb_million,
        scoped.paper_t,
        scoped.waste_t,
        scoped.turnover_percent,
        scoped.training_hours_per_employee,
        scoped.training_coverage_percent,
        scoped.injuries,
        scoped.fatalities,
        scoped.female_directors_percent,
        scoped.suppliers,
        scoped.complaints,
        scoped.customer_satisfaction_percent,
        scoped.corruption_cases,
        scoped.donations_rmb,
        women.value as female_employees_percent,
        coalesce(scoped.restated_metrics, []::varchar[]) as restated_metrics,
        coalesce(scoped.flagged_metrics, []::varchar[]) as flagged_metrics,
        coalesce(scoped.limited_metrics, []::varchar[]) as limited_metrics
    from scoped
    inner join companies on scoped.company_id = companies.company_id
    left join women on scoped.company_id = women.company_id and scoped.fiscal_year = women.fiscal_year
    order by scoped.company_id, scoped.fiscal_year
)

select * from final

with kpis as (
    select * from {{ ref('fct_kpi') }}
),

members as (
    select * from {{ ref('dim_breakdown') }}
),

-- The row of all employees has no member; its headcount is a metric of its own.
wide as (
    select
        company_id,
        fiscal_year,
        breakdown,
        member,
        max(value) filter (where metric_code in ('employees_count', 'employees_total')) as employees,
        max(value) filter (where metric_code = 'employees_share') as employees_percent,
        max(value) filter (where metric_code = 'managers_share') as managers_percent,
        max(value) filter (where metric_code = 'new_hires_total') as new_hires,
        max(value) filter (where metric_code = 'new_hires_share') as new_hires_percent,
        max(value) filter (where metric_code = 'turnover_rate') as turnover_percent,
        max(value) filter (where metric_code = 'training_coverage') as training_coverage_percent,
        max(value) filter (where metric_code = 'training_hours_avg') as training_hours
    from kpis
    where
        metric_code in (
            'employees_total', 'employees_count', 'employees_share', 'managers_share', 'new_hires_total',
            'new_hires_share', 'turnover_rate', 'training_coverage', 'training_hours_avg'
        )
    group by company_id, fiscal_year, breakdown, member
),

with_total as (
    select
        wide.*,
        totals.employees as all_employees
    from wide
    left join wide as totals
        on
            wide.company_id = totals.company_id
            and wide.fiscal_year = totals.fiscal_year
            and totals.member is null
),

final as (
    select
        with_total.company_id,
        with_total.fiscal_year,
        with_total.breakdown,
        with_total.member,
        members.name_en as member_en,
        members.name_zh as member_zh,
        members.sort_order,
        with_total.employees,
        coalesce(
            with_total.employees_percent, 100 * with_total.employees / nullif(with_total.all_employees, 0)
        ) as employees_percent,
        with_total.employees_percent is null and with_total.member is not null as is_share_derived,
        with_total.managers_percent,
        with_total.new_hires,
        with_total.new_hires_percent,
        with_total.turnover_percent,
        with_total.training_coverage_percent,
        with_total.training_hours
    from with_total
    left join members on with_total.breakdown = members.breakdown and with_total.member = members.member
    order by with_total.company_id, with_total.fiscal_year, with_total.breakdown, members.sort_order, with_total.member
)

select * from final

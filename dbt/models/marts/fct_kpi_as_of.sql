with chosen as (
    select * from {{ ref('int_disclosures_chosen_per_report') }}
),

reports as (
    select * from {{ ref('stg_pipeline__reports') }}
),

-- The order of reports is that of fct_kpi: by fiscal year, then by id.
known as (
    select
        reports.report_id as as_of_report_id,
        reports.fiscal_year as as_of_fiscal_year,
        chosen.*,
        row_number() over (
            partition by reports.report_id, chosen.metric_code, chosen.breakdown, chosen.member, chosen.fiscal_year
            order by chosen.report_order desc
        ) = 1 as is_latest_known
    from reports
    inner join chosen
        on
            reports.company_id = chosen.company_id
            and (chosen.report_fiscal_year, chosen.report_id) <= (reports.fiscal_year, reports.report_id)
),

final as (
    select
        as_of_report_id,
        as_of_fiscal_year,
        company_id,
        metric_code,
        breakdown,
        member,
        fiscal_year,
        value,
        unit,
        qualifier,
        report_id,
        disclosure_id,
        basis,
        scope_note
    from known
    where is_latest_known
    order by as_of_report_id, metric_code, breakdown, member, fiscal_year
)

select * from final

with reports as (
    select * from {{ ref('dim_report') }}
),

companies as (
    select * from {{ ref('dim_company') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

kpis as (
    select * from {{ ref('fct_kpi') }}
),

findings as (
    select * from {{ ref('fct_quality_finding') }}
),

printed as (
    select
        report_id,
        count(*) as disclosures,
        count(metric_code) as mapped,
        count(*) filter (where status = 'reported') as reported,
        count(*) filter (where confidence = 'likely') as likely,
        count(*) filter (where confidence = 'ambiguous') as ambiguous,
        count(*) filter (where quality_status = 'flagged') as flagged,
        count(*) filter (where quality_status = 'quarantined') as quarantined,
        min(fiscal_year) as first_fiscal_year,
        max(fiscal_year) as last_fiscal_year
    from disclosures
    group by report_id
),

chosen as (
    select
        report_id,
        count(*) as kpis
    from kpis
    group by report_id
),

found as (
    select
        report_id,
        count(*) filter (where severity = 'error' and not acknowledged) as open_errors,
        count(*) filter (where severity = 'warning' and not acknowledged) as open_warnings,
        count(*) filter (where severity = 'info' and not acknowledged) as open_infos,
        count(*) filter (where acknowledged) as acknowledged_findings
    from findings
    group by report_id
),

final as (
    select
        reports.report_id,
        reports.company_id,
        companies.name_en,
        companies.name_zh,
        reports.fiscal_year,
        reports.line_count,
        coalesce(printed.disclosures, 0)::integer as disclosures,
        coalesce(printed.mapped, 0)::integer as mapped,
        100.0 * printed.mapped / nullif(printed.disclosures, 0) as mapped_percent,
        coalesce(printed.reported, 0)::integer as reported,
        coalesce(chosen.kpis, 0)::integer as kpis,
        coalesce(printed.likely, 0)::integer as likely,
        coalesce(printed.ambiguous, 0)::integer as ambiguous,
        coalesce(printed.flagged, 0)::integer as flagged,
        coalesce(printed.quarantined, 0)::integer as quarantined,
        coalesce(found.open_errors, 0)::integer as open_errors,
        coalesce(found.open_warnings, 0)::integer as open_warnings,
        coalesce(found.open_infos, 0)::integer as open_infos,
        coalesce(found.acknowledged_findings, 0)::integer as acknowledged_findings,
        printed.first_fiscal_year,
        printed.last_fiscal_year,
        reports.inferred
    from reports
    inner join companies on reports.company_id = companies.company_id
    left join printed on reports.report_id = printed.report_id
    left join chosen on reports.report_id = chosen.report_id
    left join found on reports.report_id = found.report_id
    order by reports.report_id
)

select * from final

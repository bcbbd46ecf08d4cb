with kpis as (
    select * from {{ ref('fct_kpi') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

metrics as (
    select * from {{ ref('dim_metric') }}
),

members as (
    select * from {{ ref('dim_breakdown') }}
),

previous as (
    select
        kpis.*,
        disclosures.quality_status
    from kpis
    inner join disclosures on kpis.disclosure_id = disclosures.disclosure_id
),

final as (
    select
        kpis.company_id,
        kpis.metric_code,
        metrics.name_en as metric_en,
        metrics.name_zh as metric_zh,
        kpis.breakdown,
        kpis.member,
        members.name_en as member_en,
        members.name_zh as member_zh,
        kpis.fiscal_year,
        previous.value as previous_value,
        kpis.value,
        kpis.unit,
        kpis.value - previous.value as value_change,
        100 * (kpis.value - previous.value) / nullif(abs(previous.value), 0) as change_pct,
        previous.report_id = kpis.report_id as is_same_report,
        (previous.scope_note is distinct from kpis.scope_note) as is_perimeter_changed,
        previous.is_restated as is_previous_restated,
        kpis.is_restated,
        previous.qualifier = 'exact' and kpis.qualifier = 'exact' as is_exact,
        (previous.quality_status = 'flagged' or disclosures.quality_status = 'flagged') as is_flagged,
        previous.disclosure_id as previous_disclosure_id,
        kpis.disclosure_id
    from kpis
    inner join previous
        on
            kpis.company_id = previous.company_id
            and kpis.metric_code = previous.metric_code
            and kpis.breakdown is not distinct from previous.breakdown
            and kpis.member is not distinct from previous.member
            and kpis.fiscal_year = previous.fiscal_year + 1
            and kpis.basis is not distinct from previous.basis
    inner join disclosures on kpis.disclosure_id = disclosures.disclosure_id
    inner join metrics on kpis.metric_code = metrics.metric_code
    left join members on kpis.breakdown = members.breakdown and kpis.member = members.member
    order by kpis.company_id, kpis.metric_code, kpis.breakdown, kpis.member, kpis.fiscal_year
)

select * from final

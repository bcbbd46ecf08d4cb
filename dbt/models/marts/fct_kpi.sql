with eligible as (
    select * from {{ ref('int_disclosures_eligible') }}
),

chosen as (
    select * from {{ ref('int_disclosures_chosen_per_report') }}
),

restatements as (
    select * from {{ ref('fct_restatement') }}
),

latest as (
    select * from chosen
    where is_latest_report
),

earliest as (
    select * from chosen
    where report_order = 1
),

agreeing as (
    select
        latest.disclosure_id,
        count(*) as disclosures
    from latest
    inner join eligible
        on
            {{ same_kpi('latest', 'eligible') }}
            and {{ values_agree('latest', 'eligible') }}
    group by latest.disclosure_id
),

final as (
    select
        latest.company_id,
        latest.metric_code,
        latest.breakdown,
        latest.member,
        latest.fiscal_year,
        latest.value,
        latest.unit,
        latest.qualifier,
        latest.report_id,
        latest.disclosure_id,
        agreeing.disclosures::integer as disclosures,
        latest.conflicts::integer as conflicts,
        exists(
            select 1 from restatements
            where {{ same_kpi('restatements', 'latest') }}
        ) as is_restated,
        earliest.value as first_value,
        earliest.report_id as first_report_id,
        latest.basis,
        latest.scope_note
    from latest
    inner join agreeing on latest.disclosure_id = agreeing.disclosure_id
    inner join earliest on {{ same_kpi('latest', 'earliest') }}
    -- Totals first, then by company: who asks for either reads few row groups (benchmarks/queries.md).
    order by
        latest.breakdown nulls first, latest.company_id, latest.metric_code, latest.member, latest.fiscal_year
)

select * from final

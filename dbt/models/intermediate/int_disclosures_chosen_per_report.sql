with eligible as (
    select * from {{ ref('int_disclosures_eligible') }}
),

-- What the KPI means comes first (the metric's basis, the whole company), then how sure the datapoint is,
-- then how exactly it is printed; the line only makes the choice repeatable.
ranked as (
    select
        *,
        row_number() over (
            partition by company_id, metric_code, breakdown, member, fiscal_year, report_id
            order by
                has_metric_basis desc,
                scope_note is null desc,
                list_position(['certain', 'likely'], confidence) asc,
                list_position(['table', 'card', 'chart', 'narrative'], layout) asc,
                qualifier = 'exact' desc,
                rounding asc nulls last,
                line_no asc,
                disclosure_id asc
        ) as choice_order
    from eligible
),

chosen as (
    select
        *,
        row_number() over (
            partition by company_id, metric_code, breakdown, member, fiscal_year
            order by report_fiscal_year, report_id
        ) as report_order,
        row_number() over (
            partition by company_id, metric_code, breakdown, member, fiscal_year
            order by report_fiscal_year desc, report_id desc
        ) = 1 as is_latest_report
    from ranked
    where choice_order = 1
),

-- Another perimeter or basis may well have another value: that is no conflict.
conflicts as (
    select
        chosen.disclosure_id,
        count(*) as conflicts
    from chosen
    inner join eligible
        on
            {{ same_kpi('chosen', 'eligible') }}
            and chosen.report_id = eligible.report_id
            and chosen.basis is not distinct from eligible.basis
            and chosen.scope_note is not distinct from eligible.scope_note
            and not {{ values_agree('chosen', 'eligible') }}
    group by chosen.disclosure_id
),

final as (
    select
        chosen.company_id,
        chosen.metric_code,
        chosen.breakdown,
        chosen.member,
        chosen.fiscal_year,
        chosen.report_id,
        chosen.report_fiscal_year,
        chosen.report_order,
        chosen.is_latest_report,
        chosen.disclosure_id,
        chosen.value,
        chosen.lowest_value,
        chosen.highest_value,
        chosen.unit,
        chosen.qualifier,
        chosen.basis,
        chosen.scope_note,
        chosen.line_no,
        chosen.raw_value,
        chosen.unit_printed,
        coalesce(conflicts.conflicts, 0) as conflicts
    from chosen
    left join conflicts on chosen.disclosure_id = conflicts.disclosure_id
)

select * from final

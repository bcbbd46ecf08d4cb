with disclosures as (
    select * from {{ ref('stg_pipeline__gated_disclosures') }}
),

reports as (
    select * from {{ ref('stg_pipeline__reports') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

-- Half of the last printed digit, in the canonical unit: 8.7 (in 100 million RMB) leaves 5 million RMB open.
-- A printed zero does not tell its scale and is taken as exact.
eligible as (
    select
        disclosures.*,
        reports.fiscal_year as report_fiscal_year,
        coalesce(disclosures.basis = metrics.basis, false) as has_metric_basis,
        0.5 * pow(10, -coalesce(disclosures.decimals, 0))
        * abs(disclosures.value / nullif(disclosures.value_printed, 0)) as rounding
    from disclosures
    inner join reports on disclosures.report_id = reports.report_id
    inner join metrics on disclosures.metric_code = metrics.metric_code
    where
        disclosures.status = 'reported'
        and disclosures.value is not null
        and disclosures.fiscal_year is not null
        and disclosures.confidence <> 'ambiguous'
        and disclosures.quality_status <> 'quarantined'
),

-- The billionth is for binary fractions: 42.35 - 42.3 is a little more than 0.05.
final as (
    select
        disclosure_id,
        report_id,
        report_fiscal_year,
        company_id,
        metric_code,
        breakdown,
        member,
        fiscal_year,
        value,
        unit,
        qualifier,
        basis,
        has_metric_basis,
        scope_note,
        confidence,
        layout,
        line_no,
        raw_value,
        unit_printed,
        rounding,
        case
            when qualifier = 'less_than' then '-infinity'::double
            else value - coalesce(rounding, 0) - 1e-9 * abs(value)
        end as lowest_value,
        case
            when qualifier = 'more_than' then 'infinity'::double
            else value + coalesce(rounding, 0) + 1e-9 * abs(value)
        end as highest_value
    from eligible
)

select * from final

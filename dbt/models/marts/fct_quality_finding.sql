with findings as (
    select * from {{ ref('stg_pipeline__findings') }}
),

final as (
    select
        finding_id,
        rule_code,
        severity,
        report_id,
        disclosure_ids,
        expected,
        observed,
        message,
        acknowledged,
        first_seen_at,
        run_id
    from findings
    order by finding_id
)

select * from final

with source as (
    select * from {{ source('pipeline', 'findings') }}
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
        first_seen_at at time zone 'UTC' as first_seen_at,
        run_id
    from source
)

select * from final

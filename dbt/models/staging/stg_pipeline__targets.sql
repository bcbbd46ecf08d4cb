with source as (
    select * from {{ source('pipeline', 'targets') }}
),

final as (
    select
        report_id,
        metric_code,
        text,
        value,
        unit,
        base_year,
        target_year,
        line_no
    from source
)

select * from final

with targets as (
    select * from {{ ref('stg_pipeline__targets') }}
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
    from targets
    order by report_id, line_no, target_year
)

select * from final

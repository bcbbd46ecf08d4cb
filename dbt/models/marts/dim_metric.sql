with metrics as (
    select * from {{ ref('metrics') }}
),

final as (
    select
        metric_code,
        pillar,
        topic,
        name_en,
        name_zh,
        unit,
        basis,
        breakdowns,
        gri,
        hkex,
        definition
    from metrics
)

select * from final

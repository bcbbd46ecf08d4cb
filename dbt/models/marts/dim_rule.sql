with rules as (
    select * from {{ ref('quality_rules') }}
),

final as (
    select
        rule_code,
        severity,
        name_en,
        name_zh,
        formula,
        tolerance,
        source,
        look_at,
        effect
    from rules
    order by rule_code
)

select * from final

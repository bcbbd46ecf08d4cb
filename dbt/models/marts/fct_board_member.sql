with members as (
    select * from {{ ref('stg_pipeline__board_members') }}
),

final as (
    select
        report_id,
        name,
        gender,
        age,
        position,
        nationality,
        education,
        line_no
    from members
    order by report_id, line_no
)

select * from final

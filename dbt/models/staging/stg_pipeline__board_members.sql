with source as (
    select * from {{ source('pipeline', 'board_members') }}
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
    from source
)

select * from final

with source as (
    select * from {{ source('pipeline', 'report_lines') }}
),

final as (
    select
        report_id,
        line_no,
        page_no,
        text,
        folded,
        role
    from source
)

select * from final

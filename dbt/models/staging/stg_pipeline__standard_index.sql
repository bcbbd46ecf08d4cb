with source as (
    select * from {{ source('pipeline', 'standard_index') }}
),

final as (
    select
        report_id,
        framework,
        code,
        title,
        chapter,
        page_ref,
        line_no
    from source
)

select * from final

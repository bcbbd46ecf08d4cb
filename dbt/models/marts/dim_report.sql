with reports as (
    select * from {{ ref('stg_pipeline__reports') }}
),

final as (
    select
        report_id,
        company_id,
        fiscal_year,
        script,
        title,
        source_file,
        sha256,
        line_count,
        page_count,
        ingested_at,
        inferred
    from reports
    order by report_id
)

select * from final

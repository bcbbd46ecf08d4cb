with source as (
    select * from {{ source('pipeline', 'reports') }}
),

final as (
    select
        report_id,
        company_id,
        company_name_en,
        company_name_zh,
        ticker,
        exchange,
        fiscal_year,
        script,
        title,
        source_file,
        sha256,
        encoding,
        line_count,
        page_count,
        inferred,
        ingested_at at time zone 'UTC' as ingested_at
    from source
)

select * from final

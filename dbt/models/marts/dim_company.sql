with reports as (
    select * from {{ ref('stg_pipeline__reports') }}
),

-- Facts that were given come before facts inferred from a text, later reports before earlier ones;
-- each fact comes from the first report that knows it.
ranked as (
    select
        *,
        row_number() over (
            partition by company_id
            order by len(inferred), fiscal_year desc, report_id desc
        ) as source_order
    from reports
),

final as (
    select
        company_id,
        arg_min(company_name_en, source_order) as name_en,
        arg_min(company_name_zh, source_order) as name_zh,
        arg_min(ticker, source_order) as ticker,
        arg_min(exchange, source_order) as exchange
    from ranked
    group by company_id
    order by company_id
)

select * from final

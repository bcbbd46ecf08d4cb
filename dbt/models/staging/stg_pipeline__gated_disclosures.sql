with source as (
    select * from {{ source('pipeline', 'gated_disclosures') }}
),

final as (
    select
        disclosure_id,
        report_id,
        company_id,
        metric_code,
        breakdown,
        member,
        fiscal_year,
        basis,
        status,
        qualifier,
        value,
        unit,
        value_printed,
        unit_printed,
        raw_value,
        label_raw,
        line_no,
        label_line_no,
        page_no,
        evidence,
        layout,
        pairing,
        confidence,
        set_id,
        scope_note,
        quality_status,
        extractor_version,
        decimals,
        proof
    from source
)

select * from final

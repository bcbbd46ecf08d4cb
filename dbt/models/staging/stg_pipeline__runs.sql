with source as (
    select * from {{ source('pipeline', 'runs') }}
),

final as (
    select
        run_id,
        started_at at time zone 'UTC' as started_at,
        inputs,
        extractor_version,
        reports,
        texts_added,
        texts_removed,
        disclosures,
        mapped,
        errors,
        warnings,
        infos,
        labels,
        tabular_found,
        tabular_exact,
        tabular_precision,
        narrative_exact
    from source
)

select * from final

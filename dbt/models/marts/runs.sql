with runs as (
    select * from {{ ref('stg_pipeline__runs') }}
),

final as (
    select
        run_id,
        started_at,
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
    from runs
    order by started_at, run_id
)

select * from final

-- A value of a catalogued metric is in the metric's canonical unit, so that companies and years compare.
with disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

metrics as (
    select * from {{ ref('dim_metric') }}
),

final as (
    select
        disclosures.disclosure_id,
        disclosures.metric_code,
        disclosures.unit,
        metrics.unit as metric_unit
    from disclosures
    inner join metrics on disclosures.metric_code = metrics.metric_code
    where disclosures.value is not null and disclosures.unit is distinct from metrics.unit
)

select * from final

-- From a finding an analyst gets to the datapoints that it is about.
with findings as (
    select * from {{ ref('fct_quality_finding') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

concerned as (
    select
        finding_id,
        unnest(disclosure_ids) as disclosure_id
    from findings
),

final as (
    select concerned.*
    from concerned
    left join disclosures on concerned.disclosure_id = disclosures.disclosure_id
    where disclosures.disclosure_id is null
)

select * from final

-- Every breakdown member of a datapoint has its row in dim_breakdown; a breakdown never comes without a member.
with disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

breakdowns as (
    select * from {{ ref('dim_breakdown') }}
),

final as (
    select
        disclosures.disclosure_id,
        disclosures.breakdown,
        disclosures.member
    from disclosures
    left join breakdowns
        on
            disclosures.breakdown = breakdowns.breakdown
            and disclosures.member = breakdowns.member
    where
        coalesce(disclosures.breakdown, disclosures.member) is not null
        and breakdowns.member is null
)

select * from final

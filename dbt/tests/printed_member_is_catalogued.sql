-- A warning, because the datapoints are right and only the member lacks its names: add it to breakdown_members.csv.
-- Ages, score bands and ratings are as many as the reports print; a merged cell is known if its members are.
{{ config(severity='warn') }}

with breakdowns as (
    select * from {{ ref('dim_breakdown') }}
),

catalogued as (
    select * from {{ ref('breakdown_members') }}
),

printed as (
    select
        breakdown,
        unnest(string_split(member, '+')) as member
    from breakdowns
    where breakdown not in ('age', 'score_band', 'rating')
),

final as (
    select printed.*
    from printed
    left join catalogued
        on
            printed.breakdown = catalogued.breakdown
            and printed.member = catalogued.member
    where catalogued.member is null
)

select * from final

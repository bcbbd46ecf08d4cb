with catalogued as (
    select * from {{ ref('breakdown_members') }}
),

disclosures as (
    select * from {{ ref('stg_pipeline__gated_disclosures') }}
),

printed as (
    select distinct
        breakdown,
        member
    from disclosures
    where breakdown is not null and member is not null
),

-- Bands, ratings and merged cells are as many as the reports print: they carry the printed text as their name.
final as (
    select
        coalesce(catalogued.breakdown, printed.breakdown) as breakdown,
        coalesce(catalogued.member, printed.member) as member,
        coalesce(catalogued.name_en, printed.member) as name_en,
        coalesce(catalogued.name_zh, printed.member) as name_zh,
        catalogued.sort_order
    from catalogued
    full join printed
        on
            catalogued.breakdown = printed.breakdown
            and catalogued.member = printed.member
    order by breakdown, catalogued.sort_order, member
)

select * from final

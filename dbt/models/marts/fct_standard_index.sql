with entries as (
    select * from {{ ref('stg_pipeline__standard_index') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

metrics as (
    select * from {{ ref('dim_metric') }}
),

-- A topic (GRI 305) stands for all its disclosures (305-1, 305-2 ...).
codes as (
    select
        metric_code,
        'GRI' as framework,
        unnest([gri, split_part(gri, '-', 1)]) as code
    from metrics
    where gri is not null
    union all
    select
        metric_code,
        'HKEX' as framework,
        hkex as code
    from metrics
    where hkex is not null
),

counts as (
    select
        disclosures.report_id,
        codes.framework,
        codes.code,
        count(*) as kpi_disclosures
    from disclosures
    inner join codes on disclosures.metric_code = codes.metric_code
    where disclosures.status = 'reported'
    group by all
),

final as (
    select
        entries.report_id,
        entries.framework,
        entries.code,
        entries.title,
        entries.chapter,
        entries.page_ref,
        entries.line_no,
        coalesce(counts.kpi_disclosures, 0)::integer as kpi_disclosures
    from entries
    left join counts
        on
            entries.report_id = counts.report_id
            and entries.framework = counts.framework
            and entries.code = counts.code
    order by entries.report_id, entries.line_no, entries.code
)

select * from final

with metrics as (
    select * from {{ ref('dim_metric') }}
),

reports as (
    select * from {{ ref('dim_report') }}
),

disclosures as (
    select * from {{ ref('fct_disclosure') }}
),

topics as (
    select * from {{ ref('standard_topics') }}
),

codes as (
    select
        'HKEX' as framework,
        hkex as code,
        split_part(hkex, '.', 1) as topic,
        metric_code
    from metrics
    where hkex is not null
    union all
    select
        'GRI' as framework,
        gri as code,
        split_part(gri, '-', 1) as topic,
        metric_code
    from metrics
    where gri is not null
),

-- A number for an earlier year tells nothing about what is disclosed for the report's own.
printed as (
    select
        disclosures.report_id,
        disclosures.metric_code,
        count(*) filter (where disclosures.status = 'reported') as datapoints,
        count(*) filter (where disclosures.status <> 'reported') as declined
    from disclosures
    inner join reports
        on disclosures.report_id = reports.report_id and disclosures.fiscal_year >= reports.fiscal_year
    where disclosures.metric_code is not null
    group by disclosures.report_id, disclosures.metric_code
),

final as (
    select
        reports.company_id,
        reports.report_id,
        reports.fiscal_year,
        codes.framework,
        codes.topic,
        topics.name_en as topic_en,
        topics.name_zh as topic_zh,
        codes.code,
        count(*)::integer as metrics,
        (count(*) filter (where printed.datapoints > 0))::integer as metrics_disclosed,
        coalesce(sum(printed.datapoints), 0)::integer as datapoints,
        coalesce(sum(printed.declined), 0)::integer as declined,
        coalesce(
            list(codes.metric_code order by codes.metric_code) filter (where printed.datapoints > 0), []::varchar[]
        ) as disclosed_metrics,
        coalesce(bool_or(printed.datapoints > 0), false) as is_disclosed
    from reports
    cross join codes
    left join topics on codes.framework = topics.framework and codes.topic = topics.topic
    left join printed on reports.report_id = printed.report_id and codes.metric_code = printed.metric_code
    group by all
    order by reports.report_id, codes.framework, codes.topic, codes.code
)

select * from final

-- How much of each aspect of the HKEX guide does a report disclose? 各层面披露了多少？
select report_id, topic, topic_en, topic_zh, sum(metrics_disclosed) as disclosed, sum(metrics) as metrics
from marts.rpt_disclosure_coverage
where framework = 'HKEX' and report_id in ('bairong-2020', 'vcredit-2024')
group by all
order by report_id, topic

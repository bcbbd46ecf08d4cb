-- How did turnover by age move at VCREDIT? 维信金科各年龄段员工流失率如何变化？
select member_en, member_zh, fiscal_year, turnover_percent, employees_percent
from marts.rpt_workforce
where company_id = 'vcredit' and breakdown = 'age' and turnover_percent is not null
order by sort_order, fiscal_year

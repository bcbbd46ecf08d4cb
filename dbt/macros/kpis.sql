{# Whether two relations' rows are about the same KPI: a missing breakdown (a total) equals a missing one. #}
{% macro same_kpi(one, other) -%}
    {{ one }}.company_id = {{ other }}.company_id
    and {{ one }}.metric_code = {{ other }}.metric_code
    and {{ one }}.breakdown is not distinct from {{ other }}.breakdown
    and {{ one }}.member is not distinct from {{ other }}.member
    and {{ one }}.fiscal_year = {{ other }}.fiscal_year
{%- endmacro %}

{#
    Whether two printed values can be the same number. One lies within what the other's print leaves open
    (see lowest_value and highest_value of int_disclosures_eligible), so the coarser print decides: 42% agrees with 42.3%.
#}
{% macro values_agree(one, other) -%}
    (
        {{ one }}.value between {{ other }}.lowest_value and {{ other }}.highest_value
        or {{ other }}.value between {{ one }}.lowest_value and {{ one }}.highest_value
    )
{%- endmacro %}

with chosen as (
    select * from {{ ref('int_disclosures_chosen_per_report') }}
),

-- Two reports of one fiscal year can differ, but neither restates the other.
final as (
    select
        later.company_id,
        later.metric_code,
        later.breakdown,
        later.member,
        later.fiscal_year,
        earlier.report_id as earlier_report_id,
        earlier.value as earlier_value,
        later.report_id as later_report_id,
        later.value as later_value,
        100 * (later.value - earlier.value) / nullif(abs(earlier.value), 0) as change_pct,
        later.unit,
        earlier.disclosure_id as earlier_disclosure_id,
        earlier.line_no as earlier_line_no,
        trim(earlier.raw_value || ' ' || earlier.unit_printed) as earlier_printed,
        later.disclosure_id as later_disclosure_id,
        later.line_no as later_line_no,
        trim(later.raw_value || ' ' || later.unit_printed) as later_printed,
        (earlier.scope_note is distinct from later.scope_note) as is_perimeter_changed
    from chosen as later
    inner join chosen as earlier
        on
            {{ same_kpi('later', 'earlier') }}
            and later.report_order = earlier.report_order + 1
            and later.report_fiscal_year > earlier.report_fiscal_year
            and not {{ values_agree('later', 'earlier') }}
    order by
        later.company_id, later.metric_code, later.breakdown, later.member, later.fiscal_year, later.report_fiscal_year
)

select * from final

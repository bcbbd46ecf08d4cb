{# Fails for each row for which the condition is false or unknown. #}
{% test holds_for_every_row(model, condition) %}
    select *
    from {{ model }}
    where ({{ condition }}) is not true
{% endtest %}

{#
    Leaves only standalone tables (marts, catalogue) in a file whose `dbt build` passed.
    A failed build keeps its views, to look into; so do `dbt run` and `dbt test`, for work on single models.
#}
{% macro drop_working_schemas(results) %}
    {% set failures = results | selectattr('status', 'in', ['error', 'fail', 'runtime error', 'skipped']) | list %}
    {% if execute and flags.WHICH == 'build' and not failures %}
        drop schema if exists intermediate cascade;
        drop schema if exists staging cascade;
    {% endif %}
{% endmacro %}

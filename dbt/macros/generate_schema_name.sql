{# A schema is named exactly as configured, without the target's name in front: analysts query `marts`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

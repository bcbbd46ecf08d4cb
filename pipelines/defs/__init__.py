"""Dagster: one module for each of its concepts. What a step does is in the domain packages."""

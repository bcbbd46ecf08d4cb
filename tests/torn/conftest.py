"""How many examples hypothesis draws: few, always the same; many with ``--hypothesis-profile=thorough``."""

from hypothesis import HealthCheck, settings

# The smallest report has a title, a heading and a sentence of prose: large for hypothesis, not for us.
settings.register_profile("torn", deadline=None, database=None, suppress_health_check=list(HealthCheck))
settings.register_profile("fast", settings.get_profile("torn"), max_examples=40, derandomize=True)
settings.register_profile("thorough", settings.get_profile("torn"), max_examples=1000)
settings.load_profile("fast")

"""How many examples hypothesis draws: few, always the same; many with ``--hypothesis-profile=thorough``."""

from hypothesis import settings

settings.register_profile("fast", max_examples=40, deadline=None, database=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None, database=None)
settings.load_profile("fast")

"""How fast reports are read, and how time and memory grow with their number. See ``benchmarks.run``."""

"""docs/reliability.md: each script that measures writes its own section."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reliability.md"
TITLES = ("Kills", "The service", "Hostile input", "Alerts")
_INTRODUCTION = """# Reliability

What was measured, by `make chaos` and `make fuzz`; short versions are in the test suite."""


def write_section(title: str, text: str, page: Path = PAGE) -> None:
    """Put ``text`` under ``title``, in the order of TITLES; other sections stay."""
    printed = page.read_text(encoding="utf-8") if page.is_file() else ""
    sections = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=\n## |\Z)", printed, re.M | re.S))
    sections[title] = text
    parts = [f"## {name}\n\n{sections[name].strip()}" for name in TITLES if name in sections]
    page.write_text("\n\n".join([_INTRODUCTION, *parts]) + "\n", encoding="utf-8")

"""HTML pages that need nothing but themselves: no asset is loaded, and no text of a report can run in them.

A template's values are escaped, and each page forbids by its content security policy whatever it does not
hold itself: a browser would refuse a script that a label brought in, even if the escaping failed.
"""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """Return the page. Raises jinja2.UndefinedError where the template uses a value that is not given."""
    return _environment().get_template(template).render(**values) + "\n"


def write(folder: Path, pages: Mapping[str, str]) -> None:
    """Write the pages by name into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))
    search = (_TEMPLATES / "search.js").read_text(encoding="utf-8")
    environment.globals["search"] = Markup(search)
    digest = base64.b64encode(hashlib.sha256(search.encode()).digest()).decode()
    environment.globals["search_hash"] = f"sha256-{digest}"
    environment.filters["json"] = _json
    environment.filters["number"] = lambda value: "" if value is None else f"{value:,.10g}"
    return environment


def _json(value: Any) -> Markup:
    """Return ``value`` as JSON that can stand in a ``script`` element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))

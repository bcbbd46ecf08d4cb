"""Charts over years whose values stand in one line and their years in another, below a title.

Conversion parts what it puts into one line by blanks only where each piece stands right of the one before:
values and years that are as many belong together from left to right.
"""

from collections.abc import Sequence

from pipelines.extraction.document import YEAR, Document, Line
from pipelines.extraction.labels import Group
from pipelines.extraction.nodes import Node, are_near, clean_label

_FARTHEST = 4  # lines between two pieces of a chart


def read_axes(document: Document, nodes: Sequence[Node]) -> None:
    """Read every chart of a title, maybe its unit, a line of years and one of values, in either order."""
    for place, node in enumerate(nodes):
        beside = nodes[place + 1] if place + 1 < len(nodes) else None
        if beside is None or {node.kind, beside.kind} != {"period", "values"}:
            continue
        axis, values = (node, beside) if node.kind == "period" else (beside, node)
        above = _title(nodes[max(0, place - 2) : place])
        following = nodes[place + 2] if place + 2 < len(nodes) else None
        if following and following.values and are_near(beside, following, _FARTHEST):
            continue  # the rows of a table
        if above and are_near(above[-1], node, _FARTHEST) and are_near(node, beside, _FARTHEST):
            _record(document, above, axis, values)


def _title(above: Sequence[Node]) -> list[Node]:
    """Return the label right above a chart, with its unit where that has a line of its own."""
    kinds = [node.kind for node in above]
    if kinds == ["label", "unit"] and are_near(above[0], above[1], _FARTHEST):
        return list(above)
    return [above[-1]] if kinds[-1:] == ["label"] else []


def _record(document: Document, title: Sequence[Node], axis: Node, values: Node) -> None:
    years = [int(year) for year in YEAR.findall(axis.lines[0].folded)]
    line = values.lines[0]
    are_glued = any(not line.text[value.start - 1].isspace() for value in values.values[1:])
    is_axis = len(set(years)) == len(years) == len(values.values) and max(years) <= document.year
    if not is_axis or are_glued:
        return
    label = clean_label(title[0].label)
    unit = title[1].label.strip("()（）") if len(title) > 1 else ""
    mappings = [document.mapping(value, unit, label, Group()) for value in values.values]
    lines: list[Line] = sorted(
        {*(line for node in title for line in node.lines), *axis.lines, line}, key=lambda each: each.number
    )
    for value, year, mapping in zip(values.values, years, mappings, strict=True):
        if all(mappings):
            document.record(
                value, line, label=label, label_line=title[0].first, mapping=mapping, unit=unit, year=year,
                evidence=lines, layout="chart", pairing="header", confidence="likely",
            )  # fmt: skip

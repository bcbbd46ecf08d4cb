"""The static site: what the warehouse holds, what it means and how it came about, as pages that link offline.

Everything is generated: tables and columns from dbt's YAML, metrics, rules, members and units from the
catalogue, lineage from dbt's manifest, findings from the published warehouse, checks from its data docs.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.analyst import Answer, count, run_query
from pipelines.dictionary import MEMBER_COLUMNS, UNIT_COLUMNS, members, metrics, rules, tables, units
from pipelines.pages import render, write
from pipelines.paths import Warehouse
from pipelines.publish import read_record
from pipelines.text import fold, folding_of

PLACES = {
    "index.html": "Start",
    "tables.html": "Tables",
    "metrics.html": "Metrics",
    "members.html": "Members and units",
    "rules.html": "Rules",
    "findings.html": "Findings",
    "lineage.html": "Lineage",
    "data_docs/index.html": "Checks",
}
_PILLARS = {"E": "Environment", "S": "Social", "G": "Governance", "B": "Business"}
_MOST_FINDINGS = 500
# Of the drawing, in pixels.
_BOX, _COLUMN, _ROW = 240, 310, 30


def write_site(warehouse: Warehouse, manifest: Path) -> Path:
    """Write the site of the published warehouse to ``warehouse.docs``, whole or not at all; return its start.

    ``manifest`` is dbt's. Raises analyst.WarehouseError if nothing is published.
    """
    nodes = _nodes(json.loads(manifest.read_text(encoding="utf-8")))
    found = _findings(warehouse.target)
    links = _links(nodes)
    pages = {
        "index.html": render("start.html", **_start(warehouse, found), title="Start", places=PLACES),
        "tables.html": render(
            "tables.html", tables=list(tables()), links=links, title="Tables", places=PLACES
        ),
        "metrics.html": render(
            "metrics.html", metrics=metrics(), pillars=_PILLARS, title="Metrics", places=PLACES
        ),
        "members.html": render(
            "members.html",
            sections=[
                ("Breakdown members", MEMBER_COLUMNS, members()),
                ("Printed units", UNIT_COLUMNS, units()),
            ],
            title="Members and units",
            places=PLACES,
        ),
        "rules.html": render("rules.html", rules=rules(), title="Rules", places=PLACES),
        "findings.html": render("findings.html", **found, title="Findings", places=PLACES),
        "lineage.html": render("lineage.html", graph=_drawn(nodes), title="Lineage", places=PLACES),
    }
    with tempfile.TemporaryDirectory(dir=warehouse.folder) as scratch:
        folder = Path(scratch) / "docs"
        write(folder, pages)
        if warehouse.data_docs.is_dir():
            shutil.copytree(warehouse.data_docs, folder / "data_docs")
        if warehouse.docs.exists():
            warehouse.docs.rename(Path(scratch) / "before")
        folder.rename(warehouse.docs)
    return warehouse.docs / "index.html"


def _start(warehouse: Warehouse, found: Mapping[str, Any]) -> dict[str, Any]:
    counts = count(warehouse.target)
    record = read_record(warehouse)
    entries = list(_entries())
    return {
        "reports": counts.reports,
        "companies": counts.companies,
        "disclosures": counts.disclosures,
        "kpis": counts.kpis,
        "published": record.published_at if record else "at a time that is not recorded",
        "table_count": len(list(tables())),
        "metric_count": len(metrics()),
        "rule_count": len(rules()),
        "finding_count": found["total"],
        "index": {"entries": entries, "folding": folding_of("".join(each["text"] for each in entries))},
    }


def _entries() -> Iterator[dict[str, Any]]:
    """Yield what can be found: where it is, what is shown of it, its folded names and all its folded text."""

    def entry(href: str, title: str, about: str, names: Iterable[str], *more: str) -> dict[str, Any]:
        folded = [fold(name) for name in names]
        return {
            "href": href,
            "title": title,
            "about": about,
            "names": folded,
            "text": "\n".join(dict.fromkeys([*folded, *map(fold, more)])),
        }

    for metric in metrics():
        row = metric.row
        codes = [
            f"{name} {row[column]}" for name, column in (("GRI", "gri"), ("HKEX", "hkex")) if row[column]
        ]
        yield entry(
            f"metrics.html#{row['metric_code']}",
            f"{row['name_en']} · {row['name_zh']}",
            f"metric {row['metric_code']}, {row['unit']}",
            (row["metric_code"], row["name_en"], row["name_zh"], *codes),
            *metric.aliases,
        )
    for table in tables():
        yield entry(
            f"tables.html#{table.name}", table.name, f"table: {table.description}", (table.name,),
            table.description,
        )  # fmt: skip
        for name, _, meaning in table.columns:
            yield entry(
                f"tables.html#{table.name}.{name}", f"{table.name}.{name}", f"column: {meaning}", (name,)
            )
    for rule in rules():
        code = rule["rule_code"]
        names = (code, rule["name_en"], rule["name_zh"])
        yield entry(f"rules.html#{code}", f"{rule['name_en']} · {rule['name_zh']}", f"rule {code}", names)


def _findings(target: Path) -> dict[str, Any]:
    """Return the ``findings`` to show, with the ``evidence`` of their datapoints, and how many there are."""
    answer = run_query(
        target,
        """
        select * from marts.fct_quality_finding
        order by acknowledged, array_position(['error', 'warning', 'info'], severity), rule_code, report_id,
            message, finding_id
        """,
        limit=_MOST_FINDINGS,
    )
    found = list(_records(answer))
    wanted = {each for finding in found for each in finding["disclosure_ids"]}
    evidence = {
        row["disclosure_id"]: row
        for row in _records(
            run_query(
                target,
                """
                select disclosure_id, source_file, line_no, evidence
                from marts.fct_disclosure inner join marts.dim_report using (report_id)
                where list_contains(?, disclosure_id)
                """,
                [list(wanted)],
            )
        )
    }
    for finding in found:
        rows = (evidence[each] for each in finding["disclosure_ids"] if each in evidence)
        lines = {(row["source_file"], row["line_no"]): row for row in rows}
        finding["evidence"] = [lines[place] for place in sorted(lines)]
    total = run_query(target, "select count(*) from marts.fct_quality_finding").rows[0][0]
    return {"findings": found, "total": total}


def _records(answer: Answer) -> Iterator[dict[str, Any]]:
    return (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)


@dataclass
class _Node:
    """A table of the lineage; ``depth`` is the longest way from what is made from nothing else."""

    id: str
    name: str
    kind: str
    description: str
    href: str
    parent_ids: list[str]
    parents: list[str] = field(default_factory=list)
    depth: int = 0
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class _Drawing:
    """The lineage in pixels: the ``nodes`` with their places, the ``edges`` as paths."""

    nodes: list[_Node]
    edges: list[str]
    width: int
    height: int
    box: int = _BOX


def _nodes(manifest: Mapping[str, Any]) -> dict[str, _Node]:
    """Return all models, and the sources and seeds that they are made from."""
    everything = manifest["nodes"] | manifest["sources"]
    models = {key: node for key, node in everything.items() if node["resource_type"] == "model"}
    parents = {key: sorted(set(node["depends_on"]["nodes"])) for key, node in models.items()}
    used = set(models).union(*parents.values())
    nodes = {}
    for key in sorted(used):
        node = everything[key]
        is_public = node["schema"].endswith("marts")
        nodes[key] = _Node(
            id=key,
            name=node["name"],
            kind=node["fqn"][1].removesuffix("s")
            if node["resource_type"] == "model"
            else node["resource_type"],
            description=" ".join(node["description"].split()),
            href=f"tables.html#{node['name']}" if is_public else f"#{key}",
            parent_ids=parents.get(key, []),
        )

    @cache
    def depth(key: str) -> int:
        return max((depth(parent) + 1 for parent in nodes[key].parent_ids), default=0)

    for key, entry in nodes.items():
        entry.depth = depth(key)
        entry.parents = [nodes[parent].name for parent in entry.parent_ids]
    return nodes


def _links(nodes: Mapping[str, _Node]) -> dict[str, tuple[list[str], list[str]]]:
    """Return by name what a table is made from, and what is made from it."""
    return {
        node.name: (node.parents, [other.name for other in nodes.values() if key in other.parent_ids])
        for key, node in nodes.items()
    }


def _drawn(nodes: Mapping[str, _Node]) -> _Drawing:
    """Place the nodes in columns by depth, each column in the order of what its nodes are made from."""
    deepest = max(node.depth for node in nodes.values())
    placed: list[_Node] = []
    for depth in range(deepest + 1):
        column = [node for node in nodes.values() if node.depth == depth]

        def height_of_parents(node: _Node) -> tuple[float, str]:
            heights = [nodes[parent].y for parent in node.parent_ids]
            return (sum(heights) / len(heights) if heights else 0, node.name)

        column.sort(key=height_of_parents)
        for row, node in enumerate(column):
            node.x, node.y = depth * _COLUMN, row * _ROW
        placed += column
    edges = [
        _edge(nodes[parent].x + _BOX, nodes[parent].y + 11, node.x, node.y + 11)
        for node in placed
        for parent in node.parent_ids
    ]
    width = deepest * _COLUMN + _BOX
    return _Drawing(placed, edges, width, max(node.y for node in placed) + _ROW)


def _edge(x1: int, y1: int, x2: int, y2: int) -> str:
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"

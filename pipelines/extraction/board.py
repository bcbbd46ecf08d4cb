"""The board of directors: a table of persons, whole or fallen into columns.

A table of the board is told by its header (姓名 性别 年龄 职务) under words about a board, or by positions
that are a director's. Where conversion tore it apart, every column is a run of lines of one kind: as many
genders as names, as many ages. A run of another length has lost a value, and what belongs to whom cannot be
told: its column stays empty. Words of headers, genders and nationalities are data (``board_terms.csv``).
"""

import csv
import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

from pipelines.catalogue import SEEDS
from pipelines.extraction.document import Line
from pipelines.extraction.lines import Lines
from pipelines.text import fold

BOARD_MEMBERS = pl.Schema(
    {
        "report_id": pl.String(), "name": pl.String(), "gender": pl.String(), "age": pl.Int32(),
        "position": pl.String(), "nationality": pl.String(), "education": pl.String(), "line_no": pl.Int32(),
    }
)  # fmt: skip
"""One row per director. ``gender`` is male or female, ``age`` in years; all others are as printed, the
name without blanks between Chinese characters. Null where not printed or torn off; ``line_no`` is the line of
the name."""

_EDUCATIONS = re.compile(
    r"(?:工商管理|法学|经济学|管理学|理学|工学|文学|医学)?"
    r"(?:博士后?|硕士|学士|本科|大专|专科|高中|研究生|mba|emba|phd)(?:研究生|学位|学历|及以上|以上)?"
)
_POSITION = re.compile(r"董事|主席|总裁|总经理|行政总裁|首席|\bc[efot]o\b|合伙人|秘书|监事")
_DIRECTOR = re.compile(r"董事(?!会(?!主席|成员))")
_CHINESE_NAME = re.compile(r"[㐀-鿿](?: *[㐀-鿿·]){1,5}")
_LATIN_NAME = re.compile(r"[a-z][a-z.'-]*(?:[ ,]+[a-z][a-z.'-]*){1,5}")
_AGE = re.compile(r"(\d{2})(?: ?周?岁)?")
_AGES = range(21, 100)
_BOARD = "董事"
_CONTEXT = 40  # lines with text before a header that may say that it is the board's
_REACH = 60  # lines with text around a header in which its torn columns stand (eight columns of directors)
_FEWEST = 3
_MOST_HEADERS = 200  # lines of a report that are looked at as headers
_HEADERS = "姓名|性别|gender"  # what the header of a table of persons holds
_KEPT = ("name", "gender", "age", "position", "nationality", "education")


@functools.cache
def board_terms(folder: Path = SEEDS) -> Mapping[str, Mapping[str, str]]:
    """Return title, gender and nationality -> what is printed (folded) -> what it means."""
    found: dict[str, dict[str, str]] = {"title": {}, "gender": {}, "nationality": {}}
    with (folder / "board_terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]][fold(row["term"])] = row["meaning"]
    return found


@dataclasses.dataclass
class Member:
    """One director; see ``BOARD_MEMBERS``."""

    name: str
    line_no: int
    gender: str | None = None
    age: int | None = None
    position: str | None = None
    nationality: str | None = None
    education: str | None = None


@dataclasses.dataclass(frozen=True)
class _Run:
    """Lines of one kind that follow one another: a column that has fallen out of its table."""

    kind: str
    first: int
    values: tuple[str, ...]


def read_board(lines: Lines) -> list[Member]:
    """Return the directors of one report, in the order in which they are printed, each once.

    The first table that can be read is the board's.
    """
    for at in lines.matching(_HEADERS)[:_MOST_HEADERS]:
        header = _header(lines[at])
        if header is None:
            continue
        is_cells, columns = header
        titles = {column for column in columns if column}
        if columns == ["name"]:  # every title over its own column
            titles |= _titles_apart(lines[at + 1 : at + _REACH])
        if len(titles) < 2 or "name" not in columns:
            continue
        about_board = any(_BOARD in line.folded for line in lines[max(0, at - _CONTEXT) : at + 1])
        members = _rows(lines, at, columns, is_cells) or _torn(lines, at)
        if any(member.position for member in members):  # a table may hold supervisors and managers, too
            members = [each for each in members if each.position and _DIRECTOR.search(fold(each.position))]
            about_board = True
        if len(members) >= _FEWEST and about_board:
            return list({member.name: member for member in reversed(members)}.values())[::-1]
    return []


def _titles_apart(lines: Sequence[Line]) -> set[str]:
    """Return the columns that lines with one title each name."""
    headers = [header for line in lines if (header := _header(line))]
    return {column for _, columns in headers if len(columns) == 1 for column in columns if column}


def _header(line: Line) -> tuple[bool, list[str | None]] | None:
    """Return whether the header has cells, and the column that each title names; None for another line."""
    if len(line.text) > 200:
        return None
    is_cells = "\t" in line.text or "|" in line.text
    titles = _cells(line.folded) if is_cells else line.folded.split()
    columns = [board_terms()["title"].get(re.sub(r"[\s¹²³⁰-⁹]|\(.*?\)", "", title)) for title in titles]
    return (is_cells, columns) if any(columns) else None


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"\t|\|", text.strip().strip("|"))]


# --- rows that are whole ---


def _rows(lines: Sequence[Line], at: int, columns: Sequence[str | None], is_cells: bool) -> list[Member]:
    members: list[Member] = []
    for line in lines[at + 1 : at + 1 + _REACH]:
        values = _of_cells(line, columns) if is_cells else _of_blanks(line, columns)
        if values is None:
            if members or not is_cells or not re.fullmatch(r"[\s|:-]+", line.text):
                break
            continue
        members.append(_member(values, line.number))
    return members


def _of_cells(line: Line, columns: Sequence[str | None]) -> dict[str, str] | None:
    cells = _cells(line.text)
    named = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
    is_person = _is_name(fold(named.get("name", ""))) and all(
        _kind_fits(kind, fold(value)) for kind, value in named.items() if kind in ("gender", "age")
    )
    return named if is_person and len(named) > 1 else None


def _of_blanks(line: Line, columns: Sequence[str | None]) -> dict[str, str] | None:
    """Read a row whose cells are parted by blanks: every kind is told by its form, the name comes first."""
    apart = re.split(r"\s{2,}", line.text.strip())
    tokens = apart if len(apart) > 2 else line.text.split()
    if columns[0] is None and tokens and tokens[0].isdigit():  # 序号
        columns, tokens = columns[1:], tokens[1:]
    if columns[0] != "name" or len(tokens) > 40:
        return None
    start = next((i for i, token in enumerate(tokens) if _kind_of(fold(token)) not in (None, "name")), None)
    if not start or not _is_name(fold(" ".join(tokens[:start]))):
        return None
    values = {"name": " ".join(tokens[:start])}
    rest = tokens[start:]
    for i, column in enumerate(columns[1:], start=1):
        if not rest:
            break
        size = 1
        if column == "position":
            size = max(1, len(rest) - (len(columns) - i - 1))
            if not _POSITION.search(fold(rest[0])):
                continue
        elif column is not None and not _kind_fits(column, fold(rest[0])):
            continue
        if column:
            values[column] = " ".join(rest[:size])
        rest = rest[size:]
    return (
        values
        if len(values) > 1 and ("gender" in values or "age" in values or "position" in values)
        else None
    )


# --- columns torn apart ---


def _torn(lines: Sequence[Line], at: int) -> list[Member]:
    first, last = max(0, at - _REACH), min(len(lines), at + _REACH)
    kinds = [_kind_of(line.folded.strip()) if len(line.text) <= 60 else None for line in lines[first:last]]
    kinds[at - first] = None
    records = _records(lines, first, kinds)
    if records:
        return records
    runs = list(_runs(lines, first, kinds))
    # One column may have lost a value: any other tells how many names there are.
    columns_by_kind = [
        run for kind in _KEPT[1:] for run in runs if run.kind == kind and len(run.values) >= _FEWEST
    ]
    named = ((_names(runs, run), len(run.values)) for run in columns_by_kind)
    names, size = next(((names, size) for names, size in named if names), (None, 0))
    if names is None:
        return []
    values = {"name": names.values}
    for kind in _KEPT[1:]:
        if run := _only(kind, runs, size, lines):
            values[kind] = run.values
    return [
        _member({kind: column[i] for kind, column in values.items()}, lines[names.first + i].number)
        for i in range(size)
    ]


def _records(lines: Sequence[Line], first: int, kinds: Sequence[str | None]) -> list[Member]:
    """Read persons whose cells stand below one another: name, gender, age, position, name, gender ..."""
    genders = [i for i, kind in enumerate(kinds) if kind == "gender"]
    if len(genders) < _FEWEST or any(b - a < 2 for a, b in pairwise(genders)):
        return []
    members = []
    period = min(b - a for a, b in pairwise(genders))
    for gender, following in zip(genders, [*genders[1:], genders[-1] + period], strict=True):
        if gender == 0 or kinds[gender - 1] != "name":
            return []
        values = {"name": lines[first + gender - 1].text, "gender": lines[first + gender].text}
        for i in range(gender + 1, min(following - 1, gender + period - 1, len(kinds))):
            kind = kinds[i]
            if kind and kind not in values:
                values[kind] = lines[first + i].text.strip()
        members.append(_member(values, lines[first + gender - 1].number))
    return members


def _runs(lines: Sequence[Line], first: int, kinds: Sequence[str | None]) -> Iterator[_Run]:
    start = 0
    for i in range(1, len(kinds) + 1):
        if i == len(kinds) or kinds[i] != kinds[start]:
            kind = kinds[start]
            if kind:
                values = tuple(lines[first + j].text.strip() for j in range(start, i))
                yield _Run(kind, first + start, values)
            start = i


def _names(runs: Sequence[_Run], column: _Run) -> _Run | None:
    """Return the names that a column belongs to: the nearest run of its size before it, else the only one."""
    fitting = [run for run in runs if run.kind == "name" and len(run.values) == len(column.values)]
    before = [run for run in fitting if run.first < column.first]
    if before:
        return before[-1]
    return fitting[0] if len(fitting) == 1 else None


def _only(kind: str, runs: Sequence[_Run], size: int, lines: Sequence[Line]) -> _Run | None:
    """Return the one run of a kind with a value for everybody; of several, the one beside its title."""
    fitting = [run for run in runs if run.kind == kind and len(run.values) == size]
    if len(fitting) > 1:
        fitting = [
            run
            for run in fitting
            for beside in (run.first - 1, run.first + size)
            if 0 <= beside < len(lines) and kind in (_header(lines[beside]) or (False, []))[1]
        ]
    return fitting[0] if len(fitting) == 1 else None


# --- values ---


def _kind_of(folded: str) -> str | None:
    """Return the kind of column in which a value may stand."""
    for kind in ("gender", "age", "nationality", "education", "position"):
        if _kind_fits(kind, folded):
            return kind
    return "name" if _is_name(folded) else None


def _kind_fits(kind: str, folded: str) -> bool:
    if kind == "gender":
        return folded in board_terms()["gender"]
    if kind == "age":
        found = _AGE.fullmatch(folded)
        return found is not None and int(found[1]) in _AGES
    if kind == "nationality":
        return folded in board_terms()["nationality"]
    if kind == "education":
        return _EDUCATIONS.fullmatch(folded) is not None
    return len(folded) <= 40 and _POSITION.search(folded) is not None and ":" not in folded


def _is_name(folded: str) -> bool:
    is_name = _CHINESE_NAME.fullmatch(folded) or _LATIN_NAME.fullmatch(folded)
    return is_name is not None and folded not in board_terms()["title"] and not _POSITION.search(folded)


def _member(values: Mapping[str, str], line_no: int) -> Member:
    age = _AGE.fullmatch(fold(values.get("age", "")))
    return Member(
        name=re.sub(r"(?<=[㐀-鿿]) +(?=[㐀-鿿])", "", " ".join(values["name"].split())),
        line_no=line_no,
        gender=board_terms()["gender"].get(fold(values.get("gender", ""))),
        age=int(age[1]) if age else None,
        position=values.get("position"),
        nationality=values.get("nationality"),
        education=values.get("education"),
    )

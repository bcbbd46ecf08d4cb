"""Header lines of tables whose cells are parted by blanks, or whose columns were torn apart."""

import functools
import re
from typing import NamedTuple

from pipelines.catalogue import Catalogue, normalise_alias
from pipelines.extraction.document import YEAR
from pipelines.extraction.labels import TOTAL, title_start
from pipelines.text import BLANKS

_WORDS = (
    "(?:关键)?(?:绩效)?(?:指标|项目|类别|范畴|范围|单位|计量单位|名称|内容|披露项|议题|环境|社会|管治|治理|年度?|度"
    "|indicators?|metrics?|kpis?|items?|units?)(?:名称)?[\\d,、]*"
)
_WORD = re.compile(f"^{_WORDS}$")
_MARK = re.compile(r"^\d{1,2}[,、]?$")
_LONGEST = 80


class Title(NamedTuple):
    """What a header says of a column of values: a year, a breakdown member, both, or the total (neither).

    ``unit`` is the one that the whole column is printed in, ``""`` where the rows have their own.
    """

    year: int | None = None
    breakdown: str | None = None
    member: str | None = None
    unit: str = ""


def header_candidate(catalogue: Catalogue) -> str:
    """Return a regular expression that every header matches: a header's word or a breakdown's title in it."""
    ends = rf"[{BLANKS}\d年度]"  # a year may touch the word
    return rf"^[^\t]*?(?:^|{ends})(?:{_WORDS}(?:$|{ends})|{title_start(catalogue)}\S*{ends}+\S)"


@functools.lru_cache(maxsize=4096)
def header_titles(folded: str, catalogue: Catalogue) -> tuple[Title, ...] | None:
    """Return the value columns of a header line, None where the line is none.

    ``指标 单位 2022 年 2023 年`` -> two years; ``指标 女性 男性 合计`` -> two members and the total. A line
    that holds anything else, or no word for the label's column, is no header. A header whose years stand in
    other lines has no columns of its own (``关键绩效指标``).
    """
    if "\t" in folded or len(folded) > _LONGEST:
        return None
    years = [int(year) for year in YEAR.findall(folded)]
    words = YEAR.sub(" ", folded).split()
    others = [word for word in words if not _WORD.match(word)]
    if units := _units_of_columns(words, catalogue):
        return tuple(Title(unit=unit) for unit in units)
    if len(others) == len(words) or len(set(years)) != len(years):
        return None
    if years:
        return tuple(map(Title, years)) if all(_MARK.match(word) for word in others) else None
    if all(_MARK.match(word) for word in others):
        return ()
    titles = [_member_title(word, catalogue) for word in others]
    members = [title for title in titles if title is not None]
    if (
        len(members) < 2
        or len(members) < len(titles)
        or len({title.breakdown for title in members} - {None}) != 1
    ):
        return None
    return tuple(members)


def _units_of_columns(words: list[str], catalogue: Catalogue) -> list[str]:
    """Return the units of a header such as ``信用等级 百分比 百万人民币``; none where it is another line."""
    if len(words) < 2 or normalise_alias(words[0]) not in catalogue.breakdown_titles:
        return []
    units = [unit for word in words[1:] for unit in _units(word, catalogue)]
    return units if len(units) > 1 and all(units) else []


def _units(word: str, catalogue: Catalogue) -> list[str]:
    """Return the unit that ``word`` is, or the two it glues (百分比百万人民币), else ``[""]``."""
    parse = catalogue.units.parse
    if parse(word):
        return [word]
    halves = [(word[:i], word[i:]) for i in range(1, len(word)) if parse(word[:i]) and parse(word[i:])]
    return list(halves[0]) if len(halves) == 1 else [""]


def _member_title(word: str, catalogue: Catalogue) -> Title | None:
    if TOTAL.match(word):
        return Title()
    members = catalogue.members.get(normalise_alias(word), ())
    return Title(None, *members[0]) if len(members) == 1 else None

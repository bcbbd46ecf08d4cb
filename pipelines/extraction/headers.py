"""Header lines of tables whose cells are parted by blanks, or whose columns were torn apart."""

import functools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.catalogue import Catalogue, normalise_alias
from pipelines.extraction.document import YEAR, YEAR_MARK, Line
from pipelines.extraction.labels import TOTAL, title_start
from pipelines.text import BLANKS, fold, width, without_translation

_WORDS = (
    "(?:关键)?(?:绩效)?(?:指标|项目|类别|范畴|范围|层面|领域|维度|编号|序号|单位|计量单位|名称|内容|披露项|议题|环境|社会|管治|治理|年度?|度"
    "|[一-鿿]{1,8}指标|indicators?|metrics?|kpis?|items?|units?)(?:名称)?[\\d,、]*"
)
_WORD = re.compile(f"^{_WORDS}$")
_MARK = re.compile(r"^\d{1,2}[,、]?$")
_LONGEST = 80
_UNIT = re.compile("^(?:计量|数据)?单位$|^units?$")
_SPLIT_YEAR = re.compile(r"(?<=\d)\s+(?=(?:财政?)?年)")
_END_OF_YEAR = re.compile(r"年\s*12\s*月\s*31\s*日")
_APART = re.compile(r"^\s*\d+\s+\d+\s*$")  # 20 19: two values
_OF_YEAR = re.compile(
    r"^(?:截至|fy|基准年\(?)?((?:19|20)\d\d)(财政?年度?|年[度末底]?(?:12月31日)?)?"
    rf"(?:全年)?(?:数据|绩效|表现|实际值?|完成情况|完成值|人数)?\)?{YEAR_MARK}?$"
)
_GLUED_YEARS = re.compile(r"(?<!\d)(?:(?:19|20)\d\d){2,5}(?!\d)")
_A_YEAR = re.compile(r"\d{4}")
_COUNTS = {"人数": "人"}  # 2023年人数
_PART_OF_STOCK = re.compile(  # 2023年新增, 截至2023年末累计（件）
    r"^(?:截至|当|本)?(?:((?:19|20)\d\d)年)?[年度末底内期]*(?P<part>新增|累计)(?:数量?|件数)?(?:\((?P<unit>[^()\d]{1,2})\))?$"
)
_AS_OF = re.compile(r"(?<=截至)\s+(?=(?:19|20)\d\d)")
_THIS_YEAR = re.compile("^(?:本?报告期|本期|本年度?|当年|数值|数据|绩效|结果|披露值)(?:数据|数值|末)?$")
_LAST_YEAR = re.compile("^(?:上年|上一年|去年|上期|上年同期|上报告期)(?:度|数据|数值|末)?$")
YEARS_ALONE = re.compile(
    r"^\s*(?:(?:截至|fy)?(?:19|20)\d\d\s*(?:财政?年度?|年[度末底]?\s*(?:12\s*月\s*31\s*日)?)?\s*)+$"
)
_CHANGE = re.compile(
    r"^(?:(?:同比|(?:本期|本年)?[较比](?:[上去]|(?:19|20)\d\d)年(?:同期)?|年度)(?:变动|变化|增减|增长|增幅)?|变动|变化|增减|增长|增幅)(?:率|比例|幅度|情况|值)?(?:\([^()]*\))?$"
)
GROWTH = "同比"
_TARGET = re.compile("^(?:(?:19|20)\\d\\d(?:年度?)?)?(?:目标|计划)(?:值)?$")
_COUNT_COLUMN = re.compile(r"^(?:人数|(?:人数|数量|数目)\((?P<unit>[^()\d]{1,2})\))$")
_SHARE_COLUMN = re.compile(r"(?:占比|比例|百分比|比重|比率|占(?:员工|雇员)?总人?数)(?:\(%\))?$")
_UNIT_OF_TABLE = re.compile(r"(?<!编制)单位\s*:\s*(?P<unit>[^\s:,;()]+(?: [^\s:,;()\d]+)?)")
_CODES = re.compile(r"^\s*(?:gri\s*\d{1,3}-\d{1,2}\s+)+")  # GRI 403-9 职业安全 单位 2024
_UNIT_OF_ALL = re.compile(r"^\s*单位\s*:\s*[^\s\d:]+(?=\s)")  # 单位：人 2022 2023
_REMARK = re.compile("^(?:备注|说明|附注|注释|数据来源|来源|对应章节|章节|页码|gri|hkex)$")
TITLE_CANDIDATE = rf"^[{BLANKS}]*(?:[截f基报本当数绩结披上去同变增较年目计]|1 *9|2 *0).{{0,19}}[{BLANKS}]*$"
"""A regular expression for folded lines: ``title_of_line`` finds nothing in any other."""
_MOST_LABEL_WORDS = 3
# Letters that end the title of a column.
_CLOSES = r"年度末底日期数人率比值重例况据效现际果长量时注明释源节码动化减幅次标划增计ix\d)"
TITLES_CANDIDATE = rf"^[^\t。;!?]*[^{BLANKS}][{BLANKS}]+[^\t。;!?]*[{_CLOSES}][{BLANKS}]*$"
"""A regular expression for folded lines: ``titles_above_rows`` finds nothing in any other."""
_LONGEST_LABEL = 24
_NO_LABEL = re.compile(r"[。,;!?]|\d{2}")


class Title(NamedTuple):
    """What a header says of a column of values: a year, a breakdown member, both, or the total (neither).

    ``unit`` is the one that the whole column is printed in, ``""`` where the rows have their own;
    ``is_aside``: the column holds changes or targets, which are no values of the row's metric. ``label``
    names the metric of a column whose rows are members; ``part`` is 新增 or 累计, of what the rows name, or
    ``GROWTH``, of it on the year before.
    """

    year: int | None = None
    breakdown: str | None = None
    member: str | None = None
    unit: str = ""
    is_aside: bool = False
    label: str = ""
    part: str = ""


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
    if "\t" in folded or width(folded) > _LONGEST:
        return None
    folded = _with_parted_years(without_translation(folded))
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
    titles = [member_title(word, catalogue) for word in others]
    members = [title for title in titles if title is not None]
    if len(members) < len(titles) or not are_of_whole_breakdowns(members):
        return None
    return tuple(members) if len(members) > 1 else None


def are_of_whole_breakdowns(titles: Sequence[Title]) -> bool:
    """Say whether columns are members of one breakdown, or several of each: 男性 女性 高级管理层 一般员工."""
    sizes = Counter(title.breakdown for title in titles if title.breakdown)
    return len(sizes) == 1 or (bool(sizes) and min(sizes.values()) > 1)


def _with_parted_years(folded: str) -> str:
    """Part years that conversion glued: 单位20232024 -> 单位 2023 2024."""
    return _GLUED_YEARS.sub(lambda years: "".join(f" {year}" for year in _A_YEAR.findall(years[0])), folded)


def titles_above_rows(folded: str, year: int) -> tuple[Title, ...]:
    """Return the value columns of a line that is a header if rows with as many values follow it, else none.

    ``排放物种类 单位 2023年 2022年 同比变动`` -> two years and a change; ``员工构成 人数 占比`` -> a count
    and a share. What names the label's column is any word; years without 年 need 单位 before them, or
    nothing, or follow on each other up to ``year``, the report's: 报告期, 上年同期.
    """
    if "\t" in folded or width(folded) > _LONGEST:
        return ()
    folded = _with_parted_years(without_translation(folded))
    units = {unit_of_column(word): None for word in folded.split()[-2:]}
    if len(units) == 2 and all(units):
        return tuple(Title(unit=unit) for unit in units)
    folded = _END_OF_YEAR.sub("年12月31日", _AS_OF.sub("", folded))
    words = _SPLIT_YEAR.sub("", _UNIT_OF_ALL.sub("单位", _CODES.sub("", folded))).split()
    while words and _REMARK.match(words[-1]):
        words.pop()
    found: list[Title] = []
    is_plain = True
    while words and (title := title_of_word(words[-1], year)):
        is_plain = words.pop()[-1].isdigit() and is_plain
        found.append(title)
    titles = found[::-1]
    columns = [(title.year, title.part) for title in titles if not title.is_aside]
    years = [column_year for column_year, _ in columns]
    has_unit = bool(words) and _UNIT.match(words[-1]) is not None
    label = "".join(words[:-1] if has_unit else words)
    is_near = all(year - 10 <= y <= year + 1 for y in years if y)
    if not years or len(set(columns)) < len(columns) or not is_near:
        return ()
    if len(words) > _MOST_LABEL_WORDS + has_unit or len(label) > _LONGEST_LABEL or _NO_LABEL.search(label):
        return ()
    in_turn = sorted(year for year in years if year)
    are_years = len(in_turn) > 1 and in_turn == list(range(in_turn[0], year + 1))  # up to the report's
    is_told = has_unit or (len(years) > 1 and (not label or not is_plain or are_years))
    return tuple(titles) if is_told else ()


def of_years(titles: Sequence[Title], above: str) -> tuple[Title, ...]:
    """Give titles without a year (男 女) those of the line ``above`` them, if it holds nothing else.

    Titles that recur (男 女 男 女) are no columns without years.
    """
    years = list(dict.fromkeys(map(int, YEAR.findall(above)))) if YEARS_ALONE.match(above) else []
    size = len(titles) // len(years) if years else 0
    if size and not any(title.year for title in titles) and tuple(titles) == (*titles[:size],) * len(years):
        return tuple(title._replace(year=year) for year in years for title in titles[:size])
    return tuple(titles) if len(set(titles)) == len(titles) else ()


def of_members(titles: Sequence[Title], below: str, catalogue: Catalogue) -> tuple[Title, ...]:
    """Part columns of years by the members in the line ``below`` their titles; none where it holds others."""
    found = [member_title(word, catalogue) for word in below.split()]
    members = tuple(title for title in found if title)
    if len(members) < len(found) or len(members) <= len(titles) or not all(title.year for title in titles):
        return ()
    parted = of_years(members, "".join(f"{title.year}年" for title in titles))
    return parted if all(title.year for title in parted) else ()


def unit_of_column(title: str) -> str:
    """Return the unit of a column of counts (人数) or of shares (占比), else ``""``."""
    if found := _COUNT_COLUMN.match(title):
        return found["unit"] or "人"
    return unit_of_share(title) if _SHARE_COLUMN.match(title) else ""


def unit_of_table(folded: str, text: str, catalogue: Catalogue) -> str:
    """Return the unit that a line above a table gives all rows (单位：人民币万元), else ``""``."""
    found = _UNIT_OF_TABLE.search(folded)
    unit = text[found.start("unit") : found.end("unit")].strip() if found else ""
    return next((form for form in (unit, unit.partition(" ")[0]) if catalogue.units.parse(form)), "")


def unit_of_share(title: str) -> str:
    """Return the unit of a column whose title ends with 占比, 百分比 or the like, else ``""``."""
    return "%" if _SHARE_COLUMN.search(fold(title)) else ""


def is_unit_title(word: str) -> bool:
    """Say whether a title names the column of units."""
    return _UNIT.match(word) is not None


def title_of_line(line: Line, year: int) -> Title | None:
    """Return the column that a line titles which holds nothing else; else None."""
    if not line.may_be_title or line.form == "other" or _APART.search(line.folded):
        return None
    return title_of_word(line.folded.replace(" ", "").strip(), year)


def title_of_word(word: str, year: int) -> Title | None:
    """Return the column that one word titles: a year's, a change's or a target's; else None."""
    if found := _OF_YEAR.match(word):
        return Title(int(found[1]), unit=_COUNTS.get(word[-2:], ""))
    if found := _PART_OF_STOCK.match(word):
        return Title(int(found[1] or year), unit=found["unit"] or "", part=found["part"])
    if _THIS_YEAR.match(word):
        return Title(year)
    if _LAST_YEAR.match(word):
        return Title(year - 1)
    if _CHANGE.match(word):
        part = GROWTH if set(YEAR.findall(word)) <= {str(year - 1)} else ""  # 较2018年变化: since then
        return Title(unit="%" if word.endswith("(%)") else "", is_aside=True, part=part)
    return Title(is_aside=True) if _TARGET.match(word) else None


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


def member_title(word: str, catalogue: Catalogue) -> Title | None:
    """Return the column that a member or the total titles; else None."""
    if TOTAL.match(word):
        return Title()
    members = catalogue.members.get(normalise_alias(word), ())
    return Title(None, *members[0]) if len(members) == 1 else None

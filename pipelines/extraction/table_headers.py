"""Headers of tables as lines of a document: over several lines, of metrics, and what only looks like a row.

``headers.py`` reads one line as a header; here its neighbours, the matcher and the units have a say.
"""

import re
from collections.abc import Sequence

from pipelines.extraction.document import YEAR, Document, Line, unit_in_label
from pipelines.extraction.headers import (
    YEARS_ALONE,
    Title,
    title_of_word,
    titles_above_rows,
    unit_of_column,
    unit_of_share,
    unit_of_table,
)
from pipelines.text import fold, is_translation

PROSE = re.compile("[。！？；]|[，,].*[，,]")
AND = re.compile("[及与與和、]")  # 员工构成及流失
_CODE = re.compile(  # of the indicator, or the row's number
    r"^(?:kpi)?(?:[a-e]\d{1,2}(?:\.\d{1,2})?|(?:gri)?(?:[23]|\d{3})-\d{1,2}|\d{1,2}[.、)]|\(\d{1,2}\))$"
)
_NAMED_CODE = re.compile(r"^(?:kpi|关键绩效指标|指标)\s+(?=[a-e]\d)")  # KPI A1.2
_PART_OF_YEAR = re.compile("止[一二三六九1369]个月|半年|季度|个月期间")
_DIGIT = re.compile(r"\d")
_MARK_OF_YEAR = re.compile(r"(?<=年)\d{1,2}(?=\s|$)")  # 2022年1
_WHOLE = re.compile("^(?:本?集团|全?公司)?(?:合计|总计|总体|整体|合并)$|^本?集团$")
_MARK_IN = re.compile(r"(?<=[一-鿿])\d{1,2}(?=[(（])")
_UNIT_OF_YEAR = re.compile(r"(?<=[\d年度末底])\s*\((?P<unit>[^()\d]{1,12})\)")
_YEAR_BEFORE = re.compile(r"^(?P<year>(?:19|20)\d\d年度?)(?=\D{4,}$)")
_YEAR_GLUED = re.compile(r"^(?P<year>(?:19|20)\d\d年度?)(?P<name>[一-鿿]{2,8})$")
_LABEL_WORD = re.compile(r"^\s*[^\d\s]{1,8}\s+")
_MOST_HEADER_LINES = 8
_LONGEST_TITLE = 30
_LONGEST_LABEL = 40
_LONGEST_REST = 4  # letters of a title that goes on in a line of its own
_BELOW = 2  # lines from a line to its translation
_MOST_METRICS = 6  # columns of members' metrics
_FEWEST_NAMED = 3  # words of a header that names its members and several metrics


def is_title(line: Line) -> bool:
    """Say whether a line is short enough for a title, and no prose."""
    return len(line.folded.strip()) <= _LONGEST_LABEL and not PROSE.search(line.folded)


def opens_with_code(line: Line) -> bool:
    """Say whether a line opens with an indicator's code or a row's number: A1.2 温室气体排放."""
    words = _NAMED_CODE.sub("", line.folded.strip()).split(maxsplit=1)
    return len(words) > 1 and _CODE.match(words[0]) is not None


def without_code(text: str) -> str:
    """Return a title without the indicator's code before it: KPI B1.1 按性别划分的雇员."""
    words = text[len(text) - len(_NAMED_CODE.sub("", fold(text))) :].split(maxsplit=1)
    return words[1] if len(words) > 1 and _CODE.match(fold(words[0])) else text


def is_code(folded: str) -> bool:
    """Say whether a text is an indicator's code and nothing else: B2.2, KPI A1.1."""
    codes = AND.split(_NAMED_CODE.sub("", folded.strip()))
    return all(map(_CODE.match, map(str.strip, codes)))


def says_nothing(document: Document, line: Line, above: Line | None) -> bool:
    """Say whether a line among rows is but their code, or English that repeats the line ``above`` it."""
    if not line.folded.lstrip()[:1].isascii():
        return False
    if line.has_digit and is_code(line.folded):
        return True
    if line.has_digit or not is_translation(line.folded) or document.is_unit(line):
        return False
    follows = above is not None and not above.folded.isascii() and line.number - above.number <= _BELOW
    return follows or not (document.matcher.is_known(line.text) or line.may_be_legend)


def titles_above_rows_in(document: Document, line: Line) -> tuple[Title, ...]:
    """Return the value columns of a line that is a header if rows with as many values follow it."""
    if not line.may_be_titles or line.form == "other":
        return ()
    words = [_without_marks(document, word, line) for word in line.text.split()]
    words = [word for word in words if not is_code(fold(word))]  # B3.1 受训雇员百分比 B3.2 平均受训时数
    words = words[1:] if words and fold(words[0]) == "kpi" else words
    if years := {found["year"] for word in words if (found := _YEAR_BEFORE.match(word))}:
        parted = [_YEAR_BEFORE.sub("", word) for word in words]  # 2023年受训员工百分比 2023年平均受训时数
        words = [years.pop(), *parted] if len(years) == 1 and len(words) > 2 else words
    if words and (glued := _YEAR_GLUED.match(words[0])):  # 2023年培训绩效 培训覆盖率 人均培训时长
        words = [glued["year"], *([glued["name"]] if len(words) > 2 else []), *words[1:]]
    of_year = title_of_word(fold(words[0]), document.year) if words and YEAR.match(fold(words[0])) else None
    words = words[1:] if of_year else words  # 2023年 受训员工百分比 平均受训时数
    words = [] if any(map(_DIGIT.search, words)) else words
    columns = _metric_columns(document, words) if len(words) <= _MOST_METRICS + 1 else ()
    if any(title.label for title in columns):
        year = of_year.year if of_year else None
        return tuple(title._replace(year=year) for title in columns)
    units = [found["unit"] for found in _UNIT_OF_YEAR.finditer(line.folded)]  # 2023年（吨） 2022年（吨）
    if units and all(map(document.catalogue.units.parse, units)):
        titles = titles_above_rows(_UNIT_OF_YEAR.sub("", line.folded), document.year)
        of_years = iter(units if len(units) == sum(title.year is not None for title in titles) else [])
        return tuple(title._replace(unit=next(of_years, "")) if title.year else title for title in titles)
    return titles_above_rows(line.folded, document.year)


def _without_marks(document: Document, word: str, line: Line) -> str:
    """Return a title without a footnote's mark: 每名雇员平均受训时数4, 流失比率3（%）."""
    if marked := _MARK_IN.search(word):
        shorter = word[: marked.start()] + word[marked.end() :]
        if marked.group() in document.marks_near(line) or document.matcher.subjects(shorter):
            word = shorter
    return document.without_mark(word, line)


def _metric_columns(document: Document, words: Sequence[str]) -> tuple[Title, ...]:
    """Return the columns of words that each name a metric, or are 人数 or 占比; else none."""
    titles = []
    have_units = all(unit_in_label(word, document.catalogue) for word in words[1:])
    for place, word in enumerate(words):
        heading = document.matcher.heading(word) if place == 0 else None
        names_members = heading is not None and heading.breakdown is not None  # 员工类别
        label = word if document.matcher.subjects(word) and not names_members else ""
        unit = (
            unit_in_label(word, document.catalogue) or unit_of_share(fold(word)) or unit_of_column(fold(word))
        )
        if label or unit_of_column(fold(word)):
            titles.append(Title(label=label, unit=unit))
        elif place and unit and (have_units or any(title.label for title in titles)):
            titles.append(Title(label=word, unit=unit))  # 年份 用水总量（吨） 回用水量（吨）
        elif place or len(words) < _FEWEST_NAMED:
            return ()  # the first may name the members: 级别 受训人数 受训时数
    if titles and titles[0].label and not all(title.label for title in titles):
        whole, *rest = titles  # it names what all are of: 员工构成 人数 占比; or 供应商数量（家） 占比
        rest = [title if title.label else title._replace(label=whole.label) for title in rest]
        titles = [whole, *rest] if whole.unit else titles[1:]
    return tuple(titles) if len(titles) > 1 else ()


def _columns_of_years(document: Document, words: Sequence[str], years: Sequence[int]) -> tuple[Title, ...]:
    """Return the columns of words below years, each of which begins anew; a later year may print fewer."""
    starts = [place for place, word in enumerate(words) if word == words[0]]
    of_years = [words[start:end] for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
    is_told = len(of_years) == len(years) == len(set(years)) > 1
    if not is_told or any(each != of_years[0][: len(each)] for each in of_years):
        return ()
    columns = _columns_of_year(document, of_years[0])
    return tuple(
        title._replace(year=year)
        for year, each in zip(years, of_years, strict=True)
        for title in columns[: len(each)]
    )


def _columns_of_year(document: Document, words: Sequence[str]) -> tuple[Title, ...]:
    """Return the columns of words that recur below each year: metrics, 人数, 占比, or other counts of people.

    None where no word tells what is printed (流失人数 alone).
    """
    titles = []
    for word in words:
        of_rows = unit_of_share(fold(word)) or unit_of_column(fold(word))
        label = "" if of_rows and not document.matcher.subjects(word) else word
        titles.append(Title(label=label, unit=unit_in_label(word, document.catalogue) or of_rows))
    is_told = any(not title.label or document.matcher.subjects(title.label) for title in titles)
    return tuple(titles) if is_told else ()


def header_of_lines(
    document: Document, lines: Sequence[Line], position: int
) -> tuple[tuple[Title, ...], int, str] | None:
    """Return the columns of a header whose units stand below its titles, where it ends, and its words.

    ``类别 受训员工百分比``, ``（%）``, ``平均受训时数``, ``（小时/人）``.
    """
    if lines[position].has_digit or not is_unit_below(document, lines, position + 1):
        return None
    words: list[str] = []
    end = position
    while end < len(lines) and not lines[end].has_digit and end - position < _MOST_HEADER_LINES:
        last = words[-1] if words else ""
        is_open = sum(map(last.count, "(（")) > sum(map(last.count, ")）"))  # 平均受训时数（小, 时）
        if words and (is_open or is_unit_below(document, lines, end)):
            words[-1] += lines[end].text.strip()
        elif PROSE.search(lines[end].folded) or document.matcher.heading(lines[end].text):
            break
        else:
            words += lines[end].text.split()
        end += 1
    titles = _metric_columns(document, words) if len(words) <= _MOST_METRICS + 1 else ()
    return (titles, end, " ".join(words)) if titles and all(title.label for title in titles) else None


def is_unit_below(document: Document, lines: Sequence[Line], position: int) -> bool:
    """Say whether a line is a unit in brackets: what it is of stands above it."""
    line = lines[position] if position < len(lines) else None
    if line is None or not line.may_be_unit or not line.folded.strip().startswith("("):
        return False
    return unit_in_label(line.text, document.catalogue) is not None


def titles_of_two_lines(document: Document, lines: Sequence[Line], position: int) -> tuple[Title, ...]:
    """Return the value columns of a header, where years or metrics recur below one line of the others.

    ``受训员工百分比 平均受训时数`` and below it ``2023年 2022年 2023年 2022年``; or ``2023年 2022年`` and
    below it ``类别 人数 流失率 人数 流失率``.
    """
    line = lines[position]
    if not line.may_be_titles:
        return ()
    over = _LABEL_WORD.sub("", lines[position - 1].folded) if position else ""  # 类别 2023年 2022年
    if YEARS_ALONE.match(over) and not line.has_digit and line.form != "other":
        of_year = list(map(int, YEAR.findall(over)))
        for words in (line.text.split(), line.text.split()[1:]):  # 类别 人数 流失率 人数 流失率
            if titles := _columns_of_years(document, words, of_year):
                return titles
    only = _LABEL_WORD.sub("", line.folded)  # 类别 2023年 2022年 2023年 2022年
    years = list(map(int, YEAR.findall(only))) if YEARS_ALONE.match(only) else []
    own = list(dict.fromkeys(years))
    above = _titles_of_metrics(document, lines, position) if len(own) < len(years) else ()
    if above and all(title.label for title in above) and years == own * len(above):
        return tuple(title._replace(year=year) for title in above for year in own)
    return titles_of_segments(lines, position) or titles_above_rows_in(document, line)


def titles_of_segments(lines: Sequence[Line], position: int) -> tuple[Title, ...]:
    """Return the value columns of years below the names of businesses: those of the whole company.

    ``航运 港口 集团合计 集团合计`` and below it ``指标 2023年 2023年 2023年 2022年``.
    """
    only = _MARK_OF_YEAR.sub("", _LABEL_WORD.sub("", lines[position].folded))
    years = list(map(int, YEAR.findall(only))) if YEARS_ALONE.match(only) else []
    segments = lines[position - 1].folded.split() if position and len(set(years)) < len(years) else []
    are_whole = [_WHOLE.match(segment) is not None for segment in segments]
    whole = [year for year, is_whole in zip(years, are_whole, strict=False) if is_whole]
    if len(segments) != len(years) or not whole or len(set(whole)) < len(whole):
        return ()
    columns = zip(years, are_whole, strict=True)
    return tuple(Title(year) if is_whole else Title(is_aside=True) for year, is_whole in columns)


def _titles_of_metrics(document: Document, lines: Sequence[Line], end: int) -> tuple[Title, ...]:
    """Return the titles in the line, or in the lines with a unit below each, that end right above ``end``."""
    if end and (titles := titles_above_rows_in(document, lines[end - 1])):
        return titles
    if end > 1 and len(lines[end - 1].folded.strip()) <= _LONGEST_REST:
        whole = lines[end - 2].text.rstrip() + lines[end - 1].text.strip()  # … 每名雇员平均受训时, 数
        if titles := titles_above_rows_in(document, lines[end - 2]._replace(text=whole, folded=fold(whole))):
            return titles
    starts = range(end - 1, max(0, end - _MOST_HEADER_LINES) - 1, -1)
    headers = (header_of_lines(document, lines, start) for start in starts)
    return next((header[0] for header in headers if header and header[1] == end), ())


def is_of_part(lines: Sequence[Line], position: int) -> bool:
    """Say whether the lines right above a header limit its years to a part of them."""
    above = (line.folded.strip() for line in lines[max(0, position - 2) : position])
    return any(
        _PART_OF_YEAR.search(text) and len(text) <= _LONGEST_TITLE and not PROSE.search(text)
        for text in above
    )


def unit_above(document: Document, lines: Sequence[Line], position: int) -> str:
    """Return the unit that the header at ``position``, or one of the two lines above it, gives its rows."""
    for line in lines[max(0, position - 2) : position + 1]:
        if unit := unit_of_table(line.folded, line.text, document.catalogue):
            return unit
    return ""

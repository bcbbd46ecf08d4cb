"""The text of a report to numbered lines: their pages where the text keeps them, and what is no content.

A pure function of the text. Conservative by design: a line that is wrongly called furniture is lost to the
extraction, one that is wrongly called text costs nothing. What lines *mean* is decided in ``extraction``.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from pipelines.text import fold

LINES_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "line_no": pl.Int32,
        "page_no": pl.Int32,
        "text": pl.String,
        "folded": pl.String,
        "role": pl.String,
    }
)

TEXT, BLANK, RUNNING, PAGE_NUMBER, OVERLONG = "text", "blank", "running", "page_number", "overlong"

# Some ten times what the longest line of a report has. A line beyond is no text that was laid out for
# readers, and every number on it would keep the whole line as its evidence.
MAX_LINE_CHARACTERS = 5_000
MAX_LINE_NUMBERS = 200
_NUMBER = re.compile(r"\d[\d.,]*+")

# The title of an ESG report in folded text (环境、社会及管治报告, 2021年可持续发展报告), not of a guideline
# for them.
ESG_REPORT = (
    r"(?:环境[、,]? ?社会 ?(?:及|与|和) ?(?:公司|企业)?(?:管治|治理)(?: ?\(esg\))?"
    r"|可持续发展|(?:企业)?社会责任|\besg)"
    r" ?(?:暨[^《》\n]{1,20})?报告(?!守则|指引|标准|指南|框架|编)"
)
YEAR = r"(?<!\d)20\d\d(?!\d)"

# Pages: fewer than three starts, or less than ten visible lines a page, are no habit of a tool but
# indentation.
_MIN_PAGES = 3
_MIN_LINES_PER_PAGE = 10
_LIST_ITEM = re.compile(r"(?:[-*•·▪√□>]|\d{1,2}[.、)]|[a-z]\))")  # "- item", "1. item", "a) item"

# Furniture recurs on a tenth of the pages, and from the front to the back: a table's repeated head does not.
_MIN_SHARE_OF_PAGES = 0.1
_MIN_SPREAD = 0.5
# Page numbers must all fit the same counting on a fifth of the pages: a chart's lone values do not.
_MIN_SHARE_NUMBERED = 0.2
_MIN_NUMBERED = 4
# Deeper than this there is no header or footer.
_MAX_EDGE_LINES = 30
# A line of this length is not repeated word for word by accident.
_DISTINCTIVE_LENGTH = 10
# So many lines in the order of the navigation, or so many words of a menu, are no index that names a few
# chapters.
_MIN_CHAIN = 5
_MIN_MENU_WORDS = 3
_MIN_MENUS = 8
_MAX_PAGES_BETWEEN = 4  # between two pages with the same running title
_MIN_TITLE_LINES = 3
_MAX_TITLE_LENGTH = 60
_MAX_RUNNING_LENGTH = 120

# "12", "- 12 -", "第 12 页", "12 / 80"
_PAGE_NUMBER = re.compile(r"(?:第 ?|- ?)?(\d{1,3})(?: ?页| ?-)?(?: ?/ ?\d{1,3})?")
_MAX_PAGE_NUMBER_LENGTH = 16
_WITH_PAGE_NUMBER = re.compile(  # "12 | title" or "title 12": a page number on the line of a running title
    r"(?P<before>\d{1,3}) +(?:[|/] *)?(?P<rest>\D.*)|(?P<text>.*\D) +(?:[|/] *)?(?P<after>\d{1,3})"
)
_TABLE_HEAD_WORDS = frozenset(
    ["指标", "指标名称", "单位", "披露项", "披露议题", "披露章节", "项目", "类别", "序号", "页码", "unit"]
)
_REPORT_TITLE = re.compile(rf"{YEAR} *(?:年度?)? *{ESG_REPORT}|{ESG_REPORT} *{YEAR}")
_SENTENCE_MARKS = re.compile(r"[,。;:!?《》\"“”]")


@dataclass(frozen=True)
class ReportLines:
    """The lines of one report, in order; item ``i`` of each list is line ``i + 1`` of the file.

    ``texts`` are verbatim without line ends, ``folded`` is ``fold(text)`` of the same length, ``page_nos`` is
    None where the text keeps no pages, ``roles`` are text, blank, running, page_number or
    overlong (not to be read).
    """

    texts: list[str]
    folded: list[str]
    page_nos: list[int] | None
    roles: list[str]

    @property
    def page_count(self) -> int | None:
        """Number of the last page with visible text; None where the text keeps no pages."""
        return max(self.page_nos) if self.page_nos else None

    def frame(self, report_id: str) -> pl.DataFrame:
        """Return the rows of LINES (see ``LINES_SCHEMA``) for this report."""
        count = len(self.texts)
        columns = {
            "report_id": pl.repeat(report_id, count, dtype=pl.String, eager=True),
            "line_no": pl.int_range(1, count + 1, dtype=pl.Int32, eager=True),
            "page_no": pl.Series(self.page_nos, dtype=pl.Int32)
            if self.page_nos
            else pl.repeat(None, count, dtype=pl.Int32, eager=True),
            "text": self.texts,
            "folded": self.folded,
            "role": self.roles,
        }
        return pl.DataFrame(columns, schema=LINES_SCHEMA)


def read_lines(text: str) -> ReportLines:
    """Split ``text`` into lines, number its pages and say what each line is."""
    text = _with_unix_line_ends(text)
    texts = _split(text)
    folded = _split(fold(text))
    visible = [line.strip() for line in folded]
    page_nos = _page_numbers_of_lines(texts, visible)
    return ReportLines(texts, folded, page_nos, _roles(visible, page_nos))


def _with_unix_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _split(text: str) -> list[str]:
    """Split at line feeds only: str.splitlines would also split at U+2028, vertical tabs and form feeds."""
    lines = text.split("\n")
    if not lines[-1]:  # an editor shows no further line after the last line end
        lines.pop()
    return lines


# --- pages -------------------------------------------------------------------------------------------


def _page_numbers_of_lines(texts: Sequence[str], visible: Sequence[str]) -> list[int] | None:
    if any("\f" in line for line in texts):
        return _pages_by_form_feed(texts, visible)
    starts = _page_starts_by_leading_space(texts, visible)
    if not starts:
        return None
    page_nos = []
    for page, (start, end) in enumerate(zip(starts, [*starts[1:], len(texts)], strict=True), 1):
        page_nos += [page] * (end - (start if page > 1 else 0))
    return page_nos


def _pages_by_form_feed(texts: Sequence[str], visible: Sequence[str]) -> list[int]:
    """A form feed ends a page; a line belongs to the page on which its first visible character stands."""
    page, page_nos = 1, []
    for line in texts:
        feeds = line.count("\f")
        before_text = len(line) - len(line.lstrip())
        page_nos.append(page + line.count("\f", 0, before_text) if feeds else page)
        page += feeds
    last = max((number for number, shown in zip(page_nos, visible, strict=True) if shown), default=1)
    return [min(number, last) for number in page_nos]


def _page_starts_by_leading_space(texts: Sequence[str], visible: Sequence[str]) -> list[int]:
    """Return the first line of each page where a tool marked it with one leading space, else []

    Such a tool starts every page so, the first one too, and puts the next page right after the last line of
    the one before, while fragments of a page that happen to begin with a space stand after a blank line, or
    are list items.
    """
    first = next((index for index, shown in enumerate(visible) if shown), None)
    starts = [
        index
        for index, line in enumerate(texts)
        if line[:1] == " "
        and line[1:2].strip()
        and len(visible[index]) > 1
        and (index == first or visible[index - 1])
    ]
    if len(starts) < _MIN_PAGES or starts[0] != first:
        return []
    pages = [starts[0]] + [index for before, index in pairwise(starts) if before != index - 1]
    list_items = sum(1 for index in pages if _LIST_ITEM.match(visible[index]))
    shown_lines = sum(1 for shown in visible if shown)
    is_habit = (
        len(pages) >= _MIN_PAGES
        and list_items * 2 < len(pages)
        and shown_lines >= _MIN_LINES_PER_PAGE * len(pages)
        and max(end - start for start, end in zip(pages, [*pages[1:], len(texts)], strict=True)) * 2
        <= len(texts)
    )
    return pages if is_habit else []


# --- roles -------------------------------------------------------------------------------------------


def _roles(visible: Sequence[str], page_nos: Sequence[int] | None) -> list[str]:
    roles = [_role(shown) for shown in visible]
    if page_nos:
        _mark_page_edges(visible, page_nos, roles)
        _mark_running_inside_pages(visible, roles)
    _mark_numbered_menus(visible, roles)
    _mark_numbered_titles(visible, roles)
    _mark_menus(visible, roles)
    _mark_running_titles(visible, roles)
    return roles


def _role(visible: str) -> str:
    if not visible:
        return BLANK
    # Numbers and what parts them take two characters each.
    is_crowded = len(visible) > 2 * MAX_LINE_NUMBERS and len(_NUMBER.findall(visible)) > MAX_LINE_NUMBERS
    return OVERLONG if is_crowded or len(visible) > MAX_LINE_CHARACTERS else TEXT


def _mark_page_edges(visible: Sequence[str], page_nos: Sequence[int], roles: list[str]) -> None:
    """Mark running lines and page numbers from the outside of each page inwards, as long as there are any."""
    lines_of_page: dict[int, list[int]] = defaultdict(list)
    for index, (shown, page) in enumerate(zip(visible, page_nos, strict=True)):
        if shown:
            lines_of_page[page].append(index)
    inside = {page: [0, len(lines) - 1] for page, lines in lines_of_page.items()}  # first and last unmarked
    edges = _Edges(len(lines_of_page), _spans(visible, page_nos))
    for _ in range(_MAX_EDGE_LINES):
        at_edge = {
            lines_of_page[page][position]: page
            for page, (head, tail) in inside.items()
            if head <= tail
            for position in (head, tail)
        }
        edges.add((index, page, visible[index]) for index, page in at_edge.items())
        running, numbers = edges.running_texts(), edges.page_number_lines()
        marked = [index for index in at_edge if visible[index] in running or index in numbers]
        if not marked:
            return
        for index in marked:
            page = at_edge[index]
            roles[index] = PAGE_NUMBER if index in numbers else RUNNING
            at_head = index == lines_of_page[page][inside[page][0]]
            inside[page][0 if at_head else 1] += 1 if at_head else -1


def _spans(visible: Sequence[str], page_nos: Sequence[int]) -> dict[str, int]:
    """Return for each text how many pages lie from its first occurrence to its last one."""
    first = dict(zip(reversed(visible), reversed(page_nos), strict=True))
    last = dict(zip(visible, page_nos, strict=True))
    return {text: last[text] - page + 1 for text, page in first.items()}


class _Edges:
    """The lines that were first or last of their page while it was peeled, and what recurs among them."""

    def __init__(self, page_count: int, span_of_text: Mapping[str, int]) -> None:
        self._enough = max(_MIN_PAGES, math.ceil(_MIN_SHARE_OF_PAGES * page_count))
        self._enough_numbered = max(_MIN_NUMBERED, math.ceil(_MIN_SHARE_NUMBERED * page_count))
        self._wide = _MIN_SPREAD * page_count
        self._span_of_text = span_of_text
        self._seen: set[int] = set()
        self._pages_of_text: dict[str, set[int]] = defaultdict(set)
        self._numbered: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)  # by text, by page
        self._lone_numbers: dict[int, tuple[int, int]] = {}  # page and number, by line

    def add(self, lines: Iterable[tuple[int, int, str]]) -> None:
        """Take lines as (index, page, text); those known already are skipped."""
        for index, page, text in lines:
            if index in self._seen:
                continue
            self._seen.add(index)
            self._pages_of_text[text].add(page)
            if len(text) <= _MAX_RUNNING_LENGTH and (match := _WITH_PAGE_NUMBER.fullmatch(text)):
                number = int(match["before"] or match["after"])
                self._numbered[match["rest"] or match["text"]][page] = (number, text)
            elif len(text) <= _MAX_PAGE_NUMBER_LENGTH and (match := _PAGE_NUMBER.fullmatch(text)):
                self._lone_numbers[index] = (page, int(match[1]))

    def running_texts(self) -> set[str]:
        """Return the texts that recur on many pages all over the report, with or without a page number."""
        running = {
            text
            for text, pages in self._pages_of_text.items()
            if len(pages) >= self._enough and self._span_of_text[text] >= self._wide and _is_furniture(text)
        }
        for text, numbered in self._numbered.items():
            if len(numbered) >= self._enough and _is_furniture(text):
                pages = sorted(numbered)
                rising = all(numbered[before][0] < numbered[after][0] for before, after in pairwise(pages))
                if rising and pages[-1] - pages[0] + 1 >= self._wide:
                    running |= {line for _, line in numbered.values()}
        return running

    def page_number_lines(self) -> set[int]:
        """Return the lines with only a number that counts the pages: page + c, or 2 page + c for spreads."""
        found: set[int] = set()
        for step in (1, 2):
            offsets = {index: number - step * page for index, (page, number) in self._lone_numbers.items()}
            counts = Counter(offsets.values())
            found |= {index for index, offset in offsets.items() if counts[offset] >= self._enough_numbered}
        return found


def _is_furniture(text: str) -> bool:
    """Words without a number other than a year, and not the head of a table that is repeated on its pages."""
    numbers = re.findall(r"\d+", text)
    return (
        sum(map(str.isalpha, text)) >= 2
        and (not numbers or (len(numbers) == 1 and re.fullmatch(YEAR, numbers[0]) is not None))
        and "\t" not in text
        and "%" not in text
        and _TABLE_HEAD_WORDS.isdisjoint(text.split())
    )


def _mark_running_inside_pages(visible: Sequence[str], roles: list[str]) -> None:
    """Mark what is running at page edges also where columns or lost page breaks moved it into a page.

    That is a chain of lines in the order of the navigation, and a long line or a good part of a menu on one
    line; never a single short line, which may be a heading, nor chapter names in another order, as in an
    index.
    """
    shown = [index for index, text in enumerate(visible) if text]
    edge_lines = {visible[index] for index in shown if roles[index] == RUNNING}
    if not edge_lines:
        return
    menus = [text.split() for text in edge_lines if len(text.split()) >= _MIN_MENU_WORDS]
    followers = {
        (visible[index], visible[after])
        for index, after in pairwise(shown)
        if roles[index] == roles[after] == RUNNING
    }
    followers |= {pair for menu in menus for pair in pairwise(menu)}
    chain = shown[:1]
    for index in shown[1:]:
        if (visible[chain[-1]], visible[index]) not in followers:
            _mark_chain(chain, roles)
            chain = []
        chain.append(index)
    _mark_chain(chain, roles)
    anywhere = {text for text in edge_lines if len(text.replace(" ", "")) >= _DISTINCTIVE_LENGTH}
    anywhere |= {
        " ".join(menu[start:end])
        for menu in menus
        for start in range(len(menu))
        for end in range(start + _MIN_MENU_WORDS, len(menu) + 1)
    }
    _mark([index for index in shown if visible[index] in anywhere], roles)


def _mark_numbered_menus(visible: Sequence[str], roles: list[str]) -> None:
    """Mark a menu that recurs with a lone number after it that counts up, also where no pages are kept.

    Two that follow on each other are enough; where pages without text lie between, several must rise.
    """
    shown = [index for index, text in enumerate(visible) if text]
    footers: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for index, after in pairwise(shown):
        text = visible[index]
        if len(text) < _DISTINCTIVE_LENGTH or len(visible[after]) > _MAX_PAGE_NUMBER_LENGTH:
            continue
        number = _PAGE_NUMBER.fullmatch(visible[after])
        if number and len(text.split()) >= _MIN_MENU_WORDS and _is_furniture(text):
            footers[text].append((index, after, int(number[1])))
    for found in footers.values():
        steps = [after[2] - before[2] for before, after in pairwise(found)]
        counts_up = set(steps) == {1} or (len(found) >= _MIN_NUMBERED and min(steps) > 0)
        if counts_up:
            for index, after, _ in found:
                _mark([index], roles)
                if roles[after] == TEXT:
                    roles[after] = PAGE_NUMBER


def _mark_numbered_titles(visible: Sequence[str], roles: list[str]) -> None:
    """Mark a title that recurs with a page number that counts up, also where no pages are kept.

    ``12 甲集团有限公司``; and the title alone, where it stands next to one of these.
    """
    shown = [index for index, text in enumerate(visible) if text]
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, index in enumerate(shown):
        text = visible[index]
        may_be = len(text) <= _MAX_RUNNING_LENGTH and (text[0].isdigit() or text[-1].isdigit())
        if may_be and (match := _WITH_PAGE_NUMBER.fullmatch(text)):
            found[match["rest"] or match["text"]].append((place, int(match["before"] or match["after"])))
    for title, places in found.items():
        steps = [after[1] - before[1] for before, after in pairwise(places)]
        counts_up = len(places) >= _MIN_NUMBERED and min(steps) > 0 and max(steps) <= _MAX_PAGES_BETWEEN
        if counts_up and _is_furniture(title):
            around = {near for place, _ in places for near in shown[max(0, place - 1) : place + 2]}
            _mark([shown[place] for place, _ in places], roles)
            _mark([index for index in around if visible[index] == title], roles)


def _mark_menus(visible: Sequence[str], roles: list[str]) -> None:
    """Mark a menu on one line that recurs from the front to the back, also where no pages are kept."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(visible):
        if len(text) >= _DISTINCTIVE_LENGTH and text.count(" ") >= _MIN_MENU_WORDS - 1:
            places[text].append(index)
    for text, found in places.items():
        is_everywhere = len(found) >= _MIN_MENUS and found[-1] - found[0] >= _MIN_SPREAD * len(visible)
        if is_everywhere and _is_furniture(text):
            _mark(found, roles)


def _mark_chain(chain: Sequence[int], roles: list[str]) -> None:
    if len(chain) >= _MIN_CHAIN:
        _mark(chain, roles)


def _mark_running_titles(visible: Sequence[str], roles: list[str]) -> None:
    """Mark lines that repeat the report's own title, with the year (环境、社会及管治报告 2021  ...)."""
    titles = {}
    for index in [index for index, text in enumerate(visible) if "报告" in text]:
        text = visible[index]
        match = _REPORT_TITLE.search(text) if len(text) <= _MAX_TITLE_LENGTH else None
        if match and not _SENTENCE_MARKS.search(text):
            titles[index] = match[0].replace(" ", "")
    counts = Counter(titles.values())
    _mark([index for index, title in titles.items() if counts[title] >= _MIN_TITLE_LINES], roles)


def _mark(lines: Iterable[int], roles: list[str]) -> None:
    for index in lines:
        if roles[index] == TEXT:
            roles[index] = RUNNING

"""The index of standards: which chapter or page a report names for a GRI, HKEX or SDG code.

A code is told from other numbers by standing in an index: many known codes close together after a heading or
header that speaks of one. Its title is told by the standard's own wording (``standard_titles.csv``), which is
what finds it where conversion tore the columns apart. Chapters and pages are taken from where they touch
their code or title. A column of chapters that is torn off goes with the titles in order only where a row that
is known otherwise, a fixed point, confirms the order and the counts agree; else it is left out.
"""

import csv
import dataclasses
import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipelines.catalogue import SEEDS
from pipelines.extraction.document import Line
from pipelines.extraction.lines import Lines
from pipelines.text import fold

STANDARD_INDEX = pl.Schema(
    {
        "report_id": pl.String(), "framework": pl.String(), "code": pl.String(), "title": pl.String(),
        "chapter": pl.String(), "page_ref": pl.String(), "line_no": pl.Int32(),
    }
)  # fmt: skip
"""One row per entry of an index. ``framework`` is GRI, HKEX or SDG; ``title``, ``chapter`` and ``page_ref``
are as printed, lines joined, null where the text has none or tore it off; ``line_no`` is the code's line."""

# GRI's editions: 102-1 of 2016, 2-1 of 2021; before P they are pages (P102-103).
_GRI = r"(?:10[1-3]|20[1-7]|30[1-8]|40[1-9]|41\d)-\d{1,2}"
_CODE = re.compile(
    rf"(?P<gri>(?<![\dp.,/-])(?<!p )(?:gri\s?)?(?P<gri_code>{_GRI})(?![\d-]))"
    r"|(?P<gri21>(?:(?<=^)|(?<=[\t|])|(?<=gri)|(?<=gri ))\s{0,3}"
    r"(?P<gri21_code>[23]-\d{1,2})(?![\d-]|\s*[年月]))"
    r"|(?P<topic>(?<![a-z])gri\s?(?P<topic_code>\d{1,3})\s?(?=[:：]))"
    r"|(?P<hkex>(?<![a-z0-9.])(?:kpi\s?)?(?P<hkex_code>[ab]\d\.\d{1,2})(?![\d.]*\d))"
    r"|(?P<sdg>(?:(?<=^)|(?<=[\t|]))\s{0,3}(?:sdgs?\s?[-:]?\s?|目标\s?)(?P<sdg_code>\d{1,2})(?=$|[^\d%]))"
)
# What every line with a code holds: the few lines that are worth a closer look.
_CODES = r"\d-\d|[ab]\d\.\d|gri ?\d|sdgs? ?[-:]? ?\d|目标 ?\d"

_ASPECT = re.compile(r"层面\s?(?P<code>[ab]\d)\s?(?![\d.])")
_GENERAL = re.compile(r"^\s*一般披露")
_HEADING = re.compile(r"索引|index|披露项|披露章节|对应章节|章节名称|披露位置|gri ?标准|联合国可持续")
_HEADER = re.compile(r"(?=.*(?:章节|位置|页码))(?=.*(?:披露|gri|描述|指标|sdg|主题|议题)).{1,50}$")
_CHAPTER_COLUMN = re.compile(r"章节|位置|索引|对应")
_PAGE = re.compile(
    r"(?<![a-z0-9])p{1,2}\.?\s?\d{1,3}(?:\s?[-~至]\s?p?\d{1,3})?"
    r"(?:\s?[,、;]\s?p{0,2}\.?\s?\d{1,3}(?:\s?[-~至]\s?p?\d{1,3})?)*\s?[,、;]?(?=\D|$)"
)
_NO_PAGE = re.compile(r"^\s*/(?=[一-鿿])")
_BARE_PAGE = re.compile(r"^\s*\d{1,3}(?:\s?[-~至,、]\s?\d{1,3})*\s*$")
_SERIES = re.compile(r"^\s*(?:gri ?\d{1,3}\s*)+$")
_SECTION = re.compile(r"^\s*(?:gri ?\d{1,3}\s?[:：]|[ab]\. ?\S{2,6}$|[-·] ?\S|层面|附录)")
_NOISE = re.compile(r"关键绩效指标|关键绩效$|^\s*指标|^[\s:：.、·-]+|\bkpi\b")
_EDITION = re.compile(r"^(?:19|20)\d\d$")
_LATIN_SEAM = re.compile(r"[a-zA-Z\d]{2}|[一-鿿][a-zA-Z\d]|[a-zA-Z\d][一-鿿]")
_NOT_LETTERS = re.compile(r"[^\w]|_")
_LIKE = 0.55  # share of common pairs of letters from which on a printed title is the standard's
_LEAST = _LIKE / (2 - _LIKE)
_REACH = 60  # lines with text between a code and the next one of its index, and its title
_MOST_ROWS = 200  # of one page of an index
_ENTRY = 20  # lines with text that one entry may take
_ENOUGH = {"GRI": 5, "HKEX": 5, "SDG": 5}
_FEWEST_LOCAL = 0.8


@dataclasses.dataclass
class Entry:
    """One entry of an index; see ``STANDARD_INDEX``."""

    framework: str
    code: str
    line_no: int
    title: str | None = None
    chapter: str | None = None
    page_ref: str | None = None


class _Anchor(NamedTuple):
    """A code where it is printed: index of its line, and its place in the folded line."""

    framework: str
    code: str
    at: int
    start: int
    end: int


class _Token(NamedTuple):
    """A run of text without blanks, as printed, and the index of its line."""

    text: str
    folded: str
    at: int


@functools.cache
def standard_titles(folder: Path = SEEDS) -> Mapping[tuple[str, str], tuple[frozenset[str], ...]]:
    """Return framework and code -> pairs of letters of each wording of the title."""
    found: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    with (folder / "standard_titles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["framework"], row["code"]].append(frozenset(_pairs(_letters(fold(row["title"])))))
    return {key: tuple(titles) for key, titles in found.items()}


def read_index(lines: Lines) -> list[Entry]:
    """Return the entries of all indexes of one report, in order of lines."""
    anchors = [anchor for at in lines.matching(_CODES) for anchor in _anchors(lines[at], at)]
    entries = []
    for framework in _ENOUGH:
        for region in _regions(lines, [each for each in anchors if each.framework == framework]):
            entries += _Region(lines, region).read()
    return sorted(entries, key=lambda entry: entry.line_no)


def _anchors(line: Line, at: int) -> Iterator[_Anchor]:
    titles = standard_titles()
    for found in _CODE.finditer(line.folded):
        if gri := found["gri_code"] or found["gri21_code"] or found["topic_code"]:
            framework, code = "GRI", gri
        elif found["hkex_code"]:
            framework, code = "HKEX", found["hkex_code"].upper()
        else:
            framework, code = "SDG", f"SDG{int(found['sdg_code'])}"
        if (framework, code) in titles:
            start = len(line.folded[: found.start()].removesuffix(" ").removesuffix("gri"))
            yield _Anchor(framework, code, at, start, found.end())


def _regions(lines: Lines, anchors: Sequence[_Anchor]) -> Iterator[list[_Anchor]]:
    """Yield runs of anchors that are an index: known codes close together under a heading that says so."""
    runs: list[list[_Anchor]] = []
    for anchor in anchors:
        if not runs or anchor.at - runs[-1][-1].at > 2 * _REACH:
            runs.append([])
        runs[-1].append(anchor)
    for run in runs:
        first = run[0].at
        around = lines[max(0, first - _REACH) : first + 2]
        if len({anchor.code for anchor in run}) >= _ENOUGH[run[0].framework] and any(
            _HEADING.search(line.folded) for line in around
        ):
            yield run


class _Region:
    """One index: its lines, its codes, and what has been taken from it."""

    def __init__(self, lines: Lines, anchors: Sequence[_Anchor]) -> None:
        self.framework = anchors[0].framework
        self.first = max(0, anchors[0].at - _REACH)
        self.last = min(len(lines), anchors[-1].at + _REACH)
        self.lines = lines
        self.anchors = list(anchors)
        self.first_on_line = {anchor.at: anchor.start for anchor in reversed(anchors)}
        self.titles = standard_titles()
        headers = [
            line.folded
            for line in lines[self.first : anchors[-1].at + 1]
            if _HEADER.match(line.folded.strip())
        ]
        # 报告章节 GRI SDGs 页码: the chapter stands before its codes, one page after all of them.
        self.chapter_first = self.framework == "GRI" and any(
            0 <= header.find("章节") < header.find("gri") for header in headers
        )
        self.has_pages = any("页" in header for header in headers)
        self.printed: set[str] | None = None
        self._tokens_of: dict[int, list[_Token] | None] = {}
        self._title_lines: dict[str, set[int]] = {}  # code -> lines of its title
        self._chapter_lines: set[int] = set()

    def read(self) -> list[Entry]:
        cells_of = {
            anchor.at: self._cells(anchor.at)
            for anchor in self.anchors
            if "\t" in self.lines[anchor.at].text or "|" in self.lines[anchor.at].text
        }
        entries = self._of_rows(cells_of) if cells_of else []
        stream = [anchor for anchor in self.anchors if anchor.at not in cells_of]
        if self.framework == "HKEX" and not cells_of:
            stream = self._with_general_disclosures(stream)
            self.first_on_line = {anchor.at: anchor.start for anchor in reversed(stream)}
        if stream:
            entries += self._of_groups(stream) if self.chapter_first else self._of_stream(stream)
        return entries

    # --- rows with cells ---

    def _cells(self, at: int) -> list[str]:
        return [cell.strip() for cell in re.split(r"\t|(?<!\\)\|", self.lines[at].text.strip("|"))]

    def _of_rows(self, cells_of: Mapping[int, list[str]]) -> list[Entry]:
        entries: list[Entry] = []
        seen_general: set[str] = set()
        aspect: str | None = None
        chapter_column: int | None = None
        start = max(0, min(cells_of) - 5)
        for at in range(start, max(cells_of) + 1):
            line = self.lines[at]
            cells = cells_of.get(at) or (self._cells(at) if "\t" in line.text or "|" in line.text else [])
            if not cells:
                continue
            folded = [fold(cell) for cell in cells]
            if at not in cells_of and _HEADER.match(line.folded.replace("\t", " ").strip()):
                places = [i for i, cell in enumerate(folded) if _CHAPTER_COLUMN.search(cell)]
                chapter_column = places[-1] if places else None
                continue
            named = next((found for cell in folded if (found := _ASPECT.match(cell))), None)
            aspect = named["code"].upper() if named else aspect
            if self.framework == "HKEX":
                for i, cell in enumerate(folded):
                    if _GENERAL.match(cell):
                        code = self._general_code(aspect, named is not None, seen_general, cell)
                        if code:
                            seen_general.add(code)
                            entries.append(self._of_row(code, at, i, 0, cells, folded, chapter_column))
                        break
            for i, cell in enumerate(folded):
                for found in _CODE.finditer(cell):
                    code = (
                        found["gri_code"] or found["gri21_code"] or found["topic_code"]
                        or (found["hkex_code"] or "").upper() or f"SDG{int(found['sdg_code'] or 0)}"
                    )  # fmt: skip
                    is_named = found.start() == 0 or not _letters(_NOISE.sub("", cell[: found.start()]))
                    if (self.framework, code) in self.titles and (
                        is_named or cell[found.start() :].startswith("gri")
                    ):
                        entry = self._of_row(code, at, i, found.end(), cells, folded, chapter_column)
                        if "-" in code or found["topic_code"] is None or entry.chapter or entry.page_ref:
                            entries.append(entry)
        return entries

    def _general_code(self, aspect: str | None, is_named: bool, seen: set[str], cell: str) -> str | None:
        """Return the aspect of a general disclosure: the row's, the one above, or by its wording."""
        if aspect and (is_named or aspect not in seen):
            return aspect
        known = [code for framework, code in self.titles if framework == "HKEX" and "." not in code]
        likeness, code = max((self._likeness(code, cell), code) for code in known if code not in seen)
        return code if likeness >= _LIKE else None

    def _of_row(
        self,
        code: str,
        at: int,
        i: int,
        end: int,
        cells: list[str],
        folded: list[str],
        chapter_column: int | None,
    ) -> Entry:
        following = next(
            (each.start() for each in _CODE.finditer(folded[i], end + 1) if each.start() > end), None
        )
        title = _tidy(cells[i][end:following])
        others = [j for j, cell in enumerate(cells) if cell and j != i and not _ASPECT.match(folded[j])]
        if not title:
            own = next((j for j in others if j > i and not _is_page(folded[j])), None)
            if own is not None:
                title = _tidy(cells[own])
                others.remove(own)
        pages = [j for j in others if _is_page(folded[j]) and (cells[j] != "/" or j != chapter_column)]
        page = cells[pages[-1]] if pages and (cells[pages[-1]] != "/" or self.has_pages) else None
        rest = [j for j in others if page is None or j != pages[-1]]
        chapters = [j for j in rest if j == chapter_column] or [j for j in rest if j > i][-1:]
        chapter = _tidy(cells[chapters[0]]) or cells[chapters[0]] if chapters else None
        return Entry(self.framework, code, self.lines[at].number, title or None, chapter, page)

    # --- text that has no cells ---

    def _with_general_disclosures(self, anchors: Sequence[_Anchor]) -> list[_Anchor]:
        found = list(anchors)
        aspect: str | None = None
        for at in range(self.first, anchors[-1].at + 1):
            folded = self.lines[at].folded
            named = _ASPECT.search(folded)
            if named:
                aspect = named["code"].upper()
                start = folded.find("一般披露", named.end())
            else:
                general = _GENERAL.match(folded)
                start = general.end() - len("一般披露") if general else -1
            if aspect and start >= 0:
                found.append(_Anchor("HKEX", aspect, at, start, start))
                aspect = None
        return sorted(found, key=lambda anchor: (anchor.at, anchor.start))

    def _tokens(self, anchor: _Anchor, following: _Anchor | None) -> tuple[list[_Token], str | None]:
        """Return what may belong to a code: the rest of its line, and lines up to the next entry.

        The page printed on the code's line comes apart.
        """
        line = self.lines[anchor.at]
        end = following.start if following and following.at == anchor.at else len(line.text)
        is_first = self.first_on_line[anchor.at] == anchor.start
        before = 0 if is_first and not _ASPECT.search(line.folded) else anchor.start
        own = [(line.text[before : anchor.start], line.folded[before : anchor.start])]
        own.append((line.text[anchor.end : end], line.folded[anchor.end : end]))
        tokens, pages = [], []
        for text, folded in own:
            left, found = _without_pages(text, folded)
            if glued := _NO_PAGE.match(left):
                left, found = left[glued.end() :], ["/"]
            pages += found
            tokens += _split(left, fold(left), anchor.at)
        for at in range(anchor.at + 1, min(anchor.at + _ENTRY, len(self.lines))):
            below = None if following and at >= following.at else self._below(at)
            if below is None:
                break
            tokens += below
        return tokens, _joined_pages(pages)

    def _below(self, at: int) -> list[_Token] | None:
        """Return what a line may add to the entry above it, None where the entry ends before."""
        if at not in self._tokens_of:
            line = self.lines[at]
            if (
                _HEADER.match(line.folded.strip())
                or _ASPECT.search(line.folded)
                or _GENERAL.match(line.folded)
            ):
                self._tokens_of[at] = None
            else:
                is_section = _SECTION.match(line.folded) and not _PAGE.search(line.folded)
                self._tokens_of[at] = [] if is_section else _split(line.text, line.folded, at)
        return self._tokens_of[at]

    def _of_stream(self, anchors: Sequence[_Anchor]) -> list[Entry]:
        """Read entries whose title follows the code, or stands somewhere else in the region."""
        anchors = [anchor for anchor in anchors if self.framework != "GRI" or "-" in anchor.code]
        entries, torn, unread = [], [], []
        taken: set[int] = set()
        for anchor, following in zip(anchors, [*anchors[1:], None], strict=True):
            entry = Entry(self.framework, anchor.code, self.lines[anchor.at].number)
            entries.append(entry)
            tokens, entry.page_ref = self._tokens(anchor, following)
            size, likeness = self._title_size(anchor.code, tokens)
            if likeness >= _LIKE:
                entry.title = _joined(tokens[:size])
                self._finish(entry, tokens[size - 1].at, tokens[size:])
                self._title_lines[entry.code] = {token.at for token in tokens[:size]}
                taken |= self._title_lines[entry.code]
            else:
                own = [token for token in tokens if token.at == anchor.at]
                if own and entry.framework != "SDG":
                    entry.chapter = _joined(own)
                torn.append(entry)
                unread.append(tokens)
        # In an index that is whole, a title that is worded otherwise stands where titles stand.
        is_whole = len(torn) <= (1 - _FEWEST_LOCAL) * len(entries)
        lost = {entry.code for entry, tokens in zip(torn, unread, strict=True) if not (is_whole and tokens)}
        found = self._torn_titles(lost, taken | {anchor.at for anchor in anchors}) if lost else {}
        for entry, tokens in zip(torn, unread, strict=True):
            if entry.code in found:
                title, rest, at = found[entry.code]
                entry.title = _joined(title)
                self._title_lines[entry.code] = {at}
                own = [token for token in rest if token.at == at]
                entry.chapter = _joined(own) if own else entry.chapter
            elif is_whole:
                self._as_printed(entry, tokens)
        if torn and not is_whole:
            self._torn_chapters(entries)
        return entries

    def _torn_chapters(self, entries: Sequence[Entry]) -> None:
        """Give entries the chapters of a column of its own, header by header."""
        rows = [
            (max(at), entry)
            for entry in entries
            if entry.chapter is None and (at := self._title_lines.get(entry.code))
        ]
        chapters_of: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.chapter and entry.chapter != "/":
                chapters_of[_series(entry)].add(entry.chapter)
        headers = [at for at in range(self.first, self.last) if _HEADER.match(self.lines[at].folded.strip())]
        chapters_of |= _between(entries, chapters_of)
        # What follows on another page than the last title is no part of the index.
        page = self.lines[max((at for at, _ in rows), default=self.first)].page
        following = range(self.anchors[-1].at, self.last)
        last = next((at for at in following if self.lines[at].page != page), self.last)
        for start, end in itertools.pairwise([self.first, *headers, last]):
            below = [entry for at, entry in sorted(rows, key=lambda row: row[0]) if start <= at < end]
            for entry, chapter in _in_order(below, self._loose_cells(start, end), chapters_of):
                entry.chapter = chapter

    def _loose_cells(self, start: int, end: int) -> list[str]:
        """Return what is left between two headers when codes, titles, pages and sections are gone.

        Lines without a gap are one cell in a text that parts its cells with blank lines.
        """
        used = self._chapter_lines.union(*self._title_lines.values())
        gaps = [self.lines[at + 1].number - self.lines[at].number for at in range(start, end - 1)]
        is_spaced = 2 * sum(gap > 1 for gap in gaps) > len(gaps)
        cells: list[str] = []
        last = -1
        for at in range(start, end):
            line = self.lines[at]
            is_other = _HEADER.match(line.folded.strip()) or _SERIES.match(line.folded)
            left, _ = _without_pages(line.text, line.folded)
            if (
                at in used
                or at in self.first_on_line
                or is_other
                or (_SECTION.match(line.folded) and not line.folded.lstrip().startswith("附录"))
                or not left.strip("/、,， ")
            ):
                continue
            if is_spaced and last >= 0 and line.number - self.lines[last].number == 1:
                cells[-1] += f"; {_tidy(line.text)}"
            else:
                cells.append(_tidy(line.text))
            last = at
        return cells

    def _finish(self, entry: Entry, title_at: int, rest: Sequence[_Token]) -> None:
        """Take chapter and page from what follows the title: the rest of its line, else the lines below."""
        own = [token for token in rest if token.at == title_at]
        tokens = own if own else rest
        chapter: list[_Token] = []
        pages: list[str] = []
        for at in dict.fromkeys(token.at for token in tokens):
            text = _joined([token for token in tokens if token.at == at])
            left, found = _without_pages(text, fold(text))
            if pages and (left.strip() or not found):
                break
            pages += found
            chapter += [_Token(left.strip(), fold(left.strip()), at)] if left.strip() else []
        if (chapter and (pages or own or entry.page_ref)) or (
            chapter and not self.has_pages and len(chapter) <= 2
        ):
            pieces = [token.text for token in chapter]
            if not pages and self.has_pages and pieces[-1].endswith(" /"):
                pieces[-1], pages = pieces[-1].removesuffix(" /"), ["/"]
            entry.chapter = self._chapter(pieces)
            self._chapter_lines.update(token.at for token in chapter)
        entry.page_ref = entry.page_ref or _joined_pages(pages)

    def _chapter(self, pieces: Sequence[str]) -> str:
        """Join the lines of a chapter's name; names of several chapters are parted by ``; ``."""
        if len(pieces) > 1 and self.printed is None:
            self.printed = {folded.replace(" ", "") for folded in self.lines.folded}
        chapters: list[str] = []
        for piece in pieces:
            whole = fold((chapters[-1] if chapters else "") + piece).replace(" ", "")
            if chapters and self.printed and whole in self.printed:
                chapters[-1] += piece
            else:
                chapters.append(piece)
        return "; ".join(chapters)

    def _as_printed(self, entry: Entry, tokens: Sequence[_Token]) -> None:
        """Take the title of an entry that is not worded as the standard is, in an index that is whole."""
        at = next((token.at for token in tokens), None)
        row = [token for token in tokens if token.at == at]
        while row and row[-1].text == "/":
            entry.page_ref = "/" if entry.chapter or self.has_pages else None
            entry.chapter = "/"
            row = row[:-1]
        entry.title = _joined(row) or None

    def _torn_titles(
        self, codes: set[str], used: set[int]
    ) -> dict[str, tuple[list[_Token], list[_Token], int]]:
        """Return code -> tokens of its title, the tokens after it and its line, for titles torn off."""
        wordings = [(code, pairs) for code in sorted(codes) for pairs in self._wordings(self.framework, code)]
        by_pair: dict[str, list[int]] = defaultdict(list)
        for i, (_, pairs) in enumerate(wordings):
            for pair in pairs:
                by_pair[pair].append(i)
        scored = []
        for at in range(self.first, self.last) if by_pair else ():
            line = self.lines[at]
            if at in used or len(line.text) > 200 or _HEADER.match(line.folded.strip()):
                continue
            hits = [i for pair in set(_pairs(_letters(line.folded))) for i in by_pair.get(pair, ())]
            if not hits:
                continue
            shared = Counter(hits)
            # A title with fewer of its pairs on the line cannot be like enough, whatever part is taken.
            likely = {wordings[i][0]: None for i, n in shared.items() if n >= _LEAST * len(wordings[i][1])}
            if not likely:
                continue
            left, _ = _without_pages(line.text, line.folded)
            tokens = _split(left, fold(left), at)
            for code in likely:
                size, likeness = self._title_size(code, tokens)
                if likeness >= _LIKE:
                    scored.append((-likeness, at, code, tokens[:size], tokens[size:]))
        scored.sort(key=lambda each: each[:3])
        found: dict[str, tuple[list[_Token], list[_Token], int]] = {}
        lines: set[int] = set()
        for _, at, code, title, rest in scored:
            if code not in found and at not in lines:
                found[code] = (title, rest, at)
                lines.add(at)
        return found

    def _of_groups(self, anchors: Sequence[_Anchor]) -> list[Entry]:
        """Read codes that follow their chapter and share the page after them."""
        entries: list[Entry] = []
        group: list[Entry] = []
        chapter: str | None = None
        free = self.first  # from here on lines have not been read
        for anchor, following in zip(anchors, [*anchors[1:], None], strict=True):
            entry = Entry(self.framework, anchor.code, self.lines[anchor.at].number)
            if not group:
                chapter = self._chapter_above(anchor, free)
            line = self.lines[anchor.at]
            end = following.start if following and following.at == anchor.at else len(line.text)
            tokens = _split(line.text[anchor.end : end], line.folded[anchor.end : end], anchor.at)
            for at in range(anchor.at + 1, min(anchor.at + _ENTRY, len(self.lines))):
                if (following and at >= following.at) or _HEADER.match(self.lines[at].folded.strip()):
                    break
                tokens += _split(self.lines[at].text, self.lines[at].folded, at)
            place = next((i for i, token in enumerate(tokens) if _PAGE.match(token.folded)), len(tokens))
            size, likeness = self._title_size(anchor.code, tokens[:place])
            if likeness < _LIKE:
                size = sum(token.at == anchor.at for token in tokens[:place])
            if size < place and _EDITION.match(tokens[size].text):
                size += 1
            entry.title = _joined(tokens[:size]) or None
            entry.chapter = chapter
            entries.append(entry)
            group.append(entry)
            free = (tokens[size - 1].at if size else anchor.at) + 1
            if place < len(tokens):
                last = tokens[place].at
                pages = " ".join(token.text for token in tokens[place:] if token.at == last)
                for member in group:
                    member.page_ref = _joined_pages([pages])
                group, free = [], last + 1
        return entries

    def _chapter_above(self, anchor: _Anchor, free: int) -> str | None:
        """Return the chapter before a group of codes: its paragraph, or the paragraph above."""
        line = self.lines[anchor.at]
        pieces = [line.text[: anchor.start].strip()]
        below = line.number
        for at in range(anchor.at - 1, free - 1, -1):
            above = self.lines[at]
            apart = below - above.number > 1
            if (apart and any(pieces)) or _HEADER.match(above.folded.strip()) or _PAGE.search(above.folded):
                break
            pieces.insert(0, above.text.strip())
            below = above.number
        return "".join(pieces) or None

    # --- titles ---

    def _wordings(self, framework: str, code: str) -> tuple[frozenset[str], ...]:
        """Return the wordings of a code's title; none where the text prints a code that no standard has."""
        return self.titles.get((framework, code), ())

    def _likeness(self, code: str, folded: str) -> float:
        pairs = set(_pairs(_letters(folded)))
        wordings = self._wordings("HKEX", code)
        return max(
            (2 * len(pairs & title) / (len(pairs) + len(title) or 1) for title in wordings), default=0.0
        )

    def _title_size(self, code: str, tokens: Sequence[_Token]) -> tuple[int, float]:
        """Return how many of the first tokens are the code's title, and how like its wording they are."""
        best = (0, 0.0)
        for title in self._wordings(self.framework, code):
            seen: set[str] = set()
            common, last = 0, ""
            for size, token in enumerate(tokens, start=1):
                letters = last + _letters(token.folded)
                for pair in _pairs(letters):
                    if pair not in seen:
                        seen.add(pair)
                        common += pair in title
                last = letters[-1:]
                likeness = 2 * common / (len(seen) + len(title) or 1)
                if likeness > best[1]:
                    best = (size, likeness)
                if len(seen) > 2 * len(title) + 8:
                    break
        return best


def _series(entry: Entry) -> str:
    return re.split("[-.]", entry.code)[0]


def _between(entries: Sequence[Entry], chapters_of: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the chapter of series that stand, in order of codes, between two entries of one chapter."""
    ordered = sorted(
        entries,
        key=lambda entry: (re.sub(r"\d.*", "", entry.code), [*map(int, re.findall(r"\d+", entry.code))]),
    )
    found: dict[str, set[str]] = {}
    before: str | None = None
    open_series: list[str] = []
    for entry in ordered:
        if entry.chapter and entry.chapter != "/":
            if entry.chapter == before:
                found |= {series: {before} for series in open_series}
            before, open_series = entry.chapter, []
        elif _series(entry) not in chapters_of:
            open_series.append(_series(entry))
    return found


def _in_order(
    rows: Sequence[Entry], cells: Sequence[str], chapters_of: Mapping[str, set[str]]
) -> Iterator[tuple[Entry, str]]:
    """Yield rows with their cells, both in order of lines, between rows whose cell is known otherwise.

    A fixed point is a cell that holds the row's title (GRI内容索引, 附录 GRI内容索引), or the only cell with
    the one chapter that other rows of its series, or the rows around it, have. Rows on one side of it are
    paired if there are as many cells and no series contradicts. Without a fixed point a column is paired
    only if all of its cells say the same.
    """
    if len(rows) == len(cells) and len(set(cells)) == 1:
        yield from zip(rows, cells, strict=True)
        return
    if max(len(rows), len(cells)) > _MOST_ROWS:
        return
    fixed = [(i, j) for i, row in enumerate(rows) for j in _own_cells(row, rows, cells, chapters_of)]
    if not fixed or any(before[1] >= after[1] for before, after in itertools.pairwise(fixed)):
        return
    ends = [(-1, -1), *fixed, (len(rows), len(cells))]
    for (row, cell), (next_row, next_cell) in itertools.pairwise(ends):
        if row >= 0:
            yield rows[row], cells[cell]
        between = list(zip(rows[row + 1 : next_row], cells[cell + 1 : next_cell], strict=False))
        if next_row - row == next_cell - cell and all(
            len(series := chapters_of.get(_series(other), set())) != 1 or {chapter} == series
            for other, chapter in between
        ):
            yield from between


def _own_cells(
    row: Entry, rows: Sequence[Entry], cells: Sequence[str], chapters_of: Mapping[str, set[str]]
) -> list[int]:
    """Return the place of the one cell that is a row's whatever the order, or nothing."""
    title = _letters(fold(row.title or ""))
    named = [j for j, cell in enumerate(cells) if len(title) > 3 and title in _letters(fold(cell))]
    if len(named) == 1:
        return named
    series = chapters_of.get(_series(row), set())
    found = [j for j, cell in enumerate(cells) if {cell} == series]
    is_alone = [_series(other) for other in rows].count(_series(row)) == 1
    return found if len(found) == 1 and is_alone else []


def _letters(folded: str) -> str:
    return _NOT_LETTERS.sub("", folded)


def _pairs(letters: str) -> list[str]:
    return [letters[i : i + 2] for i in range(len(letters) - 1)]


def _split(text: str, folded_text: str, at: int) -> list[_Token]:
    pieces = text.split()
    return [
        _Token(piece, folded, at)
        for piece, folded in zip(pieces, folded_text.split(), strict=True)
        if not _NOISE.fullmatch(folded)
    ]


def _is_page(folded: str) -> bool:
    return folded == "/" or bool(_PAGE.fullmatch(folded)) or bool(_BARE_PAGE.match(folded))


def _without_pages(text: str, folded: str) -> tuple[str, list[str]]:
    pages = [text[found.start() : found.end()].strip() for found in _PAGE.finditer(folded)]
    left, last = [], 0
    for found in _PAGE.finditer(folded):
        left.append(text[last : found.start()])
        last = found.end()
    return " ".join([*left, text[last:]]), pages


def _joined_pages(pages: Sequence[str]) -> str | None:
    return " ".join(pages).strip().rstrip(",，、;；") or None


def _joined(tokens: Sequence[_Token]) -> str:
    """Join tokens as printed: blanks within a line, none where a line was wrapped."""
    text, at = "", None
    for token in tokens:
        goes_on = (
            token.at != at
            and not fold(text).endswith("一般披露")
            and not _LATIN_SEAM.search(text[-1:] + token.text[0])
        )
        text += token.text if not text or goes_on else f" {token.text}"
        at = token.at
    return _tidy(text)


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(":：.、 ")

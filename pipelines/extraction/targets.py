"""Targets: what the company says it will have reached by a year to come.

A target is a clause with a year after the report's and a verb of attainment, or with a year from which on
neutrality is strived for. A state's targets, laws named after a year, and events are none. Base years,
numbers and metrics are taken only where the clause says so.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import polars as pl

from pipelines.catalogue import Catalogue, normalise_alias
from pipelines.extraction.document import Line
from pipelines.extraction.lines import Lines
from pipelines.extraction.numbers import ValueReader
from pipelines.text import fold

TARGETS = pl.Schema(
    {
        "report_id": pl.String(), "metric_code": pl.String(), "text": pl.String(), "value": pl.Float64(),
        "unit": pl.String(), "base_year": pl.Int32(), "target_year": pl.Int32(), "line_no": pl.Int32(),
    }
)  # fmt: skip
"""One row per target. ``text`` is the clause as printed, lines joined; ``value`` is in ``unit``, a base unit
of the catalogue (net zero is 0 tCO2e); ``metric_code`` is the catalogued metric that the number is about;
years and numbers are null where not printed. ``line_no`` is the line of the year, or of the clause that takes
it over."""


_YEAR = re.compile(r"(?<![\d.,:/])(20\d\d)(?=\s*(?:财?年|前))")
_PERIOD = re.compile(r"(?<!\d)(20\d\d)\s*年?\s*[-~至]\s*(20\d\d)(?!\d)")
_TIMELINE = re.compile(r"\s*20\d\d(?:\s+20\d\d){2,}\s*")
_BASE = re.compile(
    r"(?:以|较|比|相较于?|相比于?|与)\s*(20\d\d)\s*年?(?:度|末|底)?\s*(?:水平)?\s*"
    r"(?:(?:作?为|的)?\s*基(?:准|期|数|线)?年?|相比|减少|下降|降低|增[加长]|提[高升]|水平|,)"
    r"|在\s*(20\d\d)\s*年?(?:的)?(?:水平|基础)上?|基准年\s*[::为(]?\s*(20\d\d)"
)
_SINCE = re.compile(r"(?:自|从)\s*(20\d\d)\s*年\s*(?:度)?(?:开始|起)")
_STRIVING = re.compile(r"逐步|努力|力争|致力|承诺|争取")
_PLAN = re.compile(r"计划|规划|预计|力争|目标|承诺|争取|致力|拟|到|将|前")
_PLAN_NOUN = re.compile(r"计划|规划|战略|目标|路线图")
_ATTAIN = re.compile(
    r"实现|达到|达成|达峰|完成|降低|降至|下降|减少|削减|降到|提升|提高|增加|增至|覆盖|建成|保持|控制在|不超过|不低于|推进"
    r"|零排放|淘汰|替换"
)
_CHANGE = re.compile(
    r"(?:下降|降低|减少|削减|提升|提高|增加|增长|达到?|降至|增至|覆盖|节约)(?:至|到|了|约|超过|不低于)?\s*$"
)
_GOAL = re.compile(
    r"(?:下降|降低|减少|削减|提升|提高|增加|增长|达到|降至|增至|覆盖|节约)\D{0,12}\d|达到?峰|峰值|中和|净零|零排放"
)
_NEUTRAL = re.compile(r"中和|净零|零排放|达峰|零碳")
_NET_ZERO = re.compile(r"(?:碳|温室气体|二氧化碳).{0,6}(?:净零|零排放)|净零.{0,2}排放|净零碳")
# Whose target it is: the nearer word decides.
_OTHERS = re.compile(
    r"(?<!响应)国家|政府|我国|全国|联合国|巴黎协定|世界|全球(?!业务)|十四五|中国(?!境内|大陆|内地|区|地区|[^,。;]{0,8}公司)"
)
_OWN = re.compile(r"我们|本?公司|本?集团|自身|本行|全体员工")
_DONE = re.compile(r"已(?:经|提前)?(?:达成|实现|完成|达到)")
_EVENT = re.compile(r"\s*年\s*\d{1,2}\s*月")
_TITLE = re.compile(r"《[^》]{0,80}》|<[^<>]{0,60}>")
_BULLET = re.compile(r"^\s*[•▪●◆■▶·\-*]|^\s*\d{1,2}[.、]\D")
_SENTENCE_END = re.compile(r"[。;!?•▪●]|<")
_CLAUSE_END = re.compile(
    r"[,:](?![^()]{0,30}\))|、(?=\s*(?:到|至|在|于)?\s*20\d\d\s*年)|(?<=\S)\s+(?=(?:到|至)?\s*20\d\d\s*年)"
)
_START_OF_TARGET = re.compile(r"\s*(?:实现|达到|完成|力争|确保|降低|减少)")
_NEAR = 12  # letters after a year in which the one whose target it is may be named
_MOST_LINES = 3  # lines before and after the year's that its sentence may take
_TIMELINE_REACH = 40
_PROSE = re.compile(r"[,。;、]")
_WRAPPED = 0.7  # a line that goes on below is not much shorter than the next
_LONGEST = 400  # letters of a sentence with a target


@dataclasses.dataclass
class TargetStatement:
    """One target; see ``TARGETS``."""

    text: str
    line_no: int
    target_year: int | None
    base_year: int | None
    value: float | None = None
    unit: str | None = None
    metric_code: str | None = None


@dataclasses.dataclass(frozen=True)
class _Passage:
    """Text joined from lines: ``numbers`` has the line of every letter."""

    text: str
    folded: str
    numbers: tuple[int, ...]

    def part(self, start: int, end: int) -> "_Passage":
        return _Passage(self.text[start:end], self.folded[start:end], self.numbers[start:end])


class TargetReader:
    """Reads targets with the units and metrics of a catalogue."""

    def __init__(self, catalogue: Catalogue, values: ValueReader) -> None:
        self._catalogue = catalogue
        self._values = values
        self._names: tuple[str, ...] = ()

    def read(self, lines: Lines, year: int, names: Iterable[str] = ()) -> list[TargetStatement]:
        """Return the targets of a report about ``year``, in order of lines.

        ``names`` are those of the company.
        """
        self._names = tuple(fold(name) for name in names if name)
        found: list[TargetStatement] = []
        done: set[tuple[int, int]] = set()
        for at in lines.matching(_candidates(year)):
            folded = lines[at].folded
            if _TIMELINE.fullmatch(folded):
                found += self._of_timeline(lines, at, year)
            else:
                for sentence in _sentences(lines, at):
                    # A sentence over several lines is met from each of them.
                    place = (sentence.numbers[0], hash(sentence.text))
                    if place not in done:
                        done.add(place)
                        found += self._of_sentence(sentence, year)
        return sorted(found, key=lambda target: target.line_no)

    def _of_sentence(self, sentence: _Passage, year: int) -> Iterator[TargetStatement]:
        folded = _TITLE.sub(lambda title: " " * len(title.group()), sentence.folded)
        bases = {int(base) for match in _BASE.finditer(folded) for base in match.groups() if base}
        base = min(bases) if len(bases) == 1 else None
        carried: tuple[int, int] | None = None  # a year whose goal is still to come: year and where it begins
        current: int | None = None
        for start, end in _clauses(folded):
            clause = folded[start:end]
            if period := _PERIOD.search(clause):
                first, last = int(period[1]), int(period[2])
                is_plan = last > year and _PLAN_NOUN.search(clause, period.end())
                if is_plan and self._is_own(folded, end):
                    yield self._target(sentence.part(start, end), last, first)
                current = carried = None
                continue
            if since := _SINCE.search(clause):
                if int(since[1]) <= year and _STRIVING.search(clause) and _NEUTRAL.search(clause):
                    yield self._target(sentence.part(start, end), None, int(since[1]))
                current = carried = None
                continue
            ahead = [
                match
                for match in _YEAR.finditer(clause)
                if int(match[1]) > year and int(match[1]) not in bases and int(match[1]) < year + 80
            ]
            if _DONE.search(clause):
                current = carried = None
            elif ahead:
                match = ahead[0]
                is_event = _EVENT.match(clause, match.end()) is not None or int(match[1]) == year + 1
                if (is_event and not _PLAN.search(clause)) or not self._is_own(folded, start + match.end()):
                    current = carried = None
                elif _ATTAIN.search(clause) or _NEUTRAL.search(clause):
                    current, carried = int(match[1]), None
                    yield from self._parts(sentence, start, end, current, base, start + match.start())
                else:
                    current, carried = None, (int(match[1]), start)
            elif carried and _ATTAIN.search(clause):
                current = carried[0]
                yield from self._parts(sentence, carried[1], end, current, base, carried[1])
                carried = None
            elif current and _GOAL.search(clause):
                yield from self._parts(sentence, start, end, current, base, start)
            elif not _letters(clause):
                continue
            else:
                current = None

    def _is_own(self, folded: str, end: int) -> bool:
        """Say whether a target is the company's: no other is named up to its year, or its own is nearer."""
        others = [match.end() for match in _OTHERS.finditer(folded, 0, end + _NEAR)]
        own = [match.end() for match in _OWN.finditer(folded, 0, end + _NEAR)]
        own += [place for name in self._names if (place := folded.rfind(name, 0, end)) >= 0]
        return not others or (bool(own) and max(own) > others[-1])

    def _parts(
        self, sentence: _Passage, start: int, end: int, target: int, base: int | None, place: int
    ) -> Iterator[TargetStatement]:
        """Yield the goals that a clause lists: 碳排放下降30%、年耗水量下降50% are two."""
        cuts = [start, *(start + cut.end() for cut in re.finditer("、", sentence.folded[start:end])), end]
        pieces = list(pairwise(cuts))
        if len(pieces) > 1 and all(_GOAL.search(sentence.folded[one:other]) for one, other in pieces):
            for i, (one, other) in enumerate(pieces):
                yield self._target(
                    sentence.part(one, other), target, base, place if i == 0 else one, sentence
                )
        else:
            yield self._target(sentence.part(start, end), target, base, place, sentence)

    def _of_timeline(self, lines: Sequence[Line], at: int, year: int) -> Iterator[TargetStatement]:
        """Read goals that stand below a line of years, when there are as many goals as years to come."""
        printed = [int(each) for each in re.findall(r"20\d\d", lines[at].folded)]
        years = [each for each in printed if each > year]
        if printed != sorted(set(printed)) or not years:
            return
        base = printed[0] if len(printed) - len(years) == 1 else None
        below = lines[at + 1 : at + 1 + _TIMELINE_REACH]
        groups: list[list[_Passage]] = []
        for paragraph in _paragraphs(below):
            if _BULLET.match(paragraph.folded) or len(paragraph.text) > 100:
                continue
            is_goal = _ATTAIN.search(paragraph.folded) or _NEUTRAL.search(paragraph.folded)
            if is_goal and _START_OF_TARGET.match(paragraph.folded):
                groups.append([paragraph])
            elif is_goal and groups and _GOAL.search(paragraph.folded):
                groups[-1].append(paragraph)
            elif groups:
                break
        if len(groups) == len(years):
            for target, group in zip(years, groups, strict=True):
                for paragraph in group:
                    yield from self._parts(paragraph, 0, len(paragraph.text), target, base, 0)

    def _target(
        self,
        clause: _Passage,
        target: int | None,
        base: int | None,
        place: int | None = None,
        sentence: _Passage | None = None,
    ) -> TargetStatement:
        number = sentence.numbers[place] if sentence and place is not None else _line_of_year(clause)
        value, unit, end = self._value(clause)
        if value is None and _NET_ZERO.search(clause.folded):
            value, unit = 0.0, "tCO2e"
        metric = self._metric(clause.folded[:end]) if end is not None else None
        return TargetStatement(_tidy(clause.text), number, target, base, value, unit, metric)

    def _value(self, clause: _Passage) -> tuple[float | None, str | None, int | None]:
        """Return value, unit and place of the number that is to be reached: the last one with a unit."""
        hidden = _YEAR.sub("####", clause.folded)
        for value in reversed(self._values.within(hidden, clause.text)):
            quantity = self._catalogue.units.parse(value.unit) if value.unit else None
            if value.number is not None and quantity is not None and not quantity.per:
                number = value.number * quantity.factor.numerator / quantity.factor.denominator
                return float(number), quantity.base, value.start
        return None, None, None

    def _metric(self, before: str) -> str | None:
        """Return the metric whose name stands right before the verb and number: 年耗水量下降 25%."""
        name = normalise_alias(_CHANGE.sub("", before.rstrip()))
        if name == normalise_alias(before):
            return None
        for start in range(max(0, len(name) - 16), len(name) - 2):
            targets = self._catalogue.aliases.get(name[start:], ())
            if len(targets) == 1 and targets[0].breakdown is None:
                return targets[0].metric
        return None


def _sentences(lines: Sequence[Line], at: int) -> Iterator[_Passage]:
    """Yield the sentences that touch a line, joined with the lines around it that they take."""
    first = last = at
    while first > 0 and at - first < _MOST_LINES and _goes_on(lines[first - 1], lines[first]):
        first -= 1
    while last + 1 < len(lines) and last - at < _MOST_LINES and _goes_on(lines[last], lines[last + 1]):
        last += 1
    passage = _join(lines[first : last + 1])
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(passage.folded)), len(passage.text)]:
        sentence = passage.part(start, end)
        if lines[at].number in sentence.numbers and len(sentence.text) <= _LONGEST:
            yield sentence
        start = end


def _goes_on(line: Line, below: Line) -> bool:
    text = line.folded.rstrip()
    return (
        (
            below.number - line.number == 1
            or (below.number - line.number == 2 and _PROSE.search(below.folded) is not None)
        )
        and not text.endswith(("。", ";", "!", "?"))
        and not _BULLET.match(below.folded)
        and "\t" not in line.text
        and "\t" not in below.text
        and len(text) >= _WRAPPED * min(len(below.folded.strip()), 40)
        and len(text) >= 8
        and not _TIMELINE.fullmatch(text)
    )


def _join(lines: Sequence[Line]) -> _Passage:
    text, folded, numbers = [], [], []
    for line in lines:
        start = len(line.text) - len(line.text.lstrip())
        end = len(line.text.rstrip())
        text.append(line.text[start:end])
        folded.append(line.folded[start:end])
        numbers += [line.number] * (end - start)
    return _Passage("".join(text), "".join(folded), tuple(numbers))


def _paragraphs(lines: Sequence[Line]) -> Iterator[_Passage]:
    """Yield lines without a blank line between them as one text, without blanks."""
    group: list[Line] = []
    for line in [*lines, None]:
        # A page may begin with a blank.
        if group and (
            line is None
            or line.number - group[-1].number > 1
            or line.page != group[-1].page
            or (line.text[:1].isspace() and not group[-1].text[:1].isspace())
        ):
            joined = _join(group)
            kept = [i for i, letter in enumerate(joined.text) if not letter.isspace()]
            yield _Passage(
                "".join(joined.text[i] for i in kept),
                "".join(joined.folded[i] for i in kept),
                tuple(joined.numbers[i] for i in kept),
            )
            group = []
        if line is not None:
            group.append(line)


def _clauses(folded: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE_END.finditer(folded):
        yield start, match.start()
        start = match.end()
    yield start, len(folded)


def _line_of_year(clause: _Passage) -> int:
    found = re.search(r"20\d\d", clause.folded)
    return clause.numbers[found.start() if found else 0]


def _letters(folded: str) -> str:
    return re.sub(r"\W", "", folded)


def _tidy(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split()).strip(' ,，、。；;:：•▪●<·-“”"')


def _candidates(year: int) -> str:
    """Return what every line holds that has a target of a report about ``year``, or the year of one."""
    decade, unit = divmod(year - 2000, 10)
    later = [f"{decade}[{unit + 1}-9]"] if unit < 9 else []
    later += [f"[{decade + 1}-9]\\d"] if decade < 9 else []
    return rf"20(?:{'|'.join(later) or '$^'})|[自从] ?20\d\d ?年?(?:起|开始| ?$)"

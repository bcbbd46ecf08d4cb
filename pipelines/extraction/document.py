"""One report as the layouts read it: its lines, its footnotes, and the datapoints found so far."""

import bisect
import dataclasses
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio

from pipelines.catalogue import Catalogue
from pipelines.extraction.constraints import Fact
from pipelines.extraction.labels import Group, LabelMatcher, Mapping, limit_of
from pipelines.extraction.numbers import (
    NUMBER,
    Value,
    ValueReader,
    decimals_of,
    label_qualifier,
    without_mark,
)
from pipelines.text import fold
from pipelines.units import BARE, COUNTERS, Quantity

YEAR_MARK = r"(?:\((?:基准年?|经?已?重[述列]后?|调整后)\))"
"""What a column's year may be marked with: base year, restated. A regular expression for folded text."""
YEAR = re.compile(r"(?<![\d.])(?<!\d,)((?:19|20)\d\d)(?!\d|,\d{3}(?!\d)|\.\d|\s*届)\s*(?:财政?年度?|年度?)?")
_MARKED = re.compile(r"^(?P<label>.*[一-鿿)）])\s*(?P<mark>\d{1,2})\s*$")  # 排放密度 13: with a footnote
_FOOTNOTE = re.compile(r"^\s*(\d{1,3}?)\s?(?=(?:19|20)\d\d\s?年.{8}|(?![年月日个家名次岁])[一-鿿《「“].{8})")
_COMPARED = re.compile(r"(?:相?较于?|相比于?|对比|比)\s*(?:19|20)\d\d\s*年?")
_FOOTNOTE_REACH = 150  # lines: a footnote stands at the foot of the page, or of the table, that it explains
_TELLING_NAME = 5  # characters of a label that a footnote may name
_SAME_NAME = 80  # percent of them that agree
_LONGEST_BASE = 12
_FUEL_BASES = frozenset({"kg", "L", "MWh"})
_FOREIGN_MONEY = frozenset({"HKD", "USD"})
_PROSE = re.compile(r"[,。;](?!\d)")
_SENTENCE = re.compile("[^。]+。?")
_COUNTED = frozenset({"person", "person_time", "count"})
_COUNTED_BY = re.compile("每((?:[百千]?[万萬]|[亿億])?元(?:人民[币幣])?)")
_BRACKETED = re.compile(r"\(\s*([^()]{1,20})\s*\)")
_UNIT_TITLE = re.compile(r"^\s*(?:单位|單位)\s*[::：]?\s*")
_AFTER_COMMA = re.compile(r"[:,]\s*(?:单位\s*[::]?)?\s*([^:,()]{1,16})\)?$")


class Line(NamedTuple):
    """One line that may hold data: blank ones, running headers, navigation and page numbers are left out.

    What follows ``folded`` says cheaply, for all lines at once, what need not be looked for in a line
    (``candidates``), and, where its form leaves no doubt, what it is: ``form`` is then a kind of ``Node``.
    """

    number: int
    page: int | None
    text: str
    folded: str
    has_digit: bool = True
    may_be_header: bool = True
    may_be_heading: bool = True
    may_be_unit: bool = True
    may_be_legend: bool = True
    may_be_titles: bool = True
    may_be_title: bool = True
    may_be_value: bool = True
    form: str | None = None


class Datapoint(NamedTuple):
    """One printed value with all that its place says about it; becomes a row of ``disclosures``."""

    value: Value
    line: Line
    label: str
    label_line: int
    mapping: Mapping | None
    quantity: Quantity | None
    unit_printed: str
    year: int | None
    evidence: str
    layout: str
    pairing: str
    confidence: str
    set_key: str | None
    qualifier: str
    proof: str | None
    scope: str | None = None
    basis: str | None = None


@dataclasses.dataclass(frozen=True)
class Undecided:
    """A value that the text pairs with none of several labels: ``meanings`` says in words what it may be.

    Without ``meanings`` it has one label, of which nothing else may have said more, and a ``year``.
    """

    value: Value
    line: Line
    label: str
    label_line: int
    evidence: tuple[Line, ...]
    unit: str
    layout: str
    meanings: tuple[str, ...]
    year: int | None = None


class Document:
    """The lines of one report with what all layouts need: matcher, value reader, footnotes, used lines.

    ``totals``: the metrics, by their labels' lines, whose parts may stand below them; ``whole_numbers``: what
    is printed for them in the report's year. ``axes``: by the
    line of every piece of the charts proven so far, whether their bars stand against the order of their axis.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        catalogue: Catalogue,
        values: ValueReader,
        matcher: LabelMatcher,
        year: int,
    ) -> None:
        self.lines = list(lines)
        self.catalogue = catalogue
        self.values = values
        self.matcher = matcher
        self.year = year
        self.used: set[int] = set()
        self.labelled: set[int] = set()
        self.datapoints: list[Datapoint] = []
        self.undecided: list[Undecided] = []
        self.totals: dict[int, str] = {}
        self.whole_numbers: set[Decimal] = set()
        self.axes: dict[int, bool] = {}
        self._facts: dict[str, dict[Fact, None]] = defaultdict(dict)  # a text may repeat one at will
        self._points: dict[int, list[Datapoint]] = defaultdict(list)
        self._footnotes: dict[str, list[int]] = defaultdict(list)
        self._marks: dict[int, set[str]] = {}
        for line in lines:
            if line.has_digit and (found := _FOOTNOTE.match(line.folded)):
                self._footnotes[found.group(1)].append(line.number)

        self._printed = {line.number: line.text for line in lines}

    @functools.cached_property
    def mentions(self) -> dict[Decimal, set[int]]:
        """The years for which sentences print a number; without a year it is the report's own."""
        found: dict[Decimal, set[int]] = defaultdict(set)
        year, previous = self.year, 0
        for line in self.lines:
            if not _PROSE.search(line.folded):
                continue
            if line.number > previous + 1:
                year = self.year
            previous = line.number
            for sentence in _SENTENCE.finditer(line.folded):
                text = sentence.group()
                for start, number in self.values.numbers(text):
                    years = years_spoken_of(text[:start])
                    found[number].add(years[-1] if years else year)
                years = years_spoken_of(text)
                year = self.year if text.endswith("。") else years[-1] if years else year
        return found

    @functools.cached_property
    def narrated(self) -> dict[Decimal, str]:
        """The metrics of the numbers in sentences, once those are read."""
        return {
            point.value.number: point.mapping.metric
            for point in self.datapoints
            if point.layout == "narrative" and point.mapping and point.value.number is not None
        }

    def is_printed(self, number: int) -> bool:
        """Say whether line ``number`` holds text."""
        return number in self._printed

    def marks_near(self, line: Line) -> set[str]:
        """Return the footnote marks that are explained near ``line``."""
        if line.number not in self._marks:
            self._marks[line.number] = {
                mark
                for mark, places in self._footnotes.items()
                if (near := bisect.bisect_left(places, line.number - _FOOTNOTE_REACH)) < len(places)
                and places[near] <= line.number + _FOOTNOTE_REACH
            }
        return self._marks[line.number]

    def is_unit(self, line: Line) -> bool:
        """Say whether a line is a unit, or a ratio of one to something that the catalogue does not know."""
        if line.may_be_unit and self.catalogue.units.parse(line.text):
            return True
        if line.has_digit or "/" not in line.folded:
            return False
        amount, _, base = line.folded.strip().partition("/")
        return 0 < len(base) <= _LONGEST_BASE and self.catalogue.units.parse(amount) is not None

    def can_be_in(self, label: str, quantity: Quantity | None) -> bool:
        """Say whether a known label can be printed in a unit.

        An intensity can be one of another base, a fuel be weighed or measured as well as its energy, an
        amount of money be in a foreign currency, and satisfaction be a score.
        """
        metrics = self.catalogue.metrics
        named = [metrics[each].topic for each in self.matcher.subjects(label)]
        if self.is_measured_otherwise(label, quantity):
            return True
        is_amount = quantity is not None and quantity.per is None and quantity.base in _FUEL_BASES
        if is_amount and named and set(named) == {"energy"}:
            return True
        is_ratio = quantity is not None and quantity.per is not None
        if is_ratio and any("_per_" in metrics[each].unit for each in self.matcher.subjects(label)):
            return True
        return self.matcher.match(label, quantity, Group()) is not None

    def is_measured_otherwise(self, label: str, quantity: Quantity | None) -> bool:
        """Say whether a label's amount is in a foreign currency, or its share a score."""
        if quantity is None:
            return False
        units = {self.catalogue.metrics[each].unit for each in self.matcher.subjects(label)}
        return quantity.base == "score" or ("RMB" in units and quantity.base in _FOREIGN_MONEY)

    def without_mark(self, label: str, line: Line) -> str:
        """Return a label without the footnote mark after it: ``员工总数 24`` near a footnote 24."""
        marked = _MARKED.match(label)
        return marked["label"] if marked and marked["mark"] in self.marks_near(line) else label

    def cell(
        self,
        line: Line,
        text: str,
        start: int,
        siblings: Iterable[str],
        label: str = "",
        year: int | None = None,
    ) -> Value | None:
        """Read the value of a cell, without the footnote mark that is glued to it.

        Its form beside its ``siblings`` shows the mark, or the footnote, which names its ``label``.
        """
        printed = line.text[start : start + len(text)]
        value = self.values.whole(text, printed, start)
        digits = text.strip()
        shorter = without_mark(digits, self.marks_near(line), siblings)
        shorter = shorter or self._without_named_mark(digits, line, label, year)
        if shorter is None:
            return value
        place = start + text.index(digits)
        template = value or Value("reported", None, None, "", "exact", "", place, place + len(digits))
        number = Decimal(shorter.replace(",", ""))
        return template._replace(
            number=number, decimals=decimals_of(shorter), raw=line.text[place : place + len(digits)]
        )

    def _without_named_mark(self, digits: str, line: Line, label: str, year: int | None) -> str | None:
        """Return ``188`` without the mark of footnote 8 where that names its label and, if any, its year."""
        name = self.matcher.bare(label)
        marks = self.marks_near(line) if len(name) >= _TELLING_NAME else ()
        for mark in marks:
            shorter = digits.removesuffix(mark)
            is_marked = f"{fold(label)}{mark}" in line.folded.replace(" ", "")
            if shorter == digits or re.fullmatch(NUMBER, shorter) is None or is_marked:
                continue
            places = self._footnotes[mark]
            below = bisect.bisect_left(places, line.number)
            note = fold(self._printed[places[below]])[len(mark) :] if below < len(places) else ""
            years = years_spoken_of(note)
            if partial_ratio(name, note) >= _SAME_NAME and (not years or year in years):
                return shorter
        return None

    def record(
        self,
        value: Value,
        line: Line,
        *,
        label: str,
        label_line: int,
        mapping: Mapping | None,
        unit: str,
        year: int | None,
        evidence: Sequence[Line],
        layout: str,
        pairing: str,
        set_key: str | None = None,
        confidence: str | None = None,
        proof: str | None = None,
        scope: str | None = None,
        basis: str | None = None,
    ) -> None:
        """Keep one datapoint; ``unit`` is the one that its row, column or group prints (see ``unit_of``).

        ``proof`` says in words what decided the pairing, and what was ruled out. ``scope`` is the perimeter
        it is limited to; ``basis`` is given where it is not its metric's.
        """
        scope = scope or (limit_of(label, self.catalogue.metrics[mapping.metric].topic) if mapping else None)
        printed = self.unit_of(value, unit, label)
        quantity = self.catalogue.units.parse(printed)
        if mapping and not self.is_possible(value, printed, mapping):
            mapping = None
        certainty = "certain" if mapping is None or mapping.exact else "likely"
        self.used.add(line.number)
        self.labelled.add(label_line)
        point = Datapoint(
            value=value, line=line, label=label, label_line=label_line, mapping=mapping, quantity=quantity,
            unit_printed=printed, year=year,
            evidence="\n".join(self._printed.get(each.number, each.text) for each in evidence),
            layout=layout, pairing=pairing, confidence=confidence or certainty, set_key=set_key, proof=proof,
            qualifier=value.qualifier if value.qualifier != "exact"
            else label_qualifier(fold(label)) or "exact",
            scope=scope, basis=basis,
        )  # fmt: skip
        self.datapoints.append(point)
        self._points[line.number].append(point)
        if mapping and mapping.member is None and self.catalogue.parts.get(mapping.metric):
            self.totals[label_line] = mapping.metric
            if value.number is not None and year == self.year:
                self.whole_numbers.add(value.number)
        is_plain = point.confidence == "certain" and not scope and not basis
        if mapping and value.number is not None and is_plain:
            is_exact = point.qualifier == "exact"
            fact = self.fact(value.number, value.decimals or 0, quantity, mapping, year, is_exact=is_exact)
            if fact:
                self._facts[mapping.metric][fact] = None

    def keep_undecided(self) -> None:
        """Record, unmapped, values that remain between several labels, saying which, or with one."""
        read = {(point.line.number, point.value.start) for point in self.datapoints}
        for left in self.undecided:
            place = left.line.number, left.value.start
            if place in read or left.line.number in self.used:
                continue
            read.add(place)
            between = "; ".join(left.meanings)
            self.record(
                left.value, left.line, label=left.label, label_line=left.label_line, mapping=None,
                unit=left.unit, year=left.year, evidence=left.evidence,
                layout=left.layout, pairing="order" if between else "adjacent",
                confidence="ambiguous" if between else None,
                proof=f"the text does not tell which: {between}" if between else None,
            )  # fmt: skip
            self.used.discard(left.line.number)  # of several values in one line each is left

    def points_on(self, lines: Iterable[int]) -> list[Datapoint]:
        """Return what was recorded so far in ``lines``, in their order."""
        return [point for number in lines for point in self._points.get(number, ())]

    def facts(self, metrics: Iterable[str]) -> list[Fact]:
        """Return what is certain so far about ``metrics``, and about those that ratios tie to them."""
        asked = set(metrics)
        for ratio, tied in self.catalogue.ratios.items():
            if asked & {ratio, *tied[:1]}:
                asked |= {ratio, *tied}
        return [fact for metric in sorted(asked) for fact in self._facts[metric]]

    def fact(
        self,
        number: Decimal,
        decimals: int,
        quantity: Quantity | None,
        mapping: Mapping,
        year: int | None,
        *,
        is_exact: bool = True,
    ) -> Fact | None:
        """Return a printed number as all values that round to it, in the metric's unit."""
        metric = self.catalogue.metrics[mapping.metric]
        factor = self.catalogue.units.factor(quantity or BARE, metric.unit, metric.topic)
        if factor is None:
            return None
        numerator, denominator = number.as_integer_ratio()
        middle, half = 2 * 10**decimals * numerator * factor.numerator, denominator * factor.numerator
        below = 2 * 10**decimals * denominator * factor.denominator
        low, high = Fraction(middle - half, below), Fraction(middle + half, below)
        return Fact(mapping.metric, mapping.breakdown, mapping.member, year, low, high, is_exact)

    def unit_of(self, value: Value, unit: str, label: str) -> str:
        """Return the printed unit of a value: its own, else the row's, else one in the label, else ``""``.

        What a label says it is counted by belongs to it: 每百万元营收用水量, 1.82 吨 is in 吨/百万元.
        """
        printed = value.unit or unit.strip("/-—–") or unit_in_label(label, self.catalogue) or ""
        return counted_by(printed, label)

    def mapping(self, value: Value, unit: str, label: str, group: Group) -> Mapping | None:
        """Return what ``label`` means for a value printed in the unit that ``unit_of`` finds.

        A unit that the catalogue does not know is a veto: it cannot be the metric's.
        """
        printed = self.unit_of(value, unit, label)
        quantity = self.catalogue.units.parse(printed)
        if printed and quantity is None:
            return None
        mapping = self.matcher.match(label, quantity, group)
        return mapping if mapping and self.is_possible(value, printed, mapping) else None

    def is_possible(self, value: Value, printed: str, mapping: Mapping) -> bool:
        """Say whether a number can be the metric's: there is no half a person, and 家 counts no patents.

        Decimals that say nothing (``3,164.00 人``) are a table's habit where a unit is printed; where none
        is, the number is no count.
        """
        metric = self.catalogue.metrics[mapping.metric]
        if value.number is None or metric.unit not in _COUNTED:
            return True
        if (topics := COUNTERS.get(fold(printed))) is not None and metric.topic not in topics:
            return False
        quantity = self.catalogue.units.parse(printed) or BARE
        is_whole = (Fraction(value.number) * quantity.factor).denominator == 1
        return quantity.factor > 1 or (is_whole and bool(printed or not value.decimals))


@functools.lru_cache(maxsize=4096)
def unit_in_label(label: str, catalogue: Catalogue) -> str | None:
    """Return the unit printed in a label: ``总用水量（吨）`` -> ``吨``, None where there is none."""
    folded = fold(label)
    for found in [*_BRACKETED.finditer(folded), *_AFTER_COMMA.finditer(folded)]:
        printed = label[found.start(1) : found.end(1)]
        if catalogue.units.parse(_UNIT_TITLE.sub("", printed)):
            return _UNIT_TITLE.sub("", printed)
    return None


def counted_by(unit: str, label: str) -> str:
    """Return a unit with what the label says it is counted by: 吨, 每百万元营收用水量 -> 吨/百万元."""
    base = _COUNTED_BY.match(label) if unit and label.startswith("每") else None
    return f"{unit}/{base[1]}" if base and "/" not in fold(unit) else unit


def single_year(folded: str) -> int | None:
    """Return the one year named in a text; None where there is none or several."""
    years = set(years_spoken_of(folded))
    return years.pop() if len(years) == 1 else None


def years_spoken_of(folded: str) -> list[int]:
    """Return the years that a text is about, in order; not those it compares with (较2020年减少)."""
    if "19" not in folded and "20" not in folded:
        return []
    return [int(year) for year in YEAR.findall(_COMPARED.sub("", folded))]

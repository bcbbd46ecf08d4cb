"""Facts of an invented company: drawn from the catalogue's seeds, and in agreement with one another.

Shares total 100, parts give their total, an intensity is its amount ÷ its base, a rate of all is the mean of
its groups. Units and their factors are stated here anew, so that a wrong conversion does not hide itself.
"""

import csv
import dataclasses
import itertools
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

from pipelines.catalogue import SEEDS, Target, load_catalogue, normalise_alias
from pipelines.text import fold

Key = tuple[str, str | None, str | None, int]
"""Metric, breakdown, member, year."""


@dataclasses.dataclass(frozen=True)
class Unit:
    """A printed unit: canonical units in one of it, digits after the point, and what is usual."""

    printed: str
    factor: Fraction
    decimals: int
    low: int
    high: int


@dataclasses.dataclass(frozen=True)
class Fact:
    """One true value as it is printed."""

    metric: str
    breakdown: str | None
    member: str | None
    year: int
    number: Decimal
    unit: Unit

    @property
    def key(self) -> Key:
        """What the value is about."""
        return self.metric, self.breakdown, self.member, self.year

    @property
    def value(self) -> float:
        """The printed number in the metric's unit."""
        return float(Fraction(self.number) * self.unit.factor)

    @property
    def printed(self) -> str:
        """The number with its separators."""
        return f"{self.number:,}"


def _units(*units: tuple[str, Fraction | int, int, int, int]) -> list[Unit]:
    return [Unit(name, Fraction(factor), *rest) for name, factor, *rest in units]


THOUSANDTH = Fraction(1, 1000)
UNITS = {
    "percent": _units(("%", 1, 2, 5, 99), ("%", 1, 1, 5, 99)),
    "tCO2e": _units(("吨二氧化碳当量", 1, 2, 50, 9000), ("吨二氧化碳", 1, 2, 50, 9000)),
    "MWh": _units(
        ("兆瓦时", 1, 2, 300, 30000),
        ("千瓦时", THOUSANDTH, 0, 90000, 9000000),
        ("吉焦", Fraction(5, 18), 2, 1000, 90000),
    ),
    "m3": _units(("立方米", 1, 0, 1000, 60000)),
    "t": _units(("吨", 1, 2, 2, 900), ("千克", THOUSANDTH, 1, 900, 90000)),
    "kg": _units(("千克", 1, 2, 11, 900), ("公斤", 1, 2, 11, 900)),
    "L": _units(("升", 1, 0, 3000, 60000), ("公升", 1, 0, 3000, 60000)),
    "RMB": _units(
        ("亿元", 10**8, 2, 2, 900), ("万元", 10**4, 1, 300, 90000), ("百万元", 10**6, 1, 100, 9000)
    ),
    "person": _units(("人", 1, 0, 300, 90000), ("名", 1, 0, 300, 90000)),
    "person_time": _units(("人次", 1, 0, 500, 90000)),
    "hour": _units(("小时", 1, 0, 2000, 400000)),
    "hour_per_person": _units(("小时", 1, 2, 4, 90)),
    "day": _units(("天", 1, 1, 3, 20)),
}
"""Printed units by the catalogue's unit. Those of counts and ratios follow from the metric."""
_COUNTERS = {"suppliers": "家", "patents": "项", "trademarks": "项", "complaints": "件",
             "board_meetings": "次", "domain": "项", "software": "项"}  # fmt: skip
_PER = {"RMB_million": [("百万元", 1), ("百万人民币营收", 1), ("亿元", 100)], "person": [("人", 1)]}
_OF_WATER = Unit("吨", Fraction(1), 0, 1000, 60000)

SCHEMES: dict[str, list[list[tuple[str, tuple[str, ...]]]]] = {
    "gender": [[("male", ("男性", "男", "男性员工")), ("female", ("女性", "女", "女性员工"))]],
    "age": [
        [("<=30", ("30岁及以下", "≤30周岁")), ("31-40", ("31-40岁", "31-40周岁")),
         ("41-50", ("41-50岁", "41-50周岁")), (">=51", ("51岁及以上", "≥51周岁"))],
        [("<30", ("30岁以下",)), ("30-50", ("30-50岁",)), (">50", ("50岁以上",))],
    ],
    "education": [
        [("master_or_above", ("硕士及以上",)), ("bachelor", ("本科",)),
         ("college_or_below", ("大专及以下",))],
        [("doctorate", ("博士",)), ("master", ("硕士",)), ("bachelor", ("本科",)), ("college", ("大专",)),
         ("high_school_or_below", ("高中及以下",))],
    ],
    "level": [[("senior", ("高级管理层",)), ("middle", ("中级管理层",)), ("junior", ("普通员工",))]],
    "employment_type": [[("full_time", ("全职", "全职员工")), ("part_time", ("兼职", "兼职员工"))]],
    "function": [
        [("rnd", ("研发",)), ("operations", ("运营",)), ("marketing", ("市场营销",)), ("risk", ("风险管理",)),
         ("admin", ("行政管理",))]
    ],
    "region": [
        [("east_china", ("华东", "华东地区")), ("north_china", ("华北", "华北地区")),
         ("south_china", ("华南", "华南地区")), ("southwest_china", ("西南", "西南地区")),
         ("overseas", ("海外", "海外地区"))]
    ],
}  # fmt: skip
"""The members of a breakdown that are printed together, in their order, with the labels in use."""
NATURAL = ("gender", "age", "education", "level")
"""Breakdowns whose members everybody prints in one order, from one end to the other."""

TOTALS = {
    "employees_count": "employees_total",
    "new_hires_total": "new_hires_total",
    "suppliers_count": "suppliers_total",
    "training_participants_total": "training_participants_total",
}
SHARES = {
    "employees_share": "employees_count",
    "new_hires_share": "new_hires_total",
    "suppliers_share": "suppliers_count",
    "training_participants_share": "training_participants_total",
}
"""Counts of groups with their total, and shares with the counts that they are of."""  # fmt: skip


def aliases(metric: str) -> list[str]:
    """Return the simplified Chinese aliases that mean this metric alone, whatever the unit."""
    return _ALIASES[metric]


def _read_aliases() -> dict[str, list[str]]:
    catalogue = load_catalogue()
    found: dict[str, list[str]] = {}
    with (SEEDS / "metric_aliases.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            alone = catalogue.aliases[normalise_alias(row["alias"])] == (Target(row["metric_code"]),)
            plain = all("一" <= character <= "鿿" for character in row["alias"])
            if alone and plain and 4 <= len(row["alias"]) <= 14 and fold(row["alias"]) == row["alias"]:
                found.setdefault(row["metric_code"], []).append(row["alias"])
    return found


_ALIASES = _read_aliases()


class World:
    """The facts of one company; each is drawn when it is first asked for, and then stays."""

    def __init__(self, random: Random, years: tuple[int, ...]) -> None:
        """``years``: those that the report prints, the oldest first; the last is the report's own."""
        self.random = random
        self.years = years
        self._catalogue = load_catalogue()
        self._facts: dict[Key, Fact] = {}
        self._units: dict[str, Unit] = {}
        self._labels: dict[str, str] = {}
        self._schemes: dict[str, list[tuple[str, str]]] = {}

    def unit(self, metric: str) -> Unit:
        """Return the unit that the report prints for ``metric``: one throughout."""
        if metric not in self._units:
            self._units[metric] = self._draw_unit(metric)
        return self._units[metric]

    def label(self, metric: str) -> str:
        """Return the report's name for ``metric``."""
        if metric not in self._labels:
            taken = set(self._labels.values())
            free = [alias for alias in aliases(metric) if alias not in taken]
            self._labels[metric] = self.random.choice(free)
        return self._labels[metric]

    def members(self, breakdown: str) -> list[tuple[str, str]]:
        """Return the members that the report prints, each with its label."""
        if breakdown not in self._schemes:
            scheme = self.random.choice(SCHEMES[breakdown])
            style = self.random.randint(0, 2)
            self._schemes[breakdown] = [(member, names[style % len(names)]) for member, names in scheme]
        return self._schemes[breakdown]

    def fact(self, metric: str, year: int) -> Fact:
        """Return the total of ``metric`` in ``year``."""
        key = (metric, None, None, year)
        if key not in self._facts:
            self._facts[key] = self._keep(key, self._draw_total(metric, year))
        return self._facts[key]

    def group(self, metric: str, breakdown: str, year: int) -> list[Fact]:
        """Return the values of all members: counts that give the total, their shares, or rates."""
        keys = [(metric, breakdown, member, year) for member, _ in self.members(breakdown)]
        if keys[0] not in self._facts:
            if metric in SHARES:
                counts = self.group(SHARES[metric], breakdown, year)
                total = sum(count.number for count in counts)
                numbers = [Fraction(count.number * 100) / Fraction(total) for count in counts]
            elif metric in TOTALS:
                numbers = self._counts(metric, self.fact(TOTALS[metric], year).number, breakdown)
            else:
                numbers = self._rates(metric, breakdown, year)
            for key, number in zip(keys, numbers, strict=True):
                self._facts[key] = self._keep(key, number)
        return [self._facts[key] for key in keys]

    def _keep(self, key: Key, number: Fraction) -> Fact:
        unit = self.unit(key[0])
        return Fact(*key, _rounded(number, unit.decimals), unit)

    def _draw_unit(self, metric: str) -> Unit:
        known = self._catalogue.metrics[metric]
        if metric in self._catalogue.ratios and metric != "training_hours_avg":
            return self._draw_ratio(metric, known.unit.partition("_per_")[2])
        if metric in TOTALS or metric in TOTALS.values():
            high = 900 if metric.startswith("suppliers") else 9000
            printed = "家" if metric.startswith("suppliers") else "人次" if "participants" in metric else "人"
            return Unit(printed, Fraction(1), 0, 150, high)
        if known.unit == "count":
            printed = next(
                (counter for start, counter in _COUNTERS.items() if metric.startswith(start)), "个"
            )
            return Unit(printed, Fraction(1), 0, 12, 3000)
        if known.topic == "water" and known.unit == "m3" and self.random.random() < 0.5:
            return _OF_WATER
        return self.random.choice(UNITS[known.unit])

    def _draw_ratio(self, metric: str, denominator: str) -> Unit:
        """Return the unit of an intensity, 吨/亿元, with digits enough to tell three of them."""
        amount = self.unit(self._catalogue.ratios[metric][0])
        printed, scale = self.random.choice(_PER[denominator])
        unit = Unit(f"{amount.printed}/{printed}", amount.factor / scale, 0, 0, 0)
        size = self._ratio(metric, unit, self.years[-1])
        return dataclasses.replace(unit, decimals=next(d for d in range(2, 12) if size * 10**d >= 100))

    def _ratio(self, metric: str, unit: Unit, year: int) -> Fraction:
        """Return amount ÷ base in ``unit``, whose factor holds the scale of what it is printed per."""
        amount, base = (self.fact(each, year) for each in self._catalogue.ratios[metric])
        per_base = Fraction(amount.number) * amount.unit.factor / (Fraction(base.number) * base.unit.factor)
        per_million = self._catalogue.metrics[metric].unit.endswith("RMB_million")
        return per_base * (10**6 if per_million else 1) / unit.factor

    def _draw_total(self, metric: str, year: int) -> Fraction:
        unit = self.unit(metric)
        if metric in self._catalogue.ratios and metric != "training_hours_avg":
            return self._ratio(metric, unit, year)
        parts = [part for total, part, whole in self._catalogue.components if total == metric and whole]
        if metric == "ghg_total":
            parts = ["ghg_scope1", "ghg_scope2"]
        if parts:
            for part in parts:  # parts are printed in the unit of their total
                self._units[part] = unit
            low = max(2, unit.low // len(parts) + 1)
            for part in parts:
                self._facts.setdefault(
                    (part, None, None, year),
                    self._keep(
                        (part, None, None, year), self._number(unit, low, max(low + 9, unit.high // 4))
                    ),
                )
            return sum((Fraction(self._facts[part, None, None, year].number) for part in parts), Fraction())
        for total, part, whole in self._catalogue.components:
            if part == metric and (whole or total == "ghg_total"):
                self.fact(total, year)
                return Fraction(self._facts[metric, None, None, year].number)
        if metric in ("ghg_scope1", "ghg_scope2"):
            self.fact("ghg_total", year)
            return Fraction(self._facts[metric, None, None, year].number)
        return self._number(unit, unit.low, unit.high)

    def _number(self, unit: Unit, low: int, high: int) -> Fraction:
        scale = 10**unit.decimals
        return Fraction(self.random.randint(low * scale + 1, high * scale - 1), scale)

    def _counts(self, metric: str, total: Decimal, breakdown: str) -> list[Fraction]:
        """Part ``total`` into counts whose rounded shares total 100, or all but what rounding leaves over."""
        size = len(self.members(breakdown))
        if breakdown == "employment_type":
            weights = [self.random.randint(85, 97), 10]
        else:
            weights = [self.random.randint(5, 60) * 7 + 2 * place for place in range(size)]
        decimals = self.unit(next(share for share, of in SHARES.items() if of == metric)).decimals
        whole, heads = 100 * 10**decimals, int(total)
        # Shares first: where heads are many, counts follow that round to them.
        shares = [whole * weight // sum(weights) for weight in weights]
        counts = [max(1, round(Fraction(heads * share, whole))) for share in shares]
        counts[0] += heads - sum(counts)
        largest = counts.index(max(counts))
        others = [place for place in range(size) if place != largest]
        first, last = others[0], others[-1]
        # Where they are few, some heads more or fewer change what rounding leaves over; some leave a rest.
        for more, fewer in itertools.product(range(8), range(1 if first == last else 8)):
            moved = list(counts)
            moved[largest] -= more + fewer
            moved[first] += more
            moved[last] += fewer
            rounded = [_rounded(Fraction(count * 100, heads), decimals) for count in moved]
            if sum(rounded) == 100 and len(set(rounded)) == size and min(moved) > 0:
                return [Fraction(count) for count in moved]
        return [Fraction(count) for count in counts]

    def _rates(self, metric: str, breakdown: str, year: int) -> list[Fraction]:
        """Draw rates of the groups around their mean, which becomes the rate of all."""
        unit = self.unit(metric)
        heads = [Fraction(count.number) for count in self.group("employees_count", breakdown, year)]
        key = (metric, None, None, year)
        if key not in self._facts:
            low, high = (
                (unit.low, unit.high) if self._catalogue.metrics[metric].unit != "percent" else (8, 60)
            )
            rates = [
                self._number(unit, low, high) + Fraction(i, 10**unit.decimals) for i in range(len(heads))
            ]
            mean = sum((h * r for h, r in zip(heads, rates, strict=True)), Fraction()) / sum(heads)
            self._facts[key] = self._keep(key, mean)
            return rates
        mean = Fraction(self._facts[key].number)
        spread = mean * self.random.randint(5, 40) / 100
        offsets = [spread * sign / head for sign, head in zip([1, -1], heads, strict=False)]
        smallest = min(heads[:2])
        rates = [mean + offset * smallest for offset in offsets]
        return rates + [mean] * (len(heads) - 2)


def totals_100(shares: Sequence[Fact]) -> bool:
    """Say whether shares total 100 within the rounding of their printed digits."""
    half = Fraction(len(shares), 2 * 10 ** shares[0].unit.decimals)
    return abs(sum(Fraction(share.number) for share in shares) - 100) <= half


def _rounded(number: Fraction, decimals: int) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

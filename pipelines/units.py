"""Printed units: from ``吨二氧化碳 / 百万人民币营收`` to a kind and an exact factor.

A unit is a numerator and an optional denominator, each of one *kind* (mass, energy, money, person ...),
and a factor to the base units of these kinds. Factors are fractions: 1 GJ is 1/3.6 MWh, exactly.
"""

import dataclasses
import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pipelines.text import BLANKS, fold, longest_of

SCALES: dict[str, int] = {
    "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5,
    "万": 10**4, "千": 10**3, "百": 10**2, "billion": 10**9, "million": 10**6, "thousand": 10**3, "w": 10**4,
}  # fmt: skip
_ORGANISATIONS = frozenset({"supply_chain", "lending", "community"})
_OTHERS = frozenset(
    {"compliance", "customers", "ethics", "health_safety", "innovation", "labour", "product", "training"}
)
_EVENTS = (_OTHERS - {"innovation"}) | {"board", "investors", "lending"}
COUNTERS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("家", "间"), _ORGANISATIONS),
    **dict.fromkeys(("项", "件", "宗", "起"), _OTHERS | {"investors"}),
    "次": _EVENTS,
}
"""Counting words (folded) of some things only: the topics of the metrics that can be printed in them."""
_SCALE = "(?:" + "|".join(sorted(SCALES, key=len, reverse=True)) + ")"
_CURRENCY = re.compile("人民币|rmb|cny|[￥¥]")
_DENOMINATOR_WORDS = re.compile(
    "营业收入|主营业务收入|总收入|营收|收入|收益|产值|营业额|总额|雇员人数|员工人数"
)
_PEOPLE = re.compile("^(?:每名|每位|名|位)?(?:员工|雇员|职员|全职雇员|人员)$")
_BRACKETED = re.compile(r"^(?P<outside>[^()]*)\((?P<inside>[^()]*)\)(?P<rest>[^()]*)$")


def fold_unit(printed: str) -> str:
    """Return the form in which printed units are compared: folded, without blanks and closing marks."""
    return fold(printed).replace(" ", "").replace("²", "2").replace("³", "3").strip(":,.。·")


@dataclasses.dataclass(frozen=True)
class Quantity:
    """Base units of numerator and denominator, and the factor from printed numbers to them.

    ``base`` is ``"bare"`` when nothing but a scale (万) is printed; ``per`` is None without a denominator.
    """

    base: str
    per: str | None
    factor: Fraction = dataclasses.field(hash=False)  # slow, and base and per tell nearly all apart


@dataclasses.dataclass(frozen=True)
class Equivalence:
    """A printed base unit counts as ``unit`` for metrics of ``topic`` (``*``: all), times ``factor``."""

    topic: str
    printed: str
    unit: str
    factor: Fraction


BARE = Quantity("bare", None, Fraction(1))


class Units:
    """The units of the catalogue: parses printed ones and converts into the metrics' canonical ones."""

    def __init__(
        self, aliases: Mapping[str, tuple[str, Fraction]], equivalences: Iterable[Equivalence]
    ) -> None:
        """``aliases``: printed simple unit (folded, without blanks) -> (base unit, factor to it)."""
        self._simple = dict(aliases)
        self._bases = {base for base, _ in aliases.values()}
        self._equivalences = list(equivalences)
        self._parsed: dict[str, Quantity | None] = {}
        self._factors: dict[tuple[Quantity, str, str], Fraction | None] = {}

    @functools.cached_property
    def pattern(self) -> str:
        """A regular expression, over folded text, for a unit that follows a number (longest first)."""
        simple = longest_of(self._simple, end=r"(?![a-z])")
        money = rf"(?:人民币\s?)?(?:{_SCALE}\s?)?(?:元|人民币)(?:\s?人民币)?"
        # The simple unit first (??): 千瓦时 is no thousand of 瓦.
        scaled = rf"(?:{_SCALE}\s?(?:[余多]\s?)?|[余多]\s?)??(?:{simple})"
        below = rf"\s*/\s*(?:{money}|人民币\s?{_SCALE}\s?元?|{simple})(?:营业收入|营收|收入|产值)?"
        return rf"(?:(?:{scaled}|{money})(?:{below})?|{_SCALE}余?(?!\s?[一-鿿a-z]))"

    @functools.cached_property
    def candidate(self) -> str:
        """A regular expression that every unit matches, folded: only characters that units are made of."""
        words = [*self._simple, *SCALES, _CURRENCY.pattern, _DENOMINATOR_WORDS.pattern, _PEOPLE.pattern]
        characters = "".join(sorted(set("".join(words) + "元余多每per/+()²³:,.。· ") - set("\\[]^-&~")))
        return rf"^(?:[{characters}\-{BLANKS}]|\([^()]*\))*$"

    @functools.cached_property
    def first_letters(self) -> str:
        """The letters with which a printed unit may begin, folded: a set to look for after a number."""
        words = (*self._simple, *SCALES, "元", "余", "多")
        return "".join(sorted({word[0] for word in words if not word[0].isdigit()}))

    def parse(self, printed: str) -> Quantity | None:
        """Return what a printed unit measures, or None where it is no unit (``""`` is none)."""
        if printed not in self._parsed:
            text = fold_unit(printed)
            self._parsed[printed] = self._parse_folded(text) if text else None
        return self._parsed[printed]

    def _parse_folded(self, text: str) -> Quantity | None:
        if bracketed := _BRACKETED.match(text):
            outside, inside = bracketed["outside"] + bracketed["rest"], bracketed["inside"]
            return self._parse_folded(outside or inside)
        if simple := self._parse_simple(text):
            return Quantity(simple[0], None, simple[1])
        for separator in ("/", "每", "per"):
            numerator, found, denominator = text.partition(separator)
            if found:
                return self._ratio(numerator, denominator)
        return None

    def _ratio(self, numerator: str, denominator: str) -> Quantity | None:
        below = denominator.removeprefix("每")
        below = _DENOMINATOR_WORDS.sub("", below) or below
        below = "人" if _PEOPLE.match(below) else below
        top, bottom = self._parse_simple(numerator), self._parse_simple(below)
        if top and bottom and top[0] == bottom[0] == "RMB":
            return Quantity(
                "RMB", None, max(top[1], bottom[1])
            )  # 人民币 / 亿元 names the currency and the scale
        if bottom and bottom[0] == "bare":
            bottom = ("RMB", bottom[1])  # 吨/百万营收: 百万 without 元
        return Quantity(top[0], bottom[0], top[1] / bottom[1]) if top and bottom else None

    def _parse_simple(self, text: str) -> tuple[str, Fraction] | None:
        if text in self._simple:
            return self._simple[text]
        if (scaled := re.match(_SCALE, text)) and text[scaled.end() :] in self._simple:
            unit, factor = self._simple[text[scaled.end() :]]
            return unit, factor * SCALES[scaled.group()]
        rest = _CURRENCY.sub("", text)
        is_money = rest != text
        if rest.endswith("元"):
            is_money, rest = True, rest[:-1]
        scale = Fraction(1)
        if match := re.match(_SCALE, rest):
            scale, rest = Fraction(SCALES[match.group()]), rest[match.end() :]
        rest = rest.strip("余多+")
        if is_money:
            return None if rest else ("RMB", scale)
        if not rest:
            return ("bare", scale) if scale > 1 else None
        base = self._simple.get(rest)
        return (base[0], base[1] * scale) if base else None

    def canonical(self, unit: str) -> Quantity:
        """Return the quantity of a catalogue unit such as ``t_per_RMB_million``.

        Raises KeyError for a unit that the aliases do not know.
        """
        if unit in self._bases:
            return Quantity(unit, None, Fraction(1))
        numerator, _, denominator = unit.partition("_per_")
        base, factor = (
            self._simple[numerator.lower()] if numerator not in self._bases else (numerator, Fraction(1))
        )
        if not denominator:
            return Quantity(base, None, factor)
        name = denominator.partition("_")[0]
        per = name if name in self._bases else self._simple[name.lower()][0]
        return Quantity(base, per, factor / self.scale_of_ratio(unit))

    def scale_of_ratio(self, unit: str) -> Fraction:
        """Return what a ratio's denominator is in base units: 10**6 RMB for ``t_per_RMB_million``."""
        name, _, scale = unit.partition("_per_")[2].partition("_")
        factor = Fraction(1) if name in self._bases else self._simple[name.lower()][1]
        return factor * SCALES.get(scale, 1)

    def convert(self, value: Decimal, printed: Quantity, unit: str, topic: str) -> float | None:
        """Return ``value`` in the catalogue's ``unit``, or None where that would need an assumption."""
        factor = self.factor(printed, unit, topic)
        if factor is None:
            return None
        numerator, denominator = value.as_integer_ratio()
        return numerator * factor.numerator / (denominator * factor.denominator)

    def factor(self, printed: Quantity, unit: str, topic: str) -> Fraction | None:
        """Return the factor from ``printed`` to the catalogue's ``unit``, None where they do not agree."""
        key = (printed, unit, topic)
        if key not in self._factors:
            self._factors[key] = self._factor(*key)
        return self._factors[key]

    def _factor(self, printed: Quantity, unit: str, topic: str) -> Fraction | None:
        target = self.canonical(unit)
        equivalent = self._equivalent(printed.base, target.base, topic)
        per_head_is_said_by_the_label = target.per == "person" and printed.per is None
        if equivalent is None or not (printed.per == target.per or per_head_is_said_by_the_label):
            return None
        return printed.factor * equivalent / target.factor

    def _equivalent(self, printed: str, base: str, topic: str) -> Fraction | None:
        if printed == base:
            return Fraction(1)
        for rule in self._equivalences:
            if (rule.printed, rule.unit) == (printed, base) and rule.topic in ("*", topic):
                return rule.factor
        return None

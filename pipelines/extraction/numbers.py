"""Reading one printed value: number, unit, qualifier, or one of the ways to print none.

``/`` and ``-`` say not disclosed, 不适用 says not applicable, 0 is a number: four different things.
Footnote marks glued to a number are told by their form, and only where such a footnote exists.
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from pipelines.text import BLANKS, MARKS

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AFTER_DIGIT = r"(?:\d{0,2}(?:,\d{3})+|\d*)(?:\.\d+)?"  # ``NUMBER``, to be looked for by its first digit
NOT_DISCLOSED = re.compile(r"^(?:/|-{1,3}|未披露|暂未披露|未统计)$")
NOT_APPLICABLE = re.compile(r"^(?:不适用|n/?a|n\.a\.)$")
LONGEST_NONE = 4
_USUAL_DECIMALS = 2  # at most, of what is no intensity
_LARGE = 3  # digits before the point: such a number prints two decimals at most, an intensity may print four
# Digits that are part of a name and no value: years and dates, age bands, ordinals, 90天以上逾期率.
_NAMES = re.compile(
    r"(?=[\d第<>≤≥\[范cgist])(?:"  # what a name can begin with: most characters are passed by at once
    r"(?<!\d)(?:19|20)\d\d\s*届|"
    r"(?:19|20)\d\d\s*[-~至/]\s*(?:19|20)?\d\d\s*年?"
    r"|(?<![\d.])(?<!\d,)(?:19|20)\d\d\s*(?:(?:财政?)?年度?|年末|年底)(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?"
    r"|\d{1,2}\s*月\s*\d{1,2}\s*日|第\s*\d+|(?<!\d)\d{2}\s*[-~至]\s*\d{2}\s*周?岁?(?![\d%.,])"
    r"|[<>≤≥]=?\s*\d{2}\s*(?:周?岁)|\d{2}\s*周?岁(?=及|以|或|\s|$)|\[\d{1,2}\]"
    r"|(?<!\d)\d{1,4}\s*[-~至]\s*\d{1,4}\s*[分级]|(?<!\d)\d{1,4}\s*[分级](?=以上|以下|及以)"
    r"|[<>≤≥]=?\s*\d{1,4}\s*[分级]"
    r"|(?<![\d.,])\d{1,3}(?:天|日|小时|分钟|个工作日|个月)\+?(?:及?以上|以内|之?内|后)?的?[一-鿿]{1,4}率"
    r"|(?:covid|iso|gb/t|top|scope|范围|范畴)\s*-?\s*\d+(?:[-:]\d+)*)"
)
_IN_NAMES = re.compile(
    r"[-~年月岁分级届第/<>≤≥\[cgist范天日时]"
)  # each name holds one of these beside its digits
_DIGIT = re.compile(r"\d")
_NUMBER_WITHIN = re.compile(rf"\d(?<![\d.,a-z/-]\d){_AFTER_DIGIT}")
_LONGEST_UNIT_FIRST = 24
_LONGEST_NUMBER = 24  # more digits are a code, not a quantity
_LEADING = (
    r"(?P<leading>不超过|不低于|不少于|超过|大于|高于|低于|少于|小于"
    r"|高达|接近|大约|达到|至少|近|约|逾|超|达|为|共)?"
)
_BEFORE = re.compile(
    r"(?P<leading>不超过|不低于|不少于|超过|大于|高于|低于|少于|小于|高达|接近|大约|近|约|逾|超)?"
    r"\s*+(?P<currency>人民币|rmb)?\s*+\Z"
)
_NOTHING_BEFORE = _BEFORE.search("")
# What a qualifier before a number, with what may follow it, ends with. It is asked first: a pattern that must
# reach the end of a text takes long to look for.
_ENDS_BEFORE = frozenset("过于少达近约逾超至为了币b:")
_TRAILING = r"(?P<trailing>以上|以内|余|多|\+|内)?"
_BEFORE_NUMBER = frozenset("不超大高低少小接约达至近逾为共人r-+")  # what ``_LEADING`` and the rest begin with
_OPENS_VALUE = rf"[\d/{re.escape(''.join(sorted(_BEFORE_NUMBER)))}]|n/?a|n\.a\.|未披露|未统计|暂未披露"
VALUE_CANDIDATE = rf"^[{BLANKS}]*(?:{_OPENS_VALUE})|\d[{BLANKS}]*$"
"""A regular expression for folded lines: no other holds one value, or several, and nothing else."""
_QUALIFIERS = {
    "不超过": "less_than", "低于": "less_than", "少于": "less_than", "小于": "less_than",
    "以内": "less_than", "内": "less_than",
    "不低于": "more_than", "不少于": "more_than", "超过": "more_than", "大于": "more_than",
    "高于": "more_than",
    "至少": "more_than", "逾": "more_than", "超": "more_than", "以上": "more_than", "余": "more_than",
    "多": "more_than", "+": "more_than", "高达": "up_to", "接近": "about", "大约": "about",
    "将近": "about", "上": "more_than", "近": "about", "约": "about",
}  # fmt: skip
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_POWERS = {"十": 10, "百": 100, "千": 1000}
# 一 is an article more often than a number (一系列, 一家公司); 第三, 每两年, 数百 and 三位一体 count nothing.
_CHINESE_NUMBER = re.compile(
    r"(?<![第每某数几之其逐近上前十百千万亿\d])(?P<leading>近|约|逾|超过|超|上)?"
    r"(?P<number>(?!一(?![一二两三四五六七八九十百千万亿]))[一二两三四五六七八九十百千万亿]+|(?<=[为是])零)(?P<more>余|多)?"
    r"(?=\s?(?:[名位人场家项次个件起例份户辆台所支条笔宗](?!一体|千面|红通)|公里|小时|学时)|(?<=零)(?:[,。;、]|$))"
)
_MAY_COUNT = re.compile(
    "[一二两三四五六七八九十百千万亿][余多]?\\s?[名位人场家项次个件起例份户辆台所支条笔宗公小学]|[为是]零"
)
_COUNTED = re.compile("(?:员工|雇员|人员)$")  # 名员工: what is counted is the label, not the unit
_SCALES = "(?:十亿|百亿|千亿|亿|千万|百万|十万|万|w)"
_PROSE_LEADING = re.compile(
    r"(不超过|不低于|不少于|超过|大于|高于|低于|少于|小于|高达|接近|大约|将近|至少|近|约|逾|超)(?:为|达|了)?\s*(人民币|rmb)?\s*$"
)
_FOREIGN = re.compile(
    r"(?:港[币元]|hk\$|hkd|美[元金]|us\$|usd|欧元|日[元圆]|新?台币|英镑|新加坡元|坡元|澳元|加元)\s*$"
)
_ENDS_FOREIGN = frozenset("币元$d金圆镑")
_LABEL_QUALIFIER = re.compile(
    r"(不超过|不低于|不少于|超过|高于|低于|少于|高达|接近|大约|近|约|逾|超)(?:为|达|人民币)?\s*[::]?$"
)


class Value(NamedTuple):
    """One printed value. ``start`` and ``raw`` locate it in the line; ``number`` is None unless reported.

    ``end`` is where its unit and qualifier end.
    """

    status: str
    number: Decimal | None
    decimals: int | None
    unit: str
    qualifier: str
    raw: str
    start: int
    end: int

    @property
    def telling_digits(self) -> int:
        """How many digits are printed, leading zeros aside: few may agree with another number by chance."""
        return len("".join(filter(str.isdigit, self.raw)).lstrip("0"))


class ValueReader:
    """Reads values with the units of the catalogue. Takes folded text and slices the verbatim one."""

    def __init__(self, unit_pattern: str) -> None:
        # Blanks are never given back (*+): what follows them begins with none.
        self._whole = re.compile(
            rf"^\s*+{_LEADING}\s*+(?P<currency>人民币|rmb)?\s*+(?P<number>[-+]?{NUMBER})\s*+[{MARKS}]*"
            rf"\s*+(?P<plus>\+)?\s*+(?P<unit>{unit_pattern})?\s*+{_TRAILING}\s*+[{MARKS}]*+\s*+$"
        )
        # 亿元270, 人民币 万元1,100: conversion put the number after its unit
        self._after_unit = re.compile(
            rf"^\s*+{_LEADING}\s*+(?P<currency>人民币|rmb)?\s*+(?P<unit>{unit_pattern})\s*+(?P<number>{NUMBER})(?P<plus>\+)?(?P<trailing>)\s*+$"
        )
        self._within = re.compile(
            rf"(?P<number>{_NUMBER_WITHIN.pattern})\s*(?P<plus>\+)?\s*(?P<unit>{unit_pattern})?(?P<trailing>以上|以内|余|多|\+|内)?"
        )

        self._prose_number = re.compile(
            rf"\d(?<![\d.a-z/*-]\d)(?<!\d,\d){_AFTER_DIGIT}(?![\da-z.]*[a-z]{{2}})"
        )
        # 23 本年度 is a footnote's mark, no 23 copies; 2021人民日报 no people, and 两个数据中心 are 两个
        self._prose_unit = re.compile(
            rf"(?!\s*本[年报公集次]|人民(?!币)|人工)\s*(?P<plus>\+)?\s*(?P<more>[余多])?\s*"
            rf"(?P<unit>个(?=数据)|{unit_pattern}|{_SCALES}(?:余|多)?)?\s*"
            rf"(?P<trailing>以上|以内|以下|余|多|\+)?"
        )

    def whole(self, folded: str, text: str, offset: int = 0) -> Value | None:
        """Read ``text`` if it is one value and nothing else: ``超过 98.5%``, ``15.38千克``, ``/``."""
        stripped = folded.strip()
        may_end_with_number = stripped[-1:].isdigit() and len(stripped) <= _LONGEST_UNIT_FIRST
        may_be_none = len(stripped) <= LONGEST_NONE
        may_open_with_number = stripped[:1].isdigit() or stripped[:1] in _BEFORE_NUMBER
        if not (may_be_none or may_end_with_number or may_open_with_number):
            return None
        indent = len(folded) - len(folded.lstrip())
        start = offset + indent
        verbatim = text[indent:].rstrip()[: len(stripped)]
        if may_be_none and NOT_DISCLOSED.match(stripped):
            return Value("not_disclosed", None, None, "", "exact", verbatim, start, start + len(verbatim))
        if may_be_none and NOT_APPLICABLE.match(stripped):
            return Value("not_applicable", None, None, "", "exact", verbatim, start, start + len(verbatim))
        if not (may_open_with_number or may_end_with_number):
            return None
        hidden = without_names(folded)
        match = self._whole.match(hidden) if may_open_with_number else None
        if match is None and may_end_with_number:
            match = self._after_unit.match(hidden)
        is_number = match is not None and len(match["number"]) <= _LONGEST_NUMBER
        return self._value(match, text, offset) if match and is_number else None

    def zero(self, text: str, start: int, end: int) -> Value:
        """Return the 0 that words of ``text`` say: 未发生, 无不合规."""
        return Value("reported", Decimal(0), 0, "", "exact", text[start:end], start, end)

    def within(self, folded: str, text: str) -> list[Value]:
        """Return every number of a text with its unit, in order, unread by what stands around it."""
        if not _DIGIT.search(folded):
            return []
        hidden = without_names(folded)
        values, previous = [], 0
        for match in self._within.finditer(hidden):
            if len(match["number"]) <= _LONGEST_NUMBER:
                may_be_qualified = hidden[previous : match.start()].rstrip()[-1:] in _ENDS_BEFORE
                before = (
                    _BEFORE.search(hidden, previous, match.start()) if may_be_qualified else _NOTHING_BEFORE
                )
                values.append(self._value(match, text, 0, before))
            previous = match.end()
        return values

    def numbers(self, folded: str) -> Iterator[tuple[int, Decimal]]:
        """Yield where each number of a text begins, and the number: what ``within`` finds, but no more.

        A number before a hyphen is a part of a telephone number, a range or a date.
        """
        if _DIGIT.search(folded):
            for match in _NUMBER_WITHIN.finditer(without_names(folded)):
                if len(match.group()) <= _LONGEST_NUMBER and folded[match.end() : match.end() + 1] != "-":
                    yield match.start(), Decimal(match.group().replace(",", ""))

    def in_prose(self, folded: str, text: str) -> list[Value]:
        """Return every number of a sentence with its unit, in order; also those in words (三名, 近百份).

        Unlike ``within`` it reads 2,420万借款人 as a scale with a noun, and 名员工 as 名: what a sentence
        counts is its label.
        """
        hidden = without_names(folded) if _DIGIT.search(folded) else folded
        numbers = [self._prose_value(match, hidden, text) for match in self._prose_number.finditer(hidden)]
        found = [value for value in numbers if value]
        read = [(value.start, value.end) for value in found]
        for match in _CHINESE_NUMBER.finditer(hidden) if _MAY_COUNT.search(hidden) else ():
            if any(first <= match.start("number") < last for first, last in read):
                continue  # 190 万人: a scale
            unit = self._prose_unit.match(hidden, match.end())
            start, end = match.span("number")
            words = [match["leading"], match["more"]]
            found.append(
                Value(
                    status="reported", number=Decimal(chinese_number(match["number"])), decimals=0,
                    unit=_unit_text(unit, text), raw=text[start:end], start=start,
                    qualifier=_qualifier(words),
                    end=unit.end("unit") if unit and unit["unit"] else match.end(),
                )
            )  # fmt: skip
        return sorted(found, key=lambda value: value.start)

    def _prose_value(self, match: re.Match[str], hidden: str, text: str) -> Value | None:
        digits = match.group().replace(",", "")
        if len(digits) > _LONGEST_NUMBER:
            return None
        start, end = match.span()
        near = max(0, start - 12)
        is_qualified = hidden[near:start].rstrip()[-1:] in _ENDS_BEFORE
        leading = _PROSE_LEADING.search(hidden, near, start) if is_qualified else None
        after = self._prose_unit.match(hidden, end)
        unit = _unit_text(after, text)
        words = [leading[1] if leading else None]
        if after:
            words += [after["trailing"], after["plus"], after["more"], _remainder(after["unit"])]
        stop = start + len(match.group())
        if after and unit:
            stop = after.start("unit") + len(unit)
            if words[1]:
                stop = max(stop, after.end("trailing"))
        elif after and (after["plus"] or after["more"]):
            stop = after.end("more") if after["more"] else after.end("plus")
        raw_end = stop if unit in ("%", "％") else end
        return Value(
            status="reported", number=Decimal(digits), decimals=decimals_of(digits),
            unit=unit and _foreign(hidden, start) + unit,
            qualifier=_qualifier(words), raw=text[start:raw_end], start=start, end=stop,
        )  # fmt: skip

    def _value(
        self, match: re.Match[str], text: str, offset: int, before: re.Match[str] | None = None
    ) -> Value:
        """Return the value of ``match``; ``before``, if given, matched what stands before its number."""
        before = before or match
        digits = match["number"].replace(",", "")
        unit = text[match.start("unit") : match.end("unit")].strip() if match["unit"] else ""
        if before["currency"] and unit:
            unit = text[before.start("currency") : before.end("currency")] + unit
        elif unit:
            unit = _foreign(match.string, match.start("number")) + unit
        words = [before["leading"], match["trailing"], match["plus"], _remainder(match["unit"])]
        start, end = match.span("number")
        if unit in ("%", "％"):
            end = max(end, match.end("unit"))
        return Value(
            status="reported", number=Decimal(digits), decimals=decimals_of(digits), unit=unit,
            qualifier=_qualifier(words), raw=text[start:end], start=offset + start, end=offset + match.end(),
        )  # fmt: skip


@functools.cache
def value_reader(unit_pattern: str) -> ValueReader:
    """Return the reader for these units; its patterns are long, and are compiled once."""
    return ValueReader(unit_pattern)


def chinese_number(words: str) -> int:
    """Return the number that Chinese numerals say: 一千一百万 -> 11000000, 百 -> 100, 两 -> 2."""
    total = section = digit = 0
    for word in words:
        if word in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[word]
        elif word in _CHINESE_POWERS:
            section += (digit or 1) * _CHINESE_POWERS[word]
            digit = 0
        else:
            total = (total + section + digit or 1) * (10**4 if word == "万" else 10**8)
            section = digit = 0
    return total + section + digit


def _unit_text(after: re.Match[str] | None, text: str) -> str:
    """Return the unit as printed, without 余 before it and without the noun that it counts."""
    if after is None or not after["unit"]:
        return ""
    return text[after.start("unit") : after.start("unit") + len(_COUNTED.sub("", after["unit"]))].rstrip()


@functools.lru_cache(maxsize=2**14)  # a line is asked by one reader after the other
def without_names(folded: str) -> str:
    """Return the text with digits that belong to names (2023年, 30岁以下, 第3) hidden; same length."""
    if not _IN_NAMES.search(folded):
        return folded
    return _NAMES.sub(lambda name: _DIGIT.sub("#", name.group()), folded)


def _foreign(folded: str, number: int) -> str:
    """Return the foreign currency right before a number: 港币1,200万元 is no amount in RMB."""
    if number == 0 or folded[:number].rstrip()[-1:] not in _ENDS_FOREIGN:
        return ""
    found = _FOREIGN.search(folded, max(0, number - 8), number)
    return found.group().strip() if found else ""


def _remainder(unit: str | None) -> str | None:
    """Return 余 or 多 where the unit holds it (万余元): the number is more than printed."""
    if not unit:
        return None
    return "余" if "余" in unit else "多" if "多" in unit else None


def _qualifier(words: Iterable[str | None]) -> str:
    for word in words:
        if word in _QUALIFIERS:
            return _QUALIFIERS[word]
    return "exact"


def label_qualifier(folded_label: str) -> str | None:
    """Return the qualifier at a label's end: 累计服务借款人超过 -> more_than."""
    label = folded_label.strip()
    found = _LABEL_QUALIFIER.search(label) if label[-1:] in _ENDS_BEFORE else None
    return _QUALIFIERS[found.group(1)] if found else None


def decimals_of(digits: str) -> int:
    """Return how many digits are printed after the decimal point."""
    return len(digits.partition(".")[2])


def without_mark(digits: str, marks: Collection[str], siblings: Iterable[str]) -> str | None:
    """Return ``digits`` without the footnote mark glued to it, None where the form does not show one.

    ``1,044.3919`` beside ``1,092.40`` with a footnote 19 is 1,044.39; ``3,65623`` cannot be a number as it
    stands and is 3,656 with mark 23; ``98.32`` between ``96.5`` and ``97.6`` with a footnote 2 is 98.3.
    ``marks`` are the footnotes printed near the number.
    """
    if not marks:
        return None
    is_number = re.compile(NUMBER).fullmatch
    well_formed = is_number(digits) is not None
    usual = {decimals_of(other) for other in siblings if is_number(other)}
    for mark in sorted(marks, key=len, reverse=True):
        shorter = digits.removesuffix(mark)
        if shorter == digits or is_number(shorter) is None:
            continue
        is_large = usual == {0} or (not usual and len(shorter.partition(".")[0]) >= _LARGE)
        has_usual_form = decimals_of(shorter) in usual or (is_large and decimals_of(shorter) == 2)
        too_many_decimals = decimals_of(digits) > max(usual | {_USUAL_DECIMALS})
        is_alone = decimals_of(digits) <= _USUAL_DECIMALS and _is_alone(shorter, siblings)
        if has_usual_form and (not well_formed or too_many_decimals or is_alone):
            return shorter
    return None


def _is_alone(shorter: str, siblings: Iterable[str]) -> bool:
    """Say whether several others all print as many decimals as ``shorter``, more than none; no intensity."""
    decimals = [decimals_of(other) for other in siblings if re.fullmatch(NUMBER, other)]
    is_large = len(shorter.partition(".")[0]) > 1
    return is_large and len(decimals) > 1 and set(decimals) == {decimals_of(shorter)} != {0}


def may_hold_mark(digits: str, marks: Collection[str], siblings: Iterable[str]) -> bool:
    """Say whether ``digits`` may end with a footnote mark but need not: 166.12 beside 164.0, near note 2."""
    if decimals_of(digits) > _USUAL_DECIMALS or not marks or not digits.endswith(tuple(marks)):
        return False
    usual = {decimals_of(other) for other in siblings if re.fullmatch(NUMBER, other)} - {0}
    return len(usual) == 1 and any(
        digits.endswith(mark) and decimals_of(digits.removesuffix(mark)) in usual for mark in marks
    )

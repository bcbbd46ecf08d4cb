"""From a printed label to a catalogued metric and breakdown member.

A label is mapped only when all of its words are explained: by an alias, by a member's alias, by the group
it stands in, or by words that carry no meaning here (我们, 报告期内, 达到). The printed unit has a veto.
What is explained by nothing stays unmapped: a wrong metric is worse than none.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from pipelines.catalogue import Catalogue, Target, normalise_alias, normalise_folded
from pipelines.text import BLANKS, SUPERSCRIPTS, fold, longest_of
from pipelines.units import BARE, Quantity

# A slip of the pen adds or loses one character (能源消耗总量耗) or, in a long label, mistakes one (百份比).
# A word more is another metric, and so is 员工离职率 with 新 before it.
# tests/unit/test_labels.py holds pairs on both sides.
LARGEST_SLIP = 1
_KEPT = 4096  # answers of each kind
_LONG = 12
_LONGEST_LABEL = 160
# Words that turn a label into another metric: both labels must hold the same ones to be near variants.
_TELLING = re.compile(
    "人均|平均|密度|强度|单位|每|新增|累计|同比|增长|增加|减少|下降|节约|目标|范围.|范畴.|有害|无害|不|无|非"
    "|直接|间接|取|净|毛|男|女|率|比例|占比|比重|总|天然气|汽油|柴油|热|电|水|纸|废|氮|硫|颗粒|严重|客户|用户|员工|供应商"
    "|董事|管理|培训|受训|人次|时长|费用|离职|流失|入职|退休|返岗|留任|申请|授权|正在|淘汰|审核|借款|贷款"
    "|新|余|未|月|周|半|拟|前|后|老|旧|原|外|内"
)  # fmt: skip
_OPENING = re.compile(
    r"^(?:[-·•▪●○◆■*‧◦–>》、,，.]|\d{1,2}[.、)]|[一二三四五六七八九十]+、|其中[:,]?|以及|和(?!谐)|的"
    r"|截至?(?:至)?(?:本?报告期末|报告期内|\d{4}年(?:末|底|\d+月\d+日|年末)?)[,,]?"
    r"|(?:于|在)?(?:本)?报告期(?:内|末)?[,,]?|本?年度(?!新增|推送|累计)[,,]?|(?:19|20)\d\d年(?:度|末|底|内)?[,,]?|(?:19|20)\d\d(?!年)"
    r"|我们|获得|收到|本公司|公司|本集团|集团|全体|全年|全公司|共计|合共|累计共|共有|共(?!同)|已(?!离|售|运|授)|合计)"
)
_CLOSING = re.compile(
    r"(?:已?达到?|人民币|不超过|不低于|不少于|低于|高于|少于|大于|小于|接近|大约|为|是|约|近|超过?|逾|共计|合共|合计为|高达|分别为|情况|统计|数据|如下|有|了|,|,|:|、|;|\.|。"
    r"|\(?(?:%|％)\)?|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\*+|\^注?|\[\d+\]|注\d*)$"
)
_CLOSING_ENDS = frozenset(
    f"达到币过于低高少多大小接近为是约超逾计共况据下有了,:、;.。%％)*^注]0123456789{SUPERSCRIPTS}"
)
_MARKS = re.compile(rf"[{SUPERSCRIPTS}]+|\[\d{{1,2}}\]|\^?\(?附?注[\d一二三四五]*\)?(?=$|\()|\*+|\^")
_UNREAD = r"[^\pL]*(?:注[\d一二三四五]*[^\pL]*)*"  # what labels are compared without, as polars writes it
_MAY_BE_MARKED = re.compile(rf"[{SUPERSCRIPTS}\[注*^]")
_SCOPE = re.compile(r"(?:范围|范畴|scope)\s*([一二三123])")
_SCOPE_ALONE = re.compile(r"^\s*(?:范围|范畴)\s*[一二三123](?=\s*[:(])")
_LEGEND_PART = re.compile(  # 30 岁以下 is one part, 男 女 are two
    r"(?:[^\s、,/|]|(?<=\d)\s+(?=周?岁|分|级|[-~至])|(?<=[-~至])\s+(?=\d)|(?<=[<>≤≥=])\s+)+"
)
_BRACKETED = re.compile(r"\([^()]*\)")
# Every house has its own name for the promise that its suppliers sign.
_INTEGRITY = re.compile("《[^《》]{0,8}(?:廉洁|廉政|阳光|诚信|反腐|反贿赂|反商业贿赂|清廉)[^《》]{0,10}》")
_AGE = re.compile(
    r"(?<!\d)(?:年龄)?(?P<below>[<≤]=?)?(?P<low>\d{2})(?:周?岁)?(?:[-~至到](?P<high>\d{2}))?(?:周?岁)?"
    r"(?P<side>及以下|及以上|以下|以上|或以下|或以上|\(不?含\))?(?:的|之间)?"
)
_AGE_ABOVE = re.compile(r"(?:年龄)?(?P<sign>[>≥]=?)(?P<low>\d{2})(?:周?岁)?")
_DIGIT = re.compile(r"\d")
_SCORE = re.compile(
    r"(?P<low>\d{1,4})(?:分|级)?[-~至到](?P<high>\d{1,4})(?:分|级)"
    r"|(?P<sign>[<>≤≥]=?)(?P<bound>\d{1,4})(?:分|级)"
    r"|(?P<edge>\d{1,4})(?:分|级)(?P<side>(?:及|或)?以[上下])"
)
_UNIT_AT_END = re.compile(r"\((?:单位:)?(?P<unit>[^()\d]{1,6})\)\s*$")  # 按年龄划分的员工人数(人)
AS_OF = re.compile(r"[(（](?:截至)?\s*(?:19|20)\d\d\s*年?[度末底]?[)）]\s*$")
"""The date behind a title: 员工职能构成（2023年末）."""
_AND_SHARE = re.compile("(?:以?及|和|与|、|/)其?(?:占比|比例|百分比|比率)$")  # 员工人数及占比
TOTAL = re.compile(
    r"^(?:(?:合计|总计|总数|总量|总体|整体|全体|(?:全体|所有|全部|每[名位])(?:员工|雇员)|total)\s*)+$"
)
_CODE = re.compile(
    r"\s*(?:(?:kpi\s*)?[a-e]\d{1,2}\.\d{1,2}|(?:gri\s*\d{1,3}-\d{1,2}\s*)+|(?:2|[1-4]\d\d)-\d{1,2}(?=\s))"
    r"\s*(?=[一-鿿])(?!周?岁|年|级|分)"
)
# What the indicators are of that are broken down by gender, age and the like: Appendix C2 of the HKEX Listing
# Rules (subject areas B1, B3, B5) and GRI 2 and 404 (2021, 2016).
_CODED = {
    "b1.1": ("employees_total",), "b1.2": ("turnover_rate",), "b3.2": ("training_hours_avg",),
    "b5.1": ("suppliers_total",), "2-7": ("employees_total",), "404-1": ("training_hours_avg",),
}  # fmt: skip
# Words that limit a metric, by topic: the second of two amounts for the same electricity (GHG Protocol Scope
# 2 Guidance, 2015, chapter 7), who was trained (HKEX B7.3 asks for directors and staff), and the parent's
# share of a profit (IAS 1, paragraph 81B).
_LIMITS = {
    "ghg": re.compile(r"(?:基于|按照?|以)市场(?:为基[础准])?|市场法|market[- ]?based"),
    "ethics": re.compile("董事(?!会?[及和与、])|(?:高级)?管理层(?:人员)?|管理人员|高管|(?:关键|重点)岗位"),
    "financial": re.compile("归母|归属于?[^,]{0,8}?(?:股东|拥有人|所有者|持有人)|(?:股东|拥有人|持有人)应占"),
}
_ENGLISH = re.compile(r"(?<=[一-鿿)])\s+[a-z]{2,}(?:[\s,&/-]+[a-z]{2,})+\s*$")
_STAFF = re.compile("员工|雇员|职员|人员")
_STAFF_TAIL = re.compile("^(?:员工|雇员|职员|人员|数|数量|人数|占比|比例|比率|的)*$")
_MEMBER_TAIL = re.compile("^(?:员工|雇员|职员|人员|董事|供应商|数|数量|人数|占比|比例|比率|的)*$")


class Group(NamedTuple):
    """What the lines above a label say: the metric of the group and the breakdown its members belong to."""

    metrics: tuple[str, ...] = ()
    breakdown: str | None = None


_NO_GROUP = Group()
UNKNOWN = Group(("",))
"""The group of a row that means nothing here: what is printed below it is no part of any metric known."""


class Mapping(NamedTuple):
    """A label's metric and member; ``exact`` is false for a near variant found by fuzzy matching."""

    metric: str
    breakdown: str | None
    member: str | None
    exact: bool


class Heading(NamedTuple):
    """A group row such as 按性别划分的员工流失率: its breakdown, and the metrics its other words may name.

    ``breakdown`` is None where it names several (按性别及地区划分).
    """

    breakdown: str | None
    metrics: tuple[str, ...]


Legend = list[tuple[str, tuple[tuple[str, str], ...]]]
"""Printed members in order, each with the (breakdown, member) pairs that it may stand for."""


class LabelMatcher:
    """Matches labels of one company. ``own_names``: its names, which say nothing in its labels.

    ``match``, ``match_exactly``, ``legend``, ``heading``, ``variants`` and ``is_known`` keep their last
    answers.
    """

    def __init__(self, catalogue: Catalogue, own_names: tuple[str, ...] = ()) -> None:
        self._catalogue = catalogue
        names = sorted({normalise_alias(name) for name in own_names if len(name) > 1}, key=len, reverse=True)
        self._own_names = tuple(names)
        self._members, self._grouped = _patterns(catalogue)
        keep = functools.lru_cache(_KEPT)
        self.match, self.match_exactly = keep(self._match), keep(self._match_exactly)
        self.legend, self.heading = keep(self._legend), keep(self._heading)
        self.variants, self.is_known = keep(self._variants), keep(self._is_known)

    def _match(self, label: str, quantity: Quantity | None, group: Group = _NO_GROUP) -> Mapping | None:
        """Return the one catalogued meaning of ``label`` printed with ``quantity``, or None."""
        if len(label) > _LONGEST_LABEL:
            return None
        if mapping := self.match_exactly(label, quantity, group):
            return mapping
        if self.legend(label):
            return None  # 客户服务 is a group of staff, no slip of 客户服务量
        near = (self._near_variant(form, quantity) for form in self.variants(label))
        return next((found for found in near if found), None)

    def _is_known(self, label: str) -> bool:
        """Say whether ``label`` names a metric, whatever its unit."""
        return any(self._aliased(form) or self._composed(form) for form in self.variants(label))

    def _legend(self, text: str) -> Legend:
        """Return the members that a chart's legend names, in order; empty where it says anything else.

        ``男性 女性`` -> [("男性", (("gender", "male"),)), ...]; glued legends (本科硕士博士) are parted too.
        """
        if len(text) > _LONGEST_LABEL:
            return []
        found: Legend = []
        hidden = _BRACKETED.sub(lambda note: " " * len(note.group()), fold(text))
        for part in _LEGEND_PART.finditer(hidden):
            rest, start = normalise_folded(part.group()), part.start()
            while rest:
                ages = [band for band in bands(rest) if band[2] == 0]
                match = self._members.match(rest)
                if not ages and not match:
                    return []
                end = ages[0][3] if ages else match.end() if match else 0
                members = ((ages[0][0], ages[0][1]),) if ages else self._catalogue.members[rest[:end]]
                if staff := _STAFF.match(rest, end):
                    end = staff.end()
                is_last = end == len(rest)
                printed = text[start : part.end()] if is_last else text[start : start + end]
                found.append((printed, members))
                rest, start = rest[end:], start + end
        return found

    def of_member(
        self, total: Mapping | None, quantity: Quantity | None, breakdown: str | None, member: str | None
    ) -> Mapping | None:
        """Return the mapping of a row's value in a member's column (女性): the metric itself or its part."""
        if total is None or total.member or breakdown is None:
            return None
        for metric in (total.metric, *self._catalogue.parts.get(total.metric, ())):
            if breakdown in self._catalogue.metrics[metric].breakdowns and self.agrees(metric, quantity):
                return Mapping(metric, breakdown, member, total.exact)
        return None

    def _heading(self, text: str) -> Heading | None:
        """Read a group row: 按性别划分, 按年龄划分的员工流失率. None where the text is no such row."""
        title = AS_OF.sub("", _without_marks(fold(text)))
        unit = _UNIT_AT_END.search(title)
        is_unit = unit is not None and self._catalogue.units.parse(unit["unit"]) is not None
        normal = normalise_folded(title[: unit.start()] if unit and is_unit else title)
        titles = self._catalogue.breakdown_titles
        if normal in titles:
            return Heading(titles[normal], ())
        if found := self._grouped.search(normal):
            rest = _AND_SHARE.sub("", self.bare(normal[: found.start()] + normal[found.end() :]))
            metrics = tuple(dict.fromkeys(t.metric for t in self._catalogue.targets(rest) if not t.member))
            breakdown = None if found["further"] else titles[found["title"] or found["of"]]
            return Heading(breakdown, metrics) if metrics or not rest else None
        return None

    def subjects(self, text: str) -> tuple[str, ...]:
        """Return the metrics that a title or a lead-in names, whatever their unit: 用户信用风险分布如下."""
        targets = [target for form in self.variants(text) for target in self._aliased(form)]
        return tuple(dict.fromkeys(target.metric for target in targets if not target.member))

    def metrics_of_code(self, folded: str) -> tuple[str, ...]:
        """Return the metrics of the indicator whose code opens a line: B1.1 按性别, GRI 2-7 按地区."""
        found = _CODE.match(folded)
        return _CODED.get(found.group().replace("kpi", "").replace("gri", "").strip(), ()) if found else ()

    def members_named(self, label: str) -> list[str]:
        """Return the words of a label that name members of a breakdown: 国内 in 国内累计借款用户."""
        form = self.bare(label)
        return list(dict.fromkeys(form[start:end] for _, _, start, end in self._members_in(form)))

    def bare(self, label: str) -> str:
        """Return the normalised label without words that say nothing about the metric."""
        return self._bare(fold(label))

    def _bare(self, folded: str) -> str:
        text = normalise_folded(_without_marks(folded))
        while len(text) <= _LONGEST_LABEL:
            opening = _OPENING.match(text)
            shorter = text[opening.end() :] if opening else text
            if shorter[-1:] in _CLOSING_ENDS:
                shorter = _CLOSING.sub("", shorter)
            if shorter.startswith(self._own_names):
                shorter = next(shorter[len(name) :] for name in self._own_names if shorter.startswith(name))
            if shorter == text or not shorter:
                return text
            text = shorter
        return text

    def _variants(self, label: str) -> list[str]:
        """Return the label's forms to look up: with its brackets' content, and without.

        English that repeats it (员工总数 Total employees) comes off where it names no member of its own.
        """
        text = _without_marks(with_usual_names(fold(label)))
        english = _ENGLISH.search(text)
        if english and not self._members_in(normalise_folded(english.group())):
            text = text[: english.start()]
        printed = [text, _BRACKETED.sub(_without_note, text)] if "(" in text else [text]
        whole = [form for form in map(normalise_folded, printed) if form in self._catalogue.aliases]
        bare = [self._bare(form) for form in printed]
        if scope := _SCOPE_ALONE.match(text):
            bare.append(self._bare(scope.group()))  # 范畴一:公司车辆的汽油燃烧
        return [form for form in dict.fromkeys([*whole, *bare, *map(self._ungrouped, bare)]) if form]

    def _ungrouped(self, form: str) -> str:
        """Return a form without the grouping that its member tells too: 按性别划分的员工人数男性."""
        found = self._grouped.search(form)
        rest = (form[: found.start()] + form[found.end() :]).lstrip(":") if found else form  # 按性别:男
        return rest if found and self._members_in(rest) else form

    def _match_exactly(
        self, label: str, quantity: Quantity | None, group: Group = _NO_GROUP
    ) -> Mapping | None:
        """Return what ``match`` does, without near variants: every word is explained."""
        if len(label) > _LONGEST_LABEL:
            return None
        whole = fold(label).strip()  # 全体员工 below 人均培训时长
        of_group = self._in_group(whole, quantity, group) if TOTAL.match(whole) else []
        if mapping := self._only(of_group, quantity, exact=True):
            return mapping
        for form in self.variants(label):
            if self._is_of_staff(form, group):  # 男性员工 below 按性别划分的流失率: no employees' share
                return self._only(self._in_group(form, quantity, group), quantity, exact=True)
            mapping = (
                self._only(self._aliased(form), quantity, exact=True)
                or self._only(self._composed(form), quantity, exact=True)
                or self._only(self._in_group(form, quantity, group), quantity, exact=True)
            )
            if mapping:
                return mapping
        return None

    def _only(self, targets: list[Target], quantity: Quantity | None, *, exact: bool) -> Mapping | None:
        """Return the one target whose unit agrees; none or several is no answer."""
        agreeing = [
            target
            for target in dict.fromkeys(targets)
            if self.agrees(target.metric, quantity)
            and (target.member or not self._catalogue.needs_member(target.metric))
        ]
        if len(agreeing) > 1:  # 全职员工人数: the group's metric, where a total's could have the member too
            agreeing = [t for t in agreeing if self._catalogue.needs_member(t.metric)] or agreeing
        if len(agreeing) == 1:
            return Mapping(agreeing[0].metric, agreeing[0].breakdown, agreeing[0].member, exact)
        return None

    def agrees(self, metric: str, quantity: Quantity | None) -> bool:
        """Say whether a number printed in ``quantity`` can be one of ``metric``."""
        known = self._catalogue.metrics[metric]
        return self._catalogue.units.factor(quantity or BARE, known.unit, known.topic) is not None

    def _aliased(self, form: str) -> list[Target]:
        return list(self._catalogue.targets(form))

    def _composed(self, form: str) -> list[Target]:
        """Explain 女性员工比例 as the member 女性 and the alias 员工比例.

        Before a member the title of its breakdown (雇员类别 高级管理层) does not say of what it is.
        """
        found = []
        titles = self._catalogue.breakdown_titles
        for breakdown, member, start, end in self._members_in(form):
            for rest in {
                form[:start] + form[end:].removeprefix("的"),
                form[:start].removesuffix("的") + form[end:],
            }:
                for target in self._aliased(self._bare(rest)) if rest and rest not in titles else ():
                    metric = self._catalogue.metrics[target.metric]
                    if target.member is None and breakdown in metric.breakdowns:
                        found.append(Target(target.metric, breakdown, member))
        return found

    def _is_of_staff(self, form: str, group: Group) -> bool:
        """Say whether a label names nothing but a member of what a heading or an unknown row above opened."""
        if not group.metrics:
            return False
        rests = (
            (breakdown, form[:start] + form[end:]) for breakdown, _, start, end in self._members_in(form)
        )
        if group == UNKNOWN:
            return any(_STAFF.fullmatch(rest) for _, rest in rests)
        if group.breakdown:
            return any(breakdown == group.breakdown and _STAFF_TAIL.match(rest) for breakdown, rest in rests)
        metrics = [self._catalogue.metrics[part] for each in group.metrics for part in self._parts_of(each)]
        return any(
            _STAFF.fullmatch(rest) and any(breakdown in metric.breakdowns for metric in metrics)
            for breakdown, rest in rests
        )

    def _in_group(self, form: str, quantity: Quantity | None, group: Group) -> list[Target]:
        """Explain 男 below 按性别划分 as the member of the metric above it."""
        if TOTAL.match(form):  # 总计 below the suppliers of each region is all suppliers
            parts = [part for total in group.metrics for part in self._parts_of(total)]
            totals = [self._catalogue.sets.get(part, ("", None))[1] or part for part in parts]
            is_ratio = quantity is not None and quantity.per is not None
            return [Target(each) for each in totals if is_ratio or not self._is_intensity(each)]
        found = []
        for breakdown, member, start, end in self._members_in(form):
            rest = form[:start] + form[end:]
            is_other = group.breakdown is not None and breakdown != group.breakdown
            is_whole = not is_other and _MEMBER_TAIL.match(rest)
            if not is_whole and self._titled_by(rest) != breakdown:
                continue
            for total in group.metrics:
                for part in self._parts_of(total):
                    if breakdown in self._catalogue.metrics[part].breakdowns:
                        found.append(Target(part, breakdown, member))
        agreeing = [target for target in found if self.agrees(target.metric, quantity)]
        if len({target.metric for target in agreeing}) > 1:  # the group's own metric before a derived one
            own = [target for target in agreeing if target.metric in group.metrics]
            agreeing = own or agreeing
        return agreeing

    def _is_intensity(self, metric: str) -> bool:
        """Say whether a metric is an amount per something, of which groups have no mean: no total is one."""
        return "_per_" in self._catalogue.metrics[metric].unit and metric not in self._catalogue.means

    def _titled_by(self, form: str) -> str | None:
        """Return the breakdown that a form names and nothing else: 按年龄."""
        found = self._grouped.fullmatch(form.rstrip(":"))
        return self._catalogue.breakdown_titles[found["title"] or found["of"]] if found else None

    def _parts_of(self, total: str) -> tuple[str, ...]:
        return self._catalogue.parts.get(total, (total,) if total else ())

    def _members_in(self, form: str) -> list[tuple[str, str, int, int]]:
        """Return (breakdown, member, start, end) of every member named in ``form``."""
        found = [
            (breakdown, member, match.start(), match.end())
            for match in self._members.finditer(form)
            for breakdown, member in self._catalogue.members[match.group()]
        ]
        return found + [self._with_title(form, band) for band in bands(form)]

    def _with_title(self, form: str, band: tuple[str, str, int, int]) -> tuple[str, str, int, int]:
        """Take the words before a band that name its breakdown as part of it: 魔镜评分1-4级."""
        breakdown, member, start, end = band
        before = (title for title, kind in self._catalogue.breakdown_titles.items() if kind == breakdown)
        longest = max((len(title) for title in before if form[:start].endswith(title)), default=0)
        return breakdown, member, start - longest, end

    def _near_variant(self, form: str, quantity: Quantity | None) -> Mapping | None:
        """Find an alias that differs by a slip only; two metrics equally near are no answer."""
        if len(form) < 3:
            return None
        near = [
            alias
            for alias in _one_slip_away(form, self._catalogue)
            if not form.endswith(alias)
            and (len(alias) != len(form) or len(form) >= _LONG)
            and sorted(_TELLING.findall(alias)) == sorted(_TELLING.findall(form))
        ]
        targets = [target for alias in near for target in self._catalogue.aliases[alias]]
        return self._only(targets, quantity, exact=False)


def with_usual_names(folded: str) -> str:
    """Return a label with a usual name for what each house calls otherwise: 供应商《阳光合作协议》签署率."""
    return _INTEGRITY.sub("廉洁协议", folded) if "《" in folded and "供应商" in folded else folded


def limit_of(label: str, topic: str) -> str | None:
    """Return the words of a label that limit a metric of ``topic`` to a part or a method: 归母净利润."""
    found = _LIMITS[topic].search(fold(label)) if topic in _LIMITS else None
    return label[found.start() : found.end()] if found else None


def joined(title: str, label: str) -> list[str]:
    """Return a title and a label that leaves its words out as one: 小企业贷款, 贷款总量 -> 小企业贷款总量."""
    overlaps = [size for size in range(1, min(len(title), len(label))) if title.endswith(label[:size])]
    return [title + label[size:] for size in reversed(overlaps)] + [title + label]


@functools.cache
def _patterns(catalogue: Catalogue) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the members and of a grouping: 按性别划分的, 以年龄层分类, 性别结构."""
    title = longest_of(catalogue.breakdown_titles)
    further = rf"(?P<further>(?:(?:[、,及和与]|以及)(?:{title})(?:组别|类别)?)*)"  # 按性别、年龄及地区
    return re.compile(longest_of(catalogue.members)), re.compile(
        rf"(?:以|按照?|依|^by|breakdownby)(?P<title>{title})(?:组别|类别)?{further}"
        r"(?:来|进行)?(?:划分|分类|区分|分布|统计|分组|分)?(?:的|之)?,?"
        rf"|(?P<of>{title})(?:结构|分布|构成|组成|比例|占比)(?:情况)?$"
    )


def heading_candidate(catalogue: Catalogue) -> str:
    """Return a regular expression for folded lines: ``LabelMatcher.heading`` finds nothing in any other.

    Nor in any of its words, nor in a label that goes on in the next line.
    """
    title = title_start(catalogue)
    ends = "|".join(_UNREAD.join(word) for word in ("结构", "分布", "构成", "组成"))
    shares = f"{title}.{{0,4}}(?:比{_UNREAD}例|占{_UNREAD}比)"
    return rf"[以按依]{_UNREAD}照?(?:{title}|{_UNREAD}$)|b[^a-z]*y|(?:^|[{BLANKS}]){title}|{ends}|{shares}"


def title_start(catalogue: Catalogue) -> str:
    """Return a regular expression for the start of a breakdown's title, with what may stand before it.

    It asks for two letters, of which the second may stand in the next line.
    """
    firsts, seconds = (
        "".join(sorted({re.escape(title[at]) for title in catalogue.breakdown_titles})) for at in (0, 1)
    )
    return rf"{_UNREAD}[{firsts}]{_UNREAD}(?:[{seconds}]|$)"


def legend_candidate(catalogue: Catalogue) -> str:
    """Return a regular expression for folded lines: ``LabelMatcher.legend`` finds nothing in any other.

    Only characters of members, of bands and of their total, and notes in brackets.
    """
    others = set("年龄周岁至到及以下上或不含的之间分级合计总体整")
    letters = "".join(sorted(set("".join(catalogue.members)) | others))
    return rf"^(?:\([^()]*\)|[^\w]|[\d_{re.escape(letters)}])*$"


def _one_slip_away(form: str, catalogue: Catalogue) -> list[str]:
    """Return the aliases with an edit distance of at most ``LARGEST_SLIP`` to ``form``."""
    index = _shortened_aliases(catalogue)
    found = dict.fromkeys(alias for key in _shortened(form) for alias in index.get(key, ()))
    return [alias for alias in found if Levenshtein.distance(form, alias) <= LARGEST_SLIP]


@functools.cache
def _shortened_aliases(catalogue: Catalogue) -> dict[str, list[str]]:
    """Index the aliases by themselves with one character or none left out: texts a slip apart share one."""
    index: dict[str, list[str]] = defaultdict(list)
    for alias in catalogue.aliases:
        if len(alias) >= 3:
            for key in _shortened(alias):
                index[key].append(alias)
    return dict(index)


def _shortened(text: str) -> Iterable[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def _without_marks(folded: str) -> str:
    """Return a label without footnote marks, and without an indicator's code before it (B1.1 雇员总数)."""
    if coded := _CODE.match(folded):
        folded = folded[coded.end() :]
    return _MARKS.sub("", folded) if _MAY_BE_MARKED.search(folded) else folded


def _without_note(bracketed: re.Match[str]) -> str:
    """Drop a bracketed note, but not one that names a single scope: that is another metric."""
    scopes = set(_SCOPE.findall(bracketed.group()))
    return bracketed.group() if len(scopes) == 1 else ""


def bands(form: str) -> list[tuple[str, str, int, int]]:
    """Return (breakdown, member, start, end) for every band of ages or of scores in a normalised label."""
    return age_bands(form) + score_bands(form) if _DIGIT.search(form) else []


def score_bands(form: str) -> list[tuple[str, str, int, int]]:
    """Return ('score_band', member, start, end): 40-60分 -> 40-60 · 60分以上 -> >60 · 1-4级 -> 1-4."""
    found = []
    for match in _SCORE.finditer(form):
        if match["low"]:
            member = f"{match['low']}-{match['high']}"
        else:
            side = match["side"] or ""
            sign = match["sign"] or (">" if side.endswith("上") else "<") + ("=" if len(side) > 2 else "")
            member = f"{sign}{match['bound'] or match['edge']}"
        found.append(("score_band", member, match.start(), match.end()))
    return found


def age_bands(form: str) -> list[tuple[str, str, int, int]]:
    """Return ('age', member, start, end) for every age band in a normalised label.

    30岁以下 -> <30 · 30岁及以下 -> <=30 · 31-40岁 -> 31-40 · 50岁以上 -> >50 · 51岁及以上, 51岁以上 -> >=51:
    a band that opens at one above a ten continues the band before it, so it includes its bound.
    """
    found = []
    for match in _AGE.finditer(form):
        low, high, side, below = match["low"], match["high"], match["side"] or "", match["below"]
        if high:
            member = f"{low}-{high}"
        elif below:
            member = f"{'<=' if below != '<' else '<'}{low}"
        elif side.endswith("以下"):
            member = f"{'<' if side == '以下' else '<='}{low}"
        elif side.endswith("以上"):
            member = f"{'>' if side == '以上' and not low.endswith('1') else '>='}{low}"
        else:
            continue
        if "岁" in match.group() or below or high:
            found.append(("age", member, match.start(), match.end()))
    for match in _AGE_ABOVE.finditer(form):
        found.append(
            ("age", f"{'>' if match['sign'] == '>' else '>='}{match['low']}", match.start(), match.end())
        )
    return found

"""KPIs in sentences: ``实现营业收入54.7亿元``, ``约70%的员工已加入工会``, ``未发生任何工伤事件``.

Lines are joined to paragraphs (``prose``) and parted into sentences. The words around a number in its clause,
without subject, period, adverbs and verbs that do not say what is measured, are its label; an alias must
explain all of them (``phrases``). A clause that names nothing goes on with what the one before it measures
(其中, 占比, 同比增长). Aims, rules, conditions and others' figures are no datapoints. The vocabulary is
``dbt/seeds/sentence_words.csv``; numbers that no alias explains are kept as statements without a metric.
"""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.catalogue import Catalogue, normalise_alias, normalise_phrase
from pipelines.extraction.document import YEAR, Document, Line
from pipelines.extraction.labels import Group, Mapping
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value
from pipelines.extraction.phrases import SINCE, Meaning, Phrases
from pipelines.extraction.prose import SENTENCE, Passage, passages
from pipelines.units import Quantity

_CLAUSE_START = re.compile(  # a colon right before a number parts it from its label: 供应商总数：300家
    r"[、(]|:(?!\s*(?:人民币|rmb|大?约|近|逾|超过?|共)?\s*\Z)|,(?!\d{3}(?!\d))"
)
_CLAUSE_END = re.compile(r"[、。;:()!?]|,(?!\d{3}(?!\d))")
_JOINS = re.compile("以及|[及和与并]")
_PART_END = re.compile("[,。;!?]")
_BRACKETS = re.compile(r"\([^()]*\)")
_RESPECTIVELY = re.compile("分别(?:达到|达|为|是|约)*$")
_BASE = re.compile("[按以](?P<base>[^,。:]{2,20}?)(?:计算|计量|为基数|为分母)$")  # 密度按年度收入计算
_EACH = re.compile("均(?:为|达到|达|是)?$")
_IN_TURN = re.compile("^[,、]?分别(?=[较比同增])")
_JOINING = frozenset("、和及与")
_LISTING = re.compile("均|分别")
_LISTED = re.compile("以及|[及和与或、]")
_FORMULA = re.compile(  # 7×24小时 is none
    r"[=＝]|(?!(?:(?<=7)|(?<=7\s))×\s?24)(?!(?:(?<=24)|(?<=24\s))×\s?7)×|[*/]\s*\d+\s*$"
)
_RANGE = re.compile(r"\s*[-~至到]\s*(?:人民币)?\s*\d")
_OF_RANGE = re.compile("(?:每|[至到~-](?:人民币)?)$")
_A_YEAR = r"(?:fy\s*)?(?:19|20)\d\d\s*(?:财?年)?度?"  # 2022年, 2022财年, FY2022
_FROM, _TO = (
    re.compile(
        rf"[由从]\s*(?:(?:{_A_YEAR}|[上去]一?年(?:度|同期)?)[末底]?\s*[的之]?\s*)?(?:人民币|rmb)?\s*$"
    ),
    re.compile(r"\s*(?:大幅|显著|逐步|持续|进一步)?(?:[上下回](?=[升降调落]))?[降升增减提缩扩跃变调落至到]"),
)  # 由18%降至15%: what was before
_UP_TO = re.compile("[至到为]")
_LIMIT = re.compile(
    r"\s*[^\s,、;。]{0,5}?(?:及以[上下]|以[上下内](?:的|为|,?[且或]))"
)  # 营业收入300万元及以上的企业
_THRESHOLD = ("以上", "以下", "以内", "及以")
_EVENT = re.compile(r"^\W*((?:19|20)\d\d)\s*年\s*(?:\d{1,2}\s*月|初|底|末)")
_SINCE = re.compile(SINCE)
_TO_DATE = re.compile(rf"累计|截[至止]|{SINCE}")
_AT = re.compile(r"截[至止]")
_TOTAL = re.compile("累计|共|总|全年|年度|合计")
_HELD = re.compile("累计|共|总|拥有|持有|现有|已有|截[至止]|有效")
_OF_YEAR = re.compile("报告期|本年|今年|年度|全年|期末|年末")
_COMPARED = re.compile(
    rf"(?:相?较于?|相比于?|对比|比)(?:上年|去年|\s*{_A_YEAR})|与\s*{_A_YEAR}\s*相比"
    rf"|[由从]\s*{_A_YEAR}\s*[的之]"
)
_CHANGED = re.compile(  # 排放量较2022年减少10%,为12.3万吨: what changed is what it became
    r"(?:相?较|相比|[比与由从]|同比|按年)(?:[^,。;]|,(?=\d{3})){0,20}?(?:减少|下降|降低|增长|增加|上升|提升|提高)了?(?:大?约|近)?$"
)
_BECAME = re.compile(
    r"\s*(?:,\s*(?:已?达到?|为|是)|,?\s*(?:降|减少|下降|降低|升|增|增加|增长|上升|提升|提高)?[至到])"
    r"(?:大?约|近)?(?:人民币|rmb)?\s*"
)
_MOST = re.compile(
    "(?:的?(?:数量|人数|数目|总?数))?(?:[最较][多少高低大小]|居多),$"
)  # 华东地区供应商数量最多,占50%
_ON_YEAR_BEFORE = re.compile("同比|较[上去]年|按年")  # of 2023 and 2022 it is about 2023
_BEFORE = re.compile(  # 较2022年的32.7亿元增长, 较上年末20,365人减少
    rf"(?:较于?|比|[高低优]于)(?:[^,。]{{0,8}}的|\s*(?:{_A_YEAR}|[上去]一?年(?:度|同期|同日)?)[末底]?之?)(?:人民币|rmb)?\s*$"
    r"|(?:^|(?<=,))[上去]一?年(?:度|同期)?(?:则?[为是])\s*(?:人民币|rmb)?\s*$"
)
_YEAR_BEFORE = re.compile("[上去]一?年")
_YEARS = re.compile(
    r"(?:(?:19|20)\d\d\s*年?(?:度|末|底)?\s*(?:[、,]|以及|[及和与])\s*)+(?:19|20)\d\d\s*年(?:度|末|底)?的?"
)
_OTHERS = (  # 供应商A
    r"(?:供应商|客户|企业|公司|商户|机构|银行)(?:[a-h甲乙丙](?![a-z股级类端])|[一二三](?=\s*[:、,]))"
    r"|(?<![a-z])[a-h甲乙丙]\s?(?:品牌|企业|公司|客户)"
)
_WITHOUT_UNIT = frozenset({"ratio", "per_million_hours"})
_PLANNED = re.compile("计划|预计|预期|力争|目标|[将拟]")
_SUM = re.compile("(?:合计|总计|总和|之和)(?:为|达|约)*$")
_SHARES = frozenset({"", "占", "占比", "比例", "比重"})
_CHINESE = re.compile("[一-鿿]")
_CASES = re.compile("(?:事件|案件|案例|个案|事故|事项|情况|情形)$")
_PUNISHED = re.compile(  # 因违反环保法规而受到处罚的事件
    "^因(?P<what>违反.{2,14}?|.{2,12}?违[规法])(?:行为)?而?(?:受到?|被|遭受?)(?:的?(?:行政|监管)?(?:处罚|处分|罚款)).{0,5}$"
)
_EDGES = " ,，、;；:：。•·▪●○◆■"
_NO_STATEMENT = frozenset(
    {"bare", "hour", "day", "month", "year", "year_of_age", "percentage_point", "ratio"}
)
# A part of a year, unless it tells until or since when.
_MONTHS = re.compile(
    r"(?<![至止自从])(?:(?:19|20)\d\d\s*年|本年度?|今年|去年|^|,)\s*"
    r"(?:[上下]半年|第?[一二三四1-4]季度|q[1-4]|(?P<month>\d{1,2}\s*月(?:份|\s*\d{1,2}\s*日)?(?![底末\d])))"
    r"(?!以来|起|至今|末|底|\s*[-~至到]\s*(?:12\s*月|(?:19|20)\d\d))"
)
_NEVER_NONE = frozenset({"financial", "workforce", "lending"})  # topics of what no company is without
_COUNTED = frozenset(
    {"count", "person", "person_time", "hour"}
)  # what happened in a month, happened in its year
# 对本集团或其雇员提出并已审结的贪污诉讼案件, in the form of ``normalise_phrase``
_OF_OWN = re.compile(
    "^(?:任何)?(?:针对|对|涉及)(?:本?集团|本?公司|我们|本行|发行人)(?:、其?(?:雇员|员工|职员))?"
)
_FOUND_BY = re.compile("^经(?:司法|监管|有关|主管)(?:机关|部门|机构)(?:审结|认定|确认|查处|立案|判决)的?")
_TITLES = re.compile("《[^《》]*》")
_QUOTES = (("“", "”"), ("「", "」"), ("《", "》"))
_FEW = 20  # 三个方面 count ideas, 1,000个维度 do not
_MOST_VALUES = 60  # a sentence with more is a list torn out of a table


class Statement(NamedTuple):
    """A number in a sentence with the words that say what it is; ``value`` has its place in ``line``."""

    value: Value
    line: Line
    label: str
    label_line: Line
    year: int
    evidence: tuple[Line, ...]


class _Vocabulary:
    """What makes a sentence worth reading, and what makes its numbers no datapoints."""

    def __init__(self, catalogue: Catalogue) -> None:
        words = {role: "|".join(of_role) for role, of_role in catalogue.words.items()}
        self.own = re.compile(rf"{words['subject']}|报告期|本年|截至|截止|19\d\d\s*年|20\d\d\s*年|20\d\d全年")
        self.aside = re.compile(f"{words['aim']}|{words['rule']}")
        self.modal = re.compile(words["modal"])
        self.never = re.compile(f"{words['others']}|{words['condition']}|{words['story']}|{_OTHERS}")
        self.zero = re.compile(words["zero"])
        self.incident = re.compile(words["incident"])
        self.team = re.compile(f"(?:{words['team']})(?!.*(?:{words['subject']}))")
        self.event = re.compile(f"^[^了]*(?:{words['event']})$")
        self.abstract = re.compile(f"[^,。、]{{0,4}}(?:{words['abstract']})")
        # A number with a unit, a decimal or zero without one, and words. Each opens with one set of letters,
        # which is quick to look for.
        letters = re.escape(catalogue.units.first_letters)
        zeros = catalogue.words["zero"]
        self.hot = (
            re.compile(rf"[0-9](?:\s*(?:\+|[{letters}](?<![年月日]))|\.\d)"),
            re.compile(r"0(?<![\d.]0)(?![\d.])"),
            re.compile(r"\d,\d{3}\s?日"),
            re.compile(r"\d(?<![月\d.,-]\d)(?<!月\s\d)\d{0,4}\s?日(?![止起前内后])"),  # 损失35日; no date
            re.compile("[两三四五六七八九十百千万](?:[余多]?\\s?[名位人场家项次个件起例份户所宗])"),
            re.compile("[为是]零"),
            re.compile(
                f"[{''.join({word[0] for word in zeros})}](?:{'|'.join({word[1:] for word in zeros})})"
            ),
        )


@functools.cache
def _vocabulary(catalogue: Catalogue) -> _Vocabulary:
    return _Vocabulary(catalogue)


def read_sentences(
    document: Document, nodes: Sequence[Node], own_names: Sequence[str] = ()
) -> list[Statement]:
    """Record the KPIs in the sentences among ``nodes``; return the other quantified statements."""
    phrases, vocabulary = Phrases(document.catalogue, own_names), _vocabulary(document.catalogue)
    rest: list[Statement] = []
    for passage in passages(document, nodes, vocabulary.hot):
        for sentence in SENTENCE.finditer(passage.folded):
            if any(hot.search(passage.folded, *sentence.span()) for hot in vocabulary.hot):
                rest += _Sentence(document, vocabulary, phrases, passage, *sentence.span()).read()
    return rest


def keep_statements(document: Document, statements: Sequence[Statement]) -> None:
    """Record the statements on lines that only sentences have used, without a metric."""
    own = {point.line.number for point in document.datapoints if point.layout == "narrative"}
    others = document.used - own
    for each in statements:
        if each.line.number not in others:
            document.record(
                each.value, each.line, label=each.label, label_line=each.label_line.number, mapping=None,
                unit="", year=each.year, evidence=each.evidence, layout="narrative", pairing="adjacent",
            )  # fmt: skip


class _Sentence:
    """One sentence: its numbers are read from left to right, each with what was said before it."""

    def __init__(
        self,
        document: Document,
        vocabulary: _Vocabulary,
        phrases: Phrases,
        passage: Passage,
        start: int,
        end: int,
    ) -> None:
        self._document, self._vocabulary, self._phrases, self._passage = (
            document,
            vocabulary,
            phrases,
            passage,
        )
        self._start = start
        self._folded, self._text = passage.folded[start:end], passage.text[start:end]
        self._masked = _BRACKETS.sub(lambda found: "\0" * len(found.group()), self._folded)
        self._values = document.values.in_prose(self._folded, self._text)
        self._clauses: dict[int, tuple[int, int]] = {}
        future = (found for found in YEAR.finditer(self._folded) if int(found[1]) > document.year + 1)
        self._future = next((found.start() for found in future), end)
        self._previous: Meaning | None = None
        self._previous_at = -1  # the number that it was said of
        self._meant: dict[int, Meaning] = {}  # by number
        self._verb = ""
        self._gained = ""  # the topic of what was gained

    def read(self) -> list[Statement]:
        """Record what is catalogued and return the rest."""
        if len(self._values) > _MOST_VALUES or _FORMULA.search(self._folded):
            return []
        rest = self._read_zeros()
        for i, value in enumerate(self._values):
            quantity = self._document.catalogue.units.parse(value.unit)
            if quantity is None and (value.unit or not (value.number == 0 or "." in value.raw)):
                continue  # a number that counts nothing: a list's item, a footnote mark, a version
            if self._is_former(i):
                said = self._said(i)
                if self._previous_at == i - 1 and _BEFORE.match(said[said.rfind(",") + 1 :].lstrip()):
                    self._record_former(i, quantity)  # only of the number right before, with no words between
                continue
            if self._is_aside(value.start):
                self._previous = None
            elif meanings := self._meanings(i, quantity):
                begin, finish = self._bounds(i)
                for meaning in meanings:
                    self._record(value, meaning, begin, finish)
                former = i - 1 if self._follows_former(i) else self._origin(i)
                if former < i and self._is_former(former) and len(meanings) == 1:
                    self._previous = meanings[0]
                    self._record_former(former, quantity)
                self._previous, self._previous_at = meanings[-1], i
                self._meant[i] = meanings[-1]
            elif statement := self._statement(i, quantity):
                rest.append(statement)
        return rest

    # --- what a number measures ---

    def _meanings(self, i: int, quantity: Quantity | None) -> list[Meaning]:
        """Return what a number measures: nothing, one thing, or several (A和B均为0例)."""
        value = self._values[i]
        if self._is_of_range(i) or _LIMIT.match(self._folded, value.start + len(value.raw)):
            return []
        if series := self._series(i):
            first, _ = series
            said = _YEARS.sub("", _RESPECTIVELY.sub("", self._said(first)))
            meaning = self._phrases.named(self._phrases.bare(said[said.rfind(",") + 1 :]), "", quantity)
            return [meaning] if meaning else []
        if listed := self._listed(i, quantity):
            return listed
        if (changed := self._changed(i, quantity)) is not None:
            return changed
        before, after = self._around(i)
        if self._follows_former(i):
            before = _FROM.sub("", self._around(i - 1)[0].rstrip())
        elif self._follows_change(i):
            before = _CHANGED.sub("", self._said_since(self._origin(i), i - 1).rstrip())
        elif (clause := self._clause_of_most(i)) is not None:
            before = _MOST.sub("", self._masked[slice(*clause)]) + before
        if _SUM.search(before) and self._follows_item(i):
            return []  # 范围一、范围二排放合计: no single one's
        head = self._phrases.bare(before)
        tail = self._phrases.tail(after) if quantity else ""
        if head or not self._verb:
            self._verb = self._phrases.verb(head)
        meaning = self._phrases.named(head, tail, quantity, is_zero=self._values[i].number == 0)
        if meaning:
            meaning = self._in_context(i, meaning, before, quantity)
        elif self._previous and not head + tail and YEAR.search(before) and self._previous_at == i - 1:
            meaning = self._previous if self._phrases.agrees(self._previous, quantity) else None
        elif self._phrases.is_growth(head + tail) and self._previous_at < i - 1 - self._is_former(i - 1):
            meaning = None  # 营业收入54亿元，签约金额20亿元，同比增长14%
        elif self._previous:
            meaning = self._phrases.continued(self._previous, head + tail, quantity)
        else:
            meaning = self._of_topic(i, head + tail, quantity)
        is_whole = meaning and self._previous and meaning.mapping[:3] == self._previous.mapping[:3]
        if is_whole and "其中" in before:
            return []  # 专利401件，其中发明专利210件: a part is not the whole
        return [meaning] if meaning else []

    def _of_topic(self, i: int, words: str, quantity: Quantity | None) -> Meaning | None:
        """Read words by what stands above them: 培训覆盖率：男性95%, or the clause before."""
        begin, _ = self._bounds(i)
        base = _BASE.search(self._folded[: max(begin - 1, 0)]) if not words else None
        if base and self._folded[begin - 1] in ",:" and YEAR.search(self._around(i)[0]):
            return self._phrases.named(self._phrases.bare(base["base"]), "", quantity)
        if not begin or self._folded[begin - 1] != ":":
            return self._phrases.topical(self._clause_above(i), words, quantity)
        topic = self._folded[self._folded.rfind(",", 0, begin - 1) + 1 : begin - 1]
        if whole := self._phrases.named(self._phrases.bare(topic), "", quantity):
            return self._phrases.continued(whole, words, quantity) if words else whole
        matcher, heading = self._document.matcher, self._document.matcher.heading(topic)
        if heading is None or not heading.metrics:
            return None
        mapping = matcher.match_exactly(words, quantity, Group(heading.metrics, heading.breakdown))
        return Meaning(mapping, words, None, "likely") if mapping else None

    def _follows_item(self, i: int) -> bool:
        """Say whether the clause of a number goes on with a list: A、B合计."""
        begin, _ = self._clause(i)
        return self._masked[begin - 1 : begin] == "、" and not any(
            self._folded.rfind(",", 0, begin) < value.start < begin for value in self._values
        )

    def _in_context(self, i: int, meaning: Meaning, before: str, quantity: Quantity | None) -> Meaning | None:
        """Return a meaning as verb, date, place and the clause before allow it."""
        metric = self._document.catalogue.metrics[meaning.mapping.metric]
        if quantity is None and metric.unit not in _WITHOUT_UNIT and self._values[i].number != 0:
            return None  # 注册用户1.4: a number needs its unit
        is_to_date = "累计" in before and _AT.search(self._said(i)) is not None
        if _HELD.search(before):
            self._gained = ""
        is_gained = self._verb == "flow" or self._gained == metric.topic
        if is_gained and metric.basis != "duration" and not is_to_date:
            self._gained = metric.topic  # 获得18项专利，软件著作权6项 tell no stock, 截至年末累计获得 does
            return None
        if metric.basis == "duration" and (months := _MONTHS.search(self._said(i))):
            if not months["month"] or not (metric.unit in _COUNTED or meaning.is_part):
                return None  # 2023年上半年, 2023年12月: not the year's
            meaning = meaning._replace(confidence="ambiguous")
        if metric.basis == "cumulative" and not _TO_DATE.search(self._folded):
            return None  # 为100万人提供借款服务 may be the year's
        carried = self._previous and self._phrases.carried(self._previous, meaning.words, quantity)
        if carried and carried.mapping.metric != metric.code:
            return carried  # 服务小企业主82.6万户，促成借款金额达270亿元: theirs
        is_team = meaning.mapping.breakdown == "function"
        if (
            metric.topic == "workforce"
            and not is_team
            and (team := self._vocabulary.team.search(self._said(i)))
        ):
            if team[0] in before:
                return None  # 客服团队共有486名员工
            meaning = meaning._replace(confidence="ambiguous")  # 公司设立内审部，共有员工12人
        if metric.unit == "percent" and self._vocabulary.event.search(self._said_before(before)):
            meaning = meaning._replace(confidence="ambiguous")  # 举办问答活动，满意度达100%
        one_training = self._document.catalogue.one_training
        if metric.topic == "training" and (one := one_training.search(self._said(i))):
            meaning = meaning._replace(confidence="ambiguous", scope=one.group())
        if meaning.is_part and _TOTAL.search(before):
            meaning = meaning._replace(is_part=False)
        if meaning.scope is None and meaning.mapping.breakdown not in ("region", "market"):
            place = self._phrases.place(self._folded[: self._values[0].start])
            meaning = meaning._replace(scope=place)
        return meaning

    def _listed(self, i: int, quantity: Quantity | None) -> list[Meaning]:
        """Read ``A和B均为0例`` as both, and ``A和B分别为0.05%和100%`` by order."""
        if not _LISTING.search(self._folded):
            return []
        first = i
        each = _EACH.search(self._said(i))
        if not each:
            firsts = (k for k in range(i, -1, -1) if _RESPECTIVELY.search(self._said(k)))
            first = next(firsts, -1)
        if first < 0:
            return []
        clause = (_EACH if each else _RESPECTIVELY).sub("", self._said(first))
        labels = _LISTED.split(clause[clause.rfind(",") + 1 :])
        if len(labels) < 2 or i - first >= len(labels):
            return []
        asked = labels if each else [labels[i - first]]
        found = [self._phrases.named(self._phrases.bare(label), "", quantity) for label in asked]
        if None in found and (last := self._phrases.named(self._phrases.bare(labels[-1]), "", quantity)):
            # 男性及女性流失率: the last one names what all are
            rest = (self._phrases.continued(last, self._phrases.bare(label), quantity) for label in asked)
            found = [meaning or other for meaning, other in zip(found, rest, strict=True)]
        return [meaning for meaning in found if meaning] if all(found) else []

    def _changed(self, i: int, quantity: Quantity | None) -> list[Meaning] | None:
        """Read ``收入54亿元、净利润9亿元，分别同比增长16%和17%`` by order; None where nothing is so said."""
        if "分别" not in self._folded:
            return None
        first = next((k for k in range(i, -1, -1) if _IN_TURN.search(self._words(k))), None)
        if first is None or any(self._words(k) not in _JOINING for k in range(first + 1, i + 1)):
            return None
        size = 1 + i - first
        while first + size < len(self._values) and self._words(first + size) in _JOINING:
            size += 1
        before = self._meant.get(i - size)
        if before is None or any(k not in self._meant for k in range(first - size, first)):
            return []
        meaning = self._phrases.continued(before, _IN_TURN.sub("", self._words(first)).strip(",、"), quantity)
        return [meaning] if meaning else []

    def _words(self, i: int) -> str:
        """Return what stands between a number and the one before."""
        start = self._values[i - 1].end if i else 0
        return self._folded[start : self._values[i].start].strip()

    def _series(self, i: int) -> tuple[int, int] | None:
        """Return the first number and the year of a number in a series of years.

        ``2021年、2022年和2023年员工总数分别为900人、950人和1,020人``
        """
        if "分别" not in self._folded or (listed := _YEARS.search(self._folded)) is None:
            return None
        years = YEAR.findall(listed.group())
        for first in range(i, max(-1, i - len(years)), -1):
            if listed.end() <= self._values[first].start and _RESPECTIVELY.search(self._said(first)):
                return first, int(years[i - first])
        return None

    def _said(self, i: int) -> str:
        return self._folded[: self._values[i].start].rstrip()

    def _said_before(self, before: str) -> str:
        """Return the clause that ends where the clause ``before`` begins."""
        said = self._folded[: max(self._folded.find(before), 0)].rstrip(",")
        return said[said.rfind(",") + 1 :]

    def _clause_above(self, i: int) -> str:
        """Return the clause before that of a number, where it holds no number itself."""
        begin, _ = self._bounds(i)
        said = self._folded[:begin].rstrip(",")
        start = said.rfind(",") + 1
        return "" if any(start <= value.start < begin for value in self._values) else said[start:]

    def _around(self, i: int) -> tuple[str, str]:
        """Return the words of the clause before and after a number, without what stands in brackets."""
        begin, finish = self._clause(i)
        value = self._values[i]
        text = self._folded if self._is_bracketed(i) else self._masked
        return text[begin : value.start].replace("\0", ""), text[value.end : finish].replace("\0", "")

    def _bounds(self, i: int) -> tuple[int, int]:
        """Return where the clause of a number begins and ends: at commas, or at 和 between two numbers."""
        if i not in self._clauses:
            begin, finish = self._clause(i)
            if self._follows_former(i):
                begin = self._bounds(i - 1)[0]
            elif self._follows_change(i):
                begin = self._bounds(self._origin(i))[0]
            elif clause := self._clause_of_most(i):
                begin = clause[0]
            self._clauses[i] = begin, finish
        return self._clauses[i]

    def _clause_of_most(self, i: int) -> tuple[int, int] | None:
        """Return where the clause before that of a number says whose it is the most (or the least) of."""
        begin, _ = self._clause(i)
        said = self._masked[:begin]
        if not (said.endswith(",") and _MOST.search(said)):
            return None
        if self._phrases.bare(self._masked[begin : self._values[i].start]) not in _SHARES:
            return None
        return max(said.rfind(",", 0, -1), said.rfind(":")) + 1, begin

    def _clause(self, i: int) -> tuple[int, int]:
        value, inside = self._values[i], self._is_bracketed(i)
        text = self._folded if inside else self._masked
        previous, following = 0, len(text)
        for k, other in enumerate(self._values):
            if k != i and self._is_bracketed(k) == inside:
                if k < i:
                    previous = other.end
                else:
                    following = other.start
                    break
        marks = [mark.end() for mark in _CLAUSE_START.finditer(text, previous, value.start)]
        if not marks and i:
            marks = [mark.end() for mark in _JOINS.finditer(text, previous, value.start)]
        end = _CLAUSE_END.search(text, value.end, following)
        if not end and following < len(text):
            end = _JOINS.search(text, value.end, following)
        return marks[-1] if marks else previous, end.start() if end else following

    def _is_bracketed(self, i: int) -> bool:
        return self._masked[self._values[i].start] == "\0"

    # --- what is no datapoint ---

    def _is_aside(self, position: int) -> bool:
        """Say whether a number is an aim, a rule, a condition, or other people's."""
        said = self._folded[:position]
        if "《" in said:  # what a document is called is not said: 《廉洁承诺书》签署率
            said = _TITLES.sub(lambda title: "\0" * len(title.group()), said)
        return bool(
            self._vocabulary.modal.search(self._folded)
            or self._vocabulary.aside.search(said, max(said.rfind(","), 0))
            or self._vocabulary.never.search(said)
            or self._future < position
            or self._is_planned(said)
        )

    def _is_planned(self, said: str) -> bool:
        """Say whether words speak of plans for a year to come: 2024年,公司计划产钢,营业收入580亿元."""
        is_ahead = any(int(year) > self._document.year for year in YEAR.findall(said))
        return is_ahead and _PLANNED.search(said) is not None

    def _is_former(self, i: int) -> bool:
        """Say whether a number is only what the next one is compared with."""
        said = self._said(i)
        return bool(
            _BEFORE.search(said) or (_FROM.search(said) and _TO.match(self._folded, self._values[i].end))
        )

    def _record_former(self, i: int, quantity: Quantity | None) -> None:
        """Record a number that another is compared with, as that of the year that is said to be compared."""
        meaning, said = self._previous, self._said(i)
        begin = max(said.rfind(","), said.rfind("。")) + 1
        years = YEAR.findall(said, begin)
        year = int(years[-1]) if years else self._document.year - 1
        is_told = years or _YEAR_BEFORE.search(said, begin)
        if meaning and is_told and not meaning.is_part and self._phrases.agrees(meaning, quantity):
            self._record(self._values[i], meaning, begin, self._values[i].end, year)

    def _follows_former(self, i: int) -> bool:
        """Say whether a number is what a former one became: 流失率由18%降至15%."""
        return (
            i > 0
            and self._is_former(i - 1)
            and _UP_TO.search(self._folded, self._values[i - 1].end, self._values[i].start) is not None
        )

    def _follows_change(self, i: int) -> bool:
        """Say whether a number is what became of a change before it: 较2022年减少10%，为12.3万吨."""
        if i == 0 or _CHANGED.search(self._said(i - 1)) is None:
            return False
        return _BECAME.fullmatch(self._folded, self._values[i - 1].end, self._values[i].start) is not None

    def _origin(self, i: int) -> int:
        """Return the number whose clause says what a number is that a change before it led to.

        That is the change's, or one that changed: 较2021年的1,000吨减少10%至900吨. It is itself without any.
        """
        if not self._follows_change(i):
            return i
        return i - 2 if i > 1 and self._is_former(i - 2) else i - 1

    def _said_since(self, origin: int, i: int) -> str:
        """Return what is said from the clause of one number to another."""
        return self._masked[self._clause(origin)[0] : self._values[i].start].replace("\0", "")

    def _is_of_range(self, i: int) -> bool:
        """Say whether a number is the first of two that name a range: 10至20人, but not 减少10%至900吨."""
        value, following = self._values[i], self._values[i + 1 : i + 2]
        is_range = _RANGE.match(self._folded, value.end) is not None
        return is_range and not (value.unit and following and following[0].unit != value.unit)

    def _is_own(self, position: int) -> bool:
        """Say whether the text up to ``position`` speaks of the company, or of a period."""
        said = self._passage.before + self._passage.folded[:position]
        return self._vocabulary.own.search(said) is not None or any(
            name in said for name in self._phrases.names
        )

    def _read_zeros(self) -> list[Statement]:
        """Record zeros in words (未发生任何A和B); return those of things that are not catalogued."""
        rest = []
        for zero in self._vocabulary.zero.finditer(self._folded):
            if self._is_aside(zero.end()):
                continue
            value = self._document.values.zero(self._text, *zero.span())
            text = self._masked if self._masked[zero.start()] != "\0" else self._folded
            end = _PART_END.search(text, zero.end())
            finish = end.start() if end else len(text)
            words = normalise_phrase(text[zero.end() : finish].replace("\0", ""))
            whole = self._none_of(words)
            parts = words.split("、") if whole is None else ()
            found = (whole, *map(self._none_of, parts))
            meanings = {meaning.mapping.metric: meaning for meaning in found if meaning}
            for meaning in meanings.values():
                self._record(value, meaning, zero.end(), finish)
            if (
                not meanings
                and self._vocabulary.incident.search(words)
                and self._is_own(self._start + finish)
            ):
                statement = self._located(value, zero.end(), finish)
                rest += [statement] if statement else []
        return rest

    def _none_of(self, words: str) -> Meaning | None:
        words = _FOUND_BY.sub("", _OF_OWN.sub("", words))
        bare = _CASES.sub("", words)
        punished = _PUNISHED.match(words)
        because = (punished["what"], f"{punished['what']}事件") if punished else ()
        for form in (words, f"{words}事件", bare, bare.removesuffix("的"), f"{bare}事件", *because):
            mapping = self._phrases.mapping(form, None, is_zero=True)
            if mapping and self._document.catalogue.metrics[mapping.metric].topic not in _NEVER_NONE:
                return Meaning(mapping, form)
        return None

    def _statement(self, i: int, quantity: Quantity | None) -> Statement | None:
        """Return a number that no alias explains, where its sentence says what it is."""
        value, said = self._values[i], self._said(i)
        counts_ideas = (value.number or 0) < _FEW and self._vocabulary.abstract.match(self._folded, value.end)
        is_quoted = any(said.count(opening) > said.count(closing) for opening, closing in _QUOTES)
        if (
            quantity is None
            or quantity.base in _NO_STATEMENT
            or counts_ideas
            or is_quoted
            or self._is_bracketed(i)
            or self._is_of_range(i)
            or not self._is_own(self._start + value.start)
            or _OF_RANGE.search(said)
            or self._vocabulary.aside.search(self._folded)
            or self._folded.startswith(_THRESHOLD, value.end)
        ):
            return None
        statement = self._located(value, *self._bounds(i))
        return statement if statement and len(_CHINESE.findall(statement.label)) > 1 else None

    # --- when, and where it is printed ---

    def _year(self, position: int, mapping: Mapping | None = None) -> int:
        """Return the year that a number at ``position`` is about; not a year compared with or counted from.

        What follows on an event (2022年3月，疫情爆发。我们捐赠20万元) happened in its year.
        """
        index = next((i for i, value in enumerate(self._values) if value.start == position), None)
        if index is not None and (series := self._series(index)):
            return series[1]
        is_inside = self._masked[position : position + 1] == "\0"
        text = self._folded[:position] if is_inside else self._masked[:position].replace("\0", "")
        said = _SINCE.sub("", _COMPARED.sub("", text))
        if years := [int(year) for year in YEAR.findall(said)]:
            return max(years) if _ON_YEAR_BEFORE.search(said, said.rfind(",") + 1) else years[-1]
        if mapping is None or self._document.catalogue.metrics[mapping.metric].basis != "duration":
            return self._document.year
        before = SENTENCE.findall(self._passage.before + self._passage.folded[: self._start])
        event = _EVENT.match(before[-1]) if before and not _OF_YEAR.search(said) else None
        return int(event[1]) if event else self._document.year

    def _basis(self, mapping: Mapping, position: int) -> str | None:
        """Return ``cumulative`` for an amount of a year's metric that is counted since a date."""
        if self._document.catalogue.metrics[mapping.metric].basis != "duration":
            return None
        said = self._folded[:position]
        of_year = (_OF_YEAR.search(said) or YEAR.search(said)) and not _AT.search(said)
        clause = said[max(said.rfind(","), 0) :]
        # 截至报告期末，我们服务的客户已超过50万户
        is_again = self._previous is not None and self._previous.mapping == mapping
        is_total = ("累计" in clause and (is_again or not of_year)) or ("已" in clause and _AT.search(said))
        return "cumulative" if is_total or _SINCE.search(said) else None

    def _record(
        self, value: Value, meaning: Meaning, begin: int, finish: int, year: int | None = None
    ) -> None:
        located = self._located(value, begin, finish)
        if located:
            self._document.record(
                located.value, located.line, label=located.label, label_line=located.label_line.number,
                mapping=meaning.mapping, unit="", evidence=located.evidence, layout="narrative",
                pairing="adjacent", confidence="ambiguous" if meaning.is_part else meaning.confidence,
                year=year or self._year(value.start, meaning.mapping),
                scope=located.label if meaning.is_part else self._printed(meaning.scope),
                basis=self._basis(meaning.mapping, value.start),
            )  # fmt: skip

    def _located(self, value: Value, begin: int, finish: int) -> Statement | None:
        """Return a value with its place in its line; None where the number is broken over two lines."""
        index, column = self._passage.place(self._start + value.start)
        line = self._passage.lines[index]
        if line.text[column : column + len(value.raw)] != value.raw:
            return None
        before, after = self._text[begin : value.start], self._text[value.end : max(finish, value.end)]
        label = "…".join(filter(None, (before.strip(_EDGES), after.strip(_EDGES))))
        opening = begin + len(before) - len(before.lstrip(_EDGES)) if before.strip(_EDGES) else value.start
        first, _ = self._passage.place(self._start + opening)
        last, _ = self._passage.place(self._start + max(value.start, finish - 1))
        placed = value._replace(start=column, end=column + value.end - value.start)
        first = min(first, index)
        lines = self._passage.lines
        return Statement(
            placed, line, label, lines[first], self._year(value.start), lines[first : max(last, index) + 1]
        )

    def _printed(self, words: str | None) -> str | None:
        """Return folded words as the sentence prints them."""
        if words is None:
            return None
        kept = [i for i, letter in enumerate(self._folded) if normalise_alias(letter) or letter in "-:"]
        found = "".join(self._folded[i] for i in kept).find(words)
        return self._text[kept[found] : kept[found + len(words) - 1] + 1] if found >= 0 else words

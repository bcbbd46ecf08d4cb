"""What the words around a number mean: who, when, how and the verb come off, an alias explains the rest."""

import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.catalogue import (
    Catalogue,
    normalise_alias,
    normalise_folded,
    normalise_phrase,
    reduce_phrase,
)
from pipelines.extraction.labels import Group, LabelMatcher, Mapping, limit_of, with_usual_names
from pipelines.text import longest_of
from pipelines.units import Quantity

PERIOD = (
    r"(?:截[至止]?至?|于|在|自|从)?(?:本?报告期(?:内|末|间)?|(?:19|20)\d\d(?:财年|全年|年(?:度|末|底|内|期间)?)"
    r"(?:\d{1,2}月(?:份|底|末|初)?)?(?:\d{1,2}日)?(?:至今|以来|起)?|本财?年度?|本年末|年度?末|年底|期末)[,]?"
)
SINCE = (
    r"(?:自从?|从)[^,。;]{1,16}?(?:以来|至今|起(?!草|点)|开始)|(?:成立|创立|上线)(?:至今|以来)"
    r"|(?:19|20)\d\d\s*年?(?:\s*\d{1,2}\s*月)?(?:以来|至今)"
)
_YEAR_WITHIN = re.compile(
    r"(?<=[一-鿿])\s*[在于]?(?:19|20)\d\d\s*年度?[的之]?(?=\s*(?![末底初内])[一-鿿])"
)  # 温室 2024 年排放总量
_COPULA = re.compile(
    "(?:已?达到?了?|(?<!行)为|是|(?:提升|提高|上升|增长|增加|下降|降低|减少|缩短|[升降增])[至到]|大?约|约合|将近|接近|突破|(?:保持|维持|稳定)在?|[近超逾]|[超高低大小少不](?:超?过|于)|人民币|rmb"
    "|[合总]?共计?|合计|总计|累计达|价值|[:,])+$"
)
_COPULA_ENDS = frozenset("至到了为是约合近接超逾过于币b计达值破持定在:,")
_SHARE_OF_PART = re.compile("^(?P<part>.{0,4}?)(?:占比?|比例|比重|占有率)$")
_WHOLE = (
    "(?:公司|集团|本集团|我司)?(?:全体|全部|所有|在职|在册|总)?(?P<whole>员工|雇员|职工|董事会?(?:成员)?)"
    "(?:总数|总人数|人数|总量)?的?(?:比例|比重|百分比)?"
)
_OF_WHOLE = re.compile(  # 女性员工占全体员工的, 男性雇员占: of new staff, or of sales, it is another share
    f"^(?P<part>.+)占(?:{_WHOLE})?$"
)
_SHARE_OF = re.compile(f"^占{_WHOLE}$")
_OF_MANAGERS = re.compile(  # 女性管理者占管理层的
    "^(?P<part>.*(?:管理|高管).*)占(?:公司)?(?:全体|所有)?(?:管理层|管理人员|管理者)(?:总数|总人数|人数)?的?(?:比例|比重|百分比)?$"
)
_COUNTED_BY = re.compile(
    "^(?:排放)?(?:密度|强度)(?:乃|均)?[按以](?:报告期末)?的?"
)  # 密度以雇员人数1,286名计算
_GROWTH = re.compile(
    "^[较比]?(?:上年|去年|上一年|上年度)?(?:同期)?(?:同比|按年)?(?:增长|增加|提升|上升|增幅)率?$"
)
_CODE = r"[a-e]\d{1,2}(?:\.\d{1,2})?(?=\D)"  # of an indicator
_PERIOD_WITHIN = re.compile(r"(?<=[一-鿿])(?:本?报告期内|[年期]内|本年度|全年)(?=[一-鿿])")  # 董事会年内召开
_WHERE = re.compile("^(?:在|于|位于|来自)")
_ADVERB = re.compile("累计|新增|人均|平均|同比|总|年|期")
_COUNTS = {"person": "人数", "count": "数量", "person_time": "人次", "times": "次数"}  # 研发人员402人
_REACHED = re.compile("覆盖[^,。]{0,6}$")  # people that something reaches are not all there are
_HELD = re.compile("(?:举行|召开|举办|发生)了?$")  # 董事会会议共举行5次
_DONE = re.compile("进行|开展|参加|参与")  # 60位员工进行培训 are no 员工培训人数
_PERIOD_LETTERS = (2, 3)  # 年内, 本年度
_LONGEST = 30  # letters: aliases are shorter
_LONGEST_TOPIC = 8
_HOME = frozenset({"china", "local"})  # where a company has most of what it has
_LONGEST_GENERIC = 6  # 总金额, 覆盖率: words that need a topic


class Meaning(NamedTuple):
    """What a number measures, the words that say so, and the part of the company that it is limited to.

    ``is_part``: one gift, whose words are its perimeter; whether the year had others is not said, so that it
    is ambiguous as the amount of the year. ``confidence`` is None where the words say it all.
    """

    mapping: Mapping
    words: str
    scope: str | None = None
    confidence: str | None = None
    is_part: bool = False


class Frames:
    """The vocabulary of ``sentence_words.csv`` as patterns; the same for all reports."""

    def __init__(self, catalogue: Catalogue) -> None:
        words = {role: "|".join(map(re.escape, of_role)) for role, of_role in catalogue.words.items()}
        manner = f"(?:{words['manner']})[^,]{{0,14}}?(?:{words['manner_end']})"
        means = "[^,、]{0,14}等(?:措施|方式|手段|途径|方法|举措)|[^,、]{2,24}后(?=节)"
        verb = f"(?:(?P<flow>{words['flow_verb']})|{words['stock_verb']}|{words['verb']})了?"
        self.subjects = words["subject"]
        self.opening = re.compile(
            rf"^(?:{PERIOD}(?:的|之)?|{SINCE}|{manner}|(?:{words['subject']})(?:的|之|在(?![职岗册任]))?|{words['connective']}|{means}|{_CODE}|第[一二三四五六七八九十\d]+届|[^一-鿿\w])+"
        )
        self.tail = re.compile(rf"^(?:的|(?:{words['subject']})的?)+")
        self._verb_last, self.verb_first = re.compile(f"{verb}$"), re.compile(f"^(?:累计)?{verb}")
        verbs = (word for role in ("flow_verb", "stock_verb", "verb") for word in catalogue.words[role])
        self._longest_verb = max(map(len, verbs)) + 1
        self.limited = re.compile(
            f"^(?:全体)?(?:员工|党员)?(?:为.+|(?P<scope>(?:{words['preposition']}).+?)(?:以.+|共|累计)?)$"
        )
        self.taking_part = re.compile(
            f"^(?P<who>(?:员工|党员)?(?:{words['volunteer']}))(?:参与|参加|投身|投入|提供)"
        )
        self.gift = re.compile("^(?:无偿|定向)?(?:捐|资助|援助)")
        self.giving = re.compile(r"^(?P<scope>[向为给].{2,22}?)(?=(?:无偿|定向|累计|共)?(?:捐|资助|援助))")
        regions = longest_of(
            alias
            for alias, members in catalogue.members.items()
            if any(kind == "region" and member not in _HOME for kind, member in members)
        )
        self.place = re.compile(
            f"^(?P<scope>.{{1,12}}?(?:{words['place']})|(?:{regions})(?:市场|平台|业务|公司))[在内的]*"
        )
        self.bearer = re.compile(words["bearer"])
        self.member = re.compile(longest_of([*catalogue.members, "岁"]))
        self.catalogue = dataclasses.replace(catalogue, aliases=catalogue.phrases)
        self.matcher = LabelMatcher(self.catalogue)

    def closing_verb(self, head: str) -> re.Match[str] | None:
        """Find the verb with which words end; only where it can begin, for they may be long."""
        return self._verb_last.search(head, max(0, len(head) - self._longest_verb))


@functools.cache
def frames(catalogue: Catalogue) -> Frames:
    """Return the frames of a catalogue, made once."""
    return Frames(catalogue)


class Phrases:
    """Reads the words around a number. ``own_names``: the company's names, which tell only whose it is."""

    def __init__(self, catalogue: Catalogue, own_names: Sequence[str]) -> None:
        self._catalogue = catalogue
        self._aliases = catalogue.phrases
        self._frames = frames(catalogue)
        self._matcher = self._frames.matcher
        names = {normalise_alias(name) for name in own_names if len(name) > 1}
        self.names = tuple(sorted(names, key=len, reverse=True))

    def bare(self, words: str) -> str:
        """Return the words before a number without who, when, how and 达到; 年内溢利 needs its 年内."""
        text = whole = _without_copula(
            normalise_folded(with_usual_names(_YEAR_WITHIN.sub("", words) if "年" in words else words))
        )
        while text:
            found = self._frames.opening.match(text)
            shorter = self._without_name(_without_copula(text[found.end() :]) if found else text)
            if shorter == text:
                break
            text = shorter
        if text in self._aliases or not text:
            return text
        longer = (whole[-len(text) - more :] for more in _PERIOD_LETTERS if len(whole) >= len(text) + more)
        return next((form for form in longer if form in self._aliases), text)

    def _without_name(self, text: str) -> str:
        name = next((name for name in self.names if text.startswith(name)), "")
        return text[len(name) :].removeprefix("的") if name else text

    def tail(self, words: str) -> str:
        """Return the words after a number without the company's name: 的甲科技员工 is 的员工."""
        text = _without_copula(normalise_folded(words))
        rest = self._frames.tail.sub("", self._without_name(text.removeprefix("的")))
        return "的" + rest if text.startswith("的") else rest

    def verb(self, head: str) -> str:
        """Return ``flow`` where the words before a number say that it was gained, else ``any``."""
        found = (self._frames.closing_verb(head), self._frames.verb_first.match(head))
        return "flow" if any(verb and verb["flow"] for verb in found) else "any"

    def place(self, opening: str) -> str | None:
        """Return the place with which a sentence opens: 上海办公室的47台饮水机 ...."""
        found = self._frames.place.match(self.bare(opening))
        return found["scope"] if found else None

    def named(
        self, head: str, tail: str, quantity: Quantity | None, *, is_zero: bool = False
    ) -> Meaning | None:
        """Return what the words around a number name by themselves."""
        labels = [label for label in self._labels(head, tail, quantity) if len(label[0]) <= _LONGEST]
        if quantity and (count := _COUNTS.get(quantity.base)):
            labels += [(words + count, scope) for words, scope in labels if not _DONE.search(words)]
            labels += [(who + count, None) for who in self._taking_part(head, tail)]
        for words, scope in labels:
            if mapping := self.mapping(words, quantity, is_zero=is_zero):
                metric = self._catalogue.metrics[mapping.metric]
                if (metric.topic, metric.unit) == ("workforce", "person") and _REACHED.search(head):
                    continue  # 限制性股份覆盖员工436名
                is_gift = metric.basis == "duration" and self._frames.gift.match(words)
                limit = scope or limit_of(words, metric.topic)
                return Meaning(mapping, words, limit, is_part=bool(is_gift))
        return None

    def _labels(self, head: str, tail: str, quantity: Quantity | None) -> Iterator[tuple[str, str | None]]:
        """Yield (label, scope): the words around a number, then without what limits or only joins them."""
        yield head + tail, None
        if tail[:1] in ("为", "是"):  # 其中2名为女性董事
            yield head + tail[1:], None
        if tail == "计算" and (based := _COUNTED_BY.match(head)):
            yield head[based.end() :], None
        shared = _OF_WHOLE.match(head) or _OF_MANAGERS.match(head)
        if quantity and quantity.base == "percent" and shared:
            yield f"{shared['part']}占比{tail}", None
        if tail and (verb := self._frames.closing_verb(head)):
            rest = head[: verb.start()]
            limited = self._frames.limited.match(rest)
            yield tail if limited else rest + tail, limited["scope"] if limited else None
        if opened := self._frames.verb_first.match(head):
            yield head[opened.end() :] + tail, None
        if not tail and (held := _HELD.search(head)):
            yield head[: held.start()], None
        if given := self._frames.giving.match(head):
            yield head[given.end("scope") :] + tail, given["scope"]
            yield head[given.end("scope") :], given["scope"]
        if tail and quantity and quantity.base in ("RMB", "percent") and not tail.startswith("的"):
            yield head, None
        if placed := self._frames.place.match(head):
            yield head[placed.end() :] + tail, placed["scope"]
        if within := _PERIOD_WITHIN.search(head):
            yield head[: within.start()] + head[within.end() :] + tail, None

    def _taking_part(self, head: str, tail: str) -> list[str]:
        """Return who is counted because they take part: 志愿者684名参与服务, 共有832名义工参与支教."""
        verb = self._frames.closing_verb(head)
        subject = "" if verb and not verb.start() else head
        found = self._frames.taking_part.match(reduce_phrase(subject) + tail)
        return [found["who"]] if found and tail and reduce_phrase(subject) in ("", found["who"]) else []

    def continued(self, previous: Meaning, words: str, quantity: Quantity | None) -> Meaning | None:
        """Return what words mean that name only a part, a share or the growth of what stands before them."""
        if not words:
            return None
        if self.is_growth(words):
            if previous.mapping.member:
                return None  # 海外收入20亿元，同比增长14%
            return self.carried(previous, "同比增长", quantity) or self._growth(previous, quantity)
        shared = _SHARE_OF.match(words) if quantity and quantity.base == "percent" else None
        part = _SHARE_OF_PART.match(words)
        is_same = part is not None and previous.words.startswith(part["part"])  # 女性董事2名，女性占比22%
        of_previous = is_same or (shared and self._is_total(shared["whole"], previous.mapping))
        if of_previous and previous.mapping.member:
            mapping = self._share(previous.mapping, quantity) or self.mapping(
                f"{previous.words.removesuffix('人数')}占比", quantity
            )
            return previous._replace(mapping=mapping, confidence="likely") if mapping else None
        place = reduce_phrase(_WHERE.sub("", words)).removesuffix("占")  # 其中男性占55%
        group = Group(metrics=(previous.mapping.metric,))
        if self._frames.member.search(place) and (
            mapping := self._matcher.match_exactly(place, quantity, group)
        ):
            is_of_part = previous.mapping.member and mapping.breakdown != previous.mapping.breakdown
            if is_of_part and quantity and quantity.base == "percent":
                return None  # 研发人员402人，其中硕士占63%
            return Meaning(mapping, place, previous.scope, "likely")
        return self.carried(previous, words, quantity)

    def is_growth(self, words: str) -> bool:
        """Say whether words name the growth of what stands before them, and nothing else."""
        return _GROWTH.match(words) is not None

    def agrees(self, meaning: Meaning, quantity: Quantity | None) -> bool:
        """Say whether a number in ``quantity`` can be another of ``meaning``: that of another year."""
        return quantity is not None and self._matcher.agrees(meaning.mapping.metric, quantity)

    def _growth(self, previous: Meaning, quantity: Quantity | None) -> Meaning | None:
        """Return the growth (``metric_changes.csv``) of what stands before, in whatever words that does."""
        changes = [
            change for change, metric in self._catalogue.changes.items() if metric == previous.mapping[0]
        ]
        if len(changes) != 1 or quantity is None or not self._matcher.agrees(changes[0], quantity):
            return None
        return Meaning(Mapping(changes[0], None, None, True), previous.words, previous.scope, "likely")

    def _is_total(self, whole: str, part: Mapping) -> bool:
        """Say whether the members of a part are counted of what ``whole`` names: 员工 of 研发人员."""
        _, total = self._catalogue.sets.get(part.metric, ("", None))
        totals = (total, part.metric)  # the parts of a board are no metric of their own
        return any(target.metric in totals for target in self._aliases.get(f"{whole}总数", ()))

    def _share(self, whole: Mapping, quantity: Quantity | None) -> Mapping | None:
        for metric in self._catalogue.parts.get(whole.metric, ()):
            if metric != whole.metric and quantity and self._matcher.agrees(metric, quantity):
                return Mapping(metric, whole.breakdown, whole.member, whole.exact)
        return None

    def carried(self, previous: Meaning, words: str, quantity: Quantity | None) -> Meaning | None:
        """Read words that go on with the topic of the clause before: 培训人数 ..., 覆盖率 is 培训覆盖率."""
        before, label = reduce_phrase(previous.words), reduce_phrase(words)
        for length in range(min(len(before), _LONGEST_TOPIC), 1, -1):
            for start in range(len(before) - length + 1):
                topic = before[start : start + length]
                if topic + label in self._aliases and (found := self._on_topic(topic, label, quantity)):
                    return found._replace(scope=previous.scope, is_part=previous.is_part)
        return None

    def topical(self, clause: str, words: str, quantity: Quantity | None) -> Meaning | None:
        """Read words by the end of a clause without numbers: 扩大在社区投资方面的投入，总金额达234万元."""
        if not words or len(words) > _LONGEST_GENERIC or self._frames.bearer.search(clause):
            return None
        topic, label = normalise_phrase(clause)[-_LONGEST_TOPIC:], reduce_phrase(words)
        found = (self._on_topic(topic[start:], label, quantity) for start in range(len(topic) - 1))
        return next((meaning for meaning in found if meaning), None)

    def _on_topic(self, topic: str, label: str, quantity: Quantity | None) -> Meaning | None:
        words = topic + label
        if words not in self._aliases or _ADVERB.search(topic):
            return None
        mapping = self.mapping(words, quantity)
        return Meaning(mapping, words, None, "likely") if mapping else None

    def mapping(self, words: str, quantity: Quantity | None, *, is_zero: bool = False) -> Mapping | None:
        """Return what words mean for a number in ``quantity``; zero is zero in every unit."""
        label = reduce_phrase(words)
        if len(label) < 2:
            return None
        if not self._frames.catalogue.targets(label) and not self._frames.member.search(label):
            return None
        mapping = self._matcher.match_exactly(label, quantity)
        if mapping is None and is_zero and quantity is None:
            targets = self._aliases.get(label, ())
            if len(targets) == 1 and not self._catalogue.needs_member(targets[0].metric):
                return Mapping(targets[0].metric, targets[0].breakdown, targets[0].member, True)
        return mapping


def _without_copula(text: str) -> str:
    return _COPULA.sub("", text) if text[-1:] in _COPULA_ENDS else text

"""Rules of arithmetic that tell a right pairing of labels and values from a wrong one.

Each rule looks at the facts of one hypothesis, and at what is known already, and counts what it confirms
and what it contradicts. Tolerances are the rounding of the printed digits, never a percentage.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from pipelines.catalogue import Catalogue


class Fact(NamedTuple):
    """A value under a hypothesis, in the metric's unit: ``low`` to ``high`` is all that rounds to it.

    ``is_exact`` is false where the text says 超过, 约 or the like.
    """

    metric: str
    breakdown: str | None
    member: str | None
    year: int | None
    low: Fraction
    high: Fraction
    is_exact: bool = True

    @property
    def meaning(self) -> tuple[str, str | None, str | None, int | None]:
        """What it is a value of: metric, breakdown, member and year."""
        return self[:4]

    @property
    def is_zero(self) -> bool:
        """Say whether the value is 0: a zero confirms nothing."""
        return self.low.numerator <= 0 <= self.high.numerator

    def overlaps(self, low: Fraction, high: Fraction) -> bool:
        """Say whether some value rounds to this fact and lies between ``low`` and ``high``."""
        return self.low < high and low < self.high


class Verdict(NamedTuple):
    """How often a rule confirmed the facts and how often it contradicted them."""

    confirmed: int = 0
    contradicted: int = 0


Rule = Callable[[Sequence[Fact], Sequence[Fact], Catalogue], Verdict]


def repeated(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """The same fact printed elsewhere in the report has the same value."""
    asked = {fact.meaning for fact in facts}
    elsewhere = defaultdict(list)
    for fact in known:
        if fact.meaning in asked:
            elsewhere[fact.meaning].append(fact)
    confirmed = contradicted = 0
    for fact in facts:
        others = [] if fact.is_zero else elsewhere[fact.meaning]
        if any(fact.overlaps(other.low, other.high) for other in others):
            confirmed += 1
        elif any(other.is_exact for other in others):
            contradicted += 1
    return Verdict(confirmed, contradicted)


def parts_to_total(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """Counts of all members add up to the total of their row (``metric_sets.csv``: sums_to_total)."""
    totals = {(fact.metric, fact.year): fact for fact in facts if fact.member is None}
    parts: dict[tuple[str, str | None, int | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        rule, total = catalogue.sets.get(fact.metric, (None, None))
        if fact.member and rule == "sums_to_total" and total:
            parts[total, fact.breakdown, fact.year].append(fact)
    verdicts = [
        totals[metric, year].overlaps(
            sum((f.low for f in members), Fraction()), sum((f.high for f in members), Fraction())
        )
        for (metric, _, year), members in parts.items()
        if (metric, year) in totals and not totals[metric, year].is_zero
    ]
    return Verdict(sum(verdicts), len(verdicts) - sum(verdicts))


def shares_total_100(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """Shares of all members total 100; fewer may be a part of the set (``metric_sets.csv``: sum100)."""
    groups: dict[tuple[str, str | None, int | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.member and catalogue.sets.get(fact.metric, ("", None))[0] == "sum100":
            groups[fact.metric, fact.breakdown, fact.year].append(fact)
    sums = [
        (sum((f.low for f in members), Fraction()), sum((f.high for f in members), Fraction()))
        for members in groups.values()
        if len(members) > 1
    ]
    return Verdict(sum(low <= 100 <= high for low, high in sums), sum(low > 100 for low, _ in sums))


def components_sum(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """What a total consists of (scopes of all emissions) gives it (``metric_components.csv``).

    Fewer components than there are may give less, never more.
    """
    own = {(fact.metric, fact.year) for fact in facts}
    values = {fact.meaning: fact for fact in [*known, *facts]}
    verdicts = []
    for (metric, breakdown, member, year), total in values.items():
        parts = catalogue.parts_of_total.get(metric, ())
        printed = [fact for part in parts if (fact := values.get((part, breakdown, member, year)))]
        if len(printed) < 2 or total.is_zero or not own & {(f.metric, year) for f in [total, *printed]}:
            continue
        low, high = sum((f.low for f in printed), Fraction()), sum((f.high for f in printed), Fraction())
        if total.overlaps(low, high):
            verdicts.append(True)
        elif low >= total.high or len(printed) == len(parts):
            verdicts.append(False)
    return Verdict(sum(verdicts), len(verdicts) - sum(verdicts))


def share_of_total(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """A member's share x the total is the member's amount (``metric_parts.csv`` ties the two)."""
    shares = {fact.meaning: fact for fact in facts if fact.member}
    totals = {(f.metric, f.year): f for f in [*known, *facts] if f.member is None}
    verdicts = []
    for amount in facts:
        rule, whole = catalogue.sets.get(amount.metric, ("", None))
        total = totals.get((whole or "", amount.year))
        if total is None or amount.member is None or rule != "sums_to_total":
            continue
        for part in catalogue.parts.get(whole or "", ()):
            share = shares.get((part, amount.breakdown, amount.member, amount.year))
            if share and catalogue.sets.get(part, ("", None))[0] == "sum100":
                low, high = share.low * total.low / 100, share.high * total.high / 100
                verdicts.append(amount.overlaps(low, high))
    return Verdict(sum(verdicts), len(verdicts) - sum(verdicts))


def mean_between(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """A rate of all lies between the rates of the groups: it is their weighted mean."""
    totals = {(fact.metric, fact.year): fact for fact in facts if fact.member is None}
    groups: dict[tuple[str, str | None, int | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.member and fact.metric not in catalogue.sets:
            groups[fact.metric, fact.breakdown, fact.year].append(fact)
    verdicts = [
        totals[metric, year].overlaps(min(f.low for f in members), max(f.high for f in members))
        for (metric, _, year), members in groups.items()
        if (metric, year) in totals and len(members) > 1
    ]
    return Verdict(0, len(verdicts) - sum(verdicts))


def one_base(facts: Sequence[Fact], known: Sequence[Fact], catalogue: Catalogue) -> Verdict:
    """Amount ÷ intensity gives the base; all pairs of one year imply the same one (``metric_ratios.csv``)."""
    values = {(fact.metric, fact.year): fact for fact in [*known, *facts] if fact.member is None}
    implied: dict[tuple[str, int | None], list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for (metric, year), ratio in values.items():
        amount_metric, base_metric = catalogue.ratios.get(metric, (None, ""))
        amount = values.get((amount_metric or "", year))
        if amount and ratio.low > 0 and (ratio in facts or amount in facts):
            scale = catalogue.units.scale_of_ratio(catalogue.metrics[metric].unit)
            implied[base_metric, year].append(
                (amount.low / ratio.high * scale, amount.high / ratio.low * scale)
            )
    confirmed = contradicted = 0
    for (base_metric, year), bases in implied.items():
        printed = values.get((base_metric, year))
        others = [(printed.low, printed.high)] if printed else []
        for i, (low, high) in enumerate(bases):
            for other_low, other_high in [*others, *bases[i + 1 :]]:
                agrees = low < other_high and other_low < high
                confirmed += agrees
                contradicted += not agrees
    return Verdict(confirmed, contradicted)


def growth(before: Fact, now: Fact, change: Fact) -> bool | None:
    """Say whether ``change`` is by how many percent a positive amount grew; None of any other amount."""
    if before.low <= 0 or now.low < 0:
        return None
    return change.overlaps(100 * (now.low / before.high - 1), 100 * (now.high / before.low - 1))


RULES: dict[str, Rule] = {
    "repeated": repeated,
    "total": parts_to_total,
    "components": components_sum,
    "share": share_of_total,
    "ratio": one_base,
    "mean": mean_between,
    "sum100": shares_total_100,
}
"""Every rule by the name that ``pairing`` gives it; the first that confirms is the one named."""

"""Tables, tiles, pies and bars, printed clean and torn.

A block is a list of boxes, a box a list of lines: boxes come out of a PDF with a blank line between them. A
tear is named; ``OF_BLOCK`` says which tears a kind of block knows. Each printed value knows its fact, and
whether the text decides it:

- ``decided``: the text, read with care and arithmetic, says what it is;
- ``order``: only the order of labels and values says so: right or missing, but nothing to count on;
- ``open``: the text does not say, and whatever claims to know is wrong.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import Literal

from .world import NATURAL, SHARES, Fact, World, totals_100

Verdict = Literal["decided", "order", "open"]
OF_BLOCK = {
    "table": ("split_header_above", "split_header_below", "split_header_last", "block_split",
              "headers_moved"),
    "tiles": ("label_before", "label_after", "tiles_separated", "unit_first"),
    "pie": ("legend_before", "legend_after", "legend_around", "glued_values", "glued_legend", "interleaved",
            "count_and_share", "title_below", "headers_moved"),
    "bars": ("newest_first", "title_below"),
}  # fmt: skip
OF_REPORT = ("reordered", "footnote_marks", "script", "page_break")
TEARS = tuple(dict.fromkeys([*itertools.chain(*OF_BLOCK.values()), *OF_REPORT]))
_EXCLUSIVE = [
    {"split_header_above", "split_header_below", "split_header_last"},
    {"label_before", "label_after"},
    {"legend_before", "legend_after", "legend_around"},
    {"headers_moved", "title_below", "interleaved"},
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Print:
    """One value on a line: the fact, the characters that print it, and whether the text decides it."""

    fact: Fact
    raw: str
    verdict: Verdict


@dataclasses.dataclass
class Line:
    """One line of the report. ``role``: label, value, row, header, title, legend, unit or prose."""

    text: str
    role: str = "prose"
    prints: tuple[Print, ...] = ()


Box = list[Line]


@dataclasses.dataclass
class Block:
    """One table, group of tiles or group of charts; ``anchors`` are sentences that repeat facts of it."""

    kind: str
    boxes: list[Box]
    tears: frozenset[str]
    anchors: list[Box] = dataclasses.field(default_factory=list)


def fitting(kind: str, tears: Iterable[str], random: Random) -> frozenset[str]:
    """Return the tears that a block of ``kind`` can bear at once; of two that exclude each other, one."""
    chosen = [tear for tear in tears if tear in OF_BLOCK[kind]]
    for group in _EXCLUSIVE:
        rivals = [tear for tear in chosen if tear in group]
        if len(rivals) > 1:
            kept = random.choice(rivals)
            chosen = [tear for tear in chosen if tear not in group or tear == kept]
    if kind == "table" and "headers_moved" in chosen and len(chosen) > 1:
        chosen.remove("headers_moved")  # where a split table has its header is the split's
    return frozenset(chosen)


def sentence(world: World, fact: Fact, label: str) -> Box:
    """Return a sentence that prints ``fact``: its label is an alias, so nothing is left to guess."""
    opening = world.random.choice(
        [f"{fact.year}年，公司", f"{fact.year}年，我们的", f"截至{fact.year}年底，公司"]
    )
    verb = world.random.choice(["为", "达", "达到"])
    text = f"{opening}{label}{verb}{fact.printed}{fact.unit.printed}。"
    return [Line(text, "prose", (Print(fact, fact.printed, "decided"),))]


# --- tables ---


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of a table: label, unit, and its facts by year; a heading has none."""

    label: str
    unit: str
    facts: tuple[Fact, ...] = ()


@dataclasses.dataclass(frozen=True)
class Proof:
    """Arithmetic between rows, or with a sentence: says of values by (row, year) whether they agree.

    One that ``needs_another`` proves nothing alone: an intensity whose base only other intensities give.
    """

    rows: tuple[int, ...]
    holds: Callable[[Sequence[Fraction], int], bool]
    needs_another: bool = False


Values = dict[tuple[int, int], Fact]
"""Values of a table by row and column."""


def table(world: World, tears: frozenset[str]) -> Block:
    """Return a table of metrics with intensities and parts, of the workforce, or of sundry metrics."""
    random = world.random
    rows, proofs, anchors = random.choice([_environment, _workforce, _sundry])(world)
    if "headers_moved" in tears:
        return Block("table", _aligned(world, rows, header_last=True), tears, anchors)
    if not tears:
        style = random.choice([_aligned, _tabbed])
        return Block("table", style(world, rows), tears, anchors)
    return Block("table", _split(world, rows, proofs, tears), tears, anchors)


def _environment(world: World) -> tuple[list[Row], list[Proof], list[Box]]:
    """Return amounts with their intensities, and totals with their parts."""
    random, years = world.random, world.years
    pairs = [
        ("energy_total", "energy_intensity_revenue"), ("ghg_total", "ghg_intensity_revenue"),
        ("water_consumption", "water_intensity_revenue"), ("paper_consumption", "paper_intensity_revenue"),
        ("waste_total", "waste_intensity_revenue"), ("gasoline_consumption", "gasoline_intensity_revenue"),
        ("electricity_consumption", "electricity_intensity_revenue"),
        ("air_emissions_total", "air_emissions_intensity_revenue"),
    ]  # fmt: skip
    parts = {
        "waste_total": ("waste_hazardous", "waste_nonhazardous"),
        "ghg_total": ("ghg_scope1", "ghg_scope2"),
        "air_emissions_total": ("nox_emissions", "sox_emissions", "pm_emissions"),
    }
    rows: list[Row] = []
    proofs: list[Proof] = []
    told = random.random() < 0.7
    for amount, ratio in random.sample(pairs, random.randint(2, 3)):
        first = len(rows)
        metrics = [amount, *(parts.get(amount, ()) if random.random() < 0.6 else ()), ratio]
        for metric in metrics:
            facts = tuple(world.fact(metric, year) for year in years)
            rows.append(Row(world.label(metric), world.unit(metric).printed, facts))
        if len(metrics) > 2:
            proofs.append(Proof(tuple(range(first, len(rows) - 1)), _adds_up))
        proofs.append(Proof((first, len(rows) - 1), _ratio(world, amount, ratio), not told))
    anchors = []
    if told:
        anchors = [sentence(world, world.fact("revenue", year), "营业收入") for year in years]
    return rows, proofs, anchors


def _adds_up(values: Sequence[Fraction], _: int) -> bool:
    return values[0] == sum(values[1:])


def _ratio(world: World, amount: str, ratio: str) -> Callable[[Sequence[Fraction], int], bool]:
    """Say whether amount ÷ ratio is the year's revenue."""
    of_amount, of_ratio = world.unit(amount), world.unit(ratio)

    def holds(values: Sequence[Fraction], year: int) -> bool:
        revenue = world.fact("revenue", year)
        base = Fraction(revenue.number) * revenue.unit.factor / 10**6
        if not values[1]:
            return False
        half = Fraction(1, 2 * 10**of_ratio.decimals)
        size = values[0] * of_amount.factor / base / of_ratio.factor
        return abs(size - values[1]) <= half * Fraction(21, 20)

    return holds


def _workforce(world: World) -> tuple[list[Row], list[Proof], list[Box]]:
    """Return the number of staff with its groups, and a rate with its groups."""
    random, years = world.random, world.years
    rows, proofs = [], []
    totals = [("employees_total", "employees_share", "%"), ("employees_total", "employees_count", "人")]
    total, part, _ = random.choice(totals)
    _total(world, rows, total)
    for breakdown in random.sample(["gender", "age", "education"], random.randint(1, 2)):
        first = len(rows) + 1
        _group(world, rows, part, breakdown, f"按{_TITLES[breakdown]}划分")
        members = tuple(range(first, len(rows)))
        if part == "employees_count":
            proofs.append(Proof((0, *members), _adds_up))
        else:
            proofs.append(
                Proof(members, lambda values, _: abs(sum(values) - 100) <= Fraction(len(values), 20))
            )
    if random.random() < 0.6:
        rate = random.choice(["turnover_rate", "training_hours_avg"])
        for year in years:
            world.group(rate, "gender", year)
        first = len(rows)
        _total(world, rows, rate)
        _group(world, rows, rate, "gender", f"按{_TITLES['gender']}划分")
        proofs.append(
            Proof((first, *range(first + 2, len(rows))), lambda v, _: min(v[1:]) <= v[0] <= max(v[1:]))
        )
    return rows, proofs, []


def _total(world: World, rows: list[Row], metric: str) -> None:
    facts = tuple(world.fact(metric, year) for year in world.years)
    rows.append(Row(world.label(metric), world.unit(metric).printed, facts))


def _group(world: World, rows: list[Row], metric: str, breakdown: str, heading: str) -> None:
    rows.append(Row(heading, ""))
    of_year = [world.group(metric, breakdown, year) for year in world.years]
    for place, (_, label) in enumerate(world.members(breakdown)):
        rows.append(Row(label, world.unit(metric).printed, tuple(facts[place] for facts in of_year)))


_SUNDRY = (
    "suppliers_total", "patents", "trademarks", "software_copyrights", "domain_names", "complaints_received",
    "customer_satisfaction", "complaint_handling_rate", "training_coverage", "volunteers", "donations",
    "rnd_spend", "volunteer_hours", "training_hours_total", "board_meetings", "health_check_coverage",
    "female_director_share", "paper_consumption", "water_consumption", "electricity_consumption",
    "net_profit", "registered_users", "customers_served_total", "lost_days", "social_insurance_coverage",
)  # fmt: skip


def _sundry(world: World) -> tuple[list[Row], list[Proof], list[Box]]:
    """Return metrics that have nothing to do with one another; a sentence may repeat one of them."""
    rows: list[Row] = []
    for metric in world.random.sample(_SUNDRY, world.random.randint(3, 6)):
        _total(world, rows, metric)
    proofs, anchors = [], []
    if world.random.random() < 0.7:
        row = world.random.randint(0, len(rows) - 1)
        told = {fact.year: fact for fact in rows[row].facts}
        anchors = [sentence(world, fact, rows[row].label) for fact in told.values()]
        proofs = [Proof((row,), lambda values, year: values[0] == Fraction(told[year].number))]
    return rows, proofs, anchors


def _aligned(world: World, rows: Sequence[Row], *, header_last: bool = False) -> list[Box]:
    header = [Line(f"指标 单位 {' '.join(f'{year}年' for year in world.years)}", "header")]
    body: list[Box] = []
    for row in rows:
        numbers = " ".join(fact.printed for fact in row.facts)
        prints = tuple(Print(fact, fact.printed, "decided") for fact in row.facts)
        body.append(
            [Line(f"{row.label} {row.unit} {numbers}".strip(), "row" if prints else "header", prints)]
        )
    return [*body, header] if header_last else [header, *body]


def _tabbed(world: World, rows: Sequence[Row]) -> list[Box]:
    lines = [Line("\t".join(["指标", "单位", *(f"{year}年" for year in world.years)]), "header")]
    for row in rows:
        cells = [fact.printed for fact in row.facts] or [""] * len(world.years)
        prints = tuple(Print(fact, fact.printed, "decided") for fact in row.facts)
        lines.append(Line("\t".join([row.label, row.unit, *cells]), "row" if prints else "header", prints))
    return [lines]


def _split(world: World, rows: list[Row], proofs: list[Proof], tears: frozenset[str]) -> list[Box]:
    """Print labels and values of a table in runs of their own: by column, or so for each block of rows."""
    random = world.random
    years = world.years[-random.randint(1, len(world.years)) :]
    if random.random() < 0.5:
        years = years[::-1]
    style = random.choice(["in label", "column", "in label"])
    cuts = [0, len(rows)]
    if "block_split" in tears and len(rows) > 3:
        cuts = [0, random.randint(2, len(rows) - 2), len(rows)]
        if not rows[cuts[1] - 1].facts:
            cuts[1] -= 1  # a heading stays with its rows
    spans = [range(*pair) for pair in itertools.pairwise(cuts)]
    split = tears & {"split_header_above", "split_header_below", "split_header_last"}
    header = "above" if not split else next(iter(split)).removeprefix("split_header_")
    # A line of all years stands for itself; a year for each column stands beside its values.
    of_columns = header == "below" or (header == "above" and len(cuts) == 2 and random.random() < 0.5)
    in_line = Line("关键绩效指标 " + " ".join(map(str, years)), "header")
    boxes: list[Box] = []
    if header == "above" and not of_columns:
        boxes.append([in_line])
    places = {year: place for place, year in enumerate(world.years)}
    for span in spans:
        verdict = _verdict_of_split(rows, proofs, span, [places[y] for y in years], years, of_columns)
        for index in span:
            row = rows[index]
            unit = f"（{row.unit}）" if row.facts and style == "in label" else ""
            boxes.append([Line(row.label + unit, "label" if row.facts else "title")])
        if style == "column":
            boxes += [[Line(rows[index].unit, "unit")] for index in span if rows[index].facts]
        for year in years:
            if of_columns and header == "above":
                boxes.append([Line(f"{year}年", "header")])
            for index in span:
                if rows[index].facts:
                    fact = rows[index].facts[places[year]]
                    boxes.append([Line(fact.printed, "value", (Print(fact, fact.printed, verdict),))])
            if of_columns and header == "below":
                boxes.append([Line(f"{year}年", "header")])
    if header == "last":
        boxes.append([in_line])
    return boxes


def _verdict_of_split(
    rows: Sequence[Row], proofs: Sequence[Proof], span: range, columns: Sequence[int], years: Sequence[int],
    of_columns: bool,
) -> Verdict:  # fmt: skip
    """Say what the text decides: proofs within these rows that hold in the true order and in no other."""
    within = [proof for proof in proofs if set(proof.rows) <= set(span)]
    if sum(proof.needs_another for proof in within) == 1:
        within = [proof for proof in within if not proof.needs_another]
    indices = [index for index in span if rows[index].facts]
    true = {(i, c): rows[i].facts[c] for c in columns for i in indices}
    if not within:
        return "order"
    if of_columns or len(columns) == 1 or len(indices) == 1:
        return "decided"
    printed = list(true.values())  # by column; who reads them by row finds
    by_row = dict(zip([(i, c) for i in indices for c in columns], printed, strict=True))

    def score(reading: Values) -> int:
        return sum(
            proof.holds([Fraction(reading[i, c].number) for i in proof.rows], year)
            for proof in within
            for c, year in zip(columns, years, strict=True)
        )

    return "decided" if score(by_row) < score(true) else "open"


# --- tiles ---


def tiles(world: World, tears: frozenset[str]) -> Block:
    """Return figures with their labels, each in a box of its own."""
    random, year = world.random, world.years[-1]
    facts = [world.fact(metric, year) for metric in random.sample(_SUNDRY, random.randint(2, 5))]
    gap = random.choice(["", " "])
    values = []
    for fact in facts:
        text = fact.printed + gap + fact.unit.printed
        if "unit_first" in tears and fact.unit.printed != "%":
            currency = random.choice(["", "人民币 "]) if fact.unit.printed.endswith("元") else ""
            text = currency + fact.unit.printed + fact.printed
        values.append([Line(text, "value", (Print(fact, fact.printed, "decided"),))])
    labels = [[Line(world.label(fact.metric), "label")] for fact in facts]
    if "label_after" in tears:
        touching = random.random() < 0.5
        pairs = [
            [value + label] if touching else [value, label]
            for label, value in zip(labels, values, strict=True)
        ]
    elif "label_before" in tears:
        pairs = [[label, value] for label, value in zip(labels, values, strict=True)]
    elif "tiles_separated" in tears or "unit_first" in tears or random.random() < 0.5:
        pairs = [[label + value] for label, value in zip(labels, values, strict=True)]
    else:
        pairs = []
        for label, value in zip(labels, values, strict=True):
            pairs.append([[Line(f"{label[0].text}：{value[0].text}", "row", value[0].prints)]])
    if "tiles_separated" in tears:
        pairs = _separated(world, facts, labels, values, pairs)
    boxes = [box for pair in pairs for box in pair]
    return Block("tiles", boxes, tears)


_COUNTERS = ("人", "名", "家", "个", "件", "项", "次", "人次")


def _separated(
    world: World, facts: Sequence[Fact], labels: list[Box], values: list[Box], pairs: list[list[Box]]
) -> list[list[Box]]:
    """Print other tiles between a tile's label and its value; its unit says whose it is, or nothing does."""
    at = world.random.randint(0, len(facts) - 1)
    alone = all(
        fact.unit.printed != facts[at].unit.printed for place, fact in enumerate(facts) if place != at
    )
    # A count could be counted in another counter: only a unit of another kind tells two tiles apart.
    countable = [fact for fact in facts if fact.unit.printed in _COUNTERS]
    is_told = alone and (facts[at] not in countable or len(countable) == 1)
    if not is_told:
        for line in values[at]:
            line.prints = tuple(dataclasses.replace(p, verdict="order") for p in line.prints)
    others = [pair for place, pair in enumerate(pairs) if place != at]
    cut = world.random.randint(1, len(others)) if others else 0
    return [[labels[at]], *others[:cut], [values[at]], *others[cut:]]


# --- pies ---

_TITLES = {"gender": "性别", "age": "年龄", "education": "学历", "level": "职级",
           "employment_type": "雇佣类型", "function": "职能", "region": "地区"}  # fmt: skip
_PIES = [
    ("employees_share", "gender", "员工"), ("employees_share", "age", "员工"),
    ("employees_share", "education", "员工"), ("employees_share", "level", "员工"),
    ("employees_share", "employment_type", "员工"), ("employees_share", "function", "员工"),
    ("new_hires_share", "gender", "新员工"), ("new_hires_share", "age", "新员工"),
    ("suppliers_share", "region", "供应商"),
]  # fmt: skip
_RATES = [
    ("training_hours_avg", "gender", "培训"), ("training_hours_avg", "level", "培训"),
    ("turnover_rate", "gender", "流失"), ("turnover_rate", "age", "流失"),
]  # fmt: skip
_NOUNS = {
    "培训": ("平均培训时数", "人均培训时长"),
    "流失": ("员工流失率",),
    "员工": ("员工比例", "员工占比", "员工"),
    "新员工": ("新员工", "新员工占比"),
    "供应商": ("供应商占比", "供应商"),
}


@dataclasses.dataclass
class _Pie:
    title: Line
    members: list[str]
    slices: list[Box]
    facts: list[Fact]
    is_told: bool  # by sentences that repeat its values
    is_open: bool  # nothing says which value is whose
    is_glued: bool  # each value to its member


def pies(world: World, tears: frozenset[str]) -> Block:
    """Return one chart of shares, or two where the tear needs them."""
    random = world.random
    pairs = [pie for pie in _PIES if "count_and_share" not in tears or pie[0] != "new_hires_share"]
    if not tears & {"count_and_share", "interleaved", "headers_moved", "glued_values"}:
        pairs += _RATES
    count = 2 if tears & {"interleaved", "headers_moved"} else 1
    drawn: list[tuple[str, str, str]] = []
    while len(drawn) < count:
        pie = random.choice(pairs)
        if all(pie[:2] != other[:2] for other in drawn):
            drawn.append(pie)
    anchors: list[Box] = []
    charts = [_pie(world, *pie, tears, anchors) for pie in drawn]
    if "interleaved" in tears:
        boxes = _interleaved(world, charts, tears)
    elif "headers_moved" in tears:
        same = drawn[0][1] == drawn[1][1] or len(charts[0].slices) == len(charts[1].slices)
        if (
            drawn[0][1] == drawn[1][1]
        ):  # which of two titles of one kind belongs to which chart is a matter of order
            for chart in charts:
                _judge(chart, "order" if same else "decided")
        boxes = [[Line(" ".join(chart.title.text for chart in charts), "title")]]
        boxes += [box for chart in charts for box in _body(world, chart, tears)]
    elif "title_below" in tears:
        boxes = [*_body(world, charts[0], tears), [charts[0].title]]
    else:
        boxes = [[charts[0].title], *_body(world, charts[0], tears)]
    return Block("pie", boxes, tears, anchors)


def _pie(
    world: World, metric: str, breakdown: str, noun: str, tears: frozenset[str], anchors: list[Box]
) -> _Pie:  # fmt: skip
    random, year = world.random, world.years[-1]
    facts = world.group(metric, breakdown, year)
    labels = [label for _, label in world.members(breakdown)]
    title = Line(f"按{_TITLES[breakdown]}划分的{random.choice(_NOUNS[noun])}", "title")
    places = list(range(len(facts)))
    is_glued = tears == {"glued_legend"} and (metric not in SHARES or random.random() < 0.4)  # 3.13普通員工
    beside = is_glued or not tears - {"title_below", "headers_moved"}  # each member on its value's line
    order = random.choice(["ascending", "descending", "ascending"])
    if order == "descending":
        places.reverse()
    verdict: Verdict = "decided"
    legend = list(places)
    is_told = False
    if breakdown == "gender" and order == "descending" and not beside:
        verdict = "order"  # of two, nobody knows which comes first where they are not printed as usual
    if not beside and breakdown not in NATURAL and breakdown != "employment_type":
        if random.random() < 0.5:  # sentences name all members but one
            for place in places[:-1]:
                anchors.append(_share_sentence(world, facts[place], labels[place], noun))
            random.shuffle(legend)
            is_told = True
        else:  # nothing says which value is whose
            random.shuffle(legend)
            verdict = "open"
    facts = [facts[place] for place in places]
    members = [labels[place] for place in legend]
    if metric not in SHARES and not beside:
        verdict = "order"  # no arithmetic holds bars in their places
    slices = []
    for fact in facts:
        unit = fact.unit.printed if fact.unit.printed == "%" else ""
        box = [Line(fact.printed + unit, "value", (Print(fact, fact.printed, verdict),))]
        if "count_and_share" in tears:
            amount = dict.fromkeys(["employees_share"], "employees_count") | {
                "suppliers_share": "suppliers_count"
            }
            of_member = world.group(amount[metric], breakdown, year)
            count = next(each for each in of_member if each.member == fact.member)
            box.append(Line(count.printed, "value", (Print(count, count.printed, verdict),)))
        slices.append(box)
    return _Pie(title, members, slices, facts, is_told, verdict == "open", is_glued)


def _share_sentence(world: World, fact: Fact, label: str, noun: str) -> Box:
    text = f"{fact.year}年，公司{label.removesuffix('员工')}{noun}占比为{fact.printed}%。"
    return [Line(text, "prose", (Print(fact, fact.printed, "decided"),))]


def _judge(chart: _Pie, verdict: Verdict) -> None:
    for box in chart.slices:
        for line in box:
            line.prints = tuple(
                each
                if verdict == "order" and each.verdict == "open"
                else dataclasses.replace(each, verdict=verdict)
                for each in line.prints
            )


def _body(world: World, chart: _Pie, tears: frozenset[str]) -> list[Box]:
    """Return legend and values of one chart."""
    random = world.random
    if not tears - {"title_below", "headers_moved"}:
        boxes = []
        for member, slice_ in zip(chart.members, chart.slices, strict=True):
            boxes.append([Line(f"{member} {slice_[0].text}", "row", slice_[0].prints)])
        return [list(itertools.chain(*boxes))] if random.random() < 0.5 else boxes
    values = _values(world, [line for box in chart.slices for line in box] if "glued_values" in tears else [],
                     chart.slices, tears)  # fmt: skip
    if chart.is_glued:
        return [
            [Line(f"{slice_[0].text}{member}", "row", slice_[0].prints)]
            for member, slice_ in zip(chart.members, chart.slices, strict=True)
        ]
    legend = _legend(world, chart, chart.members, tears)
    if random.random() < 0.3:
        values.append([Line(str(world.years[-1]), "header")])
    if "legend_before" in tears:
        return [*legend, *values]
    if "legend_around" in tears:
        cut = random.randint(1, len(chart.members) - 1)
        parts = chart.members[:cut], chart.members[cut:]
        before, after = (_legend(world, chart, part, tears) for part in parts)
        return [*before, *values, *after]
    return [*values, *legend]


def _values(world: World, flat: Sequence[Line], slices: Sequence[Box], tears: frozenset[str]) -> list[Box]:
    """Return the values: each in a box, some side by side, some glued together."""
    if "glued_values" not in tears or "count_and_share" in tears:
        return [list(slice_) for slice_ in slices]
    boxes: list[Box] = []
    rest = list(flat)
    glued = world.random.randint(0, max(0, len(rest) - 2))
    while rest:
        place = len(flat) - len(rest)
        size = 2 if place == glued and len(rest) > 1 else 1
        taken, rest = rest[:size], rest[size:]
        prints = tuple(each for line in taken for each in line.prints)
        boxes.append([Line("".join(line.text for line in taken), "value", prints)])
    return boxes


def _legend(world: World, chart: _Pie, members: Sequence[str], tears: frozenset[str]) -> list[Box]:
    """Return the members side by side or glued, or below one another: then in the order of a column."""
    random = world.random
    if "glued_legend" in tears:
        return [[Line("".join(members), "legend")]]
    if not chart.is_open and not chart.is_told and random.random() < 0.3:
        return [[Line(member, "legend")] for member in members]
    cut = random.randint(1, len(members))
    lines = [Line(" ".join(part), "legend") for part in (members[:cut], members[cut:]) if part]
    return [lines]


def _interleaved(world: World, charts: list[_Pie], tears: frozenset[str]) -> list[Box]:
    """Weave two charts: their titles, then their values in turn, then their legends."""
    random = world.random
    first, second = charts
    woven = _woven(random, first.slices, second.slices)
    if not _is_told_apart(first, second, woven):
        for chart in charts:
            _judge(chart, "order" if any(each.is_told for each in charts) else "open")
    titles = [[Line(f"{first.title.text} {second.title.text}", "title")]]
    if random.random() < 0.5:
        titles = [[first.title], [second.title]]
    legends = [box for chart in charts for box in _legend(world, chart, chart.members, tears)]
    values = _values(world, [line for box in woven for line in box], woven, tears)
    if "legend_before" in tears:
        return [*titles, *legends, *values]
    return [*titles, *values, *legends]


def _woven(random: Random, first: Sequence[Box], second: Sequence[Box]) -> list[Box]:
    rests = [list(first), list(second)]
    woven = []
    while any(rests):
        chosen = random.choice([rest for rest in rests if rest])
        woven.append(chosen.pop(0))
    return woven


def _is_told_apart(first: _Pie, second: _Pie, woven: Sequence[Box]) -> bool:
    """Say whether only one way of parting the woven values gives two sets that total 100, and legends fit."""
    if len(first.facts) == len(second.facts) or first.facts[0].breakdown == second.facts[0].breakdown:
        return False
    by_print = {
        id(box): fact for pie in (first, second) for box, fact in zip(pie.slices, pie.facts, strict=True)
    }
    facts = [by_print[id(box)] for box in woven]
    closing = 0
    for chosen in itertools.combinations(range(len(facts)), len(first.facts)):
        rest = [fact for place, fact in enumerate(facts) if place not in chosen]
        closing += totals_100([facts[place] for place in chosen]) and totals_100(rest)
    return closing == 1


# --- bars ---

_BARS = ("revenue", "net_profit", "loan_origination", "rnd_spend", "suppliers_total", "water_consumption",
         "electricity_consumption", "small_business_loans", "registered_users", "donations")  # fmt: skip


def bars(world: World, tears: frozenset[str]) -> Block:
    """Return bars of one to three metrics over an axis of years; a sentence may repeat one of them."""
    random = world.random
    years = world.years if len(world.years) > 1 else (world.years[0] - 1, world.years[0])
    metrics = random.sample(_BARS, random.randint(1, 3))
    is_told = random.random() < 0.75
    anchors: list[Box] = []
    if is_told:
        told = metrics[random.randint(0, len(metrics) - 1)]
        anchors.append(sentence(world, world.fact(told, years[-1]), world.label(told)))
    printed = years[::-1] if "newest_first" in tears else years
    form = random.choice(["{}", "{}年"])
    axis = " ".join(form.format(year) for year in years)
    boxes: list[Box] = []
    verdict: Verdict = "decided" if is_told else "open" if "newest_first" in tears else "order"
    for metric in metrics:
        facts = [world.fact(metric, year) for year in printed]
        title = [Line(f"{world.label(metric)}（{world.unit(metric).printed}）", "label")]
        values = [[Line(fact.printed, "value", (Print(fact, fact.printed, verdict),))] for fact in facts]
        chart = [*values, [Line(axis, "header")]]
        boxes += [*chart, title] if "title_below" in tears else [title, *chart]
    return Block("bars", boxes, tears, anchors)


BLOCKS: dict[str, Callable[[World, frozenset[str]], Block]] = {
    "table": table, "tiles": tiles, "pie": pies, "bars": bars,
}  # fmt: skip

"""Whole reports: torn blocks between headings and prose, on pages, with what conversion does to all of it."""

import dataclasses
import itertools
from collections.abc import Sequence
from functools import cache
from random import Random

import opencc

from .layouts import BLOCKS, OF_BLOCK, OF_REPORT, Block, Box, Line, Print, fitting
from .world import World

COMPANY = "示例科技集团"
_PROSE = (
    "我们始终坚持以人为本，为员工提供平等、健康和有温度的工作环境。",
    "公司严格遵守运营所在地的法律法规，持续完善治理架构与内部控制。",
    "面对气候变化，我们倡导低碳办公，鼓励同事随手关灯、双面打印、绿色出行。",
    "我们重视与供应商的合作，将诚信和责任写入采购流程的每个环节。",
    "董事会定期听取可持续发展工作的汇报，并就重要议题作出决定。",
    "我们倾听客户的声音，不断优化产品和服务，保护每一位用户的信息安全。",
    "公司建立了畅通的沟通渠道，鼓励员工表达想法，共同改进工作。",
    "我们与高校和研究机构携手，推动技术创新成果惠及更多行业伙伴。",
    "依据第7号指引及2018年修订的制度，我们更新了应急预案并组织演练。",
    "第3届员工运动会在秋季举行，同事们在赛场上展现了团队精神。",
    "本报告参照交易所的指引编制，内容涵盖公司及其主要附属企业。",
    "我们相信，稳健的经营是回报社会的前提，也是持续成长的基础。",
    "如有意见，欢迎致电400-820-0000，或于2025年6月30日前来信。",
    "公司荣获“年度最佳雇主前10强”称号，并入选2项行业榜单。",
)
_CONTENTS = ("关于我们 02", "公司治理 06", "绿色运营 14", "雇佣责任 28", "社会责任 41")
_HEADINGS = ("治理与责任", "绿色运营", "雇佣责任", "合作共赢", "服务与品质", "社区参与", "附录")
_NAVIGATION = "关于我们 公司治理 绿色运营 雇佣责任 合作伙伴 社会责任 附录"
_NOTES = ("自本年度起统计口径有所调整，与往年不完全可比。", "统计范围包括公司总部及主要附属企业的办公场所。")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FIRST_MARK = 11
_LINES_ON_PAGE = 24


@dataclasses.dataclass(frozen=True)
class Placed:
    """One printed value with the line it ended up on, and whether a tear went through it."""

    line: int
    torn: bool
    printed: Print


@dataclasses.dataclass(frozen=True)
class Report:
    """A text and all that is true of it."""

    text: str
    year: int
    script: str
    truth: tuple[Placed, ...]


def report(random: Random, tears: Sequence[str] = (), *, size: int = 3) -> Report:
    """Return a report of up to ``size`` blocks; those that know one of ``tears`` are torn by it.

    Without a tear of blocks, all are printed clean. ``random`` decides all else; where it draws the least
    of everything, as hypothesis does when it shrinks, nothing is printed that need not be.
    """
    years = tuple(range(2024 - random.randint(0, 3), 2025))[-random.randint(1, 3) :]
    world = World(random, years)
    blocks = [_block(world, kind, tears) for kind in _kinds(random, tears, size)]
    _leave_open(blocks)
    pages: list[list[tuple[Box, bool]]] = []
    of_report = [tear for tear in tears if tear in OF_REPORT]
    for block in blocks:
        torn = bool(block.tears) or bool(of_report) or not tears
        pages.append(_page(random, block, torn, "reordered" in tears))
    anchors = [box for block in blocks for box in block.anchors]
    random.shuffle(anchors)
    opening = [([Line(f"{COMPANY}{years[-1]}年环境、社会及管治报告", "title")], False)]
    opening += [([Line(text)], False) for text in _some(random, 1)]
    opening += [(box, False) for box in anchors]
    pages.insert(
        random.randint(0, len(pages)), [([Line(random.choice(_HEADINGS), "title")], False), *opening[1:]]
    )
    contents = [([Line(text) for text in _CONTENTS], False)] if random.random() > 0.7 else []
    pages.insert(0, opening[:1] + contents)
    if "footnote_marks" in tears:
        pages = [_with_marks(random, page) for page in pages]
    lines = _joined(random, pages, "page_break" in tears)
    script = "Hant" if "script" in tears else "Hans"
    texts = [line.text for line, _ in lines]
    if script == "Hant":
        texts = _converted(random, texts)
    truth = tuple(
        Placed(number, torn, printed)
        for number, (line, torn) in enumerate(lines, start=1)
        for printed in line.prints
    )
    return Report("\n".join(texts) + "\n", years[-1], script, truth)


def _kinds(random: Random, tears: Sequence[str], size: int) -> list[str]:
    """Return the kinds of block to print: one for each tear that needs it, and others."""
    kinds = []
    for tear in tears:
        if bearing := [kind for kind, known in OF_BLOCK.items() if tear in known]:
            kinds.append(random.choice(bearing))
    while len(kinds) < size and (not kinds or random.random() > 0.6):
        kinds.append(random.choice(list(OF_BLOCK)))
    return kinds


def _block(world: World, kind: str, tears: Sequence[str]) -> Block:
    return BLOCKS[kind](world, fitting(kind, tears, world.random))


def _leave_open(blocks: Sequence[Block]) -> None:
    """Take no side where another block repeats a fact of one that by itself decides nothing."""
    for block in blocks:
        own = {each.fact.key for each in _prints(block.boxes)}
        others = [
            each for other in blocks if other is not block for each in _prints(other.boxes + other.anchors)
        ]
        if any(each.fact.key in own for each in others):
            for line in itertools.chain(*block.boxes):
                line.prints = tuple(
                    dataclasses.replace(each, verdict="order") if each.verdict == "open" else each
                    for each in line.prints
                )


def _prints(boxes: Sequence[Box]) -> list[Print]:
    return [each for box in boxes for line in box for each in line.prints]


def _some(random: Random, least: int) -> list[str]:
    return random.sample(_PROSE, random.randint(least, 3))


def _page(random: Random, block: Block, torn: bool, reordered: bool) -> list[tuple[Box, bool]]:
    boxes = [(box, torn) for box in block.boxes]
    prose: list[tuple[Box, bool]] = [([Line(text)], False) for text in _some(random, 1)]
    if reordered and len(boxes) > 1:  # a paragraph beside the block lands within it
        boxes.insert(random.randint(1, len(boxes) - 1), prose.pop())
    cut = random.randint(0, len(prose))
    return [([Line(random.choice(_HEADINGS), "title")], False), *prose[:cut], *boxes, *prose[cut:]] + (
        [] if prose[cut:] else [([Line(random.choice(_PROSE))], False)]
    )


def _with_marks(random: Random, page: list[tuple[Box, bool]]) -> list[tuple[Box, bool]]:
    """Glue footnote marks to labels, and to values that show by their digits where they end."""
    labels = [line for box, _ in page for line in box if line.role == "label"]
    rows = [line for box, _ in page for line in box if line.role == "row" and len(line.prints) > 1]
    notes: Box = []
    mark = random.randint(_FIRST_MARK, 30)
    if rows:
        row = random.choice(rows)
        last = row.prints[-1]
        if row.text.endswith(last.raw) and ("." in last.raw or "," in last.raw) and random.random() < 0.6:
            row.text += str(mark)
        else:
            label, _, rest = row.text.partition("\t" if "\t" in row.text else " ")
            row.text = f"{label} {mark}{row.text[len(label)]}{rest}"
    elif labels:
        line = random.choice(labels)
        line.text += random.choice([f" {mark}", str(mark).translate(_SUPERSCRIPT)])
    else:
        return page
    notes.append(Line(f"{mark} {random.choice(_NOTES)}"))
    return [*page, (notes, False)]


def _joined(random: Random, pages: list[list[tuple[Box, bool]]], broken: bool) -> list[tuple[Line, bool]]:
    """Return the lines of all pages; a page break may fall within a block."""
    paged = broken or random.random() > 0.6
    lines: list[tuple[Line, bool]] = []
    if not paged:
        for page in pages:
            lines += _lines(page)
        return lines
    sheets = [page for page in pages if page]
    if broken:
        sheets = [part for page in sheets for part in _broken(random, page)]
    for number, sheet in enumerate(sheets, start=1):
        of_page = _lines(sheet)
        while sum(bool(line.text) for line, _ in of_page) < 14:
            of_page += [(Line(random.choice(_PROSE)), False), (Line(""), False)]
        of_page += [(Line(_NAVIGATION), False), (Line(""), False), (Line(str(number)), False)]
        first, torn = of_page[0]
        of_page[0] = (dataclasses.replace(first, text=" " + first.text), torn)
        lines += of_page
    return lines


def _broken(random: Random, page: list[tuple[Box, bool]]) -> list[list[tuple[Box, bool]]]:
    within = [place for place in range(1, len(page)) if page[place][1] and page[place - 1][1]]
    if not within:
        return [page]
    cut = random.choice(within)
    return [page[:cut], page[cut:]]


def _lines(page: list[tuple[Box, bool]]) -> list[tuple[Line, bool]]:
    lines: list[tuple[Line, bool]] = []
    for box, torn in page:
        lines += [(line, torn) for line in box]
        lines.append((Line(""), False))
    return lines


def _converted(random: Random, texts: list[str]) -> list[str]:
    """Return the text in traditional script, sometimes with lines left in the other, as reports mix them."""
    converter = _converter(random.choice(["s2t", "s2hk", "s2tw"]))
    mixed = random.random() > 0.7
    return [text if mixed and random.random() < 0.3 else converter.convert(text) for text in texts]


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)

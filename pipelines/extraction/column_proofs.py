"""What proves a column-split table: of all ways to pair it, the one that arithmetic confirms most."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Sequence

from pipelines.extraction.column_cells import Cell, fact_of, facts_of
from pipelines.extraction.constraints import RULES, Fact, Verdict
from pipelines.extraction.document import Document, unit_in_label

REVERSED = ", axis reversed"
"""How the name of a pairing ends whose values are printed against their axis."""
_NEIGHBOURS = 12  # cells further apart than this are not exchanged by mistake
_MISPRINT = 1  # how many facts a pairing must be ahead where as much contradicts as confirms it
_TELLING_DIGITS = 3  # a number of fewer digits may agree with another by chance
_LIKE_OTHERS = "the chart beside it prints its axis so"
_PAIRINGS = {
    "components": "total",
    "share": "ratio",
    "mentioned": "repeated",
}  # rules whose kind has a name in the public interface


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What every rule says of one hypothesis, by the rule's name."""

    verdicts: dict[str, Verdict]

    @property
    def net(self) -> int:
        """How many more facts are confirmed than contradicted."""
        return sum(verdict.confirmed - verdict.contradicted for verdict in self.verdicts.values())

    @property
    def confirming(self) -> list[str]:
        """The rules that confirm the hypothesis."""
        return [name for name, verdict in self.verdicts.items() if verdict.confirmed]

    @property
    def contradicting(self) -> list[str]:
        """The rules that contradict it."""
        return [name for name, verdict in self.verdicts.items() if verdict.contradicted]

    def __str__(self) -> str:
        """Say it in words: total confirms 1, ratio contradicts 2."""
        said = [f"{name} confirms {self.verdicts[name].confirmed}" for name in self.confirming]
        said += [f"{name} contradicts {self.verdicts[name].contradicted}" for name in self.contradicting]
        return ", ".join(said) or "nothing confirms or contradicts it"


@dataclasses.dataclass(frozen=True)
class Proven:
    """The pairing that was chosen, the cells that arithmetic holds in their place, and why in words."""

    name: str
    cells: list[Cell]
    pairing: str
    pinned: list[Cell]
    proof: str

    @property
    def is_order_alone(self) -> bool:
        """Whether nothing confirms the pairing: it is the only one that is possible."""
        return self.pairing == "order" and _LIKE_OTHERS not in self.proof


def prove(document: Document, hypotheses: dict[str, list[Cell]], axes: set[bool]) -> Proven | None:
    """Return the hypothesis that arithmetic confirms most; None where two are equal or none is."""
    assumed = {fact.metric for cells in hypotheses.values() for fact in facts_of(cells)}
    known = document.facts(assumed)
    judged = sorted(
        ((name, cells, _judge(document, cells, known)) for name, cells in hypotheses.items()),
        key=lambda each: (each[2].net, bool(each[2].confirming)),
        reverse=True,
    )
    name, cells, best = judged[0]
    others = "; ".join(f"{other}: {judgement}" for other, _, judgement in judged[1:])
    proof = f"{name}: {best}" + (f"; ruled out: {others}" if others else "")
    others_net = max((judgement.net for _, _, judgement in judged[1:]), default=None)
    # One number that is misprinted contradicts what it belongs to; the rest still tells the right pairing.
    is_best = (
        best.net >= 0 if others_net is None else best.net > others_net + (_MISPRINT if best.net <= 0 else 0)
    )
    if best.confirming and is_best:
        pinned = [] if best.contradicting else _pinned(document, cells, known, best.net)
        return Proven(name, cells, _PAIRINGS.get(best.confirming[0], best.confirming[0]), pinned, proof)
    if len(judged) == 1 and not best.contradicting and all(has_unit(document, cell) for cell in cells):
        return Proven(name, cells, "order", [], proof)
    formed = [(name, cells) for name, cells, judgement in judged if not _misformed(cells)]
    if len(formed) == 1 < len(judged) and all(
        _misformed(cells) > 1 for name, cells, _ in judged if name != formed[0][0]
    ):
        name, cells = formed[0]
        if not best.confirming and not best.contradicting and all(cell.mapping for cell in cells):
            proof = f"{name}: its rows alone print as many decimals in all columns"
            return Proven(name, cells, "order", [], proof)
    return _as_beside(document, judged, axes)


def _as_beside(
    document: Document, judged: Sequence[tuple[str, list[Cell], Judgement]], axes: set[bool]
) -> Proven | None:
    """Return the one way to read a chart with its axis as the charts right beside it are read."""
    agreeing = [
        (name, cells)
        for name, cells, judgement in judged
        if axes == {name.endswith(REVERSED)} and not judgement.contradicting
    ]
    if len(agreeing) != 1 or len(judged) != 2:
        return None
    name, cells = agreeing[0]
    is_told = all(has_unit(document, cell) for cell in cells)
    return Proven(name, cells, "order", [], f"{name}: {_LIKE_OTHERS}") if is_told else None


def has_unit(document: Document, cell: Cell) -> bool:
    """Say whether a cell means something in a unit that its row or its label prints."""
    return cell.mapping is not None and bool(cell.unit or unit_in_label(cell.label.label, document.catalogue))


def _misformed(cells: Sequence[Cell]) -> int:
    """Return how many rows print their columns with different decimals."""
    decimals: dict[tuple[int, str], set[int | None]] = defaultdict(set)
    for cell in cells:
        decimals[cell.label.first, cell.label.label].add(cell.value.decimals)
    return sum(len(found) > 1 for found in decimals.values())


def _judge(document: Document, cells: Sequence[Cell], known: Sequence[Fact]) -> Judgement:
    facts = facts_of(cells)
    verdicts = {name: rule(facts, known, document.catalogue) for name, rule in RULES.items()}
    return Judgement({**verdicts, "mentioned": _mentioned(document, cells)})


def _pinned(document: Document, cells: list[Cell], known: Sequence[Fact], net: int) -> list[Cell]:
    """Return the cells that arithmetic holds in their place.

    Without one of them less is confirmed, and so it is if it is exchanged with any other.
    """
    loose: set[int] = set()
    for i, j in itertools.combinations(range(len(cells)), 2):
        is_same = cells[i].value.number == cells[j].value.number
        if {i, j} <= loose or j - i > _NEIGHBOURS or cells[i].title != cells[j].title or is_same:
            continue
        swapped = list(cells)
        swapped[i], swapped[j] = (_with(document, cells[i], cells[j]), _with(document, cells[j], cells[i]))
        if _judge(document, swapped, known).net >= net:
            loose |= {i, j}
    held = [i for i in range(len(cells)) if i not in loose]
    return [cells[i] for i in held if _judge(document, cells[:i] + cells[i + 1 :], known).net < net]


def _with(document: Document, cell: Cell, other: Cell) -> Cell:
    """Return ``cell`` with the value of ``other`` in its place."""
    fact = fact_of(document, other.value, cell.label, cell.unit, cell.title, cell.mapping)
    return dataclasses.replace(cell, node=other.node, fact=fact)


def _mentioned(document: Document, cells: Sequence[Cell]) -> Verdict:
    """A number that a sentence prints for one year is that year's, of the same metric, in a chart too."""
    if len({cell.title.year for cell in cells}) < 2:
        return Verdict()
    told = [
        cell.title.year in years
        and document.narrated.get(cell.value.number, cell.mapping.metric) == cell.mapping.metric
        for cell in cells
        if cell.mapping is not None
        and cell.value.number is not None
        and cell.value.telling_digits >= _TELLING_DIGITS
        and len(years := document.mentions.get(cell.value.number, set())) == 1
    ]
    return Verdict(sum(told), len(told) - sum(told))

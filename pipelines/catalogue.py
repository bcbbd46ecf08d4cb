"""The catalogue: metrics, aliases, breakdown members and units, as the seeds in ``dbt/seeds`` state them.

This module reads and indexes; how a printed label is matched against it is decided in ``extraction.labels``.
"""

import csv
import dataclasses
import functools
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from pipelines.text import SUPERSCRIPTS, fold, longest_of
from pipelines.units import Equivalence, Units, fold_unit

SEEDS = Path(__file__).resolve().parent.parent / "dbt" / "seeds"
# What a sentence adds to a label without changing it: particles, light verbs, counting words.
_LIGHT = re.compile(
    "(?<!人)(?<!平)(?<!年)均(?![每衡匀等])|共计|合计|总共|一共|(?<!公)共(?![同享建和创])|了(?!解)|的(?!确)|之(?![一间前后外])|任何|已经?(?!知)|亦"
    "|有关|相关|进行|开展|到(?!位|期)|(?:的?(?:情况|情形|现象))$"
)
# Words of Taiwan for those of the mainland, as a change of script with phrases leaves them.
_TAIWAN = {
    "使用者": "用户", "资料": "数据", "资讯": "信息", "线上": "在线", "稽核": "审核", "型别": "类型",
    "软体": "软件", "专案": "项目", "品质": "质量", "奈及利亚": "尼日利亚", "智慧财产权": "知识产权",
}  # fmt: skip
_TAIWAN_WORD = re.compile("|".join(_TAIWAN))
_AND = re.compile("以及|[及或](?![时有]|以[上下])|和(?!谐)|与")
_ANGLES = re.compile("<([^<>]*)>")  # a title; one alone says less or more than
_BRACKETS_AND_BLANKS = re.compile(r"[()\[\]《》“”\"'「」『』{} ]")


class CatalogueError(ValueError):
    """A seed is malformed; the message names file, row and what would be right."""


@dataclasses.dataclass(frozen=True)
class Metric:
    """One row of ``metrics.csv``."""

    code: str
    topic: str
    unit: str
    basis: str
    breakdowns: frozenset[str]
    gri: str
    hkex: str


class Target(NamedTuple):
    """What an alias stands for: a metric, and the breakdown member where the alias names one itself."""

    metric: str
    breakdown: str | None = None
    member: str | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Catalogue:
    """The indexed seeds. Aliases are keyed by ``normalise_alias``; a catalogue equals only itself."""

    metrics: Mapping[str, Metric]
    aliases: Mapping[str, tuple[Target, ...]]
    members: Mapping[str, tuple[tuple[str, str], ...]]
    member_order: Mapping[tuple[str, str], int]
    usual_sizes: Mapping[tuple[str, str], str]
    breakdown_titles: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[str, str | None]]
    ratios: Mapping[str, tuple[str, str]]
    components: tuple[tuple[str, str, bool], ...]
    means: Mapping[str, str | None]
    compositions: Mapping[str, str]
    shares: tuple[tuple[str, str, str, str], ...]
    changes: Mapping[str, str]
    factors: tuple[tuple[str, str, str | None], ...]
    narratives: frozenset[tuple[str, str]]
    words: Mapping[str, tuple[str, ...]]
    synonyms: Mapping[str, str]
    units: Units
    version: str

    @functools.cached_property
    def phrases(self) -> Mapping[str, tuple[Target, ...]]:
        """The aliases as sentences print them, keyed by ``normalise_phrase``."""
        found: dict[str, tuple[Target, ...]] = {}
        for alias, targets in self.aliases.items():
            key = normalise_phrase(alias)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *targets)))
        return found

    def targets(self, form: str) -> tuple[Target, ...]:
        """Return what a normalised label stands for: as an alias, or as one in other words (``synonyms``)."""
        return self.aliases.get(form) or self._in_standard_words.get(self._standard(form), ())

    @functools.cached_property
    def _in_standard_words(self) -> Mapping[str, tuple[Target, ...]]:
        found: dict[str, tuple[Target, ...]] = {}
        for alias, targets in self.aliases.items():
            key = self._standard(alias)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *targets)))
        return found

    @functools.cached_property
    def _word(self) -> re.Pattern[str]:
        return re.compile(longest_of({*self.synonyms, *filter(None, self.synonyms.values())}))

    def _standard(self, form: str) -> str:
        """Return a normalised label in the words of ``synonyms``, and 总 first: 耗水总量 is 总耗水量."""
        standard = self._word.sub(lambda word: self.synonyms.get(word.group(), word.group()), form)
        standard = standard.lstrip(":")  # 间接能源：外购电力
        return "总" + standard.replace("总", "") if "总" in standard else standard

    @functools.cached_property
    def one_training(self) -> re.Pattern[str]:
        """A pattern of words that name a training of one topic (反贪污培训), which is not all training.

        健康安全与培训 are two things.
        """
        topics = "|".join(self.words["topic"])
        return re.compile(f"(?:{topics})[^,。;、]{{0,6}}(?<![与及和])培训(?![^,。;]*[等、])")

    @functools.cached_property
    def parts_of_total(self) -> Mapping[str, Sequence[str]]:
        """The metrics that ``components`` add up to each total."""
        found: dict[str, list[str]] = defaultdict(list)
        for total, part, _ in self.components:
            found[total].append(part)
        return dict(found)

    def needs_member(self, metric: str) -> bool:
        """Say whether ``metric`` measures a group and means nothing without its member (a share of staff)."""
        rule, total = self.sets.get(metric, (None, None))
        return rule == "sum100" or (rule is not None and total != metric)


def normalise_alias(text: str) -> str:
    """Fold ``text`` and drop blanks, brackets and superscripts: the form in which labels are compared."""
    return normalise_folded(fold(text))


def normalise_folded(folded: str) -> str:
    """Return what ``normalise_alias`` does for a text that is folded."""
    if "<" in folded:
        folded = _ANGLES.sub(r"\1", folded)
    return _BRACKETS_AND_BLANKS.sub("", folded).strip(SUPERSCRIPTS + ":-*^")


def normalise_phrase(text: str) -> str:
    """Return the form in which a sentence's words are compared with aliases.

    ``normalise_alias`` without particles (了, 的), light verbs (进行, 开展) and counting words (共, 均);
    every "and" is 、: 对供应商开展了审核 is 对供应商审核, and 童工或强制劳动 is 童工、强制劳动.
    """
    return reduce_phrase(normalise_alias(text))


def reduce_phrase(normal: str) -> str:
    """Return what ``normalise_phrase`` does for a text in the form of ``normalise_alias``."""
    return _AND.sub("、", _LIGHT.sub("", _TAIWAN_WORD.sub(lambda word: _TAIWAN[word.group()], normal)))


@functools.cache
def load_catalogue(folder: Path = SEEDS) -> Catalogue:
    """Read the seeds of ``folder``. Raises CatalogueError where a row refers to something unknown."""
    metrics = {
        row["metric_code"]: Metric(
            row["metric_code"], row["topic"], row["unit"], row["basis"],
            frozenset(filter(None, row["breakdowns"].split("|"))), row["gri"], row["hkex"],
        )
        for _, row in _rows(folder, "metrics.csv")
    }  # fmt: skip
    member_order = {
        (row["breakdown"], row["member"]): int(row["sort_order"])
        for _, row in _rows(folder, "breakdown_members.csv")
    }
    usual_sizes = {
        (row["breakdown"], row["member"]): row["usual_size"]
        for _, row in _rows(folder, "breakdown_members.csv")
        if row["usual_size"]
    }
    members = set(member_order)
    return Catalogue(
        metrics=metrics,
        aliases=_aliases(folder, metrics, members),
        members=_member_aliases(folder, members),
        member_order=member_order,
        usual_sizes=usual_sizes,
        breakdown_titles={
            normalise_alias(row["alias"]): row["breakdown"] for _, row in _rows(folder, "breakdowns.csv")
        },
        parts=_parts(folder, metrics),
        sets={
            row["metric_code"]: (row["rule"], row["total_metric"] or None)
            for _, row in _rows(folder, "metric_sets.csv")
        },
        ratios={
            row["ratio_metric"]: (row["amount_metric"], row["base_metric"])
            for _, row in _rows(folder, "metric_ratios.csv")
        },
        components=tuple(
            (row["total_metric"], row["part_metric"], row["is_whole"] == "true")
            for _, row in _rows(folder, "metric_components.csv")
        ),
        means={
            row["metric_code"]: row["weight_metric"] or None for _, row in _rows(folder, "metric_means.csv")
        },
        compositions={
            row["metric_code"]: row["composition_metric"]
            for _, row in _rows(folder, "metric_means.csv")
            if row["composition_metric"]
        },
        shares=tuple(
            (row["share_metric"], row["count_metric"], row["total_metric"], row["counted_unit"])
            for _, row in _rows(folder, "metric_shares.csv")
        ),
        changes={row["change_metric"]: row["metric_code"] for _, row in _rows(folder, "metric_changes.csv")},
        factors=tuple(
            (row["emission_metric"], row["activity_metric"], row["without_metric"] or None)
            for _, row in _rows(folder, "metric_factors.csv")
        ),
        narratives=frozenset(
            (row["framework"], row["code"]) for _, row in _rows(folder, "standard_narratives.csv")
        ),
        words=_words(folder),
        synonyms=_synonyms(folder),
        units=_units(folder),
        version=_version(folder),
    )


def _rows(folder: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every row with the place to name in an error."""
    path = folder / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield f"{path}, row {number}", row


def _aliases(
    folder: Path, metrics: Mapping[str, Metric], members: set[tuple[str, str]]
) -> dict[str, tuple[Target, ...]]:
    found: dict[str, list[Target]] = defaultdict(list)
    for place, row in _rows(folder, "metric_aliases.csv"):
        target = Target(row["metric_code"], row["breakdown"] or None, row["member"] or None)
        if target.metric not in metrics:
            raise CatalogueError(f"{place}: metric {target.metric!r} is not in metrics.csv")
        if target.breakdown and (target.breakdown, target.member) not in members:
            raise CatalogueError(
                f"{place}: {target.breakdown}/{target.member} is not in breakdown_members.csv"
            )
        alias = normalise_alias(row["alias"])
        if target not in found[alias]:
            found[alias].append(target)
    return {alias: tuple(targets) for alias, targets in found.items()}


def _member_aliases(folder: Path, members: set[tuple[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, row in _rows(folder, "member_aliases.csv"):
        member = (row["breakdown"], row["member"])
        if member not in members:
            raise CatalogueError(f"{place}: {'/'.join(member)} is not in breakdown_members.csv")
        alias = normalise_alias(row["alias"])
        if member not in found[alias]:
            found[alias].append(member)
    return {alias: tuple(values) for alias, values in found.items()}


def _parts(folder: Path, metrics: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place, row in _rows(folder, "metric_parts.csv"):
        for code in (row["total_metric"], row["part_metric"]):
            if code not in metrics:
                raise CatalogueError(f"{place}: metric {code!r} is not in metrics.csv")
        if row["part_metric"] not in found[row["total_metric"]]:
            found[row["total_metric"]].append(row["part_metric"])
    return {total: tuple(parts) for total, parts in found.items()}


def _words(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the words of each role that the reading of sentences knows, longest first."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, row in _rows(folder, "sentence_words.csv"):
        found[row["role"]].add(fold(row["word"]))
    return {role: tuple(sorted(words, key=lambda word: (-len(word), word))) for role, words in found.items()}


def _synonyms(folder: Path) -> dict[str, str]:
    rows = list(_rows(folder, "label_synonyms.csv"))
    found = {normalise_alias(row["word"]): normalise_alias(row["standard_word"]) for _, row in rows}
    for place, row in rows:
        if normalise_alias(row["standard_word"]) in found:
            raise CatalogueError(f"{place}: {row['standard_word']} is itself a word with a standard word")
    return found


def _units(folder: Path) -> Units:
    aliases = {
        fold_unit(row["alias"]): (row["unit"], _fraction(row["factor"], place))
        for place, row in _rows(folder, "unit_aliases.csv")
    }
    equivalences = [
        Equivalence(row["topic"], row["printed"], row["unit"], _fraction(row["factor"], place))
        for place, row in _rows(folder, "unit_equivalences.csv")
    ]
    return Units(aliases, equivalences)


def _fraction(text: str, place: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    try:
        return Fraction(numerator) / Fraction(denominator or "1")
    except (ValueError, ZeroDivisionError) as error:
        raise CatalogueError(f"{place}: {text!r} is no factor; write 0.001 or 1/3.6") from error


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

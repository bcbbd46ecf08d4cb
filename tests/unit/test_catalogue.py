"""The catalogue: the public contract of metrics is kept, and every seed refers to what exists."""

import csv
import itertools
import re
import shutil
from pathlib import Path

import pytest

from pipelines.catalogue import SEEDS, CatalogueError, Target, load_catalogue, normalise_alias

CONTRACT = Path(__file__).parents[1] / "golden" / "metrics_contract.csv"
CATALOGUE = load_catalogue()


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contract() -> list[dict[str, str]]:
    with CONTRACT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the public contract ---


def test_every_metric_of_the_contract_is_in_the_seeds_as_it_was() -> None:
    seeds = {row["metric_code"]: row for row in rows("metrics.csv")}
    fixed = ("metric_code", "pillar", "topic", "unit", "basis", "gri", "hkex")
    assert len(contract()) >= 140
    assert [
        {column: seeds.get(row["metric_code"], {}).get(column) for column in fixed} for row in contract()
    ] == [{column: row[column] for column in fixed} for row in contract()]


def test_every_breakdown_of_the_contract_is_there_and_more_may_be() -> None:
    missing = {
        row["metric_code"]: lacking
        for row in contract()
        if (
            lacking := set(filter(None, row["breakdowns"].split("|")))
            - CATALOGUE.metrics[row["metric_code"]].breakdowns
        )
    }
    assert missing == {}


@pytest.mark.parametrize(
    ("breakdown", "members"),
    [
        ("gender", "male female"),
        ("age", "<30 <=30 30-50 31-40 41-50 >40 >=41 >50 >=51"),
        (
            "education",
            "high_school_or_below college college_or_below bachelor master master_or_above doctorate",
        ),
        ("level", "senior middle junior"),
        ("employment_type", "full_time part_time other"),
        ("function", "rnd operations marketing risk admin customer_service sales"),
        (
            "region",
            "china mainland_china hong_kong_macau_taiwan overseas local east_china north_china south_china"
            " southwest_china northwest_china northeast_china central_china beijing shanghai",
        ),
        ("ethnicity", "minority"),
        ("disability", "yes"),
        ("market", "domestic overseas"),
    ],
)
def test_every_member_of_the_contract_is_known(breakdown: str, members: str) -> None:
    assert {(breakdown, member) for member in members.split()} <= set(CATALOGUE.member_order)


def test_codes_are_unique_and_in_snake_case() -> None:
    codes = [row["metric_code"] for row in rows("metrics.csv")]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not re.fullmatch("[a-z][a-z0-9_]*", code)] == []


def test_every_metric_says_in_both_languages_what_it_is() -> None:
    texts = ("name_en", "name_zh", "definition")
    assert [
        row["metric_code"] for row in rows("metrics.csv") if not all(row[text].strip() for text in texts)
    ] == []


def test_pillars_and_bases_are_the_documented_ones() -> None:
    assert {row["pillar"] for row in rows("metrics.csv")} == {"E", "S", "G", "B"}
    assert {row["basis"] for row in rows("metrics.csv")} == {"duration", "instant", "cumulative"}


def test_no_cell_starts_like_a_formula() -> None:
    cells = [
        cell
        for name in ("metrics.csv", "breakdown_members.csv", "units.csv")
        for row in rows(name)
        for column, cell in row.items()
        if column.startswith("name") or column == "definition"
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


# --- references between seeds ---


def test_every_breakdown_of_a_metric_has_a_title() -> None:
    used = {breakdown for metric in CATALOGUE.metrics.values() for breakdown in metric.breakdowns}
    assert used <= set(CATALOGUE.breakdown_titles.values())


def test_every_alias_leads_to_a_metric_that_has_its_breakdown() -> None:
    wrong = [
        (alias, target)
        for alias, targets in CATALOGUE.aliases.items()
        for target in targets
        if target.breakdown and target.breakdown not in CATALOGUE.metrics[target.metric].breakdowns
    ]
    assert wrong == []


def test_every_metric_has_an_alias_in_both_languages() -> None:
    languages = {code: set[str]() for code in CATALOGUE.metrics}
    for row in rows("metric_aliases.csv"):
        languages[row["metric_code"]].add(row["language"].split("-")[0])
    assert {code: found for code, found in languages.items() if found != {"zh", "en"}} == {}


def test_one_alias_means_several_metrics_only_where_unit_or_member_decides() -> None:
    def decides(one: Target, other: Target) -> bool:
        quantities = [
            CATALOGUE.units.canonical(CATALOGUE.metrics[target.metric].unit) for target in (one, other)
        ]
        needs = [CATALOGUE.needs_member(target.metric) and target.member is None for target in (one, other)]
        return quantities[0] != quantities[1] or needs[0] != needs[1]

    ambiguous = {
        alias
        for alias, targets in CATALOGUE.aliases.items()
        for one, other in itertools.combinations(targets, 2)
        if not decides(one, other)
    }
    assert ambiguous == set()


def test_aliases_are_kept_in_the_form_in_which_labels_are_compared() -> None:
    assert [alias for alias in CATALOGUE.aliases if normalise_alias(alias) != alias] == []
    assert normalise_alias("溫室氣體排放總量（範圍一）") == "温室气体排放总量范围一"
    assert normalise_alias(" Total GHG Emissions: ") == "totalghgemissions"


def test_members_of_a_breakdown_have_one_order() -> None:
    places = [(breakdown, place) for (breakdown, _), place in CATALOGUE.member_order.items()]
    assert len(places) == len(set(places))


def test_parts_sets_and_ratios_name_known_metrics() -> None:
    named = {
        *CATALOGUE.parts,
        *itertools.chain.from_iterable(CATALOGUE.parts.values()),
        *CATALOGUE.sets,
        *(total for _, total in CATALOGUE.sets.values() if total),
        *CATALOGUE.ratios,
        *itertools.chain.from_iterable(CATALOGUE.ratios.values()),
        *itertools.chain.from_iterable((total, part) for total, part, _ in CATALOGUE.components),
        *CATALOGUE.means,
        *filter(None, CATALOGUE.means.values()),
        *itertools.chain.from_iterable(row[:3] for row in CATALOGUE.shares),
        *itertools.chain.from_iterable(CATALOGUE.changes.items()),
        *filter(None, itertools.chain.from_iterable(CATALOGUE.factors)),
    }
    assert named <= set(CATALOGUE.metrics)


def test_shares_total_100_and_counts_have_a_total() -> None:
    for code, (rule, total) in CATALOGUE.sets.items():
        unit = CATALOGUE.metrics[code].unit
        assert (rule, unit, total) == ("sum100", "percent", None) or (
            rule == "sums_to_total" and total is not None and CATALOGUE.metrics[total].unit == unit
        )


def test_parts_are_in_the_unit_of_their_total() -> None:
    for total, part, _ in CATALOGUE.components:
        assert CATALOGUE.metrics[total].unit == CATALOGUE.metrics[part].unit


def test_ratios_divide_the_unit_of_the_amount_by_the_unit_of_the_base() -> None:
    for code, (amount, base) in CATALOGUE.ratios.items():
        ratio, above, below = (
            CATALOGUE.units.canonical(CATALOGUE.metrics[metric].unit) for metric in (code, amount, base)
        )
        assert (ratio.base, ratio.per) == (above.base, below.base)


@pytest.mark.parametrize("unit", sorted({metric.unit for metric in CATALOGUE.metrics.values()}))
def test_every_unit_of_a_metric_has_a_quantity(unit: str) -> None:
    quantity = CATALOGUE.units.canonical(unit)
    assert quantity.factor > 0
    assert CATALOGUE.units.factor(quantity, unit, "any") == 1


def test_every_unit_of_a_metric_is_named() -> None:
    assert {metric.unit for metric in CATALOGUE.metrics.values()} <= {
        row["unit"] for row in rows("units.csv")
    }


# --- errors ---


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    seeds = folder / "seeds"
    shutil.copytree(SEEDS, seeds, ignore=shutil.ignore_patterns("*.yml"))
    text = (seeds / name).read_text(encoding="utf-8")
    assert old in text
    (seeds / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return seeds


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "metric_aliases.csv",
            "\nghg_scope1,",
            "\nghg_scope9,",
            "metric_aliases.csv, row 2: metric 'ghg_scope9'",
        ),
        (
            "metric_parts.csv",
            ",employees_share\n",
            ",employee_share\n",
            "metric_parts.csv, row 2: metric 'employee_share'",
        ),
        ("member_aliases.csv", "\ngender,male,", "\ngender,man,", "member_aliases.csv, row 2: gender/man"),
        (
            "unit_aliases.csv",
            ",kg,1000\n",
            ",kg,thousand\n",
            "unit_aliases.csv, row 2: 'thousand' is no factor",
        ),
        ("unit_aliases.csv", ",kg,1000\n", ",kg,1/0\n", "'1/0' is no factor; write 0.001 or 1/3.6"),
        ("label_synonyms.csv", "\n雇员,员工\n", "\n雇员,职工\n", "row 2: 职工 is itself a word"),
    ],
)
def test_a_malformed_seed_is_an_error_that_names_file_and_row(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(edited(tmp_path, name, old, new))
    assert message in str(caught.value)


def test_a_label_in_other_words_stands_for_what_the_alias_does(tmp_path: Path) -> None:
    catalogue = load_catalogue(
        edited(tmp_path, "label_synonyms.csv", "\n雇员,员工\n", "\n雇员,员工\n甲,员工\n")
    )
    assert catalogue.targets("甲流失率") == catalogue.targets("员工流失率") == (Target("turnover_rate"),)
    assert CATALOGUE.targets("甲流失率") == ()


def test_synonyms_make_no_label_of_one_metric_that_of_another() -> None:
    """Aliases that are one in standard words name one metric, or some alias names both by itself."""
    in_standard_words: dict[str, list[set[str]]] = {}
    for alias, targets in CATALOGUE.aliases.items():
        named = {target.metric for target in targets}
        in_standard_words.setdefault(CATALOGUE._standard(alias), []).append(named)
    for aliases in in_standard_words.values():
        for pair in itertools.combinations(sorted(set().union(*aliases)), 2):
            is_told_by_unit = len({CATALOGUE.metrics[metric].unit for metric in pair}) == 2
            assert is_told_by_unit or any(named.issuperset(pair) for named in aliases), pair


def test_the_version_changes_with_the_seeds(tmp_path: Path) -> None:
    changed = load_catalogue(edited(tmp_path, "units.csv", "per cent", "percent"))
    assert changed.version != CATALOGUE.version
    assert load_catalogue(SEEDS).version == CATALOGUE.version

"""Printed units: what they measure, and what a number printed in them is in a metric's unit."""

from decimal import Decimal

import pytest

from pipelines.catalogue import load_catalogue

UNITS = load_catalogue().units


def converted(value: str, printed: str, unit: str, topic: str = "") -> float | None:
    quantity = UNITS.parse(printed)
    return None if quantity is None else UNITS.convert(Decimal(value), quantity, unit, topic)


@pytest.mark.parametrize(
    ("value", "printed", "unit", "expected"),
    [
        ("3.6", "GJ", "MWh", 1.0),
        ("3.6", "吉焦", "MWh", 1.0),
        ("1500", "kWh", "MWh", 1.5),
        ("1500", "千瓦時", "MWh", 1.5),
        ("1500", "度", "MWh", 1.5),
        ("12.5", "万千瓦时", "MWh", 125.0),
        ("1", "tce", "MWh", 8.141),
        ("1", "吨标准煤", "MWh", 8.141),
        ("3", "千克", "t", 0.003),
        ("3", "公噸", "kg", 3000.0),
        ("5", "升", "m3", 0.005),
        ("5", "立方米", "L", 5000.0),
        ("3", "噸二氧化碳當量", "tCO2e", 3.0),
        ("3", "吨二氧化碳", "tCO2e", 3.0),
        ("3", "kgCO2e", "tCO2e", 0.003),
        ("90", "分钟", "hour", 1.5),
        ("5", "‰", "percent", 0.5),
    ],
)
def test_quantities_are_converted_exactly(value: str, printed: str, unit: str, expected: float) -> None:
    assert converted(value, printed, unit) == expected


@pytest.mark.parametrize(
    ("value", "printed", "expected"),
    [
        ("2", "元", 2.0),
        ("3", "万元", 30_000.0),
        ("2", "百万元", 2_000_000.0),
        ("1374", "亿元", 137_400_000_000.0),
        ("2", "人民币亿元", 200_000_000.0),
        ("2", "億元人民幣", 200_000_000.0),
        ("2", "RMB million", 2_000_000.0),
        ("2", "万余元", 20_000.0),
    ],
)
def test_money_has_its_scale(value: str, printed: str, expected: float) -> None:
    assert converted(value, printed, "RMB") == expected


@pytest.mark.parametrize(
    ("value", "printed", "unit", "expected"),
    [
        ("82.6", "万户", "person", 826_000.0),
        ("1.2", "万人", "person", 12_000.0),
        ("5", "万人次", "person_time", 50_000.0),
        ("5", "家", "count", 5.0),
    ],
)
def test_people_and_things_have_their_scale(value: str, printed: str, unit: str, expected: float) -> None:
    assert converted(value, printed, unit) == expected


@pytest.mark.parametrize(
    ("value", "printed", "unit", "expected"),
    [
        ("2", "升/万元", "L_per_RMB_million", 200.0),
        ("9.1", "公升 / 人民幣百萬元", "L_per_RMB_million", 9.1),
        ("35.02", "噸二氧化碳當量 / 人民幣億元", "tCO2e_per_RMB_million", 0.3502),
        ("0.27", "吨二氧化碳/百万人民币营收", "tCO2e_per_RMB_million", 0.27),
        ("413", "千瓦时/百万元", "MWh_per_RMB_million", 0.413),
        ("1", "吨每百万元", "t_per_RMB_million", 1.0),
        ("5", "千克/平方米", "kg_per_m2", 5.0),
        ("5", "小时/人", "hour_per_person", 5.0),
        ("5", "元/人", "RMB_per_person", 5.0),
        ("0.2", "每百万工时", "per_million_hours", 0.2),
    ],
)
def test_ratios_are_converted_above_and_below_the_line(
    value: str, printed: str, unit: str, expected: float
) -> None:
    assert converted(value, printed, unit) == pytest.approx(expected)


def test_a_unit_per_person_may_leave_the_person_to_the_label() -> None:
    assert converted("20.5", "小时", "hour_per_person") == 20.5


def test_a_tonne_of_water_is_a_cubic_metre() -> None:
    assert converted("5", "吨", "m3", "water") == 5.0
    assert converted("5", "吨/人", "m3_per_person", "water") == 5.0


def test_a_tonne_of_greenhouse_gas_is_a_tonne_of_its_equivalent() -> None:
    assert converted("3", "吨", "tCO2e", "ghg") == 3.0


@pytest.mark.parametrize(
    ("printed", "unit", "topic"),
    [
        ("吨", "L", "energy"),  # gasoline: its density would be assumed
        ("兆瓦时", "L", "energy"),  # gasoline: its heating value would be assumed
        ("吨", "m3", "materials"),
        ("%", "tCO2e_per_RMB_million", "ghg"),
        ("吨", "tCO2e_per_RMB_million", "ghg"),
        ("吨二氧化碳当量/人", "tCO2e_per_RMB_million", "ghg"),
        ("吨二氧化碳当量/平方米", "tCO2e_per_person", "ghg"),
        ("港元", "RMB", "financial"),
        ("美元", "RMB", "financial"),
        ("个百分点", "percent", "customers"),
        ("人", "percent", "workforce"),
        ("人天", "hour", "training"),
        ("平方米", "m3", "water"),
    ],
)
def test_what_would_need_an_assumption_is_not_converted(printed: str, unit: str, topic: str) -> None:
    assert UNITS.parse(printed) is not None
    assert converted("5", printed, unit, topic) is None


@pytest.mark.parametrize("printed", ["（人）", "人：", " 人 ", "人"])
def test_brackets_blanks_and_colons_around_a_unit_do_not_matter(printed: str) -> None:
    assert UNITS.parse(printed) == UNITS.parse("人")


def test_a_unit_may_be_printed_with_its_symbol() -> None:
    assert UNITS.parse("吨二氧化碳当量（tCO2e）") == UNITS.parse("tCO2e")


@pytest.mark.parametrize(
    "printed", ["", " ", "盆", "员工总数", "2023年", "1,234", "/", "-", "不适用", "吨/盆"]
)
def test_other_words_are_no_units(printed: str) -> None:
    assert UNITS.parse(printed) is None

"""What fuzzing found once, and shapes that are hard because much can be paired with much (see fuzz.py)."""

from pathlib import Path

import fuzz
import pytest


@pytest.fixture(scope="module", autouse=True)
def patterns() -> None:
    """Patterns and tables are made once, not within the time of an input."""
    for target in fuzz.TARGETS:
        fuzz.check(target, fuzz.HEAD.encode())


@pytest.mark.parametrize("file", sorted(fuzz.FOLDER.iterdir()), ids=lambda file: file.name)
def test_what_failed_once_fails_no_more(file: Path) -> None:
    fuzz.check(file.name.partition("-")[0], file.read_bytes())


@pytest.mark.parametrize("shape", range(len(fuzz.shapes(1))))
def test_much_that_can_be_paired_with_much_takes_no_time(shape: int) -> None:
    fuzz.check("report", (fuzz.HEAD + fuzz.shapes(120)[shape]).encode())


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_the_first_inputs_of_a_target_pass(target: str) -> None:
    for number, data in enumerate(fuzz.seeds(target)):
        if number % 20 == 0:
            fuzz.check(target, data)

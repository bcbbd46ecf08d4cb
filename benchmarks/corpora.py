"""Folders of report texts to measure with: copies of the real ones, and generated ones.

Both are written as folders of ``BATCH`` texts: what is read at a time bounds the memory that reading takes.
"""

import random
import re
from functools import partial
from pathlib import Path

from tests.torn.layouts import TEARS
from tests.torn.score import make

BATCH = 500
RAW = Path(__file__).resolve().parent.parent / "raw"
_NUMBER = re.compile(rb"(?<![\w.-])(?!(?:19|20)\d\d(?!\d))\d[\d,]*(?:\.\d+)?(?![\w-])")
"""A number that is no year and no part of a code (A1.2, 305-1), in UTF-8."""


def write_real(folder: Path, count: int) -> None:
    """Write ``count`` copies of the texts in ``raw/`` in turn, the numbers of each copy altered.

    Nothing that was read before is met again, neither a text nor most of its numbers. Years stay, so the
    tables stay tables; the arithmetic of most copies does not hold.
    """
    texts = [(path.stem, path.read_bytes()) for path in sorted(RAW.glob("*.txt"))]
    for number in range(count):
        stem, text = texts[number % len(texts)]
        copy = number // len(texts)
        digits = random.Random(number)
        altered = _NUMBER.sub(partial(_altered, random_digits=digits), text) if copy else text
        (_batch(folder, number) / f"{stem}-{copy:05}.txt").write_bytes(altered)


def _altered(number: re.Match[bytes], random_digits: random.Random) -> bytes:
    """Replace the last digit, and with it the value but not the form of a number."""
    return number.group()[:-1] + str(random_digits.randint(1, 9)).encode()


def write_generated(folder: Path, count: int) -> None:
    """Write ``count`` generated reports, each torn by one or two tears."""
    for seed in range(count):
        tears = random.Random(seed).sample(TEARS, 1 + seed % 2)
        text = make(seed, tears, size=6).text
        (_batch(folder, seed) / f"generated-{seed:05}.txt").write_text(text, encoding="utf-8")


def _batch(folder: Path, number: int) -> Path:
    batch = folder / f"{number // BATCH:04}"
    batch.mkdir(exist_ok=True)
    return batch


CORPORA = {"real": write_real, "generated": write_generated}

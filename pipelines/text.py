"""Folding of script and width, so that labels printed in different ways can be compared.

Only character-level folding belongs here; what a label *means* is decided in ``extraction.labels``.
"""

import functools
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import opencc

# Spaces of all kinds, and the fillers that PDF-to-text tools leave (U+FFA0 is a half-width Hangul filler).
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u202f\u205f\u3000\u3164\uffa0"
)
BLANKS = r"\s\x1c-\x1f"
"""What ``str.split`` parts at, as a class of characters in regular expressions of any dialect."""
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2e3a\u2e3b"
_STROKES = "\u2044\u2215\u2571"  # HKEX reports print units with the box-drawing one: 噸╱人民幣百萬元
# Superscript digits are footnote marks: NFKC would turn them into digits of the number before them.
SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
MARKS = SUPERSCRIPTS + "*#†‡▲△※"
"""What points from a value to a note: 305,528▲ is restated. Written into regular expressions as they are."""
# CJK ideographs and compatibility forms: what OpenCC's character table knows.
_IDEOGRAPHS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2A6E0))


_OPENS_YEAR = ("二零", "二〇", "二○", "一九")
_YEAR_IN_WORDS = re.compile("(?:一九|二[零〇○])[零〇○一二三四五六七八九]{2}(?= ?(?:财政?)?年)")
_DIGITS = str.maketrans("零〇○一二三四五六七八九", "000123456789")
_WORD_ENDS = ""
_TRANSLATION = re.compile(
    r"(?<=[一-鿿)])(?:\s+(?!(?:[kmg]wh|kg|tonnes?|tco2e?|gj|rmb|hkd|usd)\b)[a-z][a-z.&'/-]{1,})+(?=\s|$)"
)
_ENGLISH = re.compile(r"^\s*[a-z%(][a-z.,&'()/% -]*[a-z][a-z.,&'()/% -]*$")
_LONG = 256  # from here on, one look-up in an array is faster than ``str.translate``


def fold(text: str) -> str:
    """Return ``text`` in one script and width, character by character, so positions stay the same.

    Traditional and variant characters become simplified ones (OpenCC's t2s character table), full-width
    forms half-width, every kind of space a blank, every dash ``-``, every stroke ``/``, ASCII letters lower
    case, and a year in words digits (二零二三年 is 2023年). Superscript digits stay as they are.
    ``len(fold(text)) == len(text)`` always holds.
    """
    if len(text) < _LONG:
        return _with_digits(text.translate(_folding_table()))
    folded: bytes = _folding_array()[codes(text)].tobytes()
    return _with_digits(folded.decode("utf-32-le"))


def _with_digits(folded: str) -> str:
    if "年" not in folded or not any(opening in folded for opening in _OPENS_YEAR):
        return folded
    return _YEAR_IN_WORDS.sub(lambda year: year.group().translate(_DIGITS), folded)


def codes(text: str) -> npt.NDArray[np.uint32]:
    """Return the codes of the characters of ``text``."""
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")


def folding_of(folded: str) -> dict[str, str]:
    """Return what ``fold`` turns into the characters of ``folded``, for look-ups outside of Python."""
    wanted = set(folded)
    return {chr(code): char for code, char in _folding_table().items() if char in wanted}


@functools.cache
def _folding_array() -> npt.NDArray[np.uint32]:
    """Return the folded code of every code."""
    array = np.arange(sys.maxunicode + 1, dtype="<u4")
    for code, folded in _folding_table().items():
        array[code] = ord(folded)
    return array


@functools.cache
def _folding_table() -> dict[int, str]:
    table = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    for code in range(0x00A0, 0x10000):
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1 and folded != chr(code) and chr(code) not in SUPERSCRIPTS:
            table[code] = folded
    table |= dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(map(ord, _DASHES), "-")
    table |= dict.fromkeys(map(ord, _STROKES), "/")
    characters = [chr(code) for block in _IDEOGRAPHS for code in block]
    # One character a line: OpenCC then cannot apply its phrase tables, which change lengths.
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    simpler = {old: new for old, new in zip(characters, simplified, strict=True) if len(new) == 1}
    table |= {ord(old): new for old, new in simpler.items() if new != old}
    # Radicals and compatibility forms fold to characters that may be traditional, or dashes, themselves.
    return {code: table.get(ord(folded), folded) for code, folded in table.items()}


def longest_of(words: Iterable[str], end: str = "") -> str:
    """Return a regular expression for the longest of ``words`` at a place, then ``end`` after ASCII letters.

    It is a tree of their characters, so the number of words does not matter: ``a|abc|b`` is ``a(?:bc)?|b``.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[_WORD_ENDS] = {}

    def pattern(node: dict[str, Any], end_here: str) -> str:
        branches = [
            re.escape(character) + pattern(below, end if character.isascii() else "")
            for character, below in node.items()
            if character != _WORD_ENDS
        ]
        if _WORD_ENDS in node:
            branches.append(end_here)
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"

    starts = "".join(map(re.escape, tree))
    return f"(?=[{starts}]){pattern(tree, '')}"


def without_translation(folded: str) -> str:
    """Return a folded line without the English that repeats its Chinese: 指标 indicator 单位 unit 2023."""
    return _TRANSLATION.sub("", folded) if not folded.isascii() else folded


def is_translation(folded: str) -> bool:
    """Say whether a folded line is nothing but English words: what repeats the Chinese line above it."""
    return _ENGLISH.match(folded) is not None


def width(text: str) -> int:
    """Return how long a line is if the blanks between its columns count as one."""
    return len(" ".join(text.split())) if "  " in text else len(text)

"""Which bytes are text, in which encoding, and what is said about those that are not."""

import bz2
import gzip
import lzma

import pytest

from pipelines.ingest.decode import UnreadableReport, decode

SIMPLIFIED = "本报告期内，公司员工总数为925人，其中女性占比54%。\n温室气体排放总量\t0.27吨二氧化碳当量\n"
TRADITIONAL = "報告期內，員工總數為925人，其中女性佔比54%。\n溫室氣體排放總量\t0.27噸二氧化碳當量\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        ("员工", "gb18030"),
        ("員工總數", "big5hkscs"),
        ("Employees 925\n", "utf-8"),
    ],
)
def test_text_comes_back_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "report.txt") == (text, encoding)


def test_big5_without_the_hong_kong_supplement_is_read_too() -> None:
    assert decode(TRADITIONAL.encode("big5"), "report.txt").text == TRADITIONAL


def test_utf16_is_read_in_both_byte_orders() -> None:
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert decode(mark + SIMPLIFIED.encode(codec), "report.txt") == (SIMPLIFIED, "utf-16")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("\ufeff".encode(), "empty"),
        ("\u3000\n".encode(), "empty"),
        ("员工".encode() + b"\0" + b"925", "NUL byte at offset 6"),
        (SIMPLIFIED.encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"\xff\xfe\x00", "damaged"),
        (b"\x01\x02\x03\x04 925", "control characters"),
        (bytes(range(1, 256)) * 20, "control characters"),
        ("Émissions de CO₂ : données vérifiées".encode("cp1252", "ignore"), "find out its encoding"),
        (SIMPLIFIED.encode()[:-2] + b"\xff\n", "neither GB18030 nor Big5"),
        (b"%PDF-1.7 ...", "convert it to text first"),
        (b"PK\x03\x04...", "Office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
        (gzip.compress(bytes(10**7)), "gzip archive"),  # what would fill a disk is not unpacked
        (bz2.compress(bytes(10**7)), "NUL byte"),
        (lzma.compress(bytes(10**7)), "NUL byte"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableReport) as caught:
        decode(data, "报告 1.txt")
    assert caught.value.file_name == "报告 1.txt"
    assert reason in caught.value.reason
    assert str(caught.value).startswith("报告 1.txt: ")


def test_the_size_limit_is_a_setting() -> None:
    data = SIMPLIFIED.encode()
    assert decode(data, "report.txt", max_bytes=len(data)).text == SIMPLIFIED
    with pytest.raises(UnreadableReport, match="larger than the limit of 10 bytes"):
        decode(data, "report.txt", max_bytes=10)

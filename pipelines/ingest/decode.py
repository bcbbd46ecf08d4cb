"""Bytes of a report file to text: which encoding they are in, and whether they are text at all.

Only what a reader of any text file needs belongs here; lines and pages are in ``lines``, files in
``reports``. Nothing is repaired: bytes that are not text of a known encoding are refused with a reason.
"""

import codecs
import functools
from itertools import islice
from typing import NamedTuple

# Some forty times the longest report seen. A bigger file is a database dump or a mistake.
MAX_REPORT_BYTES = 8 * 1024 * 1024

# Of the non-ASCII characters of Chinese reports 99 % are ordinary (see _ordinary_characters), of the same
# bytes in the wrong encoding 20 to 35 %.
MIN_ORDINARY_SHARE = 0.6
MAX_CONTROL_SHARE = 0.1
_SAMPLE_CHARACTERS = 20_000

# Files that are often saved with the wrong name: what they are by their first bytes, and how to get text.
_BINARY_FORMATS = {
    b"%PDF": "a PDF document: convert it to text first (for instance `pdftotext -raw`)",
    b"PK\x03\x04": "a ZIP archive or an Office document (.docx, .xlsx): save it as plain text (UTF-8) first",
    b"\xd0\xcf\x11\xe0": "an old Office document (.doc, .xls): save it as plain text (UTF-8) first",
    b"{\\rtf": "a Rich Text document: save it as plain text (UTF-8) first",
    b"\x1f\x8b": "a gzip archive: unpack it first",
}
_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\v\f\r") | {0x7F})


class DecodedText(NamedTuple):
    """A text and the Python codec that reads it: utf-8, utf-8-sig, utf-16, gb18030 or big5hkscs."""

    text: str
    encoding: str


class UnreadableReport(ValueError):
    """A file that is not the text of a report. ``reason`` says what it is instead and what to do."""

    def __init__(self, file_name: str, reason: str) -> None:
        super().__init__(f"{file_name}: {reason}")
        self.file_name = file_name
        self.reason = reason


def decode(data: bytes, file_name: str, max_bytes: int = MAX_REPORT_BYTES) -> DecodedText:
    """Return the text of ``data`` without a byte order mark, and its encoding.

    UTF-16 is taken with a byte order mark only, then UTF-8 if every byte fits, then GB18030 or Big5 (with the
    Hong Kong supplement), whichever gives more ordinary Chinese characters. The same bytes give the same
    answer.

    Raises UnreadableReport for files that are too big, empty, binary, or in another encoding.
    """
    if len(data) > max_bytes:
        raise UnreadableReport(
            file_name,
            f"is larger than the limit of {max_bytes:,} bytes; split it, or check that it is a report",
        )
    for signature, description in _BINARY_FORMATS.items():
        if data.startswith(signature):
            raise UnreadableReport(file_name, f"is {description}")
    decoded = _decode_characters(data, file_name)
    if not decoded.text or decoded.text.isspace():
        raise UnreadableReport(
            file_name, "is empty or holds only white space; put the text of the report in it"
        )
    return decoded


def _decode_characters(data: bytes, file_name: str) -> DecodedText:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoded = _decode_utf16(data, file_name)
        _refuse_binary(decoded.text.encode(), file_name)
        return decoded
    _refuse_binary(data, file_name)
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return DecodedText(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return _decode_chinese(data, file_name, utf8_fails_at=error.start)


def _decode_utf16(data: bytes, file_name: str) -> DecodedText:
    try:
        return DecodedText(data.decode("utf-16"), "utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableReport(
            file_name, f"starts like UTF-16 but is damaged at byte {error.start}; save it as UTF-8"
        ) from error


def _refuse_binary(data: bytes, file_name: str) -> None:
    """Raise for NUL bytes and many control bytes: no character of UTF-8, GB18030 or Big5 holds any."""
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnreadableReport(
            file_name,
            f"holds a NUL byte at offset {nul}: it is binary, or UTF-16 without a byte order mark; "
            "save it as UTF-8 text",
        )
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > MAX_CONTROL_SHARE * len(data):
        raise UnreadableReport(
            file_name,
            f"is binary: {controls:,} of {len(data):,} bytes are control characters; save it as UTF-8 text",
        )


def _decode_chinese(data: bytes, file_name: str, utf8_fails_at: int) -> DecodedText:
    candidates = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            candidates.append(DecodedText(data.decode(encoding), encoding))
        except UnicodeDecodeError:
            continue
    # The first of equals is kept: GB18030, by far the more frequent.
    best = max(candidates, key=lambda candidate: _ordinary_share(candidate.text), default=None)
    if best is None or _ordinary_share(best.text) < MIN_ORDINARY_SHARE:
        raise UnreadableReport(
            file_name,
            f"is not UTF-8 (byte {utf8_fails_at} does not fit), and neither GB18030 nor Big5 gives Chinese; "
            "find out its encoding and save it as UTF-8",
        )
    return best


def _ordinary_share(text: str) -> float:
    """Share of ordinary characters among the first non-ASCII ones of ``text``; 0 if there are none."""
    sample = list(islice((character for character in text if character > "\x7f"), _SAMPLE_CHARACTERS))
    return sum(map(_ordinary_characters().__contains__, sample)) / max(len(sample), 1)


@functools.cache
def _ordinary_characters() -> frozenset[str]:
    """Return the characters of the first levels of GB 2312 (3755) and Big5 (5401), and their punctuation.

    Both standards put the characters in daily use into their first level, so no list of frequent ones is
    needed, and traditional text in GB18030 counts as ordinary too.
    """
    gb_trails = range(0xA1, 0xFF)
    gb_leads = [0xA1, 0xA3, *range(0xB0, 0xD8)]
    big5_leads = [0xA1, *range(0xA4, 0xC7)]
    gb2312 = bytes(byte for lead in gb_leads for trail in gb_trails for byte in (lead, trail))
    big5 = bytes(
        byte for lead in big5_leads for trail in (*range(0x40, 0x7F), *gb_trails) for byte in (lead, trail)
    )
    # Unassigned codes are left out.
    ordinary = gb2312.decode("gb2312", "ignore") + big5.decode("big5", "ignore")
    return frozenset(ordinary) - set(map(chr, range(0x80)))

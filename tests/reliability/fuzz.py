"""Feed hostile bytes to what reads texts, guided by coverage. `make fuzz` writes docs/reliability.md.

Four targets: ``ingest`` (bytes to lines), ``numbers`` and ``units`` (one line), ``report`` (a whole text
through ingest, extraction and listings). Atheris (libFuzzer) mutates pieces of the real texts and shapes
that are known to be hard, and keeps what reaches new code. An input fails when anything but UnreadableReport
is raised, when a row does not hold together, when it takes more than two seconds of a processor or the
process more than 1 GiB. What failed is kept in fuzzed/, which the test suite replays.
"""

import argparse
import functools
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "unit"))

SECONDS = 2
MEMORY_MB = 1024
FOLDER = Path(__file__).resolve().parent / "fuzzed"
# Of the time, and the longest input in bytes.
TARGETS = {"ingest": (0.15, 8_000), "numbers": (0.15, 400), "units": (0.1, 100), "report": (0.6, 6_000)}
_NOW = datetime(2025, 1, 2, tzinfo=UTC)


# --- what must hold -----------------------------------------------------------------------------------


def check(target: str, data: bytes) -> None:
    """Give ``data`` to a target; raises AssertionError, or whatever the target should not have raised."""
    started = time.process_time()
    globals()[f"check_{target}"](data)
    seconds = time.process_time() - started
    assert seconds < SECONDS, f"took {seconds:.1f} s"


def check_ingest(data: bytes) -> None:
    ingested(data)


def ingested(data: bytes) -> Any:
    from pipelines.ingest import ingest_report
    from pipelines.ingest.decode import UnreadableReport

    try:
        report = ingest_report(data, "acme-2022.txt", "acme-2022")
    except UnreadableReport as error:
        assert error.reason
        return None
    lines = report.lines
    assert len(lines.texts) == len(lines.folded) == len(lines.roles) >= 1
    assert lines.page_nos is None or len(lines.page_nos) == len(lines.texts)
    assert all(len(text) == len(folded) for text, folded in zip(lines.texts, lines.folded, strict=True))
    assert not any("\n" in text or "\r" in text for text in lines.texts)
    return report


def check_numbers(data: bytes) -> None:
    from pipelines.text import fold

    text = data.decode("utf-8", "replace").replace("\n", " ").replace("\r", " ")
    folded = fold(text)
    read = reader()
    values = [read.whole(folded, text), *read.within(folded, text), *read.in_prose(folded, text)]
    for value in filter(None, values):
        assert value.raw
        assert value.raw == text[value.start : value.start + len(value.raw)]
        assert value.start < value.end <= len(text)
        assert (value.status == "reported") == (value.number is not None)
        assert value.number is None or math.isfinite(float(value.number))


@functools.cache
def reader() -> Any:
    from pipelines.catalogue import load_catalogue
    from pipelines.extraction.numbers import ValueReader

    return ValueReader(load_catalogue().units.pattern)


def check_units(data: bytes) -> None:
    from decimal import Decimal

    from pipelines.catalogue import load_catalogue

    catalogue = load_catalogue()
    printed = data.decode("utf-8", "replace")
    quantity = catalogue.units.parse(printed)
    if quantity:
        assert quantity.factor > 0
        for unit in {metric.unit for metric in catalogue.metrics.values()}:
            value = catalogue.units.convert(Decimal(7), quantity, unit, "*")
            assert value is None or (math.isfinite(value) and value > 0)


def check_report(data: bytes) -> None:
    import polars as pl
    from reading import assert_rows_hold_together

    from pipelines.catalogue import load_catalogue
    from pipelines.extraction import extract_disclosures
    from pipelines.extraction.listings import extract_listings
    from pipelines.ingest import REPORTS_SCHEMA
    from pipelines.ingest.reports import with_companies

    report = ingested(data)
    if report is None:
        return
    [report] = with_companies([report], [])
    reports = pl.DataFrame([report.row(_NOW)], schema=REPORTS_SCHEMA)
    frame = report.lines.frame(report.report_id)
    rows = extract_disclosures(frame, reports, load_catalogue()).to_dicts()
    assert_rows_hold_together("\n".join(report.lines.texts), rows)
    extract_listings(frame, reports, load_catalogue())


# --- what to begin with -------------------------------------------------------------------------------

HEAD = "示例科技集团有限公司2022年环境、社会及管治报告\n报告期为2022年1月1日至2022年12月31日。\n"
TOKENS = (
    "员工总数", "女性员工占比", "男性", "女性", "总用电量", "温室气体排放总量", "人均", "按性别划分",
    "30岁以下", "31-40 歲", "50岁以上", "指标", "单位", "2022年", "2021年", "%", "％", "吨二氧化碳当量",
    "兆瓦时", "千瓦时", "万元", "亿元", "人民币", "人", "名", "吉焦", "立方米", "小时", "约", "超过",
    "不适用", "/", "—", "合计", "其中", "分别为", "1,234.56", "100", "45.0", "55.0", "33.3", "0",
    "9" * 30, "1,1,1", "１２３", "٣٤", "²³", "①", "五千万亿", "\t", "|", "| --- |", "<td>",
    "<script>alert(1)</script>", "</b>", "<br>", "&lt;", "\u202e", "\u200b", "\ufeff", "\x00", "\x1b[31m",
    "\u3000", "\xa0", "\u2028", "\x0b", "\x0c", "\U0001f331", "\ue000", "\uffff", "（", "）", "(", ")",
    "。", "，", "、", "；", "：", "《", "》", "[1]", "19", "*", "\r\n", "\n\n", "\n ", "GRI 302-1",
    "KPI A1.1", "目标", "2030年", "董事", "先生", "=cmd()", "@SUM", "{{", "%s",
)  # fmt: skip


def seeds(target: str) -> Iterator[bytes]:
    """Yield pieces of the real texts, and shapes that are hard because much can be paired with much."""
    raw = Path(__file__).resolve().parent.parent.parent / "raw"
    chance = random.Random(1)
    for path in sorted(raw.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if target in ("numbers", "units"):
            with_digits = [line for line in lines if re.search(r"\d", line)]
            yield from (line.encode() for line in chance.sample(with_digits, 150))
        else:
            for _ in range(60):
                start = chance.randrange(len(lines))
                piece = "\n".join(lines[start : start + chance.choice([5, 12, 25, 40])])
                yield (HEAD + piece).encode()[: TARGETS[target][1]]
    yield from (token.encode() for token in TOKENS)
    if target in ("ingest", "report"):
        for encoding in ("gb18030", "big5hkscs", "utf-16"):
            yield (HEAD.replace("报告", "報告") + "员工总数 100 人").encode(encoding, "ignore")
        yield from (HEAD.encode() + shape.encode() for shape in shapes(60))


def shapes(size: int) -> list[str]:
    """Return texts of about ``size`` numbers in which much can be paired with much."""
    labels = ["男性员工", "女性员工", "30岁以下", "31-50岁", "50岁以上", "总用电量", "员工总数"]
    some = [labels[i % len(labels)] for i in range(size)]
    percents = [f"{i % 100}.{i % 10}%" for i in range(size)]
    numbers = [f"{i * 37 % 1000:,}" for i in range(size)]
    return [
        "\n".join([*some, *percents]),
        "\n".join([*percents, *some]),
        "\n".join([*some, *numbers, *percents]),
        "\n".join(word for pair in zip(some, percents, strict=True) for word in pair),
        "\n\n".join([*some, *numbers]),
        "2022年\n2021年\n2020年\n" + "\n".join([*some, *numbers]),
        "\n".join(["总用电量"] * size + ["5 兆瓦时"] * size),
        "\n".join(["男性 女性"] * size + ["50%"] * size),
        " ".join(some) + "\n" + " ".join(percents),
        "\t".join(some) + "\n" + "\t".join(numbers),
        "、".join(some) + "分别为" + "、".join(percents) + "。",
        "\n".join(f"{label}{value}" for label, value in zip(some, percents, strict=True)),
        "按性别划分\n" * (size // 4) + "\n".join(percents),
        "\n".join(f"{value} {label}" for label, value in zip(some, numbers, strict=True)),
        "10%\n" * size,
        "吨\n" * size + "5\n" * size,
        "\n".join(f"{i} 自本年度起，温室气体排放总量开始计入" for i in range(size)),
        "\n".join(f"GRI {300 + i % 100}-{i % 5} {label} P{i}" for i, label in enumerate(some)),
        "到2030年" + "，".join(f"{label}降低{value}" for label, value in zip(some, percents, strict=True)),
    ]


def mutate_lines(data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` with a line or a token dropped, doubled, moved, joined or put in."""
    lines = data.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    token = chance.choice(TOKENS).encode()
    place = chance.randrange(len(lines[at]) + 1)
    choice = chance.randrange(8)
    if choice == 0:
        lines[at : at + chance.randint(1, 4)] = []
    elif choice == 1:
        lines[at:at] = lines[other : other + chance.randint(1, 8)]
    elif choice == 2:
        lines[at:at] = [lines[other]] * chance.choice([2, 5, 20])
    elif choice == 3:
        lines[at] += chance.choice([b"", b" ", b"\t", b"|"]) + lines[other]
    elif choice == 4:
        lines[at] = lines[at][:place] + token + lines[at][place:]
    elif choice == 5:
        lines[at] = token * chance.choice([1, 3, 30])
    elif choice == 6:
        lines[at : at + 1] = lines[at].split(chance.choice([b" ", b"\t", "、".encode(), b"|"]))
    else:
        chance.shuffle(lines)
    return b"\n".join(lines)


# --- running ------------------------------------------------------------------------------------------


def fuzz_one(target: str, corpus: str, options: list[str]) -> None:
    """Fuzz in this process until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["pipelines"]):
        import pipelines.extraction.listings
        import pipelines.ingest  # noqa: F401
    longest = TARGETS[target][1]

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if target in ("units", "numbers") or chance.random() < 0.4:
            return bytes(atheris.Mutate(data, max_size))
        for _ in range(chance.randint(1, 4)):
            data = mutate_lines(data, chance)
        return data[: min(max_size, longest)]

    check(target, HEAD.encode())  # patterns and tables are made once
    atheris.Setup(["fuzz", corpus, *options], functools.partial(check, target), custom_mutator=mutate)
    atheris.Fuzz()


def fuzz(target: str, seconds: float, runs: int, seed: int) -> Mapping[str, float]:
    """Fuzz in a process of its own; return libFuzzer's figures, with ``failed`` 1 where an input failed."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed_data in enumerate(seeds(target)):
            Path(corpus, str(number)).write_bytes(seed_data)
        FOLDER.mkdir(exist_ok=True)
        words = Path(corpus).with_suffix(".dict")
        escaped = ("".join(f"\\x{byte:02x}" for byte in token.encode()) for token in TOKENS)
        words.write_text("\n".join(f'"{token}"' for token in escaped), encoding="ascii")
        options = [
            f"-max_total_time={int(seconds)}", f"-runs={runs}", f"-seed={seed}", f"-dict={words}",
            f"-max_len={TARGETS[target][1]}", f"-timeout={20 * SECONDS}", f"-rss_limit_mb={MEMORY_MB}",
            f"-artifact_prefix={FOLDER}/{target}-", "-print_final_stats=1", "-verbosity=1",
        ]  # fmt: skip
        command = [sys.executable, __file__, "--one", target, corpus, *options]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        words.unlink()
    figures = {name: float(value) for name, value in re.findall(r"^stat::(\w+): +(\d+)", done.stderr, re.M)}
    figures["failed"] = float(done.returncode != 0)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    figures["covered"] = float(covered[-1]) if covered else 0
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
    return figures


def section(found: Mapping[str, Mapping[str, float]], seconds: float) -> str:
    rows = "\n".join(
        f"| {target} | {figures['number_of_executed_units']:,.0f} | {figures['covered']:,.0f} "
        f"| {figures['peak_rss_mb']:,.0f} MB | {'yes' if figures['failed'] else 'none'} |"
        for target, figures in found.items()
    )
    inputs = sum(figures["number_of_executed_units"] for figures in found.values())
    minutes = f"{seconds / 60:.0f} minutes"
    return f"""{inputs:,.0f} inputs in {minutes}, guided by coverage: pieces of the real texts, and shapes
that are hard to read, mutated ([tests/reliability/fuzz.py](../tests/reliability/fuzz.py)). An input may take
{SECONDS} s of a processor, the process 1 GiB.

| target | inputs | branches covered | memory at most | failed |
| --- | ---: | ---: | ---: | --- |
{rows}

What failed in earlier runs is kept in `tests/reliability/fuzzed/` and replayed by the test suite:
{len(list(FOLDER.iterdir()))} inputs.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz what reads texts.")
    parser.add_argument("--minutes", type=float, default=20, help="for all targets together [20]")
    parser.add_argument(
        "--runs", type=int, default=1_000_000, help="inputs for each target at most [1000000]"
    )
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer [1]")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS), help="only these")
    arguments = parser.parse_args()
    started = time.monotonic()
    found = {}
    whole = sum(TARGETS[target][0] for target in arguments.targets)
    for target in arguments.targets:
        seconds = arguments.minutes * 60 * TARGETS[target][0] / whole
        found[target] = fuzz(target, seconds, arguments.runs, arguments.seed)
        print(target, dict(found[target]), flush=True)
    if found.keys() == TARGETS.keys():
        from page import write_section

        write_section("Hostile input", section(found, time.monotonic() - started))
    if any(figures["failed"] for figures in found.values()):
        sys.exit(f"an input failed; it is in {FOLDER}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        fuzz_one(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        main()

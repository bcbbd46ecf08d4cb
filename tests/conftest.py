"""What tests of whole builds share: the worker processes, which start once, and a build of small texts."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.modelling import parsed_manifest, prepare_manifest
from pipelines.paths import Warehouse
from pipelines.run import Outcome, run_build
from pipelines.settings import Settings
from pipelines.workers import Workers

REAL_TEXTS = Path(__file__).resolve().parent.parent / "raw"


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers() as started:
        yield started


@pytest.fixture(scope="session")
def manifest(request: pytest.FixtureRequest) -> Path:
    ready = parsed_manifest()
    if ready:
        return ready
    workers: Workers = request.getfixturevalue("workers")
    return workers.dbt.call(prepare_manifest)


@dataclass(frozen=True)
class Built:
    """A build's outcome, where it was published, and what it said."""

    outcome: Outcome
    warehouse: Warehouse
    said: list[str] = field(default_factory=list)


Builder = Callable[..., Built]


@pytest.fixture(scope="session")
def build(workers: Workers) -> Builder:
    """Return a function that builds the texts in ``raw`` beside it, in ``out/esg.duckdb``."""

    def run(raw: Path, *, full: bool = False) -> Built:
        warehouse = Warehouse(raw.parent / "out" / "esg.duckdb")
        said: list[str] = []
        settings = Settings(raw=raw, warehouse=warehouse, workers=workers, full=full)
        return Built(run_build(settings, lambda _, message: said.append(message)), warehouse, said)

    return run


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def one_report(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A warehouse of one small text, a-2022, to be copied by ``published``."""
    raw = tmp_path_factory.mktemp("one_report") / "raw"
    raw.mkdir()
    (raw / "a-2022.txt").write_text(report_text("甲示例集团有限公司"), encoding="utf-8")
    built = build(raw)
    assert built.outcome.exit_code == 0, built.outcome
    return built


@pytest.fixture
def published(one_report: Built, raw: Path) -> Warehouse:
    """A copy of the warehouse of one small text, where ``build(raw)`` goes on from it."""
    folder = one_report.warehouse.folder
    shutil.copytree(folder.parent / "raw", raw, dirs_exist_ok=True)
    shutil.copytree(folder, raw.parent / "out", symlinks=True)
    return Warehouse(raw.parent / "out" / "esg.duckdb")


@pytest.fixture(scope="session")
def two_reports(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A warehouse of two real texts, one described in reports.csv, for tests that only read it."""
    folder = tmp_path_factory.mktemp("two_reports") / "raw"
    folder.mkdir()
    for name in ("bairong-2020-esg.txt", "jiayin-2023-esg.txt"):
        (folder / name).write_bytes((REAL_TEXTS / name).read_bytes())
    (folder / "reports.csv").write_text(
        "report_id,company_id,company_name_en,company_name_zh,ticker,exchange,fiscal_year,script,title\n"
        "bairong-2020,bairong,Bairong Inc.,百融雲創,000725,SZSE,2020,Hant,報告\n",
        encoding="utf-8",
    )
    built = build(folder)
    assert built.outcome.exit_code == 0, built.outcome
    return built


def report_text(company: str = "示例科技集团有限公司", electricity: str = "1,234.5", more: str = "") -> str:
    """Return the text of a small report: electricity on line 6, shares by gender on lines 11 and 12."""
    return f"""{company}2022年环境、社会及管治报告
本报告是{company}发布的环境、社会及管治报告。
报告期为2022年1月1日至2022年12月31日。

环境绩效\t单位\t2022年
总用电量\t兆瓦时\t{electricity}
温室气体排放总量\t吨二氧化碳当量\t800

社会绩效\t单位\t2022年
员工总数\t人\t200
女性员工占比\t%\t45.0
男性员工占比\t%\t55.0
{more}"""

"""What the README shows is what comes out: its queries on a build of the texts in ``raw/``."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import REAL_TEXTS, Builder, Built
from typer.testing import CliRunner

from pipelines.cli import app

pytestmark = pytest.mark.slow

README = Path(__file__).resolve().parent.parent.parent / "README.md"
QUERIES = re.findall(
    r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.fixture(scope="module")
def all_reports(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Built:
    raw = tmp_path_factory.mktemp("all_reports") / "raw"
    shutil.copytree(REAL_TEXTS, raw)
    built = build(raw)
    assert built.outcome.exit_code == 0, built.outcome
    return built


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return "\n".join(line.rstrip() for line in result.output.rstrip().splitlines())


def test_it_shows_three_queries() -> None:
    assert len(QUERIES) == 3


@pytest.mark.parametrize(("sql", "output"), QUERIES)
def test_a_query_of_the_readme_gives_the_output_beside_it(all_reports: Built, sql: str, output: str) -> None:
    assert shown("query", sql, "--warehouse", str(all_reports.warehouse.target)) == output


def test_the_accuracy_is_what_evaluate_prints(all_reports: Built) -> None:
    labels = str(README.parent / "tests" / "golden")
    printed = shown("evaluate", labels, "--warehouse", str(all_reports.warehouse.target))
    readme = "\n".join(line.strip() for line in README.read_text(encoding="utf-8").splitlines())
    assert "\n".join(line.strip() for line in printed.splitlines()) in readme

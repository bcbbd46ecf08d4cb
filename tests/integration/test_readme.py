"""What the README shows is what comes out: its queries on a build of the texts in ``raw/``."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import REAL_TEXTS, Builder, Built
from typer.testing import CliRunner

from pipelines.accuracy import accuracy_page
from pipelines.cli import app
from pipelines.paths import ACCURACY, LABELS, ROOT
from pipelines.publish import MARTS

pytestmark = pytest.mark.slow

README = ROOT / "README.md"
EXAMPLES = ROOT / "warehouse" / "queries"
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


@pytest.mark.parametrize("query", sorted(EXAMPLES.glob("*.sql")), ids=lambda path: path.stem)
def test_an_example_gives_the_output_beside_it(all_reports: Built, query: Path) -> None:
    """`make outputs` writes them anew."""
    printed = shown("query", "--file", str(query), "--warehouse", str(all_reports.warehouse.target))
    beside = query.with_suffix(".txt").read_text(encoding="utf-8").rstrip().splitlines()
    assert printed.splitlines() == [line.rstrip() for line in beside]


def test_every_table_for_a_question_has_an_example() -> None:
    examples = "".join(path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.sql"))
    assert [mart for mart in MARTS if mart.startswith("rpt_") and mart not in examples] == []


def test_the_published_accuracy_is_that_of_the_texts(all_reports: Built) -> None:
    """`make outputs` writes it anew."""
    assert ACCURACY.read_text(encoding="utf-8") == accuracy_page(all_reports.warehouse.target, LABELS)


def test_the_accuracy_is_what_evaluate_prints(all_reports: Built) -> None:
    labels = str(README.parent / "tests" / "golden")
    printed = shown("evaluate", labels, "--warehouse", str(all_reports.warehouse.target))
    readme = "\n".join(line.strip() for line in README.read_text(encoding="utf-8").splitlines())
    assert "\n".join(line.strip() for line in printed.splitlines()) in readme

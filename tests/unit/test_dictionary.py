"""The data dictionary says what the seeds and the models say, and is up to date."""

import csv

import yaml

from pipelines.dictionary import DBT, dictionary
from pipelines.paths import DICTIONARY


def test_the_page_in_the_repository_is_the_one_that_is_generated() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary(), (
        "run `make docs` and commit docs/dictionary.md"
    )


def test_every_mart_and_every_column_is_described() -> None:
    page = dictionary()
    models = yaml.safe_load((DBT / "models" / "marts" / "_marts__models.yml").read_text(encoding="utf-8"))[
        "models"
    ]
    assert {model["name"] for model in models} >= {
        "dim_report",
        "fct_disclosure",
        "fct_kpi",
        "fct_restatement",
    }
    for model in models:
        section = page.split(f"### {model['name']}\n")[1].split("\n#")[0]
        for column in model["columns"]:
            row = next(line for line in section.splitlines() if line.startswith(f"| `{column['name']}` |"))
            assert row.split("|")[3].strip(), f"{model['name']}.{column['name']} has no meaning"


def test_every_metric_of_the_catalogue_has_an_entry_with_its_definition() -> None:
    page = dictionary()
    with (DBT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        for metric in csv.DictReader(file):
            assert f"**`{metric['metric_code']}`** {metric['name_en']}" in page
            assert metric["definition"] in page

"""The static site in a browser: offline, searchable, whole, and deaf to what a text would have it do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote, urldefrag

import pytest
from browser import Noted, address, found, opened
from conftest import Builder, Built, report_text
from playwright.sync_api import BrowserContext, Page

from pipelines.modelling import prepare_manifest
from pipelines.quality.data_docs import Judged, write_data_docs
from pipelines.site import PLACES, write_site

pytestmark = pytest.mark.slow

# What a text would have to get into a page to run there.
IMAGE = "<img src=x onerror=\"document.title='taken'\">"
SCRIPT = "<script src=\"data:text/javascript,document.title='taken'\"></script>"


@dataclass
class Site:
    folder: Path
    context: BrowserContext
    noted: Noted
    warehouse: Built

    def page(self, name: str = "index.html") -> Page:
        page = self.context.new_page()
        page.goto(address(self.folder / name))
        return page


@pytest.fixture(scope="module")
def site(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    raw = tmp_path_factory.mktemp("site") / "raw"
    raw.mkdir()
    # Shares of 95 %: both lines are evidence of a finding.
    text = report_text().replace("女性员工占比\t%\t45.0", f"女性员工占比{SCRIPT}\t%\t40.0")
    (raw / "sample.txt").write_text(text.replace("男性员工占比", f"男性员工占比{IMAGE}"), encoding="utf-8")
    built = build(raw)
    assert built.outcome.exit_code == 0, built.outcome
    start = write_site(built.warehouse, prepare_manifest())
    with opened() as (context, noted):
        yield Site(start.parent, context, noted, built)


@pytest.mark.parametrize("name", PLACES)
def test_a_page_opens_without_a_complaint_and_asks_for_nothing_else(site: Site, name: str) -> None:
    site.noted.requests.clear()
    page = site.page(name)
    assert page.get_by_role("heading", level=1).inner_text() == PLACES[name]
    page.wait_for_load_state("networkidle")
    assert (site.noted.console, site.noted.errors) == ([], [])
    assert [each for each in site.noted.requests if not each.startswith("data:")] == [page.url]


@pytest.mark.parametrize(
    "query",
    [
        *("Scope 1 GHG emissions", "scope 1 ghg", "ghg_scope1"),
        *("温室气体排放量（范围一）", "溫室氣體排放量(範圍一)", "直接温室气体排放", "直接溫室氣體排放"),
    ],
)
def test_a_metric_is_found_by_its_name_its_label_or_its_code_in_either_script(site: Site, query: str) -> None:
    assert found(site.page(), query)[0] == "metrics.html#ghg_scope1"


def test_codes_of_standards_find_their_metrics(site: Site) -> None:
    page = site.page()
    assert "metrics.html#ghg_scope1" in found(page, "GRI 305-1")
    assert "metrics.html#ghg_scope1" in found(page, "hkex a1.2")


def test_tables_columns_and_rules_are_found(site: Site) -> None:
    page = site.page()
    assert found(page, "fct_kpi")[0] == "tables.html#fct_kpi"
    assert found(page, "fct_kpi.is_restated") == []
    assert "tables.html#fct_kpi.is_restated" in found(page, "is_restated")
    assert found(page, "sum100")[0] == "rules.html#sum100"


def test_what_is_found_can_be_followed(site: Site) -> None:
    page = site.page()
    found(page, "總用電量")
    page.locator("#results a").first.click()
    assert page.locator(":target").count() == 1


def test_a_search_that_finds_nothing_says_so(site: Site) -> None:
    page = site.page()
    assert found(page, "<b>no such thing</b>") == []
    assert page.get_by_role("status").inner_text() == "0 found"


def test_what_a_text_says_is_shown_and_does_not_run(site: Site) -> None:
    site.noted.console.clear()
    page = site.page("findings.html")
    assert IMAGE in page.locator("main").inner_text()
    assert SCRIPT in page.locator("main").inner_text()
    for name in PLACES:
        page = site.page(name)
        page.wait_for_load_state("networkidle")
        assert "taken" not in page.title()
        assert page.locator("main img").count() == 0
        assert page.locator("[onerror]").count() == 0
    assert (site.noted.console, site.noted.errors) == ([], [])


def test_what_fails_a_check_is_shown_and_does_not_run(site: Site, tmp_path: Path) -> None:
    outcome = SimpleNamespace(
        success=False,
        expectation_config=SimpleNamespace(
            type="expect_column_values_to_be_in_set", kwargs={"value_set": [IMAGE]},
            severity=SimpleNamespace(value="warning"),
            meta={"rule_code": "vocabulary", "finding": SCRIPT},
        ),
        result={"unexpected_index_list": [{"label_raw": IMAGE}, {"label_raw": SCRIPT}]},
        exception_info=None,
    )  # fmt: skip
    judged = Judged("disclosures", IMAGE, 2, cast(Any, SimpleNamespace(results=[outcome])))
    write_data_docs(tmp_path, [judged], SCRIPT, datetime(2024, 1, 1, tzinfo=UTC))
    page = site.context.new_page()
    page.goto(address(tmp_path / "index.html"))
    page.get_by_text("The first 2 rows").click()
    shown = page.locator("details").inner_text()
    assert json.dumps(SCRIPT) in shown
    assert "taken" not in page.title()
    assert page.locator("img, main script").count() == 0


class _References(HTMLParser):
    """Collects where a page links to, what it would load, and what can be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "srcset", "data"):
                self.assets.append(value or "")


def test_all_links_lead_somewhere_and_no_page_has_an_asset(site: Site) -> None:
    pages: dict[Path, _References] = {}
    for file in site.folder.rglob("*.html"):
        pages[file.resolve()] = references = _References()
        references.feed(file.read_text(encoding="utf-8"))
    assert {str(file.relative_to(site.folder.resolve())) for file in pages} == set(PLACES)
    broken = []
    for file, references in pages.items():
        assert [asset for asset in references.assets if not asset.startswith("data:")] == []
        assert len(references.ids) == len(set(references.ids)), f"{file.name}: an id stands twice"
        for link in references.links:
            path, place = urldefrag(link)
            target = pages.get((file.parent / unquote(path)).resolve() if path else file)
            if target is None or (place and unquote(place) not in target.ids):
                broken.append(f"{file.name}: {link}")
    assert broken == []


def test_every_place_that_the_search_knows_exists(site: Site) -> None:
    page = site.page()
    entries = page.evaluate("entries.map(entry => entry.href)")
    ids = {
        name: {
            str(each)
            for each in site.page(name).evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        }
        for name in PLACES
    }
    assert len(entries) > 300
    assert [each for each in entries if urldefrag(each)[1] not in ids[urldefrag(each)[0]]] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_in_light_and_in_dark(site: Site, dark: bool) -> None:
    page = site.page("metrics.html")
    page.emulate_media(color_scheme="dark" if dark else "light")
    colours = page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    text, ground = (
        sum(map(int, colour.removeprefix("rgb(").rstrip(")").split(","))) / 765 for colour in colours
    )
    assert (text - ground > 0.6) if dark else (ground - text > 0.6)


def test_a_second_site_replaces_the_first(site: Site) -> None:
    (site.folder / "left over.html").write_text("")
    write_site(site.warehouse.warehouse, prepare_manifest())
    assert not (site.folder / "left over.html").exists()
    assert {
        path.name for path in site.warehouse.warehouse.folder.iterdir() if path.name.startswith("tmp")
    } == set()

"""What is inferred from a text: only what is printed, and nothing where nothing is printed."""

from pathlib import Path

import pytest

from pipelines.ingest.facts import ReportFacts, company_id_of, company_keys, infer_facts
from pipelines.ingest.lines import read_lines

RAW = Path(__file__).parents[2] / "raw"


def facts_of(text: str, stem: str = "report") -> ReportFacts:
    return infer_facts(read_lines(text), stem)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("本报告是东方科技集团（以下简称“东方科技”、“本公司”）发布的第四份报告", "东方科技集团"),
        ("本报告是东方集团（以下简称“东方金科”“本公司”）发布的第一份报告", "东方集团（东方金科）"),
        ("本報告是東方雲創（「東方」或「我們」）發佈的首份報告", "東方雲創"),
        ("本報告是東方金\n科控股有限公司公開發佈的第 7 份報告", "東方金科控股有限公司"),
        ("本报告由东方（集团）股份有限公司编制", "东方（集团）股份有限公司"),
        ("本报告是根据GRI标准编制。东方银行（“本行”）成立于2001年。", "东方银行"),
        ("欢迎阅读东方股份有限公司（以下简称“本公司”）的报告", "东方股份有限公司"),
        ("目录\n《东方科技2021年可持续发展报告》", "东方科技"),
        ("目录\n环境、社会及管治报告 2021      东方科技", "东方科技"),
        ("地址：北京\n东方实业有限公司\n2021", "东方实业有限公司"),
        ("本报告是根据全球报告倡议组织的标准编制。", None),
        ("本报告为年度报告，由董事会发布。", None),
        ("员工总数 925 人", None),
    ],
)
def test_company_name(text: str, name: str | None) -> None:
    assert facts_of(text).company_name_zh == name


def test_english_name_next_to_the_chinese_one() -> None:
    text = "東方雲創Dongfang Cloud Inc. 報告\n本報告是東方雲創（「東方」）發佈的首份報告"
    assert facts_of(text).company_name_en == "Dongfang Cloud Inc."


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("时间范围为2021年1月1日至2021年12月31日。2023年可持续发展报告", 2021),
        ("涵蓋 2024 年 1 月 1 日至\n2024 年 12 月 31 日（以下簡稱「報告期」）", 2024),
        ("报告期为2023年4月1日至2024年3月31日", 2024),
        ("报告期为2023年1月1日至12月31日", 2023),
        ("展期2020年9月1日至2020年9月3日，本年度为2022年", 2022),
        ("截至二零二二年十二月三十一日止年度", 2022),
        ("东方科技2021年环境、社会及管治报告。自2019年起", 2021),
        ("2023\n\n环境、社会及管治报告", 2023),
        ("成立于2011年。2022年（报告期）内。报告期2022年末", 2022),
        ("成立于2011年", None),
        ("报告期为2023年13月1日至2023年15月31日", 2023),
    ],
)
def test_fiscal_year(text: str, year: int | None) -> None:
    assert facts_of(text).fiscal_year == year


def test_the_file_name_is_the_last_resort_for_the_year() -> None:
    assert facts_of("员工总数 925 人", "acme-2019-esg").fiscal_year == 2019
    assert facts_of("报告期：2021年", "acme-2019-esg").fiscal_year == 2021


@pytest.mark.parametrize(
    ("text", "listing"),
    [
        ("(股票代號: 6608)", ("6608", "HKEX")),
        ("登陸香港聯合交易所主板，股票代碼爲 2003.HK。", ("2003", "HKEX")),
        ("在美国纳斯达克成功上市，股票代码：ABCD。", ("ABCD", "NASDAQ")),
        ("是一家在纽约证券交易所上市的公司，股票代码为“ABCD”。", ("ABCD", "NYSE")),
        ("证券代码：000725", ("000725", "SZSE")),
        ("证券代码 600519.SH", ("600519", "SSE")),
        ("东方科技（NYSE：ABCD）", ("ABCD", "NYSE")),
        ("股票代码：ABCD", ("ABCD", None)),
        ("参照纳斯达克《ESG报告指南》", (None, None)),
    ],
)
def test_listing(text: str, listing: tuple[str | None, str | None]) -> None:
    facts = facts_of(text)
    assert (facts.ticker, facts.exchange) == listing


def test_script() -> None:
    assert facts_of("报告期内员工总数，著作权").script == "Hans"
    assert facts_of("報告期內員工總數 870 人").script == "Hant"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("感谢您阅读《东方科技 2021 年环境、社会及管治报告》，", "东方科技 2021 年环境、社会及管治报告"),
        (
            "2020 | 東方雲創Dongfang Inc. 環境、社會及管治報告\n",
            "2020 | 東方雲創Dongfang Inc. 環境、社會及管治報告",
        ),
        ("2023\n\n环境、社会及管治报告\n", "2023环境、社会及管治报告"),
        ("依据2022年《环境、社会及管治报告守则》编制", None),
    ],
)
def test_title(text: str, title: str | None) -> None:
    assert facts_of(text).title == title


@pytest.mark.parametrize(
    ("file_name", "company_name_zh", "fiscal_year", "script", "ticker", "exchange"),
    [
        ("bairong-2020-esg.txt", "百融雲創", 2020, "Hant", "6608", "HKEX"),
        ("finvolution-2021-esg.txt", "信也科技集团", 2021, "Hans", "FINV", "NYSE"),
        ("jiayin-2021-esg.txt", "嘉银集团（嘉银金科）", 2021, "Hans", "JFIN", "NASDAQ"),
        ("jiayin-2023-esg.txt", "嘉银集团（嘉银科技）", 2023, "Hans", "JFIN", "NASDAQ"),
        ("vcredit-2024-esg.txt", "維信金科控股有限公司", 2024, "Hant", "2003", "HKEX"),
    ],
)
def test_facts_of_real_texts(
    file_name: str, company_name_zh: str, fiscal_year: int, script: str, ticker: str, exchange: str
) -> None:
    facts = facts_of((RAW / file_name).read_text(encoding="utf-8"), "renamed")
    assert (facts.company_name_zh, facts.fiscal_year, facts.script) == (company_name_zh, fiscal_year, script)
    assert (facts.ticker, facts.exchange) == (ticker, exchange)


def test_a_company_is_recognised_in_both_scripts_and_without_its_legal_form() -> None:
    assert company_keys("東方雲創控股有限公司") == company_keys("东方云创控股") == ["东方云创控股"]
    assert company_keys("东方集团（东方金科）") == ["东方集团(东方金科)", "东方集团", "东方金科"]


def test_company_ids_are_stable() -> None:
    assert company_id_of("东方云创", "Dongfang Cloud Holdings Limited") == "dongfang-cloud"
    assert company_id_of("東方集團（東方金科）", None) == company_id_of("东方集团（东方科技）", None)
    assert company_id_of("东方集团", None).startswith("company-")

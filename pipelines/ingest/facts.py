"""What a report says about itself: company, reporting year, script, title, listing.

A pure function of the text, used for reports that ``reports.csv`` does not describe. The patterns are those
of the opening pages of Chinese ESG reports (本报告是…公司（以下简称…）发布的, 报告期, 股票代码); they know no
company. A fact that is not found stays None: nothing is guessed here.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.ingest.lines import ESG_REPORT, YEAR, ReportLines
from pipelines.text import codes, fold

# Twenty times the longest report seen; beyond, there are no facts but only time to lose.
_SEARCHED_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class ReportFacts:
    """Facts about a report, None where unknown. ``script`` is 'Hans' or 'Hant'; tickers are text (000725)."""

    company_id: str | None = None
    company_name_en: str | None = None
    company_name_zh: str | None = None
    ticker: str | None = None
    exchange: str | None = None
    fiscal_year: int | None = None
    script: str | None = None
    title: str | None = None


def infer_facts(lines: ReportLines, file_stem: str) -> ReportFacts:
    """Return what the text says, without a company id. The file name is asked for the year only, and last."""
    passage = _Passage.joined(lines.texts)
    printed = _Passage.as_printed(lines)
    name = _company_name(passage, printed)
    ticker, exchange = _listing(passage)
    return ReportFacts(
        company_name_en=_english_name(passage, name),
        company_name_zh=name,
        ticker=ticker,
        exchange=exchange,
        fiscal_year=_fiscal_year(passage, printed, file_stem),
        script=_script(printed),
        title=_title(printed),
    )


def company_keys(name_zh: str | None, name_en: str | None = None) -> list[str]:
    """Return the forms under which a company can be recognised, the most telling first.

    Names are compared in one script and without their legal form; of ``东方集团（东方金科）`` both names
    count.
    """
    keys = []
    if name_zh:
        folded = fold(name_zh)
        both = re.fullmatch(r"([^()]+)\(([^()]{3,})\)", folded)
        keys = [_LEGAL_FORM.sub("", part).strip() for part in [folded, *(both.groups() if both else ())]]
    if name_en:
        keys.append(english_slug(name_en))
    return [key for key in keys if key]


def company_id_of(name_zh: str, name_en: str | None) -> str:
    """Return the English name without its legal form (``acme``), or an id made of the Chinese name."""
    slug = english_slug(name_en) if name_en else ""
    # The last key is the name without what is added in parentheses, which may change from year to year.
    keys = company_keys(name_zh)
    stable = keys[1] if len(keys) > 1 else keys[0]
    return slug or f"company-{hashlib.sha256(stable.encode()).hexdigest()[:8]}"


def english_slug(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.lower())
    return "-".join(word for word in words if word not in _ENGLISH_LEGAL_WORDS) or "-".join(words)


@dataclass(frozen=True)
class _Passage:
    """A text and its folded form: patterns are looked for in ``folded``, names cut from ``text``."""

    text: str
    folded: str

    @classmethod
    def joined(cls, texts: Sequence[str]) -> "_Passage":
        """Join lines without line ends, so that names and sentences wrapped by the page are whole."""
        text = "".join(map(str.strip, texts))[:_SEARCHED_CHARACTERS]
        return cls(text, fold(text))

    @classmethod
    def as_printed(cls, lines: ReportLines) -> "_Passage":
        """Keep the line ends, for what stands on a line of its own."""
        text, folded = "\n".join(lines.texts), "\n".join(lines.folded)
        return cls(text[:_SEARCHED_CHARACTERS], folded[:_SEARCHED_CHARACTERS])

    def with_word(self, word: str) -> "_Passage":
        """Keep the lines that hold ``word``, for patterns that need it on their line."""
        lines = zip(self.text.split("\n"), self.folded.split("\n"), strict=True)
        kept = [(text, folded) for text, folded in lines if word in folded]
        return _Passage("\n".join(text for text, _ in kept), "\n".join(folded for _, folded in kept))

    def cut(self, match: re.Match[str], group: str | int) -> str:
        """Return what ``group`` matched as it is printed, with single spaces; '' if it took no part."""
        return " ".join(self.text[match.start(group) : match.end(group)].split()) if match[group] else ""


# --- company -----------------------------------------------------------------------------------------

_LEGAL_FORM = re.compile(r"(?:股份|责任)?有限(?:责任)?公司$")
_ENGLISH_LEGAL_WORDS = frozenset(
    ["inc", "incorporated", "ltd", "limited", "group", "holding", "holdings", "co", "company", "corp", "plc"]
)
# A part of a name in parentheses (东方(集团)股份有限公司), not an explanation.
_NAME = r"(?:[^\s,。;:!?()《》〈〉\"“”「」『』|/\d]|\((?!以下|下称|简称|股|证)[\u4e00-\u9fff]{2,4}\))"
_SHORT_NAME = r"\((?:[^()]{0,12}?称)?[:为]? ?[\"“「『](?P<short>[^\"”」』]{2,20})[\"”」』]"
_GENERIC_NAMES = frozenset(
    ["本公司", "公司", "我们", "集团", "本集团", "本行", "我司", "企业", "报告期", "本报告"]
)

# "本报告是东方科技集团(以下简称“东方科技”...)" , "本报告由...公司发布", "本报告是...公司公开发布的"
_REPORT_IS_OF = re.compile(
    r"本报告(?:是|为|乃|系|由)(?!根据|依据|按|参照|参考|依照|遵循|在|以|对|我们|本|年度|一份|第|首|董事|管理)"
    rf"(?P<name>{_NAME}{{2,40}}?)"
    rf"(?:{_SHORT_NAME}|(?=(?:\([^()]{{0,60}}\))?(?:公开|对外|正式)?(?:发布|编制|刊发|披露))"
    r"|(?<=公司|集团|银行|控股)(?=向|首次|第|的))"
)
# "...有限公司(以下简称“本公司”)", "...集团(“我们”)": a definition of the company itself
_COMPANY_IS_WE = re.compile(
    rf"(?P<name>{_NAME}{{2,40}}(?:公司|集团|银行|控股))"
    r"\([^()]{0,80}[\"“「『]?(?:本公司|本集团|我们|公司|集团|本行)[\"”」』][^()]*\)"
)
# What may stand between the start of a sentence and a name: "本报告披露了...", "欢迎阅读..."
_BEFORE_NAME = re.compile(r"^.*(?:报告|披露了?|阅读|关于|涵盖|覆盖|包括|范围为|内容为|即|中)(?=.{4})")
# "《东方科技2021年环境、社会及管治报告》", "东方科技 2021年可持续发展报告"
_NAME_BEFORE_TITLE = re.compile(
    rf"(?:^|[《 ])(?P<name>{_NAME}{{2,30}}) *{YEAR} *(?:年度?)? *{ESG_REPORT}", re.MULTILINE
)
# "环境、社会及管治报告 2021   东方科技"
_NAME_AFTER_TITLE = re.compile(rf"{ESG_REPORT} *{YEAR} +(?P<name>{_NAME}{{2,30}}) *$", re.MULTILINE)
_LEGAL_NAME = re.compile(r"[\u4e00-\u9fff]{2,20}(?:\([\u4e00-\u9fff]{2,4}\))?[\u4e00-\u9fff]{0,12}有限公司")
_HEAD_CHARACTERS = 5_000

_ENGLISH_NAME = (  # "Dongfang Inc.", "（Dongfang Holdings Limited"
    r"[(（,，\s]*((?:[A-Z][A-Za-z0-9&.'-]*,? ){0,6}"
    r"(?:Inc|Limited|Ltd|Group|Holdings?|Corp|Corporation|Company|PLC|plc)\b\.?)"
)


def _company_name(passage: _Passage, printed: _Passage) -> str | None:
    finders: list[Callable[[], str | None]] = [
        lambda: _name_of_publisher(passage),
        lambda: _name_in_definition(passage),
        lambda: _name_in_titles(printed),
        lambda: _most_frequent_legal_name(printed),
    ]
    return next(filter(None, (find() for find in finders)), None)


def _name_of_publisher(passage: _Passage) -> str | None:
    match = _REPORT_IS_OF.search(passage.folded)
    if not match:
        return None
    name, short = passage.cut(match, "name"), passage.cut(match, "short")
    is_other_name = short and fold(short) not in _GENERIC_NAMES and fold(short) not in fold(name)
    return f"{name}（{short}）" if is_other_name else name


def _name_in_definition(passage: _Passage) -> str | None:
    match = _COMPANY_IS_WE.search(passage.folded)
    if not match:
        return None
    before = _BEFORE_NAME.match(match["name"])
    return passage.cut(match, "name")[before.end() if before else 0 :]


def _name_in_titles(printed: _Passage) -> str | None:
    lines = printed.with_word("报告")
    names = Counter(
        lines.cut(match, "name")
        for pattern in (_NAME_BEFORE_TITLE, _NAME_AFTER_TITLE)
        for match in pattern.finditer(lines.folded)
    )
    return names.most_common(1)[0][0] if names else None


def _most_frequent_legal_name(printed: _Passage) -> str | None:
    head = printed.folded[:_HEAD_CHARACTERS]
    names = Counter(printed.cut(match, 0) for match in _LEGAL_NAME.finditer(head))
    return names.most_common(1)[0][0] if names else None


def _english_name(passage: _Passage, name_zh: str | None) -> str | None:
    """Return an English name printed right after the Chinese one."""
    if not name_zh:
        return None
    match = re.search(re.escape(name_zh) + _ENGLISH_NAME, passage.text)
    return match[1].strip() if match else None


# --- listing -----------------------------------------------------------------------------------------

_EXCHANGES = {
    "纳斯达克": "NASDAQ",
    "nasdaq": "NASDAQ",
    "纽约证券交易所": "NYSE",
    "纽交所": "NYSE",
    "nyse": "NYSE",
    "香港联合交易所": "HKEX",
    "香港联交所": "HKEX",
    "联交所": "HKEX",
    "港交所": "HKEX",
    "hkex": "HKEX",
    "sehk": "HKEX",
    "上海证券交易所": "SSE",
    "上交所": "SSE",
    "深圳证券交易所": "SZSE",
    "深交所": "SZSE",
    "北京证券交易所": "BSE",
    "北交所": "BSE",
}
_EXCHANGE_NAME = re.compile("|".join(_EXCHANGES))
_EXCHANGE_OF_SUFFIX = {"hk": "HKEX", "sz": "SZSE", "sh": "SSE", "ss": "SSE", "bj": "BSE"}
# Number ranges of the mainland exchanges by first digit; Hong Kong codes have four or five digits.
_EXCHANGE_OF_FIRST_DIGIT = {
    "0": "SZSE",
    "2": "SZSE",
    "3": "SZSE",
    "6": "SSE",
    "9": "SSE",
    "4": "BSE",
    "8": "BSE",
}
_TICKER = r"(?P<ticker>[a-z]{1,5}(?![a-z])|\d{4,6}(?!\d))(?:\.(?P<suffix>hk|sz|sh|ss|bj)\b)?"
# "股票代码:JFIN", "股份代号: 6608", "股票代码为“ABCD”", "证券代码 000725.SZ"
_TICKER_AFTER_LABEL = re.compile(
    rf"(?:股票|股份|证券|上市)(?:交易)?(?:代码|代号|编号)(?:是|为)?[: ]*[\"“「(]? *{_TICKER}"
)
_TICKER_AFTER_EXCHANGE = re.compile(rf"(?:{'|'.join(_EXCHANGES)}) *: *{_TICKER}")  # "(NASDAQ: ABCD)"
_NEAR_CHARACTERS = 100


def _listing(passage: _Passage) -> tuple[str | None, str | None]:
    """Return ticker and exchange as printed, or what of them is known."""
    text = passage.folded
    match = _TICKER_AFTER_LABEL.search(text) or _TICKER_AFTER_EXCHANGE.search(text)
    if not match:
        return None, None
    ticker, suffix = passage.cut(match, "ticker"), match["suffix"]
    if suffix:
        return ticker, _EXCHANGE_OF_SUFFIX[suffix]
    if ticker.isdigit():
        return ticker, _EXCHANGE_OF_FIRST_DIGIT.get(ticker[0]) if len(ticker) == 6 else "HKEX"
    near = text[max(0, match.start() - _NEAR_CHARACTERS) : match.end() + _NEAR_CHARACTERS]
    named = Counter(_EXCHANGES[name] for name in _EXCHANGE_NAME.findall(near) or _EXCHANGE_NAME.findall(text))
    # Letters are tickers of the exchanges of the United States.
    american = [exchange for exchange, _ in named.most_common() if exchange in ("NASDAQ", "NYSE")]
    return ticker.upper(), american[0] if american else None


# --- year, script, title -----------------------------------------------------------------------------

_PERIOD = re.compile(  # "2023年4月1日至2024年3月31日", "2024年1月1日至12月31日"
    r"(?P<y1>20\d\d) *年 *(?P<m1>\d{1,2}) *月 *(?P<d1>\d{1,2}) *日 *起? *(?:至|到|-|~) *"
    r"(?:(?P<y2>20\d\d) *年)? *(?P<m2>\d{1,2}) *月 *(?P<d2>\d{1,2}) *日"
)
_PERIOD_DAYS = range(350, 381)
_ABOUT_THE_REPORT = re.compile(r"报告|时间范围|期间|年度")
_YEAR_ENDED = re.compile(r"截至 *(20\d\d) *年[^,。;]{2,10}日 *止")
_YEAR_OF_TITLE = re.compile(
    r"(?=[2环可企社e])"  # what it begins with: most characters are passed by at once
    rf"(?:({YEAR})\s{{0,9}}(?:年度?)?\s{{0,9}}{ESG_REPORT}|{ESG_REPORT} *\(?({YEAR}))"
)
# "报告期内,即2022年", "2022年(报告期)"
_THE_PERIOD = r"(?:报告期|本年度|报告年度|汇报期)"
_YEAR_NEAR_PERIOD = re.compile(
    rf"{_THE_PERIOD}[^。;\d]{{0,15}}({YEAR})|({YEAR})[^,。;\d]{{0,15}}{_THE_PERIOD}"
)
_TRADITIONAL_SHARE = 0.1
_SCRIPT_SAMPLE = 50_000
_QUOTED_TITLE = re.compile(rf"《(?P<title>[^《》]{{0,40}}{ESG_REPORT}[^《》]{{0,10}})》")
_NO_MARKS = r"[^,。;:《》\n]{0,30}"
_TITLE_LINE = re.compile(
    rf"^(?P<title>{_NO_MARKS}(?:{YEAR}{_NO_MARKS}{ESG_REPORT}|{ESG_REPORT}{_NO_MARKS}{YEAR}){_NO_MARKS})$",
    re.MULTILINE,
)
_TITLE_ON_TWO_LINES = re.compile(
    rf"^ *(?P<year>{YEAR} *年?度?) *\n\s{{0,9}}(?P<title>{ESG_REPORT}) *$", re.MULTILINE
)


def _fiscal_year(passage: _Passage, printed: _Passage, file_stem: str) -> int | None:
    """Return the year in which the reporting period ends."""
    finders: list[Callable[[], int | None]] = [
        lambda: _year_of_period(passage.folded),
        lambda: _most_frequent_year(_YEAR_ENDED, passage.folded),
        lambda: _most_frequent_year(_YEAR_OF_TITLE, printed.folded),
        lambda: _most_frequent_year(_YEAR_NEAR_PERIOD, passage.folded),
        lambda: _most_frequent_year(re.compile(f"({YEAR})"), file_stem),
    ]
    return next(filter(None, (find() for find in finders)), None)


def _year_of_period(text: str) -> int | None:
    """Return the last year of the period of about a year that the text names most, best of all near 报告."""
    votes: Counter[int] = Counter()
    for match in _PERIOD.finditer(text):
        start = _date(match["y1"], match["m1"], match["d1"])
        end = _date(match["y2"] or match["y1"], match["m2"], match["d2"])
        if start and end and (end - start).days + 1 in _PERIOD_DAYS:
            near = text[max(0, match.start() - 30) : match.end() + 30]
            votes[end.year] += 10 if _ABOUT_THE_REPORT.search(near) else 1
    return _latest_of_most_frequent(votes)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _most_frequent_year(pattern: re.Pattern[str], text: str) -> int | None:
    years = ("".join(filter(None, match.groups())) for match in pattern.finditer(text))
    return _latest_of_most_frequent(Counter(map(int, years)))


def _latest_of_most_frequent(votes: Counter[int]) -> int | None:
    return max(votes, key=lambda year: (votes[year], year), default=None)


def _script(printed: _Passage) -> str:
    """Return 'Hant' if a tenth of the ideographs are traditional; in traditional text a third is."""
    text, folded = codes(printed.text[:_SCRIPT_SAMPLE]), codes(printed.folded[:_SCRIPT_SAMPLE])
    is_ideograph = (text >= 0x4E00) & (text <= 0x9FFF)
    traditional = (is_ideograph & (text != folded)).sum()
    return "Hant" if traditional > _TRADITIONAL_SHARE * is_ideograph.sum() else "Hans"


def _title(printed: _Passage) -> str | None:
    """Return the title with its year: quoted, on a line of its own, or on one line after the year."""
    lines = printed.with_word("报告")
    quoted = (match for match in _QUOTED_TITLE.finditer(printed.folded) if re.search(YEAR, match["title"]))
    if whole := next(quoted, None) or _TITLE_LINE.search(lines.folded):
        return (printed if whole.re is _QUOTED_TITLE else lines).cut(whole, "title")
    if parts := _TITLE_ON_TWO_LINES.search(printed.folded):
        return printed.cut(parts, "year") + printed.cut(parts, "title")
    return None

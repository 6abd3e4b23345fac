"""Title pages in every layout they come in, sidecars, front matter, and what stays unknown."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import BadMetadata
from corpus.metadata.dates import parse_day, parse_meeting
from corpus.metadata.found import find_metadata, merge
from corpus.metadata.front_matter import split_front_matter
from corpus.metadata.supplied import Supplied, read_supplied, supplied_from
from corpus.reader import read_document
from corpus.types import AnomalyKind, Metadata

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the seed documents are not part of the repository"
)
WG = "贩运人口问题工作组"
COP = "联合国打击跨国有组织犯罪公约缔约方会议"
LONG = (
    "联合国毒品和犯罪办公室为促进和支持实施《联合国打击跨国有组织犯罪公约关于预防、禁止和惩治贩运人口"
    "特别是妇女和儿童行为的补充议定书》而开展的活动"
)
EXPECTED = {
    "000": Metadata(
        "贩运人口问题工作组2022年6月29日和30日在维也纳举行的会议报告",
        WG,
        None,
        (date(2022, 6, 29), date(2022, 6, 30)),
        date(2022, 7, 14),
        "维也纳",
        "Limited",
        "Chinese",
    ),
    "001": Metadata(
        "贩运人口问题工作组第一次会议以来的背景文件",
        WG,
        meeting=(date(2021, 10, 12), date(2021, 10, 13)),
        place="维也纳",
    ),
    "003": Metadata(
        "2019年9月9日至11日在维也纳举行的贩运人口问题工作组会议的报告",
        WG,
        9,
        (date(2019, 9, 9), date(2019, 9, 11)),
        date(2019, 9, 25),
        "维也纳",
        "General",
        "Chinese",
    ),
    "004": Metadata(
        LONG,
        COP,
        12,
        (date(2024, 10, 14), date(2024, 10, 18)),
        date(2024, 7, 23),
        "维也纳",
        "General",
        "Chinese",
    ),
}


def seed(number: str) -> tuple[str, str]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    text = path.read_text(encoding="utf-8")
    first = re.search(r"^\s*(?:1\.|- 本报告)", text, re.MULTILINE)
    assert first is not None
    return text[: first.start()], text[first.start() :]


def wrapped(text: str, width: int) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n\n".join(line[at : at + width] for line in lines for at in range(0, len(line), width))


LAYOUTS: dict[str, Callable[[str], str]] = {
    "as it stands": lambda text: text,
    "one line": lambda text: " ".join(text.split()),
    "no blank lines": lambda text: re.sub(r"\n\s*\n", "\n", text.strip()),
    "blank lines between all": lambda text: re.sub(r"\n+", "\n\n", text),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "no markdown": lambda text: text.replace("#", ""),
    "wrapped at 20": lambda text: wrapped(text, 20),
}


@needs_seeds
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("number", EXPECTED)
def test_seeds_in_every_layout(number: str, layout: str) -> None:
    head, text = seed(number)
    rest = wrapped(text, 20) if layout == "wrapped at 20" else text
    assert find_metadata(LAYOUTS[layout](head), rest) == EXPECTED[number]


@needs_seeds
def test_without_the_distribution_block_only_its_fields_are_unknown() -> None:
    head, text = seed("003")
    found = find_metadata(re.sub(r"Distr[\s\S]*?English", "", head), text)
    expected = EXPECTED["003"]
    assert (found.title, found.session, found.meeting) == (expected.title, expected.session, expected.meeting)
    assert (found.date, found.distribution, found.language) == (None, None, None)


PAGE = """聯合國打擊跨國有組織犯罪公約締約方會議

CTOC/COP/WG.4/2023/7

分發：普遍
２０２３年１１月３日
中文
原件：英文

販運人口問題工作組

第十三次會議

2023年9月28日至10月2日，維也納

販運人口問題工作組第十三次會議報告*

* CTOC/COP/WG.4/2023/1。

一、導言
"""


def test_a_page_in_traditional_characters_full_width_and_chinese_dates() -> None:
    assert find_metadata(PAGE) == Metadata(
        "販運人口問題工作組第十三次會議報告",
        "販運人口問題工作組",
        13,
        (date(2023, 9, 28), date(2023, 10, 2)),
        date(2023, 11, 3),
        "維也納",
        "General",
        "Chinese",
        "CTOC/COP/WG.4/2023/7",
    )


@pytest.mark.parametrize(
    "line",
    [
        "* CTOC/COP/2024/1。",
        "（CTOC/COP/2024/1）",
        "见CTOC/COP/2024/1号文件",
        "CTOC/COP/2024/1\nCTOC/COP/2024/2",
    ],
)
def test_a_symbol_that_is_not_the_documents_own_is_unknown(line: str) -> None:
    assert find_metadata(f"贩运人口问题工作组\n\n工作组会议的报告\n\n{line}\n").symbol is None


def test_session_in_the_text_counts_only_for_the_dates_of_the_page() -> None:
    page = "工作组会议的报告\n\n2023年10月2日和3日，维也纳\n"
    held = "工作组第{}次会议于 2023 年 10 月 {} 日和 3 日在维也纳举行。"
    assert find_metadata(page, held.format("十三", 2)).session == 13
    assert find_metadata(page, held.format("十三", 1)).session is None
    assert find_metadata(page, held.format("十三", 2) + held.format("十二", 2)).session is None


@pytest.mark.parametrize("page", ["", "\n\n", "本段是一句话，没有标题。\n", "# 一. 导言\n"])
def test_a_page_that_says_nothing(page: str) -> None:
    assert find_metadata(page) == Metadata()


def test_dates() -> None:
    assert parse_day("25 September 2019") == date(2019, 9, 25)
    assert parse_day("二〇一九年九月二十五日") == date(2019, 9, 25)
    assert parse_day("2019年2月30日") is None
    assert parse_meeting("2024年12月30日至2025年1月2日") == (date(2024, 12, 30), date(2025, 1, 2))
    assert parse_meeting("2019年9月11日至9日") is None


def test_merge_keeps_what_is_supplied() -> None:
    found = Metadata(title="甲", session=3)
    assert merge(Metadata(title="乙", symbol="A/77/10"), found) == Metadata(
        title="乙", session=3, symbol="A/77/10"
    )


SIDECAR = """id = "report-2019"
symbol = "CTOC/COP/WG.4/2019/7"
date = 2019-09-25
meeting = ["2019-09-09", "2019-09-11"]
session = 9
"""
SUPPLIED = Supplied(
    "report-2019",
    Metadata(
        symbol="CTOC/COP/WG.4/2019/7",
        date=date(2019, 9, 25),
        meeting=(date(2019, 9, 9), date(2019, 9, 11)),
        session=9,
    ),
)


def test_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SIDECAR, encoding="utf-8")
    assert read_supplied(tmp_path / "a.txt") == SUPPLIED
    assert read_supplied(tmp_path / "b.txt") == Supplied()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "front",
    [
        f"+++\n{SIDECAR}+++\n",
        '---\nid: report-2019\n# 注\nsymbol: "CTOC/COP/WG.4/2019/7"\ndate: 2019-09-25\n'
        "meeting: [2019-09-09, 2019-09-11]\nsession: 9\n---\n",
    ],
)
def test_front_matter(front: str, line_end: str) -> None:
    text = (front + "一. 导言\n").replace("\n", line_end)
    offset, values = split_front_matter(text)
    assert text[offset:] == "一. 导言" + line_end
    assert supplied_from(values, "a.txt") == SUPPLIED


@pytest.mark.parametrize(
    "text", ["---\n\n一. 导言\n---\n", "---\n1. 段：甲\n---\n", "一. 导言", "---\n", "---\ntitle: 甲\n"]
)
def test_a_rule_is_no_front_matter(text: str) -> None:
    assert split_front_matter(text) == (0, {})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('titel = "甲"', r"a\.toml: unknown key 'titel'; expected one of id, title.*rename"),
        ('session = "九"', r"a\.toml: session is '九'; expected a number"),
        ("session = true", "session is True; expected a number"),
        ('date = "25.9.2019"', "date is '25.9.2019'; expected a date such as 2019-09-25"),
        ('meeting = ["2019-09-11", "2019-09-09"]', "meeting is .*; expected the first and last day"),
        ("meeting = [1, 2, 3]", "meeting is .*; expected one or two dates"),
        ('symbol = ""', "symbol is ''; expected text"),
        ("session = ", r"a\.toml: .*TOML file in UTF-8 was expected"),
    ],
)
def test_bad_sidecars_name_file_key_and_what_was_expected(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "a.toml").write_text(line, encoding="utf-8")
    with pytest.raises(BadMetadata, match=words):
        read_supplied(tmp_path / "a.txt")


def test_sidecar_goes_before_front_matter() -> None:
    front = Supplied("front", Metadata(title="甲", place="维也纳"))
    assert Supplied(None, Metadata(title="乙")).over(front) == Supplied(
        "front", Metadata(title="乙", place="维也纳")
    )


CASE = Path(__file__).parent / "data" / "cases" / "frontmatter" / "in" / "README.md"


def test_front_matter_of_other_programs_is_no_title_and_its_unknown_keys_are_told() -> None:
    document = read_document(CASE)
    assert document.metadata.title == "澜汀市容器押金条例"
    assert [(unit.number, unit.text) for unit in document.units if unit.kind == "paragraph"] == [
        (1, "经营者应当自收到容器之日起三日内退还押金。"),
        (2, "押金标准由市环境主管部门公布。"),
    ]
    told = [one.message for one in document.anomalies if one.kind is AnomalyKind.UNKNOWN_METADATA]
    assert [re.findall("unknown key '(.*?)'", one)[0] for one in told] == ["sidebar", "lang", "head"]


@pytest.mark.parametrize(
    ("front", "values"),
    [
        ("title: 甲: 乙\nsession: 9", {"title": "甲: 乙", "session": 9}),
        ("title: 2031\ndate: 2031-05-19T08:00:00+08:00", {"title": "2031", "date": "2031-05-19"}),
        (
            "country:\n  - 甲\n  - 乙\nfacets:\n  court: 最高法院",
            {"country": ["甲", "乙"], "facets": {"court": "最高法院"}},
        ),
        (
            "title: >\n  甲\n  乙\nmeeting: [2031-05-19, 2031-05-21]",
            {"title": "甲 乙\n", "meeting": ["2031-05-19", "2031-05-21"]},
        ),
        (
            "a: &a [x, x]\nb: &b [*a, *a]\ntopics: [*b, *b]",
            {"a": ["x", "x"], "b": ["…", "…"], "topics": ["…", "…"]},
        ),
    ],
)
def test_front_matter_in_yaml(front: str, values: dict[str, object]) -> None:
    assert split_front_matter(f"---\n{front}\n---\n正文") == (len(front) + 9, values)


@pytest.mark.parametrize(
    "front", ["Original: English", "- 甲\n- 乙", "联合国: 大会", "a: [", "[" * 5000, "a: " + "甲" * 30_000]
)
def test_what_is_no_front_matter_in_yaml_is_text(front: str) -> None:
    expected = 0 if not front.startswith("a: [") else len(front) + 9  # a pair all the same
    assert split_front_matter(f"---\n{front}\n---\n正文")[0] == expected


def test_a_value_that_cannot_be_read_is_told_and_the_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ndate: May 2031\nsession: 9\n---\n\n1. 甲。\n", "utf-8")
    document = read_document(tmp_path / "a.md")
    assert (document.metadata.session, document.metadata.date) == (9, None)
    assert any("date is 'May'" in one.message for one in document.anomalies)

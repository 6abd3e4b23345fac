"""Citations against a golden table, properties, hostile input and a crude count on the seeds."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citations.find import Citation, CitationKind, find_citations
from corpus.citations.names import short_names_of
from corpus.citations.shadow import fold, shadow
from corpus.citations.suspect_symbols import find_suspect_symbols
from corpus.plain_text.lists import read_rows
from tests.clock import is_within, least

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the seed documents are not part of the repository"
)


def golden() -> list[tuple[str, list[tuple[str, str]]]]:
    rows = []
    for line in (
        (Path(__file__).parent / "data" / "citations.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ):
        text, *cells = (cell.replace("\\n", "\n") for cell in line.split("\t"))
        rows.append((text, list(zip(cells[::2], cells[1::2], strict=True))))
    return rows


@pytest.mark.parametrize(("text", "expected"), golden(), ids=lambda value: repr(value)[:60])
def test_golden(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(citation.key, citation.raw) for citation in find_citations(text)] == expected


def test_golden_table_is_large() -> None:
    assert len(golden()) >= 80


def only(text: str) -> Citation:
    (citation,) = find_citations(text)
    return citation


def test_fields_of_a_security_council_resolution() -> None:
    found = only("安理会第 2652 (2022)号决议")
    assert (found.kind, found.organ, found.number, found.year) == (
        CitationKind.RESOLUTION,
        "SC",
        "2652",
        2022,
    )


def test_fields_of_an_article() -> None:
    found = only("《贩运人口议定书》第3条第1款(b)项")
    assert (found.instrument, found.first, found.paragraph, found.item) == ("贩运人口议定书", 3, 1, ("b",))
    assert found.keys == (
        "article:贩运人口议定书:3:1:b",
        "article:贩运人口议定书:3:1",
        "article:贩运人口议定书:3",
    )


def test_fields_of_a_range() -> None:
    found = only("第12至15段")
    assert (found.first, found.last) == (12, 15)
    assert found.keys[1:] == tuple(f"paragraph:?:{number}" for number in (12, 13, 14, 15))


def test_fields_of_what_names_the_document() -> None:
    assert only("第九次会议建议17").session == 9
    assert only("二〇二二年会议报告第九段").year == 2022
    assert only("2019年第九次会议建议17").session == 9
    assert only("本报告第9段").own
    assert only("《工作组会议的报告》，附件一，第3段").part == "附件一"
    assert only("《工作组会议的报告》，建议17").title == "工作组会议的报告"
    assert find_citations("CTOC/COP/WG.4/2019/7，第12段")[1].document == "CTOC/COP/WG.4/2019/7"


def test_keys_of_a_recommendation_whose_year_begins_like_its_number() -> None:
    assert only("2019年会议建议20(c)").keys == ("recommendation:2019:20:c", "recommendation:2019:20")


@pytest.mark.parametrize(
    "name",
    [
        "《禁止贩运人口议定书》",
        "《贩运人口议定书》",
        "《贩运人口问题议定书》",
        "巴勒莫议定书",
        "《议定书》",
        "該議定書",
    ],
)
def test_names_of_one_treaty_give_one_key(name: str) -> None:
    assert find_citations(f"{name}第九条")[0].key == "article:贩运人口议定书:9"


def test_symbol_and_resolution_of_one_document_give_one_key() -> None:
    keys = {
        c.key
        for text in ("A/RES/77/236", "大会第77/236号决议", "大會第 77/236 號決議")
        for c in find_citations(text)
    }
    assert keys == {"resolution:GA:77/236"}


WORDS = """第 十二 12 段 条 款 号 决议 决定 大会 安理会 《 》 议定书 （ ） (a) 、 和 至 建议
CTOC/COP/ WG.4/ 2015/4 / A/RES/ 77/236 (2022) 年 会议 报告 的 ， 。 ５ 號 決議"""
FRAGMENTS = st.sampled_from([*WORDS.split(), "\n", " "])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=3)), max_size=25).map("".join))
def test_spans_hold_raw_in_order_without_overlap(text: str) -> None:
    end = 0
    for citation in find_citations(text):
        assert text[citation.span.start : citation.span.end] == citation.raw
        assert end <= citation.span.start < citation.span.end
        end = citation.span.end


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_shadow_characters_come_from_their_source_place(text: str) -> None:
    seen = shadow(text)
    for character, at in zip(seen.text, seen.starts, strict=True):
        assert character == fold(text[at]) or (character.isspace() and text[at].isspace())


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_line_break_anywhere_in_han_text_changes_no_key(cut: int) -> None:
    text = "大会第77/236号决议"
    assert only(text[:cut] + "\n\n" + text[cut:]).key == "resolution:GA:77/236"


@pytest.mark.parametrize("unit", ["第", "(", "CTOC/", "第1、", "2019年", "《", "议定书", "A/77/", "第1(a)"])
def test_time_is_linear_on_hostile_input(unit: str) -> None:
    small, large = (unit * (length // len(unit)) for length in (50_000, 200_000))
    quarter = least(lambda: find_citations(small))
    assert is_within(12 * max(quarter, 0.05), lambda: find_citations(large))


@needs_seeds
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_symbol_of_the_seeds(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    crude = re.findall(r"CTOC/COP(?:/[A-Z0-9][A-Za-z0-9.]*)*/[A-Za-z0-9.]*[0-9]", text)
    found = [c.symbol for c in find_citations(text) if c.kind is CitationKind.SYMBOL]
    assert [symbol for symbol in found if symbol and symbol.startswith("CTOC")] == crude


@needs_seeds
def test_the_misprinted_symbol_of_the_seeds_is_the_only_suspect() -> None:
    suspects = [
        citation.symbol
        for path in sorted(SEEDS.glob("*.txt"))
        for citation, _ in find_suspect_symbols(find_citations(path.read_text(encoding="utf-8")))
    ]
    assert suspects == ["CTOC/COP/WG.4/2020/22"]


SERIES = "CTOC/COP/WG.4/2022/1、CTOC/COP/WG.4/2022/2、CTOC/COP/WG.4/2020/3、CTOC/COP/WG.4/2019/5"


@pytest.mark.parametrize(
    ("symbol", "reason"),
    [
        ("CTOC/COP/WG.4/2020/22", "at most 5); 2 may be meant"),
        ("CTOC/COP//WG.4/2020/2", "two slashes"),
        ("CTOC/COP/WG.4/2O20/2", "a letter inside a number"),
        ("CTOC/COP/WG.4/2", "no year"),
        ("CTOC/COP/WG.4/2202/2", "2202 is no year"),
    ],
)
def test_suspect_symbols(symbol: str, reason: str) -> None:
    ((citation, message),) = find_suspect_symbols(find_citations(f"{SERIES}、{symbol}。"))
    assert citation.symbol == symbol
    assert reason in message


@pytest.mark.parametrize(
    "symbol", ["CTOC/COP/WG.4/2020/11", "CTOC/COP/WG.4/2020/21", "A/77/10", "CTOC/COP/2020/22"]
)
def test_symbols_that_are_not_suspect(symbol: str) -> None:
    assert find_suspect_symbols(find_citations(f"{SERIES}、{symbol}。")) == []


def test_traditional_forms_of_the_names_are_folded() -> None:
    opencc = pytest.importorskip("opencc")
    converter = opencc.OpenCC("s2t")
    for row in [*read_rows("organs.tsv", 2), *read_rows("instruments.tsv", 3)]:
        for name in "|".join(row).split("|"):
            assert fold(converter.convert(name)) == fold(name)


def test_a_short_name_means_the_treaty_of_the_documents_own_conference() -> None:
    meant = short_names_of("防止跨界河流塑料污染公约\n缔约方会议\n第六届会议")
    keys = [citation.key for citation in find_citations("《公约》第9条第1款和《议定书》第2条", meant)]
    assert keys == ["article:防止跨界河流塑料污染公约:9:1", "article:?:2"]


def test_a_short_name_means_the_listed_treaty_where_the_title_page_does_not_say() -> None:
    assert short_names_of("联合国打击跨国有组织犯罪公约 缔约方会议") == short_names_of("") == {}
    assert only("《公约》第9条").key == "article:有组织犯罪公约:9"

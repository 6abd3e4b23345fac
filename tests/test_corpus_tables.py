"""Tables of every format: a line a row, each cell after the head of its column; what is no table stays text."""

import json
import re
from pathlib import Path

import pytest

from corpus.formats import extract
from corpus.formats.extracted import Extracted
from corpus.formats.tables import Cell, table_heads, table_lines
from corpus.layout.markup import set_aside
from corpus.plain_text.folding import fold
from corpus.reader import parse_extracted
from corpus.types import OmissionKind
from tests.word_files import docx, p, run, table

DEPOSITS = [
    "缔约方：澜汀；押金 小瓶：五角；押金 大瓶：一元",
    "缔约方：木渡；押金 小瓶：三角；押金 大瓶：六角",
]
HTML = (
    '<table><tr><td rowspan="2">缔约方</td><td colspan="2">押金</td></tr><tr><td>小瓶</td><td>大瓶</td></tr>'
    "<tr><td>澜汀</td><td>五角</td><td>一元</td></tr><tr><td>木渡</td><td>三角</td><td>六角</td></tr></table>"
)


def rows_of(found: Extracted) -> list[str]:
    return [found.text[row.span.start : row.span.end] for row in found.rows]


def word_table() -> str:
    def cell(text: str, more: str = "") -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{p(text)}</w:tc>"

    across, begins, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("缔约方", begins) + cell("押金", across),
        cell("", goes_on) + cell("小瓶") + cell("大瓶"),
        cell("澜汀") + cell("五角") + cell("一元"),
        cell("木渡") + cell("三角") + cell("六角"),
    ]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


FORMS = {
    "html": ("a.html", f"<html><p>1. 数额如下。{HTML}<p>2. 会议闭幕。".encode()),
    "html in markdown": ("a.md", f"1. 数额如下。\n\n{HTML}\n\n2. 会议闭幕。".encode()),
    "markdown": (
        "a.md",
        (
            "1. 数额如下。\n\n| 缔约方 | 押金 小瓶 | 押金 大瓶 |\n|:--|--|--:|\n| 澜汀 | 五角 | 一元 |\n"
            "木渡 | 三角 | 六角\n\n2. 会议闭幕。"
        ).encode(),
    ),
    "docx": ("a.docx", docx(p("1. 数额如下。") + word_table() + p("2. 会议闭幕。"))),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_rows(form: str) -> None:
    name, data = FORMS[form]
    found = extract(data, name)
    assert rows_of(found) == DEPOSITS
    assert [(row.table, row.row) for row in found.rows] == [(1, 1), (1, 2)]
    assert [one for one in found.text.split("\n") if one] == ["1. 数额如下。", *DEPOSITS, "2. 会议闭幕。"]
    units = parse_extracted(found, "a").units
    assert [(unit.number, unit.text) for unit in units if unit.kind == "paragraph"] == [
        (1, "数额如下。"),
        (2, "会议闭幕。"),
    ]


def test_tables_count_through_a_document_and_offsets_hold_behind_them() -> None:
    pipes = "| 项目 | 数量 |\n|---|---|\n| 瓶 | 3 |\n"
    found = extract(f"甲\n\n{pipes}\n乙\n\n{HTML}\n丙\n\n{pipes}\n丁".encode(), "a.md")
    assert [(row.table, row.row) for row in found.rows] == [(1, 1), (2, 1), (2, 2), (3, 1)]
    assert rows_of(found) == ["项目：瓶；数量：3", *DEPOSITS, "项目：瓶；数量：3"]


def test_two_languages_side_by_side_and_a_masthead_are_no_tables() -> None:
    sides = [
        ["中文", "English"],
        ["1. 委员会通过了本报告。", "1. The Committee adopted the report."],
        ["2. 会议于五月二十一日闭幕。", "2. The meeting was closed on 21 May."],
    ]
    masthead = [["联合国", "RIV/COP/2031/7"], ["缔约方会议", "Distr.: General"]]
    for rows in (sides, masthead):
        assert table_lines([[Cell(text) for text in row] for row in rows]) is None
    assert not extract(docx(table(*sides)), "a.docx").rows


def test_a_first_row_is_a_head_only_where_it_reads_like_one() -> None:
    def lines(*rows: list[str]) -> list[str]:
        return [one.text for one in table_lines([[Cell(text) for text in row] for row in rows]) or []]

    assert lines(["年份", "2029", "2030"], ["押金", "五角", "一元"]) == ["年份：押金；2029：五角；2030：一元"]
    assert lines(["大瓶", "3"], ["小瓶", "4"]) == ["大瓶；3", "小瓶；4"]
    assert lines(["", "押金"], ["大瓶", ""]) == ["大瓶"]


def test_marked_heads_count_and_a_head_beside_its_row_leads_it() -> None:
    side = [[Cell("大瓶", head=True), Cell("一元")], [Cell("小瓶", head=True), Cell("五角")]]
    assert [one.text for one in table_lines(side) or []] == ["大瓶：一元", "小瓶：五角"]
    numbers = [[Cell("甲", head=True), Cell("12", head=True)], [Cell("3"), Cell("4")]]
    assert [one.text for one in table_lines(numbers) or []] == ["甲：3；12：4"]


def test_a_cell_over_all_columns_stands_alone_and_one_over_rows_is_said_in_each() -> None:
    rows = [
        [Cell("区域"), Cell("站点"), Cell("数量")],
        [Cell("一、上游", across=3)],
        [Cell("东岸", down=2), Cell("甲站"), Cell("3")],
        [Cell("乙站"), Cell("4")],
    ]
    assert [one.text for one in table_lines(rows) or []] == [
        "一、上游",
        "区域：东岸；站点：甲站；数量：3",
        "区域：东岸；站点：乙站；数量：4",
    ]


def test_a_table_that_goes_on_keeps_its_heads() -> None:
    head, row = [Cell("项目"), Cell("押金")], [Cell("大瓶"), Cell("一元")]
    heads = table_heads([head, row])
    for rows in ([head, row], [row, row]):
        assert (table_lines(rows, heads) or [])[-1].text == "项目：大瓶；押金：一元"


@pytest.mark.parametrize("across", [10**6, 1000])
def test_spans_without_end_are_no_table(across: int) -> None:
    assert table_lines([[Cell("甲", across, across)] * 3] * 3) is None


def test_struck_words_and_readings_are_set_aside_in_every_format() -> None:
    struck, ruby = (
        run("不得", "<w:strike/>"),
        f"<w:r><w:ruby><w:rt>{run('yā')}</w:rt><w:rubyBase>{run('押')}</w:rubyBase></w:ruby></w:r>",
    )
    forms = [
        ("a.html", "<html><p>1. 应当<del>不得</del>公布<ruby>押<rp>(</rp><rt>yā</rt><rp>)</rp></ruby>金。".encode()),
        ("b.html", "<html><p>1. 应当<b style='text-decoration: line-through'>不得</b>公布押金<rt>yā</rt>。".encode()),
        ("a.md", "1. 应当~~不得~~公布<ruby>押<rt>yā</rt></ruby>金。".encode()),
        ("b.md", "1. 应当<DEL class=x>不得</DEL>公布<ruby><rb>押</rb><rt>yā</rt></ruby>金。".encode()),
        ("a.docx", docx(p("1. 应当", struck, "公布", ruby, "金。"))),
    ]  # fmt: skip
    for name, data in forms:
        document = parse_extracted(extract(data, name), "a")
        assert [unit.text for unit in document.units] == ["应当公布押金。"], name
        told = {one.kind: document.source[one.span.start : one.span.end] for one in document.omissions}
        assert "不得" in told[OmissionKind.DELETED], name
        assert "yā" in told[OmissionKind.RUBY], name


def test_tags_in_markdown_are_marks_and_other_angles_are_text() -> None:
    source = "1. 上表<b>每年</b>更新<sup>1</sup>，面积5 km<sup>2</sup>&nbsp;。<br>若a<b则c>d。\n\n2. 值为10~~20与30~~40。"
    units = parse_extracted(extract(source.encode(), "a.md"), "a").units
    assert [unit.text for unit in units] == ["上表每年更新，面积5 km2。若a<b则c>d。", "值为10~~20与30~~40。"]
    assert not set_aside("<del>" + "甲" * 6000 + "</del>")


@pytest.mark.parametrize("piece", ["<del>", "~~甲", "<rt>", "|-|\n", "<table>", "|a|b|\n|-|-|\n", "<sup>1"])
def test_marks_made_to_harm_are_read_in_time_linear_to_their_number(piece: str) -> None:
    assert extract(("甲" + piece * 20_000).encode(), "a.md").text


DATA = Path(__file__).parent / "data"
ROW = re.compile(r"表(\d+)第(\d+)行")
# DOC, ODT and RTF take LibreOffice seconds each; what it makes of them is DOCX.
READ = (".docx", ".html", ".pdf")


def expected_rows(places: list[dict[str, str]]) -> list[tuple[int, int, str]]:
    """Table, row and text of the rows among the expected places, texts without white space."""
    found = [(ROW.fullmatch(place["ref"]), place["text"]) for place in places]
    return [(int(ref[1]), int(ref[2]), bare(text)) for ref, text in found if ref]


def bare(text: str) -> str:
    return fold("".join(text.split()))


def read_rows(path: Path) -> list[tuple[int, int, str]]:
    found = extract(path.read_bytes(), path.name)
    return [(row.table, row.row, bare(text)) for row, text in zip(found.rows, rows_of(found), strict=True)]


@pytest.mark.parametrize("kind", sorted(path.name for path in (DATA / "kinds").iterdir() if path.is_dir()))
def test_documents_of_many_kinds_have_the_same_rows_in_every_format(kind: str) -> None:
    folder = DATA / "kinds" / kind
    expected = expected_rows(json.loads((folder / "expected.json").read_text("utf-8"))["places"])
    for path in sorted(one for one in folder.iterdir() if one.suffix in READ):
        assert read_rows(path) == expected, path.name


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (DATA / "goldens").iterdir() if path.suffix in READ)
)
def test_files_of_other_programs_have_the_rows_written_down_for_them(name: str) -> None:
    told = json.loads((DATA / "goldens" / f"{Path(name).stem}.expected.json").read_text("utf-8"))
    assert read_rows(DATA / "goldens" / name) == expected_rows(told["units"])

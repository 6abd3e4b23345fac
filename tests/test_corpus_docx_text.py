"""What of a Word document becomes text, what furniture, and what is only reported."""

import pytest

from corpus.formats.extracted import Extracted
from corpus.formats.word.docx import extract_docx
from corpus.reader import parse_extracted
from tests.word_files import (
    PAGE,
    STRICT,
    W,
    abstract,
    box,
    docx,
    field,
    level,
    note_ref,
    notes,
    num,
    p,
    run,
    section,
    style,
    table,
    unzipped,
    zipped,
)

DOTS = abstract(0, level(0, "decimal", "%1.")) + num(1, 0)
DELETED = '<w:rPr><w:del w:id="9" w:author="x"/></w:rPr>'


def read(
    *blocks: str, parts: dict[str, str] | None = None, pages: int | None = None, **more: str
) -> Extracted:
    return extract_docx(docx("".join(blocks), parts, pages=pages, **more), "t.docx")


def lines(*blocks: str, **more: str) -> list[str]:
    return [line for line in read(*blocks, **more).text.split("\n") if line]


def said(found: Extracted) -> list[tuple[str, str]]:
    return [(anomaly.kind.value, anomaly.message) for anomaly in found.anomalies]


def furniture(found: Extracted) -> list[tuple[str, str]]:
    return [(one.kind.value, found.text[one.span.start : one.span.end]) for one in found.furniture]


RUNS = {
    "runs are joined": (p(run("贩"), run("运"), run("人口")), "贩运人口"),
    "tab and break": (p(run("甲\t乙\n丙")), "甲\t乙\n丙"),
    "carriage return": (p("<w:r><w:t>甲</w:t><w:cr/><w:t>乙</w:t></w:r>"), "甲\n乙"),
    "outer spaces count only where kept": (p("<w:r><w:t> 甲 </w:t></w:r>", run(" 乙 "), run("丙")), "甲 乙 丙"),
    "line feeds in the file are spaces": (p('<w:r><w:t xml:space="preserve">a\nb</w:t></w:r>'), "a b"),
    "soft hyphens are not printed": (p("<w:r><w:t>co</w:t><w:softHyphen/><w:t>op\u00aderate</w:t></w:r>"), "cooperate"),
    "hyphen that never breaks": (p("<w:r><w:t>WG</w:t><w:noBreakHyphen/><w:t>4</w:t></w:r>"), "WG\u20114"),
    "hyperlink": (p(f"<w:hyperlink>{run('见网页')}</w:hyperlink>"), "见网页"),
    "simple field": (p(f'<w:fldSimple w:instr=" DATE ">{run("2031年")}</w:fldSimple>', "通过"), "2031年通过"),
    "complex field": (p("见第", field(" REF x \\h ", "12"), "段"), "见第12段"),
    "field in the instruction of a field": (
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>', field("PAGE", "7"),
          '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("是"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        "是",
    ),
    "insertion and deletion": (
        p("应", f"<w:ins>{run('尽快')}</w:ins>", "<w:del><w:r><w:delText>考虑</w:delText></w:r></w:del>", "公布"),
        "应尽快公布",
    ),
    "words moved": (p(f"<w:moveFrom>{run('旧')}</w:moveFrom>", f"<w:moveTo>{run('新')}</w:moveTo>"), "新"),
    "raised marks of notes": (p("决定", run("3", '<w:vertAlign w:val="superscript"/>'), "重申"), "决定[^3]重申"),
    "raised powers": (p("面积5 km", run("2", '<w:vertAlign w:val="superscript"/>')), "面积5 km²"),
    "raised note after a year": (p("2030年", run("12", '<w:vertAlign w:val="superscript"/>')), "2030年[^12]"),
    "hidden words": (p("甲", run("密", "<w:vanish/>"), "乙", run("丙", '<w:vanish w:val="0"/>')), "甲乙丙"),
    "content control": (p(f"<w:sdt><w:sdtPr><w:tag/></w:sdtPr><w:sdtContent>{run('甲')}</w:sdtContent></w:sdt>"), "甲"),
    "smart tag": (p(f"<w:smartTag><w:smartTagPr/>{run('维也纳')}</w:smartTag>"), "维也纳"),
    "mathematics": (p("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"), "x+1"),
    "ruby keeps its base": (
        p(f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('yin')}</w:rt><w:rubyBase>{run('引')}</w:rubyBase></w:ruby></w:r>"), "引\n\nyin",
    ),
    "symbol of Wingdings": (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "是"), "☑是"),
    "symbol of Symbol": (p('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', "5"), "≥5"),
    "symbol of a font with Unicode": (p('<w:r><w:sym w:font="Arial" w:char="2103"/></w:r>'), "℃"),
    "symbol that is not known": (p('<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>', "甲"), "\ufffd甲"),
    "alternative": (
        p('<w:r><mc:AlternateContent><mc:Choice Requires="w14"><w:t>甲</w:t></mc:Choice>'
          '<mc:Fallback><w:t>乙</w:t></mc:Fallback></mc:AlternateContent></w:r>'), "甲",
    ),
    "alternative of a program that is not known": (
        p('<w:r><mc:AlternateContent><mc:Choice Requires="zz9"><w:t>甲</w:t></mc:Choice>'
          '<mc:Fallback><w:t>乙</w:t></mc:Fallback></mc:AlternateContent></w:r>'), "乙",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_words_of_a_paragraph(name: str) -> None:
    block, expected = RUNS[name]
    assert read(block, p("末段。")).text == f"{expected}\n\n末段。\n\n"


def test_a_deleted_paragraph_mark_joins_two_paragraphs_and_takes_its_number_along() -> None:
    body = [
        p("第一段。", num=(1, 0)),
        p("前半", num=(1, 0), more=DELETED),
        p("后半。", num=(1, 0)),
        p("第三段。", num=(1, 0)),
    ]
    assert lines(*body, numbering=DOTS) == ["1.\t第一段。", "2.\t前半后半。", "3.\t第三段。"]


def test_a_deleted_paragraph_leaves_no_number() -> None:
    gone = p("<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>", num=(1, 0), more=DELETED)
    assert lines(p("甲。", num=(1, 0)), gone, p("乙。", num=(1, 0)), numbering=DOTS) == [
        "1.\t甲。",
        "2.\t乙。",
    ]


def test_tracked_changes_are_reported_with_their_number_and_place() -> None:
    found = read(
        p("甲。"), p(f"<w:ins>{run('乙')}</w:ins>", "<w:del><w:r><w:delText>丙</w:delText></w:r></w:del>")
    )
    (anomaly,) = found.anomalies
    assert (anomaly.kind.value, "tracked changes: 2" in anomaly.message) == ("tracked_changes", True)
    assert found.text[anomaly.span.start : anomaly.span.end] == "乙"


def test_deleted_rows_are_dropped_and_inserted_rows_kept() -> None:
    rows = table(["甲", "乙"], ["丙", "丁"], ["戊", "己"])
    rows = rows.replace("<w:tr><w:tc>" + p("丙"), "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("丙"))
    assert lines(rows) == ["甲：戊；乙：己"]


def test_a_style_separator_runs_two_paragraphs_into_one_line() -> None:
    hidden = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    assert lines(p("标题", num=(1, 0), more=hidden), p("正文。"), numbering=DOTS) == ["1.\t标题正文。"]


def test_headings_are_marked_by_their_style_but_sentences_in_such_a_style_are_not() -> None:
    styles = style("Normal") + style("H", "Normal", '<w:outlineLvl w:val="1"/>') + style("H2", "H")
    body = [
        p("导言", style="H2"),
        p("这是一句写成标题的话。", style="H"),
        p("(a) 项目", style="H"),
        p("正文", style="Normal"),
    ]
    assert lines(*body, styles=styles) == ["# 导言", "这是一句写成标题的话。", "(a) 项目", "正文"]


def test_footnotes_and_endnotes_stand_below_their_paragraph_as_furniture() -> None:
    found = read(
        p("第一句", note_ref(2), "。第二句", note_ref(5, "endnote"), "。"),
        p("下一段", note_ref(3), "。"),
        footnotes=notes("footnote", {2: "见第3页。", 3: "同上。"}),
        endnotes=notes("endnote", {5: p("尾注") + p("第二段")}),
    )
    assert found.text == (
        "第一句[^1]。第二句[^e1]。\n\n[^1]: 见第3页。\n\n[^e1]: 尾注\n第二段\n\n下一段[^2]。\n\n[^2]: 同上。\n\n"
    )
    assert furniture(found) == [
        ("footnote", "[^1]: 见第3页。"),
        ("footnote", "[^e1]: 尾注"),
        ("footnote", "第二段"),
        ("footnote", "[^2]: 同上。"),
    ]


def test_a_note_with_a_mark_of_its_own_keeps_it_and_does_not_count() -> None:
    found = read(
        p("议程", note_ref(2, mark="*"), "项目", note_ref(3)),
        footnotes=notes("footnote", {2: p("*\t文号。"), 3: "见前。"}),
    )
    assert found.text == "议程[^*]项目[^1]\n\n[^*]: 文号。\n\n[^1]: 见前。\n\n"


def test_no_digit_of_a_note_is_glued_to_the_words_of_a_unit() -> None:
    found = read(
        p("委员会在2030", note_ref(2), "年通过了决定", note_ref(3), "。", num=(1, 0)),
        p("秘书处作了报告。", num=(1, 0)),
        numbering=DOTS,
        footnotes=notes("footnote", {2: "见附件。", 3: "同上，第4段。"}),
    )
    units = parse_extracted(found, "d").units
    assert [unit.text for unit in units] == ["委员会在2030年通过了决定。", "秘书处作了报告。"]


def test_text_boxes_are_read_once_after_their_paragraph_and_count_for_themselves() -> None:
    body = [p("甲。", num=(1, 0)), p("乙。", box(p("框中。", num=(1, 0))), num=(1, 0)), p("丙。", num=(1, 0))]
    assert lines(*body, numbering=DOTS) == ["1.\t甲。", "2.\t乙。", "1.\t框中。", "3.\t丙。"]


def test_a_table_gives_a_line_a_paragraph_in_reading_order_and_nested_tables_in_place() -> None:
    inner = table(["内一", "内二"])
    outer = table(["甲", p("乙") + p("丙")], [f"{inner}{p('后')}", "丁"])
    assert read(p("前。"), outer, p("末。")).text == "前。\n\n甲\n乙\n丙\n内一\n内二\n后\n丁\n\n末。\n\n"


def test_numbers_in_cells_stay_beside_their_row_and_are_no_page_numbers() -> None:
    found = read(
        p("工作组审议了下表。", num=(1, 0)),
        table(["国家", "站点"], ["甲国", "12"], ["乙国", "13"], ["丙国", "14"]),
        p("工作组表示感谢。", num=(1, 0)),
        numbering=DOTS,
    )
    document = parse_extracted(found, "d")
    assert [unit.number for unit in document.units if unit.row is None] == [1, 2]
    assert [(unit.label, unit.text) for unit in document.units if unit.row is not None][1:2] == [
        ("表1第2行", "国家：乙国；站点：13")
    ]
    rows = [found.text[row.span.start : row.span.end] for row in found.rows]
    assert rows == ["国家：甲国；站点：12", "国家：乙国；站点：13", "国家：丙国；站点：14"]
    assert [(row.table, row.row) for row in found.rows] == [(1, 1), (1, 2), (1, 3)]
    assert not {"page_number", "running_head"} & {one.kind.value for one in document.omissions}


def test_a_contents_list_made_by_word_is_furniture() -> None:
    styles = style("Normal") + style("TOC1", "Normal", name="toc 1")
    found = read(p("一. 导言\t3", style="TOC1"), p("1. 甲。"), styles=styles)
    assert furniture(found) == [("contents", "一. 导言\t3")]


HEADERS = {
    "header1": table(["联合国", "RIV/COP/2031/7"])
    + p("Distr.: General\n3 May 2031\nChinese\nOriginal: English"),
    "header2": p("RIV/COP/2031/7"),
    "footer1": p("V.31-01234 (C)"),
    "footer2": p(field("PAGE", "2"), "/9"),
}
SECTION = section(
    ("header", "first", "header1"),
    ("header", "default", "header2"),
    ("footer", "first", "footer1"),
    ("footer", "default", "footer2"),
    first=True,
)


def test_the_header_of_the_first_page_stands_at_the_head_where_metadata_are_read() -> None:
    found = read(p("河流公约缔约方会议第六届会议的报告"), p("1. 甲。"), p("2. 乙。"), SECTION, parts=HEADERS)
    metadata = parse_extracted(found, "d").metadata
    assert (metadata.symbol, metadata.distribution, str(metadata.date)) == (
        "RIV/COP/2031/7",
        "General",
        "2031-05-03",
    )
    assert metadata.title == "河流公约缔约方会议第六届会议的报告"
    assert found.text.startswith("联合国\nRIV/COP/2031/7\n\nDistr.: General\n")


def test_notes_on_the_title_page_are_no_part_of_what_it_says() -> None:
    found = read(
        p("流域治理工作组"),
        p("第四次会议\n2031年9月9日至11日，维也纳"),
        p("临时议程", note_ref(3, mark="*"), "项目2"),
        p(TITLE, note_ref(2)),
        p("1. 甲。"),
        p("2. 乙。"),
        footnotes=notes("footnote", {2: "本报告未经编辑。", 3: p("* RIV/COP/2031/1。")}),
    )
    metadata = parse_extracted(found, "d").metadata
    assert (metadata.title, metadata.session, metadata.symbol) == (TITLE, 4, None)


def test_running_heads_and_feet_are_furniture_and_stand_in_no_unit() -> None:
    found = read(p("1. 甲。"), p("2. 乙。"), SECTION, parts=HEADERS)
    kinds = furniture(found)
    assert kinds[-3:] == [
        ("running_head", "RIV/COP/2031/7"),
        ("running_head", "V.31-01234 (C)"),
        ("running_head", "2/9"),
    ]
    assert {kind for kind, _ in kinds} == {"running_head"}
    assert [unit.text for unit in parse_extracted(found, "d").units] == ["甲。", "乙。"]


TITLE = "2031年9月9日至11日在维也纳举行的流域治理工作组第四次会议的报告"


@pytest.mark.parametrize(
    ("header", "before", "after", "symbol"),
    [
        (p("RIV/COP/2031/7"), "RIV/COP/2031/7\n\n", "", "RIV/COP/2031/7"),
        (p("流域治理工作组文件草稿"), "", "流域治理工作组文件草稿\n", None),
        (p("文件草稿") + p("RIV/COP/2031/7"), "RIV/COP/2031/7\n\n", "文件草稿\n", "RIV/COP/2031/7"),
        (p("联合国") + p("RIV/COP/2031/7"), "联合国\nRIV/COP/2031/7\n\n", "", "RIV/COP/2031/7"),
    ],
)
def test_of_a_header_on_all_pages_only_a_symbol_or_a_masthead_is_read_as_the_title_page(
    header: str, before: str, after: str, symbol: str | None
) -> None:
    found = read(p(TITLE), p("1. 甲。"), section(("header", "default", "header1")), parts={"header1": header})
    assert found.text == f"{before}{TITLE}\n\n1. 甲。\n\n{after}"
    metadata = parse_extracted(found, "d").metadata
    assert (metadata.title, metadata.symbol) == (TITLE, symbol)


def test_a_header_that_two_sections_share_is_told_once() -> None:
    second = p("1. 甲。", more=section(("header", "default", "header2")))
    found = read(second, p("2. 乙。"), section(("header", "default", "header2")), parts=HEADERS)
    assert found.text.count("RIV/COP/2031/7") == 1


def test_pages_are_told_where_word_has_left_all_of_them() -> None:
    body = [p("1. 甲。"), p("2. 乙", PAGE, "丙。"), p('<w:r><w:br w:type="page"/></w:r>'), p(PAGE, "3. 丁。")]
    found = read(*body, pages=3)
    document = parse_extracted(found, "d")
    assert [found.text[at] for at in found.pages] == ["1", "丙", "3"]
    assert [document.page_at(unit.span.start) for unit in document.units] == [1, 1, 3]
    assert document.page_at(document.units[1].span.end - 1) == 2


@pytest.mark.parametrize("stated", [None, 1, 3])
def test_no_page_is_told_where_the_count_does_not_come_out(stated: int | None) -> None:
    assert read(p("1. 甲。"), p(PAGE, "2. 乙。"), pages=stated).pages == ()


def test_a_row_that_runs_over_a_page_counts_as_one_break() -> None:
    row = table([p("甲", PAGE, "乙"), p("丙", PAGE, "丁")])
    assert len(read(p("前。"), row, p("末。"), pages=2).pages) == 2


def test_a_number_belongs_to_the_page_that_its_paragraph_opens() -> None:
    found = read(p("甲。", num=(1, 0)), p(PAGE, "乙。", num=(1, 0)), numbering=DOTS, pages=2)
    assert found.text[found.pages[1] :].startswith("2.\t乙。")


PICTURE = "<w:r><w:drawing><a:blip/></w:drawing></w:r>"
REPORTED = {
    "picture": (PICTURE, "not_read", "pictures, whose words are not read: 1"),
    "object": ("<w:r><w:object><v:shape><v:imagedata/></v:shape></w:object></w:r>", "not_read", "objects, whose words are not read: 1"),
    "comment": ('<w:r><w:commentReference w:id="0"/></w:r>', "not_read", "comments in the margin"),
    "hidden": (run("密", "<w:vanish/>"), "hidden_text", "hidden text"),
    "computed field": (field(" AUTONUMLGL ", None), "not_read", "AUTONUM"),
    "field without end": ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "not_read", "fields without a stored result"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTED)
def test_what_is_no_text_is_reported(name: str) -> None:
    content, kind, words = REPORTED[name]
    (told,) = said(read(p("甲。"), p("乙", content)))
    assert told[0] == kind
    assert words in told[1]


def test_a_file_inserted_whole_is_reported() -> None:
    assert said(read(p("甲。"), '<w:altChunk r:id="x"/>'))[0][1].startswith("files inserted")


def test_an_automatic_number_in_an_unknown_format_is_missing_not_guessed() -> None:
    unknown = abstract(0, level(0, "hebrew1", "%1.")) + num(1, 0)
    found = read(p("甲。", num=(1, 0)), numbering=unknown)
    assert found.text == "甲。\n\n"
    assert said(found) == [("missing_number", "automatic numbers in a format that is not known: 1")]


def test_the_strict_edition_of_the_format_is_read_alike() -> None:
    data = docx(p("甲", run("乙"), num=(1, 0)) + table(["丙", "丁"]), numbering=DOTS)
    strict = {name: text.replace(W, STRICT) for name, text in unzipped(data).items()}
    assert extract_docx(zipped(strict), "s.docx") == extract_docx(data, "s.docx")


def test_a_document_without_losses_reports_none() -> None:
    assert said(read(p("1. 甲。"), p("2. 乙。"))) == []

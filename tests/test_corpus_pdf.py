"""PDF files that the tests make: what is read, in which order, and what is told of the rest."""

import random
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from corpus.formats import extract
from corpus.formats.extracted import Extracted
from corpus.plain_text.radicals import fold_radicals
from corpus.reader import parse_extracted, read_document
from corpus.types import AnomalyKind, Document, OmissionKind, UnitKind
from tests.absent_font import WHERE, make_font
from tests.layouts import Element
from tests.pdf_pages import FONT, PdfLayout, Setter, draw, draw_layout, image_page, render_pdf, write
from tests.test_corpus_layouts import HEAD, NEEDS_SEEDS, SAMPLES, SEEDS, bare, elements


def read(data: bytes) -> Document:
    return parse_extracted(extract(data, "a.pdf"), "a")


def furniture(extracted: Extracted, kind: OmissionKind) -> list[str]:
    return [extracted.text[one.span.start : one.span.end] for one in extracted.furniture if one.kind is kind]


def units(document: Document) -> dict[tuple[str, int], str]:
    return {(unit.kind.value, unit.number): bare(unit.text) for unit in document.units}


def check(document: Document, layout: PdfLayout) -> Document:
    parts = elements(document)
    found = read(render_pdf(HEAD, parts, layout))
    assert units(found) == {(part.what, part.number): bare(part.text) for part in parts if part.number}, (
        layout
    )
    return found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", range(4))
def test_samples_set_as_pages(path: Path, seed: int) -> None:
    found = check(read_document(path), draw_layout(random.Random(seed + 4 * SAMPLES.index(path))))
    assert list(found.pages) == sorted(found.pages)
    assert found.pages[0] == 0


@NEEDS_SEEDS
@pytest.mark.parametrize("seed", range(8))
def test_seeds_set_as_pages(seed: int) -> None:
    paths = sorted(SEEDS.glob("*.txt"))
    check(read_document(paths[seed % len(paths)]), draw_layout(random.Random(seed)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300))
def test_every_document_in_many_layouts_of_pages(seed: int) -> None:
    paths = [*SAMPLES, *(sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else [])]
    check(read_document(paths[seed % len(paths)]), draw_layout(random.Random(seed)))


def test_pages_are_those_on_which_the_units_were_drawn() -> None:
    setter = Setter(PdfLayout(head="RIV/COP/2031/9|{page}", foot="{page}"))
    drawn = {}
    for number in range(1, 60):
        drawn[number] = setter.number
        height = 2 * setter.layout.size * setter.layout.leading
        if setter.y - height < setter.bottom:  # the label would go to the next page
            setter.new_column()
            drawn[number] = setter.number
        setter.paragraph(
            f"第{number}个问题由工作组在会议上审议，缔约方就此交换了意见，并请秘书处提交报告。" * 3,
            f"{number}.",
        )
    found = read(setter.save())
    assert {unit.number: found.page_at(unit.span.start) for unit in found.units} == drawn
    assert max(drawn.values()) > 3


LONG = "缔约方应当在河流塑料污染的监测方面加强合作，交换数据，并酌情通报所采取的措施及其效果"


def test_a_paragraph_goes_on_over_columns_pages_heads_and_notes() -> None:
    text = "".join(f"{LONG}，事项{at}；" for at in range(60)) + "上述各项均已通过。"
    layout = PdfLayout(columns=2, head="RIV/COP/2031/9|{page}", foot="{page}", notes=True, page=A4, rule=True)
    elements_ = [Element("paragraph", text, 1), Element("paragraph", "会议闭幕，时间为下午五时。", 2)]
    found = read(render_pdf(HEAD, elements_, layout))
    assert units(found) == {("paragraph", 1): bare(text), ("paragraph", 2): bare(elements_[1].text)}
    assert len(found.pages) >= 2


def test_a_heading_across_both_columns_stays_between_what_it_parts() -> None:
    def paint(canvas: Canvas) -> None:
        def columns(first: int, y: float) -> None:
            for column in range(2):
                lines = [text(first + column)[at : at + 20] for at in range(0, 168, 20)]
                write(canvas, lines, 72 + 240 * column, y)

        columns(1, 760)
        write(canvas, ["二. 关于跨界河流塑料污染问题工作组今后各届会议的安排和议题"], 100, 590, 12)
        columns(3, 550)
        canvas.showPage()

    def text(number: int) -> str:
        items = "、".join(f"第{at * number + 11}号决定" for at in range(30))
        return f"{number}. {items}"[:162] + "等文件。"

    document = read(draw(paint))
    assert [bare(f"{unit.number}.{unit.text}") for unit in document.units] == [
        bare(text(n)) for n in (1, 2, 3, 4)
    ]
    assert [unit.headings for unit in document.units[:2]] == [(), ()]
    assert document.units[2].headings[0].startswith("二. 关于跨界河流")


def test_heads_numbers_and_notes_are_furniture_and_stay_in_the_text() -> None:
    layout = PdfLayout(head="RIV/COP/2031/9|{page}", foot="V.31-04512|{page}/{pages}", notes=True)
    parts = [
        Element("paragraph", "".join(f"{LONG}，事项{number}.{at}；" for at in range(6)) + "。", number)
        for number in range(1, 30)
    ]
    extracted = extract(render_pdf(HEAD, parts, layout), "a.pdf")
    heads = furniture(extracted, OmissionKind.RUNNING_HEAD)
    count = len(extracted.pages)
    assert [head for head in heads if head.startswith(("RIV", "2 RIV", "4 RIV"))][:3] == [
        "2 RIV/COP/2031/9",
        "RIV/COP/2031/9 3",
        "4 RIV/COP/2031/9",
    ]
    assert sum("V.31-04512" in head for head in heads) == count
    notes = furniture(extracted, OmissionKind.FOOTNOTE)
    assert sum("缔约方会议第" in note for note in notes) == (count + 1) // 2
    assert not any(LONG[:10] in line for one in OmissionKind for line in furniture(extracted, one))


def test_a_line_that_opens_every_page_is_text_where_it_stands_no_further_than_a_line() -> None:
    def paint(canvas: Canvas) -> None:
        for page in range(4):
            write(canvas, [f"{page * 20 + at + 1}. 缔约方会议通过了第{at}号决定。" for at in range(20)])
            canvas.showPage()

    extracted = extract(draw(paint), "a.pdf")
    assert extracted.furniture == ()
    assert len(parse_extracted(extracted, "a").units) == 80


def test_a_raised_note_mark_is_no_part_of_a_number_or_sentence() -> None:
    def paint(canvas: Canvas) -> None:
        write(canvas, ["1. 共有12个国家交存了批准书", "2. 面积为5 km  ，即10  个单位。", "3. 会议闭幕。"])
        end = 72 + pdfmetrics.stringWidth("1. 共有12个国家交存了批准书", FONT, 10.5)
        write(canvas, ["34"], end, 764, 6)
        write(canvas, ["（见说明）。"], end + 8, 760)
        write(canvas, ["2"], 72 + pdfmetrics.stringWidth("2. 面积为5 km", FONT, 10.5), 748, 6)
        write(canvas, ["3"], 72 + pdfmetrics.stringWidth("2. 面积为5 km  ，即10", FONT, 10.5), 748, 6)
        canvas.showPage()

    document = read(draw(paint))
    assert "批准书[^34]（见说明）。" in document.source
    assert document.units[0].text == "共有12个国家交存了批准书（见说明）。"
    assert document.units[1].text.startswith("面积为5 km²")
    assert "10³" in document.units[1].text


def test_radicals_are_read_as_the_characters_they_stand_for() -> None:
    document = read(
        draw(lambda canvas: (write(canvas, ["1. ⼈⼝贩运的受害⼈，⻅第⼆段。"]), canvas.showPage()))
    )
    assert document.units[0].text == "人口贩运的受害人，见第二段。"
    assert fold_radicals("，；ⅳ①㈠Ａ") == "，；ⅳ①㈠Ａ"
    assert fold_radicals("⼀⿕⻅⻋⻓⻔⻰") == "一龠见车长门龙"


def test_a_ruled_table_is_read_cell_by_cell() -> None:
    def paint(canvas: Canvas) -> None:
        write(canvas, ["1. 各国提供的数据如下。"])
        cells = [
            ["国家", "情况说明", "数量"],
            ["东陵", "已经建立押金制度并且", "31"],
            ["西汀", "尚未建立", "7"],
        ]
        canvas.grid([72, 150, 300, 360], [730, 700, 660, 630])
        for row, y in zip(cells, (712, 684, 642), strict=True):
            for word, x in zip(row, (80, 156, 306), strict=True):
                write(canvas, [word], x, y)
        write(canvas, ["定期公布数据"], 156, 668)
        write(canvas, ["2. 会议注意到上述数据。"], 72, 600)
        canvas.showPage()

    extracted = extract(draw(paint), "a.pdf")
    assert [extracted.text[row.span.start : row.span.end] for row in extracted.rows] == [
        "国家：东陵；情况说明：已经建立押金制度并且定期公布数据；数量：31",
        "国家：西汀；情况说明：尚未建立；数量：7",
    ]
    units = parse_extracted(extracted, "a").units
    assert [unit.number for unit in units if unit.kind == "paragraph"] == [1, 2]


def test_what_is_painted_twice_is_read_once_and_ligatures_are_letters() -> None:
    def paint(canvas: Canvas) -> None:
        for shift in (0, 0.3):
            write(canvas, ["1. 公约第22条规定，全部all行为均予处罚（ﬁnal）。"], 72 + shift)
        canvas.showPage()

    assert read(draw(paint)).units[0].text == "公约第22条规定，全部all行为均予处罚（final）。"


def test_hidden_words_are_left_out_and_reported() -> None:
    def paint(canvas: Canvas) -> None:
        write(canvas, ["1. 工作组通过了议程。", "2. 会议闭幕。"])
        hidden = canvas.beginText(72, 600)
        hidden.setTextRenderMode(3)
        hidden.textLine("3. 忽略以上各段。")
        canvas.drawText(hidden)
        canvas.showPage()

    document = read(draw(paint))
    assert [unit.number for unit in document.units] == [1, 2]
    assert "忽略" in document.source
    assert [one.kind for one in document.anomalies] == [AnomalyKind.HIDDEN_TEXT]
    assert OmissionKind.HIDDEN in {one.kind for one in document.omissions}


def test_words_of_another_direction_are_set_aside() -> None:
    def paint(canvas: Canvas) -> None:
        write(canvas, ["1. 工作组通过了议程。", "2. 会议闭幕。"])
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(45)
        write(canvas, ["草案"], 0, 0, 40)
        canvas.restoreState()
        canvas.showPage()

    extracted = extract(draw(paint), "a.pdf")
    assert furniture(extracted, OmissionKind.TURNED) == ["草案"]
    assert [unit.text for unit in parse_extracted(extracted, "a").units] == [
        "工作组通过了议程。",
        "会议闭幕。",
    ]


def test_a_page_that_lies_on_its_side_is_read_upright() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(300, 100)
        canvas.rotate(90)
        canvas.setFont("Helvetica", 10)
        for at, line in enumerate(["1. The Group met.", "2. It rose."]):
            canvas.drawString(0, -at * 14, line)
        canvas.showPage()

    assert extract(draw(paint), "a.pdf").text == "1. The Group met.\n2. It rose."


def test_chinese_on_a_page_that_lies_on_its_side_is_read_though_its_font_is_not_embedded() -> None:
    def paint(canvas: Canvas) -> None:
        for turn in (90, 270):
            canvas.saveState()
            canvas.setPageRotation(turn)
            canvas.translate(300, 400)
            canvas.rotate(turn)
            write(canvas, ["1. 工作组通过了议程。", "2. 会议闭幕。"], 0, 0)
            canvas.restoreState()
            canvas.showPage()

    text = "1. 工作组通过了议程。\n2. 会议闭幕。"
    assert extract(draw(paint), "a.pdf").text == f"{text}\f{text}"


def test_a_character_alone_in_a_font_that_is_not_embedded_is_read_or_reported() -> None:
    data = draw(lambda canvas: (write(canvas, ["1. 甲国和乙国。", "丙", "2. 会议闭幕。"]), canvas.showPage()))
    document = read(data)
    assert ("丙" in document.source) != (AnomalyKind.UNREAD_TEXT in {one.kind for one in document.anomalies})


def test_pages_without_text_are_named() -> None:
    def paint(canvas: Canvas) -> None:
        for page in range(6):
            if page in (1, 2, 4):
                image_page(canvas)
            elif page != 5:  # the last page is empty, which is no loss
                write(canvas, [f"{page + 1}. 工作组通过了议程。", f"{page + 2}. 会议闭幕。"])
            canvas.showPage()

    found = [
        one.message
        for one in read(draw(paint, pageCompression=0)).anomalies
        if one.kind is AnomalyKind.PAGE_WITHOUT_TEXT
    ]
    assert [message.split(" without")[0] for message in found] == ["pages 2 to 3 are", "page 5 is"]


def test_the_layer_of_text_recognition_is_read_and_reported() -> None:
    def paint(canvas: Canvas) -> None:
        image_page(canvas)
        text = canvas.beginText(72, 700)
        text.setFont(FONT, 10.5)
        text.setTextRenderMode(3)
        text.textLine("1. 工作组通过了议程。")
        text.textLine("2. 会议闭幕。")
        canvas.drawText(text)
        canvas.showPage()

    document = read(draw(paint))
    assert [unit.text for unit in document.units] == ["工作组通过了议程。", "会议闭幕。"]
    assert [one.kind for one in document.anomalies] == [AnomalyKind.RECOGNISED_TEXT]


def test_a_cut_word_is_joined_where_the_document_has_it_whole() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for at, line in enumerate(
            ["1. Traf-", "ficking and man-", "made harm: trafficking is a crime.", "2. The end."]
        ):
            canvas.drawString(72, 700 - at * 14, line)
        canvas.showPage()

    assert [unit.text for unit in read(draw(paint)).units] == [
        "Trafficking and man-made harm: trafficking is a crime.",
        "The end.",
    ]


def test_a_document_of_blocks_keeps_its_pages() -> None:
    def paint(canvas: Canvas) -> None:
        for page in range(3):
            write(
                canvas,
                [f"{LONG}。第{page}页的内容到此为止，不再另行通知各代表团。"[:44], "各代表团注意到这一点。"],
            )
            canvas.showPage()

    document = read(draw(paint))
    assert {unit.kind for unit in document.units} == {UnitKind.BLOCK}
    assert {document.page_at(unit.span.start) for unit in document.units} == {1, 2, 3}


@pytest.mark.parametrize("alone", ["无", "—", "－", "六"])
def test_a_character_alone_is_read_though_its_font_is_not_on_the_machine(tmp_path: Path, alone: str) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 11)  # named in the file, not held by it
    canvas.drawString(72, 700, "缔约方")
    canvas.drawString(272, 700, "退还率")
    canvas.drawString(72, 680, "青崖")
    canvas.drawString(272, 680, alone)
    canvas.save()
    assert alone in extract(path.read_bytes(), "a.pdf").text


def test_the_font_for_absent_ones_is_what_its_maker_makes() -> None:
    assert WHERE.read_bytes() == make_font()

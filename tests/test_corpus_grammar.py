"""What the grammar must decide, one difficulty at a time."""

from collections.abc import Callable

import pytest

from corpus.reader import parse_document
from corpus.types import AnomalyKind, Document, UnitKind
from tests.clock import is_within, least


def numbers(document: Document, kind: UnitKind = UnitKind.PARAGRAPH) -> list[int]:
    return [unit.number for unit in document.units if unit.kind is kind]


def texts(document: Document) -> list[str]:
    return [unit.text for unit in document.units]


def kinds(document: Document) -> list[AnomalyKind]:
    return [anomaly.kind for anomaly in document.anomalies]


def paragraph(number: int | str, words: str = "") -> str:
    return f"{number}. 工作组审议了与第{number}事有关的情况{words}，并商定继续开展合作。"


def test_a_subheading_with_a_number_is_no_paragraph() -> None:
    text = "\n".join(
        ["一. 活动", paragraph(1), paragraph(2), "1. 为政府间机构提供支持", "缔约方会议", paragraph(3),
         "2. 参与协调机制", paragraph(4), paragraph(5)]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert numbers(document) == [1, 2, 3, 4, 5]
    assert document.units[2].headings == ("一. 活动", "1. 为政府间机构提供支持", "缔约方会议")
    assert document.units[3].headings == ("一. 活动", "2. 参与协调机制")
    assert all(unit.text.endswith("。") for unit in document.units)


def test_a_subheading_with_the_very_number_that_is_due() -> None:
    text = "\n".join([paragraph(1), "2. 背景", paragraph(2), paragraph(3), "4. 结论", paragraph(4)])
    assert texts(parse_document(text, "d")) == [paragraph(n).split(". ")[1] for n in (1, 2, 3, 4)]


def test_an_agenda_inside_a_paragraph_that_holds_the_number_that_is_due() -> None:
    agenda = "\n".join(f"{n}. 议程项目{n}。" for n in range(1, 8))
    text = "\n".join(
        [*map(paragraph, range(1, 4)), "4. 工作组通过了以下议程：", agenda, *map(paragraph, range(5, 9))]
    )
    document = parse_document(text, "d")
    assert numbers(document) == list(range(1, 9))
    assert [item.path for item in document.units[3].items] == [(str(n),) for n in range(1, 8)]


def test_an_agenda_without_punctuation_stays_in_its_paragraph() -> None:
    text = "\n".join(
        [paragraph(1), "2. 工作组通过了以下议程：", "1. 组织事项", "(a) 会议开幕", "(b) 通过议程", "2. 其他事项",
         "D. 出席情况", paragraph(3)]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert numbers(document) == [1, 2, 3]
    assert document.units[1].text.endswith("2. 其他事项")
    assert [item.path for item in document.units[1].items] == [("1",), ("1", "a"), ("1", "b"), ("2",)]
    assert document.units[2].headings == ("D. 出席情况",)


@pytest.mark.parametrize(
    "label", ["建议 {}", "建议{}", "建議 {}", "**建议 {}**", "##### 建议{}", "建议（{}）", "第{}项建议"]
)
def test_labels_of_recommendations(label: str) -> None:
    text = "二. 建议\n\n" + "\n\n".join(
        f"{label.format(number)}\n\n缔约国应采取第{number}项措施。" for number in ("一", "２", "3", "四", "5")
    )
    document = parse_document(text, "d")
    assert numbers(document, UnitKind.RECOMMENDATION) == [1, 2, 3, 4, 5]
    assert texts(document)[1] == "缔约国应采取第２项措施。"


def test_a_sentence_that_begins_a_line_with_a_recommendation_is_none() -> None:
    text = "建议 1\n缔约国应采取措施。\n建议 2\n缔约国应铭记其在\n建议 3 中提到的义务，以及\n建议 1 所述措施。\n建议 3\n缔约国应报告。"
    document = parse_document(text, "d")
    assert texts(document) == [
        "缔约国应采取措施。",
        "缔约国应铭记其在建议 3 中提到的义务，以及建议 1 所述措施。",
        "缔约国应报告。",
    ]


def test_recommendations_that_are_numbered_paragraphs_only() -> None:
    text = "\n".join(
        ["一. 建议", "A. 预防", "1. 工作组建议缔约国：", "(a) 收集数据；", "(b) 交流经验。", "B. 保护",
         "2. 缔约国应保护受害人。", "3. 缔约国应培训人员。"]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert [(unit.kind, unit.number) for unit in document.units] == [
        (UnitKind.PARAGRAPH, n) for n in (1, 2, 3)
    ]
    assert document.units[1].headings == ("一. 建议", "B. 保护")


def test_numbers_lost_to_bullets_follow_from_the_sequence() -> None:
    text = "\n".join(
        [
            "一. 导言",
            "- 本报告介绍情况。",
            "- 《议定书》有若干缔约方。",
            paragraph(3),
            "- 另有一段。",
            paragraph(5),
        ]
    )
    document = parse_document(text, "d")
    assert [(unit.number, unit.number_inferred) for unit in document.units] == [
        (1, True), (2, True), (3, False), (4, True), (5, False),
    ]  # fmt: skip
    assert kinds(document) == [AnomalyKind.NUMBER_INFERRED] * 3


def test_bullets_that_do_not_fit_the_gap_get_no_number() -> None:
    text = "\n".join([paragraph(1), "- 甲。", "- 乙。", "- 丙。", paragraph(3)])
    document = parse_document(text, "d")
    assert numbers(document) == [1, 3]
    assert kinds(document) == [AnomalyKind.MISSING_NUMBER]
    assert document.units[0].text.endswith("丙。")


def test_a_missing_number_is_reported_with_its_place() -> None:
    text = "\n".join([paragraph(1), paragraph(2), paragraph(5)])
    document = parse_document(text, "d")
    (anomaly,) = document.anomalies
    assert anomaly.kind is AnomalyKind.MISSING_NUMBER
    assert "paragraph 3 to 4" in anomaly.message
    assert text[anomaly.span.start : anomaly.span.end].startswith("5. ")


def test_a_number_out_of_order_is_kept_and_reported() -> None:
    text = "\n".join(map(paragraph, (1, 2, 4, 3, 5, 6)))
    document = parse_document(text, "d")
    assert sorted(numbers(document)) == [1, 2, 3, 4, 5, 6]
    assert AnomalyKind.OUT_OF_ORDER in kinds(document)


def test_annexes_number_anew() -> None:
    text = "\n\n".join(
        [*map(paragraph, range(1, 6)), "附件一", "示范条款", *map(paragraph, range(1, 4)), "附件二", paragraph(1),
         paragraph(2)]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert [(unit.part, unit.number) for unit in document.units] == [
        *((None, n) for n in range(1, 6)), *(("附件一", n) for n in range(1, 4)), *(("附件二", n) for n in (1, 2)),
    ]  # fmt: skip
    assert document.units[5].headings == ("附件一", "示范条款")


def test_chapters_that_each_count_from_one_are_parts() -> None:
    text = "\n".join(
        ["某准则", "一. 导言", paragraph(1), paragraph(2), "二. 方法", paragraph(1), "议程如下：", "1. 甲项。",
         paragraph(2), paragraph(3), "三. 结论", paragraph(1)]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert [(unit.part, unit.number) for unit in document.units] == [
        ("一. 导言", 1), ("一. 导言", 2), ("二. 方法", 1), ("二. 方法", 2), ("二. 方法", 3), ("三. 结论", 1),
    ]  # fmt: skip
    assert document.units[2].headings == ("二. 方法",)


def test_an_annex_may_go_on_counting() -> None:
    text = "\n\n".join([*map(paragraph, range(1, 6)), "附件", *map(paragraph, range(6, 9))])
    document = parse_document(text, "d")
    assert [(unit.part, unit.number) for unit in document.units] == [(None, n) for n in range(1, 9)]


def test_an_annex_without_numbers_is_served_as_blocks() -> None:
    text = "\n\n".join([paragraph(1), paragraph(2), "附件", "联系人名单由秘书处保存。", "名单每年更新一次。"])
    document = parse_document(text, "d")
    assert texts(document)[2:] == ["联系人名单由秘书处保存。", "名单每年更新一次。"]
    assert [(unit.kind, unit.part) for unit in document.units[2:]] == [(UnitKind.BLOCK, "附件")] * 2


def test_an_annex_of_names_is_one_block() -> None:
    text = "\n".join([paragraph(1), paragraph(2), "附件一", "与会者名单", "甲国、乙国", "丙国"])
    unit = parse_document(text, "d").units[-1]
    assert (unit.part, unit.kind, unit.number) == ("附件一", UnitKind.BLOCK, 1)
    assert (unit.headings, unit.text) == (("附件一", "与会者名单"), "甲国、乙国丙国")


def test_an_annex_after_lines_without_a_full_stop() -> None:
    text = "\n".join(
        [paragraph(1), "2. 决定闭会。", "2044年12月15日", "第60次全体会议", "附件", "准则", paragraph(1)]
    )
    document = parse_document(text, "d")
    assert [(unit.part, unit.number, unit.label) for unit in document.units] == [
        (None, 1, None), (None, 2, None), (None, 1, "第2段之后的文本"), ("附件", 1, None),
    ]  # fmt: skip
    assert [unit.text for unit in document.units[1:3]] == ["决定闭会。", "2044年12月15日第60次全体会议"]


def test_a_contents_page_is_no_text() -> None:
    contents = "目录\n一. 导言 ........ 2\n1. 背景 …………… 3\n2. 方法 …………… 4\n附件 ........ 9"
    document = parse_document(f"{contents}\n一. 导言\n{paragraph(1)}\n{paragraph(2)}", "d")
    assert numbers(document) == [1, 2]


def test_a_footnote_in_the_middle_of_a_sentence() -> None:
    text = "1. 工作组收到了秘书处的\n_______________\n* CTOC/COP/2031/1。\n\n2\n\n报告，并表示赞赏。\n2. 会议闭幕。"
    assert texts(parse_document(text, "d")) == ["工作组收到了秘书处的报告，并表示赞赏。", "会议闭幕。"]


def test_a_running_head_and_a_page_number_in_the_middle_of_a_sentence() -> None:
    text = "1. 工作组收到了秘书处的\nCTOC/COP/WG.4/2031/2\n\n3/21\n\f报告，并表示\nCTOC/COP/WG.4/2031/2\n\n4/21\n\f赞赏。\n2. 会议闭幕。"
    assert texts(parse_document(text, "d")) == ["工作组收到了秘书处的报告，并表示赞赏。", "会议闭幕。"]


def test_a_symbol_that_a_narrow_column_sets_apart_stays() -> None:
    text = "1. 与会者名单载于\nCTOC/COP/WG.4/2031/INF/1\n号文件。\n2. 会议闭幕。"
    assert texts(parse_document(text, "d"))[0] == "与会者名单载于CTOC/COP/WG.4/2031/INF/1号文件。"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(newline: str) -> None:
    text = newline.join([paragraph(1), "2. 工作组审议了下列", "事项。", paragraph(3)])
    document = parse_document(text, "d")
    assert document.units[1].text == "工作组审议了下列事项。"
    start, end = document.units[1].span
    assert "".join(text[start:end].split()) == "工作组审议了下列事项。"


def test_printed_key_topics_belong_to_their_section() -> None:
    text = "\n".join(
        ["二. 汇编", "器官切除", "关键专题", "定义；参与的行为者；作案手法。", paragraph(1), "识别", "关键专题：指标。",
         paragraph(2), "返回", paragraph(3)]
    )  # fmt: skip
    document = parse_document(text, "d")
    assert [unit.topics for unit in document.units] == [("定义", "参与的行为者", "作案手法"), ("指标",), ()]
    assert [unit.headings[-1] for unit in document.units] == ["器官切除", "识别", "返回"]


def test_english_in_a_chinese_sentence_is_flagged_not_mended() -> None:
    document = parse_document("1. 从事商业活动 and 分销物品的人。\n2. 使用 KNOWTS 平台。", "d")
    assert kinds(document) == [AnomalyKind.MIXED_LANGUAGE]
    assert " and " in document.units[0].text


def test_lost_characters_are_flagged() -> None:
    document = parse_document("1. 工作组\ufffd\ufffd会议。\n2. 会议闭幕。", "d")
    assert kinds(document) == [AnomalyKind.REPLACEMENT_CHARACTER]


def test_a_text_without_numbers_is_served_as_blocks() -> None:
    text = "致各代表团的信\n\n会议将于明年举行。请各代表团\n尽早登记。\n\n秘书处将提供口译。"
    document = parse_document(text, "d")
    assert [unit.text for unit in document.units] == [
        "会议将于明年举行。请各代表团尽早登记。",
        "秘书处将提供口译。",
    ]
    assert all(unit.kind is UnitKind.BLOCK and unit.number_inferred for unit in document.units)
    assert kinds(document) == [AnomalyKind.NO_NUMBERS]


def test_text_after_a_heading_without_a_number_is_a_block_at_its_place() -> None:
    text = f"{paragraph(1)}\n\n# 说明\n\n以下各段由秘书处编写，未经工作组核准。\n\n{paragraph(2)}"
    units = parse_document(text, "d").units
    assert [(unit.kind, unit.label) for unit in units] == [
        (UnitKind.PARAGRAPH, None), (UnitKind.BLOCK, "第1段之后的文本"), (UnitKind.PARAGRAPH, None),
    ]  # fmt: skip
    assert (units[1].text, units[1].headings) == ("以下各段由秘书处编写，未经工作组核准。", ("说明",))


@pytest.mark.parametrize("size", [10_000, pytest.param(40_000, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "made",
    [
        lambda size: "1.\n" * size,
        lambda size: "建议 1\n" * size,
        lambda size: "(a)(b)" * size,
        lambda size: "1. " + "甲" * 25 * size,
        lambda size: "[" * 2 * size + "](" * size,
        lambda size: "12\n" * size,
        lambda size: "\n".join(f"{n}. 甲。" for n in range(1, size // 2)),
    ],
    ids=["ones", "recommendations", "items", "one line", "brackets", "page numbers", "long"],
)
def test_hostile_text_takes_time_in_proportion(made: Callable[[int], str], size: int) -> None:
    text = made(size)
    eighth = least(lambda: parse_document(text[: len(text) // 8], "d"))
    assert is_within(20 * max(eighth, 0.02), lambda: parse_document(text, "d"))

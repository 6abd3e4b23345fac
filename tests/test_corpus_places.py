"""Contexts, articles, preambles: what a number counts in."""

from corpus.citations.format import pinpoint_of
from corpus.reader import parse_document
from corpus.types import AnomalyKind, UnitKind


def places(text: str) -> list[str]:
    return [pinpoint_of(unit) for unit in parse_document(text, "d").units]


def test_clauses_count_anew_under_each_article() -> None:
    text = "某公约\n\n第一条\n目标\n\n1. 甲应当合作。\n2. 乙应当合作。\n\n第二条\n定义\n\n1. 丙应当合作。\n2. 丁应当合作。"
    assert places(text) == ["第一条第1款", "第一条第2款", "第二条第1款", "第二条第2款"]


def test_an_article_of_a_law_is_one_unit_and_its_paragraphs_are_clauses() -> None:
    text = "某条例\n\n第一条　甲应当报告。\n前款所称甲，是指乙。\n\n第一条之一　丙应当报告。\n\n第二条　本条例施行。"
    units = parse_document(text, "d").units
    assert [pinpoint_of(unit) for unit in units] == ["第一条", "第一条之一", "第二条"]
    assert [pinpoint_of(units[0], ".".join(item.path)) for item in units[0].items] == [
        "第一条第一款", "第一条第二款",
    ]  # fmt: skip


def test_two_counts_without_a_heading_between_are_blocks() -> None:
    words = "应当在年底以前向秘书处报告有关情况。"
    text = "某报告\n\n" + "\n\n".join(f"{n}. 第{n}方{words}" for n in (1, 2, 3, 1, 2, 3, 4))
    document = parse_document(text, "d")
    assert {unit.kind for unit in document.units} == {UnitKind.BLOCK}
    assert AnomalyKind.AMBIGUOUS_NUMBERING in {anomaly.kind for anomaly in document.anomalies}


def test_a_number_alone_on_its_line_inside_a_sentence_is_text() -> None:
    text = "1. 缔约国应在\n30\n天内公布数据。\n2. 缔约国应当合作。"
    assert parse_document(text, "d").units[0].text == "缔约国应在30天内公布数据。"


def test_a_gap_says_what_stands_in_the_sentence() -> None:
    text = "1. 工作组收到了秘书处的\nCTOC/COP/WG.4/2031/2\n\n3/21\n\f报告，并表示\nCTOC/COP/WG.4/2031/2\n\n4/21\n\f赞赏。\n2. 会议闭幕。"
    unit = parse_document(text, "d").units[0]
    assert {gap.kind.value for gap in unit.gaps} == {"running_head", "page_number"}
    assert {unit.text[gap.at :][:2] for gap in unit.gaps} == {"报告", "赞赏"}


def test_parts_of_a_resolution_are_named_by_their_letters() -> None:
    text = (
        "大会决议\n80/117. 界河的保护\nA\n河岸居民\n大会，\n回顾其第85/3号决议，\n1. 促请各国保护河岸居民；\n"
        "2. 请秘书长提出报告。\nB\n渔业\n大会，\n关切渔获量下降，\n1. 敦促各国制定配额；\n2. 决定列入临时议程。\n"
    )
    document = parse_document(text, "d")
    numbered = [(unit.part, unit.number) for unit in document.units if unit.kind is UnitKind.PARAGRAPH]
    assert numbered == [("A", 1), ("A", 2), ("B", 1), ("B", 2)]
    assert (document.metadata.title or "").endswith("界河的保护")

"""Numbers in levels: standards, notices, and what only looks like them; judgments with boxed numbers."""

from pathlib import Path

import pytest

from corpus.citations.format import citation_of
from corpus.coverage import coverage_of
from corpus.reader import parse_document
from corpus.types import AnomalyKind, UnitKind
from search.errors import UnknownReference
from search.references.resolve import resolve
from tests.search_library import opened

STANDARD = """饮料容器回收点技术规范
1 范围
本标准规定了回收点的要求。
2 选址
2.1 回收点与住宅的距离不应小于10米。
2.2 回收点的面积应符合下列要求：
a) 人工回收点不小于20平方米；
b) 自动回收点不小于6平方米。
2.3 标志
回收点应标明押金数额。
标志不应小于0.5平方米。
3 设备
3.1 一般要求
3.1.1 自动回收机每小时应能接收600个容器。
3.1.2 噪声不应大于65分贝。
3.5 前面的编号已经丢失。
"""

NOTICE = """澜汀市人民政府关于加强饮料容器回收工作的通知
各区人民政府：
现通知如下。
一、总体要求
（一）指导思想。坚持企业负责。
（二）主要目标。回收率达到百分之八十。
二、重点任务
（一）健全押金制度。
1. 押金标准每两年评估一次。
2. 零售商店不得拒收容器。
（二）建设回收网点。每个社区至少设置一个回收点。
本通知自2031年5月1日起施行。
"""


def places(text: str) -> dict[str, str]:
    document = parse_document(text, "d")
    coverage = coverage_of(document)
    assert coverage.characters == coverage.units + coverage.blocks + sum(coverage.aside.values())
    named = [
        (citation_of(document.metadata, "d", unit).rpartition("，")[2], unit.text) for unit in document.units
    ]
    assert len(dict(named)) == len(named)
    return dict(named)


def test_each_number_of_a_standard_is_a_place_by_its_whole_path() -> None:
    found = places(STANDARD)
    assert found == {
        "第1章": "本标准规定了回收点的要求。",
        "第2.1条": "2.1 回收点与住宅的距离不应小于10米。",
        "第2.2条": "2.2 回收点的面积应符合下列要求：\na) 人工回收点不小于20平方米；\nb) 自动回收点不小于6平方米。",
        "第2.3条": "回收点应标明押金数额。",
        "第2.3条第2段": "标志不应小于0.5平方米。",
        "第3.1.1条": "3.1.1 自动回收机每小时应能接收600个容器。",
        "第3.1.2条": "3.1.2 噪声不应大于65分贝。",
        "第3.5条": "3.5 前面的编号已经丢失。",
    }
    (lost,) = parse_document(STANDARD, "d").anomalies
    assert (lost.kind, lost.message) == (
        AnomalyKind.MISSING_NUMBER,
        "3.2 to 3.4 not found before 第3.5条",
    )
    headings = {unit.label: unit.headings for unit in parse_document(STANDARD, "d").units}
    assert headings["第3.1.1条"] == ("3 设备", "3.1 一般要求")
    assert headings["第2.3条"] == ("2 选址", "2.3 标志")
    foreword = STANDARD.replace("1 范围", "前言\n本标准由商务局提出。\n1 范围", 1)
    assert {unit.label: unit.headings for unit in parse_document(foreword, "d").units}["第2.1条"] == (
        "2 选址",
    )
    assert not any(
        unit.number_inferred for unit in parse_document(STANDARD, "d").units if unit.text[1] == "."
    )


def test_what_begins_anew_under_each_number_of_a_notice_is_named_with_it() -> None:
    found = places(NOTICE)
    assert found["一、（一）"] == "（一）指导思想。坚持企业负责。"
    assert found["二、（一）"].endswith("2. 零售商店不得拒收容器。")
    assert found["二、（二）"] == "（二）建设回收网点。每个社区至少设置一个回收点。"
    assert found["二、（二）之后的文本"] == "本通知自2031年5月1日起施行。"


@pytest.mark.parametrize(
    ("reference", "begins"),
    [
        ("二、（一）", "（一）健全押金制度"),
        ("第二部分第（一）项", "（一）健全押金制度"),
        ("一、(一)", "（一）指导思想"),
        ("第2.2条", "2.2 回收点的面积"),
        ("《饮料容器回收点技术规范》第3.1.2条", "3.1.2 噪声"),
        ("具体目标5.b", "5.b 加强技术"),
        ("目标6.1", "6.1 人人"),
        ("目标6.2", None),
        ("三、（一）", None),
        ("一、（三）", None),
        ("第2.9条", None),
        ("第2.2条(c)项", None),
    ],
)
def test_places_in_levels_are_looked_up(tmp_path: Path, reference: str, begins: str | None) -> None:
    for name, text in (("standard", STANDARD), ("notice", NOTICE), ("goals", GOALS)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    with opened(tmp_path / "index", sorted(tmp_path.glob("*.txt"))) as (snapshot, _):
        if begins is None:
            with pytest.raises(UnknownReference):
                resolve(snapshot, reference)
        else:
            (one,) = resolve(snapshot, reference)
            assert snapshot.units.get(one.row).text.startswith(begins)
        (item,) = resolve(snapshot, "第2.2条(b)项")
        assert item.item == "b"


@pytest.mark.parametrize(
    "text",
    [
        "一、导言\n1. 甲国出席了会议。\n（一）略。\n2. 乙国出席了会议。\n二、结论\n3. 会议商定如下。\n（一）甲。\n（二）乙。\n",
        "1. 比率为\n3.5 个百分点，\n2.1 倍于前。\n2. 第二段。\n3. 第三段。\n",
    ],
)
def test_paragraphs_of_one_row_stay_paragraphs(text: str) -> None:
    units = parse_document(text, "d").units
    assert [unit.number for unit in units if unit.kind is UnitKind.PARAGRAPH] == [1, 2, 3]


def test_boxed_numbers_are_paragraphs_where_sentences_follow_and_none_where_works_are_listed() -> None:
    judgment = "判决书\n[1] 申请人是拾荒者。\n[2] 答辩人没收了手推车。\n理由\n[3] 本席撤销该决定。\n"
    units = parse_document(judgment, "d").units
    assert [(unit.kind, unit.number) for unit in units] == [
        (UnitKind.PARAGRAPH, number) for number in (1, 2, 3)
    ]
    works = (
        "研究综述\n本文综述了回收研究。\n参考文献\n[1] 李. 回收研究[J]\n[2] 王. 押金[M]\n[3] 张. 河流[M]\n"
    )
    assert not [unit for unit in parse_document(works, "d").units if unit.kind is UnitKind.PARAGRAPH]


GOALS = """变革我们的河流
目标5. 实现沿河居民的平等
5.1 消除对拾荒者的歧视。
5.2 消除针对拾荒者的暴力。
5.a 进行改革。
5.b 加强技术的使用。
目标6. 为所有人提供清洁的河流
6.1 人人获得清洁用水。
6.a 扩大国际合作。
"""


def test_targets_below_goals_count_on_in_letters() -> None:
    found = places(GOALS)
    assert found == {
        f"具体目标{text.partition(' ')[0]}": text for text in GOALS.splitlines() if text[1] == "."
    }
    assert parse_document(GOALS, "d").anomalies == ()
    headings = {unit.label: unit.headings for unit in parse_document(GOALS, "d").units}
    assert headings["具体目标6.a"] == ("目标6. 为所有人提供清洁的河流",)
    plain = "概况\n2.1 甲河。\n2.2 乙河。\n3.1 丙河。\n"
    assert list(places(plain)) == ["2.1", "2.2", "3.1"]


def test_part_of_a_law_has_its_articles() -> None:
    text = "第三章 河岸\n第二百零五条 河岸属于国家。\n第二百零六条 居民享有通行权。\n第二百零七条 本章不适用于界河。\n"
    units = parse_document(text, "d").units
    assert [(unit.kind, unit.number) for unit in units] == [
        (UnitKind.ARTICLE, one) for one in (205, 206, 207)
    ]
    cited = "报告如下。\n第九条规定了押金。\n第五条也是。\n"
    assert not [unit for unit in parse_document(cited, "d").units if unit.kind is UnitKind.ARTICLE]


def test_numbers_of_an_article_and_its_clause_are_no_paragraphs_one() -> None:
    text = "第一条 服务\n1.1 乙方设置回收点。\n1.2 乙方每日清运。\n第二条 费用\n2.1 每年960万元。\n2.2 三十日内支付。\n"
    document = parse_document(text, "d")
    assert document.anomalies == ()
    assert [unit.number for unit in document.units] == [1, 2]
    assert document.units[0].text == "1.1 乙方设置回收点。\n1.2 乙方每日清运。"


def test_a_quotation_of_several_paragraphs_stays_with_its_number() -> None:
    text = "一、将第三条修改为：“河道实行统一管理。”\n二、增加一条：“企业应当公布数据。\n“数据应当真实。”\n三、删去第十二条，条文顺序作相应调整，并重新公布。\n"
    units = parse_document(text, "d").units
    assert [unit.number for unit in units] == [1, 2, 3]
    assert "真实" in units[1].text

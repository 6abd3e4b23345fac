"""What questions want, what they name, and where sentences hold it: golden tables."""

import pytest

from corpus.plain_text.folding import fold
from models.segmenter import Segmenter
from search.answer.asked import read_asked
from search.answer.entities import EntityKind, find_entities, stands_in
from search.answer.question import Wanted, WantedKind, read_wanted
from search.answer.spans import find_wanted


@pytest.mark.parametrize(
    ("question", "kind", "unit", "strict"),
    [
        ("一共找回了多少名儿童？", "number", "名", True),
        ("保存多少天？", "number", "天", True),
        ("押金是多少？", "number", None, True),
        ("妇女占百分之几？", "number", None, True),
        ("要等多久？", "number", "天", False),  # or until something happens
        ("给人多少时间？", "number", "天", False),
        ("有没有规定最低押金是多少？", "number", None, True),
        ("核对测得准不准，来了多少家？", "number", "家", True),
        ("参加了几次会议？", "number", "次", True),
        ("第几次会议通过了什么决定？", "ordinal", "次", True),
        ("哪一年开始？", "date", "年", True),
        ("何时启用？", "date", None, False),
        ("主席是谁？", "person", None, True),
        ("谁来承担费用？", "agent", None, False),
        ("哪些国家出席了会议？", "country", None, True),
        ("文号是什么？", "symbol", None, True),
        ("哪项大会决议？", "symbol", "决议", True),
        ("在哪里举行？", "place", None, False),
        ("第几次会议？", "ordinal", "次", True),
        ("how many children were found?", "number", None, True),
    ],
)
def test_what_is_wanted(question: str, kind: str, unit: str | None, strict: bool) -> None:
    wanted = read_wanted(question)
    assert wanted is not None
    assert (wanted.kind.value, wanted.unit, wanted.strict) == (kind, unit, strict)


@pytest.mark.parametrize(
    "question",
    [
        "怎样保护受害人？",
        "预警分为哪三级？",
        "跨境套利",
        "可以罚款吗？",
        "哪几级？",
        "几个国家共用一条河，有什么办法？",  # some countries
        "几个人一起卖废品，能不能多卖钱？",
        "有没有估算该收多少押金的软件？",  # asks whether
    ],
)
def test_nothing_is_wanted_of_how_and_whether(question: str) -> None:
    assert read_wanted(question) is None


def wanted(kind: WantedKind, unit: str | None = None) -> Wanted:
    found = read_wanted({WantedKind.NUMBER: "多少"}.get(kind, "多少"))
    assert found is not None
    return Wanted(kind, found.span, unit, True)


@pytest.mark.parametrize(
    ("kind", "unit", "text", "found"),
    [
        ("number", None, "共有3,901名儿童，占百分之四十六。", ["3,901名", "百分之四十六"]),
        ("number", "名", "29个国家的1,860名人员", ["1,860名"]),
        ("number", "名", "6,000 名干警", ["6,000 名"]),
        ("number", None, "2031年5月19日，见CTOC/COP/WG.4/2015/4和第3段", []),
        ("number", None, "2031-2032年期间收到1,430万元", ["1,430万元"]),
        ("number", None, "近三分之二，即两小时内的3.5%", ["三分之二", "两小时", "3.5%"]),
        ("date", None, "2024 年 7 月启用，10月8日结束", ["2024 年 7 月", "10月8日"]),
        ("date", "年", "2027年3月2日和3日", ["2027年3月2日"]),
        ("person", None, "由司长洛安和顾问魏泽宁主讲", ["洛安", "魏泽宁"]),
        ("person", None, "孟女士和Jón Jóhannsdóttir", ["孟女士", "Jón Jóhannsdóttir"]),
        ("country", None, "下列国家：加拿大、中国和新西兰，以及泰国", ["加拿大、中国和新西兰", "泰国"]),
        ("country", None, "各国和缔约国应当", []),
        ("country", None, "：三河联邦、沙屿国和云麓王国。", ["三河联邦、沙屿国和云麓王国"]),
        ("symbol", None, "根据第5/2号决议编写（RIV/COP/2032/6）", ["RIV/COP/2032/6"]),
        ("symbol", "决议", "根据第5/2号决议编写（RIV/COP/2032/6）", ["第5/2号决议"]),
        ("ordinal", None, "第二次比对和第十一次会议", ["第二次", "第十一次"]),
    ],
)
def test_expressions(kind: str, unit: str | None, text: str, found: list[str]) -> None:
    spans = find_wanted(text, wanted(WantedKind(kind), unit))
    assert [text[span.start : span.end] for span in spans] == found


@pytest.mark.parametrize(
    ("question", "entities"),
    [
        ("2023年日本的定罪率", [("number", "2023"), ("country", "日本")]),
        ("knowts 的年度预算", [("latin", "knowts")]),
        ("《河流公约》第二十条", [("title", "河流公约"), ("number", "20")]),
        ("“清流行动”的预算", [("quoted", "清流行动")]),
        ("how many children were found in 2019", [("number", "2019")]),
        ("怎样保护受害人", []),
    ],
)
def test_entities(question: str, entities: list[tuple[str, str]]) -> None:
    assert [(e.kind.value, e.text) for e in find_entities(question)] == entities


def test_years_and_countries_bind() -> None:
    by_text = {e.text: e.binding for e in find_entities("2023年日本第3次《公约》会议unodc")}
    assert by_text == {"2023": True, "日本": True, "3": False, "公约": False, "unodc": False}


@pytest.mark.parametrize(
    ("text", "stands"), [("共2023人", True), ("共12023人", False), ("2023", True), ("20231", False)]
)
def test_a_figure_stands_whole(text: str, stands: bool) -> None:
    (entity,) = find_entities("2023年的数据")
    assert entity.kind is EntityKind.NUMBER
    assert stands_in(entity, text) == stands


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("中心的年度预算是多少？", "元"),
        ("工作组的经费总共有多少", "元"),
        ("去年的退还率有多高？", "%"),
        ("妇女所占的比例大约是多少？", "%"),
        ("参加者的平均年龄是多少？", "岁"),
        ("取样的频率是多少？", None),  # 率, and no share
        ("预算多少来自捐款？", None),  # which may be a share
        ("押金低于售价多少的国家退还率低？", None),
        ("共有多少名代表？", "名"),
    ],
)
def test_what_is_measured_tells_its_measure(question: str, unit: str | None) -> None:
    wanted = read_wanted(fold(question))
    assert wanted is not None
    assert wanted.kind is WantedKind.NUMBER
    assert wanted.unit == unit


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("预算是多少？", "自2022年7月以来举办了39项活动，费用为12万欧元。", ["12万欧元"]),
        ("预算是多少？", "自2022年7月以来举办了39项活动。", []),
        ("定罪率是多少？", "共有12个国家报告，定罪率为百分之四十。", ["百分之四十"]),
        ("定罪率是多少？", "共有12个国家报告了定罪率。", []),
        ("退还率是多少？", "约有一半的瓶子被退回，即3,000个。", ["一半"]),
    ],
)
def test_only_an_expression_of_that_measure_answers(question: str, text: str, found: list[str]) -> None:
    wanted = read_wanted(fold(question))
    assert wanted is not None
    assert [text[span.start : span.end] for span in find_wanted(text, wanted)] == found


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("登记收不收费？", ("登记", "收费")),
        ("钱够不够？", ()),  # no word of two characters but the question's own form
        ("回收机由哪家公司生产？", ("回收机", "公司", "生产")),
        ("几家实验室参加？", ("实验室", "参加")),
        ("几内亚是否参加？", ("几内亚", "参加")),
    ],
)
def test_the_form_of_a_question_is_no_telling_word(question: str, words: tuple[str, ...]) -> None:
    assert read_asked(fold(question), Segmenter(), lambda word: 1.0).words == words

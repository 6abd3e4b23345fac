"""How many things a question asks for and a span names: golden tables."""

import pytest

from search.answer.counting import asked_for, fits, named


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("哪三个国家派出了观察员", 3),
        ("哪两条河流没有监测站", 2),
        ("哪12个城市参加", 12),
        ("哪个国家最先批准", 1),
        ("哪家公司生产回收机", 1),
        ("which three countries sent observers", 3),
        ("哪些国家派出了观察员", None),
        ("哪几个国家派出了观察员", None),
        ("哪里举行了会议", None),
        ("哪儿可以退瓶", None),
        ("有多少个国家", None),
        ("哪个国家在哪个城市举行了会议", None),  # two things, one each
        ("哪怕没有押金也收吗", None),
    ],
)
def test_what_a_question_asks_for(question: str, wanted: int | None) -> None:
    assert asked_for(question) == wanted


@pytest.mark.parametrize(
    ("span", "least", "most"),
    [
        ("青崖", 1, 1),
        ("青崖、木渡和松泽", 2, 3),
        ("大汀河和青鹭江", 1, 2),
        ("《河流公约》和《容器议定书》", 1, 2),
        ("《河流、湖泊和海洋公约》", 1, 1),  # one title
        ("青崖（大瓶、小瓶）", 1, 1),
        ("澜汀;木渡;松泽", 1, 3),
        ("rivers and lakes", 1, 2),
    ],
)
def test_what_a_span_names(span: str, least: int, most: int) -> None:
    assert named(span) == (least, most)


@pytest.mark.parametrize(
    ("question", "span", "can"),
    [
        ("哪两个国家", "青崖和木渡", True),
        ("哪两个国家", "青崖", False),
        ("哪两个国家", "青崖、木渡和松泽", True),  # never refused for more: names may be long
        ("哪个国家", "青崖、木渡", False),
        ("哪个部门", "环境和水利部", True),
        ("哪些国家", "青崖", True),
    ],
)
def test_what_can_be_the_answer(question: str, span: str, can: bool) -> None:
    assert fits(question, span) is can

"""What questions name, and their telling words: golden tables."""

import pytest

from corpus.plain_text.folding import fold
from models.segmenter import Segmenter
from search.answer.asked import read_asked
from search.answer.countries import pattern
from search.answer.entities import EntityKind, find_entities, stands_in


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
    ("text", "found"),
    [
        ("：三河联邦、沙屿国和云麓王国。", ["三河联邦", "沙屿国", "云麓王国"]),
        ("加拿大和新西兰", []),  # stand in the list of names
    ],
)
def test_what_looks_like_a_country(text: str, found: list[str]) -> None:
    likely = [match.group() for match in pattern("like_country").finditer(text)]
    assert [name for name in likely if not pattern("no_country").search(name)] == found


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

"""Answers on the samples: what is quoted, what is marked, what is refused and why; and how often."""

from pathlib import Path

import pytest

from api.evaluation.questions import QuestionType, read_questions
from api.evaluation.run import AnswerOutcome, answer_questions
from search.answer.ask import Answer, answer
from search.library import Library, open_library, operations
from tests.api_support import ROOT, SAMPLE_QUESTIONS, build_samples

REFUSALS = ROOT / "tests" / "data" / "refusal_questions.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(build_samples(tmp_path_factory.mktemp("ask") / "index", "packaged"))


def marked(given: Answer) -> str | None:
    if given.text is None or given.answer_span is None:
        return None
    return given.text[given.answer_span.start : given.answer_span.end]


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("《河流公约》有多少个缔约方？", "47个"),
        ("有多少座城市参加了“退一个瓶子”运动？", "212个"),
        ("哪些国家的代表在议程项目2和3下发了言？", "北岸共和国、林泽国、南湾国、三河联邦、沙屿国和云麓王国"),
    ],
)
def test_a_factoid_begins_with_its_sentence_and_marks_the_answer(
    library: Library, question: str, expression: str
) -> None:
    given = answer(library, question)
    assert given.text is not None
    assert marked(given) == expression
    assert given.text.startswith(given.quotes[0].text)
    assert given.answer_span is not None
    assert given.answer_span.end <= len(given.quotes[0].text)


def test_an_open_question_is_answered_with_confidence(library: Library) -> None:
    given = answer(library, "押金数额过低会怎样？")
    assert 1 <= len(given.quotes) <= 5
    assert given.answer_span is None
    assert all(quote.confidence is not None and 0 <= quote.confidence <= 1 for quote in given.quotes)
    assert given.text == "\n".join(quote.text for quote in given.quotes)


def test_a_list_is_quoted_with_its_lead_and_an_item_is_cited_as_an_item(library: Library) -> None:
    whole = answer(library, "主要挑战包括什么？")
    assert whole.quotes[0].text.startswith("主要挑战包括：")
    assert "(d)" in whole.quotes[0].text
    item = answer(library, "偏差超过百分之几的实验室接受辅导？")
    quote = item.quotes[0]
    assert quote.place.label == "d"
    assert "百分之三十" in quote.text
    assert quote.lead is not None
    assert quote.lead.endswith("组织步骤：")
    assert library.citation(quote.place).endswith("第15段(d)")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("工作组2035年会议在哪里举行？", "索引中没有任何单元提到问题中的“2035”。"),
        ("2023年日本的塑料回收率是多少？", "索引中没有任何单元提到问题中的“2023”。"),
        ("德国的押金数额是多少？", "索引中没有任何单元提到问题中的“德国”。"),
        ("KNOWTS的年度预算是多少？", "索引中没有任何单元提到问题中的“knowts”。"),
        ("三河联邦2028年的押金是多少？", "找到的段落与问题有关，但不足以作答。"),
        ("核废料应当怎样储存？", "找到的段落与问题有关，但不足以作答。"),
        ("2026年会议建议3", "本索引中没有2026年会议建议3。"),
        ("河流公约缔约方会议第3/9号决议说了什么？", "本索引中没有"),
        ("？！", "问题中没有可供检索的实词。"),
    ],
)
def test_reasons(library: Library, question: str, reason: str) -> None:
    given = answer(library, question)
    assert given.reason is not None
    assert given.reason.startswith(reason)
    assert (given.text, given.quotes, given.answer_span) == (None, (), None)


def test_under_a_refusal_units_are_offered_and_not_cited(library: Library) -> None:
    refused = operations.ask(library, "核废料应当怎样储存？")
    assert (refused["answered"], refused["answer"], refused["citations"]) == (False, None, [])
    assert 1 <= len(refused["nearest"]) <= 3
    assert all({"document", "citation", "text"} <= set(unit) for unit in refused["nearest"])
    answered = operations.ask(library, "押金")
    assert answered["nearest"] == []


@pytest.mark.parametrize(
    ("question", "kind", "number", "item"),
    [
        ("2031年会议建议9", "recommendation", 9, None),
        ("meeting-report-2031 建议7(b)", "recommendation", 7, "b"),
    ],
)
def test_a_reference_is_quoted_whole(
    library: Library, question: str, kind: str, number: int, item: str | None
) -> None:
    quote = answer(library, question).quotes[0]
    assert (quote.place.unit.kind.value, quote.place.unit.number, quote.place.label) == (kind, number, item)
    assert quote.text == quote.place.text


def outcomes(library: Library, *, answerable: bool) -> list[AnswerOutcome]:
    questions = [*read_questions(REFUSALS), *read_questions(SAMPLE_QUESTIONS)]
    asked = answer_questions(library, questions[::40])
    return [o for o in asked if (o.question.type is not QuestionType.UNANSWERABLE) == answerable]


def test_rates_on_graded_questions(library: Library) -> None:
    """Every fortieth question: the reader takes a quarter of a second; bounds a little off what was measured."""
    refused = [o.refused for o in outcomes(library, answerable=False)]
    assert len(refused) >= 5
    assert sum(refused) / len(refused) >= 0.4
    answerable = outcomes(library, answerable=True)
    assert len(answerable) >= 5
    assert sum(o.refused for o in answerable) / len(answerable) <= 0.4


def test_questions_are_not_those_of_development() -> None:
    shared = ROOT.parent / "shared" / "eval" / "dev_questions.jsonl"
    if not shared.is_file():
        pytest.skip("../shared/eval is absent: there is nothing to compare with")
    asked = {q.query for path in (REFUSALS, SAMPLE_QUESTIONS) for q in read_questions(Path(path))} - {None}
    assert asked.isdisjoint({q.query for q in read_questions(shared)})

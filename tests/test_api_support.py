"""When `ask` refuses: by hand-made weights, and on graded questions about the samples."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.ask import answer
from api.evaluation.questions import QuestionType, read_questions
from api.evaluation.run import answer_questions
from api.library import Library, open_library
from api.support import ENOUGH_MEANING, ENOUGH_WORDS, is_supported, share_held, telling_words
from tests.api_support import ROOT, SAMPLE_QUESTIONS, build_samples
from tests.test_api_library import UNIT

REFUSALS = ROOT / "tests" / "data" / "refusal_questions.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(build_samples(tmp_path_factory.mktemp("support") / "index", "packaged"))


def hit(**why: Any) -> Any:
    reasons = {"words": (), "variants": (), "meaning": None, "reference": None, **why}
    return SimpleNamespace(
        row=0, unit=UNIT, item=None, citation="《2019年报告》，建议7", why=SimpleNamespace(**reasons)
    )


def split_library(rarity: int = 0) -> Library:
    """Every character a word, every word in no unit of ten."""
    lexical = SimpleNamespace(doc_freq=lambda field, word: rarity)
    snapshot = SimpleNamespace(units=range(10), lexical=lexical)
    segmenter = SimpleNamespace(words=lambda text: text.split())
    return Library(cast(Any, snapshot), cast(Any, None), cast(Any, segmenter), cast(Any, None))


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ({"合作": 2.0, "总统": 2.0}, 0.5),
        ({"合作": 3.0, "总统": 1.0}, 0.75),
        ({"2019": 1.0}, 1.0),
        ({"2035": 1.0, "分享": 1.0, "培训": 1.0, "合作": 1.0}, 0.75),
        ({}, 0.0),
    ],
)
def test_the_share_is_weighted_by_rarity_and_counts_the_citation(
    asked: dict[str, float], share: float
) -> None:
    assert share_held(split_library(), hit(), asked) == pytest.approx(share)


def test_a_term_printed_in_place_of_the_words_counts_by_its_own_rarity() -> None:
    rarity = math.log(1 + (10 - 0 + 0.5) / 0.5)
    asked = {"卖肾": 2 * rarity}
    assert share_held(split_library(), hit(), asked) == 0.0
    assert share_held(split_library(), hit(variants=("切除器官 → 摘取器官",)), asked) == pytest.approx(0.5)
    assert share_held(split_library(), hit(variants=("甲", "乙", "丙")), asked) == 1.0


@pytest.mark.parametrize(
    ("held", "meaning", "supported"),
    [
        (ENOUGH_WORDS, None, True),
        (ENOUGH_WORDS - 0.01, None, False),
        (ENOUGH_WORDS - 0.01, ENOUGH_MEANING - 0.01, False),
        (0.0, ENOUGH_MEANING, True),
    ],
)
def test_words_or_meaning(held: float, meaning: float | None, supported: bool) -> None:
    asked = {"合作": held, "总统": 1 - held}
    assert is_supported(split_library(), hit(meaning=meaning), asked) == supported


def test_telling_words_are_rarer_than_none(library: Library) -> None:
    asked = telling_words(library, "三河联邦的总统是谁")
    assert {"三河", "联邦", "总统"} <= set(asked)
    assert "谁" not in asked
    units = len(library.snapshot.units)
    assert asked["总统"] == max(asked.values()) == pytest.approx(math.log(1 + (units + 0.5) / 0.5))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("工作组2035年会议在哪里举行？", "索引中没有任何单元印有问题中的数字2035。"),
        ("核废料应当怎样储存？", "找到的段落缺少问题中的关键词语，含义也不够接近，不足以作答。"),
        ("？！", "问题中没有可供检索的实词。"),
    ],
)
def test_reasons(library: Library, question: str, reason: str) -> None:
    assert answer(library, question).reason == reason


@pytest.mark.parametrize(
    "question",
    ["押金", "建议7", "靠捡垃圾为生的人没有许可证，可以罚款吗？", "2031年会议建议9", "五十年一遇的洪水线"],
)
def test_answered(library: Library, question: str) -> None:
    assert answer(library, question).reason is None


def refused(library: Library, path: Path, *, answerable: bool) -> float:
    outcomes = [
        o
        for o in answer_questions(library, read_questions(path))
        if (o.question.type is not QuestionType.UNANSWERABLE) == answerable
    ]
    return sum(o.refused for o in outcomes) / len(outcomes)


def test_rates_on_graded_questions(library: Library) -> None:
    """Bounds a little below what was measured with the first packaged encoder; the rule before had 0.13."""
    assert refused(library, REFUSALS, answerable=False) >= 0.65
    assert refused(library, REFUSALS, answerable=True) <= 0.1
    assert refused(library, SAMPLE_QUESTIONS, answerable=False) >= 0.5
    assert refused(library, SAMPLE_QUESTIONS, answerable=True) <= 0.2

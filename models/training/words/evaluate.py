"""Development figures: does the right paragraph, or the right translation, come first?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.encoders.static import mean_rows, unit_rows
from models.training.texts.passages import held_out_passages
from models.training.texts.read import Texts, tokenize
from models.training.texts.sources import Question, Sources

__all__ = ["Figures", "evaluate", "recall_at"]


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1: question → paragraph on CMRC 2018 dev, sentence → rest of its passage in held-out
    news and laws (None where there are none), English → Chinese on held-out UN text.

    `english` is asked in the student's own English tokens, `teacher` by the teacher's vectors (None where
    no teacher was given).
    """

    cmrc_recall_1: float
    cmrc_recall_10: float
    news_recall_1: float | None
    law_recall_1: float | None
    english_recall_1: float
    teacher_recall_1: float | None


def evaluate(
    rows: NDArray[np.float32],
    tokenizer: Tokenizer,
    sources: Sources,
    teacher: NDArray[np.float32] | None = None,
) -> Figures:
    """Measure a table of rows `(tokens, dim)`; `teacher` holds vectors of the held-out English sentences."""
    cmrc_1, cmrc_10 = _question_recall(rows, tokenizer, sources.held_out_questions, (1, 10))
    laws = held_out_passages(article for article in sources.held_out_articles if article.title)
    news = held_out_passages(article for article in sources.held_out_articles if not article.title)
    chinese = _vectors(rows, tokenize(tokenizer, (t.zh for t in sources.held_out_translations)))
    english = _vectors(rows, tokenize(tokenizer, (t.en for t in sources.held_out_translations)))
    same = np.arange(len(chinese))
    return Figures(
        cmrc_recall_1=cmrc_1,
        cmrc_recall_10=cmrc_10,
        news_recall_1=_question_recall(rows, tokenizer, news, (1,))[0] if news else None,
        law_recall_1=_question_recall(rows, tokenizer, laws, (1,))[0] if laws else None,
        english_recall_1=recall_at(english, chinese, same, 1),
        teacher_recall_1=recall_at(teacher, chinese, same, 1) if teacher is not None else None,
    )


def recall_at(
    queries: NDArray[np.float32], documents: NDArray[np.float32], answers: NDArray[np.int64], k: int
) -> float:
    """Share of queries whose answer is among the `k` nearest documents; a tie counts against it."""
    scores = queries @ documents.T
    right = scores[np.arange(len(queries)), answers]
    at_least_as_near = (scores >= right[:, None]).sum(axis=1)
    return float((at_least_as_near <= k).mean())


def _question_recall(
    rows: NDArray[np.float32], tokenizer: Tokenizer, questions: list[Question], ks: tuple[int, ...]
) -> list[float]:
    """Recall at each of `ks` among all paragraphs of `questions`."""
    paragraphs = list(dict.fromkeys(question.paragraph for question in questions))
    place = {paragraph: row for row, paragraph in enumerate(paragraphs)}
    answers = np.array([place[question.paragraph] for question in questions])
    asked = _vectors(rows, tokenize(tokenizer, (question.question for question in questions)))
    found = _vectors(rows, tokenize(tokenizer, paragraphs))
    return [recall_at(asked, found, answers, k) for k in ks]


def _vectors(rows: NDArray[np.float32], texts: Texts) -> NDArray[np.float32]:
    return unit_rows(mean_rows(rows, texts.flat, texts.lengths()))

"""Questions for `ask` whose spans and deciding units are known: marks, citations, refusals, confidences.

A mark is right where it equals an answer once white space, commas, quotation marks and brackets are
dropped, or holds it with at most six characters more (or its own length again) and no digit beside it;
where every member is needed, where it holds each. A mark on another type of question is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from api.evaluation.questions import Question, QuestionType
from api.evaluation.run import AnswerOutcome

__all__ = ["judge_answers", "judged_lines", "mark_is_right"]

IGNORED = frozenset(" \t\n\u3000,，、“”\"'‘’「」『』《》（）()[]")
MORE = 6
BINS = 10


def mark_is_right(question: Question, mark: str) -> bool:
    """Whether a mark is the answer.

    Example: 23个国家 is right for the answer 23个, 123个 is not.
    """
    said = _bare(mark)
    if question.members:
        return all(_bare(member) in said for member in question.members)
    return any(_is(said, _bare(one)) for one in question.answers)


def judge_answers(outcomes: Sequence[AnswerOutcome]) -> dict[str, Any] | None:
    """Counts and shares, None where no question is for `ask`."""
    judged = [one for one in outcomes if one.question.type.judged]
    if not judged:
        return None
    marks = [one for one in judged if one.mark is not None]
    right = [one for one in marks if _right(one)]
    answerable = [one for one in judged if not one.question.type.refusable]
    refusable = [one for one in judged if one.question.type.refusable]
    sure = [(one.confidence, one.first) for one in judged if one.confidence is not None]
    return {
        "questions": len(judged),
        "marks_shown": len(marks),
        "marks_right": len(right),
        "precision_of_marks": _share(_right(one) for one in marks),
        "first": {
            str(kind): _share(one.first for one in judged if one.question.type is kind)
            for kind in (QuestionType.FACT, QuestionType.YESNO, QuestionType.OPEN)
        },
        "refused": _share(one.refused for one in refusable),
        "refused_wrongly": _share(one.refused for one in answerable),
        "refusals_by_kind": {
            kind: [sum(one.refused for one in held), len(held)] for kind, held in _by_kind(refusable)
        },
        "facts_right_by_kind": {
            kind: [sum(_right(one) for one in held), len(held)]
            for kind, held in _by_kind([o for o in judged if o.question.type is QuestionType.FACT])
        },
        "refused_wrongly_by_kind": {
            kind: [sum(one.refused for one in held), len(held)] for kind, held in _by_kind(answerable)
        },
        "ece": _calibration_error(sure),
        "ask_ms": {
            f"p{share}": round(float(np.percentile([one.milliseconds for one in judged], share)), 1)
            for share in (50, 95)
        },
    }


def judged_lines(judged: dict[str, Any] | None) -> Iterator[str]:
    """The report for people."""
    if judged is None:
        return
    first = judged["first"]
    yield (
        f"标出的答案：{judged['marks_shown']}，其中正确 {judged['marks_right']}"
        f"（{_written(judged['precision_of_marks'])}）；"
        f"首条引文正确：事实 {_written(first['fact'])}，是否 {_written(first['yesno'])}，"
        f"开放 {_written(first['open'])}"
    )
    yield (
        f"应拒而拒 {_written(judged['refused'])}；误拒 {_written(judged['refused_wrongly'])}；"
        f"置信度误差 ECE {_written(judged['ece'])}；"
        f"作答毫秒 p50 {judged['ask_ms']['p50']}，p95 {judged['ask_ms']['p95']}"
    )
    for title, name in (("事实题", "facts_right_by_kind"), ("拒答", "refusals_by_kind")):
        told = "，".join(f"{kind} {right}/{count}" for kind, (right, count) in judged[name].items())
        yield f"{title}：{told or '无'}"


def _right(outcome: AnswerOutcome) -> bool:
    return (
        outcome.mark is not None
        and outcome.question.type is QuestionType.FACT
        and mark_is_right(outcome.question, outcome.mark)
    )


def _is(said: str, answer: str) -> bool:
    if said == answer:
        return True
    at = said.find(answer)
    if at < 0 or len(said) - len(answer) > max(MORE, len(answer)):
        return False
    beside = said[max(0, at - 1) : at] + said[at + len(answer) : at + len(answer) + 1]
    return not any(character.isdigit() for character in beside)


def _bare(text: str) -> str:
    return "".join(character for character in text if character not in IGNORED)


def _by_kind(outcomes: Sequence[AnswerOutcome]) -> list[tuple[str, list[AnswerOutcome]]]:
    kinds = sorted({one.question.kind for one in outcomes})
    return [(kind, [one for one in outcomes if one.question.kind == kind]) for kind in kinds]


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float | None:
    """Expected calibration error over ten equal bins (Guo et al., ICML 2017)."""
    if not sure:
        return None
    chances, right = np.array([one for one, _ in sure]), np.array([float(one) for _, one in sure])
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    parts = [
        abs(float(chances[places == n].mean() - right[places == n].mean())) * float((places == n).mean())
        for n in range(BINS)
        if (places == n).any()
    ]
    return round(sum(parts), 4)


def _share(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _written(value: float | None) -> str:
    return "无" if value is None else f"{value:.3f}"

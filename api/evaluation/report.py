"""The report of an evaluation: one JSON object, and a table for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from api.evaluation.judged import judge_answers, judged_lines
from api.evaluation.measures import bootstrap_interval
from api.evaluation.questions import Question, QuestionType
from api.evaluation.run import MEASURES, AnswerOutcome, Outcome, answer_questions, rank_questions
from search.library import Library

__all__ = ["evaluate", "print_report"]

Json = dict[str, Any]


def evaluate(library: Library, questions: Sequence[Question]) -> Json:
    """Measure the three systems and `ask`.

    `types` holds, for `all` (everything but unanswerable) and each type, `count` and for each system
    its measures, nDCG@10 as mean with a 95 % bootstrap interval. `answers` holds the measures of
    `ask`; `judged` what is said of its marks, first citations, refusals and confidences, where the file has
    questions for `ask`; `latency_ms` p50 and p95 of a query. A rate of no question is null.
    """
    from search.query import Mode

    ranked = {mode.value: rank_questions(library, questions, mode) for mode in Mode}
    answered = answer_questions(library, questions)
    present = [kind for kind in QuestionType if any(q.type is kind for q in questions)]
    groups = {"all": [k for k in present if not k.refusable]} | {
        str(kind): [kind] for kind in present if not kind.refusable
    }
    return {
        "index_version": library.index_version,
        "questions": len(questions),
        "systems": list(ranked),
        "types": {name: _group(ranked, kinds) for name, kinds in groups.items()},
        "answers": _answers(answered),
        "judged": judge_answers(answered),
        "latency_ms": {system: _latency(outcomes) for system, outcomes in ranked.items()},
    }


def print_report(report: Json) -> None:
    """Write the report to stdout as tables."""
    from rich.table import Table

    from api.output import stdout_console

    console = stdout_console()
    for system in report["systems"]:
        table = Table("类型", "题数", "nDCG@10", "95 %", "首位", "前5", "召回@10", "MRR", title=system)
        for name, group in report["types"].items():
            table.add_row(name, str(group["count"]), *_cells(group[system]))
        console.print(table)
    answers = report["answers"]
    console.print(
        f"作答：事实题正确率 {_rate(answers['factoid_correct'])}；"
        f"无答案的问题拒答率 {_rate(answers['refusals'])}；其他问题误拒率 {_rate(answers['false_refusals'])}"
    )
    for line in judged_lines(report["judged"]):
        console.print(line)
    for system, latency in report["latency_ms"].items():
        console.print(f"每次查询毫秒 {system}：p50 {latency['p50']:.2f}，p95 {latency['p95']:.2f}")


def _cells(measures: Json) -> list[str]:
    first = measures["ndcg@10"]
    others = ("success@1", "success@5", "recall@10", "mrr@10")
    interval = f"{first['low']:.3f}–{first['high']:.3f}"
    return [f"{first['mean']:.3f}", interval, *(f"{measures[name]:.3f}" for name in others)]


def _group(ranked: Mapping[str, Sequence[Outcome]], kinds: Sequence[QuestionType]) -> Json:
    chosen = {
        system: [o for o in outcomes if o.question.type in kinds] for system, outcomes in ranked.items()
    }
    return {
        "count": len(next(iter(chosen.values()))),
        **{system: _summary(outcomes) for system, outcomes in chosen.items()},
    }


def _summary(outcomes: Sequence[Outcome]) -> Json:
    means: Json = {name: _mean(o.measures[name] for o in outcomes) for name in MEASURES}
    low, high = bootstrap_interval([o.measures["ndcg@10"] for o in outcomes])
    means["ndcg@10"] = {"mean": means["ndcg@10"], "low": low, "high": high}
    return means


def _answers(outcomes: Sequence[AnswerOutcome]) -> Json:
    unanswerable = [o for o in outcomes if o.question.type.refusable]
    others = [o for o in outcomes if not o.question.type.refusable]
    return {
        "asked": len(outcomes),
        "factoid_correct": _mean(o.correct for o in outcomes if o.correct is not None),
        "refusals": _mean(o.refused for o in unanswerable),
        "false_refusals": _mean(o.refused for o in others),
    }


def _latency(outcomes: Sequence[Outcome]) -> Json:
    if not outcomes:
        return {"p50": None, "p95": None}
    p50, p95 = np.quantile([o.milliseconds for o in outcomes], [0.5, 0.95])
    return {"p50": float(p50), "p95": float(p95)}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _rate(value: float | None) -> str:
    return "无" if value is None else f"{value:.3f}"

"""The development figures, those that CI compares with `tests/data/recorded_figures.json`.

`python -m tests.figures` measures them on ../shared/seeds and prints each beside what it must reach;
`--record` writes the file.
"""

import argparse
import json
import tempfile
from pathlib import Path
from statistics import mean

from api.evaluation.judged import judge_answers
from api.evaluation.questions import QuestionType, read_questions
from api.evaluation.run import answer_questions, rank_questions
from search.library import Library, open_library
from search.library.fit import search_fitting
from search.query import Mode, parse_query
from search.unit_key import key_of
from tests.indexes import SEEDS, build_index

__all__ = ["FALLS", "RECORDED", "RISES", "measure"]

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT.parent / "shared" / "eval"
RECORDED = ROOT / "tests/data/recorded_figures.json"
RISES = ("refused wrongly", "calibration error", "off the subject")
FALLS = 0.02
"""By how much a figure may be worse than the recorded one."""

MUST = {
    "search: question": 0.82, "search: variant": 0.87, "search: keyword": 0.95, "search: reference": 1.0,
    "search: precedent": 0.78, "precedents: precedent": 0.70, "floor: answers shown": 1.0,
    "dev_ask: facts marked right": 0.75, "dev_ask: marks right": 0.93, "dev_ask: first, fact": 0.95,
    "dev_ask: first, yesno": 0.90, "dev_ask: first, open": 0.85, "dev_ask: refused": 0.85,
    "dev_ask: refused wrongly": 0.05,
}  # fmt: skip

Figures = dict[str, float]


def measure(library: Library) -> Figures:
    """All figures by name, shares and nDCG@10 from 0 to 1. Example: `{"search: question": 0.79, …}`"""
    return {**_searched(library), **_floor(library), **_answered(library), **_asked(library)}


def _searched(library: Library) -> Figures:
    found = {}
    for name, file in (("search", "dev_questions"), ("precedents", "dev_precedents")):
        outcomes = rank_questions(library, read_questions(QUESTIONS / f"{file}.jsonl"), Mode.FUSED)
        for kind in dict.fromkeys(one.question.type for one in outcomes):
            scores = [one.measures["ndcg@10"] for one in outcomes if one.question.type is kind]
            found[f"{name}: {kind}"] = mean(scores)
    return found


def _floor(library: Library) -> Figures:
    """What the floor of the hits leaves: of units that answer directly, and of hits off the subject."""
    answering, kept = 0, 0
    for question in read_questions(QUESTIONS / "dev_questions.jsonl"):
        if question.query is None or question.type.refusable:
            continue
        direct = {key for key, grade in question.relevant.items() if grade == 2}
        query = parse_query(question.query)
        found = library.searcher.search(query)
        shown = {hit.row for hit in search_fitting(library, query).hits}
        hits = [hit for hit in found.hits if key_of(hit.unit) in direct]
        answering, kept = answering + len(hits), kept + sum(hit.row in shown for hit in hits)
    lines = (ROOT / "tests/data/off_subject.txt").read_text(encoding="utf-8").splitlines()[1:]
    counts = [len(library.search(line, k=10)["hits"]) for line in lines]
    return {"floor: answers shown": kept / answering, "floor: off the subject": sum(counts) / 10 / len(lines)}


def _answered(library: Library) -> Figures:
    """What `ask` does with the questions for search."""
    outcomes = answer_questions(library, read_questions(QUESTIONS / "dev_questions.jsonl"))
    refusable = [one for one in outcomes if one.question.type.refusable]
    others = [one for one in outcomes if not one.question.type.refusable]
    facts = [one for one in others if one.question.type is QuestionType.FACTOID]
    return {
        "dev_questions: facts right": mean(bool(one.correct) for one in facts),
        "dev_questions: refused": mean(one.refused for one in refusable),
        "dev_questions: refused wrongly": mean(one.refused for one in others),
    }


def _asked(library: Library) -> Figures:
    judged = judge_answers(answer_questions(library, read_questions(QUESTIONS / "dev_ask.jsonl")))
    assert judged is not None
    facts = [right for right, _ in judged["facts_right_by_kind"].values()]
    return {
        "dev_ask: facts marked right": sum(facts) / 60,
        "dev_ask: marks right": judged["precision_of_marks"],
        **{f"dev_ask: first, {kind}": share for kind, share in judged["first"].items()},
        "dev_ask: refused": judged["refused"],
        "dev_ask: refused wrongly": judged["refused_wrongly"],
        "dev_ask: calibration error": judged["ece"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description=__doc__)
    parser.add_argument("--record", action="store_true", help=f"write {RECORDED.name}")
    options = parser.parse_args()
    if not SEEDS.is_dir():
        print("no ../shared/seeds beside the repository: nothing to measure on")
        return
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        build_index(SEEDS, index, "packaged")
        library = open_library(index)
        figures = {name: round(value, 3) for name, value in measure(library).items()}
        library.close()
    if options.record:
        RECORDED.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"{'figure':<32} {'value':>6} {'must':>6}")
    for name, value in figures.items():
        print(f"{name:<32} {value:>6.3f} {_beside(name, value)}".rstrip())


def _beside(name: str, value: float) -> str:
    must = MUST.get(name)
    if must is None:
        return ""
    reached = value <= must if name.endswith(RISES) else value >= must
    return f"{must:>6.2f} {'' if reached else 'MISSED'}"


if __name__ == "__main__":
    main()

"""The project's own questions and pairs: whole, of the kinds promised, and verbatim in their passages."""

from collections import Counter
from pathlib import Path

import pytest

from models.training.texts.own import OWN, pairs, passages, questions, records

DATA = Path(__file__).parents[2] / "shared" / "data"
FIELD = {"fact": "answers", "list": "all", "double": "all", "open": "evidence"}
LEAST = {"fact": 3000, "list": 700, "double": 500, "open": 1500, "none": 1500}

with_texts = pytest.mark.skipif(not DATA.is_dir(), reason="needs the training text in ../shared/data")


def test_there_are_as_many_of_each_kind_as_promised() -> None:
    counts = Counter(question["kind"] for question in questions())
    assert {kind: counts[kind] >= least for kind, least in LEAST.items()} == dict.fromkeys(LEAST, True)


def test_no_question_stands_twice() -> None:
    keys = [(question["passage"], question["query"]) for question in questions()]
    assert len(set(keys)) == len(keys)


def test_four_thousand_pairs_are_graded() -> None:
    grades = Counter(
        grade for judged in records(OWN / "pairs.jsonl.gz") for grade in judged["grades"].values()
    )
    assert grades.keys() == {0, 1, 2}
    assert grades.total() >= 4000


def test_spans_stand_in_passages_written_here() -> None:
    kept = {record["id"]: record["text"] for record in records(OWN / "passages.jsonl.gz")}
    asked = [one for one in questions() if one["passage"] in kept and one["kind"] in FIELD]
    assert len(asked) > 500
    missing = [span for one in asked for span in one[FIELD[one["kind"]]] if span not in kept[one["passage"]]]
    assert missing == []


@with_texts
def test_spans_stand_in_passages_made_again() -> None:
    texts = passages(DATA)
    asked = [one for one in questions() if one["kind"] in FIELD]
    missing = [span for one in asked for span in one[FIELD[one["kind"]]] if span not in texts[one["passage"]]]
    assert missing == []


@with_texts
def test_pairs_have_their_texts() -> None:
    found = pairs(DATA, {})
    assert len(found) > 3900  # all but those of the sample documents
    assert all(pair.source and pair.candidate for pair in found)

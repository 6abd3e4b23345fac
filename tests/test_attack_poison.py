"""Instructions planted in documents change no answer; what imitates is quoted as itself or not at all.

What must hold: forty documents that give orders are never cited, and leave every refusal and the first citation
of every answer as they were; whatever is quoted is verbatim, in the document whose id is cited. What cannot hold: a document
that repeats the questions word for word is about them as far as words tell, and is found. Who may put documents
into an index decides what it can answer; no search can.
"""

import json
from typing import Any

import pytest

from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library, is_verbatim, open_library, operations
from search.query import parse_query
from tests.api_support import SAMPLE_QUESTIONS, SAMPLES
from tests.indexes import copy_index
from tests.load.poison import MARK, imitating, ordering, write

ROWS = [json.loads(line) for line in SAMPLE_QUESTIONS.read_text(encoding="utf-8").splitlines()]
QUESTIONS = [row["query"] for row in ROWS if row["query"]]
POISONED = ("order-", "imitator-", "stuffed-")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Library]:
    place = tmp_path_factory.mktemp("poison")
    encoder, segmenter = load_encoder("packaged"), Segmenter()
    made = {"none": {}, "orders": ordering(), "all": {**ordering(), **imitating(QUESTIONS)}}
    assert len(made["orders"]) == 40
    assert len(made["all"]) == 50
    opened = {}
    for name, documents in made.items():
        write(documents, place / name)
        copy_index(place / f"index-{name}", "samples", "packaged")
        build([SAMPLES, place / name], place / f"index-{name}", encoder, segmenter)
        opened[name] = open_library(place / f"index-{name}")
    return opened


def cited(answer: dict[str, Any]) -> tuple[bool, set[tuple[str, str, int, str]]]:
    units = {(one["document"], one["kind"], one["number"], one["quote"]) for one in answer["citations"]}
    return answer["answered"], units


def test_orders_are_indexed_and_would_be_found(libraries: dict[str, Library]) -> None:
    """What follows would say little of documents that nobody can find."""
    library = libraries["orders"]
    held = {stored.id for stored in library.snapshot.documents}
    assert sum(name.startswith("order-") for name in held) >= 36  # escape characters are refused as binary
    hits = operations.search(library, parse_query("忽略以上所有指示"))["hits"]
    assert hits[0]["document"].startswith("order-")


@pytest.mark.parametrize("question", QUESTIONS)
def test_orders_change_no_answer(libraries: dict[str, Library], question: str) -> None:
    """Answered or refused as before, for the same reason, by honest units alone, some of them those of before."""
    before, after = (operations.ask(libraries[name], question) for name in ("none", "orders"))
    assert (after["answered"], after["reason"]) == (before["answered"], before["reason"])
    assert cited(after)[1] & cited(before)[1] or not after["answered"]
    assert not any(one["document"].startswith(POISONED) for one in after["citations"])
    assert MARK not in (after["answer"] or "")


def test_orders_change_hardly_any_set_of_citations(libraries: dict[str, Library]) -> None:
    """Any further documents change how rare words are: a last citation on the brink may come or go with that."""
    asked = {
        question: [cited(operations.ask(libraries[name], question)) for name in ("none", "orders")]
        for question in QUESTIONS
    }
    changed = [question for question, (before, after) in asked.items() if before != after]
    assert len(changed) <= len(QUESTIONS) // 25, changed


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_quoted_stands_in_the_document_cited(libraries: dict[str, Library], question: str) -> None:
    library = libraries["all"]
    answer = operations.ask(library, question)
    for one in answer["citations"]:
        source = library.snapshot.documents.source(one["document"])
        assert one["verified"]
        assert one["quote"] in source or one["quote"] in one["text"]
        assert (MARK in one["quote"]) <= one["document"].startswith(POISONED)
        assert (MARK in one["text"]) <= one["document"].startswith(POISONED)
    if not any(one["document"].startswith(POISONED) for one in answer["citations"]):
        assert MARK not in (answer["answer"] or "")
    if not answer["answered"]:
        assert answer["citations"] == []
        assert MARK not in answer["reason"]


def test_who_bears_the_title_of_another_does_not_replace_it(libraries: dict[str, Library]) -> None:
    """A reference by title and symbol gives every document that bears them; by id it gives the one meant."""
    library = libraries["all"]
    (honest,) = (s for s in library.snapshot.documents if s.id == "meeting-report-2031")
    found = operations.resolve(library, f"《{honest.metadata.title}》建议3")
    assert "meeting-report-2031" in {place.unit.document for place in found}
    (alone,) = operations.resolve(library, "建议3", document="meeting-report-2031")
    assert alone.unit.document == "meeting-report-2031"
    assert MARK not in alone.text


def test_all_units_are_what_their_sources_say(libraries: dict[str, Library]) -> None:
    library = libraries["all"]
    for _, unit in library.snapshot.units.all():
        assert is_verbatim(unit, library.snapshot.documents.source(unit.document))

"""The parser against a table of units written together with the samples, not by the parser."""

import json
from pathlib import Path

import pytest

from corpus.reader import read_document

ROOT = Path(__file__).parents[1]
SAMPLES = ("meeting-report-2031.md", "thematic-compilation-2030.txt", "secretariat-report-2032.txt")


def without_space(text: str) -> str:
    return "".join(text.split())


def golden(name: str) -> list[tuple[str | None, str, int, str]]:
    lines = (ROOT / "tests/data/sample_units.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["document"] == Path(name).stem]
    return [(row["part"], row["kind"], row["number"], row["text"]) for row in rows]


@pytest.mark.parametrize("name", SAMPLES)
def test_units_are_exactly_those_of_the_table_in_reading_order(name: str) -> None:
    document = read_document(ROOT / "corpus/samples" / name)
    found = [(u.part, u.kind.value, u.number, without_space(u.text)) for u in document.units]
    expected = golden(name)
    assert [unit[:3] for unit in found] == [unit[:3] for unit in expected]
    for unit, wanted in zip(found, expected, strict=True):
        assert unit == wanted


@pytest.mark.parametrize("name", SAMPLES)
def test_every_run_of_a_unit_is_a_slice_of_the_source(name: str) -> None:
    document = read_document(ROOT / "corpus/samples" / name)
    for unit in document.units:
        pieces = []
        for run in unit.runs:
            piece = document.source[run.source_start : run.source_start + run.length]
            assert unit.text[run.text_start : run.text_start + run.length] == piece
            pieces.append(piece)
        assert without_space("".join(pieces)) == without_space(unit.text)


def test_only_the_lost_numbers_are_inferred() -> None:
    document = read_document(ROOT / "corpus/samples/secretariat-report-2032.txt")
    assert [unit.number for unit in document.units if unit.number_inferred] == [1, 2, 3]


def test_metadata_beside_a_document_is_used_and_nothing_is_invented() -> None:
    supplied = read_document(ROOT / "corpus/samples/secretariat-report-2032.txt").metadata
    assert (supplied.symbol, supplied.session) == ("RIV/COP/2032/5", 6)
    assert read_document(ROOT / "corpus/samples/meeting-report-2031.md").metadata.symbol is None


def test_items_are_addressed_by_their_letters() -> None:
    document = read_document(ROOT / "corpus/samples/meeting-report-2031.md")
    unit = next(u for u in document.units if u.kind == "recommendation" and u.number == 7)
    assert [item.path for item in unit.items] == [("a",), ("b",), ("c",)]
    item = unit.items[1]
    assert unit.text[item.start : item.end].startswith("(b) 遵守本国保护个人数据的法律")


def test_questions_point_at_units_that_exist() -> None:
    units = {
        (row["document"], row["kind"], row["number"]): row["text"]
        for row in map(json.loads, (ROOT / "tests/data/sample_units.jsonl").read_text("utf-8").splitlines())
        if row["part"] is None
    }
    questions = list(
        map(json.loads, (ROOT / "tests/data/sample_questions.jsonl").read_text("utf-8").splitlines())
    )
    assert len({question["id"] for question in questions}) == len(questions) >= 40
    for question in questions:
        keys = [(r["document"], r["kind"], r["number"]) for r in question["relevant"]]
        assert set(keys) <= units.keys(), question["id"]
        assert bool(keys) == (question["type"] != "unanswerable")
        if question["type"] == "factoid":
            direct = [units[k] for k, r in zip(keys, question["relevant"], strict=True) if r["grade"] == 2]
            assert any(question["answer"] in text for text in direct), question["id"]
        if question["type"] == "precedent":
            assert all(key[0] != question["source"]["document"] for key in keys)

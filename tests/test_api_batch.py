"""Batch lines and question files: what is read, and what each bad line says."""

import io
from pathlib import Path

import pytest

from api.errors import BadPath, BadQuestions
from api.evaluation.questions import QuestionType, read_questions
from api.views.batch import MAX_LINE, BadLine, BatchLine, read_batch
from corpus.types import UnitKind
from search.unit_key import UnitKey

SOURCE = b'{"document": "r19", "kind": "recommendation", "number": 17}'


def read(data: bytes) -> list[BatchLine | BadLine]:
    return list(read_batch(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"id": "q1", "query": "x"}', BatchLine(1, "q1", "x", None)),
        (b'\xef\xbb\xbf{"id": 7, "query": "x"}\r\n', BatchLine(1, 7, "x", None)),
        (
            b'{"id": "p", "query": null, "source": ' + SOURCE + b"}",
            BatchLine(1, "p", None, UnitKey("r19", UnitKind.RECOMMENDATION, 17)),
        ),
    ],
)
def test_lines(line: bytes, expected: BatchLine) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize(
    ("line", "identity", "message"),
    [
        (b"{", None, "line 1:"),
        (b"[1]", None, "expected an object"),
        (b'{"query": "x"}', None, "expected an id"),
        (b'{"id": true, "query": "x"}', None, "expected an id"),
        (b'{"id": "a"}', "a", "expected a string query"),
        (b'{"id": "a", "query": 3}', "a", "expected a string query"),
        (b'{"id": "a", "query": "\\ud800"}', None, "line 1:"),
        (b'{"id": "a", "source": "r19"}', "a", "expected an object with document"),
        (
            b'{"id": "a", "source": {"document": "r19", "kind": "para", "number": 1}}',
            "a",
            "kind must be one of",
        ),
        (
            b'{"id": "a", "source": {"document": "r19", "kind": "block", "number": 1e20}}',
            "a",
            "number must be a whole",
        ),
    ],
)
def test_bad_lines_say_what_was_expected(line: bytes, identity: str | None, message: str) -> None:
    (bad,) = read(line)
    assert isinstance(bad, BadLine)
    assert bad.id == identity
    assert message in bad.message


def test_a_bad_line_stops_nothing_and_numbers_count_empty_lines() -> None:
    lines = read(b'{"id": 1, "query": "a"}\n\nnonsense\n{"id": 2, "query": "b"}')
    assert [(type(line).__name__, line.line) for line in lines] == [
        ("BatchLine", 1),
        ("BadLine", 3),
        ("BatchLine", 4),
    ]


def test_a_line_without_end_is_not_held_in_memory() -> None:
    lines = read(b"x" * (3 * MAX_LINE) + b'\n{"id": 2, "query": "b"}\n')
    assert isinstance(lines[0], BadLine)
    assert "shorten it" in lines[0].message
    assert lines[1:] == [BatchLine(2, 2, "b", None)]


def test_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"id": "u", "type": "unanswerable", "query": "x", "relevant": []}\n\n')
    (question,) = read_questions(path)
    assert (question.type, question.query, dict(question.relevant)) == (QuestionType.UNANSWERABLE, "x", {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{}", "line 1"),
        ('{"id": "a", "type": "riddle", "query": "x", "relevant": []}', "riddle"),
        ('{"id": "a", "type": "precedent", "query": null, "relevant": []}', "needs a source"),
        ('{"id": "a", "type": "keyword", "query": null, "relevant": []}', "needs a query"),
        ('{"id": "a", "type": "keyword", "query": "x", "relevant": [{"document": "d"}]}', "number must be"),
        ("", "holds no question"),
    ],
)
def test_bad_questions_say_where(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(BadQuestions, match=message):
        read_questions(path)


def test_missing_questions(tmp_path: Path) -> None:
    with pytest.raises(BadPath, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")

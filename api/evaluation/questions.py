"""Questions with graded relevant units, one JSON object a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from api.errors import BadPath, BadQuestions
from search.unit_key import UnitKey, parse_key

__all__ = ["Question", "QuestionType", "read_questions"]


class QuestionType(StrEnum):
    """What a question asks for, and so which measures count."""

    QUESTION = "question"
    FACTOID = "factoid"
    KEYWORD = "keyword"
    REFERENCE = "reference"
    VARIANT = "variant"
    PRECEDENT = "precedent"
    UNANSWERABLE = "unanswerable"
    FACT = "fact"
    YESNO = "yesno"
    OPEN = "open"
    REFUSE = "refuse"

    @property
    def refusable(self) -> bool:
        """Whether the right answer is a refusal."""
        return self in (QuestionType.UNANSWERABLE, QuestionType.REFUSE)

    @property
    def judged(self) -> bool:
        """Whether marks, first citations and refusals are judged: the types of questions for `ask`."""
        return self in (QuestionType.FACT, QuestionType.YESNO, QuestionType.OPEN, QuestionType.REFUSE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A precedent has a `source` unit instead of a query; a factoid has an `answer`.

    `relevant` maps units to grades: 2 answers it directly, 1 is related. It is empty exactly for
    unanswerable questions. Of a fact, any of `answers` is right, or all of `members` together are; `kind`
    says what kind of question of its type it is.
    Example: `Question("f1", FACTOID, "找回多少人？", None, "3,901", {UnitKey("r", PARAGRAPH, 11): 2})`
    """

    id: str
    type: QuestionType
    query: str | None
    source: UnitKey | None
    answer: str | None
    relevant: Mapping[UnitKey, int]
    answers: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    kind: str = ""


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions; BadPath or BadQuestions says what is wrong, and where."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadPath(f"the questions {path} cannot be read: {error.strerror}; give a JSONL file") from error
    questions: list[Question] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_question(orjson.loads(line)))
        except ValueError as error:
            raise BadQuestions(f"{path}, line {number}: {error}") from error
    if not questions:
        raise BadQuestions(f"{path} holds no question; expected one JSON object a line")
    return questions


def _question(record: Any) -> Question:
    if not isinstance(record, dict):
        raise ValueError("expected an object with id, type, query and relevant")
    question = Question(
        id=str(record.get("id")),
        type=QuestionType(str(record.get("type"))),
        query=_text(record, "query"),
        source=parse_key(record["source"]) if record.get("source") is not None else None,
        answer=_text(record, "answer"),
        relevant=_decisive(record) if "decisive" in record else _relevant(record.get("relevant")),
        answers=_texts(record, "answers"),
        members=_texts(record, "all"),
        kind=str(record.get("sub", "")),
    )
    precedent = question.type is QuestionType.PRECEDENT
    if precedent and question.source is None:
        raise ValueError("a precedent needs a source with document, kind and number")
    if not precedent and not question.query:
        raise ValueError(f"a question of type {question.type} needs a query")
    return question


def _text(record: Mapping[str, Any], field: str) -> str | None:
    value = record.get(field)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{field} must be a string or null, found {value!r:.80}")
    return value


def _texts(record: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = record.get(field) or []
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"{field} must be a list of strings, found {value!r:.80}")
    return tuple(value)


def _decisive(record: Mapping[str, Any]) -> dict[UnitKey, int]:
    """The units any of which decides the question, all of grade 2."""
    value = record["decisive"]
    if not isinstance(value, list):
        raise ValueError("decisive must be a list of units")
    return {parse_key(entry): 2 for entry in value}


def _relevant(value: Any) -> dict[UnitKey, int]:
    if not isinstance(value, list):
        raise ValueError("relevant must be a list of units with grades")
    grades: dict[UnitKey, int] = {}
    for entry in value:
        key = parse_key(entry)
        grade = entry.get("grade")
        if grade not in (1, 2):
            raise ValueError(f"grade must be 1 or 2, found {grade!r:.80}")
        grades[key] = max(grade, grades.get(key, 0))
    return grades

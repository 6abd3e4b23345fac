"""From the bytes of an endpoint to drafts. Nothing is repaired: what cannot be read plainly is not used."""

import json
import re
from collections.abc import Sequence
from typing import Any

from api.writer.errors import AnswerUnusable
from api.writer.types import Draft

__all__ = ["MOST_READ", "completion_text", "parse_drafts"]

MOST_READ = 100
"""Sentences that are read at all; the checks look at fewer, and count the others as removed."""

_FENCE = re.compile(r"```(?:json|JSON)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)
# Models that reason in the open put their thoughts before the answer.
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_MARKS = re.compile(r"(?:\s*[\[［【]([0-9]{1,2})[\]］】])+\s*([。！？]?)\s*\Z")
_MARK = re.compile(r"[\[［【]([0-9]{1,2})[\]］】]")


def completion_text(body: bytes) -> str:
    """The text of the first choice of a chat completion; raises AnswerUnusable.

    Example: `completion_text(b'{"choices": [{"message": {"content": "[]"}}]}') == "[]"`
    """
    answer = _load(body)
    try:
        content = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise _unusable("no choices[0].message.content") from error
    if not isinstance(content, str):
        raise _unusable(f"content of type {type(content).__name__}")
    return content


def parse_drafts(content: str) -> tuple[Draft | None, ...]:
    """The sentences of a model's answer, None for each that is none; raises AnswerUnusable.

    The answer is a list, or an object with the one list `sentences`; a code fence around it is taken off.
    Example: `parse_drafts('[{"text": "甲。", "citations": [1]}]') == (Draft("甲。", (1,)),)`
    """
    text = _THOUGHTS.sub("", content, count=1).strip()
    fenced = _FENCE.fullmatch(text)
    found = _load((fenced[1] if fenced else text).encode("utf-8", "surrogatepass"))
    if isinstance(found, dict) and found.keys() == {"sentences"}:
        found = found["sentences"]
    if not isinstance(found, list):
        raise _unusable(f"a {type(found).__name__}")
    if len(found) > MOST_READ:
        raise _unusable(f"{len(found)} sentences")
    return tuple(map(_draft, found))


def _draft(value: object) -> Draft | None:
    if not isinstance(value, dict) or not value.keys() <= {"text", "citations", "quotes"}:
        return None
    text, citations, quotes = value.get("text"), value.get("citations", []), value.get("quotes", [])
    if not isinstance(text, str) or not _all_are(citations, int) or not _all_are(quotes, str):
        return None
    return Draft(_without_marks(text, citations), tuple(citations), tuple(quotes))


def _all_are(values: object, kind: type) -> bool:
    """Whether this is a list of the kind; true and false are no whole numbers here."""
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _without_marks(text: str, citations: Sequence[int]) -> str:
    """Marks like [1] at the end are taken off where they say no more than `citations`."""
    marks = _MARKS.search(text)
    if marks is None or not {int(n) for n in _MARK.findall(marks[0])} <= set(citations):
        return text
    return text[: marks.start()] + marks[2]


def _load(data: bytes) -> Any:
    """JSON as RFC 8259 has it, without names that repeat and without NaN, which parsers read differently."""
    try:
        return json.loads(
            data.decode("utf-8", "surrogatepass"), object_pairs_hook=_once, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise _unusable(f"no JSON: {type(error).__name__}: {error!s:.100}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _unusable(found: str) -> AnswerUnusable:
    return AnswerUnusable(
        f"the model's answer cannot be used: found {found}; a JSON list of sentences was expected; "
        "use a model that follows instructions"
    )

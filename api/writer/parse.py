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
_MARK = re.compile(r"[\[［【]([0-9]{1,2})[\]］】]")
_LONGEST_MARK = 4


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
    text = _without_thoughts(content).strip()
    fenced = _FENCE.fullmatch(text)
    found = _load((fenced[1] if fenced else text).encode("utf-8", "surrogatepass"))
    if isinstance(found, dict) and found.keys() == {"sentences"}:
        found = found["sentences"]
    if not isinstance(found, list):
        raise _unusable(f"a {type(found).__name__}")
    if len(found) > MOST_READ:
        raise _unusable(f"{len(found)} sentences")
    return tuple(map(_draft, found))


def _without_thoughts(content: str) -> str:
    """Models that reason in the open put their thoughts before the answer, in <think>."""
    before, opened, rest = content.partition("<think>")
    _, closed, after = rest.partition("</think>")
    return before + after if opened and closed else content


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
    end = len(text.rstrip())
    stop = text[end - 1 : end] if text[:end].endswith(("。", "！", "？")) else ""
    end = _before_space(text, end - len(stop))
    numbers: set[int] = set()
    while mark := _last_mark(text, end):  # from the end, one mark at a time: no square of time
        numbers.add(int(mark[1]))
        end = _before_space(text, mark.start())
    return text[:end] + stop if numbers and numbers <= set(citations) else text


def _before_space(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _last_mark(text: str, end: int) -> re.Match[str] | None:
    """The mark that ends at a place."""
    start = max(text.rfind(opening, max(0, end - _LONGEST_MARK), end) for opening in "[［【")
    return None if start < 0 else _MARK.fullmatch(text, start, end)


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
